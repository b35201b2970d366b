//! Findings beside the lines that they concern.

use super::layout::Layout;
use super::rewrite::{Ink, Kind};
use crate::check::Found;
use crate::emit::{self, beside};

/// Writes tokens as another ink does, and under each line what was found in it.
pub struct Annotated<'f, I> {
    pub ink: I,
    /// In the order of their places.
    pub findings: &'f [Found],
    pub style: emit::Style,
    /// The offset in the input of the text's first byte.
    pub shift: u64,
}

impl<I: Ink> Ink for Annotated<'_, I> {
    fn before(&mut self, layout: &mut Layout, text: &[u8], at: usize, end: usize) {
        let offset = |position: usize| self.shift + position as u64;
        while let [found, rest @ ..] = self.findings {
            let span = found.finding.label.span;
            if span.start >= offset(end) {
                break;
            }
            let position = |place: u64| (place.saturating_sub(self.shift) as usize).clamp(at, end);
            let (from, to) = (position(span.start), position(span.end));
            let column = layout.column() + bytecount::num_chars(&text[at..from]);
            layout.note(&beside(found, column, bytecount::num_chars(&text[from..to]), self.style));
            self.findings = rest;
        }
    }

    fn write(&mut self, layout: &mut Layout, kind: Kind, text: &[u8], length: usize, is_wide: bool) {
        self.ink.write(layout, kind, text, length, is_wide);
    }

    fn moved(&mut self, offset: u64) {
        self.shift = offset;
    }
}
