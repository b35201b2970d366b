//! The registry of all rules. Severities, `callcheck explain`, docs/reference/rules.md and reports are derived from it.
//!
//! A group is a directory or a file. To add a HubSpot rule:
//!
//! 1. Write `GROUP/NAME.rs`: the constants `INFO` and `RULE`, and a check function. The prelude has the usual imports.
//! 2. Add `NAME` to the table in `GROUP/mod.rs`. Its position is the position in reports and docs.
//!
//! A rule with an empty list of checks is reported by the module that reads, classifies or validates documents.

mod active;
mod batch;
mod call;
pub(crate) mod config;
mod document;
mod example;
mod expect;
mod fixture;
mod json;
pub(crate) mod levels;
mod recording;
mod request;
mod schema;

pub(crate) use active::{Acceptance, Rules};
pub(crate) use batch::http_status;
pub(crate) use example::{Example, ExampleFile};
pub use expect::{Expectation, expectable_kinds};
pub(crate) use json::CANONICAL;
pub(crate) use json::{
    MAY_BE_CONSEQUENCES, blank_lines, byte_order_mark, compression, duplicate_names, lines, lone_surrogates,
    without_extension,
};
pub(crate) use recording::{damaged_recording, recorded_body};
pub(crate) use request::{name_inputs, reconcile};

use crate::diagnostic::{Diagnostic, RuleInfo};
use crate::hubspot::{Field, Record, Response};
use crate::json::{Kind, Value, push_token};
use crate::span::Span;

#[derive(Debug, Clone, Copy)]
pub struct Rule {
    pub info: &'static RuleInfo,
    pub example: Option<Example>,
    pub checks: &'static [Check],
}

/// The input of a check function. Locations in its findings are relative to the result, error or response.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// A result that has this property. Runs on every result, so it reads captured properties only.
    Result(Field, fn(&Record<'_>) -> Option<Diagnostic>),
    /// A result with a property name that is [`Field::Odd`].
    PropertyNames(fn(&Record<'_>, Value<'_>) -> Vec<Diagnostic>),
    /// A result with a value that does not match [`crate::hubspot::TYPES`].
    TypeMismatch(fn(Value<'_>) -> Vec<Diagnostic>),
    /// An item of `errors`.
    Error(fn(Value<'_>) -> Vec<Diagnostic>),
    /// The response, after all its results were read.
    Response(fn(&Response<'_>) -> Option<Diagnostic>),
    /// A result with the id of an earlier result, and the index of the first one.
    DuplicateId(fn(&Record<'_>, u64) -> Option<Diagnostic>),
}

impl Rule {
    /// A HubSpot rule.
    const fn new(info: &'static RuleInfo, example: Option<Example>, checks: &'static [Check]) -> Rule {
        Rule { info, example, checks }
    }

    /// A rule without checks.
    const fn of(info: &'static RuleInfo, example: Option<Example>) -> Rule {
        Rule { info, example, checks: &[] }
    }
}

/// By group.
pub const RULES: &[&[Rule]] = &[
    json::RULES,
    document::RULES,
    schema::RULES,
    batch::RULES,
    call::RULES,
    fixture::RULES,
    request::RULES,
    recording::RULES,
    config::RULES,
];

pub fn all() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().flat_map(|group| group.iter())
}

/// The rules for which [`is_of_domain`] is true.
fn of_domain() -> impl Iterator<Item = &'static Rule> {
    [batch::RULES, call::RULES, fixture::RULES].into_iter().flatten()
}

pub fn find(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.info.id == id)
}

/// True for the groups that apply to batch responses only.
pub fn is_of_domain(rule: &str) -> bool {
    ["batch/", "call/", "fixture/"].iter().any(|group| rule.starts_with(group))
}

/// The JSON type, for messages.
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

fn first_byte(value: Value<'_>) -> Span {
    value.span().first_byte()
}

/// The span to mark: of an array or object only its bracket.
fn value_or_bracket(value: Value<'_>) -> Span {
    match value.kind() {
        Kind::Object | Kind::Array => first_byte(value),
        _ => value.span(),
    }
}

/// The names and values in the object `name` of a value, if there is one; of repeated names the last.
fn properties_of<'a>(value: Value<'a>, name: &str) -> impl Iterator<Item = (Value<'a>, Value<'a>)> + use<'a> {
    value.get(name).into_iter().flat_map(|object| object.last_members())
}

/// A JSON Pointer with one more reference token.
fn pointer_to(parent: &str, name: &str) -> String {
    let mut pointer = parent.to_owned();
    push_token(&mut pointer, name);
    pointer
}

/// The help for a value that may be a misspelling.
fn did_you_mean(suggestion: Option<&str>, fix: &str) -> String {
    suggestion.map_or_else(|| fix.to_owned(), |suggestion| format!("did you mean \"{suggestion}\"?"))
}

mod prelude {
    pub(crate) use super::example::example;
    pub(super) use super::{Check, Rule};
    pub(super) use super::{did_you_mean, first_byte, kind_of, pointer_to, properties_of, value_or_bracket};
    pub(super) use crate::diagnostic::{Diagnostic, Label, RuleInfo, Severity::*};
    pub(super) use crate::hubspot::{Field, JsonScalar, JsonString, Record, Response, TimeFormat, names};
    pub(super) use crate::json::{Kind, Value};
    pub(super) use crate::span::Span;
    pub(super) use crate::text::{count, list, shorten, span_of_time, thousands};
}

/// The table of a group: one file per rule.
macro_rules! rules {
    ($($name:ident,)*) => {
        $(mod $name;)*

        pub(super) const RULES: &[super::Rule] = &[$($name::RULE,)*];
    };
}
use rules;
