//! `grouped`: the findings of each document under its name, as ESLint's stylish format has them.

use std::io::{self, Write};

use super::draw::Handler;
use super::{Paint, Reporter, Style, ascii, at_pointer, left_out, table};
use crate::finding::summary::{Statistics, Summary};
use crate::finding::{DocumentId, DocumentSummary, Finding};
use crate::input::InputError;
use crate::text::{count, visible};

pub struct Grouped {
    style: Style,
    left: usize,
    hidden: u64,
    /// The name of the document at hand stands already.
    is_named: bool,
}

impl Grouped {
    pub fn new(style: Style) -> Self {
        Grouped { style, left: style.limit.unwrap_or(usize::MAX), hidden: 0, is_named: false }
    }

    fn line(&self, text: &str, out: &mut dyn Write) -> io::Result<()> {
        if self.style.plain { writeln!(out, "{}", ascii(text)) } else { writeln!(out, "{text}") }
    }
}

impl Reporter for Grouped {
    fn finding(&mut self, subject: &DocumentId, found: Finding, out: &mut dyn Write) -> io::Result<()> {
        if self.left == 0 {
            self.hidden += 1;
            return Ok(());
        }
        self.left -= 1;
        let paint = Paint::new(self.style.color);
        if !std::mem::replace(&mut self.is_named, true) {
            let record = subject.record.map_or(String::new(), |record| format!(" (record {record})"));
            let packed = if subject.compression.is_some() { " (decompressed)" } else { "" };
            let mut heading = String::new();
            let words = format!("{}{record}{packed}", visible(&subject.name));
            Handler::new(self.style).wrap(&mut heading, "", "  ", &words);
            heading.lines().try_for_each(|line| self.line(&paint.strong(line), out))?;
        }
        let (finding, place) = (&found.finding, found.location.0);
        let at = format!("  {:<10}  ", format!("{}:{}", place.line, place.column));
        let severity = format!("{:<7}", finding.severity.as_str());
        let words = format!("{severity}  {}{}  {}", visible(&finding.message), at_pointer(finding), finding.rule.id);
        let mut text = String::new();
        Handler::new(self.style).wrap(&mut text, &at, &" ".repeat(at.len() + severity.len() + 2), &words);
        // Painted when it is known how long lines are.
        let painted = match text.strip_prefix(&[&*at, &*severity].concat()) {
            Some(rest) => format!("{at}{}{rest}", paint.severity(finding.severity, &severity)),
            None => text,
        };
        self.line(painted.trim_end(), out)
    }

    fn document(&mut self, _: &DocumentId, ending: &DocumentSummary, out: &mut dyn Write) -> io::Result<()> {
        if !std::mem::take(&mut self.is_named) {
            return Ok(());
        }
        let counts = ending.counts;
        let numbers = [(counts.errors, "error"), (counts.warnings, "warning"), (counts.notes, "note")];
        let told: Vec<String> =
            numbers.iter().filter(|(number, _)| *number > 0).map(|(number, what)| count(*number, what)).collect();
        writeln!(out, "  {}\n", told.join(", "))
    }

    fn finish(
        &mut self,
        _: &Summary,
        statistics: Option<&Statistics>,
        _: &[InputError],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        if self.hidden > 0 {
            writeln!(out, "{}", left_out(self.hidden))?;
        }
        table(statistics, self.style.width, out)
    }
}
