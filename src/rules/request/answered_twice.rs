//! An input is answered once.

use crate::domain::Request;
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "request/answered-twice",
    severity: Warning,
    summary: "an input has more than one answer",
    explanation: "Each input is answered by one result or by one error. HubSpot refuses a batch that has the same input twice (recorded), so two answers for one input mean that answers were merged or edited.",
    fix: "were answers merged?",
    example: example!(request "request-answered-twice"),
    ..Rule::USUAL
};

/// The finding for the result at `place`, which answers an input that was answered before.
pub fn told(request: &Request, id: Value<'_>, place: usize, input: usize) -> Diagnostic {
    let message = format!("{} has another answer besides this result", request.name(input));
    let label = Label::new(id.span(), "answered before");
    Diagnostic::new(RULE.id, message, label).at(format!("/results/{place}/id")).help(RULE.fix)
}
