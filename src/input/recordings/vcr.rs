//! Cassettes of VCR (Ruby) and betamax (Python): `http_interactions`.

use super::exchange::Exchange;
use super::fields::{at, exchanges, headers, status, string_body, text};
use super::node::Node;

pub(super) fn read(root: Node<'_>) -> Vec<Exchange> {
    exchanges(root.get("http_interactions").into_iter().flat_map(Node::items), interaction)
}

/// One exchange. vcrpy has the same names; go-vcr has `url`, and the status in `code`.
pub(super) fn interaction(node: Node<'_>) -> Exchange {
    Exchange {
        method: text(node, &["request", "method"]),
        url: text(node, &["request", "uri"]).or_else(|| text(node, &["request", "url"])),
        status: status(at(node, &["response", "status", "code"]).or_else(|| at(node, &["response", "code"]))),
        headers: headers(at(node, &["response", "headers"])),
        request: string_body(at(node, &["request", "body"])),
        response: string_body(at(node, &["response", "body"])),
        ..Exchange::default()
    }
}

#[cfg(test)]
mod tests {
    use crate::input::recordings::RecordingFormat;
    use crate::input::recordings::tests::describe;

    #[test]
    fn exchanges_are_read() {
        let text = r#"{"http_interactions": [
            {"request": {"method": "post", "uri": "https://x/a", "body": {"encoding": "UTF-8", "string": "{}"}, "headers": {"Retry-After": ["1"]}},
             "response": {"status": {"code": 429, "message": null}, "headers": {"Retry-After": ["7"], "Content-Type": "text/html", "Date": []},
                "body": {"encoding": "ASCII-8BIT", "string": "[\"\u00e9\"]"}, "http_version": null}, "recorded_at": "x"},
            {"request": {"body": {"encoding": "utf-8", "string": ""}, "method": "GET", "uri": "https://x/b"},
             "response": {"body": {"encoding": "utf-8", "base64_string": "e3\n0="}, "status": {"code": "200"}}},
            {"request": {"method": "GET", "uri": "https://x/c", "body": ""},
             "response": {"body": {"results": []}, "status": {"code": 99}}},
            {"request": null, "response": {"body": null}}
        ], "recorded_with": "VCR 6.0.0"}"#;
        assert_eq!(
            describe(RecordingFormat::Vcr, text),
            [
                "1 post https://x/a 429 retry-after=7 content-type=text/html | {} | [\"é\"]",
                "2 GET https://x/b 200 |  | {}",
                "3 GET https://x/c - |  | {\"results\": []}",
                "4 - - - | - | ",
            ]
        );
    }
}
