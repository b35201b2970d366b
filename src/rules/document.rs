//! `document/*`: input that is not a batch response. `hubspot::classify` reports these rules.

use super::Rule;
use super::example::example;
use crate::hubspot::classify::rules;

pub(super) const RULES: &[Rule] = &[
    Rule::of(&rules::ERROR_RESPONSE, example!("invalid/document-error-response.scopes.pretty.json", create)),
    Rule::of(&rules::EMPTY, example!("invalid/document-empty.503.http", create)),
    Rule::of(&rules::HTML, example!("invalid/document-html.502.html", create)),
    Rule::of(&rules::TEXT, example!("invalid/document-text.429.http", create)),
    Rule::of(
        &rules::CLIENT_OUTPUT,
        example!("invalid/document-client-output.verbose.txt", "valid/proxy-continue-201.http"),
    ),
    Rule::of(&rules::REDIRECT, example!("invalid/document-redirect.301.http", create)),
    Rule::of(&rules::BINARY, example!("invalid/document-binary.brotli.http", "valid/compressed.json.gz")),
    Rule::of(&rules::COMPRESSED, example!("invalid/document-compressed.json", "valid/compressed.json.gz")),
    Rule::of(&rules::MASKED, example!("invalid/document-masked.angle.pretty.json", create)),
    Rule::of(&rules::LIST, example!("invalid/document-list.page.pretty.json", create)),
    Rule::of(&rules::SINGLE_OBJECT, example!("invalid/document-single-object.pretty.json", create)),
    Rule::of(&rules::ASSOCIATION_BATCH, example!("invalid/document-association-batch.pretty.json", create)),
    Rule::of(&rules::PROPERTY_BATCH, example!("invalid/document-property-batch.pretty.json", create)),
    Rule::of(&rules::CAMPAIGN_BATCH, example!("invalid/document-campaign-batch.pretty.json", create)),
    Rule::of(&rules::OTHER_BATCH, example!("invalid/document-other-batch.list-memberships.pretty.json", create)),
    Rule::of(&rules::CLIENT_LIBRARY, example!("invalid/document-client-library.to-dict.pretty.json", create)),
    Rule::of(&rules::PLACEHOLDER, example!("invalid/document-placeholder.pretty.json", create)),
    Rule::of(&rules::ENGAGEMENT, example!("invalid/document-engagement.call.pretty.json", create)),
    Rule::of(&rules::WEBHOOK_EVENT, example!("invalid/document-webhook-event.pretty.json", create)),
    Rule::of(&rules::REQUEST, example!("invalid/document-request.pretty.json", create)),
    Rule::of(&rules::ARRAY, example!("invalid/document-array.results.pretty.json", create)),
    Rule::of(&rules::MULTIPLE, example!("invalid/document-multiple.pretty.json", "valid/log.jsonl")),
    Rule::of(&rules::NESTED, example!("invalid/document-nested.recorder.pretty.json", create)),
    Rule::of(&rules::UNKNOWN, example!("invalid/document-unknown.job.json", create)),
    Rule::of(&rules::UNEXPECTED_KIND, None),
];
