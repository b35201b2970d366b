//! `recording/*`: problems of recordings, regardless of the responses in them.

use super::Rule;
use super::example::example;
use crate::diagnostic::{Diagnostic, Label, RuleInfo, Severity::*};
use crate::span::Span;

pub(super) const RULES: &[Rule] = &[
    Rule::of(&DAMAGED, example!(wrong "invalid/recording-damaged.json")),
    Rule::of(&BODY, example!(wrong "invalid/recording-body.json")),
];

const DAMAGED: RuleInfo = RuleInfo::new(
    "recording/damaged",
    Error,
    "a recording is damaged",
    "The text of a recording is invalid JSON or YAML, or exceeds a limit. callcheck checks the exchanges that are complete before the damage. It cannot find those after it.",
)
.stopping();
const BODY: RuleInfo = RuleInfo::new(
    "recording/body",
    Error,
    "the body of a recorded response cannot be read",
    "A recorder stores a body as text, base64, hexadecimal chunks or in a separate file. Browsers can save a HAR file without the content of the responses. A body that is missing or cannot be decoded cannot be checked.",
);

/// The rest of a recording cannot be read.
pub(crate) fn damaged_recording(message: String, span: Span) -> Diagnostic {
    Diagnostic::new(&DAMAGED, message, Label::new(span, "the recording cannot be read from here"))
        .help("record it again, or repair the file")
}

/// A body cannot be decoded, or is missing.
pub(crate) fn recorded_body(message: String, span: Span) -> Diagnostic {
    Diagnostic::new(&BODY, message, Label::new(span, "this response was not checked"))
        .help("record the exchange again, with its response body")
}
