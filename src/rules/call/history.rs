//! The shape of `propertiesWithHistory`.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "call/history",
    severity: Warning,
    summary: "propertiesWithHistory has not the shape that HubSpot sends",
    explanation: "HubSpot's types: for each property an array of versions, each with value, timestamp and sourceType, and perhaps sourceId, sourceLabel and updatedByUserId. The schema lets it be any object; its own example has a string.",
    fix: "write {\"hs_call_title\": [{\"value\": ..., \"timestamp\": ..., \"sourceType\": \"CRM_UI\"}]}",
    example: example!("call-history"),
    checks: &[Check::Unusual(check)],
    ..Rule::USUAL
};

fn check(record: &Record<'_>, result: Value<'_>) -> Vec<Diagnostic> {
    let _ = record;
    let Some(history) = result.get("propertiesWithHistory") else { return Vec::new() };
    let mut found = Vec::new();
    for (member, versions) in history.last_members() {
        let name = member.string();
        let mut at = "/propertiesWithHistory".to_owned();
        crate::document::push_token(&mut at, &name);
        // The name is marked, not the value: that may be what somebody has written.
        let mut tell = |at: String, message: String, label: &str| {
            found.push(Diagnostic::new(RULE.id, message, Label::new(member.span(), label)).at(at).help(RULE.fix));
        };
        if versions.kind() != Kind::Array {
            let message = format!("the history of `{}` must be an array of versions", shorten(&name, 60));
            tell(at, message, "expected an array");
            continue;
        }
        for (place, version) in versions.elements().enumerate() {
            let at = format!("{at}/{place}");
            if let Some((member, problem)) = problem(version) {
                let message = format!("a version of `{}`: {problem}", shorten(&name, 60));
                let at = if version.get(member).is_some() { format!("{at}/{member}") } else { at };
                tell(at, message, problem);
            }
        }
    }
    found
}

/// What is wrong with a version of a property, and with which member.
fn problem(version: Value<'_>) -> Option<(&'static str, &'static str)> {
    if version.kind() != Kind::Object {
        return Some(("", "expected an object"));
    }
    let kind = |name: &str| version.get(name).map(|value| value.kind());
    let needed = [
        ("value", "`value` is missing", "`value` must be a string"),
        ("timestamp", "`timestamp` is missing", "`timestamp` must be a date-time"),
        ("sourceType", "`sourceType` is missing", "`sourceType` must be a string"),
    ];
    for (name, missing, wrong) in needed {
        match kind(name) {
            None => return Some((name, missing)),
            Some(Kind::String) => {}
            Some(_) => return Some((name, wrong)),
        }
    }
    let time = version.get_string("timestamp").unwrap_or_default();
    if crate::schema::date_time::check(&time).is_err() {
        return Some(("timestamp", "`timestamp` must be a date-time"));
    }
    let is_text = |name: &str| kind(name).is_none_or(|kind| kind == Kind::String);
    if !is_text("sourceId") {
        return Some(("sourceId", "`sourceId` must be a string"));
    }
    if !is_text("sourceLabel") {
        return Some(("sourceLabel", "`sourceLabel` must be a string"));
    }
    let is_whole = version.get("updatedByUserId").is_none_or(|user| {
        user.kind() == Kind::Number && !user.number().contains(['.', 'e', 'E'])
    });
    (!is_whole).then_some(("updatedByUserId", "`updatedByUserId` must be an integer"))
}
