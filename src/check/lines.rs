//! JSON Lines (jsonlines.org): each line is a document of its own. Blocks of whole lines are checked on all threads.

use std::io::Read;
use std::sync::Arc;

use super::check;
use super::chunks::{Chunk, ChunkReader, Cut};
use super::input::{CheckOptions, ThreadState, emit_all, emit_one};
use super::record::figures_of;
use crate::diagnostic::{Counts, Severity};
use crate::finding::{DocumentId, DocumentSummary, Event, Finding, SourceView};
use crate::hubspot::classify::DocumentKind;
use crate::input::{Compression, DecompressError, InputError, Location, Map, Source, reason};
use crate::parallel::{self, Cancelled, Sink};
use crate::rules;

/// Where lines begin.
#[derive(Debug, Clone, Copy)]
pub(super) struct Start {
    /// Position in the text that is already there, and its offset in the input.
    pub at: usize,
    pub offset: u64,
    /// Its line, from 1.
    pub line: u64,
    /// Documents before it.
    pub records: u64,
}

/// Lines of one block and what is before them.
struct Lines {
    /// Findings about the input as a whole: they belong to its first document.
    notes: Vec<Finding>,
    block: Chunk,
    /// Where its lines end in the text.
    ends: Vec<usize>,
    line: u64,
    records: u64,
}

/// What all lines of an input share.
#[derive(Clone, Copy)]
pub(super) struct Input<'i> {
    pub name: &'i Arc<str>,
    pub compression: Option<Compression>,
}

/// Checks the lines of `text[start.at..]` and of what `reader` has behind it. `notes` are told of the first document.
///
/// # Errors
/// When nobody wants to hear more.
pub(super) fn lines(
    task: &CheckOptions<'_>,
    worker: &mut ThreadState,
    input: Input<'_>,
    (text, reader): (&[u8], &mut (dyn Read + Send)),
    start: Start,
    notes: Vec<Finding>,
    say: &mut Sink<'_, Event>,
) -> Result<(), Cancelled> {
    let mut notes = Some(notes);
    let mut blocks = ChunkReader::new(reader, text, start.at, start.offset, task.block);
    let (mut line, mut records) = (start.line, start.records);
    let next = |worker: &mut ThreadState| {
        let block = blocks.next(std::mem::take(&mut worker.block), behind_a_line)?;
        let mut ends = std::mem::take(&mut worker.ends);
        ends.clear();
        let first = (line, records);
        let text = &block.buffer.text()[..block.to];
        let mut begin = block.from;
        while begin < text.len() {
            let end = memchr::memchr(b'\n', &text[begin..]).map(|length| begin + length);
            line += u64::from(end.is_some());
            let end = end.unwrap_or(text.len());
            records += u64::from(!is_blank(&text[begin..end]));
            ends.push(end);
            begin = end + 1;
        }
        Some(Lines { line: first.0, records: first.1, ends, block, notes: notes.take().unwrap_or_default() })
    };
    let work =
        |worker: &mut ThreadState, lines: Lines, say: &mut Sink<'_, Event>| worker.lines(task, input, lines, say);
    if task.threads <= 1 {
        let mut next = next;
        while let Some(lines) = next(worker) {
            work(worker, lines, say)?;
        }
    } else {
        let last = |worker: &mut ThreadState, say: &mut Sink<'_, Event>| worker.say_figures(task, say);
        parallel::in_order(task.threads, next, || ThreadState::new(task), work, last, say)?;
    }
    let Some(Err(error)) = blocks.end.take() else {
        return if records > 0 {
            Ok(())
        } else {
            say(Event::Message(Severity::Warning, format!("{}: no documents found", input.name)))
        };
    };
    match error.get_ref().and_then(|inner| inner.downcast_ref::<DecompressError>()) {
        Some(DecompressError::Damaged(how)) => {
            // The line that breaks off is the record that this is told of.
            let (text, from) = blocks.rest();
            let finding = rules::compression(how, input.compression, text.len());
            let mut map = Map::at(from, blocks.offset(), Location { line, column: 1, byte: 1 });
            let subject = input.subject(Some(records + 1));
            let findings = SourceView::bare(text).findings(&mut map, vec![finding], &mut task.drawn());
            emit_all(task, &subject, DocumentKind::BrokenJson, findings, Counts::default(), say)
        }
        _ => say(Event::InputError(InputError { name: input.name.to_string(), reason: reason(&error) })),
    }
}

/// Cuts behind the last line that is not blank; at the end of the input, there. No line that ends before `searched` is any but blank.
fn behind_a_line(text: &[u8], searched: usize, is_end: bool) -> Option<Cut> {
    if is_end {
        return (!text.is_empty()).then_some((text.len(), text.len()));
    }
    let mut end = text.len();
    loop {
        end = searched + memchr::memrchr(b'\n', &text[searched..end])?;
        let begin = memchr::memrchr(b'\n', &text[..end]).map_or(0, |before| before + 1);
        if !is_blank(&text[begin..end]) {
            return Some((end + 1, end + 1));
        }
    }
}

pub(crate) fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}

impl Input<'_> {
    fn subject(&self, record: Option<u64>) -> DocumentId {
        DocumentId { name: self.name.clone(), record, http_status: None, compression: self.compression }
    }
}

impl ThreadState {
    /// Checks the lines of a block, and keeps its memory.
    fn lines(
        &mut self,
        task: &CheckOptions<'_>,
        input: Input<'_>,
        lines: Lines,
        say: &mut Sink<'_, Event>,
    ) -> Result<(), Cancelled> {
        let Lines { block, ends, mut line, records: mut record, mut notes } = lines;
        let (text, padded) = (block.buffer.text(), block.buffer.padded());
        let offset = |position: usize| block.offset + (position - block.from) as u64;
        let mut at = block.from;
        let mut blank: Option<Blank> = None;
        for &end in &ends {
            let place = Location { line, column: 1, byte: 1 };
            let start = at;
            (at, line) = (end + 1, line + 1);
            if is_blank(&text[start..end]) {
                blank.get_or_insert(Blank { offset: offset(start), place, lines: 0 }).lines += 1;
                continue;
            }
            record += 1;
            let mut counts = Counts::default();
            let subject = input.subject(Some(record));
            for note in notes.drain(..) {
                emit_one(task, &subject, DocumentKind::Lines, note, &mut counts, say)?;
            }
            if let Some(blank) = blank.take() {
                blank.note(task, &subject, &mut counts, say)?;
            }
            let (kind, findings) = self.line(task, &text[start..end], &padded[start..], offset(start), place);
            for found in findings {
                emit_one(task, &subject, kind, found, &mut counts, say)?;
            }
            say(Event::DocumentEnd(subject, DocumentSummary::new(kind, counts)))?;
        }
        self.say_rows(task, say)?;
        // Empty lines behind the last document are nobody's mistake.
        (self.block, self.ends) = (block.buffer, ends);
        Ok(())
    }
}

impl ThreadState {
    /// Checks the document in a line, which begins at this offset and place. `padded` is the text from there on, with NUL behind it.
    pub(crate) fn line(
        &mut self,
        task: &CheckOptions<'_>,
        line: &[u8],
        padded: &[u8],
        offset: u64,
        place: Location,
    ) -> (DocumentKind, Vec<Finding>) {
        let is_all = |value: usize| value <= line.len() && is_blank(&line[value..]);
        let accepted = self.accept(task.validator, padded, is_all);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let (mut map, mut drawn) = (Map::new(offset, place), task.drawn());
        match accepted {
            Some(findings) => (task.good(), self.found(findings, line, &mut map, &mut drawn)),
            None => {
                let source = Source { shift: offset, ..Source::line("", line) };
                let checked = check(&source, &mut self.tape, task.validator);
                let view = checked.view();
                let kind = checked.kind;
                let figures = figures_of(task.validator, checked.document, kind);
                let found = view.findings(&mut map, checked.findings, &mut drawn);
                self.figures.merge(&figures);
                (kind, found)
            }
        }
    }
}

/// Lines without a value.
struct Blank {
    offset: u64,
    place: Location,
    lines: u64,
}

impl Blank {
    /// The note, as a finding of the document behind them.
    fn note(
        self,
        task: &CheckOptions<'_>,
        subject: &DocumentId,
        counts: &mut Counts,
        say: &mut Sink<'_, Event>,
    ) -> Result<(), Cancelled> {
        let mut map = Map::new(self.offset, self.place);
        let finding = rules::blank_lines(self.lines);
        for found in SourceView::bare(&[]).findings(&mut map, vec![finding], &mut task.drawn()) {
            emit_one(task, subject, DocumentKind::Lines, found, counts, say)?;
        }
        Ok(())
    }
}
