use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "batch/requested-after-started",
    severity: Warning,
    summary: "the batch started before it was requested",
    explanation: "No recorded response of CRM objects contains `requestedAt`; only generated examples do. In the example of the embedded schema, `requestedAt` is 14 months after `startedAt`.",
    fix: "copy `requestedAt` and `startedAt` from the same response, or omit `requestedAt` as HubSpot does",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(&INFO, example!("batch-requested-after-started"), &[Check::Response(check)]);

fn check(response: &Response<'_>) -> Option<Diagnostic> {
    let (requested, request) = response.time(Field::RequestedAt)?;
    let (started, start) = response.time(Field::StartedAt)?;
    if request <= start {
        return None;
    }
    let message = format!("`requestedAt` is {} after `startedAt`", span_of_time(request - start));
    let label = Label::new(requested.span(), "later than `startedAt`");
    let finding = Diagnostic::new(&INFO, message, label).at(Field::RequestedAt.pointer());
    Some(finding.related(started.span(), "`startedAt` is here").help(INFO.fix))
}
