//! Checks a document that is larger than the window, in one pass and in bounded memory.
//!
//! Idea: almost all bytes of a large response are in the items of one array. Each item is validated as soon as it is in
//! the window, and then forgotten. Everything outside of such arrays, the *skeleton*, is parsed onto a tape and
//! validated at the end, with these arrays nearly empty: the first [`MAX_RETAINED_ITEMS`] items stay, because they help
//! to classify the document.
//!
//! Invariant: the findings are those of [`super::check`] for the same bytes: same set, order and text. Four things make
//! that hard. A document shows its kind only at its end, so findings are buffered until then. A later property of the
//! same name overrides an array, so its findings must be removed. After a syntax error, findings that depend on the
//! rest of the document do not count. And an item at the edge of the window is checked only once the text after it has
//! arrived.
//!
//! Cost: about 1,000 lines in this directory, a plan for each schema (`schema::plan`), and a scanner that can continue
//! inside of a container. It buys memory that does not grow with the document: 10 MiB for 307 MB on one thread, 14 MiB
//! on two (dev/benchmarks.md).

mod buffer;
mod finish;
mod items;
mod threads;

use buffer::FindingBuffer;

use super::record::{ItemKind, RunningState};
use super::sink::DocumentSink;
use super::{CheckOptions, ThreadState, lines};
use crate::diagnostic::Diagnostic;
use crate::finding::{ExcerptBudget, Finding, SourceView};
use crate::hubspot::classify::FirstItems;
use crate::input::{Source, Window};
use crate::json::{Document, Expected, Kind as Json, Scan, Scanner, SyntaxError, Tape, is_blank};
use crate::parallel::Cancelled;
use crate::rules;
use crate::schema::StreamableArray;
use crate::span::Pos;

/// Items of an array that stay in the skeleton.
const MAX_RETAINED_ITEMS: u64 = 8;
/// A syntax error is explained only if this many bytes after it are in the window.
const LOOKAHEAD_BYTES: usize = 256;

/// A document before it is read.
pub(super) struct DocumentStart {
    /// The text before the document. The document begins with a bracket at `front.start`.
    pub front: Source<'static>,
    /// Read the document as the first line of JSON Lines if it looks like one.
    pub may_be_lines: bool,
}

struct Stream<'d, 'r, 's> {
    options: &'d CheckOptions<'s>,
    state: &'d mut ThreadState,
    window: &'d mut Window<'r>,
    front: Source<'static>,
    /// The arrays that the schema allows to stream.
    streamable: &'s [StreamableArray],
    may_be_lines: bool,
    /// The skeleton.
    tape: Tape,
    /// Position of the scanner in the window, and its innermost container.
    at: usize,
    open: Option<u32>,
    /// The streamed arrays of the document so far.
    arrays: Vec<StreamedArray<'s>>,
    /// End of the text that must stay in the window for the skeleton. None outside of arrays, where all text stays.
    retained_to: Option<usize>,
    /// Position of the comma before the next item.
    comma: Option<usize>,
    /// The reason to buffer the document if the current value is large.
    why_buffer: Option<String>,
    buffer: FindingBuffer<'d>,
    budget: ExcerptBudget,
}

/// An array of which the items are checked one by one.
struct StreamedArray<'s> {
    /// Index in [`Stream::streamable`].
    number: usize,
    /// The rules for its items.
    kind: ItemKind<'s>,
    /// Its entry on the tape.
    index: u32,
    /// Position after its opening bracket.
    start: usize,
    /// Number of items so far, and how many of them stay in the skeleton.
    count: u64,
    retained: u64,
    /// Bytes of the last item, as an estimate for the next one.
    last_length: usize,
    /// Offsets in the input of its opening bracket and after its closing one.
    offsets: (u64, u64),
    was_on_threads: bool,
    /// The finding about the kind of the document was prepared, if the kind is certain.
    is_identified: bool,
    /// The kind of its first items.
    evidence: FirstItems,
    state: RunningState,
}

impl StreamedArray<'_> {
    /// True if the items that are still unread do not change the kind of the array.
    fn is_sampled(&self) -> bool {
        self.evidence.results.is_decided() || self.offsets.1 != u64::MAX
    }
}

/// The next step of the caller.
pub(super) enum StreamOutcome {
    Done,
    /// The input could not be read to its end, for this reason.
    Unread(String),
    /// The document was the first line of JSON Lines. The next line begins here.
    Lines(lines::LinesStart),
    /// The document must be buffered, for this reason. All text that was read is in the window.
    Buffer(String),
}

/// Ends a document before its end.
enum StreamError {
    Syntax(SyntaxError),
    Lines(lines::LinesStart),
    Buffer(String),
    Cancelled,
}

impl From<Cancelled> for StreamError {
    fn from(_: Cancelled) -> Self {
        StreamError::Cancelled
    }
}

type StreamResult<T> = Result<T, StreamError>;

/// Checks the document in the window.
///
/// # Errors
/// If the consumer stops.
pub(super) fn document<'d>(
    options: &'d CheckOptions<'_>,
    state: &'d mut ThreadState,
    window: &'d mut Window<'_>,
    start: DocumentStart,
    sink: DocumentSink<'d>,
) -> Result<StreamOutcome, Cancelled> {
    let DocumentStart { front, may_be_lines } = start;
    state.prepare_items(options);
    let stream = Stream {
        at: front.start,
        options,
        state,
        window,
        front,
        streamable: options.validator.schema.parts(),
        may_be_lines,
        tape: Tape::default(),
        open: None,
        arrays: Vec::new(),
        retained_to: None,
        comma: None,
        why_buffer: None,
        buffer: FindingBuffer::new(sink, options.fail_fast),
        budget: options.budget(),
    };
    stream.run()
}

impl Stream<'_, '_, '_> {
    fn run(mut self) -> Result<StreamOutcome, Cancelled> {
        let mark = rules::byte_order_mark(&self.source()).into_iter().collect();
        let mut notices = self.locate(mark, true);
        match self.root() {
            Ok(()) => self.finish(notices),
            Err(StreamError::Syntax(error)) => self.finish_broken(notices, &error),
            Err(StreamError::Lines(start)) => {
                self.buffer.sink.document.record = Some(1);
                let body = self.front.start;
                let (map, text) = self.window.map();
                let notice = vec![rules::lines(text, body)];
                notices.extend(SourceView::bare(text).findings(map, notice, &mut self.budget));
                Ok(match self.finish(notices)? {
                    StreamOutcome::Done => StreamOutcome::Lines(start),
                    unread => unread,
                })
            }
            Err(StreamError::Buffer(why)) => Ok(StreamOutcome::Buffer(why)),
            Err(StreamError::Cancelled) => Err(Cancelled),
        }
    }

    fn source(&self) -> Source<'_> {
        let Source { start, headers, mark, unit, is_piped, compression, .. } = self.front.clone();
        let (bytes, shift) = (self.window.text(), self.window.offset(self.at) - self.at as u64);
        let name = &*self.buffer.sink.document.name;
        Source { name, bytes, start, headers, mark, shift, unit, is_piped, compression }
    }

    /// Locates findings of the skeleton.
    fn locate(&mut self, findings: Vec<Diagnostic>, is_whole: bool) -> Vec<Finding> {
        let body = self.front.start;
        let (map, text) = self.window.map();
        let scanned = Document::of(text, &self.tape);
        let view = SourceView { bytes: text, body, scanned, is_whole, record: None, is_buffered: false };
        view.findings(map, findings, &mut self.budget)
    }

    fn offset(&mut self, position: usize) -> u64 {
        self.window.map().0.offset(Pos(position)).0
    }

    /// Reads more text. The window keeps the text from `from` on.
    fn read_more(&mut self, from: usize) {
        let from = self.comma.map_or(from, |comma| comma.min(from));
        let moved = self.retained_end(from).map_or(0, |retained| self.window.cut(retained, from));
        self.at -= moved;
        self.comma = self.comma.map(|comma| comma - moved);
        // Doubles the text, so that an item longer than the window is read at most twice.
        self.window.fill((self.window.text().len() - (from - moved)).max(1));
    }

    /// End of the text that stays in the window, if the text before `from` is checked. It is a little after the text of
    /// the skeleton, because excerpts show that.
    fn retained_end(&self, from: usize) -> Option<usize> {
        self.retained_to.map(|end| (end + LOOKAHEAD_BYTES).min(from))
    }

    /// Runs one step of the scanner. Repeats it with more text if it reached the end of the window.
    fn step<T>(&mut self, step: impl Fn(&mut Scanner<'_, '_>) -> Scan<T>) -> StreamResult<T> {
        loop {
            let mark = self.tape.mark();
            let text = self.window.text();
            let length = text.len();
            let mut scanner = Scanner::new(text, self.at, &mut self.tape).inside(self.open);
            let result = step(&mut scanner);
            let (at, open) = (scanner.at, scanner.container());
            match result {
                Ok(value) if at < length || self.window.is_complete() => {
                    (self.at, self.open) = (at, open);
                    return Ok(value);
                }
                Err(error) if self.window.is_complete() || error.at + LOOKAHEAD_BYTES <= length => {
                    return Err(StreamError::Syntax(error));
                }
                _ => {
                    self.tape.reset(mark);
                    if self.window.text().len() > self.options.window
                        && let Some(why) = self.why_buffer.take()
                    {
                        return Err(StreamError::Buffer(why));
                    }
                    self.read_more(self.at);
                }
            }
        }
    }

    fn open_container(&mut self, kind: Json) -> StreamResult<()> {
        self.step(|scanner| {
            scanner.open(kind);
            Ok(())
        })
    }

    /// A value that is not streamed.
    fn complete_value(&mut self) -> StreamResult<()> {
        self.step(|scanner| scanner.complete(Expected::Value { comma: None, first: false }))
    }

    /// The closing bracket of the innermost container, which is at the current position.
    fn close(&mut self) -> StreamResult<()> {
        // A closed container cannot be reopened, so this step must not be repeated.
        while self.at + 1 >= self.window.text().len() && !self.window.is_complete() {
            self.read_more(self.at);
        }
        self.step(|scanner| {
            scanner.close();
            Ok(())
        })
    }

    /// Moves to the next byte that is not whitespace.
    fn peek(&mut self) -> Option<u8> {
        loop {
            let rest = &self.window.text()[self.at..];
            match rest.iter().position(|byte| !is_blank(*byte)) {
                Some(blank) => {
                    self.at += blank;
                    return Some(self.window.text()[self.at]);
                }
                None => {
                    self.at += rest.len();
                    if self.window.is_complete() {
                        return None;
                    }
                    self.at -= self.window.cut_blanks(0);
                    self.read_more(self.at);
                }
            }
        }
    }

    fn root(&mut self) -> StreamResult<()> {
        let array = self.streamable.iter().position(|array| array.name.is_none());
        match (self.peek(), array) {
            (Some(b'{'), _) => self.object()?,
            (Some(b'['), Some(array)) => self.array(array)?,
            _ => self.complete_value()?,
        }
        self.end_of_root()
    }

    /// The object at the root.
    fn object(&mut self) -> StreamResult<()> {
        self.open_container(Json::Object)?;
        let mut comma = None;
        if self.peek() == Some(b'}') {
            return self.close();
        }
        loop {
            let name = self.tape.len();
            self.step(|scanner| scanner.name(comma))?;
            let first = self.peek();
            let name = Document::of(self.window.text(), &self.tape).value(name).string().into_owned();
            let array = self.streamable.iter().position(|array| array.name.as_ref() == Some(&name));
            match (array, first) {
                (Some(array), Some(b'[')) => self.array(array)?,
                (None, Some(b'[')) => self.other_array(&name)?,
                _ => self.complete_value()?,
            }
            match self.peek() {
                Some(b',') => {
                    comma = Some(self.at);
                    self.at += 1;
                    self.peek();
                }
                Some(b'}') => return self.close(),
                _ => return self.step(|scanner| scanner.fail(Expected::CommaOrClose)),
            }
        }
    }

    /// An array that cannot be streamed.
    fn other_array(&mut self, name: &str) -> StreamResult<()> {
        // If this is the large array and no text was dropped yet, buffering the document is faster.
        let can_buffer = self.arrays.is_empty() && !self.may_be_lines;
        let why = self.options.validator.schema.why_no_part(name);
        self.why_buffer = why.filter(|_| can_buffer).map(str::to_owned);
        self.complete_value()?;
        self.why_buffer = None;
        Ok(())
    }

    /// The end of the document: nothing follows it, or the next line.
    fn end_of_root(&mut self) -> StreamResult<()> {
        let (start, end) = (self.front.start, self.at);
        if self.may_be_lines && matches!(self.peek(), Some(b'{' | b'[')) {
            let (map, text) = self.window.map();
            let is_one_line = map.location(text, Pos(start)).line == map.location(text, Pos(end)).line;
            if let Some(last) = memchr::memrchr(b'\n', &text[end..self.at]).filter(|_| is_one_line) {
                let at = end + last + 1;
                let (line, offset) = (map.location(text, Pos(at)).line, map.offset(Pos(at)).0);
                return Err(StreamError::Lines(lines::LinesStart { at, offset, line, records: 1 }));
            }
        }
        self.at = end;
        self.step(|scanner| {
            scanner.end()?;
            Ok(())
        })
    }
}
