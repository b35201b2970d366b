//! Output formats, one file each. A reporter receives the findings of a document, the end of the document, and the end
//! of the run.
//!
//! To add a format: write its file, with a struct that implements [`Reporter`], and add a variant to [`Format`] and a
//! line to [`reporter`]. `base` has the parts that formats share.

mod annotation;
mod base;
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
mod repeats;
mod report;
mod sarif;
mod text;
mod xml;

pub(crate) use crate::finding::{Excerpt, Masking};
pub(crate) use annotation::annotation;
pub use base::RunEnd;
pub(crate) use base::ascii;
pub(crate) use draw::Handler;
pub use json::SCHEMA as REPORT_SCHEMA;
pub(crate) use object::{Object, push_string};
pub(crate) use paint::Paint;
pub(crate) use report::{Context, Occurrence, Report, TIED};
pub use text::in_json;
pub(crate) use text::in_text;

use std::io::{self, Write};
use std::sync::Arc;

use crate::finding::summary::FailOn;
use crate::finding::{DocumentId, DocumentSummary, DrawnFindings, Finding, WriteFinding};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
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

/// Properties of the output.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Terminal cells in a line, at least 40.
    pub width: usize,
    pub color: bool,
    /// ASCII texts without drawings.
    pub plain: bool,
    /// Leaves out documents without findings.
    pub only_findings: bool,
    /// Maximum number of findings of each severity; totals count them all. None for the default of the format.
    pub limit: Option<usize>,
    /// The severities that `junit` reports as failures.
    pub fail_on: FailOn,
}

impl Style {
    pub const fn new(width: usize) -> Style {
        Style { width, color: false, plain: false, only_findings: false, limit: None, fail_on: FailOn::Error }
    }
}

impl Format {
    /// Maximum number of excerpts per document and severity, one for each group.
    pub fn max_excerpts(self, style: Style) -> usize {
        match self {
            Format::Full if !style.plain => style.limit.unwrap_or(full::DEFAULT_MAX_FINDINGS[0]),
            _ => 0,
        }
    }

    /// A function that formats a finding on the thread that found it, for formats in which its text depends on nothing
    /// else.
    pub fn write(self) -> Option<WriteFinding> {
        match self {
            Format::Json => Some(json::written),
            _ => None,
        }
    }
}

/// One output format. Methods fail only if the output cannot be written.
pub trait Reporter {
    /// A finding of the current document.
    fn finding(&mut self, document: &DocumentId, found: Finding, out: &mut dyn Write) -> io::Result<()>;

    /// The end of the current document.
    fn document(&mut self, _: &DocumentId, _: &DocumentSummary, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// Findings that need no excerpt anymore, updated during the run. None if the format needs all or none.
    fn drawn(&self) -> Option<Arc<DrawnFindings>> {
        None
    }

    /// The end of the run.
    fn finish(&mut self, end: &RunEnd<'_>, out: &mut dyn Write) -> io::Result<()>;
}

pub fn reporter(format: Format, style: Style) -> Box<dyn Reporter> {
    match format {
        Format::Full => Box::new(full::Full::new(style)),
        Format::Concise => Box::new(concise::Concise::new(style)),
        Format::Json => Box::new(json::Json::new(style)),
        Format::Grouped => Box::new(grouped::Grouped::new(style)),
        Format::JsonLines => Box::new(lines::JsonLines::new(style)),
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
