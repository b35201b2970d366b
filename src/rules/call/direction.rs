use super::nearest;
use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/direction",
    severity: Warning,
    summary: "`hs_call_direction` is neither INBOUND nor OUTBOUND",
    explanation: "HubSpot's guide \"Activities | Calls\" lists these two values. They describe the call from the perspective of the HubSpot user.",
    fix: "use \"INBOUND\" or \"OUTBOUND\"",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(&INFO, example!("call-direction"), &[Check::Result(Field::Direction, check)]);

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    let direction = record.set(Field::Direction)?;
    if names::direction(direction.raw).is_some() || direction.is_one_of(&names::DIRECTIONS) {
        return None;
    }
    let value = direction.value();
    let message = format!("`hs_call_direction` must be \"INBOUND\" or \"OUTBOUND\", found \"{}\"", shorten(&value, 40));
    let label = Label::new(direction.span(), "not a valid call direction");
    let upper = value.to_uppercase();
    let suggestion = match upper.as_str() {
        "IN" | "INCOMING" | "INBOUND_CALL" => Some("INBOUND"),
        "OUT" | "OUTGOING" | "OUTBOUND_CALL" => Some("OUTBOUND"),
        _ => nearest(&upper, &names::DIRECTIONS),
    };
    Some(Diagnostic::new(&INFO, message, label).at(Field::Direction.pointer()).help(did_you_mean(suggestion, INFO.fix)))
}
