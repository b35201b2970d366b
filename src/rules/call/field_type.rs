use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/field-type",
    severity: Warning,
    summary: "a property of a result has an unexpected type",
    explanation: "HubSpot's types contain properties that the embedded schema does not describe. `url` and `objectWriteTraceId` are strings, and `new` (upsert) is a boolean. `warnings` (since June 2026) is an array of objects. Each of them has the strings `category` and `message`, and `context`, a map of strings. batch/warnings reports their content.",
    fix: "save the raw response; client libraries may convert values",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(&INFO, example!("call-field-type"), &[Check::TypeMismatch(check)]);

fn check(result: Value<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (name, help) in [
        ("url", "use a string such as \"https://app.hubspot.com/contacts/{portal}/record/0-48/{id}\""),
        ("objectWriteTraceId", "use the trace id from the request, in quotes"),
    ] {
        if let Some(value) = result.get(name).filter(|value| value.kind() != Kind::String) {
            found.push(wrong_type(value, name, format!("/{name}"), "a string", help));
        }
    }
    if let Some(value) = result.get("new").filter(|value| !matches!(value.kind(), Kind::True | Kind::False)) {
        found.push(wrong_type(value, "new", "/new".to_owned(), "a boolean", "use true or false, without quotes"));
    }
    if let Some(warnings) = result.get("warnings") {
        if warnings.kind() != Kind::Array {
            let help = "use an array of objects, or remove `warnings`";
            found.push(wrong_type(warnings, "warnings", "/warnings".to_owned(), "an array", help));
        }
        found.extend(warnings.elements().enumerate().filter_map(|(index, warning)| check_warning(index, warning)));
    }
    found
}

const WARNING_HELP: &str = r#"use {"category": "...", "context": {"name": "..."}, "message": "..."}"#;

fn check_warning(index: usize, warning: Value<'_>) -> Option<Diagnostic> {
    let (name, at) = (format!("warnings[{index}]"), format!("/warnings/{index}"));
    if warning.kind() != Kind::Object {
        return Some(wrong_type(warning, &name, at, "an object", WARNING_HELP));
    }
    let names = ["category", "message", "context"].into_iter();
    let missing: Vec<String> =
        names.filter(|name| warning.get(name).is_none()).map(|name| format!("`{name}`")).collect();
    if !missing.is_empty() {
        let message = format!("`{name}` is missing {}", list(&missing, "and"));
        let label = Label::new(value_or_bracket(warning), "incomplete warning");
        return Some(Diagnostic::new(&INFO, message, label).at(at).help(WARNING_HELP));
    }
    let wrong = |value, property: &str, pointer, expected| {
        Some(wrong_type(value, &format!("{name}.{property}"), pointer, expected, WARNING_HELP))
    };
    for name in ["category", "message"] {
        if let Some(value) = warning.get(name).filter(|value| value.kind() != Kind::String) {
            return wrong(value, name, format!("{at}/{name}"), "a string");
        }
    }
    let (context, pointer) = (warning.get("context")?, format!("{at}/context"));
    if context.kind() != Kind::Object {
        return wrong(context, "context", pointer, "an object");
    }
    let (name, value) = context.last_members().find(|(_, value)| value.kind() != Kind::String)?;
    let name = name.string();
    wrong(value, &format!("context.{}", shorten(&name, 60)), pointer_to(&pointer, &name), "a string")
}

fn wrong_type(value: Value<'_>, name: &str, at: String, expected: &str, help: &str) -> Diagnostic {
    let found = kind_of(value);
    let message = format!("`{name}` must be {expected}, found {found}");
    // Findings with equal labels are grouped, and only the first message is shown.
    let label = Label::new(value_or_bracket(value), format!("expected {expected}, found {found}"));
    Diagnostic::new(&INFO, message, label).at(at).help(help)
}
