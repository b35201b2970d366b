//! Draws findings for people. Not with the graphical handler of miette, which counts columns in bytes, panics at a
//! label beyond column 65,535 and prints lines of any length as a whole. This one stays within the width and prints
//! only escaped text.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use textwrap::core::Word;
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

use super::base::ascii;
use super::report::{Report, TIED};
use super::{Paint, Style};
use crate::diagnostic::Severity;
use crate::text::{cells, width};

/// Zero-width space: a line may be broken here, inside of a word. `text::visible` escapes it in text from the input.
const BREAK: char = '\u{200B}';

/// Splits after spaces and after [`BREAK`].
fn words(line: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    let mut at = 0;
    Box::new(WordSeparator::AsciiSpace.find_words(line).flat_map(move |word| {
        let text = &line[at..at + word.word.len() + word.whitespace.len()];
        at += text.len();
        text.split_inclusive(BREAK).map(Word::from)
    }))
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Handler {
    style: Style,
}

impl Handler {
    pub(crate) fn new(style: Style) -> Self {
        Handler { style }
    }

    /// Wraps text at the width and indents the lines after the first. A word that is wider than a line, such as a JSON
    /// Pointer or a path, is broken before a slash, so that its parts can be copied.
    pub(crate) fn wrap(&self, out: &mut String, first: &str, rest: &str, text: &str) {
        let room = self.style.width.saturating_sub(width(rest).max(width(first)));
        let is_wide = |word: &str| width(word) > room && word.contains('/');
        let text: Cow<'_, str> = match text.split(' ').any(is_wide) {
            true => {
                let words = text.split(' ').map(|word| match is_wide(word) {
                    true => word.replace('/', &format!("{BREAK}/")).replace(&format!("/{BREAK}/"), "//"),
                    false => word.to_owned(),
                });
                words.collect::<Vec<_>>().join(" ").into()
            }
            false => text.into(),
        };
        let options = Options::new(self.style.width)
            .initial_indent(first)
            .subsequent_indent(rest)
            .word_separator(WordSeparator::Custom(words))
            .word_splitter(WordSplitter::NoHyphenation)
            .wrap_algorithm(WrapAlgorithm::FirstFit)
            .break_words(true);
        for line in textwrap::wrap(&text, options) {
            out.push_str(line.replace(TIED, " ").replace(BREAK, "").trim_end());
            out.push('\n');
        }
    }

    /// Severity, rule and message.
    fn header(&self, out: &mut String, severity: Severity, code: &str, message: &str) {
        let paint = Paint::new(self.style.color);
        let head = format!("{severity}[{code}]");
        let mut plain = String::new();
        self.wrap(&mut plain, "", "  ", &format!("{head}: {message}"));
        match plain.strip_prefix(&head) {
            Some(rest) => {
                out.push_str(&paint.severity(severity, &head));
                for line in rest.lines() {
                    out.push_str(&paint.strong(line));
                    out.push('\n');
                }
            }
            None => out.push_str(&plain),
        }
    }

    /// `--> path:line:column`. A path that is too long continues on the next line; the numbers stay together.
    fn location(&self, out: &mut String, gutter: usize, name: &str, numbers: &str) {
        let room = self.style.width - gutter - 4;
        let mut lines = vec![String::new()];
        let mut used = 0;
        for part in name.split_inclusive('/') {
            // Prefer to break between directories.
            if used > 0 && used + width(part) > room {
                lines.push(String::new());
                used = 0;
            }
            for character in part.chars() {
                if used + cells(character) > room {
                    lines.push(String::new());
                    used = 0;
                }
                lines.last_mut().expect("one line").push(character);
                used += cells(character);
            }
        }
        if used + numbers.len() > room {
            lines.push(String::new());
        }
        lines.last_mut().expect("one line").push_str(numbers);
        let arrow = Paint::new(self.style.color).frame(&format!("{}--> ", " ".repeat(gutter)));
        out.push_str(&format!("{arrow}{}\n", lines.join(&format!("\n{}", " ".repeat(gutter + 4)))));
    }

    /// Appends the drawing of a report.
    pub(super) fn draw(&self, report: &Report, out: &mut String) {
        let Report { severity, rule, message, label, exchange: _, lines, snippet } = report;
        let escaped = |text: &str| if self.style.plain { ascii(text) } else { text.to_owned() };
        self.header(out, *severity, rule, &escaped(message));
        let (line, column) = (snippet.start.line, snippet.start.column);
        if self.style.plain {
            // Without drawings, for screen readers and simple terminals.
            self.wrap(out, "  ", "  ", &escaped(&format!("in {}, line {line}, column {column}", snippet.name)));
            let label = snippet.excerpt.marks.first().map_or(label.as_str(), |(_, text)| text);
            self.wrap(out, "  ", "  ", &escaped(label));
            // The no-break space is not ASCII, but a sign for `wrap`.
            let escaped = |line: &str| line.split(TIED).map(ascii).collect::<Vec<_>>().join(&TIED.to_string());
            return lines.iter().for_each(|line| self.wrap(out, "  ", "    ", &escaped(line)));
        }
        let last_line =
            snippet.excerpt.first_line.map(|first| first + snippet.excerpt.text.lines().count().max(1) as u64 - 1);
        let gutter = last_line.map_or(2, |last| last.to_string().len());
        self.location(out, gutter, &snippet.name, &format!(":{line}:{column}"));
        self.excerpt(out, report, gutter);
        lines.iter().for_each(|line| self.line(out, line, gutter));
    }

    fn excerpt(&self, out: &mut String, report: &Report, gutter: usize) {
        let excerpt = &report.snippet.excerpt;
        // Without an excerpt, only the label is drawn.
        let label_only = [(0..0, report.label.clone())];
        let all_marks = if excerpt.marks.is_empty() { &label_only[..] } else { &excerpt.marks };
        let paint = Paint::new(self.style.color);
        let bar = paint.frame(&format!("{} |", " ".repeat(gutter)));
        out.push_str(&bar);
        out.push_str(&if excerpt.first_line.is_none() { paint.frame(" (reformatted)\n") } else { "\n".to_owned() });
        let mut offset = 0;
        for (index, text) in excerpt.text.split('\n').enumerate() {
            let number = excerpt.first_line.map_or(String::new(), |first| (first + index as u64).to_string());
            let row = ExcerptRow {
                text,
                offset,
                number: paint.frame(&format!("{number:>gutter$} |")),
                bar: &bar,
                gutter: gutter + 2,
            };
            let marks: Vec<RowMark<'_>> = all_marks
                .iter()
                .enumerate()
                .filter(|(_, (range, _))| (offset..=offset + text.len()).contains(&range.start))
                .map(|(index, (range, label))| RowMark { range: row.local(range), label, is_primary: index == 0 })
                .collect();
            self.row(out, &row, &marks, report.severity);
            offset += text.len() + 1;
        }
    }

    /// One line below the excerpt: `= help: ...`.
    fn line(&self, out: &mut String, line: &str, gutter: usize) {
        let paint = Paint::new(self.style.color);
        let (start, indent) = (format!("{} = ", " ".repeat(gutter)), " ".repeat(gutter + 5));
        let mut wrapped = String::new();
        self.wrap(&mut wrapped, &start, &indent, line);
        let text = wrapped.strip_prefix(&start).unwrap_or(&wrapped);
        let keyword = ["note", "help"].into_iter().find(|keyword| text.starts_with(&format!("{keyword}: ")));
        let text = match keyword {
            Some(keyword) => format!("{}{}", paint.strong(keyword), &text[keyword.len()..]),
            None => text.to_owned(),
        };
        out.push_str(&format!("{}{text}", paint.frame(&start)));
    }

    /// One line of the excerpt and its marks, within the width.
    fn row(&self, out: &mut String, row: &ExcerptRow<'_>, marks: &[RowMark<'_>], severity: Severity) {
        let paint = Paint::new(self.style.color);
        let room = self.style.width.saturating_sub(row.gutter + 1).max(10);
        let clipped = ClippedLine::new(row.text, room, marks.first().map_or(0..0, |mark| mark.range.clone()));
        out.push_str(format!("{} {}", row.number, clipped.text).trim_end());
        out.push('\n');
        for mark in marks {
            let (from, to) = (clipped.cell(mark.range.start), clipped.cell(mark.range.end));
            let length = to.saturating_sub(from).max(1).min(room.saturating_sub(from)).max(1);
            let from = from.min(room - 1);
            let sign = if mark.is_primary { "^" } else { "-" };
            let line = |text: &str| if mark.is_primary { paint.severity(severity, text) } else { paint.frame(text) };
            let underline = format!("{}{}", " ".repeat(from), sign.repeat(length));
            let (bar, label) = (row.bar, mark.label);
            if from + length + 1 + width(label) <= room {
                out.push_str(&format!("{bar} {}\n", line(format!("{underline} {label}").trim_end())));
                continue;
            }
            out.push_str(&format!("{bar} {}\n", line(&underline)));
            // Below the mark, and as far left as the label needs.
            let indent = from.min(room.saturating_sub(width(label)));
            let indent = " ".repeat(if width(label) > room { 0 } else { indent });
            let mut wrapped = String::new();
            let narrow = Handler { style: Style { width: room, ..self.style } };
            narrow.wrap(&mut wrapped, &indent, &indent, label);
            for part in wrapped.lines() {
                out.push_str(&format!("{bar} {}\n", line(part)));
            }
        }
    }
}

/// One line of an excerpt.
struct ExcerptRow<'r> {
    text: &'r str,
    /// Its first byte in the excerpt.
    offset: usize,
    /// Line number and bar.
    number: String,
    /// The same without the number.
    bar: &'r str,
    /// Cells before the text.
    gutter: usize,
}

impl ExcerptRow<'_> {
    fn local(&self, range: &Range<usize>) -> Range<usize> {
        let local = |at: usize| at.saturating_sub(self.offset).min(self.text.len());
        local(range.start)..local(range.end)
    }
}

struct RowMark<'m> {
    /// Bytes of the row.
    range: Range<usize>,
    label: &'m str,
    is_primary: bool,
}

impl miette::ReportHandler for Handler {
    fn debug(&self, diagnostic: &dyn miette::Diagnostic, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        self.draw(&Report::from_diagnostic(diagnostic).ok_or(fmt::Error)?, &mut out);
        f.write_str(&out)
    }
}

/// The visible part of a line: cut to the room, but with the marked part in it.
struct ClippedLine {
    text: String,
    /// The byte at which each character begins, and its cell.
    cells: Vec<(usize, usize)>,
    end: usize,
}

impl ClippedLine {
    fn new(row: &str, room: usize, focus: Range<usize>) -> ClippedLine {
        let total = width(row);
        let before = width(&row[..focus.start]);
        let marked = width(&row[focus.clone()]);
        // Cut on the left only if the mark would not be visible otherwise.
        let skip =
            if total <= room || before + marked.min(room / 2) < room { 0 } else { before.saturating_sub(room / 3) };
        let (mut text, mut cells_at, mut at, mut used) = (String::new(), Vec::new(), 0, 0);
        if skip > 0 {
            text.push('…');
            used = 1;
        }
        for (byte, character) in row.char_indices() {
            let size = cells(character);
            if at < skip {
                cells_at.push((byte, 0));
                at += size;
                continue;
            }
            let rest_fits = total - at <= room - used;
            if used + size > room - usize::from(!rest_fits) {
                cells_at.push((byte, used));
                text.push('…');
                used += 1;
                return ClippedLine { text, cells: cells_at, end: used };
            }
            cells_at.push((byte, used));
            text.push(character);
            used += size;
            at += size;
        }
        ClippedLine { text, cells: cells_at, end: used }
    }

    /// The cell of a byte, or the end.
    fn cell(&self, byte: usize) -> usize {
        match self.cells.binary_search_by_key(&byte, |(start, _)| *start) {
            Ok(index) => self.cells[index].1,
            Err(_) => self.end,
        }
    }
}
