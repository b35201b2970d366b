use crate::hubspot::retry;
use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "batch/error-category",
    severity: Note,
    summary: "an error has an unknown category",
    explanation: "HubSpot's types allow any string as a category. Recorded batch responses contain VALIDATION_ERROR, OBJECT_NOT_FOUND and CONFLICT; error responses contain a few more. A mock in a public repository uses RATE-LIMIT_REACHED, which HubSpot never sends.",
    fix: "if this is a fixture, use a category from a recorded response: VALIDATION_ERROR, OBJECT_NOT_FOUND or CONFLICT",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule =
    Rule::new(&INFO, example!("invalid/batch-error-category.json", partial), &[Check::Error(check)]);

/// The categories of errors in recorded batch responses.
const RECORDED: [&str; 3] = ["VALIDATION_ERROR", "OBJECT_NOT_FOUND", "CONFLICT"];

fn check(item: Value<'_>) -> Vec<Diagnostic> {
    item.get("category").filter(|category| category.kind() == Kind::String).and_then(unknown).into_iter().collect()
}

fn unknown(category: Value<'_>) -> Option<Diagnostic> {
    let text = category.string();
    if retry::codes().any(|known| known == text) {
        return None;
    }
    let normalized = text.to_uppercase().replace(['-', ' '], "_");
    let near = RECORDED.into_iter().map(|known| (strsim::damerau_levenshtein(&normalized, known), known)).min();
    let near = near.filter(|(distance, known)| *distance <= 2 || normalized.starts_with(*known));
    let message = format!("unknown error category \"{}\"", shorten(&text, 40));
    let label = Label::new(category.span(), "not a known category");
    let help = did_you_mean(near.map(|(_, known)| known), INFO.fix);
    Some(Diagnostic::new(&INFO, message, label).at("/category").help(help))
}
