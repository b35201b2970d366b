//! Writers of one document: token by token, or as a whole.

use super::errors::Checkpoint;
use super::ordered;
use super::rewrite::{NextToken, Rewriter, Stopped, TokenStyle};
use crate::diagnostic::Diagnostic;
use crate::json::Layout;
use crate::json::{Document, Tape};

pub(super) trait DocumentWriter {
    /// Writes the document that begins at `at`, or the rest of it. `padded` is `text` with [`crate::json::PADDING`];
    /// `is_end`: no text follows.
    fn write(&mut self, text: &[u8], padded: &[u8], at: usize, is_end: bool) -> WriteResult;
    /// Sets the offset in the input of the first byte of the text.
    fn begins(&mut self, _offset: u64) {}
    fn layout(&mut self) -> &mut Layout;
    /// Discards what was written of a document, which began at this length of the layout's text.
    fn discard(&mut self, mark: usize);
    /// A checkpoint at `at` or shortly before it.
    fn checkpoint(&mut self, text: &[u8], at: usize) -> Checkpoint;
    /// Adjusts positions: the text up to the checkpoint was removed, `by` bytes.
    fn moved(&mut self, by: usize);
}

pub(super) enum WriteResult {
    /// The document ends at this position.
    Done(usize),
    /// Written up to `at`; an error, or the end of the text, is at `wrong`.
    Stuck { at: usize, wrong: usize },
    /// The document is valid JSON, but has no canonical form.
    Refused(Box<Diagnostic>),
}

impl<I: TokenStyle> DocumentWriter for Rewriter<I> {
    fn begins(&mut self, offset: u64) {
        self.ink.moved(offset);
    }

    fn write(&mut self, _: &[u8], padded: &[u8], at: usize, is_end: bool) -> WriteResult {
        match self.run(padded, at, is_end) {
            (at, Stopped::Done) => {
                self.next = NextToken::Value;
                WriteResult::Done(at)
            }
            (at, Stopped::Stuck(wrong)) => WriteResult::Stuck { at, wrong },
        }
    }

    fn layout(&mut self) -> &mut Layout {
        &mut self.layout
    }

    fn discard(&mut self, mark: usize) {
        self.open.clear();
        self.next = NextToken::Value;
        self.layout.discard(mark);
    }

    fn checkpoint(&mut self, text: &[u8], at: usize) -> Checkpoint {
        for open in &mut self.open {
            let (start, end) = std::mem::take(&mut open.name);
            if start < end {
                open.saved_name = Some(text[start..end].into());
            }
        }
        let mut open = self.open.clone();
        let is_object = open.last().is_some_and(|open| open.is_object);
        // An error after a value and its comma may concern them, so the checkpoint is before the last value.
        match (self.next, self.last) {
            (NextToken::FirstValue | NextToken::FirstName | NextToken::Colon, _) => {
                Checkpoint { at, open, next: self.next }
            }
            (NextToken::Value, _) if is_object || open.is_empty() => Checkpoint { at, open, next: NextToken::Value },
            (_, (None, end)) => Checkpoint { at: end, open, next: NextToken::CommaOrClose },
            (_, (Some(begin), _)) => {
                let mut next = NextToken::Value;
                if let Some(array) = open.last_mut().filter(|open| !open.is_object) {
                    array.count -= 1;
                    next = if array.count == 0 { NextToken::FirstValue } else { NextToken::Value };
                }
                Checkpoint { at: begin, open, next }
            }
        }
    }

    fn moved(&mut self, by: usize) {
        let (begin, end) = self.last;
        self.last = (begin.and_then(|begin| begin.checked_sub(by)), end.saturating_sub(by));
    }
}

/// Writes documents with sorted keys.
pub(super) struct Ordered<I> {
    layout: Layout,
    ink: I,
    is_canonical: bool,
    tape: Tape,
}

impl<I> Ordered<I> {
    pub(super) fn new(layout: Layout, ink: I, is_canonical: bool) -> Self {
        Ordered { layout, ink, is_canonical, tape: Tape::default() }
    }
}

impl<I: TokenStyle> DocumentWriter for Ordered<I> {
    fn write(&mut self, text: &[u8], _: &[u8], at: usize, is_end: bool) -> WriteResult {
        let document = match Document::parse_value(text, at, &mut self.tape) {
            Ok(document) => document,
            Err(error) => return WriteResult::Stuck { at, wrong: error.at },
        };
        let end = document.root().span().end.0;
        if end == text.len() && !is_end {
            // More digits may follow.
            return WriteResult::Stuck { at, wrong: end };
        }
        if let Some(finding) = self.is_canonical.then(|| ordered::refusal(document)).flatten() {
            return WriteResult::Refused(Box::new(finding));
        }
        ordered::write(document, self.is_canonical, &mut self.layout, &mut self.ink);
        WriteResult::Done(end)
    }

    fn layout(&mut self) -> &mut Layout {
        &mut self.layout
    }

    fn discard(&mut self, mark: usize) {
        self.layout.discard(mark);
    }

    fn checkpoint(&mut self, _: &[u8], at: usize) -> Checkpoint {
        Checkpoint::new(at)
    }

    fn moved(&mut self, _: usize) {}
}
