use crate::hubspot::CEILING;
use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "batch/size",
    severity: Warning,
    summary: "the response has more results than a batch can have",
    explanation: "The batch endpoints accept 100 inputs per request. batch/read with `propertiesWithHistory` accepts 50 and rejects more (recorded). The largest recorded response has 50 results. A response with more results was merged from several responses.",
    fix: "split merged responses (one per line of a .jsonl file), or disable the rule with `--allow batch/size`",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(&INFO, example!("batch-size"), &[Check::Response(check)]);

const MAX_INPUTS: u64 = 100;
/// If the request has `propertiesWithHistory`.
const MAX_INPUTS_WITH_HISTORY: u64 = 50;

fn check(response: &Response<'_>) -> Option<Diagnostic> {
    let results = response.results;
    let is_over = results.count > MAX_INPUTS || (results.count > MAX_INPUTS_WITH_HISTORY && results.with_history > 0);
    if !response.has_objects() || !is_over {
        return None;
    }
    let limit = if results.count > MAX_INPUTS { "100" } else { "50 (with `propertiesWithHistory`)" };
    let message = format!("{} exceed the batch limit of {limit}", count(results.count, "result"));
    let label = Label::new(response.bracket(Field::Results)?, "more results than a batch can have");
    let mut finding = Diagnostic::new(&INFO, message, label).at(Field::Results.pointer()).help(INFO.fix);
    if results.count > CEILING as u64 {
        let compared = thousands(CEILING as u64);
        finding.notes.push(format!("duplicate ids: each id was compared with the first {compared} only"));
    }
    Some(finding)
}
