//! Tokens for a terminal: colored, and without characters that the terminal would interpret.

use super::rewrite::{Token, TokenKind, TokenStyle};
use crate::json::Layout;
use crate::reporters::Paint;
use crate::text::visible_bytes;

/// Shows hostile characters as escapes, and colors tokens if the terminal has colors.
pub(super) struct Painted {
    paint: Paint,
}

impl Painted {
    pub(super) fn new(color: bool) -> Self {
        Painted { paint: Paint::new(color) }
    }
}

impl TokenStyle for Painted {
    fn write(&mut self, layout: &mut Layout, token: &Token<'_>) {
        let shown = visible_bytes(token.bytes());
        let painted = match token.kind {
            TokenKind::Name => self.paint.name(&shown),
            TokenKind::String => self.paint.string(&shown),
            TokenKind::Number => self.paint.number(&shown),
            TokenKind::Word => self.paint.word(&shown),
        };
        token.lay_out(layout, painted.as_bytes(), painted.len());
    }
}
