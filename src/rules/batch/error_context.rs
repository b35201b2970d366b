use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "batch/error-context",
    severity: Warning,
    summary: "a value in the `context` of an error is not an array of strings",
    explanation: "HubSpot's types define `context` as a map of string arrays, and 11 of 11 recorded contexts conform to that. The embedded schema is looser, and its own example contains a string. Code that reads `context.ids` as a list fails on a string.",
    fix: "write an array of strings, for example \"ids\": [\"50100000000\"]",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule =
    Rule::new(&INFO, example!("invalid/batch-error-context.json", partial), &[Check::Error(check)]);

fn check(item: Value<'_>) -> Vec<Diagnostic> {
    let inner = item.get("errors").into_iter().flat_map(|errors| errors.elements().enumerate());
    let inner = inner.map(|(index, error)| (format!("/errors/{index}/context"), error));
    let mut found = Vec::new();
    for (pointer, error) in std::iter::once(("/context".to_owned(), item)).chain(inner) {
        found.extend(
            properties_of(error, "context").filter_map(|(name, value)| not_strings(&pointer, &name.string(), value)),
        );
    }
    found
}

fn not_strings(pointer: &str, name: &str, value: Value<'_>) -> Option<Diagnostic> {
    let mut others = value.elements().enumerate().filter(|(_, item)| item.kind() != Kind::String);
    let (mut at, name) = (pointer_to(pointer, name), shorten(name, 60));
    let (message, label) = match others.next() {
        None if value.kind() == Kind::Array => return None,
        Some((index, item)) => {
            at.push_str(&format!("/{index}"));
            let property = format!("`{name}[{index}]` in the `context` of an error must be a string");
            let found = kind_of(item);
            let label = format!("expected a string, found {found}");
            (format!("{property}, found {found}"), Label::new(value_or_bracket(item), label))
        }
        None => {
            let property = format!("`{name}` in the `context` of an error must be an array of strings");
            let found = kind_of(value);
            let label = format!("expected an array of strings, found {found}");
            (format!("{property}, found {found}"), Label::new(value_or_bracket(value), label))
        }
    };
    let finding = Diagnostic::new(&INFO, message, label).at(at).help(INFO.fix);
    Some(match others.count() {
        0 => finding,
        others => finding.note(format!("other items that are not strings: {others}")),
    })
}
