//! `checkstyle`: Checkstyle's XML, which many servers and editors read. Columns count Unicode characters from 1.

use std::io::{self, Write};

use super::from_here;
use super::xml::attribute;
use super::{Reporter, Style, at_pointer, left_out};
use crate::diagnostic::Severity;
use crate::finding::summary::{Statistics, Summary};
use crate::finding::{DocumentId, DocumentSummary, Finding};
use crate::input::InputError;

pub struct Checkstyle {
    left: usize,
    hidden: u64,
    is_begun: bool,
    /// Inside the element of a file.
    is_inside: bool,
}

impl Checkstyle {
    pub fn new(style: Style) -> Self {
        Checkstyle { left: style.limit.unwrap_or(usize::MAX), hidden: 0, is_begun: false, is_inside: false }
    }

    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if std::mem::replace(&mut self.is_begun, true) {
            return Ok(());
        }
        out.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n")
    }
}

impl Reporter for Checkstyle {
    fn finding(&mut self, subject: &DocumentId, found: Finding, out: &mut dyn Write) -> io::Result<()> {
        if self.left == 0 {
            self.hidden += 1;
            return Ok(());
        }
        self.left -= 1;
        self.begin(out)?;
        if !std::mem::replace(&mut self.is_inside, true) {
            writeln!(out, "<file name=\"{}\">", attribute(from_here(&subject.name)))?;
        }
        let (finding, place) = (&found.finding, found.location.0);
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "info",
        };
        let at = at_pointer(finding);
        writeln!(
            out,
            "<error line=\"{}\" column=\"{}\" severity=\"{severity}\" message=\"{}\" source=\"callcheck.{}\"/>",
            place.line,
            place.column,
            attribute(&format!("{}{at}", finding.message)),
            finding.rule.id.replace('/', ".")
        )
    }

    fn document(&mut self, _: &DocumentId, _: &DocumentSummary, out: &mut dyn Write) -> io::Result<()> {
        if std::mem::take(&mut self.is_inside) { out.write_all(b"</file>\n") } else { Ok(()) }
    }

    fn finish(
        &mut self,
        _: &Summary,
        _: Option<&Statistics>,
        unreadable: &[InputError],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        self.begin(out)?;
        for input in unreadable {
            let (name, reason) = (attribute(from_here(&input.name)), attribute(&input.reason));
            writeln!(out, "<file name=\"{name}\"><exception>{reason}</exception></file>")?;
        }
        if self.hidden > 0 {
            writeln!(out, "<!-- {} -->", left_out(self.hidden).replace("--", "- -"))?;
        }
        out.write_all(b"</checkstyle>\n")
    }
}
