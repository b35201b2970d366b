use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "batch/mixed-objects",
    severity: Warning,
    summary: "the response contains several object types",
    explanation: "`url` contains the object type of a result, for example 0-1 for contacts and 0-48 for calls (10 of 10 recorded URLs). A batch endpoint returns objects of one type.",
    fix: "split merged responses: one per file, or one per line of a .jsonl file",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(&INFO, example!("batch-mixed-objects"), &[Check::Response(check)]);

fn check(response: &Response<'_>) -> Option<Diagnostic> {
    let (first, other) = (response.results.kinds.first?, response.results.kinds.other?);
    let source = |((one, two), index): ((u32, u32), u64)| {
        let kind = format!("{one}-{two}");
        match names::object_name(&kind) {
            Some(name) => format!("{kind} ({name}) in /results/{index}/url"),
            None => format!("{kind} in /results/{index}/url"),
        }
    };
    let message = format!("response mixes object types: {}, {}", source(first), source(other));
    let label = Label::new(response.bracket(Field::Results)?, "objects of several types");
    Some(Diagnostic::new(&INFO, message, label).at(Field::Results.pointer()).help(INFO.fix))
}
