//! A state that was never seen in an answer.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "batch/status",
    severity: Note,
    summary: "the status is one that no recorded answer has",
    explanation: "100 of 100 recorded answers are COMPLETE, partial failures included. PENDING, PROCESSING and CANCELED are in HubSpot's types and occur only in examples that were generated from them.",
    fix: "a fixture should say COMPLETE",
    example: example!("batch-status"),
    checks: &[Check::Answer(check)],
    ..Rule::USUAL
};

fn check(answer: &Answer<'_>) -> Option<Diagnostic> {
    let status = answer.string(Field::Status)?;
    let state = ["PENDING", "PROCESSING", "CANCELED"].into_iter().find(|state| status.is(state))?;
    let message = format!("the status {state} was never seen in an answer of the API: this looks generated");
    let label = Label::new(status.span(), "COMPLETE in all recorded answers");
    Some(Diagnostic::new(RULE.id, message, label).at(Field::Status.pointer()).help(RULE.fix))
}
