//! Classifies documents. A document that is not a batch response gets one finding instead of many schema errors.

mod bytes;
mod envelope;
pub(crate) mod rules;
mod shape;
mod text;
mod wrapper;

pub use bytes::not_json;
pub(crate) use bytes::{is_chunked, refused};
pub(crate) use envelope::{CORRELATION_ID, correlation_id, embedded_json, is_id, message_parts, without_values};

use crate::diagnostic::{Diagnostic, Label, RuleInfo};
use crate::json::Document;
use crate::text::{count, list, shorten};
use shape::Shape;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentKind {
    /// A batch response of calls or of other CRM objects, valid or not.
    BatchResponse,
    /// HubSpot rejected the whole request.
    ErrorEnvelope,
    /// No content.
    Empty,
    /// No content after HTTP 204, the success of an archive request.
    NoContent,
    /// An HTML page.
    Html,
    /// Plain text, YAML, XML.
    Text,
    /// Compressed data or another binary format.
    Binary,
    /// JSON with a placeholder instead of a value.
    Masked,
    /// A list or search page.
    List,
    /// One CRM object.
    SingleObject,
    AssociationBatch,
    PropertyBatch,
    CampaignBatch,
    Request,
    /// An array of responses or of objects.
    Array,
    /// Several documents in one input.
    Lines,
    /// Another document that contains a response.
    Wrapper,
    /// Any other JSON.
    Unknown,
    /// JSON that is validated against a custom schema.
    Json,
    /// Invalid JSON.
    BrokenJson,
}

impl DocumentKind {
    /// The name in reports. For most kinds, the rule `document/` with this name reports the document.
    pub fn as_str(self) -> &'static str {
        match self {
            DocumentKind::BatchResponse => "batch-response",
            DocumentKind::ErrorEnvelope => "error-response",
            DocumentKind::Empty => "empty",
            DocumentKind::NoContent => "no-content",
            DocumentKind::Html => "html",
            DocumentKind::Text => "text",
            DocumentKind::Binary => "binary",
            DocumentKind::Masked => "masked",
            DocumentKind::List => "list",
            DocumentKind::SingleObject => "single-object",
            DocumentKind::AssociationBatch => "association-batch",
            DocumentKind::PropertyBatch => "property-batch",
            DocumentKind::CampaignBatch => "campaign-batch",
            DocumentKind::Request => "request",
            DocumentKind::Array => "array",
            DocumentKind::Lines => "multiple",
            DocumentKind::Wrapper => "nested",
            DocumentKind::Unknown => "unknown",
            DocumentKind::Json => "json",
            DocumentKind::BrokenJson => "invalid-json",
        }
    }

    /// True if the document is exactly one JSON value (RFC 8259).
    pub fn is_json(self) -> bool {
        !matches!(
            self,
            DocumentKind::Empty
                | DocumentKind::NoContent
                | DocumentKind::Html
                | DocumentKind::Text
                | DocumentKind::Binary
                | DocumentKind::Masked
                | DocumentKind::Lines
                | DocumentKind::BrokenJson
        )
    }

    /// True if the document has the top-level properties of all batch endpoints of HubSpot.
    pub fn is_batch(self) -> bool {
        matches!(
            self,
            DocumentKind::BatchResponse
                | DocumentKind::AssociationBatch
                | DocumentKind::PropertyBatch
                | DocumentKind::CampaignBatch
        )
    }
}

/// Advice for an array of responses.
const EACH: &str = "check each item: `jq -c '.[]' FILE | callcheck --lines`";

/// True if a document looks like a batch response. The beginning of the document is sufficient.
pub(crate) fn seems_batch(document: Document<'_>) -> bool {
    shape::of(document.root()) == Shape::Batch
}

/// Classifies a JSON document. Returns a finding unless it is a batch response. `http` is the status code.
pub(crate) fn identify(document: Document<'_>, http: Option<u16>) -> (DocumentKind, Option<Diagnostic>) {
    let root = document.root();
    let brace = root.span().first_byte();
    let finding = |rule: &'static RuleInfo, message: String, label: &str| {
        Diagnostic::new(rule, message, Label::new(brace, label))
    };
    let batch = |rule, api: &str, results: &str| {
        let message = format!("this is a batch response of the {api} API, not of the calls API: {results}");
        finding(rule, message, "batch response of a different API")
            .help("exclude the file in callcheck.toml, or validate it against its own schema with `--schema FILE`")
    };
    match shape::of(root) {
        Shape::Batch => (DocumentKind::BatchResponse, None),
        Shape::Envelope => (DocumentKind::ErrorEnvelope, Some(envelope::finding(root, http))),
        Shape::AssociationBatch => (
            DocumentKind::AssociationBatch,
            Some(batch(
                &rules::ASSOCIATION_BATCH,
                "associations",
                "its results have `from` and `to` instead of `id` and `properties`",
            )),
        ),
        Shape::PropertyBatch => (
            DocumentKind::PropertyBatch,
            Some(batch(
                &rules::PROPERTY_BATCH,
                "properties",
                "its results are property definitions (`name`, `fieldType`)",
            )),
        ),
        Shape::CampaignBatch => (
            DocumentKind::CampaignBatch,
            Some(batch(
                &rules::CAMPAIGN_BATCH,
                "campaigns",
                "its results have a GUID as `id` and do not have `archived`",
            )),
        ),
        Shape::List => {
            let results = root.get("results").map_or(0, |results| results.element_count());
            let what = if root.get("total").is_some() { "search response" } else { "list response" };
            let message = format!(
                "this is a {what} with {}, not a batch response: `status`, `startedAt` and `completedAt` are missing",
                count(results, "result")
            );
            (
                DocumentKind::List,
                Some(
                    finding(&rules::LIST, message, what)
                        .help("for a batch response, use POST .../calls/batch/{read,create,update,upsert}"),
                ),
            )
        }
        Shape::Object => {
            let message = "this is a single object, not a batch response: `id` and `properties` are at the top level";
            (
                DocumentKind::SingleObject,
                Some(
                    finding(&rules::SINGLE_OBJECT, message.into(), "single object")
                        .help("save the response of a batch endpoint, which contains such objects in `results`"),
                ),
            )
        }
        Shape::Request => {
            let inputs = root.get("inputs").map_or(0, |inputs| inputs.element_count());
            let message = format!("this is a batch request with {}, not a batch response", count(inputs, "input"));
            (
                DocumentKind::Request,
                Some(finding(&rules::REQUEST, message, "request body").help(
                    "save the response of the endpoint; if this is the response, a proxy or mock server echoed the request",
                )),
            )
        }
        Shape::Array => (DocumentKind::Array, Some(array(document, &finding))),
        Shape::Unknown => match wrapper::find(document) {
            Some(found) => (DocumentKind::Wrapper, Some(found)),
            None => (DocumentKind::Unknown, Some(unknown(document, &finding))),
        },
    }
}

fn array(document: Document<'_>, finding: &dyn Fn(&'static RuleInfo, String, &str) -> Diagnostic) -> Diagnostic {
    let (items, first) = (
        document.root().element_count(),
        document.root().elements().map(shape::of).find(|shape| *shape != Shape::Unknown),
    );
    let (what, help) = match first {
        Some(Shape::Object) => (
            "CRM object",
            "if these are the `results` of a batch response, save the whole response with `status`, `startedAt` and `completedAt`",
        ),
        Some(Shape::Envelope) => ("error response", EACH),
        Some(_) => ("response", EACH),
        None => ("item", "save the whole response, a single object"),
    };
    let found = if items == 0 { "an empty array".into() } else { format!("an array of {}", count(items, what)) };
    let message = format!("expected one batch response, found {found}");
    finding(&rules::ARRAY, message, "expected an object, found an array").help(help)
}

fn unknown(document: Document<'_>, finding: &dyn Fn(&'static RuleInfo, String, &str) -> Diagnostic) -> Diagnostic {
    use crate::json::Kind as Json;
    let root = document.root();
    let what = match root.kind() {
        Json::Object => {
            let mut names: Vec<String> = Vec::new();
            for (name, _) in root.members().take(5) {
                let name = match name.string() {
                    name if name.is_empty() => "an empty key".to_owned(),
                    name => format!("`{}`", shorten(&name, 30)),
                };
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            if names.is_empty() {
                "an empty object".into()
            } else {
                format!(
                    "an object with {}{}",
                    list(&names, "and"),
                    if root.members().nth(5).is_some() { " and more" } else { "" }
                )
            }
        }
        Json::Array => "an array".into(),
        Json::String | Json::Name => "a string".into(),
        Json::Number => "a number".into(),
        Json::Null => "null".to_owned(),
        Json::True | Json::False => "a boolean".into(),
    };
    let required = ["status", "results", "startedAt", "completedAt"].into_iter();
    let missing: Vec<String> =
        required.filter(|name| root.get(name).is_none()).map(|name| format!("`{name}`")).collect();
    let label = match (root.kind(), missing.as_slice()) {
        (Json::Object, []) => "not a batch response".to_owned(),
        (Json::Object, [one]) => format!("{one} is missing"),
        (Json::Object, several) => format!("{} are missing", list(several, "and")),
        _ => format!("expected an object, found {what}"),
    };
    finding(&rules::UNKNOWN, format!("this is {what}, not a batch response"), &label)
        .help("save the response of a batch endpoint, or use `--schema FILE` to validate other JSON")
}
