//! The layout of JSON: whitespace, line breaks, commas and colons between the tokens, for the formatter and for the
//! excerpts of findings.
//!
//! The caller announces each token. A container is first written on one line, and the positions of its possible line
//! breaks are recorded. If the line becomes too long, or a container begins inside, [`Layout::break_lines`] inserts the
//! breaks. So each byte is written at most twice, without look-ahead.
//!
//! Invariant: [`Layout::ready`] bytes are final. Those of a container that may still be broken are not part of them.

use crate::json::LANES;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LayoutStyle {
    /// Indentation per level; none: no whitespace at all.
    pub indent: Option<Indent>,
    /// Maximum number of characters of a line, with its comma, on which a container without inner containers stays; 0:
    /// none does.
    pub width: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Indent {
    Spaces(u8),
    /// Counts as four characters of a line.
    Tab,
}

impl LayoutStyle {
    pub const PRETTY: LayoutStyle = LayoutStyle { indent: Some(Indent::Spaces(2)), width: 80 };
    pub const COMPACT: LayoutStyle = LayoutStyle { indent: None, width: 0 };
}

/// Maximum levels of indentation: without it, the output would grow with the square of the depth.
const MAX_INDENTED_DEPTH: usize = 100;

/// The output. There are always a few spare bytes after it, so that short texts can be copied as 32 bytes, regardless
/// of their length.
#[derive(Debug, Default)]
struct OutputBuffer {
    bytes: Vec<u8>,
    length: usize,
}

impl OutputBuffer {
    fn text(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// Reserves `more` bytes and the spare ones.
    #[inline(always)]
    fn reserve(&mut self, more: usize) {
        let needed = self.length + more + 4 * LANES;
        if self.bytes.len() < needed {
            self.bytes.resize(needed.max(2 * self.bytes.len()), 0);
        }
    }

    #[inline(always)]
    fn push(&mut self, byte: u8) {
        self.bytes[self.length] = byte;
        self.length += 1;
    }

    #[inline(always)]
    fn push_text(&mut self, text: &[u8]) {
        self.bytes[self.length..self.length + text.len()].copy_from_slice(text);
        self.length += text.len();
    }

    /// Appends `text[..length]`; faster if `text` has 32 bytes.
    #[inline(always)]
    fn push_start(&mut self, text: &[u8], length: usize) {
        match (text.first_chunk::<LANES>(), self.bytes.get_mut(self.length..).and_then(<[u8]>::first_chunk_mut)) {
            (Some(chunk), Some(space)) if length <= LANES => {
                *space = *chunk;
                self.length += length;
            }
            _ => self.push_text(&text[..length]),
        }
    }

    #[inline(always)]
    fn push_many(&mut self, byte: u8, count: usize) {
        self.push_start(&[byte; LANES], count.min(LANES));
        if count > LANES {
            self.reserve(count);
            self.bytes[self.length..self.length + count - LANES].fill(byte);
            self.length += count - LANES;
        }
    }
}

#[derive(Debug)]
pub(crate) struct Layout {
    style: LayoutStyle,
    out: OutputBuffer,
    /// Number of open containers.
    depth: usize,
    /// Characters in the last line.
    column: usize,
    /// Position of the first item of the innermost container if it is on one line so far, else [`BROKEN`].
    one_line: usize,
    /// Positions of its possible line breaks, and the column after the last of them.
    breaks: Vec<usize>,
    last_break_column: usize,
    /// Reused by `break_lines`.
    tail: Vec<u8>,
    /// Lines to insert after the current one.
    notes: String,
}

const BROKEN: usize = usize::MAX;

impl Layout {
    pub(crate) fn new(style: LayoutStyle) -> Layout {
        let mut out = OutputBuffer::default();
        out.reserve(0);
        Layout {
            style,
            out,
            depth: 0,
            column: 0,
            one_line: BROKEN,
            breaks: Vec::new(),
            last_break_column: 0,
            tail: Vec::new(),
            notes: String::new(),
        }
    }

    /// Output that was not taken yet.
    pub(crate) fn text(&self) -> &[u8] {
        self.out.text()
    }

    /// Number of bytes that can be taken.
    pub(crate) fn ready(&self) -> usize {
        self.one_line.min(self.out.length)
    }

    /// Removes the bytes that are ready.
    pub(crate) fn take(&mut self) {
        let ready = self.ready();
        self.out.bytes.copy_within(ready..self.out.length, 0);
        self.out.length -= ready;
        if self.one_line != BROKEN {
            self.one_line -= ready;
            self.breaks.iter_mut().for_each(|position| *position -= ready);
        }
    }

    pub(crate) fn is_pretty(&self) -> bool {
        self.style.indent.is_some()
    }

    /// Characters in the current line.
    pub(crate) fn column(&self) -> usize {
        self.column
    }

    /// Only for a layout without [`LayoutStyle::width`].
    pub(crate) fn set_column(&mut self, column: usize) {
        self.column = column;
    }

    /// Removes the output after its first `mark` bytes, which end with a line break.
    pub(crate) fn discard(&mut self, mark: usize) {
        (self.out.length, self.depth, self.column, self.one_line) = (mark, 0, 0, BROKEN);
        self.notes.clear();
    }

    /// Removes trailing whitespace.
    pub(crate) fn trim(&mut self) {
        self.one_line = BROKEN;
        let text = self.out.text();
        self.out.length = text.trim_ascii_end().len();
        self.depth = 0;
    }

    /// Announces the first item of the innermost container.
    #[inline(always)]
    pub(crate) fn first(&mut self) {
        if self.style.indent.is_some() {
            if self.one_line == BROKEN {
                self.line();
            } else {
                self.breaks.push(self.out.length);
                self.last_break_column = self.column;
            }
        }
    }

    /// Announces another item of it.
    #[inline(always)]
    pub(crate) fn comma(&mut self) {
        self.out.push(b',');
        self.column += 1;
        if self.style.indent.is_some() {
            if self.one_line == BROKEN {
                self.line();
            } else {
                self.breaks.push(self.out.length);
                self.out.push(b' ');
                self.column += 1;
                self.last_break_column = self.column;
            }
        }
    }

    #[inline(always)]
    pub(crate) fn colon(&mut self) {
        if self.style.indent.is_some() {
            self.out.push_text(b": ");
            self.column += 2;
        } else {
            self.out.push(b':');
        }
    }

    /// Writes the name or scalar `text[..length]`, which counts as `characters` of a line.
    #[inline(always)]
    pub(crate) fn token(&mut self, text: &[u8], length: usize, characters: usize) {
        // Leave space for the closing bracket and a comma.
        if self.one_line != BROKEN && self.column + characters + 2 > self.style.width {
            self.break_lines();
        }
        self.out.reserve(length);
        self.out.push_start(text, length);
        self.column += characters;
    }

    #[inline(always)]
    pub(crate) fn open(&mut self, bracket: u8) {
        if self.one_line != BROKEN {
            self.break_lines();
        }
        self.out.reserve(0);
        self.out.push(bracket);
        self.column += 1;
        self.depth += 1;
        if self.style.width > 0 {
            self.one_line = self.out.length;
            self.breaks.clear();
        }
    }

    #[inline(always)]
    pub(crate) fn close(&mut self, bracket: u8, is_empty: bool) {
        self.depth -= 1;
        self.out.reserve(0);
        if self.one_line != BROKEN || is_empty {
            self.one_line = BROKEN;
        } else if self.style.indent.is_some() {
            self.line();
        }
        self.out.push(bracket);
        self.column += 1;
    }

    /// Inserts whole lines after the current one.
    pub(crate) fn note(&mut self, lines: &str) {
        self.notes.push_str(lines);
    }

    #[cold]
    fn push_notes(&mut self) {
        self.out.reserve(self.notes.len());
        self.out.push_text(self.notes.as_bytes());
        self.out.reserve(0);
        self.notes.clear();
    }

    /// Ends the document.
    pub(crate) fn end(&mut self) {
        self.one_line = BROKEN;
        self.out.reserve(0);
        self.out.push(b'\n');
        self.push_notes();
        self.column = 0;
    }

    pub(crate) fn raw(&mut self, text: &str) {
        self.out.reserve(text.len());
        self.out.push_text(text.as_bytes());
    }

    /// A line break, and the indentation of the next line.
    #[inline(always)]
    pub(crate) fn line(&mut self) {
        self.out.push(b'\n');
        if !self.notes.is_empty() {
            self.push_notes();
        }
        let depth = self.depth.min(MAX_INDENTED_DEPTH);
        match self.style.indent {
            None => {}
            Some(Indent::Spaces(spaces)) => {
                self.column = depth * usize::from(spaces);
                self.out.push_many(b' ', self.column);
            }
            Some(Indent::Tab) => {
                self.column = 4 * depth;
                self.out.push_many(b'\t', depth);
            }
        }
        self.out.reserve(0);
    }

    /// Breaks the innermost container into lines.
    #[cold]
    fn break_lines(&mut self) {
        let begin = std::mem::replace(&mut self.one_line, BROKEN);
        let (mut tail, breaks) = (std::mem::take(&mut self.tail), std::mem::take(&mut self.breaks));
        tail.clear();
        tail.extend_from_slice(&self.out.text()[begin..]);
        self.out.length = begin;
        let after_break = self.column - self.last_break_column;
        for (index, at) in breaks.iter().enumerate() {
            // Each break but the first replaces the space after a comma.
            let start = at - begin + usize::from(index > 0);
            let end = breaks.get(index + 1).map_or(tail.len(), |next| next - begin);
            self.out.reserve(end - start);
            self.line();
            self.out.push_text(&tail[start..end]);
        }
        self.column += after_break;
        (self.tail, self.breaks) = (tail, breaks);
    }
}
