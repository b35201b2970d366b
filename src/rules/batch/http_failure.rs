use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "batch/http-failure",
    severity: Error,
    summary: "a batch response with an HTTP status of 4xx or 5xx",
    explanation: "With HTTP 4xx and 5xx, HubSpot sends an error response or an HTML page. No recorded response with such a status is a batch response. The headers and the body are not of the same response, or the mock is wrong: clients that check the status do not read the results. Other contradictions between the status and the body are only warnings (batch/http-status).",
    fix: "save the headers and the body of the same response, or correct the status in the mock",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::of(
    &INFO,
    example!("invalid/batch-http-failure.400-with-response.http", "invalid/batch-partial-failure.207.http"),
);

/// For a batch response with this status. The rule `batch/http-status` finds it.
pub(super) fn finding(status: u16, label: Label) -> Diagnostic {
    let message = format!("HTTP status {status} indicates failure, but the body is a batch response");
    Diagnostic::new(&INFO, message, label).help(INFO.fix)
}
