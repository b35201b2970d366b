//! Findings for text that cannot be formatted: those that `check` reports.

use std::ops::Range;

use super::rewrite::{NextToken, OpenContainer};
use crate::check::{Validator, check, without_hubspot_wording};
use crate::diagnostic::Diagnostic;
use crate::finding::{ExcerptBudget, Finding, SourceView};
use crate::hubspot::classify::{self, DocumentKind};
use crate::input::{Compression, Map, Source, Window};
use crate::json::{Document, Tape, scan};
use crate::rules;
use crate::span::Pos;

/// A position between two tokens at which reading can start again.
#[derive(Debug, Clone)]
pub(super) struct Checkpoint {
    /// Position in the window.
    pub at: usize,
    pub open: Vec<OpenContainer>,
    pub next: NextToken,
}

impl Checkpoint {
    /// The start of a document.
    pub(super) fn new(at: usize) -> Self {
        Checkpoint { at, open: Vec::new(), next: NextToken::Value }
    }
}

/// Removes the expectation of a batch response, because any JSON can be formatted. Advice about other inputs stays.
pub(super) fn neutral(finding: &mut Diagnostic, source: &Source<'_>) {
    let is_empty = finding.rule.id == "document/empty";
    if is_empty || finding.rule.id == "document/multiple" {
        without_hubspot_wording(finding);
    }
    if is_empty && source.bytes.is_empty() && !source.is_piped {
        let why = "the shell empties a file before `callcheck format FILE > FILE` reads it";
        finding.help = vec![format!("restore the file, then use `callcheck format --write FILE`: {why}")];
    }
}

/// The finding for an error after the checkpoint. `front`: the headers before the document.
pub(super) fn syntax(
    window: &mut Window<'_>,
    checkpoint: &Checkpoint,
    front: &Source<'_>,
    drawn: usize,
) -> (DocumentKind, Vec<Finding>) {
    let is_begin = checkpoint.at == front.start && window.offset(checkpoint.at) == checkpoint.at as u64;
    // The scanner explains errors, but it needs the containers around them. If the start of the document is no longer
    // in the window, a short text that opens the same containers replaces it.
    let (before, skipped) = if is_begin { (Vec::new(), Vec::new()) } else { skeleton(window.text(), checkpoint) };
    let from = if is_begin { 0 } else { checkpoint.at };
    let text = [&before, &window.text()[from..]].concat();
    let offset = window.offset(from);
    let (map, whole) = window.map();
    let location = map.location(whole, Pos(from));
    let start = if is_begin { front.start } else { 0 };
    let mut tape = Tape::default();
    let Err(error) = scan(&text, start, &mut tape) else { return (DocumentKind::Json, Vec::new()) };
    let shift = offset.saturating_sub(before.len() as u64);
    let source = Source { bytes: &text, start, shift, ..front.clone() };
    for (array, items) in skipped {
        tape.skip(array, items);
    }
    let (kind, mut finding) = classify::refused(&source, &tape, &error);
    neutral(&mut finding, &source);
    tape.close(&error);
    // The replacement has no location in the input.
    finding.related.retain(|label| label.span.start.0 >= before.len());
    let body = before.len().max(start);
    let view = SourceView {
        bytes: &text,
        body,
        scanned: Document::of(&text, &tape),
        is_whole: false,
        record: None,
        is_buffered: false,
    };
    let mut map = Map::at(before.len(), offset, location);
    if is_begin {
        map.mark = front.mark;
    }
    (kind, view.findings(&mut map, vec![finding], &mut ExcerptBudget::new(drawn, None)))
}

/// The findings for an invalid line of JSON Lines: those of `check` about its syntax.
pub(super) fn line(window: &mut Window<'_>, line: Range<usize>, drawn: usize) -> (DocumentKind, Vec<Finding>) {
    let (offset, mut tape) = (window.offset(line.start), Tape::default());
    let (map, whole) = window.map();
    let location = map.location(whole, Pos(line.start));
    let text = &whole[line];
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    let source = Source { shift: offset, ..Source::line("", text) };
    let mut checked = check(&source, &mut tape, Validator::embedded());
    checked.findings.iter_mut().for_each(|finding| neutral(finding, &source));
    let view = checked.view();
    let findings = checked.findings.into_iter().filter(|finding| finding.rule.stops_reading).collect();
    (checked.kind, view.findings(&mut Map::new(offset, location), findings, &mut ExcerptBudget::new(drawn, None)))
}

/// A finding about the valid JSON document that begins at `document`, or about no document.
pub(super) fn other(
    window: &mut Window<'_>,
    finding: Diagnostic,
    document: Option<usize>,
    drawn: usize,
) -> Vec<Finding> {
    let mut tape = Tape::default();
    let (map, text) = window.map();
    let nothing = SourceView::bare(text);
    let view = match document.map(|begin| Document::parse_value(text, begin, &mut tape)) {
        Some(Ok(scanned)) => SourceView { scanned, is_whole: true, ..nothing },
        _ => nothing,
    };
    view.findings(map, vec![finding], &mut ExcerptBudget::new(drawn, None))
}

/// The finding for damaged compressed data.
pub(super) fn compression(
    window: &mut Window<'_>,
    how: &str,
    compression: Option<Compression>,
    drawn: usize,
) -> Vec<Finding> {
    let finding = rules::compression(how, compression, window.text().len());
    other(window, finding, None, drawn)
}

/// The shortest text that ends in the state of the checkpoint, and the number of items that are missing in its arrays,
/// by their index on the tape.
fn skeleton(text: &[u8], checkpoint: &Checkpoint) -> (Vec<u8>, Vec<(u32, u64)>) {
    let (mut out, mut skipped, mut entries) = (Vec::new(), Vec::new(), 0);
    let next = checkpoint.next;
    for (depth, open) in checkpoint.open.iter().enumerate() {
        let is_last = depth + 1 == checkpoint.open.len();
        out.push(if open.is_object { b'{' } else { b'[' });
        if !open.is_object {
            skipped.push((entries, open.count.saturating_sub(1)));
        }
        entries += 1;
        let begun = !is_last || !matches!(next, NextToken::FirstName | NextToken::FirstValue);
        if open.is_object && begun {
            let (start, end) = open.name;
            out.extend_from_slice(open.saved_name.as_deref().filter(|_| start == end).unwrap_or(&text[start..end]));
            entries += 1;
        }
        if is_last {
            out.extend_from_slice(match (open.is_object, next) {
                (_, NextToken::FirstName | NextToken::FirstValue | NextToken::Colon) => b"",
                (true, NextToken::Value) => b":",
                (true, NextToken::Name) => b":[],",
                (true, NextToken::CommaOrClose) => b":[]",
                (false, NextToken::CommaOrClose) => b"[]",
                (false, NextToken::Value | NextToken::Name) => b"[],",
            });
        } else if open.is_object {
            out.push(b':');
        }
    }
    if checkpoint.open.is_empty() && next == NextToken::CommaOrClose {
        out.extend_from_slice(b"[]");
    }
    (out, skipped)
}
