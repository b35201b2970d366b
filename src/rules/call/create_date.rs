//! `hs_createdate` of a call mirrors `createdAt`.

use super::differs;
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "call/create-date",
    severity: Warning,
    summary: "hs_createdate of a call is another time than createdAt",
    explanation: "The property mirrors createdAt of calls and other engagements (5 of 5 of a live account; 122 of 122 custom objects). It does not for deals, whose createdAt follows a date that can be set, so this looks at calls only.",
    fix: "was one of them edited?",
    example: example!("call-create-date"),
    checks: &[Check::Result(Field::CreateDate, check)],
    ..Rule::USUAL
};

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    let (created, mirror) = (record.string(Field::CreatedAt)?, record.set(Field::CreateDate)?);
    differs(created, mirror).filter(|()| record.is_call())?;
    let label = Label::new(mirror.span(), "another time");
    let finding = Diagnostic::new(RULE.id, "`hs_createdate` is not the time in `createdAt`", label);
    Some(finding.at(Field::CreateDate.pointer()).related(created.span(), "than this").help(RULE.fix))
}
