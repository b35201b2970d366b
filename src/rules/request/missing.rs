//! Every input is answered.

use crate::document::Span;
use crate::domain::{Reconciled, Request};
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "request/missing",
    summary: "an input is in neither results nor errors",
    explanation: "HubSpot answers each input by a result or an error, in any order. An id that was merged into another record is left out of a 200 without a word (rudder-transformer has a test for it), and a create without objectWriteTraceId names no input in its errors. Whoever matches answers by place or by count loses records.",
    fix: "look the record up: was it merged, deleted or archived? Send objectWriteTraceId with each input to have failures named",
    example: example!(request "request-missing"),
    ..Rule::USUAL
};

/// So many inputs are named.
const MOST: usize = 10;

/// The finding, if inputs are missing. `bracket` is that of the results.
pub fn told(request: &Request, said: &Reconciled<'_>, bracket: Span) -> Option<Diagnostic> {
    if said.missing.is_empty() {
        return None;
    }
    let (missing, all) = (said.missing.len() as u64, count(said.inputs as u64, "input"));
    let is = if missing == 1 { "is" } else { "are" };
    let message = format!("{missing} of {all} {is} in neither results nor errors");
    let mut finding = Diagnostic::new(RULE.id, message, Label::new(bracket, "inputs are missing")).at("/results");
    if said.are_known {
        let mut names: Vec<String> = said.missing.iter().take(MOST).map(|place| request.name(*place)).collect();
        if said.missing.len() > MOST {
            names.push(format!("{} more", said.missing.len() - MOST));
        }
        finding.notes.push(format!("missing: {}", list(&names, "and")));
    } else {
        finding.notes.push("which ones cannot be told: the answer does not say which input a result or an error is for".to_owned());
    }
    if request.names_records() {
        finding.help.push("look the record up: was it merged, deleted or archived?".to_owned());
    }
    if !request.is_traced() {
        finding.help.push("send objectWriteTraceId with each input to have failures named".to_owned());
    }
    Some(finding)
}
