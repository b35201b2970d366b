//! The output of a layout.

use crate::json::LANES;

/// Text with a few spare bytes after it, so that short texts can be copied as 32 bytes, regardless of their length.
#[derive(Debug, Default)]
pub(super) struct OutputBuffer {
    bytes: Vec<u8>,
    length: usize,
}

impl OutputBuffer {
    pub(super) fn text(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        self.length
    }

    pub(super) fn truncate(&mut self, length: usize) {
        self.length = length;
    }

    /// Removes the first `count` bytes.
    pub(super) fn remove_front(&mut self, count: usize) {
        self.bytes.copy_within(count..self.length, 0);
        self.length -= count;
    }

    /// Reserves `more` bytes and the spare ones.
    #[inline(always)]
    pub(super) fn reserve(&mut self, more: usize) {
        let needed = self.length + more + 4 * LANES;
        if self.bytes.len() < needed {
            self.bytes.resize(needed.max(2 * self.bytes.len()), 0);
        }
    }

    #[inline(always)]
    pub(super) fn push(&mut self, byte: u8) {
        self.bytes[self.length] = byte;
        self.length += 1;
    }

    #[inline(always)]
    pub(super) fn push_text(&mut self, text: &[u8]) {
        self.bytes[self.length..self.length + text.len()].copy_from_slice(text);
        self.length += text.len();
    }

    /// Appends `text[..length]`; faster if `text` has 32 bytes.
    #[inline(always)]
    pub(super) fn push_start(&mut self, text: &[u8], length: usize) {
        match (text.first_chunk::<LANES>(), self.bytes.get_mut(self.length..).and_then(<[u8]>::first_chunk_mut)) {
            (Some(chunk), Some(space)) if length <= LANES => {
                *space = *chunk;
                self.length += length;
            }
            _ => self.push_text(&text[..length]),
        }
    }

    #[inline(always)]
    pub(super) fn push_many(&mut self, byte: u8, count: usize) {
        self.push_start(&[byte; LANES], count.min(LANES));
        if count > LANES {
            self.reserve(count);
            self.bytes[self.length..self.length + count - LANES].fill(byte);
            self.length += count - LANES;
        }
    }
}
