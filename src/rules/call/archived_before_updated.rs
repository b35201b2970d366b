//! Archiving is the last thing that happens to a record.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "call/archived-before-updated",
    severity: Note,
    summary: "a result was archived before it was updated",
    explanation: "archivedAt >= updatedAt in 2 of 2 archived objects of a live account; archiving itself does not change updatedAt.",
    fix: "look at where the two times come from",
    example: example!("call-archived-before-updated"),
    checks: &[Check::Result(Field::ArchivedAt, check)],
    ..Rule::USUAL
};

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    let (updated, archived) = (record.string(Field::UpdatedAt)?, record.string(Field::ArchivedAt)?);
    let (update, archive) = (updated.instant()?, archived.instant()?);
    if record.boolean(Field::Archived) != Some(true) || archive >= update {
        return None;
    }
    let message = format!("`archivedAt` is {} before `updatedAt`", span_of_time(update - archive));
    let finding = Diagnostic::new(RULE.id, message, Label::new(archived.span(), "archived here"));
    Some(finding.at(Field::ArchivedAt.pointer()).related(updated.span(), "updated after that").help(RULE.fix))
}
