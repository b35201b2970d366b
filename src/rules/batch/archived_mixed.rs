//! A read asks for archived records or for the others.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "batch/archived-mixed",
    severity: Warning,
    summary: "archived results and others in one answer",
    explanation: "The query parameter `archived` of batch/read returns \"only results that have been archived\", or only the others; writing returns none that are archived.",
    fix: "were two answers merged?",
    example: example!("batch-archived-mixed"),
    checks: &[Check::Answer(check)],
    ..Rule::USUAL
};

fn check(answer: &Answer<'_>) -> Option<Diagnostic> {
    let split = answer.results.archived;
    if !answer.has_objects() || !split.is_mixed() {
        return None;
    }
    let message = format!(
        "{} of {} are archived, the others are not: /results/{} and /results/{} are the first",
        split.with.0, count(split.with.0 + split.without.0, "result"), split.with.1, split.without.1
    );
    let label = Label::new(answer.bracket(Field::Results)?, "archived and other results");
    Some(Diagnostic::new(RULE.id, message, label).at(Field::Results.pointer()).help(RULE.fix))
}
