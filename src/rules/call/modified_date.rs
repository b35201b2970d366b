//! `hs_lastmodifieddate` mirrors `updatedAt`.

use super::differs;
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "call/modified-date",
    severity: Warning,
    summary: "hs_lastmodifieddate is another time than updatedAt",
    explanation: "The property mirrors updatedAt: 370 of 370 objects in one set of recordings, 147 of 147 in another, 5 of 5 engagements of a live account.",
    fix: "was one of them edited?",
    example: example!("call-modified-date"),
    checks: &[Check::Result(Field::ModifiedDate, check)],
    ..Rule::USUAL
};

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    let (updated, mirror) = (record.string(Field::UpdatedAt)?, record.set(Field::ModifiedDate)?);
    differs(updated, mirror)?;
    let label = Label::new(mirror.span(), "another time");
    let finding = Diagnostic::new(RULE.id, "`hs_lastmodifieddate` is not the time in `updatedAt`", label);
    Some(finding.at(Field::ModifiedDate.pointer()).related(updated.span(), "than this").help(RULE.fix))
}
