//! Recordings are reached by https.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "call/recording-url",
    severity: Warning,
    summary: "the URL of a recording does not begin with https",
    explanation: "HubSpot plays recordings from https URLs only (guide \"Activities | Calls\"). What the URL ends in does not matter: the guide's own example has no extension.",
    fix: "use the https URL of the recording",
    example: example!("call-recording-url"),
    checks: &[Check::Result(Field::RecordingUrl, check)],
    ..Rule::USUAL
};

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    let url = record.set(Field::RecordingUrl)?;
    if url.raw.get(..8).is_some_and(|start| start.eq_ignore_ascii_case(b"https://")) || url.value().starts_with("https://") {
        return None;
    }
    let label = Label::new(url.span(), "expected https://");
    let message = "`hs_call_recording_url` must begin with https://";
    Some(Diagnostic::new(RULE.id, message, label).at(Field::RecordingUrl.pointer()).help(RULE.fix))
}
