//! One item of a streamed array.
//!
//! An item is read once on the fast path. What it may violate is recorded as `PendingChecks`. Only items with pending
//! checks are parsed again to find out what is wrong, because their position in the input may not be known yet.

use super::Validator;
use crate::diagnostic::Diagnostic;
use crate::finding::{ExcerptBudget, Finding, SourceView};
use crate::hubspot::classify::DocumentKind;
use crate::hubspot::{Across, Fact, Failures, Fields};
use crate::input::Map;
use crate::json::{Document, Kind, Scan, Tape, Value};
use crate::rules::{self, Acceptance, Rules};
use crate::schema::{FastValidator, Rejected, StreamableArray, ValueLocation};
use crate::stats::{Calls, Figures};

/// The result of reading an item.
pub(super) struct ItemRead {
    /// Position of its end.
    pub end: usize,
    pub pending: PendingChecks,
    /// The part of a result that is compared with other results.
    pub fact: Option<Fact>,
    /// True if the fast path accepted it. The validator then still has its captured fields.
    is_accepted: bool,
}

/// The checks of an item that did not pass when it was read.
#[derive(Default)]
pub(super) struct PendingChecks {
    schema: SchemaOutcome,
    /// True if a rule has a finding.
    rules: bool,
    /// Index of the first result with the same id.
    pub duplicate_of: Option<u64>,
}

impl PendingChecks {
    pub(super) fn is_none(&self) -> bool {
        matches!(self.schema, SchemaOutcome::Valid) && !self.rules && self.duplicate_of.is_none()
    }

    /// Drops the checks of the schema and of HubSpot rules. Only an item that needs a full check can violate JSON
    /// rules.
    pub(super) fn retain_json(&mut self) {
        if !matches!(self.schema, SchemaOutcome::NeedsFullCheck) {
            *self = PendingChecks::default();
        }
    }

    /// Drops the checks of HubSpot rules.
    pub(super) fn drop_rules(&mut self) {
        (self.rules, self.duplicate_of) = (false, None);
    }
}

#[derive(Default)]
enum SchemaOutcome {
    #[default]
    Valid,
    /// Only these values need a check.
    RejectedValues(Vec<Rejected>),
    NeedsFullCheck,
}

/// The state of rules that compare the items of an array, and its statistics.
#[derive(Debug, Clone, Default)]
pub(super) struct RunningState {
    pub results: Across,
    pub failures: Failures,
    pub calls: Calls,
}

/// The rules that apply to the items of an array.
#[derive(Debug, Clone, Copy)]
pub(super) enum ItemKind<'r> {
    Results(&'r Rules),
    Errors(&'r Rules),
    Other,
}

impl<'r> ItemKind<'r> {
    pub(super) fn of(array: &StreamableArray, validator: Validator<'r>) -> Self {
        match (validator.rules.filter(|rules| validator.counts || !rules.is_empty()), array.name.as_deref()) {
            (Some(rules), Some("results")) => ItemKind::Results(rules),
            (Some(rules), Some("errors")) => ItemKind::Errors(rules),
            _ => ItemKind::Other,
        }
    }

    /// The findings of rules, and the fact of a result. `pointer` is the JSON Pointer of the item.
    fn findings(self, item: Value<'_>, pointer: &str) -> (Option<Fact>, Vec<Diagnostic>) {
        match self {
            ItemKind::Results(rules) => {
                let (fact, findings) = rules.result(item, pointer);
                (Some(fact), findings)
            }
            ItemKind::Errors(rules) => (None, rules.error(item, pointer)),
            ItemKind::Other => (None, Vec::new()),
        }
    }
}

/// Checks the items of one array.
pub(super) struct ItemChecker<'e, 's> {
    pub validator: Validator<'s>,
    pub part: &'s StreamableArray,
    pub kind: ItemKind<'s>,
    pub fast: &'e mut FastValidator,
    pub tape: &'e mut Tape,
}

impl ItemChecker<'_, '_> {
    /// Reads the item at `at`. `padded` is the text with NUL bytes after the end.
    ///
    /// # Errors
    /// If it is not JSON.
    pub(super) fn read(&mut self, text: &[u8], padded: &[u8], at: usize) -> Scan<ItemRead> {
        match self.fast.accept_most(padded, at) {
            Some((end, rejected)) => self.accepted(text, at, end, rejected),
            None => self.not_accepted(text, at),
        }
    }

    fn accepted(&mut self, text: &[u8], at: usize, end: usize, mut rejected: Vec<Rejected>) -> Scan<ItemRead> {
        let schema = self.validator.schema;
        // The rules report values that HubSpot's types do not allow.
        rejected.retain(|rejected| !self.fast.is_of_types(rejected));
        // If the fast path knows the whole schema, a rejected value is almost certainly invalid.
        if !self.fast.knows_all() {
            rejected.retain(|rejected| {
                let value = Document::parse_value(text, rejected.at, self.tape);
                value.is_ok_and(|value| !schema.is_valid_value(self.part, self.fast.location(rejected), value))
            });
        }
        let (fact, rules) = match self.kind {
            ItemKind::Results(rules) => {
                let is_valid = rejected.is_empty() && schema.is_embedded();
                let acceptance = Acceptance { is_valid, is_default: !self.fast.is_unusual() };
                let (fact, is_quiet) = rules.quick_check(text, self.fast.fields(), acceptance);
                (Some(fact), !is_quiet)
            }
            ItemKind::Errors(_) => {
                let item = Document::parse_value(text, at, self.tape)?;
                (None, !self.kind.findings(item.root(), "").1.is_empty())
            }
            ItemKind::Other => (None, false),
        };
        let schema = match rejected.is_empty() {
            true => SchemaOutcome::Valid,
            false => SchemaOutcome::RejectedValues(rejected),
        };
        let pending = PendingChecks { schema, rules, duplicate_of: None };
        Ok(ItemRead { end, pending, fact, is_accepted: true })
    }

    fn not_accepted(&mut self, text: &[u8], at: usize) -> Scan<ItemRead> {
        let item = Document::parse_below(self.part.depth(), text, at, self.tape)?;
        let is_valid = !item.is_noticed() && self.validator.schema.is_valid_value(self.part, "", item);
        let (fact, findings) = self.kind.findings(item.root(), "");
        let schema = if is_valid { SchemaOutcome::Valid } else { SchemaOutcome::NeedsFullCheck };
        let pending = PendingChecks { schema, rules: !findings.is_empty(), duplicate_of: None };
        Ok(ItemRead { end: item.root().span().end.0, pending, fact, is_accepted: false })
    }

    pub(super) fn reports_duplicate_ids(&self) -> bool {
        matches!(self.kind, ItemKind::Results(rules) if rules.reports_duplicate_ids())
    }

    /// Adds a result to the statistics.
    pub(super) fn count(&mut self, read: &ItemRead, calls: &mut Calls, text: &[u8], at: usize) {
        let ItemKind::Results(rules) = self.kind else { return };
        if read.is_accepted {
            let record = rules.record(text, self.fast.fields());
            calls.add(&record);
            if self.validator.rows {
                calls.row(&record);
            }
        } else if let Ok(item) = Document::parse_value(text, at, self.tape) {
            count_result(self.validator, rules, item.root(), calls);
        }
    }

    /// Adds the properties that the fast path counted. Called after the last item.
    pub(super) fn count_properties(&mut self, calls: &mut Calls) {
        self.fast.take_properties(|name, has_value| calls.property(name, has_value));
        calls.settle();
    }

    /// Adds an item to the state of its array.
    pub(super) fn add(&mut self, read: &mut ItemRead, state: &mut RunningState, text: &[u8], at: usize) {
        if let Some(fact) = &read.fact {
            let first = state.results.add(fact);
            read.pending.duplicate_of = first.filter(|_| self.reports_duplicate_ids());
        }
        if self.validator.counts {
            self.count(read, &mut state.calls, text, at);
        }
        if matches!(self.kind, ItemKind::Errors(_))
            && let Ok(item) = Document::parse_value(text, at, self.tape)
        {
            state.failures.add(item.root());
        }
    }

    /// All findings of an item, in the order of their positions. `index` is its index in the array, `at` its position
    /// in the text.
    pub(super) fn validate(
        &mut self,
        pending: &PendingChecks,
        (text, at, index): (&[u8], usize, u64),
        map: &mut Map,
        budget: &mut ExcerptBudget,
    ) -> Vec<Finding> {
        let schema = self.validator.schema;
        let mut number = itoa::Buffer::new();
        let number = number.format(index);
        let mut findings = Vec::new();
        match &pending.schema {
            SchemaOutcome::Valid => {}
            SchemaOutcome::RejectedValues(rejected) => {
                for rejected in rejected {
                    let Ok(value) = Document::parse_value(text, rejected.at, self.tape) else { continue };
                    let location = self.fast.location(rejected);
                    let pointer = [&*self.part.pointer, number, &*rejected.pointer];
                    let at = ValueLocation { pointer, is_member: rejected.is_member };
                    findings.append(&mut schema.check_value(self.part, location, value, at));
                }
            }
            SchemaOutcome::NeedsFullCheck => {
                if let Ok(item) = Document::parse_value(text, at, self.tape) {
                    findings = schema_findings(self.validator, self.part, item, number);
                }
            }
        }
        if (pending.rules || pending.duplicate_of.is_some())
            && let Ok(item) = Document::parse_value(text, at, self.tape)
        {
            let pointer = [&*self.part.pointer, number].concat();
            if pending.rules {
                findings.extend(self.kind.findings(item.root(), &pointer).1);
            }
            findings.extend(duplicate_id(self.kind, item, pending.duplicate_of, &pointer));
        }
        findings.sort_by_key(|finding| finding.label.span.start);
        let bare = SourceView { record: Some(index), ..SourceView::bare(text) };
        // Only excerpts need a tape.
        let view = if findings.iter().any(|finding| budget.is_new(finding)) {
            let item = Document::parse_value(text, at, self.tape);
            item.map_or(bare, |scanned| SourceView { scanned, is_whole: true, ..bare })
        } else {
            bare
        };
        view.findings(map, findings, budget)
    }
}

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

/// Statistics of a buffered document; empty if it is not a batch response.
pub(super) fn figures_of(validator: Validator<'_>, document: Option<Document<'_>>, kind: DocumentKind) -> Figures {
    let mut figures = Figures::default();
    let Some((rules, document)) =
        validator.rules.zip(document).filter(|_| validator.counts && kind == DocumentKind::BatchResponse)
    else {
        return figures;
    };
    let items = |name: &str| document.root().get(name).into_iter().flat_map(|array| array.elements());
    let (mut results, mut failures) = (Across::default(), Failures::default());
    for result in items("results") {
        results.add(&rules.result(result, "").0);
        count_result(validator, rules, result, &mut figures.calls);
    }
    figures.calls.settle();
    items("errors").for_each(|item| failures.add(item));
    figures.batches.add(document.source(), &Fields::of_response(document.root()), &results, &failures);
    figures
}

/// Findings of the schema and of JSON rules about an item. The item is the root of `item`.
fn schema_findings(
    validator: Validator<'_>,
    array: &StreamableArray,
    item: Document<'_>,
    index: &str,
) -> Vec<Diagnostic> {
    let mut findings = rules::duplicate_names(item);
    findings.extend(rules::lone_surrogates(item));
    let pointer = [&*array.pointer, index].concat();
    findings.iter_mut().for_each(|finding| finding.instance_location.insert_str(0, &pointer));
    let at = ValueLocation { pointer: [&array.pointer, index, ""], is_member: false };
    findings.extend(validator.schema.check_value(array, "", item, at));
    findings
}

fn duplicate_id(kind: ItemKind<'_>, item: Document<'_>, first: Option<u64>, pointer: &str) -> Vec<Diagnostic> {
    let (ItemKind::Results(rules), Some(first)) = (kind, first) else { return Vec::new() };
    rules.duplicate_id(item.root(), first, pointer)
}

/// All findings of a buffered item, in the order of their positions.
pub(super) fn item_findings(
    validator: Validator<'_>,
    array: &StreamableArray,
    item: Document<'_>,
    index: u64,
    state: &mut RunningState,
) -> Vec<Diagnostic> {
    let number = index.to_string();
    let pointer = [&*array.pointer, &number].concat();
    let kind = ItemKind::of(array, validator);
    let mut findings = schema_findings(validator, array, item, &number);
    let (fact, of_rules) = kind.findings(item.root(), &pointer);
    let first = fact.and_then(|fact| state.results.add(&fact));
    if matches!(kind, ItemKind::Errors(_)) {
        state.failures.add(item.root());
    }
    findings.extend(of_rules);
    findings.extend(duplicate_id(kind, item, first, &pointer));
    findings.sort_by_key(|finding| finding.label.span.start);
    findings
}
