//! Properties are strings.

use super::{first_byte, pointer};
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "call/property-type",
    summary: "a property value is neither a string nor null",
    explanation: "HubSpot sends every property value as a string or null, including numbers and booleans. This is true for 2,766 of 2,766 values in one set of recordings and for all values in the others. Any other type means that a tool converted the response.",
    fix: "put the value in quotes, as HubSpot sends it",
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
            let (found, help) = match value.kind() {
                Kind::Number => ("a number", RULE.fix),
                Kind::True | Kind::False => ("a boolean", RULE.fix),
                Kind::Array => ("an array", "replace the array with a string or null"),
                _ => ("an object", "replace the object with a string or null"),
            };
            let name = name.string();
            let message = format!("`{}` must be a string or null, found {found}", shorten(&name, 60));
            let label = Label::new(first_byte(value), format!("expected a string, found {found}"));
            Diagnostic::new(RULE.id, message, label).at(pointer(&name)).help(help)
        })
        .collect()
}
