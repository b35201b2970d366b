//! `numErrors` counts the items of `errors`.

use crate::document::Span;
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "batch/num-errors",
    severity: Warning,
    summary: "numErrors does not count the errors",
    explanation: "numErrors is an integer (HubSpot's types: int32) and equals the number of items in `errors` in 9 of 10 recorded partial answers; the other one was trimmed by hand. It does not count the inputs that failed: one item may name several.",
    fix: "was `errors` trimmed? Set numErrors to the number of its items",
    example: example!("invalid/batch-num-errors.json", "invalid/batch-partial-failure.one.json"),
    checks: &[Check::Answer(check)],
    ..Rule::USUAL
};

fn check(answer: &Answer<'_>) -> Option<Diagnostic> {
    let at = answer.at(Field::NumErrors)?;
    let rest = &answer.text[at..];
    let length = rest.iter().position(|byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t'));
    let number = std::str::from_utf8(&rest[..length.unwrap_or(rest.len())]).unwrap_or_default();
    let items = answer.failures.items;
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    if is_number && number.parse() == Ok(items) {
        return None;
    }
    if number == "null" && items == 0 {
        return None;
    }
    let span = match answer.string(Field::NumErrors) {
        Some(text) => text.span(),
        None if number.starts_with(['{', '[']) => Span::new(at, at + 1),
        None => Span::new(at, at + number.len()),
    };
    let message = if is_number {
        format!("`numErrors` is {}, but `errors` has {}", shorten(number, 30), count(items, "item"))
    } else {
        "`numErrors` must be an integer: the number of items in `errors`".to_owned()
    };
    let finding = Diagnostic::new(RULE.id, message, Label::new(span, format!("expected {items}")));
    Some(finding.at(Field::NumErrors.pointer()).help(RULE.fix))
}
