//! `document/*`: the document is something else than a batch answer. `identify` finds them.

use super::{Rule, rule};
use crate::diagnostic::Severity::*;

pub(super) const RULES: &[Rule] = &[
    rule(
        "document/error-envelope",
        Error,
        "HubSpot's error answer",
        "The whole request was refused. Recorded in 25 bodies with seven sets of members; `status` is \"error\" in all of them, which is none of the batch's own states.",
    ),
    rule(
        "document/empty",
        Error,
        "nothing at all",
        "batch/archive answers 204 with an empty body in every version of the API. For every other endpoint an empty body is a lost answer.",
    ),
    rule(
        "document/html",
        Error,
        "an HTML page",
        "HubSpot's edge and proxies on the way answer with HTML pages for 404, 502 and 52x.",
    ),
    rule(
        "document/text",
        Error,
        "plain text, not JSON",
        "Proxies and gateways answer in plain text; tools save logs and cassettes.",
    ),
    rule("document/binary", Error, "a compressed or binary file", "Recognised by its first bytes."),
    rule(
        "document/masked",
        Error,
        "a placeholder stands where a value was",
        "Recorders replace secrets by placeholders such as <PORTAL_ID>; where the value had no quotes the body is no longer JSON.",
    ),
    rule(
        "document/list",
        Error,
        "a list or search page",
        "GET /objects/calls and POST .../search answer with `paging` or `total` and without the batch's status and times.",
    ),
    rule(
        "document/single-object",
        Error,
        "a single object",
        "GET or POST of one record answers with the record itself.",
    ),
    rule(
        "document/association-batch",
        Error,
        "a batch answer of the associations API",
        "It shares the envelope; its results have `from` and `to` in place of id and properties.",
    ),
    rule(
        "document/property-batch",
        Error,
        "a batch answer of the properties API",
        "It shares the envelope; its results are property definitions (`name`, `fieldType`).",
    ),
    rule(
        "document/campaign-batch",
        Error,
        "a batch answer of the campaigns API",
        "It shares the envelope; its results have a GUID as id and no `archived`.",
    ),
    rule(
        "document/request",
        Error,
        "a batch request",
        "`inputs` is what is sent to the batch endpoints, not what they answer.",
    ),
    rule("document/array", Error, "an array, not one answer", "A batch answer is one object."),
    rule("document/lines", Error, "several documents in one file", "JSON Lines or concatenated answers."),
    rule(
        "document/wrapper",
        Error,
        "a batch answer inside something else",
        "Recorders, proxies and clients wrap the body in an object of their own.",
    ),
    rule(
        "document/unknown",
        Error,
        "nothing that a batch endpoint answers",
        "None of the members of a batch answer is there.",
    ),
];
