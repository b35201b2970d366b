//! The shape of `propertiesWithHistory`.

use crate::span::Span;
use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/history",
    severity: Warning,
    summary: "`propertiesWithHistory` does not have the expected structure",
    explanation: "In HubSpot's types, `propertiesWithHistory` contains an array of versions for each property. A version has `value`, `timestamp` and `sourceType`, and optionally `sourceId`, `sourceLabel` and `updatedByUserId`. The embedded schema accepts any object, and its example contains a string instead of an array.",
    fix: "use an array of versions per property: {\"hs_call_title\": [{\"value\": \"...\", \"timestamp\": \"...\", \"sourceType\": \"CRM_UI\"}]}",
    ..RuleInfo::DEFAULT
};

pub const RULE: Rule = Rule {
    info: &INFO,
    example: example!("call-history"),
    checks: &[Check::Unusual(check)],
};

fn check(record: &Record<'_>, result: Value<'_>) -> Vec<Diagnostic> {
    let _ = record;
    let Some(history) = result.get("propertiesWithHistory") else { return Vec::new() };
    let mut found = Vec::new();
    for (member, versions) in history.last_members() {
        let name = member.string();
        let mut at = "/propertiesWithHistory".to_owned();
        crate::json::push_token(&mut at, &name);
        let name = shorten(&name, 60);
        let mut tell = |value: Value<'_>, at: String, message: String, label: String, help: &str| {
            found.push(Diagnostic::new(&INFO, message, Label::new(start(value), label)).at(at).help(help));
        };
        if versions.kind() != Kind::Array {
            let message = format!("the history of `{name}` must be an array of versions, found {}", kind_of(versions));
            tell(versions, at, message, "expected an array".to_owned(), INFO.fix);
            continue;
        }
        for (index, version) in versions.elements().enumerate() {
            let at = format!("{at}/{index}");
            match problem(version) {
                None => {}
                Some(Problem::Kind) => {
                    let message = format!("version {index} of `{name}` must be an object, found {}", kind_of(version));
                    tell(version, at, message, "expected an object".to_owned(), INFO.fix);
                }
                Some(Problem::Missing(property)) => {
                    let message = format!("version {index} of `{name}` is missing the required property `{property}`");
                    tell(version, at, message, format!("`{property}` is missing in this version"), INFO.fix);
                }
                Some(Problem::Wrong(property, value, wanted)) => {
                    let message = format!("`{property}` of version {index} of `{name}` must be {wanted}");
                    let message = match value.kind() {
                        // A string that is not a date-time, or a number that is not an integer.
                        Kind::String if property == "timestamp" => message,
                        Kind::Number if property == "updatedByUserId" => message,
                        _ => format!("{message}, found {}", kind_of(value)),
                    };
                    let help = if property == "timestamp" { TIMESTAMP } else { INFO.fix };
                    tell(value, format!("{at}/{property}"), message, format!("expected {wanted}"), help);
                }
            }
        }
    }
    found
}

/// What to write for a time.
const TIMESTAMP: &str = "use a date-time, for example \"2026-01-05T09:10:00Z\"";

/// The first byte of a value. Of a string that is its quote: the text may be what somebody has written, and what is marked is shown.
fn start(value: Value<'_>) -> Span {
    value.span().first_byte()
}

/// What is wrong with a version of a property.
enum Problem<'a> {
    /// It is not an object.
    Kind,
    /// It does not have this property.
    Missing(&'static str),
    /// The value of this property is not what it must be.
    Wrong(&'static str, Value<'a>, &'static str),
}

fn problem(version: Value<'_>) -> Option<Problem<'_>> {
    if version.kind() != Kind::Object {
        return Some(Problem::Kind);
    }
    for name in ["value", "timestamp", "sourceType"] {
        let Some(value) = version.get(name) else { return Some(Problem::Missing(name)) };
        let wanted = if name == "timestamp" { "a date-time" } else { "a string" };
        if value.kind() != Kind::String {
            return Some(Problem::Wrong(name, value, wanted));
        }
    }
    let time = version.get("timestamp").filter(|time| crate::rfc3339::check(&time.string()).is_err());
    if let Some(time) = time {
        return Some(Problem::Wrong("timestamp", time, "a date-time"));
    }
    for name in ["sourceId", "sourceLabel"] {
        if let Some(value) = version.get(name).filter(|value| value.kind() != Kind::String) {
            return Some(Problem::Wrong(name, value, "a string"));
        }
    }
    let is_whole = |user: &Value<'_>| user.kind() == Kind::Number && !user.number().contains(['.', 'e', 'E']);
    let user = version.get("updatedByUserId").filter(|user| !is_whole(user))?;
    Some(Problem::Wrong("updatedByUserId", user, "an integer"))
}
