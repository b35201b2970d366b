//! Either all results have `new` (batch/upsert) or none.

use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "batch/mixed-new",
    severity: Warning,
    summary: "only some results have `new`",
    explanation: "HubSpot's types require `new` on every result of batch/upsert, and recorded upserts conform to that. The other batch endpoints do not return it.",
    fix: "split merged responses: one per file, or one per line of a .jsonl file",
    ..RuleInfo::DEFAULT
};

pub const RULE: Rule = Rule::new(&INFO, example!("batch-mixed-new"), &[Check::Response(check)]);

fn check(response: &Response<'_>) -> Option<Diagnostic> {
    let split = response.results.new;
    if !response.has_objects() || !split.is_mixed() {
        return None;
    }
    let message = format!(
        "`new` is present in only {} of {} (for example /results/{}, but not /results/{})",
        thousands(split.with.0), count(split.with.0 + split.without.0, "result"), split.with.1, split.without.1
    );
    let label = Label::new(response.bracket(Field::Results)?, "results with and without `new`");
    Some(Diagnostic::new(&INFO, message, label).at(Field::Results.pointer()).help(INFO.fix))
}
