//! What is archived says since when.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "call/archived-without-date",
    severity: Warning,
    summary: "an archived result does not say since when",
    explanation: "archived: true always comes with archivedAt (2 of 2 objects of a live account).",
    fix: "add archivedAt, or was archived set by hand?",
    example: example!("call-archived-without-date"),
    checks: &[Check::Result(Field::Archived, check)],
    ..Rule::USUAL
};

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    if record.boolean(Field::Archived) != Some(true) || record.has(Field::ArchivedAt) {
        return None;
    }
    let at = record.at(Field::Archived)?;
    let label = Label::new(crate::document::Span::new(at, at + 4), "archived, but since when?");
    let message = "`archived` is true, but there is no `archivedAt`";
    Some(Diagnostic::new(RULE.id, message, label).at(Field::Archived.pointer()).help(RULE.fix))
}
