//! An answer has what was asked for.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "request/unasked",
    severity: Warning,
    summary: "a result answers no input",
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
