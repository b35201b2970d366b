//! Outcomes that an account has added.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "call/portal-disposition",
    severity: Note,
    informs: true,
    summary: "calls have outcomes that the account has defined",
    explanation: "HubSpot has six outcomes of its own; accounts add others, with GUIDs that only they know.",
    fix: "name them under `dispositions` in callcheck.toml: GET /calling/v1/dispositions lists those of the account",
    example: example!("call-portal-disposition"),
    checks: &[Check::Answer(check)],
    ..Rule::USUAL
};

fn check(answer: &Answer<'_>) -> Option<Diagnostic> {
    if !answer.has_objects() {
        return None;
    }
    let unknown = |guid: &String| !answer.portal.dispositions.contains_key(guid);
    let own: Vec<_> = answer.results.dispositions().filter(|(guid, ..)| unknown(guid)).collect();
    let (_, _, first) = own.first()?;
    let named: Vec<String> =
        own.iter().map(|(guid, number, _)| format!("{guid} ({})", count(*number, "call"))).collect();
    let message = match own.len() {
        1 => format!("an outcome of the account's own: {}", named[0]),
        many => format!("{many} outcomes of the account's own"),
    };
    let label = Label::new(answer.bracket(Field::Results)?, "with outcomes that HubSpot does not define");
    let finding = Diagnostic::new(RULE.id, message, label).at(Field::Results.pointer());
    let finding = if own.len() > 1 { finding.note(named.join(", ")) } else { finding };
    Some(finding.note(format!("the first is at /results/{first}/properties/hs_call_disposition")).help(RULE.fix))
}
