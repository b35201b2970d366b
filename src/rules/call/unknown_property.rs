//! Property names that look like those of calls.

use super::pointer;
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "call/unknown-property",
    severity: Note,
    informs: true,
    summary: "no property of calls is known by this name",
    explanation: "Names that begin with hs_ are HubSpot's own. Some 80 properties of calls are known from its guide, its command line and connectors; accounts cannot add any that begin so. HubSpot can: then the name is right and callcheck does not know it yet.",
    fix: "if it is right, name it under `properties` in callcheck.toml",
    example: example!("call-unknown-property"),
    checks: &[Check::Named(check)],
    ..Rule::USUAL
};

fn check(record: &Record<'_>, result: Value<'_>) -> Vec<Diagnostic> {
    if !record.is_call() {
        return Vec::new();
    }
    let properties = result.get("properties").into_iter().flat_map(|properties| properties.last_members());
    let unknown = properties.filter_map(|(name, _)| {
        let text = name.string();
        if !names::is_unknown(&text) || record.portal.properties.contains(&*text) {
            return None;
        }
        let message = format!("no property of calls is known as `{}`", shorten(&text, 60));
        let label = Label::new(name.span(), "not known");
        let finding = Diagnostic::new(RULE.id, message, label).at(pointer(&text));
        Some(match names::slip(&text) {
            Some(meant) => finding.help(format!("did you mean `{meant}`?")),
            None => finding.help(RULE.fix),
        })
    });
    unknown.collect()
}
