//! Some inputs failed: a valid response that reports it.

use crate::hubspot::NAMED;
use crate::hubspot::classify::advice;
use crate::rules::prelude::*;
use crate::text::thousands;

const INFO: RuleInfo = RuleInfo {
    id: "batch/partial-failure",
    severity: Warning,
    is_informational: true,
    summary: "some inputs of the batch failed",
    explanation: "HubSpot returns HTTP 207 with `errors`, but `status` remains COMPLETE (10 of 10 recorded partial failures). `results` may be empty, and several SDKs silently drop the errors. callcheck counts the distinct ids and trace ids in `context`. It does not use `numErrors`, which is the number of items in `errors`: one item may name several inputs (recorded: 1 item, 2 inputs).",
    fix: "check `errors` after every request; use --fail-on-partial (or --deny batch/partial-failure) to report partial failures as errors",
    ..RuleInfo::DEFAULT
};

pub const RULE: Rule = Rule {
    info: &INFO,
    example: example!("invalid/batch-partial-failure.json", "valid/create.pretty.json"),
    checks: &[Check::Response(check)],
};

/// So many kinds of failures are told one by one.
const MOST: usize = 5;
/// How HubSpot's sentences name the record that stands in the way; its id is left out of them, so that they are the same for all.
const EXISTING: &str = "Existing ID: …";

fn check(answer: &Response<'_>) -> Option<Diagnostic> {
    let failures = answer.failures;
    if failures.items == 0 {
        return counted_only(answer);
    }
    let (failed, done) = (failures.inputs, answer.results.count);
    let message = match done {
        0 if failed == 1 => "the only input failed".to_owned(),
        0 => format!("all {} failed", count(failed, "input")),
        _ => format!("partial failure: {} failed, {} succeeded", count(failed, "input"), thousands(done)),
    };
    let label = Label::new(answer.bracket(Field::Errors)?, "errors listed here");
    let finding = Diagnostic::new(&INFO, message, label).at(Field::Errors.pointer());
    // Not all of them are told.
    let mut finding = Diagnostic { identity: failures.digest, ..finding };
    let mut advised: Vec<&str> = Vec::new();
    for group in failures.groups.iter().take(MOST) {
        // Each line names its kind: it may be shown alone.
        let (title, kind) = match group.category.as_str() {
            "" => ("no category", "uncategorized"),
            category => (category, category),
        };
        let existing: Vec<&str> = group.existing.iter().map(String::as_str).collect();
        let (message, is_named) = match existing.as_slice() {
            [id] if group.message.contains(EXISTING) => {
                (group.message.replacen(EXISTING, &format!("Existing ID: {id}"), 1), true)
            }
            _ => (group.message.clone(), false),
        };
        let message = if message.is_empty() { String::new() } else { format!(": {message}") };
        finding.notes.push(format!("{title}, {}{message}", count(group.inputs, "input")));
        let id = if group.ids.len() == 1 { "id" } else { "ids" };
        for (what, ids) in [(id, &group.ids), ("objectWriteTraceId", &group.traces)] {
            if !ids.is_empty() {
                // The list is full.
                let more = if ids.len() == NAMED { group.inputs.saturating_sub(NAMED as u64) } else { 0 };
                let more = if more > 0 { format!(" and {} more", thousands(more)) } else { String::new() };
                finding.notes.push(format!("{kind} {what}: {}{more}", ids.join(", ")));
            }
        }
        finding.notes.extend(group.problems.iter().map(|problem| match problem.starts_with("problem: ") {
            true => format!("{kind} {problem}"),
            // How many more there are.
            false => format!("{kind}: {problem}"),
        }));
        if !existing.is_empty() && !is_named {
            let what = if existing.len() == 1 { "existing id" } else { "existing ids" };
            finding.notes.push(format!("{kind} {what}: {}", existing.join(", ")));
        }
        if let Some(advice) = advice(&group.category).filter(|advice| !advised.contains(advice)) {
            advised.push(advice);
            let is_named = advice.contains(&group.category);
            finding.help.push(if is_named { advice.to_owned() } else { format!("{kind}: {advice}") });
        }
    }
    let others = failures.groups.len().saturating_sub(MOST) as u64;
    if others > 0 || failures.others > 0 {
        finding.notes.push(format!("{} not listed", count(others + failures.others, "more error")));
    }
    Some(finding)
}

/// Failures that are counted and not listed.
fn counted_only(answer: &Response<'_>) -> Option<Diagnostic> {
    let text = answer.fields.text(Field::NumErrors, answer.text);
    let counted: u64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    let at = answer.at(Field::NumErrors).filter(|_| counted > 0)?;
    let message = format!("`numErrors` reports {}, but the response does not list any", count(counted, "error"));
    let label = Label::new(crate::span::Span::new(at, at + text.len()), "errors not listed in `errors`");
    let finding = Diagnostic::new(&INFO, message, label).at(Field::NumErrors.pointer());
    Some(finding.help("if `errors` was removed, restore it: it identifies the failed inputs"))
}
