//! The HubSpot rules that are enabled in a run.

use std::sync::OnceLock;

use super::{Check, of_domain};
use crate::diagnostic::Diagnostic;
use crate::hubspot::classify::DocumentKind;
use crate::hubspot::{
    AccountConfig, Across, BatchEndpoint, Fact, Failures, Field, Fields, ObjectType, Record, Response, may_report,
};
use crate::json::{Document, Value};
use crate::rules::levels::Levels;

type ResultCheck = fn(&Record<'_>) -> Option<Diagnostic>;
type NameCheck = fn(&Record<'_>, Value<'_>) -> Vec<Diagnostic>;
type ValueCheck = fn(Value<'_>) -> Vec<Diagnostic>;
type ResponseCheck = fn(&Response<'_>) -> Option<Diagnostic>;
type DuplicateIdCheck = fn(&Record<'_>, u64) -> Option<Diagnostic>;

/// The verdict of the fast path on a result.
#[derive(Debug, Clone, Copy)]
pub struct Acceptance {
    /// The embedded schema accepts it.
    pub is_valid: bool,
    /// All values match [`crate::hubspot::TYPES`].
    pub is_default: bool,
}

/// Check functions by their input ([`Check`]).
#[derive(Debug, Clone, Default)]
pub struct Rules {
    results: Vec<(Field, ResultCheck)>,
    names: Vec<NameCheck>,
    types: Vec<ValueCheck>,
    errors: Vec<ValueCheck>,
    responses: Vec<ResponseCheck>,
    duplicate_ids: Vec<DuplicateIdCheck>,
    /// A rule may have a finding about an ordinary call.
    may_report_ordinary: bool,
    /// Number of check functions.
    checks: usize,
    portal: AccountConfig,
}

impl Rules {
    pub fn defaults() -> &'static Rules {
        static DEFAULTS: OnceLock<Rules> = OnceLock::new();
        DEFAULTS.get_or_init(|| Rules::of(&Levels::default(), AccountConfig::default()))
    }

    pub fn of(levels: &Levels, portal: AccountConfig) -> Rules {
        let mut rules = Rules { portal, ..Rules::default() };
        for rule in of_domain().filter(|rule| levels.of(rule.info).is_some()) {
            rules.checks += rule.checks.len();
            for check in rule.checks {
                match *check {
                    Check::Result(field, check) => {
                        rules.may_report_ordinary |= may_report(rule.info.id, field);
                        rules.results.push((field, check));
                    }
                    Check::PropertyNames(check) => rules.names.push(check),
                    Check::TypeMismatch(check) => rules.types.push(check),
                    Check::Error(check) => rules.errors.push(check),
                    Check::Response(check) => rules.responses.push(check),
                    Check::DuplicateId(check) => rules.duplicate_ids.push(check),
                }
            }
        }
        rules
    }

    /// False if responses should contain other objects than those of the endpoint.
    pub fn may_expect(&self, endpoint: BatchEndpoint<'_>) -> bool {
        let listed = &self.portal.objects;
        listed.is_empty() || endpoint.object_type().is_some_and(|object| listed.contains(&object))
    }

    /// The same rules for a response of this endpoint.
    pub fn for_endpoint(&self, endpoint: BatchEndpoint<'_>) -> Rules {
        let objects: Vec<ObjectType> = endpoint.object_type().into_iter().collect();
        let has_unknown_object = objects.is_empty();
        let portal = AccountConfig { objects, has_unknown_object, ..self.portal.clone() };
        Rules { portal, ..self.clone() }
    }

    pub fn is_empty(&self) -> bool {
        self.checks == 0
    }

    pub fn record<'a>(&'a self, text: &'a [u8], fields: &'a Fields) -> Record<'a> {
        Record::new(text, fields, &self.portal)
    }

    /// The facts of a result, and true if it has no finding.
    #[inline]
    pub fn quick_check(&self, text: &[u8], fields: &Fields, acceptance: Acceptance) -> (Fact, bool) {
        if acceptance.is_valid
            && acceptance.is_default
            && !self.may_report_ordinary
            && let Some(fact) = Fact::of_ordinary(text, fields)
        {
            let found = (fact, true);
            if cfg!(debug_assertions) {
                let expected = self.check_fields(text, fields, true);
                assert_eq!(found, expected, "a rule reports a result that hubspot/ordinary.rs accepts");
            }
            return found;
        }
        self.check_fields(text, fields, acceptance.is_default)
    }

    #[inline(never)]
    fn check_fields(&self, text: &[u8], fields: &Fields, is_default: bool) -> (Fact, bool) {
        let record = self.record(text, fields);
        let is_quiet = (is_default || self.types.is_empty())
            && (!fields.has(Field::Odd) || self.names.is_empty())
            && self.results.iter().all(|(field, check)| !fields.has(*field) || check(&record).is_none());
        (Fact::of(&record), is_quiet)
    }

    /// The facts and the findings of the result at the JSON Pointer `pointer`.
    pub fn result(&self, result: Value<'_>, pointer: &str) -> (Fact, Vec<Diagnostic>) {
        let fields = Fields::of_result(result);
        let record = self.record(result.document().source(), &fields);
        let mut found: Vec<Diagnostic> = Vec::new();
        for (field, check) in &self.results {
            found.extend(fields.has(*field).then(|| check(&record)).flatten());
        }
        if fields.has(Field::Odd) {
            found.extend(self.names.iter().flat_map(|check| check(&record, result)));
        }
        found.extend(self.types.iter().flat_map(|check| check(result)));
        (Fact::of(&record), located(found, pointer))
    }

    /// True if a duplicate id is a finding.
    pub fn reports_duplicate_ids(&self) -> bool {
        !self.duplicate_ids.is_empty()
    }

    /// The findings for a result that has the id of the result at index `first`.
    pub fn duplicate_id(&self, result: Value<'_>, first: u64, pointer: &str) -> Vec<Diagnostic> {
        let fields = Fields::of_result(result);
        let record = self.record(result.document().source(), &fields);
        located(self.duplicate_ids.iter().filter_map(|check| check(&record, first)).collect(), pointer)
    }

    /// The findings for an item of `errors`.
    pub fn error(&self, item: Value<'_>, pointer: &str) -> Vec<Diagnostic> {
        located(self.errors.iter().flat_map(|check| check(item)).collect(), pointer)
    }

    /// The findings for a response that the fast path accepted: without errors, and not parsed.
    pub fn accepted(&self, text: &[u8], fields: &Fields, results: &Across) -> Vec<Diagnostic> {
        let (kind, failures) = (DocumentKind::BatchResponse, &Failures::default());
        self.check_response(&Response { text, fields, value: None, kind, results, failures, portal: &self.portal })
    }

    /// The findings for a response. Its results may have been read and dropped before.
    pub fn response(
        &self,
        document: Document<'_>,
        kind: DocumentKind,
        results: &Across,
        failures: &Failures,
    ) -> Vec<Diagnostic> {
        let (text, root) = (document.source(), document.root());
        let (fields, value) = (&Fields::of_response(root), Some(root));
        self.check_response(&Response { text, fields, value, kind, results, failures, portal: &self.portal })
    }

    fn check_response(&self, response: &Response<'_>) -> Vec<Diagnostic> {
        self.responses.iter().filter_map(|check| check(response)).collect()
    }
}

/// Findings with locations relative to the document instead of the value at `pointer`.
fn located(mut findings: Vec<Diagnostic>, pointer: &str) -> Vec<Diagnostic> {
    findings.iter_mut().for_each(|finding| finding.instance_location.insert_str(0, pointer));
    findings
}
