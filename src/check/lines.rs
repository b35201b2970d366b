//! JSON Lines (jsonlines.org): each line is a document. Chunks of whole lines are checked on all threads.

use std::io::{self, Read};

use super::chunks::{Chunk, ChunkReader, Cut};
use super::record::figures_of;
use super::sink::{DocumentSink, InputSink};
use super::{CheckOptions, ThreadState, check};
use crate::diagnostic::{Diagnostic, Severity};
use crate::finding::{DocumentId, Event, Finding, SourceView};
use crate::hubspot::classify::DocumentKind;
use crate::input::{BEFORE, Buffer, DecompressError, LINE, Location, Map, Source, reason};
use crate::parallel::{Cancelled, Pool, Sink};
use crate::rules;

/// Help for a first line that is only a bracket: the first line of a pretty-printed document.
const ONE_DOCUMENT: &str =
    "the lines together are one JSON document: omit `--lines`, or rename the file so that it ends with .json";
/// Bytes per read of [`for_each_line`].
const FILTER_READ_BYTES: usize = 256 * 1024;

/// The beginning of the first line.
#[derive(Debug, Clone, Copy)]
pub(super) struct LinesStart {
    /// Position in the text that was read, and its offset in the input.
    pub at: usize,
    pub offset: u64,
    /// From 1.
    pub line: u64,
    /// Number of documents before it.
    pub records: u64,
}

/// An input that is read line by line: the lines of `text[start.at..]`, then those of `reader`.
pub(super) struct LinesReader<'r> {
    pub text: &'r [u8],
    pub reader: &'r mut (dyn Read + Send),
    pub start: LinesStart,
    /// Findings about the input. They are reported for its first document.
    pub notices: Vec<Finding>,
    /// True for standard input.
    pub is_piped: bool,
}

/// A chunk of whole lines.
struct LinesChunk {
    notices: Vec<Finding>,
    chunk: Chunk,
    /// Positions of the ends of its lines.
    ends: Vec<usize>,
    /// Lines and documents before it.
    line: u64,
    records: u64,
}

impl LinesReader<'_> {
    /// Checks all lines. `document` identifies the input.
    ///
    /// # Errors
    /// If the consumer stops.
    pub(super) fn check(
        self,
        options: &CheckOptions<'_>,
        state: &mut ThreadState,
        document: &DocumentId,
        sink: &mut InputSink<'_>,
    ) -> Result<(), Cancelled> {
        let LinesReader { text, reader, start, notices, is_piped } = self;
        let mut notices = Some(notices);
        let mut chunks = ChunkReader::new(reader, text, start.at, start.offset, options.block);
        let (mut line, mut records) = (start.line, start.records);
        let mut next = |state: &mut ThreadState| {
            let chunk = chunks.next(std::mem::take(&mut state.chunk_buffer), after_line)?;
            let mut ends = std::mem::take(&mut state.line_ends);
            ends.clear();
            let (first_line, first_record) = (line, records);
            let text = &chunk.buffer.text()[..chunk.to];
            let mut start = chunk.from;
            while start < text.len() {
                let end = memchr::memchr(b'\n', &text[start..]).map(|length| start + length);
                line += u64::from(end.is_some());
                let end = end.unwrap_or(text.len());
                records += u64::from(!is_blank_line(&text[start..end]));
                ends.push(end);
                start = end + 1;
            }
            let notices = notices.take().unwrap_or_default();
            Some(LinesChunk { line: first_line, records: first_record, ends, chunk, notices })
        };
        let check = |state: &mut ThreadState, lines: LinesChunk, sink: &mut Sink<'_, Event>| {
            state.check_lines(options, document, lines, sink)
        };
        let mut emit = |event| sink.emit(event);
        if options.threads <= 1 {
            while let Some(lines) = next(state) {
                check(state, lines, &mut emit)?;
            }
        } else {
            let last = |state: &mut ThreadState, sink: &mut Sink<'_, Event>| state.emit_figures(options, sink);
            let pool = Pool { threads: options.threads, new_state: || ThreadState::new(options), run: check, last };
            pool.in_order(next, &mut emit)?;
        }
        let Some(Err(error)) = chunks.end.take() else {
            if records > 0 {
                return Ok(());
            }
            let why = if is_piped { "; run the command before the pipe alone to see whether it failed" } else { "" };
            let warning = format!("{}: no documents found{why}", document.name);
            return sink.emit(Event::Message(Severity::Warning, warning));
        };
        let Some(DecompressError::Damaged(how)) = error.get_ref().and_then(|inner| inner.downcast_ref()) else {
            return sink.fail(&document.name, reason(&error));
        };
        // The incomplete line counts as a record.
        let (text, from) = chunks.rest();
        let finding = rules::compression(how, document.compression, text.len());
        let mut map = Map::at(from, chunks.offset(), Location { line, column: 1, byte: 1 });
        let findings = SourceView::bare(text).findings(&mut map, vec![finding], &mut options.budget());
        let record = DocumentId { record: Some(records + 1), ..document.clone() };
        let mut record = sink.document(options, record, DocumentKind::BrokenJson);
        record.findings(findings)?;
        record.end()
    }
}

/// Cuts after the last line with a value; at the end of the input, at its end. The first `searched` bytes contain no
/// complete line with a value.
fn after_line(text: &[u8], searched: usize, is_end: bool) -> Option<Cut> {
    if is_end {
        return (!text.is_empty()).then_some((text.len(), text.len()));
    }
    let mut end = text.len();
    loop {
        end = searched + memchr::memrchr(b'\n', &text[searched..end])?;
        let start = memchr::memrchr(b'\n', &text[..end]).map_or(0, |before| before + 1);
        if !is_blank_line(&text[start..end]) {
            return Some((end + 1, end + 1));
        }
    }
}

/// A line of an input.
pub(crate) enum InputLine<'l> {
    Complete(LineText<'l>),
    /// A line that is too long to be read, with its size in bytes.
    Skipped(u64),
}

/// Passes each line of an input to `visit`, in order, also blank lines. Lines of more than `max_size` bytes can be
/// skipped, so that memory is bounded. Returns an error of the reader in the inner result. The incomplete line before
/// it is not visited.
///
/// # Errors
/// The first error of `visit`.
pub(crate) fn for_each_line<E>(
    reader: &mut (dyn Read + Send),
    max_size: u64,
    mut visit: impl FnMut(InputLine<'_>) -> Result<(), E>,
) -> Result<io::Result<()>, E> {
    let mut chunks = ChunkReader::new(reader, b"", 0, 0, FILTER_READ_BYTES);
    // The reader counts the context of a chunk, too.
    chunks.max_size = usize::try_from(max_size).unwrap_or(usize::MAX).saturating_add(BEFORE + LINE);
    let mut free = Buffer::default();
    loop {
        if let Some(chunk) = chunks.next(std::mem::take(&mut free), after_line_break) {
            let (text, padded) = (&chunk.buffer.text()[..chunk.to], chunk.buffer.padded());
            let mut at = chunk.from;
            while at < text.len() {
                let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |length| at + length);
                visit(InputLine::Complete(LineText {
                    line: &text[at..end],
                    padded: &padded[at..],
                    offset: 0,
                    is_first: false,
                }))?;
                at = end + 1;
            }
            free = chunk.buffer;
            continue;
        }
        if let Some(end) = chunks.end.take() {
            return Ok(end);
        }
        let size = chunks.skip_line();
        if !matches!(chunks.end, Some(Err(_))) {
            visit(InputLine::Skipped(size))?;
        }
    }
}

/// Cuts after the last line break; at the end of the input, at its end.
fn after_line_break(text: &[u8], searched: usize, is_end: bool) -> Option<Cut> {
    let end = match memchr::memrchr(b'\n', &text[searched..]) {
        _ if is_end => text.len(),
        Some(last) => searched + last + 1,
        None => return None,
    };
    (end > 0).then_some((end, end))
}

pub(crate) fn is_blank_line(line: &[u8]) -> bool {
    line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}

impl ThreadState {
    /// Checks the lines of a chunk and takes back its memory.
    fn check_lines(
        &mut self,
        options: &CheckOptions<'_>,
        input: &DocumentId,
        lines: LinesChunk,
        sink: &mut Sink<'_, Event>,
    ) -> Result<(), Cancelled> {
        let LinesChunk { chunk, ends, mut line, records: mut record, mut notices } = lines;
        let (text, padded) = (chunk.buffer.text(), chunk.buffer.padded());
        let mut at = chunk.from;
        let mut blank: Option<BlankLines> = None;
        for &end in &ends {
            let start = at;
            let offset = chunk.offset + (start - chunk.from) as u64;
            let map = Map::new(offset, Location { line, column: 1, byte: 1 });
            (at, line) = (end + 1, line + 1);
            if is_blank_line(&text[start..end]) {
                blank.get_or_insert(BlankLines { map, count: 0 }).count += 1;
                continue;
            }
            record += 1;
            let mut events = InputSink::new(sink);
            let document = DocumentId { record: Some(record), ..input.clone() };
            let mut document = events.document(options, document, DocumentKind::Lines);
            document.findings(notices.drain(..))?;
            if let Some(blank) = blank.take() {
                blank.report(options, &mut document)?;
            }
            let text = LineText { line: &text[start..end], padded: &padded[start..], offset, is_first: record == 1 };
            let (kind, findings) = self.check_line(options, text, map);
            document.kind = kind;
            document.findings(findings)?;
            document.end()?;
        }
        self.emit_rows(options, sink)?;
        // Blank lines after the last document are not reported.
        (self.chunk_buffer, self.line_ends) = (chunk.buffer, ends);
        Ok(())
    }
}

/// One line, and its offset in the input.
#[derive(Clone, Copy)]
pub(crate) struct LineText<'l> {
    /// Without LF.
    pub line: &'l [u8],
    /// The text from its first byte on, with NUL bytes after the end.
    pub padded: &'l [u8],
    pub offset: u64,
    /// The first document of an input.
    pub is_first: bool,
}

impl ThreadState {
    /// Checks the document in a line. `map` begins at the line.
    pub(crate) fn check_line(
        &mut self,
        options: &CheckOptions<'_>,
        text: LineText<'_>,
        mut map: Map,
    ) -> (DocumentKind, Vec<Finding>) {
        let LineText { line, padded, offset, is_first } = text;
        let is_all = |end: usize| end <= line.len() && is_blank_line(&line[end..]);
        let accepted = self.accept(options.validator, padded, 0, is_all);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let mut budget = options.budget();
        if let Some(findings) = accepted {
            return (options.valid_kind(), self.locate(findings, SourceView::bare(line), &mut map, &mut budget));
        }
        let source = Source { shift: offset, ..Source::line("", line) };
        let mut checked = check(&source, &mut self.tape, options.validator);
        if is_first && matches!(line.trim_ascii(), b"{" | b"[") {
            checked.findings.iter_mut().take(1).for_each(|finding| finding.help = vec![ONE_DOCUMENT.to_owned()]);
        }
        let (view, kind) = (checked.view(), checked.kind);
        let figures = figures_of(options.validator, checked.document, kind);
        let findings = view.findings(&mut map, checked.findings, &mut budget);
        self.figures.merge(&figures);
        (kind, findings)
    }
}

/// Consecutive lines without a value.
struct BlankLines {
    map: Map,
    count: u64,
}

impl BlankLines {
    /// Reports them for the next document.
    fn report(mut self, options: &CheckOptions<'_>, document: &mut DocumentSink<'_>) -> Result<(), Cancelled> {
        let findings: Vec<Diagnostic> = vec![rules::blank_lines(self.count)];
        document.findings(SourceView::bare(&[]).findings(&mut self.map, findings, &mut options.budget()))
    }
}
