//! More results than one request can have.

use crate::hubspot::CEILING;
use crate::rules::prelude::*;
use crate::text::thousands;

const INFO: RuleInfo = RuleInfo {
    id: "batch/size",
    severity: Warning,
    summary: "the response has more results than a batch can have",
    explanation: "The batch endpoints accept 100 inputs per request. batch/read with `propertiesWithHistory` accepts 50 and rejects more (recorded). The largest recorded response has 50 results. A response with more results was merged from several responses.",
    fix: "split merged responses (one per line of a .jsonl file), or disable the rule with `--allow batch/size`",
    ..RuleInfo::DEFAULT
};

pub const RULE: Rule = Rule {
    info: &INFO,
    example: example!("batch-size"),
    checks: &[Check::Response(check)],
};

/// Inputs of one request, and where the history of properties is asked for.
const MOST: u64 = 100;
const MOST_WITH_HISTORY: u64 = 50;

fn check(answer: &Response<'_>) -> Option<Diagnostic> {
    let results = answer.results;
    let is_over = results.count > MOST || (results.count > MOST_WITH_HISTORY && results.with_history > 0);
    if !answer.has_objects() || !is_over {
        return None;
    }
    let most = if results.count > MOST { "100" } else { "50 (with `propertiesWithHistory`)" };
    let message = format!("{} exceed the batch limit of {most}", count(results.count, "result"));
    let label = Label::new(answer.bracket(Field::Results)?, "more results than a batch can have");
    let mut finding = Diagnostic::new(&INFO, message, label).at(Field::Results.pointer()).help(INFO.fix);
    if results.count > CEILING as u64 {
        let most = thousands(CEILING as u64);
        finding.notes.push(format!("duplicate ids: each id was compared with the first {most} only"));
    }
    Some(finding)
}
