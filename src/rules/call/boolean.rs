use std::sync::LazyLock;

use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/boolean",
    severity: Warning,
    summary: "a boolean property is neither \"true\" nor \"false\"",
    explanation: "HubSpot sends every property value as a string. Booleans are \"true\" or \"false\", both in recorded responses and in a live account. A property that is not set is null or \"\".",
    fix: "use \"true\" or \"false\"",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(&INFO, example!("call-boolean"), &[Check::TypeMismatch(check)]);

/// Names of the boolean properties in HubSpot's types.
static BOOLEANS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let types: serde_json::Value = serde_json::from_str(crate::hubspot::TYPES).expect("the types are JSON");
    let described = types.pointer("/properties/results/items/properties/properties/properties");
    let described = described.and_then(serde_json::Value::as_object).into_iter().flatten();
    described
        .filter(|(_, value)| value.pointer("/enum/0") == Some(&"true".into()))
        .map(|(name, _)| name.clone())
        .collect()
});

fn check(result: Value<'_>) -> Vec<Diagnostic> {
    properties_of(result, "properties").filter_map(|(name, value)| finding(&name.string(), value)).collect()
}

/// `call/property-type` reports values that are not strings.
fn finding(name: &str, value: Value<'_>) -> Option<Diagnostic> {
    if value.kind() != Kind::String || !BOOLEANS.iter().any(|known| known == name) {
        return None;
    }
    let text = value.string();
    if matches!(&*text, "true" | "false" | "") {
        return None;
    }
    let message = format!("`{name}` must be \"true\" or \"false\", found \"{}\"", shorten(&text, 40));
    let label = Label::new(value.span(), "expected \"true\" or \"false\"");
    let suggestion = match text.trim().to_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "on" | "1" => Some("true"),
        "false" | "f" | "no" | "n" | "off" | "0" => Some("false"),
        _ => None,
    };
    let at = pointer_to("/properties", name);
    Some(Diagnostic::new(&INFO, message, label).at(at).help(did_you_mean(suggestion, INFO.fix)))
}
