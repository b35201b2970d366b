//! Help, the version, and errors in the command line.

use std::ffi::OsString;
use std::io::Write;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, CommandFactory as _};

use super::{print, write_failed};
use crate::cli::settings::Environment;
use crate::cli::{Cli, When};
use crate::finding::summary::Outcome;
use crate::text::visible;

/// Options of other tools, and the options that have their effect.
const SYNONYMS: [(&str, &str, &str); 2] = [("--strict", "profile", "strict"), ("--json", "output-format", "json")];

/// Prints help and the version, or the usage error. `arguments`: the command line.
pub fn print_usage(
    usage: clap::Error,
    arguments: &[OsString],
    environment: &Environment,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Outcome {
    let usage = with_advice(usage, arguments);
    let show = |color: bool| {
        let text = usage.render();
        if color { text.ansi().to_string() } else { text.to_string() }
    };
    if usage.use_stderr() {
        // clap quotes the arguments, which may contain control characters.
        let _ = show(false).lines().try_for_each(|line| writeln!(err, "{}", visible(line)));
        return Outcome::Failed;
    }
    let color = environment.colors(When::Auto, environment.stdout_is_terminal);
    print(show(color).as_bytes(), out).map_or_else(|error| write_failed(&error, err), |()| Outcome::Clean)
}

/// Replaces tips and usage lines that mislead.
fn with_advice(mut usage: clap::Error, arguments: &[OsString]) -> clap::Error {
    if !matches!(usage.kind(), ErrorKind::UnknownArgument | ErrorKind::ArgumentConflict) {
        return usage;
    }
    let mut root = Cli::command();
    root.build();
    let name = arguments.get(1).and_then(|word| word.to_str()).filter(|word| root.find_subcommand(word).is_some());
    let mut command = name.and_then(|name| root.find_subcommand(name)).unwrap_or(&root).clone();
    // clap's own line contains the options of a conflict, as if each of them were correct.
    usage.insert(ContextKind::Usage, ContextValue::StyledStr(command.render_usage()));
    if let Some(ContextValue::String(option)) = usage.get(ContextKind::InvalidArg)
        && usage.kind() == ErrorKind::UnknownArgument
    {
        let tip = tip(option, &command, &root);
        // The tip of clap is to pass the option as the name of a file: `-- --fix`.
        usage.remove(ContextKind::Suggested);
        if let Some(tip) = tip {
            usage.remove(ContextKind::SuggestedArg);
            usage.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![StyledStr::from(tip)]));
        }
    }
    usage
}

/// Advice on an option that the command does not have.
fn tip(option: &str, command: &Command, root: &Command) -> Option<String> {
    let has = |command: &Command, matches: &dyn Fn(&Arg) -> bool| command.get_arguments().any(matches);
    let synonym = SYNONYMS
        .iter()
        .find(|(other, name, _)| option == *other && has(command, &|known: &Arg| known.get_long() == Some(name)));
    if let Some((_, name, value)) = synonym {
        return Some(format!("use '--{name} {value}'"));
    }
    let is_it = |known: &Arg| match option.strip_prefix("--") {
        Some(long) => known.get_long() == Some(long),
        None => known.get_short().is_some_and(|short| option.strip_prefix('-') == Some(short.encode_utf8(&mut [0; 4]))),
    };
    let others: Vec<String> = root
        .get_subcommands()
        .filter(|other| has(other, &is_it))
        .map(|other| format!("'callcheck {}'", other.get_name()))
        .collect();
    let (last, first) = others.split_last()?;
    let names = if first.is_empty() { last.clone() } else { format!("{} and {last}", first.join(", ")) };
    Some(format!("'{option}' is an option of {names}"))
}
