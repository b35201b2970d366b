//! An access token belongs to one account.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "batch/mixed-portals",
    severity: Warning,
    summary: "results of several accounts in one answer",
    explanation: "`url` names the account (portal) of a record: https://app.hubspot.com/contacts/{portal}/record/{type}/{id}, in 10 of 10 recorded URLs. A token belongs to one account, so one answer has one.",
    fix: "were answers of several accounts merged?",
    example: example!("batch-mixed-portals"),
    checks: &[Check::Answer(check)],
    ..Rule::USUAL
};

fn check(answer: &Answer<'_>) -> Option<Diagnostic> {
    let (first, other) = (answer.results.portals.first?, answer.results.portals.other?);
    let message = format!(
        "results of several accounts: {} in the `url` of /results/{}, {} in that of /results/{}",
        first.0, first.1, other.0, other.1
    );
    let label = Label::new(answer.bracket(Field::Results)?, "results of several accounts");
    Some(Diagnostic::new(RULE.id, message, label).at(Field::Results.pointer()).help(RULE.fix))
}
