//! What stands between the tokens of a document: the one place that knows how JSON is laid out. Whoever writes JSON for people (the formatter,
//! the excerpts under findings) says what comes next, and the layout puts blanks, line breaks, commas and colons around it.

use crate::json::LANES;

/// How a document is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// What one level of depth is indented by; none: no blank anywhere.
    pub indent: Option<Indent>,
    /// A container without containers inside stays on one line of at most so many characters, its comma included; 0: none does.
    pub width: usize,
}

/// One level of depth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Indent {
    /// So many blanks.
    Blanks(u8),
    /// One tab, which counts as four characters of a line.
    Tab,
}

impl Style {
    /// Two blanks, lines of 80 characters.
    pub const PRETTY: Style = Style { indent: Some(Indent::Blanks(2)), width: 80 };
    /// No blanks.
    pub const COMPACT: Style = Style { indent: None, width: 0 };
}

/// Deeper lines are indented no further: what is written of a deep document would grow with the square of its depth.
const DEEPEST: usize = 100;

/// Bytes that are written one after the other. Short texts are copied 32 bytes at a time, whatever their length: there is always room for that.
#[derive(Debug, Default)]
struct Out {
    bytes: Vec<u8>,
    length: usize,
}

impl Out {
    fn text(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// Makes room for so many bytes and a few more.
    #[inline(always)]
    fn room(&mut self, more: usize) {
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

    /// Writes `text[..length]`, if there are bytes behind it that may be read.
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
            self.room(count);
            self.bytes[self.length..self.length + count - LANES].fill(byte);
            self.length += count - LANES;
        }
    }
}

/// A document on its way out.
#[derive(Debug)]
pub struct Layout {
    style: Style,
    out: Out,
    /// Containers that are open.
    depth: usize,
    /// Characters in the last line.
    column: usize,
    /// The innermost container stands on one line so far: where its first item begins. [`NOT`] if it does not.
    one_line: usize,
    /// Where its lines would be broken, and the column behind the last of these places.
    breaks: Vec<usize>,
    broken: usize,
    tail: Vec<u8>,
    /// What is to stand under the last line, whole lines.
    notes: String,
}

const NOT: usize = usize::MAX;

impl Layout {
    /// An empty one.
    pub fn new(style: Style) -> Layout {
        let mut out = Out::default();
        out.room(0);
        Layout {
            style,
            out,
            depth: 0,
            column: 0,
            one_line: NOT,
            breaks: Vec::new(),
            broken: 0,
            tail: Vec::new(),
            notes: String::new(),
        }
    }

    /// What is written so far, and not yet taken.
    pub fn text(&self) -> &[u8] {
        self.out.text()
    }

    /// Bytes that can be taken: of a container that may yet be broken into lines none is.
    pub fn ready(&self) -> usize {
        self.one_line.min(self.out.length)
    }

    /// Forgets what was taken, which must be all that was ready.
    pub fn take(&mut self) {
        let ready = self.ready();
        self.out.bytes.copy_within(ready..self.out.length, 0);
        self.out.length -= ready;
        if self.one_line != NOT {
            self.one_line -= ready;
            self.breaks.iter_mut().for_each(|place| *place -= ready);
        }
    }

    /// Whether there are blanks and line breaks.
    pub fn is_pretty(&self) -> bool {
        self.style.indent.is_some()
    }

    /// The character of the line that comes next, from 0.
    pub fn column(&self) -> usize {
        self.column
    }

    /// What was written ends at this one. Only where no line is broken for its length.
    pub fn set_column(&mut self, column: usize) {
        self.column = column;
    }

    /// Forgets what was written from this place of the text on, where a line begins.
    pub fn back(&mut self, mark: usize) {
        (self.out.length, self.depth, self.column, self.one_line) = (mark, 0, 0, NOT);
        self.notes.clear();
    }

    /// Without the blanks that it ends with, and the last line break.
    pub fn trim(&mut self) {
        self.one_line = NOT;
        let text = self.out.text();
        self.out.length = text.trim_ascii_end().len();
        self.depth = 0;
    }

    /// The first item of the innermost container follows.
    #[inline(always)]
    pub fn first(&mut self) {
        if self.style.indent.is_some() {
            if self.one_line == NOT {
                self.line();
            } else {
                self.breaks.push(self.out.length);
                self.broken = self.column;
            }
        }
    }

    /// Another item of it follows.
    #[inline(always)]
    pub fn comma(&mut self) {
        self.out.push(b',');
        self.column += 1;
        if self.style.indent.is_some() {
            if self.one_line == NOT {
                self.line();
            } else {
                self.breaks.push(self.out.length);
                self.out.push(b' ');
                self.column += 1;
                self.broken = self.column;
            }
        }
    }

    /// The colon behind a member name.
    #[inline(always)]
    pub fn colon(&mut self) {
        if self.style.indent.is_some() {
            self.out.push_text(b": ");
            self.column += 2;
        } else {
            self.out.push(b':');
        }
    }

    /// A name or a value that is no container, `text[..length]`: so many characters of a line.
    #[inline(always)]
    pub fn token(&mut self, text: &[u8], length: usize, characters: usize) {
        // The closing bracket and a comma must find their place too.
        if self.one_line != NOT && self.column + characters + 2 > self.style.width {
            self.break_lines();
        }
        self.out.room(length);
        self.out.push_start(text, length);
        self.column += characters;
    }

    /// The opening bracket of a container.
    #[inline(always)]
    pub fn open(&mut self, bracket: u8) {
        if self.one_line != NOT {
            self.break_lines();
        }
        self.out.room(0);
        self.out.push(bracket);
        self.column += 1;
        self.depth += 1;
        if self.style.width > 0 {
            self.one_line = self.out.length;
            self.breaks.clear();
        }
    }

    /// The closing bracket of the innermost container.
    #[inline(always)]
    pub fn close(&mut self, bracket: u8, is_empty: bool) {
        self.depth -= 1;
        self.out.room(0);
        if self.one_line != NOT || is_empty {
            self.one_line = NOT;
        } else if self.style.indent.is_some() {
            self.line();
        }
        self.out.push(bracket);
        self.column += 1;
    }

    /// Under the last line stands this, whole lines.
    pub fn note(&mut self, lines: &str) {
        self.notes.push_str(lines);
    }

    #[cold]
    fn push_notes(&mut self) {
        self.out.room(self.notes.len());
        self.out.push_text(self.notes.as_bytes());
        self.out.room(0);
        self.notes.clear();
    }

    /// The document ends here: the next one begins on a line of its own.
    pub fn end(&mut self) {
        self.one_line = NOT;
        self.out.room(0);
        self.out.push(b'\n');
        self.push_notes();
        self.column = 0;
    }

    /// A text as it is.
    pub fn raw(&mut self, text: &str) {
        self.out.room(text.len());
        self.out.push_text(text.as_bytes());
    }

    /// A line break, and the blanks of the next line.
    #[inline(always)]
    pub fn line(&mut self) {
        self.out.push(b'\n');
        if !self.notes.is_empty() {
            self.push_notes();
        }
        let depth = self.depth.min(DEEPEST);
        match self.style.indent {
            None => {}
            Some(Indent::Blanks(blanks)) => {
                self.column = depth * usize::from(blanks);
                self.out.push_many(b' ', self.column);
            }
            Some(Indent::Tab) => {
                self.column = 4 * depth;
                self.out.push_many(b'\t', depth);
            }
        }
        self.out.room(0);
    }

    /// The innermost container does not stay on one line.
    #[cold]
    fn break_lines(&mut self) {
        let begin = std::mem::replace(&mut self.one_line, NOT);
        let (mut tail, breaks) = (std::mem::take(&mut self.tail), std::mem::take(&mut self.breaks));
        tail.clear();
        tail.extend_from_slice(&self.out.text()[begin..]);
        self.out.length = begin;
        let behind = self.column - self.broken;
        for (place, at) in breaks.iter().enumerate() {
            // Up to the first there is nothing; behind a comma a blank stood in place of the break.
            let start = at - begin + usize::from(place > 0);
            let end = breaks.get(place + 1).map_or(tail.len(), |next| next - begin);
            self.out.room(end - start);
            self.line();
            self.out.push_text(&tail[start..end]);
        }
        self.column += behind;
        (self.tail, self.breaks) = (tail, breaks);
    }
}
