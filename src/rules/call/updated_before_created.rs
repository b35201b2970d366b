//! A record cannot be updated before it was created.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "call/updated-before-created",
    summary: "a result was updated before it was created",
    explanation: "createdAt <= updatedAt in 402 of 402 recorded objects. The times are compared as times: HubSpot leaves out the fraction where it is zero.",
    fix: "take both times from the same record",
    example: example!("call-updated-before-created"),
    checks: &[Check::Result(Field::UpdatedAt, check)],
    ..Rule::USUAL
};

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    let (create, update) = (record.created?, record.updated?);
    if create <= update {
        return None;
    }
    let (created, updated) = (record.string(Field::CreatedAt)?, record.string(Field::UpdatedAt)?);
    let message = format!("`updatedAt` is {} before `createdAt`", span_of_time(create - update));
    let finding = Diagnostic::new(RULE.id, message, Label::new(updated.span(), "updated here"));
    Some(finding.at(Field::UpdatedAt.pointer()).related(created.span(), "created only here").help(RULE.fix))
}
