//! The documents of an input, one behind the other, in a window. Those of JSON Lines are lines, each for itself.

use std::io::{self, Write};

use super::errors::{self, Checkpoint};
use super::rewrite::State;
use super::writer::{Step, Writer};
use super::{Case, FIRST, Order, Sink, tell};
use crate::diagnostic::Severity;
use crate::finding::{DocumentId, Event};
use crate::hubspot::classify::DocumentKind;
use crate::input::{Source, Window};
use crate::json::is_blank;

/// So much behind a mistake is looked at, to tell what it is.
const AHEAD: usize = 256;
/// A token that cannot be read so near the end of the text, in bytes, may go on behind it.
const LONGEST_ESCAPE: usize = 16;
/// So much is written at once, if there is more to come without waiting.
const ENOUGH: usize = 64 * 1024;

/// Writes all documents of an input; whether nothing is wrong with them. `front`: what stands before the first.
///
/// # Errors
/// When `out` cannot be written.
pub fn documents(
    case: &Case<'_>,
    window: &mut Window<'_>,
    front: &Source<'static>,
    writer: impl Writer,
    out: &mut dyn Write,
    say: &mut Sink<'_>,
) -> io::Result<bool> {
    let checkpoint = Checkpoint { at: front.start, open: Vec::new(), state: State::Value };
    let at = front.start;
    let documents = Documents { case, window, front, writer, out, at, checkpoint, record: 1, is_lines: case.is_lines };
    if case.is_lines { documents.lines(say) } else { documents.all(say) }
}

struct Documents<'d, 'r, W> {
    case: &'d Case<'d>,
    window: &'d mut Window<'r>,
    front: &'d Source<'static>,
    writer: W,
    out: &'d mut dyn Write,
    /// Where it goes on.
    at: usize,
    /// Where it could begin again.
    checkpoint: Checkpoint,
    /// Which document it is, from 1.
    record: u64,
    is_lines: bool,
}

impl<W: Writer> Documents<'_, '_, W> {
    fn all(mut self, say: &mut Sink<'_>) -> io::Result<bool> {
        loop {
            let is_right = self.document(say)?;
            if !is_right {
                return Ok(false);
            }
            // A text whose bytes are to be hashed has no line break behind it.
            let has_end = self.is_lines || self.case.task.order != Order::Canonical;
            if has_end {
                self.writer.layout().end();
            }
            let Some(is_parted) = self.next()? else {
                self.flush()?;
                return Ok(!self.case.has_failed(self.window, &self.subject(), say));
            };
            let is_begin = matches!(self.window.text().get(self.at), Some(b'{' | b'['));
            if !is_parted || !(self.is_lines || (self.case.may_be_lines && is_begin)) {
                self.flush()?;
                self.window.fill(AHEAD);
                self.refuse(say);
                return Ok(false);
            }
            if !self.is_lines {
                self.is_lines = true;
                let name = self.case.name;
                say(Event::Message(
                    Severity::Warning,
                    format!(
                        "{name}: input contains several documents; formatting each separately (pass --lines to silence this)"
                    ),
                ));
            }
            // An empty line between pretty ones.
            if !has_end || self.writer.layout().is_pretty() {
                self.writer.layout().end();
            }
            if self.writer.layout().ready() >= ENOUGH {
                self.flush()?;
            }
            self.record += 1;
            self.checkpoint = Checkpoint { at: self.at, open: Vec::new(), state: State::Value };
        }
    }

    /// JSON Lines: a line that is no document is told of and left out.
    fn lines(mut self, say: &mut Sink<'_>) -> io::Result<bool> {
        let (mut is_right, mut is_first) = (true, true);
        while self.next()?.is_some() {
            let end = self.line_end()?;
            let layout = self.writer.layout();
            let mark = layout.text().len();
            // An empty line between pretty ones.
            if !is_first && layout.is_pretty() {
                layout.end();
            }
            if self.window.is_complete() && end == self.window.text().len() && self.window.failure().is_some() {
                // What is missing is not the line's mistake, and what is there need not be right.
                self.writer.back(mark);
                break;
            }
            self.writer.begins(self.window.offset(self.at) - self.at as u64);
            let text = self.window.text();
            let findings = match self.writer.go(text, self.window.padded(), self.at, self.window.is_complete()) {
                Step::Done(to) if to <= end && text[to..end].iter().all(|byte| is_blank(*byte)) => None,
                Step::Refused(finding) => {
                    let found = errors::other(self.window, *finding, Some(self.at), self.case.task.drawn);
                    Some((DocumentKind::Json, found))
                }
                _ => Some(errors::line(self.window, self.at..end, self.case.task.drawn)),
            };
            match findings {
                None => {
                    self.writer.layout().end();
                    is_first = false;
                }
                Some((kind, findings)) => {
                    tell(&self.subject(), kind, findings, say);
                    self.writer.back(mark);
                    is_right = false;
                }
            }
            self.at = end;
            self.record += 1;
            if self.writer.layout().ready() >= ENOUGH {
                self.flush()?;
            }
        }
        self.flush()?;
        Ok(!self.case.has_failed(self.window, &self.subject(), say) && is_right)
    }

    /// Where the line ends that begins here.
    fn line_end(&mut self) -> io::Result<usize> {
        let mut searched = self.at;
        loop {
            let text = self.window.text();
            if let Some(end) = memchr::memchr(b'\n', &text[searched..]) {
                return Ok(searched + end);
            }
            if self.window.is_complete() {
                return Ok(text.len());
            }
            searched = text.len();
            self.flush()?;
            let moved = self.window.cut(0, self.at);
            (self.at, searched) = (self.at - moved, searched - moved);
            self.window.fill((self.window.text().len() - self.at).max(1));
        }
    }

    /// Writes one document, or says why it cannot; whether it could.
    fn document(&mut self, say: &mut Sink<'_>) -> io::Result<bool> {
        loop {
            self.writer.begins(self.window.offset(self.at) - self.at as u64);
            let is_end = self.window.is_complete();
            match self.writer.go(self.window.text(), self.window.padded(), self.at, is_end) {
                Step::Done(end) => {
                    self.at = end;
                    return Ok(true);
                }
                Step::Refused(finding) => {
                    self.flush()?;
                    let findings = errors::other(self.window, *finding, Some(self.at), self.case.task.drawn);
                    tell(&self.subject(), DocumentKind::Json, findings, say);
                    return Ok(false);
                }
                Step::Stuck { at, wrong } => {
                    self.at = at;
                    if is_end || wrong + LONGEST_ESCAPE <= self.window.text().len() {
                        return self.mistake(wrong, say).map(|()| false);
                    }
                    self.more()?;
                }
            }
        }
    }

    /// Reads on. What can be written is written before: reading may have to wait.
    fn more(&mut self) -> io::Result<()> {
        self.flush()?;
        // A little that was written stays: a mistake is told with what stands before it.
        if self.at >= self.case.task.window / 2 {
            self.checkpoint = self.writer.checkpoint(self.window.text(), self.at);
            let moved = self.window.cut(0, self.checkpoint.at);
            (self.at, self.checkpoint.at) = (self.at - moved, self.checkpoint.at - moved);
            self.writer.moved(moved);
        }
        // As much again as there is: a token that is longer than the window is read twice at most.
        self.window.fill((self.window.text().len() - self.at).max(1));
        Ok(())
    }

    /// Tells what is wrong at a position or shortly behind it; what was written ends there.
    fn mistake(&mut self, wrong: usize, say: &mut Sink<'_>) -> io::Result<()> {
        if self.writer.layout().column() > 0 {
            self.writer.layout().trim();
            self.writer.layout().end();
        }
        self.flush()?;
        // What is no object and no array may be anything: more of it tells what.
        let is_container = matches!(self.window.text().get(self.checkpoint.at), Some(b'{' | b'['));
        let ahead = if self.checkpoint.open.is_empty() && !is_container { FIRST } else { AHEAD };
        self.window.fill((wrong + ahead).saturating_sub(self.window.text().len()));
        let is_inside = wrong + LONGEST_ESCAPE <= self.window.text().len();
        if is_inside || !self.case.has_failed(self.window, &self.subject(), say) {
            self.refuse(say);
        }
        Ok(())
    }

    /// Goes to what follows the document: none at the end of the input, else whether a line break stands before it.
    fn next(&mut self) -> io::Result<Option<bool>> {
        let (end, mut is_parted) = (self.at, false);
        loop {
            let rest = &self.window.text()[self.at..];
            let blank = rest.iter().position(|byte| !is_blank(*byte)).unwrap_or(rest.len());
            is_parted |= memchr::memchr(b'\n', &rest[..blank]).is_some();
            self.at += blank;
            if self.at < self.window.text().len() {
                return Ok(Some(is_parted));
            }
            if self.window.is_complete() {
                return Ok(None);
            }
            self.flush()?;
            self.at -= self.window.cut_blanks(end.min(self.at));
            self.window.fill(1);
        }
    }

    fn refuse(&mut self, say: &mut Sink<'_>) {
        let (kind, findings) = errors::syntax(self.window, &self.checkpoint, self.front, self.case.task.drawn);
        tell(&self.subject(), kind, findings, say);
    }

    fn subject(&self) -> DocumentId {
        DocumentId {
            name: self.case.name.into(),
            record: self.is_lines.then_some(self.record),
            http_status: self.front.head.as_ref().map(|head| head.status),
            compression: self.case.compression,
        }
    }

    /// Writes what is ready.
    fn flush(&mut self) -> io::Result<()> {
        let layout = self.writer.layout();
        self.out.write_all(&layout.text()[..layout.ready()])?;
        layout.take();
        Ok(())
    }
}
