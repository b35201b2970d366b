//! Positions of the parser, in characters, as positions in bytes.

/// Converts positions that mostly ascend: linear in total.
pub(super) struct ByteOffsets<'a> {
    source: &'a [u8],
    is_ascii: bool,
    /// The previous position, in characters and in bytes.
    characters: usize,
    bytes: usize,
}

impl<'a> ByteOffsets<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        ByteOffsets { source: source.as_bytes(), is_ascii: source.is_ascii(), characters: 0, bytes: 0 }
    }

    /// The position in bytes of a character; at most the length of the text.
    pub(super) fn of(&mut self, characters: usize) -> usize {
        if self.is_ascii {
            return characters.min(self.source.len());
        }
        while self.characters < characters && self.bytes < self.source.len() {
            self.bytes += 1;
            while self.is_continuation() {
                self.bytes += 1;
            }
            self.characters += 1;
        }
        while self.characters > characters && self.bytes > 0 {
            self.bytes -= 1;
            while self.is_continuation() {
                self.bytes -= 1;
            }
            self.characters -= 1;
        }
        self.bytes
    }

    /// True inside a character.
    fn is_continuation(&self) -> bool {
        self.source.get(self.bytes).is_some_and(|byte| byte & 0xC0 == 0x80)
    }
}
