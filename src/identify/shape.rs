//! The shape of one value, told from its member names (evidence: HubSpot's specification and recorded answers).

use crate::document::{Kind, Value};

/// What a value looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
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

/// The shape of a value.
pub fn of(value: Value<'_>) -> Shape {
    match value.kind() {
        Kind::Object => object(value),
        Kind::Array if value.elements().next().is_none() => Shape::Array,
        // Request items are not answers, and arrays in arrays are nothing known.
        Kind::Array
            if value
                .elements()
                .take(8)
                .filter(|element| element.kind() == Kind::Object)
                .any(|element| !matches!(object(element), Shape::Unknown | Shape::Request)) =>
        {
            Shape::Array
        }
        _ => Shape::Unknown,
    }
}

/// The names that only the batch envelope has.
const TIMES: [&str; 3] = ["startedAt", "completedAt", "requestedAt"];

fn object(value: Value<'_>) -> Shape {
    let has = |name: &str| value.get(name).is_some();
    let is = |name: &str, kind: Kind| value.get(name).is_some_and(|member| member.kind() == kind);
    let times = TIMES.iter().filter(|name| has(name)).count();
    let results = value.get("results").filter(|results| results.kind() == Kind::Array);
    let status = value.get_string("status");
    if status.as_deref() == Some("error") && results.is_none() {
        return Shape::Envelope;
    }
    if let Some(results) = results {
        if times == 0 && (has("paging") || has("total") || !has("status")) {
            return Shape::List;
        }
        return batch(results);
    }
    let marks =
        ["correlationId", "correlationID", "category", "errorType", "policyName", "requestId", "validationResults"];
    if times == 0 && is("message", Kind::String) && marks.iter().any(|name| has(name)) {
        return Shape::Envelope;
    }
    if is("inputs", Kind::Array) {
        return Shape::Request;
    }
    if times == 0 && !has("results") && has("id") && is("properties", Kind::Object) {
        return Shape::Object;
    }
    // A broken or hand-made batch answer: some of its names, or its state.
    let state = status.is_some_and(|status| {
        ["PENDING", "PROCESSING", "CANCELED", "CANCELLED", "COMPLETE", "COMPLETED"]
            .contains(&status.to_uppercase().as_str())
    });
    if times > 0 || (state && value.members().count() > 1) || (has("results") && has("status")) {
        Shape::Batch
    } else {
        Shape::Unknown
    }
}

/// Which of the batch endpoints: told from the first few results.
fn batch(results: Value<'_>) -> Shape {
    for result in results.elements().filter(|result| result.kind() == Kind::Object).take(8) {
        let has = |name: &str| result.get(name).is_some();
        if has("id") && has("properties") {
            let guid = result.get_string("id").is_some_and(|id| is_guid(&id));
            return if guid && !has("archived") { Shape::CampaignBatch } else { Shape::Batch };
        }
        if (has("from") && has("to")) || has("fromObjectId") || has("toObjectId") {
            return Shape::AssociationBatch;
        }
        if has("name") && has("fieldType") {
            return Shape::PropertyBatch;
        }
    }
    Shape::Batch
}

/// Eight, four, four, four and twelve hexadecimal digits (RFC 9562, section 4).
fn is_guid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
