//! The commands. They write to the streams they are given, and return an outcome instead of exiting.

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
mod usage;
mod wrap;

pub use check::check_inputs;
pub use completions::{completions, man};
pub use config::print_config;
pub use explain::explain;
pub use filter::filter;
pub use format::format_inputs;
pub use schema::print_schema;
pub use summary::summarize;
pub use usage::print_usage;
pub use wrap::WrappedWriter;

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::CommandFactory as _;

use crate::cli::settings::Environment;
use crate::cli::{Cli, Command};
use crate::diagnostic::Severity;
use crate::finding::ConfigError;
use crate::finding::summary::Outcome;
use crate::input::InputError;
use crate::reporters::{self, Style};
use crate::text::{count, visible};

/// Runs the command of a command line.
///
/// # Errors
/// If `out` cannot be written.
pub fn run(cli: Cli, environment: &Environment, out: &mut dyn Write, err: &mut dyn Write) -> io::Result<Outcome> {
    let is_bare = cli.command.is_none();
    let command = cli.command.unwrap_or(Command::Check(cli.check));
    if command.reads_stdin() && environment.stdin_is_terminal {
        if is_bare {
            let help = Cli::command().render_help();
            write!(out, "{help}").and_then(|()| out.flush())?;
        } else {
            error(err, "no input: name files or directories, or pipe data to stdin");
        }
        return Ok(Outcome::Failed);
    }
    match command {
        Command::Check(args) => check_inputs(&args, environment, out, err),
        Command::Format(args) => format_inputs(&args, environment, out, err),
        Command::Summary(args) => summarize(&args, environment, out, err),
        Command::Filter(args) => filter(&args, environment, out, err),
        Command::Explain(args) => explain(&args, environment, out),
        Command::Config(args) => print_config(&args, environment, out, err),
        Command::Schema { which, .. } => print_schema(which, out),
        Command::Completions { shell, .. } => completions(shell, out),
        Command::Man { command, .. } => man(command.as_deref(), out, err),
    }
}

/// Writes a message about the run, not about the data: one line on standard error.
pub(crate) fn message(err: &mut dyn Write, severity: Severity, text: &str) {
    let _ = writeln!(err, "{severity}: {}", visible(text));
}

pub fn error(err: &mut dyn Write, text: &str) {
    message(err, Severity::Error, text);
}

fn warning(err: &mut dyn Write, text: &str) {
    message(err, Severity::Warning, text);
}

fn unreadable(problem: &InputError) -> String {
    format!("{}: {}", problem.name, problem.reason)
}

/// Renders the problems of a configuration.
fn config_error(problem: &ConfigError, style: Style) -> String {
    let name = problem.path.to_string_lossy();
    match &problem.unreadable {
        Some(reason) => format!("error: {}: {}\n", visible(&name), visible(reason)),
        None => reporters::in_text(&name, &problem.text, &problem.problems, Style { color: false, ..style }),
    }
}

/// The same for reports, which have one line for each unreadable input.
fn unreadable_config(problem: &ConfigError) -> InputError {
    let reason = || format!("invalid configuration: {}", count(problem.problems.len() as u64, "error"));
    InputError {
        name: problem.path.to_string_lossy().into_owned(),
        reason: problem.unreadable.clone().unwrap_or_else(reason),
    }
}

/// The paths of a command line, or standard input.
fn or_stdin(paths: &[PathBuf]) -> Cow<'_, [PathBuf]> {
    if paths.is_empty() { vec![PathBuf::from("-")].into() } else { paths.into() }
}

/// Writes the whole output of a command. A broken pipe is not an error.
fn print(text: &[u8], out: &mut dyn Write) -> io::Result<()> {
    match out.write_all(text).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

/// Reports that the output could not be written.
pub fn write_failed(error: &io::Error, err: &mut dyn Write) -> Outcome {
    self::error(err, &format!("failed to write the output: {error}"));
    Outcome::Failed
}
