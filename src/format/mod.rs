//! Formats JSON: pretty, compact, or with sorted keys. Only whitespace changes; the bytes of every token stay as they
//! are.
//!
//! - [`rewrite`]: the loop over the tokens, for input of any size in constant memory
//! - [`ordered`]: sorted keys, one document in memory at a time
//! - [`writer`]: the interface of these two
//! - [`mod@documents`]: the documents of an input, one after another
//! - [`diff`]: unified diffs of files before and after formatting
//! - [`annotate`]: findings below their lines
//! - [`errors`]: the findings for text that cannot be formatted
//! - [`settings`]: the layout that the user chooses
//! - [`atomic_file`], [`background_writer`]: destinations

mod annotate;
mod atomic_file;
mod background_writer;
mod diff;
mod documents;
mod errors;
mod ink;
mod ordered;
mod rewrite;
mod settings;
mod writer;

use std::io::{self, Read, Write};

pub(crate) use crate::json::Layout;
pub use crate::json::{Indent, LayoutStyle};
pub(crate) use atomic_file::{Comparison, NewFile, append, put, replace};
pub use atomic_file::{before_first_temporary_file, remove_temporary_files};
pub(crate) use background_writer::format_concurrently;
pub(crate) use diff::unified;
pub use settings::{FormatSettings, FormatStyle, LineEnding};

use crate::check::{Validator, check};
use crate::diagnostic::{Counts, Severity};
use crate::finding::{DocumentId, DocumentSummary, Event, Finding};
use crate::hubspot::classify::{self, DocumentKind};
use crate::input::{self, Buffer, Compression, DecompressError, InputError, Limits, Source, Window, reason};
use crate::json::{Tape, is_blank};
use crate::reporters;
use annotate::{Annotated, AnnotatedLines};
use documents::documents;
use ink::Painted;
use rewrite::{Rewriter, TokenStyle, Verbatim};
use writer::Ordered;

/// The order of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Kept,
    Sorted,
    /// The canonical form of RFC 8785.
    Canonical,
}

/// Bytes in which [`LineEnding::Auto`] searches for a line break.
const MAX_FIRST_LINE: usize = 64 * 1024;

#[derive(Debug, Clone)]
pub struct FormatOptions<'f> {
    pub style: LayoutStyle,
    pub line_ending: LineEnding,
    pub order: Order,
    /// For a terminal: escape hostile characters; true: with colors.
    pub painted: Option<bool>,
    /// Treat every input as JSON Lines, regardless of its name.
    pub lines: bool,
    pub limits: Limits,
    /// Bytes per read.
    pub window: usize,
    /// Maximum number of findings with an excerpt.
    pub drawn: usize,
    /// Findings to show below the lines that they refer to, sorted by location.
    pub findings: Option<(&'f [Finding], reporters::Style)>,
    /// Keep one line per document in JSON Lines.
    pub keeps_lines: bool,
}

pub struct FormatInput<'i> {
    pub name: &'i str,
    pub reader: &'i mut (dyn Read + Send),
    /// Accept several documents, even if the name is not that of a JSON Lines file.
    pub may_be_lines: bool,
    /// Reading never waits for a program that waits for the output.
    pub is_file: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Formatted {
    /// All of the input was written.
    pub is_whole: bool,
    /// HTTP headers were skipped.
    pub had_headers: bool,
    pub compression: Option<Compression>,
}

/// Receives a finding and the end of a document for each document that cannot be formatted, [`Event::InputError`], and
/// notes.
pub(crate) type EventSink<'a> = dyn FnMut(Event) + 'a;

/// Formats an input.
///
/// # Errors
/// If `out` cannot be written.
pub fn format(
    options: &FormatOptions<'_>,
    input: FormatInput<'_>,
    out: &mut dyn Write,
    sink: &mut EventSink<'_>,
) -> io::Result<Formatted> {
    let Some((findings, style)) = options.findings else { return write_formatted(options, input, out, sink) };
    let mut lines = AnnotatedLines::new(out, findings, style);
    let formatted = write_formatted(options, input, &mut lines, sink)?;
    lines.finish().map(|()| formatted)
}

fn write_formatted(
    options: &FormatOptions<'_>,
    input: FormatInput<'_>,
    out: &mut dyn Write,
    sink: &mut EventSink<'_>,
) -> io::Result<Formatted> {
    let FormatInput { name, reader, may_be_lines, is_file } = input;
    let is_lines = options.lines || input::is_lines(name);
    let (done, _) =
        input::with_window(reader, Buffer::default(), options.window, options.limits, &mut |window, compression| {
            let formatter = Formatter { options, name, compression, is_lines, may_be_lines, is_file };
            formatter.run(&mut Streams { window, out, sink })
        });
    done
}

struct Streams<'s, 'w> {
    window: &'s mut Window<'w>,
    out: &'s mut dyn Write,
    sink: &'s mut EventSink<'s>,
}

impl Streams<'_, '_> {
    fn report(&mut self, document: &DocumentId, kind: DocumentKind, findings: Vec<Finding>) {
        let counts = Counts::of(findings.iter().map(|found| &found.finding));
        findings.into_iter().for_each(|found| (self.sink)(Event::Finding(document.clone(), Box::new(found))));
        (self.sink)(Event::DocumentEnd(document.clone(), DocumentSummary::new(kind, counts)));
    }

    fn warn(&mut self, message: String) {
        (self.sink)(Event::Message(Severity::Warning, message));
    }
}

/// Formats one input.
struct Formatter<'c> {
    options: &'c FormatOptions<'c>,
    name: &'c str,
    compression: Option<Compression>,
    is_lines: bool,
    may_be_lines: bool,
    is_file: bool,
}

impl Formatter<'_> {
    fn run(&self, streams: &mut Streams<'_, '_>) -> io::Result<Formatted> {
        let window = &mut *streams.window;
        if window.text().is_empty() {
            window.fill(1);
        }
        if !self.is_lines {
            input::fill_front(window);
        } else if input::MARK.starts_with(window.text().get(..1).unwrap_or_default()) {
            window.fill(input::MARK.len().saturating_sub(window.text().len()));
        }
        let mut source = Source::new(self.name, window.text()).with_origin(self.may_be_lines, self.compression);
        if self.is_lines {
            // In JSON Lines, text that looks like HTTP headers is an invalid line.
            let mark = source.bytes.starts_with(input::MARK).then_some(0);
            let start = mark.map_or(0, |_| input::MARK.len());
            source = Source { mark, start, ..Source::line(self.name, source.bytes) };
        }
        let is_json = self.is_lines || source.may_be_json() && classify::not_json(&source).is_none();
        let front = Source { name: "", bytes: &[], ..source };
        if let Some(headers) = &front.headers {
            streams.warn(format!("{}: skipped the HTTP headers (status {})", self.name, headers.status));
        }
        let is_whole = if is_json {
            streams.window.map().0.mark = front.mark;
            match self.options.painted {
                None => self.documents(streams, &front, Verbatim)?,
                Some(color) => self.documents(streams, &front, Painted::new(color))?,
            }
        } else {
            self.not_json(streams);
            false
        };
        Ok(Formatted { is_whole, had_headers: front.headers.is_some(), compression: self.compression })
    }

    fn documents(
        &self,
        streams: &mut Streams<'_, '_>,
        front: &Source<'static>,
        ink: impl TokenStyle,
    ) -> io::Result<bool> {
        let FormatOptions { style, order, painted, findings, keeps_lines, .. } = *self.options;
        let style = if self.is_lines && keeps_lines { LayoutStyle::COMPACT } else { style };
        let layout = Layout::new(style).with_crlf(self.is_crlf(streams.window, front.start));
        match (order, findings) {
            (Order::Kept, None) => documents(self, streams, front, Rewriter::new(layout, ink)),
            (Order::Kept, Some((findings, _))) => {
                let ink = Annotated::new(ink, findings, painted.is_some());
                documents(self, streams, front, Rewriter::new(layout, ink))
            }
            _ => documents(self, streams, front, Ordered::new(layout, ink, order == Order::Canonical)),
        }
    }

    /// True if lines end with CRLF. `start`: the position of the first document.
    fn is_crlf(&self, window: &mut Window<'_>, start: usize) -> bool {
        match (self.options.line_ending, self.options.order) {
            (LineEnding::Lf, _) | (_, Order::Canonical) => return false,
            (LineEnding::Crlf, _) => return true,
            (LineEnding::Auto, _) => {}
        }
        loop {
            let text = &window.text()[start..];
            let text = &text[..text.len().min(MAX_FIRST_LINE)];
            // In a pipe, the rest of the line may arrive only after the output of its begin is read.
            let front = if self.is_file { text } else { &text[..front_length(text)] };
            if let Some(at) = memchr::memchr(b'\n', front) {
                return front[..at].ends_with(b"\r");
            }
            if front.len() < text.len() || text.len() == MAX_FIRST_LINE || window.is_complete() {
                return false;
            }
            window.fill(1);
        }
    }

    /// Reports the error that ended the input early; false if there was none.
    fn has_failed(&self, streams: &mut Streams<'_, '_>, document: &DocumentId) -> bool {
        let Some(failure) = streams.window.failure() else { return false };
        match failure.get_ref().and_then(|inner| inner.downcast_ref()) {
            Some(DecompressError::Damaged(how)) => {
                let how = how.clone();
                let findings = errors::compression(streams.window, &how, self.compression, self.options.drawn);
                streams.report(document, DocumentKind::BrokenJson, findings);
            }
            _ => (streams.sink)(Event::InputError(InputError { name: self.name.to_owned(), reason: reason(failure) })),
        }
        true
    }

    /// Reports an input that is not JSON.
    fn not_json(&self, streams: &mut Streams<'_, '_>) {
        streams.window.fill(MIN_IDENTIFIABLE.saturating_sub(streams.window.text().len()));
        let name = self.name.into();
        let document = DocumentId {
            name,
            record: None,
            http_status: None,
            exchange: None,
            compression: self.compression,
            has_custom_schema: false,
        };
        if self.has_failed(streams, &document) {
            return;
        }
        let source = Source::new(self.name, streams.window.text()).with_origin(self.may_be_lines, self.compression);
        let mut tape = Tape::default();
        let mut checked = check(&source, &mut tape, Validator::embedded());
        checked.findings.iter_mut().for_each(|finding| errors::neutral(finding, &source));
        let document = DocumentId { compression: self.compression, ..DocumentId::of(&source) };
        let kind = checked.kind;
        let mut findings = checked.found(self.options.drawn);
        findings.retain(|found| found.finding.severity == Severity::Error);
        streams.report(&document, kind, findings);
    }
}

/// Bytes of the first bracket and the whitespace around it.
fn front_length(text: &[u8]) -> usize {
    let blanks = |text: &[u8]| text.iter().take_while(|byte| is_blank(**byte)).count();
    let before = blanks(text);
    match text.get(before) {
        Some(b'{' | b'[') => before + 1 + blanks(&text[before + 1..]),
        _ => before,
    }
}

/// Bytes that are enough to identify an input that is not JSON.
const MIN_IDENTIFIABLE: usize = 64 * 1024;
