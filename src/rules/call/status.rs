//! `hs_call_status` is one of eleven.

use super::nearest;
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "call/status",
    severity: Warning,
    summary: "the status of a call is none that HubSpot knows",
    explanation: "The guide \"Activities | Calls\" has ten, HubSpot's own command line adds MISSED (which the guide names in lower case). All are in capitals.",
    fix: "one of BUSY, CALLING_CRM_USER, CANCELED, COMPLETED, CONNECTING, FAILED, IN_PROGRESS, MISSED, NO_ANSWER, QUEUED, RINGING",
    example: example!("call-status"),
    checks: &[Check::Result(Field::CallStatus, check)],
    ..Rule::USUAL
};

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    let status = record.set(Field::CallStatus)?;
    if record.status.is_some() || status.is_one_of(&names::CALL_STATUSES) {
        return None;
    }
    let value = status.value();
    let message = format!("`hs_call_status` \"{}\" is no status of a call", shorten(&value, 40));
    let label = Label::new(status.span(), "no status that HubSpot knows");
    let meant = nearest(&value.to_uppercase().replace(['-', ' '], "_"), &names::CALL_STATUSES);
    let finding = Diagnostic::new(RULE.id, message, label).at(Field::CallStatus.pointer());
    Some(finding.help(meant.map_or(RULE.fix.to_owned(), |meant| format!("did you mean \"{meant}\"?"))))
}
