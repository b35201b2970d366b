use super::nearest;
use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/enumeration",
    severity: Warning,
    summary: "a value of an email, a task or a message is misspelled",
    explanation: "HubSpot documents the values of `hs_email_direction`, `hs_email_status`, `hs_task_status`, `hs_task_priority` and `hs_communication_channel_type` (guides to emails, tasks and communications, and HubSpot's command-line skills). The lists may be incomplete, so only values are reported that are a documented one in another case, with other separators, or with a typo. Values that accounts can configure, such as `hs_meeting_outcome` and `lifecyclestage`, are not compared.",
    fix: "use the documented value",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(
    &INFO,
    example!("invalid/call-enumeration.json", create),
    &[
        Check::Result(Field::EmailDirection, |record| check(record, Field::EmailDirection, &EMAIL_DIRECTIONS)),
        Check::Result(Field::EmailStatus, |record| check(record, Field::EmailStatus, &EMAIL_STATUSES)),
        Check::Result(Field::TaskStatus, |record| check(record, Field::TaskStatus, &TASK_STATUSES)),
        Check::Result(Field::TaskPriority, |record| check(record, Field::TaskPriority, &TASK_PRIORITIES)),
        Check::Result(Field::ChannelType, |record| check(record, Field::ChannelType, &CHANNEL_TYPES)),
    ],
);

static EMAIL_DIRECTIONS: [&str; 3] = ["EMAIL", "FORWARDED_EMAIL", "INCOMING_EMAIL"];
static EMAIL_STATUSES: [&str; 5] = ["BOUNCED", "FAILED", "SCHEDULED", "SENDING", "SENT"];
static TASK_STATUSES: [&str; 5] = ["COMPLETED", "DEFERRED", "IN_PROGRESS", "NOT_STARTED", "WAITING"];
static TASK_PRIORITIES: [&str; 4] = ["HIGH", "LOW", "MEDIUM", "NONE"];
static CHANNEL_TYPES: [&str; 3] = ["LINKEDIN_MESSAGE", "SMS", "WHATS_APP"];

fn check(record: &Record<'_>, field: Field, documented: &'static [&'static str]) -> Option<Diagnostic> {
    let value = record.set(field).filter(|value| !value.is_one_of(documented))?;
    let text = value.value();
    let upper = text.trim().to_uppercase().replace(['-', ' '], "_");
    let without_separator = |text: &str| text.replace('_', "");
    let same = documented.iter().copied().find(|known| without_separator(known) == without_separator(&upper));
    // Short values are similar by chance: SMS, RCS.
    let meant = same.or_else(|| nearest(&text, documented).filter(|known| known.len() > 5))?;
    let message = format!("unknown value of `{}`: \"{}\"", field.name(), shorten(&text, 40));
    let label = Label::new(value.span(), "not a documented value");
    let finding = Diagnostic::new(&INFO, message, label).at(field.pointer());
    Some(finding.help(format!("did you mean \"{meant}\"?")))
}
