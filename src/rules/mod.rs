//! Every rule that callcheck has, in one table: what `Diagnostic::new` takes severities from and what docs are made of. A group is a file.

mod batch;
mod document;
mod json;
mod schema;

pub use batch::http_status;
pub use json::{blank_lines, byte_order_mark, compression, duplicate_names, lines, lone_surrogates};

use crate::diagnostic::Severity;

/// One rule.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// `group/name`.
    pub id: &'static str,
    /// How bad a finding of it is.
    pub severity: Severity,
    /// One line: what is wrong.
    pub summary: &'static str,
    /// Why it is a rule, with its source.
    pub explanation: &'static str,
}

/// All rules, in groups.
pub const RULES: &[&[Rule]] = &[json::RULES, document::RULES, schema::RULES, batch::RULES];

/// The rule with this id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().flat_map(|group| group.iter()).find(|rule| rule.id == id)
}

const fn rule(id: &'static str, severity: Severity, summary: &'static str, explanation: &'static str) -> Rule {
    Rule { id, severity, summary, explanation }
}
