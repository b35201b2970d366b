//! One element of an array that is read in parts.

use super::Validator;
use crate::diagnostic::Diagnostic;
use crate::finding::{ExcerptBudget, Finding, SourceView};
use crate::hubspot::classify::DocumentKind;
use crate::hubspot::{Across, Fact, Failures, Fields};
use crate::input::Map;
use crate::json::{Document, Kind, Scan, Tape, Value};
use crate::rules::{self, Rules};
use crate::schema::{FastValidator, Rejected, StreamableArray};
use crate::stats::{Calls, Figures};

/// What was read.
pub(super) struct Read {
    /// Where the element ends.
    pub end: usize,
    /// What is to be told of it.
    pub doubt: PendingChecks,
    /// What it adds to what is known across results.
    pub fact: Option<Fact>,
    /// The fast pass has accepted it, and knows where its members are.
    is_accepted: bool,
}

/// What is to be checked of an element that was read.
#[derive(Default)]
pub(super) struct PendingChecks {
    schema: SchemaOutcome,
    /// Rules have something to say of it.
    rules: bool,
    /// The place of the first result with its id.
    pub again: Option<u64>,
}

impl PendingChecks {
    /// Whether there is nothing to tell.
    pub(super) fn is_none(&self) -> bool {
        matches!(self.schema, SchemaOutcome::Valid) && !self.rules && self.again.is_none()
    }
}

/// What the schema may have to say of an element.
#[derive(Default)]
enum SchemaOutcome {
    /// Nothing: all of it was accepted.
    #[default]
    Valid,
    /// Something of a few values.
    RejectedValues(Vec<Rejected>),
    /// Something of all of it.
    Invalid,
}

/// What rules know across the elements of an array.
#[derive(Debug, Clone, Default)]
pub(super) struct RunningState {
    pub results: Across,
    pub failures: Failures,
    /// Results, one by one, where they are added up.
    pub calls: Calls,
}

/// What the elements of an array are to the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ItemKind<'r> {
    Results(&'r Rules),
    Errors(&'r Rules),
    Other,
}

impl<'r> ItemKind<'r> {
    /// That of the elements of a part.
    pub(super) fn of(part: &StreamableArray, validator: Validator<'r>) -> Self {
        match (validator.rules.filter(|rules| validator.counts || !rules.is_empty()), part.name.as_deref()) {
            (Some(rules), Some("results")) => ItemKind::Results(rules),
            (Some(rules), Some("errors")) => ItemKind::Errors(rules),
            _ => ItemKind::Other,
        }
    }
}

impl PartialEq for Rules {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Rules {}

/// An array whose elements are read, and by what they are checked.
pub(super) struct Elements<'e, 's> {
    pub validator: Validator<'s>,
    pub part: &'e StreamableArray,
    pub role: ItemKind<'s>,
    pub acceptor: &'e mut FastValidator,
    pub tape: &'e mut Tape,
}

impl Elements<'_, '_> {
    /// Reads the element that begins at `at`: where it ends, and what is to be checked of it. `padded` is the text with NUL behind it.
    ///
    /// # Errors
    /// When it is no JSON.
    pub(super) fn read(&mut self, text: &[u8], padded: &[u8], at: usize) -> Scan<Read> {
        let schema = self.validator.schema;
        if let Some((end, mut misses)) = self.acceptor.accept_most(padded, at) {
            // What HubSpot's types do not allow is the rules' affair.
            misses.retain(|miss| !self.acceptor.is_of_types(miss));
            let is_default = !self.acceptor.is_unusual();
            // What a pass that knows the whole schema does not accept has most likely something wrong with it.
            if !self.acceptor.knows_all() {
                misses.retain(|miss| {
                    let value = Document::parse_value(text, miss.at, self.tape);
                    value.is_ok_and(|value| !schema.is_valid_value(self.part, self.acceptor.location(miss), value))
                });
            }
            let (mut fact, mut rules) = (None, false);
            match self.role {
                ItemKind::Results(all) => {
                    let record = all.record(text, self.acceptor.fields());
                    let (known, is_quiet) = all.quick_check(&record, is_default);
                    (fact, rules) = (Some(known), !is_quiet);
                }
                ItemKind::Errors(all) => {
                    let item = Document::parse_value(text, at, self.tape)?;
                    rules = !all.error(item.root(), "").is_empty();
                }
                ItemKind::Other => {}
            }
            let schema = if misses.is_empty() { SchemaOutcome::Valid } else { SchemaOutcome::RejectedValues(misses) };
            return Ok(Read { end, doubt: PendingChecks { schema, rules, again: None }, fact, is_accepted: true });
        }
        let element = Document::parse_below(self.part.depth(), text, at, self.tape)?;
        let is_clean = !element.is_noticed() && schema.is_valid_value(self.part, "", element);
        let (mut fact, mut rules) = (None, false);
        match self.role {
            ItemKind::Results(all) => {
                let (known, found) = all.result(element.root(), "");
                (fact, rules) = (Some(known), !found.is_empty());
            }
            ItemKind::Errors(all) => rules = !all.error(element.root(), "").is_empty(),
            ItemKind::Other => {}
        }
        let schema = if is_clean { SchemaOutcome::Valid } else { SchemaOutcome::Invalid };
        let (end, doubt) = (element.root().span().end.0, PendingChecks { schema, rules, again: None });
        Ok(Read { end, doubt, fact, is_accepted: false })
    }

    /// Whether it is told that an id has been seen.
    pub(super) fn tells_again(&self) -> bool {
        matches!(self.role, ItemKind::Results(rules) if rules.reports_duplicate_ids())
    }

    /// Adds up what was read.
    pub(super) fn count(&mut self, read: &Read, calls: &mut Calls, text: &[u8], at: usize) {
        let ItemKind::Results(rules) = self.role else { return };
        if read.is_accepted {
            let record = rules.record(text, self.acceptor.fields());
            calls.add(&record);
            if self.validator.rows {
                calls.row(&record);
            }
        } else if let Ok(element) = Document::parse_value(text, at, self.tape) {
            count_result(self.validator, rules, element.root(), calls);
        }
    }

    /// Adds the properties of what was accepted, which the fast pass notes: the last thing that is added.
    pub(super) fn count_properties(&mut self, calls: &mut Calls) {
        self.acceptor.take_properties(|name, has_value| calls.property(name, has_value));
        calls.settle();
    }

    /// Adds what was read to what is known.
    pub(super) fn add(&mut self, read: &mut Read, known: &mut RunningState, text: &[u8], at: usize) {
        if let Some(fact) = &read.fact {
            let again = known.results.add(fact);
            read.doubt.again = again.filter(|_| self.tells_again());
        }
        if self.validator.counts {
            self.count(read, &mut known.calls, text, at);
        }
        if matches!(self.role, ItemKind::Errors(_))
            && let Ok(item) = Document::parse_value(text, at, self.tape)
        {
            known.failures.add(item.root());
        }
    }

    /// All findings of an element, by their places. `place`: which element it is, from 0.
    pub(super) fn validate(
        &mut self,
        doubt: &PendingChecks,
        (text, at, place): (&[u8], usize, u64),
        map: &mut Map,
        drawn: &mut ExcerptBudget,
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        let schema = self.validator.schema;
        let mut number = itoa::Buffer::new();
        let number = number.format(place);
        match &doubt.schema {
            SchemaOutcome::Valid => {}
            SchemaOutcome::RejectedValues(misses) => {
                for miss in misses {
                    let Ok(value) = Document::parse_value(text, miss.at, self.tape) else { continue };
                    let location = self.acceptor.location(miss);
                    let pointer = [&*self.part.pointer, number, &*miss.pointer];
                    findings.append(&mut schema.check_value(self.part, location, value, pointer, miss.is_member));
                }
            }
            SchemaOutcome::Invalid => {
                if let Ok(element) = Document::parse_value(text, at, self.tape) {
                    findings = by_schema(self.validator, self.part, element, number);
                }
            }
        }
        if (doubt.rules || doubt.again.is_some())
            && let Ok(element) = Document::parse_value(text, at, self.tape)
        {
            findings.extend(by_rules(self.role, self.part, element, number, (doubt.rules, doubt.again)));
        }
        findings.sort_by_key(|finding| finding.label.span.start);
        // Excerpts show what stands around a value.
        let nothing = SourceView { record: Some(place), ..SourceView::bare(text) };
        let view = if findings.iter().any(|finding| drawn.is_new(finding)) {
            let element = Document::parse_value(text, at, self.tape);
            element.map_or(nothing, |scanned| SourceView { scanned, is_whole: true, ..nothing })
        } else {
            nothing
        };
        view.findings(map, findings, drawn)
    }
}

/// Adds up a result that is on a tape.
fn count_result(validator: Validator<'_>, rules: &Rules, result: Value<'_>, calls: &mut Calls) {
    let fields = Fields::of_result(result);
    let record = rules.record(result.document().source(), &fields);
    calls.add(&record);
    if validator.rows {
        calls.row(&record);
    }
    for (name, value) in result.get("properties").into_iter().flat_map(|properties| properties.last_members()) {
        calls.property(&name.string(), value.kind() != Kind::Null);
    }
}

/// What an answer that is held whole says, where that is added up.
pub(super) fn figures_of(validator: Validator<'_>, document: Option<Document<'_>>, kind: DocumentKind) -> Figures {
    let mut figures = Figures::default();
    let Some((rules, document)) =
        validator.rules.zip(document).filter(|_| validator.counts && kind == DocumentKind::BatchResponse)
    else {
        return figures;
    };
    let elements = |name: &str| document.root().get(name).into_iter().flat_map(|array| array.elements());
    let (mut results, mut failures) = (Across::default(), Failures::default());
    for result in elements("results") {
        results.add(&rules.result(result, "").0);
        count_result(validator, rules, result, &mut figures.calls);
    }
    figures.calls.settle();
    elements("errors").for_each(|item| failures.add(item));
    figures.batches.add(document.source(), &Fields::of_response(document.root()), &results, &failures);
    figures
}

/// What the schema says of an element, which is a document of its own here, and what is wrong with its text.
fn by_schema(validator: Validator<'_>, part: &StreamableArray, element: Document<'_>, place: &str) -> Vec<Diagnostic> {
    let mut findings = rules::duplicate_names(element);
    findings.extend(rules::lone_surrogates(element));
    let pointer = [&*part.pointer, place].concat();
    findings.iter_mut().for_each(|finding| finding.instance_location.insert_str(0, &pointer));
    findings.extend(validator.schema.check_value(part, "", element, [&part.pointer, place, ""], false));
    findings
}

/// What rules say of an element.
fn by_rules(
    role: ItemKind<'_>,
    part: &StreamableArray,
    element: Document<'_>,
    place: &str,
    (is_odd, again): (bool, Option<u64>),
) -> Vec<Diagnostic> {
    let pointer = [&*part.pointer, place].concat();
    match role {
        ItemKind::Results(rules) => {
            let mut findings = if is_odd { rules.result(element.root(), &pointer).1 } else { Vec::new() };
            findings.extend(again.into_iter().flat_map(|first| rules.duplicate_id(element.root(), first, &pointer)));
            findings
        }
        ItemKind::Errors(rules) => rules.error(element.root(), &pointer),
        ItemKind::Other => Vec::new(),
    }
}

/// All findings of an element, which is a document of its own here, by their places.
pub(super) fn findings_of(
    validator: Validator<'_>,
    part: &StreamableArray,
    element: Document<'_>,
    place: u64,
    known: &mut RunningState,
) -> Vec<Diagnostic> {
    let number = place.to_string();
    let role = ItemKind::of(part, validator);
    let mut findings = by_schema(validator, part, element, &number);
    let mut again = None;
    match role {
        ItemKind::Results(rules) => again = known.results.add(&rules.result(element.root(), "").0),
        ItemKind::Errors(_) => known.failures.add(element.root()),
        ItemKind::Other => {}
    }
    findings.extend(by_rules(role, part, element, &number, (true, again)));
    findings.sort_by_key(|finding| finding.label.span.start);
    findings
}
