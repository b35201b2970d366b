use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/timestamp",
    summary: "`hs_timestamp` is neither a date-time nor Unix milliseconds",
    explanation: "HubSpot accepts a UTC date-time or Unix milliseconds, and returns a date-time or 13 digits. The sources are HubSpot's guide \"Activities | Calls\", a live account and HubSpot's command-line tool. The property determines the position of the call in the timeline.",
    fix: "use a date-time such as \"2026-01-05T09:10:00Z\", or Unix milliseconds such as \"1767604200000\"",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(&INFO, example!("call-timestamp"), &[Check::Result(Field::Timestamp, check)]);

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    if record.timestamp != TimeFormat::Invalid {
        return None;
    }
    let time = record.set(Field::Timestamp)?;
    let label = Label::new(time.span(), "not a valid time");
    let message = "`hs_timestamp` must be a date-time or Unix milliseconds";
    let finding = Diagnostic::new(&INFO, message, label).at(Field::Timestamp.pointer()).help(INFO.fix);
    Some(match crate::rfc3339::check(&time.value()) {
        Err(error) if time.raw.contains(&b'-') => finding.note(format!("not a valid date-time: {error}")),
        _ => finding,
    })
}
