use super::nearest;
use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/status",
    severity: Warning,
    summary: "`hs_call_status` is not a known call status",
    explanation: "HubSpot's guide \"Activities | Calls\" lists ten values. HubSpot's command-line tool adds MISSED, which the guide spells in lower case, and its OpenAPI files add HOLD and UNKNOWN (`finalCallStatus`). All values are in upper case.",
    fix: "use one of BUSY, CALLING_CRM_USER, CANCELED, COMPLETED, CONNECTING, FAILED, HOLD, IN_PROGRESS, MISSED, NO_ANSWER, QUEUED, RINGING, UNKNOWN",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(&INFO, example!("call-status"), &[Check::Result(Field::CallStatus, check)]);

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    let status = record.set(Field::CallStatus)?;
    if record.status.is_some() || status.is_one_of(&names::CALL_STATUSES) {
        return None;
    }
    let value = status.value();
    let message = format!("`hs_call_status` must be a known call status, found \"{}\"", shorten(&value, 40));
    let label = Label::new(status.span(), "not a known call status");
    let suggestion = nearest(&value.to_uppercase().replace(['-', ' '], "_"), &names::CALL_STATUSES);
    Some(
        Diagnostic::new(&INFO, message, label).at(Field::CallStatus.pointer()).help(did_you_mean(suggestion, INFO.fix)),
    )
}
