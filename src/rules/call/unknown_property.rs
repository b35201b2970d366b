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

pub(super) const RULE: Rule = Rule::new(&INFO, example!("call-unknown-property"), &[Check::PropertyNames(check)]);

fn check(record: &Record<'_>, result: Value<'_>) -> Vec<Diagnostic> {
    if !record.is_call() {
        return Vec::new();
    }
    let unknown = properties_of(result, "properties").filter_map(|(name, _)| {
        let text = name.string();
        if !names::is_unknown(&text) || record.portal.properties.contains(&*text) {
            return None;
        }
        let message = format!("unknown call property `{}`", shorten(&text, 60));
        let label = Label::new(name.span(), "not a known call property");
        let finding = Diagnostic::new(&INFO, message, label).at(pointer_to("/properties", &text));
        Some(match names::slip(&text) {
            Some(suggestion) => finding.help(format!("did you mean `{suggestion}`?")),
            None => finding.help(INFO.fix),
        })
    });
    unknown.collect()
}
