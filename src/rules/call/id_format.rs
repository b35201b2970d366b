use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/id-format",
    severity: Warning,
    summary: "an id is not numeric",
    explanation: "The ids of CRM objects are strings of digits (149 of 149 recorded). GUIDs are the ids of campaigns.",
    fix: "use digits, for example \"50100000000\"",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(&INFO, example!("call-id-format"), &[Check::Result(Field::Id, check)]);

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    if record.id.is_some() {
        return None;
    }
    let id = record.string(Field::Id)?;
    if !id.raw.is_empty() && id.raw.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = id.value();
    if value.starts_with('<') || value == "string" {
        // fixture/placeholder and fixture/masked-value report these values.
        return None;
    }
    let is_guid = names::is_guid(&value);
    let message = match value.is_empty() {
        true => "`id` must not be empty".to_owned(),
        false if is_guid => "`id` must be numeric, found a GUID".to_owned(),
        false => format!("`id` must be numeric, found \"{}\"", shorten(&value, 40)),
    };
    let label = Label::new(id.span(), "expected digits");
    let finding = Diagnostic::new(&INFO, message, label).at(Field::Id.pointer());
    let finding = if is_guid { finding.note("campaigns have GUIDs as ids, CRM objects have numbers") } else { finding };
    Some(finding.help(INFO.fix))
}
