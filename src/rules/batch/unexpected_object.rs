use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "batch/unexpected-object",
    severity: Note,
    is_informational: true,
    summary: "the response contains CRM objects other than calls",
    explanation: "916 of the 917 batch types in HubSpot's API have the same required properties, so a response of contacts satisfies the schema for calls. All recorded batch responses of CRM objects are of objects other than calls, for example contacts, companies, emails, tasks and custom objects. callcheck recognizes the object type by `url`, or by properties that calls do not have. Rules for call properties do not apply to the response.",
    fix: "if you expected calls, check the response of /crm/v3/objects/calls/batch/... instead",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule =
    Rule::new(&INFO, example!("invalid/batch-unexpected-object.json", create), &[Check::Response(check)]);

fn check(response: &Response<'_>) -> Option<Diagnostic> {
    let results = response.results;
    if !response.has_objects() || results.kinds.other.is_some() {
        return None;
    }
    let what = match (results.kinds.first, results.object()) {
        (Some(_), Some("calls")) => return None,
        (Some(((one, two), _)), None) => format!("objects of type {one}-{two}"),
        (Some(_), Some(name)) => name.to_owned(),
        (None, _) if results.calls > 0 => return None,
        (None, _) => {
            let (objects, index) = results.foreign?;
            format!("{objects} (recognized by the properties of /results/{index})")
        }
    };
    let message = format!("response contains {what}, not calls");
    let label = Label::new(response.bracket(Field::Results)?, "not calls");
    Some(Diagnostic::new(&INFO, message, label).at(Field::Results.pointer()).help(INFO.fix))
}
