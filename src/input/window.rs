//! A moving window over an input, so that memory does not grow with the input.
//!
//! The window has one buffer. [`Window::fill`] appends what the reader returns; [`Window::cut`] removes text
//! and moves the rest to the front. What was cut need not be at the start: while the items of an array
//! are checked and removed, the start of the document stays, because later findings refer to it. So the text is the
//! input without some of its parts, and a position in the text is not an offset in the input.
//!
//! Invariants: [`Map`] has one segment per contiguous part, and translates each position to the offset, line and column
//! in the input. Positions after a cut change by the number of bytes that it returns; offsets never change. A cut keeps
//! [`BEFORE`] bytes for excerpts and never splits a character. After a read error the input ends, and
//! [`Window::failure`] has the error.
//!
//! Cost: each byte is copied once from the reader, and the rest of the text once per cut. The buffer doubles, so
//! growing is linear. Reads go to cache line boundaries, because the kernel copies faster to them: 0.080 to 0.0754 s
//! for big.json with two threads (dev/benchmarks.md).

use std::io::{self, Read};

use crate::input::MARK;
use crate::json::{MAX_LENGTH, PADDING, is_blank};
use crate::span::{Offset, Pos};

/// A location that reports show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// From 1; a line ends with LF or CR LF.
    pub line: u64,
    /// From 1, in Unicode scalar values without a byte order mark.
    pub column: u64,
    /// The same in bytes of UTF-8.
    pub byte: u64,
}

impl Location {
    pub const START: Location = Location { line: 1, column: 1, byte: 1 };

    /// The location after `text`, which begins here. `mark`: the text contains a byte order mark.
    pub fn after(self, text: &[u8], mark: bool) -> Location {
        let (breaks, rest) = match memchr::memrchr(b'\n', text) {
            None => (0, text),
            Some(last) => (bytecount::count(&text[..=last], b'\n') as u64, &text[last + 1..]),
        };
        let (column, byte) = if breaks == 0 { (self.column, self.byte) } else { (1, 1) };
        let marked = if mark { MARK.len() as u64 } else { 0 };
        Location {
            line: self.line + breaks,
            column: column + scalars(rest) - u64::from(mark),
            byte: byte + rest.len() as u64 - marked,
        }
    }
}

/// Number of characters; an invalid byte counts as one.
fn scalars(text: &[u8]) -> u64 {
    // All bytes but continuation bytes begin a character. Only a short text at an error can be invalid UTF-8.
    if text.len() <= 8 && std::str::from_utf8(text).is_err() {
        return text.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum::<usize>()
            as u64;
    }
    bytecount::num_chars(text) as u64
}

/// Translates positions in a text to locations in the input; see the module.
#[derive(Debug, Clone)]
pub struct Map {
    /// Sorted by position; the first begins at 0.
    segments: Vec<Segment>,
    /// Position of a byte order mark, which has no column.
    pub mark: Option<usize>,
    /// A position in the last segment with its location, so that counting continues there.
    known: (usize, Location),
}

#[derive(Debug, Clone, Copy)]
struct Segment {
    /// First position in the text.
    from: usize,
    offset: u64,
    location: Location,
}

impl Default for Map {
    fn default() -> Self {
        Map::new(0, Location::START)
    }
}

impl Map {
    /// For a text that is a contiguous part of the input.
    pub fn new(offset: u64, location: Location) -> Map {
        Map { segments: vec![Segment { from: 0, offset, location }], mark: None, known: (0, location) }
    }

    /// For a whole input with a byte order mark at this position.
    pub fn whole(mark: Option<usize>) -> Map {
        Map { mark, ..Map::default() }
    }

    /// For a text of which only the part after `from` is from the input, starting at this offset and location.
    pub(crate) fn at(from: usize, offset: u64, location: Location) -> Map {
        // The text before may be longer than the offset.
        let before = Segment { from: 0, offset: offset.saturating_sub(from as u64), location };
        Map { segments: vec![before, Segment { from, offset, location }], mark: None, known: (from, location) }
    }

    fn segment(&self, position: usize) -> &Segment {
        let after = self.segments.partition_point(|segment| segment.from <= position);
        &self.segments[after.max(1) - 1]
    }

    pub fn offset(&self, position: Pos) -> Offset {
        let segment = self.segment(position.0);
        Offset(segment.offset + (position.0 - segment.from) as u64)
    }

    /// Line and column of a position in `text`. Cheap if positions ascend.
    pub fn location(&mut self, text: &[u8], position: Pos) -> Location {
        let position = position.0.min(text.len());
        let segment = *self.segment(position);
        let is_last = self.segments.last().is_some_and(|last| last.from == segment.from);
        let (from, location) = match self.known {
            (from, location) if is_last && from <= position && from >= segment.from => (from, location),
            _ => (segment.from, segment.location),
        };
        let mark = self.mark.is_some_and(|mark| {
            from <= mark && mark + MARK.len() <= position && memchr::memchr(b'\n', &text[mark..position]).is_none()
        });
        let found = location.after(&text[from..position], mark);
        if is_last {
            self.known = (position, found);
        }
        found
    }

    /// Removes the text from `from` to `to`.
    fn cut(&mut self, text: &[u8], from: usize, to: usize) {
        let (Offset(offset), location) = (self.offset(Pos(to)), self.location(text, Pos(to)));
        let after = self.segments.iter().filter(|segment| segment.from > to);
        let after: Vec<Segment> =
            after.map(|segment| Segment { from: segment.from - (to - from), ..*segment }).collect();
        self.segments.retain(|segment| segment.from < from);
        self.segments.push(Segment { from, offset, location });
        self.segments.extend(after);
        let last = self.segments.last().expect("one was pushed");
        self.known = (last.from, last.location);
    }
}

/// Memory of a window. Separate, so that the next input can reuse it.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    memory: Vec<u8>,
    /// Start of the text, on a cache line boundary.
    front: usize,
    /// Length of the text.
    length: usize,
}

/// Maximum bytes that are allocated without a trial.
const MAX_UNTRIED: usize = 1 << 20;

/// Bytes of a cache line.
pub(crate) const LINE: usize = 64;

impl Buffer {
    pub(crate) fn text(&self) -> &[u8] {
        &self.memory[self.front..self.front + self.length]
    }

    /// The text and [`PADDING`] NUL bytes.
    pub(crate) fn padded(&self) -> &[u8] {
        self.memory.get(self.front..self.front + self.length + PADDING).unwrap_or(&[0; PADDING])
    }

    pub(crate) fn clear(&mut self) {
        self.length = 0;
    }

    /// Appends text; an error if there is not enough memory.
    pub(crate) fn push(&mut self, text: &[u8]) -> io::Result<()> {
        self.space(text.len())?[..text.len()].copy_from_slice(text);
        self.grow(text.len());
        Ok(())
    }

    /// At least `room` bytes after the text.
    fn space(&mut self, room: usize) -> io::Result<&mut [u8]> {
        let needed = self.length + room + PADDING + LINE;
        if self.memory.len() < needed {
            // At least doubled, so that growing is linear.
            let size = needed.max(if self.memory.is_empty() { 0 } else { 2 * self.length + PADDING + LINE });
            // `vec![0; size]` gets zeroed pages from the system, but aborts the process if there are none. So a large
            // size is tried first with a fallible allocation, which must not be optimized away. Memory that was used
            // before is zeroed by hand, which touches all its pages, so nothing is tried for the first window.
            if size > MAX_UNTRIED {
                let mut tried = Vec::<u8>::new();
                tried.try_reserve_exact(size).map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
                drop(std::hint::black_box(tried));
            }
            let mut memory = vec![0; size];
            let front = memory.as_ptr().align_offset(LINE).min(LINE);
            memory[front..front + self.length].copy_from_slice(self.text());
            (self.memory, self.front) = (memory, front);
        }
        let end = self.memory.len() - PADDING;
        Ok(&mut self.memory[self.front + self.length..end])
    }

    /// Reads once, at most `max` bytes. Returns their number.
    pub(crate) fn read(&mut self, reader: &mut (dyn Read + Send), max: usize) -> io::Result<usize> {
        if self.length > MAX_LENGTH {
            let why = "a single item, or the data outside the items, is larger than 4 GiB";
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, why));
        }
        let space = &mut self.space(max)?[..max];
        let read = loop {
            match reader.read(space) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        // Also after an error, because the reader may have overwritten the padding.
        self.grow(*read.as_ref().unwrap_or(&0));
        read
    }

    fn grow(&mut self, read: usize) {
        self.length += read;
        let end = self.front + self.length;
        self.memory[end..end + PADDING].fill(0);
    }

    /// Moves the text after `to` to `from`.
    fn remove(&mut self, from: usize, to: usize) {
        let text = &mut self.memory[self.front..self.front + self.length];
        text.copy_within(to.., from);
        self.length -= to - from;
        self.grow(0);
    }
}

pub(crate) struct Window<'r> {
    reader: &'r mut (dyn Read + Send),
    buffer: Buffer,
    map: Map,
    /// Bytes per read.
    chunk: usize,
    is_complete: bool,
    failure: Option<io::Error>,
}

/// Bytes that a cut keeps before the rest of the text, because excerpts show them.
pub(crate) const BEFORE: usize = 256;

/// Text that was read without the window.
pub(crate) struct Continuation {
    /// Number of bytes that are only for excerpts.
    pub before: usize,
    /// Offset and location of the byte after them.
    pub offset: u64,
    pub location: Location,
    pub pieces: Vec<Vec<u8>>,
    /// The end of the input, if it was reached.
    pub end: Option<io::Result<()>>,
}

impl<'r> Window<'r> {
    /// `chunk`: bytes per read.
    pub(crate) fn new(reader: &'r mut (dyn Read + Send), mut buffer: Buffer, chunk: usize) -> Self {
        buffer.clear();
        Window { reader, buffer, map: Map::default(), chunk, is_complete: false, failure: None }
    }

    pub(crate) fn into_buffer(self) -> Buffer {
        self.buffer
    }

    pub(crate) fn text(&self) -> &[u8] {
        self.buffer.text()
    }

    /// The text and [`PADDING`] NUL bytes.
    pub(crate) fn padded(&self) -> &[u8] {
        self.buffer.padded()
    }

    pub(crate) fn map(&mut self) -> (&mut Map, &[u8]) {
        (&mut self.map, self.buffer.text())
    }

    /// The offset in the input of a position.
    pub(crate) fn offset(&self, position: usize) -> u64 {
        self.map.offset(Pos(position)).0
    }

    /// True if the text ends with the input.
    pub(crate) fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// Why reading ended early.
    pub(crate) fn failure(&self) -> Option<&io::Error> {
        self.failure.as_ref()
    }

    /// For a caller that reports the error itself.
    pub(crate) fn take_failure(&mut self) -> Option<io::Error> {
        self.failure.take()
    }

    /// Reads at least `at_least` bytes, unless the input ends. After an error it ends as well.
    pub(crate) fn fill(&mut self, at_least: usize) {
        let goal = self.buffer.length + at_least;
        while !self.is_complete && self.buffer.length < goal {
            // The first read usually gets the whole input, and the second one only finds its end. So it fills the rest
            // of the first chunk, for which there is memory.
            let rest = (self.chunk as u64).saturating_sub(self.offset(self.buffer.length)) as usize;
            let missing = match goal - self.buffer.length {
                missing if missing <= rest => rest,
                missing => missing.max(self.chunk),
            };
            match self.buffer.read(self.reader, missing) {
                Ok(0) => self.is_complete = true,
                Ok(_) => {}
                Err(error) => (self.is_complete, self.failure) = (true, Some(error)),
            }
        }
    }

    /// Reserves memory for an input of `size` bytes, so that the text is not moved while it is read.
    pub(crate) fn expect(&mut self, size: u64) {
        let room = usize::try_from(size).unwrap_or(0).min(MAX_LENGTH).saturating_sub(self.buffer.length);
        // If that fails, the buffer grows as for a pipe. One more read detects the end of the input.
        let _ = self.buffer.space(room + self.chunk);
    }

    /// Removes the text from `from` to [`BEFORE`] bytes before `to`. Returns the number of bytes removed.
    pub(crate) fn cut(&mut self, from: usize, to: usize) -> usize {
        // The next read must begin on a cache line boundary.
        let end = from + BEFORE + (self.buffer.length - to);
        let slack = end.next_multiple_of(LINE) - end;
        let mut to = to.saturating_sub(BEFORE + slack);
        // Locations are counted in characters, so none may be split.
        let text = self.buffer.text();
        let front = text.get(..=to).unwrap_or_default();
        to = to.saturating_sub(front.iter().rev().take(3).take_while(|byte| **byte & 0xC0 == 0x80).count());
        if to <= from {
            return 0;
        }
        self.map.cut(self.buffer.text(), from, to);
        self.buffer.remove(from, to);
        to - from
    }

    /// Removes most of the whitespace at the end of the text, after `from`. Returns the number of bytes removed.
    pub(crate) fn cut_blanks(&mut self, from: usize) -> usize {
        let text = self.buffer.text();
        let begin = text[from..].iter().rposition(|byte| !is_blank(*byte)).map_or(from, |last| from + last + 1);
        self.cut((begin + BEFORE).min(text.len()), text.len())
    }

    /// The text and the reader, for a caller that continues without the window. [`Window::resume`] must follow.
    pub(crate) fn lend(&mut self) -> (&[u8], &mut (dyn Read + Send)) {
        (self.buffer.text(), &mut *self.reader)
    }

    /// Continues after [`Window::lend`]: keeps `kept` bytes of the text and appends more.
    pub(crate) fn resume(&mut self, kept: usize, next: Continuation) {
        let Continuation { before, offset, location, pieces, end } = next;
        self.buffer.length = kept;
        self.map.segments.retain(|segment| segment.from < kept.max(1));
        self.map.segments.push(Segment { from: kept, offset: offset - before as u64, location });
        self.map.segments.push(Segment { from: kept + before, offset, location });
        self.map.known = (kept + before, location);
        let pushed = pieces.iter().try_for_each(|piece| self.buffer.push(piece));
        self.is_complete = end.is_some();
        if let Err(error) = end.unwrap_or(Ok(())).and(pushed) {
            (self.is_complete, self.failure) = (true, Some(error));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_of_removed_text_are_removed() {
        let text = "a\u{E9}\n".repeat(100_000);
        let mut reader = text.as_bytes();
        let mut window = Window::new(&mut reader, Buffer::default(), 1000);
        let mut moved = 0;
        while !window.is_complete() {
            window.fill(1000);
            let end = window.text().len();
            moved += window.cut(0, end);
            assert!(window.map.segments.len() <= 2, "{}", window.map.segments.len());
        }
        let last = window.text().len() - 1;
        let (map, left) = window.map();
        assert_eq!(
            (map.offset(Pos(last)), map.location(left, Pos(last))),
            (Offset((moved + last) as u64), Location { line: 100_000, column: 3, byte: 4 })
        );
    }
}
