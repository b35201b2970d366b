//! What a response contains was not changed after it.

use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "batch/updated-after-completed",
    severity: Warning,
    opt_in: true,
    summary: "a result was updated after the batch completed",
    explanation: "`updatedAt` is not later than `completedAt` in 402 of 402 recorded objects. However, another client may change a record while HubSpot reads it, so this rule is off by default.",
    fix: "copy the results and the times from the same response",
    ..RuleInfo::DEFAULT
};

pub const RULE: Rule = Rule {
    info: &INFO,
    example: example!("opt-in/batch-updated-after-completed.json", "valid/create.pretty.json"),
    checks: &[Check::Response(check)],
};

fn check(answer: &Response<'_>) -> Option<Diagnostic> {
    let (completed, end) = answer.time(Field::CompletedAt)?;
    let (updated, index) = answer.results.newest?;
    if !answer.has_objects() || updated <= end {
        return None;
    }
    let message = format!(
        "/results/{index} was updated {} after the batch completed",
        span_of_time(updated - end)
    );
    let label = Label::new(completed.span(), "earlier than `updatedAt` of a result");
    Some(Diagnostic::new(&INFO, message, label).at(Field::CompletedAt.pointer()).help(INFO.fix))
}
