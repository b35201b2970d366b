//! `id` and `hs_object_id` are the same.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "call/id-mismatch",
    summary: "hs_object_id is another id than id",
    explanation: "The property mirrors the id: 390 of 390 recorded objects that have it. Old answers of contacts lack it, which is fine.",
    fix: "was one of them edited, or the result put together from two records?",
    example: example!("call-id-mismatch"),
    checks: &[Check::Result(Field::ObjectId, check)],
    ..Rule::USUAL
};

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    let (id, mirror) = (record.string(Field::Id)?, record.set(Field::ObjectId)?);
    if id.raw == mirror.raw || id.value() == mirror.value() {
        return None;
    }
    let (one, two) = (id.value(), mirror.value());
    let message = format!("`id` is {}, but `hs_object_id` is {}", shorten(&one, 40), shorten(&two, 40));
    let finding = Diagnostic::new(RULE.id, message, Label::new(mirror.span(), "another id"));
    Some(finding.at(Field::ObjectId.pointer()).related(id.span(), "than this").help(RULE.fix))
}
