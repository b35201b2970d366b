//! Checks one input. Decides from its first bytes whether it is JSON Lines or one document, and whether a document is
//! streamed or buffered.

use std::io::{self, Read};
use std::sync::Arc;

use super::record::figures_of;
use super::recording::RecordingCheck;
use super::sink::InputSink;
use super::stream::StreamOutcome;
use super::{CheckOptions, ThreadState, check, lines, stream};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::finding::{DocumentId, Event, Finding, SourceView};
use crate::hubspot;
use crate::hubspot::classify::{self, DocumentKind};
use crate::input::recordings::{self, MAX_DETECTED, RecordingFormat};
use crate::input::{self, BEFORE, Compression, DecompressError, Input, Map, Source, Window, reason};
use crate::json::{Document, Span, Tape, is_blank};
use crate::parallel::{Cancelled, Sink};
use crate::text::{shorten, thousands};
use crate::{rules, schema};

/// Checks one input. The statistics stay in `state`, see [`ThreadState::emit_figures`].
///
/// # Errors
/// If the consumer stops.
pub(crate) fn check_input(
    options: &CheckOptions<'_>,
    state: &mut ThreadState,
    input: &Input,
    sink: &mut Sink<'_, Event>,
) -> Result<(), Cancelled> {
    let opened = match input::open(input) {
        Ok(opened) => opened,
        Err(error) => return sink(Event::InputError(error)),
    };
    let size = opened.size;
    let mut reader = match &options.watch {
        Some(progress) => progress.reader(opened.reader, size),
        None => opened.reader,
    };
    let mut check = InputCheck::new(options, state, &input.name(), size);
    check.may_be_lines = matches!(input, Input::Stdin(_));
    check.run(&mut *reader, sink)
}

/// Data to check that does not come from a path.
pub struct NamedReader<'r> {
    pub name: &'r str,
    pub reader: &'r mut (dyn Read + Send),
    /// The expected number of bytes.
    pub size: Option<u64>,
    /// Read the data as JSON Lines if it looks like them.
    pub may_be_lines: bool,
}

/// Checks the data of a reader. The statistics are emitted last.
///
/// # Errors
/// If the consumer stops.
pub fn check_reader(
    options: &CheckOptions<'_>,
    state: &mut ThreadState,
    input: NamedReader<'_>,
    sink: &mut Sink<'_, Event>,
) -> Result<(), Cancelled> {
    let NamedReader { name, reader, size, may_be_lines } = input;
    InputCheck { may_be_lines, ..InputCheck::new(options, state, name, size) }.run(reader, sink)?;
    state.emit_figures(options, sink)
}

pub(super) struct InputCheck<'c, 's> {
    options: &'c CheckOptions<'s>,
    state: &'c mut ThreadState,
    name: Arc<str>,
    size: Option<u64>,
    may_be_lines: bool,
    /// The input is one response, not JSON Lines or a recording.
    is_exchange: bool,
    compression: Option<Compression>,
}

impl<'c, 's> InputCheck<'c, 's> {
    fn new(options: &'c CheckOptions<'s>, state: &'c mut ThreadState, name: &str, size: Option<u64>) -> Self {
        InputCheck {
            options,
            state,
            name: name.into(),
            size,
            may_be_lines: false,
            is_exchange: false,
            compression: None,
        }
    }

    /// For a response in a recording.
    pub(super) fn of_exchange(
        options: &'c CheckOptions<'s>,
        state: &'c mut ThreadState,
        name: &Arc<str>,
        size: Option<u64>,
    ) -> Self {
        InputCheck { is_exchange: true, ..InputCheck::new(options, state, name, size) }
    }

    fn run(mut self, reader: &mut (dyn Read + Send), sink: &mut Sink<'_, Event>) -> Result<(), Cancelled> {
        let mut events = InputSink::new(sink);
        let done = self.decompress(reader, &mut events);
        let has_failed = events.has_failed;
        self.state.emit_rows(self.options, sink)?;
        if !has_failed {
            sink(Event::FileEnd)?;
        }
        done
    }

    pub(super) fn decompress(
        &mut self,
        reader: &mut (dyn Read + Send),
        sink: &mut InputSink<'_>,
    ) -> Result<(), Cancelled> {
        let buffer = std::mem::take(&mut self.state.buffer);
        let (size, limits) = (self.options.window, self.options.limits);
        let (done, buffer) = input::with_window(reader, buffer, size, limits, &mut |window, compression| {
            if compression.is_some() {
                (self.compression, self.size) = (compression, None);
            }
            if let Some(compression) = compression
                && !self.may_be_lines
                && !self.is_exchange
                && input::is_plain_json(&self.name)
            {
                sink.notice = self.missing_extension(compression, window);
            }
            self.text(window, sink)
        });
        self.state.buffer = buffer;
        done
    }

    /// The finding about a compressed file without the extension of its format.
    fn missing_extension(&self, compression: Compression, window: &mut Window<'_>) -> Option<Finding> {
        let (map, text) = window.map();
        let findings = vec![rules::without_extension(compression)];
        SourceView::bare(text).findings(&mut map.clone(), findings, &mut self.options.budget()).pop()
    }

    fn text(&mut self, window: &mut Window<'_>, sink: &mut InputSink<'_>) -> Result<(), Cancelled> {
        if let Some(pointer) = self.options.recordings.at.clone().filter(|_| !self.is_exchange) {
            return self.value_at(&pointer, window, sink);
        }
        let is_lines = !self.is_exchange && (self.options.lines || input::is_lines(&self.name));
        // A client that writes line by line can wait for the findings of each line, so lines are detected before the
        // window is full.
        let mut is_detected = !self.may_be_lines;
        while !window.is_complete() && window.text().len() < self.options.window {
            if !is_detected && !window.text().is_empty() {
                let looks_like_lines = begins_with_whole_line(window.text());
                if is_lines || looks_like_lines == Some(true) {
                    return self.lines(window, !is_lines, sink);
                }
                is_detected = looks_like_lines.is_some();
            }
            window.fill(1);
        }
        if is_lines {
            return self.lines(window, false, sink);
        }
        if self.accepted(window, sink)? {
            return Ok(());
        }
        let validator = self.options.validator;
        if validator.is_domain() && validator.schema.is_embedded() && !self.is_exchange {
            while !window.is_complete()
                && window.text().len() < MAX_DETECTED
                && !begins_like_response(self.source(window.text()).body())
            {
                window.fill(1);
            }
            if let Some(format) = recordings::detect(window.text()) {
                return self.recording(format, window, sink);
            }
            let first = self.source(window.text()).body().trim_ascii_start().first();
            let is_yaml = input::is_yaml(&self.name) && !matches!(first, Some(b'{' | b'[' | b'"'));
            if is_yaml && !self.options.recordings.is_named {
                // A hook names all YAML files.
                return sink.emit(Event::SkippedExchanges(0));
            }
            if is_yaml {
                let reason = "not a recording: expected YAML that VCR, vcrpy or go-vcr wrote, with `http_interactions` or `interactions`";
                return sink.fail(&self.name, reason.to_owned());
            }
        }
        if self.may_be_lines && begins_with_whole_line(window.text()) == Some(true) {
            return self.lines(window, true, sink);
        }
        self.document(window, sink)
    }

    /// Reads the rest of the input into the window. False if that failed, and the failure was reported.
    fn fill_all(&self, window: &mut Window<'_>, sink: &mut InputSink<'_>) -> Result<bool, Cancelled> {
        window.expect(self.size.unwrap_or(0));
        while !window.is_complete() {
            window.fill(1);
        }
        match window.failure() {
            None => Ok(true),
            // What could be decompressed is checked.
            Some(error) if is_damage(error) => Ok(true),
            Some(error) => sink.fail(&self.name, reason(error)).map(|()| false),
        }
    }

    fn recording(
        &mut self,
        format: RecordingFormat,
        window: &mut Window<'_>,
        sink: &mut InputSink<'_>,
    ) -> Result<(), Cancelled> {
        if !self.fill_all(window, sink)? {
            return Ok(());
        }
        let id = self.document_id();
        RecordingCheck { options: self.options, state: self.state, id, bytes: window.text() }.run(format, sink)
    }

    /// Checks the value that `--at` names.
    fn value_at(&mut self, pointer: &str, window: &mut Window<'_>, sink: &mut InputSink<'_>) -> Result<(), Cancelled> {
        if !self.fill_all(window, sink)? {
            return Ok(());
        }
        let source = self.source(window.text());
        if input::is_lines(&self.name) || !source.may_be_json() || input::is_yaml(&self.name) {
            let reason = "--at needs a file with one JSON document";
            return sink.fail(&self.name, reason.to_owned());
        }
        let start = source.start;
        let mut tape = Tape::default();
        let Ok(document) = Document::parse(window.text(), start, &mut tape) else {
            return self.buffered(window, sink);
        };
        let Some(body) = recordings::value_at(document, pointer) else {
            return sink.fail(&self.name, format!("--at: no value at {}", shorten(pointer, MAX_POINTER)));
        };
        let id = self.document_id();
        RecordingCheck { options: self.options, state: self.state, id, bytes: window.text() }.value(body, sink)
    }

    /// One document that the fast path did not accept.
    fn document(&mut self, window: &mut Window<'_>, sink: &mut InputSink<'_>) -> Result<(), Cancelled> {
        input::fill_front(window);
        if window.is_complete() {
            return self.buffered(window, sink);
        }
        let source = self.source(window.text());
        let first = source.body().iter().find(|byte| !is_blank(**byte)).copied();
        let may_be_json = source.may_be_json() && classify::not_json(&source).is_none();
        let is_container = may_be_json && matches!(first, Some(b'{' | b'['));
        // A large string can be a response that was encoded twice.
        let is_string = may_be_json && first == Some(b'"');
        if !is_container && !is_string {
            let is_scalar = may_be_json && first.is_some_and(|first| b"-0123456789tfn".contains(&first));
            let (start, mark) = (source.start, source.mark);
            window.map().0.mark = mark;
            if is_scalar && !fill_scalar(window, start) {
                return self.too_long(window, sink);
            }
            window.fill(MAX_NON_JSON_BYTES.saturating_sub(window.text().len()));
            return self.buffered(window, sink);
        }
        // A request is compared with a buffered response. A response is about as large as its request.
        if is_container && self.options.validator.request.is_none() {
            let why = match self.options.validator.schema.why_whole(first == Some(b'[')) {
                Some(why) => why.to_owned(),
                None => {
                    let front = Source { name: "", bytes: &[], ..source };
                    match self.stream(window, front, sink)? {
                        Some(why) => why,
                        None => return Ok(()),
                    }
                }
            };
            if self.options.explain {
                let name = &self.name;
                let note = format!("{name}: buffered, because the schema cannot be evaluated in parts: {why}");
                sink.emit(Event::Message(Severity::Note, note))?;
            }
        }
        window.expect(self.size.unwrap_or(0));
        while !window.is_complete() {
            window.cut_blanks(0);
            window.fill(1);
        }
        if self.accepted(window, sink)? { Ok(()) } else { self.buffered(window, sink) }
    }

    /// Emits the findings if the fast path accepts the text. Returns false if it does not.
    fn accepted(&mut self, window: &mut Window<'_>, sink: &mut InputSink<'_>) -> Result<bool, Cancelled> {
        if !window.is_complete() || window.failure().is_some() {
            return Ok(false);
        }
        let source = self.source(window.text());
        let headers = source.headers.as_ref();
        // Other statuses contradict a response without errors.
        if source.mark.is_some() || headers.is_some_and(|headers| !matches!(headers.status, 200 | 201)) {
            return Ok(false);
        }
        let start = headers.map_or(0, |_| source.start);
        let is_all = |end: usize| window.text()[end..].iter().all(|byte| is_blank(*byte));
        let Some(findings) = self.state.accept(self.options.validator, window.padded(), start, is_all) else {
            return Ok(false);
        };
        let id = DocumentId { http_status: headers.map(|headers| headers.status), ..self.document_id() };
        let (map, text) = window.map();
        let view = SourceView { body: start, ..SourceView::bare(text) };
        let findings = self.state.locate(findings, view, map, &mut self.options.budget());
        let mut document = sink.document(self.options, id, self.options.valid_kind());
        document.findings(findings)?;
        document.end().map(|()| true)
    }

    /// A document that is in the window as a whole.
    fn buffered(&mut self, window: &mut Window<'_>, sink: &mut InputSink<'_>) -> Result<(), Cancelled> {
        let damage = match window.failure() {
            None => None,
            Some(error) => match error.get_ref().and_then(|inner| inner.downcast_ref()) {
                Some(DecompressError::Damaged(how)) => Some(how.clone()),
                _ => return sink.fail(&self.name, reason(error)),
            },
        };
        let shift = window.offset(window.text().len()) - window.text().len() as u64;
        let (map, text) = window.map();
        // The tape is borrowed separately.
        let source = Source { shift, ..Source::new(&self.name, text).with_origin(self.may_be_lines, self.compression) };
        map.mark = source.mark;
        let mut checked = check(&source, &mut self.state.tape, self.options.validator);
        let damage = damage.map(|how| rules::compression(&how, self.compression, source.bytes.len()));
        checked.kind = add_damage(damage, &mut checked.findings, checked.kind);
        let http_status = source.headers.as_ref().map(|headers| headers.status);
        let (kind, view) = (checked.kind, checked.view());
        let figures = figures_of(self.options.validator, checked.document, kind);
        let findings = view.findings(map, checked.findings, &mut self.options.budget());
        self.state.figures.merge(&figures);
        let mut document = sink.document(self.options, DocumentId { http_status, ..self.document_id() }, kind);
        document.findings(findings)?;
        document.end()
    }

    /// A document that is a number with more than [`MAX_NUMBER_BYTES`].
    fn too_long(&mut self, window: &mut Window<'_>, sink: &mut InputSink<'_>) -> Result<(), Cancelled> {
        if self.options.validator.is_domain() {
            // No number is a response.
            return self.buffered(window, sink);
        }
        let (map, text) = window.map();
        let source = self.source(text);
        map.mark = source.mark;
        let start = source.start + source.body().iter().take_while(|byte| is_blank(**byte)).count();
        let limit = thousands(MAX_NUMBER_BYTES as u64);
        let message = format!("could not evaluate the schema: the number has more than {limit} characters");
        let label = Label::new(Span::new(start, start + 1), "not evaluated");
        let finding = Diagnostic::new(&schema::rules::UNDECIDED, message, label);
        let findings = SourceView::bare(text).findings(map, vec![finding], &mut self.options.budget());
        let http_status = source.headers.as_ref().map(|headers| headers.status);
        let id = DocumentId { http_status, ..self.document_id() };
        let mut document = sink.document(self.options, id, DocumentKind::Json);
        document.findings(findings)?;
        document.end()
    }

    /// Streams a document. Returns a reason if it must be buffered.
    fn stream(
        &mut self,
        window: &mut Window<'_>,
        front: Source<'static>,
        sink: &mut InputSink<'_>,
    ) -> Result<Option<String>, Cancelled> {
        window.map().0.mark = front.mark;
        let http_status = front.headers.as_ref().map(|headers| headers.status);
        // HTTP headers have exactly one body.
        let may_be_lines = self.may_be_lines && front.headers.is_none();
        let document = DocumentId { http_status, ..self.document_id() };
        let document = sink.document(self.options, document, self.options.valid_kind());
        let start = stream::DocumentStart { front, may_be_lines };
        match stream::document(self.options, self.state, window, start, document)? {
            StreamOutcome::Done => Ok(None),
            StreamOutcome::Unread(reason) => sink.fail(&self.name, reason).map(|()| None),
            StreamOutcome::Buffer(why) => Ok(Some(why)),
            StreamOutcome::Lines(start) => {
                let (text, reader) = window.lend();
                let lines = lines::LinesReader { text, reader, start, notices: Vec::new(), is_piped: true };
                lines.check(self.options, self.state, &self.document_id(), sink).map(|()| None)
            }
        }
    }

    /// Reads the window and the rest of the input as JSON Lines. `is_guess`: neither the name nor an option requires
    /// it.
    fn lines(&mut self, window: &mut Window<'_>, is_guess: bool, sink: &mut InputSink<'_>) -> Result<(), Cancelled> {
        if self.options.validator.request.is_some() {
            let reason = "--request needs exactly one response, but this input is JSON Lines";
            return sink.fail(&self.name, reason.to_owned());
        }
        input::fill_headers(window);
        // The excerpts of notices show the text after them.
        while !window.is_complete() && window.text().len() < BEFORE && !window.text().contains(&b'\n') {
            window.fill(1);
        }
        let source = self.source(window.text());
        if !may_be_lines(&source) {
            return self.document(window, sink);
        }
        let http_status = source.headers.as_ref().map(|headers| headers.status);
        let mut notices: Vec<Diagnostic> = rules::byte_order_mark(&source).into_iter().collect();
        if is_guess {
            notices.push(rules::lines(source.bytes, source.start));
        }
        let mut map = Map::whole(source.mark);
        let notices = SourceView::bare(source.bytes).findings(&mut map, notices, &mut self.options.budget());
        let notices = sink.notice.take().into_iter().chain(notices).collect();
        let line = 1 + memchr::memchr_iter(b'\n', &source.bytes[..source.start]).count() as u64;
        let start = lines::LinesStart { at: source.start, offset: source.start as u64, line, records: 0 };
        // Complete input is checked without the cost of threads. A thread that waits for more input could not be
        // stopped by `fail_fast`.
        let is_alone = window.is_complete() || (self.may_be_lines && self.options.fail_fast);
        let options = CheckOptions { threads: if is_alone { 1 } else { self.options.threads }, ..self.options.clone() };
        let document = DocumentId { http_status, ..self.document_id() };
        let is_piped = self.may_be_lines;
        let mut failed = FailedReader(window.take_failure());
        let (text, reader): (_, &mut (dyn Read + Send)) = match &failed.0 {
            None => window.lend(),
            Some(_) => (window.text(), &mut failed),
        };
        lines::LinesReader { text, reader, start, notices, is_piped }.check(&options, self.state, &document, sink)
    }

    /// The document in a text that begins with the input.
    fn source<'t>(&'t self, text: &'t [u8]) -> Source<'t> {
        Source::new(&self.name, text).with_origin(self.may_be_lines, self.compression)
    }

    fn document_id(&self) -> DocumentId {
        DocumentId {
            name: self.name.clone(),
            record: None,
            http_status: None,
            exchange: None,
            compression: self.compression,
            has_custom_schema: !self.options.validator.schema.is_embedded(),
        }
    }
}

/// Adds the finding about damaged compressed data, and removes the findings that the damage caused. Returns the kind of
/// the document.
pub(super) fn add_damage(
    damage: Option<Diagnostic>,
    findings: &mut Vec<Diagnostic>,
    kind: DocumentKind,
) -> DocumentKind {
    let Some(damage) = damage else { return kind };
    let is_before = |finding: &Diagnostic| finding.label.span.start < damage.label.span.start;
    // The body is not what the status announces, because it could not be read.
    findings.retain(|finding| is_before(finding) && finding.rule.id != "batch/http-status");
    let is_cause = damage.notes.iter().any(|note| note == rules::MAY_BE_CONSEQUENCES);
    for finding in findings.iter_mut().filter(|finding| is_cause && finding.rule.stops_reading) {
        finding.notes.push("the compressed data is damaged, which probably causes this".to_owned());
    }
    findings.insert(0, damage);
    if kind == DocumentKind::BatchResponse { kind } else { DocumentKind::BrokenJson }
}

/// True if an error is about damaged compressed data.
fn is_damage(error: &io::Error) -> bool {
    matches!(error.get_ref().and_then(|inner| inner.downcast_ref()), Some(DecompressError::Damaged(_)))
}

/// Returns the error of a reader that has failed already.
struct FailedReader(Option<io::Error>);

impl Read for FailedReader {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// Reads a number, `true`, `false` or `null` with the whitespace after it to the end of the input, or until the text
/// is certainly not JSON. Returns false if the number exceeds [`MAX_NUMBER_BYTES`].
fn fill_scalar(window: &mut Window<'_>, start: usize) -> bool {
    loop {
        window.cut_blanks(start);
        let length = window.text().len();
        let may_continue = match Document::parse(window.text(), start, &mut Tape::default()) {
            Ok(_) => true,
            Err(error) => error.at >= length,
        };
        if may_continue && window.text()[start..].trim_ascii().len() > MAX_NUMBER_BYTES {
            return false;
        }
        if window.is_complete() || !may_continue {
            return true;
        }
        // Doubled, so that reading the text again takes linear time.
        window.fill(length);
    }
}

/// Maximum bytes of a number that is the whole document, which may be endless. Numbers in arrays and objects are only
/// limited by the size of their container.
const MAX_NUMBER_BYTES: usize = 64 << 20;

/// Maximum characters of a pointer in a message.
const MAX_POINTER: usize = 200;

/// Maximum bytes that are read of an input that is not JSON. They are enough to classify it, and it may be endless.
const MAX_NON_JSON_BYTES: usize = 64 * 1024;

/// False if an input that should be JSON Lines begins with messages of an HTTP client, or if the body after its headers
/// is empty or cannot be JSON. Depends only on the first line.
fn may_be_lines(source: &Source<'_>) -> bool {
    let first = source.body().split(|&byte| byte == b'\n').next().unwrap_or_default();
    let is_empty = source.body().iter().all(|byte| is_blank(*byte));
    let may_be_body = source.headers.is_none() || (!is_empty && source.may_be_json());
    may_be_body && !classify::is_client_output(first)
}

/// True if the first key is one of a batch response, so that the text is not a recording.
fn begins_like_response(body: &[u8]) -> bool {
    let key = body.trim_ascii_start().strip_prefix(b"{").and_then(|rest| rest.trim_ascii_start().strip_prefix(b"\""));
    key.is_some_and(|key| {
        hubspot::RESPONSE_KEYS
            .iter()
            .any(|name| key.strip_prefix(name.as_bytes()).is_some_and(|rest| rest.starts_with(b"\"")))
    })
}

/// True if the first line is an object or an array and the text after it begins like one, which identifies JSON Lines.
/// None if the text is too short to decide.
fn begins_with_whole_line(text: &[u8]) -> Option<bool> {
    let end = memchr::memchr(b'\n', text)?;
    let next = text[end..].iter().find(|byte| !is_blank(**byte))?;
    let line = text[..end].strip_prefix(input::MARK).unwrap_or(&text[..end]);
    let is_container = |byte: Option<&u8>| matches!(byte, Some(b'{' | b'['));
    Some(
        is_container(Some(next))
            && is_container(line.trim_ascii_start().first())
            && Document::parse(line, 0, &mut Tape::default()).is_ok(),
    )
}
