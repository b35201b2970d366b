use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "batch/mixed-portals",
    severity: Warning,
    summary: "the response contains results of several accounts",
    explanation: "`url` contains the account id (portal id) of a result: https://app.hubspot.com/contacts/{portal}/record/{type}/{id} (10 of 10 recorded URLs). An access token belongs to one account, so all results belong to it.",
    fix: "split merged responses: one per file, or one per line of a .jsonl file",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(&INFO, example!("batch-mixed-portals"), &[Check::Response(check)]);

fn check(response: &Response<'_>) -> Option<Diagnostic> {
    let ((one, first), (two, other)) = (response.results.portals.first?, response.results.portals.other?);
    let message = format!(
        "response mixes results of several accounts: {one} in /results/{first}/url, {two} in /results/{other}/url"
    );
    let label = Label::new(response.bracket(Field::Results)?, "results of several accounts");
    Some(Diagnostic::new(&INFO, message, label).at(Field::Results.pointer()).help(INFO.fix))
}
