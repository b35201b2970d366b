//! The first word of a command line: a subcommand may follow options (`callcheck -q check FILE`), and a word that is neither a subcommand nor a file is
//! most likely a slip. clap itself would take both for paths, because paths without a subcommand are checked.

use std::ffi::{OsStr, OsString};

use clap::Command;

/// What other tools call our subcommands.
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

/// Moves a subcommand that follows options to the front.
///
/// # Errors
/// When the first word is neither a subcommand nor a file, but looks like a subcommand: the message for the user.
pub fn reorder(
    arguments: Vec<OsString>,
    command: &Command,
    is_file: impl Fn(&OsStr) -> bool,
) -> Result<Vec<OsString>, String> {
    let Some(at) = first_word(&arguments, command) else { return Ok(arguments) };
    let word = arguments[at].to_string_lossy().into_owned();
    let names: Vec<&str> = command.get_subcommands().map(Command::get_name).chain(["help"]).collect();
    if names.contains(&word.as_str()) {
        let mut arguments = arguments;
        let word = arguments.remove(at);
        arguments.insert(1, word);
        return Ok(arguments);
    }
    // A path with a slash or an extension is never taken for a subcommand.
    if word.contains(['/', '\\', '.']) || is_file(&arguments[at]) {
        return Ok(arguments);
    }
    match meant(&word.to_lowercase(), &names) {
        Some(name) => Err(format!("unrecognized subcommand '{word}'; did you mean '{name}'?")),
        None => Ok(arguments),
    }
}

/// The subcommand that a word probably means.
fn meant<'n>(word: &str, names: &[&'n str]) -> Option<&'n str> {
    let synonym = SYNONYMS.iter().find(|(_, others)| others.contains(&word)).map(|(name, _)| *name);
    let near = || {
        let distance = |name: &str| strsim::damerau_levenshtein(word, name);
        let nearest = names.iter().copied().min_by_key(|name| distance(name))?;
        // One slip in three letters at most: `chek`, `formt`, `sumary`.
        (distance(nearest) <= 2.min(word.len() / 3)).then_some(nearest)
    };
    synonym.or_else(near)
}

/// Where the first argument is that is neither an option nor the value of one. Options of all commands count, because the command is not known yet.
fn first_word(arguments: &[OsString], command: &Command) -> Option<usize> {
    let commands = || std::iter::once(command).chain(command.get_subcommands());
    let options = || commands().flat_map(Command::get_arguments);
    let takes_value = |found: Option<&clap::Arg>| found.is_some_and(|option| option.get_action().takes_values());
    let long = |name: &str| {
        options().find(|option| {
            option.get_long() == Some(name) || option.get_all_aliases().is_some_and(|names| names.contains(&name))
        })
    };
    let short = |name: char| options().find(|option| option.get_short() == Some(name));
    let mut at = 1;
    while at < arguments.len() {
        let argument = arguments[at].to_string_lossy();
        let follows = match argument.strip_prefix('-') {
            None | Some("") => return Some(at),
            Some("-") => return None,
            Some(rest) => match rest.strip_prefix('-') {
                Some(name) => takes_value(long(name)),
                // Of a cluster the last one may take the next argument; one before it takes the rest of the cluster.
                None => {
                    let first = rest.char_indices().find(|(_, letter)| takes_value(short(*letter)));
                    first.is_some_and(|(place, letter)| place + letter.len_utf8() == rest.len())
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
        let words = reorder(arguments, &crate::cli::Cli::command(), is_file)?;
        Ok(words.join(OsStr::new(" ")).to_string_lossy().into_owned())
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
        ] {
            assert_eq!(of(line, &[]).as_deref(), Ok(expected), "{line}");
        }
    }

    #[test]
    fn slips_and_foreign_words_are_recognized() {
        for (word, name) in
            [("chek", "check"), ("validate", "check"), ("lint", "check"), ("fmt", "format"), ("Check", "check")]
        {
            let message = format!("unrecognized subcommand '{word}'; did you mean '{name}'?");
            assert_eq!(of(&format!("callcheck -q {word} fixtures"), &[]), Err(message));
            assert!(of(&format!("callcheck {word}"), &[word]).is_ok(), "{word} is a file");
        }
        for path in ["fixtures", "check.json", "./chek", "saved", "x"] {
            assert!(of(&format!("callcheck {path}"), &[]).is_ok(), "{path}");
        }
    }
}
