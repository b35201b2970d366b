//! Builds the tree from the events of the parser.

use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, Span as Marks, Tag};

use super::limited_input::{IndicatorCount, LimitedInput, MAX_INDICATORS};
use super::offsets::ByteOffsets;
use super::scalar::{PieceText, ScalarForm, ScalarPieces, YamlStyle};
use super::tree::{Decoding, YamlEntry, YamlError, YamlNode, YamlTag, YamlTree};
use crate::json::MAX_LENGTH;

/// Maximum number of containers around a value.
const MAX_YAML_DEPTH: usize = 128;
/// Values of a document that aliases may repeat, in addition to four times those that it has.
const MAX_ALIASED_VALUES: u64 = 200_000;
/// Bytes of text that aliases may repeat, in addition to eight times the size of the document.
const MAX_ALIASED_BYTES: u64 = 32 << 20;

impl<'a> YamlTree<'a> {
    /// Parses the first document. After an error, the tree has the values before it, and the containers that were open
    /// are closed.
    pub(crate) fn parse(bytes: &'a [u8]) -> (YamlTree<'a>, Option<YamlError>) {
        if bytes.len() > MAX_LENGTH {
            let message = "the file is too large: YAML files can have up to 4 GiB".to_owned();
            return (YamlTree::default(), Some(YamlError { message, at: 0 }));
        }
        let (source, invalid) = match simdutf8::compat::from_utf8(bytes) {
            Ok(source) => (source, None),
            Err(error) => {
                let (valid, _) = bytes.split_at(error.valid_up_to());
                (std::str::from_utf8(valid).unwrap_or_default(), Some(valid.len()))
            }
        };
        let mut builder = TreeBuilder::new(source);
        let error = builder.read().err();
        builder.tree.open = builder.open.iter().map(|open| open.entry).collect();
        builder.close_all();
        let Some(at) = invalid else { return (builder.tree, error) };
        // The text ends early, so the error of the parser may be a consequence.
        let error =
            error.filter(|error| error.at < source.len() && !error.message.contains("unexpected end of stream"));
        let invalid = YamlError { message: "invalid UTF-8".to_owned(), at };
        (builder.tree, Some(error.unwrap_or(invalid)))
    }
}

/// Values and bytes of text, with those that aliases repeat.
#[derive(Debug, Clone, Copy, Default)]
struct ExpandedSize {
    values: u64,
    bytes: u64,
}

/// A value with an anchor.
#[derive(Debug, Clone, Copy, Default)]
struct AnchoredValue {
    entry: u32,
    /// None while the container is open.
    size: Option<ExpandedSize>,
    /// Levels of containers, with those of aliases.
    height: usize,
}

struct OpenYaml {
    entry: u32,
    anchor: usize,
    /// The expanded size of what precedes it.
    before: ExpandedSize,
    /// That of its highest value so far.
    height: usize,
}

struct TreeBuilder<'a> {
    tree: YamlTree<'a>,
    offsets: ByteOffsets<'a>,
    open: Vec<OpenYaml>,
    /// By the numbers that the parser gives them, from 1.
    anchors: Vec<AnchoredValue>,
    total: ExpandedSize,
    /// The end of the last value.
    end: usize,
}

/// The properties of a value in an event.
struct NodeEvent {
    anchor: usize,
    tag: Option<YamlTag>,
    marks: Marks,
}

impl<'a> TreeBuilder<'a> {
    fn new(source: &'a str) -> Self {
        TreeBuilder {
            tree: YamlTree { source, ..YamlTree::default() },
            offsets: ByteOffsets::new(source),
            open: Vec::new(),
            anchors: Vec::new(),
            total: ExpandedSize::default(),
            end: 0,
        }
    }

    fn read(&mut self) -> Result<(), YamlError> {
        let count = IndicatorCount::default();
        let mut parser = Parser::new(LimitedInput::new(self.tree.source, count.clone()));
        let mut is_after_end = false;
        while let Some(next) = parser.next_event() {
            let (event, marks) = next.map_err(|error| {
                let message = if count.is_exceeded() {
                    format!("more than {MAX_INDICATORS} values in the brackets of a YAML collection")
                } else {
                    format!("invalid YAML: {}", error.info())
                };
                YamlError { message, at: self.offsets.of(error.marker().index()) }
            })?;
            count.reset();
            match event {
                Event::DocumentEnd => is_after_end = true,
                Event::Scalar(text, ..) if is_after_end && text.is_empty() => {}
                Event::Scalar(..) | Event::SequenceStart(..) | Event::MappingStart(..) | Event::Alias(_)
                    if is_after_end =>
                {
                    return Err(self.error(marks, "expected one YAML document, found another".to_owned()));
                }
                event => self.add(event, marks)?,
            }
        }
        Ok(())
    }

    fn error(&mut self, marks: Marks, message: String) -> YamlError {
        YamlError { message, at: self.offsets.of(marks.start.index()) }
    }

    fn add(&mut self, event: Event<'_>, marks: Marks) -> Result<(), YamlError> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let node = NodeEvent { anchor, tag: tag.as_deref().map(kind_of_tag), marks };
                self.scalar(&text, style_of(style), &node);
            }
            Event::SequenceStart(anchor, tag) => {
                self.open(YamlNode::Sequence, &NodeEvent { anchor, tag: tag.as_deref().map(kind_of_tag), marks })?;
            }
            Event::MappingStart(anchor, tag) => {
                self.open(YamlNode::Mapping, &NodeEvent { anchor, tag: tag.as_deref().map(kind_of_tag), marks })?;
            }
            Event::SequenceEnd => self.close(marks, b']'),
            Event::MappingEnd => self.close(marks, b'}'),
            Event::Alias(anchor) => self.alias(anchor, marks)?,
            _ => return Ok(()),
        }
        // A value takes at least a byte and a separator.
        if self.tree.entries.len() > self.tree.source.len() / 2 + 1024 {
            return Err(self.error(marks, "the YAML document has too many values for its size".to_owned()));
        }
        Ok(())
    }

    fn push(&mut self, entry: YamlEntry) -> u32 {
        self.tree.entries.push(entry);
        self.tree.entries.len() as u32 - 1
    }

    fn open(&mut self, node: YamlNode, event: &NodeEvent) -> Result<(), YamlError> {
        self.check_depth(1, event.marks)?;
        let mut start = self.start(event);
        if node == YamlNode::Sequence && self.is_in_mapping() {
            start = self.first_hyphen(start);
        }
        let (at, before) = (start as u32, self.total);
        self.total.values += 1;
        let (tag, decoding) = (event.tag, Decoding::Same);
        let entry = self.push(YamlEntry { start: at, end: at, next: 0, extra: 0, node, tag, decoding });
        self.anchor(event.anchor, AnchoredValue { entry, size: None, height: 0 });
        self.open.push(OpenYaml { entry, anchor: event.anchor, before, height: 0 });
        self.end = start;
        Ok(())
    }

    fn is_in_mapping(&self) -> bool {
        let around = self.open.last().map(|open| self.tree.entries[open.entry as usize].node);
        around == Some(YamlNode::Mapping)
    }

    /// The start of a sequence. The parser reports a sequence with the indentation of its key from the first item.
    fn first_hyphen(&self, start: usize) -> usize {
        let bytes = self.tree.source.as_bytes();
        match bytes[..start].trim_ascii_end() {
            [before @ .., b'-'] if !bytes[before.len()..start].contains(&b'\n') => before.len(),
            _ => start,
        }
    }

    fn check_depth(&mut self, height: usize, marks: Marks) -> Result<(), YamlError> {
        if self.open.len() + height <= MAX_YAML_DEPTH {
            return Ok(());
        }
        Err(self.error(marks, format!("the YAML document is nested too deeply: more than {MAX_YAML_DEPTH} levels")))
    }

    /// A collection in brackets ends after the bracket, any other with its last value.
    fn close(&mut self, marks: Marks, bracket: u8) {
        let at = self.offsets.of(marks.start.index());
        if !marks.is_empty() && self.tree.source.as_bytes().get(at) == Some(&bracket) {
            self.end = at + 1;
        }
        self.close_last();
    }

    fn close_last(&mut self) {
        let Some(OpenYaml { entry, anchor, before, height }) = self.open.pop() else { return };
        let height = height + 1;
        self.raise(height);
        let next = self.tree.entries.len() as u32;
        let closed = &mut self.tree.entries[entry as usize];
        (closed.end, closed.next) = (self.end as u32, next);
        let size = ExpandedSize { values: self.total.values - before.values, bytes: self.total.bytes - before.bytes };
        self.anchor(anchor, AnchoredValue { entry, size: Some(size), height });
    }

    /// Notes the height of a value in the innermost container.
    fn raise(&mut self, height: usize) {
        if let Some(container) = self.open.last_mut() {
            container.height = container.height.max(height);
        }
    }

    fn close_all(&mut self) {
        while !self.open.is_empty() {
            self.close_last();
        }
    }

    fn anchor(&mut self, anchor: usize, value: AnchoredValue) {
        if anchor > 0 {
            if self.anchors.len() <= anchor {
                self.anchors.resize(anchor + 1, AnchoredValue::default());
            }
            self.anchors[anchor] = value;
        }
    }

    fn alias(&mut self, anchor: usize, marks: Marks) -> Result<(), YamlError> {
        let value = self.anchors.get(anchor).copied().unwrap_or_default();
        let Some(size) = value.size else {
            return Err(self.error(marks, "a YAML alias refers to a value that contains it".to_owned()));
        };
        self.check_depth(value.height, marks)?;
        self.raise(value.height);
        self.total.values += size.values;
        self.total.bytes += size.bytes;
        let (values, bytes) = (self.tree.entries.len() as u64, self.tree.source.len() as u64);
        if self.total.values > MAX_ALIASED_VALUES + 5 * values || self.total.bytes > MAX_ALIASED_BYTES + 9 * bytes {
            return Err(self.error(marks, "the aliases of the YAML document repeat too many values".to_owned()));
        }
        let (start, end) = (self.offsets.of(marks.start.index()), self.offsets.of(marks.end.index()));
        let (node, tag, decoding) = (YamlNode::Alias, None, Decoding::Same);
        self.push(YamlEntry { start: start as u32, end: end as u32, next: value.entry, extra: 0, node, tag, decoding });
        self.end = end;
        Ok(())
    }

    /// The first byte after the tag and the anchor.
    fn start(&mut self, event: &NodeEvent) -> usize {
        let mut at = self.offsets.of(event.marks.start.index());
        if event.anchor == 0 && event.tag.is_none() {
            return at;
        }
        let bytes = self.tree.source.as_bytes();
        loop {
            let rest = &bytes[at..];
            at += match rest {
                [b' ' | b'\t' | b'\n' | b'\r', ..] => 1,
                [b'#', ..] => memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len()),
                [b'!', b'<', ..] => memchr::memchr(b'>', rest).map_or(rest.len(), |end| end + 1),
                [b'!' | b'&', ..] => rest.iter().position(|byte| b" \t\n\r,[]{}".contains(byte)).unwrap_or(rest.len()),
                _ => return at,
            };
        }
    }

    fn scalar(&mut self, text: &str, style: YamlStyle, event: &NodeEvent) {
        let has_properties = event.anchor > 0 || event.tag.is_some();
        let (start, end) = if text.is_empty() && style == YamlStyle::Plain {
            let at = self.offsets.of(event.marks.start.index());
            (at, at)
        } else {
            let start = self.start(event);
            (start, self.offsets.of(event.marks.end.index()).max(start))
        };
        let (start, indent) = match style {
            _ if !style.is_block() => (start, 0),
            _ if has_properties => self.block_after_properties(start..end, text),
            _ => (self.block_start(start), event.marks.start.col() as u32),
        };
        let form = ScalarForm { style, indent, adds_break: style.is_block() };
        let (end, decoding) = self.decoding(start..end, form, text);
        let mut extra = indent;
        if decoding == Decoding::Stored {
            extra = self.tree.texts.len() as u32;
            self.tree.texts.push(text.into());
        }
        let (node, tag) = (YamlNode::Scalar(style), event.tag);
        let (at, length) = (start as u32, text.len() as u32);
        let entry = self.push(YamlEntry { start: at, end: end as u32, next: length, extra, node, tag, decoding });
        let size = ExpandedSize { values: 1, bytes: text.len() as u64 };
        self.total.values += size.values;
        self.total.bytes += size.bytes;
        self.anchor(event.anchor, AnchoredValue { entry, size: Some(size), height: 0 });
        // Containers end with the text of a block scalar, without its line break.
        let bytes = self.tree.source.as_bytes();
        self.end = if style.is_block() { start + bytes[start..end].trim_ascii_end().len() } else { end };
    }

    /// The end of a scalar, and how to decode it. Compares the pieces with the text of the parser.
    fn decoding(&self, span: Range<usize>, form: ScalarForm, text: &str) -> (usize, Decoding) {
        let bytes = self.tree.source.as_bytes();
        let (start, end) = (span.start, span.end);
        let mut pieces = ScalarPieces::new(bytes, span, form);
        let (mut read, mut is_same, mut adds_break, mut room) = (0, true, false, [0; 4]);
        // Chomping removes line breaks at the end of a block scalar, so its end is that of the text.
        while read < text.len() {
            let Some(piece) = pieces.next() else { return (end, Decoding::Stored) };
            let decoded = piece.bytes(bytes, &mut room);
            if text.as_bytes().get(read..read + decoded.len()) != Some(decoded) {
                return (end, Decoding::Stored);
            }
            read += decoded.len();
            is_same &= matches!(piece.text, PieceText::Same(_));
            adds_break = piece.at >= end;
        }
        let end = match form.style {
            YamlStyle::SingleQuoted | YamlStyle::DoubleQuoted => match pieces.closing_quote() {
                Some(quote) => quote + 1,
                None => return (end, Decoding::Stored),
            },
            YamlStyle::Plain if pieces.next().is_some() => return (end, Decoding::Stored),
            YamlStyle::Plain => end,
            _ => pieces.position().0,
        };
        let quotes = if form.style == YamlStyle::Plain { 0 } else { 2 };
        let is_same = is_same && !form.style.is_block() && end - start == text.len() + quotes;
        match (is_same, adds_break) {
            (true, _) => (end, Decoding::Same),
            (_, true) => (end, Decoding::PiecesAndBreak),
            _ => (end, Decoding::Pieces),
        }
    }

    /// The start of the lines of a block scalar, from the position of its first character: after the line with `|` or
    /// `>`, from which only empty lines separate it.
    fn block_start(&self, first: usize) -> usize {
        let before = &self.tree.source.as_bytes()[..first];
        let last = before.iter().rposition(|byte| !matches!(byte, b' ' | b'\n' | b'\r'));
        let header = last.map_or(0, |last| last + 1);
        after_line(self.tree.source.as_bytes(), header).min(first)
    }

    /// The same for a scalar with a tag or an anchor, from the position of `|` or `>`; also its indentation.
    fn block_after_properties(&self, span: Range<usize>, text: &str) -> (usize, u32) {
        let bytes = self.tree.source.as_bytes();
        let start = after_line(bytes, span.start).min(span.end);
        let lines = &bytes[start..span.end];
        let first = lines.iter().position(|byte| !matches!(byte, b' ' | b'\n' | b'\r')).unwrap_or(lines.len());
        let spaces = lines[..first].iter().rev().take_while(|&&byte| byte == b' ').count();
        // With an indentation indicator, the text can begin with spaces.
        let text = text.trim_start_matches('\n');
        let own = text.len() - text.trim_start_matches(' ').len();
        (start, spaces.saturating_sub(own) as u32)
    }
}

/// The position after the end of the line at `at`.
fn after_line(bytes: &[u8], at: usize) -> usize {
    let line = &bytes[at..];
    let end = memchr::memchr2(b'\n', b'\r', line).unwrap_or(line.len());
    at + end + if line[end..].starts_with(b"\r\n") { 2 } else { usize::from(end < line.len()) }
}

fn style_of(style: ScalarStyle) -> YamlStyle {
    match style {
        ScalarStyle::Plain => YamlStyle::Plain,
        ScalarStyle::SingleQuoted => YamlStyle::SingleQuoted,
        ScalarStyle::DoubleQuoted => YamlStyle::DoubleQuoted,
        ScalarStyle::Literal => YamlStyle::Literal,
        ScalarStyle::Folded => YamlStyle::Folded,
    }
}

fn kind_of_tag(tag: &Tag) -> YamlTag {
    let suffix = tag.suffix.strip_prefix("tag:yaml.org,2002:").unwrap_or(&tag.suffix);
    match suffix {
        "binary" => YamlTag::Binary,
        "str" | "!" => YamlTag::String,
        _ => YamlTag::Other,
    }
}
