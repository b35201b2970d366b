//! Cassettes of go-vcr, versions 2 to 4: `interactions` with a `url`, and a status in `code`.

use super::exchange::Exchange;
use super::fields::exchanges;
use super::node::Node;
use super::vcr::interaction;

pub(super) fn read(root: Node<'_>) -> Vec<Exchange> {
    exchanges(root.get("interactions").into_iter().flat_map(Node::items), interaction)
}

#[cfg(test)]
mod tests {
    use crate::input::recordings::tests::describe_exchange;
    use crate::input::recordings::{RecordingFormat, read};
    use crate::json::Tape;

    #[test]
    fn exchanges_are_read() {
        let text = r#"{"version": 2, "interactions": [{"id": 0, "request": {"body": "{}", "url": "https://x/a", "method": "POST"},
            "response": {"body": "[]", "headers": {"Content-Type": ["application/json"]}, "status": "200 OK", "code": 200, "duration": "1s"}}]}"#;
        let recording = read(RecordingFormat::GoVcr, text.as_bytes(), &mut Tape::default());
        let found = describe_exchange(&recording.exchanges[0], text);
        assert_eq!(found, "1 POST https://x/a 200 content-type=application/json | {} | []");
    }
}
