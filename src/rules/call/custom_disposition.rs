use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/custom-disposition",
    severity: Note,
    is_informational: true,
    summary: "calls use custom dispositions",
    explanation: "HubSpot defines six call dispositions (outcomes). Accounts can add custom ones, with GUIDs that differ from account to account.",
    fix: "add each GUID and its label to `[dispositions]` in callcheck.toml; GET /calling/v1/dispositions lists them",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(&INFO, example!("call-custom-disposition"), &[Check::Response(check)]);

fn check(response: &Response<'_>) -> Option<Diagnostic> {
    if !response.has_objects() {
        return None;
    }
    let unknown = |guid: &String| !response.portal.dispositions.contains_key(guid);
    let custom: Vec<_> = response.results.dispositions().filter(|(guid, ..)| unknown(guid)).collect();
    let (_, _, first) = custom.first()?;
    let named: Vec<String> =
        custom.iter().map(|(guid, number, _)| format!("{guid} ({})", count(*number, "call"))).collect();
    let message = match custom.len() {
        1 => format!("custom call disposition {}", named[0]),
        many => format!("{many} custom call dispositions"),
    };
    let label = Label::new(response.bracket(Field::Results)?, "contains custom dispositions");
    let finding = Diagnostic::new(&INFO, message, label).at(Field::Results.pointer());
    let finding =
        if custom.len() > 1 { finding.note(format!("custom dispositions: {}", named.join(", "))) } else { finding };
    Some(finding.note(format!("first occurrence: /results/{first}/properties/hs_call_disposition")).help(INFO.fix))
}
