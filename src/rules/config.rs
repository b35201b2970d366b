//! `config/*`: what is wrong with a `callcheck.toml`. `config::read` finds it.

use super::{Rule, rule};
use crate::diagnostic::Severity::*;

pub(super) const RULES: &[Rule] = &[
    rule(
        "config/syntax",
        Error,
        "a callcheck.toml is no TOML",
        "TOML 1.0. The run fails with exit code 2: what was meant is not known.",
    ),
    rule(
        "config/value",
        Error,
        "a callcheck.toml says something that has no meaning",
        "Names and values are those of `callcheck schema config`; a slip would otherwise silence nothing, or too much. The run fails with exit code 2.",
    ),
];
