use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/meeting-times",
    severity: Warning,
    summary: "a meeting ends before it starts",
    explanation: "`hs_meeting_start_time` and `hs_meeting_end_time` are the times of a meeting in the calendar (HubSpot's guide \"Activities | Meetings\"). They are compared as times, because HubSpot returns date-times with and without a fraction, or milliseconds.",
    fix: "swap the times, or correct the end",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule =
    Rule::new(&INFO, example!("invalid/call-meeting-times.json", create), &[Check::Result(Field::MeetingEnd, check)]);

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    let (start, end) = (record.set(Field::MeetingStart)?, record.set(Field::MeetingEnd)?);
    let time = |text| TimeFormat::and_time(text).1;
    let early = time(start)?.saturating_sub(time(end)?);
    if early <= 0 {
        return None;
    }
    let label = Label::new(end.span(), "earlier than the start");
    let message = format!("the meeting ends {} before it starts", span_of_time(early));
    let finding = Diagnostic::new(&INFO, message, label).at(Field::MeetingEnd.pointer());
    Some(finding.related(start.span(), "`hs_meeting_start_time` is here").help(INFO.fix))
}
