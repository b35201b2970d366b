//! Property names that look like those of calls.

use super::pointer;
use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/unknown-property",
    severity: Note,
    is_informational: true,
    summary: "a property is not a known call property",
    explanation: "Names that begin with `hs_` are reserved for HubSpot; accounts cannot add such properties. callcheck knows about 80 call properties from HubSpot's guide, its command-line tool and connectors. HubSpot can add others: then the name is correct, but callcheck does not know it yet.",
    fix: "if the name is correct, add it to `properties` in callcheck.toml",
    ..RuleInfo::DEFAULT
};

pub const RULE: Rule = Rule {
    info: &INFO,
    example: example!("call-unknown-property"),
    checks: &[Check::Named(check)],
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
        let message = format!("unknown call property `{}`", shorten(&text, 60));
        let label = Label::new(name.span(), "not a known call property");
        let finding = Diagnostic::new(&INFO, message, label).at(pointer(&text));
        Some(match names::slip(&text) {
            Some(meant) => finding.help(format!("did you mean `{meant}`?")),
            None => finding.help(INFO.fix),
        })
    });
    unknown.collect()
}
