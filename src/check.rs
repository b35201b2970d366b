//! One source becomes its findings: notice, identify, judge, in the order of their places.

use crate::diagnostic::{Diagnostic, Severity};
use crate::document::{Document, Tape};
use crate::identify::{self, Kind};
use crate::input::Source;
use crate::rules;
use crate::schema::Schema;
use crate::text::shorten;

/// What is known of one document while its bytes are alive.
pub struct Checked<'a> {
    /// The input that it stands in.
    pub source: &'a Source,
    /// What the scanner has read, up to the first mistake where there is one.
    pub scanned: Document<'a>,
    /// The whole document; none where the input is no JSON.
    pub document: Option<Document<'a>>,
    /// What it is.
    pub kind: Kind,
    /// What the document is, then the rest by place.
    pub findings: Vec<Diagnostic>,
}

/// The answer to "is this a faithful batch answer?"
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// A batch answer without errors.
    Valid,
    /// A batch answer with errors, or JSON that is broken.
    Invalid,
    /// Something else.
    Other,
}

impl Verdict {
    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Valid => "valid",
            Verdict::Invalid => "invalid",
            Verdict::Other => "not-a-batch-answer",
        }
    }
}

impl Checked<'_> {
    /// How many findings have this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    /// The verdict in one word.
    pub fn verdict(&self) -> Verdict {
        match self.kind {
            Kind::BatchAnswer if self.count(Severity::Error) == 0 => Verdict::Valid,
            Kind::BatchAnswer | Kind::BrokenJson => Verdict::Invalid,
            _ => Verdict::Other,
        }
    }
}

/// Checks one source. The tape is overwritten. With `verbose` a document that is something else is judged by the schema as well.
pub fn check<'a>(source: &'a Source, tape: &'a mut Tape, verbose: bool) -> Checked<'a> {
    let mut findings: Vec<Diagnostic> = rules::byte_order_mark(source).into_iter().collect();
    let mut whole = false;
    tape.clear();
    let kind = if let Some((kind, finding)) = identify::not_json(source) {
        findings.push(finding);
        kind
    } else if let Err(error) = crate::document::scan(&source.bytes, source.start, tape) {
        let (kind, finding) = identify::refused(source, tape, &error);
        findings.push(finding);
        kind
    } else {
        let scanned = Document::of(&source.bytes, tape);
        whole = true;
        findings.extend(rules::duplicate_names(scanned));
        findings.extend(rules::lone_surrogates(scanned));
        let (kind, finding) = identify::identify(scanned, source.head.as_ref().map(|head| head.status));
        if finding.is_none() || verbose {
            findings.extend(Schema::embedded().check(scanned));
        }
        findings.extend(finding);
        kind
    };
    let scanned = Document::of(&source.bytes, tape);
    let document = whole.then_some(scanned);
    if let Some(head) = &source.head {
        findings.extend(rules::http_status(head, kind, document));
    }
    // What the document is comes first, then everything by its place.
    findings.sort_by_key(|finding| (!finding.rule.starts_with("document/"), finding.label.span.start));
    let wait = source.head.as_ref().and_then(|head| head.retry_after.as_deref());
    if let (Some(wait), Some(finding)) =
        (wait, findings.first_mut().filter(|finding| finding.rule.starts_with("document/")))
    {
        finding.notes.push(format!("the head says Retry-After: {}", shorten(wait, 40)));
    }
    Checked { source, scanned, document, kind, findings }
}
