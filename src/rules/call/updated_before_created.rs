use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/updated-before-created",
    summary: "a result was updated before it was created",
    explanation: "`updatedAt` is not before `createdAt` in any of 402 recorded objects. callcheck compares points in time, not text, because HubSpot omits the fraction of a second if it is zero.",
    fix: "copy `createdAt` and `updatedAt` from the same record",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule =
    Rule::new(&INFO, example!("call-updated-before-created"), &[Check::Result(Field::UpdatedAt, check)]);

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    let (create, update) = (record.created?, record.updated?);
    if create <= update {
        return None;
    }
    let (created, updated) = (record.string(Field::CreatedAt)?, record.string(Field::UpdatedAt)?);
    let message = format!("`updatedAt` is {} before `createdAt`", span_of_time(create - update));
    let finding = Diagnostic::new(&INFO, message, Label::new(updated.span(), "earlier than `createdAt`"));
    Some(finding.at(Field::UpdatedAt.pointer()).related(created.span(), "`createdAt` is here").help(INFO.fix))
}
