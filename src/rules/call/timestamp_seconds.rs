use crate::rfc3339;
use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/timestamp-seconds",
    severity: Warning,
    summary: "a time is in seconds instead of milliseconds",
    explanation: "HubSpot expects Unix time in milliseconds (HubSpot's guide \"Activities | Calls\"). Ten digits are a time in seconds. HubSpot reads them as milliseconds and returns a time in January 1970, for example 1970-01-21T04:50:24.368Z (recorded). callcheck reads `hs_timestamp`, `hs_meeting_start_time`, `hs_meeting_end_time` and `closedate`.",
    fix: "multiply the value by 1000",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(
    &INFO,
    example!("call-timestamp-seconds"),
    &[
        Check::Result(Field::Timestamp, |record| check(record, Field::Timestamp)),
        Check::Result(Field::MeetingStart, |record| check(record, Field::MeetingStart)),
        Check::Result(Field::MeetingEnd, |record| check(record, Field::MeetingEnd)),
        Check::Result(Field::CloseDate, |record| check(record, Field::CloseDate)),
    ],
);

/// Times from 2001 to 2100 in seconds, which are times from 12 January to 17 February 1970 in milliseconds.
const SECONDS: std::ops::Range<i64> = 1_000_000_000..4_102_444_800;

/// 365 days in milliseconds. A correction that is later than the last update by more is probably wrong as well.
const YEAR: i64 = 365 * 86_400_000;

fn check(record: &Record<'_>, field: Field) -> Option<Diagnostic> {
    let (format, time) = match field {
        Field::Timestamp => (record.timestamp, record.time),
        field => TimeFormat::and_time(record.string(field)?),
    };
    let seconds = match format {
        TimeFormat::Seconds => None,
        TimeFormat::DateTime => Some(time.filter(|time| SECONDS.contains(time))?),
        _ => return None,
    };
    let text = record.set(field)?;
    let milliseconds = seconds.or_else(|| text.value().parse().ok()).map(|seconds: i64| seconds * 1000);
    let is_plausible = |time: &i64| record.updated.is_none_or(|updated| *time <= updated + YEAR);
    let corrected = milliseconds.filter(is_plausible);
    let (label, message, help) = match seconds {
        None => (
            "10 digits are Unix seconds",
            format!("`{}` must be in milliseconds, found seconds", field.name()),
            corrected.map(|milliseconds| format!("use \"{milliseconds}\"")),
        ),
        Some(_) => (
            "Unix seconds that were read as milliseconds",
            format!("`{}` must be in milliseconds, found a time in early 1970", field.name()),
            corrected.map(|milliseconds| {
                let time = rfc3339::utc(milliseconds);
                format!("multiply the value by 1000 before you send it: {milliseconds} ({time})")
            }),
        ),
    };
    let help = help.unwrap_or_else(|| "use a date-time, or Unix milliseconds".to_owned());
    Some(Diagnostic::new(&INFO, message, Label::new(text.span(), label)).at(field.pointer()).help(help))
}
