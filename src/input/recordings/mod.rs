//! Recordings of HTTP exchanges: cassettes of test libraries, HAR files of browsers, stubs and saved examples.
//!
//! [`detect`] identifies the format from the first bytes, [`read`] finds the exchanges, and [`Body::decode`] decodes
//! their bodies. A reader takes only the fields that are needed and is lenient about the others. It never decides
//! whether a response is valid.
//!
//! Invariant: spans are byte ranges of the recording, and [`Origins`] translates each offset of a decoded body back to
//! the recording, so that findings have their true locations.

mod body;
mod curl;
mod detect;
mod exchange;
mod fields;
mod files;
mod go_vcr;
mod har;
mod nock;
mod node;
mod origins;
mod part;
mod pointer;
mod postman;
mod vcr;
mod vcrpy;
mod wiremock;

pub(crate) use body::Body;
pub(crate) use detect::detect;
pub(crate) use exchange::{Damage, Exchange, RecordedStatus, Recording};
pub(crate) use files::body_file;
pub(crate) use origins::Origins;
pub(crate) use pointer::value_at;

use super::MARK;
use crate::json::{Document, MAX_LENGTH, SyntaxError, Tape, scan};
use node::Node;

/// Bytes of an input that decide whether it is a recording.
pub(crate) const MAX_DETECTED: usize = 64 * 1024;

/// The format of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RecordingFormat {
    /// HAR 1.2, also that of Polly.js and mitmproxy.
    Har,
    /// VCR (Ruby) and betamax (Python).
    Vcr,
    /// vcrpy (Python).
    Vcrpy,
    /// go-vcr, versions 2 to 4.
    GoVcr,
    /// nock (Node.js).
    Nock,
    /// One stub mapping of WireMock, or several.
    WireMock,
    /// Saved examples of a Postman collection.
    Postman,
    /// Several responses of `curl -i`.
    Curl,
}

impl RecordingFormat {
    /// The name in messages, after "a".
    pub(crate) fn name(self) -> &'static str {
        match self {
            RecordingFormat::Har => "HAR file",
            RecordingFormat::Vcr => "VCR cassette",
            RecordingFormat::Vcrpy => "vcrpy cassette",
            RecordingFormat::GoVcr => "go-vcr cassette",
            RecordingFormat::Nock => "nock recording",
            RecordingFormat::WireMock => "WireMock mapping",
            RecordingFormat::Postman => "Postman collection",
            RecordingFormat::Curl => "recording of `curl -i`",
        }
    }
}

/// Finds the exchanges. Overwrites the tape.
pub(crate) fn read(format: RecordingFormat, bytes: &[u8], tape: &mut Tape) -> Recording {
    let exchanges = match format {
        RecordingFormat::Har => har::read,
        RecordingFormat::Vcr => vcr::read,
        RecordingFormat::Vcrpy => vcrpy::read,
        RecordingFormat::GoVcr => go_vcr::read,
        RecordingFormat::Nock => nock::read,
        RecordingFormat::WireMock => wiremock::read,
        RecordingFormat::Postman => postman::read,
        RecordingFormat::Curl => return curl::read(bytes),
    };
    // A text that begins with neither `{` nor `[` is YAML, and is read here with the same functions.
    read_json(bytes, tape, exchanges)
}

fn read_json(bytes: &[u8], tape: &mut Tape, exchanges: fn(Node<'_>) -> Vec<Exchange>) -> Recording {
    if bytes.len() > MAX_LENGTH {
        let message = "the recording is larger than 4 GiB".to_owned();
        return Recording { exchanges: Vec::new(), damage: Some(Damage { message, span: 0..bytes.len() }) };
    }
    let start = if bytes.starts_with(MARK) { MARK.len() } else { 0 };
    match scan(bytes, start, tape) {
        Ok(()) => Recording { exchanges: exchanges(Node::Json(Document::of(bytes, tape).root())), damage: None },
        Err(error) => read_damaged(bytes, tape, &error, exchanges),
    }
}

/// The exchanges that are complete before the error.
fn read_damaged(
    bytes: &[u8],
    tape: &mut Tape,
    error: &SyntaxError,
    exchanges: fn(Node<'_>) -> Vec<Exchange>,
) -> Recording {
    let diagnostic = error.diagnostic(bytes, tape, 0, "input");
    let damage =
        Damage { message: format!("invalid JSON: {}", diagnostic.message), span: diagnostic.label.span.range() };
    let open = tape.open_containers(error);
    tape.close(error);
    let document = Document::of(bytes, tape);
    let mut found = if document.is_empty() { Vec::new() } else { exchanges(Node::Json(document.root())) };
    found.retain(|exchange| open.binary_search(&exchange.span.start).is_err());
    Recording { exchanges: found, damage: Some(damage) }
}
