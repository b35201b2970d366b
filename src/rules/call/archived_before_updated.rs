use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/archived-before-updated",
    severity: Note,
    summary: "a result was archived before its last update",
    explanation: "Archiving is normally the last change to a record. `archivedAt` was not before `updatedAt` in 2 of 2 archived objects from a live account. Archiving itself does not change `updatedAt`.",
    fix: "copy `updatedAt` and `archivedAt` from the same record",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule =
    Rule::new(&INFO, example!("call-archived-before-updated"), &[Check::Result(Field::ArchivedAt, check)]);

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    let (updated, archived) = (record.string(Field::UpdatedAt)?, record.string(Field::ArchivedAt)?);
    let (update, archive) = (updated.instant()?, archived.instant()?);
    if record.boolean(Field::Archived) != Some(true) || archive >= update {
        return None;
    }
    let message = format!("`archivedAt` is {} before `updatedAt`", span_of_time(update - archive));
    let finding = Diagnostic::new(&INFO, message, Label::new(archived.span(), "earlier than `updatedAt`"));
    Some(finding.at(Field::ArchivedAt.pointer()).related(updated.span(), "`updatedAt` is here").help(INFO.fix))
}
