//! Nothing was done, and nothing is said of it.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "batch/silent-no-op",
    severity: Warning,
    summary: "there are neither results nor errors",
    explanation: "A 2xx answer with nothing in it: the request did nothing. Users met it when the wrapper `inputs` was missing from the request, when it was empty, or when the ids were in the wrong place (rudder-transformer #5167 and #5147, hubspot-api-nodejs #26 and #85).",
    fix: "look at the request: {\"inputs\": [...]} with at least one input?",
    example: example!("batch-silent-no-op"),
    checks: &[Check::Answer(check)],
    ..Rule::USUAL
};

fn check(answer: &Answer<'_>) -> Option<Diagnostic> {
    // Failures that are counted are no silence.
    let is_counted = !matches!(answer.fields.text(Field::NumErrors, answer.text), b"" | b"0" | b"null");
    if is_counted || answer.results.count > 0 || answer.failures.items > 0 || !answer.is_array(Field::Results) {
        return None;
    }
    let message = "the batch did nothing: there are neither results nor errors";
    let label = Label::new(answer.bracket(Field::Results)?, "no result");
    Some(Diagnostic::new(RULE.id, message, label).at(Field::Results.pointer()).help(RULE.fix))
}
