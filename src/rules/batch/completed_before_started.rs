//! A batch cannot be completed before it was started.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "batch/completed-before-started",
    summary: "the batch was completed before it was started",
    explanation: "startedAt <= completedAt in 103 of 103 recorded answers. The times are compared as times: HubSpot leaves out the fraction where it is zero, so comparing texts misleads.",
    fix: "take both times from the same answer",
    example: example!("batch-completed-before-started"),
    checks: &[Check::Answer(check)],
    ..Rule::USUAL
};

fn check(answer: &Answer<'_>) -> Option<Diagnostic> {
    let (started, start) = answer.time(Field::StartedAt)?;
    let (completed, end) = answer.time(Field::CompletedAt)?;
    if start <= end {
        return None;
    }
    let message = format!("`completedAt` is {} before `startedAt`", span_of_time(start - end));
    let label = Label::new(completed.span(), "completed here");
    let finding = Diagnostic::new(RULE.id, message, label).at(Field::CompletedAt.pointer());
    Some(finding.related(started.span(), "started only here").help(RULE.fix))
}
