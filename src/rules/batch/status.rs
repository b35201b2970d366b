use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "batch/status",
    severity: Note,
    summary: "`status` has a value that does not occur in recorded responses",
    explanation: "The status is COMPLETE in 100 of 100 recorded responses, including partial failures. HubSpot's types also define PENDING, PROCESSING and CANCELED. These values occur only in examples that were generated from the types.",
    fix: "use \"COMPLETE\" in fixtures, including those for partial failures",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(&INFO, example!("batch-status"), &[Check::Response(check)]);

fn check(response: &Response<'_>) -> Option<Diagnostic> {
    let status = response.string(Field::Status)?;
    let state = ["PENDING", "PROCESSING", "CANCELED"].into_iter().find(|state| status.is(state))?;
    let message = format!("unusual `status`: expected \"COMPLETE\", found \"{state}\"");
    let label = Label::new(status.span(), "expected \"COMPLETE\"");
    Some(Diagnostic::new(&INFO, message, label).at(Field::Status.pointer()).help(INFO.fix))
}
