use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/attachment-ids",
    severity: Warning,
    summary: "`hs_attachment_ids` is not a list of ids separated by semicolons",
    explanation: "`hs_attachment_ids` contains file ids separated by semicolons (HubSpot's guide \"Activities | Calls\").",
    fix: "write the ids as digits separated by semicolons, for example \"123;456\"",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule =
    Rule::new(&INFO, example!("call-attachment-ids"), &[Check::Result(Field::AttachmentIds, check)]);

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    let ids = record.set(Field::AttachmentIds)?;
    let is_id = |id: &[u8]| !id.is_empty() && id.iter().all(u8::is_ascii_digit);
    let value = ids.value();
    if value.trim_end_matches(';').split(';').all(|id| is_id(id.as_bytes())) {
        return None;
    }
    let label = Label::new(ids.span(), "expected ids separated by `;`");
    let message = "`hs_attachment_ids` must be ids separated by semicolons";
    Some(Diagnostic::new(&INFO, message, label).at(Field::AttachmentIds.pointer()).help(INFO.fix))
}
