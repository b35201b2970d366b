//! `numErrors` counts the items of `errors`.

use crate::span::Span;
use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "batch/num-errors",
    severity: Warning,
    summary: "`numErrors` differs from the number of items in `errors`",
    explanation: "HubSpot's types define `numErrors` as an int32. It equals the number of items in `errors` in 9 of 10 recorded partial failures; the other one was trimmed by hand. It is not the number of failed inputs, because one item may name several.",
    fix: "set `numErrors` to the number of items in `errors`, or restore the items that were removed",
    ..RuleInfo::DEFAULT
};

pub const RULE: Rule = Rule {
    info: &INFO,
    example: example!("invalid/batch-num-errors.json", "invalid/batch-partial-failure.one.json"),
    checks: &[Check::Response(check)],
};

fn check(answer: &Response<'_>) -> Option<Diagnostic> {
    let at = answer.at(Field::NumErrors)?;
    let text = answer.fields.text(Field::NumErrors, answer.text);
    let number = std::str::from_utf8(text).unwrap_or_default();
    let items = answer.failures.items;
    let is_right = number.parse::<f64>().is_ok_and(|number| number == items as f64);
    // batch/partial-failure tells of errors that are counted and not listed.
    let is_told = items == 0 && number.parse::<u64>().is_ok_and(|number| number > 0);
    if is_right || is_told || (number == "null" && items == 0) {
        return None;
    }
    let is_container = answer.text[at..].starts_with(b"{") || answer.text[at..].starts_with(b"[");
    let span = Span::new(at, if is_container { at + 1 } else { at + text.len() });
    let told = |message: String, label: &str| {
        Diagnostic::new(&INFO, message, Label::new(span, label)).at(Field::NumErrors.pointer())
    };
    if number.parse::<f64>().is_err() {
        let found = match answer.text[at] {
            b'"' => "a string",
            b't' | b'f' => "a boolean",
            b'n' => "null",
            b'[' => "an array",
            _ => "an object",
        };
        let finding = told(format!("`numErrors` must be an integer, found {found}"), "expected an integer");
        return Some(match items {
            0 => finding.help("remove `numErrors`, because the response has no errors"),
            _ => finding.help(format!("set `numErrors` to {items}, the number of items in `errors`")),
        });
    }
    let message = match answer.at(Field::Errors) {
        Some(_) => format!("`numErrors` is {}, but `errors` has {}", shorten(number, 30), count(items, "item")),
        None => format!("`numErrors` is {}, but `errors` is missing", shorten(number, 30)),
    };
    Some(told(message, "expected the number of items in `errors`").help(INFO.fix))
}
