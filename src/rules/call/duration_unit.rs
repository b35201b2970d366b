use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/duration-unit",
    severity: Note,
    summary: "`hs_call_duration` is probably not in milliseconds",
    explanation: "The duration is in milliseconds. Some public guides use \"60\" as a number of seconds, and an old HubSpot page gave seconds as the unit. A value of less than a second or more than a day was probably measured in another unit.",
    fix: "use milliseconds, for example \"60000\" for one minute",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule =
    Rule::new(&INFO, example!("call-duration-unit"), &[Check::Result(Field::Duration, check)]);

const SECOND: u64 = 1000;
const DAY_AND_MORE: u64 = 86_400_001;

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    let number = record.duration?;
    let (message, help) = match number {
        1..SECOND => (
            format!("`hs_call_duration` is only {number} ms; the value is probably in seconds"),
            format!("use \"{number}000\" if the duration is {number} s"),
        ),
        DAY_AND_MORE.. => (
            "`hs_call_duration` is more than a day; the value is probably in microseconds".to_owned(),
            match number {
                // Too many digits for the exact number (`Record::duration`).
                u64::MAX => INFO.fix.to_owned(),
                number => format!("use \"{}\" if the value is in microseconds", number / 1000),
            },
        ),
        _ => return None,
    };
    let duration = record.set(Field::Duration)?;
    let label = Label::new(duration.span(), "expected milliseconds");
    Some(Diagnostic::new(&INFO, message, label).at(Field::Duration.pointer()).help(help))
}
