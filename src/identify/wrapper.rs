//! An answer inside something else: a recorder's file, a client's error object, JSON in a string.

use super::shape::{self, Shape};
use crate::diagnostic::{Diagnostic, Label};
use crate::document::{Document, Kind, Span, Tape, Value};

/// So many values from the beginning are looked at, and so many long strings are tried as JSON.
const VALUES: u32 = 100_000;
const STRINGS: usize = 64;

/// The first answer inside the document, as a finding that says where and how to take it out.
pub fn find(document: Document<'_>) -> Option<Diagnostic> {
    let mut strings = 0;
    (0..(document.len() as u32).min(VALUES)).find_map(|index| {
        let value = document.value(index);
        match value.kind() {
            Kind::Object if index > 0 => Some(finding(value, false, what(shape::of(value))?)),
            Kind::String if strings < STRINGS && value.text().len() > 20 => {
                let text = value.string();
                if !text.trim_start().starts_with(['{', '[']) {
                    return None;
                }
                strings += 1;
                let mut tape = Tape::default();
                let inside = Document::parse(text.as_bytes(), 0, &mut tape).ok()?;
                Some(finding(value, true, what(shape::of(inside.root()))?))
            }
            _ => None,
        }
    })
}

/// Only shapes that are unlikely by chance count inside of other data.
fn what(shape: Shape) -> Option<&'static str> {
    match shape {
        Shape::Batch => Some("a batch answer"),
        Shape::AssociationBatch => Some("a batch answer of the associations API"),
        Shape::PropertyBatch => Some("a batch answer of the properties API"),
        Shape::CampaignBatch => Some("a batch answer of the campaigns API"),
        Shape::Envelope => Some("HubSpot's error answer"),
        _ => None,
    }
}

fn finding(value: Value<'_>, in_string: bool, what: &str) -> Diagnostic {
    let pointer = value.pointer();
    let start = value.span().start;
    let form = if in_string { ", as JSON in a string" } else { "" };
    let label = Label::new(Span { start, end: start + 1 }, "it begins here");
    Diagnostic::new("document/wrapper", format!("this is not an answer itself, but it holds {what}{form}"), label)
        .help(format!(
            "take it out: jq '{}{}' FILE | callcheck",
            jq_path(&pointer),
            if in_string { " | fromjson" } else { "" }
        ))
        .at(pointer)
}

/// A JSON Pointer as a path for `jq`.
fn jq_path(pointer: &str) -> String {
    let mut path = String::new();
    for token in pointer.split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
        let is_word = token.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && token.chars().all(|character| character.is_ascii_alphanumeric() || character == '_');
        if is_word {
            path.push('.');
            path.push_str(&token);
        } else if token.bytes().all(|byte| byte.is_ascii_digit()) {
            path.push_str(&format!("{}[{token}]", if path.is_empty() { "." } else { "" }));
        } else {
            path.push_str(&format!("{}[{}]", if path.is_empty() { "." } else { "" }, serde_json::Value::from(token)));
        }
    }
    if path.is_empty() { ".".into() } else { path }
}
