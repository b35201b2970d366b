//! `url` leads to the record.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "call/url",
    severity: Warning,
    summary: "the url does not lead to the record",
    explanation: "`url` ends in /record/{type}/{id} with the id of the result, in 10 of 10 recorded URLs. The schema does not know the member.",
    fix: "https://app.hubspot.com/contacts/{portal}/record/0-48/{id}",
    example: example!("call-url"),
    checks: &[Check::Result(Field::Url, check)],
    ..Rule::USUAL
};

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    let url = record.string(Field::Url)?;
    let value = url.value();
    let id = record.string(Field::Id)?;
    let message = match crate::domain::Url::of(&value) {
        Some(parts) if parts.id == id.value() => return None,
        Some(_) => "`url` leads to another record than this one",
        None => "`url` does not end in /record/{type}/{id}",
    };
    let finding = Diagnostic::new(RULE.id, message, Label::new(url.span(), "another form or another id"));
    Some(finding.at(Field::Url.pointer()).related(id.span(), "the id of this result").help(RULE.fix))
}
