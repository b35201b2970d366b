//! `checkstyle`: Checkstyle XML, which many servers and editors read. Columns count Unicode characters from 1.
//! <https://checkstyle.org/apidocs/com/puppycrawl/tools/checkstyle/XMLLogger.html>

use std::io::{self, Write};

use super::base::{Quota, RunEnd, exchange_suffix, once, pointer_suffix};
use super::xml::attribute;
use super::{Reporter, Style};
use crate::finding::{DocumentId, DocumentSummary, Finding};

pub(super) struct Checkstyle {
    quota: Quota,
    is_begun: bool,
    /// Inside a `<file>`.
    is_inside: bool,
}

impl Checkstyle {
    pub(super) fn new(style: Style) -> Self {
        Checkstyle { quota: Quota::of(style), is_begun: false, is_inside: false }
    }

    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let opening = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n";
        out.write_all(once(&mut self.is_begun, opening, "").as_bytes())
    }
}

impl Reporter for Checkstyle {
    fn finding(&mut self, document: &DocumentId, found: Finding, out: &mut dyn Write) -> io::Result<()> {
        if !self.quota.take(&found.finding) {
            return Ok(());
        }
        self.begin(out)?;
        if !std::mem::replace(&mut self.is_inside, true) {
            writeln!(out, "<file name=\"{}\">", attribute(&document.name))?;
        }
        let (finding, start) = (&found.finding, found.location.0);
        let severity = finding.severity.pick(["error", "warning", "info"]);
        writeln!(
            out,
            "<error line=\"{}\" column=\"{}\" severity=\"{severity}\" message=\"{}\" source=\"callcheck.{}\"/>",
            start.line,
            start.column,
            attribute(&format!("{}{}{}", finding.message, pointer_suffix(finding), exchange_suffix(document))),
            finding.rule.id.replace('/', ".")
        )
    }

    fn document(&mut self, _: &DocumentId, _: &DocumentSummary, out: &mut dyn Write) -> io::Result<()> {
        if std::mem::take(&mut self.is_inside) { out.write_all(b"</file>\n") } else { Ok(()) }
    }

    fn finish(&mut self, end: &RunEnd<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.begin(out)?;
        for input in end.unreadable {
            let (name, reason) = (attribute(&input.name), attribute(&input.reason));
            writeln!(out, "<file name=\"{name}\"><exception>{reason}</exception></file>")?;
        }
        if let Some(note) = self.quota.note() {
            writeln!(out, "<!-- {note} -->")?;
        }
        out.write_all(b"</checkstyle>\n")
    }
}
