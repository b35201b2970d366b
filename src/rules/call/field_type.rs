//! Members that the schema does not know.

use super::first_byte;
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "call/field-type",
    severity: Warning,
    summary: "a property of a result has an unexpected type",
    explanation: "HubSpot's types contain properties that the embedded schema does not describe. `url` and `objectWriteTraceId` are strings, and `new` (upsert) is a boolean. `warnings` (since June 2026) is an array of objects. Each of them has the strings `category` and `message`, and `context`, a map of strings.",
    fix: "save the raw response; client libraries may convert values",
    example: example!("call-field-type"),
    checks: &[Check::Unusual(check)],
    ..Rule::USUAL
};

fn check(record: &Record<'_>, result: Value<'_>) -> Vec<Diagnostic> {
    let _ = record;
    let mut found = Vec::new();
    let mut tell = |value: Value<'_>, name: &str, at: String, wanted: &str, help: &str| {
        let message = format!("`{name}` must be {wanted}");
        let label = Label::new(first_byte(value), format!("expected {wanted}"));
        found.push(Diagnostic::new(RULE.id, message, label).at(at).help(help));
    };
    for (name, help) in [
        ("url", "use a string such as \"https://app.hubspot.com/contacts/{portal}/record/0-48/{id}\""),
        ("objectWriteTraceId", "use the trace id from the request, in quotes"),
    ] {
        if let Some(value) = result.get(name).filter(|value| value.kind() != Kind::String) {
            tell(value, name, format!("/{name}"), "a string", help);
        }
    }
    if let Some(value) = result.get("new").filter(|value| !matches!(value.kind(), Kind::True | Kind::False)) {
        tell(value, "new", "/new".to_owned(), "a boolean", "use true or false, without quotes");
    }
    if let Some(warnings) = result.get("warnings") {
        if warnings.kind() != Kind::Array {
            tell(
                warnings,
                "warnings",
                "/warnings".to_owned(),
                "an array",
                "use an array of objects, or remove `warnings`",
            );
        }
        for (index, warning) in warnings.elements().enumerate() {
            let is_map = |context: Value<'_>| {
                context.kind() == Kind::Object && context.last_members().all(|(_, value)| value.kind() == Kind::String)
            };
            let is_right = warning.get_string("category").is_some()
                && warning.get_string("message").is_some()
                && warning.get("context").is_some_and(is_map);
            if !is_right {
                let wanted = "an object with the strings `category` and `message` and the string map `context`";
                let help = r#"use {"category": "...", "context": {"name": "..."}, "message": "..."}"#;
                tell(warning, &format!("warnings[{index}]"), format!("/warnings/{index}"), wanted, help);
            }
        }
    }
    found
}
