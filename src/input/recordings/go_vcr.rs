//! Cassettes of go-vcr, versions 2 to 4: `interactions` with a `url`, and a status in `code`.

use super::exchange::{Exchange, RecordedStatus};
use super::fields::{at, exchanges};
use super::node::Node;
use super::vcr::interaction;

pub(super) fn read(root: Node<'_>) -> Vec<Exchange> {
    exchanges(root.get("interactions").into_iter().flat_map(Node::items), |node| {
        let exchange = interaction(node);
        Exchange { status: exchange.status.clone().or_else(|| status_in_text(node)), ..exchange }
    })
}

/// The code in `status: 207 Multi-Status`, for a cassette without `code`.
fn status_in_text(node: Node<'_>) -> Option<RecordedStatus> {
    let status = at(node, &["response", "status"])?;
    let text = status.scalar()?;
    let code = text.split(' ').next()?.parse().ok().filter(|code| (100..=999).contains(code))?;
    let content = status.part().content();
    Some(RecordedStatus { code, span: content.start..(content.start + 3).min(content.end) })
}

#[cfg(test)]
mod tests {
    use crate::input::recordings::tests::{describe, describe_exchange};
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

    #[test]
    fn the_status_may_be_in_the_text() {
        for (status, found) in [
            ("207 Multi-Status", "207"),
            ("\"207 Multi-Status\"", "207"),
            ("'207'", "207"),
            ("Multi-Status", "-"),
            ("2070 Multi-Status", "-"),
            ("{}", "-"),
        ] {
            let text = format!(
                "version: 2\ninteractions:\n- request:\n    url: https://x/a\n  response:\n    body: '{{}}'\n    status: {status}\n"
            );
            assert_eq!(describe(RecordingFormat::GoVcr, &text), [format!("1 - https://x/a {found} | - | {{}}")]);
        }
    }
}
