//! A batch endpoint answers with objects of one type.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "batch/mixed-objects",
    severity: Warning,
    summary: "several types of objects in one answer",
    explanation: "`url` names the type of a record (0-1 contacts, 0-48 calls, ...), in 10 of 10 recorded URLs; a batch endpoint serves one type.",
    fix: "were answers of several endpoints merged?",
    example: example!("batch-mixed-objects"),
    checks: &[Check::Answer(check)],
    ..Rule::USUAL
};

fn check(answer: &Answer<'_>) -> Option<Diagnostic> {
    let (first, other) = (answer.results.kinds.first?, answer.results.kinds.other?);
    let kind = |(one, two): (u32, u32)| {
        let kind = format!("{one}-{two}");
        match names::object_name(&kind) {
            Some(name) => format!("{kind} ({name})"),
            None => kind,
        }
    };
    let message = format!(
        "several types of objects: {} in the `url` of /results/{}, {} in that of /results/{}",
        kind(first.0), first.1, kind(other.0), other.1
    );
    let label = Label::new(answer.bracket(Field::Results)?, "objects of several types");
    Some(Diagnostic::new(RULE.id, message, label).at(Field::Results.pointer()).help(RULE.fix))
}
