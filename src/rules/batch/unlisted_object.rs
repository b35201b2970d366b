use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "batch/unlisted-object",
    severity: Warning,
    summary: "the response contains objects that `--object` does not list",
    explanation: "`--object` and `objects` in callcheck.toml list the types of objects that responses should contain. An object of any other type is a sign of a wrong endpoint or a wrong file. The evidence is that of batch/unexpected-object. Objects that callcheck cannot identify are not reported.",
    fix: "check the endpoint, or add the object to `--object` or `objects`",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(&INFO, example!(objects "contacts"), &[Check::Response(check)]);

fn check(response: &Response<'_>) -> Option<Diagnostic> {
    let listed = &response.portal.objects;
    let object = response.object().filter(|object| !listed.is_empty() && !listed.contains(&object.kind))?;
    let names: Vec<String> = listed.iter().map(|kind| kind.named()).collect();
    let message =
        format!("response contains {} ({}), expected {}", object.kind.named(), object.reason(), list(&names, "or"));
    let label = Label::new(response.bracket(Field::Results)?, "objects that are not listed");
    Some(Diagnostic::new(&INFO, message, label).at(Field::Results.pointer()).help(INFO.fix))
}
