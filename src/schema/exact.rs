//! The keywords that compare values, over our own tape: exact for numbers of any size (`jsonschema` compares doubles where a number does not fit
//! into 64 bits), in time that is linear in the text. For schemas that somebody brings; the embedded one compares nothing but texts.

use std::collections::HashSet;

use jsonschema::paths::Location;
use jsonschema::{Draft, Keyword, ValidationError};
use serde_json::{Map, Value as Serde};

use super::Options;
use super::json::TapeBackend;
use crate::json::{Decimal, Kind, MAX_DIVISOR_DIGITS, Value};

/// Lets `jsonschema` ask us for these keywords. Not for a dialect of somebody's own: it may not have them.
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
        // There it is no keyword.
        Draft::Draft4 => options,
        _ => options.with_keyword("const", |_, value, _: Location| one_of(value, std::slice::from_ref(value))),
    }
}

type Compiled<'a> = Result<Box<dyn for<'i> Keyword<'i, TapeBackend>>, ValidationError<'a>>;

/// What the error of such a keyword carries for `explain`, besides its name: the keyword's value as JSON; nothing where that is long.
fn facts(value: &Serde) -> String {
    const MOST: usize = 2048;
    let text = value.to_string();
    if text.len() > MOST { String::new() } else { text }
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

    /// In draft 4 `exclusiveMinimum` and `exclusiveMaximum` are booleans beside the limit.
    fn beside(self, keywords: &Map<String, Serde>) -> Bound {
        let says = |keyword: &str| keywords.get(keyword) == Some(&Serde::Bool(true));
        match self {
            Bound::Minimum if says("exclusiveMinimum") => Bound::ExclusiveMinimum,
            Bound::Maximum if says("exclusiveMaximum") => Bound::ExclusiveMaximum,
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
    Ok(Box::new(Limited { bound: bound.beside(keywords), limit: number.as_str().to_owned() }))
}

/// A keyword that says nothing.
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
        // What it is depends on what stands beside it in draft 4.
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

/// The values of `enum`, or that of `const`.
struct OneOf {
    texts: HashSet<String>,
    /// Numbers, in the order of their values.
    numbers: Vec<String>,
    others: Vec<Serde>,
    facts: String,
}

fn one_of<'a>(said: &'a Serde, values: &'a [Serde]) -> Compiled<'a> {
    let mut allowed = OneOf { texts: HashSet::new(), numbers: Vec::new(), others: Vec::new(), facts: facts(said) };
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

/// Whether a value equals one of the schema (JSON Schema 2020-12, section 4.2.2).
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
