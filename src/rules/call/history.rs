use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/history",
    severity: Warning,
    summary: "`propertiesWithHistory` does not have the expected structure",
    explanation: "In HubSpot's types, `propertiesWithHistory` contains an array of versions for each property. A version has `value`, `timestamp` and `sourceType`, and optionally `sourceId`, `sourceLabel` and `updatedByUserId`. Recorded versions have `value`, `timestamp`, `sourceType` and `sourceId`. The embedded schema accepts any object, and its example contains a string instead of an array.",
    fix: "use an array of versions per property: {\"hs_call_title\": [{\"value\": \"...\", \"timestamp\": \"...\", \"sourceType\": \"CRM_UI\"}]}",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(&INFO, example!("call-history"), &[Check::TypeMismatch(check)]);

fn check(result: Value<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (name, versions) in properties_of(result, "propertiesWithHistory") {
        let name = name.string();
        let at = pointer_to("/propertiesWithHistory", &name);
        let name = shorten(&name, 60);
        if versions.kind() != Kind::Array {
            let kind = kind_of(versions);
            let message = format!("the history of `{name}` must be an array of versions, found {kind}");
            found.push(finding(versions, at, message, format!("expected an array, found {kind}")).help(INFO.fix));
            continue;
        }
        for (index, version) in versions.elements().enumerate() {
            found.extend(check_version(version, &format!("version {index} of `{name}`"), format!("{at}/{index}")));
        }
    }
    found
}

/// The label is on the first byte only: reports show the labeled text, and the text of a string may be private.
fn finding(value: Value<'_>, at: String, message: String, label: String) -> Diagnostic {
    Diagnostic::new(&INFO, message, Label::new(first_byte(value), label)).at(at)
}

fn check_version(version: Value<'_>, name: &str, at: String) -> Option<Diagnostic> {
    if version.kind() != Kind::Object {
        let found = kind_of(version);
        let message = format!("{name} must be an object, found {found}");
        return Some(finding(version, at, message, format!("expected an object, found {found}")).help(INFO.fix));
    }
    let is_string = |value: &Value<'_>| value.kind() == Kind::String;
    let is_date_time = |value: &Value<'_>| crate::rfc3339::check(&value.string()).is_ok();
    let is_integer = |value: &Value<'_>| value.kind() == Kind::Number && !value.number().contains(['.', 'e', 'E']);
    type Condition<'c> = (&'c str, bool, &'c str, &'c dyn Fn(&Value<'_>) -> bool);
    // Property, required, expected, condition. The order determines which violation is reported.
    let conditions: [Condition<'_>; 7] = [
        ("value", true, "a string", &is_string),
        ("timestamp", true, "a date-time", &is_string),
        ("sourceType", true, "a string", &is_string),
        ("timestamp", true, "a date-time", &is_date_time),
        ("sourceId", false, "a string", &is_string),
        ("sourceLabel", false, "a string", &is_string),
        ("updatedByUserId", false, "an integer", &is_integer),
    ];
    conditions.into_iter().find_map(|(property, is_required, expected, is_valid)| match version.get(property) {
        None if is_required => {
            let message = format!("{name} is missing the required property `{property}`");
            let label = format!("`{property}` is missing in this version");
            Some(finding(version, at.clone(), message, label).help(INFO.fix))
        }
        Some(value) if !is_valid(&value) => {
            let (mut message, mut label) =
                (format!("`{property}` of {name} must be {expected}"), format!("expected {expected}"));
            // The type is right for a string that is not a date-time, and for a number that is not an integer.
            if !matches!((value.kind(), property), (Kind::String, "timestamp") | (Kind::Number, "updatedByUserId")) {
                let found = kind_of(value);
                (message, label) = (format!("{message}, found {found}"), format!("{label}, found {found}"));
            }
            let help = match property {
                "timestamp" => "use a date-time, for example \"2026-01-05T09:10:00Z\"",
                _ => INFO.fix,
            };
            Some(finding(value, format!("{at}/{property}"), message, label).help(help))
        }
        _ => None,
    })
}
