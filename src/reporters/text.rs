//! Findings in a text that is no document to be checked: a configuration, a schema.

use super::draw::Handler;
use super::report::{Context, Report};
use super::{Excerpt, Masking, Style};
use crate::diagnostic::Diagnostic;
use crate::finding::{DocumentId, ExcerptBudget, Finding, SourceView};
use crate::input::{Location, MARK, Map};
use crate::json::{Document, Tape};
use crate::span::{Offset, Pos, Span};
use crate::text::visible;

/// Draws findings in a text that is JSON, or should be. Their offsets are bytes of it; long lines are shown in excerpts.
pub fn in_json(name: &str, text: &[u8], findings: &[Diagnostic], style: Style) -> String {
    let handler = Handler::new(style);
    let document = DocumentId { name: name.into(), record: None, http_status: None, compression: None };
    let mut tape = Tape::default();
    let start = if text.starts_with(MARK) { MARK.len() } else { 0 };
    let view = match Document::parse(text, start, &mut tape) {
        Ok(scanned) => {
            SourceView { bytes: text, body: start, scanned, is_whole: true, record: None, is_buffered: true }
        }
        Err(_) => SourceView { is_buffered: true, ..SourceView::bare(text) },
    };
    let mut map = Map::new(0, Location::START);
    let mut out = String::new();
    for found in view.findings(
        &mut map,
        findings.to_vec(),
        &mut ExcerptBudget::new(findings.len(), None).masking(Masking::Nothing, usize::MAX),
    ) {
        handler.draw(&Report::new(&document, found, Context::default()), &mut out);
        out.push('\n');
    }
    out
}

/// Draws findings in a text. Their offsets are bytes of it; its lines are shown as they are.
pub fn in_text(name: &str, text: &str, findings: &[Diagnostic], style: Style) -> String {
    let handler = Handler::new(style);
    let document = DocumentId { name: name.into(), record: None, http_status: None, compression: None };
    let mut map = Map::new(0, Location::START);
    let mut out = String::new();
    for finding in findings {
        let at = |position: Pos| position.0.min(text.len());
        let (start, end) = (at(finding.label.span.start), at(finding.label.span.end));
        let place = (map.location(text.as_bytes(), Pos(start)), map.location(text.as_bytes(), Pos(end)));
        let excerpt = excerpt(text, start, end, place.0.line, &finding.label.text);
        let found = Finding {
            finding: finding
                .clone()
                .map_spans(|span| Span { start: Offset(span.start.0 as u64), end: Offset(span.end.0 as u64) }),
            location: place,
            related: Vec::new(),
            excerpt: Some(excerpt),
            digest: 0,
            written: None,
        };
        handler.draw(&Report::new(&document, found, Context::default()), &mut out);
        out.push('\n');
    }
    out
}

/// The line of a label, with one before and one behind it.
fn excerpt(text: &str, start: usize, end: usize, line: u64, label: &str) -> Excerpt {
    let begin = text[..start].rfind('\n').map_or(0, |before| before + 1);
    let stop = text[start..].find('\n').map_or(text.len(), |behind| start + behind);
    let mut shown = String::new();
    let mut first_line = line;
    if let Some(before) = text[..begin].strip_suffix('\n') {
        shown.push_str(&visible(before.lines().last().unwrap_or_default()).replace('\t', " "));
        shown.push('\n');
        first_line -= 1;
    }
    let piece = |from: usize, to: usize| visible(&text[from..to].replace('\t', " ")).into_owned();
    shown.push_str(&piece(begin, start));
    let from = shown.len();
    shown.push_str(&piece(start, end.clamp(start, stop)));
    let to = shown.len().max(from + 1);
    shown.push_str(&piece(end.clamp(start, stop), stop));
    if shown.len() < to {
        shown.push(' ');
    }
    if let Some(behind) = text[stop..].strip_prefix('\n').and_then(|rest| rest.lines().next()) {
        shown.push('\n');
        shown.push_str(&visible(behind).replace('\t', " "));
    }
    Excerpt {
        text: shown,
        first_line: Some(first_line),
        marks: vec![(from..to, label.to_owned())],
        related: Vec::new(),
    }
}
