//! One input: what it is packed in, whether it is lines or one document, and whether that can be held whole.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::record::{Elements, ItemKind, figures_of};
use super::stream::StreamOutcome;
use super::{Validator, check, lines, stream};
use crate::diagnostic::{Counts, Diagnostic, Severity};
use crate::finding::{DocumentId, DocumentSummary, Event, ExcerptBudget, Finding, Masking, SourceView, WriteFinding};
use crate::hubspot::classify::{self, DocumentKind};
use crate::hubspot::{Across, Failures, Field};
use crate::input::{
    self, BEFORE, Buffer, Compression, DecompressError, Input, InputError, Limits, Map, Source, Window, reason,
};
use crate::json::{Document, Tape, is_blank};
use crate::parallel::{Cancelled, Sink};
use crate::progress::Progress;
use crate::rules;
use crate::rules::levels::Levels;
use crate::schema::{FastValidator, StreamableArray};
use crate::stats::Figures;

/// What is to be done with inputs.
#[derive(Clone)]
pub struct CheckOptions<'s> {
    /// By what they are checked.
    pub validator: Validator<'s>,
    /// Every input is JSON Lines, whatever its name.
    pub lines: bool,
    /// How much compressed input may become.
    pub limits: Limits,
    /// Stop at the first error.
    pub fail_fast: bool,
    /// How many findings of a document are drawn with an excerpt.
    pub drawn: usize,
    /// Set when so many were drawn that no later document is.
    pub is_drawn: Option<Arc<AtomicBool>>,
    /// How bad findings are, where that is not as usual.
    pub levels: Option<Arc<Levels>>,
    /// How findings are written where they are found.
    pub write: Option<WriteFinding>,
    /// Threads for one input.
    pub threads: usize,
    /// An array is checked on several threads once it has so many bytes.
    pub threads_from: u64,
    /// Bytes that a reading asks for; a document that one reading brings in is held whole.
    pub window: usize,
    /// Bytes of a block for one of several threads.
    pub block: usize,
    /// Say why a document is held whole.
    pub explain: bool,
    /// Findings below this severity are not drawn.
    pub min_severity: Severity,
    /// What excerpts hide.
    pub masking: Masking,
    /// Documents of up to so many bytes in which nothing is hidden show their lines whole.
    pub verbatim: usize,
    /// Findings are compared with known ones, by their digests.
    pub digests: bool,
    /// Who watches the work.
    pub watch: Option<Arc<Progress>>,
}

impl<'s> CheckOptions<'s> {
    /// The usual sizes, on one thread.
    pub fn new(validator: Validator<'s>) -> Self {
        CheckOptions {
            validator,
            lines: false,
            limits: Limits::DEFAULT,
            fail_fast: false,
            drawn: 0,
            is_drawn: None,
            levels: None,
            write: None,
            threads: 1,
            threads_from: 1 << 20,
            window: 128 * 1024,
            block: 512 * 1024,
            explain: false,
            min_severity: Severity::Note,
            masking: if validator.is_domain() { Masking::Everything } else { Masking::Responses },
            verbatim: 0,
            digests: false,
            watch: None,
        }
    }

    pub(super) fn drawn(&self) -> ExcerptBudget {
        let is_enough = self.is_drawn.as_ref().is_some_and(|is_drawn| is_drawn.load(Ordering::Relaxed));
        ExcerptBudget::new(if is_enough { 0 } else { self.drawn }, self.write)
            .leveled(self.levels.clone())
            .digesting(self.digests)
            .with_min_severity(self.min_severity)
            .masking(self.masking, self.verbatim)
    }

    /// What a document is that has no findings.
    pub(super) fn good(&self) -> DocumentKind {
        if self.validator.is_domain() { DocumentKind::BatchResponse } else { DocumentKind::Json }
    }
}

/// What one thread uses again for each document.
pub struct ThreadState {
    pub(super) tape: Tape,
    pub(super) root: FastValidator,
    pub(super) parts: Vec<FastValidator>,
    buffer: Buffer,
    /// Memory for the next block.
    pub(super) block: Buffer,
    /// Memory for the ends of its lines.
    pub(super) ends: Vec<usize>,
    /// What answers have said, where that is added up.
    pub(super) figures: Figures,
}

impl ThreadState {
    /// For this task.
    pub fn new(task: &CheckOptions<'_>) -> Self {
        ThreadState {
            tape: Tape::default(),
            root: task.validator.schema.acceptor(None, task.validator.captures()),
            parts: Vec::new(),
            buffer: Buffer::default(),
            block: Buffer::default(),
            ends: Vec::new(),
            figures: Figures::default(),
        }
    }

    /// Gets ready for elements: not every input has many.
    pub(super) fn prepare(&mut self, task: &CheckOptions<'_>) {
        let schema = task.validator.schema;
        if self.parts.is_empty() {
            let captures = task.validator.captures();
            self.parts = schema.parts().iter().map(|part| schema.acceptor(Some(part), captures)).collect();
        }
    }
}

impl ThreadState {
    /// For the elements of the part with this number.
    pub(super) fn elements<'e, 's>(
        &'e mut self,
        validator: Validator<'s>,
        part: &'e StreamableArray,
        number: usize,
    ) -> Elements<'e, 's> {
        let (acceptor, tape) = (&mut self.parts[number], &mut self.tape);
        Elements { validator, part, role: ItemKind::of(part, validator), acceptor, tape }
    }

    /// What rules say of the document that `padded` begins with, if nothing else is to be said of it and it is all there is: `is_all` tells that from where it
    /// ends. Behind the text is NUL.
    pub(super) fn accept(
        &mut self,
        validator: Validator<'_>,
        padded: &[u8],
        is_all: impl Fn(usize) -> bool,
    ) -> Option<Vec<Diagnostic>> {
        // An answer to a request is looked at whole; and what a schema of somebody's own accepts need be no answer.
        if validator.request.is_some() || validator.is_domain() && !validator.schema.is_embedded() {
            return None;
        }
        self.root.accept(padded, 0).filter(|end| is_all(*end))?;
        let Some(rules) = validator.rules.filter(|rules| validator.counts || !rules.is_empty()) else {
            return Some(Vec::new());
        };
        let fields = self.root.fields();
        // Errors are looked at one by one.
        let has_errors = fields.at(Field::Errors).is_some_and(|at| {
            let inside = padded[at + 1..].iter().find(|byte| !is_blank(**byte));
            padded[at] == b'[' && inside != Some(&b']')
        });
        if has_errors {
            return None;
        }
        let (mut results, mut findings) = (Across::default(), Vec::new());
        for (index, fields) in self.root.records().iter().enumerate() {
            let record = rules.record(padded, fields);
            if validator.counts {
                self.figures.calls.add(&record);
            }
            if validator.rows {
                self.figures.calls.row(&record);
            }
            let (fact, is_quiet) = rules.quick_check(&record, true);
            let again = results.add(&fact);
            if is_quiet && again.is_none() {
                continue;
            }
            let at = fields.at(Field::Result).unwrap_or_default();
            let result = Document::parse_value(padded, at, &mut self.tape).ok()?.root();
            let pointer = format!("/results/{index}");
            findings.extend(rules.result(result, &pointer).1);
            findings.extend(again.into_iter().flat_map(|first| rules.duplicate_id(result, first, &pointer)));
        }
        if validator.counts {
            self.figures.batches.add(padded, fields, &results, &Failures::default());
        }
        findings.extend(rules.accepted(padded, fields, &results));
        findings.sort_by_key(|finding| finding.label.span.start);
        Some(findings)
    }

    /// Says what was added up, if there are rows in it, which have an order.
    pub(super) fn say_rows(&mut self, task: &CheckOptions<'_>, say: &mut Sink<'_, Event>) -> Result<(), Cancelled> {
        if task.validator.rows { self.say_figures(task, say) } else { Ok(()) }
    }

    /// Says what was added up, and begins anew: what a worker has to say last.
    ///
    /// # Errors
    /// When nobody wants to hear more.
    pub fn say_figures(&mut self, task: &CheckOptions<'_>, say: &mut Sink<'_, Event>) -> Result<(), Cancelled> {
        if !task.validator.counts {
            return Ok(());
        }
        let figures = &mut self.figures;
        self.root.take_properties(|name, has_value| figures.calls.property(name, has_value));
        figures.calls.settle();
        say(Event::Figures(Box::new(std::mem::take(figures))))
    }

    /// Findings of a document that was accepted, with all that is needed to show them.
    pub(super) fn found(
        &mut self,
        findings: Vec<Diagnostic>,
        text: &[u8],
        map: &mut Map,
        drawn: &mut ExcerptBudget,
    ) -> Vec<Finding> {
        let mut view = SourceView::bare(text);
        // Excerpts show what stands around a value.
        if findings.iter().any(|finding| drawn.is_new(finding))
            && let Ok(scanned) = Document::parse_value(text, 0, &mut self.tape)
        {
            view = SourceView { scanned, is_whole: true, ..view };
        }
        view.findings(map, findings, drawn)
    }
}

/// Checks one input and says what is found. What is added up over inputs the worker says when it is asked, see [`ThreadState::say_figures`].
///
/// # Errors
/// When nobody wants to hear more.
pub(crate) fn check_input(
    task: &CheckOptions<'_>,
    worker: &mut ThreadState,
    input: &Input,
    say: &mut Sink<'_, Event>,
) -> Result<(), Cancelled> {
    let opened = match input::open(input) {
        Ok(opened) => opened,
        Err(unreadable) => return say(Event::InputError(unreadable)),
    };
    let size = opened.size;
    let mut reader = match &task.watch {
        Some(watch) => watch.reader(opened.reader, size),
        None => opened.reader,
    };
    let is_stdin = matches!(input, Input::Stdin(_));
    check_part(task, worker, &input.name(), (&mut *reader, size), is_stdin, say)
}

/// Checks what a reader gives, probably so many bytes. `may_be_lines`: it is read as JSON Lines if it looks so.
///
/// # Errors
/// When nobody wants to hear more.
pub fn check_reader(
    task: &CheckOptions<'_>,
    worker: &mut ThreadState,
    name: &str,
    reader: (&mut (dyn Read + Send), Option<u64>),
    may_be_lines: bool,
    say: &mut Sink<'_, Event>,
) -> Result<(), Cancelled> {
    check_part(task, worker, name, reader, may_be_lines, say)?;
    worker.say_figures(task, say)
}

fn check_part(
    task: &CheckOptions<'_>,
    worker: &mut ThreadState,
    name: &str,
    (reader, size): (&mut (dyn Read + Send), Option<u64>),
    may_be_lines: bool,
    say: &mut Sink<'_, Event>,
) -> Result<(), Cancelled> {
    let mut is_read = true;
    let mut case = Case { task, worker: &mut *worker, name: name.into(), size, may_be_lines, compression: None };
    let done = case.plain(reader, &mut |event| {
        is_read &= !matches!(event, Event::InputError(_));
        say(event)
    });
    worker.say_rows(task, say)?;
    if is_read {
        say(Event::FileEnd)?;
    }
    done
}

struct Case<'c, 's> {
    task: &'c CheckOptions<'s>,
    worker: &'c mut ThreadState,
    name: Arc<str>,
    size: Option<u64>,
    may_be_lines: bool,
    compression: Option<Compression>,
}

impl<'s> Case<'_, 's> {
    /// An input as it is: compressed or not.
    fn plain(&mut self, reader: &mut (dyn Read + Send), say: &mut Sink<'_, Event>) -> Result<(), Cancelled> {
        let buffer = std::mem::take(&mut self.worker.buffer);
        let (window, limits) = (self.task.window, self.task.limits);
        let (done, buffer) = input::with_window(reader, buffer, window, limits, &mut |window, compression| {
            if compression.is_some() {
                (self.compression, self.size) = (compression, None);
            }
            match compression.filter(|_| !self.may_be_lines && input::is_plain_json(&self.name)) {
                None => self.text(window, say),
                Some(compression) => {
                    let mut first = self.misnamed(compression, window);
                    self.text(window, &mut |event| with_notice(&mut first, event, say))
                }
            }
        });
        self.worker.buffer = buffer;
        done
    }

    /// The finding that comes before all others where a name does not say that the file is packed.
    fn misnamed(&self, compression: Compression, window: &mut Window<'_>) -> Option<First> {
        let (map, text) = window.map();
        let found = SourceView::bare(text).findings(
            &mut map.clone(),
            vec![rules::without_extension(compression)],
            &mut self.task.drawn(),
        );
        found.into_iter().next().map(|found| First { found: Some(found), counts: Counts::default() })
    }

    /// The text of an input.
    fn text(&mut self, window: &mut Window<'_>, say: &mut Sink<'_, Event>) -> Result<(), Cancelled> {
        let is_lines = self.task.lines || input::is_lines(&self.name);
        // Whoever writes line by line may wait for what is said of each.
        let mut tried = !self.may_be_lines;
        while !window.is_complete() && window.text().len() < self.task.window {
            if !tried && !window.text().is_empty() {
                let by_chance = begins_with_a_whole_line(window.text());
                if is_lines || by_chance == Some(true) {
                    return self.lines(window, !is_lines, say);
                }
                tried = by_chance.is_some();
            }
            window.fill(1);
        }
        if is_lines {
            return self.lines(window, false, say);
        }
        if self.accepted(window, say)? {
            return Ok(());
        }
        if self.may_be_lines && begins_with_a_whole_line(window.text()) == Some(true) {
            return self.lines(window, true, say);
        }
        input::fill_front(window);
        let source = Source::new(&self.name, window.text());
        let first = source.body().iter().find(|byte| !is_blank(**byte));
        let is_large = !window.is_complete();
        let may_be_json = source.may_be_json() && classify::not_json(&source).is_none();
        // A number or a word is short. A string may be an answer that was encoded twice.
        let is_held = may_be_json && matches!(first, Some(b'{' | b'[' | b'"'));
        // An answer is as long as its request.
        let is_whole = self.task.validator.request.is_some();
        if is_large && !is_whole && may_be_json && matches!(first, Some(b'{' | b'[')) {
            let why = match self.task.validator.schema.why_whole(first == Some(&b'[')) {
                Some(why) => why.to_owned(),
                None => {
                    let front = Source { name: "", bytes: &[], ..source };
                    match self.stream(window, front, say)? {
                        Some(why) => why,
                        None => return Ok(()),
                    }
                }
            };
            if self.task.explain {
                let name = &self.name;
                say(Event::Message(
                    Severity::Note,
                    format!("{name}: buffered, because the schema cannot be evaluated in parts: {why}"),
                ))?;
            }
        }
        if is_large && !is_held {
            window.fill(FIRST.saturating_sub(window.text().len()));
        }
        if is_large && is_held {
            window.expect(self.size.unwrap_or(0));
            while !window.is_complete() {
                window.cut_blanks(0);
                window.fill(1);
            }
            if self.accepted(window, say)? {
                return Ok(());
            }
        }
        self.whole(window, say)
    }

    /// Says all of a text, if it is one document of which only rules have something to say; whether it is.
    fn accepted(&mut self, window: &mut Window<'_>, say: &mut Sink<'_, Event>) -> Result<bool, Cancelled> {
        if !window.is_complete() || window.failure().is_some() {
            return Ok(false);
        }
        let is_all = |end: usize| window.text()[end..].iter().all(|byte| is_blank(*byte));
        let Some(findings) = self.worker.accept(self.task.validator, window.padded(), is_all) else { return Ok(false) };
        let (map, text) = window.map();
        let found = self.worker.found(findings, text, map, &mut self.task.drawn());
        emit_all(self.task, &self.subject(None), self.task.good(), found, Counts::default(), say).map(|()| true)
    }

    /// A document that is held whole.
    fn whole(&mut self, window: &mut Window<'_>, say: &mut Sink<'_, Event>) -> Result<(), Cancelled> {
        let failure = window.failure().map(|error| match error.get_ref().and_then(|inner| inner.downcast_ref()) {
            Some(DecompressError::Damaged(how)) => Ok(how.clone()),
            _ => Err(reason(error)),
        });
        let damage = match failure {
            Some(Err(reason)) => return self.unreadable(reason, say),
            Some(Ok(how)) => Some(how),
            None => None,
        };
        let subject = self.subject(None);
        let shift = window.offset(window.text().len()) - window.text().len() as u64;
        let (map, text) = window.map();
        let source = Source { shift, ..Source::new(&self.name, text) };
        map.mark = source.mark;
        let mut checked = check(&source, &mut self.worker.tape, self.task.validator);
        let damage = damage.map(|how| rules::compression(&how, self.compression, source.bytes.len()));
        checked.kind = add_damage(damage, &mut checked.findings, checked.kind);
        let subject = DocumentId { http_status: source.headers.as_ref().map(|head| head.status), ..subject };
        let (kind, view) = (checked.kind, checked.view());
        let figures = figures_of(self.task.validator, checked.document, kind);
        let findings = view.findings(map, checked.findings, &mut self.task.drawn());
        self.worker.figures.merge(&figures);
        emit_all(self.task, &subject, kind, findings, Counts::default(), say)
    }

    /// A document that need not be held whole; why it must be all the same.
    fn stream(
        &mut self,
        window: &mut Window<'_>,
        front: Source<'static>,
        say: &mut Sink<'_, Event>,
    ) -> Result<Option<String>, Cancelled> {
        window.map().0.mark = front.mark;
        let subject = DocumentId { http_status: front.headers.as_ref().map(|head| head.status), ..self.subject(None) };
        // The head of an HTTP answer has one body.
        let may_be_lines = self.may_be_lines && front.headers.is_none();
        let begun = stream::DocumentStart { front, subject, may_be_lines };
        match stream::document(self.task, self.worker, window, begun, say)? {
            StreamOutcome::Done => Ok(None),
            StreamOutcome::Whole(why) => Ok(Some(why)),
            StreamOutcome::Lines(start) => {
                let input = lines::Input { name: &self.name, compression: self.compression };
                lines::lines(self.task, self.worker, input, window.lend(), start, Vec::new(), say).map(|()| None)
            }
        }
    }

    /// JSON Lines from the beginning of the window on. `by_chance`: nobody said that it is.
    fn lines(&mut self, window: &mut Window<'_>, by_chance: bool, say: &mut Sink<'_, Event>) -> Result<(), Cancelled> {
        if self.task.validator.request.is_some() {
            return self.unreadable("--request needs exactly one response, but this input is JSON Lines".into(), say);
        }
        // Notes show what stands behind them.
        while !window.is_complete() && window.text().len() < BEFORE && !window.text().contains(&b'\n') {
            window.fill(1);
        }
        let mut source = Source::line("", window.text());
        if source.bytes.starts_with(input::MARK) {
            (source.mark, source.start) = (Some(0), input::MARK.len());
        }
        let mut notes: Vec<Diagnostic> = rules::byte_order_mark(&source).into_iter().collect();
        if by_chance {
            notes.push(rules::lines(source.bytes, source.start));
        }
        let mut map = Map::whole(source.mark);
        let notes = SourceView::bare(source.bytes).findings(&mut map, notes, &mut self.task.drawn());
        let at = lines::Start { at: source.start, offset: source.start as u64, line: 1, records: 0 };
        let input = lines::Input { name: &self.name, compression: self.compression };
        // What is all here is done before a thread has started; and a thread that waits for more would not hear that it is enough.
        let is_alone = window.is_complete() || (self.may_be_lines && self.task.fail_fast);
        let task = CheckOptions { threads: if is_alone { 1 } else { self.task.threads }, ..self.task.clone() };
        match window.take_failure() {
            None => lines::lines(&task, self.worker, input, window.lend(), at, notes, say),
            Some(failure) => {
                let mut rest = Failed(Some(failure));
                lines::lines(&task, self.worker, input, (window.text(), &mut rest), at, notes, say)
            }
        }
    }

    fn subject(&self, record: Option<u64>) -> DocumentId {
        DocumentId { name: self.name.clone(), record, http_status: None, compression: self.compression }
    }

    fn unreadable(&mut self, reason: String, say: &mut Sink<'_, Event>) -> Result<(), Cancelled> {
        say(Event::InputError(InputError { name: self.name.to_string(), reason }))
    }
}

/// Adds that packed data is damaged where the text ends, in place of what that has led to. What the document is then.
pub(super) fn add_damage(
    damage: Option<Diagnostic>,
    findings: &mut Vec<Diagnostic>,
    kind: DocumentKind,
) -> DocumentKind {
    let Some(damage) = damage else { return kind };
    findings.retain(|finding| finding.label.span.start < damage.label.span.start);
    findings.push(damage);
    if kind == DocumentKind::BatchResponse { kind } else { DocumentKind::BrokenJson }
}

/// A finding that belongs to the first document of an input, whatever that is.
struct First {
    /// None when it was said.
    found: Option<Finding>,
    counts: Counts,
}

/// Says what is to be said, and before it what comes first.
fn with_notice(first: &mut Option<First>, event: Event, say: &mut Sink<'_, Event>) -> Result<(), Cancelled> {
    let event = match (event, first.as_mut()) {
        (Event::Finding(subject, found), Some(first)) => {
            first.say(&subject, say)?;
            Event::Finding(subject, found)
        }
        (Event::DocumentEnd(subject, mut ending), Some(own)) => {
            own.say(&subject, say)?;
            ending.counts += own.counts;
            *first = None;
            Event::DocumentEnd(subject, ending)
        }
        (event, _) => event,
    };
    say(event)
}

impl First {
    fn say(&mut self, subject: &DocumentId, say: &mut Sink<'_, Event>) -> Result<(), Cancelled> {
        let Some(found) = self.found.take() else { return Ok(()) };
        self.counts.add(&found.finding);
        say(Event::Finding(subject.clone(), Box::new(found)))
    }
}

/// A reader that has failed already.
struct Failed(Option<io::Error>);

impl Read for Failed {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// Of an input that is neither an object nor an array nor a string so many bytes are read: what it is can be told from them, and it may
/// have no end.
const FIRST: usize = 64 * 1024;

/// Whether the first line of a text is an object or an array and what follows begins like one: the mark of JSON Lines. None where the
/// text does not go so far.
fn begins_with_a_whole_line(text: &[u8]) -> Option<bool> {
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

/// Says the findings of a document, and its end.
pub(super) fn emit_all(
    task: &CheckOptions<'_>,
    subject: &DocumentId,
    kind: DocumentKind,
    findings: Vec<Finding>,
    mut counts: Counts,
    say: &mut Sink<'_, Event>,
) -> Result<(), Cancelled> {
    for found in findings {
        emit_one(task, subject, kind, found, &mut counts, say)?;
    }
    say(Event::DocumentEnd(subject.clone(), DocumentSummary::new(kind, counts)))
}

/// Says one finding. Where the first error ends the work, the document ends with it.
pub(super) fn emit_one(
    task: &CheckOptions<'_>,
    subject: &DocumentId,
    kind: DocumentKind,
    found: Finding,
    counts: &mut Counts,
    say: &mut Sink<'_, Event>,
) -> Result<(), Cancelled> {
    let severity = found.finding.severity;
    counts.add(&found.finding);
    if let Some(watch) = &task.watch {
        watch.found();
    }
    say(Event::Finding(subject.clone(), Box::new(found)))?;
    if task.fail_fast && severity == Severity::Error {
        say(Event::DocumentEnd(subject.clone(), DocumentSummary::new(kind, *counts)))?;
        return Err(Cancelled);
    }
    Ok(())
}
