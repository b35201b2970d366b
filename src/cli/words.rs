//! The first word of a command line: a subcommand may follow options (`callcheck -q check FILE`), and a word that is
//! neither a subcommand nor a file is most likely a misspelled subcommand. clap itself would treat both as paths,
//! because paths without a subcommand are checked.

use std::ffi::{OsStr, OsString};

/// Names of the subcommands in other tools.
const SYNONYMS: &[(&str, &[&str])] = &[
    ("check", &["validate", "lint", "verify"]),
    ("format", &["fmt", "pretty", "prettify", "beautify", "reformat", "minify"]),
    ("summary", &["summarize", "summarise", "stats", "statistics"]),
    ("explain", &["rule", "rules"]),
    ("config", &["settings", "show-config", "print-config"]),
    ("completions", &["completion", "generate", "generate-shell-completion"]),
    ("man", &["manpage", "manual"]),
    ("help", &["usage"]),
];

pub(super) const NAMES: [&str; 10] =
    ["check", "format", "summary", "filter", "explain", "config", "schema", "completions", "man", "help"];

/// The options of all commands that take a value. A table, because building the command to look them up costs more than
/// checking a small file.
const LONG_WITH_VALUE: &[&str] = &[
    "allow",
    "at",
    "baseline",
    "by",
    "changed-since",
    "color",
    "config",
    "deny",
    "exclude",
    "fail-on",
    "format",
    "ignore",
    "indent",
    "key",
    "line-ending",
    "max-decompressed-size",
    "max-findings",
    "max-line-size",
    "min-severity",
    "object",
    "output-file",
    "output-format",
    "pass",
    "profile",
    "report",
    "request",
    "schema",
    "schema-dir",
    "stdin-filename",
    "style",
    "threads",
    "warn",
    "width",
    "write-baseline",
];
/// The short ones.
const SHORT_WITH_VALUE: &str = "ADWjos";

/// True if a word with a slash or a dot is certainly not a subcommand.
fn is_path(word: &str) -> bool {
    word.contains(['/', '\\', '.'])
}

/// Moves a subcommand that follows options to the front.
///
/// # Errors
/// If the first word is neither a subcommand nor a file, but resembles a subcommand: the message for the user.
pub fn reorder(arguments: Vec<OsString>, is_file: impl Fn(&OsStr) -> bool) -> Result<Vec<OsString>, String> {
    let is_in_order = |first: &OsString| match first.to_str() {
        Some(first) => {
            first != "help" && NAMES.contains(&first)
                || !first.starts_with('-') && (is_path(first) || is_file(first.as_ref()))
        }
        None => true,
    };
    if arguments.get(1).is_none_or(is_in_order) {
        return Ok(arguments);
    }
    // `help COMMAND` becomes `COMMAND --help`, because clap's own `help` makes no suggestions and rejects `help -h`.
    if arguments[1] == "help" {
        return help(arguments);
    }
    let Some(at) = first_word(&arguments) else { return Ok(arguments) };
    let word = arguments[at].to_string_lossy().into_owned();
    if NAMES.contains(&word.as_str()) {
        let mut arguments = arguments;
        let word = arguments.remove(at);
        arguments.insert(1, word);
        return Ok(arguments);
    }
    if is_path(&word) || is_file(&arguments[at]) {
        return Ok(arguments);
    }
    match suggestion(&word.to_lowercase()) {
        Some(name) => Err(format!("unrecognized subcommand '{word}'; did you mean '{name}'?")),
        None => Ok(arguments),
    }
}

/// Rewrites `callcheck help` and `callcheck help COMMAND`.
fn help(mut arguments: Vec<OsString>) -> Result<Vec<OsString>, String> {
    arguments.remove(1);
    let Some(word) = arguments.get(1).map(|word| word.to_string_lossy().into_owned()) else {
        arguments.push("--help".into());
        return Ok(arguments);
    };
    match word.as_str() {
        "help" | "-h" | "--help" => Ok(vec![arguments[0].clone(), "--help".into()]),
        name if NAMES.contains(&name) => Ok(vec![arguments[0].clone(), name.into(), "--help".into()]),
        _ => Err(match suggestion(&word.to_lowercase()) {
            Some(name) => format!("unrecognized subcommand '{word}'; did you mean '{name}'?"),
            None => format!("unrecognized subcommand '{word}'"),
        }),
    }
}

/// The subcommand that a word resembles.
fn suggestion(word: &str) -> Option<&'static str> {
    let synonym = SYNONYMS.iter().find(|(_, others)| others.contains(&word)).map(|(name, _)| *name);
    let near = || {
        let distance = |name: &str| strsim::damerau_levenshtein(word, name);
        let nearest = NAMES.into_iter().min_by_key(|name| distance(name))?;
        // At most one error in three letters: `chek`, `formt`, `sumary`.
        (distance(nearest) <= 2.min(word.len() / 3)).then_some(nearest)
    };
    synonym.or_else(near)
}

/// The index of the first argument that is neither an option nor the value of one. Options of all commands count,
/// because the command is not known yet.
fn first_word(arguments: &[OsString]) -> Option<usize> {
    let mut at = 1;
    while at < arguments.len() {
        let argument = arguments[at].to_string_lossy();
        // Only callcheck itself has a version.
        if matches!(&*argument, "-V" | "--version") {
            return None;
        }
        let follows = match argument.strip_prefix('-') {
            None | Some("") => return Some(at),
            Some("-") => return None,
            Some(rest) => match rest.strip_prefix('-') {
                Some(name) => LONG_WITH_VALUE.contains(&name),
                // In a cluster such as `-qs`, the last option may take the next argument as its value. An earlier
                // option takes the rest of the cluster.
                None => {
                    let first = rest.char_indices().find(|(_, letter)| SHORT_WITH_VALUE.contains(*letter));
                    first.is_some_and(|(index, letter)| index + letter.len_utf8() == rest.len())
                }
            },
        };
        at += if follows { 2 } else { 1 };
    }
    None
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn of(line: &str, files: &[&str]) -> Result<String, String> {
        let arguments = line.split(' ').map(OsString::from).collect();
        let is_file = |name: &OsStr| files.iter().any(|file| name == *file);
        let words = reorder(arguments, is_file)?;
        Ok(words.join(OsStr::new(" ")).to_string_lossy().into_owned())
    }

    #[test]
    fn all_subcommands_are_named() {
        let command = crate::cli::Cli::command();
        let names: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).chain(["help"]).collect();
        assert_eq!(names, NAMES);
    }

    #[test]
    fn options_with_values_are_listed() {
        let mut command = crate::cli::Cli::command();
        command.build();
        let commands = std::iter::once(&command).chain(command.get_subcommands());
        let options: Vec<&clap::Arg> = commands.flat_map(clap::Command::get_arguments).collect();
        let with_value = options.iter().filter(|option| option.get_action().takes_values());
        let names = |option: &&clap::Arg| {
            let aliases = option.get_all_aliases().unwrap_or_default();
            option.get_long().into_iter().chain(aliases).map(str::to_owned).collect::<Vec<_>>()
        };
        let mut long: Vec<String> = with_value.clone().flat_map(&names).collect();
        long.sort();
        long.dedup();
        assert_eq!(long, LONG_WITH_VALUE);
        let mut short: Vec<char> = with_value.filter_map(|option| option.get_short()).collect();
        short.sort_unstable();
        short.dedup();
        assert_eq!(String::from_iter(short), SHORT_WITH_VALUE);
        // No other command has a flag with the same name.
        for flag in options.iter().filter(|option| !option.get_action().takes_values()) {
            assert!(!names(flag).iter().any(|name| LONG_WITH_VALUE.contains(&name.as_str())), "{flag}");
            assert!(!flag.get_short().is_some_and(|short| SHORT_WITH_VALUE.contains(short)), "{flag}");
        }
    }

    #[test]
    fn subcommands_may_follow_options() {
        for (line, expected) in [
            ("callcheck -q check f.json", "callcheck check -q f.json"),
            ("callcheck --color never format f.json", "callcheck format --color never f.json"),
            ("callcheck --color=never format f.json", "callcheck format --color=never f.json"),
            ("callcheck -qs check check f.json", "callcheck check -qs check f.json"),
            ("callcheck -qscheck f.json check", "callcheck -qscheck f.json check"),
            ("callcheck -- check", "callcheck -- check"),
            ("callcheck f.json check", "callcheck f.json check"),
            ("callcheck - check", "callcheck - check"),
            ("callcheck -q", "callcheck -q"),
            ("callcheck --version check", "callcheck --version check"),
            ("callcheck help", "callcheck --help"),
            ("callcheck help -h", "callcheck --help"),
            ("callcheck help format", "callcheck format --help"),
        ] {
            assert_eq!(of(line, &[]).as_deref(), Ok(expected), "{line}");
        }
    }

    #[test]
    fn misspellings_and_synonyms_are_recognized() {
        for (word, name) in
            [("chek", "check"), ("validate", "check"), ("lint", "check"), ("fmt", "format"), ("Check", "check")]
        {
            let message = format!("unrecognized subcommand '{word}'; did you mean '{name}'?");
            assert_eq!(of(&format!("callcheck -q {word} fixtures"), &[]), Err(message));
            assert!(of(&format!("callcheck {word}"), &[word]).is_ok(), "{word} is a file");
        }
        assert!(of("callcheck help fomat", &[]).is_err_and(|message| message.ends_with("did you mean 'format'?")));
        for path in ["fixtures", "check.json", "./chek", "saved", "x"] {
            assert!(of(&format!("callcheck {path}"), &[]).is_ok(), "{path}");
        }
    }
}
