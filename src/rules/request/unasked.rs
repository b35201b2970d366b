//! An answer has what was asked for.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "request/unasked",
    severity: Warning,
    summary: "a result or an error answers no input",
    explanation: "Results are of the records that were asked for. A record that was merged into another one may come back under the other one's id; then the input is missing as well.",
    fix: "does the answer belong to this request?",
    example: example!(request "request-unasked"),
    ..Rule::USUAL
};

/// The finding for the result at `place`.
pub fn told(id: Value<'_>, place: usize) -> Diagnostic {
    let span = match id.kind() {
        Kind::String => id.span(),
        _ => crate::document::Span { start: id.span().start, end: id.span().start + 1 },
    };
    let message = "no input of the request asks for this result";
    Diagnostic::new(RULE.id, message, Label::new(span, "not asked for")).at(format!("/results/{place}")).help(RULE.fix)
}

/// The finding for the item of `errors` at `place`, which names other inputs.
pub fn error(item: Value<'_>, place: usize) -> Diagnostic {
    let start = item.span().start;
    let label = Label::new(crate::document::Span { start, end: start + 1 }, "not asked for");
    let message = "no input of the request is named by this error";
    Diagnostic::new(RULE.id, message, label).at(format!("/errors/{place}")).help(RULE.fix)
}
