//! From an input to its findings: notice, identify, check, in the order of their places.
//!
//! [`check`] does it for a document that is held whole and is the measure of all else. `input` decides how an input is read: small documents
//! whole, large ones element by element (`stream`), JSON Lines in blocks (`lines`). What is found goes to whoever listens as an [`crate::finding::Event`].

mod chunks;
mod input;
mod lines;
mod record;
mod stream;

pub(crate) use input::check_input;
pub use input::{CheckOptions, ThreadState, check_reader};
pub(crate) use lines::is_blank;

use record::RunningState;

use crate::diagnostic::{Counts, Diagnostic, Severity};
use crate::finding::{ExcerptBudget, Finding, SourceView, Verdict};
use crate::hubspot;
use crate::hubspot::Request;
use crate::hubspot::classify::{self, DocumentKind};
use crate::input::{Map, Source};
use crate::json::{Document, SyntaxError, Tape, Value};
use crate::rules::{self, Rules};
use crate::schema::{CaptureSpec, Schema};
use crate::text::{count, shorten};

/// By what documents are checked.
#[derive(Clone, Copy)]
pub struct Validator<'s> {
    /// The schema.
    pub schema: &'s Schema,
    /// What holds for HubSpot's answers besides; none where documents may be anything, and nobody wonders what they are.
    pub rules: Option<&'s Rules>,
    /// The request that documents should be the answer to.
    pub request: Option<&'s Request>,
    /// Whether what answers say is added up.
    pub counts: bool,
    /// Whether each result gives a line of CSV, besides.
    pub rows: bool,
    /// Whether the schema is asked also about what is no batch answer.
    pub verbose: bool,
}

impl Validator<'static> {
    /// The embedded schema, for HubSpot's answers.
    pub fn embedded() -> Self {
        Validator {
            schema: Schema::embedded(),
            rules: Some(Rules::defaults()),
            request: None,
            counts: false,
            rows: false,
            verbose: false,
        }
    }
}

impl Validator<'_> {
    /// Whether documents should be HubSpot's.
    pub fn is_domain(&self) -> bool {
        self.rules.is_some()
    }

    /// What the fast path captures: the properties that rules look at.
    fn captures(&self) -> Option<&'static CaptureSpec> {
        self.is_domain().then_some(&hubspot::CAPTURES)
    }
}

/// What is known of one document while its bytes are alive.
pub struct Checked<'a> {
    /// The input that it stands in.
    pub source: &'a Source<'a>,
    /// What the scanner has read, up to the first mistake where there is one.
    pub scanned: Document<'a>,
    /// The whole document; none where the input is no JSON.
    pub document: Option<Document<'a>>,
    /// What it is.
    pub kind: DocumentKind,
    /// What the document is, then the rest by place. Offsets are those of [`Source::bytes`].
    pub findings: Vec<Diagnostic>,
}

impl<'a> Checked<'a> {
    /// What excerpts are taken from.
    pub(crate) fn view(&self) -> SourceView<'a> {
        SourceView {
            bytes: self.source.bytes,
            body: self.source.start,
            scanned: self.scanned,
            is_whole: self.document.is_some(),
            record: None,
            is_buffered: true,
        }
    }

    /// The findings without the document, up to so many groups of them with an excerpt.
    pub fn found(&self, drawn: usize) -> Vec<Finding> {
        let mut map = Map::whole(self.source.mark);
        self.view().findings(&mut map, self.findings.clone(), &mut ExcerptBudget::new(drawn, None))
    }

    /// How many findings have this severity.
    pub fn count(&self, severity: Severity) -> u64 {
        Counts::of(&self.findings).of_severity(severity)
    }

    /// The verdict in one word.
    pub fn verdict(&self) -> Verdict {
        Verdict::of(self.kind, Counts::of(&self.findings))
    }
}

/// Checks one document that is held whole. The tape is overwritten.
pub fn check<'a>(source: &'a Source<'a>, tape: &'a mut Tape, validator: Validator<'_>) -> Checked<'a> {
    let mut findings: Vec<Diagnostic> = rules::byte_order_mark(source).into_iter().collect();
    let mut whole = false;
    tape.clear();
    let kind = if let Some((kind, finding)) = classify::not_json(source) {
        // Archiving is answered by nothing, and by the status that says so.
        let is_no_content = source.headers.as_ref().is_some_and(|head| head.status == 204);
        let is_right =
            kind == DocumentKind::Empty && is_no_content && validator.request.is_some_and(Request::may_archive);
        findings.extend((!is_right).then_some(finding));
        kind
    } else if let Err(error) = crate::json::scan(source.bytes, source.start, tape) {
        let (kind, finding) = classify::refused(source, tape, &error);
        findings.push(finding);
        tape.close(&error);
        if kind == DocumentKind::BrokenJson {
            findings.extend(before_the_mistake(Document::of(source.bytes, tape), &error, validator));
        }
        kind
    } else {
        let scanned = Document::of(source.bytes, tape);
        whole = true;
        findings.extend(rules::duplicate_names(scanned));
        findings.extend(rules::lone_surrogates(scanned));
        let (kind, finding) = kind_of(scanned, source, validator);
        if finding.is_none() || validator.verbose {
            findings.extend(validator.schema.check(scanned));
        }
        findings.extend(finding);
        if let Some(rules) = validator.rules.filter(|rules| kind.is_batch() && !rules.is_empty()) {
            findings.extend(by_rules(rules, scanned, kind));
        }
        if let Some(request) = validator.request.filter(|_| kind == DocumentKind::BatchResponse) {
            findings.extend(rules::reconcile(request, scanned));
        }
        kind
    };
    let scanned = Document::of(source.bytes, tape);
    let document = whole.then_some(scanned);
    if validator.is_domain() {
        findings.extend(rules::http_status(source, kind, document));
    }
    in_order(&mut findings, source);
    if !validator.is_domain() {
        findings.iter_mut().for_each(without_hubspot_wording);
    }
    Checked { source, scanned, document, kind, findings }
}

/// What a document that is JSON is, and the finding that says so if it is no batch answer.
fn kind_of(
    document: Document<'_>,
    source: &Source<'_>,
    validator: Validator<'_>,
) -> (DocumentKind, Option<Diagnostic>) {
    if validator.is_domain() {
        classify::identify(document, source.headers.as_ref().map(|head| head.status))
    } else {
        (DocumentKind::Json, None)
    }
}

/// Whether a document of which only the beginning is known is checked for what it seems to be.
fn seems_checked(beginning: Document<'_>, validator: Validator<'_>) -> bool {
    !validator.is_domain() || validator.verbose || classify::seems_batch(beginning)
}

/// What rules say of an answer that is held whole.
fn by_rules(rules: &Rules, document: Document<'_>, kind: DocumentKind) -> Vec<Diagnostic> {
    let (mut known, mut findings) = (RunningState::default(), Vec::new());
    let elements = |name: &str| document.root().get(name).into_iter().flat_map(|array| array.elements()).enumerate();
    for (index, result) in elements("results") {
        let pointer = format!("/results/{index}");
        let (fact, found) = rules.result(result, &pointer);
        let again = known.results.add(&fact);
        if kind == DocumentKind::BatchResponse {
            findings.extend(found);
            findings.extend(again.into_iter().flat_map(|first| rules.duplicate_id(result, first, &pointer)));
        }
    }
    for (index, item) in elements("errors") {
        known.failures.add(item);
        findings.extend(rules.error(item, &format!("/errors/{index}")));
    }
    findings.extend(rules.response(document, kind, &known.results, &known.failures));
    findings
}

/// Where documents may be anything, what is no JSON text is told without what HubSpot has to do with it.
fn without_hubspot_wording(finding: &mut Diagnostic) {
    let (plain, help) = match finding.rule.id {
        "document/empty" => ("the input does not contain a JSON document", None),
        "document/multiple" if finding.message.starts_with("the line") => (&*finding.message, finding.help.first()),
        "document/multiple" => ("the input contains several JSON documents, expected one", finding.help.first()),
        "document/html" => ("this is an HTML page, not JSON", None),
        "document/text" => ("this is plain text, not JSON", None),
        "document/masked" => ("invalid JSON: expected a value, found an unquoted placeholder", None),
        "document/binary" => (&*finding.message, None),
        _ => return,
    };
    let help = help.into_iter().cloned().collect();
    *finding = Diagnostic { message: plain.to_owned(), notes: Vec::new(), help, ..finding.clone() };
}

/// What the document is comes first, then everything by its place.
fn in_order(findings: &mut [Diagnostic], source: &Source<'_>) {
    findings.sort_by_key(|finding| (finding.rule.group() != "document", finding.label.span.start));
    let wait = source.headers.as_ref().and_then(|head| head.retry_after.as_deref());
    if let (Some(wait), Some(finding)) =
        (wait, findings.first_mut().filter(|finding| finding.rule.group() == "document"))
    {
        retry_after(wait, finding);
    }
}

/// What the header `Retry-After` says (RFC 9110, section 10.2.3), in place of any other time to wait.
fn retry_after(wait: &str, finding: &mut Diagnostic) {
    let wait = match wait.parse() {
        Ok(seconds) => count(seconds, "second"),
        Err(_) => shorten(wait, 40).into_owned(),
    };
    match finding.help.iter_mut().find(|help| help.starts_with("retry ")) {
        Some(help) => {
            let reason = help.find(": ").map_or("", |at| &help[at..]);
            *help = format!("retry after {wait} (`Retry-After`){reason}");
        }
        None => finding.notes.push(format!("the `Retry-After` header is {wait}")),
    }
}

/// Of a document that breaks off or has a mistake, the elements before that are checked: what is right or wrong with them does not depend
/// on what follows.
fn before_the_mistake(beginning: Document<'_>, error: &SyntaxError, validator: Validator<'_>) -> Vec<Diagnostic> {
    if beginning.is_empty() || !seems_checked(beginning, validator) {
        return Vec::new();
    }
    let mut tape = Tape::default();
    let mut findings = Vec::new();
    let validator = Validator { rules: validator.rules.filter(|_| classify::seems_batch(beginning)), ..validator };
    let mut known = RunningState::default();
    for part in validator.schema.parts() {
        let array = match &part.name {
            None => Some(beginning.root()),
            Some(name) => beginning.root().get(name),
        };
        let is_complete = |element: &Value<'_>| element.span().end.0 < error.at;
        for (place, element) in array.into_iter().flat_map(|array| array.elements()).filter(is_complete).enumerate() {
            let start = element.span().start.0;
            if let Ok(record) = Document::parse_value(beginning.source(), start, &mut tape) {
                findings.extend(record::findings_of(validator, part, record, place as u64, &mut known));
            }
        }
    }
    findings
}
