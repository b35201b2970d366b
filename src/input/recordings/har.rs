//! HAR 1.2, the format of browsers (Chrome, Firefox), Polly.js and mitmproxy.
//!
//! The text of a response is usually decoded, although its headers have a `Content-Encoding`. Polly.js keeps compressed
//! bytes: as a JSON array of chunks in base64, and in hexadecimal digits before version 5.

use super::body::{Body, BodyEncoding};
use super::exchange::Exchange;
use super::fields::{at, body, encoded, exchanges, headers, status, text};
use super::node::Node;

pub(super) fn read(root: Node<'_>) -> Vec<Exchange> {
    exchanges(at(root, &["log", "entries"]).into_iter().flat_map(Node::items), entry)
}

fn entry(node: Node<'_>) -> Exchange {
    let exchange = Exchange {
        method: text(node, &["request", "method"]),
        url: text(node, &["request", "url"]),
        status: status(at(node, &["response", "status"])),
        headers: headers(at(node, &["response", "headers"])),
        request: at(node, &["request", "postData"]).and_then(content),
        response: at(node, &["response", "content"]).and_then(content),
        ..Exchange::default()
    };
    // Browsers write the status 0 for a request that was aborted or blocked.
    let status = at(node, &["response", "status"]).and_then(Node::scalar);
    if status.is_some_and(|status| status == "0") { exchange.without_response() } else { exchange }
}

/// The body of `content` or `postData`. Without `text` it was not recorded, unless its size is 0.
fn content(node: Node<'_>) -> Option<Body> {
    let is = |name: &str, expected: &str| {
        node.get(name).and_then(Node::scalar).is_some_and(|value| value.eq_ignore_ascii_case(expected))
    };
    match node.get("text").filter(|text| !text.is_null()) {
        None => is("size", "0").then(Body::default),
        text if is("encoding", "base64") => encoded(text, BodyEncoding::Base64),
        text if is("_isBinary", "true") => encoded(text, BodyEncoding::Hex),
        text => body(text),
    }
}

#[cfg(test)]
mod tests {
    use crate::input::recordings::RecordingFormat;
    use crate::input::recordings::tests::describe;

    #[test]
    fn exchanges_are_read() {
        let text = r#"{"log": {"version": "1.2", "creator": {}, "entries": [
            {"request": {"method": "POST", "url": "https://x/a?b=c", "postData": {"mimeType": "application/json", "text": "{\"a\": 1}"}},
             "response": {"status": 207, "headers": [{"name": "Content-Type", "value": "application/json"}, {"name": "Date", "value": "x"},
                {"name": "X-HubSpot-Correlation-Id", "value": "c0"}, {"name": "content-length", "value": 3}],
                "content": {"size": 2, "mimeType": "application/json", "text": "{\"b\": \"\\n\"}"}}},
            "not an object",
            {"request": {"method": "GET", "url": "/b", "postData": {}}, "response": {"status": 0, "headers": [], "content": {"size": 0, "text": "{}"}}},
            {"request": {"method": "GET", "url": "/c"}, "response": {"status": 200, "content": {"text": "e30=", "encoding": "base64"}}},
            {"request": {"method": "GET", "url": "/d"}, "response": {"status": 204, "content": {"size": 0}}},
            {"request": {"method": "GET", "url": "/e"}, "response": {"status": 200, "content": {"text": "[\"ew==\",\"fQ==\"]", "encoding": "base64"}}},
            {"request": {"method": "GET", "url": "/f"}, "response": {"status": 200, "content": {"text": "[\"7b\",\"7d\"]", "_isBinary": true}}},
            {}
        ]}}"#;
        assert_eq!(
            describe(RecordingFormat::Har, text),
            [
                "1 POST https://x/a?b=c 207 content-type=application/json x-hubspot-correlation-id=c0 | {\"a\": 1} | {\"b\": \"\\n\"}",
                "3 GET - - | - | -",
                "4 GET /c 200 | - | {}",
                "5 GET /d 204 | - | ",
                "6 GET /e 200 | - | {}",
                "7 GET /f 200 | - | {}",
                "8 - - - | - | -",
            ]
        );
    }
}
