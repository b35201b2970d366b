//! Arrays that are on one line so far.
//!
//! The outermost of them and everything inside is *pending*: its text is in the output as one line, and an event
//! records each bracket of an array and each comma. Three things break the outermost array: the line becomes too long,
//! an object with properties begins inside, or an array ends that has more than one item and contains only arrays with
//! more than one item (a matrix). [`Layout::settle`] then writes the pending text again, from left to right, up to the
//! first array that can still stay on one line. That array is then the outermost pending one (the algorithm of Oppen,
//! 1980).
//!
//! Invariant: the pending text has at most the width of a line. An object inside is empty.
//!
//! Cost: each token is written at most twice, and moved once for each array that begins before it and breaks.

use super::{Layout, LineMode};

#[derive(Debug, Default)]
pub(super) struct Pending {
    /// Position of the outermost array in the output.
    pub begin: usize,
    /// Depth and column before it.
    depth: usize,
    column: usize,
    events: Vec<LayoutEvent>,
    /// Indexes of the events of arrays that did not end yet.
    open: Vec<usize>,
}

/// A comma or a bracket of an array.
#[derive(Debug, Clone, Copy)]
struct LayoutEvent {
    /// From [`Pending::begin`].
    at: usize,
    /// Columns before it if everything is on one line.
    column: usize,
    kind: EventKind,
}

impl LayoutEvent {
    /// Position and column after it.
    fn end(&self) -> (usize, usize) {
        let length = if matches!(self.kind, EventKind::Comma) { 2 } else { 1 };
        (self.at + length, self.column + length)
    }
}

#[derive(Debug, Clone, Copy)]
enum EventKind {
    Open(PendingArray),
    Comma,
    Close,
}

#[derive(Debug, Clone, Copy)]
struct PendingArray {
    /// Index of the event at its end, if it has ended.
    close: Option<usize>,
    /// Items that have begun.
    count: usize,
    /// All items are numbers so far.
    is_numeric: bool,
    /// All items are arrays with more than one item so far.
    is_matrix: bool,
    /// Something inside needs more than one line.
    is_broken: bool,
}

const NEW_ARRAY: PendingArray =
    PendingArray { close: None, count: 0, is_numeric: true, is_matrix: true, is_broken: false };

impl Pending {
    fn array(&mut self, event: usize) -> Option<&mut PendingArray> {
        match &mut self.events.get_mut(event)?.kind {
            EventKind::Open(array) => Some(array),
            _ => None,
        }
    }

    fn innermost(&mut self) -> Option<&mut PendingArray> {
        let event = *self.open.last()?;
        self.array(event)
    }

    fn push(&mut self, length: usize, column: usize, kind: EventKind) {
        self.events.push(LayoutEvent { at: length - self.begin, column, kind });
    }

    /// All arrays that did not end yet, and those around them, need more than one line.
    fn break_open(&mut self) {
        for index in 0..self.open.len() {
            let event = self.open[index];
            if let Some(array) = self.array(event) {
                array.is_broken = true;
            }
        }
    }

    fn is_comma(&self, event: usize) -> bool {
        self.events.get(event).is_some_and(|event| matches!(event.kind, EventKind::Comma))
    }
}

impl Layout {
    #[inline]
    pub(super) fn pending_open(&mut self, bracket: u8) {
        if self.mode == LineMode::Broken {
            let (begin, depth, column) = (self.out.len(), self.depth, self.column);
            (self.pending.begin, self.pending.depth, self.pending.column) = (begin, depth, column);
            self.pending.events.clear();
            self.pending.open.clear();
            self.mode = LineMode::Pending;
        } else if let Some(around) = self.pending.innermost() {
            around.is_numeric = false;
            around.is_matrix &= bracket == b'[';
        }
        if bracket == b'[' {
            self.pending.open.push(self.pending.events.len());
            self.pending.push(self.out.len(), self.column, EventKind::Open(NEW_ARRAY));
        }
        self.out.push(bracket);
        self.column += 1;
        self.depth += 1;
        if self.column > self.style.width {
            self.settle(0);
        }
    }

    #[inline]
    pub(super) fn pending_first(&mut self) {
        if self.out.text().ends_with(b"{") {
            self.pending.break_open();
            self.settle(0);
        } else if let Some(array) = self.pending.innermost() {
            array.count = 1;
        }
    }

    /// Prepares for a scalar.
    #[inline]
    pub(super) fn pending_scalar(&mut self, is_number: bool, columns: usize) {
        if let Some(array) = self.pending.innermost() {
            array.is_numeric &= is_number;
            array.is_matrix = false;
        }
        if self.column + columns > self.style.width {
            self.settle(columns);
        }
    }

    /// Returns true if the comma is not part of the pending text, and was not written.
    #[inline]
    pub(super) fn pending_comma(&mut self) -> bool {
        let Some(array) = self.pending.innermost() else {
            // The outermost array ends in the last column, and the comma does not fit.
            if let Some(outermost) = self.pending.array(0) {
                outermost.is_broken = true;
            }
            self.settle(0);
            return true;
        };
        array.count += 1;
        self.pending.push(self.out.len(), self.column, EventKind::Comma);
        self.out.reserve(0);
        self.out.push_text(b", ");
        self.column += 2;
        if self.column - 1 > self.style.width {
            self.settle(0);
        }
        false
    }

    /// Returns false if the bracket is not part of the pending text, and was not written.
    #[inline]
    pub(super) fn pending_close(&mut self, bracket: u8) -> bool {
        // After the end of the outermost array, the bracket is that of a container around it.
        let Some(&event) = self.pending.open.last() else { return false };
        let mut is_broken = false;
        if bracket == b']' {
            let close = self.pending.events.len();
            self.pending.push(self.out.len(), self.column, EventKind::Close);
            self.pending.open.pop();
            let Some(array) = self.pending.array(event) else { return false };
            let is_row = array.count > 1;
            is_broken = is_row && array.is_matrix;
            (array.close, array.is_broken) = (Some(close), is_broken);
            if let Some(around) = self.pending.innermost() {
                around.is_matrix &= is_row;
            }
            if is_broken {
                self.pending.break_open();
            }
        }
        self.depth -= 1;
        self.out.push(bracket);
        self.column += 1;
        if is_broken || self.column > self.style.width {
            self.settle(0);
        }
        // If the outermost array ends in the last column, a comma decides whether it fits.
        if self.pending.open.is_empty() && self.column != self.style.width {
            self.mode = LineMode::Broken;
        }
        true
    }

    /// Writes the pending text up to the first array that can stay on one line. `upcoming`: columns of the next token.
    #[cold]
    fn settle(&mut self, upcoming: usize) {
        let mut tail = std::mem::take(&mut self.tail);
        tail.clear();
        tail.extend_from_slice(&self.out.text()[self.pending.begin..]);
        self.out.truncate(self.pending.begin);
        let (depth, end) = (self.depth, self.column);
        (self.mode, self.depth, self.column) = (LineMode::Broken, self.pending.depth, self.pending.column);
        let mut next = 0;
        while let Some(event) = self.pending.events.get(next) {
            let mut last = next;
            match event.kind {
                EventKind::Open(array) => match self.settle_array(next, array, &tail, end + upcoming) {
                    Some(written) => last = written,
                    None => {
                        self.restart(next, &tail, end);
                        break;
                    }
                },
                EventKind::Comma if self.mode == LineMode::Filled => self.fill_comma(),
                EventKind::Comma => self.broken_comma(),
                EventKind::Close => {
                    self.mode = LineMode::Broken;
                    self.depth -= 1;
                    self.line();
                    self.copy(b"]", 1);
                }
            }
            next = last + 1;
            // The token up to the next event.
            let (from, from_column) = self.pending.events.get(last).map_or((0, 0), LayoutEvent::end);
            let following = self.pending.events.get(next);
            let (to, to_column) = following.map_or((tail.len(), end), |event| (event.at, event.column));
            match self.mode {
                LineMode::Filled if from < to => self.fill_number(&tail[from..], to - from, to_column - from_column),
                _ => self.copy(&tail[from..to], to_column - from_column),
            }
        }
        (self.tail, self.depth) = (tail, depth);
    }

    /// Writes an array on one line, or the begin of one that breaks. Returns the last event of the written text; none
    /// if the array is the outermost pending one. `end`: columns of all pending text, with the next token.
    fn settle_array(&mut self, index: usize, array: PendingArray, tail: &[u8], end: usize) -> Option<usize> {
        let LayoutEvent { at, column, .. } = self.pending.events[index];
        let close = array.close.map(|close| (close, self.pending.events[close]));
        let comma = close.is_some_and(|(close, _)| self.pending.is_comma(close + 1));
        let width = close.map_or(end, |(_, close)| close.column + 1 + usize::from(comma)) - column;
        let room = self.style.width.saturating_sub(self.column);
        if array.count > 0 && (array.is_broken || width > room) {
            self.copy(b"[", 1);
            self.depth += 1;
            self.line();
            if array.is_numeric {
                self.begin_fill();
            }
            return Some(index);
        }
        let (close, event) = close?;
        // A comma may follow the last array, and then it does not fit.
        if array.count > 0 && width == room && close + 1 == self.pending.events.len() {
            return None;
        }
        self.copy(&tail[at..=event.at], event.column + 1 - column);
        Some(close)
    }

    fn copy(&mut self, text: &[u8], columns: usize) {
        self.out.reserve(text.len());
        self.out.push_text(text);
        self.column += columns;
    }

    /// Keeps the text from an event on pending. `end`: columns of all pending text.
    fn restart(&mut self, first: usize, tail: &[u8], end: usize) {
        let pending = &mut self.pending;
        (pending.begin, pending.depth) = (self.out.len(), self.depth);
        pending.events.drain(..first);
        pending.open.retain(|event| *event >= first);
        pending.open.iter_mut().for_each(|event| *event -= first);
        let Some(&LayoutEvent { at, column, .. }) = pending.events.first() else { return };
        pending.column = self.column;
        for event in &mut pending.events {
            event.at -= at;
            event.column = event.column - column + self.column;
            if let EventKind::Open(PendingArray { close: Some(close), .. }) = &mut event.kind {
                *close -= first;
            }
        }
        let columns = end - column;
        self.mode = LineMode::Pending;
        self.copy(&tail[at..], columns);
    }
}
