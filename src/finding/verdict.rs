//! The verdict on a document in one word.

use crate::diagnostic::Counts;
use crate::hubspot::classify::DocumentKind;

/// The result of validating a document as a batch response, as a kind that callcheck.toml expects, or against a custom
/// schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// No errors. Also an empty response with status 204.
    Valid,
    /// At least one error, or invalid JSON.
    Invalid,
    /// Not a batch response, nor of a kind that is expected.
    Other,
    /// The only errors are values that could not be evaluated.
    Undecided,
}

impl Verdict {
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Valid => "valid",
            Verdict::Invalid => "invalid",
            Verdict::Other => "not-a-batch-response",
            Verdict::Undecided => "undecided",
        }
    }

    /// `is_expected`: callcheck.toml expects this kind.
    pub fn of(kind: DocumentKind, is_expected: bool, counts: Counts) -> Verdict {
        match kind {
            DocumentKind::BatchResponse | DocumentKind::NoContent | DocumentKind::Json => {}
            _ if is_expected => {}
            DocumentKind::BrokenJson => return Verdict::Invalid,
            _ => return Verdict::Other,
        }
        match counts.errors {
            0 => Verdict::Valid,
            errors if errors == counts.undecided => Verdict::Undecided,
            _ => Verdict::Invalid,
        }
    }
}
