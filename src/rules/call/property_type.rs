use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/property-type",
    summary: "a property value is neither a string nor null",
    explanation: "HubSpot sends every property value as a string or null, including numbers and booleans. This is true for 2,766 of 2,766 values in one set of recordings and for all values in the others. A requested property without a value is null (25 of 25 recorded), not missing. Any other type means that a tool converted the response.",
    fix: "put the value in quotes, as HubSpot sends it",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(&INFO, example!("call-property-type"), &[Check::TypeMismatch(check)]);

fn check(result: Value<'_>) -> Vec<Diagnostic> {
    let wrong =
        properties_of(result, "properties").filter(|(_, value)| !matches!(value.kind(), Kind::String | Kind::Null));
    wrong
        .map(|(name, value)| {
            let help = match value.kind() {
                Kind::Array => "replace the array with a string or null",
                Kind::Object => "replace the object with a string or null",
                _ => INFO.fix,
            };
            let name = name.string();
            let message = format!("`{}` must be a string or null, found {}", shorten(&name, 60), kind_of(value));
            let label = Label::new(value_or_bracket(value), "expected a string or null");
            Diagnostic::new(&INFO, message, label).at(pointer_to("/properties", &name)).help(help)
        })
        .collect()
}
