//! The shape of one value, inferred from its property names (evidence: HubSpot's specification and recorded responses).

use crate::hubspot::names::is_guid;
use crate::json::{Kind, Value};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Batch,
    AssociationBatch,
    PropertyBatch,
    CampaignBatch,
    Envelope,
    List,
    Object,
    Request,
    Array,
    Unknown,
}

/// Number of items that are examined in an array.
const MAX_ITEMS: usize = 8;

pub(super) fn of(value: Value<'_>) -> Shape {
    match value.kind() {
        Kind::Object => object(value),
        Kind::Array if value.elements().next().is_none() => Shape::Array,
        // Items of requests are not responses. Nested arrays are not a known shape.
        Kind::Array
            if value
                .elements()
                .take(MAX_ITEMS)
                .filter(|item| item.kind() == Kind::Object)
                .any(|item| !matches!(object(item), Shape::Unknown | Shape::Request)) =>
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

/// Properties of items of `results` in any batch response.
const RESULT_PROPERTIES: [&str; 5] = ["id", "properties", "from", "fromObjectId", "fieldType"];

fn has_any(value: Value<'_>, names: &[&str]) -> bool {
    names.iter().any(|name| value.get(name).is_some())
}

/// True if an item of a list looks like a CRM object.
pub(super) fn may_be_result(item: Value<'_>) -> bool {
    item.kind() == Kind::Object && has_any(item, &["id"]) && has_kind(item, "properties", Kind::Object)
}

fn has_kind(value: Value<'_>, name: &str, kind: Kind) -> bool {
    value.get(name).is_some_and(|property| property.kind() == kind)
}

/// The order of the checks matters: a value can match several of them.
fn object(value: Value<'_>) -> Shape {
    let results = value.get("results").filter(|results| results.kind() == Kind::Array);
    let marks = batch_marks(value);
    if results.is_none() && value.get_string("status").as_deref() == Some("error") && !has_any(value, &FOREIGN) {
        Shape::Envelope
    } else if let Some(results) = results {
        with_results(value, results, &marks)
    } else if marks.times == 0 && is_envelope(value) {
        Shape::Envelope
    } else if has_kind(value, "inputs", Kind::Array) {
        Shape::Request
    } else if marks.times == 0
        && !marks.results
        && has_any(value, &["id"])
        && has_kind(value, "properties", Kind::Object)
    {
        Shape::Object
    } else if is_damaged_batch(value, &marks) {
        Shape::Batch
    } else {
        Shape::Unknown
    }
}

/// The shape of an object with an array `results`.
fn with_results(value: Value<'_>, results: Value<'_>, marks: &BatchMarks) -> Shape {
    let is_marked = marks.status || marks.times > 0;
    let is_response = is_marked || has_any(value, &["status", "numErrors", "errors"]);
    let is_paged = has_any(value, &["paging", "total"]);
    if !is_response || (is_paged && !is_marked) {
        return Shape::List;
    }
    // The output of many test runners has a status and results. Without other evidence of a batch response, a result
    // must look like a record.
    let is_batch = is_marked
        || has_any(value, &["numErrors", "errors"])
        || results.elements().next().is_none()
        || results.elements().take(MAX_ITEMS).any(|result| has_any(result, &RESULT_PROPERTIES));
    if is_batch { batch(results) } else { Shape::Unknown }
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
        Shape::Batch | Shape::AssociationBatch | Shape::PropertyBatch | Shape::CampaignBatch => {
            let marks = batch_marks(value);
            has_kind(value, "results", Kind::Array) && (marks.status || marks.times > 0)
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

/// The API of a batch response, inferred from its first results. A single CRM object among them is enough to validate
/// the response.
fn batch(results: Value<'_>) -> Shape {
    let mut found = Shape::Batch;
    for result in results.elements().filter(|result| result.kind() == Kind::Object).take(MAX_ITEMS) {
        let has = |name: &str| result.get(name).is_some();
        let kind = if has("id") && has("properties") {
            let guid = result.get_string("id").is_some_and(|id| is_guid(&id));
            let call = result
                .get("properties")
                .is_some_and(|all| all.members().any(|(name, _)| name.string().starts_with("hs_call_")));
            if guid && !call && !has("archived") { Shape::CampaignBatch } else { Shape::Batch }
        } else if (has("from") && has("to")) || has("fromObjectId") || has("toObjectId") {
            Shape::AssociationBatch
        } else if has("name") && has("fieldType") {
            Shape::PropertyBatch
        } else {
            continue;
        };
        if kind == Shape::Batch {
            return Shape::Batch;
        }
        found = kind;
    }
    found
}
