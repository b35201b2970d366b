//! Every item of `errors` has the status "error".

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "batch/error-status",
    severity: Warning,
    summary: "the `status` of an error is not \"error\"",
    explanation: "All 11 recorded items of `errors` have the status \"error\".",
    fix: "write \"status\": \"error\"",
    example: example!("invalid/batch-error-status.json", "invalid/batch-partial-failure.one.json"),
    checks: &[Check::Failure(check)],
    ..Rule::USUAL
};

fn check(item: Value<'_>) -> Vec<Diagnostic> {
    let status = item.get("status").filter(|status| status.kind() == Kind::String && !status.is("error"));
    let told = status.map(|status| {
        let message = format!("`status` of an error must be \"error\", found \"{}\"", shorten(&status.string(), 40));
        let label = Label::new(status.span(), "expected \"error\"");
        Diagnostic::new(RULE.id, message, label).at("/status").help(RULE.fix)
    });
    told.into_iter().collect()
}
