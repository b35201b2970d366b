use crate::rules::prelude::*;

const INFO: RuleInfo = RuleInfo {
    id: "call/boolean",
    severity: Warning,
    summary: "a boolean property is neither \"true\" nor \"false\"",
    explanation: "HubSpot sends every property value as a string. Booleans are \"true\" or \"false\", both in recorded responses and in a live account. A property that is not set is null or \"\".",
    fix: "use \"true\" or \"false\"",
    ..RuleInfo::DEFAULT
};

pub(super) const RULE: Rule = Rule::new(&INFO, example!("call-boolean"), &[Check::Result(Field::Id, check)]);

const BOOLEANS: [Field; 4] = [Field::HasVoicemail, Field::HasTranscript, Field::IsTruncated, Field::GdprDeleted];

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    let invalid = |field: &Field| {
        let text = record.set(*field)?;
        (!text.is("true") && !text.is("false")).then_some((*field, text))
    };
    let (field, text) = BOOLEANS.iter().find_map(invalid)?;
    let message = format!("`{}` must be \"true\" or \"false\", found \"{}\"", field.name(), shorten(&text.value(), 40));
    let label = Label::new(text.span(), "expected \"true\" or \"false\"");
    let suggestion = match text.value().trim().to_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "on" | "1" => Some("true"),
        "false" | "f" | "no" | "n" | "off" | "0" => Some("false"),
        _ => None,
    };
    Some(Diagnostic::new(&INFO, message, label).at(field.pointer()).help(did_you_mean(suggestion, INFO.fix)))
}
