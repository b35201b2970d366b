//! Seconds where milliseconds are meant.

use crate::domain::Form;
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "call/timestamp-seconds",
    severity: Warning,
    summary: "hs_timestamp is in seconds, not in milliseconds",
    explanation: "Unix time is in milliseconds here (guide \"Activities | Calls\"). Ten digits are seconds: read as milliseconds they mean January 1970.",
    fix: "multiply it by 1000",
    example: example!("call-timestamp-seconds"),
    checks: &[Check::Result(Field::Timestamp, check)],
    ..Rule::USUAL
};

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    if record.timestamp != Form::Seconds {
        return None;
    }
    let time = record.set(Field::Timestamp)?;
    let label = Label::new(time.span(), "ten digits: seconds");
    let message = "`hs_timestamp` is in seconds; HubSpot has milliseconds";
    Some(Diagnostic::new(RULE.id, message, label).at(Field::Timestamp.pointer()).help(RULE.fix))
}
