//! A response inside another document, such as a recording, an error object of a client, or a JSON string.

use super::shape::{self, Shape};
use super::{DocumentKind, rules};
use crate::diagnostic::{Diagnostic, Label};
use crate::json::{Document, Kind, Tape, Value};
use crate::text::shell_word;

/// Number of values that are examined.
const MAX_VALUES: u32 = 100_000;
/// Number of strings that are parsed as JSON.
const MAX_STRINGS: usize = 64;

/// Maximum bytes of a pointer in a command.
const MAX_POINTER: usize = 200;

/// Returns a finding for the first response in the document, with its location and the command to check it.
pub(super) fn find(document: Document<'_>) -> Option<Diagnostic> {
    let mut strings = 0;
    (0..(document.len() as u32).min(MAX_VALUES)).find_map(|index| {
        let value = document.value(index);
        match value.kind() {
            Kind::Object if index > 0 => Some(finding(value, false, what(value)?)),
            Kind::String if strings < MAX_STRINGS && value.text().len() > 20 => {
                let text = value.string();
                if !text.trim_start().starts_with(['{', '[']) {
                    return None;
                }
                strings += 1;
                let mut tape = Tape::default();
                let inside = Document::parse(text.as_bytes(), 0, &mut tape).ok()?;
                Some(finding(value, true, what(inside.root())?))
            }
            _ => None,
        }
    })
}

fn what(value: Value<'_>) -> Option<&'static str> {
    let shape = shape::of(value);
    match shape {
        _ if !shape::is_surely(value, shape) => None,
        Shape::Batch | Shape::Client | Shape::Placeholders => Some("a batch response"),
        Shape::Family(family) => Some(match family.kind {
            DocumentKind::AssociationBatch => "a batch response of the associations API",
            DocumentKind::PropertyBatch => "a batch response of the properties API",
            DocumentKind::CampaignBatch => "a batch response of the campaigns API",
            _ => "a batch response of another API",
        }),
        Shape::OtherBatch => Some("a batch response of another API"),
        Shape::Envelope => Some("an error response"),
        _ => None,
    }
}

fn finding(value: Value<'_>, in_string: bool, what: &str) -> Diagnostic {
    let pointer = value.pointer();
    let form = if in_string { ", encoded as a JSON string" } else { "" };
    let label = Label::new(value.span().first_byte(), "the response starts here");
    if value.index() == 0 {
        let what = what.split_once(' ').map_or(what, |(_, what)| what);
        let message = format!("the {what} is double-encoded: the document is a JSON string that contains it");
        return Diagnostic::new(&rules::NESTED, message, label).help(check_at(""));
    }
    Diagnostic::new(&rules::NESTED, format!("{what} is nested inside another document{form}"), label)
        .help(if pointer.len() <= MAX_POINTER { check_at(&pointer) } else { "extract the response".to_owned() })
        .at(pointer)
}

/// The command to check a value where it is.
fn check_at(pointer: &str) -> String {
    format!("check it in place: `callcheck --at {} FILE`", shell_word(pointer))
}
