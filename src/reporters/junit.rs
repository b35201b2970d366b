//! `junit`: JUnit XML with one test suite and one test case per document. The number of findings listed per document is
//! limited; the totals count all. There is no standard, only a common subset: <https://github.com/testmoapp/junitxml>
//! Viewers need `time`, which is always 0, because output does not depend on the clock.

use std::io::{self, Write};

use super::base::{RunEnd, once, pointer_suffix};
use super::xml::attribute;
use super::{Reporter, Style};
use crate::diagnostic::Severity;
use crate::finding::{DocumentId, DocumentSummary, Finding, Verdict};
use crate::text::{count, visible};

const MAX_FINDINGS_PER_DOCUMENT: usize = 200;

pub(super) struct JUnit {
    limit: usize,
    is_begun: bool,
    /// Lines about the current document.
    errors: Vec<String>,
    /// Warnings and notes.
    others: Vec<String>,
    /// Errors, warnings and notes among the lines.
    listed: [usize; 3],
    /// Rule and message.
    first: Option<(&'static str, String)>,
}

impl JUnit {
    pub(super) fn new(style: Style) -> Self {
        JUnit {
            limit: style.limit.unwrap_or(MAX_FINDINGS_PER_DOCUMENT).min(MAX_FINDINGS_PER_DOCUMENT),
            is_begun: false,
            errors: Vec::new(),
            others: Vec::new(),
            listed: [0; 3],
            first: None,
        }
    }

    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let opening = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"callcheck\" time=\"0\">\n";
        out.write_all(once(&mut self.is_begun, opening, "").as_bytes())
    }
}

/// The lines, and the number of those that were not kept.
fn listed(lines: &mut Vec<String>, total: u64) -> String {
    let more = total - lines.len() as u64;
    if more > 0 {
        lines.push(format!("... and {more} more"));
    }
    std::mem::take(lines).iter().map(|line| attribute(line)).collect::<Vec<String>>().join("\n")
}

impl Reporter for JUnit {
    fn finding(&mut self, document: &DocumentId, found: Finding, _: &mut dyn Write) -> io::Result<()> {
        let (finding, start) = (&found.finding, found.location.0);
        let is_error = finding.severity == Severity::Error;
        let message = visible(&finding.message);
        if is_error && self.first.is_none() {
            self.first = Some((finding.rule.id, message.clone().into_owned()));
        }
        let lines = if is_error { &mut self.errors } else { &mut self.others };
        let listed = &mut self.listed[finding.severity.pick([0, 1, 2])];
        if *listed < self.limit {
            *listed += 1;
            let name = visible(&document.name);
            let at = pointer_suffix(finding);
            let head = format!("{}[{}]", finding.severity, finding.rule.id);
            lines.push(format!("{name}:{}:{}: {head} {message}{at}", start.line, start.column));
        }
        Ok(())
    }

    fn document(&mut self, document: &DocumentId, summary: &DocumentSummary, out: &mut dyn Write) -> io::Result<()> {
        self.begin(out)?;
        self.listed = [0; 3];
        let record = document.record.map_or(String::new(), |record| format!(" record {record}"));
        let name = attribute(&format!("{}{record}", document.name));
        let is_wrong = u64::from(summary.counts.errors > 0);
        // In JUnit, a failure is a failed assertion, and an error a test that could not run.
        let (element, failures, errors) = match summary.verdict() {
            Verdict::Undecided => ("error", 0, is_wrong),
            _ => ("failure", is_wrong, 0),
        };
        writeln!(
            out,
            "<testsuite name=\"{name}\" tests=\"1\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"0\" time=\"0\">"
        )?;
        writeln!(out, "<testcase name=\"{name}\" classname=\"callcheck\" time=\"0\">")?;
        if let Some((rule, message)) = self.first.take() {
            let more = match summary.counts.errors - 1 {
                0 => String::new(),
                more => format!(" (and {})", count(more, "more error")),
            };
            let text = listed(&mut self.errors, summary.counts.errors);
            let message = attribute(&format!("{message}{more}"));
            writeln!(out, "<{element} type=\"{rule}\" message=\"{message}\">{text}</{element}>")?;
        }
        let others = summary.counts.warnings + summary.counts.notes;
        if others > 0 {
            writeln!(out, "<system-out>{}</system-out>", listed(&mut self.others, others))?;
        }
        out.write_all(b"</testcase>\n</testsuite>\n")
    }

    fn finish(&mut self, end: &RunEnd<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.begin(out)?;
        for input in end.unreadable {
            let (name, reason) = (attribute(&input.name), attribute(&input.reason));
            writeln!(
                out,
                "<testsuite name=\"{name}\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\" time=\"0\">"
            )?;
            writeln!(out, "<testcase name=\"{name}\" classname=\"callcheck\" time=\"0\">")?;
            writeln!(out, "<error type=\"unreadable\" message=\"{reason}\"/>\n</testcase>\n</testsuite>")?;
        }
        out.write_all(b"</testsuites>\n")
    }
}
