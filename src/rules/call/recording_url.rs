use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/recording-url",
    severity: Warning,
    summary: "`hs_call_recording_url` does not start with https://",
    explanation: "HubSpot plays recordings only from HTTPS URLs (HubSpot's guide \"Activities | Calls\"). The file extension does not matter: the example in the guide does not have one.",
    fix: "use the HTTPS URL of the recording",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule =
    Rule::new(&INFO, example!("call-recording-url"), &[Check::Result(Field::RecordingUrl, check)]);

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    let url = record.set(Field::RecordingUrl)?;
    if url.raw.get(..8).is_some_and(|start| start.eq_ignore_ascii_case(b"https://"))
        || url.value().starts_with("https://")
    {
        return None;
    }
    let label = Label::new(url.span(), "expected an https:// URL");
    let message = "`hs_call_recording_url` must start with https://";
    Some(Diagnostic::new(&INFO, message, label).at(Field::RecordingUrl.pointer()).help(INFO.fix))
}
