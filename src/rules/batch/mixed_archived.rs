//! A read asks for archived records or for the others.

use crate::rules::prelude::*;
use crate::text::thousands;

const INFO: RuleInfo = RuleInfo {
    id: "batch/mixed-archived",
    severity: Warning,
    summary: "the response contains archived and active results",
    explanation: "The query parameter `archived` of batch/read selects \"only results that have been archived\", or only active ones. Other batch endpoints do not return archived results.",
    fix: "split merged responses: one per file, or one per line of a .jsonl file",
    ..RuleInfo::DEFAULT
};

pub const RULE: Rule = Rule {
    info: &INFO,
    example: example!("batch-mixed-archived"),
    checks: &[Check::Response(check)],
};

fn check(answer: &Response<'_>) -> Option<Diagnostic> {
    let split = answer.results.archived;
    if !answer.has_objects() || !split.is_mixed() {
        return None;
    }
    let message = format!(
        "response mixes archived and active results: {} of {} archived (for example /results/{}, but not /results/{})",
        thousands(split.with.0), thousands(split.with.0 + split.without.0), split.with.1, split.without.1
    );
    let label = Label::new(answer.bracket(Field::Results)?, "archived and active results");
    Some(Diagnostic::new(&INFO, message, label).at(Field::Results.pointer()).help(INFO.fix))
}
