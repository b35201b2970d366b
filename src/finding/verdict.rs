//! The verdict on a document in one word.

use crate::diagnostic::Counts;
use crate::hubspot::classify::DocumentKind;

/// The result of validating a document as a batch response, or against a custom schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// No errors. Also an empty response with status 204.
    Valid,
    /// At least one error, or invalid JSON.
    Invalid,
    /// Not a batch response.
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

    pub fn of(kind: DocumentKind, counts: Counts) -> Verdict {
        match kind {
            DocumentKind::NoContent if counts.errors == 0 => Verdict::Valid,
            DocumentKind::BatchResponse | DocumentKind::Json if counts.errors == 0 => Verdict::Valid,
            DocumentKind::BatchResponse | DocumentKind::Json if counts.errors == counts.undecided => Verdict::Undecided,
            DocumentKind::BatchResponse | DocumentKind::Json | DocumentKind::BrokenJson => Verdict::Invalid,
            _ => Verdict::Other,
        }
    }
}
