//! Splits an input into chunks for several threads and merges their results in order.
//!
//! [`ChunkReader`] reads on until the caller's `cut` function finds a boundary: after a line, or between two items of an
//! array. Line boundaries are certain. Item boundaries are guesses, because a string can contain text that looks like one.
//! [`OrderedMerge`] resolves that: threads finish in any order, but a chunk gets its start position and the ids of
//! earlier results only once all chunks before it are merged. If a chunk does not end with an item, the boundary at its
//! end was wrong. That chunk and all later ones get no start, and the caller reads them again on one thread.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::hubspot::{Across, Fact};
use crate::input::{BEFORE, Buffer, LINE, Location};

/// A piece of the input with a little of what stands around it.
pub(super) struct Chunk {
    /// Its place among the blocks, from 0.
    pub number: u64,
    /// The text: some bytes before the block, the block, and some bytes behind it.
    pub buffer: Buffer,
    /// Where the block begins in the text.
    pub from: usize,
    /// Where its content ends.
    pub to: usize,
    /// Where the next block begins: what parts them lies between.
    pub next: usize,
    /// Offset in the input of the byte at `from`.
    pub offset: u64,
}

/// The place for a cut in a text: where the content before it ends, and where the content behind it begins.
pub(super) type Cut = (usize, usize);

/// Reads blocks.
pub(super) struct ChunkReader<'r> {
    reader: &'r mut (dyn Read + Send),
    /// What was read behind the last block, and up to [`BEFORE`] bytes before it.
    rest: Buffer,
    /// Where the next block begins in `rest`.
    from: usize,
    offset: u64,
    number: u64,
    /// Bytes that one reading asks for.
    size: usize,
    /// A block that would be larger is not made.
    pub largest: usize,
    /// How the input ended.
    pub end: Option<io::Result<()>>,
}

impl<'r> ChunkReader<'r> {
    /// The blocks of `text[from..]` and what `reader` has behind it. `offset`: of the byte at `from`.
    pub(super) fn new(reader: &'r mut (dyn Read + Send), text: &[u8], from: usize, offset: u64, size: usize) -> Self {
        let before = context(text, from);
        let mut rest = Buffer::default();
        let end = rest.push(&text[from - before..]).err().map(Err);
        ChunkReader { reader, rest, from: before, offset, number: 0, size, largest: usize::MAX, end }
    }

    /// The next block, of at least one reading, if `cut` finds a place in the text that is given to it: all that is known behind the last block,
    /// how much of it was searched before, and whether the input ends there as it should. Reads on where it finds none. None where the
    /// input ends, and where the block would be too large.
    /// `free`: memory that is not used any more.
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
                let block = Chunk { number: self.number, from, to, next, offset: self.offset, buffer };
                self.number += 1;
                self.offset += (next - from) as u64;
                return Some(block);
            }
            if self.end.is_some() || text.len() > self.largest {
                return None;
            }
            searched = text.len() - from;
            match self.rest.read(self.reader, self.size) {
                Ok(0) => self.end = Some(Ok(())),
                Ok(_) => {}
                Err(error) => self.end = Some(Err(error)),
            }
        }
    }

    /// The offset of the byte behind the last block.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// What is left behind the last block, with what stands before it.
    pub(super) fn rest(&self) -> (&[u8], usize) {
        (self.rest.text(), self.from)
    }
}

/// How many bytes before a block go with it: so many that what is read behind it begins on a boundary, see [`Buffer`].
fn context(text: &[u8], from: usize) -> usize {
    let behind = text.len() - from;
    let before = (BEFORE + behind).next_multiple_of(LINE) - behind;
    before.min(from)
}

/// What must be known of the blocks before one to speak of its places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ChunkStart {
    /// Elements before it.
    pub count: u64,
    /// Where it begins.
    pub place: Location,
}

/// What a block adds to that.
#[derive(Debug, Clone, Copy)]
pub(super) struct ChunkTotals {
    /// Elements in it.
    pub count: u64,
    /// Lines, and columns in the last of them.
    pub advance: Location,
}

impl ChunkTotals {
    /// How far a text goes.
    pub(super) fn of(count: u64, text: &[u8]) -> ChunkTotals {
        ChunkTotals { count, advance: Location { line: 0, column: 0, byte: 0 }.after(text, false) }
    }
}

impl ChunkStart {
    fn behind(self, tally: ChunkTotals) -> ChunkStart {
        let Location { line, column, byte } = tally.advance;
        let before = if line == 0 { self.place } else { Location { column: 0, byte: 0, ..self.place } };
        let place = Location { line: self.place.line + line, column: before.column + column, byte: before.byte + byte };
        ChunkStart { count: self.count + tally.count, place }
    }
}

/// Adds up what blocks tally, in their order, while they are done in any order.
pub(super) struct OrderedMerge {
    state: Mutex<MergeState>,
    changed: Condvar,
}

struct MergeState {
    /// What is known across the elements before the next block.
    known: Across,
    /// The first block that has not tallied, and what is before it; none behind a block whose end was guessed wrong.
    next: u64,
    base: Option<ChunkStart>,
    /// The last one that there was.
    right: ChunkStart,
    early: BTreeMap<u64, Option<(ChunkTotals, Vec<Fact>)>>,
    bases: BTreeMap<u64, Option<ChunkStart>>,
    again: BTreeMap<u64, Vec<DuplicateId>>,
}

/// A result whose id has been seen.
#[derive(Debug, Clone, Copy)]
pub(super) struct DuplicateId {
    /// Which result of the block it is.
    pub place: u64,
    /// The place of the first one with its id.
    pub first: u64,
}

impl OrderedMerge {
    /// Before the first block.
    pub(super) fn new(base: ChunkStart, known: Across) -> Self {
        let bases = BTreeMap::from([(0, Some(base))]);
        let again = BTreeMap::new();
        let links = MergeState { known, next: 0, base: Some(base), right: base, early: BTreeMap::new(), bases, again };
        OrderedMerge { state: Mutex::new(links), changed: Condvar::new() }
    }

    fn links(&self) -> MutexGuard<'_, MergeState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says what block `number` adds, or that its end is not where it should be, and waits until those before it have said it too. Its base, and
    /// which of its results have ids that have been seen; none where one of the blocks before it was wrong.
    pub(super) fn link(
        &self,
        number: u64,
        tally: Option<(ChunkTotals, Vec<Fact>)>,
    ) -> Option<(ChunkStart, Vec<DuplicateId>)> {
        let mut links = self.links();
        links.early.insert(number, tally);
        loop {
            let MergeState { known, next, base, right, early, bases, again } = &mut *links;
            let Some(tally) = early.remove(next) else { break };
            if let (Some(_), Some((_, facts))) = (&base, &tally) {
                let seen = facts
                    .iter()
                    .zip(0..)
                    .filter_map(|(fact, place)| known.add(fact).map(|first| DuplicateId { place, first }));
                again.insert(*next, seen.collect());
            }
            *base = base.zip(tally).map(|(base, (tally, _))| base.behind(tally));
            *right = base.unwrap_or(*right);
            *next += 1;
            bases.insert(*next, *base);
        }
        self.changed.notify_all();
        loop {
            if let Some(base) = links.bases.remove(&number) {
                let again = links.again.remove(&number).unwrap_or_default();
                return base.map(|base| (base, again));
            }
            links = self.changed.wait(links).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// What is before the first block that was wrong, or behind all of them.
    pub(super) fn right(self) -> (ChunkStart, Across) {
        let links = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        (links.right, links.known)
    }
}
