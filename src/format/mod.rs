//! Shows JSON readably, or in one line, or in order, and changes nothing but white space: every token leaves as the bytes that it came in.
//!
//! `rewrite` goes over the tokens of any input in a window and a few kilobytes; `layout` knows what stands between them; `ordered` puts
//! members in order, for which documents are held one at a time.

mod annotate;
mod atomic_file;
mod background_writer;
mod documents;
mod errors;
mod ink;
mod ordered;
mod rewrite;
mod writer;

use std::io::{self, Read, Write};

pub use crate::json::{Indent, Layout, Style};
pub use atomic_file::{Comparison, New, append, put, replace};
pub use background_writer::format_aside;

use crate::check::{Validator, check};
use crate::diagnostic::{Counts, Severity};
use crate::finding::{DocumentId, DocumentSummary, Event, Finding};
use crate::hubspot::classify::{self, DocumentKind};
use crate::input::{self, Buffer, Compression, DecompressError, InputError, Limits, Source, Window, reason};
use crate::json::Tape;
use crate::reporters;
use annotate::Annotated;
use documents::documents;
use ink::Painted;
use rewrite::{Exact, Rewriter, TokenStyle};
use writer::Ordered;

/// In which order members leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As they came.
    Kept,
    /// By their names.
    Sorted,
    /// The canonical form of RFC 8785.
    Canonical,
}

/// What is to be done with inputs.
#[derive(Debug, Clone)]
pub struct FormatOptions<'f> {
    /// What stands between tokens.
    pub style: Style,
    /// In which order members leave.
    pub order: Order,
    /// For a terminal: hostile characters are made visible, and tokens are coloured or not.
    pub painted: Option<bool>,
    /// Every input is JSON Lines, whatever its name.
    pub lines: bool,
    /// How much compressed input may become.
    pub limits: Limits,
    /// Bytes that a reading asks for.
    pub window: usize,
    /// Whether a finding is drawn with an excerpt.
    pub drawn: usize,
    /// What is to stand under the lines that it concerns, in the order of its places, and how it is shown.
    pub findings: Option<(&'f [Finding], reporters::Style)>,
    /// JSON Lines stay a line each.
    pub keeps_lines: bool,
}

/// How the work on an input ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Formatted {
    /// All of it was written.
    pub is_whole: bool,
    /// A HTTP head before it was left out.
    pub had_head: bool,
    /// It was inflated.
    pub compression: Option<Compression>,
}

/// What is said while an input is formatted: [`Event::Finding`] and [`Event::DocumentEnd`] where it is no JSON, [`Event::InputError`], and notes.
pub type Sink<'a> = dyn FnMut(Event) + 'a;

/// Formats what a reader gives.
///
/// # Errors
/// When `out` cannot be written.
pub fn format(
    task: &FormatOptions<'_>,
    name: &str,
    reader: &mut (dyn Read + Send),
    may_be_lines: bool,
    out: &mut dyn Write,
    say: &mut Sink<'_>,
) -> io::Result<Formatted> {
    let (done, _) = input::unpacked(reader, Buffer::default(), task.window, task.limits, &mut |window, compression| {
        let is_lines = task.lines || input::is_lines(name);
        Case { task, name, compression, is_lines, may_be_lines }.run(window, out, say)
    });
    done
}

struct Case<'c> {
    task: &'c FormatOptions<'c>,
    name: &'c str,
    compression: Option<Compression>,
    is_lines: bool,
    may_be_lines: bool,
}

impl Case<'_> {
    fn run(&self, window: &mut Window<'_>, out: &mut dyn Write, say: &mut Sink<'_>) -> io::Result<Formatted> {
        if window.text().is_empty() {
            window.fill(1);
        }
        if !self.is_lines {
            input::fill_front(window);
        } else if input::MARK.starts_with(window.text().get(..1).unwrap_or_default()) {
            window.fill(input::MARK.len().saturating_sub(window.text().len()));
        }
        let mut source = Source::new(self.name, window.text());
        if self.is_lines {
            // Nothing stands before lines but a byte order mark.
            let mark = source.bytes.starts_with(input::MARK).then_some(0);
            let start = mark.map_or(0, |_| input::MARK.len());
            source = Source { mark, start, ..Source::line(self.name, source.bytes) };
        }
        let had_head = source.head.is_some();
        if let Some(head) = &source.head {
            say(Event::Message(
                Severity::Warning,
                format!("{}: skipped the HTTP headers (status {})", self.name, head.status),
            ));
        }
        let front = Source { name: "", bytes: &[], ..source.clone() };
        let is_whole = if !self.is_lines && (!source.may_be_json() || classify::not_json(&source).is_some()) {
            self.not_json(window, say);
            false
        } else {
            window.map().0.mark = front.mark;
            let style = if self.is_lines && self.task.keeps_lines { Style::COMPACT } else { self.task.style };
            let layout = Layout::new(style);
            let is_canonical = self.task.order == Order::Canonical;
            match (self.task.order, self.task.painted.map(Painted::new)) {
                (Order::Kept, None) => self.kept(window, &front, layout, Exact, out, say)?,
                (Order::Kept, Some(ink)) => self.kept(window, &front, layout, ink, out, say)?,
                (_, None) => documents(self, window, &front, Ordered::new(layout, Exact, is_canonical), out, say)?,
                (_, Some(ink)) => documents(self, window, &front, Ordered::new(layout, ink, is_canonical), out, say)?,
            }
        };
        Ok(Formatted { is_whole, had_head, compression: self.compression })
    }

    /// Documents whose members stay in their order.
    fn kept(
        &self,
        window: &mut Window<'_>,
        front: &Source<'static>,
        layout: Layout,
        ink: impl TokenStyle,
        out: &mut dyn Write,
        say: &mut Sink<'_>,
    ) -> io::Result<bool> {
        match self.task.findings {
            None => documents(self, window, front, Rewriter::new(layout, ink), out, say),
            Some((findings, style)) => {
                let ink = Annotated { ink, findings, style, is_visible: self.task.painted.is_some(), shift: 0 };
                documents(self, window, front, Rewriter::new(layout, ink), out, say)
            }
        }
    }

    /// Tells that the input could not be read to its end, if that is so.
    fn has_failed(&self, window: &mut Window<'_>, subject: &DocumentId, say: &mut Sink<'_>) -> bool {
        let Some(failure) = window.failure() else { return false };
        match failure.get_ref().and_then(|inner| inner.downcast_ref()) {
            Some(DecompressError::Damaged(how)) => {
                let how = how.clone();
                let findings = errors::compression(window, &how, self.compression, self.task.drawn);
                tell(subject, DocumentKind::BrokenJson, findings, say);
            }
            _ => say(Event::InputError(InputError { name: self.name.to_owned(), reason: reason(failure) })),
        }
        true
    }

    /// What the input is, in place of JSON.
    fn not_json(&self, window: &mut Window<'_>, say: &mut Sink<'_>) {
        window.fill(FIRST.saturating_sub(window.text().len()));
        let subject =
            DocumentId { name: self.name.into(), record: None, http_status: None, compression: self.compression };
        if self.has_failed(window, &subject, say) {
            return;
        }
        let source = Source::new(self.name, window.text());
        let mut tape = Tape::default();
        let checked = check(&source, &mut tape, Validator::embedded());
        let subject = DocumentId { compression: self.compression, ..DocumentId::of(&source) };
        let findings = checked.found(self.task.drawn);
        let is_reason = |found: &Finding| found.finding.severity == Severity::Error;
        tell(&subject, checked.kind, findings.into_iter().filter(is_reason).collect(), say);
    }
}

/// Of an input that is no JSON so many bytes are looked at.
const FIRST: usize = 64 * 1024;

fn tell(subject: &DocumentId, kind: DocumentKind, findings: Vec<Finding>, say: &mut Sink<'_>) {
    let counts = Counts::of(findings.iter().map(|found| &found.finding));
    findings.into_iter().for_each(|found| say(Event::Finding(subject.clone(), Box::new(found))));
    say(Event::DocumentEnd(subject.clone(), DocumentSummary::new(kind, counts)));
}
