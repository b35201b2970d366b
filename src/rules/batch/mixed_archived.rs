use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "batch/mixed-archived",
    severity: Warning,
    summary: "the response contains archived and active results",
    explanation: "The query parameter `archived` of batch/read selects \"only results that have been archived\", or only active ones. Other batch endpoints do not return archived results.",
    fix: "split merged responses: one per file, or one per line of a .jsonl file",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(&INFO, example!("batch-mixed-archived"), &[Check::Response(check)]);

fn check(response: &Response<'_>) -> Option<Diagnostic> {
    let split = response.results.archived;
    if !response.has_objects() || !split.is_mixed() {
        return None;
    }
    let ((archived, first), (active, other)) = (split.with, split.without);
    let counts = format!("{} of {} archived", thousands(archived), thousands(archived + active));
    let message = format!(
        "response mixes archived and active results: {counts} (for example /results/{first}, but not /results/{other})"
    );
    let label = Label::new(response.bracket(Field::Results)?, "archived and active results");
    Some(Diagnostic::new(&INFO, message, label).at(Field::Results.pointer()).help(INFO.fix))
}
