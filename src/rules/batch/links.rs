use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "batch/links",
    severity: Warning,
    summary: "a value in `links` is not a string",
    explanation: "HubSpot's types define `links` as a map of strings, both in the response and in its errors. The embedded schema accepts any values.",
    fix: "remove `links`: HubSpot omits it or leaves it empty",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(
    &INFO,
    example!("invalid/batch-links.json", "valid/every-property.pretty.json"),
    &[Check::Response(check), Check::Error(check_error)],
);

fn check(response: &Response<'_>) -> Option<Diagnostic> {
    not_a_string(response.value?)
}

fn check_error(item: Value<'_>) -> Vec<Diagnostic> {
    not_a_string(item).into_iter().collect()
}

fn not_a_string(parent: Value<'_>) -> Option<Diagnostic> {
    let (name, value) = properties_of(parent, "links").find(|(_, value)| value.kind() != Kind::String)?;
    let name = name.string();
    let message = format!("`{}` in `links` must be a string, found {}", shorten(&name, 60), kind_of(value));
    let label = Label::new(value.span(), "expected a string");
    Some(Diagnostic::new(&INFO, message, label).at(pointer_to("/links", &name)).help(INFO.fix))
}
