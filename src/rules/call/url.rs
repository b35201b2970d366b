//! `url` leads to the record.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "call/url",
    severity: Warning,
    summary: "`url` does not point to the record",
    explanation: "`url` ends in /record/{type}/{id} with the id of the result (10 of 10 recorded URLs). The embedded schema does not describe `url`.",
    fix: "use \"https://app.hubspot.com/contacts/{portal}/record/0-48/{id}\"",
    example: example!("call-url"),
    checks: &[Check::Result(Field::Url, check)],
    ..Rule::USUAL
};

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    let url = record.string(Field::Url)?;
    let value = url.value();
    let id = record.string(Field::Id)?;
    let (message, label) = match crate::domain::Url::of(&value) {
        Some(parts) if parts.id == id.value() => return None,
        Some(_) => ("`url` points to a different record", "contains a different id"),
        None => ("`url` must end in /record/{type}/{id}", "expected /record/{type}/{id}"),
    };
    let finding = Diagnostic::new(RULE.id, message, Label::new(url.span(), label));
    Some(finding.at(Field::Url.pointer()).related(id.span(), "`id` is here").help(RULE.fix))
}
