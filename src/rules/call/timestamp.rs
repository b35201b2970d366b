//! `hs_timestamp` is a time.

use crate::domain::Form;
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "call/timestamp",
    summary: "hs_timestamp is neither a date-time nor milliseconds since 1970",
    explanation: "HubSpot takes a UTC date-time or Unix milliseconds and answers with a date-time or with 13 digits (guide \"Activities | Calls\"; read back from a live account; its command line). Without it a call has no place in the timeline.",
    fix: "write it as 2026-01-05T09:10:00Z or as 1767604200000",
    example: example!("call-timestamp"),
    checks: &[Check::Result(Field::Timestamp, check)],
    ..Rule::USUAL
};

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    if record.timestamp != Form::Odd {
        return None;
    }
    let time = record.set(Field::Timestamp)?;
    let label = Label::new(time.span(), "no time");
    let message = "`hs_timestamp` is neither a date-time nor milliseconds since 1970";
    let finding = Diagnostic::new(RULE.id, message, label).at(Field::Timestamp.pointer()).help(RULE.fix);
    Some(match crate::schema::date_time::check(&time.value()) {
        Err(problem) if time.raw.contains(&b'-') => finding.note(format!("as a date-time: {problem}")),
        _ => finding,
    })
}
