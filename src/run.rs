//! The commands, from inputs to an outcome. Streams are given, nothing here exits.

use std::io::{self, Write};
use std::path::PathBuf;

use crate::check::check;
use crate::cli::{CheckArgs, SchemaName, When};
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
                Err(mut problem) => {
                    if matches!(problem.name.as_str(), "check" | "schema" | "help") {
                        problem.reason.push_str("; if the command is meant, write it first");
                    }
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
    if !args.quiet {
        let _ = writeln!(err, "{summary}");
    }
    Ok(summary.outcome())
}

/// What clap has to say: help and the version, which were asked for, or what is wrong with the command line.
pub fn explain_usage(asked: &clap::Error, terminal: &Terminal, out: &mut dyn Write, err: &mut dyn Write) -> Outcome {
    let show = |color: bool| {
        let text = asked.render();
        if color { text.ansi().to_string() } else { text.to_string() }
    };
    if asked.use_stderr() {
        // What was typed is quoted in it, so it is shown line by line and without colours.
        let _ = show(false).lines().try_for_each(|line| writeln!(err, "{}", visible(line)));
        return Outcome::Failed;
    }
    let color = terminal.colors(When::Auto, terminal.stdout_is_terminal);
    match out.write_all(show(color).as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            let _ = writeln!(err, "{}", lost(&error));
            Outcome::Failed
        }
        _ => Outcome::Clean,
    }
}

/// The sentence for output that could not be written.
pub fn lost(error: &io::Error) -> String {
    format!("callcheck: the output could not be written: {error}")
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
