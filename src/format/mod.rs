//! Shows JSON readably, or in one line, or in order, and changes nothing but white space: every token leaves as the bytes that it came in.
//!
//! `rewrite` goes over the tokens of any input in a window and a few kilobytes; `layout` knows what stands between them; `ordered` puts
//! members in order, for which documents are held one at a time.

mod annotate;
mod ink;
mod layout;
mod ordered;
mod place;
mod refusal;
mod rewrite;

use std::io::{self, Read, Write};

pub use layout::{Indent, Layout, Style};
pub use place::{Comparison, replace};

use crate::check::{Ending, Event, Found, Judge, Subject, check};
use crate::diagnostic::{Counts, Diagnostic, Severity};
use crate::document::{Document, Tape, is_blank};
use crate::emit;
use crate::identify::{self, Kind};
use crate::input::{self, Buffer, Compression, InflateError, Limits, Source, Unreadable, Window, reason};
use annotate::Annotated;
use ink::Painted;
use refusal::Checkpoint;
use rewrite::{Exact, Ink, Rewriter, State, Stopped};

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
pub struct Task<'f> {
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
    pub findings: Option<(&'f [Found], emit::Style)>,
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

/// What is said while an input is formatted: [`Event::Found`] and [`Event::Ended`] where it is no JSON, [`Event::Unreadable`], and notes.
pub type Say<'a> = dyn FnMut(Event) + 'a;

/// Formats what a reader gives.
///
/// # Errors
/// When `out` cannot be written.
pub fn format(
    task: &Task<'_>,
    name: &str,
    reader: &mut (dyn Read + Send),
    may_be_lines: bool,
    out: &mut dyn Write,
    say: &mut Say<'_>,
) -> io::Result<Formatted> {
    let (done, _) = input::unpacked(reader, Buffer::default(), task.window, task.limits, &mut |window, compression| {
        let is_lines = task.lines || input::is_lines(name);
        Case { task, name, compression, is_lines, may_be_lines }.run(window, out, say)
    });
    done
}

struct Case<'c> {
    task: &'c Task<'c>,
    name: &'c str,
    compression: Option<Compression>,
    is_lines: bool,
    may_be_lines: bool,
}

impl Case<'_> {
    fn run(&self, window: &mut Window<'_>, out: &mut dyn Write, say: &mut Say<'_>) -> io::Result<Formatted> {
        if window.text().is_empty() {
            window.fill(1);
        }
        input::fill_front(window);
        let source = Source::new(self.name, window.text());
        let had_head = source.head.is_some();
        if let Some(head) = &source.head {
            say(Event::Said(format!("{}: the HTTP head (status {}) is left out", self.name, head.status)));
        }
        let front = Source { name: "", bytes: &[], ..source.clone() };
        let is_whole = if !source.may_be_json() || identify::not_json(&source).is_some() {
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
                (_, None) => self.documents(window, &front, Ordered::new(layout, Exact, is_canonical), out, say)?,
                (_, Some(ink)) => self.documents(window, &front, Ordered::new(layout, ink, is_canonical), out, say)?,
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
        ink: impl Ink,
        out: &mut dyn Write,
        say: &mut Say<'_>,
    ) -> io::Result<bool> {
        match self.task.findings {
            None => self.documents(window, front, Rewriter::new(layout, ink), out, say),
            Some((findings, style)) => {
                let ink = Annotated { ink, findings, style, is_visible: self.task.painted.is_some(), shift: 0 };
                self.documents(window, front, Rewriter::new(layout, ink), out, say)
            }
        }
    }

    /// All documents of the input; whether nothing is wrong with them.
    fn documents(
        &self,
        window: &mut Window<'_>,
        front: &Source<'static>,
        mut writer: impl Writer,
        out: &mut dyn Write,
        say: &mut Say<'_>,
    ) -> io::Result<bool> {
        let mut at = front.start;
        let mut is_lines = self.is_lines;
        let mut record = 1;
        loop {
            let mut checkpoint = Checkpoint { at, open: Vec::new(), state: State::Value };
            let subject = Subject {
                name: self.name.into(),
                record: is_lines.then_some(record),
                http_status: front.head.as_ref().map(|head| head.status),
                compression: self.compression,
            };
            let refuse = |window: &mut Window<'_>, checkpoint: &Checkpoint, say: &mut Say<'_>| {
                let (kind, findings) = refusal::syntax(window, checkpoint, front, is_lines, self.task.drawn);
                tell(&subject, kind, findings, say);
            };
            loop {
                writer.begins(window.offset(at) - at as u64);
                let step = writer.go(window.text(), window.padded(), at, window.is_complete());
                match step {
                    Step::Done(end) => {
                        at = end;
                        break;
                    }
                    Step::Refused(finding) => {
                        let findings = refusal::other(window, *finding, Some(at), self.task.drawn);
                        tell(&subject, Kind::Json, findings, say);
                        return Ok(false);
                    }
                    Step::Stuck { at: end, wrong } => {
                        at = end;
                        if window.is_complete() || wrong + LONGEST_ESCAPE <= window.text().len() {
                            if writer.layout().column() > 0 {
                                writer.layout().end();
                            }
                            flush(writer.layout(), out)?;
                            // What is no object and no array may be anything: more of it tells what.
                            let is_container = matches!(window.text().get(checkpoint.at), Some(b'{' | b'['));
                            let is_begin = checkpoint.open.is_empty() && !is_container;
                            let ahead = if is_begin { FIRST } else { AHEAD };
                            window.fill((wrong + ahead).saturating_sub(window.text().len()));
                            if wrong + LONGEST_ESCAPE <= window.text().len() || !self.has_failed(window, &subject, say)
                            {
                                refuse(window, &checkpoint, say);
                            }
                            return Ok(false);
                        }
                        flush(writer.layout(), out)?;
                        checkpoint = writer.checkpoint(window.text(), at);
                        let moved = window.cut(0, checkpoint.at);
                        (at, checkpoint.at) = (at - moved, checkpoint.at - moved);
                        writer.moved(moved);
                        // As much again as there is: a token that is longer than the window is read twice at most.
                        window.fill((window.text().len() - at).max(1));
                    }
                }
            }
            // A text whose bytes are to be hashed has none behind it.
            let has_end = is_lines || self.task.order != Order::Canonical;
            if has_end {
                writer.layout().end();
            }
            // What follows: nothing, or the next document on another line.
            let end = at;
            let mut breaks = false;
            let next = loop {
                let rest = &window.text()[at..];
                let blank = rest.iter().position(|byte| !is_blank(*byte)).unwrap_or(rest.len());
                breaks |= rest[..blank].contains(&b'\n');
                at += blank;
                if at < window.text().len() || window.is_complete() {
                    break window.text().get(at).copied();
                }
                flush(writer.layout(), out)?;
                at -= window.cut_blanks(end.min(at));
                window.fill(1);
            };
            match next {
                None => {
                    flush(writer.layout(), out)?;
                    return Ok(!self.has_failed(window, &subject, say));
                }
                Some(_) if is_lines && breaks => {}
                Some(b'{' | b'[') if self.may_be_lines && breaks => {
                    is_lines = true;
                    say(Event::Said(format!(
                        "{}: several documents, one behind the other; --lines says so beforehand",
                        self.name
                    )));
                }
                Some(_) => {
                    flush(writer.layout(), out)?;
                    window.fill(AHEAD);
                    refuse(window, &checkpoint, say);
                    return Ok(false);
                }
            }
            if !has_end || writer.layout().is_pretty() {
                writer.layout().end();
            }
            flush(writer.layout(), out)?;
            record += 1;
        }
    }

    /// Tells that the input could not be read to its end, if that is so.
    fn has_failed(&self, window: &mut Window<'_>, subject: &Subject, say: &mut Say<'_>) -> bool {
        let Some(failure) = window.failure() else { return false };
        match failure.get_ref().and_then(|inner| inner.downcast_ref()) {
            Some(InflateError::Damaged(how)) => {
                let how = how.clone();
                let findings = refusal::compression(window, &how, self.compression, self.task.drawn);
                tell(subject, Kind::BrokenJson, findings, say);
            }
            _ => say(Event::Unreadable(Unreadable { name: self.name.to_owned(), reason: reason(failure) })),
        }
        true
    }

    /// What the input is, in place of JSON.
    fn not_json(&self, window: &mut Window<'_>, say: &mut Say<'_>) {
        window.fill(FIRST.saturating_sub(window.text().len()));
        let subject =
            Subject { name: self.name.into(), record: None, http_status: None, compression: self.compression };
        if self.has_failed(window, &subject, say) {
            return;
        }
        let source = Source::new(self.name, window.text());
        let mut tape = Tape::default();
        let checked = check(&source, &mut tape, Judge::embedded());
        let subject = Subject { compression: self.compression, ..Subject::of(&source) };
        let findings = checked.found(self.task.drawn);
        let is_reason = |found: &Found| found.finding.severity == Severity::Error;
        tell(&subject, checked.kind, findings.into_iter().filter(is_reason).collect(), say);
    }
}

/// So much behind a mistake is looked at, to tell what it is.
const AHEAD: usize = 256;
/// Of an input that is no JSON so many bytes are looked at.
const FIRST: usize = 64 * 1024;
/// A token that cannot be read so near the end of the text, in bytes, may go on behind it.
const LONGEST_ESCAPE: usize = 16;

/// Something that writes documents, token by token or as a whole.
trait Writer {
    /// Writes what begins at `at`, or the rest of it. `padded` is the text with NUL behind it, `is_end`: nothing follows the text.
    fn go(&mut self, text: &[u8], padded: &[u8], at: usize, is_end: bool) -> Step;
    /// The first byte of the text has this offset in the input.
    fn begins(&mut self, _offset: u64) {}
    fn layout(&mut self) -> &mut Layout;
    /// The place that the last step has come to, or one shortly before.
    fn checkpoint(&mut self, text: &[u8], at: usize) -> Checkpoint;
    /// The text has moved to the front by so much, up to that place.
    fn moved(&mut self, by: usize);
}

/// How far a [`Writer`] came.
enum Step {
    /// To the end of the document.
    Done(usize),
    /// To `at`; what follows could not be read, at the position `wrong`.
    Stuck { at: usize, wrong: usize },
    /// The document cannot be written so; its JSON is right.
    Refused(Box<Diagnostic>),
}

impl<I: Ink> Writer for Rewriter<I> {
    fn begins(&mut self, offset: u64) {
        self.ink.moved(offset);
    }

    fn go(&mut self, _: &[u8], padded: &[u8], at: usize, is_end: bool) -> Step {
        match self.run(padded, at, is_end) {
            (at, Stopped::Done) => {
                self.state = State::Value;
                Step::Done(at)
            }
            (at, Stopped::Stuck(wrong)) => Step::Stuck { at, wrong },
        }
    }

    fn layout(&mut self) -> &mut Layout {
        &mut self.layout
    }

    fn checkpoint(&mut self, text: &[u8], at: usize) -> Checkpoint {
        for open in &mut self.open {
            let (start, end) = std::mem::take(&mut open.name);
            if start < end {
                open.kept = Some(text[start..end].into());
            }
        }
        let mut open = self.open.clone();
        let is_object = open.last().is_some_and(|open| open.is_object);
        // What is wrong behind a value and its comma may have to do with them.
        match (self.state, self.last) {
            (State::FirstValue | State::FirstName | State::Colon, _) => Checkpoint { at, open, state: self.state },
            (State::Value, _) if is_object || open.is_empty() => Checkpoint { at, open, state: State::Value },
            (_, (None, end)) => Checkpoint { at: end, open, state: State::After },
            (_, (Some(begin), _)) => {
                let mut state = State::Value;
                if let Some(array) = open.last_mut().filter(|open| !open.is_object) {
                    array.count -= 1;
                    state = if array.count == 0 { State::FirstValue } else { State::Value };
                }
                Checkpoint { at: begin, open, state }
            }
        }
    }

    fn moved(&mut self, by: usize) {
        let (begin, end) = self.last;
        self.last = (begin.and_then(|begin| begin.checked_sub(by)), end.saturating_sub(by));
    }
}

/// Writes documents whose members are put in order.
struct Ordered<I> {
    layout: Layout,
    ink: I,
    is_canonical: bool,
    tape: Tape,
}

impl<I> Ordered<I> {
    fn new(layout: Layout, ink: I, is_canonical: bool) -> Self {
        Ordered { layout, ink, is_canonical, tape: Tape::default() }
    }
}

impl<I: Ink> Writer for Ordered<I> {
    fn go(&mut self, text: &[u8], _: &[u8], at: usize, is_end: bool) -> Step {
        let document = match Document::parse_value(text, at, &mut self.tape) {
            Ok(document) => document,
            Err(error) => return Step::Stuck { at, wrong: error.at },
        };
        let end = document.root().span().end as usize;
        if end == text.len() && !is_end {
            // A number may go on.
            return Step::Stuck { at, wrong: end };
        }
        if let Some(finding) = self.is_canonical.then(|| ordered::refusal(document)).flatten() {
            return Step::Refused(Box::new(finding));
        }
        ordered::write(document, self.is_canonical, &mut self.layout, &mut self.ink);
        Step::Done(end)
    }

    fn layout(&mut self) -> &mut Layout {
        &mut self.layout
    }

    fn checkpoint(&mut self, _: &[u8], at: usize) -> Checkpoint {
        Checkpoint { at, open: Vec::new(), state: State::Value }
    }

    fn moved(&mut self, _: usize) {}
}

/// Writes what is ready.
fn flush(layout: &mut Layout, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(&layout.text()[..layout.ready()])?;
    layout.take();
    Ok(())
}

fn tell(subject: &Subject, kind: Kind, findings: Vec<Found>, say: &mut Say<'_>) {
    let counts = Counts::of(findings.iter().map(|found| &found.finding));
    findings.into_iter().for_each(|found| say(Event::Found(subject.clone(), Box::new(found))));
    say(Event::Ended(subject.clone(), Ending { kind, counts }));
}
