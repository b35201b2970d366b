//! The HTTP status contradicts the body. It is known where the input holds the HTTP head.

use crate::rules::example::example;
use crate::rules::Rule;
use crate::diagnostic::{Diagnostic, Label, Severity::*};
use crate::document::{Document, Span};
use crate::identify::Kind;
use crate::input::Source;
use crate::text::count;

pub const RULE: Rule = Rule {
    id: "batch/http-status",
    severity: Warning,
    summary: "the HTTP status contradicts the body",
    explanation: "HubSpot answers 207 exactly when some inputs failed (10 of 10 recorded partial answers), 200 or 201 when all went well, 204 without a body for archive, and 4xx or 5xx with an error answer. Known only where the input holds the HTTP head (curl -i).",
    fix: "save the head and the body of the same answer; let proxies and mocks pass the status on as it is",
    example: example!("invalid/batch-http-status.200-with-errors.http", "invalid/batch-partial-failure.207.http"),
    ..Rule::USUAL
};

/// What the HTTP status says against the body, if it contradicts it.
pub fn http_status(source: &Source<'_>, kind: Kind, document: Option<Document<'_>>) -> Option<Diagnostic> {
    let head = source.head.as_ref()?;
    let failures =
        document.and_then(|document| document.root().get("errors")).map_or(0, |errors| errors.element_count());
    let status = head.status;
    let (message, help) = match (status, kind) {
        (207, kind) if kind.is_batch() && failures == 0 => (
            "HTTP 207 says that some inputs failed, but the body lists no errors".to_owned(),
            "was the body edited, or does it belong to another answer?",
        ),
        (200 | 201, kind) if kind.is_batch() && failures > 0 => (
            format!("HTTP {status} says that all went well, but the body lists {}", count(failures, "error")),
            "HubSpot sends 207 for partial failures: a proxy or a mock changed the status, and clients that look only at it miss the failures",
        ),
        (204, Kind::Empty) => return None,
        (204, _) => (
            "HTTP 204 says that there is no body, but there is one".to_owned(),
            "the head and the body belong to different answers",
        ),
        (300..=599, kind) if kind.is_batch() => (
            format!("HTTP {status} says that the request did not succeed, but the body is a batch answer"),
            "the head and the body belong to different answers, or a mock sends the wrong status",
        ),
        (207, Kind::ErrorEnvelope | Kind::Html | Kind::Text) => (
            "HTTP 207 promises a batch answer, but the body is none".to_owned(),
            "the head and the body belong to different answers, or a proxy changed one of them",
        ),
        (200..=299, Kind::ErrorEnvelope) => (
            format!("HTTP {status} says that all went well, but the body is an error answer"),
            "a proxy or a mock changed the status: clients that look only at it take the failure for success",
        ),
        (200..=299, Kind::Html | Kind::Text) => (
            format!("HTTP {status} says that all went well, but the body is no JSON"),
            "a login page or a proxy answered in place of the API",
        ),
        (200..=299, Kind::Empty) => (
            format!("HTTP {status} promises a body, but it is empty"),
            "the body was lost on the way, or was not saved",
        ),
        _ => return None,
    };
    let label = Label::new(Span::new(head.status_at.start, head.status_at.end), "this status");
    Some(Diagnostic::new("batch/http-status", message, label).help(help))
}
