//! Parts of messages about violations: the actual value, shortened, and the expected value.

use std::borrow::Cow;

use jsonschema::JsonType;
use serde_json::Value as Serde;

use crate::diagnostic::Label;
use crate::json::{Kind, Span, Value};
use crate::text::{count, shorten, thousands};

pub(super) fn push_all(out: &mut String, pieces: &[&str]) {
    pieces.iter().for_each(|piece| out.push_str(piece));
}

/// Texts of the diagnostic for one violation.
pub(super) struct MessageParts {
    pub(super) message: String,
    pub(super) label: String,
    /// The marked span, if it is not the span of the value.
    pub(super) span: Option<Span>,
    pub(super) related: Vec<Label>,
    pub(super) notes: Vec<String>,
    pub(super) help: Vec<String>,
    /// As [`crate::diagnostic::Diagnostic::is_repetition`].
    pub(super) is_repetition: bool,
}

pub(super) fn words(message: impl Into<String>, label: impl Into<String>) -> MessageParts {
    MessageParts {
        message: message.into(),
        label: label.into(),
        span: None,
        related: Vec::new(),
        notes: Vec::new(),
        help: Vec::new(),
        is_repetition: false,
    }
}

impl MessageParts {
    pub(super) fn span(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    pub(super) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }
}

/// Returns true if `written` is probably a typo of `expected`: equal except for case, `_`, `-` and spaces, or with a
/// Damerau-Levenshtein distance of at most 2.
pub(crate) fn is_similar(written: &str, expected: &str) -> bool {
    if written.len() > 4 * expected.len() + 8 {
        return false;
    }
    let plain = |text: &str| {
        text.chars().filter(|character| !matches!(character, '_' | '-' | ' ')).collect::<String>().to_lowercase()
    };
    let (written, expected) = (plain(written), plain(expected));
    let max_distance = (expected.chars().count() / 4).min(2);
    written == expected || strsim::damerau_levenshtein(&written, &expected) <= max_distance
}

/// A value from the schema, shortened for a message.
pub(super) fn quoted(value: &Serde) -> String {
    shorten(&value.to_string(), 60).into_owned()
}

/// The actual value, shortened for a message: `"D"`, `7`, `an array of 2 items`.
pub(super) fn got(value: Value<'_>) -> String {
    let mut got = String::new();
    push_got(&mut got, value);
    got
}

pub(super) fn push_got(out: &mut String, value: Value<'_>) {
    match value.kind() {
        Kind::Null => out.push_str("null"),
        Kind::True => out.push_str("true"),
        Kind::False => out.push_str("false"),
        Kind::Number => out.push_str(&shorten(value.number(), 40)),
        Kind::String | Kind::Name if value.text().len() == 2 => out.push_str("an empty string"),
        // As JSON, like the expected values in the same message.
        Kind::String | Kind::Name => {
            out.push_str(&Serde::from(&*shorten(&value.string(), 40)).to_string());
        }
        Kind::Array => match value.element_count() {
            0 => out.push_str("an empty array"),
            number => push_all(out, &["an array of ", &count(number, "item")]),
        },
        Kind::Object => match value.last_members().count() {
            0 => out.push_str("an empty object"),
            number => push_all(out, &["an object with ", &properties(number as u64)]),
        },
    }
}

/// The actual value with its type: `the string "D"`, `the number 7`.
pub(super) fn push_typed(out: &mut String, value: Value<'_>) {
    match value.kind() {
        Kind::Number => out.push_str("the number "),
        Kind::String | Kind::Name if value.text().len() > 2 => out.push_str("the string "),
        _ => {}
    }
    push_got(out, value);
}

/// A noun for values of a format, which can follow "a valid".
pub(super) fn noun_of(format: &str) -> Cow<'_, str> {
    let noun = match format {
        "ipv4" => "IPv4 address",
        "ipv6" => "IPv6 address",
        "email" => "email address",
        "idn-email" => "internationalized email address",
        "idn-hostname" => "internationalized hostname",
        "uri" => "URI",
        "uri-reference" => "URI reference",
        "uri-template" => "URI template",
        "iri" => "IRI",
        "iri-reference" => "IRI reference",
        "uuid" => "UUID",
        "json-pointer" => "JSON Pointer",
        "relative-json-pointer" => "relative JSON Pointer",
        "regex" => "regular expression",
        // `hostname`, `date`, `time` and `duration` are nouns.
        other => return shorten(other, 40),
    };
    noun.into()
}

/// `1 property`, `2 properties`. [`count`] only appends `s`.
pub(super) fn properties(number: u64) -> String {
    let noun = if number == 1 { "property" } else { "properties" };
    format!("{} {noun}", thousands(number))
}

pub(super) fn kind_of(value: Value<'_>) -> &'static str {
    match value.kind() {
        Kind::Null => "null",
        Kind::True | Kind::False => "a boolean",
        Kind::Number => "a number",
        Kind::String | Kind::Name => "a string",
        Kind::Array => "an array",
        Kind::Object => "an object",
    }
}

pub(super) fn with_article(kind: JsonType) -> &'static str {
    match kind {
        JsonType::Null => "null",
        JsonType::Boolean => "a boolean",
        JsonType::Integer => "an integer",
        JsonType::Number => "a number",
        JsonType::String => "a string",
        JsonType::Array => "an array",
        JsonType::Object => "an object",
    }
}
