//! `request/*`: a response compared with its request (`--request`).

super::rules! {
    missing_result,
    duplicate_result,
    unexpected_result,
    changed_value,
}

use crate::diagnostic::Diagnostic;
use crate::hubspot::Request;
use crate::json::Document;

/// What is said of an answer to this request.
pub fn reconcile(request: &Request, answer: Document<'_>) -> Vec<Diagnostic> {
    let said = request.reconcile(answer);
    let root = answer.root();
    let results = root.get("results");
    let bracket = results.unwrap_or(root).span().first_byte();
    let result = |place: usize| results.and_then(|results| results.elements().nth(place));
    let mut findings: Vec<Diagnostic> = missing_result::told(request, &said, bracket).into_iter().collect();
    let id = |place: usize| result(place).map(|result| result.get("id").unwrap_or(result));
    for (place, input, has_error) in &said.twice {
        findings.extend(id(*place).map(|id| duplicate_result::told(request, id, *place, *input, *has_error)));
    }
    for place in &said.unasked {
        findings.extend(id(*place).map(|id| unexpected_result::told(id, *place)));
    }
    let error = |place: usize| root.get("errors").and_then(|errors| errors.elements().nth(place));
    for place in &said.strange {
        findings.extend(error(*place).map(|error| unexpected_result::error(error, *place)));
    }
    for (value, name, place, input) in &said.changed {
        findings.push(changed_value::told(request, *value, name, *place, *input));
    }
    findings
}
