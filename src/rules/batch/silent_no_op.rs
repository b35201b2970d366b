use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "batch/silent-no-op",
    severity: Warning,
    summary: "the response contains neither results nor errors",
    explanation: "HubSpot accepted the request (HTTP 2xx), but it had no effect. Users reported this for requests without `inputs`, with empty `inputs`, or with ids in the wrong position (rudder-transformer #5167 and #5147, hubspot-api-nodejs #26 and #85).",
    fix: "check that the request body is {\"inputs\": [...]} with at least one input",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(&INFO, example!("batch-silent-no-op"), &[Check::Response(check)]);

fn check(response: &Response<'_>) -> Option<Diagnostic> {
    let reports_errors =
        !matches!(response.scalar(Field::NumErrors), None | Some(JsonScalar::Null | JsonScalar::Number("0")));
    if reports_errors || response.results.count > 0 || response.failures.items > 0 || !response.is_array(Field::Results)
    {
        return None;
    }
    let message = "the batch had no effect: no results and no errors";
    let label = Label::new(response.bracket(Field::Results)?, "empty `results`");
    Some(Diagnostic::new(&INFO, message, label).at(Field::Results.pointer()).help(INFO.fix))
}
