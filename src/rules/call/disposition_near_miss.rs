use super::other_outcome;
use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/disposition-near-miss",
    severity: Warning,
    summary: "`hs_call_disposition` resembles a HubSpot GUID but is not identical",
    explanation: "Of ten public files that list HubSpot's dispositions, at least four contain wrong GUIDs. Some of these share the first eight digits with a correct GUID and differ after them. HubSpot does not define dispositions with these GUIDs.",
    fix: "copy the GUID from the response of GET /calling/v1/dispositions",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule =
    Rule::new(&INFO, example!("call-disposition-near-miss"), &[Check::Result(Field::Disposition, check)]);

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    let outcome = other_outcome(record)?;
    let value = outcome.value();
    let names::Disposition::NearMiss(guid, name) = names::disposition(&value) else { return None };
    if record.portal.dispositions.contains_key(&value.to_ascii_lowercase()) {
        return None;
    }
    let message = format!("`hs_call_disposition` resembles the GUID of \"{name}\" but is not identical");
    let label = Label::new(outcome.span(), "not a known disposition");
    let finding = Diagnostic::new(&INFO, message, label).at(Field::Disposition.pointer());
    Some(finding.help(format!("use \"{guid}\", the GUID of \"{name}\"")).help(INFO.fix))
}
