use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "batch/warnings",
    severity: Warning,
    is_informational: true,
    summary: "HubSpot returned warnings about results",
    explanation: "Since June 2026, a result can have `warnings` (HubSpot's OpenAPI files for v3 and 2026-03; no recorded response has them). HubSpot has processed such an input, but something about it is not as it should be. callcheck reports every category and message once, with the number of warnings and the properties that they name. call/field-type reports `warnings` that do not have the structure of HubSpot's types.",
    fix: "correct the inputs before you send them again",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(&INFO, example!("batch-warnings"), &[Check::Response(check)]);

const MAX_KINDS_LISTED: usize = 5;

fn check(response: &Response<'_>) -> Option<Diagnostic> {
    let warnings = &response.results.warnings;
    let first = warnings.kinds.first()?;
    let (number, results) = (count(warnings.count, "warning"), count(warnings.results, "result"));
    let message = format!("HubSpot returned {number} about {results} (for example /results/{})", first.first);
    let label = Label::new(response.bracket(Field::Results)?, "results with warnings");
    let mut finding = Diagnostic::new(&INFO, message, label).at(Field::Results.pointer()).help(INFO.fix);
    for kind in warnings.kinds.iter().take(MAX_KINDS_LISTED) {
        let names: Vec<String> = kind.properties.iter().map(|name| format!("`{name}`")).collect();
        let names = if names.is_empty() { String::new() } else { format!(" ({})", list(&names, "and")) };
        let number = count(kind.count, "warning");
        finding.notes.push(format!("{}, {number}: {}{names}", kind.category, kind.message));
    }
    let listed: u64 = warnings.kinds.iter().take(MAX_KINDS_LISTED).map(|kind| kind.count).sum();
    if warnings.count > listed {
        finding.notes.push(format!("{} not listed", count(warnings.count - listed, "more warning")));
    }
    Some(finding)
}
