//! Findings below the lines that they refer to.

use super::rewrite::{Token, TokenStyle};
use crate::finding::Finding;
use crate::json::Layout;
use crate::reporters::{self, annotation};
use crate::text::{visible_bytes, width};

/// Writes tokens as `ink` does, and below each line its findings.
pub(super) struct Annotated<'f, I> {
    pub ink: I,
    /// In the order of their locations.
    pub findings: &'f [Finding],
    pub style: reporters::Style,
    /// Hostile characters are shown as escapes.
    pub is_visible: bool,
    /// The offset in the input of the text's first byte.
    pub shift: u64,
}

impl<I> Annotated<'_, I> {
    /// Terminal cells of a part of a token.
    fn cells(&self, text: &[u8]) -> usize {
        if text.is_ascii() && !self.is_visible {
            text.len()
        } else if self.is_visible {
            width(&visible_bytes(text))
        } else {
            width(&String::from_utf8_lossy(text))
        }
    }
}

impl<I: TokenStyle> TokenStyle for Annotated<'_, I> {
    fn before(&mut self, layout: &mut Layout, text: &[u8], at: usize, end: usize) {
        let offset = |position: usize| self.shift + position as u64;
        while let [found, rest @ ..] = self.findings {
            let span = found.finding.label.span;
            if span.start.0 >= offset(end) {
                break;
            }
            let position = |offset: u64| (offset.saturating_sub(self.shift) as usize).clamp(at, end);
            let (from, to) = (position(span.start.0), position(span.end.0));
            let column = layout.column() + self.cells(&text[at..from]);
            layout.note(&annotation(found, column, self.cells(&text[from..to]), self.style));
            self.findings = rest;
        }
    }

    fn write(&mut self, layout: &mut Layout, token: &Token<'_>) {
        let column = layout.column();
        self.ink.write(layout, token);
        // Markers are aligned with cells of the terminal, not with characters.
        layout.set_column(column + self.cells(token.bytes()));
    }

    fn moved(&mut self, offset: u64) {
        self.shift = offset;
    }
}
