use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/archive-date-without-archive",
    severity: Warning,
    summary: "a result has `archivedAt` although `archived` is false",
    explanation: "HubSpot sends `archivedAt` only for archived objects. None of 399 recorded objects with `archived: false` has it. The example in the embedded schema violates this rule.",
    fix: "remove `archivedAt`, or set `archived` to true if the record is archived",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule =
    Rule::new(&INFO, example!("call-archive-date-without-archive"), &[Check::Result(Field::ArchivedAt, check)]);

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    if record.boolean(Field::Archived) != Some(false) || !record.has(Field::ArchivedAt) {
        return None;
    }
    let (date, archived) = (record.string(Field::ArchivedAt)?, record.span(Field::Archived)?);
    let label = Label::new(date.span(), "only archived results have `archivedAt`");
    let finding = Diagnostic::new(&INFO, "`archivedAt` is set, but `archived` is false", label);
    Some(finding.at(Field::ArchivedAt.pointer()).related(archived, "`archived` is false here").help(INFO.fix))
}
