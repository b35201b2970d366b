//! Every rule that callcheck has, in one table: what findings take their severities from, and what `callcheck explain`, docs/reference/rules.md and reports are
//! made of. A group is a folder or a file, a rule of the domain is a file in it.

mod active;
mod batch;
mod call;
pub(crate) mod config;
mod document;
mod example;
mod fixture;
mod json;
pub mod levels;
mod request;
mod schema;

pub use active::Rules;
pub use batch::http_status;
pub use example::{Example, ExampleFile};
pub(crate) use json::CANONICAL;
pub use json::{blank_lines, byte_order_mark, compression, duplicate_names, lines, lone_surrogates, packed};
pub use request::reconcile;

use crate::diagnostic::{Diagnostic, RuleInfo};
use crate::hubspot::{Field, Record, Response};
use crate::json::{Kind, Span, Value};

/// One rule: what is known about it, an example, and what it checks.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// What is known about it.
    pub info: &'static RuleInfo,
    /// A document that violates it, and one that does not.
    pub example: Option<Example>,
    /// What it looks at; nothing for rules that are reported elsewhere: when a document is read, classified or validated.
    pub checks: &'static [Check],
}

/// What a rule looks at, and how it tells.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// A result that has this member.
    Result(Field, fn(&Record<'_>) -> Option<Diagnostic>),
    /// A result with a property whose name is [`Field::Odd`]. [`Record::value`] is there.
    Named(fn(&Record<'_>, Value<'_>) -> Vec<Diagnostic>),
    /// A result with a value that does not fit [`crate::hubspot::TYPES`]. [`Record::value`] is there.
    Unusual(fn(&Record<'_>, Value<'_>) -> Vec<Diagnostic>),
    /// Each element of `errors`.
    Failure(fn(Value<'_>) -> Vec<Diagnostic>),
    /// The answer, when its results are known.
    Response(fn(&Response<'_>) -> Option<Diagnostic>),
    /// A result whose id has been seen: the place of the first one with it.
    Again(fn(&Record<'_>, u64) -> Option<Diagnostic>),
}

impl Rule {
    /// A rule that is reported elsewhere.
    const fn of(info: &'static RuleInfo) -> Rule {
        Rule { info, example: None, checks: &[] }
    }

    /// With an example.
    const fn shown(self, example: Option<Example>) -> Rule {
        Rule { example, ..self }
    }
}

/// All rules, in groups.
pub const RULES: &[&[Rule]] = &[
    json::RULES,
    document::RULES,
    schema::RULES,
    batch::RULES,
    call::RULES,
    fixture::RULES,
    request::RULES,
    config::RULES,
];

/// All rules, one after the other.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().flat_map(|group| group.iter())
}

/// The rule with this id.
pub fn find(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.info.id == id)
}

/// Groups whose rules know HubSpot: they hold for batch answers only.
pub fn is_of_domain(rule: &str) -> bool {
    ["batch/", "call/", "fixture/"].iter().any(|group| rule.starts_with(group))
}

/// What a value is, without what is in it.
fn kind_of(value: Value<'_>) -> &'static str {
    match value.kind() {
        Kind::Null => "null",
        Kind::True | Kind::False => "a boolean",
        Kind::Number => "a number",
        Kind::String | Kind::Name => "a string",
        Kind::Array => "an array",
        Kind::Object => "an object",
    }
}

/// The value; of an object or array its bracket.
fn first_byte(value: Value<'_>) -> Span {
    let span = value.span();
    match value.kind() {
        Kind::Object | Kind::Array => span.first_byte(),
        _ => span,
    }
}

/// What every file with a rule needs.
mod prelude {
    pub(crate) use super::example::example;
    pub use super::{Check, Rule};
    pub(super) use super::{first_byte, kind_of};
    pub use crate::diagnostic::{Diagnostic, Label, RuleInfo, Severity::*};
    pub use crate::hubspot::{Field, Record, Response, names};
    pub use crate::json::{Kind, Value};
    pub use crate::text::{count, list, shorten, span_of_time};
}

/// Declares the rules of a group: a file each.
macro_rules! rules {
    ($($name:ident,)*) => {
        $(mod $name;)*

        /// The rules of this group.
        pub(super) const RULES: &[super::Rule] = &[$($name::RULE,)*];
    };
}
use rules;
