//! Lines and columns of positions in a text, in any order.

use super::{Location, MARK};

/// Bytes between two known locations.
const STEP: usize = 64 * 1024;

/// Locations in a whole input. Reads the text once, and then at most [`STEP`] bytes for each location.
#[derive(Debug)]
pub(crate) struct LineIndex<'t> {
    text: &'t [u8],
    /// Ascending positions with their locations; the first is 0.
    known: Vec<(usize, Location)>,
}

impl<'t> LineIndex<'t> {
    pub(crate) fn new(text: &'t [u8]) -> Self {
        LineIndex { text, known: vec![(0, Location::START)] }
    }

    /// The location of a position; that of the end for a position after it.
    pub(crate) fn location(&mut self, position: usize) -> Location {
        let position = position.min(self.text.len());
        loop {
            let (last, location) = self.known[self.known.len() - 1];
            let next = last + STEP;
            if next > position {
                break;
            }
            // Columns count characters, so none may be split.
            let next = next - self.text[..=next].iter().rev().take(3).take_while(|byte| **byte & 0xC0 == 0x80).count();
            self.known.push((next, self.after((last, location), next)));
        }
        let index = self.known.partition_point(|(known, _)| *known <= position) - 1;
        self.after(self.known[index], position)
    }

    fn after(&self, (from, location): (usize, Location), to: usize) -> Location {
        let text = &self.text[from..to];
        let has_mark = from == 0 && text.starts_with(MARK) && memchr::memchr(b'\n', text).is_none();
        location.after(text, has_mark)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Map;
    use crate::span::Pos;

    #[test]
    fn locations_are_those_of_a_map() {
        let text = format!("\u{FEFF}{}", "a\u{E9}\n\u{1F600}".repeat(40_000)).into_bytes();
        let mut lines = LineIndex::new(&text);
        for position in [0, 3, 4, 100, 300_000, 65_536, 65_540, 200_000, text.len() - 1, text.len(), text.len() + 5, 3]
        {
            let expected = Map::whole(Some(0)).location(&text, Pos(position));
            assert_eq!(lines.location(position), expected, "{position}");
        }
    }
}
