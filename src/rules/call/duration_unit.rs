//! Seconds where milliseconds are meant.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "call/duration-unit",
    severity: Note,
    summary: "the duration is not likely in milliseconds",
    explanation: "The duration is in milliseconds. Public guides pass \"60\" and call it seconds, an old page of HubSpot said seconds. A call of less than a second, or of more than a day, was most likely measured in another unit.",
    fix: "write milliseconds: \"60000\" for a minute",
    example: example!("call-duration-unit"),
    checks: &[Check::Result(Field::Duration, check)],
    ..Rule::USUAL
};

const SECOND: u64 = 1000;
const DAY_AND_MORE: u64 = 86_400_001;

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    let number = record.duration?;
    let message = match number {
        1..SECOND => format!("`hs_call_duration` is {number} ms: seconds instead of milliseconds?"),
        DAY_AND_MORE.. => "`hs_call_duration` is more than a day: microseconds instead of milliseconds?".to_owned(),
        _ => return None,
    };
    let duration = record.set(Field::Duration)?;
    let label = Label::new(duration.span(), "milliseconds?");
    Some(Diagnostic::new(RULE.id, message, label).at(Field::Duration.pointer()).help(RULE.fix))
}
