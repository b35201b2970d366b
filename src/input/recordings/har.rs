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
    Exchange {
        method: text(node, &["request", "method"]),
        url: text(node, &["request", "url"]),
        status: status(at(node, &["response", "status"])),
        headers: headers(at(node, &["response", "headers"])),
        request: at(node, &["request", "postData"]).and_then(content),
        response: at(node, &["response", "content"]).and_then(content),
        ..Exchange::default()
    }
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
