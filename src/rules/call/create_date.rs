use super::differs;
use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/create-date",
    severity: Warning,
    summary: "`hs_createdate` of a call differs from `createdAt`",
    explanation: "For calls and other engagements, `hs_createdate` is the same time as `createdAt` (5 of 5 from a live account). The same is true for 122 of 122 recorded custom objects. Deals are different: their `createdAt` follows a date that users can set. Therefore this rule checks only calls.",
    fix: "set `hs_createdate` and `createdAt` to the same time",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule =
    Rule::new(&INFO, example!("call-create-date"), &[Check::Result(Field::CreateDate, check)]);

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    let (created, mirror) = (record.string(Field::CreatedAt)?, record.set(Field::CreateDate)?);
    let by = differs(created, mirror).filter(|_| record.is_call())?;
    let label = Label::new(mirror.span(), "differs from `createdAt`");
    let message = format!("`hs_createdate` differs from `createdAt` by {}", span_of_time(by));
    let finding = Diagnostic::new(&INFO, message, label);
    Some(finding.at(Field::CreateDate.pointer()).related(created.span(), "`createdAt` is here").help(INFO.fix))
}
