//! `hs_call_direction` is INBOUND or OUTBOUND.

use super::nearest;
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "call/direction",
    severity: Warning,
    summary: "the direction is neither INBOUND nor OUTBOUND",
    explanation: "The guide \"Activities | Calls\" has these two, seen from the HubSpot user.",
    fix: "write INBOUND or OUTBOUND",
    example: example!("call-direction"),
    checks: &[Check::Result(Field::Direction, check)],
    ..Rule::USUAL
};

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    let direction = record.set(Field::Direction)?;
    if names::direction(direction.raw).is_some() || direction.is_one_of(&names::DIRECTIONS) {
        return None;
    }
    let value = direction.value();
    let message = format!("`hs_call_direction` must be INBOUND or OUTBOUND, not \"{}\"", shorten(&value, 40));
    let label = Label::new(direction.span(), "no direction that HubSpot knows");
    let upper = value.to_uppercase();
    let meant = match upper.as_str() {
        "IN" | "INCOMING" | "INBOUND_CALL" => Some("INBOUND"),
        "OUT" | "OUTGOING" | "OUTBOUND_CALL" => Some("OUTBOUND"),
        _ => nearest(&upper, &names::DIRECTIONS),
    };
    let finding = Diagnostic::new(RULE.id, message, label).at(Field::Direction.pointer());
    Some(finding.help(meant.map_or(RULE.fix.to_owned(), |meant| format!("did you mean \"{meant}\"?"))))
}
