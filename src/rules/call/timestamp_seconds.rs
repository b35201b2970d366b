use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/timestamp-seconds",
    severity: Warning,
    summary: "`hs_timestamp` is in seconds instead of milliseconds",
    explanation: "HubSpot expects Unix time in milliseconds (HubSpot's guide \"Activities | Calls\"). Ten digits are a time in seconds. Read as milliseconds, they are a date in January 1970.",
    fix: "multiply the value by 1000",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule =
    Rule::new(&INFO, example!("call-timestamp-seconds"), &[Check::Result(Field::Timestamp, check)]);

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    if record.timestamp != TimeFormat::Seconds {
        return None;
    }
    let time = record.set(Field::Timestamp)?;
    let label = Label::new(time.span(), "10 digits are Unix seconds");
    let message = "`hs_timestamp` must be in milliseconds, found seconds";
    let help = format!("use \"{}000\"", time.value());
    Some(Diagnostic::new(&INFO, message, label).at(Field::Timestamp.pointer()).help(help))
}
