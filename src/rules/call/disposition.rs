//! `hs_call_disposition` is a GUID.

use super::other_outcome;
use crate::domain::names::Disposition;
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "call/disposition",
    severity: Warning,
    summary: "the outcome of a call is no GUID",
    explanation: "The API has the outcome as the GUID of a disposition, not as its label (guide \"Activities | Calls\"). Labels are common in guides and stand in the example of the schema itself; whether the API refuses them is not known.",
    fix: "use the GUID: GET /calling/v1/dispositions lists those of the account",
    example: example!("call-disposition"),
    checks: &[Check::Result(Field::Disposition, check)],
    ..Rule::USUAL
};

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    let outcome = other_outcome(record)?;
    let value = outcome.value();
    let Disposition::NoGuid(meant) = names::disposition(&value) else { return None };
    let message = format!("`hs_call_disposition` must be a GUID, not \"{}\"", shorten(&value, 40));
    let label = Label::new(outcome.span(), "expected a GUID");
    let finding = Diagnostic::new(RULE.id, message, label).at(Field::Disposition.pointer());
    Some(match meant {
        Some(guid) => finding.help(format!("that outcome is \"{guid}\"")),
        None => finding.help(RULE.fix),
    })
}
