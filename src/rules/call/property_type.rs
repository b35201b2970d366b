//! Properties are strings.

use super::pointer;
use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/property-type",
    summary: "a property value is neither a string nor null",
    explanation: "HubSpot sends every property value as a string or null, including numbers and booleans. This is true for 2,766 of 2,766 values in one set of recordings and for all values in the others. Any other type means that a tool converted the response.",
    fix: "put the value in quotes, as HubSpot sends it",
    ..RuleInfo::DEFAULT
};

pub const RULE: Rule = Rule {
    info: &INFO,
    example: example!("call-property-type"),
    checks: &[Check::Unusual(check)],
};

fn check(record: &Record<'_>, result: Value<'_>) -> Vec<Diagnostic> {
    let _ = record;
    let properties = result.get("properties").into_iter().flat_map(|properties| properties.last_members());
    let wrong = properties.filter(|(_, value)| !matches!(value.kind(), Kind::String | Kind::Null));
    wrong
        .map(|(name, value)| {
            let help = match value.kind() {
                Kind::Array => "replace the array with a string or null",
                Kind::Object => "replace the object with a string or null",
                _ => INFO.fix,
            };
            let name = name.string();
            let message = format!("`{}` must be a string or null, found {}", shorten(&name, 60), kind_of(value));
            let label = Label::new(first_byte(value), "expected a string or null");
            Diagnostic::new(&INFO, message, label).at(pointer(&name)).help(help)
        })
        .collect()
}
