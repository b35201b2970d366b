//! The content of a recording.

use std::ops::Range;

use super::body::Body;

/// One request with its response.
#[derive(Debug, Default)]
pub(crate) struct Exchange {
    /// From 1, in the order of the recording.
    pub number: u64,
    pub method: Option<String>,
    /// As it was recorded; hosts are often masked, and some formats have only a path.
    pub url: Option<String>,
    pub status: Option<RecordedStatus>,
    /// Headers of the response that checks use, with their values: names are lowercase.
    pub headers: Vec<(String, String)>,
    /// None if the recording does not have it. An empty body has no parts.
    pub request: Option<Body>,
    pub response: Option<Body>,
    /// Range of the exchange, or only its first byte.
    pub span: Range<usize>,
}

impl Exchange {
    /// An exchange without a response, such as an aborted request. It is counted, but without a URL and a response it
    /// is never checked.
    pub(super) fn without_response(self) -> Self {
        Exchange { url: None, status: None, response: None, ..self }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RecordedStatus {
    pub code: u16,
    pub span: Range<usize>,
}

/// The exchanges of a recording.
#[derive(Debug, Default)]
pub(crate) struct Recording {
    pub exchanges: Vec<Exchange>,
    /// Why the rest could not be read. The exchanges before it are complete.
    pub damage: Option<Damage>,
}

#[derive(Debug)]
pub(crate) struct Damage {
    /// Names what was expected and found, for example "invalid JSON: expected `,` or `}`, found `x`".
    pub message: String,
    pub span: Range<usize>,
}
