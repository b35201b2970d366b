//! Every CRM object has the same envelope.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "batch/other-object",
    severity: Note,
    informs: true,
    summary: "the answer is of another CRM object than calls",
    explanation: "916 of the 917 batch types of HubSpot's API share the envelope, so an answer of contacts satisfies the schema for calls. The type is in `url`, or told by properties that calls do not have. The rules that know the properties of calls have nothing to say of it.",
    fix: "did you mean to check an answer of /crm/v3/objects/calls/batch/...?",
    example: example!("invalid/batch-other-object.json", "valid/create.pretty.json"),
    checks: &[Check::Answer(check)],
    ..Rule::USUAL
};

fn check(answer: &Answer<'_>) -> Option<Diagnostic> {
    let results = answer.results;
    if !answer.has_objects() || results.kinds.other.is_some() {
        return None;
    }
    let what = match (results.kinds.first, results.object()) {
        (Some(_), Some("calls")) => return None,
        (Some(((one, two), _)), None) => format!("objects of type {one}-{two}"),
        (Some(_), Some(name)) => name.to_owned(),
        (None, _) if results.calls > 0 => return None,
        (None, _) => {
            let (objects, place) = results.foreign?;
            format!("{objects} (by the properties of /results/{place})")
        }
    };
    let message = format!("this is an answer of {what}, not of calls");
    let label = Label::new(answer.bracket(Field::Results)?, "no calls");
    Some(Diagnostic::new(RULE.id, message, label).at(Field::Results.pointer()).help(RULE.fix))
}
