//! `document/*`: the document is something else than a batch answer. `identify` finds them.

use super::example::example;
use super::{Rule, rule};
use crate::diagnostic::Severity::*;

pub(super) const RULES: &[Rule] = &[
    rule(
        "document/error-envelope",
        Error,
        "HubSpot's error answer",
        "The whole request was refused. Recorded in 25 bodies with seven sets of members; `status` is \"error\" in all of them, which is none of the batch's own states.",
    ).shown(example!("invalid/document-error-envelope.scopes.pretty.json", "valid/create.pretty.json")),
    rule(
        "document/empty",
        Error,
        "nothing at all",
        "batch/archive answers 204 with an empty body in every version of the API. For every other endpoint an empty body is a lost answer.",
    ).shown(example!("invalid/document-empty.503.http", "valid/create.pretty.json")),
    rule(
        "document/html",
        Error,
        "an HTML page",
        "HubSpot's edge and proxies on the way answer with HTML pages for 404, 502 and 52x.",
    ).shown(example!("invalid/document-html.502.html", "valid/create.pretty.json")),
    rule(
        "document/text",
        Error,
        "plain text, not JSON",
        "Proxies and gateways answer in plain text; tools save logs and cassettes.",
    ).shown(example!("invalid/document-text.429.http", "valid/create.pretty.json")),
    rule("document/binary", Error, "a compressed or binary file", "Recognised by its first bytes.").shown(example!("invalid/document-binary.brotli.http", "valid/packed.json.gz")),
    rule(
        "document/packed",
        Error,
        "a compressed file is named as if it were none",
        "callcheck reads gzip and Zstandard whatever a file is called, and checks what is in it; but whoever opens a file named *.json expects JSON (RFC 8259, section 11). curl -o saves what a server packs as it comes.",
    ).shown(example!("invalid/document-packed.json", "valid/packed.json.gz")),
    rule(
        "document/masked",
        Error,
        "a placeholder stands where a value was",
        "Recorders replace secrets by placeholders such as <PORTAL_ID>; where the value had no quotes the body is no longer JSON.",
    ).shown(example!("invalid/document-masked.angle.pretty.json", "valid/create.pretty.json")),
    rule(
        "document/list",
        Error,
        "a list or search page",
        "GET /objects/calls and POST .../search answer with `paging` or `total` and without the batch's status and times.",
    ).shown(example!("invalid/document-list.page.pretty.json", "valid/create.pretty.json")),
    rule(
        "document/single-object",
        Error,
        "a single object",
        "GET or POST of one record answers with the record itself.",
    ).shown(example!("invalid/document-single-object.pretty.json", "valid/create.pretty.json")),
    rule(
        "document/association-batch",
        Error,
        "a batch answer of the associations API",
        "It shares the envelope; its results have `from` and `to` in place of id and properties.",
    ).shown(example!("invalid/document-association-batch.pretty.json", "valid/create.pretty.json")),
    rule(
        "document/property-batch",
        Error,
        "a batch answer of the properties API",
        "It shares the envelope; its results are property definitions (`name`, `fieldType`).",
    ).shown(example!("invalid/document-property-batch.pretty.json", "valid/create.pretty.json")),
    rule(
        "document/campaign-batch",
        Error,
        "a batch answer of the campaigns API",
        "It shares the envelope; its results have a GUID as id and no `archived`.",
    ).shown(example!("invalid/document-campaign-batch.pretty.json", "valid/create.pretty.json")),
    rule(
        "document/request",
        Error,
        "a batch request",
        "`inputs` is what is sent to the batch endpoints, not what they answer.",
    ).shown(example!("invalid/document-request.pretty.json", "valid/create.pretty.json")),
    rule("document/array", Error, "an array, not one answer", "A batch answer is one object.").shown(example!("invalid/document-array.results.pretty.json", "valid/create.pretty.json")),
    rule("document/lines", Error, "several documents in one file", "JSON Lines or concatenated answers.").shown(example!("invalid/document-lines.pretty.json", "valid/log.jsonl")),
    rule(
        "document/wrapper",
        Error,
        "a batch answer inside something else",
        "Recorders, proxies and clients wrap the body in an object of their own.",
    ).shown(example!("invalid/document-wrapper.recorder.pretty.json", "valid/create.pretty.json")),
    rule(
        "document/unknown",
        Error,
        "nothing that a batch endpoint answers",
        "None of the members of a batch answer is there.",
    ).shown(example!("invalid/document-unknown.job.json", "valid/create.pretty.json")),
];
