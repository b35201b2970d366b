//! Properties are strings.

use super::{first_byte, pointer};
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "call/property-type",
    summary: "a property is neither a string nor null",
    explanation: "All values of properties are strings or null on the wire, numbers and booleans too: 2,766 of 2,766 values in one set of recordings, none else in the others. Anything else was converted by whoever saved the answer.",
    fix: "put it in quotes, as HubSpot sends it",
    example: example!("call-property-type"),
    checks: &[Check::Unusual(check)],
    ..Rule::USUAL
};

fn check(record: &Record<'_>, result: Value<'_>) -> Vec<Diagnostic> {
    let _ = record;
    let properties = result.get("properties").into_iter().flat_map(|properties| properties.last_members());
    let wrong = properties.filter(|(_, value)| !matches!(value.kind(), Kind::String | Kind::Null));
    wrong
        .map(|(name, value)| {
            let found = match value.kind() {
                Kind::Number => "a number",
                Kind::True | Kind::False => "a boolean",
                Kind::Array => "an array",
                _ => "an object",
            };
            let name = name.string();
            let message = format!("the property `{}` must be a string or null, not {found}", shorten(&name, 60));
            let label = Label::new(first_byte(value), format!("expected a string, found {found}"));
            Diagnostic::new(RULE.id, message, label).at(pointer(&name)).help(RULE.fix)
        })
        .collect()
}
