//! `callcheck schema`, and loading of custom schemas.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::cli::{SchemaArgs, SchemaName};
use crate::config::{SchemaChoice, SchemaSelection};
use crate::diagnostic::Severity;
use crate::finding::Event;
use crate::finding::summary::Outcome;
use crate::reporters::{self, Style};
use crate::schema::{self, LoadedSchema, Schema, SchemaFailure, SchemaSource};
use crate::text::visible;

/// Loads the schema of `--schema`. `paths` are those of the data. The outer `None` is an error that was reported on
/// `err`.
pub(super) fn custom_schema(
    args: &SchemaArgs,
    paths: &[PathBuf],
    style: Style,
    err: &mut dyn Write,
) -> Option<Option<&'static Schema>> {
    let Some(path) = args.schema.as_deref() else { return Some(None) };
    let is_stdin = |path: &Path| path.as_os_str() == "-";
    if is_stdin(path) && (paths.is_empty() || paths.iter().any(|path| is_stdin(path))) {
        super::error(err, "--schema -: the schema and the data cannot both come from stdin");
        return None;
    }
    let origin = SchemaSource { path, directories: &args.schema_dir, asserts_formats: !args.no_assert_format };
    match Schema::load(origin) {
        // Leaked: it is needed until the process ends, and dropping deeply nested schemas would recurse.
        Ok(schema) => Some(Some(Box::leak(Box::new(schema)))),
        Err(broken) => {
            let _ = err.write_all(rendered(&broken, "no input was checked", style).as_bytes());
            None
        }
    }
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
#[derive(Default)]
pub(super) struct ChosenSchemas {
    /// `None` for a schema that cannot be used.
    loaded: HashMap<SchemaSelection, Option<&'static Schema>>,
}

impl ChosenSchemas {
    /// The schema for a selection: the inner `None` for the embedded one, the outer for one that cannot be used. `emit`
    /// receives the result of loading it.
    pub(super) fn get(
        &mut self,
        selection: &SchemaSelection,
        emit: &mut dyn FnMut(Event),
    ) -> Option<Option<&'static Schema>> {
        let path = match &selection.choice {
            SchemaChoice::BuiltIn => return Some(None),
            SchemaChoice::SyntaxOnly => return Some(Some(Schema::syntax_only())),
            SchemaChoice::File(path) => path,
        };
        if let Some(known) = self.loaded.get(selection) {
            return known.map(Some);
        }
        let loaded = Schema::load(SchemaSource { path, directories: &selection.directories, asserts_formats: true });
        let schema: Option<&'static Schema> = match loaded {
            Ok(schema) => {
                emit(Event::SchemaLoaded(describe(path, &schema)));
                Some(Box::leak(Box::new(schema)))
            }
            Err(broken) => {
                emit(Event::SchemaError(Box::new(broken)));
                None
            }
        };
        self.loaded.insert(selection.clone(), schema);
        schema.map(Some)
    }
}

/// Renders the problems of a schema that a configuration chooses.
pub(super) fn schema_error(broken: &SchemaFailure, style: Style) -> String {
    rendered(broken, "its files were not checked", style)
}

fn rendered(broken: &SchemaFailure, effect: &str, style: Style) -> String {
    const MAX_PROBLEMS: usize = 20;
    let name = visible(&broken.name);
    if let Some(reason) = &broken.unreadable {
        return format!("error: {name}: {}\n", visible(reason));
    }
    let (shown, more) = broken.problems.split_at(broken.problems.len().min(MAX_PROBLEMS));
    let mut text = reporters::in_json(&broken.name, &broken.text, shown, Style { color: false, ..style });
    if !more.is_empty() {
        text.push_str(&format!("... and {} more\n", more.len()));
    }
    let end = format!("error: {name}: invalid schema; {effect}");
    reporters::Handler::new(style).wrap(&mut text, "", "  ", &end);
    text
}

pub fn print_schema(which: SchemaName, out: &mut dyn Write) -> io::Result<Outcome> {
    let text = match which {
        SchemaName::Response => schema::EMBEDDED,
        SchemaName::Report => reporters::REPORT_SCHEMA,
        SchemaName::Summary => crate::stats::SCHEMA,
        SchemaName::Config => crate::config::SCHEMA,
    };
    super::print(text.as_bytes(), out).map(|()| Outcome::Clean)
}
