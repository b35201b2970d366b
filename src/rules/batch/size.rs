//! More results than one request can ask for.

use crate::domain::CEILING;
use crate::rules::prelude::*;
use crate::text::thousands;

pub const RULE: Rule = Rule {
    id: "batch/size",
    severity: Warning,
    summary: "there are more results than one batch can have",
    explanation: "The batch endpoints take 100 inputs a call, batch/read with `propertiesWithHistory` 50 (HubSpot refuses more; recorded). The largest recorded answer has 50 results. More of them means that several answers were merged.",
    fix: "keep answers as they came, a line each in a .jsonl file for many; or allow it: --allow batch/size",
    example: example!("batch-size"),
    checks: &[Check::Answer(check)],
    ..Rule::USUAL
};

/// Inputs of one request, and where the history of properties is asked for.
const MOST: u64 = 100;
const MOST_WITH_HISTORY: u64 = 50;

fn check(answer: &Answer<'_>) -> Option<Diagnostic> {
    let results = answer.results;
    let is_over = results.count > MOST || (results.count > MOST_WITH_HISTORY && results.with_history > 0);
    if !answer.has_objects() || !is_over {
        return None;
    }
    let most = if results.count > MOST { "100" } else { "50 with propertiesWithHistory" };
    let message = format!(
        "{}: a batch has at most {most}, so several answers were merged",
        count(results.count, "result")
    );
    let label = Label::new(answer.bracket(Field::Results)?, "more than a batch can have");
    let mut finding = Diagnostic::new(RULE.id, message, label).at(Field::Results.pointer()).help(RULE.fix);
    if results.count > CEILING as u64 {
        let most = thousands(CEILING as u64);
        finding.notes.push(format!("repeated ids were looked for among the first {most} results"));
    }
    Some(finding)
}
