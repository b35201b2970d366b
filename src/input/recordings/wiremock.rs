//! Stubs of WireMock: one mapping, or several in `mappings`.

use super::body::{Body, BodyEncoding};
use super::exchange::Exchange;
use super::fields::{at, body, encoded, exchanges, headers, status, text};
use super::node::Node;

pub(super) fn read(root: Node<'_>) -> Vec<Exchange> {
    match root.get("mappings") {
        Some(mappings) => exchanges(mappings.items(), mapping),
        None => exchanges(std::iter::once(root), mapping),
    }
}

fn mapping(node: Node<'_>) -> Exchange {
    let exchange = Exchange {
        method: text(node, &["request", "method"]).filter(|method| method != "ANY"),
        url: node.get("request").and_then(url),
        status: status(at(node, &["response", "status"])),
        headers: headers(at(node, &["response", "headers"])),
        request: node.get("request").and_then(request_body),
        response: node.get("response").and_then(response_body),
        ..Exchange::default()
    };
    // A proxy has the response of another server, and after a fault there is none.
    let has = |name: &str| at(node, &["response", name]).is_some_and(|value| !value.is_null());
    if has("proxyBaseUrl") || has("fault") { exchange.without_response() } else { exchange }
}

fn url(request: Node<'_>) -> Option<String> {
    let literal = ["url", "urlPath", "urlPathTemplate"].iter().find_map(|name| text(request, &[name]));
    literal.or_else(|| {
        let pattern = ["urlPattern", "urlPathPattern"].iter().find_map(|name| text(request, &[name]));
        Some(literal_beginning(&pattern?))
    })
}

/// The text with which all matches of a regular expression begin. A dot alone is one: `/batch/read.json`.
fn literal_beginning(pattern: &str) -> String {
    let mut literal = String::new();
    let mut rest = pattern.strip_prefix('^').unwrap_or(pattern).chars().peekable();
    while let Some(character) = rest.next() {
        let character = match character {
            '\\' => match rest.next() {
                Some(escaped) if !escaped.is_ascii_alphanumeric() => escaped,
                _ => break,
            },
            '(' | '[' | '{' | '|' | '$' | '?' | '*' | '+' | '^' => break,
            other => other,
        };
        match rest.peek() {
            // The character is optional or repeated.
            Some('?' | '*' | '+' | '{') => break,
            _ => literal.push(character),
        }
    }
    literal
}

/// The body that requests are compared with, if it is one value.
fn request_body(request: Node<'_>) -> Option<Body> {
    let patterns = request.get("bodyPatterns")?;
    patterns.items().find_map(|pattern| body(pattern.get("equalToJson").or_else(|| pattern.get("equalTo"))))
}

/// Without any of the properties, the body is empty.
fn response_body(response: Node<'_>) -> Option<Body> {
    if let Some((node, file)) = response.get("bodyFileName").and_then(|node| Some((node, node.text()?))) {
        return Some(Body { file: Some(file.into_owned()), ..Body::of(node.part(), BodyEncoding::Text) });
    }
    body(response.get("jsonBody"))
        .or_else(|| body(response.get("body")))
        .or_else(|| encoded(response.get("base64Body"), BodyEncoding::Base64))
        .or_else(|| Some(Body::default()))
}

#[cfg(test)]
mod tests {
    use crate::input::recordings::tests::describe;
    use crate::input::recordings::{Body, RecordingFormat, read};
    use crate::json::Tape;

    #[test]
    fn exchanges_are_read() {
        let text = r#"{"mappings": [
            {"request": {"method": "POST", "url": "/a?b=c", "bodyPatterns": [{"matches": ".*"}, {"equalToJson": "{\"a\": 1}", "ignoreExtraElements": true}]},
             "response": {"status": 207, "jsonBody": {"b": "\u0041"}, "headers": {"Content-Type": "application/json"}}},
            {"request": {"method": "ANY", "urlPath": "/b", "bodyPatterns": [{"equalToJson": {"a": 1}}]}, "response": {"status": 200, "body": "{\"c\": \"\"}"}},
            {"request": {"urlPattern": "^/v1\\.0/c\\?x=.*"}, "response": {"status": 200, "base64Body": "e30"}},
            {"request": {"urlPathPattern": "/d/?([a-z]+)"}, "response": {"status": 200, "bodyFileName": "d.json"}},
            {"request": {"urlPathTemplate": "/e/{id}"}, "response": {"status": 204}},
            {"request": {"urlPath": "/f"}, "response": {"proxyBaseUrl": "https://x"}},
            {"request": {"method": "GET", "url": "/g"}, "response": {"status": 200, "fault": "EMPTY_RESPONSE"}},
            {"request": {"method": "GET", "url": "/h"}, "response": {"fixedDelayMilliseconds": 1, "fault": null}}
        ]}"#;
        let expected = [
            "1 POST /a?b=c 207 content-type=application/json | {\"a\": 1} | {\"b\": \"\\u0041\"}",
            "2 - /b 200 | {\"a\": 1} | {\"c\": \"\"}",
            "3 - /v1.0/c?x= 200 | - | {}",
            "4 - /d 200 | - | file d.json",
            "5 - /e/{id} 204 | - | ",
            "6 - - - | - | -",
            "7 GET - - | - | -",
            "8 GET /h - | - | ",
        ];
        assert_eq!(describe(RecordingFormat::WireMock, text), expected);
        let one = r#"{"request": {"method": "GET", "url": "/a"}, "response": {"status": 200, "body": "x"}}"#;
        assert_eq!(describe(RecordingFormat::WireMock, one), ["1 GET /a 200 | - | x"]);
    }

    #[test]
    fn a_body_file_has_the_range_of_its_name() {
        let text = r#"{"request": {"url": "/a"}, "response": {"status": 200, "bodyFileName": "a.json"}}"#;
        let recording = read(RecordingFormat::WireMock, text.as_bytes(), &mut Tape::default());
        let span = recording.exchanges[0].response.as_ref().and_then(Body::first_span).expect("a file");
        assert_eq!(&text[span], "\"a.json\"");
    }
}
