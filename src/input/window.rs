//! A window over an input: as much of it as is being worked on, in one growing buffer.
//!
//! The text in the window is the input with pieces cut out of it: what was checked and is not needed again. Positions count in that text;
//! [`Map`] knows which offset, line and column of the input each stands for.

use std::io::{self, Read};

use crate::input::MARK;
use crate::json::{MAX_LENGTH, PADDING, is_blank};
use crate::span::{Offset, Pos};

/// A place for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// Counts from 1; a line ends with LF or CR LF.
    pub line: u64,
    /// Counts from 1, in Unicode scalar values; a byte order mark is none.
    pub column: u64,
    /// The same in bytes of UTF-8.
    pub byte: u64,
}

impl Location {
    /// Where every input begins.
    pub const START: Location = Location { line: 1, column: 1, byte: 1 };

    /// The place behind `text`, which begins here. `mark`: a byte order mark stands in it.
    pub fn behind(self, text: &[u8], mark: bool) -> Location {
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

/// Characters of a text; a byte that is part of none counts as one.
fn scalars(text: &[u8]) -> u64 {
    // In UTF-8 a character begins with every byte that is no continuation byte. Only the short way over a mistake can be anything else.
    if text.len() <= 8 && std::str::from_utf8(text).is_err() {
        return text.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum::<usize>()
            as u64;
    }
    bytecount::num_chars(text) as u64
}

/// Which place of the input each position of a text stands for.
#[derive(Debug, Clone)]
pub struct Map {
    /// Sorted by position; the first begins at 0.
    segments: Vec<Segment>,
    /// The position of a byte order mark, which has no column.
    pub mark: Option<usize>,
    /// A position whose place is known, in the last segment.
    known: (usize, Location),
}

#[derive(Debug, Clone, Copy)]
struct Segment {
    /// Where it begins in the text.
    from: usize,
    /// The offset in the input of that position.
    offset: u64,
    /// Its place.
    place: Location,
}

impl Default for Map {
    fn default() -> Self {
        Map::new(0, Location::START)
    }
}

impl Map {
    /// For a text that is one piece of the input and begins there.
    pub fn new(offset: u64, place: Location) -> Map {
        Map { segments: vec![Segment { from: 0, offset, place }], mark: None, known: (0, place) }
    }

    /// For a whole input with a byte order mark at this position.
    pub fn whole(mark: Option<usize>) -> Map {
        Map { mark, ..Map::default() }
    }

    /// For a text in which the byte at `from` has this offset and place, and only what is behind it matters.
    pub(crate) fn at(from: usize, offset: u64, place: Location) -> Map {
        // What stands before may be longer than what was there.
        let before = Segment { from: 0, offset: offset.saturating_sub(from as u64), place };
        Map { segments: vec![before, Segment { from, offset, place }], mark: None, known: (from, place) }
    }

    fn segment(&self, position: usize) -> &Segment {
        let behind = self.segments.partition_point(|segment| segment.from <= position);
        &self.segments[behind.max(1) - 1]
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
        let (from, place) = match self.known {
            (from, place) if is_last && from <= position && from >= segment.from => (from, place),
            _ => (segment.from, segment.place),
        };
        let mark = self.mark.is_some_and(|mark| {
            from <= mark && mark + MARK.len() <= position && memchr::memchr(b'\n', &text[mark..position]).is_none()
        });
        let found = place.behind(&text[from..position], mark);
        if is_last {
            self.known = (position, found);
        }
        found
    }

    /// The text from `from` to before `to` goes.
    fn cut(&mut self, text: &[u8], from: usize, to: usize) {
        let (Offset(offset), place) = (self.offset(Pos(to)), self.location(text, Pos(to)));
        let behind = self.segments.iter().filter(|segment| segment.from > to);
        let behind: Vec<Segment> =
            behind.map(|segment| Segment { from: segment.from - (to - from), ..*segment }).collect();
        self.segments.retain(|segment| segment.from < from);
        self.segments.push(Segment { from, offset, place });
        self.segments.extend(behind);
        let last = self.segments.last().expect("one was pushed");
        self.known = (last.from, last.place);
    }
}

/// Memory for a text that is read piece by piece. Reads go to a boundary of a cache line where they can: that halves what the system
/// needs for copying.
#[derive(Debug, Default)]
pub struct Buffer {
    memory: Vec<u8>,
    /// Where the text begins, on a boundary.
    front: usize,
    /// Bytes of text.
    length: usize,
}

/// Bytes of a cache line.
pub const LINE: usize = 64;

impl Buffer {
    /// The text.
    pub fn text(&self) -> &[u8] {
        &self.memory[self.front..self.front + self.length]
    }

    /// The text with [`PADDING`] bytes of NUL behind it.
    pub fn padded(&self) -> &[u8] {
        self.memory.get(self.front..self.front + self.length + PADDING).unwrap_or(&[0; PADDING])
    }

    /// Forgets the text, keeps the memory.
    pub fn clear(&mut self) {
        self.length = 0;
    }

    /// Appends text.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn push(&mut self, text: &[u8]) -> io::Result<()> {
        self.space(text.len())?[..text.len()].copy_from_slice(text);
        self.grow(text.len());
        Ok(())
    }

    /// Room behind the text, at least so much.
    fn space(&mut self, room: usize) -> io::Result<&mut [u8]> {
        let needed = self.length + room + PADDING + LINE;
        if self.memory.len() < needed {
            // Twice as much as before, so that growing costs no more than reading.
            let size = needed.max(if self.memory.is_empty() { 0 } else { 2 * self.length + PADDING + LINE });
            // Asked first (and not optimized away): memory that is not there must not end the process. Then it comes zeroed.
            let mut asked = Vec::<u8>::new();
            asked.try_reserve_exact(size).map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
            drop(std::hint::black_box(asked));
            let mut memory = vec![0; size];
            let front = memory.as_ptr().align_offset(LINE).min(LINE);
            memory[front..front + self.length].copy_from_slice(self.text());
            (self.memory, self.front) = (memory, front);
        }
        let end = self.memory.len() - PADDING;
        Ok(&mut self.memory[self.front + self.length..end])
    }

    /// Reads once, up to so many bytes; how many they were.
    pub(crate) fn read(&mut self, reader: &mut (dyn Read + Send), most: usize) -> io::Result<usize> {
        if self.length > MAX_LENGTH {
            let why = "a single item, or the data outside the items, is larger than 4 GiB";
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, why));
        }
        let space = &mut self.space(most)?[..most];
        let read = loop {
            match reader.read(space) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        // Also behind a reader that has written more than it says.
        self.grow(*read.as_ref().unwrap_or(&0));
        read
    }

    fn grow(&mut self, read: usize) {
        self.length += read;
        let end = self.front + self.length;
        self.memory[end..end + PADDING].fill(0);
    }

    /// Moves the text behind `to` to `from`.
    fn remove(&mut self, from: usize, to: usize) {
        let text = &mut self.memory[self.front..self.front + self.length];
        text.copy_within(to.., from);
        self.length -= to - from;
        self.grow(0);
    }
}

/// See the module.
pub struct Window<'r> {
    reader: &'r mut (dyn Read + Send),
    buffer: Buffer,
    map: Map,
    /// Bytes that one reading asks for.
    chunk: usize,
    is_complete: bool,
    failure: Option<io::Error>,
}

/// So much of the text before what is being worked on stays: excerpts show the line that it stands in.
pub const BEFORE: usize = 256;

impl<'r> Window<'r> {
    /// A window over what `reader` gives, read in pieces of so many bytes, in memory that is used again.
    pub fn new(reader: &'r mut (dyn Read + Send), mut buffer: Buffer, chunk: usize) -> Self {
        buffer.clear();
        Window { reader, buffer, map: Map::default(), chunk, is_complete: false, failure: None }
    }

    /// The memory, for the next window.
    pub fn into_buffer(self) -> Buffer {
        self.buffer
    }

    /// What is in the window.
    pub fn text(&self) -> &[u8] {
        self.buffer.text()
    }

    /// The same with [`PADDING`] bytes of NUL behind it.
    pub fn padded(&self) -> &[u8] {
        self.buffer.padded()
    }

    /// Which places of the input the text stands for, and the text.
    pub fn map(&mut self) -> (&mut Map, &[u8]) {
        (&mut self.map, self.buffer.text())
    }

    /// The offset in the input of a position.
    pub fn offset(&self, position: usize) -> u64 {
        self.map.offset(Pos(position)).0
    }

    /// Whether the text goes on to the end of the input.
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// Why reading ended early.
    pub fn failure(&self) -> Option<&io::Error> {
        self.failure.as_ref()
    }

    /// The same for somebody who tells it himself.
    pub fn take_failure(&mut self) -> Option<io::Error> {
        self.failure.take()
    }

    /// Reads on, at least so many bytes unless the input ends before. After a failure the input ends where it failed.
    pub fn fill(&mut self, at_least: usize) {
        let goal = self.buffer.length + at_least;
        while !self.is_complete && self.buffer.length < goal {
            let missing = (goal - self.buffer.length).max(self.chunk);
            match self.buffer.read(self.reader, missing) {
                Ok(0) => self.is_complete = true,
                Ok(_) => {}
                Err(error) => (self.is_complete, self.failure) = (true, Some(error)),
            }
        }
    }

    /// Makes room for an input of so many bytes, if that is possible: what is expected need not be moved when it comes.
    pub fn expect(&mut self, size: u64) {
        let room = usize::try_from(size).unwrap_or(0).min(MAX_LENGTH).saturating_sub(self.buffer.length);
        // Without it the buffer grows as it does for a pipe. One reading more tells that the input ends.
        let _ = self.buffer.space(room + self.chunk);
    }

    /// Lets go of the text from `from` to shortly before `to`, and says how far what follows has moved to the front.
    pub fn cut(&mut self, from: usize, to: usize) -> usize {
        // What is read next shall begin on a boundary.
        let end = from + BEFORE + (self.buffer.length - to);
        let slack = end.next_multiple_of(LINE) - end;
        let mut to = to.saturating_sub(BEFORE + slack);
        // Characters are counted up to there, so none is cut.
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

    /// Of a long run of white space behind `from` that the text ends with, only its ends stay; says how many bytes went.
    pub fn cut_blanks(&mut self, from: usize) -> usize {
        let text = self.buffer.text();
        let begin = text[from..].iter().rposition(|byte| !is_blank(*byte)).map_or(from, |last| from + last + 1);
        self.cut((begin + BEFORE).min(text.len()), text.len())
    }

    /// The text and the reader behind it, for somebody who reads on in another way. [`Window::resume`] must follow.
    pub(crate) fn lend(&mut self) -> (&[u8], &mut (dyn Read + Send)) {
        (self.buffer.text(), &mut *self.reader)
    }

    /// Goes on where somebody else has stopped: behind the first `kept` bytes of the text stand `pieces`. The byte number `before` of
    /// those has this offset and place; those before it are there to be looked at only. `end`: how the input has ended, if it has.
    pub(crate) fn resume(
        &mut self,
        kept: usize,
        before: usize,
        (offset, place): (u64, Location),
        pieces: &[Vec<u8>],
        end: Option<io::Result<()>>,
    ) {
        self.buffer.length = kept;
        self.map.segments.retain(|segment| segment.from < kept.max(1));
        self.map.segments.push(Segment { from: kept, offset: offset - before as u64, place });
        self.map.segments.push(Segment { from: kept + before, offset, place });
        self.map.known = (kept + before, place);
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

    /// A window that lets go of all that was read takes the same memory however often it does.
    #[test]
    fn places_are_kept_of_what_is_there_only() {
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
