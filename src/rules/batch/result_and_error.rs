use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "batch/result-and-error",
    severity: Warning,
    summary: "the same id is in `results` and `errors`",
    explanation: "HubSpot returns either a result or an error for each input. No recorded response contains the same id in both.",
    fix: "remove either the result or the error; split merged responses into separate files",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule =
    Rule::new(&INFO, example!("invalid/batch-result-and-error.json", partial), &[Check::Response(check)]);

fn check(response: &Response<'_>) -> Option<Diagnostic> {
    let ids = &response.results.ids;
    let both: Vec<u64> = response.failures.ids.iter().filter_map(|key| ids.find(*key)).collect();
    let first = both.first()?;
    let message = match both.len() {
        1 => format!("the id of /results/{first} is also in `errors`"),
        many => format!("the ids of {many} results are also in `errors` (first: /results/{first})"),
    };
    let label = Label::new(response.bracket(Field::Errors)?, "contains ids that are also in `results`");
    Some(Diagnostic::new(&INFO, message, label).at(Field::Errors.pointer()).help(INFO.fix))
}
