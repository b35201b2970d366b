//! Reads and checks the items of an array one by one.

use super::super::record::{ItemRead, PendingChecks};
use super::buffer::Relevance;
use super::{LOOKAHEAD_BYTES, MAX_RETAINED_ITEMS, Stream, StreamResult, StreamedArray};
use crate::hubspot::classify::{self, DocumentKind, FirstItems};
use crate::json::{Document, Expected, Kind as Json, Scanner, is_blank};

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

impl Stream<'_, '_, '_> {
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
            index,
            start: self.at,
            count: 0,
            retained: 0,
            last_length: 0,
            offsets: (offset, u64::MAX),
            was_on_threads: false,
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
        Ok(())
    }

    pub(super) fn array_mut(&mut self) -> &mut StreamedArray {
        self.arrays.last_mut().expect("an array is open")
    }

    /// One item and the separator after it. Returns true if another item follows.
    fn item(&mut self) -> StreamResult<bool> {
        let &mut StreamedArray { start, count, retained, .. } = self.array_mut();
        let is_retained = retained == count && count < MAX_RETAINED_ITEMS && self.at - start < MAX_RETAINED_BYTES;
        let ItemInWindow { read, next, is_separated } = self.read_item(count == 0)?;
        let (end, text_end) = (read.end, self.window.text().len());
        self.sample(count);
        // Without a separator, a number or a word can be longer than it seems.
        if is_separated || end < next.unwrap_or(text_end) {
            self.check_item(read, count)?;
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
            let &mut StreamedArray { number, last_length, .. } = self.array_mut();
            if !is_complete && length - start < last_length {
                self.read_more(start);
                continue;
            }
            let mut checker = self.state.item_checker(self.options.validator, number);
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
    fn check_item(&mut self, mut read: ItemRead, index: u64) -> StreamResult<()> {
        let array = self.arrays.last_mut().expect("an array is open");
        let mut checker = self.state.item_checker(self.options.validator, array.number);
        checker.add(&mut read, &mut array.state, self.window.text(), self.at);
        if array.state.calls.rows.len() > CSV_FLUSH_BYTES {
            self.buffer.emit_rows(&mut array.state.calls)?;
        }
        if !read.pending.is_none() && self.relevance() == Relevance::ResultsOfOtherApi {
            read.pending.retain_json();
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
        let mut arrays = self.arrays.iter().rev();
        let results = arrays.find(|array| self.streamable[array.number].name.as_deref() == Some("results"));
        if !validator.allows(DocumentKind::BatchResponse) {
            return if is_results { Relevance::ResultsOfOtherApi } else { Relevance::ErrorsOfOtherApi };
        }
        match results.map(|array| &array.evidence.results) {
            Some(sample) if is_results && !sample.is_decided() => Relevance::Undecided,
            Some(sample) if !sample.is_batch() && !validator.verbose => match is_results {
                true => Relevance::ResultsOfOtherApi,
                false => Relevance::ErrorsOfOtherApi,
            },
            _ if self.options.fail_fast && self.is_surely_checked() => Relevance::Certain,
            _ => Relevance::Likely,
        }
    }

    /// True if the text so far shows that the document is checked, so that its findings will count.
    fn is_surely_checked(&self) -> bool {
        let mut tape = self.tape.clone();
        let text = self.window.text();
        let scanner = Scanner::new(text, self.at, &mut tape).inside(self.open);
        if let Err(error) = scanner.fail::<()>(Expected::CommaOrClose) {
            tape.close(&error);
        }
        let skeleton = Document::of(text, &tape);
        classify::is_surely_checked(skeleton, &self.evidence(skeleton))
    }
}
