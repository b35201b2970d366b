//! Positions and ranges of bytes.
//!
//! A text is read through a window that moves, so a byte has two numbers: its position in the current buffer, and its
//! offset in the input. They are equal only for an input that was loaded as a whole. Checking works with positions,
//! reports show offsets; [`crate::finding::SourceView::findings`] converts one into the other.

use std::ops::Range;

/// Byte position in the buffer that is being read, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pos(pub usize);

/// Byte offset in the (decompressed) input, from its first byte: a byte order mark and HTTP headers count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Offset(pub u64);

/// Half-open range of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span<P = Pos> {
    pub start: P,
    /// One past the last byte.
    pub end: P,
}

impl Span {
    pub fn new(start: usize, end: usize) -> Self {
        Span { start: Pos(start), end: Pos(end) }
    }

    pub fn range(self) -> Range<usize> {
        self.start.0..self.end.0
    }

    /// In bytes.
    pub fn length(self) -> usize {
        self.end.0 - self.start.0
    }

    /// The first byte of a container or a string, which marks the whole of it.
    pub fn first_byte(self) -> Span {
        Span::new(self.start.0, self.start.0 + 1)
    }

    /// The bytes of `source` in this span; empty if the span is not inside.
    pub fn of(self, source: &[u8]) -> &[u8] {
        source.get(self.range()).unwrap_or_default()
    }
}
