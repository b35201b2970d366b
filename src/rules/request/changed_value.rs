//! What was sent comes back.

use crate::domain::Request;
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "request/changed-value",
    severity: Warning,
    summary: "a property came back otherwise than it was sent",
    explanation: "Values are compared as HubSpot keeps them: blanks around a text are cut off, addresses are in lower case, 60 and \"60\" and \"60.0\" are the same, so are milliseconds and the date-time that they mean, null and \"\", the order of a list parted by semicolons, CR LF and LF; texts with markup are let be, for HubSpot cleans it. Workflows and calculated properties change values too.",
    fix: "was the value changed by a workflow or another writer, or is this the answer to another request?",
    example: example!(request "request-changed-value"),
    ..Rule::USUAL
};

/// The finding for a value of the result at `place`.
pub fn told(request: &Request, value: Value<'_>, name: &str, place: usize, input: usize) -> Diagnostic {
    let message = format!("`{}` came back otherwise than {} sent it", shorten(name, 60), request.name(input));
    // The name is marked, not the value: that is what somebody has written.
    let marked = value.as_child().0.unwrap_or(value);
    let label = Label::new(marked.span(), "not what was sent");
    let mut at = format!("/results/{place}/properties");
    crate::document::push_token(&mut at, name);
    let compared = "compared as HubSpot keeps values: `callcheck explain request/changed-value`";
    Diagnostic::new(RULE.id, message, label).at(at).note(compared).help(RULE.fix)
}
