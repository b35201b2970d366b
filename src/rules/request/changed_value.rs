//! Returned values equal the sent ones.

use crate::hubspot::{ChangedValue, Request};
use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "request/changed-value",
    severity: Warning,
    summary: "a property differs from the value in the request",
    explanation: "callcheck ignores differences that are due to how HubSpot stores values. Examples are surrounding whitespace, the case of email and web addresses, 60 and \"60.0\", null and \"\", CR LF and LF, the order of a semicolon-separated list, and Unix milliseconds instead of a date-time. Text with markup is not compared, because HubSpot sanitizes it. Workflows and calculated properties can change values as well.",
    fix: "check whether a workflow or another client changed the value, and whether the response belongs to this request",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::of(&INFO, example!(request "request-changed-value"));

pub(super) fn finding(request: &Request, changed: &ChangedValue<'_>) -> Diagnostic {
    let ChangedValue { value, name, result, input } = changed;
    let message = format!("`{}` differs from the value in {}", shorten(name, 60), request.name(*input));
    // The label marks the name, because the value may be private.
    let marked = value.as_child().0.unwrap_or(*value);
    let label = Label::new(marked.span(), "differs from the request");
    let mut at = format!("/results/{result}/properties");
    crate::json::push_token(&mut at, name);
    let compared = "values were normalized before the comparison (see `callcheck explain request/changed-value`)";
    Diagnostic::new(&INFO, message, label).at(at).note(compared).help(INFO.fix)
}
