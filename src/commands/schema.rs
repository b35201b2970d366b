//! `callcheck schema`, and loading of custom schemas.

use std::io::{self, Write};
use std::sync::Arc;

use crate::cli::{SchemaArgs, SchemaName};
use crate::config::Configs;
use crate::diagnostic::{Diagnostic, Severity};
use crate::finding::summary::Outcome;
use crate::input::{Input, InputError};
use crate::reporters::{self, Style};
use crate::rules::levels::Levels;
use crate::schema::{self, Schema, SchemaSource, SchemaWarnings};
use crate::text::{count, visible};

/// Maximum number of findings per schema file that are shown.
const MAX_SHOWN: usize = 20;

/// Loads the schema of `--schema`, and reports warnings about it on `err`. `levels` are the severities of warnings;
/// `None` means the defaults.
///
/// # Errors
/// If the schema cannot be used. The error was reported on `err`.
pub(super) fn load(
    args: &SchemaArgs,
    levels: Option<&Levels>,
    style: Style,
    err: &mut dyn Write,
) -> Result<Option<&'static Schema>, InputError> {
    let Some(path) = args.schema.as_deref() else { return Ok(None) };
    let source = SchemaSource { path, directories: &args.schema_dir, asserts_formats: !args.no_assert_format };
    let mut text = String::new();
    let schema = usable(source, levels, style, &mut text);
    let _ = err.write_all(text.as_bytes());
    schema.map(Some)
}

/// Loads a schema, and draws its warnings or errors.
fn usable(
    source: SchemaSource<'_>,
    levels: Option<&Levels>,
    style: Style,
    text: &mut String,
) -> Result<&'static Schema, InputError> {
    let (name, errors) = match Schema::load(source) {
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
            (broken.name, broken.problems.len())
        }
    };
    let end = format!("error: {}: invalid schema; no input was checked", visible(&name));
    reporters::Handler::new(style).wrap(text, "", "  ", &end);
    Err(InputError { name, reason: format!("invalid schema: {}", count(errors as u64, "error")) })
}

/// The severities for a schema file: those of its configuration and the command line.
pub(super) fn levels(args: &SchemaArgs, configs: &mut Configs) -> Option<Arc<Levels>> {
    let path = configs.absolute(&Input::File(args.schema.clone()?));
    // The command reports a configuration that cannot be used.
    let config = configs.config(&path).ok().flatten();
    configs.effective(config.as_ref(), &path).levels.clone()
}

/// Draws the warnings, and returns the first file in which some are raised to errors, with their number.
fn warnings(
    files: &[SchemaWarnings],
    levels: Option<&Levels>,
    style: Style,
    text: &mut String,
) -> Option<(String, usize)> {
    let mut unusable = None;
    for file in files {
        let mut findings = file.findings.clone();
        findings.retain_mut(|finding| levels.is_none_or(|levels| levels.apply(finding)));
        let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
        if errors > 0 {
            unusable.get_or_insert_with(|| (file.name.clone(), errors));
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
    super::print(text.as_bytes(), out).map(|()| Outcome::Clean)
}
