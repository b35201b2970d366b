use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/duration",
    summary: "`hs_call_duration` is not a whole number of milliseconds",
    explanation: "The duration is a string of digits (HubSpot's guide \"Activities | Calls\"; 10 of 10 calls read from a live account). Unanswered calls have \"0\". A cleared duration is null or \"\".",
    fix: "use milliseconds as digits, for example \"184000\" for 3 min 4 s",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(&INFO, example!("call-duration"), &[Check::Result(Field::Duration, check)]);

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    if record.duration.is_some() {
        return None;
    }
    let duration = record.set(Field::Duration)?;
    let value = duration.value();
    let message = match value.as_bytes() {
        [b'-', digits @ ..] if digits.iter().all(u8::is_ascii_digit) => {
            "`hs_call_duration` must not be negative".to_owned()
        }
        _ => format!("`hs_call_duration` must be a whole number, found \"{}\"", shorten(&value, 40)),
    };
    let label = Label::new(duration.span(), "expected digits");
    Some(Diagnostic::new(&INFO, message, label).at(Field::Duration.pointer()).help(INFO.fix))
}
