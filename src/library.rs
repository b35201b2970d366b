//! The library: everything that is public. It runs the same check as the command line and keeps the result.

use std::fmt;
use std::ops::Range;
use std::path::Path;

use miette::{LabeledSpan, SourceCode};

use crate::check::{self, CheckOptions, NamedReader, ThreadState};
use crate::diagnostic::{Counts, RuleInfo, Severity};
use crate::finding::{DocumentId, Event, ExchangeId};
use crate::hubspot::AccountConfig;
use crate::report::{self, Page};
use crate::reporters::{self, Format, Reporter, RunEnd, Style};
use crate::schema::{Schema, SchemaSource};
use crate::stats::Figures;

/// Maximum width of drawn reports, in terminal cells.
const WIDTH: usize = 120;

/// Validates a response of HubSpot's batch calls API, or JSON Lines with one response per line.
///
/// `name` is the file name in reports. Bytes may be compressed (gzip, Zstandard) and may begin with HTTP headers.
pub fn check_bytes(name: &str, bytes: &[u8]) -> Report {
    Validator::hubspot().check_bytes(name, bytes)
}

/// Statistics of the responses in `bytes`: results, failures and calls.
pub fn summarize_bytes(name: &str, bytes: &[u8]) -> Summary {
    let validator = check::Validator { counts: true, ..check::Validator::embedded() };
    let mut figures = Figures::default();
    run(&CheckOptions::new(validator), name, bytes, &mut |event| match event {
        Event::Finding(_, found) => figures.finding(&found.finding),
        Event::DocumentEnd(_, end) => figures.document(end.kind, end.is_expected, end.counts.errors),
        Event::Figures(more) => figures.merge(&more),
        Event::SkippedExchanges(number) => figures.skipped_exchanges += number,
        Event::InputError(_) => figures.unreadable += 1,
        _ => {}
    });
    Summary(Box::new(figures))
}

fn run(options: &CheckOptions<'_>, name: &str, mut bytes: &[u8], consume: &mut dyn FnMut(Event)) {
    let mut sink = |event| {
        consume(event);
        Ok(())
    };
    let mut state = ThreadState::new(options);
    let input = NamedReader { name, size: Some(bytes.len() as u64), reader: &mut bytes, may_be_lines: true };
    // The sink never cancels.
    let _ = check::check_reader(options, &mut state, input, &mut sink);
}

/// A schema and the rules that apply with it.
pub struct Validator {
    custom: Option<Schema>,
}

impl Validator {
    /// The built-in schema and the HubSpot rules.
    pub fn hubspot() -> Validator {
        Validator { custom: None }
    }

    /// A JSON Schema (draft 4, 6, 7, 2019-09 or 2020-12, as `$schema` specifies) instead of HubSpot's. References are
    /// resolved in its directory and below; nothing is downloaded.
    ///
    /// # Errors
    /// If a file cannot be read, or is not a valid schema. The error has the problems with their locations.
    pub fn from_schema_file(path: impl AsRef<Path>) -> Result<Validator, SchemaError> {
        // `-` would be standard input.
        let path = if path.as_ref() == Path::new("-") { Path::new("./-") } else { path.as_ref() };
        let origin = SchemaSource { path, directories: &[], asserts_formats: true };
        let schema = Schema::load(origin).map_err(|broken| {
            let problems = reporters::in_json(&broken.name, &broken.text, &broken.problems, Style::new(WIDTH));
            SchemaError { name: broken.name, reason: broken.unreadable.unwrap_or(problems) }
        })?;
        Ok(Validator { custom: Some(schema) })
    }

    /// As [`check_bytes`].
    pub fn check_bytes(&self, name: &str, bytes: &[u8]) -> Report {
        let style = Style::new(WIDTH);
        let validator = match &self.custom {
            None => check::Validator::embedded(),
            Some(schema) => check::Validator { schema, rules: None, ..check::Validator::embedded() },
        };
        let options = CheckOptions { drawn: Format::Full.max_excerpts(style), ..CheckOptions::new(validator) };
        let mut drawing = ReportDrawing { reporter: reporters::reporter(Format::Full, style), text: Vec::new() };
        let mut report =
            Report { findings: Vec::new(), counts: Counts::default(), unreadable: None, text: String::new() };
        let mut summary = crate::finding::summary::Summary::default();
        run(&options, name, bytes, &mut |event| match event {
            Event::Finding(document, found) => {
                report.findings.push(Finding::new(&document, &found));
                let found = *found;
                drawing.write(|reporter, out| reporter.finding(&document, found, out));
            }
            Event::DocumentEnd(document, end) => {
                summary.add(&document, &end);
                drawing.write(|reporter, out| reporter.document(&document, &end, out));
            }
            Event::InputError(error) => report.unreadable = Some(error.reason),
            _ => {}
        });
        let end = RunEnd { summary: &summary, statistics: None, unreadable: &[], failures: &[], schemas: &[] };
        drawing.write(|reporter, out| reporter.finish(&end, out));
        report.text = String::from_utf8_lossy(&drawing.text).into_owned();
        report.counts = summary.counts;
        report
    }
}

struct ReportDrawing {
    reporter: Box<dyn Reporter>,
    text: Vec<u8>,
}

impl ReportDrawing {
    fn write(&mut self, write: impl FnOnce(&mut dyn Reporter, &mut Vec<u8>) -> std::io::Result<()>) {
        write(&mut *self.reporter, &mut self.text).expect("memory can be written");
    }
}

/// A schema that cannot be used. Its `Display` has the problems and their locations.
#[derive(Debug)]
pub struct SchemaError {
    name: String,
    reason: String,
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: invalid schema\n{}", self.name, self.reason)
    }
}

impl std::error::Error for SchemaError {}

/// The findings of an input. Its `Display` is that of `callcheck check` on a terminal, without colors.
#[derive(Debug, Clone)]
pub struct Report {
    findings: Vec<Finding>,
    counts: Counts,
    unreadable: Option<String>,
    text: String,
}

impl Report {
    /// True if the input was read to its end and has no errors. It may have warnings.
    pub fn is_valid(&self) -> bool {
        self.counts.errors == 0 && self.unreadable.is_none()
    }

    /// In the order of the input.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        match &self.unreadable {
            Some(reason) => writeln!(f, "error: {reason}"),
            None => Ok(()),
        }
    }
}

/// One finding. It implements [`miette::Diagnostic`], with an excerpt of the input as its source code.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Finding {
    /// `group/name`, for `callcheck explain`.
    pub rule: &'static str,
    pub severity: Severity,
    pub message: String,
    /// The text at the location.
    pub label: String,
    pub notes: Vec<String>,
    pub help: Vec<String>,
    /// Number of the document in JSON Lines, from 1.
    pub record: Option<u64>,
    /// The exchange of a recording.
    pub exchange: Option<ExchangeId>,
    /// From 1.
    pub line: u64,
    /// From 1, in Unicode scalar values.
    pub column: u64,
    /// Byte offsets in the (decompressed) input.
    pub bytes: Range<u64>,
    /// JSON Pointer (RFC 6901) of the checked value.
    pub instance_location: String,
    diagnostic: reporters::Report,
}

impl Finding {
    fn new(document: &DocumentId, found: &crate::finding::Finding) -> Finding {
        let (finding, start) = (&found.finding, found.location.0);
        let RuleInfo { id, .. } = *finding.rule;
        Finding {
            rule: id,
            severity: finding.severity,
            message: finding.message.clone(),
            label: finding.label.text.clone(),
            notes: finding.notes.clone(),
            help: finding.help.clone(),
            record: document.record,
            exchange: document.exchange.as_deref().cloned(),
            line: start.line,
            column: start.column,
            bytes: finding.label.span.start.0..finding.label.span.end.0,
            instance_location: finding.instance_location.clone(),
            diagnostic: reporters::Report::of(document, found.clone()),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.diagnostic.fmt(f)
    }
}

impl std::error::Error for Finding {}

impl miette::Diagnostic for Finding {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.diagnostic.code()
    }

    fn severity(&self) -> Option<miette::Severity> {
        self.diagnostic.severity()
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.diagnostic.help()
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.diagnostic.source_code()
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.diagnostic.labels()
    }
}

/// Statistics of responses. Its `Display` is that of `callcheck summary`.
#[derive(Debug, Clone)]
pub struct Summary(Box<Figures>);

impl Summary {
    /// Responses of any kind.
    pub fn responses(&self) -> u64 {
        self.0.documents()
    }

    /// Results of batch responses.
    pub fn results(&self) -> u64 {
        self.0.batches.results
    }

    /// Inputs that HubSpot reported as failed.
    pub fn failed_inputs(&self) -> u64 {
        self.0.batches.failed
    }

    /// The object that `callcheck schema summary` describes.
    pub fn to_json(&self) -> String {
        self.0.to_json().to_string()
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&report::terminal(&Page::of(&self.0, &AccountConfig::default()), Style::new(WIDTH)))
    }
}
