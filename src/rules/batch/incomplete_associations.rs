use crate::hubspot::classify::DocumentKind;
use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "batch/incomplete-associations",
    severity: Warning,
    summary: "HubSpot returned only some of the associations",
    explanation: "The types of associations/batch/read have `paging` on each result. It is present if the object has more associations than one response contains. The other associations of that object are missing from the response, without an error.",
    fix: "request the next page: repeat the input with `after`, the value of `paging.next.after`",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(
    &INFO,
    example!("invalid/batch-incomplete-associations.json", "invalid/document-association-batch.v4.min.json"),
    &[Check::Response(check)],
);

fn check(response: &Response<'_>) -> Option<Diagnostic> {
    let (number, first) = response.results.with_paging;
    if response.kind != DocumentKind::AssociationBatch || number == 0 {
        return None;
    }
    let message = format!(
        "the associations of {} are incomplete: `paging` is present (for example /results/{first})",
        count(number, "result")
    );
    let label = Label::new(response.bracket(Field::Results)?, "results with `paging`");
    Some(Diagnostic::new(&INFO, message, label).at(Field::Results.pointer()).help(INFO.fix))
}
