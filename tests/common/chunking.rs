//! Text in chunks: as a reader returns it, and as tokens.

use std::io::Read;

/// Returns at most this many bytes at a time.
pub struct ChunkedReader<'b>(pub &'b [u8], pub usize);

impl Read for ChunkedReader<'_> {
    fn read(&mut self, space: &mut [u8]) -> std::io::Result<usize> {
        let length = self.1.min(space.len()).min(self.0.len());
        space[..length].copy_from_slice(&self.0[..length]);
        self.0 = &self.0[length..];
        Ok(length)
    }
}

/// The tokens of valid JSON. Independent of the scanner, which it tests.
pub fn tokens(text: &[u8]) -> Vec<&[u8]> {
    let (mut tokens, mut at) = (Vec::new(), 0);
    while at < text.len() {
        let start = at;
        match text[at] {
            b' ' | b'\n' | b'\r' | b'\t' => {
                at += 1;
                continue;
            }
            b'{' | b'}' | b'[' | b']' | b',' | b':' => at += 1,
            b'"' => {
                at += 1;
                while text[at] != b'"' {
                    at += if text[at] == b'\\' { 2 } else { 1 };
                }
                at += 1;
            }
            _ => {
                while at < text.len() && !b" \n\r\t{}[],:\"".contains(&text[at]) {
                    at += 1;
                }
            }
        }
        tokens.push(&text[start..at]);
    }
    tokens
}
