//! Checks the responses in a recording.
//!
//! Each response is checked like a separate input. Its status and headers are written before its body, as `curl -i`
//! prints them, so compression, streaming and every rule work as for other inputs, and the findings are the same. The
//! recorded request is compared with it, and the URL names the object and the action.
//!
//! Invariant: [`Relocation`] is the only code that turns offsets of such a text into offsets in the recording.
//!
//! Cost: the recording stays in memory, and one decoded body at a time.

use std::io::{Cursor, Read as _};
use std::ops::Range;
use std::sync::Arc;

use super::input::InputCheck;
use super::sink::InputSink;
use super::{CheckOptions, RecordedAction, ThreadState, Validator};
use crate::diagnostic::Diagnostic;
use crate::finding::{DocumentId, Event, ExchangeId, Finding, SourceView};
use crate::hubspot::classify::DocumentKind;
use crate::hubspot::{BatchEndpoint, Request, path};
use crate::input::recordings::{self, Body, Damage, Exchange, Origins, RecordedStatus, Recording, RecordingFormat};
use crate::input::{self, Compression, LineIndex, Location, Map};
use crate::json::{Tape, is_blank};
use crate::parallel::Cancelled;
use crate::rules::{self, Rules};
use crate::span::{Offset, Span};
use crate::text::{count, shorten};

/// Settings for recordings.
#[derive(Debug, Clone, Default)]
pub struct RecordingOptions {
    /// Check every JSON response, not only those of batch endpoints.
    pub all_exchanges: bool,
    /// JSON Pointer of the value to check in each input, instead of the input.
    pub at: Option<Arc<str>>,
    /// The path of the input was given, so a recording without a response to check is an error.
    pub is_named: bool,
}

impl RecordingOptions {
    pub(crate) fn of(at: &Option<String>, all_exchanges: bool) -> Self {
        RecordingOptions { all_exchanges, at: at.as_deref().map(Arc::from), is_named: false }
    }
}

/// Maximum characters of a recorded method and path in reports.
const MAX_PATH: usize = 200;

/// A recording that is in memory.
pub(super) struct RecordingCheck<'c, 's, 'b> {
    pub options: &'c CheckOptions<'s>,
    pub state: &'c mut ThreadState,
    pub id: DocumentId,
    pub bytes: &'b [u8],
}

impl RecordingCheck<'_, '_, '_> {
    pub(super) fn run(mut self, format: RecordingFormat, sink: &mut InputSink<'_>) -> Result<(), Cancelled> {
        if self.options.validator.request.is_some() {
            let reason = "--request cannot be used with a recording: each response is compared with its own request";
            return sink.fail(&self.id.name, reason.to_owned());
        }
        let Recording { exchanges, damage } = recordings::read(format, self.bytes, &mut Tape::default());
        let mut lines = LineIndex::new(self.bytes);
        let mut endpoints = EndpointRules::default();
        let mut checked = 0;
        for exchange in &exchanges {
            if !self.is_selected(exchange) {
                continue;
            }
            self.exchange(exchange, &mut endpoints, &mut lines, sink)?;
            checked += 1;
        }
        let skipped = exchanges.len() as u64 - checked;
        if let Some(damage) = damage {
            self.damage(damage, sink)?;
        } else if checked == 0 && self.options.recordings.is_named {
            let all = self.options.recordings.all_exchanges;
            return sink.fail(&self.id.name, nothing_to_check(format, skipped, all));
        }
        if checked > 0 && skipped == 0 { Ok(()) } else { sink.emit(Event::SkippedExchanges(skipped)) }
    }

    /// Checks the value that `--at` names.
    pub(super) fn value(mut self, body: Body, sink: &mut InputSink<'_>) -> Result<(), Cancelled> {
        let exchange = Exchange { response: Some(body), ..Exchange::default() };
        let (bytes, options) = (self.bytes, self.options);
        let job = ResponseJob { exchange: &exchange, id: None, validator: options.validator };
        self.response(job, &mut LineIndex::new(bytes), sink)
    }

    fn is_selected(&self, exchange: &Exchange) -> bool {
        // Batch endpoints have no other method. Browsers record OPTIONS requests.
        let may_be_batch = exchange.method.as_ref().is_none_or(|method| method.eq_ignore_ascii_case("POST"));
        match &exchange.url {
            None => exchange.response.is_some(),
            Some(url) if may_be_batch && BatchEndpoint::of(url).is_some() => true,
            Some(_) => {
                let response = exchange.response.as_ref().filter(|_| self.options.recordings.all_exchanges);
                response.is_some_and(|body| is_json(body, self.bytes))
            }
        }
    }

    fn exchange(
        &mut self,
        exchange: &Exchange,
        endpoints: &mut EndpointRules,
        lines: &mut LineIndex<'_>,
        sink: &mut InputSink<'_>,
    ) -> Result<(), Cancelled> {
        let endpoint = exchange.url.as_deref().and_then(BatchEndpoint::of);
        let request = exchange.request.as_ref().filter(|_| endpoint.is_some() || exchange.url.is_none());
        let request = request.and_then(|body| body.decode(self.bytes).ok());
        let request = request.and_then(|body| Request::read(&body.bytes).ok());
        let request = request.filter(|request| !request.has_placeholders());
        let validator = self.options.validator;
        let recorded = match endpoint {
            Some(BatchEndpoint { action: "archive", .. }) => RecordedAction::Archive,
            Some(_) => RecordedAction::Other,
            None => RecordedAction::Unknown,
        };
        let rules = validator.rules.map(|rules| endpoint.map_or(rules, |endpoint| endpoints.of(endpoint, rules)));
        let validator = Validator { rules, request: request.as_ref(), recorded: Some(recorded), ..validator };
        let id = ExchangeId {
            number: exchange.number,
            method: exchange.method.as_ref().map(|method| shorten(method, MAX_PATH).to_ascii_uppercase()),
            path: exchange.url.as_deref().and_then(path).map(shown_path),
            status: exchange.status.as_ref().map(|status| status.code),
        };
        self.response(ResponseJob { exchange, id: Some(Arc::new(id)), validator }, lines, sink)
    }

    fn response(
        &mut self,
        job: ResponseJob<'_>,
        lines: &mut LineIndex<'_>,
        sink: &mut InputSink<'_>,
    ) -> Result<(), Cancelled> {
        if let Some(file) = job.exchange.response.as_ref().and_then(|body| body.file.as_ref()) {
            return self.body_file(file, job, sink);
        }
        let ResponseJob { exchange, id, validator } = job;
        let document = DocumentId { exchange: id, compression: None, ..self.id.clone() };
        let options = CheckOptions { validator, lines: false, write: None, ..self.options.clone() };
        let status = exchange.status.as_ref().map(|status| status.code);
        let nothing = Body::default();
        let body = match &exchange.response {
            Some(body) => body,
            None if matches!(status, Some(204)) => &nothing,
            None => {
                let (message, span) = ("the response has no recorded body".to_owned(), exchange.span.clone());
                return self.unreadable_body(&options, document, Damage { message, span }, sink);
            }
        };
        let decoded = match body.decode(self.bytes) {
            Ok(decoded) => decoded,
            Err(error) => {
                let damage = Damage { message: error.message, span: error.span };
                return self.unreadable_body(&options, document, damage, sink);
            }
        };
        let headers = headers_before(exchange, &decoded.bytes);
        let mut relocation = Relocation {
            headers: headers.len() as u64,
            status: exchange.status.as_ref().map_or(exchange.span.clone(), |status| status.span.clone()),
            is_compressed: Compression::of(&decoded.bytes).is_some(),
            origins: decoded.origins,
            lines,
        };
        let mut reader = Cursor::new(headers).chain(Cursor::new(&decoded.bytes));
        let mut emit = |event| {
            sink.emit(match event {
                Event::Finding(found_in, mut found) => {
                    relocation.apply(&mut found);
                    Event::Finding(DocumentId { http_status: found_in.http_status, ..document.clone() }, found)
                }
                Event::DocumentEnd(ended, summary) => {
                    Event::DocumentEnd(DocumentId { http_status: ended.http_status, ..document.clone() }, summary)
                }
                other => other,
            })
        };
        let mut inner = InputSink::new(&mut emit);
        let size = Some(decoded.bytes.len() as u64);
        let done =
            InputCheck::of_exchange(&options, self.state, &self.id.name, size).decompress(&mut reader, &mut inner);
        let has_failed = inner.has_failed;
        sink.has_failed |= has_failed;
        done
    }

    /// Checks a body in a separate file, with locations in that file.
    fn body_file(&mut self, file: &str, job: ResponseJob<'_>, sink: &mut InputSink<'_>) -> Result<(), Cancelled> {
        let ResponseJob { exchange, id, validator } = job;
        let Some(input) = recordings::body_file(&self.id.name, file) else {
            let message = format!("the body file `{}` is not in a directory `__files`", shorten(file, MAX_PATH));
            let options = CheckOptions { validator, ..self.options.clone() };
            let document = DocumentId { exchange: id, ..self.id.clone() };
            let span = exchange.response.as_ref().and_then(Body::first_span).unwrap_or(exchange.span.clone());
            return self.unreadable_body(&options, document, Damage { message, span }, sink);
        };
        let bytes = match input::read_to_end(&input) {
            Ok(bytes) => bytes,
            Err(error) => return sink.fail(&error.name, error.reason),
        };
        let status = exchange.status.clone().map(|status| RecordedStatus { span: 0..0, ..status });
        let (headers, response) = (exchange.headers.clone(), Some(Body::verbatim(0..bytes.len())));
        let exchange = Exchange { status, headers, response, ..Exchange::default() };
        let document = DocumentId { name: input.name().into(), ..self.id.clone() };
        let mut file = RecordingCheck { options: self.options, state: self.state, id: document, bytes: &bytes };
        file.response(ResponseJob { exchange: &exchange, id, validator }, &mut LineIndex::new(&bytes), sink)
    }

    fn unreadable_body(
        &self,
        options: &CheckOptions<'_>,
        document: DocumentId,
        damage: Damage,
        sink: &mut InputSink<'_>,
    ) -> Result<(), Cancelled> {
        let finding = rules::recorded_body(damage.message, Span::new(damage.span.start, damage.span.end).first_byte());
        self.finding(options, document, finding, sink)
    }

    fn damage(&self, damage: Damage, sink: &mut InputSink<'_>) -> Result<(), Cancelled> {
        let finding = rules::damaged_recording(damage.message, Span::new(damage.span.start, damage.span.end));
        self.finding(self.options, self.id.clone(), finding, sink)
    }

    /// Emits a document with one finding, whose position is in the recording.
    fn finding(
        &self,
        options: &CheckOptions<'_>,
        document: DocumentId,
        finding: Diagnostic,
        sink: &mut InputSink<'_>,
    ) -> Result<(), Cancelled> {
        let findings = SourceView::bare(self.bytes).findings(&mut Map::default(), vec![finding], &mut options.budget());
        let mut document = sink.document(options, document, DocumentKind::BrokenJson);
        document.findings(findings)?;
        document.end()
    }
}

/// A response to check.
struct ResponseJob<'e> {
    exchange: &'e Exchange,
    /// None for the value that `--at` names.
    id: Option<Arc<ExchangeId>>,
    validator: Validator<'e>,
}

/// The rules for each endpoint of a recording.
#[derive(Default)]
struct EndpointRules(Vec<(String, Rules)>);

impl EndpointRules {
    /// The object of the URL is expected, unless the objects that `--object` or a configuration lists do not include
    /// it.
    fn of<'r>(&'r mut self, endpoint: BatchEndpoint<'_>, rules: &'r Rules) -> &'r Rules {
        if !rules.may_expect(endpoint) {
            return rules;
        }
        let known = self.0.iter().position(|(object, _)| object == endpoint.object);
        let index = known.unwrap_or_else(|| {
            self.0.push((endpoint.object.to_owned(), rules.for_endpoint(endpoint)));
            self.0.len() - 1
        });
        &self.0[index].1
    }
}

/// Translates findings about a response, with its headers, to the recording.
struct Relocation<'r, 'l, 't> {
    /// Bytes of the headers that were added before the body.
    headers: u64,
    /// The range of the status in the recording.
    status: Range<usize>,
    is_compressed: bool,
    origins: Origins<'r>,
    lines: &'l mut LineIndex<'t>,
}

impl Relocation<'_, '_, '_> {
    fn apply(&mut self, found: &mut Finding) {
        let offset = found.finding.label.span.start.0.checked_sub(self.headers);
        (found.finding.label.span, found.location) = self.range(found.finding.label.span);
        let related = found.finding.related.iter_mut().zip(&mut found.related);
        for (label, location) in related {
            (label.span, *location) = self.range(label.span);
        }
        if let Some(offset) = offset.filter(|_| self.is_compressed || !self.origins.is_exact()) {
            found.finding.notes.push(format!("at byte offset {offset} of the decoded body"));
        }
        if let Some(excerpt) = &mut found.excerpt {
            // The lines of the excerpt are those of the body.
            excerpt.first_line = None;
        }
    }

    fn range(&mut self, span: Span<Offset>) -> (Span<Offset>, (Location, Location)) {
        let Range { start, end } = match (span.start.0.checked_sub(self.headers), span.end.0.checked_sub(self.headers))
        {
            (Some(start), Some(end)) if !self.is_compressed => match self.origins.position(start) {
                Some(from) => from..self.origins.position(end).map_or(from, |to| to.max(from)),
                None => self.body(),
            },
            (Some(_), _) => self.body(),
            (None, _) => self.status.clone(),
        };
        let locations = (self.lines.location(start), self.lines.location(end));
        (Span { start: Offset(start as u64), end: Offset(end as u64) }, locations)
    }

    /// The first byte of the body, which marks all of it.
    fn body(&self) -> Range<usize> {
        let span = self.origins.span();
        // An empty body has no range.
        let span = if span.is_empty() { self.status.clone() } else { span };
        span.start..(span.start + 1).min(span.end)
    }
}

/// Status and headers as `curl -i` prints them; nothing without a status. `body` begins with the decoded body.
fn headers_before(exchange: &Exchange, body: &[u8]) -> Vec<u8> {
    let Some(status) = exchange.status.as_ref().filter(|status| (100..1000).contains(&status.code)) else {
        return Vec::new();
    };
    let mut text = format!("HTTP/1.1 {}\r\n", status.code);
    let is_encoded = !matches!(body.iter().find(|byte| !is_blank(**byte)), None | Some(b'{' | b'[' | b'<' | b'"'));
    for (name, value) in &exchange.headers {
        let applies = match name.to_ascii_lowercase().as_str() {
            // Most recorders store the decoded body with the headers of the encoded one.
            "content-encoding" => is_encoded,
            "content-length" | "transfer-encoding" => false,
            _ => true,
        };
        let is_safe = |text: &str| !text.contains(|character: char| character.is_control());
        if applies && is_safe(name) && is_safe(value) {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    text.push_str("\r\n");
    text.into_bytes()
}

/// A path without segments that can be private: addresses, tokens, parameters.
fn shown_path(path: &str) -> String {
    /// Longer segments can be tokens.
    const MAX_SEGMENT: usize = 40;
    let is_public = |segment: &&str| {
        segment.len() <= MAX_SEGMENT
            && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~<>{}*".contains(&byte))
    };
    let segments: Vec<&str> = path.split('/').map(|segment| Some(segment).filter(is_public).unwrap_or("…")).collect();
    shorten(&segments.join("/"), MAX_PATH).into_owned()
}

/// True if a body begins like a JSON object or array.
fn is_json(body: &Body, recording: &[u8]) -> bool {
    body.file.is_some()
        || body
            .decode(recording)
            .is_ok_and(|decoded| matches!(decoded.bytes.iter().find(|byte| !is_blank(**byte)), Some(b'{' | b'[')))
}

fn nothing_to_check(format: RecordingFormat, skipped: u64, all_exchanges: bool) -> String {
    let name = format.name();
    match skipped {
        0 => format!("this {name} contains no exchanges"),
        _ if all_exchanges => format!("no exchange in this {name} has a JSON response"),
        _ => format!(
            "no exchange in this {name} is a request to a batch endpoint of CRM objects ({} skipped); use --all-exchanges to check all JSON responses",
            count(skipped, "exchange")
        ),
    }
}
