//! Ranges of bytes.

/// Half-open range of byte offsets into the source, from its very first byte (a byte order mark and HTTP heads count).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u64,
    /// Offset one past the last byte.
    pub end: u64,
}

impl Span {
    /// The span from `start` to before `end`.
    pub fn new(start: usize, end: usize) -> Self {
        Span { start: start as u64, end: end as u64 }
    }

    /// The bytes of `source` in this span; empty where the span lies outside.
    pub fn of<'a>(&self, source: &'a [u8]) -> &'a [u8] {
        source.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}
