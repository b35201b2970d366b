//! Reads and checks the items of an array one by one.

use super::super::record::{ItemKind, ItemRead, PendingChecks};
use super::super::{Identity, identify, sort_findings};
use super::buffer::Relevance;
use super::{LOOKAHEAD_BYTES, MAX_RETAINED_ITEMS, Stream, StreamResult, StreamedArray};
use crate::hubspot::classify::{self, DocumentKind, FirstItems};
use crate::json::{Document, Expected, Kind as Json, Scanner, Tape, is_blank};

/// Items stay in the skeleton only while they have no more bytes together.
const MAX_RETAINED_BYTES: usize = 64 * 1024;
/// Bytes of CSV that are collected before they are emitted.
const CSV_FLUSH_BYTES: usize = 64 * 1024;

/// An item that is in the window as a whole.
struct ItemInWindow {
    read: ItemRead,
    /// Position of the next byte that is not whitespace.
    next: Option<usize>,
    /// True if that byte is a comma or the closing bracket.
    is_separated: bool,
}

impl<'s> Stream<'_, '_, 's> {
    /// The streamable array with this number.
    pub(super) fn array(&mut self, number: usize) -> StreamResult<()> {
        let offset = self.offset(self.at);
        let index = self.tape.len();
        self.open_container(Json::Array)?;
        self.tape.skip(index, 0);
        if self.arrays.iter().any(|other| other.number == number) {
            // This array overrides the other one, whose excerpts do not count.
            self.budget = self.options.budget();
        }
        self.arrays.push(StreamedArray {
            number,
            kind: ItemKind::of(&self.streamable[number], self.options.validator),
            index,
            start: self.at,
            count: 0,
            retained: 0,
            last_length: 0,
            offsets: (offset, u64::MAX),
            was_on_threads: false,
            is_identified: false,
            evidence: Default::default(),
            state: Default::default(),
        });
        self.retained_to = Some(self.at);
        if self.peek() != Some(b']') {
            while self.item()? {
                if self.is_worth_threads() {
                    self.on_threads()?;
                }
            }
        }
        if self.options.validator.counts {
            let calls = &mut self.arrays.last_mut().expect("an array is open").state.calls;
            self.state.item_checker(self.options.validator, number).count_properties(calls);
        }
        self.close()?;
        // Outside of the array all text stays in the window.
        (self.retained_to, self.comma) = (None, None);
        self.array_mut().offsets.1 = self.offset(self.at);
        self.forget_irrelevant();
        Ok(())
    }

    pub(super) fn array_mut(&mut self) -> &mut StreamedArray<'s> {
        self.arrays.last_mut().expect("an array is open")
    }

    /// One item and the separator after it. Returns true if another item follows.
    fn item(&mut self) -> StreamResult<bool> {
        let &mut StreamedArray { start, count, retained, .. } = self.array_mut();
        let is_retained = retained == count && count < MAX_RETAINED_ITEMS && self.at - start < MAX_RETAINED_BYTES;
        let mut item = self.read_item(count == 0)?;
        let (end, next, is_separated) = (item.read.end, item.next, item.is_separated);
        let text_end = self.window.text().len();
        self.sample(count);
        // Without a separator, a number or a word can be longer than it seems.
        if is_separated || end < next.unwrap_or(text_end) {
            self.check_item(&mut item.read, count)?;
        }
        let index = self.array_mut().index;
        if is_retained || !is_separated {
            let mark = self.tape.mark();
            self.complete_value()?;
            // `read_item` has reported the notes of the scanner about this value.
            self.tape.forget_noticed(mark);
        }
        self.at = next.unwrap_or(self.window.text().len());
        if !is_separated {
            self.step(|scanner| scanner.fail(Expected::CommaOrClose))?;
        }
        let array = self.array_mut();
        array.count += 1;
        if is_retained {
            array.retained += 1;
            self.retained_to = Some(end);
        } else {
            self.tape.skip(index, 1);
        }
        if self.window.text().get(self.at) == Some(&b']') {
            return Ok(false);
        }
        self.comma = Some(self.at);
        self.at += 1;
        self.peek();
        Ok(true)
    }

    /// Reads until the item is in the window, with the separator after it, and with the text that its excerpt shows.
    fn read_item(&mut self, is_first: bool) -> StreamResult<ItemInWindow> {
        loop {
            let (start, is_complete, length) = (self.at, self.window.is_complete(), self.window.text().len());
            let &mut StreamedArray { number, kind, last_length, .. } = self.array_mut();
            if !is_complete && length - start < last_length {
                self.read_more(start);
                continue;
            }
            let mut checker = self.state.item_checker_of(self.options.validator, number, kind);
            let read = match checker.read(self.window.text(), self.window.padded(), start) {
                Ok(read) => read,
                Err(error) if is_complete || error.at + LOOKAHEAD_BYTES <= length => {
                    // The scanner of the skeleton reports the error with its containers.
                    let expected = Expected::Value { comma: self.comma, first: is_first };
                    self.step(|scanner| scanner.complete(expected))?;
                    continue;
                }
                Err(_) => {
                    self.read_more(start);
                    continue;
                }
            };
            let end = read.end;
            let blank = self.window.text()[end..].iter().position(|byte| !is_blank(*byte));
            let next = blank.map(|blank| end + blank);
            let is_separated = next.is_some_and(|next| matches!(self.window.text()[next], b',' | b']'));
            if is_complete || self.has_lookahead(&read, next, is_separated) {
                self.array_mut().last_length = end - start;
                return Ok(ItemInWindow { read, next, is_separated });
            }
            if next.is_none() {
                self.window.cut_blanks(end);
            }
            self.read_more(start);
        }
    }

    /// True if enough text after an item is in the window. An item without findings needs only its separator.
    fn has_lookahead(&self, read: &ItemRead, next: Option<usize>, is_separated: bool) -> bool {
        let length = self.window.text().len();
        let ids = &self.arrays.last().expect("an array is open").state.results.ids;
        let is_clean = || read.pending.is_none() && read.fact.as_ref().is_none_or(|fact| ids.find(fact.id).is_none());
        next.is_some_and(|next| next + LOOKAHEAD_BYTES <= length || (is_separated && is_clean()))
    }

    /// Checks the item at the current position.
    fn check_item(&mut self, read: &mut ItemRead, index: u64) -> StreamResult<()> {
        let array = self.arrays.last_mut().expect("an array is open");
        let mut checker = self.state.item_checker_of(self.options.validator, array.number, array.kind);
        checker.add(read, &mut array.state, self.window.text(), self.at);
        if array.state.calls.rows.len() > CSV_FLUSH_BYTES {
            self.buffer.emit_rows(&mut array.state.calls)?;
        }
        if !read.pending.is_none() {
            self.relevance().restrict(&mut read.pending);
        }
        if !read.pending.is_none() {
            self.validate(index, &read.pending)
        } else if self.options.fail_fast && index < MAX_RETAINED_ITEMS {
            // An error in an earlier item counts once the kind of the document is certain.
            Ok(self.buffer.push([], self.relevance())?)
        } else {
            Ok(())
        }
    }

    fn validate(&mut self, index: u64, pending: &PendingChecks) -> StreamResult<()> {
        self.identify_early();
        let number = self.array_mut().number;
        let (map, text) = self.window.map();
        let mut checker = self.state.item_checker(self.options.validator, number);
        let findings = checker.validate(pending, (text, self.at, index), map, &mut self.budget);
        let relevance = self.relevance();
        Ok(self.buffer.push(findings, relevance)?)
    }

    /// Adds the item at the current position to the evidence of what the document is.
    fn sample(&mut self, index: u64) {
        if index >= MAX_RETAINED_ITEMS || !self.options.validator.is_domain() {
            return;
        }
        let array = self.arrays.last_mut().expect("an array is open");
        let Ok(item) = Document::parse_value(self.window.text(), self.at, &mut self.state.tape) else { return };
        match self.streamable[array.number].name.as_deref() {
            Some("results") => array.evidence.results.add(item.root()),
            Some("errors") => array.evidence.errors.add(item.root()),
            _ => {}
        }
        if index + 1 == MAX_RETAINED_ITEMS {
            self.forget_irrelevant();
        }
    }

    /// Drops the buffered findings about the first items of the last array, if its sample shows that they do not count.
    fn forget_irrelevant(&mut self) {
        let relevance = self.relevance();
        let start = self.array_mut().offsets.0;
        let is_before = |position: u64| position < start;
        self.buffer.findings.retain(|found| is_before(found.finding.label.span.start.0) || relevance.counts(found));
    }

    /// Once the results are known to be those of another API, prepares the finding about the kind of the document. It
    /// precedes the others if these are emitted before the end. Only properties of a batch response before the results
    /// make the kind certain.
    pub(super) fn identify_early(&mut self) {
        let is_identified = self.array_mut().is_identified || self.buffer.is_flushed;
        if is_identified || !self.options.validator.is_domain() || !self.is_of_other_api() {
            return;
        }
        self.array_mut().is_identified = true;
        let tape = self.closed_tape();
        let (document, source) = (Document::of(self.window.text(), &tape), self.source());
        let Identity { kind, finding, .. } =
            identify(document, &source, self.options.validator, &self.evidence(document));
        if !kind.is_batch() && !matches!(kind, DocumentKind::ClientLibrary | DocumentKind::Placeholder) {
            return;
        }
        let mut findings: Vec<_> = finding.into_iter().collect();
        sort_findings(&mut findings, &source);
        let open = std::mem::replace(&mut self.tape, tape);
        // If the finding is not emitted early, it is located again at the end, with its excerpt.
        let budget = std::mem::replace(&mut self.budget, self.options.budget());
        let findings = self.locate(findings, true);
        (self.tape, self.budget) = (open, budget);
        self.buffer.kind = Some((kind, findings));
    }

    /// The last array with results, if there is one.
    fn results(&self) -> Option<&StreamedArray<'s>> {
        let mut arrays = self.arrays.iter().rev();
        arrays.find(|array| self.streamable[array.number].name.as_deref() == Some("results"))
    }

    /// True if the sample of the results is complete, and they are not CRM objects.
    fn is_of_other_api(&self) -> bool {
        self.results().is_some_and(|results| results.is_sampled() && !results.evidence.results.is_batch())
    }

    /// The evidence in the arrays of a document, of which only the skeleton is on a tape.
    pub(super) fn evidence(&self, skeleton: Document<'_>) -> FirstItems {
        let root = skeleton.root();
        let mut evidence = FirstItems::of(root);
        for name in ["results", "errors"] {
            let Some(value) = root.get(name) else { continue };
            let Some(array) = self.arrays.iter().find(|array| array.index == value.index()) else { continue };
            // An item that a syntax error has cut off is on the tape only.
            let cut_off = value.elements().skip(array.retained as usize);
            if name == "results" {
                evidence.results = array.evidence.results.clone();
                cut_off.for_each(|item| evidence.results.add(item));
            } else {
                evidence.errors = array.evidence.errors.clone();
                cut_off.for_each(|item| evidence.errors.add(item));
            }
        }
        evidence
    }

    /// The relevance of the findings about the items of the open array.
    pub(super) fn relevance(&self) -> Relevance {
        let validator = self.options.validator;
        if !validator.is_domain() {
            return Relevance::Certain;
        }
        let array = self.arrays.last().expect("an array is open");
        let is_results = self.streamable[array.number].name.as_deref() == Some("results");
        if !validator.allows(DocumentKind::BatchResponse) {
            return if is_results { Relevance::ResultsOfOtherApi } else { Relevance::ErrorsOfOtherApi };
        }
        match (is_results, validator.validates_other_kinds()) {
            (true, _) if !array.is_sampled() => Relevance::Undecided,
            (true, true) if self.is_of_other_api() => Relevance::SchemaOfOtherApi,
            (true, false) if self.is_of_other_api() => Relevance::ResultsOfOtherApi,
            (false, false) if self.is_of_other_api() => Relevance::ErrorsOfOtherApi,
            _ if self.options.fail_fast && self.is_surely_checked() => Relevance::Certain,
            _ => Relevance::Likely,
        }
    }

    /// True if the text so far shows that the document is checked, so that its findings will count.
    fn is_surely_checked(&self) -> bool {
        let tape = self.closed_tape();
        let skeleton = Document::of(self.window.text(), &tape);
        classify::is_surely_checked(skeleton, &self.evidence(skeleton))
    }

    /// The skeleton so far, as if the document ended here.
    fn closed_tape(&self) -> Tape {
        let mut tape = self.tape.clone();
        let scanner = Scanner::new(self.window.text(), self.at, &mut tape).inside(self.open);
        if let Err(error) = scanner.fail::<()>(Expected::CommaOrClose) {
            tape.close(&error);
        }
        tape
    }
}
