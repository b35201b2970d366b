use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "batch/error-status",
    severity: Warning,
    summary: "the `status` of an error is not \"error\"",
    explanation: "All 11 recorded items of `errors` have the status \"error\".",
    fix: "write \"status\": \"error\"",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule =
    Rule::new(&INFO, example!("invalid/batch-error-status.json", partial), &[Check::Error(check)]);

fn check(item: Value<'_>) -> Vec<Diagnostic> {
    let status = item.get("status").filter(|status| status.kind() == Kind::String && !status.is("error"));
    let finding = status.map(|status| {
        let message = format!("`status` of an error must be \"error\", found \"{}\"", shorten(&status.string(), 40));
        let label = Label::new(status.span(), "expected \"error\"");
        Diagnostic::new(&INFO, message, label).at("/status").help(INFO.fix)
    });
    finding.into_iter().collect()
}
