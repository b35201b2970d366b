use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "request/unexpected-result",
    severity: Warning,
    summary: "a result or an error does not belong to any input",
    explanation: "HubSpot returns only the requested records. If a record was merged into another one, HubSpot may return the other id. In that case, request/missing-result is reported as well.",
    fix: "check that the response belongs to this request",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::of(&INFO, example!(request "request-unexpected-result"));

/// The finding for the result at `index`.
pub(super) fn result(id: Value<'_>, index: usize) -> Diagnostic {
    let span = match id.kind() {
        Kind::String => id.span(),
        _ => first_byte(id),
    };
    let message = "result does not belong to any input of the request";
    Diagnostic::new(&INFO, message, Label::new(span, "not requested")).at(format!("/results/{index}")).help(INFO.fix)
}

/// The finding for the item of `errors` at `index`, which names inputs of another request.
pub(super) fn error(item: Value<'_>, index: usize) -> Diagnostic {
    let label = Label::new(first_byte(item), "does not match any input");
    let message = "error does not belong to any input of the request";
    Diagnostic::new(&INFO, message, label).at(format!("/errors/{index}")).help(INFO.fix)
}
