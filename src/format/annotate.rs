//! Findings below the lines that they refer to.
//!
//! The column of a token is known only when the layout of its line is final. So [`Annotated`] writes an invisible
//! [`FindingMark`] next to the token, which the layout treats as a part of it, and [`AnnotatedLines`] removes the marks
//! from the final lines. JSON text contains no control characters, so it never looks like a mark.

use std::io::{self, Write};

use super::rewrite::{Token, TokenStyle};
use crate::finding::Finding;
use crate::json::Layout;
use crate::reporters::{self, annotation};
use crate::text::{visible_bytes, width};

/// `BEGIN index;back;length END`, without spaces.
const BEGIN: char = '\u{1}';
const END: char = '\u{2}';
/// Begins the escape sequence of a color, which ends with `m`.
const ESCAPE: char = '\u{1B}';

/// The location of a finding in a line.
struct FindingMark {
    /// Index of the finding.
    index: usize,
    /// Cells from its first cell to the mark.
    back: usize,
    /// In cells.
    length: usize,
}

impl FindingMark {
    fn parse(text: &str) -> Option<FindingMark> {
        let mut numbers = text.split(';').map(str::parse);
        let mut next = || numbers.next()?.ok();
        Some(FindingMark { index: next()?, back: next()?, length: next()? })
    }
}

/// Writes tokens as `ink` does, with marks for findings.
pub(super) struct Annotated<'f, I> {
    ink: I,
    /// In the order of their locations.
    findings: &'f [Finding],
    /// Index of the first finding without a mark.
    next: usize,
    /// Hostile characters are shown as escapes.
    is_visible: bool,
    /// The offset in the input of the text's first byte.
    shift: u64,
    /// The marks of the next token.
    marks: String,
}

impl<'f, I> Annotated<'f, I> {
    pub(super) fn new(ink: I, findings: &'f [Finding], is_visible: bool) -> Self {
        Annotated { ink, findings, next: 0, is_visible, shift: 0, marks: String::new() }
    }

    /// Terminal cells of a part of a token.
    fn cells(&self, text: &[u8]) -> usize {
        if text.is_ascii() && !self.is_visible {
            text.len()
        } else if self.is_visible {
            width(&visible_bytes(text))
        } else {
            width(&String::from_utf8_lossy(text))
        }
    }
}

impl<I: TokenStyle> TokenStyle for Annotated<'_, I> {
    fn before(&mut self, layout: &mut Layout, text: &[u8], at: usize, end: usize) {
        let offset = |position: usize| self.shift + position as u64;
        let is_bracket = matches!(text[at], b'{' | b'[' | b'}' | b']');
        while let Some(found) = self.findings.get(self.next) {
            let span = found.finding.label.span;
            if span.start.0 >= offset(end) {
                break;
            }
            let position = |offset: u64| (offset.saturating_sub(self.shift) as usize).clamp(at, end);
            let (from, to) = (position(span.start.0), position(span.end.0));
            // The marks of a bracket are before it, those of a token after it.
            let back = if is_bracket { 0 } else { self.cells(&text[from..end]) };
            let length = self.cells(&text[from..to]);
            self.marks.push_str(&format!("{BEGIN}{};{back};{length}{END}", self.next));
            self.next += 1;
        }
        if is_bracket {
            layout.raw(&self.marks);
            self.marks.clear();
        }
    }

    fn write(&mut self, layout: &mut Layout, token: &Token<'_>) {
        self.ink.write(layout, token);
        layout.raw(&self.marks);
        self.marks.clear();
    }

    fn moved(&mut self, offset: u64) {
        self.shift = offset;
    }
}

/// Writes lines without their marks, and below each line its findings.
pub(super) struct AnnotatedLines<'f, W> {
    out: W,
    findings: &'f [Finding],
    style: reporters::Style,
    /// The begin of an incomplete line.
    line: Vec<u8>,
}

impl<'f, W: Write> AnnotatedLines<'f, W> {
    pub(super) fn new(out: W, findings: &'f [Finding], style: reporters::Style) -> Self {
        AnnotatedLines { out, findings, style, line: Vec::new() }
    }

    /// Writes an incomplete last line.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.end_line()
    }

    fn end_line(&mut self) -> io::Result<()> {
        if !self.line.contains(&(BEGIN as u8)) {
            self.out.write_all(&self.line)?;
            self.line.clear();
            return Ok(());
        }
        let line = std::mem::take(&mut self.line);
        let mut notes = String::new();
        let mut column = 0;
        let mut rest = &line[..];
        while let Some(begin) = memchr::memchr(BEGIN as u8, rest) {
            let (text, after) = rest.split_at(begin);
            self.out.write_all(text)?;
            column += visible_cells(&String::from_utf8_lossy(text));
            let end = memchr::memchr(END as u8, after).unwrap_or(after.len() - 1);
            let mark = std::str::from_utf8(&after[1..end]).ok().and_then(FindingMark::parse);
            if let Some((mark, found)) = mark.and_then(|mark| self.findings.get(mark.index).map(|found| (mark, found)))
            {
                notes.push_str(&annotation(found, column.saturating_sub(mark.back), mark.length, self.style));
            }
            rest = &after[end + 1..];
        }
        self.out.write_all(rest)?;
        self.out.write_all(notes.as_bytes())
    }
}

/// Cells of a text with the escape sequences of colors.
fn visible_cells(text: &str) -> usize {
    let mut parts = text.split(ESCAPE);
    let plain = parts.next().map_or(0, width);
    plain + parts.filter_map(|part| part.split_once('m')).map(|(_, shown)| width(shown)).sum::<usize>()
}

impl<W: Write> Write for AnnotatedLines<'_, W> {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        for part in text.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") {
                self.end_line()?;
            }
        }
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
