//! A finding as a [`miette::Diagnostic`] over a small excerpt: no byte of the document is borrowed, any miette handler can draw it.

use std::fmt;

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::base::short_pointer;
use crate::check::Checked;
use crate::diagnostic::Severity;
use crate::finding::Excerpt;
use crate::finding::{DocumentId, Finding};
use crate::input::Location;
use crate::text::visible;

/// One finding with all that is needed to show it: no byte of the document is borrowed. It can be given to any [`miette`] handler.
#[derive(Debug, Clone)]
pub struct Report {
    severity: Severity,
    rule: &'static str,
    message: String,
    label: String,
    help: String,
    snippet: Snippet,
}

/// The excerpt as miette's source code, under the document's own name and at its true place.
#[derive(Debug, Clone)]
struct Snippet {
    name: String,
    place: Location,
    excerpt: Excerpt,
}

/// What [`SpanContents::language`] says of an excerpt that does not keep the lines of its source.
pub(super) const REFORMATTED: &str = "json; reformatted";

impl Report {
    /// A report for each finding of a document.
    pub fn all(checked: &Checked<'_>) -> Vec<Report> {
        let document = DocumentId::of(checked.source);
        checked.found(usize::MAX).into_iter().map(|found| Report::new(&document, found, Context::default())).collect()
    }

    /// The report of one finding.
    pub(super) fn new(document: &DocumentId, found: Finding, context: Context<'_>) -> Report {
        let Finding { finding, location: place, related, excerpt, .. } = found;
        let excerpt = excerpt.unwrap_or_default();
        let mut help = Vec::new();
        if let Some(record) = document.record {
            help.push(format!("record:{TIED}{record}"));
        }
        if !finding.instance_location.is_empty() {
            help.push(format!("at:{TIED}{}", short_pointer(&finding.instance_location, 120)));
        }
        if let Some(keyword) = finding.keyword_location.as_deref().filter(|_| context.has_custom_schema) {
            help.push(format!("schema:{TIED}{}", short_pointer(keyword, 120)));
        }
        for (number, (label, (place, _))) in finding.related.iter().zip(related).enumerate() {
            if !excerpt.related.get(number).is_some_and(|drawn| *drawn) {
                help.push(format!("see: {}:{}: {}", place.line, place.column, visible(&label.text)));
            }
        }
        help.extend(finding.notes.iter().map(|line| format!("note: {}", visible(line))));
        if let Some(compression) = document.compression.filter(|_| context.names_compression) {
            help.push(format!("note: locations refer to the decompressed data ({})", compression.as_str()));
        }
        help.extend(finding.help.iter().map(|line| format!("help: {}", visible(line))));
        if context.more > 0 {
            help.push(more_like_it(context.others, context.more));
        }
        Report {
            severity: finding.severity,
            rule: finding.rule.id,
            message: visible(&finding.message).into_owned(),
            label: visible(&finding.label.text).into_owned(),
            help: help.join("\n"),
            snippet: Snippet { name: visible(&document.name).into_owned(), place: place.0, excerpt },
        }
    }
}

/// What a report shows in addition to its finding.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Context<'c> {
    /// Locations and pointers of the next findings of its group.
    pub others: &'c [(Location, String)],
    /// How many there are.
    pub more: u64,
    /// The location in the schema that failed.
    pub has_custom_schema: bool,
    /// Locations are those of decompressed data: once per file is enough.
    pub names_compression: bool,
}

/// A space at which no line is broken. `text::visible` leaves none in what comes from the input.
pub(super) const TIED: char = '\u{A0}';

fn more_like_it(others: &[(Location, String)], more: u64) -> String {
    let told: Vec<String> = others
        .iter()
        .map(|(place, pointer)| {
            format!("{}:{}{TIED}{}", place.line, place.column, short_pointer(pointer, 60))
                .trim_end_matches(TIED)
                .to_owned()
        })
        .collect();
    let rest = more - others.len() as u64;
    let rest = if rest > 0 { format!(" and {} more", crate::text::thousands(rest)) } else { String::new() };
    format!("{}: {}{rest}", crate::text::count(more, "more occurrence"), told.join(", "))
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Report {}

impl miette::Diagnostic for Report {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.rule))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        (!self.help.is_empty()).then(|| Box::new(&self.help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.snippet)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        if self.snippet.excerpt.marks.is_empty() {
            // Nothing is drawn: the words stay.
            let label = LabeledSpan::new_primary_with_span(Some(self.label.clone()), 0..0);
            return Some(Box::new(std::iter::once(label)));
        }
        let spans = self.snippet.excerpt.marks.iter().enumerate().map(|(place, (range, text))| {
            let text = Some(text.clone());
            if place == 0 {
                LabeledSpan::new_primary_with_span(text, range.clone())
            } else {
                LabeledSpan::new_with_span(text, range.clone())
            }
        });
        Some(Box::new(spans))
    }
}

impl SourceCode for Snippet {
    /// The finding's own text with its true line and column where just that is asked for; with context the whole excerpt, beginning at
    /// the first line that it shows.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let text = &self.excerpt.text;
        let own = self
            .excerpt
            .marks
            .first()
            .map_or(Some(0..0), |(range, _)| Some(range.clone()))
            .filter(|range| range.start == span.offset() && before + after == 0);
        let (range, line, column) = match own {
            Some(range) => (range, self.place.line, self.place.column),
            None => (0..text.len(), self.excerpt.first_line.unwrap_or(self.place.line), 1),
        };
        let data = text.get(range.clone()).ok_or(MietteError::OutOfBounds)?;
        let contents = MietteSpanContents::new_named(
            self.name.clone(),
            data.as_bytes(),
            range.into(),
            line as usize - 1,
            column as usize - 1,
            data.lines().count(),
        );
        Ok(Box::new(contents.with_language(if self.excerpt.first_line.is_some() { "json" } else { REFORMATTED })))
    }
}
