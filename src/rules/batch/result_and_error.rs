//! An input cannot have succeeded and failed.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "batch/result-and-error",
    severity: Warning,
    summary: "the same id is in results and in errors",
    explanation: "An input is answered by a result or by an error. No recorded answer has an id in both; it contradicts what they mean.",
    fix: "was a result added to a recorded error, or two answers merged?",
    example: example!("invalid/batch-result-and-error.json", "invalid/batch-partial-failure.one.json"),
    checks: &[Check::Answer(check)],
    ..Rule::USUAL
};

fn check(answer: &Answer<'_>) -> Option<Diagnostic> {
    let ids = &answer.results.ids;
    let both: Vec<u64> = answer.failures.ids.iter().filter_map(|key| ids.find(*key)).collect();
    let first = both.first()?;
    let message = match both.len() {
        1 => format!("an input has failed and has a result: /results/{first}"),
        many => format!("{many} inputs have failed and have results, the first is /results/{first}"),
    };
    let label = Label::new(answer.bracket(Field::Errors)?, "names ids that are in `results` too");
    Some(Diagnostic::new(RULE.id, message, label).at(Field::Errors.pointer()).help(RULE.fix))
}
