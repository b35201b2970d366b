//! Findings in texts that are not checked documents: configurations and schemas.

use std::ops::Range;

use super::draw::Handler;
use super::report::{Context, Report};
use super::{Excerpt, Masking, Style};
use crate::diagnostic::Diagnostic;
use crate::finding::{DocumentId, ExcerptBudget, Finding, SourceView};
use crate::input::{Location, MARK, Map};
use crate::json::{Document, Tape};
use crate::span::{Offset, Pos, Span};
use crate::text::visible;

/// Draws findings in a text that should be JSON. Long lines are shown in excerpts.
pub fn in_json(name: &str, text: &[u8], findings: &[Diagnostic], style: Style) -> String {
    let mut tape = Tape::default();
    let start = if text.starts_with(MARK) { MARK.len() } else { 0 };
    let view = match Document::parse(text, start, &mut tape) {
        Ok(scanned) => {
            SourceView { bytes: text, body: start, scanned, is_whole: true, record: None, is_buffered: true }
        }
        Err(_) => SourceView { is_buffered: true, ..SourceView::bare(text) },
    };
    let mut budget = ExcerptBudget::new(findings.len(), None).masking(Masking::Nothing, usize::MAX);
    let mut map = Map::new(0, Location::START);
    draw(name, view.findings(&mut map, findings.to_vec(), &mut budget), style)
}

/// Draws findings in a text. Its lines are shown without changes.
pub(crate) fn in_text(name: &str, text: &str, findings: &[Diagnostic], style: Style) -> String {
    let mut map = Map::new(0, Location::START);
    let found = findings.iter().map(|finding| {
        let at = |position: Pos| position.0.min(text.len());
        let (start, end) = (at(finding.label.span.start), at(finding.label.span.end));
        let location = (map.location(text.as_bytes(), Pos(start)), map.location(text.as_bytes(), Pos(end)));
        let excerpt = excerpt(text, start..end, location.0.line, &finding.label.text);
        Finding {
            finding: finding
                .clone()
                .map_spans(|span| Span { start: Offset(span.start.0 as u64), end: Offset(span.end.0 as u64) }),
            location,
            related: Vec::new(),
            excerpt: Some(excerpt),
            digest: 0,
            written: None,
        }
    });
    draw(name, found, style)
}

fn draw(name: &str, findings: impl IntoIterator<Item = Finding>, style: Style) -> String {
    let handler = Handler::new(style);
    let document = DocumentId {
        name: name.into(),
        record: None,
        http_status: None,
        exchange: None,
        compression: None,
        has_custom_schema: false,
    };
    let mut out = String::new();
    for found in findings {
        handler.draw(&Report::new(&document, found, Context::default()), &mut out);
        out.push('\n');
    }
    out
}

/// The line of a label, with the line before and the line after it.
fn excerpt(text: &str, label: Range<usize>, line: u64, label_text: &str) -> Excerpt {
    let (start, end) = (label.start, label.end);
    let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |length| start + length);
    let shown_text = |text: &str| visible(&text.replace('\t', " ")).into_owned();
    let mut shown = String::new();
    let mut first_line = line;
    if let Some(before) = text[..line_start].strip_suffix('\n') {
        shown.push_str(&visible(before.lines().last().unwrap_or_default()).replace('\t', " "));
        shown.push('\n');
        first_line -= 1;
    }
    shown.push_str(&shown_text(&text[line_start..start]));
    let from = shown.len();
    let end = end.clamp(start, line_end);
    shown.push_str(&shown_text(&text[start..end]));
    // A mark has at least one character, even at the end of a line.
    let to = shown.len().max(from + 1);
    shown.push_str(&shown_text(&text[end..line_end]));
    if shown.len() < to {
        shown.push(' ');
    }
    if let Some(after) = text[line_end..].strip_prefix('\n').and_then(|rest| rest.lines().next()) {
        shown.push('\n');
        shown.push_str(&visible(after).replace('\t', " "));
    }
    Excerpt {
        text: shown,
        first_line: Some(first_line),
        marks: vec![(from..to, label_text.to_owned())],
        related: Vec::new(),
    }
}
