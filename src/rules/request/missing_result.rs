use crate::hubspot::{Reconciled, Request};
use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "request/missing-result",
    summary: "an input has neither a result nor an error",
    explanation: "HubSpot returns a result or an error for each input, in any order. If a record was merged into another one, HubSpot silently omits its id from a 200 response (rudder-transformer has a test for this). Errors of a create without `objectWriteTraceId` do not identify inputs. Clients that match results by position or by count lose records.",
    fix: "check whether the missing records were merged, deleted or archived; if you create records, send `objectWriteTraceId` with each input so that errors identify their inputs",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::of(&INFO, example!(request "request-missing-result"));

const MAX_INPUTS_NAMED: usize = 10;

/// `bracket` is the opening bracket of `results`.
pub(super) fn finding(request: &Request, reconciled: &Reconciled<'_>, bracket: Span) -> Option<Diagnostic> {
    if reconciled.missing.is_empty() {
        return None;
    }
    let (missing, all) = (reconciled.missing.len() as u64, count(reconciled.inputs as u64, "input"));
    let message = format!("no result or error for {missing} of {all}");
    let mut finding = Diagnostic::new(&INFO, message, Label::new(bracket, "results are missing")).at("/results");
    if reconciled.is_identified {
        let mut names: Vec<String> =
            reconciled.missing.iter().take(MAX_INPUTS_NAMED).map(|input| request.name(*input)).collect();
        if reconciled.missing.len() > MAX_INPUTS_NAMED {
            names.push(format!("{} more", reconciled.missing.len() - MAX_INPUTS_NAMED));
        }
        finding.notes.push(format!("inputs without a result or error: {}", list(&names, "and")));
    } else {
        finding
            .notes
            .push("the missing inputs cannot be identified: some results or errors do not name their input".to_owned());
    }
    if request.names_records() {
        finding.help.push("check whether the missing records were merged, deleted or archived".to_owned());
    }
    // An id identifies an input as well as a trace id does.
    if !(request.is_traced() || reconciled.is_identified && request.names_records()) {
        let help = "send `objectWriteTraceId` with each input so that errors identify their inputs";
        finding.help.push(help.to_owned());
    }
    Some(finding)
}
