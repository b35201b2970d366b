use crate::hubspot::ObjectType;
use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "batch/unexpected-object",
    severity: Note,
    is_informational: true,
    summary: "the response contains CRM objects other than calls",
    explanation: "916 of the 917 batch types in HubSpot's API have the same required properties, so a response of contacts satisfies the schema for calls. All recorded batch responses of CRM objects are of objects other than calls, for example contacts, companies, emails, tasks and custom objects. The note names the evidence for the object. In this order, it is the type in `url`, `hs_obj_coords`, the message of an error (\"Could not get some CONTACT objects\"), or a property that only one type of objects has. The last is a property that a type of objects has by default: `email`, `firstname` and `lastname` of contacts, `domain` and `numberofemployees` of companies, `dealname` and `dealstage` of deals. Accounts can define the same names for custom objects, so callcheck does not identify contacts and companies with `hs_createdate` by them. Custom objects, activities and deals have `hs_createdate`. `lifecyclestage`, `hs_pipeline_stage` and `hs_sku` belong to several types, so they identify none. Objects that callcheck cannot identify have no note. Rules for call properties apply only to calls, all other rules to every object. With `--object` or `objects` in callcheck.toml, batch/unlisted-object replaces this note.",
    fix: "if the objects are right, list them with `--object` or with `objects` in callcheck.toml",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule =
    Rule::new(&INFO, example!("invalid/batch-unexpected-object.json", create), &[Check::Response(check)]);

fn check(response: &Response<'_>) -> Option<Diagnostic> {
    let object = response.object()?;
    let portal = response.portal;
    if object.kind == ObjectType::CALLS || !portal.objects.is_empty() || portal.has_unknown_object {
        return None;
    }
    let message = format!("response contains {}, not calls ({})", object.kind.named(), object.reason());
    let label = Label::new(response.bracket(Field::Results)?, "not calls");
    Some(Diagnostic::new(&INFO, message, label).at(Field::Results.pointer()).help(INFO.fix))
}
