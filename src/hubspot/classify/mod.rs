//! Classifies documents. A document that is not a batch response gets one finding instead of many schema errors.

mod bytes;
mod client;
mod client_library;
mod envelope;
mod families;
mod placeholder;
mod private;
pub(crate) mod rules;
mod sample;
mod shape;
mod text;
mod wrapper;

pub use bytes::not_json;
pub(crate) use bytes::{is_chunked, refused};
pub(crate) use client::is_client_output;
pub(crate) use envelope::{CORRELATION_ID, correlation_id, embedded_json, message_parts};
pub(crate) use private::{is_id, without_values};
pub(crate) use sample::FirstItems;

use crate::diagnostic::{Diagnostic, Label, RuleInfo};
use crate::hubspot::objects::{ObjectType, owner_of};
use crate::hubspot::url::RecordUrl;
use crate::json::{Document, Value};
use crate::schema::is_similar;
use crate::text::{count, list, shorten};
use families::Family;
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
    /// A batch response of any other API.
    OtherBatch,
    /// An object as a client library writes it.
    ClientLibrary,
    /// An example with types instead of values.
    Placeholder,
    /// Calls and other activities before the CRM objects API.
    Engagement,
    WebhookEvent,
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
            DocumentKind::OtherBatch => "other-batch",
            DocumentKind::ClientLibrary => "client-library",
            DocumentKind::Placeholder => "placeholder",
            DocumentKind::Engagement => "engagement",
            DocumentKind::WebhookEvent => "webhook-event",
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
                | DocumentKind::OtherBatch
        )
    }
}

/// Advice for an array of responses.
const EACH: &str = "check each item: `jq -c '.[]' FILE | callcheck --lines`";

/// True if a document looks like a batch response. The beginning of the document is sufficient.
pub(crate) fn seems_batch(document: Document<'_>, evidence: &FirstItems) -> bool {
    shape::with_evidence(document.root(), evidence) == Shape::Batch
}

/// True if a document will be checked as a batch response, regardless of the text after this beginning.
pub(crate) fn is_surely_checked(beginning: Document<'_>, evidence: &FirstItems) -> bool {
    shape::is_surely_checked(beginning.root(), evidence)
}

/// Classifies a JSON document. Returns a finding unless it is a batch response. `http` is the status code.
pub(crate) fn identify(
    document: Document<'_>,
    http: Option<u16>,
    evidence: &FirstItems,
) -> (DocumentKind, Option<Diagnostic>) {
    let root = document.root();
    let brace = root.span().first_byte();
    let finding = |rule: &'static RuleInfo, message: String, label: &str| {
        Diagnostic::new(rule, message, Label::new(brace, label))
    };
    match shape::with_evidence(root, evidence) {
        Shape::Batch => (DocumentKind::BatchResponse, None),
        Shape::Envelope => (DocumentKind::ErrorEnvelope, Some(envelope::finding(root, http))),
        Shape::Family(family) => {
            let (rule, api, results) = of_family(family, evidence);
            (family.kind, Some(of_another_api(root, rule, api, &results)))
        }
        Shape::OtherBatch => {
            let keys = list(evidence.results.keys(), "and");
            let first = if evidence.results.is_full() { "first " } else { "" };
            let results = format!("its {first}results have neither `id` nor `properties`, but {keys}");
            (DocumentKind::OtherBatch, Some(of_another_api(root, &rules::OTHER_BATCH, None, &results)))
        }
        Shape::Client => (DocumentKind::ClientLibrary, Some(client_object(root))),
        Shape::Placeholders => (DocumentKind::Placeholder, Some(placeholders(root))),
        Shape::Engagement => {
            let listed = root.get("results").map(|results| ("a list", results.element_count()));
            (DocumentKind::Engagement, Some(engagement(root, listed)))
        }
        Shape::WebhookEvent => (DocumentKind::WebhookEvent, Some(webhook_event(root, None))),
        Shape::List => {
            let results = root.get("results").map_or(0, |results| results.element_count());
            let what = if root.get("total").is_some() { "search response" } else { "list response" };
            let message = format!(
                "this is a {what} with {}, not a batch response: `status`, `startedAt` and `completedAt` are missing",
                count(results, "result")
            );
            (DocumentKind::List, Some(finding(&rules::LIST, message, what).help(batch_read(first_result(root)))))
        }
        Shape::Object => {
            let message = "this is a single object, not a batch response: `id` and `properties` are at the top level";
            (
                DocumentKind::SingleObject,
                Some(finding(&rules::SINGLE_OBJECT, message.into(), "single object").help(batch_read(Some(root)))),
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
        Shape::Array => array(document, &finding),
        Shape::Unknown => match wrapper::find(document) {
            Some(found) => (DocumentKind::Wrapper, Some(found)),
            None => (DocumentKind::Unknown, Some(unknown(document, &finding))),
        },
    }
}

fn first_result(root: Value<'_>) -> Option<Value<'_>> {
    root.get("results")?.elements().next()
}

/// Advice to read objects like this one in a batch. Its `url` or a property shows its type.
fn batch_read(object: Option<Value<'_>>) -> String {
    let by_url = object.and_then(|object| Some(RecordUrl::of(&object.get_string("url")?)?.kind));
    let by_property = || {
        let mut members = object?.get("properties")?.members();
        members.find_map(|(name, _)| Some(owner_of(&name.string())?.1))
    };
    let spelled = by_url.or_else(by_property).map_or_else(|| "calls".to_owned(), ObjectType::spelled);
    format!("for a batch response, use POST /crm/v3/objects/{spelled}/batch/read")
}

/// The rule about a batch response of this API, the name of the API unless the results name it, and its results.
fn of_family(family: &Family, evidence: &FirstItems) -> (&'static RuleInfo, Option<&'static str>, String) {
    let keys: Vec<String> = family.keys.iter().map(|key| format!("`{key}`")).collect();
    let (rule, api, results) = match family.kind {
        DocumentKind::AssociationBatch if evidence.results.is_empty() => {
            (&rules::ASSOCIATION_BATCH, "associations", "all inputs failed with errors of that API".to_owned())
        }
        DocumentKind::AssociationBatch => (
            &rules::ASSOCIATION_BATCH,
            "associations",
            "its results have `from` and `to` instead of `id` and `properties`".to_owned(),
        ),
        DocumentKind::PropertyBatch => (
            &rules::PROPERTY_BATCH,
            "properties",
            "its results are property definitions (`name`, `fieldType`)".to_owned(),
        ),
        DocumentKind::CampaignBatch => (
            &rules::CAMPAIGN_BATCH,
            "campaigns",
            "its results have a GUID as `id` and do not have `archived`".to_owned(),
        ),
        _ => return (&rules::OTHER_BATCH, None, format!("its results are {} ({})", family.results, keys.join(", "))),
    };
    (rule, Some(api), results)
}

/// The finding about a batch response of another API.
fn of_another_api(root: Value<'_>, rule: &'static RuleInfo, api: Option<&str>, results: &str) -> Diagnostic {
    let kind = rule.id.trim_start_matches("document/");
    let api = api.map_or_else(|| "another HubSpot API".to_owned(), |api| format!("the {api} API"));
    let message = format!("this is a batch response of {api}, not of the calls API: {results}");
    Diagnostic::new(rule, message, Label::new(root.span().first_byte(), "batch response of a different API"))
        .help(format!(
            "if the file is expected, add an override with `expect = [\"{kind}\"]` to callcheck.toml, or validate it against its own schema with `--schema FILE`"
        ))
}

fn client_object(value: Value<'_>) -> Diagnostic {
    let key = if value.get("completed_at").is_some() { "completed_at" } else { "created_at" };
    let message =
        format!("this was written by a client library, not by HubSpot: its keys are in snake case, such as `{key}`");
    let label = Label::new(value.span().first_byte(), "object of a client library");
    Diagnostic::new(&rules::CLIENT_LIBRARY, message, label).help(client_library::RAW_BODY)
}

fn placeholders(value: Value<'_>) -> Diagnostic {
    let message = "this is an example from HubSpot's Postman collection, not a recorded response: its values are placeholders such as `<dateTime>`";
    let label = Label::new(value.span().first_byte(), "example with placeholders");
    Diagnostic::new(&rules::PLACEHOLDER, message, label).help("record a real response instead")
}

/// The finding about engagements of the legacy API. `value` is one of them, or `several` names their container and
/// their number.
fn engagement(value: Value<'_>, several: Option<(&str, u64)>) -> Diagnostic {
    let kind = value.get("engagement").and_then(|engagement| engagement.get_string("type")).unwrap_or_default();
    let named = match several {
        None => format!("an engagement (`type` is {})", shorten(&kind, 20)),
        Some((container, number)) => format!("{container} of {}", count(number, "engagement")),
    };
    let message = format!("this is {named} of HubSpot's legacy API, not a batch response");
    let label = Label::new(value.document().root().span().first_byte(), "engagements v1");
    Diagnostic::new(&rules::ENGAGEMENT, message, label).help("read calls with POST .../crm/v3/objects/calls/batch/read")
}

/// The finding about events of webhooks. `value` is one of the `number` items of an array, or the document.
fn webhook_event(value: Value<'_>, number: Option<u64>) -> Diagnostic {
    let kind = value.get_string("subscriptionType").unwrap_or_default();
    let named = match number {
        None => format!("a webhook event (`subscriptionType` is {})", shorten(&kind, 40)),
        Some(number) => format!("an array of {}", count(number, "webhook event")),
    };
    let message = format!("this is {named}, not a batch response");
    let label = Label::new(value.document().root().span().first_byte(), "webhook");
    Diagnostic::new(&rules::WEBHOOK_EVENT, message, label)
        .help("read the objects with POST .../batch/read: an event contains only the `objectId` of its object")
}

fn array(
    document: Document<'_>,
    finding: &dyn Fn(&'static RuleInfo, String, &str) -> Diagnostic,
) -> (DocumentKind, Option<Diagnostic>) {
    let root = document.root();
    let known =
        root.elements().find_map(|item| Some((item, shape::of(item))).filter(|(_, shape)| *shape != Shape::Unknown));
    let items = root.element_count();
    let (what, help) = match known {
        Some((item, Shape::Engagement)) => {
            return (DocumentKind::Engagement, Some(engagement(item, Some(("an array", items)))));
        }
        Some((item, Shape::WebhookEvent)) => {
            return (DocumentKind::WebhookEvent, Some(webhook_event(item, Some(items))));
        }
        Some((_, Shape::Client)) => return (DocumentKind::ClientLibrary, Some(client_object(root))),
        Some((_, Shape::Placeholders)) => return (DocumentKind::Placeholder, Some(placeholders(root))),
        Some((_, Shape::Object)) => (
            "CRM object",
            "if these are the `results` of a batch response, save the whole response with `status`, `startedAt` and `completedAt`",
        ),
        Some((_, Shape::Envelope)) => ("error response", EACH),
        Some(_) => ("response", EACH),
        None => ("item", "save the whole response, a single object"),
    };
    let found = if items == 0 { "an empty array".into() } else { format!("an array of {}", count(items, what)) };
    let message = format!("expected one batch response, found {found}");
    (DocumentKind::Array, Some(finding(&rules::ARRAY, message, "expected an object, found an array").help(help)))
}

/// Maximum number of keys that are compared with `results`.
const MAX_COMPARED_KEYS: usize = 1000;

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
    let is_status = root.kind() == Json::Number && root.number().parse().is_ok_and(|code| (100..600).contains(&code));
    let finding = finding(&rules::UNKNOWN, format!("this is {what}, not a batch response"), &label);
    let misspelled = root.members().take(MAX_COMPARED_KEYS).find(|(name, value)| {
        let name = name.string();
        name != "results" && is_similar(&name, "results") && value.elements().next().is_some_and(shape::may_be_result)
    });
    if let Some((name, _)) = misspelled {
        return finding
            .related(name.span(), "similar name here")
            .help(format!("did you mean `results` instead of `{}`?", shorten(&name.string(), 30)));
    }
    if is_status {
        return finding.help("if this is an HTTP status that `curl -w` wrote, use `curl -i` instead");
    }
    finding.help("save the response of a batch endpoint, or use `--schema FILE` to validate other JSON")
}
