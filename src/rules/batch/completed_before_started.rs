use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "batch/completed-before-started",
    summary: "the batch completed before it started",
    explanation: "`startedAt` is not later than `completedAt` in 103 of 103 recorded responses. callcheck compares times, not text, because HubSpot omits a fraction of zero.",
    fix: "copy `startedAt` and `completedAt` from the same response",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(&INFO, example!("batch-completed-before-started"), &[Check::Response(check)]);

fn check(response: &Response<'_>) -> Option<Diagnostic> {
    let (started, start) = response.time(Field::StartedAt)?;
    let (completed, end) = response.time(Field::CompletedAt)?;
    if start <= end {
        return None;
    }
    let message = format!("`completedAt` is {} before `startedAt`", span_of_time(start - end));
    let label = Label::new(completed.span(), "earlier than `startedAt`");
    let finding = Diagnostic::new(&INFO, message, label).at(Field::CompletedAt.pointer());
    Some(finding.related(started.span(), "`startedAt` is here").help(INFO.fix))
}
