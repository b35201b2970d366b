//! The rules of the domain that are told in a run: those that nobody has silenced.

use std::sync::OnceLock;

use super::{Check, all, is_of_domain};
use crate::diagnostic::Diagnostic;
use crate::hubspot::classify::DocumentKind;
use crate::hubspot::{AccountConfig, Across, Fact, Failures, Field, Fields, Record, Response};
use crate::json::{Document, Value};
use crate::rules::levels::Levels;

type OfResult = fn(&Record<'_>) -> Option<Diagnostic>;
type OfUnusual = fn(&Record<'_>, Value<'_>) -> Vec<Diagnostic>;
type OfFailure = fn(Value<'_>) -> Vec<Diagnostic>;
type OfAnswer = fn(&Response<'_>) -> Option<Diagnostic>;
type OfAgain = fn(&Record<'_>, u64) -> Option<Diagnostic>;

/// Rules of the domain, ready to be asked.
#[derive(Debug, Default)]
pub struct Rules {
    results: Vec<(Field, OfResult)>,
    named: Vec<OfUnusual>,
    unusual: Vec<OfUnusual>,
    failures: Vec<OfFailure>,
    answers: Vec<OfAnswer>,
    again: Vec<OfAgain>,
    portal: AccountConfig,
}

impl Rules {
    /// Those that are told as things usually are.
    pub fn defaults() -> &'static Rules {
        static DEFAULTS: OnceLock<Rules> = OnceLock::new();
        DEFAULTS.get_or_init(|| Rules::of(&Levels::default(), AccountConfig::default()))
    }

    /// Those that are told at these levels.
    pub fn of(levels: &Levels, portal: AccountConfig) -> Rules {
        let mut rules = Rules { portal, ..Rules::default() };
        for rule in all().filter(|rule| is_of_domain(rule.info.id) && levels.of(rule.info).is_some()) {
            for check in rule.checks {
                match *check {
                    Check::Result(field, check) => rules.results.push((field, check)),
                    Check::Named(check) => rules.named.push(check),
                    Check::Unusual(check) => rules.unusual.push(check),
                    Check::Failure(check) => rules.failures.push(check),
                    Check::Response(check) => rules.answers.push(check),
                    Check::Again(check) => rules.again.push(check),
                }
            }
        }
        rules
    }

    /// Whether none is told.
    pub fn is_empty(&self) -> bool {
        self.results.is_empty()
            && self.named.is_empty()
            && self.unusual.is_empty()
            && self.failures.is_empty()
            && self.answers.is_empty()
            && self.again.is_empty()
    }

    /// A result by where its members are.
    pub fn record<'a>(&'a self, text: &'a [u8], fields: &'a Fields, value: Option<Value<'a>>) -> Record<'a> {
        Record::new(text, fields, value, &self.portal)
    }

    /// What a result adds to what is known across results, and whether no rule has anything to say of it. `is_default`: all its values fit
    /// [`crate::hubspot::TYPES`].
    #[inline]
    pub fn quick_check(&self, record: &Record<'_>, is_default: bool) -> (Fact, bool) {
        let fields = record.fields;
        let is_quiet = (is_default || self.unusual.is_empty())
            && (!fields.has(Field::Odd) || self.named.is_empty())
            && self.results.iter().all(|(field, check)| !fields.has(*field) || check(record).is_none());
        (Fact::of(record), is_quiet)
    }

    /// What is said of a result, and what it adds to what is known across results. `pointer` is where it stands.
    pub fn result(&self, result: Value<'_>, pointer: &str) -> (Fact, Vec<Diagnostic>) {
        let (text, fields) = (result.document().source(), Fields::of_result(result));
        let record = self.record(text, &fields, Some(result));
        let mut found: Vec<Diagnostic> = Vec::new();
        for (field, check) in &self.results {
            found.extend(fields.has(*field).then(|| check(&record)).flatten());
        }
        if fields.has(Field::Odd) {
            found.extend(self.named.iter().flat_map(|check| check(&record, result)));
        }
        found.extend(self.unusual.iter().flat_map(|check| check(&record, result)));
        found.iter_mut().for_each(|finding| finding.instance_location.insert_str(0, pointer));
        (Fact::of(&record), found)
    }

    /// Whether it is told that an id has been seen.
    pub fn tells_again(&self) -> bool {
        !self.again.is_empty()
    }

    /// What is said of a result whose id the result at `first` has too.
    pub fn again(&self, result: Value<'_>, first: u64, pointer: &str) -> Vec<Diagnostic> {
        let (text, fields) = (result.document().source(), Fields::of_result(result));
        let record = self.record(text, &fields, Some(result));
        let mut found: Vec<Diagnostic> = self.again.iter().filter_map(|check| check(&record, first)).collect();
        found.iter_mut().for_each(|finding| finding.instance_location.insert_str(0, pointer));
        found
    }

    /// What is said of an element of `errors`.
    pub fn failure(&self, item: Value<'_>, pointer: &str) -> Vec<Diagnostic> {
        let mut found: Vec<Diagnostic> = self.failures.iter().flat_map(|check| check(item)).collect();
        found.iter_mut().for_each(|finding| finding.instance_location.insert_str(0, pointer));
        found
    }

    /// What is said of an answer without errors whose values are all usual.
    pub fn accepted(&self, text: &[u8], fields: &Fields, results: &Across) -> Vec<Diagnostic> {
        let failures = &Failures::default();
        let answer = Response {
            text,
            fields,
            value: None,
            kind: DocumentKind::BatchResponse,
            results,
            failures,
            portal: &self.portal,
        };
        self.answers.iter().filter_map(|check| check(&answer)).collect()
    }

    /// What is said of an answer, whose results perhaps are gone.
    pub fn answer(
        &self,
        document: Document<'_>,
        kind: DocumentKind,
        results: &Across,
        failures: &Failures,
    ) -> Vec<Diagnostic> {
        let (text, fields) = (document.source(), Fields::of_response(document.root()));
        let value = Some(document.root());
        let answer = Response { text, fields: &fields, value, kind, results, failures, portal: &self.portal };
        self.answers.iter().filter_map(|check| check(&answer)).collect()
    }
}
