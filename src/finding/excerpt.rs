//! A small excerpt of a document around a finding. Lines of a readable file stay as they are; of a long line the enclosing object is
//! written anew, its neighbours elided. Text of neighbours is not shown: call notes, names and numbers are none of a finding's business.

use std::ops::Range;

use crate::diagnostic::Label;
use crate::finding::SourceView;
use crate::json::{Broken, Document, Kind, Value};
use crate::json::{Layout, Style};
use crate::span::Pos;
use crate::text::{shorten, visible, visible_bytes};

/// What is drawn under a finding: visible text, and where its labels stand in it.
#[derive(Debug, Clone, Default)]
pub struct Excerpt {
    /// Lines, parted by LF. No hostile character, no tab.
    pub text: String,
    /// The number of the first line (from 1), where the lines are lines of the source.
    pub first_line: Option<u64>,
    /// Byte ranges of [`Excerpt::text`] and what is to be said of them; the finding's own label first.
    pub marks: Vec<(Range<usize>, String)>,
    /// Which of the related labels are among the marks.
    pub related: Vec<bool>,
}

/// Which values excerpts hide.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Masking {
    /// All but those of ids, states and times: responses hold call notes, names and phone numbers.
    #[default]
    Everything,
    /// Those of what looks like a response of HubSpot; other documents are the user's own.
    Responses,
    /// None.
    Nothing,
}

impl Masking {
    /// Whether values around this label are hidden. What decides is in the excerpt's own element and in the objects around the label, so that a document
    /// that is read in pieces has the excerpts of one that is buffered.
    pub fn applies(self, view: &SourceView<'_>, label: &Label) -> bool {
        match self {
            Masking::Everything => true,
            Masking::Nothing => false,
            Masking::Responses if view.scanned.is_empty() => false,
            Masking::Responses => {
                let root = view.scanned.root();
                let near = view.scanned.covering(label.span.start);
                let around = std::iter::successors(near, Value::container);
                let inside = root.members().take(100).map(|(_, value)| value);
                std::iter::once(root).chain(inside).chain(around).any(looks_like_hubspot)
            }
        }
    }
}

/// Whether an object has keys of HubSpot's responses and records. Arrays are not looked into: they may not be there any more.
fn looks_like_hubspot(value: Value<'_>) -> bool {
    const STATES: [&str; 4] = ["PENDING", "PROCESSING", "CANCELED", "COMPLETE"];
    if value.kind() != Kind::Object {
        return false;
    }
    let has = |name: &str| value.get(name).is_some();
    let is_record = || has("properties") && has("id") && (has("createdAt") || has("updatedAt") || has("archived"));
    let is_batch = || {
        has("results")
            && (has("startedAt") || has("completedAt") || has("numErrors") || has("paging"))
            && value.get_string("status").is_none_or(|status| STATES.contains(&&*status) || !has("startedAt"))
    };
    let is_error = || has("correlationId") && has("message");
    let is_properties = || {
        value.members().take(100).any(|(name, _)| {
            let name = name.string();
            name.starts_with("hs_") || name == "hubspot_owner_id"
        })
    };
    is_record() || is_batch() || is_error() || is_properties()
}

/// A line of more bytes is not readable: its excerpt is written anew.
const LONG: usize = 160;
/// A marked value is shown up to so many characters.
const VALUE: usize = 60;

/// Names whose values identify a record or a state and tell nothing of a person.
const PUBLIC: &[&str] = &[
    "id",
    "numErrors",
    "total",
    "status",
    "category",
    "createdAt",
    "updatedAt",
    "archivedAt",
    "startedAt",
    "completedAt",
    "requestedAt",
    "hs_object_id",
    "hs_createdate",
    "hs_lastmodifieddate",
    "hs_timestamp",
];

/// The excerpt for a finding with this label, `line` being the label's line (from 1). Labels speak of positions in `view.bytes`.
///
/// Of an array at the top of a document only the element that the label lies in is shown: its neighbours are other records, and where a
/// document is read piece by piece they are gone.
pub fn excerpt(view: &SourceView<'_>, label: &Label, related: &[Label], line: u64, masks: bool) -> Excerpt {
    let start = (label.span.start.0).min(view.bytes.len());
    let bounds = line_at(view.bytes, start);
    let is_own = !masks && view.is_buffered;
    if is_own && bounds.len() <= LONG {
        verbatim(view, label, related, line, bounds)
    } else if !view.is_whole || start < view.body || start == view.bytes.len() {
        raw(view, label, related, line, bounds, masks)
    } else if bounds.len() > LONG {
        Writer::new(label, related, masks).rewrite(view)
    } else {
        lines(view, label, related, line, bounds, masks)
    }
}

/// What may be shown around a position: the element that it lies in, or what stands between the arrays at the top of the document.
fn around(view: &SourceView<'_>, position: usize) -> Range<usize> {
    let range = |value: Value<'_>| value.span().range();
    if view.record.is_some() {
        return range(view.scanned.root());
    }
    let mut shown = view.body..view.bytes.len();
    if view.scanned.is_empty() {
        return shown;
    }
    // The array in which the mistake is: the element that was being read, or nothing.
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

/// The line around an offset, without its end.
fn line_at(bytes: &[u8], at: usize) -> Range<usize> {
    let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |before| before + 1);
    let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |after| at + after);
    start..if end > start && bytes[end - 1] == b'\r' { end - 1 } else { end }
}

/// Collects text and marks.
struct Writer<'l> {
    out: Excerpt,
    /// Its text.
    layout: Layout,
    labels: Vec<&'l Label>,
    /// Values of neighbors are hidden.
    masks: bool,
}

impl<'l> Writer<'l> {
    fn new(label: &'l Label, related: &'l [Label], masks: bool) -> Self {
        Writer {
            out: Excerpt { related: vec![false; related.len()], ..Excerpt::default() },
            layout: Layout::new(Style { width: 0, ..Style::PRETTY }),
            labels: std::iter::once(label).chain(related).collect(),
            masks,
        }
    }

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

    /// Writes text that stands for `source`, marked if a label begins there.
    fn piece(&mut self, source: Range<usize>, text: &str) {
        let start = self.len();
        self.push(text);
        self.mark_piece(source, start);
    }

    /// Marks what was written from `start` on, and stands for `source`, if a label begins there.
    fn mark_piece(&mut self, source: Range<usize>, start: usize) {
        for place in 0..self.labels.len() {
            let label = self.labels[place];
            if label.span.start.0 == source.start {
                // A label may be on the opening bracket only.
                let one = label.span.len() == 1;
                let text = &self.layout.text()[start..];
                let first = text.utf8_chunks().next().and_then(|text| text.valid().chars().next());
                let end = start + if one { first.map_or(0, char::len_utf8) } else { text.len() };
                self.mark(place, start..end);
            }
        }
    }

    fn mark(&mut self, place: usize, range: Range<usize>) {
        let entry = (range, self.labels[place].text.clone());
        if place == 0 {
            self.out.marks.insert(0, entry);
        } else {
            self.out.related[place - 1] = true;
            self.out.marks.push(entry);
        }
    }

    /// One token of the source, as an excerpt shows it. `name`: the member name before a value.
    fn token(&mut self, source: Range<usize>, token: &[u8], name: Option<&str>) {
        let inside = self
            .labels
            .iter()
            .map(|label| label.span)
            .find(|span| (source.start + 1..source.end).contains(&(span.start.0)) && span.end.0 <= source.end);
        if let Some(span) = inside.filter(|_| token.first() == Some(&b'"')) {
            // A part of a string is marked: show no more of it.
            let part = span.range();
            self.push("\"…");
            let text = visible_bytes(&token[part.start - source.start..part.end - source.start]);
            // The mark may be on the closing quote itself.
            let rest = if part.end < source.end { "…\"" } else { "" };
            self.piece(part, &text);
            self.push(rest);
            return;
        }
        // A label on the opening quote only speaks of the string, not of its text.
        let marked = self.labels.iter().any(|label| {
            let length = label.span.len();
            label.span.start.0 == source.start && (length > 1 || length == token.len())
        });
        let is_plain =
            token.len() <= 42 && token.iter().all(|byte| byte.is_ascii_alphanumeric() || b"\"-_:.+".contains(byte));
        let is_public = name.is_none_or(|name| PUBLIC.contains(&name));
        let private = self.masks && !marked && name.is_some() && !(is_public && is_plain);
        let text = match token.first() {
            Some(b'"') if private && token.len() > 2 => "\"…\"".to_owned(),
            // An object that was encoded twice has the properties of a whole record.
            Some(b'"') if self.masks && matches!(token.get(1), Some(b'{' | b'[')) => "\"…\"".to_owned(),
            Some(b'"') => {
                format!("\"{}\"", shorten(&visible_bytes(token.get(1..token.len() - 1).unwrap_or_default()), VALUE))
            }
            // A number as long as a telephone number is hidden even where it is the value in question.
            Some(b'-' | b'0'..=b'9') if private || self.masks && !is_public && token.len() >= 7 => "…".to_owned(),
            _ => shorten(&visible_bytes(token), VALUE).into_owned(),
        };
        self.piece(source, &text);
    }

    /// The object or array around the label, one member a line, most of them elided.
    fn rewrite(mut self, view: &SourceView<'_>) -> Excerpt {
        let document = view.scanned;
        let Some(node) = document.covering(self.labels[0].span.start) else { return self.finish() };
        // A label on the opening bracket speaks of the members, any other label of the member that it stands on.
        let opening = matches!(node.kind(), Kind::Object | Kind::Array) && self.labels[0].span.len() == 1;
        let container = if opening { Some(node) } else { node.container() };
        let Some(container) = container else {
            match view.record {
                Some(place) => {
                    let rest = &view.bytes[node.span().end.0..];
                    self.layout.open(b'[');
                    self.layout.first();
                    if place > 0 {
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

    /// Stands for members or elements that are not shown.
    fn elided(&mut self) {
        self.push("...");
    }

    /// Writes a few children of a container: those with a label and one on either side of them, or the first three where the label is
    /// the container's own. Returns whether others follow.
    fn children(&mut self, container: Value<'_>, node: Value<'_>) -> bool {
        /// So many are searched for labels and neighbours: drawing costs the same for an object of a million members.
        const SEARCHED: usize = 256;
        let children: Vec<_> = container.children().take(SEARCHED).collect();
        let first = |(name, value): &(Option<Value<'_>>, Value<'_>)| name.unwrap_or(*value).span().start;
        let marked: Vec<usize> = (0..children.len())
            .filter(|&place| {
                let here = first(&children[place])..children[place].1.span().end;
                self.labels.iter().any(|label| here.contains(&label.span.start))
            })
            .collect();
        // Whether something follows this child; then the next line has begun behind its comma.
        let is_followed = |value: Value<'_>| value.next_index() < container.next_index();
        if marked.is_empty() && node.index() != container.index() {
            // Too far behind to search for: the child alone.
            self.layout.first();
            self.elided();
            self.layout.line();
            let (name, value) = node.as_child();
            self.child(name, value, is_followed(value));
            return is_followed(value);
        }
        let shown = |place: usize| {
            if marked.is_empty() { place < 3 } else { marked.iter().any(|marked| place.abs_diff(*marked) <= 1) }
        };
        let mut skipped = false;
        for (place, (name, value)) in children.iter().enumerate() {
            if place == 0 {
                self.layout.first();
            }
            if shown(place) {
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

/// Visible text with a tab as four blanks.
fn untabbed(text: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for (place, part) in text.split(|&byte| byte == b'\t').enumerate() {
        if place > 0 {
            out.push_str("    ");
        }
        out.push_str(&visible_bytes(part));
    }
    out
}

/// Lines as they are: one before, the label's, one after. Marks on the shown lines.
fn verbatim(view: &SourceView<'_>, label: &Label, related: &[Label], line: u64, bounds: Range<usize>) -> Excerpt {
    let bytes = view.bytes;
    let before = (bounds.start > 0).then(|| line_at(bytes, bounds.start - 1)).filter(|row| row.len() <= LONG);
    let end = memchr::memchr(b'\n', &bytes[bounds.end..]).map(|offset| bounds.end + offset + 1);
    let after = end.filter(|end| *end < bytes.len()).map(|end| line_at(bytes, end)).filter(|row| row.len() <= LONG);
    let mut writer = Writer::new(label, related, false);
    writer.out.first_line = Some(line - u64::from(before.is_some()));
    let own = bounds.clone();
    for (number, row) in before.into_iter().chain([bounds]).chain(after).enumerate() {
        if number > 0 {
            writer.push("\n");
        }
        let mut marks: Vec<(usize, Range<usize>)> = (0..writer.labels.len())
            .map(|number| (number, writer.labels[number].span))
            .map(|(number, span)| (number, span.start.0..(span.end.0).max(span.start.0 + 1)))
            // The end of the input has no character, and an empty last line no row of its own.
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
            let start = writer.len();
            match &bytes[from..to] {
                [] => writer.push(" "),
                marked @ (b"\t" | b"\r") => writer.push(&visible(std::str::from_utf8(marked).unwrap_or_default())),
                marked => writer.push(&untabbed(marked)),
            }
            let marked = start..writer.len();
            writer.mark(number, marked);
            at = to;
        }
        writer.push(&untabbed(&bytes[at..row.end]));
    }
    writer.finish()
}

/// Lines of a readable, well-formed source: one before, the label's, one behind, and those of related labels close by, as far as they
/// belong to what may be shown.
fn lines(
    view: &SourceView<'_>,
    label: &Label,
    related: &[Label],
    line: u64,
    bounds: Range<usize>,
    masks: bool,
) -> Excerpt {
    let bytes = view.bytes;
    let shown = around(view, label.span.start.0);
    let mut rows = vec![bounds.clone()];
    let mut first = line;
    /// Related labels so near, in bytes, are worth more lines.
    const NEAR: usize = 1024;
    let related_at =
        |from: usize, to: usize| related.iter().map(|label| label.span.start.0).any(|at| (from..to).contains(&at));
    for step in 0..3 {
        if rows[0].start > shown.start && (step == 0 || related_at(rows[0].start.saturating_sub(NEAR), rows[0].start)) {
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
    let mut writer = Writer::new(label, related, masks);
    for (place, row) in rows.iter().enumerate() {
        if place > 0 {
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

/// The part of a row that may be shown: what lies in `shown`, with the blanks and brackets beside it.
fn clipped(bytes: &[u8], row: &Range<usize>, shown: &Range<usize>) -> Range<usize> {
    let (from, to) = (shown.start.clamp(row.start, row.end), shown.end.clamp(row.start, row.end));
    let before = bytes[row.start..from].iter().rev().take_while(|byte| **byte != b':' && is_punctuation(byte)).count();
    let behind = bytes[to..row.end].iter().take_while(|byte| is_punctuation(byte)).count();
    from - before..to + behind
}

/// Writes a part of one line of well-formed JSON, token by token: strings never go over a line's end. A
/// long line is cut.
fn tokens(writer: &mut Writer<'_>, document: Document<'_>, row: Range<usize>) {
    let line = &document.source()[..row.end];
    let begin = writer.len();
    let (mut at, mut name) = (row.start, None::<String>);
    while at < row.end {
        if writer.len() - begin > 2 * LONG {
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

/// The line of a source that is no JSON, cut around the label. What stands before the first mistake is well-formed and shown token by
/// token; what follows it is anybody's guess, and little of it is shown.
fn raw(
    view: &SourceView<'_>,
    label: &Label,
    related: &[Label],
    line: u64,
    bounds: Range<usize>,
    masks: bool,
) -> Excerpt {
    /// Bytes shown before the label, and behind it.
    const BEFORE: usize = 80;
    const BEHIND: usize = 40;
    let (bytes, document) = (view.bytes, view.scanned);
    let at = (label.span.start.0).min(bytes.len());
    let shown = around(view, at).start;
    let end = (label.span.end.0).clamp(at, bounds.end.max(at)).min(at + 40);
    let mut writer = Writer::new(label, related, masks);
    writer.out.first_line = Some(line);
    // The head of an HTTP answer tells nothing of a person.
    let is_head = bounds.end <= view.body;
    if !is_head && !document.is_empty() && bounds.start > shown {
        let before = line_at(bytes, bounds.start - 1);
        // Nothing would be shown of a line behind the mistake, and it may be cut.
        let is_scanned = before.start < document.root().span().end.0;
        if is_scanned && before.start >= shown && before.len() <= LONG {
            tokens(&mut writer, document, before);
            writer.push("\n");
            writer.out.first_line = Some(line - 1);
        }
    }
    // Where the string begins in which the mistake is.
    let string = related
        .iter()
        .map(|label| label.span.start.0)
        .find(|&start| bounds.start <= start && start < at && bytes[start] == b'"' && document.is_behind(Pos(start)));
    let known = string.unwrap_or(at);
    let from = if is_head {
        bounds.start
    } else {
        let clip = clipped(bytes, &(bounds.start..known), &(shown..known)).start;
        bounds.start.max(known.saturating_sub(BEFORE)).max(clip)
    };
    let first = document.from(Pos(from)).map_or(known, |value| value.span().start.0).min(known);
    // A short line begins with its blanks and brackets.
    let first = if bytes[from..first].iter().all(is_punctuation)
        && (from == bounds.start || from > known.saturating_sub(BEFORE))
    {
        from
    } else {
        first
    };
    if is_head {
        writer.push(&untabbed(&bytes[from..at]));
    } else {
        if first > bounds.start {
            writer.push("…");
        }
        tokens(&mut writer, document, first..known);
        if let Some(string) = string {
            writer.push(if at > string + 1 { "\"…" } else { "\"" });
        }
    }
    let start = writer.len();
    match &bytes[at..end] {
        // Nothing to stand on, such as the end of the input.
        [] => writer.push(" "),
        // A raw tab or line break is the point here: show it.
        marked @ (b"\t" | b"\n" | b"\r") => {
            writer.push(&visible(std::str::from_utf8(marked).unwrap_or_default()));
        }
        marked => writer.push(&untabbed(marked)),
    }
    let marked = start..writer.len();
    let rest = &bytes[end.min(bounds.end)..bounds.end];
    // Brackets and blanks only: anything else may be text that has lost its quotes.
    let behind = match (is_head, string) {
        (true, _) => rest.len(),
        (false, Some(_)) => 0,
        (false, None) => rest.iter().take(BEHIND).take_while(|byte| is_punctuation(byte)).count(),
    };
    let stop = end + behind;
    if end < stop {
        writer.push(&untabbed(&bytes[end..stop]));
    }
    if stop < bounds.end {
        writer.push("…");
    }
    writer.mark(0, marked);
    writer.finish()
}
