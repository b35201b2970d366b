use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/property-name",
    severity: Warning,
    summary: "a property name is not HubSpot's internal name",
    explanation: "Internal names are in lower case with underscores, and most internal names of call properties begin with `hs_`. Client libraries often rename properties. For example, a published mock of the calls API uses `hsCallTitle`, `hsCallBody` and similar names throughout.",
    fix: "use HubSpot's internal name, for example `hs_call_title`",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(&INFO, example!("call-property-name"), &[Check::PropertyNames(check)]);

fn check(record: &Record<'_>, result: Value<'_>) -> Vec<Diagnostic> {
    let findings = properties_of(result, "properties").filter_map(|(name, _)| {
        let text = name.string();
        let suggestion = names::canonical(&text).filter(|_| !record.portal.properties.contains(&*text))?;
        let message = format!("unknown property `{}`", shorten(&text, 60));
        let label = Label::new(name.span(), "not an internal HubSpot name");
        Some(
            Diagnostic::new(&INFO, message, label)
                .at(pointer_to("/properties", &text))
                .help(format!("use `{suggestion}`, HubSpot's internal name")),
        )
    });
    findings.collect()
}
