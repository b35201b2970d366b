//! Members that the schema does not know.

use super::first_byte;
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "call/member-type",
    severity: Warning,
    summary: "a member of a result has not the type that HubSpot sends",
    explanation: "HubSpot's types have members that the schema does not know: `url` and `objectWriteTraceId` are strings, `new` (upsert) is a boolean, `warnings` (since June 2026) is an array of objects with category, context (a map of strings) and message.",
    fix: "write it as HubSpot does",
    example: example!("call-member-type"),
    checks: &[Check::Unusual(check)],
    ..Rule::USUAL
};

fn check(record: &Record<'_>, result: Value<'_>) -> Vec<Diagnostic> {
    let _ = record;
    let mut found = Vec::new();
    let mut tell = |value: Value<'_>, name: &str, at: String, wanted: &str| {
        let message = format!("`{name}` must be {wanted}");
        let label = Label::new(first_byte(value), format!("expected {wanted}"));
        found.push(Diagnostic::new(RULE.id, message, label).at(at).help(RULE.fix));
    };
    for name in ["url", "objectWriteTraceId"] {
        if let Some(value) = result.get(name).filter(|value| value.kind() != Kind::String) {
            tell(value, name, format!("/{name}"), "a string");
        }
    }
    if let Some(value) = result.get("new").filter(|value| !matches!(value.kind(), Kind::True | Kind::False)) {
        tell(value, "new", "/new".to_owned(), "true or false");
    }
    if let Some(warnings) = result.get("warnings") {
        if warnings.kind() != Kind::Array {
            tell(warnings, "warnings", "/warnings".to_owned(), "an array");
        }
        for (place, warning) in warnings.elements().enumerate() {
            let is_map = |context: Value<'_>| {
                context.kind() == Kind::Object && context.last_members().all(|(_, value)| value.kind() == Kind::String)
            };
            let is_right = warning.get_string("category").is_some()
                && warning.get_string("message").is_some()
                && warning.get("context").is_some_and(is_map);
            if !is_right {
                let wanted = "an object with the strings `category` and `message` and the map of strings `context`";
                tell(warning, "warnings", format!("/warnings/{place}"), wanted);
            }
        }
    }
    found
}
