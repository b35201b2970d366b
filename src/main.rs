//! The only place that reads the environment, owns the streams and ends the process.
#![expect(clippy::disallowed_methods, reason = "this is the one place where they are allowed, see clippy.toml")]

use std::env;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use callcheck::cli::{Cli, Command};
use callcheck::run;
use callcheck::settings::Terminal;
use callcheck::summary::Outcome;
use clap::{CommandFactory, Parser};

fn main() -> ExitCode {
    let terminal = terminal();
    let mut out = io::stdout().lock();
    // Not locked: the line that tells how far the work is comes from another thread.
    let mut err = io::stderr();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(asked) => return ExitCode::from(run::explain_usage(&asked, &terminal, &mut out, &mut err).exit_code()),
    };
    let done = match cli.command {
        Some(Command::Summary(args)) if args.paths.is_empty() && terminal.stdin_is_terminal => {
            let _ = writeln!(err, "callcheck: nothing to read: name a file or a folder, or pipe an answer in");
            Ok(Outcome::Failed)
        }
        Some(Command::Summary(args)) => run::summarize(&args, &terminal, &mut out, &mut err),
        Some(Command::Filter(args)) if args.path.is_none() && terminal.stdin_is_terminal => {
            let _ = writeln!(err, "callcheck: nothing to read: name a file, or pipe JSON Lines in");
            Ok(Outcome::Failed)
        }
        Some(Command::Filter(args)) => run::filter(&args, &terminal, &mut out, &mut err),
        Some(Command::Explain(args)) => run::explain(&args, &terminal, &mut out),
        Some(Command::Config(args)) => run::print_config(&args, &terminal, &mut out, &mut err),
        Some(Command::Generate { what, command }) => run::generate(what, command.as_deref(), &mut out, &mut err),
        Some(Command::Schema { which }) => run::print_schema(which, &mut out),
        None if cli.check.paths.is_empty() && terminal.stdin_is_terminal => {
            write!(out, "{}", Cli::command().render_help()).and_then(|()| out.flush()).map(|()| Outcome::Failed)
        }
        Some(Command::Check(args)) if args.paths.is_empty() && terminal.stdin_is_terminal => {
            let _ = writeln!(err, "callcheck: nothing to read: name a file or a folder, or pipe an answer in");
            Ok(Outcome::Failed)
        }
        Some(Command::Format(args)) if args.paths.is_empty() && terminal.stdin_is_terminal => {
            let _ = writeln!(err, "callcheck: nothing to read: name a file or a folder, or pipe JSON in");
            Ok(Outcome::Failed)
        }
        Some(Command::Format(args)) => run::format_inputs(&args, &terminal, &mut out, &mut err),
        Some(Command::Check(args)) => run::check_inputs(&args, &terminal, &mut out, &mut err),
        None => run::check_inputs(&cli.check, &terminal, &mut out, &mut err),
    };
    let outcome = done.unwrap_or_else(|error| {
        let _ = writeln!(err, "{}", run::lost(&error));
        Outcome::Failed
    });
    ExitCode::from(outcome.exit_code())
}

#[cfg(unix)]
fn stdout_is_file() -> bool {
    use std::os::fd::AsFd;
    let stdout = io::stdout().as_fd().try_clone_to_owned().map(std::fs::File::from);
    stdout.and_then(|stdout| stdout.metadata()).is_ok_and(|found| found.is_file())
}

#[cfg(not(unix))]
fn stdout_is_file() -> bool {
    false
}

fn terminal() -> Terminal {
    let variable = |name: &str| env::var_os(name).map(|value| value.to_string_lossy().into_owned());
    Terminal {
        stdin_is_terminal: io::stdin().is_terminal(),
        stdout_is_terminal: io::stdout().is_terminal(),
        stdout_is_file: stdout_is_file(),
        width: terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0)),
        columns: variable("COLUMNS"),
        no_color: variable("NO_COLOR"),
        force_color: variable("CLICOLOR_FORCE").or_else(|| variable("FORCE_COLOR")),
        clicolor: variable("CLICOLOR"),
        term: variable("TERM"),
        stderr_is_terminal: io::stderr().is_terminal(),
        folder: env::current_dir().unwrap_or_default(),
        ci: variable("CI"),
        step_summary: env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()).map(Into::into),
        cores: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
    }
}
