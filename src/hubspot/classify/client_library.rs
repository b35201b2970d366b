//! Objects of client libraries that were printed instead of the response: by their first bytes, since the rest of a
//! streamed document is not in memory.

use super::bytes::NOT_JSON;
use super::rules;
use crate::diagnostic::{Diagnostic, Label};
use crate::input::Source;
use crate::json::Span;

/// Bytes that are examined. The text of a streamed document is complete up to this distance from a syntax error.
const MAX_BYTES: usize = 200;

/// Advice for any client library.
pub(super) const RAW_BODY: &str = "save the raw body of the response: in Python, call the method with `_preload_content=False` and write `response.data`";

/// First keys of a batch response or of an object in HubSpot's Python client, which sorts them.
const FIRST_KEYS: [&str; 5] = ["completed_at", "archived", "archived_at", "created_at", "started_at"];

/// Returns a finding if the text was printed by a client library.
pub(super) fn printed(source: &Source) -> Option<Diagnostic> {
    let body = source.body();
    let first = body.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let start = source.start + first;
    let head = String::from_utf8_lossy(&body[first..body.len().min(first + MAX_BYTES)]);
    let library = if is_python(&head) {
        "Python"
    } else if is_java(&head) {
        "Java"
    } else if head.starts_with("#<Hubspot::") {
        "Ruby"
    } else if head.starts_with("HubSpot\\Client\\") || head.starts_with("object(HubSpot\\Client\\") {
        "PHP"
    } else {
        return None;
    };
    let message =
        format!("this was written by a client library, not by HubSpot: it is an object of {library}, not JSON");
    let label = Label::new(Span::new(start, start + 1), NOT_JSON);
    Some(Diagnostic::new(&rules::TEXT, message, label).help(RAW_BODY))
}

/// `{'completed_at': datetime.datetime(...), ...}`, also in a list, or `BatchResponseSimplePublicObject(...)`.
fn is_python(head: &str) -> bool {
    let inside = head.trim_start_matches(['[', ' ']);
    let key = inside.strip_prefix("{'").and_then(|rest| rest.split_once("':"));
    let is_of_client = |(key, rest): (&str, &str)| {
        // A dictionary with `archived` first could be that of a JSON body.
        FIRST_KEYS.contains(&key) && (key.contains('_') || rest.contains("_at':"))
    };
    let class = head.split(['(', ' ']).next().unwrap_or_default();
    key.is_some_and(is_of_client) || (is_class(class) && head[class.len()..].starts_with('('))
}

/// `class BatchResponseSimplePublicObject {`.
fn is_java(head: &str) -> bool {
    let class = head.strip_prefix("class ").and_then(|rest| rest.split_once(' '));
    class.is_some_and(|(class, rest)| is_class(class) && rest.starts_with('{'))
}

fn is_class(name: &str) -> bool {
    name.starts_with("BatchResponseSimplePublic") || name.starts_with("SimplePublic")
}
