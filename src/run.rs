//! The commands, from inputs to an outcome. Streams are given, nothing here exits.

use std::io::{self, Write};
use std::path::PathBuf;

use crate::check::check;
use crate::cli::{CheckArgs, SchemaName};
use crate::document::Tape;
use crate::emit;
use crate::input::{self, Source};
use crate::schema;
use crate::settings::Terminal;
use crate::summary::{Outcome, Summary};
use crate::text::visible;

/// `callcheck check`: every input in its turn. What cannot be read is reported on `err`, the others go on.
///
/// # Errors
/// When `out` cannot be written. A reader that has gone away is no error: the outcome is that of what was checked.
pub fn check_inputs(
    args: &CheckArgs,
    terminal: &Terminal,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<Outcome> {
    let stdin = [PathBuf::from("-")];
    let paths = if args.paths.is_empty() { &stdin[..] } else { &args.paths };
    let mut emitter = emit::emitter(args.output_format, terminal.style(args));
    let mut summary = Summary::default();
    let mut unreadable = Vec::new();
    let mut tape = Tape::default();
    let written = (|| {
        for input in input::walk(paths, &args.stdin_filename) {
            match input.and_then(|input| Source::read(&input)) {
                Ok(source) => {
                    let checked = check(&source, &mut tape, args.verbose);
                    summary.add(&checked);
                    emitter.document(&checked, out)?;
                    out.flush()?;
                }
                Err(problem) => {
                    let _ = writeln!(err, "callcheck: {}: {}", visible(&problem.name), visible(&problem.reason));
                    summary.unreadable += 1;
                    unreadable.push(problem);
                }
            }
        }
        emitter.finish(&summary, &unreadable, out)?;
        out.flush()
    })();
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(summary.outcome()),
        other => other?,
    }
    if summary.documents == 0 && summary.unreadable == 0 {
        let _ = writeln!(
            err,
            "callcheck: nothing to read: no *.json in {}",
            args.paths.iter().map(|path| visible(&path.to_string_lossy()).into_owned()).collect::<Vec<_>>().join(", ")
        );
    } else if !args.quiet {
        let _ = writeln!(err, "{summary}");
    }
    Ok(summary.outcome())
}

/// `callcheck schema`: prints a schema, byte for byte.
///
/// # Errors
/// When `out` cannot be written.
pub fn print_schema(which: SchemaName, out: &mut dyn Write) -> io::Result<Outcome> {
    let text = match which {
        SchemaName::Answer => schema::EMBEDDED,
        SchemaName::Report => emit::REPORT_SCHEMA,
    };
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(Outcome::Clean),
    }
}
