//! From an input to its findings: detect, classify, validate, sort.
//!
//! [`check`] does this for a buffered document and defines the result. The other ways must have the same findings:
//! `input` chooses one, `stream` reads a large document item by item, `lines` reads JSON Lines in chunks. Findings are
//! delivered as [`Event`]s.
//!
//! [`Event`]: crate::finding::Event

mod chunks;
mod input;
mod lines;
mod options;
mod record;
mod recording;
mod sink;
mod stream;

pub(crate) use input::check_input;
pub use input::{NamedReader, check_reader};
pub(crate) use lines::{InputLine, LineText, for_each_line, is_blank_line};
pub use options::{CheckOptions, ThreadState};
pub(crate) use recording::RecordingOptions;

use record::RunningState;

use crate::diagnostic::{Counts, Diagnostic, RuleInfo, Severity};
use crate::finding::{ExcerptBudget, Finding, SourceView, Verdict};
use crate::hubspot;
use crate::hubspot::Request;
use crate::hubspot::classify::{self, DocumentKind, FirstItems};
use crate::input::{Compression, Map, Source};
use crate::json::{Document, SyntaxError, Tape, Value};
use crate::rules::{self, Expectation, Rules};
use crate::schema::{CaptureSpec, Schema};
use crate::text::{count, shell_word, shorten};

/// The requirements that documents are checked against.
#[derive(Clone, Copy)]
pub struct Validator<'s> {
    pub schema: &'s Schema,
    /// None for documents that need not be HubSpot's.
    pub rules: Option<&'s Rules>,
    /// The request of the responses.
    pub request: Option<&'s Request>,
    /// Set for an exchange of a recording.
    pub recorded: Option<RecordedAction>,
    /// The kinds that a configuration expects. Only for documents that need to be HubSpot's.
    pub expected: Option<&'s Expectation>,
    /// Collect statistics.
    pub counts: bool,
    /// Collect a row of CSV for each result.
    pub rows: bool,
    /// Report schema violations in documents that are not batch responses.
    pub verbose: bool,
}

/// The action of a recorded request, if its URL names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordedAction {
    Archive,
    Other,
    Unknown,
}

impl Validator<'static> {
    /// HubSpot's responses: the embedded schema and all rules that are on by default.
    pub fn embedded() -> Self {
        Validator {
            schema: Schema::embedded(),
            rules: Some(Rules::defaults()),
            request: None,
            recorded: None,
            expected: None,
            counts: false,
            rows: false,
            verbose: false,
        }
    }
}

impl Validator<'_> {
    /// True if documents should be HubSpot's responses.
    pub fn is_domain(&self) -> bool {
        self.rules.is_some()
    }

    /// False if the configuration expects other kinds.
    fn allows(&self, kind: DocumentKind) -> bool {
        self.expected.is_none_or(|expected| expected.allows(kind))
    }

    /// True if the configuration lists this kind.
    pub(crate) fn expects(&self, kind: DocumentKind) -> bool {
        self.expected.is_some_and(|expected| expected.includes(kind))
    }

    /// True if documents that are not batch responses are validated against the schema as well.
    fn validates_other_kinds(&self) -> bool {
        self.verbose && self.expected.is_none()
    }

    /// The finding about the kind of a document: `finding`, unless the configuration expects certain kinds.
    fn finding_of_kind(
        &self,
        kind: DocumentKind,
        finding: Option<Diagnostic>,
        scanned: Document<'_>,
    ) -> Option<Diagnostic> {
        match self.expected {
            Some(expected) => expected.apply(kind, finding, scanned),
            None => finding,
        }
    }

    /// The properties that the fast path captures for rules.
    fn captures(&self) -> Option<&'static CaptureSpec> {
        self.is_domain().then_some(&hubspot::CAPTURES)
    }
}

/// The result of checking a buffered document. It borrows the bytes.
pub struct Checked<'a> {
    pub source: &'a Source<'a>,
    /// The values before the first syntax error.
    pub scanned: Document<'a>,
    /// None if the input is not JSON.
    pub document: Option<Document<'a>>,
    pub kind: DocumentKind,
    /// True if the configuration expects this kind.
    pub is_expected: bool,
    /// The finding about the kind of the document first, then the others by position. Positions are those of
    /// [`Source::bytes`].
    pub findings: Vec<Diagnostic>,
}

impl<'a> Checked<'a> {
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

    /// The located findings, with at most `max_excerpts` excerpts.
    pub fn found(&self, max_excerpts: usize) -> Vec<Finding> {
        let mut map = Map::whole(self.source.mark);
        self.view().findings(&mut map, self.findings.clone(), &mut ExcerptBudget::new(max_excerpts, None))
    }

    /// Number of findings with this severity.
    pub fn count(&self, severity: Severity) -> u64 {
        Counts::of(&self.findings).of_severity(severity)
    }

    pub fn verdict(&self) -> Verdict {
        Verdict::of(self.kind, self.is_expected, Counts::of(&self.findings))
    }
}

/// Checks a buffered document. Overwrites the tape.
pub fn check<'a>(source: &'a Source<'a>, tape: &'a mut Tape, validator: Validator<'_>) -> Checked<'a> {
    let mut findings: Vec<Diagnostic> = rules::byte_order_mark(source).into_iter().collect();
    let mut is_json = false;
    tape.clear();
    let kind = if let Some((kind, finding)) = classify::not_json(source) {
        // The response to an archive request is empty, with status 204.
        let (kind, finding) = match is_archived(source, validator) && kind == DocumentKind::Empty {
            true => (DocumentKind::NoContent, None),
            false => (kind, Some(finding)),
        };
        findings.extend(validator.finding_of_kind(kind, finding, Document::of(source.bytes, tape)));
        kind
    } else if let Err(error) = crate::json::scan(source.bytes, source.start, tape) {
        let (kind, finding) = classify::refused(source, tape, &error);
        tape.close(&error);
        findings.extend(validator.finding_of_kind(kind, Some(finding), Document::of(source.bytes, tape)));
        if kind == DocumentKind::BrokenJson {
            findings.extend(findings_before_error(Document::of(source.bytes, tape), &error, validator));
        }
        kind
    } else {
        is_json = true;
        check_json(Document::of(source.bytes, tape), source, validator, &mut findings)
    };
    let scanned = Document::of(source.bytes, tape);
    let document = is_json.then_some(scanned);
    if validator.is_domain() && validator.allows(kind) {
        findings.extend(rules::http_status(source, kind, document));
    }
    sort_findings(&mut findings, source);
    if validator.recorded.is_some() {
        lower_recorded_failure(&mut findings, source);
    }
    if !validator.is_domain() {
        findings.iter_mut().for_each(without_hubspot_wording);
    }
    Checked { source, scanned, document, kind, is_expected: validator.expects(kind), findings }
}

/// Makes the finding about a failure a note if the recorded status is that of a failure: tests record failures on
/// purpose. HubSpot's edge servers and proxies send HTML pages, text, empty bodies and other JSON.
fn lower_recorded_failure(findings: &mut [Diagnostic], source: &Source<'_>) {
    let has_failed = source.headers.as_ref().is_some_and(|headers| headers.status >= 400);
    let is_failure = |finding: &&mut Diagnostic| finding.rule.group() == "document" || finding.rule.id == "json/syntax";
    if let Some(finding) = findings.iter_mut().find(is_failure).filter(|_| has_failed) {
        finding.severity = Severity::Note;
    }
}

/// True if an empty input is the response to a batch/archive request: its status is 204.
fn is_archived(source: &Source<'_>, validator: Validator<'_>) -> bool {
    let is_no_content = source.headers.as_ref().is_some_and(|headers| headers.status == 204);
    let may_archive = match validator.recorded {
        Some(RecordedAction::Archive) => true,
        Some(RecordedAction::Other) => false,
        Some(RecordedAction::Unknown) | None => validator.request.is_none_or(Request::may_archive),
    };
    is_no_content && validator.is_domain() && may_archive
}

/// Adds the findings of a document that is JSON. Returns its kind.
fn check_json(
    document: Document<'_>,
    source: &Source<'_>,
    validator: Validator<'_>,
    findings: &mut Vec<Diagnostic>,
) -> DocumentKind {
    findings.extend(rules::duplicate_names(document));
    findings.extend(rules::lone_surrogates(document));
    let Identity { kind, finding, is_validated, is_allowed } =
        identify(document, source, validator, &FirstItems::of(document.root()));
    if is_validated {
        findings.extend(schema_findings(document, validator));
    }
    findings.extend(finding);
    if let Some(rules) = validator.rules.filter(|rules| is_allowed && kind.is_batch() && !rules.is_empty()) {
        findings.extend(rule_findings(rules, document, kind));
    }
    let is_compared = is_allowed && kind == DocumentKind::BatchResponse;
    if let Some(request) = validator.request.filter(|request| is_compared && !request.is_of_associations) {
        findings.extend(rules::reconcile(request, document));
    }
    if let Some(request) = validator.request {
        rules::name_inputs(request, document, findings);
    }
    kind
}

/// Violations of the schema, except for `"requestedAt": null`: HubSpot sends it, although its types do not allow it.
fn schema_findings(document: Document<'_>, validator: Validator<'_>) -> Vec<Diagnostic> {
    let mut findings = validator.schema.check(document);
    if let Some(captures) = validator.captures().filter(|_| validator.schema.is_embedded()) {
        findings.retain(|finding| {
            let at = finding.keyword_location.as_deref().and_then(|keyword| keyword.strip_suffix("/type"));
            let is_nullable = at.is_some_and(|at| captures.nullable.contains(&at));
            !(is_nullable && finding.label.span.of(document.source()) == b"null")
        });
    }
    findings
}

/// The kind of a JSON document, and the checks that apply to it.
struct Identity {
    kind: DocumentKind,
    /// Reports the kind if it is neither a batch response nor expected.
    finding: Option<Diagnostic>,
    /// The document is validated against the schema.
    is_validated: bool,
    /// The configuration does not expect other kinds. Otherwise only JSON rules apply.
    is_allowed: bool,
}

fn identify(document: Document<'_>, source: &Source<'_>, validator: Validator<'_>, evidence: &FirstItems) -> Identity {
    let (kind, finding) = if validator.is_domain() {
        classify::identify(document, source.headers.as_ref().map(|headers| headers.status), evidence)
    } else {
        (DocumentKind::Json, None)
    };
    let is_allowed = validator.allows(kind);
    let is_validated = is_allowed && finding.is_none() || validator.validates_other_kinds();
    let finding = validator.finding_of_kind(kind, finding, document);
    Identity { kind, finding, is_validated, is_allowed }
}

/// True if a document of which only the beginning was read is checked as what it seems to be.
fn seems_checked(beginning: Document<'_>, validator: Validator<'_>, evidence: &FirstItems) -> bool {
    let may_be_checked = validator.allows(DocumentKind::BatchResponse);
    may_be_checked && (!validator.is_domain() || validator.verbose || classify::seems_batch(beginning, evidence))
}

/// Findings of the rules about a buffered response.
fn rule_findings(rules: &Rules, document: Document<'_>, kind: DocumentKind) -> Vec<Diagnostic> {
    let (mut state, mut findings) = (RunningState::default(), Vec::new());
    let items = |name: &str| document.root().get(name).into_iter().flat_map(|array| array.elements()).enumerate();
    for (index, result) in items("results") {
        let pointer = format!("/results/{index}");
        let (fact, of_result) = rules.result(result, &pointer);
        let duplicate_of = state.results.add(&fact);
        if kind == DocumentKind::BatchResponse {
            findings.extend(of_result);
            findings.extend(duplicate_of.into_iter().flat_map(|first| rules.duplicate_id(result, first, &pointer)));
        }
    }
    for (index, item) in items("errors") {
        state.failures.add(item);
        findings.extend(rules.error(item, &format!("/errors/{index}")));
    }
    findings.extend(rules.response(document, kind, &state.results, &state.failures));
    findings
}

/// Removes references to HubSpot from the findings about input that is not JSON, if documents need not be HubSpot's.
pub(crate) fn without_hubspot_wording(finding: &mut Diagnostic) {
    let (plain, help) = match finding.rule.id {
        "document/empty" => {
            finding.message = "the input does not contain a JSON document".to_owned();
            finding.help.retain(|help| !help.contains("batch"));
            return;
        }
        "document/multiple" if finding.message.starts_with("the input") => {
            ("the input contains several JSON documents, expected one", finding.help.first())
        }
        "document/multiple" => {
            let message = &*finding.message;
            (message.strip_suffix(" batch response").unwrap_or(message), finding.help.first())
        }
        "document/html" => ("this is an HTML page, not JSON", None),
        "document/text" => ("this is plain text, not JSON", None),
        "document/masked" => ("invalid JSON: expected a value, found an unquoted placeholder", None),
        "document/binary" => (&*finding.message, None),
        _ => return,
    };
    let help = help.into_iter().cloned().collect();
    *finding = Diagnostic { message: plain.to_owned(), notes: Vec::new(), help, ..finding.clone() };
}

/// The first part of the order of findings: damage, which can cause the others, then the kind of the document. The
/// others are sorted by position.
fn rank(rule: &RuleInfo) -> u8 {
    match rule.id {
        "json/compression" => 0,
        _ if rule.group() == "document" => 1,
        _ => 2,
    }
}

/// Sorts the finding about the kind of the document first, then the others by position.
fn sort_findings(findings: &mut [Diagnostic], source: &Source<'_>) {
    findings.sort_by_key(|finding| (rank(finding.rule), finding.label.span.start));
    let is_failure =
        |finding: &Diagnostic| finding.rule.group() == "document" && finding.rule.id != "document/unexpected-kind";
    findings.iter_mut().filter(|finding| is_failure(finding)).for_each(|finding| {
        finding.help.iter_mut().for_each(|help| name_input(help, source));
    });
    let Some(headers) = &source.headers else { return };
    if let (Some(wait), Some(finding)) = (&headers.retry_after, findings.first_mut().filter(|first| is_failure(first)))
    {
        retry_after(wait, finding);
    }
    if let Some(note) = headers.correlation_id.as_deref().and_then(classify::correlation_id) {
        let failures = findings.iter_mut().filter(|finding| {
            (is_failure(finding) && headers.status >= 400) || finding.rule.id == "batch/partial-failure"
        });
        let has_id = |finding: &Diagnostic| finding.notes.iter().any(|note| note.starts_with(classify::CORRELATION_ID));
        failures.filter(|finding| !has_id(finding)).for_each(|finding| finding.notes.push(note.clone()));
    }
}

/// Begins the advice to use `--at`.
const IN_PLACE: &str = "check it in place";

/// Replaces FILE in a pipe to callcheck, so that the command works as it is.
fn name_input(help: &mut String, source: &Source<'_>) {
    /// Longer names do not fit into a command.
    const MAX_NAME: usize = 200;
    if let Some(command) = help.strip_suffix(" FILE`").filter(|help| help.starts_with(IN_PLACE)) {
        *help = match (source.is_piped, source.unit) {
            (_, "line") => "write the line to a file, and check it in place with --at".to_owned(),
            (true, _) => command.replacen("`", "`... | ", 1) + "`",
            (false, _) if (1..=MAX_NAME).contains(&source.name.len()) => {
                format!("{command} {}`", shell_word(source.name))
            }
            (false, _) => return,
        };
        return;
    }
    if !help.contains(" FILE | callcheck") || (!source.is_piped && !(1..=MAX_NAME).contains(&source.name.len())) {
        return;
    }
    let Some((text, command)) = help.split_once('`') else { return };
    let in_pipe = command.replace(" < FILE |", " |").replace(" FILE |", " |");
    *help = match (source.is_piped, source.compression.map(Compression::as_str)) {
        // unzip does not read standard input.
        (true, _) if command.starts_with("unzip ") => return,
        (true, _) => format!("{text}`... | {in_pipe}"),
        (false, None) => format!("{text}`{}", command.replace(" FILE |", &format!(" {} |", shell_word(source.name)))),
        (false, Some(decompressor)) => format!("{text}`{decompressor} -dc {} | {in_pipe}", shell_word(source.name)),
    };
    if source.headers.is_some() {
        help.push_str(if source.is_piped {
            " (with `curl -sS`, without `-i`)"
        } else {
            " (after you removed the HTTP headers)"
        });
    }
}

/// Replaces the time to wait by that of the header `Retry-After` (RFC 9110, section 10.2.3).
fn retry_after(wait: &str, finding: &mut Diagnostic) {
    let wait = match wait.parse() {
        Ok(seconds) => count(seconds, "second"),
        Err(_) => shorten(wait, 40).into_owned(),
    };
    match finding.help.iter_mut().find(|help| help.starts_with("retry ")) {
        Some(help) => {
            // The header contradicts "retry tomorrow" and its reason.
            let reason = help.find(": ").filter(|_| !help.starts_with("retry tomorrow"));
            let reason = reason.map_or("", |at| &help[at..]);
            *help = format!("retry after {wait} (`Retry-After`){reason}");
        }
        None => finding.notes.push(format!("the `Retry-After` header is {wait}")),
    }
}

/// Findings of the array items before a syntax error. They do not depend on the rest of the document.
fn findings_before_error(beginning: Document<'_>, error: &SyntaxError, validator: Validator<'_>) -> Vec<Diagnostic> {
    if beginning.is_empty() {
        return Vec::new();
    }
    let evidence = FirstItems::of(beginning.root());
    if !seems_checked(beginning, validator, &evidence) {
        return Vec::new();
    }
    let mut tape = Tape::default();
    let mut findings = Vec::new();
    let validator =
        Validator { rules: validator.rules.filter(|_| classify::seems_batch(beginning, &evidence)), ..validator };
    let mut state = RunningState::default();
    for array in validator.schema.parts() {
        let value = match &array.name {
            None => Some(beginning.root()),
            Some(name) => beginning.root().get(name),
        };
        let items = value.into_iter().flat_map(|value| value.elements());
        let is_complete = |item: &Value<'_>| item.span().end.0 < error.at;
        for (index, item) in items.filter(is_complete).enumerate() {
            if let Ok(item) = Document::parse_value(beginning.source(), item.span().start.0, &mut tape) {
                findings.extend(record::item_findings(validator, array, item, index as u64, &mut state));
            }
        }
    }
    findings
}
