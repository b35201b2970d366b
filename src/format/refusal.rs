//! The finding for text that cannot be formatted, as `check` would tell it.

use super::rewrite::{Open, State};
use crate::check::{Drawn, Found, View, found};
use crate::diagnostic::Diagnostic;
use crate::document::{Document, Tape, is_blank, scan};
use crate::identify::{self, Kind};
use crate::input::{Compression, Map, Source, Window};
use crate::rules;

/// A place between two tokens that reading can begin at again.
#[derive(Debug, Clone)]
pub struct Checkpoint {
    /// Where it is in the window.
    pub at: usize,
    pub open: Vec<Open>,
    pub state: State,
}

/// What is wrong with the text behind the checkpoint: what it is, and the finding. `front`: what stands before the document.
pub fn syntax(
    window: &mut Window<'_>,
    checkpoint: &Checkpoint,
    front: &Source<'_>,
    is_lines: bool,
    drawn: usize,
) -> (Kind, Vec<Found>) {
    let is_begin = checkpoint.at == front.start && window.offset(checkpoint.at) == checkpoint.at as u64;
    // All that was read is there, or a short text that stands for it.
    let (before, skipped) = if is_begin { (Vec::new(), Vec::new()) } else { skeleton(window.text(), checkpoint) };
    let from = if is_begin { 0 } else { checkpoint.at };
    let mut text = [&before, &window.text()[from..]].concat();
    let offset = window.offset(from);
    let (map, whole) = window.map();
    let place = map.place(whole, from);
    let start = if is_begin { front.start } else { 0 };
    let mut tape = Tape::default();
    let Err(mut error) = scan(&text, start, &mut tape) else { return (Kind::Json, Vec::new()) };
    let mut unit = front.unit;
    // What is wrong at the beginning of a line of JSON Lines is that the line before it has no end.
    let blanks = text[..error.at].iter().rev().take_while(|byte| is_blank(**byte)).count();
    let line_end = memchr::memchr(b'\n', &text[error.at - blanks..error.at]);
    if let Some(end) = line_end.filter(|_| is_lines && error.at - blanks > start) {
        text.truncate(error.at - blanks + end);
        unit = "line";
        error = scan(&text, start, &mut tape).err().unwrap_or(error);
    }
    let shift = offset.saturating_sub(before.len() as u64);
    let source = Source { bytes: &text, start, shift, unit, ..front.clone() };
    for (array, elements) in skipped {
        tape.skip(array, elements);
    }
    let (kind, mut finding) = identify::refused(&source, &tape, &error);
    tape.close(&error);
    // What stands in place of the text before has no place.
    finding.related.retain(|label| label.span.start as usize >= before.len());
    let body = before.len().max(start);
    let view = View { bytes: &text, body, scanned: Document::of(&text, &tape), is_whole: false, record: None };
    let mut map = Map::at(before.len(), offset, place);
    if is_begin {
        map.mark = front.mark;
    }
    (kind, found(&view, &mut map, vec![finding], &mut Drawn::new(drawn, None)))
}

/// A finding about the document that begins at a position, and is right as JSON, or about none.
pub fn other(window: &mut Window<'_>, finding: Diagnostic, document: Option<usize>, drawn: usize) -> Vec<Found> {
    let mut tape = Tape::default();
    let (map, text) = window.map();
    let nothing = View { bytes: text, ..View::nothing() };
    let view = match document.map(|begin| Document::parse_value(text, begin, &mut tape)) {
        Some(Ok(scanned)) => View { scanned, is_whole: true, ..nothing },
        _ => nothing,
    };
    found(&view, map, vec![finding], &mut Drawn::new(drawn, None))
}

/// The finding for compressed data that cannot be inflated any further.
pub fn compression(window: &mut Window<'_>, how: &str, compression: Option<Compression>, drawn: usize) -> Vec<Found> {
    let finding = rules::compression(how, compression, window.text().len());
    other(window, finding, None, drawn)
}

/// The shortest text that opens the containers of a checkpoint and comes to its state, and how many elements are missing in the arrays at these
/// places of its tape.
fn skeleton(text: &[u8], checkpoint: &Checkpoint) -> (Vec<u8>, Vec<(u32, u64)>) {
    let (mut out, mut skipped, mut entries) = (Vec::new(), Vec::new(), 0);
    let state = checkpoint.state;
    for (depth, open) in checkpoint.open.iter().enumerate() {
        let is_last = depth + 1 == checkpoint.open.len();
        out.push(if open.is_object { b'{' } else { b'[' });
        if !open.is_object {
            skipped.push((entries, open.count.saturating_sub(1)));
        }
        entries += 1;
        let begun = !is_last || !matches!(state, State::FirstName | State::FirstValue);
        if open.is_object && begun {
            let (start, end) = open.name;
            out.extend_from_slice(open.kept.as_deref().filter(|_| start == end).unwrap_or(&text[start..end]));
            entries += 1;
        }
        if is_last {
            out.extend_from_slice(match (open.is_object, state) {
                (_, State::FirstName | State::FirstValue | State::Colon) => b"",
                (true, State::Value) => b":",
                (true, State::Name) => b":[],",
                (true, State::After) => b":[]",
                (false, State::After) => b"[]",
                (false, State::Value | State::Name) => b"[],",
            });
        } else if open.is_object {
            out.push(b':');
        }
    }
    if checkpoint.open.is_empty() && state == State::After {
        out.extend_from_slice(b"[]");
    }
    (out, skipped)
}
