//! The common command lines of `callcheck` and `callcheck check`, read without clap. Building clap's command costs more
//! than checking a small file. Everything else, also every mistake, is left to clap.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::ValueEnum;

use super::words::NAMES;
use super::{CheckArgs, Cli, Command, values};

/// The meaning of a command line of `check`, the same as clap's. `None` if anything in it is not known here.
pub fn common_line(arguments: &[OsString]) -> Option<Cli> {
    let (first, rest) = arguments.split_first()?.1.split_first()?;
    if first != "check" {
        return Some(Cli { command: None, check: check(&arguments[1..])?, version: None });
    }
    Some(Cli { command: Some(Command::Check(check(rest)?)), check: CheckArgs::default(), version: None })
}

/// Reads options and paths. Each option may occur once, because a repeated one needs clap's rules.
fn check(arguments: &[OsString]) -> Option<CheckArgs> {
    let mut args = CheckArgs::default();
    let (mut color, mut fail_on) = (None, None);
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let argument = argument.to_str()?;
        if argument == "-" || !argument.starts_with('-') {
            if argument.is_empty() || NAMES.contains(&argument) {
                return None;
            }
            args.paths.push(PathBuf::from(argument));
            continue;
        }
        let flag = match argument {
            "-q" | "--quiet" => Some(&mut args.global.quiet),
            "--no-config" => Some(&mut args.global.no_config),
            "--plain" => Some(&mut args.global.plain),
            "--lines" => Some(&mut args.input.lines),
            "--statistics" => Some(&mut args.statistics),
            _ => None,
        };
        if let Some(flag) = flag {
            if std::mem::replace(flag, true) {
                return None;
            }
            continue;
        }
        let (name, value) = match argument.split_once('=') {
            Some(both) => both,
            None => (argument, arguments.next()?.to_str()?),
        };
        if value.is_empty() || value.starts_with('-') {
            return None;
        }
        match name {
            "--threads" => set(&mut args.threads.threads, values::threads(value).ok())?,
            "-j" if argument == name => set(&mut args.threads.threads, values::threads(value).ok())?,
            "--output-format" => set(&mut args.output_format, named(value))?,
            "--color" => set(&mut color, named(value))?,
            "--fail-on" => set(&mut fail_on, named(value))?,
            _ => return None,
        }
    }
    args.global.color = color.unwrap_or_default();
    args.fail_on = fail_on.unwrap_or_default();
    Some(args)
}

/// Sets the value of an option. `None` if it is not a value of this option, or not the first one.
fn set<T>(option: &mut Option<T>, value: Option<T>) -> Option<()> {
    let value = value?;
    option.replace(value).is_none().then_some(())
}

/// The value with this name.
fn named<T: ValueEnum>(name: &str) -> Option<T> {
    T::from_str(name, false).ok()
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use proptest::prelude::*;

    use super::*;

    /// Words of command lines, common and uncommon ones; one of them is empty.
    const WORDS: &str = "a.json dir - --  check format help -q --quiet -v --no-config --config --plain --lines --jsonl \
                         --statistics --threads --threads=4 --threads= -j -j2 -j=2 4 0 -1 2000 --output-format --format \
                         --output-format=json json full JSON yaml --color --color=never always never --fail-on \
                         --fail-on=note warning --exit-zero -qs --schema --fail-fast -h -V --quie -qq --quiet=true \
                         --statistics=";

    fn words() -> impl Strategy<Value = Vec<&'static str>> {
        prop::collection::vec(prop::sample::select(WORDS.split(' ').collect::<Vec<_>>()), 0..6)
    }

    proptest! {
        #[test]
        fn common_command_lines_mean_the_same_to_clap(words in words()) {
            let arguments: Vec<OsString> = ["callcheck"].into_iter().chain(words).map(OsString::from).collect();
            if let Some(cli) = common_line(&arguments) {
                let expected = Cli::try_parse_from(&arguments).map(|cli| format!("{cli:?}"));
                prop_assert_eq!(Ok(format!("{:?}", cli)), expected.map_err(|error| error.to_string()));
            }
        }
    }

    #[test]
    fn common_command_lines_do_not_need_clap() {
        for (line, is_common) in [
            ("callcheck a.json", true),
            ("callcheck check -q --threads 2 --output-format json --no-config a.json -", true),
            ("callcheck --output-format=concise --fail-on warning --color never .", true),
            ("callcheck --schema s.json a.json", false),
            ("callcheck format a.json", false),
            ("callcheck -q -q a.json", false),
            ("callcheck --threads many a.json", false),
        ] {
            let arguments: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            assert_eq!(common_line(&arguments).is_some(), is_common, "{line}");
        }
    }
}
