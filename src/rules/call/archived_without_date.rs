use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/archived-without-date",
    severity: Warning,
    summary: "an archived result does not have `archivedAt`",
    explanation: "HubSpot sends `archivedAt` with every archived object (2 of 2 from a live account).",
    fix: "add `archivedAt`, or set `archived` to false if the record is not archived",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule =
    Rule::new(&INFO, example!("call-archived-without-date"), &[Check::Result(Field::Archived, check)]);

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    if record.boolean(Field::Archived) != Some(true) || record.has(Field::ArchivedAt) {
        return None;
    }
    let label = Label::new(record.span(Field::Archived)?, "archived results have `archivedAt`");
    let message = "`archived` is true, but `archivedAt` is missing";
    Some(Diagnostic::new(&INFO, message, label).at(Field::Archived.pointer()).help(INFO.fix))
}
