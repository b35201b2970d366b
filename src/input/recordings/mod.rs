//! Recordings of HTTP exchanges: cassettes of test libraries, HAR files of browsers, stubs and saved examples.
//!
//! [`detect()`] identifies the format from the first bytes, [`read`] finds the exchanges, and [`Body::decode`] decodes
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
use super::yaml::{YamlError, YamlTree};
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
    let text = bytes.strip_prefix(MARK).unwrap_or(bytes).trim_ascii_start();
    match text.first() {
        Some(b'{' | b'[') => read_json(bytes, tape, exchanges),
        _ => read_yaml(bytes, exchanges),
    }
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

fn read_yaml(bytes: &[u8], exchanges: fn(Node<'_>) -> Vec<Exchange>) -> Recording {
    let (tree, error) = YamlTree::parse(bytes);
    let mut found = tree.root().map_or_else(Vec::new, |root| exchanges(Node::Yaml(root)));
    let damage = error.map(|YamlError { message, at }| {
        let open = tree.open_containers();
        found.retain(|exchange| open.binary_search(&exchange.span.start).is_err());
        Damage { message, span: at..(at + 1).min(bytes.len()).max(at) }
    });
    Recording { exchanges: found, damage }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FORMATS: [RecordingFormat; 8] = [
        RecordingFormat::Har,
        RecordingFormat::Vcr,
        RecordingFormat::Vcrpy,
        RecordingFormat::GoVcr,
        RecordingFormat::Nock,
        RecordingFormat::WireMock,
        RecordingFormat::Postman,
        RecordingFormat::Curl,
    ];

    /// The exchanges as text. Checks that the format is detected, and that each span is the text that it should be.
    pub(super) fn describe(format: RecordingFormat, text: &str) -> Vec<String> {
        assert_eq!(detect(text.as_bytes()), Some(format), "{text}");
        let mut tape = Tape::default();
        let recording = read(format, text.as_bytes(), &mut tape);
        assert!(recording.damage.is_none(), "{:?}", recording.damage);
        recording.exchanges.iter().map(|exchange| describe_exchange(exchange, text)).collect()
    }

    pub(super) fn describe_exchange(exchange: &Exchange, text: &str) -> String {
        let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
        let status = exchange.status.as_ref().map(|status| {
            assert_eq!(text[status.span.clone()].trim_matches('"'), status.code.to_string());
            status.code.to_string()
        });
        let headers: String = exchange.headers.iter().map(|(name, value)| format!("{name}={value} ")).collect();
        let body = |body: &Option<Body>| {
            let Some(body) = body else { return "-".to_owned() };
            if let Some(file) = &body.file {
                return format!("file {file}");
            }
            let decoded = body.decode(text.as_bytes()).expect("the body can be decoded");
            String::from_utf8_lossy(&decoded.bytes).into_owned()
        };
        let (method, url, status) = (or_none(&exchange.method), or_none(&exchange.url), or_none(&status));
        let (request, response) = (body(&exchange.request), body(&exchange.response));
        format!("{} {method} {url} {status} {headers}| {request} | {response}", exchange.number)
    }

    #[test]
    fn damaged_json_has_the_exchanges_before_the_error() {
        let text = r#"{"http_interactions": [
            {"request": {"uri": "/a"}, "response": {"body": {"string": "{}"}, "status": {"code": 200}}},
            {"request": {"uri": "/b"}, "response": {"body": {"string": "[]"}, "status": {"code": 201}}}"#;
        let mut counts = Vec::new();
        for end in 1..=text.len() {
            for (suffix, span) in [("", end..end), ("\u{1}", end..end + 1)] {
                let damaged = format!("{}{suffix}", &text[..end]);
                let recording = read(RecordingFormat::Vcr, damaged.as_bytes(), &mut Tape::default());
                let damage = recording.damage.expect("the text is incomplete");
                assert!(damage.span.end <= damaged.len() && damage.span.start <= span.start, "{damage:?}");
                for exchange in &recording.exchanges {
                    assert!(exchange.url.is_some() && exchange.status.is_some() && exchange.response.is_some());
                }
                counts.push(recording.exchanges.len());
            }
        }
        counts.dedup();
        assert_eq!(counts, [0, 1, 2]);
        let recording = read(RecordingFormat::Vcr, text.as_bytes(), &mut Tape::default());
        let damage = recording.damage.expect("the text is incomplete");
        assert_eq!(
            (damage.message.as_str(), damage.span),
            ("invalid JSON: unexpected end of input in an array: expected `,` or `]`", text.len()..text.len())
        );
        let recording = read(RecordingFormat::WireMock, br#"{"request": {}, "response": {}"#, &mut Tape::default());
        assert_eq!(recording.exchanges.len(), 0);
    }

    #[test]
    fn other_json_does_not_have_exchanges() {
        for format in FORMATS.into_iter().filter(|format| *format != RecordingFormat::WireMock) {
            for text in [
                "",
                "{}",
                "[]",
                "7",
                "\"log\"",
                "{\"log\": 7, \"interactions\": {\"a\": {}}}",
                "\u{feff}{}",
                "[1, null]",
            ] {
                let recording = read(format, text.as_bytes(), &mut Tape::default());
                assert!(recording.exchanges.is_empty(), "{format:?} {text}");
            }
        }
    }

    /// Texts in each format, to be damaged.
    const TEXTS: [&str; 4] = [
        r#"{"log": {"entries": [{"request": {"url": "/a", "method": "POST"}, "response": {"status": 200, "headers": [{"name": "Retry-After", "value": "1"}], "content": {"text": "e30=\u000a", "encoding": "base64"}}}, {"request": {}}]}}"#,
        r#"{"version": 1, "http_interactions": [{"request": {"body": {"string": "\ud83d\ude00"}}, "response": {"status": {"code": 200}, "body": {"base64_string": "e30="}}}], "interactions": []}"#,
        r#"[{"scope": "x", "method": "GET", "path": "/", "status": 200, "response": ["7b", "7d"], "rawHeaders": ["Content-Encoding", "gzip"]}]"#,
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\nA: b\r\n\r\n{}HTTP/2 404 \r\n\r\n",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

        #[test]
        fn damaged_recordings_are_read_without_a_panic(
            text in prop::sample::select(TEXTS.to_vec()),
            changes in prop::collection::vec((any::<prop::sample::Index>(), prop_oneof![any::<u8>(), prop::sample::select(b"\"\\{}[],:0u\n".to_vec())]), 0..4),
            end in any::<prop::sample::Index>(),
            is_cut in any::<bool>(),
        ) {
            let mut bytes = text.as_bytes().to_vec();
            changes.iter().for_each(|(index, byte)| { let index = index.index(bytes.len()); bytes[index] = *byte; });
            if is_cut {
                bytes.truncate(end.index(bytes.len()));
            }
            detect(&bytes);
            for format in FORMATS {
                let recording = read(format, &bytes, &mut Tape::default());
                prop_assert!(recording.damage.is_none_or(|damage| damage.span.end <= bytes.len()));
                for exchange in recording.exchanges {
                    prop_assert!(exchange.span.end <= bytes.len());
                    for body in [exchange.request, exchange.response].iter().flatten() {
                        match body.decode(&bytes) {
                            Ok(mut decoded) => {
                                prop_assert!(decoded.origins.span().end <= bytes.len());
                                let position = decoded.origins.position(decoded.bytes.len() as u64);
                                prop_assert!(position.is_none_or(|position| position <= bytes.len()));
                            }
                            Err(error) => prop_assert!(error.span.end <= bytes.len() && !error.message.is_empty()),
                        }
                    }
                }
            }
        }
    }
}
