//! The shape of one value, inferred from its property names (evidence: HubSpot's specification and recorded responses).

use super::families::{ASSOCIATIONS, Family, has_kind};
use super::placeholder::is_example;
use super::sample::{FirstItems, MAX_ITEMS};
use crate::json::{Kind, Value};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Batch,
    /// A batch response of another API.
    Family(&'static Family),
    /// A batch response of an API that is not in the table.
    OtherBatch,
    Envelope,
    List,
    Object,
    Request,
    Array,
    /// An engagement of the first version of the API.
    Engagement,
    WebhookEvent,
    /// Written by a client library, with keys in snake case.
    Client,
    /// An example with types instead of values.
    Placeholders,
    Unknown,
}

/// The shape of a value that is in memory as a whole.
pub(super) fn of(value: Value<'_>) -> Shape {
    with_evidence(value, &FirstItems::of(value))
}

/// The shape of a value whose `results` and `errors` may be streamed.
pub(super) fn with_evidence(value: Value<'_>, evidence: &FirstItems) -> Shape {
    match value.kind() {
        Kind::Object => object(value, evidence),
        Kind::Array if value.elements().next().is_none() => Shape::Array,
        // Items of requests are not responses. Nested arrays are not a known shape.
        Kind::Array
            if value
                .elements()
                .take(MAX_ITEMS)
                .filter(|item| item.kind() == Kind::Object)
                .any(|item| !matches!(of(item), Shape::Unknown | Shape::Request)) =>
        {
            Shape::Array
        }
        _ => Shape::Unknown,
    }
}

/// Statuses of a batch, including common misspellings.
const BATCH_STATUSES: [&str; 6] = ["PENDING", "PROCESSING", "CANCELED", "CANCELLED", "COMPLETE", "COMPLETED"];

/// Properties that only HubSpot's error responses have. `category` alone is too common.
const ENVELOPE: [&str; 5] = ["correlationId", "correlationID", "policyName", "validationResults", "errorType"];

/// Properties of other formats with `status: "error"`, such as JSend and log lines. HubSpot's error responses never
/// have them.
const FOREIGN: [&str; 3] = ["data", "level", "file"];

fn has_any(value: Value<'_>, names: &[&str]) -> bool {
    names.iter().any(|name| value.get(name).is_some())
}

/// True if an item of a list looks like a CRM object.
pub(super) fn may_be_result(item: Value<'_>) -> bool {
    item.kind() == Kind::Object && has_any(item, &["id"]) && has_kind(item, "properties", Kind::Object)
}

/// The order of the checks matters: a value can match several of them.
fn object(value: Value<'_>, evidence: &FirstItems) -> Shape {
    let results = value.get("results").filter(|results| results.kind() == Kind::Array);
    let marks = batch_marks(value);
    if results.is_none() && value.get_string("status").as_deref() == Some("error") && !has_any(value, &FOREIGN) {
        Shape::Envelope
    } else if let Some(results) = results {
        with_results(value, results.element_count() == 0, &marks, evidence)
    } else if marks.times == 0 && is_envelope(value) {
        if is_example(value) { Shape::Placeholders } else { Shape::Envelope }
    } else if has_kind(value, "inputs", Kind::Array) {
        Shape::Request
    } else if marks.times == 0
        && !marks.results
        && has_any(value, &["id"])
        && has_kind(value, "properties", Kind::Object)
    {
        match () {
            () if is_example(value) => Shape::Placeholders,
            () if has_any(value, &["created_at", "updated_at"]) && !has_any(value, &["createdAt", "updatedAt"]) => {
                Shape::Client
            }
            () => Shape::Object,
        }
    } else if is_damaged_batch(value, &marks) {
        Shape::Batch
    } else if is_engagement(value) {
        Shape::Engagement
    } else if is_webhook_event(value) {
        Shape::WebhookEvent
    } else {
        Shape::Unknown
    }
}

/// The shape of an object with an array `results`.
fn with_results(value: Value<'_>, is_empty: bool, marks: &BatchMarks, evidence: &FirstItems) -> Shape {
    let is_marked = marks.is_sure();
    let is_response = is_marked || has_any(value, &["status", "numErrors", "errors"]);
    let is_paged = has_any(value, &["paging", "total"]);
    if !is_response || (is_paged && !is_marked) {
        let first = value.get("results").and_then(|results| results.elements().next());
        return if first.is_some_and(is_engagement) { Shape::Engagement } else { Shape::List };
    }
    // The output of many test runners has a status and results. Without other evidence of a batch response, a result
    // must look like a record.
    let is_batch = is_marked || has_any(value, &["numErrors", "errors"]) || is_empty || evidence.results.is_record_like;
    match evidence.results.shape() {
        _ if !is_batch => Shape::Unknown,
        Shape::OtherBatch if !is_marked => Shape::Unknown,
        Shape::Batch if is_empty => without_results(value, marks, evidence),
        Shape::Family(_) | Shape::OtherBatch if marks.times > 0 && is_example(value) => Shape::Placeholders,
        shape => shape,
    }
}

/// The shape of a batch response with an empty `results`. Only its errors and its spelling remain.
fn without_results(value: Value<'_>, marks: &BatchMarks, evidence: &FirstItems) -> Shape {
    if marks.times > 0 && is_example(value) {
        Shape::Placeholders
    } else if marks.times > 0 && has_any(value, &SNAKE_CASE_TIMES) && !has_any(value, &TIMES) {
        Shape::Client
    } else if evidence.errors.has_associations() {
        Shape::Family(&ASSOCIATIONS)
    } else {
        Shape::Batch
    }
}

const TIMES: [&str; 3] = ["startedAt", "completedAt", "requestedAt"];
const SNAKE_CASE_TIMES: [&str; 3] = ["started_at", "completed_at", "requested_at"];

/// True if the beginning of a document shows that it will be checked as a batch response, regardless of the rest.
pub(super) fn is_surely_checked(value: Value<'_>, evidence: &FirstItems) -> bool {
    let results = value.get("results").filter(|results| results.kind() == Kind::Array);
    results.is_some_and(|results| {
        let is_decided = match results.element_count() {
            0 => evidence.errors.is_decided(),
            _ => evidence.results.is_decided(),
        };
        is_decided && with_evidence(value, evidence) == Shape::Batch && batch_marks(value).is_sure()
    })
}

/// True for an engagement: HubSpot's name of calls, emails, meetings, notes and tasks before the third version of the
/// API.
fn is_engagement(value: Value<'_>) -> bool {
    value.get("engagement").is_some_and(|engagement| {
        has_kind(engagement, "type", Kind::String) && has_any(engagement, &["id", "portalId", "timestamp", "createdAt"])
    })
}

/// True for an event that HubSpot sends to a webhook.
fn is_webhook_event(value: Value<'_>) -> bool {
    has_kind(value, "subscriptionType", Kind::String)
        && has_any(value, &["objectId", "subscriptionId", "eventId", "fromObjectId"])
}

/// True for an error response, including those without `status: "error"`.
fn is_envelope(value: Value<'_>) -> bool {
    let is_constant = |text: &str| text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    let is_status = |text: &str| text == "error" || is_constant(text);
    has_kind(value, "message", Kind::String)
        && value.get_string("status").is_none_or(|status| is_status(&status))
        && !has_any(value, &FOREIGN)
        && (has_any(value, &ENVELOPE)
            || value.get_string("category").is_some_and(|category| category.contains('_') && is_constant(&category)))
}

/// True for a truncated or hand-written batch response: `results` and another property of it, or a status exactly as
/// HubSpot writes it and a time.
fn is_damaged_batch(value: Value<'_>, marks: &BatchMarks) -> bool {
    let is_exact = value.get_string("status").is_some_and(|status| BATCH_STATUSES.contains(&&*status));
    (marks.results && (marks.status || marks.times > 0)) || (is_exact && marks.times > 0)
}

/// True if a value inside another document is certainly a response. Shapes that can occur by chance do not count.
pub(super) fn is_surely(value: Value<'_>, shape: Shape) -> bool {
    match shape {
        Shape::Envelope => value.get_string("message").is_some(),
        Shape::Batch | Shape::Family(_) | Shape::OtherBatch | Shape::Client | Shape::Placeholders => {
            has_kind(value, "results", Kind::Array) && batch_marks(value).is_sure()
        }
        _ => false,
    }
}

/// Properties of a batch response that a value has, in any spelling. The schema validates the spelling.
struct BatchMarks {
    results: bool,
    /// True if `status` is one of [`BATCH_STATUSES`].
    status: bool,
    /// Number of `startedAt`, `completedAt`, `requestedAt`.
    times: usize,
}

impl BatchMarks {
    /// True if the property is not found in other formats.
    fn is_sure(&self) -> bool {
        self.status || self.times > 0
    }
}

fn batch_marks(value: Value<'_>) -> BatchMarks {
    let mut marks = BatchMarks { results: false, status: false, times: 0 };
    // Batch responses have at most nine properties, so the first hundred suffice.
    for (name, property) in value.members().take(100) {
        let name: String = name.string().chars().take(20).filter(|character| character.is_alphanumeric()).collect();
        match name.to_lowercase().as_str() {
            "results" => marks.results = true,
            "startedat" | "completedat" | "requestedat" => marks.times += 1,
            "status" if property.kind() == Kind::String && property.text().len() < 20 => {
                marks.status = BATCH_STATUSES.contains(&property.string().to_uppercase().as_str());
            }
            _ => {}
        }
    }
    marks
}
