//! The results of checking: findings that no longer need the bytes they are about, and the end of each document.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

mod drawn;
mod excerpt;
mod exchange;
mod masking;
pub(crate) mod summary;
mod verdict;

pub(crate) use drawn::DrawnFindings;
pub(crate) use excerpt::Excerpt;
pub use exchange::ExchangeId;
pub(crate) use masking::Masking;
pub(crate) use verdict::Verdict;

use self::excerpt::Target;
use crate::diagnostic::{Counts, Diagnostic, Group, OFFSET, Severity, remove_repetitions};
use crate::hash::{BASIS, fnv};
use crate::hubspot::classify::{CORRELATION_ID, DocumentKind};
use crate::input::{Compression, InputError, Location, Map, Source};
use crate::json::{Document, Kind as Json, Tape, Value};
use crate::rules::levels::Levels;
use crate::schema::LoadedSchema;
use crate::span::{Offset, Pos, Span};
use crate::stats::Figures;

/// Identifies the document that an event is about.
#[derive(Debug, Clone)]
pub struct DocumentId {
    /// As [`crate::input::Input::name`].
    pub name: Arc<str>,
    /// Number of the document in JSON Lines, from 1.
    pub record: Option<u64>,
    /// Status of the HTTP headers before it.
    pub http_status: Option<u16>,
    /// The exchange of a recording that it is the response of.
    pub exchange: Option<Arc<ExchangeId>>,
    /// If set, locations and offsets are those of the decompressed text.
    pub compression: Option<Compression>,
    /// True if it is validated against a custom schema. Findings then name the location in the schema that failed.
    pub has_custom_schema: bool,
}

impl DocumentId {
    /// A document that is the whole input.
    pub fn of(source: &Source<'_>) -> Self {
        DocumentId {
            name: source.name.into(),
            record: None,
            http_status: source.headers.as_ref().map(|head| head.status),
            exchange: None,
            compression: None,
            has_custom_schema: false,
        }
    }
}

/// One finding with everything that is needed to report it.
#[derive(Debug, Clone)]
pub struct Finding {
    pub finding: Diagnostic<Offset>,
    /// Start and end of the label.
    pub location: (Location, Location),
    /// Starts and ends of the related labels.
    pub related: Vec<(Location, Location)>,
    /// None for repeats in a group and beyond the budget.
    pub excerpt: Option<Excerpt>,
    /// Identifies the finding in a baseline; 0 without a baseline.
    pub digest: u128,
    /// The finding as `CheckOptions::write` formats it. Its texts are then empty.
    pub written: Option<String>,
}

/// Formats a finding on the thread that found it, for formats in which the text depends on nothing else.
pub(crate) type WriteFinding = fn(&Finding) -> String;

/// The result of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentSummary {
    pub kind: DocumentKind,
    /// True if callcheck.toml expects this kind.
    pub is_expected: bool,
    pub counts: Counts,
    /// Suppressed by the baseline; not part of `counts`.
    pub known: Counts,
}

impl DocumentSummary {
    pub fn new(kind: DocumentKind, counts: Counts) -> DocumentSummary {
        DocumentSummary { kind, is_expected: false, counts, known: Counts::default() }
    }

    /// All findings, suppressed or not.
    pub fn all(&self) -> Counts {
        let mut all = self.counts;
        all += self.known;
        all
    }

    /// Suppressed findings count: a baseline does not make a document valid.
    pub fn verdict(&self) -> Verdict {
        Verdict::of(self.kind, self.is_expected, self.all())
    }
}

/// A step of a run, in the order of the inputs: the findings of a document, its end, the end of its input.
#[derive(Debug)]
pub enum Event {
    Finding(DocumentId, Box<Finding>),
    DocumentEnd(DocumentId, DocumentSummary),
    /// Statistics of a part of the input.
    Figures(Box<Figures>),
    FileEnd,
    /// Exchanges of a recording that were not checked: they belong to other APIs. Before [`Event::FileEnd`].
    SkippedExchanges(u64),
    /// The input could not be read, or not to its end.
    InputError(InputError),
    /// The inputs that this configuration applies to are not checked.
    ConfigError(Arc<ConfigError>),
    /// A configuration chooses a schema, and it was loaded. If it cannot be used, its inputs are not checked.
    /// `messages` are its warnings or errors, drawn for the terminal.
    Schema {
        loaded: Result<LoadedSchema, InputError>,
        messages: String,
    },
    /// About the run, not about the data: a note or a warning.
    Message(Severity, String),
}

/// Decides how findings are reported, and which of them get an excerpt: the first of each group, up to a limit per
/// document and severity.
///
/// The limit is that of the reporter, and it is enough: a group that the reporter does not draw again was drawn before,
/// and that was part of the reporter's limit.
#[derive(Debug, Default)]
pub struct ExcerptBudget {
    /// Groups of each severity.
    limit: usize,
    /// Errors, warnings and notes with an excerpt.
    spent: [usize; 3],
    /// Findings of the run that need no excerpt.
    drawn: Option<Arc<DrawnFindings>>,
    /// None for the defaults.
    levels: Option<Arc<Levels>>,
    write: Option<WriteFinding>,
    digests: bool,
    /// Findings below it get no excerpt.
    min_severity: Option<Severity>,
    masking: Masking,
    /// Documents of up to this number of bytes show whole lines.
    verbatim: usize,
    seen: HashSet<Group>,
}

impl ExcerptBudget {
    pub fn new(limit: usize, write: Option<WriteFinding>) -> Self {
        ExcerptBudget { limit, write, ..ExcerptBudget::default() }
    }

    pub fn leveled(self, levels: Option<Arc<Levels>>) -> Self {
        ExcerptBudget { levels, ..self }
    }

    pub fn without(self, drawn: Option<Arc<DrawnFindings>>) -> Self {
        ExcerptBudget { drawn, ..self }
    }

    pub fn digesting(self, digests: bool) -> Self {
        ExcerptBudget { digests, ..self }
    }

    pub fn with_min_severity(self, severity: Severity) -> Self {
        ExcerptBudget { min_severity: Some(severity), ..self }
    }

    /// Documents of up to `verbatim` bytes in which nothing is masked show whole lines. Larger ones may be streamed,
    /// and then the neighbors of an item are already removed.
    pub fn masking(self, masking: Masking, verbatim: usize) -> Self {
        ExcerptBudget { masking, verbatim, ..self }
    }

    /// Sets the severities of findings, and removes those of disabled rules.
    pub fn apply_levels(&self, found: &mut Vec<Diagnostic>) {
        if let Some(levels) = &self.levels {
            found.retain_mut(|finding| levels.apply(finding));
        }
    }

    /// True if the finding, which has its severity, may get an excerpt.
    pub fn is_new(&self, finding: &Diagnostic) -> bool {
        self.new_group(finding).is_some()
    }

    fn new_group(&self, finding: &Diagnostic) -> Option<Group> {
        let severity = finding.severity;
        let drawn = self.drawn.as_deref();
        if self.spent[severity.pick([0, 1, 2])] >= self.limit
            || self.min_severity.is_some_and(|min| severity < min)
            || drawn.is_some_and(|drawn| drawn.is_exhausted(severity))
        {
            return None;
        }
        let group = finding.group();
        let is_new = !self.seen.contains(&group) && drawn.is_none_or(|drawn| !drawn.is_complete(group));
        is_new.then_some(group)
    }

    fn spend(&mut self, finding: &Diagnostic) -> bool {
        let Some(group) = self.new_group(finding) else { return false };
        self.spent[finding.severity.pick([0, 1, 2])] += 1;
        self.seen.insert(group)
    }
}

/// A buffer with one document, from which findings take their locations and excerpts.
#[derive(Clone, Copy)]
pub struct SourceView<'a> {
    /// Positions of findings are positions in here.
    pub bytes: &'a [u8],
    /// Position of the first byte after the HTTP headers.
    pub body: usize,
    pub scanned: Document<'a>,
    /// True if the scanner reached the end of the document.
    pub is_whole: bool,
    /// Index in its array, if the document is an item of a streamed array.
    pub record: Option<u64>,
    /// False for a streamed document, in which the neighbors of an item are already removed.
    pub is_buffered: bool,
}

impl<'a> SourceView<'a> {
    /// A text that was not scanned.
    pub fn bare(bytes: &'a [u8]) -> SourceView<'a> {
        static NOTHING: LazyLock<Tape> = LazyLock::new(Tape::default);
        SourceView {
            bytes,
            body: 0,
            scanned: Document::of(bytes, &NOTHING),
            is_whole: false,
            record: None,
            is_buffered: false,
        }
    }

    /// The view of the item around a position, if that is in an array at the top of the document.
    fn record_at<'t>(&self, position: Pos, tape: &'t mut Tape) -> Option<SourceView<'t>>
    where
        'a: 't,
    {
        if self.record.is_some() || self.scanned.is_empty() {
            return None;
        }
        let is_around = |value: &Value<'_>| value.span().range().contains(&position.0);
        let root = self.scanned.root();
        let array = root
            .members()
            .map(|(_, value)| value)
            .chain([root])
            .find(|value| value.kind() == Json::Array && is_around(value))?;
        let (index, item) = array.elements().enumerate().find(|(_, item)| is_around(item))?;
        let scanned = Document::parse_value(self.bytes, item.span().start.0, tape).ok()?;
        Some(SourceView {
            bytes: self.bytes,
            body: self.body,
            scanned,
            is_whole: true,
            record: Some(index as u64),
            is_buffered: self.is_buffered,
        })
    }
}

impl SourceView<'_> {
    /// The findings of this view, independent of its text: with their locations, their offsets in the input and, within
    /// the budget, their excerpts.
    pub fn findings(&self, map: &mut Map, mut found: Vec<Diagnostic>, budget: &mut ExcerptBudget) -> Vec<Finding> {
        budget.apply_levels(&mut found);
        remove_repetitions(&mut found);
        let locations = Locations::of(&found, self.bytes, map);
        let mut tape = Tape::default();
        let mut findings = Vec::with_capacity(found.len());
        for finding in found {
            let location = locations.of_span(finding.label.span);
            let related = finding.related.iter().map(|label| locations.of_span(label.span)).collect();
            let excerpt = budget.spend(&finding).then(|| self.excerpt(&finding, location.0.line, budget, &mut tape));
            let digest = if budget.digests { digest(&finding, finding.label.span.of(self.bytes)) } else { 0 };
            let finding = finding.map_spans(|span| self.locate(span, map));
            let mut finding = Finding { finding, location, related, excerpt, digest, written: None };
            if let Some(write) = budget.write {
                finding.written = Some(write(&finding));
                finding.finding = finding.finding.without_texts();
            }
            findings.push(finding);
        }
        findings
    }

    /// The only conversion of positions in the buffer into offsets in the input.
    fn locate(&self, span: Span, map: &Map) -> Span<Offset> {
        Span { start: map.offset(span.start), end: map.offset(span.end) }
    }

    fn excerpt(&self, finding: &Diagnostic, line: u64, budget: &ExcerptBudget, tape: &mut Tape) -> Excerpt {
        let label = &finding.label;
        let item =
            if self.is_whole || !finding.rule.stops_reading { self.record_at(label.span.start, tape) } else { None };
        let near = item.as_ref().unwrap_or(self);
        let masks = budget.masking.applies(near, label);
        // A small document in which nothing is masked shows its own lines with all they contain.
        let is_verbatim = !masks && self.is_buffered && self.bytes.len() <= budget.verbatim;
        let streamed = SourceView { is_buffered: false, ..*near };
        let view = if is_verbatim {
            self
        } else if masks {
            near
        } else {
            &streamed
        };
        Target { view, label, related: &finding.related, line, masks }.excerpt()
    }
}

/// Locations of all labels of some findings. Counting lines and columns means reading the text, so it is read once, in
/// the order of the positions.
struct Locations(Vec<(Pos, Location)>);

impl Locations {
    fn of(findings: &[Diagnostic], text: &[u8], map: &mut Map) -> Locations {
        let labels = findings.iter().flat_map(|finding| std::iter::once(&finding.label).chain(&finding.related));
        let mut all: Vec<(Pos, Location)> = Vec::with_capacity(2 * findings.len());
        for label in labels {
            all.extend([label.span.start, label.span.end].map(|position| (position, Location::START)));
        }
        all.sort_unstable_by_key(|(position, _)| *position);
        all.iter_mut().for_each(|(position, location)| *location = map.location(text, *position));
        Locations(all)
    }

    fn of_span(&self, span: Span) -> (Location, Location) {
        let at = |position: Pos| self.0[self.0.partition_point(|(before, _)| *before < position)].1;
        (at(span.start), at(span.end))
    }
}

/// Identifies a finding across runs, together with its rule and its pointer. Covers the message, the notes and the
/// marked text without whitespace, but not byte offsets or correlation ids, which change from run to run.
fn digest(finding: &Diagnostic, marked: &[u8]) -> u128 {
    let texts = [&finding.message, &finding.label.text].into_iter().chain(&finding.notes);
    let stable = texts.filter(|text| !text.starts_with(CORRELATION_ID));
    let digest = stable.fold(finding.identity ^ BASIS, |digest, text| match text.split_once(OFFSET) {
        None => fnv(fnv(digest, &[0]), text.as_bytes()),
        Some((before, after)) => {
            let after = after.trim_start_matches(|character: char| character.is_ascii_digit());
            fnv(fnv(fnv(digest, &[0]), before.as_bytes()), after.as_bytes())
        }
    });
    marked.split(u8::is_ascii_whitespace).fold(fnv(digest, &[0]), fnv)
}

/// A callcheck.toml that cannot be used.
#[derive(Debug)]
pub struct ConfigError {
    pub path: PathBuf,
    /// Empty if the file could not be read.
    pub text: String,
    /// Positions are those of `text`.
    pub problems: Vec<Diagnostic>,
    /// The reason why it could not be read.
    pub unreadable: Option<String>,
}
