use crate::hubspot::NAMED;
use crate::hubspot::retry;
use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "batch/partial-failure",
    severity: Warning,
    is_informational: true,
    summary: "some inputs of the batch failed",
    explanation: "HubSpot returns HTTP 207 with `errors`, but `status` remains COMPLETE (10 of 10 recorded partial failures). `results` may be empty, and several SDKs silently drop the errors. callcheck counts the distinct ids and trace ids in `context`. It does not use `numErrors`, which is the number of items in `errors`: one item may name several inputs (recorded: 1 item, 2 inputs).",
    fix: "check `errors` after every request; use --fail-on-partial (or --deny batch/partial-failure) to report partial failures as errors",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule =
    Rule::new(&INFO, example!("invalid/batch-partial-failure.json", create), &[Check::Response(check)]);

const MAX_GROUPS_LISTED: usize = 5;

fn check(response: &Response<'_>) -> Option<Diagnostic> {
    let failures = response.failures;
    if failures.items == 0 {
        return not_listed(response);
    }
    let (failed, done) = (failures.inputs, response.results.count);
    let message = match done {
        0 if failed == 1 => "the only input failed".to_owned(),
        0 => format!("all {} failed", count(failed, "input")),
        _ => format!("partial failure: {} failed, {} succeeded", count(failed, "input"), thousands(done)),
    };
    let label = Label::new(response.bracket(Field::Errors)?, "errors listed here");
    let finding = Diagnostic::new(&INFO, message, label).at(Field::Errors.pointer());
    // The message and the notes do not contain all failures, so they cannot identify the finding.
    let mut finding = Diagnostic { identity: failures.digest, ..finding };
    let mut advised: Vec<&str> = Vec::new();
    for group in failures.groups.iter().take(MAX_GROUPS_LISTED) {
        // Each note and help names the category, because some formats show them separately.
        let (title, kind) = match group.category.as_str() {
            "" => ("no category", "uncategorized"),
            category => (category, category),
        };
        let existing: Vec<&str> = group.existing.iter().map(String::as_str).collect();
        let message = &group.message_with_ids;
        let is_named = matches!(existing.as_slice(), [id] if message.contains(id));
        let message = if message.is_empty() { String::new() } else { format!(": {message}") };
        finding.notes.push(format!("{title}, {}{message}", count(group.inputs, "input")));
        let id = if group.ids.len() == 1 { "id" } else { "ids" };
        for (what, ids) in [(id, &group.ids), ("objectWriteTraceId", &group.traces)] {
            if !ids.is_empty() {
                // `Failures` stores at most `NAMED` ids per group.
                let more = if ids.len() == NAMED { group.inputs.saturating_sub(NAMED as u64) } else { 0 };
                let more = if more > 0 { format!(" and {} more", thousands(more)) } else { String::new() };
                finding.notes.push(format!("{kind} {what}: {}{more}", ids.join(", ")));
            }
        }
        finding.notes.extend(group.problems.iter().map(|problem| match problem.starts_with("problem: ") {
            true => format!("{kind} {problem}"),
            // The number of further problems.
            false => format!("{kind}: {problem}"),
        }));
        if !existing.is_empty() && !is_named {
            let what = if existing.len() == 1 { "existing id" } else { "existing ids" };
            finding.notes.push(format!("{kind} {what}: {}", existing.join(", ")));
        }
        if let Some(retry) = retry::of_inputs(&group.category, &group.message) {
            let action = retry.action;
            if !advised.contains(&action) {
                // Each note and help names the category, because some formats show them separately.
                let is_named = action.contains(&group.category);
                finding.help.push(if is_named { action.to_owned() } else { format!("{kind}: {action}") });
                advised.push(action);
            }
        }
    }
    let others = failures.groups.len().saturating_sub(MAX_GROUPS_LISTED) as u64;
    if others > 0 || failures.others > 0 {
        finding.notes.push(format!("{} not listed", count(others + failures.others, "more error")));
    }
    Some(finding)
}

/// `numErrors` is positive, and `errors` is missing or empty.
fn not_listed(response: &Response<'_>) -> Option<Diagnostic> {
    let errors = response.scalar(Field::NumErrors)?.as_u64().filter(|errors| *errors > 0)?;
    let message = format!("`numErrors` reports {}, but the response does not list any", count(errors, "error"));
    let label = Label::new(response.span(Field::NumErrors)?, "errors not listed in `errors`");
    let finding = Diagnostic::new(&INFO, message, label).at(Field::NumErrors.pointer());
    Some(finding.help("if `errors` was removed, restore it: it identifies the failed inputs"))
}
