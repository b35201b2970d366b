//! Validates the items of one long array on several threads.
//!
//! A boundary between two items cannot be found without parsing everything before it, so it is guessed: the text between
//! the last two items and the first key, such as `},{"id":`, is searched for from the end of each chunk. The same text can
//! occur in a nested array. Then the chunk before the boundary does not end with an item: the thread reports `WrongCut`
//! with the chunk, no later chunk is accepted either (see `OrderedMerge::link`), and `on_threads` gives the bytes from
//! the beginning of that chunk back to the window. The stream continues there on one thread, so findings do not depend
//! on the guess.

use std::sync::atomic::{AtomicBool, Ordering};

use super::super::chunks::{Chunk, ChunkReader, ChunkStart, ChunkTotals, Cut, DuplicateId, OrderedMerge};
use super::super::input::{CheckOptions, ThreadState};
use super::super::record::{ItemKind, PendingChecks, Read};
use super::{LOOKAHEAD_BYTES, MAX_RETAINED_ITEMS, Stream, StreamResult};
use crate::finding::{Event, Finding};
use crate::hubspot::Fact;
use crate::input::{BEFORE, Map};
use crate::json::is_blank;
use crate::parallel::{self, Cancelled, Sink};
use crate::schema::StreamableArray;
use crate::span::Pos;
use crate::stats::Calls;

impl Stream<'_, '_, '_> {
    /// Whether the array is long enough for several threads.
    pub(super) fn is_worth_threads(&mut self) -> bool {
        let part = self.array_mut().part;
        let is_errors = matches!(ItemKind::of(&self.parts[part], self.task.validator), ItemKind::Errors(_));
        // What has failed is added up item by item.
        if self.task.threads <= 1 || self.window.is_complete() || is_errors {
            return false;
        }
        let at = self.offset(self.at);
        let from = self.task.threads_from;
        let array = self.array_mut();
        array.count > MAX_RETAINED_ITEMS && !array.was_on_threads && at - array.offsets.0 >= from
    }

    /// Checks as many of the next elements as can be on several threads: blocks are cut where the text looks as it did between the last two
    /// elements. A block that does not end with an element proves the guess at its end wrong: from its beginning on this thread goes
    /// on alone.
    pub(super) fn on_threads(&mut self, say: &mut Sink<'_, Event>) -> StreamResult<()> {
        self.array_mut().was_on_threads = true;
        let Some(pattern) = self.pattern() else { return Ok(()) };
        let calls = &mut self.array_mut().known.calls;
        if !calls.rows.is_empty() {
            say(super::rows(calls))?;
        }
        let array = self.array_mut();
        let (part, index, count) = (array.part, array.index, array.count);
        let known = std::mem::take(&mut array.known.results);
        let offset = self.offset(self.at);
        let (map, text) = self.window.map();
        let base = ChunkStart { count, place: map.location(text, Pos(self.at)) };
        let seems_checked = self.task.fail_fast && self.seems_checked();
        let (task, at) = (self.task, self.at);
        let job = ChunkJob { task, part: &self.parts[part], number: part, chain: OrderedMerge::new(base, known) };

        let kept = self.staying(self.at).unwrap_or(0);
        let behind_kept = if kept > 0 { self.offset(kept - 1) + 1 } else { 0 };
        let (text, reader) = self.window.lend();
        let mut blocks = ChunkReader::new(reader, text, at, offset, task.block);
        blocks.largest = MAX_CHUNK_BYTES;
        let stop = AtomicBool::new(false);
        // Blocks behind a wrong guess, in their order: they are read again.
        let mut again: Vec<Chunk> = Vec::new();
        let (mut done, mut told) = (0, Ok(()));
        let ready = || {
            let mut worker = ThreadState::new(task);
            worker.prepare(task);
            worker
        };
        let next = |worker: &mut ThreadState| {
            if stop.load(Ordering::Relaxed) {
                return None;
            }
            blocks.next(std::mem::take(&mut worker.block), |text, searched, _| pattern.last_in(text, searched))
        };
        let work =
            |worker: &mut ThreadState, block: Chunk, say: &mut Sink<'_, ChunkEvent>| worker.block(&job, block, say);
        let held = &mut self.held;
        let mut calls = Calls::default();
        let mut consume = |said: ChunkEvent| match said {
            ChunkEvent::Calls(mut more) => {
                if !more.rows.is_empty() {
                    say(super::rows(&mut more))?;
                }
                calls.merge(&more);
                Ok(())
            }
            ChunkEvent::Finding(found) => {
                told = held.hold([found], seems_checked, say);
                if told.is_err() { Err(Cancelled) } else { Ok(()) }
            }
            ChunkEvent::Done(count) => {
                done += count;
                Ok(())
            }
            ChunkEvent::WrongCut(block) => {
                stop.store(true, Ordering::Relaxed);
                again.push(*block);
                Ok(())
            }
        };
        let ended = parallel::in_order(task.threads, next, ready, work, |_, _| Ok(()), &mut consume);
        told?;
        ended?;
        let (base, known) = job.chain.right();
        let (rest, from) = blocks.rest();
        let (offset, before) = match again.first() {
            Some(block) => (block.offset, block.from),
            None => (blocks.offset(), from),
        };
        // What the spine keeps is not needed twice.
        let surplus = before - before.min((offset - behind_kept) as usize);
        let before = before - surplus;
        let mut pieces: Vec<&[u8]> = Vec::new();
        for (place, block) in again.iter().enumerate() {
            let begin = if place == 0 { surplus } else { block.from };
            pieces.push(&block.buffer.text()[begin..block.next]);
        }
        pieces.push(if again.is_empty() { &rest[surplus..] } else { &rest[from..] });
        let pieces: Vec<Vec<u8>> = pieces.into_iter().map(<[u8]>::to_vec).collect();
        let end = blocks.end.take();
        self.window.resume(kept, before, (offset, base.place), &pieces, end);
        self.at = kept + before;
        // The next element begins as those before it do, so that nobody asks for the comma.
        self.comma = None;
        self.tape.skip(index, done);
        let array = self.array_mut();
        array.count += done;
        array.known.results = known;
        array.known.calls.merge(&calls);
        Ok(())
    }

    /// What stands between two elements, and how the next one begins: `},{"id":`. None where elements are no objects.
    fn pattern(&self) -> Option<CutPattern> {
        let text = self.window.text();
        let comma = self.comma?;
        let last = text[..comma].iter().rposition(|byte| !is_blank(*byte)).filter(|&last| text[last] == b'}')?;
        let begin = text.get(self.at..)?.strip_prefix(b"{")?;
        let colon = memchr::memchr(b':', &begin[..begin.len().min(64)])?;
        let bytes = text[last..self.at + 1 + colon + 1].to_vec();
        (bytes.len() <= BEFORE).then(|| CutPattern {
            parting: self.at - last - 1,
            finder: memchr::memmem::FinderRev::new(&bytes).into_owned(),
            bytes,
        })
    }
}

/// Where blocks may be cut.
struct CutPattern {
    bytes: Vec<u8>,
    /// Bytes between two elements.
    parting: usize,
    finder: memchr::memmem::FinderRev<'static>,
}

impl CutPattern {
    /// The last place in a text that looks like one between two elements. In the first `searched` bytes there is none.
    fn last_in(&self, text: &[u8], searched: usize) -> Option<Cut> {
        // Excerpts of the elements before the cut show a little of what is behind it.
        let end = text.len().checked_sub(LOOKAHEAD_BYTES)?;
        let begin = searched.saturating_sub(LOOKAHEAD_BYTES + self.bytes.len());
        let found = begin + self.finder.rfind(text.get(begin..end)?)?;
        debug_assert!(text[found..].starts_with(&self.bytes));
        Some((found + 1, found + 1 + self.parting))
    }
}

/// In bytes: where elements, or blanks between them, are so large, this thread goes on alone.
const MAX_CHUNK_BYTES: usize = 8 << 20;

/// What is to be done with every block.
struct ChunkJob<'j> {
    task: &'j CheckOptions<'j>,
    part: &'j StreamableArray,
    /// The place of the part among the parts.
    number: usize,
    chain: OrderedMerge,
}

/// What is said of a block.
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all are findings, and what one thread takes and another gives back is slow"
)]
enum ChunkEvent {
    Finding(Finding),
    /// What its results add up to.
    Calls(Box<Calls>),
    /// It was checked, and has so many elements.
    Done(u64),
    /// It does not end with an element, or one before it does not: no block behind it is anything else.
    WrongCut(Box<Chunk>),
}

/// An element with something wrong with it. What that is can be told when its place is known.
struct PendingItem {
    /// Which element of the block it is, and where it begins in the text.
    place: u64,
    at: usize,
    doubt: PendingChecks,
}

impl ThreadState {
    /// The elements of a block. What is wrong with them can be told only when it is known what stands before the block.
    fn block(&mut self, job: &ChunkJob<'_>, block: Chunk, say: &mut Sink<'_, ChunkEvent>) -> Result<(), Cancelled> {
        let ChunkJob { task, part, number, chain } = job;
        let mut elements = self.elements(task.validator, part, *number);
        let (text, padded, to) = (block.buffer.text(), block.buffer.padded(), block.to);
        let (mut at, mut count, mut unclean) = (block.from, 0, Vec::new());
        let mut calls = Calls::default();
        // Of each result, where rules want to know it: what it adds, and where it begins.
        let (mut facts, mut starts): (Vec<Fact>, Vec<usize>) = Default::default();
        let is_right = loop {
            let Ok(read) = elements.read(text, padded, at) else { break false };
            if task.validator.counts {
                elements.count(&read, &mut calls, text, at);
            }
            let Read { end, doubt, fact, .. } = read;
            if let Some(fact) = fact {
                facts.push(fact);
                starts.push(at);
            }
            if !doubt.is_none() {
                unclean.push(PendingItem { place: count, at, doubt });
            }
            count += 1;
            if end >= to {
                break end == to;
            }
            let rest = &text[end..to];
            let blank = |from: usize| rest[from..].iter().take_while(|byte| is_blank(**byte)).count();
            let comma = blank(0);
            if rest.get(comma) != Some(&b',') {
                break false;
            }
            at = end + comma + 1 + blank(comma + 1);
        };
        let tally = is_right.then(|| (ChunkTotals::of(count, &text[block.from..block.next]), facts));
        let Some((base, again)) = chain.link(block.number, tally).filter(|_| is_right) else {
            return say(ChunkEvent::WrongCut(Box::new(block)));
        };
        let again = if elements.tells_again() { again } else { Vec::new() };
        for DuplicateId { place, first } in again {
            let found = unclean.binary_search_by_key(&place, |unclean| unclean.place);
            let found = found.unwrap_or_else(|free| {
                unclean
                    .insert(free, PendingItem { place, at: starts[place as usize], doubt: PendingChecks::default() });
                free
            });
            unclean[found].doubt.again = Some(first);
        }
        if task.validator.counts {
            elements.count_properties(&mut calls);
            say(ChunkEvent::Calls(Box::new(calls)))?;
        }
        let mut drawn = task.drawn();
        let mut map = Map::at(block.from, block.offset, base.place);
        for PendingItem { place, at, doubt } in unclean {
            let found = elements.validate(&doubt, (text, at, base.count + place), &mut map, &mut drawn);
            found.into_iter().try_for_each(|found| say(ChunkEvent::Finding(found)))?;
        }
        self.block = block.buffer;
        say(ChunkEvent::Done(count))
    }
}
