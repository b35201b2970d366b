//! `document/*`: what an input is that is not a batch response.

use crate::diagnostic::RuleInfo;
use crate::diagnostic::Severity::Error;

pub(crate) const ERROR_RESPONSE: RuleInfo = RuleInfo::new(
    "document/error-response",
    Error,
    "an error response from HubSpot",
    "HubSpot rejected the whole request. `status` is \"error\" in all 25 recorded error responses; it is not a status of a batch. The other properties vary: the recordings contain seven different sets.",
);
pub(crate) const EMPTY: RuleInfo = RuleInfo::new("document/empty",
        Error,
        "an empty document",
        "batch/archive returns HTTP 204 with an empty body in every version of the API. All other batch endpoints return a body, so an empty one means that the response was lost.").stopping();
pub(crate) const HTML: RuleInfo = RuleInfo::new("document/html",
        Error,
        "an HTML page",
        "HubSpot returns an HTML page for HTTP 404, and its edge servers do so for HTTP 502 and 52x. Proxies between the client and HubSpot return HTML pages as well.").stopping();
pub(crate) const TEXT: RuleInfo = RuleInfo::new("document/text",
        Error,
        "plain text",
        "Proxies and gateways return error messages in plain text. Other tools write log files or recordings, for example VCR cassettes.").stopping();
pub(crate) const BINARY: RuleInfo = RuleInfo::new(
    "document/binary",
    Error,
    "binary data or an unsupported compression format",
    "callcheck recognizes these formats by their first bytes. It decompresses gzip and Zstandard only.",
)
.stopping();
pub(crate) const COMPRESSED: RuleInfo = RuleInfo::new(
    "document/compressed",
    Error,
    "a compressed file without a .gz or .zst extension",
    "callcheck detects gzip and Zstandard regardless of the file name and checks the decompressed data. Other tools expect a file named *.json to contain JSON (RFC 8259, section 11). `curl -o` saves a compressed response as received, unless `--compressed` is used.",
);
pub(crate) const MASKED: RuleInfo = RuleInfo::new("document/masked",
        Error,
        "JSON with placeholders instead of values",
        "Recording tools replace secrets with placeholders, for example <PORTAL_ID>. If the original value was not quoted, the result is not valid JSON.").stopping();
pub(crate) const LIST: RuleInfo = RuleInfo::new(
    "document/list",
    Error,
    "a list or search response",
    "GET /objects/calls and POST .../search return `paging` or `total`. They do not return the `status`, `startedAt` and `completedAt` of a batch response.",
);
pub(crate) const SINGLE_OBJECT: RuleInfo = RuleInfo::new(
    "document/single-object",
    Error,
    "a single CRM object",
    "GET and POST requests for one object return the object itself. It is not inside a `results` array.",
);
pub(crate) const ASSOCIATION_BATCH: RuleInfo = RuleInfo::new(
    "document/association-batch",
    Error,
    "a batch response of the associations API",
    "It has the same top-level properties as a batch response of calls. Its results have `from` and `to` instead of `id` and `properties`.",
);
pub(crate) const PROPERTY_BATCH: RuleInfo = RuleInfo::new(
    "document/property-batch",
    Error,
    "a batch response of the properties API",
    "It has the same top-level properties as a batch response of calls. Its results are property definitions with `name` and `fieldType`.",
);
pub(crate) const CAMPAIGN_BATCH: RuleInfo = RuleInfo::new(
    "document/campaign-batch",
    Error,
    "a batch response of the campaigns API",
    "It has the same top-level properties as a batch response of calls. Its results have a GUID as `id` and do not have `archived`.",
);
pub(crate) const REQUEST: RuleInfo = RuleInfo::new(
    "document/request",
    Error,
    "a batch request",
    "The client sends `inputs` to a batch endpoint. Responses do not contain it.",
);
pub(crate) const ARRAY: RuleInfo = RuleInfo::new(
    "document/array",
    Error,
    "an array instead of a single response",
    "A batch response is a single object. An array may be its `results`, or a list of several responses.",
);
pub(crate) const MULTIPLE: RuleInfo = RuleInfo::new("document/multiple", Error, "several documents in one file", "The input consists of JSON Lines or concatenated documents, or a line of JSON Lines contains several. callcheck reads JSON Lines if --lines is used or the name ends in .jsonl or .ndjson. In a JSON text sequence (RFC 7464), U+001E precedes each document; `tr -d` removes it.").stopping();
pub(crate) const NESTED: RuleInfo = RuleInfo::new(
    "document/nested",
    Error,
    "a batch response nested in another document",
    "Recording tools, proxies and client libraries wrap the response body in another object.",
);
pub(crate) const UNKNOWN: RuleInfo = RuleInfo::new(
    "document/unknown",
    Error,
    "JSON that callcheck does not recognize",
    "The document does not have any of the properties of a batch response. It does not match any other kind of document that callcheck recognizes.",
);
pub(crate) const UNEXPECTED_KIND: RuleInfo = RuleInfo::new(
    "document/unexpected-kind",
    Error,
    "a document of a kind that callcheck.toml does not expect",
    "An override in callcheck.toml can list the kinds of its files, for example `expect = [\"error-response\"]` for saved error responses. These kinds are valid then. Any other kind has this finding instead of the one that identifies it, and no other checks are made. Invalid JSON keeps its own findings.",
);
