//! `concise`: one line per finding, `path:line:column: severity[rule] message (/pointer)`, for editors and grep.

use std::io::{self, Write};

use super::base::{Quota, RunEnd, ascii, message_with_pointer, qualifiers};
use super::{Paint, Reporter, Style};
use crate::finding::{DocumentId, Finding};
use crate::text::visible;

pub(super) struct Concise {
    style: Style,
    quota: Quota,
}

impl Concise {
    pub(super) fn new(style: Style) -> Self {
        Concise { style, quota: Quota::of(style) }
    }
}

impl Reporter for Concise {
    fn finding(&mut self, document: &DocumentId, found: Finding, out: &mut dyn Write) -> io::Result<()> {
        if !self.quota.take(&found.finding) {
            return Ok(());
        }
        let (paint, finding, start) = (Paint::new(self.style.color), &found.finding, found.location.0);
        let location = format!("{}:{}:{}", visible(&document.name), start.line, start.column);
        let rule = format!("{}[{}]", finding.severity, finding.rule.id);
        let message = format!("{}{}", message_with_pointer(finding), qualifiers(document));
        if self.style.plain {
            return writeln!(out, "{}", ascii(&format!("{location}: {rule} {message}")));
        }
        writeln!(out, "{}: {} {message}", paint.strong(&location), paint.severity(finding.severity, &rule))
    }

    fn finish(&mut self, end: &RunEnd<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.quota.write_end(end, usize::MAX, out)
    }
}
