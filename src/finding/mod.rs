//! What a check says while it goes on: findings that no longer need the bytes they are about, and how each document ended.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

mod excerpt;
pub mod summary;
mod verdict;

pub use excerpt::{Excerpt, Masking, excerpt};
pub use verdict::Verdict;

use crate::diagnostic::{Counts, Diagnostic, Group, OFFSET, Severity};
use crate::hash::{BASIS, fnv};
use crate::hubspot::classify::DocumentKind;
use crate::input::{Compression, InputError, Location, Map, Source};
use crate::json::{Document, Kind as Json, Span, Tape, Value};
use crate::rules::levels::Levels;
use crate::stats::Figures;

/// The document that something is said of.
#[derive(Debug, Clone)]
pub struct DocumentId {
    /// The name of its input, as [`crate::input::Input::name`].
    pub name: Arc<str>,
    /// Which document of JSON Lines it is, from 1.
    pub record: Option<u64>,
    /// The status of the HTTP head before it.
    pub http_status: Option<u16>,
    /// What its input is packed in: places are those of the inflated text.
    pub compression: Option<Compression>,
}

impl DocumentId {
    /// A document that is an input of its own.
    pub fn of(source: &Source<'_>) -> Self {
        DocumentId {
            name: source.name.into(),
            record: None,
            http_status: source.head.as_ref().map(|head| head.status),
            compression: None,
        }
    }
}

/// One finding with all that is needed to show it. Its offsets are those of the input.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The finding.
    pub finding: Diagnostic,
    /// Where its label begins and ends.
    pub place: (Location, Location),
    /// Where its related labels begin and end.
    pub related: Vec<(Location, Location)>,
    /// What to draw under it; where it is not the first of its group, nothing.
    pub excerpt: Option<Excerpt>,
    /// A digest of what it says and of the text that its label stands on, but for white space; 0 where none was asked for.
    pub digest: u128,
    /// The finding as `CheckOptions::write` writes it. Its sentences are in here only.
    pub written: Option<String>,
}

/// How a finding is written, if that depends on nothing else: then the thread that finds it writes it.
pub type WriteFinding = fn(&Finding) -> String;

/// How a document ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentSummary {
    /// What it is.
    pub kind: DocumentKind,
    /// How many findings it has.
    pub counts: Counts,
    /// Findings that a baseline knows, and that are not among these.
    pub known: Counts,
}

impl DocumentSummary {
    /// A document of this kind with so many findings, none of which was known.
    pub fn new(kind: DocumentKind, counts: Counts) -> DocumentSummary {
        DocumentSummary { kind, counts, known: Counts::default() }
    }

    /// All findings, known or not.
    pub fn all(&self) -> Counts {
        let mut all = self.counts;
        all += self.known;
        all
    }

    /// The verdict in one word; what is known is wrong all the same.
    pub fn verdict(&self) -> Verdict {
        Verdict::of(self.kind, self.all())
    }
}

/// What a check says. The findings of a document come before its end, the documents of an input before the end of that.
#[derive(Debug)]
pub enum Event {
    /// A finding of a document.
    Finding(DocumentId, Box<Finding>),
    /// The end of a document.
    DocumentEnd(DocumentId, DocumentSummary),
    /// What answers say, where that is added up: a part of the whole.
    Figures(Box<Figures>),
    /// The end of an input that was read.
    FileEnd,
    /// An input could not be read, or not to its end.
    InputError(InputError),
    /// A configuration cannot be used, so the inputs that it is for are not checked.
    ConfigError(Arc<ConfigError>),
    /// A message about the run, not about the data: a note or a warning.
    Message(Severity, String),
}

/// How findings are to be shown: drawn are the first few groups of a document.
#[derive(Debug, Default)]
pub struct ExcerptBudget {
    most: usize,
    /// None where they are as usual.
    levels: Option<Arc<Levels>>,
    write: Option<WriteFinding>,
    /// Whether findings get digests.
    digests: bool,
    /// Findings below it are not drawn.
    min_severity: Option<Severity>,
    masking: Masking,
    /// Documents of up to so many bytes show their own lines whole.
    verbatim: usize,
    seen: HashSet<Group>,
}

impl ExcerptBudget {
    /// The first of each of so many groups.
    pub fn new(most: usize, write: Option<WriteFinding>) -> Self {
        ExcerptBudget { most, write, ..ExcerptBudget::default() }
    }

    /// With these levels.
    pub fn leveled(self, levels: Option<Arc<Levels>>) -> Self {
        ExcerptBudget { levels, ..self }
    }

    /// With digests, or without.
    pub fn digesting(self, digests: bool) -> Self {
        ExcerptBudget { digests, ..self }
    }

    /// Without findings below this severity.
    pub fn with_min_severity(self, severity: Severity) -> Self {
        ExcerptBudget { min_severity: Some(severity), ..self }
    }

    /// With these values masked. Documents of up to `verbatim` bytes in which nothing is masked show their lines whole; larger ones may be read in
    /// pieces, and then the neighbors of an item are not there any more.
    pub fn masking(self, masking: Masking, verbatim: usize) -> Self {
        ExcerptBudget { masking, verbatim, ..self }
    }

    /// Whether this finding is to be drawn. Its severity may still be that of its rule, so it does not count here.
    pub fn is_new(&self, finding: &Diagnostic) -> bool {
        self.seen.len() < self.most && !self.seen.contains(&finding.group())
    }

    fn wants(&mut self, finding: &Diagnostic) -> bool {
        self.seen.len() < self.most
            && self.min_severity.is_none_or(|severity| finding.severity >= severity)
            && self.seen.insert(finding.group())
    }
}

/// What an excerpt can be taken from.
#[derive(Clone, Copy)]
pub struct SourceView<'a> {
    /// The text, positions in which the findings speak of.
    pub bytes: &'a [u8],
    /// Where the document begins in it.
    pub body: usize,
    /// What the scanner has read.
    pub scanned: Document<'a>,
    /// Whether that is the whole document.
    pub is_whole: bool,
    /// Which item it is, if the document is an item of an array.
    pub record: Option<u64>,
    /// All of the text is there: a document that is read in pieces has lost the neighbors of an item.
    pub is_buffered: bool,
}

impl<'a> SourceView<'a> {
    /// A view of a text in which nothing was scanned.
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

    /// The view of the element that a position lies in, if it lies in an array at the top of the document.
    fn record_at<'t>(&self, position: usize, tape: &'t mut Tape) -> Option<SourceView<'t>>
    where
        'a: 't,
    {
        if self.record.is_some() || self.scanned.is_empty() {
            return None;
        }
        let is_around = |value: &Value<'_>| {
            let span = value.span();
            (span.start..span.end).contains(&(position as u64))
        };
        let root = self.scanned.root();
        let array = root
            .members()
            .map(|(_, value)| value)
            .chain([root])
            .find(|value| value.kind() == Json::Array && is_around(value))?;
        let (place, element) = array.elements().enumerate().find(|(_, element)| is_around(element))?;
        let scanned = Document::parse_value(self.bytes, element.span().start as usize, tape).ok()?;
        Some(SourceView {
            bytes: self.bytes,
            body: self.body,
            scanned,
            is_whole: true,
            record: Some(place as u64),
            is_buffered: self.is_buffered,
        })
    }
}

/// Makes findings independent of their text. `spans` of the findings are positions in `view.bytes`.
pub fn found(
    view: &SourceView<'_>,
    map: &mut Map,
    mut findings: Vec<Diagnostic>,
    drawn: &mut ExcerptBudget,
) -> Vec<Finding> {
    if let Some(levels) = &drawn.levels {
        findings.retain_mut(|finding| levels.apply(finding));
    }
    // In their order, so that each is counted from the one before.
    let mut places: Vec<(usize, Location)> = Vec::with_capacity(2 * findings.len());
    for label in findings.iter().flat_map(|finding| std::iter::once(&finding.label).chain(&finding.related)) {
        places.extend([label.span.start, label.span.end].map(|position| (position as usize, Location::START)));
    }
    places.sort_unstable_by_key(|(position, _)| *position);
    places.iter_mut().for_each(|(position, place)| *place = map.place(view.bytes, *position));
    let mut tape = Tape::default();
    findings
        .into_iter()
        .map(|mut finding| {
            let place = |span: Span| {
                let at = |position: u64| {
                    let found = places.partition_point(|(known, _)| *known < position as usize);
                    places[found].1
                };
                (at(span.start), at(span.end))
            };
            let own = place(finding.label.span);
            let related = finding.related.iter().map(|label| place(label.span)).collect();
            let excerpt = drawn.wants(&finding).then(|| {
                let label = &finding.label;
                let record = if view.is_whole || !finding.rule.stops_reading {
                    view.record_at(label.span.start as usize, &mut tape)
                } else {
                    None
                };
                let near = record.as_ref().unwrap_or(view);
                // Lines of the user's own are shown whole.
                match drawn.masking.applies(near, label) {
                    true => excerpt(near, label, &finding.related, own.0.line, true),
                    false if view.is_buffered && view.bytes.len() <= drawn.verbatim => {
                        excerpt(view, label, &finding.related, own.0.line, false)
                    }
                    false => {
                        excerpt(&SourceView { is_buffered: false, ..*near }, label, &finding.related, own.0.line, false)
                    }
                }
            });
            let Span { start, end } = finding.label.span;
            let marked = view.bytes.get(start as usize..end as usize).unwrap_or_default();
            let digest = if drawn.digests { digest(&finding, marked) } else { 0 };
            let true_span =
                |span: Span| Span { start: map.offset(span.start as usize), end: map.offset(span.end as usize) };
            finding.label.span = true_span(finding.label.span);
            finding.related.iter_mut().for_each(|label| label.span = true_span(label.span));
            let mut found = Finding { finding, place: own, related, excerpt, digest, written: None };
            if let Some(write) = drawn.write {
                found.written = Some(write(&found));
                found.finding = found.finding.without_words();
            }
            found
        })
        .collect()
}

/// What a finding is known by, beside its rule and its pointer: what it says, without what is counted from the beginning of the text and what HubSpot
/// numbers anew each time, and the text that is marked, without white space.
fn digest(finding: &Diagnostic, marked: &[u8]) -> u128 {
    let words = [&finding.message, &finding.label.text].into_iter().chain(&finding.notes);
    let lasting = words.filter(|words| !words.starts_with("correlation id: "));
    let digest = lasting.fold(finding.identity ^ BASIS, |digest, words| match words.split_once(OFFSET) {
        None => fnv(fnv(digest, &[0]), words.as_bytes()),
        Some((before, behind)) => {
            let behind = behind.trim_start_matches(|sign: char| sign.is_ascii_digit());
            fnv(fnv(fnv(digest, &[0]), before.as_bytes()), behind.as_bytes())
        }
    });
    marked.split(u8::is_ascii_whitespace).fold(fnv(digest, &[0]), fnv)
}

/// A configuration that cannot be used.
#[derive(Debug)]
pub struct ConfigError {
    /// The file.
    pub path: PathBuf,
    /// Its text; none where it could not be read.
    pub text: String,
    /// What is wrong with it. Offsets are bytes of the text.
    pub problems: Vec<Diagnostic>,
    /// Why it could not be read.
    pub unreadable: Option<String>,
}
