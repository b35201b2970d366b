//! `full`: for people. A finding is a [`miette::Diagnostic`] over a small excerpt, drawn by our own [`miette::ReportHandler`]: miette's
//! graphical one counts columns in bytes, panics beyond column 65,535 and prints whole lines, whatever their length.

use std::collections::HashMap;
use std::fmt;
use std::io::{self, Write};

use miette::{LabeledSpan, MietteError, MietteSpanContents, ReportHandler, SourceCode, SourceSpan, SpanContents};
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

use super::excerpt::{Excerpt, excerpt};
use super::{Emitter, Location, Locations, Paint, Style, ascii, left_out, short_pointer};
use crate::check::Checked;
use crate::diagnostic::{Diagnostic, Severity};
use crate::input::Unreadable;
use crate::summary::Summary;
use crate::text::{cells, visible, width};

/// One finding with all that is needed to show it: no byte of the document is borrowed. It can be given to any [`miette`] handler.
#[derive(Debug, Clone)]
pub struct Report {
    severity: Severity,
    rule: &'static str,
    message: String,
    help: String,
    snippet: Snippet,
}

/// The excerpt as miette's source code, under the document's own name and at its true place.
#[derive(Debug, Clone)]
struct Snippet {
    name: String,
    place: Location,
    excerpt: Excerpt,
}

/// What [`SpanContents::language`] says of an excerpt that does not keep the lines of its source.
const REFORMATTED: &str = "json; reformatted";

impl Report {
    /// The report of one finding. `others`: findings of the same kind that are told in its help.
    fn new(checked: &Checked<'_>, finding: &Diagnostic, others: &[&Diagnostic], locations: &Locations) -> Report {
        let place = locations.get(finding.label.span.start);
        let excerpt = excerpt(checked, &finding.label, &finding.related, place.line);
        let mut help = Vec::new();
        if !finding.instance_location.is_empty() {
            help.push(format!("at:{TIED}{}", short_pointer(&finding.instance_location, 120)));
        }
        for (label, drawn) in finding.related.iter().zip(&excerpt.related) {
            if !drawn {
                let place = locations.get(label.span.start);
                help.push(format!("see: {}:{}: {}", place.line, place.column, visible(&label.text)));
            }
        }
        help.extend(finding.notes.iter().map(|line| format!("note: {}", visible(line))));
        help.extend(finding.help.iter().map(|line| format!("help: {}", visible(line))));
        if !others.is_empty() {
            help.push(more_like_it(others, locations));
        }
        Report {
            severity: finding.severity,
            rule: finding.rule,
            message: visible(&finding.message).into_owned(),
            help: help.join("\n"),
            snippet: Snippet { name: visible(&checked.source.name).into_owned(), place, excerpt },
        }
    }
}

/// A blank at which no line is broken.
pub const TIED: char = '\u{A0}';

/// So many places of findings of the same kind are listed.
const MOST_PLACES: usize = 20;

fn more_like_it(others: &[&Diagnostic], locations: &Locations) -> String {
    let places: Vec<String> = others
        .iter()
        .take(MOST_PLACES)
        .map(|other| {
            let place = locations.get(other.label.span.start);
            format!("{}:{}{TIED}{}", place.line, place.column, short_pointer(&other.instance_location, 60))
                .trim_end_matches(TIED)
                .to_owned()
        })
        .collect();
    let rest = others.len().saturating_sub(MOST_PLACES);
    let rest = if rest > 0 { format!(", and {} more", crate::text::thousands(rest as u64)) } else { String::new() };
    format!("and {} more like it: {}{rest}", crate::text::thousands(others.len() as u64), places.join(", "))
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Report {}

impl miette::Diagnostic for Report {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.rule))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        (!self.help.is_empty()).then(|| Box::new(&self.help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.snippet)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let spans = self.snippet.excerpt.marks.iter().enumerate().map(|(place, (range, text))| {
            let text = Some(text.clone());
            if place == 0 {
                LabeledSpan::new_primary_with_span(text, range.clone())
            } else {
                LabeledSpan::new_with_span(text, range.clone())
            }
        });
        Some(Box::new(spans))
    }
}

impl SourceCode for Snippet {
    /// The finding's own text with its true line and column where just that is asked for; with context the whole excerpt, beginning at
    /// the first line that it shows.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let text = &self.excerpt.text;
        let own = self
            .excerpt
            .marks
            .first()
            .map(|(range, _)| range.clone())
            .filter(|range| range.start == span.offset() && before + after == 0);
        let (range, line, column) = match own {
            Some(range) => (range, self.place.line, self.place.column),
            None => (0..text.len(), self.excerpt.first_line.unwrap_or(self.place.line), 1),
        };
        let data = text.get(range.clone()).ok_or(MietteError::OutOfBounds)?;
        let contents = MietteSpanContents::new_named(
            self.name.clone(),
            data.as_bytes(),
            range.into(),
            line as usize - 1,
            column as usize - 1,
            data.lines().count(),
        );
        Ok(Box::new(contents.with_language(if self.excerpt.first_line.is_some() { "json" } else { REFORMATTED })))
    }
}

/// Draws findings for people.
#[derive(Debug, Clone, Copy)]
pub struct Handler {
    style: Style,
}

impl Handler {
    pub fn new(style: Style) -> Self {
        Handler { style }
    }

    /// Words within the width, the following lines indented.
    fn wrap(&self, out: &mut String, first: &str, rest: &str, text: &str) {
        let options = Options::new(self.style.width)
            .initial_indent(first)
            .subsequent_indent(rest)
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation)
            .wrap_algorithm(WrapAlgorithm::FirstFit)
            .break_words(true);
        for line in textwrap::wrap(text, options) {
            out.push_str(&line.trim_end().replace(TIED, " "));
            out.push('\n');
        }
    }

    /// Paints the beginning of the text from `from` on, which may be spread over lines.
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
        for character in name.chars() {
            if used + cells(character) > room {
                lines.push(String::new());
                used = 0;
            }
            lines.last_mut().expect("one line").push(character);
            used += cells(character);
        }
        if used + numbers.len() > room {
            lines.push(String::new());
        }
        lines.last_mut().expect("one line").push_str(numbers);
        let arrow = Paint::new(self.style.color).frame(&format!("{}--> ", " ".repeat(gutter)));
        out.push_str(&format!("{arrow}{}\n", lines.join(&format!("\n{}", " ".repeat(gutter + 4)))));
    }

    fn draw(&self, report: &dyn miette::Diagnostic, out: &mut String) -> Option<()> {
        let paint = Paint::new(self.style.color);
        let severity = match report.severity() {
            Some(miette::Severity::Warning) => Severity::Warning,
            Some(miette::Severity::Advice) => Severity::Note,
            _ => Severity::Error,
        };
        let code = report.code().map_or(String::new(), |code| code.to_string());
        let seen = |text: &str| if self.style.plain { ascii(&visible(text)) } else { visible(text).into_owned() };
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
            out.push_str(&format!("{}{}", paint.frame(&head), wrapped.strip_prefix(&head).unwrap_or(&wrapped)));
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
    /// Cells before the first byte of the row that is shown; negative room is cut.
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

/// The emitter.
pub struct Full {
    style: Style,
    left: usize,
    hidden: u64,
}

/// So many findings are drawn unless the caller says otherwise.
const DRAWN: usize = 50;

impl Full {
    pub fn new(style: Style) -> Self {
        Full { style, left: style.limit.unwrap_or(DRAWN), hidden: 0 }
    }
}

/// Findings that differ only in the record that they are about are one group.
fn group(finding: &Diagnostic) -> (&str, Option<&str>, &str, String) {
    let shape = finding
        .instance_location
        .split('/')
        .map(|token| if token.bytes().all(|byte| byte.is_ascii_digit()) { "*" } else { token })
        .collect::<Vec<_>>()
        .join("/");
    (finding.rule, finding.keyword_location.as_deref(), &finding.label.text, shape)
}

impl Emitter for Full {
    fn document(&mut self, checked: &Checked<'_>, out: &mut dyn Write) -> io::Result<()> {
        let (mut order, mut places): (Vec<Vec<&Diagnostic>>, HashMap<_, usize>) = (Vec::new(), HashMap::new());
        for finding in &checked.findings {
            let place = *places.entry(group(finding)).or_insert(order.len());
            if place == order.len() {
                order.push(Vec::new());
            }
            order[place].push(finding);
        }
        let locations = if self.left > 0 { Locations::of(checked, usize::MAX) } else { Locations::of(checked, 0) };
        let handler = Handler::new(self.style);
        for findings in &order {
            if self.left == 0 {
                self.hidden += findings.len() as u64;
                continue;
            }
            self.left -= 1;
            let report = Report::new(checked, findings[0], &findings[1..], &locations);
            let mut text = String::new();
            handler.draw(&report, &mut text);
            writeln!(out, "{text}")?;
        }
        Ok(())
    }

    fn finish(&mut self, _: &Summary, _: &[Unreadable], out: &mut dyn Write) -> io::Result<()> {
        let mut text = String::new();
        if self.hidden > 0 {
            Handler::new(self.style).wrap(&mut text, "", "  ", &left_out(self.hidden));
        }
        out.write_all(text.as_bytes())
    }
}
