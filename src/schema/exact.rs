//! Keywords of custom schemas that compare values: exact for numbers of any size, in time linear in the text.
//! `jsonschema` compares numbers that exceed 64 bits as doubles. The embedded schema compares only strings.

use std::collections::HashSet;

use jsonschema::paths::Location;
use jsonschema::{Draft, Keyword, ValidationError};
use serde_json::{Map, Value as Serde};

use super::Options;
use super::json::TapeBackend;
use crate::json::{Decimal, Kind, MAX_DIVISOR_DIGITS, Value};

/// Registers the keywords, except for a custom dialect, which need not have them.
pub(super) fn with_keywords(options: Options, draft: Draft) -> Options {
    if draft == Draft::Unknown {
        return options;
    }
    let mut options = options;
    for bound in [Bound::Minimum, Bound::ExclusiveMinimum, Bound::Maximum, Bound::ExclusiveMaximum, Bound::MultipleOf] {
        options =
            options.with_keyword(bound.name(), move |keywords, limit, _: Location| limited(bound, keywords, limit));
    }
    options = options
        .with_keyword("enum", |_, allowed, _: Location| one_of(allowed, allowed.as_array().map_or(&[], Vec::as_slice)));
    match draft {
        // Draft 4 does not have `const`.
        Draft::Draft4 => options,
        _ => options.with_keyword("const", |_, value, _: Location| one_of(value, std::slice::from_ref(value))),
    }
}

type Compiled<'a> = Result<Box<dyn for<'i> Keyword<'i, TapeBackend>>, ValidationError<'a>>;

/// The value of the keyword as JSON, which its error carries for `schema::explain`; empty if it is long.
fn facts(value: &Serde) -> String {
    const MAX_FACTS_BYTES: usize = 2048;
    let text = value.to_string();
    if text.len() > MAX_FACTS_BYTES { String::new() } else { text }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    Minimum,
    ExclusiveMinimum,
    Maximum,
    ExclusiveMaximum,
    MultipleOf,
}

impl Bound {
    fn name(self) -> &'static str {
        match self {
            Bound::Minimum => "minimum",
            Bound::ExclusiveMinimum => "exclusiveMinimum",
            Bound::Maximum => "maximum",
            Bound::ExclusiveMaximum => "exclusiveMaximum",
            Bound::MultipleOf => "multipleOf",
        }
    }

    /// The bound with its siblings: in draft 4, `exclusiveMinimum` and `exclusiveMaximum` are booleans.
    fn with_siblings(self, keywords: &Map<String, Serde>) -> Bound {
        let is_true = |keyword: &str| keywords.get(keyword) == Some(&Serde::Bool(true));
        match self {
            Bound::Minimum if is_true("exclusiveMinimum") => Bound::ExclusiveMinimum,
            Bound::Maximum if is_true("exclusiveMaximum") => Bound::ExclusiveMaximum,
            _ => self,
        }
    }
}

fn limited<'a>(bound: Bound, keywords: &'a Map<String, Serde>, limit: &'a Serde) -> Compiled<'a> {
    let Some(number) = limit.as_number() else { return Ok(Box::new(Always)) };
    if bound == Bound::MultipleOf
        && Decimal::of(number.as_str()).is_multiple_of(&Decimal::of(number.as_str())).is_none()
    {
        return Err(ValidationError::schema(format!(
            "`multipleOf` must be greater than 0 and have at most {MAX_DIVISOR_DIGITS} digits"
        )));
    }
    Ok(Box::new(Limited { bound: bound.with_siblings(keywords), limit: number.as_str().to_owned() }))
}

/// A keyword without effect.
struct Always;

impl<'i> Keyword<'i, TapeBackend> for Always {
    fn validate(&self, _: Value<'i>) -> Result<(), ValidationError<'i>> {
        Ok(())
    }

    fn is_valid(&self, _: Value<'i>) -> bool {
        true
    }
}

struct Limited {
    bound: Bound,
    limit: String,
}

impl<'i> Keyword<'i, TapeBackend> for Limited {
    fn validate(&self, value: Value<'i>) -> Result<(), ValidationError<'i>> {
        // The error contains the name of the bound, because siblings can change it in draft 4.
        if self.is_valid(value) {
            Ok(())
        } else {
            Err(ValidationError::custom(format!("{} {}", self.bound.name(), self.limit)))
        }
    }

    fn is_valid(&self, value: Value<'i>) -> bool {
        if value.kind() != Kind::Number {
            return true;
        }
        let (number, limit) = (Decimal::of(value.number()), Decimal::of(&self.limit));
        match self.bound {
            Bound::Minimum => number >= limit,
            Bound::ExclusiveMinimum => number > limit,
            Bound::Maximum => number <= limit,
            Bound::ExclusiveMaximum => number < limit,
            Bound::MultipleOf => number.is_multiple_of(&limit).expect("the divisor was looked at"),
        }
    }
}

/// The values of `enum`, or the value of `const`.
struct OneOf {
    texts: HashSet<String>,
    /// Numbers as written, sorted by value.
    numbers: Vec<String>,
    others: Vec<Serde>,
    facts: String,
}

fn one_of<'a>(keyword_value: &'a Serde, values: &'a [Serde]) -> Compiled<'a> {
    let facts = facts(keyword_value);
    let mut allowed = OneOf { texts: HashSet::new(), numbers: Vec::new(), others: Vec::new(), facts };
    for value in values {
        match value {
            Serde::String(text) => {
                allowed.texts.insert(text.clone());
            }
            Serde::Number(number) => allowed.numbers.push(number.as_str().to_owned()),
            other => allowed.others.push(other.clone()),
        }
    }
    allowed.numbers.sort_by(|one, two| Decimal::of(one).cmp(&Decimal::of(two)));
    Ok(Box::new(allowed))
}

impl<'i> Keyword<'i, TapeBackend> for OneOf {
    fn validate(&self, value: Value<'i>) -> Result<(), ValidationError<'i>> {
        if self.is_valid(value) { Ok(()) } else { Err(ValidationError::custom(self.facts.as_str())) }
    }

    fn is_valid(&self, value: Value<'i>) -> bool {
        match value.kind() {
            Kind::String | Kind::Name => self.texts.contains(&*value.string()) && value.is(&value.string()),
            Kind::Number => {
                let number = Decimal::of(value.number());
                self.numbers.binary_search_by(|allowed| Decimal::of(allowed).cmp(&number)).is_ok()
            }
            _ => self.others.iter().any(|other| is_equal(value, other)),
        }
    }
}

/// Equality of JSON values (JSON Schema Core 2020-12, section 4.2.2).
fn is_equal(value: Value<'_>, other: &Serde) -> bool {
    match (value.kind(), other) {
        (Kind::Null, Serde::Null) | (Kind::True, Serde::Bool(true)) | (Kind::False, Serde::Bool(false)) => true,
        (Kind::String | Kind::Name, Serde::String(text)) => value.is(text),
        (Kind::Number, Serde::Number(number)) => Decimal::of(value.number()) == Decimal::of(number.as_str()),
        (Kind::Array, Serde::Array(elements)) => {
            value.element_count() == elements.len() as u64
                && value.elements().zip(elements).all(|(element, other)| is_equal(element, other))
        }
        (Kind::Object, Serde::Object(members)) => {
            let mut count = 0;
            value.last_members().all(|(name, member)| {
                count += 1;
                members.get(&*name.string()).is_some_and(|other| is_equal(member, other))
            }) && count == members.len()
        }
        _ => false,
    }
}
