//! `grouped`: the findings of each document below its name, as in ESLint's `stylish` format.

use std::io::{self, Write};

use super::base::{Quota, RunEnd, ascii, message_with_pointer, qualifiers};
use super::draw::Handler;
use super::{Paint, Reporter, Style};
use crate::finding::{DocumentId, DocumentSummary, Finding};
use crate::text::visible;

pub(super) struct Grouped {
    style: Style,
    quota: Quota,
    /// The name of the current document was written.
    is_named: bool,
}

impl Grouped {
    pub(super) fn new(style: Style) -> Self {
        Grouped { style, quota: Quota::of(style), is_named: false }
    }

    fn line(&self, text: &str, out: &mut dyn Write) -> io::Result<()> {
        if self.style.plain { writeln!(out, "{}", ascii(text)) } else { writeln!(out, "{text}") }
    }
}

impl Reporter for Grouped {
    fn finding(&mut self, document: &DocumentId, found: Finding, out: &mut dyn Write) -> io::Result<()> {
        if !self.quota.take(&found.finding) {
            return Ok(());
        }
        let paint = Paint::new(self.style.color);
        if !std::mem::replace(&mut self.is_named, true) {
            let mut heading = String::new();
            let name = format!("{}{}", visible(&document.name), qualifiers(document));
            Handler::new(self.style).wrap(&mut heading, "", "  ", &name);
            heading.lines().try_for_each(|line| self.line(&paint.strong(line), out))?;
        }
        let (finding, start) = (&found.finding, found.location.0);
        let at = format!("  {:<10}  ", format!("{}:{}", start.line, start.column));
        let severity = format!("{:<7}", finding.severity.as_str());
        let words = format!("{severity}  {}  {}", message_with_pointer(finding), finding.rule.id);
        let mut text = String::new();
        Handler::new(self.style).wrap(&mut text, &at, &" ".repeat(at.len() + severity.len() + 2), &words);
        // Color is added after wrapping, which counts its escapes as characters.
        let painted = match text.strip_prefix(&[&*at, &*severity].concat()) {
            Some(rest) => format!("{at}{}{rest}", paint.severity(finding.severity, &severity)),
            None => text,
        };
        self.line(painted.trim_end(), out)
    }

    fn document(&mut self, _: &DocumentId, summary: &DocumentSummary, out: &mut dyn Write) -> io::Result<()> {
        if !std::mem::take(&mut self.is_named) {
            return Ok(());
        }
        writeln!(out, "  {}\n", summary.counts.list().join(", "))
    }

    fn finish(&mut self, end: &RunEnd<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.quota.write_end(end, self.style.width, out)
    }
}
