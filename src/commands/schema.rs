//! `callcheck schema`, and loading of custom schemas.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli::{SchemaArgs, SchemaName};
use crate::config::{Configs, EffectiveConfig, SchemaChoice, SchemaSelection};
use crate::diagnostic::{Diagnostic, Severity};
use crate::finding::Event;
use crate::finding::summary::Outcome;
use crate::input::{Input, InputError, Map};
use crate::reporters::{self, Style};
use crate::rules::levels::Levels;
use crate::schema::{self, LoadedSchema, Schema, SchemaSource, SchemaWarnings};
use crate::text::{count, visible};

/// Maximum number of findings per schema file that are shown.
const MAX_SHOWN: usize = 20;

/// Loads the schema of `--schema`, and reports warnings about it on `err`. `paths` are those of the data. `levels` are
/// the severities of warnings; `None` means the defaults.
///
/// # Errors
/// If the schema cannot be used. The error was reported on `err`.
pub(super) fn load(
    args: &SchemaArgs,
    paths: &[PathBuf],
    levels: Option<&Levels>,
    style: Style,
    err: &mut dyn Write,
) -> Result<Option<&'static Schema>, InputError> {
    let Some(path) = args.schema.as_deref() else { return Ok(None) };
    let is_stdin = |path: &Path| path.as_os_str() == "-";
    if is_stdin(path) && (paths.is_empty() || paths.iter().any(|path| is_stdin(path))) {
        let reason = "the schema and the data cannot both come from stdin".to_owned();
        let problem = InputError { name: "--schema -".to_owned(), reason };
        super::error(err, &super::unreadable(&problem));
        return Err(problem);
    }
    let source = SchemaSource { path, directories: &args.schema_dir, asserts_formats: !args.no_assert_format };
    let mut text = String::new();
    let schema = usable(source, levels, style, "no input was checked", &mut text);
    let _ = err.write_all(text.as_bytes());
    schema.map(Some)
}

/// Loads a schema, and draws its warnings or errors. `effect`: the consequence of an unusable schema.
fn usable(
    source: SchemaSource<'_>,
    levels: Option<&Levels>,
    style: Style,
    effect: &str,
    text: &mut String,
) -> Result<&'static Schema, InputError> {
    let problem = match Schema::load(source) {
        Ok(schema) => match warnings(schema.warnings(), levels, style, text) {
            // Leaked: it is needed until the process ends, and dropping deeply nested schemas would recurse.
            None => return Ok(Box::leak(Box::new(schema))),
            Some(unusable) => unusable,
        },
        Err(broken) => {
            if let Some(reason) = broken.unreadable {
                let problem = InputError { name: broken.name, reason };
                text.push_str(&format!("error: {}\n", super::unreadable(&problem)));
                return Err(problem);
            }
            draw(&broken.name, &broken.text, &broken.problems, style, text);
            invalid(broken.name, &broken.text, &broken.problems)
        }
    };
    let end = format!("error: {}: invalid schema; {effect}", visible(&problem.name));
    reporters::Handler::new(style).wrap(text, "", "  ", &end);
    Err(problem)
}

/// The error for reports, which have one line for it: the first error with its location, and the number of the others.
fn invalid(name: String, text: &[u8], errors: &[Diagnostic]) -> InputError {
    let first = errors.first().map_or_else(String::new, |first| {
        let start = Map::whole(None).location(text, first.label.span.start);
        format!("{}:{}: {}", start.line, start.column, first.message)
    });
    let more = match errors.len().saturating_sub(1) {
        0 => String::new(),
        more => format!(" (and {})", count(more as u64, "more error")),
    };
    InputError { name, reason: format!("invalid schema: {first}{more}") }
}

/// The schema of `--schema` in reports.
pub(super) fn loaded(args: &SchemaArgs, schema: Option<&Schema>) -> Vec<LoadedSchema> {
    let described = |(path, schema): (&PathBuf, &Schema)| describe(path, schema);
    args.schema.as_ref().zip(schema).map(described).into_iter().collect()
}

fn describe(path: &Path, schema: &Schema) -> LoadedSchema {
    LoadedSchema { name: path.to_string_lossy().into_owned(), references: schema.references() }
}

/// Reports on `err` which files the references of a schema were resolved to.
pub(super) fn explain_references(schema: &LoadedSchema, err: &mut dyn Write) {
    for (uri, file) in &schema.references {
        super::message(err, Severity::Note, &format!("{}: {uri} was read from {file}", schema.name));
    }
}

/// The schemas that configurations choose. Each is loaded once.
pub(super) struct ChosenSchemas {
    style: Style,
    /// `None` for a schema that cannot be used.
    loaded: HashMap<SchemaSelection, Option<&'static Schema>>,
}

impl ChosenSchemas {
    /// `style` is that of messages about schemas.
    pub(super) fn new(style: Style) -> ChosenSchemas {
        ChosenSchemas { style, loaded: HashMap::new() }
    }

    /// The schema for a file with this configuration: the inner `None` for the embedded one, the outer for one that
    /// cannot be used. `emit` receives the result of loading it.
    pub(super) fn get(
        &mut self,
        config: &EffectiveConfig,
        emit: &mut dyn FnMut(Event),
    ) -> Option<Option<&'static Schema>> {
        let selection = &config.schema;
        let path = match &selection.choice {
            SchemaChoice::BuiltIn => return Some(None),
            SchemaChoice::SyntaxOnly => return Some(Some(Schema::syntax_only())),
            SchemaChoice::File(path) => path,
        };
        if let Some(known) = self.loaded.get(selection) {
            return known.map(Some);
        }
        let source = SchemaSource { path, directories: &selection.directories, asserts_formats: true };
        let mut messages = String::new();
        let effect = "its files were not checked";
        let schema = usable(source, config.levels.as_deref(), self.style, effect, &mut messages);
        self.loaded.insert(selection.clone(), schema.as_ref().ok().copied());
        let (loaded, schema) = match schema {
            Ok(schema) => (Ok(describe(path, schema)), Some(Some(schema))),
            Err(problem) => (Err(problem), None),
        };
        emit(Event::Schema { loaded, messages });
        schema
    }
}

/// The severities for a schema file: those of its configuration and the command line.
pub(super) fn levels(args: &SchemaArgs, configs: &mut Configs) -> Option<Arc<Levels>> {
    let path = configs.absolute(&Input::File(args.schema.clone()?));
    // The command reports a configuration that cannot be used.
    let config = configs.config(&path).ok().flatten();
    configs.effective(config.as_ref(), &path).levels.clone()
}

/// Draws the warnings, and returns the error for the first file in which some are raised to errors.
fn warnings(files: &[SchemaWarnings], levels: Option<&Levels>, style: Style, text: &mut String) -> Option<InputError> {
    let mut unusable = None;
    for file in files {
        let mut findings = file.findings.clone();
        findings.retain_mut(|finding| levels.is_none_or(|levels| levels.apply(finding)));
        let is_error = |finding: &&Diagnostic| finding.severity == Severity::Error;
        let errors: Vec<Diagnostic> = findings.iter().filter(is_error).cloned().collect();
        if !errors.is_empty() {
            unusable.get_or_insert_with(|| invalid(file.name.clone(), &file.text, &errors));
            // The errors are shown even if there are many warnings.
            if findings.len() > MAX_SHOWN {
                findings.sort_by_key(|finding| finding.severity != Severity::Error);
            }
        }
        draw(&file.name, &file.text, &findings, style, text);
    }
    unusable
}

fn draw(name: &str, source: &[u8], findings: &[Diagnostic], style: Style, text: &mut String) {
    let (shown, more) = findings.split_at(findings.len().min(MAX_SHOWN));
    text.push_str(&reporters::in_json(name, source, shown, Style { color: false, ..style }));
    if !more.is_empty() {
        text.push_str(&format!("... and {} more\n", more.len()));
    }
}

pub fn print_schema(which: SchemaName, out: &mut dyn Write) -> io::Result<Outcome> {
    let text = match which {
        SchemaName::Response => schema::EMBEDDED,
        SchemaName::Report => reporters::REPORT_SCHEMA,
        SchemaName::Summary => crate::stats::SCHEMA,
        SchemaName::Config => crate::config::SCHEMA,
    };
    super::print(format!("{}\n", text.trim_end()).as_bytes(), out).map(|()| Outcome::Clean)
}
