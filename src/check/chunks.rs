//! Splits an input into chunks for several threads and merges their results in order.
//!
//! [`ChunkReader`] reads on until the caller's `cut` function finds a boundary: after a line, or between two items of
//! an array. Line boundaries are certain. Item boundaries are guesses, because a string can contain text that looks
//! like one. [`OrderedMerge`] resolves that: threads finish in any order, but a chunk gets its start position and the
//! ids of earlier results only once all chunks before it are merged. If a chunk does not end with an item, the boundary
//! at its end was wrong. That chunk and all later ones get no start, and the caller reads them again on one thread.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::hubspot::{Across, Fact};
use crate::input::{BEFORE, Buffer, LINE, Location};

/// A part of the input, with some of the text before and after it.
pub(super) struct Chunk {
    /// Index of the chunk.
    pub number: u64,
    pub buffer: Buffer,
    /// Position of the first byte of the chunk.
    pub from: usize,
    /// Position of the end of its content.
    pub to: usize,
    /// Position of the next chunk. Separators are between `to` and `next`.
    pub next: usize,
    /// Offset in the input of the byte at `from`.
    pub offset: u64,
}

/// A boundary: the end of the content before it, and the start of the content after it.
pub(super) type Cut = (usize, usize);

pub(super) struct ChunkReader<'r> {
    reader: &'r mut (dyn Read + Send),
    /// The text after the last chunk, and up to [`BEFORE`] bytes before it.
    rest: Buffer,
    /// Position of the next chunk in `rest`.
    from: usize,
    offset: u64,
    number: u64,
    /// Bytes per read.
    size: usize,
    /// Maximum size of a chunk in bytes.
    pub max_size: usize,
    /// The result of the last read: the end of the input or an error.
    pub end: Option<io::Result<()>>,
}

impl<'r> ChunkReader<'r> {
    /// Reads `text[from..]`, then the data of `reader`. `offset` is that of the byte at `from`.
    pub(super) fn new(reader: &'r mut (dyn Read + Send), text: &[u8], from: usize, offset: u64, size: usize) -> Self {
        let before = context(text, from);
        let mut rest = Buffer::default();
        let end = rest.push(&text[from - before..]).err().map(Err);
        ChunkReader { reader, rest, from: before, offset, number: 0, size, max_size: usize::MAX, end }
    }

    /// The next chunk. `cut` receives the text after the last chunk, the number of its bytes that were searched before,
    /// and true at the regular end of the input. While it returns None, the reader reads more. Returns None at the end
    /// of the input or if the chunk would be too large. `free` is a buffer to reuse.
    pub(super) fn next(&mut self, mut free: Buffer, cut: impl Fn(&[u8], usize, bool) -> Option<Cut>) -> Option<Chunk> {
        free.clear();
        let (from, mut searched) = (self.from, 0);
        loop {
            let text = self.rest.text();
            let found = cut(&text[from..], searched, matches!(self.end, Some(Ok(()))));
            if let Some((to, next)) = found.map(|(to, next)| (from + to, from + next)) {
                let before = context(text, next);
                if let Err(error) = free.push(&text[next - before..]) {
                    self.end = Some(Err(error));
                }
                self.from = before;
                let buffer = std::mem::replace(&mut self.rest, free);
                let chunk = Chunk { number: self.number, from, to, next, offset: self.offset, buffer };
                self.number += 1;
                self.offset += (next - from) as u64;
                return Some(chunk);
            }
            if self.end.is_some() || text.len() > self.max_size {
                return None;
            }
            searched = text.len() - from;
            self.read();
        }
    }

    /// Skips the text after the last chunk, up to the next line break. Returns its size in bytes.
    pub(super) fn skip_line(&mut self) -> u64 {
        let mut size = 0;
        loop {
            let text = &self.rest.text()[self.from..];
            if let Some(length) = memchr::memchr(b'\n', text) {
                self.from += length + 1;
                return size + length as u64;
            }
            size += text.len() as u64;
            self.rest.clear();
            self.from = 0;
            if self.end.is_some() {
                return size;
            }
            self.read();
        }
    }

    fn read(&mut self) {
        match self.rest.read(self.reader, self.size) {
            Ok(0) => self.end = Some(Ok(())),
            Ok(_) => {}
            Err(error) => self.end = Some(Err(error)),
        }
    }

    /// Offset in the input of the byte after the last chunk.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// The text after the last chunk with the text before it, and the position of the former.
    pub(super) fn rest(&self) -> (&[u8], usize) {
        (self.rest.text(), self.from)
    }
}

/// Number of bytes before a chunk that are kept with it, so that the next read begins on a boundary of [`Buffer`].
fn context(text: &[u8], from: usize) -> usize {
    let after = text.len() - from;
    let before = (BEFORE + after).next_multiple_of(LINE) - after;
    before.min(from)
}

/// Position of a chunk in the array and in the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ChunkStart {
    /// Items before it.
    pub count: u64,
    pub location: Location,
}

/// The size of a chunk.
#[derive(Debug, Clone, Copy)]
pub(super) struct ChunkTotals {
    /// Items in it.
    pub count: u64,
    /// Line breaks, and columns after the last of them.
    pub advance: Location,
}

impl ChunkTotals {
    pub(super) fn of(count: u64, text: &[u8]) -> ChunkTotals {
        ChunkTotals { count, advance: Location { line: 0, column: 0, byte: 0 }.after(text, false) }
    }
}

impl ChunkStart {
    fn after(self, totals: ChunkTotals) -> ChunkStart {
        let Location { line, column, byte } = totals.advance;
        let Location { line: first, column: before, byte: bytes_before } = self.location;
        let (before, bytes_before) = if line == 0 { (before, bytes_before) } else { (0, 0) };
        let location = Location { line: first + line, column: before + column, byte: bytes_before + byte };
        ChunkStart { count: self.count + totals.count, location }
    }
}

/// Merges the results of chunks in order, although threads finish in any order.
pub(super) struct OrderedMerge {
    state: Mutex<MergeState>,
    changed: Condvar,
}

/// The totals and the facts of a chunk; None if the boundary at its end is wrong.
type ChunkResult = Option<(ChunkTotals, Vec<Fact>)>;

struct MergeState {
    /// Facts of the items before `next`.
    across: Across,
    /// Index of the first chunk that is not merged.
    next: u64,
    /// The start of `next`. None after a wrong boundary.
    start: Option<ChunkStart>,
    /// The last start before a wrong boundary.
    last_start: ChunkStart,
    /// Results of chunks after `next`.
    waiting: BTreeMap<u64, ChunkResult>,
    /// Results of the merge, until their threads take them.
    starts: BTreeMap<u64, Option<ChunkStart>>,
    duplicates: BTreeMap<u64, Vec<DuplicateId>>,
}

/// A result whose id occurs in an earlier result.
#[derive(Debug, Clone, Copy)]
pub(super) struct DuplicateId {
    /// Index of the result in its chunk.
    pub index: u64,
    /// Index in the array of the first result with the id.
    pub first: u64,
}

impl OrderedMerge {
    /// `start` and `across` describe the items before the first chunk.
    pub(super) fn new(start: ChunkStart, across: Across) -> Self {
        let state = MergeState {
            across,
            next: 0,
            start: Some(start),
            last_start: start,
            waiting: BTreeMap::new(),
            starts: BTreeMap::from([(0, Some(start))]),
            duplicates: BTreeMap::new(),
        };
        OrderedMerge { state: Mutex::new(state), changed: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, MergeState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds the result of a chunk and waits for those before it. Returns the start of the chunk and its duplicates;
    /// None after a wrong boundary in an earlier chunk.
    pub(super) fn link(&self, number: u64, result: ChunkResult) -> Option<(ChunkStart, Vec<DuplicateId>)> {
        let mut state = self.lock();
        state.waiting.insert(number, result);
        state.merge_waiting();
        self.changed.notify_all();
        loop {
            if let Some(start) = state.starts.remove(&number) {
                let duplicates = state.duplicates.remove(&number).unwrap_or_default();
                return start.map(|start| (start, duplicates));
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The start of the first chunk that was not accepted, or the end of the last one, and the facts before it.
    pub(super) fn finish(self) -> (ChunkStart, Across) {
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        (state.last_start, state.across)
    }
}

impl MergeState {
    fn merge_waiting(&mut self) {
        while let Some(result) = self.waiting.remove(&self.next) {
            if let (Some(_), Some((_, facts))) = (&self.start, &result) {
                let duplicates = facts
                    .iter()
                    .zip(0..)
                    .filter_map(|(fact, index)| self.across.add(fact).map(|first| DuplicateId { index, first }));
                self.duplicates.insert(self.next, duplicates.collect());
            }
            self.start = self.start.zip(result).map(|(start, (totals, _))| start.after(totals));
            self.last_start = self.start.unwrap_or(self.last_start);
            self.next += 1;
            self.starts.insert(self.next, self.start);
        }
    }
}
