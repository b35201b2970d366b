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

pub(super) const RULE: Rule =
    Rule::new(&INFO, example!("opt-in/batch-updated-after-completed.json", create), &[Check::Response(check)]);

fn check(response: &Response<'_>) -> Option<Diagnostic> {
    let (completed, end) = response.time(Field::CompletedAt)?;
    let (updated, index) = response.results.newest?;
    if !response.has_objects() || updated <= end {
        return None;
    }
    let message = format!("/results/{index} was updated {} after the batch completed", span_of_time(updated - end));
    let label = Label::new(completed.span(), "earlier than `updatedAt` of a result");
    Some(Diagnostic::new(&INFO, message, label).at(Field::CompletedAt.pointer()).help(INFO.fix))
}
