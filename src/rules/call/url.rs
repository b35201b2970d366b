use crate::hubspot::RecordUrl;
use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/url",
    severity: Warning,
    summary: "`url` does not point to the record",
    explanation: "`url` ends in /record/{type}/{id} with the id of the result (10 of 10 recorded URLs), or it is a list of activities, /objects/{type}/views/all/list, with the id in its filter (a recorded note of 2026). Both forms are right for calls. The embedded schema does not describe `url`.",
    fix: "use \"https://app.hubspot.com/contacts/{portal}/record/0-48/{id}\"",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(&INFO, example!("call-url"), &[Check::Result(Field::Url, check)]);

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    let url = record.string(Field::Url)?;
    let value = url.value();
    let id = record.string(Field::Id)?;
    let (message, label, help) = match RecordUrl::of(&value) {
        Some(RecordUrl { id: None, .. }) => return None,
        Some(RecordUrl { id: Some(other), .. }) if other == id.value() => return None,
        Some(RecordUrl { id: Some(other), account, kind, .. }) => {
            let own = id.value();
            let (other, own, account) = (shorten(other, 40), shorten(&own, 40), shorten(account, 80));
            (
                format!("`url` points to record {other}, but `id` is {own}"),
                "contains a different id",
                format!("use \"{account}/record/{kind}/{own}\""),
            )
        }
        None => {
            let message = "`url` must end in /record/{type}/{id}".to_owned();
            (message, "expected /record/{type}/{id}", INFO.fix.to_owned())
        }
    };
    let finding = Diagnostic::new(&INFO, message, Label::new(url.span(), label));
    Some(finding.at(Field::Url.pointer()).related(id.span(), "`id` is here").help(help))
}
