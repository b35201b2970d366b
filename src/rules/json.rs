//! `json/*`: the text itself, before anything is known of its meaning.

use super::{Rule, rule};
use crate::diagnostic::{Diagnostic, Label, Severity::*};
use crate::document::{Document, Span};
use crate::input::{MARK, Source};
use crate::text::{shorten, visible};

pub(super) const RULES: &[Rule] = &[
    rule(
        "json/syntax",
        Error,
        "the text is not JSON",
        "RFC 8259. Reading stops at the first place that is not JSON, since nothing behind it can be trusted.",
    ),
    rule(
        "json/encoding",
        Error,
        "the bytes are not UTF-8",
        "RFC 8259, section 8.1: JSON that is exchanged must be UTF-8. HubSpot sends UTF-8; other bytes come from tools that saved the answer.",
    ),
    rule(
        "json/byte-order-mark",
        Note,
        "a byte order mark stands before the text",
        "RFC 8259, section 8.1 lets a reader skip it and forbids a sender to add one: an editor or PowerShell did. It is skipped; byte offsets count it, columns do not.",
    ),
    rule(
        "json/duplicate-name",
        Warning,
        "an object has the same member name twice",
        "RFC 8259, section 4: names should be unique; what a reader makes of duplicates is unpredictable. callcheck takes the last one, as most readers do.",
    ),
    rule(
        "json/lone-surrogate",
        Warning,
        "an escape is half of a surrogate pair",
        "RFC 8259, section 8.2: the grammar allows it, but it is no character: readers replace it, refuse it or crash. callcheck keeps it as written.",
    ),
];

/// A finding for each repeated member name.
pub fn duplicate_names(document: Document<'_>) -> Vec<Diagnostic> {
    let mut pairs: Vec<_> = document.duplicate_names().collect();
    pairs.sort_by_key(|(_, again)| again.index());
    let indices: Vec<u32> = pairs.iter().map(|(_, again)| again.index()).collect();
    let pointers = document.pointers(&indices);
    pairs
        .into_iter()
        .zip(pointers)
        .map(|((first, again), pointer)| {
            let name = visible(&again.string()).into_owned();
            Diagnostic::new(
                "json/duplicate-name",
                format!("the member name `{}` stands twice in one object", shorten(&name, 60)),
                Label::new(again.span(), "repeated here"),
            )
            .related(first.span(), "first here")
            .help("readers differ in which value they take; here the last one counts")
            .at(pointer)
        })
        .collect()
}

/// A finding for each string or name with half of a surrogate pair in it, at the escape.
pub fn lone_surrogates(document: Document<'_>) -> Vec<Diagnostic> {
    let found: Vec<_> = document.lone_surrogates().collect();
    let indices: Vec<u32> = found.iter().map(|(string, _)| string.index()).collect();
    found
        .iter()
        .zip(document.pointers(&indices))
        .map(|((_, escape), pointer)| {
            Diagnostic::new(
                "json/lone-surrogate",
                "half of a surrogate pair stands alone in a string",
                Label::new(*escape, "no character"),
            )
            .help("a text was cut in the middle of a character beyond U+FFFF, such as an emoji")
            .at(pointer)
        })
        .collect()
}

/// The finding for a byte order mark before the document.
pub fn byte_order_mark(source: &Source) -> Option<Diagnostic> {
    let mark = source.mark?;
    let label = Label::new(Span::new(mark, mark + MARK.len()), "skipped");
    let message = "a UTF-8 byte order mark stands before the document";
    let help = "it was skipped; JSON is sent without one (RFC 8259, section 8.1)";
    Some(Diagnostic::new("json/byte-order-mark", message, label).help(help))
}
