//! `callcheck completions` and `callcheck man`, generated from the command line itself.

use std::io::{self, Write};

use clap::{Command, CommandFactory};
use clap_mangen::roff::{Roff, roman};

use crate::cli::{Cli, Shell};
use crate::finding::summary::Outcome;

pub fn completions(shell: Shell, out: &mut dyn Write) -> io::Result<Outcome> {
    let mut text = Vec::new();
    let shell = match shell {
        Shell::Bash => clap_complete::Shell::Bash,
        Shell::Zsh => return write(zsh().as_bytes(), out),
        Shell::Fish => clap_complete::Shell::Fish,
        Shell::Powershell => clap_complete::Shell::PowerShell,
    };
    clap_complete::generate(shell, &mut Cli::command(), "callcheck", &mut text);
    write(&text, out)
}

pub fn man(command: Option<&str>, out: &mut dyn Write, err: &mut dyn Write) -> io::Result<Outcome> {
    let Some(page) = page(command) else {
        let name = command.unwrap_or_default();
        super::error(err, &format!("unrecognized subcommand '{name}'"));
        return Ok(Outcome::Failed);
    };
    let mut text = Vec::new();
    render(page, &mut text)?;
    write(&text, out)
}

fn write(text: &[u8], out: &mut dyn Write) -> io::Result<Outcome> {
    super::print(text, out).map(|()| Outcome::Clean)
}

/// Completions for zsh. For a command that takes files or a subcommand, clap's script treats the first word as a file
/// and completes nothing after it. So clap gets the subcommands without the files, and files are added to its script.
fn zsh() -> String {
    let all = Cli::command();
    let options = all.get_arguments().filter(|argument| !argument.is_positional()).cloned();
    let mut bare = Command::new("callcheck")
        .version(env!("CARGO_PKG_VERSION"))
        .disable_help_flag(true)
        .disable_version_flag(true)
        .args(options)
        .subcommands(all.get_subcommands().cloned());
    let mut text = Vec::new();
    clap_complete::generate(clap_complete::Shell::Zsh, &mut bare, "callcheck", &mut text);
    let text = String::from_utf8_lossy(&text);
    // Next to the subcommands, and after a first word that is not one.
    let described = "_describe -t commands 'callcheck commands' commands \"$@\"\n";
    text.replacen(described, &format!("{described}    _files\n"), 1).replacen(
        "        esac\n    ;;\nesac\n}\n",
        "            (*)\n_files && ret=0\n;;\n        esac\n    ;;\nesac\n}\n",
        1,
    )
}

/// Renders a man page with clap_mangen, and the paragraphs after the options of `--help` as sections.
fn render(page: Command, out: &mut dyn Write) -> io::Result<()> {
    let after = page.get_after_long_help().map(ToString::to_string).unwrap_or_default();
    let has_commands = page.has_subcommands();
    // Without a date, because it would have to be changed for every release.
    writeln!(out, ".TH {} 1 \"\" \"callcheck {}\"", page.get_name(), env!("CARGO_PKG_VERSION"))?;
    let usage = page.clone().render_usage().to_string();
    // clap_mangen omits the help of options that `-h` hides unless they have a long help, and joins the lines of a
    // list.
    let page = page.mut_args(|argument| {
        let help = argument.get_long_help().or(argument.get_help()).map(ToString::to_string).unwrap_or_default();
        argument.long_help(help.replace("\n- ", "\n\n- ").replace("\n\n\n", "\n\n"))
    });
    let man = clap_mangen::Man::new(page);
    man.render_name_section(out)?;
    let mut synopsis = Roff::new();
    synopsis.control("SH", ["SYNOPSIS"]).text([roman(usage.trim_start_matches("Usage: ").trim())]);
    synopsis.to_writer(out)?;
    man.render_description_section(out)?;
    man.render_options_section(out)?;
    if has_commands {
        man.render_subcommands_section(out)?;
    }
    for text in after.split("\n\n").filter(|text| !text.is_empty()) {
        let mut roff = Roff::new();
        let body = match text.split_once(":\n") {
            Some((heading, body)) => {
                let heading = if heading == "Exit codes" { "EXIT STATUS".to_owned() } else { heading.to_uppercase() };
                roff.control("SH", [heading.as_str()]);
                body
            }
            None => {
                roff.control("PP", []);
                text
            }
        };
        // The lines of a table are not joined.
        let is_table = body.lines().any(|line| line.starts_with("  "));
        if is_table {
            roff.control("nf", []);
        }
        body.lines().for_each(|line| {
            roff.text([roman(line)]);
        });
        if is_table {
            roff.control("fi", []);
        }
        roff.to_writer(out)?;
    }
    man.render_version_section(out)
}

fn page(command: Option<&str>) -> Option<Command> {
    let mut all = Cli::command();
    all.build();
    let Some(name) = command else { return Some(all) };
    let found = all.find_subcommand(name)?.clone();
    Some(found.name(format!("callcheck-{name}").leak() as &'static str).version(env!("CARGO_PKG_VERSION")))
}
