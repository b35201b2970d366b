//! The commands, from inputs to an outcome. Streams are given, nothing here exits.

mod annotate;
mod baseline;
mod changed;
mod check;
mod completions;
mod config;
mod explain;
mod filter;
mod format;
mod inputs;
mod report;
mod schema;
mod summary;

pub use check::check_inputs;
pub use completions::{completions, man};
pub use config::print_config;
pub use explain::explain;
pub use filter::filter;
pub use format::format_inputs;
pub use schema::print_schema;
pub use summary::summarize;

use std::io::{self, Write};

use crate::cli::When;
use crate::cli::settings::Environment;
use crate::diagnostic::Severity;
use crate::finding::summary::Outcome;
use crate::input::InputError;
use crate::text::visible;

/// A message about the run itself, not about the data: one line on standard error.
pub fn message(err: &mut dyn Write, severity: Severity, text: &str) {
    let _ = writeln!(err, "{severity}: {}", visible(text));
}

/// An error of the run itself.
pub fn error(err: &mut dyn Write, text: &str) {
    message(err, Severity::Error, text);
}

/// A warning about the run itself.
fn warning(err: &mut dyn Write, text: &str) {
    message(err, Severity::Warning, text);
}

/// The message of an input that could not be read.
fn unreadable(problem: &InputError) -> String {
    format!("{}: {}", problem.name, problem.reason)
}

/// Prints what clap returns: help and the version, or what is wrong with the command line.
pub fn explain_usage(asked: &clap::Error, terminal: &Environment, out: &mut dyn Write, err: &mut dyn Write) -> Outcome {
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
            self::error(err, &lost(&error));
            Outcome::Failed
        }
        _ => Outcome::Clean,
    }
}

/// The message for output that could not be written.
pub fn lost(error: &io::Error) -> String {
    format!("failed to write the output: {error}")
}
