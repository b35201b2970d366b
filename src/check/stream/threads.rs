//! Validates the items of one long array on several threads.
//!
//! A boundary between two items cannot be found without parsing everything before it, so it is guessed: the text
//! between the last two items and the first key, such as `},{"id":`, is searched for from the end of each chunk. The
//! same text can occur in a nested array. Then the chunk before the boundary does not end with an item: the thread
//! reports `WrongCut` with the chunk, no later chunk is accepted either (see `OrderedMerge::link`), and `on_threads`
//! gives the bytes from the beginning of that chunk back to the window. The stream continues there on one thread, so
//! findings do not depend on the guess.

use std::sync::atomic::{AtomicBool, Ordering};

use super::super::chunks::{Chunk, ChunkReader, ChunkStart, ChunkTotals, Cut, DuplicateId, OrderedMerge};
use super::super::record::{ItemKind, ItemRead, PendingChecks};
use super::super::{CheckOptions, ThreadState};
use super::buffer::{FindingBuffer, Relevance};
use super::{LOOKAHEAD_BYTES, MAX_RETAINED_ITEMS, Stream, StreamResult};
use crate::finding::Finding;
use crate::hubspot::Fact;
use crate::input::{BEFORE, Continuation, Location, Map};
use crate::json::is_blank;
use crate::parallel::{Cancelled, Pool, Sink};
use crate::span::Pos;
use crate::stats::Calls;

/// In bytes. Larger items, or more whitespace between items, are left to one thread.
const MAX_CHUNK_BYTES: usize = 8 << 20;

impl Stream<'_, '_, '_> {
    /// True if the array is long enough for several threads.
    pub(super) fn is_worth_threads(&mut self) -> bool {
        // The state of `errors` cannot be merged.
        let is_errors = matches!(self.array_mut().kind, ItemKind::Errors(_));
        if self.options.threads <= 1 || self.window.is_complete() || is_errors {
            return false;
        }
        let at = self.offset(self.at);
        let min_size = self.options.threads_from;
        let array = self.array_mut();
        array.count > MAX_RETAINED_ITEMS && !array.was_on_threads && at - array.offsets.0 >= min_size
    }

    /// Checks as many of the next items as possible on several threads.
    pub(super) fn on_threads(&mut self) -> StreamResult<()> {
        self.array_mut().was_on_threads = true;
        let Some(pattern) = self.cut_pattern() else { return Ok(()) };
        let array = self.arrays.last_mut().expect("an array is open");
        self.buffer.emit_rows(&mut array.state.calls)?;
        let (number, index, count) = (array.number, array.index, array.count);
        let across = std::mem::take(&mut array.state.results);
        let offset = self.offset(self.at);
        self.identify_early();
        let (map, text) = self.window.map();
        let start = ChunkStart { count, location: map.location(text, Pos(self.at)) };
        let relevance = self.relevance();
        let options = self.options;
        let job = ChunkJob { options, array: number, relevance, merge: OrderedMerge::new(start, across) };

        let retained = self.retained_end(self.at).unwrap_or(0);
        let after_retained = if retained > 0 { self.offset(retained - 1) + 1 } else { 0 };
        let (text, reader) = self.window.lend();
        let mut chunks = ChunkReader::new(reader, text, self.at, offset, options.block);
        chunks.max_size = MAX_CHUNK_BYTES;
        let stop = AtomicBool::new(false);
        let pool = Pool {
            threads: options.threads,
            new_state: || {
                let mut state = ThreadState::new(options);
                state.prepare_items(options);
                state
            },
            run: |state: &mut ThreadState, chunk: Chunk, sink: &mut Sink<'_, ChunkEvent>| {
                state.check_chunk(&job, chunk, sink)
            },
            last: |_: &mut ThreadState, _: &mut Sink<'_, ChunkEvent>| Ok(()),
        };
        let next = |state: &mut ThreadState| {
            if stop.load(Ordering::Relaxed) {
                return None;
            }
            chunks.next(std::mem::take(&mut state.chunk_buffer), |text, searched, _| pattern.last_in(text, searched))
        };
        let buffer = &mut self.buffer;
        let mut merged = MergedChunks { buffer, relevance, items: 0, calls: Calls::default(), wrong: Vec::new() };
        pool.in_order(next, &mut |event| {
            stop.fetch_or(matches!(event, ChunkEvent::WrongCut(_)), Ordering::Relaxed);
            merged.add(event)
        })?;
        let MergedChunks { items, calls, wrong, .. } = merged;

        let (start, across) = job.merge.finish();
        let unread = unread_text(&mut chunks, &wrong, start.location, after_retained);
        self.at = retained + unread.before;
        self.window.resume(retained, unread);
        // The next item begins with `{`, like those before it, so no error message needs the comma.
        self.comma = None;
        self.tape.skip(index, items);
        let array = self.array_mut();
        array.count += items;
        array.state.results = across;
        array.state.calls.merge(&calls);
        Ok(())
    }

    /// The text between the last two items and the first key of the second: `},{"id":`. None if the items are not
    /// objects.
    fn cut_pattern(&self) -> Option<CutPattern> {
        let text = self.window.text();
        let comma = self.comma?;
        let last = text[..comma].iter().rposition(|byte| !is_blank(*byte)).filter(|&last| text[last] == b'}')?;
        let item = text.get(self.at..)?.strip_prefix(b"{")?;
        let colon = memchr::memchr(b':', &item[..item.len().min(64)])?;
        let bytes = text[last..self.at + 1 + colon + 1].to_vec();
        (bytes.len() <= BEFORE).then(|| CutPattern {
            separator: self.at - last - 1,
            finder: memchr::memmem::FinderRev::new(&bytes).into_owned(),
            bytes,
        })
    }
}

/// The text that looks like a boundary between two items.
struct CutPattern {
    bytes: Vec<u8>,
    /// Bytes between two items.
    separator: usize,
    finder: memchr::memmem::FinderRev<'static>,
}

impl CutPattern {
    /// The last boundary in a text. The first `searched` bytes contain none.
    fn last_in(&self, text: &[u8], searched: usize) -> Option<Cut> {
        // The excerpts of items before the boundary show some of the text after it.
        let end = text.len().checked_sub(LOOKAHEAD_BYTES)?;
        let start = searched.saturating_sub(LOOKAHEAD_BYTES + self.bytes.len());
        let found = start + self.finder.rfind(text.get(start..end)?)?;
        debug_assert!(text[found..].starts_with(&self.bytes));
        Some((found + 1, found + 1 + self.separator))
    }
}

/// The text after the last accepted chunk. `wrong` are the chunks that were not accepted; `location` is that of the
/// text. The window still has the text before offset `after_retained`.
fn unread_text(chunks: &mut ChunkReader<'_>, wrong: &[Chunk], location: Location, after_retained: u64) -> Continuation {
    let (rest, from) = chunks.rest();
    let (offset, before) = match wrong.first() {
        Some(chunk) => (chunk.offset, chunk.from),
        None => (chunks.offset(), from),
    };
    let surplus = before - before.min((offset - after_retained) as usize);
    let mut pieces: Vec<Vec<u8>> = Vec::new();
    for chunk in wrong {
        let start = if pieces.is_empty() { surplus } else { chunk.from };
        pieces.push(chunk.buffer.text()[start..chunk.next].to_vec());
    }
    let start = if pieces.is_empty() { surplus } else { from };
    pieces.push(rest[start..].to_vec());
    Continuation { before: before - surplus, offset, location, pieces, end: chunks.end.take() }
}

struct ChunkJob<'j> {
    options: &'j CheckOptions<'j>,
    /// Number of the array.
    array: usize,
    /// The relevance of findings about its items.
    relevance: Relevance,
    merge: OrderedMerge,
}

/// The result of a chunk, in parts.
#[expect(clippy::large_enum_variant, reason = "nearly all are findings; a box that another thread frees is slow")]
enum ChunkEvent {
    Finding(Finding),
    Calls(Box<Calls>),
    /// The chunk was checked and has this number of items.
    Done(u64),
    /// This chunk or an earlier one does not end with an item.
    WrongCut(Box<Chunk>),
}

/// Consumes the results of chunks in their order.
struct MergedChunks<'m, 'd> {
    buffer: &'m mut FindingBuffer<'d>,
    relevance: Relevance,
    items: u64,
    calls: Calls,
    /// The chunks from the first wrong boundary on. They are read again.
    wrong: Vec<Chunk>,
}

impl MergedChunks<'_, '_> {
    fn add(&mut self, event: ChunkEvent) -> Result<(), Cancelled> {
        match event {
            ChunkEvent::Finding(finding) => self.buffer.push([finding], self.relevance)?,
            ChunkEvent::Calls(mut calls) => {
                self.buffer.emit_rows(&mut calls)?;
                self.calls.merge(&calls);
            }
            ChunkEvent::Done(count) => self.items += count,
            ChunkEvent::WrongCut(chunk) => self.wrong.push(*chunk),
        }
        Ok(())
    }
}

/// An item with pending checks. They run when the start of its chunk is known.
struct PendingItem {
    /// Index in the chunk.
    index: u64,
    /// Position in the text.
    at: usize,
    pending: PendingChecks,
}

/// The items of a chunk.
#[derive(Default)]
struct ChunkItems {
    count: u64,
    pending: Vec<PendingItem>,
    /// The facts of results, and their positions, if rules compare results.
    facts: Vec<Fact>,
    starts: Vec<usize>,
    calls: Calls,
    /// True if the chunk ends with an item.
    is_complete: bool,
}

impl ThreadState {
    fn check_chunk(
        &mut self,
        job: &ChunkJob<'_>,
        chunk: Chunk,
        sink: &mut Sink<'_, ChunkEvent>,
    ) -> Result<(), Cancelled> {
        let ChunkJob { options, array, relevance, merge } = job;
        let ChunkItems { count, mut pending, facts, starts, mut calls, is_complete } =
            self.read_chunk(options, *array, &chunk);
        let mut checker = self.item_checker(options.validator, *array);
        let text = chunk.buffer.text();
        let result = is_complete.then(|| (ChunkTotals::of(count, &text[chunk.from..chunk.next]), facts));
        let Some((start, duplicates)) = merge.link(chunk.number, result).filter(|_| is_complete) else {
            return sink(ChunkEvent::WrongCut(Box::new(chunk)));
        };
        if checker.reports_duplicate_ids() {
            duplicates.iter().for_each(|duplicate| add_duplicate(&mut pending, &starts, duplicate));
        }
        if options.validator.counts {
            checker.count_properties(&mut calls);
            sink(ChunkEvent::Calls(Box::new(calls)))?;
        }
        let mut budget = options.budget();
        let mut map = Map::at(chunk.from, chunk.offset, start.location);
        for PendingItem { index, at, mut pending } in pending {
            relevance.restrict(&mut pending);
            let findings = checker.validate(&pending, (text, at, start.count + index), &mut map, &mut budget);
            findings.into_iter().try_for_each(|finding| sink(ChunkEvent::Finding(finding)))?;
        }
        self.chunk_buffer = chunk.buffer;
        sink(ChunkEvent::Done(count))
    }

    /// Reads the items of a chunk. Their locations are unknown until the chunks before it are merged.
    fn read_chunk(&mut self, options: &CheckOptions<'_>, array: usize, chunk: &Chunk) -> ChunkItems {
        let mut checker = self.item_checker(options.validator, array);
        let (text, padded, to) = (chunk.buffer.text(), chunk.buffer.padded(), chunk.to);
        let mut items = ChunkItems::default();
        let mut at = chunk.from;
        while let Ok(read) = checker.read(text, padded, at) {
            if options.validator.counts {
                checker.count(&read, &mut items.calls, text, at);
            }
            let ItemRead { end, pending, fact, .. } = read;
            if let Some(fact) = fact {
                items.facts.push(fact);
                items.starts.push(at);
            }
            if !pending.is_none() {
                items.pending.push(PendingItem { index: items.count, at, pending });
            }
            items.count += 1;
            if end >= to {
                items.is_complete = end == to;
                break;
            }
            let rest = &text[end..to];
            let blanks = |from: usize| rest[from..].iter().take_while(|byte| is_blank(**byte)).count();
            let comma = blanks(0);
            if rest.get(comma) != Some(&b',') {
                break;
            }
            at = end + comma + 1 + blanks(comma + 1);
        }
        items
    }
}

/// Adds a duplicate to the pending checks of its result.
fn add_duplicate(pending: &mut Vec<PendingItem>, starts: &[usize], duplicate: &DuplicateId) {
    let &DuplicateId { index, first } = duplicate;
    let found = pending.binary_search_by_key(&index, |item| item.index).unwrap_or_else(|free| {
        let item = PendingItem { index, at: starts[index as usize], pending: PendingChecks::default() };
        pending.insert(free, item);
        free
    });
    pending[found].pending.duplicate_of = Some(first);
}
