//! `json`: one object, described by `schema/report.schema.json`. Documents are written as they are checked, one a line.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize;

use super::{Emitter, Style};
use crate::check::{Ending, Found, Subject};
use crate::diagnostic::Label;
use crate::input::{Compression, Location, Unreadable};
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
    /// The findings of the document at hand have begun.
    inside: bool,
    /// Memory for one finding.
    text: Vec<u8>,
}

/// What is known of a document before its findings.
#[derive(Serialize)]
struct Beginning<'a> {
    path: &'a str,
    record: Option<u64>,
    http_status: Option<u16>,
    compression: Option<&'static str>,
}

/// What is known behind them.
#[derive(Serialize)]
struct End {
    kind: &'static str,
    verdict: &'static str,
}

#[derive(Serialize)]
struct Finding<'a> {
    rule: &'static str,
    severity: &'static str,
    message: &'a str,
    notes: &'a [String],
    help: Option<Cow<'a, str>>,
    label: &'a str,
    span: Span,
    line: u64,
    column: u64,
    end_line: u64,
    end_column: u64,
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
        Json {
            style,
            left: style.limit.unwrap_or(usize::MAX),
            begun: false,
            any: false,
            inside: false,
            text: Vec::new(),
        }
    }

    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if !self.begun {
            self.begun = true;
            write!(out, "{{\"version\":{VERSION},\"documents\":[")?;
        }
        Ok(())
    }
}

fn place<'a>(label: &'a Label, (start, end): (Location, Location)) -> Place<'a> {
    Place {
        label: &label.text,
        span: Span { start: label.span.start, end: label.span.end },
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
    }
}

impl Json {
    /// The beginning of a document, up to its findings.
    fn open(&mut self, subject: &Subject, out: &mut dyn Write) -> io::Result<()> {
        self.begin(out)?;
        let beginning = to_json(&Beginning {
            path: &subject.name,
            record: subject.record,
            http_status: subject.http_status,
            compression: subject.compression.map(Compression::as_str),
        })?;
        let comma = if std::mem::replace(&mut self.any, true) { "," } else { "" };
        write!(out, "{comma}\n{},\"findings\":[", &beginning[..beginning.len() - 1])
    }
}

impl Emitter for Json {
    fn finding(&mut self, subject: &Subject, found: Found, out: &mut dyn Write) -> io::Result<()> {
        let is_first = !std::mem::replace(&mut self.inside, true);
        if is_first {
            self.open(subject, out)?;
        }
        if self.left == 0 {
            return Ok(());
        }
        self.left -= 1;
        let finding = &found.finding;
        let Place { label, span, line, column, end_line, end_column } = place(&finding.label, found.place);
        let related = finding.related.iter().zip(&found.related).map(|(label, at)| place(label, *at)).collect();
        self.text.clear();
        if !is_first {
            self.text.extend_from_slice(b",\n");
        }
        write_json(
            &Finding {
                rule: finding.rule,
                severity: finding.severity.as_str(),
                message: &finding.message,
                notes: &finding.notes,
                help: match finding.help.as_slice() {
                    [] => None,
                    [line] => Some(line.into()),
                    lines => Some(lines.join("\n").into()),
                },
                label,
                span,
                line,
                column,
                end_line,
                end_column,
                instance_location: &finding.instance_location,
                keyword_location: finding.keyword_location.as_deref(),
                related,
            },
            &mut self.text,
        )?;
        out.write_all(&self.text)
    }

    fn document(&mut self, subject: &Subject, ending: &Ending, out: &mut dyn Write) -> io::Result<()> {
        let has_findings = std::mem::take(&mut self.inside);
        if self.style.quiet && !has_findings {
            return self.begin(out);
        }
        if !has_findings {
            self.open(subject, out)?;
        }
        let end = to_json(&End { kind: ending.kind.as_str(), verdict: ending.verdict().as_str() })?;
        write!(out, "],{}", &end[1..])
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
            errors: summary.counts.errors,
            warnings: summary.counts.warnings,
            notes: summary.counts.notes,
            unreadable: summary.unreadable,
        };
        writeln!(out, "\n],\"unreadable\":{},\"totals\":{}}}", to_json(&missing)?, to_json(&totals)?)
    }
}

/// JSON text in which no hostile character stands raw: they can occur in strings only, where an escape means the same.
fn to_json(value: &impl Serialize) -> io::Result<String> {
    let mut text = Vec::with_capacity(256);
    write_json(value, &mut text)?;
    String::from_utf8(text).map_err(io::Error::other)
}

/// Appends the same.
fn write_json(value: &impl Serialize, out: &mut Vec<u8>) -> io::Result<()> {
    let begin = out.len();
    serde_json::to_writer(&mut *out, value)?;
    let text = &out[begin..];
    // What is hostile in ASCII `serde_json` has escaped, but for DEL.
    if text.is_ascii() && memchr::memchr(0x7F, text).is_none() {
        return Ok(());
    }
    let text = String::from_utf8(out.split_off(begin)).map_err(io::Error::other)?;
    let mut escaped = String::with_capacity(text.len() + 64);
    for character in text.chars() {
        if is_hostile(character) {
            push_escape(&mut escaped, character);
        } else {
            escaped.push(character);
        }
    }
    out.extend_from_slice(escaped.as_bytes());
    Ok(())
}
