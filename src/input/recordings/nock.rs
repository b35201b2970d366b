//! Recordings of nock (Node.js): an array of objects with `scope`, `method` and `path`.
//!
//! nock parses a body that is JSON, so that the recording has its value. If the response is compressed, it has an array
//! of chunks in hexadecimal digits, or in base64; if it is other binary data, one such string and
//! `responseIsBinary`.

use super::body::{Body, BodyEncoding};
use super::exchange::Exchange;
use super::fields::{body, encoded, exchanges, headers, status, text};
use super::node::Node;

pub(super) fn read(root: Node<'_>) -> Vec<Exchange> {
    exchanges(root.items(), definition)
}

fn definition(node: Node<'_>) -> Exchange {
    let headers = headers(node.get("rawHeaders").or_else(|| node.get("headers")));
    let is_compressed = headers.iter().any(|(name, _)| name == "content-encoding");
    Exchange {
        method: text(node, &["method"]),
        url: text(node, &["path"]).map(|path| text(node, &["scope"]).unwrap_or_default() + &path),
        status: status(node.get("status")),
        request: body(node.get("body")),
        response: node.get("response").and_then(|response| body_of(node, response, is_compressed)),
        headers,
        ..Exchange::default()
    }
}

fn body_of(node: Node<'_>, response: Node<'_>, is_compressed: bool) -> Option<Body> {
    let is_binary = node.get("responseIsBinary").and_then(Node::scalar).is_some_and(|value| value == "true");
    if is_binary && response.is_string() {
        return encoded(Some(response), BodyEncoding::Hex);
    }
    // Also chunks with an invalid character, so that it is reported.
    if is_compressed && response.is_array() && response.items().all(Node::is_string) {
        let first = response.items().filter_map(Node::text).find(|text| !text.is_empty());
        let is_base64 = first.is_some_and(|text| text.starts_with(GZIP_IN_BASE64));
        let encoding = if is_base64 { BodyEncoding::Base64 } else { BodyEncoding::Hex };
        let parts = response.items().map(Node::part).filter(|part| !part.content().is_empty()).collect();
        return Some(Body { parts, encoding, file: None });
    }
    body(Some(response))
}

/// The first characters of gzip data in base64. They are not hexadecimal digits.
const GZIP_IN_BASE64: &str = "H4sI";

#[cfg(test)]
mod tests {
    use crate::input::recordings::tests::describe;
    use crate::input::recordings::{RecordingFormat, read};
    use crate::json::Tape;

    #[test]
    fn an_invalid_chunk_is_not_json() {
        let response = |chunks: &str| {
            format!(
                r#"[{{"scope": "x", "method": "GET", "path": "/", "response": {chunks}, "rawHeaders": ["Content-Encoding", "gzip"]}}]"#
            )
        };
        for (chunks, message, found) in [
            (r#"["1f8b", "0g"]"#, "invalid hexadecimal digits: unexpected `g`", "g"),
            (r#"["H4sI", "AA%A"]"#, "invalid base64: unexpected `%`", "%"),
        ] {
            let text = response(chunks);
            let recording = read(RecordingFormat::Nock, text.as_bytes(), &mut Tape::default());
            let body = recording.exchanges[0].response.as_ref().expect("a body");
            let error = body.decode(text.as_bytes()).expect_err(chunks);
            assert_eq!((error.message.as_str(), &text[error.span]), (message, found));
        }
        let text = response(r#"["H4sI", "AAAA"]"#);
        let recording = read(RecordingFormat::Nock, text.as_bytes(), &mut Tape::default());
        let body = recording.exchanges[0].response.as_ref().expect("a body");
        assert_eq!(*body.decode(text.as_bytes()).expect("base64").bytes, [0x1f, 0x8b, 8, 0, 0, 0]);
    }

    #[test]
    fn exchanges_are_read() {
        let text = r#"[
            {"scope": "https://api.x:443", "method": "POST", "path": "/a", "body": {"inputs": [{"id": "1"}]}, "status": 200,
             "response": {"results": []}, "rawHeaders": ["Content-Type", "application/json", "Retry-After", "3", "Date"], "responseIsBinary": false},
            {"scope": "http://x", "method": "GET", "path": "/b", "body": "", "status": 502, "response": "<html>\n", "rawHeaders": {"content-type": "text/html"}},
            {"scope": "http://x", "method": "GET", "path": "/c", "status": 200, "response": ["7b", "", "7D"], "rawHeaders": ["Content-Encoding", "gzip"]},
            {"scope": "http://x", "method": "GET", "path": "/d", "status": 200, "response": [{"id": 1}], "headers": {"content-encoding": "gzip"}},
            {"scope": "http://x", "method": "GET", "path": "/e", "status": 200, "response": ["7b7d"], "rawHeaders": []},
            {"scope": "http://x", "method": "GET", "path": "/f", "status": 200, "response": "5b5d", "rawHeaders": [["Retry-After", "1"]], "responseIsBinary": true},
            {"scope": "http://x", "method": "GET", "path": "/g", "status": 204, "response": ""}
        ]"#;
        assert_eq!(
            describe(RecordingFormat::Nock, text),
            [
                "1 POST https://api.x:443/a 200 content-type=application/json retry-after=3 | {\"inputs\": [{\"id\": \"1\"}]} | {\"results\": []}",
                "2 GET http://x/b 502 content-type=text/html |  | <html>\n",
                "3 GET http://x/c 200 content-encoding=gzip | - | {}",
                "4 GET http://x/d 200 content-encoding=gzip | - | [{\"id\": 1}]",
                "5 GET http://x/e 200 | - | [\"7b7d\"]",
                "6 GET http://x/f 200 retry-after=1 | - | []",
                "7 GET http://x/g 204 | - | ",
            ]
        );
    }
}
