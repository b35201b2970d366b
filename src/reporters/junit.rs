//! `junit`: a test suite for each document, with one test: is it a faithful answer? Servers show what failed beside the other tests. Of a document
//! so many findings are listed as fit into a page; the totals count all.

use std::io::{self, Write};

use super::xml::attribute;
use super::{Reporter, Style, at_pointer};
use crate::diagnostic::Severity;
use crate::finding::summary::{Statistics, Summary};
use crate::finding::{DocumentId, DocumentSummary, Finding, Verdict};
use crate::input::InputError;
use crate::text::{count, visible};

/// So many findings of a document are listed.
const LISTED: usize = 200;

pub struct JUnit {
    most: usize,
    is_begun: bool,
    /// Lines on what is wrong with the document at hand, and on what is only odd about it.
    errors: Vec<String>,
    others: Vec<String>,
    /// The first error: its rule and sentence.
    first: Option<(&'static str, String)>,
}

impl JUnit {
    pub fn new(style: Style) -> Self {
        JUnit {
            most: style.limit.unwrap_or(LISTED).min(LISTED),
            is_begun: false,
            errors: Vec::new(),
            others: Vec::new(),
            first: None,
        }
    }

    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if std::mem::replace(&mut self.is_begun, true) {
            return Ok(());
        }
        out.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"callcheck\">\n")
    }
}

/// The lines that were kept, and how many more there are.
fn listed(lines: &mut Vec<String>, total: u64) -> String {
    let more = total - lines.len() as u64;
    if more > 0 {
        lines.push(format!("... and {more} more"));
    }
    std::mem::take(lines).iter().map(|line| attribute(line)).collect::<Vec<String>>().join("\n")
}

impl Reporter for JUnit {
    fn finding(&mut self, subject: &DocumentId, found: Finding, _: &mut dyn Write) -> io::Result<()> {
        let (finding, place) = (&found.finding, found.location.0);
        let is_error = finding.severity == Severity::Error;
        let message = visible(&finding.message);
        if is_error && self.first.is_none() {
            self.first = Some((finding.rule.id, message.clone().into_owned()));
        }
        let lines = if is_error { &mut self.errors } else { &mut self.others };
        if lines.len() < self.most {
            let name = visible(&subject.name);
            let at = at_pointer(finding);
            let head = format!("{}[{}]", finding.severity, finding.rule.id);
            lines.push(format!("{name}:{}:{}: {head} {message}{at}", place.line, place.column));
        }
        Ok(())
    }

    fn document(&mut self, subject: &DocumentId, ending: &DocumentSummary, out: &mut dyn Write) -> io::Result<()> {
        self.begin(out)?;
        let record = subject.record.map_or(String::new(), |record| format!(" record {record}"));
        let name = attribute(&format!("{}{record}", subject.name));
        let is_wrong = u64::from(ending.counts.errors > 0);
        // What could not be checked has not failed.
        let (element, failures, errors) = match ending.verdict() {
            Verdict::Undecided => ("error", 0, is_wrong),
            _ => ("failure", is_wrong, 0),
        };
        writeln!(
            out,
            "<testsuite name=\"{name}\" tests=\"1\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"0\">"
        )?;
        writeln!(out, "<testcase name=\"{name}\" classname=\"callcheck\">")?;
        if let Some((rule, message)) = self.first.take() {
            let more = match ending.counts.errors - 1 {
                0 => String::new(),
                more => format!(" (and {})", count(more, "more error")),
            };
            let text = listed(&mut self.errors, ending.counts.errors);
            let message = attribute(&format!("{message}{more}"));
            writeln!(out, "<{element} type=\"{rule}\" message=\"{message}\">{text}</{element}>")?;
        }
        let others = ending.counts.warnings + ending.counts.notes;
        if others > 0 {
            writeln!(out, "<system-out>{}</system-out>", listed(&mut self.others, others))?;
        }
        out.write_all(b"</testcase>\n</testsuite>\n")
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
            let (name, reason) = (attribute(&input.name), attribute(&input.reason));
            writeln!(out, "<testsuite name=\"{name}\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\">")?;
            writeln!(out, "<testcase name=\"{name}\" classname=\"callcheck\">")?;
            writeln!(out, "<error type=\"unreadable\" message=\"{reason}\"/>\n</testcase>\n</testsuite>")?;
        }
        out.write_all(b"</testsuites>\n")
    }
}
