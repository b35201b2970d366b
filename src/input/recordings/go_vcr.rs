//! Cassettes of go-vcr, versions 2 to 4: `interactions` with a `url`, and a status in `code`.

use super::exchange::Exchange;
use super::fields::{at, body, exchanges, headers, status, text};
use super::node::Node;

pub(super) fn read(root: Node<'_>) -> Vec<Exchange> {
    exchanges(root.get("interactions").into_iter().flat_map(Node::items), interaction)
}

fn interaction(node: Node<'_>) -> Exchange {
    Exchange {
        method: text(node, &["request", "method"]),
        url: text(node, &["request", "url"]),
        status: status(at(node, &["response", "code"])),
        headers: headers(at(node, &["response", "headers"])),
        request: body(at(node, &["request", "body"])),
        response: body(at(node, &["response", "body"])),
        ..Exchange::default()
    }
}
