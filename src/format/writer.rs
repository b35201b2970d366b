//! What writes one document: token by token, or as a whole.

use super::errors::Checkpoint;
use super::ordered;
use super::rewrite::{Rewriter, State, Stopped, TokenStyle};
use crate::diagnostic::Diagnostic;
use crate::json::Layout;
use crate::json::{Document, Tape};

/// Something that writes documents, token by token or as a whole.
pub trait Writer {
    /// Writes what begins at `at`, or the rest of it. `padded` is the text with NUL behind it, `is_end`: nothing follows the text.
    fn go(&mut self, text: &[u8], padded: &[u8], at: usize, is_end: bool) -> Step;
    /// The first byte of the text has this offset in the input.
    fn begins(&mut self, _offset: u64) {}
    fn layout(&mut self) -> &mut Layout;
    /// Forgets what was written of a document, which began at this place of the layout's text.
    fn back(&mut self, mark: usize);
    /// The place that the last step has come to, or one shortly before.
    fn checkpoint(&mut self, text: &[u8], at: usize) -> Checkpoint;
    /// The text has moved to the front by so much, up to that place.
    fn moved(&mut self, by: usize);
}

/// How far a [`Writer`] came.
pub enum Step {
    /// To the end of the document.
    Done(usize),
    /// To `at`; what follows could not be read, at the position `wrong`.
    Stuck { at: usize, wrong: usize },
    /// The document cannot be written so; its JSON is right.
    Refused(Box<Diagnostic>),
}

impl<I: TokenStyle> Writer for Rewriter<I> {
    fn begins(&mut self, offset: u64) {
        self.ink.moved(offset);
    }

    fn go(&mut self, _: &[u8], padded: &[u8], at: usize, is_end: bool) -> Step {
        match self.run(padded, at, is_end) {
            (at, Stopped::Done) => {
                self.state = State::Value;
                Step::Done(at)
            }
            (at, Stopped::Stuck(wrong)) => Step::Stuck { at, wrong },
        }
    }

    fn layout(&mut self) -> &mut Layout {
        &mut self.layout
    }

    fn back(&mut self, mark: usize) {
        self.open.clear();
        self.state = State::Value;
        self.layout.back(mark);
    }

    fn checkpoint(&mut self, text: &[u8], at: usize) -> Checkpoint {
        for open in &mut self.open {
            let (start, end) = std::mem::take(&mut open.name);
            if start < end {
                open.kept = Some(text[start..end].into());
            }
        }
        let mut open = self.open.clone();
        let is_object = open.last().is_some_and(|open| open.is_object);
        // What is wrong behind a value and its comma may have to do with them.
        match (self.state, self.last) {
            (State::FirstValue | State::FirstName | State::Colon, _) => Checkpoint { at, open, state: self.state },
            (State::Value, _) if is_object || open.is_empty() => Checkpoint { at, open, state: State::Value },
            (_, (None, end)) => Checkpoint { at: end, open, state: State::After },
            (_, (Some(begin), _)) => {
                let mut state = State::Value;
                if let Some(array) = open.last_mut().filter(|open| !open.is_object) {
                    array.count -= 1;
                    state = if array.count == 0 { State::FirstValue } else { State::Value };
                }
                Checkpoint { at: begin, open, state }
            }
        }
    }

    fn moved(&mut self, by: usize) {
        let (begin, end) = self.last;
        self.last = (begin.and_then(|begin| begin.checked_sub(by)), end.saturating_sub(by));
    }
}

/// Writes documents whose members are put in order.
pub struct Ordered<I> {
    layout: Layout,
    ink: I,
    is_canonical: bool,
    tape: Tape,
}

impl<I> Ordered<I> {
    pub fn new(layout: Layout, ink: I, is_canonical: bool) -> Self {
        Ordered { layout, ink, is_canonical, tape: Tape::default() }
    }
}

impl<I: TokenStyle> Writer for Ordered<I> {
    fn go(&mut self, text: &[u8], _: &[u8], at: usize, is_end: bool) -> Step {
        let document = match Document::parse_value(text, at, &mut self.tape) {
            Ok(document) => document,
            Err(error) => return Step::Stuck { at, wrong: error.at },
        };
        let end = document.root().span().end.0;
        if end == text.len() && !is_end {
            // A number may go on.
            return Step::Stuck { at, wrong: end };
        }
        if let Some(finding) = self.is_canonical.then(|| ordered::refusal(document)).flatten() {
            return Step::Refused(Box::new(finding));
        }
        ordered::write(document, self.is_canonical, &mut self.layout, &mut self.ink);
        Step::Done(end)
    }

    fn layout(&mut self) -> &mut Layout {
        &mut self.layout
    }

    fn back(&mut self, mark: usize) {
        self.layout.back(mark);
    }

    fn checkpoint(&mut self, _: &[u8], at: usize) -> Checkpoint {
        Checkpoint { at, open: Vec::new(), state: State::Value }
    }

    fn moved(&mut self, _: usize) {}
}
