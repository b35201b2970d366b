//! `document/*`: the document is not a batch response. `hubspot::classify` finds them.

use super::Rule;
use super::example::example;
use crate::hubspot::classify::rules;

pub(super) const RULES: &[Rule] = &[
    Rule::of(&rules::ERROR_RESPONSE)
        .shown(example!("invalid/document-error-response.scopes.pretty.json", "valid/create.pretty.json")),
    Rule::of(&rules::EMPTY).shown(example!("invalid/document-empty.503.http", "valid/create.pretty.json")),
    Rule::of(&rules::HTML).shown(example!("invalid/document-html.502.html", "valid/create.pretty.json")),
    Rule::of(&rules::TEXT).shown(example!("invalid/document-text.429.http", "valid/create.pretty.json")),
    Rule::of(&rules::BINARY).shown(example!("invalid/document-binary.brotli.http", "valid/compressed.json.gz")),
    Rule::of(&rules::COMPRESSED).shown(example!("invalid/document-compressed.json", "valid/compressed.json.gz")),
    Rule::of(&rules::MASKED).shown(example!("invalid/document-masked.angle.pretty.json", "valid/create.pretty.json")),
    Rule::of(&rules::LIST).shown(example!("invalid/document-list.page.pretty.json", "valid/create.pretty.json")),
    Rule::of(&rules::SINGLE_OBJECT)
        .shown(example!("invalid/document-single-object.pretty.json", "valid/create.pretty.json")),
    Rule::of(&rules::ASSOCIATION_BATCH)
        .shown(example!("invalid/document-association-batch.pretty.json", "valid/create.pretty.json")),
    Rule::of(&rules::PROPERTY_BATCH)
        .shown(example!("invalid/document-property-batch.pretty.json", "valid/create.pretty.json")),
    Rule::of(&rules::CAMPAIGN_BATCH)
        .shown(example!("invalid/document-campaign-batch.pretty.json", "valid/create.pretty.json")),
    Rule::of(&rules::REQUEST).shown(example!("invalid/document-request.pretty.json", "valid/create.pretty.json")),
    Rule::of(&rules::ARRAY).shown(example!("invalid/document-array.results.pretty.json", "valid/create.pretty.json")),
    Rule::of(&rules::MULTIPLE).shown(example!("invalid/document-multiple.pretty.json", "valid/log.jsonl")),
    Rule::of(&rules::NESTED)
        .shown(example!("invalid/document-nested.recorder.pretty.json", "valid/create.pretty.json")),
    Rule::of(&rules::UNKNOWN).shown(example!("invalid/document-unknown.job.json", "valid/create.pretty.json")),
];
