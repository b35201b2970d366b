use crate::hubspot::classify::{DocumentKind, is_chunked};
use crate::input::Source;
use crate::json::Document;
use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "batch/http-status",
    severity: Warning,
    summary: "the HTTP status contradicts the body",
    explanation: "HubSpot returns 207 if some inputs failed (10 of 10 recorded partial failures), and 200 or 201 if all inputs succeeded. It returns 204 without a body for batch/archive, and 4xx or 5xx with an error response (a batch response with such a status is batch/http-failure). callcheck knows the status only if the input contains the HTTP headers (`curl -i`).",
    fix: "save the headers and the body of the same response; configure proxies and mocks to preserve the HTTP status",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::of(
    &INFO,
    example!("invalid/batch-http-status.200-with-errors.http", "invalid/batch-partial-failure.207.http"),
);

pub(crate) fn http_status(
    source: &Source<'_>,
    kind: DocumentKind,
    document: Option<Document<'_>>,
) -> Option<Diagnostic> {
    let head = source.headers.as_ref()?;
    if kind == DocumentKind::Text && is_chunked(source) {
        // The body cannot be read: it is still in the chunked transfer encoding.
        return None;
    }
    let failures =
        document.and_then(|document| document.root().get("errors")).map_or(0, |errors| errors.element_count());
    let status = head.status;
    let label = Label::new(Span::new(head.status_at.start, head.status_at.end), "contradicts the body");
    if kind.is_batch() && (400..=599).contains(&status) {
        return Some(super::http_failure::finding(status, label));
    }
    let (message, help) = match (status, kind) {
        (207, kind) if kind.is_batch() && failures == 0 => (
            "HTTP status 207 indicates a partial failure, but the body contains no errors".to_owned(),
            "if `errors` was removed from the body, restore it; otherwise save the headers and the body of the same response",
        ),
        (200..=203, kind) if kind.is_batch() && failures > 0 => (
            format!("HTTP status {status} indicates success, but the body contains {}", count(failures, "error")),
            "preserve status 207 in proxies and mocks: clients that check only the status do not detect the failures",
        ),
        (204, DocumentKind::Empty | DocumentKind::NoContent) => return None,
        (204, _) => (
            "HTTP status 204 indicates an empty body, but the body is not empty".to_owned(),
            "save the headers and the body of the same response",
        ),
        (300..=399, kind) if kind.is_batch() => (
            format!("HTTP status {status} indicates a redirect, but the body is a batch response"),
            "save the headers and the body of the same response, or correct the status in the mock",
        ),
        (300..=303 | 307 | 308, DocumentKind::ErrorEnvelope) => (
            format!("HTTP status {status} indicates a redirect, but the body is an error response"),
            "follow the redirect with `curl -L`, or correct the status in the mock",
        ),
        (207, DocumentKind::ErrorEnvelope | DocumentKind::Html | DocumentKind::Text) => (
            "HTTP status 207 indicates a batch response, but the body is not one".to_owned(),
            "save the headers and the body of the same response; check whether a proxy changed the status or the body",
        ),
        (200..=299, DocumentKind::ErrorEnvelope) => (
            format!("HTTP status {status} indicates success, but the body is an error response"),
            "preserve the original status in proxies and mocks: clients that check only the status treat this failure as a success",
        ),
        (200..=299, DocumentKind::Html | DocumentKind::Text) => (
            format!("HTTP status {status} indicates success, but the body is not JSON"),
            "check the URL and the access token: a login page or a proxy may have responded instead of the API",
        ),
        (200..=299, DocumentKind::Empty) => (
            format!("HTTP status {status} indicates a response with a body, but the body is empty"),
            "save the complete response: the body was lost in transit or not saved",
        ),
        _ => return None,
    };
    Some(Diagnostic::new(&INFO, message, label).help(help))
}
