use super::differs;
use crate::hubspot::ObjectType;
use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/modified-date",
    severity: Warning,
    summary: "`hs_lastmodifieddate` or `lastmodifieddate` differs from `updatedAt`",
    explanation: "`hs_lastmodifieddate` is the same time as `updatedAt` in all recorded objects: 370 of 370 in one set, 147 of 147 in another, 28 of 28 in a third. Contacts have `lastmodifieddate` instead (160 of 160). The same is true for 5 of 5 engagements from a live account.",
    fix: "set this property and `updatedAt` to the same time",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(
    &INFO,
    example!("call-modified-date"),
    &[Check::Result(Field::ModifiedDate, check), Check::Result(Field::LastModified, contact)],
);

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    compare(record, Field::ModifiedDate)
}

/// Accounts can define `lastmodifieddate` for other objects.
fn contact(record: &Record<'_>) -> Option<Diagnostic> {
    compare(record, Field::LastModified)
        .filter(|_| record.object().is_some_and(|object| object.kind == ObjectType::CONTACTS))
}

fn compare(record: &Record<'_>, field: Field) -> Option<Diagnostic> {
    let (updated, mirror) = (record.string(Field::UpdatedAt)?, record.set(field)?);
    let by = differs(updated, mirror)?;
    let label = Label::new(mirror.span(), "differs from `updatedAt`");
    let message = format!("`{}` differs from `updatedAt` by {}", field.name(), span_of_time(by));
    let finding = Diagnostic::new(&INFO, message, label);
    Some(finding.at(field.pointer()).related(updated.span(), "`updatedAt` is here").help(INFO.fix))
}
