//! Booleans among properties are the words "true" and "false".

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    id: "call/boolean",
    severity: Warning,
    summary: "a property that is true or false has another value",
    explanation: "Properties are strings on the wire, and those that are true or false have the words \"true\" and \"false\" (recorded; read back from a live account), null or \"\" where they are not set.",
    fix: "write \"true\" or \"false\"",
    example: example!("call-boolean"),
    checks: &[Check::Result(Field::Id, check)],
    ..Rule::USUAL
};

const BOOLEANS: [Field; 4] = [Field::HasVoicemail, Field::HasTranscript, Field::IsTruncated, Field::GdprDeleted];

fn check(record: &Record<'_>) -> Option<Diagnostic> {
    let is_odd = |field: &Field| {
        let text = record.fields.has(*field).then(|| record.set(*field)).flatten()?;
        (!text.is("true") && !text.is("false")).then_some((*field, text))
    };
    let (field, text) = BOOLEANS.iter().find_map(is_odd)?;
    let message = format!("`{}` must be \"true\" or \"false\", not \"{}\"", field.name(), shorten(&text.value(), 40));
    let label = Label::new(text.span(), "expected \"true\" or \"false\"");
    Some(Diagnostic::new(RULE.id, message, label).at(field.pointer()).help(RULE.fix))
}
