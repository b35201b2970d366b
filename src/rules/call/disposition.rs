use super::other_outcome;
use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/disposition",
    severity: Warning,
    summary: "`hs_call_disposition` is not a GUID",
    explanation: "The API identifies a call outcome by the GUID of its disposition, not by its label (HubSpot's guide \"Activities | Calls\"). Labels are common in third-party guides, and the example in the embedded schema contains one. It is not known whether the API rejects labels.",
    fix: "use the GUID; GET /calling/v1/dispositions lists the dispositions of the account",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule =
    Rule::new(&INFO, example!("call-disposition"), &[Check::Result(Field::Disposition, check)]);

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    let outcome = other_outcome(record)?;
    let value = outcome.value();
    let names::Disposition::NoGuid(suggestion) = names::disposition(&value) else { return None };
    let message = format!("`hs_call_disposition` must be a GUID, found \"{}\"", shorten(&value, 40));
    let label = Label::new(outcome.span(), "expected a GUID");
    let finding = Diagnostic::new(&INFO, message, label).at(Field::Disposition.pointer());
    Some(match suggestion.map(|guid| (guid, names::disposition(guid))) {
        Some((guid, names::Disposition::Default(label))) => {
            finding.help(format!("use \"{guid}\", the GUID of \"{label}\""))
        }
        _ => finding.help(INFO.fix),
    })
}
