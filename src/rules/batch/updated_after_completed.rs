//! What an answer shows was not changed after it.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "batch/updated-after-completed",
    severity: Warning,
    is_off: true,
    summary: "a result was updated after the batch was completed",
    explanation: "updatedAt <= completedAt in 402 of 402 recorded objects. But somebody may change a record while it is read, so this is told only where it is asked for.",
    fix: "take the results and the times from the same answer",
    example: example!("off/batch-updated-after-completed.json", "valid/create.pretty.json"),
    checks: &[Check::Answer(check)],
    ..Rule::USUAL
};

fn check(answer: &Answer<'_>) -> Option<Diagnostic> {
    let (completed, end) = answer.time(Field::CompletedAt)?;
    let (updated, place) = answer.results.newest?;
    if !answer.has_objects() || updated <= end {
        return None;
    }
    let message = format!(
        "a result was updated {} after the batch was completed: /results/{place}",
        span_of_time(updated - end)
    );
    let label = Label::new(completed.span(), "completed before a result was updated");
    Some(Diagnostic::new(RULE.id, message, label).at(Field::CompletedAt.pointer()).help(RULE.fix))
}
