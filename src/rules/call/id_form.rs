//! Ids are numbers in quotes.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "call/id-form",
    severity: Warning,
    summary: "an id is no number",
    explanation: "149 of 149 recorded ids of CRM objects are strings of digits. A GUID is the id of a campaign.",
    fix: "ids of CRM objects look like \"50100000000\"",
    example: example!("call-id-form"),
    checks: &[Check::Result(Field::Id, check)],
    ..Rule::USUAL
};

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    if record.id.is_some() {
        return None;
    }
    let id = record.string(Field::Id)?;
    if !id.raw.is_empty() && id.raw.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = id.value();
    if value.starts_with('<') || value == "string" {
        // fixture/placeholder says it better.
        return None;
    }
    let message = match value.is_empty() {
        true => "the id is empty".to_owned(),
        false if names::is_guid(&value) => "the id is a GUID: campaigns have those, CRM objects have numbers".to_owned(),
        false => format!("the id \"{}\" is no number", shorten(&value, 40)),
    };
    let label = Label::new(id.span(), "expected digits");
    Some(Diagnostic::new(RULE.id, message, label).at(Field::Id.pointer()).help(RULE.fix))
}
