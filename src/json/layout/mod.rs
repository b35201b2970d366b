//! The layout of JSON: whitespace, line breaks, commas and colons between the tokens, for the formatter and for the
//! excerpts of findings.
//!
//! The caller announces each token. The lines break where Prettier 3 breaks them (parser `json`): an object is always
//! one property per line, and an array stays on one line if it fits and contains no such object ([`pending`]). Numbers
//! of an array that does not fit fill the lines ([`fill`]).
//!
//! Invariant: [`Layout::ready`] bytes are final. Those of an array that may still be broken are not part of them. They
//! are bounded by the width of a line, or by [`fill::MAX_UNDECIDED`] for numbers.

mod fill;
mod output;
mod pending;

use fill::Fill;
use output::OutputBuffer;
use pending::Pending;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LayoutStyle {
    /// Indentation per level; none: no whitespace at all.
    pub indent: Option<Indent>,
    /// Maximum columns of a line, with its comma, on which an array stays; 0: none does.
    pub width: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Indent {
    Spaces(u8),
    /// Counts as two columns, as in Prettier with its default `tabWidth`.
    Tab,
}

impl LayoutStyle {
    /// The default layout of Prettier.
    pub const PRETTIER: LayoutStyle = LayoutStyle { indent: Some(Indent::Spaces(2)), width: 80 };
    /// The layout of `JSON.stringify(value, null, 2)`.
    pub const EXPANDED: LayoutStyle = LayoutStyle { indent: Some(Indent::Spaces(2)), width: 0 };
    pub const COMPACT: LayoutStyle = LayoutStyle { indent: None, width: 0 };

    /// Maximum [`LayoutStyle::width`], because a line is buffered until its layout is known.
    pub const MAX_WIDTH: usize = 320;
}

const TAB_COLUMNS: usize = 2;

/// Maximum levels of indentation: without it, the output would grow with the square of the depth.
const MAX_INDENTED_DEPTH: usize = 100;

/// The state of the innermost container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineMode {
    /// One item per line.
    Broken,
    /// On one line so far; see [`Pending`].
    Pending,
    /// An array of numbers that fill the lines; see [`Fill`].
    Filled,
}

#[derive(Debug)]
pub(crate) struct Layout {
    style: LayoutStyle,
    /// Lines end with CRLF.
    is_crlf: bool,
    out: OutputBuffer,
    mode: LineMode,
    /// Number of open containers.
    depth: usize,
    /// Columns in the last line. After a scalar in [`LineMode::Broken`], which ends its line, only an upper bound.
    column: usize,
    pending: Pending,
    fill: Fill,
    /// Reused by functions that break lines.
    tail: Vec<u8>,
}

impl Layout {
    pub(crate) fn new(style: LayoutStyle) -> Layout {
        let mut out = OutputBuffer::default();
        out.reserve(0);
        Layout {
            style,
            is_crlf: false,
            out,
            mode: LineMode::Broken,
            depth: 0,
            column: 0,
            pending: Pending::default(),
            fill: Fill::default(),
            tail: Vec::new(),
        }
    }

    pub(crate) fn with_crlf(self, is_crlf: bool) -> Layout {
        Layout { is_crlf, ..self }
    }

    /// Output that was not taken yet.
    pub(crate) fn text(&self) -> &[u8] {
        self.out.text()
    }

    /// Number of bytes that can be taken.
    pub(crate) fn ready(&self) -> usize {
        match self.mode {
            LineMode::Broken => self.out.len(),
            LineMode::Pending => self.pending.begin,
            LineMode::Filled => self.fill.ready(self.out.len()),
        }
    }

    /// Removes the bytes that are ready.
    pub(crate) fn take(&mut self) {
        let ready = self.ready();
        self.out.remove_front(ready);
        match self.mode {
            LineMode::Broken => {}
            LineMode::Pending => self.pending.begin -= ready,
            LineMode::Filled => self.fill.moved(ready),
        }
    }

    pub(crate) fn is_pretty(&self) -> bool {
        self.style.indent.is_some()
    }

    /// True if nothing is in the current line.
    pub(crate) fn is_at_line_start(&self) -> bool {
        self.column == 0
    }

    /// Removes the output after its first `mark` bytes, which end with a line break.
    pub(crate) fn discard(&mut self, mark: usize) {
        self.out.truncate(mark);
        (self.mode, self.depth, self.column) = (LineMode::Broken, 0, 0);
    }

    /// Removes trailing whitespace.
    pub(crate) fn trim(&mut self) {
        self.out.truncate(self.out.text().trim_ascii_end().len());
        (self.mode, self.depth) = (LineMode::Broken, 0);
    }

    /// Announces the first item of the innermost container.
    #[inline(always)]
    pub(crate) fn first(&mut self) {
        if self.style.indent.is_some() {
            if self.mode == LineMode::Pending {
                self.pending_first();
            }
            if self.mode == LineMode::Broken {
                self.line();
            }
        }
    }

    /// Announces another item of it.
    #[inline(always)]
    pub(crate) fn comma(&mut self) {
        if self.style.indent.is_none() {
            self.out.push(b',');
        } else if self.mode == LineMode::Broken {
            self.out.push(b',');
            self.line();
        } else {
            self.bounded_comma();
        }
    }

    #[cold]
    fn broken_comma(&mut self) {
        self.out.push(b',');
        self.line();
    }

    #[inline]
    fn bounded_comma(&mut self) {
        if self.mode == LineMode::Filled {
            self.fill_comma();
        } else if self.pending_comma() {
            self.broken_comma();
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

    /// Writes the name `text[..length]`.
    #[inline(always)]
    pub(crate) fn name(&mut self, text: &[u8], length: usize, columns: usize) {
        self.out.reserve(length);
        self.out.push_start(text, length);
        self.column += columns;
    }

    /// Writes the scalar `text[..length]`.
    #[inline(always)]
    pub(crate) fn scalar(&mut self, text: &[u8], length: usize, is_number: bool, columns: impl FnOnce() -> usize) {
        if self.mode != LineMode::Broken {
            return self.bounded_scalar(text, length, is_number, columns());
        }
        self.out.reserve(length);
        self.out.push_start(text, length);
        // No array follows on this line.
        self.column += length;
    }

    #[inline]
    fn bounded_scalar(&mut self, text: &[u8], length: usize, is_number: bool, columns: usize) {
        if self.mode == LineMode::Pending {
            self.pending_scalar(is_number, columns);
        }
        if self.mode == LineMode::Filled {
            if is_number {
                return self.fill_number(text, length, columns);
            }
            self.unfill();
        }
        self.out.reserve(length);
        self.out.push_start(text, length);
        self.column += columns;
    }

    #[inline(always)]
    pub(crate) fn open(&mut self, bracket: u8) {
        if self.mode == LineMode::Filled {
            self.unfill();
        }
        self.out.reserve(0);
        if self.mode == LineMode::Pending || (bracket == b'[' && self.style.width > 0) {
            return self.pending_open(bracket);
        }
        self.out.push(bracket);
        self.column += 1;
        self.depth += 1;
    }

    #[inline(always)]
    pub(crate) fn close(&mut self, bracket: u8, is_empty: bool) {
        self.out.reserve(0);
        if self.mode == LineMode::Pending && self.pending_close(bracket) {
            return;
        }
        self.mode = LineMode::Broken;
        self.depth -= 1;
        if !is_empty && self.style.indent.is_some() {
            self.line();
        }
        self.out.push(bracket);
        self.column += 1;
    }

    /// Ends the document.
    pub(crate) fn end(&mut self) {
        self.mode = LineMode::Broken;
        self.out.reserve(0);
        self.push_line_break();
        self.column = 0;
    }

    /// Writes text that has no width, before a bracket or after any token.
    pub(crate) fn raw(&mut self, text: &str) {
        if self.mode == LineMode::Filled && self.fill.is_after_comma && !text.is_empty() {
            self.unfill();
        }
        self.out.reserve(text.len());
        self.out.push_text(text.as_bytes());
    }

    #[inline(always)]
    fn push_line_break(&mut self) {
        if self.is_crlf {
            self.out.push(b'\r');
        }
        self.out.push(b'\n');
    }

    /// A line break, and the indentation of the next line.
    #[inline(always)]
    pub(crate) fn line(&mut self) {
        self.push_line_break();
        let depth = self.depth.min(MAX_INDENTED_DEPTH);
        match self.style.indent {
            None => {}
            Some(Indent::Spaces(spaces)) => {
                self.column = depth * usize::from(spaces);
                self.out.push_many(b' ', self.column);
            }
            Some(Indent::Tab) => {
                self.column = TAB_COLUMNS * depth;
                self.out.push_many(b'\t', depth);
            }
        }
        self.out.reserve(0);
    }
}
