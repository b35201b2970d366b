//! The value that a JSON Pointer names in any JSON text.

use super::body::Body;
use super::node::Node;
use crate::json::{Document, Kind, Value};

/// The value at a JSON Pointer (RFC 6901) as a body: the text of a string, the JSON text of anything else.
pub(crate) fn value_at(document: Document<'_>, pointer: &str) -> Option<Body> {
    let mut value = document.root();
    if !pointer.is_empty() {
        for token in pointer.strip_prefix('/')?.split('/') {
            value = child(value, &token.replace("~1", "/").replace("~0", "~"))?;
        }
    }
    Some(Body { parts: vec![Node::Json(value).part()], ..Body::default() })
}

fn child<'a>(value: Value<'a>, token: &str) -> Option<Value<'a>> {
    match value.kind() {
        Kind::Object => value.get(token),
        Kind::Array => {
            let is_index = token == "0" || !token.starts_with('0') && token.bytes().all(|byte| byte.is_ascii_digit());
            value.elements().nth(token.parse().ok().filter(|_| is_index)?)
        }
        _ => None,
    }
}
