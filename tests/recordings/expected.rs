//! tests/recorders/expected.json: the exchanges of the server, and which of them each recording contains.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{RECORDINGS, directory};

/// A request and its response, as the server received and sent them.
pub(super) struct Served {
    pub method: String,
    pub path: String,
    pub status: u16,
    /// Headers of the response that checks use.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// The bytes that were sent instead of the body.
    pub compressed: Option<Vec<u8>>,
    pub request: Option<Vec<u8>>,
}

impl Served {
    fn of(value: &Value) -> Self {
        let text = |property: &str| value[property].as_str().map(str::to_owned);
        let bytes = |property: &str| value[property].as_str().map(decode_base64);
        let headers = value["headers"].as_object().expect("headers");
        Served {
            method: text("method").expect("a method"),
            path: text("path").expect("a path"),
            status: value["status"].as_u64().and_then(|code| code.try_into().ok()).expect("a status"),
            headers: headers
                .iter()
                .map(|(name, value)| (name.clone(), value.as_str().expect("a header").to_owned()))
                .collect(),
            body: bytes("body").expect("a body"),
            compressed: bytes("compressed"),
            request: bytes("request"),
        }
    }

    /// The object of a batch endpoint.
    pub(super) fn object(&self) -> Option<&str> {
        self.path.split_once("/batch/").and_then(|(before, _)| before.rsplit('/').next())
    }

    /// Status and headers as `curl -i` prints them.
    pub(super) fn header_text(&self) -> String {
        let mut text = format!("HTTP/1.1 {} Recorded\r\n", self.status);
        for (name, value) in &self.headers {
            let _ = write!(text, "{name}: {value}\r\n");
        }
        text + "\r\n"
    }
}

/// A recording with its exchanges.
pub(super) struct Recorded {
    pub path: PathBuf,
    /// Indexes of the served exchanges, in the order of the recording.
    pub exchanges: Vec<usize>,
    pub has_request: bool,
    pub has_url: bool,
}

pub(super) struct Expected {
    pub served: Vec<Served>,
    pub recordings: Vec<Recorded>,
}

pub(super) fn expected() -> Expected {
    let text = std::fs::read_to_string("tests/recorders/expected.json").expect("an index");
    let index: Value = serde_json::from_str(&text).expect("JSON");
    let recordings = index["recordings"].as_object().expect("recordings");
    let recorded = |(name, entry): (&String, &Value)| Recorded {
        path: Path::new(RECORDINGS).join(name),
        exchanges: entry["exchanges"]
            .as_array()
            .expect("exchanges")
            .iter()
            .map(|number| number.as_u64().expect("a number") as usize - 1)
            .collect(),
        has_request: entry["has_request"] == true,
        has_url: entry["has_url"] == true,
    };
    Expected {
        served: index["exchanges"].as_array().expect("exchanges").iter().map(Served::of).collect(),
        recordings: recordings.iter().map(recorded).collect(),
    }
}

/// Every recording is in the index, and every one of the index exists.
#[test]
fn the_index_is_complete() {
    let mut listed: Vec<PathBuf> = expected().recordings.into_iter().map(|recorded| recorded.path).collect();
    listed.retain(|path| path.parent() == Some(Path::new(RECORDINGS)));
    listed.sort();
    let found: Vec<PathBuf> = super::common::fixtures(RECORDINGS);
    let found: Vec<PathBuf> =
        found.into_iter().filter(|path| path.extension().is_some_and(|end| end != "md")).collect();
    assert_eq!(listed, found);
}

/// Files with each response and its request, as `--request` takes them.
pub(super) fn write_served(name: &str, served: &[Served]) -> PathBuf {
    let directory = directory(name);
    for (index, exchange) in served.iter().enumerate() {
        let response = [exchange.header_text().as_bytes(), &exchange.body].concat();
        std::fs::write(directory.join(format!("{index}.http")), response).expect("a file");
        if let Some(request) = &exchange.request {
            std::fs::write(directory.join(format!("{index}.request.json")), request).expect("a file");
        }
    }
    directory
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub(super) fn decode_base64(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text
        .bytes()
        .take_while(|byte| *byte != b'=')
        .map(|byte| DIGITS.iter().position(|digit| *digit == byte).expect("base64") as u32)
        .collect();
    let decode = |group: &[u32]| {
        let bits = group.iter().fold(0, |bits, digit| bits << 6 | digit) << (6 * (4 - group.len()));
        bits.to_be_bytes()[1..group.len()].to_vec()
    };
    digits.chunks(4).flat_map(decode).collect()
}

/// The base64 digits of whole groups: at the end, up to two bytes are not encoded.
pub(super) fn encode_base64(bytes: &[u8]) -> String {
    let encode = |group: &[u8]| {
        let bits = group.iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte));
        [18, 12, 6, 0].map(|shift| char::from(DIGITS[(bits >> shift & 63) as usize]))
    };
    bytes.chunks_exact(3).flat_map(encode).collect()
}

#[test]
fn base64_is_decoded() {
    for (text, bytes) in [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob")] {
        assert_eq!(decode_base64(text), bytes.as_bytes());
        assert!(text.starts_with(&encode_base64(bytes.as_bytes())));
    }
}
