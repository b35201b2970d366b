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
        "batch/archive returns HTTP 204 with an empty body in every version of the API (46 of 46 recorded), which is a success. All other batch endpoints return a body, so an empty one means that the response was lost. callcheck knows the status only if the input contains the HTTP headers (`curl -i`).").stopping();
pub(crate) const HTML: RuleInfo = RuleInfo::new("document/html",
        Error,
        "an HTML page",
        "HubSpot returns an HTML page for HTTP 404. In 8 of 8 recordings, the URL is that of a record that does not exist. Its edge servers return one for HTTP 502 and 52x. Proxies between the client and HubSpot return HTML pages as well.").stopping();
pub(crate) const TEXT: RuleInfo = RuleInfo::new(
    "document/text",
    Error,
    "plain text",
    "Proxies and gateways return error messages in plain text. Other tools write log files.",
)
.stopping();
pub(crate) const CLIENT_OUTPUT: RuleInfo = RuleInfo::new("document/client-output",
        Error,
        "messages of curl or another HTTP client before or after a response",
        "`2>&1` sends the messages of `curl -v`, its progress meter and its errors into the pipe. `curl -w` writes the status after the body. wget and HTTPie write logs and requests. `curl -sSi` writes only the headers and the body to standard output, and only errors to standard error.").stopping();
pub(crate) const REDIRECT: RuleInfo = RuleInfo::new("document/redirect",
        Error,
        "a redirect that was not followed",
        "HTTP 301, 302, 303, 307 and 308 refer to another URL (RFC 9110, section 15.4). curl follows redirects only with `-L`. After 301, 302 and 303, it repeats a POST request as GET, unless `--post301`, `--post302` or `--post303` is used.").stopping();
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
pub(crate) const OTHER_BATCH: RuleInfo = RuleInfo::new(
    "document/other-batch",
    Error,
    "a batch response of another HubSpot API",
    "All batch endpoints of HubSpot have the same top-level properties: 916 of the 917 batch responses in its OpenAPI files of November 2026. Of the 41 shapes of their results, 33 do not have both `id` and `properties`, for example list memberships, subscription statuses, HubDB rows and pages. The first eight results show which API sent the response. A result with `properties`, or with the times of a CRM object and no other evidence, is a CRM object.",
);
pub(crate) const CLIENT_LIBRARY: RuleInfo = RuleInfo::new(
    "document/client-library",
    Error,
    "an object written by a client library",
    "HubSpot's Python client has its own names: `to_dict()` has keys in snake case, such as `completed_at`, and None for each property that the response does not have. `print` and `str` write text that is not JSON (`document/text`). So the file shows how the client library reads a response, not what HubSpot sent.",
);
pub(crate) const PLACEHOLDER: RuleInfo = RuleInfo::new(
    "document/placeholder",
    Error,
    "an example with placeholders",
    "The examples in HubSpot's Postman collection have types instead of values: \"<dateTime>\", \"<boolean>\", \"<integer>\", \"<string>\". HubSpot never sends them. If all times of the response or of its first eight results are such placeholders, one finding reports the example.",
);
pub(crate) const ENGAGEMENT: RuleInfo = RuleInfo::new(
    "document/engagement",
    Error,
    "an engagement of the legacy API",
    "Before the CRM objects API, calls were engagements: GET /engagements/v1/engagements returns `engagement` with a `type`, and the properties of the call in `metadata`. Its names and units are not those of the calls API.",
);
pub(crate) const WEBHOOK_EVENT: RuleInfo = RuleInfo::new(
    "document/webhook-event",
    Error,
    "a webhook event",
    "HubSpot sends events with `subscriptionType` and `objectId` to webhooks, in arrays of up to 100. An event reports that an object changed and does not contain the object.",
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
