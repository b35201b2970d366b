use super::differs;
use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/modified-date",
    severity: Warning,
    summary: "`hs_lastmodifieddate` differs from `updatedAt`",
    explanation: "`hs_lastmodifieddate` is the same time as `updatedAt` in all recorded objects: 370 of 370 in one set, 147 of 147 in another, 28 of 28 in a third. The same is true for 5 of 5 engagements from a live account, and for `lastmodifieddate` of contacts (160 of 160 recorded).",
    fix: "set `hs_lastmodifieddate` and `updatedAt` to the same time",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule =
    Rule::new(&INFO, example!("call-modified-date"), &[Check::Result(Field::ModifiedDate, check)]);

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    let (updated, mirror) = (record.string(Field::UpdatedAt)?, record.set(Field::ModifiedDate)?);
    let by = differs(updated, mirror)?;
    let label = Label::new(mirror.span(), "differs from `updatedAt`");
    let message = format!("`hs_lastmodifieddate` differs from `updatedAt` by {}", span_of_time(by));
    let finding = Diagnostic::new(&INFO, message, label);
    Some(finding.at(Field::ModifiedDate.pointer()).related(updated.span(), "`updatedAt` is here").help(INFO.fix))
}
