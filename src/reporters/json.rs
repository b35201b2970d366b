//! `json`: one object, described by `schema/report.schema.json`. Documents are written as they are checked, one a line.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::object::{Object, push_string};
use super::{Reporter, Style};
use crate::diagnostic::Label;
use crate::finding::summary::{Statistics, Summary};
use crate::finding::{DocumentId, DocumentSummary, Finding};
use crate::input::{Compression, InputError, Location};
use crate::span::Offset;

/// The version of the report: grows when a member changes its meaning or goes.
pub const VERSION: u32 = 1;

/// The JSON Schema of the report.
pub const SCHEMA: &str = include_str!("../../schema/report.schema.json");

pub struct Json {
    style: Style,
    left: usize,
    begun: bool,
    any: bool,
    /// The findings of the document at hand have begun.
    inside: bool,
    /// What is to be written next.
    text: String,
}

impl Json {
    pub fn new(style: Style) -> Self {
        Json {
            style,
            left: style.limit.unwrap_or(usize::MAX),
            begun: false,
            any: false,
            inside: false,
            text: String::new(),
        }
    }

    /// The beginning of the report, once.
    fn begin(&mut self) {
        if !std::mem::replace(&mut self.begun, true) {
            let _ = write!(self.text, "{{\"version\":{VERSION},\"documents\":[");
        }
    }
}

/// A label's span and both forms of its place.
fn push_place(object: &mut Object<'_>, label: &Label<Offset>, (start, end): (Location, Location)) {
    let span = label.span;
    Object::begin(object.name("span")).number("start", span.start.0).number("end", span.end.0).end();
    object
        .number("line", start.line)
        .number("column", start.column)
        .number("end_line", end.line)
        .number("end_column", end.column);
}

/// A finding as it stands in the report.
pub fn written(found: &Finding) -> String {
    // Nearly all are shorter than that.
    let mut out = String::with_capacity(640);
    push_finding(&mut out, found);
    out
}

fn push_finding(out: &mut String, found: &Finding) {
    let mut object = Object::begin(out);
    push_members(&mut object, found);
    object.end();
}

/// The members of a finding.
pub fn push_members(object: &mut Object<'_>, found: &Finding) {
    let finding = &found.finding;
    object
        .text("rule", finding.rule.id)
        .text("severity", finding.severity.as_str())
        .text("message", &finding.message)
        .array("notes", &finding.notes, |out, note| push_string(out, note));
    let help = (!finding.help.is_empty()).then(|| finding.help.join("\n"));
    object.text_or_null("help", help.as_deref()).text("label", &finding.label.text);
    push_place(object, &finding.label, found.location);
    let related = finding.related.iter().zip(&found.related);
    object
        .text("instance_location", &finding.instance_location)
        .text_or_null("keyword_location", finding.keyword_location.as_deref())
        .array("related", related, |out, (label, place)| {
            let mut object = Object::begin(out);
            push_place(object.text("label", &label.text), label, *place);
            object.end();
        });
}

impl Json {
    /// The beginning of a document, up to its findings.
    fn open(&mut self, subject: &DocumentId) {
        self.begin();
        self.text.push_str(if std::mem::replace(&mut self.any, true) { ",\n" } else { "\n" });
        Object::begin(&mut self.text)
            .text("path", &subject.name)
            .number_or_null("record", subject.record)
            .number_or_null("http_status", subject.http_status.map(u64::from))
            .text_or_null("compression", subject.compression.map(Compression::as_str))
            .name("findings")
            .push('[');
    }

    fn write(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let written = out.write_all(self.text.as_bytes());
        self.text.clear();
        written
    }
}

impl Reporter for Json {
    fn finding(&mut self, subject: &DocumentId, found: Finding, out: &mut dyn Write) -> io::Result<()> {
        let is_first = !std::mem::replace(&mut self.inside, true);
        if is_first {
            self.open(subject);
        }
        if self.left > 0 {
            self.left -= 1;
            self.text.push_str(if is_first { "" } else { ",\n" });
            match &found.written {
                Some(written) => self.text.push_str(written),
                None => push_finding(&mut self.text, &found),
            }
        }
        self.write(out)
    }

    fn document(&mut self, subject: &DocumentId, ending: &DocumentSummary, out: &mut dyn Write) -> io::Result<()> {
        let has_findings = std::mem::take(&mut self.inside);
        if has_findings || !self.style.only_findings {
            if !has_findings {
                self.open(subject);
            }
            self.text.push(']');
            Object::resume(&mut self.text)
                .text("kind", ending.kind.as_str())
                .text("verdict", ending.verdict().as_str())
                .end();
        }
        self.write(out)
    }

    fn finish(
        &mut self,
        summary: &Summary,
        statistics: Option<&Statistics>,
        unreadable: &[InputError],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        self.begin();
        self.text.push_str("\n]");
        let mut report = Object::resume(&mut self.text);
        report.array("unreadable", unreadable, |out, input| {
            Object::begin(out).text("path", &input.name).text("reason", &input.reason).end();
        });
        Object::begin(report.name("totals"))
            .number("files", summary.files)
            .number("documents", summary.documents)
            .number("clean", summary.clean)
            .number("with_findings", summary.documents - summary.clean)
            .number("errors", summary.counts.errors)
            .number("warnings", summary.counts.warnings)
            .number("notes", summary.counts.notes)
            .number("suppressed", summary.suppressed)
            .number("unreadable", summary.unreadable)
            .end();
        if let Some(statistics) = statistics {
            report.array("statistics", statistics.sorted(), |out, (severity, rule, count)| {
                Object::begin(out).text("rule", rule).text("severity", severity.as_str()).number("count", count).end();
            });
        }
        report.end();
        self.text.push('\n');
        self.write(out)
    }
}
