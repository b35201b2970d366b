//! `callcheck schema`, and loading of custom schemas.

use std::io::{self, Write};

use crate::cli::{SchemaArgs, SchemaName};
use crate::finding::summary::Outcome;
use crate::input::InputError;
use crate::reporters::{self, Style};
use crate::schema::{self, Schema, SchemaFailure, SchemaSource};
use crate::text::{count, visible};

/// Loads the schema of `--schema`. The outer `None` is an error that was reported on `err`.
pub(super) fn custom_schema(args: &SchemaArgs, style: Style, err: &mut dyn Write) -> Option<Option<&'static Schema>> {
    load(args, style, err).ok()
}

/// The same, with an error for reports.
pub(super) fn load(
    args: &SchemaArgs,
    style: Style,
    err: &mut dyn Write,
) -> Result<Option<&'static Schema>, InputError> {
    let Some(path) = args.schema.as_deref() else { return Ok(None) };
    let origin = SchemaSource { path, directories: &args.schema_dir, asserts_formats: !args.no_assert_format };
    match Schema::load(origin) {
        // Leaked: it is needed until the process ends, and dropping deeply nested schemas would recurse.
        Ok(schema) => Ok(Some(Box::leak(Box::new(schema)))),
        Err(broken) => {
            let _ = err.write_all(rendered(&broken, style).as_bytes());
            let reason = || format!("invalid schema: {}", count(broken.problems.len() as u64, "error"));
            Err(InputError { reason: broken.unreadable.clone().unwrap_or_else(reason), name: broken.name })
        }
    }
}

fn rendered(broken: &SchemaFailure, style: Style) -> String {
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
    let end = format!("error: {name}: invalid schema; no input was checked");
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
