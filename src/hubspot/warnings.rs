//! Warnings of HubSpot about results, from their `warnings`.

use std::collections::BTreeSet;

use super::classify::without_values;
use super::failures::strings;
use crate::json::{Document, Kind, Tape};
use crate::text::shorten;

const MAX_KINDS: usize = 20;
const MAX_PROPERTIES: usize = 10;

/// A warning of a result, without values.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ResultWarning {
    category: String,
    message: String,
    properties: Vec<String>,
}

/// The warnings of one result. A struct, so that a pointer to it has one word in every [`super::Fact`].
#[derive(Debug, Clone, PartialEq)]
pub struct ResultWarnings(Vec<ResultWarning>);

impl ResultWarnings {
    /// The warnings in the array at `at`. `call/field-type` reports those without the properties of HubSpot's types.
    pub fn at(text: &[u8], at: usize) -> Option<Box<ResultWarnings>> {
        let inside = text.get(at + 1..)?.trim_ascii_start();
        if text[at] != b'[' || inside.starts_with(b"]") {
            return None;
        }
        let mut tape = Tape::default();
        let array = Document::parse_value(text, at, &mut tape).ok()?;
        let warning = |value: crate::json::Value<'_>| {
            let property = |name: &str| value.get_string(name);
            let properties = value.get("context").into_iter().flat_map(|context| {
                ["propertyName", "propertyNames", "properties"].into_iter().filter_map(move |name| context.get(name))
            });
            Some(ResultWarning {
                category: shorten(&property("category")?, 60).into_owned(),
                message: shorten(&without_values(&property("message")?, &|_, _| false), 240).into_owned(),
                properties: properties.flat_map(strings).map(|name| shorten(&name, 60).into_owned()).collect(),
            })
        };
        let all: Vec<ResultWarning> =
            array.root().elements().filter(|value| value.kind() == Kind::Object).filter_map(warning).collect();
        (!all.is_empty()).then(|| Box::new(ResultWarnings(all)))
    }
}

/// Warnings with the same category and message.
#[derive(Debug, Clone)]
pub struct WarningKind {
    pub category: String,
    pub message: String,
    pub count: u64,
    /// Index of the first result.
    pub first: u64,
    /// Names of properties, at most [`MAX_PROPERTIES`].
    pub properties: BTreeSet<String>,
}

/// The warnings of all results.
#[derive(Debug, Clone, Default)]
pub struct Warnings {
    pub count: u64,
    /// Number of results with warnings.
    pub results: u64,
    /// The first [`MAX_KINDS`].
    pub kinds: Vec<WarningKind>,
}

impl Warnings {
    /// Adds the warnings of the result with this index.
    pub fn add(&mut self, warnings: &ResultWarnings, index: u64) {
        self.results += 1;
        for ResultWarning { category, message, properties } in &warnings.0 {
            self.count += 1;
            let found = self.kinds.iter().position(|kind| kind.category == *category && kind.message == *message);
            let kind = match found {
                Some(found) => &mut self.kinds[found],
                None if self.kinds.len() < MAX_KINDS => {
                    self.kinds.push(WarningKind {
                        category: category.clone(),
                        message: message.clone(),
                        count: 0,
                        first: index,
                        properties: BTreeSet::new(),
                    });
                    self.kinds.last_mut().expect("one was added")
                }
                None => continue,
            };
            kind.count += 1;
            let room = MAX_PROPERTIES.saturating_sub(kind.properties.len());
            kind.properties.extend(properties.iter().take(room).cloned());
        }
    }
}
