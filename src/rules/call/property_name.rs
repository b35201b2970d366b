use crate::hubspot::{ObjectType, properties};
use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/property-name",
    severity: Warning,
    summary: "a property name is not HubSpot's internal name",
    explanation: "Internal names are in lower case with underscores, and most internal names of call properties begin with `hs_`. Client libraries often rename properties. For example, a published mock of the calls API uses `hsCallTitle`, `hsCallBody` and similar names throughout. In other objects, names with capitals, hyphens or spaces are compared with the properties that HubSpot defines for this object (`firstName` of a contact is `firstname`). Accounts can define only names in lower case.",
    fix: "use HubSpot's internal name, for example `hs_call_title`",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(&INFO, example!("call-property-name"), &[Check::PropertyNames(check)]);

fn check(record: &Record<'_>, result: Value<'_>) -> Vec<Diagnostic> {
    // Objects that cannot be identified may be calls.
    let other = record.object().map(|object| object.kind).filter(|kind| *kind != ObjectType::CALLS);
    let canonical = |name: &str| match other.filter(|_| !record.is_call()) {
        Some(kind) => properties::canonical(kind, name),
        None => names::canonical(name),
    };
    let findings = properties_of(result, "properties").filter_map(|(name, _)| {
        let text = name.string();
        let suggestion = canonical(&text).filter(|_| !record.portal.properties.contains(&*text))?;
        let message = format!("expected the internal name `{suggestion}`, found `{}`", shorten(&text, 60));
        let label = Label::new(name.span(), "not an internal HubSpot name");
        Some(
            Diagnostic::new(&INFO, message, label)
                .at(pointer_to("/properties", &text))
                .help(format!("use `{suggestion}`, HubSpot's internal name")),
        )
    });
    findings.collect()
}
