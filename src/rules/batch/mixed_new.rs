use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "batch/mixed-new",
    severity: Warning,
    summary: "only some results have `new`",
    explanation: "HubSpot's types require `new` on every result of batch/upsert, and recorded upserts have it on every result. The other batch endpoints do not return it.",
    fix: "split merged responses: one per file, or one per line of a .jsonl file",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(&INFO, example!("batch-mixed-new"), &[Check::Response(check)]);

fn check(response: &Response<'_>) -> Option<Diagnostic> {
    let split = response.results.new;
    if !response.has_objects() || !split.is_mixed() {
        return None;
    }
    let ((with, first), (without, other)) = (split.with, split.without);
    let (present, all) = (thousands(with), count(with + without, "result"));
    let message =
        format!("`new` is present in only {present} of {all} (for example /results/{first}, but not /results/{other})");
    let label = Label::new(response.bracket(Field::Results)?, "results with and without `new`");
    Some(Diagnostic::new(&INFO, message, label).at(Field::Results.pointer()).help(INFO.fix))
}
