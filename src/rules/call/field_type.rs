//! Members that the schema does not know.

use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/field-type",
    severity: Warning,
    summary: "a property of a result has an unexpected type",
    explanation: "HubSpot's types contain properties that the embedded schema does not describe. `url` and `objectWriteTraceId` are strings, and `new` (upsert) is a boolean. `warnings` (since June 2026) is an array of objects. Each of them has the strings `category` and `message`, and `context`, a map of strings.",
    fix: "save the raw response; client libraries may convert values",
    ..RuleInfo::DEFAULT
};

pub const RULE: Rule = Rule {
    info: &INFO,
    example: example!("call-field-type"),
    checks: &[Check::Unusual(check)],
};

fn check(record: &Record<'_>, result: Value<'_>) -> Vec<Diagnostic> {
    let _ = record;
    let mut found = Vec::new();
    let wrong = |value: Value<'_>, name: &str, at: String, wanted: &str, help: &str| {
        let message = format!("`{name}` must be {wanted}, found {}", kind_of(value));
        let label = Label::new(first_byte(value), format!("expected {wanted}"));
        Diagnostic::new(&INFO, message, label).at(at).help(help)
    };
    for (name, help) in [
        ("url", "use a string such as \"https://app.hubspot.com/contacts/{portal}/record/0-48/{id}\""),
        ("objectWriteTraceId", "use the trace id from the request, in quotes"),
    ] {
        if let Some(value) = result.get(name).filter(|value| value.kind() != Kind::String) {
            found.push(wrong(value, name, format!("/{name}"), "a string", help));
        }
    }
    if let Some(value) = result.get("new").filter(|value| !matches!(value.kind(), Kind::True | Kind::False)) {
        found.push(wrong(value, "new", "/new".to_owned(), "a boolean", "use true or false, without quotes"));
    }
    if let Some(warnings) = result.get("warnings") {
        if warnings.kind() != Kind::Array {
            let help = "use an array of objects, or remove `warnings`";
            found.push(wrong(warnings, "warnings", "/warnings".to_owned(), "an array", help));
        }
        for (index, warning) in warnings.elements().enumerate() {
            let (name, at) = (format!("warnings[{index}]"), format!("/warnings/{index}"));
            let missing: Vec<String> = ["category", "message", "context"]
                .into_iter()
                .filter(|name| warning.get(name).is_none())
                .map(|name| format!("`{name}`"))
                .collect();
            if warning.kind() != Kind::Object {
                found.push(wrong(warning, &name, at, "an object", WARNING));
            } else if !missing.is_empty() {
                let message = format!("`{name}` is missing {}", list(&missing, "and"));
                let label = Label::new(first_byte(warning), "incomplete warning");
                found.push(Diagnostic::new(&INFO, message, label).at(at).help(WARNING));
            } else if let Some((part, pointer, value, wanted)) = wrong_part(warning) {
                found.push(wrong(value, &format!("{name}.{part}"), format!("{at}{pointer}"), wanted, WARNING));
            }
        }
    }
    found
}

/// What to write.
const WARNING: &str = r#"use {"category": "...", "context": {"name": "..."}, "message": "..."}"#;

/// What is not as it must be in a warning that has all its members: its name, where it is, its value, and what it must be.
fn wrong_part(warning: Value<'_>) -> Option<(String, String, Value<'_>, &'static str)> {
    for name in ["category", "message"] {
        if let Some(value) = warning.get(name).filter(|value| value.kind() != Kind::String) {
            return Some((name.to_owned(), format!("/{name}"), value, "a string"));
        }
    }
    let context = warning.get("context")?;
    let mut pointer = "/context".to_owned();
    if context.kind() != Kind::Object {
        return Some(("context".to_owned(), pointer, context, "an object"));
    }
    let (name, value) = context.last_members().find(|(_, value)| value.kind() != Kind::String)?;
    let name = name.string();
    crate::json::push_token(&mut pointer, &name);
    Some((format!("context.{}", shorten(&name, 60)), pointer, value, "a string"))
}
