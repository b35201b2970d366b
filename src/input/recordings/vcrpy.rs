//! Cassettes of vcrpy (Python): `interactions`, with the names of VCR.

use super::exchange::Exchange;
use super::fields::exchanges;
use super::node::Node;
use super::vcr::interaction;

pub(super) fn read(root: Node<'_>) -> Vec<Exchange> {
    exchanges(root.get("interactions").into_iter().flat_map(Node::items), interaction)
}
