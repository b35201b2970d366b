//! The few lines of a document around a finding.
//!
//! There are four kinds, by what is readable: `verbatim` copies the lines of a document in which nothing is masked;
//! `masked_lines` keeps the lines of a readable, valid document and hides values token by token; `Writer::rewrite`
//! reformats the object around the label if its line is too long to read; `up_to_error` shows invalid JSON, which has
//! tokens only up to the error. Each costs a bounded number of tokens, regardless of the document.

use std::ops::Range;

use super::masking::PUBLIC_KEYS;
use crate::diagnostic::Label;
use crate::finding::SourceView;
use crate::json::{Broken, Document, Kind, Layout, LayoutStyle, Value};
use crate::span::Pos;
use crate::text::{shorten, visible, visible_bytes};

/// Escaped text and the positions of the labels in it.
#[derive(Debug, Clone, Default)]
pub struct Excerpt {
    /// Lines, separated by LF. Contains no control characters and no tabs.
    pub text: String,
    /// Number of the first line, from 1. None if the lines are not lines of the source.
    pub first_line: Option<u64>,
    /// Byte ranges of [`Excerpt::text`] with the texts of their labels; the label of the finding is first.
    pub marks: Vec<(Range<usize>, String)>,
    /// For each related label: true if it is among the marks.
    pub related: Vec<bool>,
}

/// In bytes. A longer line is not readable and is reformatted.
const MAX_READABLE_LINE: usize = 160;
/// In characters.
const MAX_VALUE: usize = 60;
/// Bytes before the label of an error.
const MAX_BEFORE: usize = 80;
/// Bytes of the label of an error, and bytes after it.
const MAX_AFTER: usize = 40;

/// A label to draw. Its spans are positions in `view.bytes`.
pub(super) struct Target<'a> {
    pub view: &'a SourceView<'a>,
    pub label: &'a Label,
    pub related: &'a [Label],
    /// Line of the label, from 1.
    pub line: u64,
    /// Hides the values of neighbors.
    pub masks: bool,
}

impl Target<'_> {
    /// In an array at the top of a document, only the item that contains the label is shown: its neighbors are other
    /// records, and in a streamed document they are already removed.
    pub(super) fn excerpt(&self) -> Excerpt {
        let Target { view, masks, .. } = *self;
        let start = self.label.span.start.0.min(view.bytes.len());
        let bounds = line_at(view.bytes, start);
        let is_readable = bounds.len() <= MAX_READABLE_LINE;
        if !masks && view.is_buffered && is_readable {
            self.verbatim(bounds)
        } else if !view.is_whole || start < view.body || start == view.bytes.len() {
            self.up_to_error(bounds)
        } else if !is_readable {
            self.writer(masks).rewrite(view)
        } else {
            self.masked_lines(bounds)
        }
    }

    fn writer(&self, masks: bool) -> Writer<'_> {
        Writer {
            out: Excerpt { related: vec![false; self.related.len()], ..Excerpt::default() },
            layout: Layout::new(LayoutStyle::EXPANDED),
            labels: std::iter::once(self.label).chain(self.related).collect(),
            masks,
        }
    }
}

/// The range that may be shown around a position: the item that contains it, or the text between the arrays at the top
/// of the document.
fn around(view: &SourceView<'_>, position: usize) -> Range<usize> {
    let range = |value: Value<'_>| value.span().range();
    if view.record.is_some() {
        return range(view.scanned.root());
    }
    let mut shown = view.body..view.bytes.len();
    if view.scanned.is_empty() {
        return shown;
    }
    // In the array with the syntax error: the item that was being read, or nothing.
    match view.scanned.broken() {
        Broken::InRecord(start) if !view.is_whole => return shown.start.max(start as usize)..shown.end,
        Broken::InArray if !view.is_whole => return position..shown.end,
        _ => {}
    }
    let root = view.scanned.root();
    let top = root.members().map(|(_, value)| value);
    for array in top.chain([root]).filter(|value| value.kind() == Kind::Array).map(range) {
        if array.end <= position {
            shown.start = shown.start.max(array.end - 1);
        } else if array.start >= position {
            shown.end = shown.end.min(array.start + 1);
        }
    }
    shown
}

fn is_punctuation(byte: &u8) -> bool {
    byte.is_ascii_whitespace() || b"{}[],:".contains(byte)
}

/// The line around a position, without its line ending.
fn line_at(bytes: &[u8], at: usize) -> Range<usize> {
    let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |before| before + 1);
    let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |after| at + after);
    start..if end > start && bytes[end - 1] == b'\r' { end - 1 } else { end }
}

struct Writer<'l> {
    out: Excerpt,
    layout: Layout,
    labels: Vec<&'l Label>,
    masks: bool,
}

impl<'l> Writer<'l> {
    fn len(&self) -> usize {
        self.layout.text().len()
    }

    fn push(&mut self, text: &str) {
        self.layout.raw(text);
    }

    fn finish(mut self) -> Excerpt {
        self.out.text = String::from_utf8_lossy(self.layout.text()).into_owned();
        self.out
    }

    /// Writes the text for a range of the source, marked if a label begins there.
    fn piece(&mut self, source: Range<usize>, text: &str) {
        let start = self.len();
        self.push(text);
        self.mark_piece(source, start);
    }

    /// Marks the text since `start`, which was written for a range of the source, if a label begins there.
    fn mark_piece(&mut self, source: Range<usize>, start: usize) {
        for index in 0..self.labels.len() {
            let label = self.labels[index];
            if label.span.start.0 == source.start {
                // A label of one byte marks the opening bracket or quote.
                let one = label.span.length() == 1;
                let text = &self.layout.text()[start..];
                let first = text.utf8_chunks().next().and_then(|text| text.valid().chars().next());
                let end = start + if one { first.map_or(0, char::len_utf8) } else { text.len() };
                self.mark(index, start..end);
            }
        }
    }

    /// Appends the text of a label, which is empty at the end of the input. Returns its range. A single tab or line
    /// break is the error itself, so it is shown as an escape.
    fn marked(&mut self, text: &[u8]) -> Range<usize> {
        let start = self.len();
        match text {
            [] => self.push(" "),
            [b'\t' | b'\n' | b'\r'] => self.push(&visible(std::str::from_utf8(text).unwrap_or_default())),
            _ => self.push(&untabbed(text)),
        }
        start..self.len()
    }

    fn mark(&mut self, index: usize, range: Range<usize>) {
        let entry = (range, self.labels[index].text.clone());
        if index == 0 {
            self.out.marks.insert(0, entry);
        } else {
            self.out.related[index - 1] = true;
            self.out.marks.push(entry);
        }
    }

    /// One token of the source, shortened or hidden. `name` is the key before a value.
    fn token(&mut self, source: Range<usize>, token: &[u8], name: Option<&str>) {
        let inside = self
            .labels
            .iter()
            .map(|label| label.span)
            .find(|span| (source.start + 1..source.end).contains(&(span.start.0)) && span.end.0 <= source.end);
        if let Some(span) = inside.filter(|_| token.first() == Some(&b'"')) {
            // Only the marked part of a string is shown.
            let part = span.range();
            self.push("\"…");
            let text = visible_bytes(&token[part.start - source.start..part.end - source.start]);
            // The mark may include the closing quote.
            let rest = if part.end < source.end { "…\"" } else { "" };
            self.piece(part, &text);
            self.push(rest);
            return;
        }
        // A label on the opening quote is about the string, not about its text, which stays hidden.
        let marked = self.labels.iter().any(|label| {
            let length = label.span.length();
            label.span.start.0 == source.start && (length > 1 || length == token.len())
        });
        let is_plain =
            token.len() <= 42 && token.iter().all(|byte| byte.is_ascii_alphanumeric() || b"\"-_:.+".contains(byte));
        let is_public = name.is_none_or(|name| PUBLIC_KEYS.contains(&name));
        let private = self.masks && !marked && name.is_some() && !(is_public && is_plain);
        let text = match token.first() {
            Some(b'"') if private && token.len() > 2 => "\"…\"".to_owned(),
            // A double-encoded object contains the properties of a whole record.
            Some(b'"') if self.masks && matches!(token.get(1), Some(b'{' | b'[')) => "\"…\"".to_owned(),
            Some(b'"') => {
                format!("\"{}\"", shorten(&visible_bytes(token.get(1..token.len() - 1).unwrap_or_default()), MAX_VALUE))
            }
            // A number as long as a phone number is hidden even if it is the value in question.
            Some(b'-' | b'0'..=b'9') if private || self.masks && !is_public && token.len() >= 7 => "…".to_owned(),
            _ => shorten(&visible_bytes(token), MAX_VALUE).into_owned(),
        };
        self.piece(source, &text);
    }

    /// The object or array around the label, one property per line, most of them elided.
    fn rewrite(mut self, view: &SourceView<'_>) -> Excerpt {
        let document = view.scanned;
        let Some(node) = document.covering(self.labels[0].span.start) else { return self.finish() };
        // A label on the opening bracket is about the properties of a container, any other label about one property.
        let opening = matches!(node.kind(), Kind::Object | Kind::Array) && self.labels[0].span.length() == 1;
        let container = if opening { Some(node) } else { node.container() };
        let Some(container) = container else {
            match view.record {
                Some(index) => {
                    let rest = &view.bytes[node.span().end.0..];
                    self.layout.open(b'[');
                    self.layout.first();
                    if index > 0 {
                        self.elided();
                        self.layout.line();
                    }
                    self.value(node, "");
                    if rest.trim_ascii_start().starts_with(b",") {
                        self.layout.comma();
                        self.elided();
                    }
                    self.layout.close(b']', false);
                }
                None => self.value(node, ""),
            }
            return self.finish();
        };
        let (open, close) = if container.kind() == Kind::Object { (b'{', b'}') } else { (b'[', b']') };
        let (start, at) = (container.span().start.0, self.len());
        self.layout.open(open);
        self.mark_piece(start..start + 1, at);
        if self.children(container, node) {
            self.elided();
        }
        self.layout.close(close, false);
        self.finish()
    }

    fn elided(&mut self) {
        self.push("...");
    }

    /// Writes a few children of a container: those with a label and one on each side, or the first three if the label
    /// is on the container. Returns true if others follow.
    fn children(&mut self, container: Value<'_>, node: Value<'_>) -> bool {
        /// Children. Drawing costs the same for an object with a million properties.
        const MAX_SEARCHED: usize = 256;
        let children: Vec<_> = container.children().take(MAX_SEARCHED).collect();
        let first = |(name, value): &(Option<Value<'_>>, Value<'_>)| name.unwrap_or(*value).span().start;
        let marked: Vec<usize> = (0..children.len())
            .filter(|&index| {
                let here = first(&children[index])..children[index].1.span().end;
                self.labels.iter().any(|label| here.contains(&label.span.start))
            })
            .collect();
        // A comma begins the next line.
        let is_followed = |value: Value<'_>| value.next_index() < container.next_index();
        if marked.is_empty() && node.index() != container.index() {
            // The label is after the searched children: only this child is shown.
            self.layout.first();
            self.elided();
            self.layout.line();
            let (name, value) = node.as_child();
            self.child(name, value, is_followed(value));
            return is_followed(value);
        }
        let shown = |index: usize| {
            if marked.is_empty() { index < 3 } else { marked.iter().any(|marked| index.abs_diff(*marked) <= 1) }
        };
        let mut skipped = false;
        for (index, (name, value)) in children.iter().enumerate() {
            if index == 0 {
                self.layout.first();
            }
            if shown(index) {
                if std::mem::take(&mut skipped) {
                    self.elided();
                    self.layout.line();
                }
                self.child(*name, *value, is_followed(*value));
            } else {
                skipped = true;
            }
        }
        skipped || children.last().is_some_and(|(_, value)| is_followed(*value))
    }

    fn child(&mut self, name: Option<Value<'_>>, value: Value<'_>, is_followed: bool) {
        match name {
            Some(name) => {
                let span = name.span();
                self.token(span.range(), name.text(), None);
                self.layout.colon();
                self.value(value, &name.string());
            }
            None => self.value(value, ""),
        }
        if is_followed {
            self.layout.comma();
        }
    }

    fn value(&mut self, value: Value<'_>, name: &str) {
        let span = value.span();
        let source = span.range();
        let folded = match (value.kind(), value.children().next().is_some()) {
            (Kind::Object, true) => "{ ... }",
            (Kind::Object, false) => "{}",
            (Kind::Array, true) => "[ ... ]",
            (Kind::Array, false) => "[]",
            _ => return self.token(source, value.text(), Some(name)),
        };
        self.piece(source, folded);
    }
}

/// Escaped text with four spaces for a tab.
fn untabbed(text: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, part) in text.split(|&byte| byte == b'\t').enumerate() {
        if index > 0 {
            out.push_str("    ");
        }
        out.push_str(&visible_bytes(part));
    }
    out
}

impl Target<'_> {
    /// The unchanged line of the label, with one line before and one after it.
    fn verbatim(&self, bounds: Range<usize>) -> Excerpt {
        let Target { view, line, .. } = *self;
        let bytes = view.bytes;
        let before =
            (bounds.start > 0).then(|| line_at(bytes, bounds.start - 1)).filter(|row| row.len() <= MAX_READABLE_LINE);
        let end = memchr::memchr(b'\n', &bytes[bounds.end..]).map(|offset| bounds.end + offset + 1);
        let after = end
            .filter(|end| *end < bytes.len())
            .map(|end| line_at(bytes, end))
            .filter(|row| row.len() <= MAX_READABLE_LINE);
        let mut writer = self.writer(false);
        writer.out.first_line = Some(line - u64::from(before.is_some()));
        let own = bounds.clone();
        for (number, row) in before.into_iter().chain([bounds]).chain(after).enumerate() {
            if number > 0 {
                writer.push("\n");
            }
            let mut marks: Vec<(usize, Range<usize>)> = (0..writer.labels.len())
                .map(|number| (number, writer.labels[number].span))
                .map(|(number, span)| (number, span.start.0..(span.end.0).max(span.start.0 + 1)))
                // The end of the input is not a character, and an empty last line is not a row.
                .filter(|(number, mark)| {
                    (row.start..row.end.max(row.start + 1)).contains(&mark.start)
                        || *number == 0 && row == own && mark.start >= row.end
                })
                .collect();
            marks.sort_by_key(|(_, mark)| mark.start);
            let mut at = row.start;
            for (number, mark) in marks {
                let (from, to) = (mark.start.clamp(at, row.end), mark.end.clamp(at, row.end));
                writer.push(&untabbed(&bytes[at..from]));
                let marked = writer.marked(&bytes[from..to]);
                writer.mark(number, marked);
                at = to;
            }
            writer.push(&untabbed(&bytes[at..row.end]));
        }
        writer.finish()
    }
}

impl Target<'_> {
    /// Lines of a readable, valid document: the line of the label, one before and one after it, and up to two more on
    /// each side for related labels nearby. Parts outside of [`around`] are cut.
    fn masked_lines(&self, bounds: Range<usize>) -> Excerpt {
        let Target { view, label, related, line, masks } = *self;
        let bytes = view.bytes;
        let shown = around(view, label.span.start.0);
        let mut rows = vec![bounds.clone()];
        let mut first = line;
        /// Distance in bytes at which a related label adds lines.
        const NEAR: usize = 1024;
        let related_at =
            |from: usize, to: usize| related.iter().map(|label| label.span.start.0).any(|at| (from..to).contains(&at));
        for step in 0..3 {
            if rows[0].start > shown.start
                && (step == 0 || related_at(rows[0].start.saturating_sub(NEAR), rows[0].start))
            {
                let before = line_at(bytes, rows[0].start - 1);
                rows.insert(0, before);
                first -= 1;
            }
        }
        for step in 0..3 {
            let end = rows[rows.len() - 1].end;
            let next = memchr::memchr(b'\n', &bytes[end..shown.end.max(end)])
                .map(|offset| end + offset + 1)
                .filter(|&next| next < bytes.len());
            if let Some(next) = next.filter(|&next| step == 0 || related_at(next, next + NEAR)) {
                rows.push(line_at(bytes, next));
            }
        }
        let mut writer = self.writer(masks);
        for (index, row) in rows.iter().enumerate() {
            if index > 0 {
                writer.push("\n");
            }
            let inside = clipped(bytes, row, &shown);
            if inside.start > row.start {
                writer.push("…");
            }
            tokens(&mut writer, view.scanned, inside.clone());
            if inside.end < row.end {
                writer.push("…");
            }
        }
        writer.out.first_line = Some(first);
        writer.finish()
    }
}

/// The part of a row inside of `shown`, extended by adjacent spaces and brackets.
fn clipped(bytes: &[u8], row: &Range<usize>, shown: &Range<usize>) -> Range<usize> {
    let (from, to) = (shown.start.clamp(row.start, row.end), shown.end.clamp(row.start, row.end));
    let before = bytes[row.start..from].iter().rev().take_while(|byte| **byte != b':' && is_punctuation(byte)).count();
    let after = bytes[to..row.end].iter().take_while(|byte| is_punctuation(byte)).count();
    from - before..to + after
}

/// Writes a part of one line of valid JSON, token by token. A string never contains a line ending, so a line can be
/// read on its own.
fn tokens(writer: &mut Writer<'_>, document: Document<'_>, row: Range<usize>) {
    let line = &document.source()[..row.end];
    let begin = writer.len();
    let (mut at, mut name) = (row.start, None::<String>);
    while at < row.end {
        if writer.len() - begin > 2 * MAX_READABLE_LINE {
            writer.push("…");
            return;
        }
        let start = at;
        match line[at] {
            b'"' => {
                at += 1;
                while at < row.end && line[at] != b'"' {
                    at += if line[at] == b'\\' { 2 } else { 1 };
                }
                at = (at + 1).min(row.end);
                if document.at(Pos(start)).is_some_and(|value| value.kind() == Kind::Name && value.is_surely_name()) {
                    name = Some(String::from_utf8_lossy(line.get(start + 1..at - 1).unwrap_or_default()).into_owned());
                    writer.token(start..at, &line[start..at], None);
                } else {
                    writer.token(start..at, &line[start..at], Some(name.take().as_deref().unwrap_or("")));
                }
            }
            b'{' | b'}' | b'[' | b']' | b',' | b':' => {
                at += 1;
                writer.piece(start..at, std::str::from_utf8(&line[start..at]).unwrap_or_default());
            }
            blank if blank.is_ascii_whitespace() => {
                while at < row.end && line[at].is_ascii_whitespace() {
                    at += 1;
                }
                writer.push(&untabbed(&line[start..at]));
            }
            _ => {
                while at < row.end
                    && !line[at].is_ascii_whitespace()
                    && !matches!(line[at], b'"' | b'{' | b'}' | b'[' | b']' | b',' | b':')
                {
                    at += 1;
                }
                writer.token(start..at, &line[start..at], Some(name.take().as_deref().unwrap_or("")));
            }
        }
    }
}

impl Target<'_> {
    /// The line of a syntax error, cut around the label. The text before the error is valid and shown token by token.
    /// The text after it may be a string without its quotes, so only spaces and brackets of it are shown.
    fn up_to_error(&self, bounds: Range<usize>) -> Excerpt {
        let Target { view, label, line, masks, .. } = *self;
        let (bytes, document) = (view.bytes, view.scanned);
        let at = (label.span.start.0).min(bytes.len());
        let end = (label.span.end.0).clamp(at, bounds.end.max(at)).min(at + MAX_AFTER);
        let mut writer = self.writer(masks);
        writer.out.first_line = Some(line);
        // HTTP headers are not masked.
        let is_header = bounds.end <= view.body;
        let string = self.string_with_error(bounds.start, at);
        if is_header {
            writer.push(&untabbed(&bytes[bounds.start..at]));
        } else {
            let shown = around(view, at).start;
            if let Some(before) = self.line_before_error(&bounds, shown) {
                tokens(&mut writer, document, before);
                writer.push("\n");
                writer.out.first_line = Some(line - 1);
            }
            let known = string.unwrap_or(at);
            let first = self.first_shown(&bounds, shown, known);
            if first > bounds.start {
                writer.push("…");
            }
            tokens(&mut writer, document, first..known);
            if let Some(string) = string {
                writer.push(if at > string + 1 { "\"…" } else { "\"" });
            }
        }
        let marked = writer.marked(&bytes[at..end]);
        let rest = &bytes[end.min(bounds.end)..bounds.end];
        let after = match (is_header, string) {
            (true, _) => rest.len(),
            (false, Some(_)) => 0,
            (false, None) => rest.iter().take(MAX_AFTER).take_while(|byte| is_punctuation(byte)).count(),
        };
        let stop = end + after;
        if end < stop {
            writer.push(&untabbed(&bytes[end..stop]));
        }
        if stop < bounds.end {
            writer.push("…");
        }
        writer.mark(0, marked);
        writer.finish()
    }

    /// The start of the string that contains the error at `at`.
    fn string_with_error(&self, line_start: usize, at: usize) -> Option<usize> {
        let Target { view, related, .. } = *self;
        related.iter().map(|label| label.span.start.0).find(|&start| {
            line_start <= start && start < at && view.bytes[start] == b'"' && view.scanned.is_after_end(Pos(start))
        })
    }

    /// The line before that of the error, if it is after `shown`, short and scanned. A line after an error was not
    /// scanned, and may be incomplete.
    fn line_before_error(&self, bounds: &Range<usize>, shown: usize) -> Option<Range<usize>> {
        let document = self.view.scanned;
        if document.is_empty() || bounds.start <= shown {
            return None;
        }
        let before = line_at(self.view.bytes, bounds.start - 1);
        let is_scanned = before.start < document.root().span().end.0;
        (is_scanned && before.start >= shown && before.len() <= MAX_READABLE_LINE).then_some(before)
    }

    /// The position at which the line of the error begins in the excerpt: at a token at most [`MAX_BEFORE`] bytes
    /// before `known`.
    fn first_shown(&self, bounds: &Range<usize>, shown: usize, known: usize) -> usize {
        let Target { view, .. } = *self;
        let min = known.saturating_sub(MAX_BEFORE);
        let clip = clipped(view.bytes, &(bounds.start..known), &(shown..known)).start;
        let from = bounds.start.max(min).max(clip);
        let first = view.scanned.from(Pos(from)).map_or(known, |value| value.span().start.0).min(known);
        // Indentation and brackets at the start of a short line are kept.
        let is_start = from == bounds.start || from > min;
        if is_start && view.bytes[from..first].iter().all(is_punctuation) { from } else { first }
    }
}
