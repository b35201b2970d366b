//! What a document is in one word.

use crate::diagnostic::Counts;
use crate::hubspot::classify::DocumentKind;

/// The answer to "is this a faithful batch answer?"
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// A batch answer without errors.
    Valid,
    /// A batch answer with errors, or JSON that is broken.
    Invalid,
    /// Something else.
    Other,
    /// A document that could not be checked, and without errors besides that.
    Undecided,
}

impl Verdict {
    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Valid => "valid",
            Verdict::Invalid => "invalid",
            Verdict::Other => "not-a-batch-response",
            Verdict::Undecided => "undecided",
        }
    }

    /// The verdict on a document of this kind with so many findings.
    pub fn of(kind: DocumentKind, counts: Counts) -> Verdict {
        match kind {
            DocumentKind::BatchResponse | DocumentKind::Json if counts.errors == 0 => Verdict::Valid,
            DocumentKind::BatchResponse | DocumentKind::Json if counts.errors == counts.undecided => Verdict::Undecided,
            DocumentKind::BatchResponse | DocumentKind::Json | DocumentKind::BrokenJson => Verdict::Invalid,
            _ => Verdict::Other,
        }
    }
}
