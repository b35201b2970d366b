//! Tokens for a terminal: coloured by what they are, and nothing in them that the terminal would obey.

use super::rewrite::{Kind, TokenStyle};
use crate::json::Layout;
use crate::reporters::Paint;
use crate::text::visible_bytes;

/// Shows hostile characters as escapes, and colours tokens if the reader's terminal shows colours.
pub struct Painted {
    paint: Paint,
}

impl Painted {
    pub fn new(color: bool) -> Self {
        Painted { paint: Paint::new(color) }
    }
}

impl TokenStyle for Painted {
    fn write(&mut self, layout: &mut Layout, kind: Kind, text: &[u8], length: usize, _: bool) {
        let shown = visible_bytes(&text[..length]);
        let painted = match kind {
            Kind::Name => self.paint.name(&shown),
            Kind::String => self.paint.string(&shown),
            Kind::Number => self.paint.number(&shown),
            Kind::Word => self.paint.word(&shown),
        };
        // As many characters as elsewhere: the lines are broken where they are in a pipe.
        layout.token(painted.as_bytes(), painted.len(), bytecount::num_chars(&text[..length]));
    }
}
