//! Recordings of nock (Node.js): an array of objects with `scope`, `method` and `path`.
//!
//! nock parses a body that is JSON, so that the recording has its value. If the response is compressed, it has an array
//! of chunks in hexadecimal digits; if it is other binary data, one such string and `responseIsBinary`.

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
    if is_binary && response.text().is_some() {
        return encoded(Some(response), BodyEncoding::Hex);
    }
    if is_compressed && response.is_array() && response.items().all(is_hex) {
        let parts = response.items().map(Node::part).filter(|part| !part.content().is_empty()).collect();
        return Some(Body { parts, encoding: BodyEncoding::Hex, file: None });
    }
    body(Some(response))
}

/// True for a string of an even number of hexadecimal digits.
fn is_hex(node: Node<'_>) -> bool {
    node.text().is_some_and(|text| text.len() % 2 == 0 && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
