//! A document that is larger than the window, read once. The elements of its large arrays are checked as they come and forgotten; the rest of
//! it, the *spine*, stays on a tape and is checked at the end, with these arrays empty. The findings are those of [`super::check`].
//!
//! A document says at its end what it is (a list page has `paging` behind its results), so findings are held back until then. Of a
//! document with more than [`MAX_BUFFERED_FINDINGS`] findings they are told as they come.

mod threads;

use super::input::{CheckOptions, ThreadState, add_damage, emit_all, emit_one};
use super::record::{PendingChecks, RunningState};
use super::{in_order, kind_of, lines, seems_checked};
use crate::diagnostic::{Counts, Diagnostic, Severity};
use crate::finding::{DocumentId, DocumentSummary, Event, ExcerptBudget, Finding, SourceView};
use crate::hubspot::Fields;
use crate::hubspot::classify::{self, DocumentKind};
use crate::input::{DecompressError, InputError, Source, Window, reason};
use crate::json::{Document, Expected, Kind as Json, Scan, Scanner, SyntaxError, Tape, is_blank};
use crate::parallel::{Cancelled, Sink};
use crate::rules;
use crate::schema::StreamableArray;
use crate::span::Pos;
use crate::stats::{Calls, Figures};

/// So many findings are held back until a document has said what it is.
pub(super) const MAX_BUFFERED_FINDINGS: usize = 1000;
/// So many elements of an array stay on the spine: what a document is can be told from them.
pub(super) const MAX_RETAINED_ITEMS: u64 = 8;
/// As long as they are no longer than this together, in bytes.
const MAX_RETAINED_BYTES: usize = 64 * 1024;
/// A mistake is explained when so many bytes behind it are known.
const LOOKAHEAD_BYTES: usize = 256;

/// So many bytes of CSV are gathered before they are told.
const CSV_FLUSH_BYTES: usize = 64 * 1024;

/// Lines of CSV on their way out.
fn rows(calls: &mut Calls) -> Event {
    let rows = std::mem::take(&mut calls.rows);
    Event::Figures(Box::new(Figures { calls: Calls { rows, ..Calls::default() }, ..Figures::default() }))
}

/// What is known of a document before it is read.
pub(super) struct DocumentStart {
    /// What stands before it.
    pub front: Source<'static>,
    /// Its name.
    pub subject: DocumentId,
    /// It is read as the first line of JSON Lines if it looks so.
    pub may_be_lines: bool,
}

/// One document on its way through the window.
struct Stream<'d, 'r, 's> {
    task: &'d CheckOptions<'s>,
    worker: &'d mut ThreadState,
    window: &'d mut Window<'r>,
    /// The window's beginning as a source: what stands before the document.
    front: Source<'static>,
    parts: &'s [StreamableArray],
    may_be_lines: bool,
    /// The spine.
    tape: Tape,
    at: usize,
    open: Option<u32>,
    arrays: Vec<Array>,
    /// What must stay in the window: the text up to here is the spine's. Where none, everything is.
    kept: Option<usize>,
    /// The comma before the element that is read next.
    comma: Option<usize>,
    /// Why the document should be held whole, if the value at hand is a large one.
    why_whole: Option<String>,
    held: FindingBuffer<'d>,
    drawn: ExcerptBudget,
}

/// An array whose elements are checked as they come.
struct Array {
    part: usize,
    /// Its entry on the spine.
    index: u32,
    /// The position behind its opening bracket.
    begins: usize,
    /// Elements so far, and how many of them are on the spine.
    count: u64,
    kept: u64,
    /// Bytes of the last one: so much should be at hand for the next.
    length: usize,
    /// Offsets in the input of its opening bracket and behind its closing one.
    offsets: (u64, u64),
    was_on_threads: bool,
    /// What rules know across its elements.
    known: RunningState,
}

/// Findings on their way out.
struct FindingBuffer<'d> {
    task: &'d CheckOptions<'d>,
    subject: DocumentId,
    /// With the place in the input: what a rule is checked by may turn out not to count.
    findings: Vec<Finding>,
    /// They are told as they come.
    is_told: bool,
    counts: Counts,
}

impl FindingBuffer<'_> {
    /// Holds findings back, or tells them. `seems_checked`: what was read so far looks like a document that is checked.
    fn hold(
        &mut self,
        findings: impl IntoIterator<Item = Finding>,
        seems_checked: bool,
        say: &mut Sink<'_, Event>,
    ) -> Result<(), Cancelled> {
        if self.is_told {
            return findings.into_iter().try_for_each(|found| self.tell_one(found, say));
        }
        let before = self.findings.len();
        self.findings.extend(findings);
        let is_error = self.findings[before..].iter().any(|found| found.finding.severity == Severity::Error);
        let is_enough = self.task.fail_fast && is_error && seems_checked;
        if is_enough || self.findings.len() > MAX_BUFFERED_FINDINGS { self.tell(say) } else { Ok(()) }
    }

    /// Tells what was held back.
    fn tell(&mut self, say: &mut Sink<'_, Event>) -> Result<(), Cancelled> {
        self.is_told = true;
        std::mem::take(&mut self.findings).into_iter().try_for_each(|found| self.tell_one(found, say))
    }

    fn tell_one(&mut self, found: Finding, say: &mut Sink<'_, Event>) -> Result<(), Cancelled> {
        let kind = if self.task.validator.is_domain() { DocumentKind::BatchResponse } else { DocumentKind::Json };
        emit_one(self.task, &self.subject, kind, found, &mut self.counts, say)
    }
}

/// What is to be done behind a document.
pub(super) enum StreamOutcome {
    /// Nothing more.
    Done,
    /// It was the first line of JSON Lines; the next one begins here.
    Lines(lines::Start),
    /// It must be held whole, for this reason. All of it that was read is in the window.
    Whole(String),
}

/// What ends a document early.
enum StreamError {
    /// It is not JSON.
    Mistake(SyntaxError),
    /// It was the first line of JSON Lines; the next one begins here.
    Lines(lines::Start),
    /// It must be held whole, for this reason.
    Whole(String),
    Cancelled,
}

impl From<Cancelled> for StreamError {
    fn from(_: Cancelled) -> Self {
        StreamError::Cancelled
    }
}

type StreamResult<T> = Result<T, StreamError>;

/// Checks the document in the window, which begins with its brackets at `front.start`.
///
/// # Errors
/// When nobody wants to hear more.
pub(super) fn document<'s>(
    task: &CheckOptions<'s>,
    worker: &mut ThreadState,
    window: &mut Window<'_>,
    begun: DocumentStart,
    say: &mut Sink<'_, Event>,
) -> Result<StreamOutcome, Cancelled> {
    let DocumentStart { front, subject, may_be_lines } = begun;
    let parts = task.validator.schema.parts();
    worker.prepare(task);
    let stream = Stream {
        at: front.start,
        task,
        worker,
        window,
        front,
        parts,
        may_be_lines,
        tape: Tape::default(),
        open: None,
        arrays: Vec::new(),
        kept: None,
        comma: None,
        why_whole: None,
        held: FindingBuffer { task, subject, findings: Vec::new(), is_told: false, counts: Counts::default() },
        drawn: task.drawn(),
    };
    stream.run(say)
}

impl Stream<'_, '_, '_> {
    fn run(mut self, say: &mut Sink<'_, Event>) -> Result<StreamOutcome, Cancelled> {
        let mark = rules::byte_order_mark(&self.source()).into_iter().collect();
        let mut marks = self.shell(mark, true);
        match self.root(say) {
            Ok(()) => self.whole(marks, say)?,
            Err(StreamError::Mistake(error)) => self.broken(marks, &error, say)?,
            Err(StreamError::Lines(start)) => {
                self.held.subject.record = Some(1);
                let body = self.front.start;
                let (map, text) = self.window.map();
                marks.extend(SourceView::bare(text).findings(map, vec![rules::lines(text, body)], &mut self.drawn));
                self.whole(marks, say)?;
                return Ok(StreamOutcome::Lines(start));
            }
            Err(StreamError::Whole(why)) => return Ok(StreamOutcome::Whole(why)),
            Err(StreamError::Cancelled) => return Err(Cancelled),
        }
        Ok(StreamOutcome::Done)
    }

    fn source(&self) -> Source<'_> {
        let Source { start, headers, mark, unit, .. } = &self.front;
        let (bytes, shift) = (self.window.text(), self.window.offset(self.at) - self.at as u64);
        Source { name: "", bytes, start: *start, headers: headers.clone(), mark: *mark, shift, unit }
    }

    /// Reads on. What is in the window from `from` on stays.
    fn more(&mut self, from: usize) {
        let from = self.comma.map_or(from, |comma| comma.min(from));
        let moved = self.staying(from).map_or(0, |kept| self.window.cut(kept, from));
        self.at -= moved;
        self.comma = self.comma.map(|comma| comma - moved);
        // As much again as there is: an element that is longer than the window is read twice at most.
        self.window.fill((self.window.text().len() - (from - moved)).max(1));
    }

    /// Where that ends which must stay in the window, if what is before `from` was checked: a little behind the spine's text, since excerpts
    /// show that too.
    fn staying(&self, from: usize) -> Option<usize> {
        self.kept.map(|kept| (kept + LOOKAHEAD_BYTES).min(from))
    }

    /// Does one step of the scanner, again with more text where the text in the window ends too early to be sure.
    fn step<T>(&mut self, does: impl Fn(&mut Scanner<'_, '_>) -> Scan<T>) -> StreamResult<T> {
        loop {
            let mark = self.tape.mark();
            let text = self.window.text();
            let length = text.len();
            let mut scanner = Scanner::new(text, self.at, &mut self.tape).inside(self.open);
            let done = does(&mut scanner);
            let (at, open) = (scanner.at, scanner.container());
            match done {
                Ok(done) if at < length || self.window.is_complete() => {
                    (self.at, self.open) = (at, open);
                    return Ok(done);
                }
                Err(error) if self.window.is_complete() || error.at + LOOKAHEAD_BYTES <= length => {
                    return Err(StreamError::Mistake(error));
                }
                _ => {
                    self.tape.reset(mark);
                    if self.window.text().len() > self.task.window
                        && let Some(why) = self.why_whole.take()
                    {
                        return Err(StreamError::Whole(why));
                    }
                    self.more(self.at);
                }
            }
        }
    }

    /// The closing bracket of the innermost container, which stands here.
    fn close(&mut self) -> StreamResult<()> {
        // What is closed cannot be opened again, so this step must not be done twice.
        while self.at + 1 >= self.window.text().len() && !self.window.is_complete() {
            self.more(self.at);
        }
        self.step(|scanner| {
            scanner.close();
            Ok(())
        })
    }

    /// The next byte that is no white space, without going over it.
    fn peek(&mut self) -> Option<u8> {
        loop {
            let rest = &self.window.text()[self.at..];
            match rest.iter().position(|byte| !is_blank(*byte)) {
                Some(blank) => {
                    self.at += blank;
                    return Some(self.window.text()[self.at]);
                }
                None => {
                    self.at += rest.len();
                    if self.window.is_complete() {
                        return None;
                    }
                    self.at -= self.window.cut_blanks(0);
                    self.more(self.at);
                }
            }
        }
    }

    fn root(&mut self, say: &mut Sink<'_, Event>) -> StreamResult<()> {
        let part = self.parts.iter().position(|part| part.name.is_none());
        match (self.peek(), part) {
            (Some(b'{'), _) => self.object(say)?,
            (Some(b'['), Some(part)) => self.array(part, say)?,
            _ => self.step(|scanner| scanner.complete(Expected::Value { comma: None, first: false }))?,
        }
        self.root_ended()
    }

    /// The object at the root.
    fn object(&mut self, say: &mut Sink<'_, Event>) -> StreamResult<()> {
        self.step(|scanner| {
            scanner.open(Json::Object);
            Ok(())
        })?;
        let mut comma = None;
        if self.peek() != Some(b'}') {
            loop {
                let name = self.tape.len();
                self.step(|scanner| scanner.name(comma))?;
                let value = self.peek();
                let name = Document::of(self.window.text(), &self.tape).value(name).string().into_owned();
                let part = self.parts.iter().position(|part| part.name.as_ref() == Some(&name));
                match (part, value) {
                    (Some(part), Some(b'[')) => self.array(part, say)?,
                    (None, Some(b'[')) => self.held_array(&name)?,
                    _ => self.step(|scanner| scanner.complete(Expected::Value { comma: None, first: false }))?,
                }
                match self.peek() {
                    Some(b',') => {
                        comma = Some(self.at);
                        self.at += 1;
                        self.peek();
                    }
                    Some(b'}') => break,
                    _ => return self.step(|scanner| scanner.fail(Expected::CommaOrClose)),
                }
            }
        }
        self.close()
    }

    /// An array that cannot be checked element by element.
    fn held_array(&mut self, name: &str) -> StreamResult<()> {
        // Nothing was forgotten yet: where this is the large one, the whole document is checked faster.
        let may_be_whole = self.arrays.is_empty() && !self.may_be_lines;
        self.why_whole = self.task.validator.schema.why_no_part(name).filter(|_| may_be_whole).map(str::to_owned);
        self.step(|scanner| scanner.complete(Expected::Value { comma: None, first: false }))?;
        self.why_whole = None;
        Ok(())
    }

    /// Nothing follows the document, or the next line.
    fn root_ended(&mut self) -> StreamResult<()> {
        let (begin, end) = (self.front.start, self.at);
        if self.may_be_lines && matches!(self.peek(), Some(b'{' | b'[')) {
            let (map, text) = self.window.map();
            let is_one_line = map.location(text, Pos(begin)).line == map.location(text, Pos(end)).line;
            if let Some(last) = memchr::memrchr(b'\n', &text[end..self.at]).filter(|_| is_one_line) {
                let at = end + last + 1;
                let line = map.location(text, Pos(at)).line;
                return Err(StreamError::Lines(lines::Start { at, offset: map.offset(Pos(at)).0, line, records: 1 }));
            }
        }
        self.at = end;
        self.step(|scanner| {
            scanner.end()?;
            Ok(())
        })
    }

    /// An array whose elements are checked as they come.
    fn array(&mut self, part: usize, say: &mut Sink<'_, Event>) -> StreamResult<()> {
        let offset = self.offset(self.at);
        let index = self.tape.len();
        self.step(|scanner| {
            scanner.open(Json::Array);
            Ok(())
        })?;
        self.tape.skip(index, 0);
        if self.arrays.iter().any(|other| other.part == part) {
            // What was drawn of an array that does not count stands for nothing.
            self.drawn = self.task.drawn();
        }
        self.arrays.push(Array {
            part,
            index,
            begins: self.at,
            count: 0,
            kept: 0,
            length: 0,
            offsets: (offset, u64::MAX),
            was_on_threads: false,
            known: RunningState::default(),
        });
        self.kept = Some(self.at);
        if self.peek() != Some(b']') {
            while self.element(say)? {
                if self.is_worth_threads() {
                    self.on_threads(say)?;
                }
            }
        }
        if self.task.validator.counts {
            let calls = &mut self.arrays.last_mut().expect("an array was begun").known.calls;
            self.worker.elements(self.task.validator, &self.parts[part], part).count_properties(calls);
        }
        self.close()?;
        // Behind the array everything stays again.
        self.kept = None;
        self.comma = None;
        let end = self.offset(self.at);
        self.array_mut().offsets.1 = end;
        Ok(())
    }

    fn array_mut(&mut self) -> &mut Array {
        self.arrays.last_mut().expect("an array was begun")
    }

    /// One element and what parts it from the next; whether there is a next one.
    fn element(&mut self, say: &mut Sink<'_, Event>) -> StreamResult<bool> {
        let &mut Array { part, index, begins, count, kept, length: usual, .. } = self.array_mut();
        let keeps = kept == count && count < MAX_RETAINED_ITEMS && self.at - begins < MAX_RETAINED_BYTES;
        let (end, next, mut read) = loop {
            let (start, is_complete) = (self.at, self.window.is_complete());
            let length = self.window.text().len();
            if !is_complete && length - start < usual {
                self.more(start);
                continue;
            }
            let mut elements = self.worker.elements(self.task.validator, &self.parts[part], part);
            let read = match elements.read(self.window.text(), self.window.padded(), start) {
                Ok(read) => Some(read),
                Err(error) if is_complete || error.at + LOOKAHEAD_BYTES <= length => None,
                Err(_) => {
                    self.more(start);
                    continue;
                }
            };
            let Some(read) = read else {
                // The spine's scanner knows what is open around the mistake.
                let expected = Expected::Value { comma: self.comma, first: count == 0 };
                self.step(|scanner| scanner.complete(expected))?;
                continue;
            };
            let end = read.end;
            // What follows the element must be known, and for its excerpt a little more.
            let next = self.window.text()[end..].iter().position(|byte| !is_blank(*byte));
            let next = next.map(|blank| end + blank);
            let is_parted = next.is_some_and(|next| matches!(self.window.text()[next], b',' | b']'));
            let ids = &self.arrays.last().expect("an array was begun").known.results.ids;
            let is_clean = || read.doubt.is_none() && read.fact.is_none_or(|fact| ids.find(fact.id).is_none());
            let is_known = next.is_some_and(|next| next + LOOKAHEAD_BYTES <= length || (is_parted && is_clean()));
            if is_known || is_complete {
                self.array_mut().length = end - start;
                break (end, next, read);
            }
            if next.is_none() {
                self.window.cut_blanks(end);
            }
            self.more(start);
        };
        let byte = next.map(|next| self.window.text()[next]);
        let is_parted = matches!(byte, Some(b',' | b']'));
        // A value that runs into the mistake behind it may not be what it seems.
        if is_parted || end < next.unwrap_or(self.window.text().len()) {
            let at = self.at;
            let mut elements = self.worker.elements(self.task.validator, &self.parts[part], part);
            let array = self.arrays.last_mut().expect("an array was begun");
            elements.add(&mut read, &mut array.known, self.window.text(), at);
            if array.known.calls.rows.len() > CSV_FLUSH_BYTES {
                say(rows(&mut array.known.calls))?;
            }
            if !read.doubt.is_none() {
                self.validate(part, count, &read.doubt, say)?;
            }
        }
        if keeps || !is_parted {
            let mark = self.tape.mark();
            // It was read before.
            let expected = Expected::Value { comma: None, first: false };
            self.step(|scanner| scanner.complete(expected))?;
            self.tape.forget_noticed(mark);
        }
        self.at = next.unwrap_or(self.window.text().len());
        if !is_parted {
            self.step(|scanner| scanner.fail(Expected::CommaOrClose))?;
        }
        let array = self.array_mut();
        array.count += 1;
        if keeps {
            array.kept += 1;
            self.kept = Some(end);
        } else {
            self.tape.skip(index, 1);
        }
        if byte == Some(b']') {
            return Ok(false);
        }
        self.comma = Some(self.at);
        self.at += 1;
        self.peek();
        Ok(true)
    }

    /// Checks the element that begins here.
    fn validate(
        &mut self,
        part: usize,
        place: u64,
        doubt: &PendingChecks,
        say: &mut Sink<'_, Event>,
    ) -> StreamResult<()> {
        let (map, text) = self.window.map();
        let mut elements = self.worker.elements(self.task.validator, &self.parts[part], part);
        let findings = elements.validate(doubt, (text, self.at, place), map, &mut self.drawn);
        let seems_checked = self.task.fail_fast && self.seems_checked();
        Ok(self.held.hold(findings, seems_checked, say)?)
    }

    /// Whether what was read so far looks like a batch answer, where only those are checked: its findings are the truth about it.
    fn seems_checked(&self) -> bool {
        let mut tape = self.tape.clone();
        let text = self.window.text();
        let scanner = Scanner::new(text, self.at, &mut tape).inside(self.open);
        if let Err(here) = scanner.fail::<()>(Expected::CommaOrClose) {
            tape.close(&here);
        }
        !self.task.validator.is_domain() || classify::seems_batch(Document::of(text, &tape))
    }

    fn offset(&mut self, position: usize) -> u64 {
        self.window.map().0.offset(Pos(position)).0
    }

    /// The end of a document that is JSON.
    fn whole(mut self, marks: Vec<Finding>, say: &mut Sink<'_, Event>) -> Result<(), Cancelled> {
        let damage = self.damage();
        if self.window.failure().is_some() && damage.is_none() {
            // All of the document is there; what follows it is not.
            return self.unread(say);
        }
        let (results, errors) = (self.known("results"), self.known("errors"));
        let (validator, source) = (self.task.validator, self.source());
        let document = Document::of(source.bytes, &self.tape);
        let mut findings = rules::duplicate_names(document);
        findings.extend(rules::lone_surrogates(document));
        let (kind, finding) = kind_of(document, &source, validator);
        let is_judged = finding.is_none() || validator.verbose;
        if is_judged {
            findings.extend(validator.schema.check(document));
        }
        findings.extend(finding);
        if let Some(rules) = validator.rules.filter(|rules| kind.is_batch() && !rules.is_empty()) {
            findings.extend(rules.response(document, kind, &results.results, &errors.failures));
        }
        let mut figures = Figures::default();
        if validator.counts && kind == DocumentKind::BatchResponse {
            let (text, fields) = (document.source(), Fields::of_response(document.root()));
            figures.batches.add(text, &fields, &results.results, &errors.failures);
            figures.calls = results.calls;
        }
        if validator.is_domain() {
            findings.extend(rules::http_status(&source, kind, Some(document)));
        }
        in_order(&mut findings, &source);
        let told = add_damage(damage, &mut findings, kind);
        self.worker.figures.merge(&figures);
        let counts = |found: &Finding| match found.finding.rule.id {
            rule if rule.starts_with("schema/") => is_judged,
            // Of the domain.
            _ => {
                let is_of_errors = found.finding.instance_location.starts_with("/errors");
                kind == DocumentKind::BatchResponse || (kind.is_batch() && is_of_errors)
            }
        };
        let is_text = |found: &Finding| found.finding.rule.group() == "json";
        let overridden = self.overridden();
        self.held.findings.retain(|found| is_text(found) || (counts(found) && !is_in(&overridden, found)));
        let shell = self.shell(findings, true);
        self.end(told, marks, shell, say)
    }

    /// The end of a document that is no JSON.
    fn broken(mut self, marks: Vec<Finding>, error: &SyntaxError, say: &mut Sink<'_, Event>) -> Result<(), Cancelled> {
        self.at = error.at;
        self.read_on();
        let damage = self.damage();
        if damage.is_none() && self.window.failure().is_some() {
            return self.unread(say);
        }
        let source = self.source();
        let (kind, finding) = classify::refused(&source, &self.tape, error);
        let mut findings = vec![finding];
        if self.task.validator.is_domain() {
            findings.extend(rules::http_status(&source, kind, None));
        }
        in_order(&mut findings, &source);
        let told = add_damage(damage, &mut findings, kind);
        self.tape.close(error);
        self.before_the_mistake(kind);
        let shell = self.shell(findings, false);
        self.end(told, marks, shell, say)
    }

    /// The input could not be read to its end.
    fn unread(mut self, say: &mut Sink<'_, Event>) -> Result<(), Cancelled> {
        let reason = self.window.failure().map_or_else(String::new, reason);
        if self.held.is_told {
            self.held.findings.clear();
            let ending = DocumentSummary::new(DocumentKind::BrokenJson, self.held.counts);
            say(Event::DocumentEnd(self.held.subject.clone(), ending))?;
        }
        say(Event::InputError(InputError { name: self.held.subject.name.to_string(), reason }))
    }

    /// What is told of packed data that is damaged where the text ends.
    fn damage(&self) -> Option<Diagnostic> {
        let failure = self.window.failure()?;
        match failure.get_ref().and_then(|inner| inner.downcast_ref()) {
            Some(DecompressError::Damaged(how)) => {
                Some(rules::compression(how, self.held.subject.compression, self.window.text().len()))
            }
            _ => None,
        }
    }

    /// Reads packed data behind a mistake to its end: the mistake may be the first that is seen of a damage.
    fn read_on(&mut self) {
        while self.held.subject.compression.is_some() && !self.window.is_complete() {
            self.window.fill(1);
            let end = self.window.text().len();
            self.window.cut((self.at + CONTEXT_BYTES).min(end), end);
        }
    }

    /// Of what was held back only that counts which [`super::before_the_mistake`] finds.
    fn before_the_mistake(&mut self, kind: DocumentKind) {
        let document = Document::of(self.window.text(), &self.tape);
        if kind != DocumentKind::BrokenJson || document.is_empty() || !seems_checked(document, self.task.validator) {
            self.held.findings.clear();
        } else if !classify::seems_batch(document) {
            self.held.findings.retain(|found| !rules::is_of_domain(found.finding.rule.id));
        }
        let overridden = self.overridden();
        self.held.findings.retain(|found| !is_in(&overridden, found));
    }

    /// What rules know across the elements of the member with this name that counts.
    fn known(&mut self, name: &str) -> RunningState {
        let root = Document::of(self.window.text(), &self.tape).root();
        let index = root.get(name).map(|value| value.index());
        let array = self.arrays.iter_mut().find(|array| Some(array.index) == index);
        array.map(|array| std::mem::take(&mut array.known)).unwrap_or_default()
    }

    /// The arrays, as offsets, behind which another member of the same name stands.
    fn overridden(&self) -> Vec<(u64, u64)> {
        let root = Document::of(self.window.text(), &self.tape).root();
        let counts = |array: &&Array| {
            let name = self.parts[array.part].name.as_deref();
            name.is_some_and(|name| root.get(name).is_some_and(|value| value.index() != array.index))
        };
        self.arrays.iter().filter(counts).map(|array| array.offsets).collect()
    }

    fn shell(&mut self, findings: Vec<Diagnostic>, is_whole: bool) -> Vec<Finding> {
        let body = self.front.start;
        let (map, text) = self.window.map();
        let view = SourceView {
            bytes: text,
            body,
            scanned: Document::of(text, &self.tape),
            is_whole,
            record: None,
            is_buffered: false,
        };
        view.findings(map, findings, &mut self.drawn)
    }

    fn end(
        mut self,
        kind: DocumentKind,
        marks: Vec<Finding>,
        shell: Vec<Finding>,
        say: &mut Sink<'_, Event>,
    ) -> Result<(), Cancelled> {
        let mut findings = marks;
        findings.append(&mut self.held.findings);
        findings.extend(shell);
        findings.sort_by_key(|Finding { finding, .. }| (finding.rule.group() != "document", finding.label.span.start));
        emit_all(self.task, &self.held.subject, kind, findings, self.held.counts, say)
    }
}

/// So much of the text behind a mistake stays: more than an excerpt shows.
const CONTEXT_BYTES: usize = 4096;

fn is_in(arrays: &[(u64, u64)], found: &Finding) -> bool {
    arrays.iter().any(|&(from, to)| (from..to).contains(&found.finding.label.span.start.0))
}
