//! The shape of one value, told from its member names (evidence: HubSpot's specification and recorded answers).

use crate::hubspot::names::is_guid;
use crate::json::{Kind, Value};

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

/// The states of a batch, and how they are misspelt.
const STATES: [&str; 6] = ["PENDING", "PROCESSING", "CANCELED", "CANCELLED", "COMPLETE", "COMPLETED"];

/// Members that only HubSpot's error answers have; `category` alone is anybody's word.
const ENVELOPE: [&str; 5] = ["correlationId", "correlationID", "policyName", "validationResults", "errorType"];

fn object(value: Value<'_>) -> Shape {
    let has = |name: &str| value.get(name).is_some();
    let is = |name: &str, kind: Kind| value.get(name).is_some_and(|member| member.kind() == kind);
    let results = value.get("results").filter(|results| results.kind() == Kind::Array);
    let status = value.get_string("status");
    // JSend and log lines have a status "error" as well, and members that HubSpot never sends beside it.
    let foreign = ["data", "level", "file"].iter().any(|name| has(name));
    if status.as_deref() == Some("error") && results.is_none() && !foreign {
        return Shape::Envelope;
    }
    let marks = batch_marks(value);
    if let Some(results) = results {
        let answered = marks.state || marks.times > 0 || has("status") || has("numErrors") || has("errors");
        let paged = has("paging") || has("total");
        if !answered || (paged && !marks.state && marks.times == 0) {
            return Shape::List;
        }
        // Any test runner has a status and results: without HubSpot's states and times a result must look like a record.
        let counts = has("numErrors") || has("errors");
        let record = |result: Value<'_>| {
            ["id", "properties", "from", "fromObjectId", "fieldType"].iter().any(|name| result.get(name).is_some())
        };
        let known = marks.state || marks.times > 0 || counts || results.elements().take(8).any(record);
        return if known || results.elements().next().is_none() { batch(results) } else { Shape::Unknown };
    }
    let shouted = |text: &str| text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    let state = status.as_deref().is_none_or(|status| status == "error" || shouted(status));
    if marks.times == 0 && is("message", Kind::String) && state && !foreign {
        let category = value.get_string("category");
        if ENVELOPE.iter().any(|name| has(name))
            || category.is_some_and(|category| category.contains('_') && shouted(&category))
        {
            return Shape::Envelope;
        }
    }
    if is("inputs", Kind::Array) {
        return Shape::Request;
    }
    if marks.times == 0 && !marks.results && has("id") && is("properties", Kind::Object) {
        return Shape::Object;
    }
    // A broken or hand-made batch answer: results and one more of its marks, or a state as HubSpot writes it and a time.
    let written = status.as_deref().is_some_and(|status| STATES.contains(&status));
    let others = usize::from(marks.state) + marks.times;
    if (marks.results && others > 0) || (written && marks.times > 0) { Shape::Batch } else { Shape::Unknown }
}

/// Whether a value inside of other data is surely an answer: shapes that occur by chance do not count.
pub fn is_surely(value: Value<'_>, shape: Shape) -> bool {
    match shape {
        Shape::Envelope => value.get_string("message").is_some(),
        Shape::Batch | Shape::AssociationBatch | Shape::PropertyBatch | Shape::CampaignBatch => {
            let marks = batch_marks(value);
            value.get("results").is_some_and(|results| results.kind() == Kind::Array)
                && (marks.state || marks.times > 0)
        }
        _ => false,
    }
}

/// What speaks for a batch answer, in any spelling of the names: the schema has its say about that.
struct Marks {
    results: bool,
    state: bool,
    /// How many of `startedAt`, `completedAt`, `requestedAt`.
    times: usize,
}

fn batch_marks(value: Value<'_>) -> Marks {
    let mut marks = Marks { results: false, state: false, times: 0 };
    // The envelope has nine members at the most: what is among the first hundred is enough.
    for (name, member) in value.members().take(100) {
        let name: String = name.string().chars().take(20).filter(|sign| sign.is_alphanumeric()).collect();
        match name.to_lowercase().as_str() {
            "results" => marks.results = true,
            "startedat" | "completedat" | "requestedat" => marks.times += 1,
            "status" if member.kind() == Kind::String && member.text().len() < 20 => {
                marks.state = STATES.contains(&member.string().to_uppercase().as_str());
            }
            _ => {}
        }
    }
    marks
}

/// Which of the batch endpoints: told from the first few results. One CRM object among them makes it an answer that is worth checking.
fn batch(results: Value<'_>) -> Shape {
    let mut found = Shape::Batch;
    for result in results.elements().filter(|result| result.kind() == Kind::Object).take(8) {
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
