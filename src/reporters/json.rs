//! `json`: one object, described by `schema/report.schema.json`. Documents are written as they are checked,
//! one per line.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::base::{Quota, RunEnd, once};
use super::object::{Object, push_string};
use super::{Reporter, Style};
use crate::diagnostic::Label;
use crate::finding::{DocumentId, DocumentSummary, Finding};
use crate::input::{Compression, Location};
use crate::span::Offset;

/// Increases when a property changes its meaning or is removed.
pub(super) const VERSION: u32 = 1;

pub const SCHEMA: &str = include_str!("../../schema/report.schema.json");

pub(super) struct Json {
    style: Style,
    quota: Quota,
    is_begun: bool,
    has_documents: bool,
    /// Inside the findings of a document.
    is_inside: bool,
    text: String,
}

impl Json {
    pub(super) fn new(style: Style) -> Self {
        Json {
            style,
            quota: Quota::of(style),
            is_begun: false,
            has_documents: false,
            is_inside: false,
            text: String::new(),
        }
    }

    fn begin(&mut self) {
        if !std::mem::replace(&mut self.is_begun, true) {
            let _ = write!(self.text, "{{\"version\":{VERSION},\"documents\":[");
        }
    }
}

/// The exchange of a recording, or null.
pub(super) fn push_exchange<'o, 't>(object: &'o mut Object<'t>, document: &DocumentId) -> &'o mut Object<'t> {
    let out = object.name("exchange");
    match &document.exchange {
        None => out.push_str("null"),
        Some(exchange) => Object::begin(out)
            .number("number", exchange.number)
            .text_or_null("method", exchange.short_method().as_deref())
            .text_or_null("path", exchange.short_path().as_deref())
            .number_or_null("status", exchange.status.map(u64::from))
            .end(),
    }
    object
}

/// The range of a label in bytes, and in lines and columns.
fn push_range(object: &mut Object<'_>, label: &Label<Offset>, (start, end): (Location, Location)) {
    let span = label.span;
    Object::begin(object.name("span")).number("start", span.start.0).number("end", span.end.0).end();
    object
        .number("line", start.line)
        .number("column", start.column)
        .number("end_line", end.line)
        .number("end_column", end.column);
}

pub(super) fn written(found: &Finding) -> String {
    // Nearly all findings are shorter.
    let mut out = String::with_capacity(640);
    push_finding(&mut out, found);
    out
}

fn push_finding(out: &mut String, found: &Finding) {
    let mut object = Object::begin(out);
    push_properties(&mut object, found);
    object.end();
}

pub(super) fn push_properties(object: &mut Object<'_>, found: &Finding) {
    let finding = &found.finding;
    object
        .text("rule", finding.rule.id)
        .text("severity", finding.severity.as_str())
        .text("message", &finding.message)
        .array("notes", &finding.notes, |out, note| push_string(out, note));
    let help = (!finding.help.is_empty()).then(|| finding.help.join("\n"));
    object.text_or_null("help", help.as_deref()).text("label", &finding.label.text);
    push_range(object, &finding.label, found.location);
    let related = finding.related.iter().zip(&found.related);
    object
        .text("instance_location", &finding.instance_location)
        .text_or_null("keyword_location", finding.keyword_location.as_deref())
        .array("related", related, |out, (label, range)| {
            let mut object = Object::begin(out);
            push_range(object.text("label", &label.text), label, *range);
            object.end();
        });
}

impl Json {
    /// Writes a document up to its findings.
    fn open(&mut self, document: &DocumentId) {
        self.begin();
        self.text.push_str(once(&mut self.has_documents, "\n", ",\n"));
        let mut object = Object::begin(&mut self.text);
        object.text("path", &document.name).number_or_null("record", document.record);
        push_exchange(&mut object, document)
            .number_or_null("http_status", document.http_status.map(u64::from))
            .text_or_null("compression", document.compression.map(Compression::as_str))
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
    fn finding(&mut self, document: &DocumentId, found: Finding, out: &mut dyn Write) -> io::Result<()> {
        let is_first = !std::mem::replace(&mut self.is_inside, true);
        if is_first {
            self.open(document);
        }
        if self.quota.take(&found.finding) {
            self.text.push_str(if is_first { "" } else { ",\n" });
            match &found.written {
                Some(written) => self.text.push_str(written),
                None => push_finding(&mut self.text, &found),
            }
        }
        self.write(out)
    }

    fn document(&mut self, document: &DocumentId, summary: &DocumentSummary, out: &mut dyn Write) -> io::Result<()> {
        let has_findings = std::mem::take(&mut self.is_inside);
        if has_findings || !self.style.only_findings {
            if !has_findings {
                self.open(document);
            }
            self.text.push(']');
            Object::resume(&mut self.text)
                .text("kind", summary.kind.as_str())
                .text("verdict", summary.verdict().as_str())
                .end();
        }
        self.write(out)
    }

    fn finish(&mut self, end: &RunEnd<'_>, out: &mut dyn Write) -> io::Result<()> {
        let RunEnd { summary, statistics, unreadable, schemas, .. } = *end;
        self.begin();
        self.text.push_str("\n]");
        let mut report = Object::resume(&mut self.text);
        report.array("unreadable", unreadable, |out, input| {
            Object::begin(out).text("path", &input.name).text("reason", &input.reason).end();
        });
        if !schemas.is_empty() {
            report.array("schemas", schemas, |out, schema| {
                let mut object = Object::begin(out);
                object.text("path", &schema.name).array("references", &schema.references, |out, (uri, path)| {
                    Object::begin(out).text("uri", uri).text("path", path).end();
                });
                object.end();
            });
        }
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
            .number("skipped_exchanges", summary.skipped_exchanges)
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
