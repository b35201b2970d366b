//! An input has one result or one error.

use crate::domain::Request;
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "request/duplicate-result",
    severity: Warning,
    summary: "an input has more than one result or error",
    explanation: "HubSpot returns one result or one error for each input, and it rejects a batch with duplicate inputs (recorded). If an input has several results or errors, responses were merged or edited.",
    fix: "remove the duplicate; split merged responses into separate files",
    example: example!(request "request-duplicate-result"),
    ..Rule::USUAL
};

/// The finding for the result at `index`, whose input has a result or an error already.
pub fn told(request: &Request, id: Value<'_>, index: usize, input: usize) -> Diagnostic {
    let message = format!("duplicate result for {}", request.name(input));
    let label = Label::new(id.span(), "the input already has a result or an error");
    Diagnostic::new(RULE.id, message, label).at(format!("/results/{index}/id")).help(RULE.fix)
}
