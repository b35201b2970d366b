//! Batch answers have no associations.

use super::first_byte;
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "call/associations",
    severity: Warning,
    summary: "a result has associations",
    explanation: "`associations` is only in the answers for one object and for lists. No type of HubSpot's batch answers has it, and connectors that need associations say that they are not within batch answers.",
    fix: "was this result taken from another endpoint? Associations come from /crm/v4/associations/.../batch/read",
    example: example!("call-associations"),
    checks: &[Check::Unusual(check)],
    ..Rule::USUAL
};

fn check(record: &Record<'_>, result: Value<'_>) -> Vec<Diagnostic> {
    let _ = record;
    let told = result.get("associations").map(|associations| {
        let label = Label::new(first_byte(associations), "not in batch answers");
        let message = "`associations` is in no batch answer";
        Diagnostic::new(RULE.id, message, label).at("/associations").help(RULE.fix)
    });
    told.into_iter().collect()
}
