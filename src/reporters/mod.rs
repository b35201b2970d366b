//! Reporters: one file per output format, all fed the same findings and ends of documents.

mod annotation;
mod checkstyle;
mod concise;
mod draw;
mod fingerprint;
mod full;
mod github;
mod gitlab;
mod grouped;
mod json;
mod junit;
mod lines;
mod object;
mod output;
mod paint;
mod rdjsonl;
mod report;
mod sarif;
mod text;
mod xml;

pub use crate::finding::{Excerpt, Masking};
pub use annotation::beside;
pub use draw::Handler;
pub use json::{SCHEMA as REPORT_SCHEMA, VERSION as REPORT_VERSION};
pub(crate) use object::{Object, push_string};
pub use paint::Paint;
pub use report::Report;
pub use text::{in_json, in_text};

use std::io::{self, Write};

use crate::finding::summary::{Statistics, Summary};
use crate::finding::{DocumentId, DocumentSummary, Finding, WriteFinding};
use crate::input::InputError;
use crate::text::{shorten, thousands};

/// How findings are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// Excerpts with labels and advice
    #[default]
    Full,
    /// One line per finding: `path:line:column: severity[rule] message (/pointer)`
    Concise,
    /// One JSON object, described by `callcheck schema report`
    Json,
    /// Findings grouped by document
    Grouped,
    /// One JSON object per finding and line
    JsonLines,
    /// Annotations for GitHub Actions
    Github,
    /// A Code Quality report for GitLab
    Gitlab,
    /// SARIF 2.1.0 for code scanning
    Sarif,
    /// JUnit XML with one test case per document
    Junit,
    /// reviewdog JSON, one object per line
    Rdjsonl,
    /// Checkstyle XML
    Checkstyle,
    /// The list output of JSON Schema, one object per document
    List,
    /// The hierarchical output of JSON Schema, one object per document
    Hierarchical,
}

/// What an reporter must know of its reader.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Terminal cells in a line, at least 40.
    pub width: usize,
    /// Whether the reader's terminal shows colours.
    pub color: bool,
    /// ASCII sentences without drawings.
    pub plain: bool,
    /// Leave out documents without findings.
    pub only_findings: bool,
    /// Findings name the location in the schema that failed.
    pub has_custom_schema: bool,
    /// At most so many findings are shown; totals count them all.
    pub limit: Option<usize>,
}

impl Style {
    /// Plain lines of this width, without colors and limits.
    pub const fn new(width: usize) -> Style {
        Style { width, color: false, plain: false, only_findings: false, has_custom_schema: false, limit: None }
    }
}

impl Format {
    /// How many findings of a document are drawn with an excerpt, one for each group.
    pub fn drawn(self, style: Style) -> usize {
        match self {
            Format::Full if !style.plain => style.limit.unwrap_or(full::DRAWN),
            _ => 0,
        }
    }
}

impl Format {
    /// How a finding is written where it is found, if that depends on nothing else.
    pub fn write(self) -> Option<WriteFinding> {
        match self {
            Format::Json => Some(json::written),
            _ => None,
        }
    }
}

/// One output format.
pub trait Reporter {
    /// One finding of the document at hand.
    ///
    /// # Errors
    /// When the output cannot be written.
    fn finding(&mut self, subject: &DocumentId, found: Finding, out: &mut dyn Write) -> io::Result<()>;

    /// The end of the document at hand; nothing, for formats in which documents have none.
    ///
    /// # Errors
    /// When the output cannot be written.
    fn document(&mut self, _: &DocumentId, _: &DocumentSummary, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// Whether findings of the next document may be drawn.
    fn draws_more(&self) -> bool {
        true
    }

    /// The end of the run.
    ///
    /// # Errors
    /// When the output cannot be written.
    fn finish(
        &mut self,
        summary: &Summary,
        statistics: Option<&Statistics>,
        unreadable: &[InputError],
        out: &mut dyn Write,
    ) -> io::Result<()>;
}

/// The table of how many findings each rule has, in lines of so many cells.
fn table(statistics: Option<&Statistics>, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let rows = statistics.map(Statistics::sorted).unwrap_or_default();
    let rows: Vec<_> =
        rows.iter().map(|(severity, rule, number)| (thousands(*number), severity.as_str(), *rule)).collect();
    let numbers = rows.iter().map(|(number, ..)| number.len()).max().unwrap_or(0);
    let names = rows.iter().map(|(.., rule)| rule.len()).max().unwrap_or(0);
    let room = width.saturating_sub(numbers + "  warning  ".len() + names + "  ".len());
    rows.iter().try_for_each(|(number, severity, rule)| {
        let summary = crate::rules::find(rule).map_or("", |rule| rule.info.summary);
        let summary = if room < 8 { "".into() } else { shorten(summary, room) };
        let line = format!("{number:>numbers$}  {severity:<7}  {rule:<names$}  {summary}");
        writeln!(out, "{}", line.trim_end())
    })
}

/// The reporter for a format.
pub fn reporter(format: Format, style: Style) -> Box<dyn Reporter> {
    match format {
        Format::Full => Box::new(full::Full::new(style)),
        Format::Concise => Box::new(concise::Concise::new(style)),
        Format::Json => Box::new(json::Json::new(style)),
        Format::Grouped => Box::new(grouped::Grouped::new(style)),
        Format::JsonLines => Box::new(lines::Lines::new(style)),
        Format::Github => Box::new(github::GitHub::new(style)),
        Format::Gitlab => Box::new(gitlab::GitLab::new(style)),
        Format::Sarif => Box::new(sarif::Sarif::new(style)),
        Format::Junit => Box::new(junit::JUnit::new(style)),
        Format::Rdjsonl => Box::new(rdjsonl::RdJsonL::new(style)),
        Format::Checkstyle => Box::new(checkstyle::Checkstyle::new(style)),
        Format::List => Box::new(output::Output::new(style, false)),
        Format::Hierarchical => Box::new(output::Output::new(style, true)),
    }
}

/// The name of an input for services, which look for paths from the repository's folder: without the `./` that a folder `.` is walked with.
fn from_here(name: &str) -> &str {
    name.strip_prefix("./").filter(|name| !name.is_empty()).unwrap_or(name)
}

/// Notes and help of a finding, each on a line of its own, for services that show one text per finding.
fn advice(finding: &crate::diagnostic::Diagnostic<crate::span::Offset>) -> String {
    let notes = finding.notes.iter().map(|line| ("note", line));
    let lines = notes.chain(finding.help.iter().map(|line| ("help", line)));
    lines.map(|(what, line)| format!("\n{what}: {}", crate::text::visible(line))).collect()
}

/// The pointer of a finding as the end of a line: ` (/results/0/id)`, or nothing at the root.
fn at_pointer(finding: &crate::diagnostic::Diagnostic<crate::span::Offset>) -> String {
    match finding.instance_location.as_str() {
        "" => String::new(),
        pointer => format!(" ({})", short_pointer(pointer, 200)),
    }
}

/// A JSON Pointer for people: whole up to `most` characters, then without its middle.
fn short_pointer(pointer: &str, most: usize) -> String {
    let characters = pointer.chars().count();
    if characters <= most {
        return crate::text::visible(pointer).into_owned();
    }
    let half = most / 2;
    let head: String = pointer.chars().take(half).collect();
    let tail: String = pointer.chars().skip(characters - half).collect();
    crate::text::visible(&format!("{head}…{tail}")).into_owned()
}

/// Everything beyond printable ASCII as JSON escapes; the ellipsis as three points.
pub(crate) fn ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '…' => out.push_str("..."),
            ' '..='~' | '\n' => out.push(character),
            other => crate::text::push_escape(&mut out, other),
        }
    }
    out
}

/// A count of findings that a limit has left out.
fn left_out(number: u64) -> String {
    format!("{} not shown; use `--max-findings 0` to show all", crate::text::count(number, "more finding"))
}
