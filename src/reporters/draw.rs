//! Our own [`miette::ReportHandler`]. miette's graphical one counts columns in bytes, panics beyond column 65,535 and prints whole
//! lines, whatever their length; this one keeps within the width and shows nothing raw.

use std::borrow::Cow;
use std::fmt;

use miette::{LabeledSpan, ReportHandler, SourceSpan};
use textwrap::core::Word;
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

use super::base::ascii;
use super::report::{REFORMATTED, TIED};
use super::{Paint, Style};
use crate::diagnostic::Severity;
use crate::text::{cells, visible, width};

/// A place inside a word at which a line may be broken. `text::visible` leaves none in what comes from the input.
const BREAK: char = '\u{200B}';

/// Words end with spaces or with [`BREAK`].
fn words(line: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    let mut at = 0;
    Box::new(WordSeparator::AsciiSpace.find_words(line).flat_map(move |word| {
        let text = &line[at..at + word.word.len() + word.whitespace.len()];
        at += text.len();
        text.split_inclusive(BREAK).map(Word::from)
    }))
}

/// Draws findings for people.
#[derive(Debug, Clone, Copy)]
pub struct Handler {
    style: Style,
}

impl Handler {
    /// A handler for this reader.
    pub fn new(style: Style) -> Self {
        Handler { style }
    }

    /// Words within the width, the following lines indented.
    ///
    /// A word that is wider than a line, such as a JSON Pointer or a path, is broken before a slash, so that its parts can be copied.
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
            out.push_str(&line.trim_end().replace(TIED, " ").replace(BREAK, ""));
            out.push('\n');
        }
    }

    /// The first line or lines: severity and rule, then the sentence.
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

    /// `--> path:line:column`. A path that is too long goes on in the next line, the numbers stay together.
    fn location(&self, out: &mut String, gutter: usize, name: &str, numbers: &str) {
        let room = self.style.width - gutter - 4;
        let mut lines = vec![String::new()];
        let mut used = 0;
        for part in name.split_inclusive('/') {
            // Between directories if possible.
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

    /// Appends the drawing of a report; none where it has no source.
    pub(super) fn draw(&self, report: &dyn miette::Diagnostic, out: &mut String) -> Option<()> {
        let paint = Paint::new(self.style.color);
        let severity = match report.severity() {
            Some(miette::Severity::Warning) => Severity::Warning,
            Some(miette::Severity::Advice) => Severity::Note,
            _ => Severity::Error,
        };
        let code = report.code().map_or(String::new(), |code| code.to_string());
        let seen = |text: &str| {
            let parts = text
                .split(TIED)
                .map(|part| if self.style.plain { ascii(&visible(part)) } else { visible(part).into_owned() });
            parts.collect::<Vec<_>>().join(&TIED.to_string())
        };
        self.header(out, severity, &code, &seen(&report.to_string()));

        let labels: Vec<LabeledSpan> = report.labels().into_iter().flatten().collect();
        let source = report.source_code()?;
        let own = labels.first().map_or(SourceSpan::from(0..0), |label| *label.inner());
        let place = source.read_span(&own, 0, 0).ok()?;
        let (line, column) = (place.line() + 1, place.column() + 1);
        let contents = source.read_span(&own, 1, 1).ok()?;
        let text = std::str::from_utf8(contents.data()).ok()?;
        let reformatted = contents.language() == Some(REFORMATTED);
        let name = contents.name().unwrap_or_default();
        let help: Vec<String> =
            report.help().map_or(String::new(), |help| help.to_string()).lines().map(seen).collect();
        if self.style.plain {
            // A finding without drawings: for screen readers, and for terminals that know ASCII only.
            self.wrap(out, "  ", "  ", &seen(&format!("in {name}, line {line}, column {column}")));
            if let Some(label) = labels.first().and_then(LabeledSpan::label) {
                self.wrap(out, "  ", "  ", &seen(label));
            }
            help.iter().for_each(|line| self.wrap(out, "  ", "    ", line));
            return Some(());
        }
        let last = contents.line() + text.lines().count();
        let gutter = if reformatted { 2 } else { last.to_string().len() };
        self.location(out, gutter, name, &format!(":{line}:{column}"));
        let bar = paint.frame(&format!("{} |", " ".repeat(gutter)));
        out.push_str(&bar);
        out.push_str(&if reformatted { paint.frame(" (reformatted)\n") } else { "\n".to_owned() });
        let mut offset = 0;
        for (place, row) in text.split('\n').enumerate() {
            let number =
                if reformatted { " ".repeat(gutter) } else { format!("{:>gutter$}", contents.line() + 1 + place) };
            let marks: Vec<&LabeledSpan> =
                labels.iter().filter(|label| (offset..=offset + row.len()).contains(&label.offset())).collect();
            self.row(out, &paint.frame(&format!("{number} |")), &bar, gutter + 2, row, offset, &marks, severity);
            offset += row.len() + 1;
        }
        for line in &help {
            let (head, indent) = (format!("{} = ", " ".repeat(gutter)), " ".repeat(gutter + 5));
            let mut wrapped = String::new();
            self.wrap(&mut wrapped, &head, &indent, line);
            let words = wrapped.strip_prefix(&head).unwrap_or(&wrapped);
            let keyword = ["note", "help"].into_iter().find(|keyword| words.starts_with(&format!("{keyword}: ")));
            let words = match keyword {
                Some(keyword) => format!("{}{}", paint.strong(keyword), &words[keyword.len()..]),
                None => words.to_owned(),
            };
            out.push_str(&format!("{}{words}", paint.frame(&head)));
        }
        Some(())
    }

    /// One line of the excerpt and what is marked in it, within the width.
    #[allow(clippy::too_many_arguments, reason = "the parts of one line, used once")]
    fn row(
        &self,
        out: &mut String,
        head: &str,
        bar: &str,
        gutter: usize,
        row: &str,
        offset: usize,
        marks: &[&LabeledSpan],
        severity: Severity,
    ) {
        let paint = Paint::new(self.style.color);
        let room = self.style.width.saturating_sub(gutter + 1).max(10);
        let local = |at: usize| at.saturating_sub(offset).min(row.len());
        let focus = marks.first().map_or(0..0, |mark| local(mark.offset())..local(mark.offset() + mark.len()));
        let view = View::new(row, room, focus);
        out.push_str(format!("{head} {}", view.text).trim_end());
        out.push('\n');
        for mark in marks {
            let (from, to) = (view.cell(local(mark.offset())), view.cell(local(mark.offset() + mark.len())));
            let length = to.saturating_sub(from).max(1).min(room.saturating_sub(from)).max(1);
            let from = from.min(room - 1);
            let sign = if mark.primary() { "^" } else { "-" };
            let line = |text: &str| if mark.primary() { paint.severity(severity, text) } else { paint.frame(text) };
            let label = visible(mark.label().unwrap_or_default()).into_owned();
            let underline = format!("{}{}", " ".repeat(from), sign.repeat(length));
            if from + length + 1 + width(&label) <= room {
                out.push_str(&format!("{bar} {}\n", line(format!("{underline} {label}").trim_end())));
            } else {
                out.push_str(&format!("{bar} {}\n", line(&underline)));
                // Below the mark, as far left as it needs to be.
                let indent = from.min(room.saturating_sub(width(&label)));
                let indent = " ".repeat(if width(&label) > room { 0 } else { indent });
                let mut wrapped = String::new();
                let narrow = Handler { style: Style { width: room, ..self.style } };
                narrow.wrap(&mut wrapped, &indent, &indent, &label);
                for part in wrapped.lines() {
                    out.push_str(&format!("{bar} {}\n", line(part)));
                }
            }
        }
    }
}

impl ReportHandler for Handler {
    fn debug(&self, report: &dyn miette::Diagnostic, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        self.draw(report, &mut out).ok_or(fmt::Error)?;
        f.write_str(&out)
    }
}

/// The part of a line that is seen, cut to the room so that the marked part is in it.
struct View {
    text: String,
    /// For each byte at which a character begins, the cell in which it is shown.
    cells: Vec<(usize, usize)>,
    end: usize,
}

impl View {
    fn new(row: &str, room: usize, focus: std::ops::Range<usize>) -> View {
        let total = width(row);
        let before = width(&row[..focus.start]);
        let marked = width(&row[focus.clone()]);
        // Cut on the left only when the mark would not be seen otherwise.
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
                return View { text, cells: cells_at, end: used };
            }
            cells_at.push((byte, used));
            text.push(character);
            used += size;
            at += size;
        }
        View { text, cells: cells_at, end: used }
    }

    /// The cell in which this byte of the row is shown, or the nearest one.
    fn cell(&self, byte: usize) -> usize {
        match self.cells.binary_search_by_key(&byte, |(known, _)| *known) {
            Ok(place) => self.cells[place].1,
            Err(_) => self.end,
        }
    }
}
