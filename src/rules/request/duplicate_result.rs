//! An input has one result or one error.

use crate::hubspot::{DuplicateResult, Request};
use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "request/duplicate-result",
    severity: Warning,
    summary: "an input has more than one result or error",
    explanation: "HubSpot returns one result or one error for each input, and it rejects a batch with duplicate inputs (recorded). If an input has several results or errors, responses were merged or edited.",
    fix: "remove the duplicate; split merged responses into separate files",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::of(&INFO, example!(request "request-duplicate-result"));

/// `id` is the id of the result.
pub(super) fn finding(request: &Request, duplicate: &DuplicateResult, id: Value<'_>) -> Diagnostic {
    let name = request.name(duplicate.input);
    let (message, label, help) = if duplicate.has_error {
        (
            format!("{name} has both a result and an error"),
            "also listed in `errors`",
            "remove either the result or the error; split merged responses into separate files",
        )
    } else {
        (format!("duplicate result for {name}"), "the input already has a result", INFO.fix)
    };
    Diagnostic::new(&INFO, message, Label::new(id.span(), label))
        .at(format!("/results/{}/id", duplicate.result))
        .help(help)
}
