//! `new` is on all results of an upsert, or on none.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "batch/new-mixed",
    severity: Warning,
    summary: "`new` is on some results only",
    explanation: "HubSpot's types: batch/upsert has `new` on every result (required), the other endpoints have it on none. No recorded answer of an upsert is known.",
    fix: "were answers of an upsert and of another endpoint merged?",
    example: example!("batch-new-mixed"),
    checks: &[Check::Answer(check)],
    ..Rule::USUAL
};

fn check(answer: &Answer<'_>) -> Option<Diagnostic> {
    let split = answer.results.new;
    if !answer.has_objects() || !split.is_mixed() {
        return None;
    }
    let message = format!(
        "`new` is on {} of {}: /results/{} has it, /results/{} has not",
        split.with.0, count(split.with.0 + split.without.0, "result"), split.with.1, split.without.1
    );
    let label = Label::new(answer.bracket(Field::Results)?, "with `new` and without");
    Some(Diagnostic::new(RULE.id, message, label).at(Field::Results.pointer()).help(RULE.fix))
}
