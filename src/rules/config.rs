//! `config/*`: mistakes in callcheck.toml. `config::read` reports them.

use super::Rule;
use crate::diagnostic::{RuleInfo, Severity::Error};

pub(super) const RULES: &[Rule] = &[Rule::of(&SYNTAX, None), Rule::of(&VALUE, None)];

pub(crate) const SYNTAX: RuleInfo = RuleInfo::new(
    "config/syntax",
    Error,
    "callcheck.toml is not valid TOML",
    "callcheck reads TOML 1.0. If the file cannot be parsed, its settings are unknown and the run fails with exit code 2.",
);
pub(crate) const VALUE: RuleInfo = RuleInfo::new(
    "config/value",
    Error,
    "callcheck.toml contains an unknown key or an invalid value",
    "`callcheck schema config` prints the JSON Schema of the file. A typo could otherwise disable the wrong rules, so the run fails with exit code 2.",
);
