//! `document/*`: the document is not a batch response. `identify` finds them.

use super::example::example;
use super::{Rule, rule};
use crate::diagnostic::Severity::*;

pub(super) const RULES: &[Rule] = &[
    rule(
        "document/error-response",
        Error,
        "an error response from HubSpot",
        "HubSpot rejected the whole request. `status` is \"error\" in all 25 recorded error responses; it is not a status of a batch. The other properties vary: the recordings contain seven different sets.",
    ).shown(example!("invalid/document-error-response.scopes.pretty.json", "valid/create.pretty.json")),
    rule(
        "document/empty",
        Error,
        "an empty document",
        "batch/archive returns HTTP 204 with an empty body in every version of the API. All other batch endpoints return a body, so an empty one means that the response was lost.",
    ).shown(example!("invalid/document-empty.503.http", "valid/create.pretty.json")),
    rule(
        "document/html",
        Error,
        "an HTML page",
        "HubSpot returns an HTML page for HTTP 404, and its edge servers do so for HTTP 502 and 52x. Proxies between the client and HubSpot return HTML pages as well.",
    ).shown(example!("invalid/document-html.502.html", "valid/create.pretty.json")),
    rule(
        "document/text",
        Error,
        "plain text",
        "Proxies and gateways return error messages in plain text. Other tools write log files or recordings, for example VCR cassettes.",
    ).shown(example!("invalid/document-text.429.http", "valid/create.pretty.json")),
    rule("document/binary", Error, "binary data or an unsupported compression format", "callcheck recognizes these formats by their first bytes. It decompresses gzip and Zstandard only.").shown(example!("invalid/document-binary.brotli.http", "valid/compressed.json.gz")),
    rule(
        "document/compressed",
        Error,
        "a compressed file without a .gz or .zst extension",
        "callcheck detects gzip and Zstandard regardless of the file name and checks the decompressed data. Other tools expect a file named *.json to contain JSON (RFC 8259, section 11). `curl -o` saves a compressed response as received, unless `--compressed` is used.",
    ).shown(example!("invalid/document-compressed.json", "valid/compressed.json.gz")),
    rule(
        "document/masked",
        Error,
        "JSON with placeholders instead of values",
        "Recording tools replace secrets with placeholders, for example <PORTAL_ID>. If the original value was not quoted, the result is not valid JSON.",
    ).shown(example!("invalid/document-masked.angle.pretty.json", "valid/create.pretty.json")),
    rule(
        "document/list",
        Error,
        "a list or search response",
        "GET /objects/calls and POST .../search return `paging` or `total`. They do not return the `status`, `startedAt` and `completedAt` of a batch response.",
    ).shown(example!("invalid/document-list.page.pretty.json", "valid/create.pretty.json")),
    rule(
        "document/single-object",
        Error,
        "a single CRM object",
        "GET and POST requests for one object return the object itself. It is not inside a `results` array.",
    ).shown(example!("invalid/document-single-object.pretty.json", "valid/create.pretty.json")),
    rule(
        "document/association-batch",
        Error,
        "a batch response of the associations API",
        "It has the same top-level properties as a batch response of calls. Its results have `from` and `to` instead of `id` and `properties`.",
    ).shown(example!("invalid/document-association-batch.pretty.json", "valid/create.pretty.json")),
    rule(
        "document/property-batch",
        Error,
        "a batch response of the properties API",
        "It has the same top-level properties as a batch response of calls. Its results are property definitions with `name` and `fieldType`.",
    ).shown(example!("invalid/document-property-batch.pretty.json", "valid/create.pretty.json")),
    rule(
        "document/campaign-batch",
        Error,
        "a batch response of the campaigns API",
        "It has the same top-level properties as a batch response of calls. Its results have a GUID as `id` and do not have `archived`.",
    ).shown(example!("invalid/document-campaign-batch.pretty.json", "valid/create.pretty.json")),
    rule(
        "document/request",
        Error,
        "a batch request",
        "The client sends `inputs` to a batch endpoint. Responses do not contain it.",
    ).shown(example!("invalid/document-request.pretty.json", "valid/create.pretty.json")),
    rule("document/array", Error, "an array instead of a single response", "A batch response is a single object. An array may be its `results`, or a list of several responses.").shown(example!("invalid/document-array.results.pretty.json", "valid/create.pretty.json")),
    rule("document/multiple", Error, "several documents in one file", "The input consists of JSON Lines or concatenated documents. callcheck reads JSON Lines if --lines is used or the name ends in .jsonl or .ndjson.").shown(example!("invalid/document-multiple.pretty.json", "valid/log.jsonl")),
    rule(
        "document/nested",
        Error,
        "a batch response nested in another document",
        "Recording tools, proxies and client libraries wrap the response body in another object.",
    ).shown(example!("invalid/document-nested.recorder.pretty.json", "valid/create.pretty.json")),
    rule(
        "document/unknown",
        Error,
        "JSON that callcheck does not recognize",
        "The document does not have any of the properties of a batch response. It does not match any other kind of document that callcheck recognizes.",
    ).shown(example!("invalid/document-unknown.job.json", "valid/create.pretty.json")),
];
