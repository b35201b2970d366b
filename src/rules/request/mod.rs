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
use crate::text::list;

/// Compares a response with its request.
pub(crate) fn reconcile(request: &Request, response: Document<'_>) -> Vec<Diagnostic> {
    let reconciled = request.reconcile(response);
    let root = response.root();
    let results = root.get("results");
    let bracket = results.unwrap_or(root).span().first_byte();
    let mut findings = Vec::new();
    findings.extend(missing_result::finding(request, &reconciled, bracket));
    let result = |index: usize| results.and_then(|results| results.elements().nth(index));
    let id = |index: usize| result(index).map(|result| result.get("id").unwrap_or(result));
    for duplicate in &reconciled.duplicates {
        findings.extend(id(duplicate.result).map(|id| duplicate_result::finding(request, duplicate, id)));
    }
    for index in &reconciled.unexpected_results {
        findings.extend(id(*index).map(|id| unexpected_result::result(id, *index)));
    }
    let error = |index: usize| root.get("errors").and_then(|errors| errors.elements().nth(index));
    for index in &reconciled.unexpected_errors {
        findings.extend(error(*index).map(|error| unexpected_result::error(error, *index)));
    }
    findings.extend(reconciled.changed.iter().map(|changed| changed_value::finding(request, changed)));
    findings
}

/// Adds the inputs that failed to the finding about an error response or a partial failure.
pub(crate) fn name_inputs(request: &Request, response: Document<'_>, findings: &mut [Diagnostic]) {
    const MAX_INPUTS_NAMED: usize = 10;
    let root = response.root();
    for finding in findings {
        let mut inputs = match finding.rule.id {
            "document/error-response" => request.refused(root),
            "batch/partial-failure" => {
                let errors = root.get("errors").into_iter().flat_map(|errors| errors.elements());
                errors.flat_map(|error| request.refused(error)).collect()
            }
            _ => continue,
        };
        inputs.sort_unstable();
        inputs.dedup();
        let mut names: Vec<String> = inputs.iter().take(MAX_INPUTS_NAMED).map(|input| request.name(*input)).collect();
        if inputs.len() > MAX_INPUTS_NAMED {
            names.push(format!("{} more", inputs.len() - MAX_INPUTS_NAMED));
        }
        if !names.is_empty() {
            finding.notes.push(format!("failed inputs of the request: {}", list(&names, "and")));
        }
    }
}
