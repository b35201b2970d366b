//! Some inputs failed: a valid answer that says so.

use crate::domain::NAMED;
use crate::identify::advice;
use crate::rules::prelude::*;
use crate::text::thousands;

pub const RULE: Rule = Rule {
    id: "batch/partial-failure",
    severity: Warning,
    informs: true,
    summary: "some inputs of the batch failed",
    explanation: "HubSpot answers 207 with `errors`; `status` is COMPLETE all the same (10 of 10 recorded partial answers), `results` may be empty, and several SDKs drop the errors without a word. Failed inputs are counted by the ids and trace ids in `context`, each once, not by `numErrors`: that counts the items of `errors`, and one item may name several inputs (recorded: 1 item, 2 inputs).",
    fix: "look at `errors` after every call; --fail-on-partial (or --deny batch/partial-failure) makes it an error",
    example: example!("invalid/batch-partial-failure.json", "valid/create.pretty.json"),
    checks: &[Check::Answer(check)],
    ..Rule::USUAL
};

/// So many kinds of failures are told one by one.
const MOST: usize = 5;

fn check(answer: &Answer<'_>) -> Option<Diagnostic> {
    let failures = answer.failures;
    if failures.items == 0 {
        return counted_only(answer);
    }
    let (failed, done) = (failures.inputs, answer.results.count);
    let message = match done {
        0 if failed == 1 => "the only input failed: no result came back".to_owned(),
        0 => format!("all {} failed: no result came back", count(failed, "input")),
        _ => format!("{} failed, {} came back", count(failed, "input"), count(done, "result")),
    };
    let label = Label::new(answer.bracket(Field::Errors)?, "what failed");
    let finding = Diagnostic::new(RULE.id, message, label).at(Field::Errors.pointer());
    // Not all of them are told.
    let mut finding = Diagnostic { identity: failures.digest, ..finding };
    let mut advised: Vec<&str> = Vec::new();
    for group in failures.groups.iter().take(MOST) {
        let category = if group.category.is_empty() { "no category" } else { &group.category };
        let said = if group.message.is_empty() { String::new() } else { format!(": {}", group.message) };
        finding.notes.push(format!("{category}, {}{said}", count(group.inputs, "input")));
        for (what, ids) in [("ids", &group.ids), ("objectWriteTraceId", &group.traces)] {
            if !ids.is_empty() {
                // The list is full.
                let more = if ids.len() == NAMED { group.inputs.saturating_sub(NAMED as u64) } else { 0 };
                let more = if more > 0 { format!(" and {} more", thousands(more)) } else { String::new() };
                finding.notes.push(format!("{what}: {}{more}", ids.join(", ")));
            }
        }
        finding.notes.extend(group.problems.iter().cloned());
        if !group.existing.is_empty() {
            let existing: Vec<&String> = group.existing.iter().collect();
            finding.notes.push(format!("existing ids: {}", list(&existing, "and")));
        }
        let advice = match group.category.as_str() {
            // What it means for a whole batch does not hold here.
            "VALIDATION_ERROR" => Some("do not retry: correct these inputs first"),
            other => advice(other),
        };
        if let Some(advice) = advice.filter(|advice| !advised.contains(advice)) {
            advised.push(advice);
            finding.help.push(format!("{category}: {advice}"));
        }
    }
    let others = failures.groups.len().saturating_sub(MOST) as u64;
    if others > 0 || failures.others > 0 {
        finding.notes.push(format!("and {} of other kinds", count(others + failures.others, "error")));
    }
    Some(finding)
}

/// Failures that are counted and not listed.
fn counted_only(answer: &Answer<'_>) -> Option<Diagnostic> {
    let text = answer.fields.text(Field::NumErrors, answer.text);
    let counted: u64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    let at = answer.at(Field::NumErrors).filter(|_| counted > 0)?;
    let message = format!("`numErrors` tells of {}, but none is listed", count(counted, "error"));
    let label = Label::new(crate::document::Span::new(at, at + text.len()), "failures");
    let finding = Diagnostic::new(RULE.id, message, label).at(Field::NumErrors.pointer());
    Some(finding.help("which inputs failed cannot be told: was `errors` taken out?"))
}
