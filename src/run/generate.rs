//! `callcheck generate`: completions and man pages, made of the command line itself.

use std::io::{self, Write};

use clap::{Command, CommandFactory};
use clap_complete::Shell;

use crate::cli::{Cli, Generated};
use crate::summary::Outcome;
use crate::text::visible;

/// Prints it.
///
/// # Errors
/// When `out` cannot be written.
pub fn generate(
    what: Generated,
    command: Option<&str>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<Outcome> {
    let mut text = Vec::new();
    match (shell(what), command) {
        (Some(_), Some(_)) => {
            let _ = writeln!(err, "callcheck: only man pages are of one command");
            return Ok(Outcome::Failed);
        }
        (Some(shell), None) => clap_complete::generate(shell, &mut Cli::command(), "callcheck", &mut text),
        (None, command) => {
            let Some(page) = page(command) else {
                let _ = writeln!(err, "callcheck: there is no command {}", visible(command.unwrap_or_default()));
                return Ok(Outcome::Failed);
            };
            clap_mangen::Man::new(page).render(&mut text)?;
        }
    }
    match out.write_all(&text).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(Outcome::Clean),
    }
}

fn shell(what: Generated) -> Option<Shell> {
    match what {
        Generated::Bash => Some(Shell::Bash),
        Generated::Zsh => Some(Shell::Zsh),
        Generated::Fish => Some(Shell::Fish),
        Generated::Powershell => Some(Shell::PowerShell),
        Generated::Man => None,
    }
}

/// The command that a man page is of.
fn page(command: Option<&str>) -> Option<Command> {
    let mut all = Cli::command();
    all.build();
    let Some(name) = command else { return Some(all) };
    let found = all.find_subcommand(name)?.clone();
    Some(found.name(format!("callcheck-{name}").leak() as &'static str))
}
