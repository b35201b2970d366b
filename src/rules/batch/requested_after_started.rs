//! A batch cannot start before it was asked for.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "batch/requested-after-started",
    severity: Warning,
    summary: "the batch was started before it was requested",
    explanation: "`requestedAt` is in no recorded answer of a CRM object; only generated examples have it, and the example in the schema itself is requested 14 months after it was started.",
    fix: "take both times from the same answer, or leave `requestedAt` out as HubSpot does",
    example: example!("batch-requested-after-started"),
    checks: &[Check::Answer(check)],
    ..Rule::USUAL
};

fn check(answer: &Answer<'_>) -> Option<Diagnostic> {
    let (requested, request) = answer.time(Field::RequestedAt)?;
    let (started, start) = answer.time(Field::StartedAt)?;
    if request <= start {
        return None;
    }
    let message = format!("`requestedAt` is {} after `startedAt`", span_of_time(request - start));
    let label = Label::new(requested.span(), "requested here");
    let finding = Diagnostic::new(RULE.id, message, label).at(Field::RequestedAt.pointer());
    Some(finding.related(started.span(), "started already here").help(RULE.fix))
}
