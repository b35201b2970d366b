//! Formats the documents of an input one after another, in a window that moves.

use std::io;

use super::errors::{self, Checkpoint};
use super::writer::{DocumentWriter, WriteResult};
use super::{Formatter, MIN_IDENTIFIABLE, Order, Streams};
use crate::finding::{DocumentId, Finding};
use crate::hubspot::classify::DocumentKind;
use crate::input::Source;
use crate::json::is_blank;

/// Bytes after an error that are read to explain it.
const BYTES_AFTER_ERROR: usize = 256;
/// Length of the longest escape sequence, and a few bytes: an invalid token this close to the end of the text may be an
/// incomplete one.
const MAX_ESCAPE_LENGTH: usize = 16;
/// Bytes that are collected before they are written, unless reading has to wait.
const WRITE_SIZE: usize = 64 * 1024;

/// Writes all documents of an input; false if one is invalid or the input ended early. `front`: the headers before the
/// first document.
///
/// # Errors
/// If the output cannot be written.
pub(super) fn documents(
    formatter: &Formatter<'_>,
    streams: &mut Streams<'_, '_>,
    front: &Source<'static>,
    writer: impl DocumentWriter,
) -> io::Result<bool> {
    let (at, is_lines) = (front.start, formatter.is_lines);
    let documents =
        Documents { formatter, streams, front, writer, at, checkpoint: Checkpoint::new(at), record: 1, is_lines };
    if is_lines { documents.lines() } else { documents.all() }
}

struct Documents<'d, 's, 'w, W> {
    formatter: &'d Formatter<'d>,
    streams: &'d mut Streams<'s, 'w>,
    front: &'d Source<'static>,
    writer: W,
    /// Position of the next byte.
    at: usize,
    checkpoint: Checkpoint,
    /// Number of the document, from 1.
    record: u64,
    is_lines: bool,
}

impl<W: DocumentWriter> Documents<'_, '_, '_, W> {
    fn all(mut self) -> io::Result<bool> {
        loop {
            if !self.document()? {
                return Ok(false);
            }
            // Canonical text will be hashed, so no line break is added.
            let has_end = self.is_lines || self.formatter.options.order != Order::Canonical;
            if has_end {
                self.writer.layout().end();
            }
            let Some(is_separated) = self.next()? else {
                self.flush()?;
                return Ok(!self.has_failed());
            };
            let is_begin = matches!(self.streams.window.text().get(self.at), Some(b'{' | b'['));
            if !is_separated || !(self.is_lines || (self.formatter.may_be_lines && is_begin)) {
                self.flush()?;
                self.streams.window.fill(BYTES_AFTER_ERROR);
                self.refuse();
                return Ok(false);
            }
            if !self.is_lines {
                self.is_lines = true;
                let name = self.formatter.name;
                self.streams.warn(format!(
                    "{name}: input contains several documents; formatting each separately (pass --lines to silence this)"
                ));
            }
            // Pretty documents are separated by an empty line.
            if !has_end || self.writer.layout().is_pretty() {
                self.writer.layout().end();
            }
            if self.writer.layout().ready() >= WRITE_SIZE {
                self.flush()?;
            }
            self.record += 1;
            self.checkpoint = Checkpoint::new(self.at);
        }
    }

    /// JSON Lines: an invalid line is reported and skipped.
    fn lines(mut self) -> io::Result<bool> {
        let (mut all_valid, mut is_first) = (true, true);
        while self.next()?.is_some() {
            let end = self.line_end()?;
            let layout = self.writer.layout();
            let mark = layout.text().len();
            // Pretty documents are separated by an empty line.
            if !is_first && layout.is_pretty() {
                layout.end();
            }
            if self.streams.window.is_complete()
                && end == self.streams.window.text().len()
                && self.streams.window.failure().is_some()
            {
                // The line is incomplete because reading failed.
                self.writer.discard(mark);
                break;
            }
            self.writer.begins(self.streams.window.offset(self.at) - self.at as u64);
            let text = self.streams.window.text();
            let findings =
                match self.writer.write(text, self.streams.window.padded(), self.at, self.streams.window.is_complete())
                {
                    WriteResult::Done(to) if to <= end && text[to..end].iter().all(|byte| is_blank(*byte)) => None,
                    WriteResult::Refused(finding) => {
                        let found =
                            errors::other(self.streams.window, *finding, Some(self.at), self.formatter.options.drawn);
                        Some((DocumentKind::Json, found))
                    }
                    _ => Some(errors::line(self.streams.window, self.at..end, self.formatter.options.drawn)),
                };
            match findings {
                None => {
                    self.writer.layout().end();
                    is_first = false;
                }
                Some((kind, findings)) => {
                    self.report(kind, findings);
                    self.writer.discard(mark);
                    all_valid = false;
                }
            }
            self.at = end;
            self.record += 1;
            if self.writer.layout().ready() >= WRITE_SIZE {
                self.flush()?;
            }
        }
        self.flush()?;
        Ok(!self.has_failed() && all_valid)
    }

    /// The end of the line that begins here, without its line break.
    fn line_end(&mut self) -> io::Result<usize> {
        let mut searched = self.at;
        loop {
            let text = self.streams.window.text();
            if let Some(end) = memchr::memchr(b'\n', &text[searched..]) {
                return Ok(searched + end);
            }
            if self.streams.window.is_complete() {
                return Ok(text.len());
            }
            searched = text.len();
            self.flush()?;
            let moved = self.streams.window.cut(0, self.at);
            (self.at, searched) = (self.at - moved, searched - moved);
            self.streams.window.fill((self.streams.window.text().len() - self.at).max(1));
        }
    }

    /// Writes one document, or reports its error and returns false.
    fn document(&mut self) -> io::Result<bool> {
        loop {
            self.writer.begins(self.streams.window.offset(self.at) - self.at as u64);
            let is_end = self.streams.window.is_complete();
            match self.writer.write(self.streams.window.text(), self.streams.window.padded(), self.at, is_end) {
                WriteResult::Done(end) => {
                    self.at = end;
                    return Ok(true);
                }
                WriteResult::Refused(finding) => {
                    self.flush()?;
                    let findings =
                        errors::other(self.streams.window, *finding, Some(self.at), self.formatter.options.drawn);
                    self.report(DocumentKind::Json, findings);
                    return Ok(false);
                }
                WriteResult::Stuck { at, wrong } => {
                    self.at = at;
                    if is_end || wrong + MAX_ESCAPE_LENGTH <= self.streams.window.text().len() {
                        return self.error(wrong).map(|()| false);
                    }
                    self.more()?;
                }
            }
        }
    }

    /// Reads more text. Writes first, because reading may have to wait.
    fn more(&mut self) -> io::Result<()> {
        self.flush()?;
        // Text is removed only in large steps, so that an excerpt can show what is before an error.
        if self.at >= self.formatter.options.window / 2 {
            self.checkpoint = self.writer.checkpoint(self.streams.window.text(), self.at);
            let moved = self.streams.window.cut(0, self.checkpoint.at);
            (self.at, self.checkpoint.at) = (self.at - moved, self.checkpoint.at - moved);
            self.writer.moved(moved);
        }
        // Doubles the text, so that a token longer than the window is read at most twice.
        self.streams.window.fill((self.streams.window.text().len() - self.at).max(1));
        Ok(())
    }

    /// Reports the error at `wrong` or shortly after it.
    fn error(&mut self, wrong: usize) -> io::Result<()> {
        if !self.writer.layout().is_at_line_start() {
            self.writer.layout().trim();
            self.writer.layout().end();
        }
        self.flush()?;
        // A text that does not begin with a bracket may be anything, and more of it is needed to identify it.
        let is_container = matches!(self.streams.window.text().get(self.checkpoint.at), Some(b'{' | b'['));
        let ahead = if self.checkpoint.open.is_empty() && !is_container { MIN_IDENTIFIABLE } else { BYTES_AFTER_ERROR };
        self.streams.window.fill((wrong + ahead).saturating_sub(self.streams.window.text().len()));
        let is_inside = wrong + MAX_ESCAPE_LENGTH <= self.streams.window.text().len();
        if is_inside || !self.has_failed() {
            self.refuse();
        }
        Ok(())
    }

    /// Moves to the next document. Returns true if a line break is before it, nothing at the end of the input.
    fn next(&mut self) -> io::Result<Option<bool>> {
        let (end, mut is_separated) = (self.at, false);
        loop {
            let rest = &self.streams.window.text()[self.at..];
            let blank = rest.iter().position(|byte| !is_blank(*byte)).unwrap_or(rest.len());
            is_separated |= memchr::memchr(b'\n', &rest[..blank]).is_some();
            self.at += blank;
            if self.at < self.streams.window.text().len() {
                return Ok(Some(is_separated));
            }
            if self.streams.window.is_complete() {
                return Ok(None);
            }
            self.flush()?;
            self.at -= self.streams.window.cut_blanks(end.min(self.at));
            self.streams.window.fill(1);
        }
    }

    fn refuse(&mut self) {
        let (kind, findings) =
            errors::syntax(self.streams.window, &self.checkpoint, self.front, self.formatter.options.drawn);
        self.report(kind, findings);
    }

    fn report(&mut self, kind: DocumentKind, findings: Vec<Finding>) {
        let document = self.document_id();
        self.streams.report(&document, kind, findings);
    }

    fn has_failed(&mut self) -> bool {
        let document = self.document_id();
        self.formatter.has_failed(self.streams, &document)
    }

    fn document_id(&self) -> DocumentId {
        DocumentId {
            name: self.formatter.name.into(),
            record: self.is_lines.then_some(self.record),
            http_status: self.front.headers.as_ref().map(|headers| headers.status),
            exchange: None,
            compression: self.formatter.compression,
            has_custom_schema: false,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        let layout = self.writer.layout();
        self.streams.out.write_all(&layout.text()[..layout.ready()])?;
        layout.take();
        Ok(())
    }
}
