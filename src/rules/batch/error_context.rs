//! The values of an error's `context` are arrays of strings.

use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "batch/error-context",
    severity: Warning,
    summary: "a value in the `context` of an error is not an array of strings",
    explanation: "HubSpot's types define `context` as a map of string arrays, and 11 of 11 recorded contexts conform to that. The embedded schema is looser, and its own example contains a string. Code that reads `context.ids` as a list fails on a string.",
    fix: "write an array of strings, for example \"ids\": [\"50100000000\"]",
    ..RuleInfo::DEFAULT
};

pub const RULE: Rule = Rule {
    info: &INFO,
    example: example!("invalid/batch-error-context.json", "invalid/batch-partial-failure.one.json"),
    checks: &[Check::Failure(check)],
};

fn check(item: Value<'_>) -> Vec<Diagnostic> {
    let inner = item.get("errors").into_iter().flat_map(|errors| errors.elements().enumerate());
    let inner = inner.map(|(index, error)| (format!("/errors/{index}"), error));
    let mut found = Vec::new();
    for (pointer, holder) in std::iter::once((String::new(), item)).chain(inner) {
        let Some(context) = holder.get("context") else { continue };
        for (name, value) in context.last_members() {
            let is_list = value.kind() == Kind::Array && value.elements().all(|value| value.kind() == Kind::String);
            if is_list {
                continue;
            }
            let name = name.string();
            let mut at = format!("{pointer}/context");
            crate::json::push_token(&mut at, &name);
            let name = shorten(&name, 60);
            let mut odd = value.elements().enumerate().filter(|(_, item)| item.kind() != Kind::String);
            let (message, label) = match odd.next() {
                Some((index, item)) => {
                    at.push_str(&format!("/{index}"));
                    let what = format!("`{name}[{index}]` in the `context` of an error must be a string");
                    (format!("{what}, found {}", kind_of(item)), Label::new(first_byte(item), "expected a string"))
                }
                None => {
                    let what = format!("`{name}` in the `context` of an error must be an array of strings");
                    let label = Label::new(first_byte(value), "expected an array of strings");
                    (format!("{what}, found {}", kind_of(value)), label)
                }
            };
            let finding = Diagnostic::new(&INFO, message, label).at(at).help(INFO.fix);
            found.push(match odd.count() {
                0 => finding,
                others => finding.note(format!("other items that are not strings: {others}")),
            });
        }
    }
    found
}
