//! A record is in an answer once.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "call/duplicate-id",
    severity: Warning,
    summary: "a result has the id of another one",
    explanation: "No recorded answer has an id twice, and HubSpot refuses a batch with the same input twice. Reading merged records by their old ids might give one record twice; that was not tried. Ids of the first 1,048,576 results are remembered (some 16 bytes each); those behind are compared with them, not with each other.",
    fix: "were answers merged, or a result copied?",
    example: example!("call-duplicate-id"),
    checks: &[Check::Again(check)],
    ..Rule::USUAL
};

fn check(record: &Record<'_>, first: u64) -> Option<Diagnostic> {
    let id = record.string(Field::Id)?;
    let message = format!("/results/{first} has the same id");
    let label = Label::new(id.span(), "the id of an earlier result");
    Some(Diagnostic::new(RULE.id, message, label).at(Field::Id.pointer()).help(RULE.fix))
}
