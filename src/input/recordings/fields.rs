//! Fields that the formats have in common.

use std::borrow::Cow;

use super::body::{Body, BodyEncoding};
use super::exchange::{Exchange, RecordedStatus};
use super::node::Node;

/// Response headers that checks use.
const HEADERS: [&str; 4] = ["content-type", "content-encoding", "retry-after", "x-hubspot-correlation-id"];

/// The exchanges of an array. Items that are not objects count, and are not read.
pub(super) fn exchanges<'a>(
    items: impl Iterator<Item = Node<'a>>,
    read: impl Fn(Node<'a>) -> Exchange,
) -> Vec<Exchange> {
    let numbered = items.enumerate().filter(|(_, item)| item.is_object());
    numbered.map(|(index, item)| Exchange { number: index as u64 + 1, span: item.span(), ..read(item) }).collect()
}

/// The value at a path of property names.
pub(super) fn at<'a>(node: Node<'a>, path: &[&str]) -> Option<Node<'a>> {
    path.iter().try_fold(node, |node, name| node.get(name))
}

pub(super) fn text(node: Node<'_>, path: &[&str]) -> Option<String> {
    at(node, path)?.text().map(Cow::into_owned)
}

/// A number, or a string of digits.
pub(super) fn status(node: Option<Node<'_>>) -> Option<RecordedStatus> {
    let node = node?;
    let code = node.scalar()?.trim().parse().ok().filter(|code| (100..=999).contains(code))?;
    Some(RecordedStatus { code, span: node.span() })
}

/// The headers that checks use: an object, whose values can be arrays, or an array of objects (`name` or `key`, and
/// `value`), of pairs, or of names and values in turn.
pub(super) fn headers(node: Option<Node<'_>>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let Some(node) = node else { return found };
    for (name, value) in node.properties() {
        add_header(&name, value, &mut found);
    }
    let mut items = node.items();
    while let Some(item) = items.next() {
        if let Some(name) = item.text() {
            let Some(value) = items.next() else { break };
            add_header(&name, value, &mut found);
        } else if item.is_array() {
            let mut pair = item.items();
            if let (Some(name), Some(value)) = (pair.next().and_then(Node::text), pair.next()) {
                add_header(&name, value, &mut found);
            }
        } else if let Some(name) = item.get("name").or_else(|| item.get("key")).and_then(Node::text)
            && let Some(value) = item.get("value")
        {
            add_header(&name, value, &mut found);
        }
    }
    found
}

/// The name in lowercase, if checks use the header.
pub(super) fn header_name(name: &str) -> Option<&'static str> {
    HEADERS.into_iter().find(|header| header.eq_ignore_ascii_case(name.trim()))
}

fn add_header(name: &str, value: Node<'_>, found: &mut Vec<(String, String)>) {
    let Some(name) = header_name(name) else { return };
    let values = value.scalar().into_iter().chain(value.items().filter_map(Node::scalar));
    found.extend(values.map(|value| (name.to_owned(), value.trim().to_owned())));
}

/// A body that is text: a string, or an embedded JSON value. None if the property does not exist; `null` and an empty
/// string are an empty body.
pub(super) fn body(node: Option<Node<'_>>) -> Option<Body> {
    let is_binary = node.is_some_and(Node::is_binary);
    encoded(node, if is_binary { BodyEncoding::Base64 } else { BodyEncoding::Text })
}

pub(super) fn encoded(node: Option<Node<'_>>, encoding: BodyEncoding) -> Option<Body> {
    let node = node?;
    let part = node.part();
    let is_empty = node.is_null() || node.is_string() && part.content().is_empty();
    Some(if is_empty { Body::default() } else { Body::of(part, encoding) })
}

/// The body of VCR and vcrpy: an object with `string` or `base64_string`, or the text itself. An object without them is
/// embedded JSON.
pub(super) fn string_body(node: Option<Node<'_>>) -> Option<Body> {
    let node = node?;
    if let Some(text) = node.get("string") {
        return body(Some(text));
    }
    if let Some(text) = node.get("base64_string") {
        return encoded(Some(text), BodyEncoding::Base64);
    }
    body(Some(node))
}
