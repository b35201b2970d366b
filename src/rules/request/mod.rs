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

pub fn reconcile(request: &Request, response: Document<'_>) -> Vec<Diagnostic> {
    let reconciled = request.reconcile(response);
    let root = response.root();
    let results = root.get("results");
    let bracket = super::first_byte(results.unwrap_or(root));
    let result = |index: usize| results.and_then(|results| results.elements().nth(index));
    let mut findings: Vec<Diagnostic> = missing_result::finding(request, &reconciled, bracket).into_iter().collect();
    let id = |index: usize| result(index).map(|result| result.get("id").unwrap_or(result));
    for (index, input, has_error) in &reconciled.twice {
        findings.extend(id(*index).map(|id| duplicate_result::finding(request, id, *index, *input, *has_error)));
    }
    for index in &reconciled.unasked {
        findings.extend(id(*index).map(|id| unexpected_result::finding(id, *index)));
    }
    let error = |index: usize| root.get("errors").and_then(|errors| errors.elements().nth(index));
    for index in &reconciled.strange {
        findings.extend(error(*index).map(|error| unexpected_result::error(error, *index)));
    }
    for (value, name, index, input) in &reconciled.changed {
        findings.push(changed_value::finding(request, *value, name, *index, *input));
    }
    findings
}
