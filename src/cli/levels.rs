//! The options for severities: `--deny`, `--warn`, `--allow`, `--profile` and `--fail-on-partial`. They are not
//! derived, because their order matters across options.

use std::str::FromStr;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches};

use crate::diagnostic::Severity;
use crate::rules::levels::{Levels, Profile, Selector};

/// Name, short name, help, and severity (`None` disables the rules).
const OPTIONS: [(&str, char, &str, Option<Severity>); 3] = [
    ("deny", 'D', "Report a rule, a group or `all` as errors", Some(Severity::Error)),
    ("warn", 'W', "Report a rule, a group or `all` as warnings", Some(Severity::Warning)),
    ("allow", 'A', "Disable a rule, a group or `all`", None),
];

/// The end of the long help of these options.
const SELECTOR_HELP: &str = "A rule is named by its id (json/duplicate-key) or, if only one rule has it, by its last part (duplicate-key). \
                     Separate several rules with commas. Later options override earlier ones.";

impl FromArgMatches for Levels {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        // Index on the command line, because a later option overrides an earlier one.
        let mut overrides: Vec<(usize, Selector, Option<Severity>)> = Vec::new();
        for (option, _, _, severity) in OPTIONS {
            if matches.value_source(option) != Some(ValueSource::CommandLine) {
                continue;
            }
            let (values, indices) = (matches.get_many::<Selector>(option), matches.indices_of(option));
            for (selector, index) in values.into_iter().flatten().zip(indices.into_iter().flatten()) {
                overrides.push((index, selector.clone(), severity));
            }
        }
        if matches.get_flag("fail_on_partial") {
            let index = matches.indices_of("fail_on_partial").and_then(Iterator::last).unwrap_or_default();
            overrides.push((index, Selector::Rule("batch/partial-failure"), Some(Severity::Error)));
        }
        overrides.sort_by_key(|(index, ..)| *index);
        let overrides = overrides.into_iter().map(|(_, selector, severity)| (selector, severity)).collect();
        let explicit_profile = matches.get_one::<Profile>("profile").copied();
        Ok(Levels { profile: explicit_profile.unwrap_or_default(), explicit_profile, overrides })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.overrides.extend(Levels::from_arg_matches(matches)?.overrides);
        Ok(())
    }
}

impl clap::Args for Levels {
    fn augment_args(command: Command) -> Command {
        const HEADING: &str = "Rules";
        let profile = Arg::new("profile")
            .long("profile")
            .value_name("PROFILE")
            .help("Use a preset: lenient, default or strict")
            .long_help(
                "Use a severity preset for all rules that no other option names\n\n\
                 - lenient: for live responses; no notes, no fixture/* rules\n\
                 - default: as `callcheck explain` lists them\n\
                 - strict: for test fixtures; almost every finding is an error",
            )
            .help_heading(HEADING)
            .hide_possible_values(true)
            .value_parser(clap::builder::EnumValueParser::<Profile>::new());
        let partial = Arg::new("fail_on_partial")
            .long("fail-on-partial")
            .help("Report partial failures (HTTP 207) as errors")
            .help_heading(HEADING)
            .action(ArgAction::SetTrue);
        let command = OPTIONS.into_iter().fold(command, |command, (option, short, help, severity)| {
            let value = Selector::from_str as fn(&str) -> Result<Selector, String>;
            let argument = Arg::new(option)
                .long(option)
                .short(short)
                .value_name("RULE")
                .help(help)
                .long_help(format!("{help}\n\n{SELECTOR_HELP}"))
                .help_heading(HEADING)
                .action(ArgAction::Append)
                .value_delimiter(',')
                .value_parser(value);
            command.arg(if severity.is_none() { argument.alias("ignore") } else { argument })
        });
        command.arg(profile).arg(partial)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}
