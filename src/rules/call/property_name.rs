//! Property names as HubSpot spells them.

use super::pointer;
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "call/property-name",
    severity: Warning,
    summary: "a property has a name that HubSpot spells otherwise",
    explanation: "Internal names are in lower case with underscores, and those of calls begin with hs_. A published mock of the calls API has hsCallTitle, hsCallBody and so on throughout; client libraries rename members like that.",
    fix: "use the internal name",
    example: example!("call-property-name"),
    checks: &[Check::Named(check)],
    ..Rule::USUAL
};

fn check(record: &Record<'_>, result: Value<'_>) -> Vec<Diagnostic> {
    let properties = result.get("properties").into_iter().flat_map(|properties| properties.last_members());
    let renamed = properties.filter_map(|(name, _)| {
        let text = name.string();
        let meant = names::canonical(&text).filter(|_| !record.portal.properties.contains(&*text))?;
        let message = format!("HubSpot calls the property `{}` `{meant}`", shorten(&text, 60));
        let label = Label::new(name.span(), "another spelling");
        Some(Diagnostic::new(RULE.id, message, label).at(pointer(&text)).help(RULE.fix))
    });
    renamed.collect()
}
