//! `json`: one object, described by `schema/report.schema.json`. Documents are written as they are checked, one a line.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;

use super::{Emitter, Locations, Style};
use crate::check::Checked;
use crate::diagnostic::Label;
use crate::input::Unreadable;
use crate::summary::Summary;
use crate::text::{is_hostile, push_escape};

/// The version of the report: grows when a member changes its meaning or goes.
pub const VERSION: u32 = 1;

/// The JSON Schema of the report.
pub const SCHEMA: &str = include_str!("../../schema/report.schema.json");

pub struct Json {
    style: Style,
    left: usize,
    begun: bool,
    any: bool,
}

#[derive(Serialize)]
struct Document<'a> {
    path: &'a str,
    record: Option<u64>,
    kind: &'static str,
    verdict: &'static str,
    http_status: Option<u16>,
    findings: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Finding<'a> {
    rule: &'static str,
    severity: &'static str,
    message: &'a str,
    notes: &'a [String],
    help: Option<String>,
    #[serde(flatten)]
    place: Place<'a>,
    instance_location: &'a str,
    keyword_location: Option<&'a str>,
    related: Vec<Place<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    label: &'a str,
    span: Span,
    line: u64,
    column: u64,
    end_line: u64,
    end_column: u64,
}

#[derive(Serialize)]
struct Span {
    start: u64,
    end: u64,
}

#[derive(Serialize)]
struct Totals {
    files: u64,
    documents: u64,
    clean: u64,
    with_findings: u64,
    errors: u64,
    warnings: u64,
    notes: u64,
    unreadable: u64,
}

#[derive(Serialize)]
struct Missing<'a> {
    path: &'a str,
    reason: &'a str,
}

impl Json {
    pub fn new(style: Style) -> Self {
        Json { style, left: style.limit.unwrap_or(usize::MAX), begun: false, any: false }
    }

    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if !self.begun {
            self.begun = true;
            write!(out, "{{\"version\":{VERSION},\"documents\":[")?;
        }
        Ok(())
    }
}

fn place<'a>(label: &'a Label, locations: &Locations) -> Place<'a> {
    let (start, end) = (locations.get(label.span.start), locations.get(label.span.end));
    Place {
        label: &label.text,
        span: Span { start: label.span.start, end: label.span.end },
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
    }
}

impl Emitter for Json {
    fn document(&mut self, checked: &Checked<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.begin(out)?;
        if self.style.quiet && checked.findings.is_empty() {
            return Ok(());
        }
        let shown = checked.findings.len().min(self.left);
        self.left -= shown;
        let locations = Locations::of(checked, shown);
        let findings = checked.findings[..shown]
            .iter()
            .map(|finding| Finding {
                rule: finding.rule,
                severity: finding.severity.as_str(),
                message: &finding.message,
                notes: &finding.notes,
                help: (!finding.help.is_empty()).then(|| finding.help.join("\n")),
                place: place(&finding.label, &locations),
                instance_location: &finding.instance_location,
                keyword_location: finding.keyword_location.as_deref(),
                related: finding.related.iter().map(|label| place(label, &locations)).collect(),
            })
            .collect();
        let document = Document {
            path: &checked.source.name,
            record: None,
            kind: checked.kind.as_str(),
            verdict: checked.verdict().as_str(),
            http_status: checked.source.head.as_ref().map(|head| head.status),
            findings,
        };
        write!(out, "{}\n{}", if self.any { "," } else { "" }, to_json(&document)?)?;
        self.any = true;
        Ok(())
    }

    fn finish(&mut self, summary: &Summary, unreadable: &[Unreadable], out: &mut dyn Write) -> io::Result<()> {
        self.begin(out)?;
        let missing: Vec<Missing<'_>> =
            unreadable.iter().map(|input| Missing { path: &input.name, reason: &input.reason }).collect();
        let totals = Totals {
            files: summary.files,
            documents: summary.documents,
            clean: summary.clean,
            with_findings: summary.documents - summary.clean,
            errors: summary.errors,
            warnings: summary.warnings,
            notes: summary.notes,
            unreadable: summary.unreadable,
        };
        writeln!(out, "\n],\"unreadable\":{},\"totals\":{}}}", to_json(&missing)?, to_json(&totals)?)
    }
}

/// JSON text in which no hostile character stands raw: they can occur in strings only, where an escape means the same.
fn to_json(value: &impl Serialize) -> io::Result<String> {
    let text = serde_json::to_string(value)?;
    if !text.chars().any(is_hostile) {
        return Ok(text);
    }
    let mut out = String::with_capacity(text.len() + 64);
    for character in text.chars() {
        if is_hostile(character) {
            push_escape(&mut out, character);
        } else {
            let _ = out.write_char(character);
        }
    }
    Ok(out)
}
