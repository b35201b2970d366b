//! Cassettes of vcrpy (Python): `interactions`, with the names of VCR.

use super::exchange::Exchange;
use super::fields::exchanges;
use super::node::Node;
use super::vcr::interaction;

pub(super) fn read(root: Node<'_>) -> Vec<Exchange> {
    exchanges(root.get("interactions").into_iter().flat_map(Node::items), interaction)
}

#[cfg(test)]
mod tests {
    use crate::input::recordings::RecordingFormat;
    use crate::input::recordings::tests::describe;

    #[test]
    fn exchanges_are_read() {
        let text = r#"{"version": 1, "interactions": [
            {"request": {"method": "POST", "uri": "https://x/a", "body": "{\"inputs\": []}", "headers": {}},
             "response": {"status": {"code": 207, "message": "Multi-Status"}, "headers": {"content-encoding": ["gzip"]},
                "body": {"string": "{\"a\":\ud83d}"}}},
            {"request": {"method": "GET", "uri": "https://x/b", "body": null}, "response": {"status": {"code": 200}, "body": {"string": ""}}},
            {"request": {"method": "GET", "uri": "https://x/b", "body": {"inputs": [1]}}, "response": {}}
        ]}"#;
        assert_eq!(
            describe(RecordingFormat::Vcrpy, text),
            [
                "1 POST https://x/a 207 content-encoding=gzip | {\"inputs\": []} | {\"a\":\u{FFFD}}",
                "2 GET https://x/b 200 |  | ",
                "3 GET https://x/b - | {\"inputs\": [1]} | -",
            ]
        );
    }
}
