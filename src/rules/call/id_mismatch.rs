use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/id-mismatch",
    summary: "`hs_object_id` differs from `id`",
    explanation: "`hs_object_id` has the same value as `id` in 390 of 390 recorded objects that contain it. It is missing in old responses for contacts, which is not an error.",
    fix: "set `hs_object_id` and `id` to the same value",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(&INFO, example!("call-id-mismatch"), &[Check::Result(Field::ObjectId, check)]);

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    let (id, mirror) = (record.string(Field::Id)?, record.set(Field::ObjectId)?);
    if id.raw == mirror.raw || id.value() == mirror.value() {
        return None;
    }
    let (one, two) = (id.value(), mirror.value());
    let message = format!("`hs_object_id` ({}) does not match `id` ({})", shorten(&two, 40), shorten(&one, 40));
    let finding = Diagnostic::new(&INFO, message, Label::new(mirror.span(), "differs from `id`"));
    Some(finding.at(Field::ObjectId.pointer()).related(id.span(), "`id` is here").help(INFO.fix))
}
