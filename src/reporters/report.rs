//! A finding as a [`miette::Diagnostic`] over a small excerpt. It borrows nothing from the document, and any miette
//! handler can draw it.

use std::borrow::Cow;
use std::fmt;

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::base::short_pointer;
use crate::diagnostic::Severity;
use crate::finding::{DocumentId, Excerpt, Finding};
use crate::input::Location;
use crate::text::visible;

/// One finding with everything that is needed to draw it. All texts are escaped.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    pub(crate) severity: Severity,
    pub(crate) rule: Cow<'static, str>,
    pub(crate) message: String,
    pub(crate) label: String,
    /// The exchange of a recording: `exchange 3: POST /crm/v3/objects/calls/batch/read, 207`.
    pub(crate) exchange: Option<String>,
    /// The lines below the excerpt, each with its keyword: `at: /results/0`.
    pub(crate) lines: Vec<String>,
    pub(crate) snippet: Snippet,
}

/// The excerpt as source code of miette, with the name and the location in the document.
#[derive(Debug, Clone)]
pub(crate) struct Snippet {
    pub name: String,
    pub start: Location,
    pub excerpt: Excerpt,
}

impl Report {
    /// A report on its own, for library users.
    pub(crate) fn of(document: &DocumentId, found: Finding) -> Report {
        Report::new(document, found, Context::default())
    }

    pub(crate) fn new(document: &DocumentId, found: Finding, context: Context<'_>) -> Report {
        let Finding { finding, location, related, excerpt, .. } = found;
        let mut excerpt = excerpt.unwrap_or_default();
        excerpt.marks.iter_mut().for_each(|(_, label)| *label = visible(label).into_owned());
        let mut lines = Vec::new();
        if let Some(record) = document.record {
            lines.push(format!("record:{TIED}{record}"));
        }
        if let Some(exchange) = &document.exchange {
            let words = Some(exchange.in_words()).filter(|words| !words.is_empty());
            let words = words.map_or(String::new(), |words| format!(" ({words})"));
            lines.push(format!("exchange:{TIED}{}{words}", exchange.number));
        }
        if !finding.instance_location.is_empty() {
            lines.push(format!("at:{TIED}{}", short_pointer(&finding.instance_location, 120)));
        }
        if let Some(keyword) = finding.keyword_location.as_deref().filter(|_| document.has_custom_schema) {
            lines.push(format!("schema:{TIED}{}", short_pointer(keyword, 120)));
        }
        for (number, (label, (start, _))) in finding.related.iter().zip(related).enumerate() {
            if !excerpt.related.get(number).is_some_and(|drawn| *drawn) {
                lines.push(format!("see: {}:{}: {}", start.line, start.column, visible(&label.text)));
            }
        }
        lines.extend(finding.notes.iter().map(|line| format!("note: {}", visible(line))));
        if let Some(compression) = document.compression.filter(|_| context.names_compression) {
            lines.push(format!("note: locations refer to the decompressed data ({})", compression.as_str()));
        }
        lines.extend(finding.help.iter().map(|line| format!("help: {}", visible(line))));
        if context.more > 0 {
            lines.push(more_like_it(context.others, context.more));
        }
        Report {
            severity: finding.severity,
            rule: finding.rule.id.into(),
            message: visible(&finding.message).into_owned(),
            label: visible(&finding.label.text).into_owned(),
            exchange: document.exchange.as_ref().map(ToString::to_string),
            lines,
            snippet: Snippet { name: visible(&document.name).into_owned(), start: location.0, excerpt },
        }
    }

    /// The report of any diagnostic, with one line of context. None if it has no source code.
    pub(super) fn from_diagnostic(diagnostic: &dyn miette::Diagnostic) -> Option<Report> {
        let escaped = |text: &str| visible(text).into_owned();
        let source = diagnostic.source_code()?;
        let labels: Vec<LabeledSpan> = diagnostic.labels().into_iter().flatten().collect();
        let span = labels.first().map_or(SourceSpan::from(0..0), |label| *label.inner());
        let (marked, context) = (source.read_span(&span, 0, 0).ok()?, source.read_span(&span, 1, 1).ok()?);
        let shift = context.span().offset();
        let marks = labels.iter().filter_map(|label| {
            let start = label.offset().checked_sub(shift)?;
            Some((start..start + label.len(), escaped(label.label().unwrap_or_default())))
        });
        let original = String::from_utf8_lossy(context.data());
        let text = original.lines().map(escaped).collect::<Vec<_>>().join("\n");
        // Escapes would move the marks.
        let marks = if text == original.trim_end_matches('\n') { marks.collect() } else { Vec::new() };
        let (line, column) = (marked.line() as u64 + 1, marked.column() as u64 + 1);
        Some(Report {
            severity: match diagnostic.severity() {
                Some(miette::Severity::Warning) => Severity::Warning,
                Some(miette::Severity::Advice) => Severity::Note,
                _ => Severity::Error,
            },
            rule: diagnostic.code().map_or(String::new(), |code| escaped(&code.to_string())).into(),
            message: escaped(&diagnostic.to_string()),
            label: labels.first().and_then(LabeledSpan::label).map_or(String::new(), escaped),
            exchange: None,
            lines: diagnostic.help().map(|help| escaped(&help.to_string())).into_iter().collect(),
            snippet: Snippet {
                name: escaped(context.name().unwrap_or_default()),
                start: Location { line, column, byte: column },
                excerpt: Excerpt { text, first_line: Some(context.line() as u64 + 1), marks, related: Vec::new() },
            },
        })
    }
}

/// A finding of the same group as another one.
#[derive(Debug)]
pub(crate) struct Occurrence {
    pub location: Location,
    /// JSON Pointer.
    pub pointer: String,
    /// The number of the exchange in a recording, if it may differ from that of the other finding.
    pub exchange: Option<u64>,
}

/// Additions to a finding in its report.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Context<'c> {
    /// The next findings of its group.
    pub others: &'c [Occurrence],
    /// Number of the next findings.
    pub more: u64,
    /// Notes that locations are those of the decompressed data: once per file.
    pub names_compression: bool,
}

/// No-break space: keeps a keyword and its value on one line. `text::visible` escapes it in text from the input.
pub(crate) const TIED: char = '\u{A0}';

fn more_like_it(others: &[Occurrence], more: u64) -> String {
    let locations: Vec<String> = others
        .iter()
        .map(|Occurrence { location, pointer, exchange }| {
            let pointer = format!("{}:{}{TIED}{}", location.line, location.column, short_pointer(pointer, 60));
            let exchange = exchange.map_or(String::new(), |number| format!("{TIED}(exchange{TIED}{number})"));
            format!("{}{exchange}", pointer.trim_end_matches(TIED))
        })
        .collect();
    let rest = more - others.len() as u64;
    let rest = if rest > 0 { format!(" and {} more", crate::text::thousands(rest)) } else { String::new() };
    format!("{}: {}{rest}", crate::text::count(more, "more occurrence"), locations.join(", "))
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Report {}

impl miette::Diagnostic for Report {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&*self.rule))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        (!self.lines.is_empty()).then(|| Box::new(self.lines.join("\n")) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.snippet)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        if self.snippet.excerpt.marks.is_empty() {
            // Without an excerpt, the text of the label remains.
            let label = LabeledSpan::new_primary_with_span(Some(self.label.clone()), 0..0);
            return Some(Box::new(std::iter::once(label)));
        }
        let spans = self.snippet.excerpt.marks.iter().enumerate().map(|(index, (range, text))| {
            let text = Some(text.clone());
            if index == 0 {
                LabeledSpan::new_primary_with_span(text, range.clone())
            } else {
                LabeledSpan::new_with_span(text, range.clone())
            }
        });
        Some(Box::new(spans))
    }
}

impl SourceCode for Snippet {
    /// Without context lines: the marked text, with its line and column in the document. With context lines: the whole
    /// excerpt.
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
            Some(range) => (range, self.start.line, self.start.column),
            None => (0..text.len(), self.excerpt.first_line.unwrap_or(self.start.line), 1),
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
        Ok(Box::new(contents.with_language("json")))
    }
}

#[cfg(test)]
mod tests {
    use miette::MietteDiagnostic;

    use super::*;
    use crate::reporters::{Handler, Style};

    #[test]
    fn our_handler_draws_any_diagnostic() {
        let diagnostic = MietteDiagnostic::new("unknown key").with_code("config/key").with_help("remove it");
        let diagnostic = diagnostic.with_label(LabeledSpan::at(7..9, "here"));
        let report = miette::Report::new(diagnostic).with_source_code("{\n  \"a\": 1\n}\n".to_owned());
        let report = Report::from_diagnostic(&*report).expect("it has a source");
        let mut drawn = String::new();
        Handler::new(Style::new(80)).draw(&report, &mut drawn);
        let rows: Vec<&str> = drawn.lines().map(str::trim_end).collect();
        assert_eq!(rows[0], "error[config/key]: unknown key");
        assert!(rows.contains(&"2 |   \"a\": 1") && rows.last() == Some(&"  = remove it"), "{drawn}");
    }
}
