//! GUIDs that were made up behind the first digits.

use super::other_outcome;
use crate::domain::names::Disposition;
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "call/disposition-near-miss",
    severity: Warning,
    summary: "the outcome is nearly one of HubSpot's own",
    explanation: "At least four of ten public files that list HubSpot's outcomes have wrong GUIDs: some share the first eight digits with a right one and go on otherwise. The API knows no such outcome.",
    fix: "copy the GUID from GET /calling/v1/dispositions",
    example: example!("call-disposition-near-miss"),
    checks: &[Check::Result(Field::Disposition, check)],
    ..Rule::USUAL
};

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    let outcome = other_outcome(record)?;
    let value = outcome.value();
    let Disposition::NearMiss(guid, name) = names::disposition(&value) else { return None };
    if record.portal.dispositions.contains_key(&value.to_ascii_lowercase()) {
        return None;
    }
    let message = format!("`hs_call_disposition` is nearly the GUID of \"{name}\"");
    let label = Label::new(outcome.span(), "made up behind the first digits?");
    let finding = Diagnostic::new(RULE.id, message, label).at(Field::Disposition.pointer());
    Some(finding.help(format!("\"{name}\" is \"{guid}\"")).help(RULE.fix))
}
