use crate::hubspot::ResponseObject;
use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "batch/mixed-objects",
    severity: Warning,
    summary: "the response contains several object types",
    explanation: "A batch endpoint returns objects of one type. callcheck identifies the object of each result by its `url` (10 of 10 recorded URLs contain the type, for example 0-1 for contacts and 0-48 for calls), by `hs_obj_coords`, by a property that only one type of objects has, or by a default property such as `dealname` (see batch/unexpected-object).",
    fix: "split merged responses: one per file, or one per line of a .jsonl file",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(&INFO, example!("batch-mixed-objects"), &[Check::Response(check)]);

fn check(response: &Response<'_>) -> Option<Diagnostic> {
    let (first, other) = response.results.mixed()?;
    let named = |object: ResponseObject| format!("{} ({})", object.kind.named(), object.reason());
    let message = format!("response mixes {} and {}", named(first), named(other));
    let label = Label::new(response.bracket(Field::Results)?, "objects of several types");
    Some(Diagnostic::new(&INFO, message, label).at(Field::Results.pointer()).help(INFO.fix))
}
