use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/associations",
    severity: Warning,
    summary: "a result contains `associations`",
    explanation: "HubSpot returns `associations` only for single objects and in list responses. None of HubSpot's batch response types contains it. Connectors that need associations also document that batch responses do not include them.",
    fix: "save the batch response itself; read associations with POST /crm/v4/associations/{from}/{to}/batch/read",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(&INFO, example!("call-associations"), &[Check::TypeMismatch(check)]);

fn check(result: Value<'_>) -> Vec<Diagnostic> {
    let finding = result.get("associations").map(|associations| {
        let label = Label::new(value_or_bracket(associations), "only in single-object and list responses");
        let message = "`associations` is not part of a batch response";
        Diagnostic::new(&INFO, message, label).at("/associations").help(INFO.fix)
    });
    finding.into_iter().collect()
}
