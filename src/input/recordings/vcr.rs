//! Cassettes of VCR (Ruby) and betamax (Python): `http_interactions`.

use super::exchange::Exchange;
use super::fields::{at, exchanges, headers, status, string_body, text};
use super::node::Node;

pub(super) fn read(root: Node<'_>) -> Vec<Exchange> {
    exchanges(root.get("http_interactions").into_iter().flat_map(Node::items), interaction)
}

/// One exchange. vcrpy has the same names.
pub(super) fn interaction(node: Node<'_>) -> Exchange {
    Exchange {
        method: text(node, &["request", "method"]),
        url: text(node, &["request", "uri"]),
        status: status(at(node, &["response", "status", "code"])),
        headers: headers(at(node, &["response", "headers"])),
        request: string_body(at(node, &["request", "body"])),
        response: string_body(at(node, &["response", "body"])),
        ..Exchange::default()
    }
}
