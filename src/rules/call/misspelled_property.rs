use crate::hubspot::{ObjectType, properties};
use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/misspelled-property",
    severity: Note,
    is_informational: true,
    summary: "a property name differs from a property of its object by one letter",
    explanation: "callcheck knows about 700 properties of contacts, companies, deals, tickets, notes, meetings, emails, tasks and communications. Sources are public lists of the properties that HubSpot defines, and the columns of connectors. A name is compared only with those of the object that was identified, and it is reported only if one letter is missing, added, changed or swapped. Accounts define their own properties, so any other unknown name is normal. For calls, see call/unknown-property.",
    fix: "if the name is correct, add it to `properties` in callcheck.toml",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule =
    Rule::new(&INFO, example!("invalid/call-misspelled-property.json", create), &[Check::PropertyNames(check)]);

fn check(record: &Record<'_>, result: Value<'_>) -> Vec<Diagnostic> {
    let object = record.object().filter(|object| object.kind != ObjectType::CALLS && !record.is_call());
    let Some(kind) = object.map(|object| object.kind) else { return Vec::new() };
    let misspelled = properties_of(result, "properties").filter_map(|(name, _)| {
        let text = name.string();
        let meant = properties::misspelled(kind, &text).filter(|_| !record.portal.properties.contains(&*text))?;
        let message = format!("`{}` is similar to a property of {}", shorten(&text, 60), kind.named());
        let label = Label::new(name.span(), "not a known property");
        let finding = Diagnostic::new(&INFO, message, label).at(pointer_to("/properties", &text));
        Some(finding.help(format!("did you mean `{meant}`?")))
    });
    misspelled.collect()
}
