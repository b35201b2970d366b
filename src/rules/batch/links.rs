//! `links` is a map of strings.

use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "batch/links",
    severity: Warning,
    summary: "a value in `links` is not a string",
    explanation: "HubSpot's types define `links` as a map of strings, both in the response and in its errors. The embedded schema accepts any values.",
    fix: "remove `links`: HubSpot omits it or leaves it empty",
    ..RuleInfo::DEFAULT
};

pub const RULE: Rule = Rule {
    info: &INFO,
    example: example!("invalid/batch-links.json", "valid/every-property.pretty.json"),
    checks: &[Check::Response(check), Check::Failure(of_error)],
};

fn check(answer: &Response<'_>) -> Option<Diagnostic> {
    told(answer.value?)
}

fn of_error(item: Value<'_>) -> Vec<Diagnostic> {
    told(item).into_iter().collect()
}

fn told(holder: Value<'_>) -> Option<Diagnostic> {
    let links = holder.get("links")?;
    let (name, value) = links.last_members().find(|(_, value)| value.kind() != Kind::String)?;
    let name = name.string();
    let message = format!("`{}` in `links` must be a string, found {}", shorten(&name, 60), kind_of(value));
    let mut at = "/links".to_owned();
    crate::json::push_token(&mut at, &name);
    Some(Diagnostic::new(&INFO, message, Label::new(value.span(), "expected a string")).at(at).help(INFO.fix))
}
