//! `concise`: one line per finding, `path:line:column: severity[rule] sentence (/pointer)`, as editors and grep like it.

use std::io::{self, Write};

use super::{Paint, Reporter, Style, ascii, at_pointer, left_out, table};
use crate::finding::summary::{Statistics, Summary};
use crate::finding::{DocumentId, Finding};
use crate::input::InputError;
use crate::text::visible;

pub struct Concise {
    style: Style,
    left: usize,
    hidden: u64,
}

impl Concise {
    pub fn new(style: Style) -> Self {
        Concise { style, left: style.limit.unwrap_or(usize::MAX), hidden: 0 }
    }
}

impl Reporter for Concise {
    fn finding(&mut self, subject: &DocumentId, found: Finding, out: &mut dyn Write) -> io::Result<()> {
        if self.left == 0 {
            self.hidden += 1;
            return Ok(());
        }
        self.left -= 1;
        let (paint, finding, place) = (Paint::new(self.style.color), &found.finding, found.location.0);
        let name = visible(&subject.name);
        let head = format!("{}[{}]", finding.severity, finding.rule.id);
        let pointer = at_pointer(finding);
        let record = subject.record.map_or(String::new(), |record| format!(" (record {record})"));
        let inflated = if subject.compression.is_some() { " (decompressed)" } else { "" };
        let sentence = format!("{}{pointer}{record}{inflated}", visible(&finding.message));
        if self.style.plain {
            writeln!(out, "{}", ascii(&format!("{name}:{}:{}: {head} {sentence}", place.line, place.column)))
        } else {
            writeln!(
                out,
                "{}: {} {sentence}",
                paint.strong(&format!("{name}:{}:{}", place.line, place.column)),
                paint.severity(finding.severity, &head)
            )
        }
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
        table(statistics, usize::MAX, out)
    }
}
