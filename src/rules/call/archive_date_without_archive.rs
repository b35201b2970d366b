//! What is not archived has no date of that.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "call/archive-date-without-archive",
    severity: Warning,
    summary: "a result that is not archived has archivedAt",
    explanation: "0 of 399 recorded objects with archived: false have archivedAt. The example in the schema itself does.",
    fix: "remove archivedAt, or was archived set by hand?",
    example: example!("call-archive-date-without-archive"),
    checks: &[Check::Result(Field::ArchivedAt, check)],
    ..Rule::USUAL
};

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    if record.boolean(Field::Archived) != Some(false) || !record.has(Field::ArchivedAt) {
        return None;
    }
    let (date, at) = (record.string(Field::ArchivedAt)?, record.at(Field::Archived)?);
    let label = Label::new(date.span(), "when it was archived");
    let finding = Diagnostic::new(RULE.id, "`archivedAt` is there, but `archived` is false", label);
    let archived = crate::document::Span::new(at, at + 5);
    Some(finding.at(Field::ArchivedAt.pointer()).related(archived, "not archived").help(RULE.fix))
}
