//! `junit`: JUnit XML with one test suite and one test case per document. The number of findings listed per document is
//! limited; the totals count all. There is no standard, only a common subset: <https://github.com/testmoapp/junitxml>
//! Viewers need `time`, which is always 0, because output does not depend on the clock.

use std::io::{self, Write};

use super::base::{RunEnd, once, pointer_suffix};
use super::xml::attribute;
use super::{Reporter, Style};
use crate::diagnostic::{Counts, Severity};
use crate::finding::summary::FailOn;
use crate::finding::{DocumentId, DocumentSummary, Finding, Verdict};
use crate::text::{count, visible};

const MAX_FINDINGS_PER_DOCUMENT: usize = 200;

pub(super) struct JUnit {
    limit: usize,
    is_begun: bool,
    /// Findings of these severities are failures. Others are output, so that the report agrees with the exit code.
    fail_on: FailOn,
    /// Those of the current document.
    lines: Vec<Line>,
    /// Errors, warnings and notes among the lines.
    listed: [usize; 3],
}

/// A finding.
struct Line {
    severity: Severity,
    rule: &'static str,
    message: String,
    text: String,
}

impl JUnit {
    pub(super) fn new(style: Style) -> Self {
        JUnit {
            limit: style.limit.unwrap_or(MAX_FINDINGS_PER_DOCUMENT).min(MAX_FINDINGS_PER_DOCUMENT),
            is_begun: false,
            fail_on: style.fail_on,
            lines: Vec::new(),
            listed: [0; 3],
        }
    }

    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let opening = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"callcheck\" time=\"0\">\n";
        out.write_all(once(&mut self.is_begun, opening, "").as_bytes())
    }
}

/// The lines, and the number of those that were not kept.
fn listed(lines: &[Line], total: u64) -> String {
    let more = total - lines.len() as u64;
    let more = (more > 0).then(|| format!("... and {more} more"));
    lines.iter().map(|line| attribute(&line.text)).chain(more).collect::<Vec<String>>().join("\n")
}

impl Reporter for JUnit {
    fn finding(&mut self, document: &DocumentId, found: Finding, _: &mut dyn Write) -> io::Result<()> {
        let (finding, start) = (&found.finding, found.location.0);
        let message = visible(&finding.message);
        let listed = &mut self.listed[finding.severity.pick([0, 1, 2])];
        if *listed < self.limit {
            *listed += 1;
            let name = visible(&document.name);
            let at = pointer_suffix(finding);
            let head = format!("{}[{}]", finding.severity, finding.rule.id);
            let text = format!("{name}:{}:{}: {head} {message}{at}", start.line, start.column);
            let (severity, rule) = (finding.severity, finding.rule.id);
            self.lines.push(Line { severity, rule, message: message.into_owned(), text });
        }
        Ok(())
    }

    fn document(&mut self, document: &DocumentId, summary: &DocumentSummary, out: &mut dyn Write) -> io::Result<()> {
        self.begin(out)?;
        self.listed = [0; 3];
        let record = document.record.map_or(String::new(), |record| format!(" record {record}"));
        let exchange = document.exchange.as_ref().map_or(String::new(), |exchange| format!(" {exchange}"));
        let name = attribute(&format!("{}{record}{exchange}", document.name));
        let is_undecided = summary.verdict() == Verdict::Undecided;
        // A run with undecided values fails with any `--fail-on`.
        let has_undecided = summary.counts.undecided > 0;
        let fails = |severity| self.fail_on.includes(severity) || has_undecided && severity == Severity::Error;
        let (failing, others): (Vec<Line>, Vec<Line>) =
            std::mem::take(&mut self.lines).into_iter().partition(|line| fails(line.severity));
        let Counts { errors, warnings, notes, .. } = summary.counts;
        let all = [(Severity::Error, errors), (Severity::Warning, warnings), (Severity::Note, notes)];
        let failed: u64 = all.iter().filter(|(severity, _)| fails(*severity)).map(|(_, number)| number).sum();
        let is_wrong = u64::from(failed > 0);
        // In JUnit, a failure is a failed assertion, and an error a test that could not run.
        let (element, failures, errors) = if is_undecided { ("error", 0, is_wrong) } else { ("failure", is_wrong, 0) };
        writeln!(
            out,
            "<testsuite name=\"{name}\" tests=\"1\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"0\" time=\"0\">"
        )?;
        writeln!(out, "<testcase name=\"{name}\" classname=\"callcheck\" time=\"0\">")?;
        if failed > 0 {
            let noun = if fails(Severity::Warning) { "more finding" } else { "more error" };
            let (rule, message) = match (failing.first(), failed - 1) {
                // `--min-severity` hides them, but they count.
                (None, _) => ("hidden", format!("{} not shown", count(failed, "finding"))),
                (Some(first), 0) => (first.rule, first.message.clone()),
                (Some(first), more) => (first.rule, format!("{} (and {})", first.message, count(more, noun))),
            };
            let (message, text) = (attribute(&message), listed(&failing, failed));
            writeln!(out, "<{element} type=\"{rule}\" message=\"{message}\">{text}</{element}>")?;
        }
        let rest = summary.counts.total() - failed;
        if rest > 0 {
            writeln!(out, "<system-out>{}</system-out>", listed(&others, rest))?;
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
