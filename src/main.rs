//! The only module that reads the environment, owns the streams and ends the process.
#![expect(clippy::disallowed_methods, reason = "the only module where they are allowed, see clippy.toml")]

#[cfg(unix)]
mod signals;

use std::env;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::time::SystemTime;

use callcheck::internals::cli::settings::Environment;
use callcheck::internals::cli::{self, Cli};
use callcheck::internals::commands;
use callcheck::internals::finding::summary::Outcome;
use clap::Parser;

fn main() -> ExitCode {
    #[cfg(unix)]
    callcheck::internals::format::before_first_temporary_file(signals::handle);
    let environment = environment();
    let mut out = io::stdout().lock();
    // Not locked, because the progress line is written by another thread.
    let mut err = commands::WrappedWriter::new(io::stderr(), environment.message_width());
    let outcome = run(&environment, &mut out, &mut err);
    ExitCode::from(outcome.unwrap_or_else(|error| commands::write_failed(&error, &mut err)).exit_code())
}

fn run(environment: &Environment, out: &mut dyn Write, err: &mut dyn Write) -> io::Result<Outcome> {
    let is_file = |name: &std::ffi::OsStr| std::path::Path::new(name).exists();
    let arguments = match cli::reorder(env::args_os().collect(), is_file) {
        Ok(arguments) => arguments,
        Err(message) => {
            commands::error(err, &message);
            let _ = writeln!(err, "\nFor more information, try '--help'.");
            return Ok(Outcome::Failed);
        }
    };
    let cli = match cli::common_line(&arguments).map_or_else(|| Cli::try_parse_from(&arguments), Ok) {
        Ok(cli) => cli,
        Err(usage) => return Ok(commands::print_usage(usage, &arguments, environment, out, err)),
    };
    commands::run(cli, environment, out, err)
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

fn environment() -> Environment {
    let variable = |name: &str| env::var_os(name).map(|value| value.to_string_lossy().into_owned());
    Environment {
        stdin_is_terminal: io::stdin().is_terminal(),
        stdout_is_terminal: io::stdout().is_terminal(),
        stdout_is_file: stdout_is_file(),
        width: terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0)),
        stderr_width: terminal_size::terminal_size_of(io::stderr()).map(|(width, _)| usize::from(width.0)),
        columns: variable("COLUMNS"),
        no_color: variable("NO_COLOR"),
        clicolor_force: variable("CLICOLOR_FORCE"),
        force_color: variable("FORCE_COLOR"),
        clicolor: variable("CLICOLOR"),
        term: variable("TERM"),
        stderr_is_terminal: io::stderr().is_terminal(),
        directory: env::current_dir().unwrap_or_default(),
        ci: variable("CI"),
        step_summary: env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()).map(Into::into),
        count_cores: Some(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get)),
        config: env::var_os("CALLCHECK_CONFIG").filter(|path| !path.is_empty()).map(Into::into),
        output_format: variable("CALLCHECK_OUTPUT_FORMAT"),
        source_date_epoch: variable("SOURCE_DATE_EPOCH"),
        now: SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok().map(|since| since.as_millis() as i64),
    }
}
