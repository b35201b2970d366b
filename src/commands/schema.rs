//! `callcheck schema`, and schemas that are brought.

use std::io::{self, Write};

use crate::cli::{SchemaArgs, SchemaName};
use crate::finding::summary::Outcome;
use crate::reporters::{self, Style};
use crate::schema::{self, Broken, Origin, Schema};
use crate::text::visible;

/// The schema that is asked for, if one is; none also where it cannot be used, which is told on `err` then.
pub(super) fn custom_schema(args: &SchemaArgs, style: Style, err: &mut dyn Write) -> Option<Option<&'static Schema>> {
    let Some(path) = args.schema.as_deref() else { return Some(None) };
    let origin = Origin { path, folders: &args.schema_dir, asserts_formats: !args.no_assert_format };
    match Schema::load(origin) {
        // It is needed until the process ends, and schemas that lead to each other are not taken apart by recursion then.
        Ok(schema) => Some(Some(Box::leak(Box::new(schema)))),
        Err(broken) => {
            let _ = err.write_all(drawn(&broken, style).as_bytes());
            None
        }
    }
}

/// What is wrong with a schema, drawn.
fn drawn(broken: &Broken, style: Style) -> String {
    /// More is not read by anybody.
    const MOST: usize = 20;
    let name = visible(&broken.name);
    if let Some(reason) = &broken.unreadable {
        return format!("error: {name}: {}\n", visible(reason));
    }
    let (shown, more) = broken.problems.split_at(broken.problems.len().min(MOST));
    let mut text = reporters::in_json(&broken.name, &broken.text, shown, Style { color: false, ..style });
    if !more.is_empty() {
        text.push_str(&format!("... and {} more\n", more.len()));
    }
    let end = format!("error: {name}: invalid schema; no input was checked");
    reporters::Handler::new(style).wrap(&mut text, "", "  ", &end);
    text
}

/// `callcheck schema`: prints a schema, byte for byte.
///
/// # Errors
/// When `out` cannot be written.
pub fn print_schema(which: SchemaName, out: &mut dyn Write) -> io::Result<Outcome> {
    let text = match which {
        SchemaName::Response => schema::EMBEDDED,
        SchemaName::Report => reporters::REPORT_SCHEMA,
        SchemaName::Summary => crate::stats::SCHEMA,
        SchemaName::Config => crate::config::SCHEMA,
    };
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(Outcome::Clean),
    }
}
