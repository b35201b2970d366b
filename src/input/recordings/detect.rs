//! Identifies recordings by their first bytes.
//!
//! Every document that is not accepted at once comes here, so that the cost matters: the first byte decides for most,
//! and for a JSON object its top-level keys, up to one that only responses have. Values are skipped by their brackets.
//! The text can be damaged, and usually ends in the middle.

use super::{MAX_DETECTED, RecordingFormat, curl};
use crate::input::MARK;
use crate::input::yaml::{YamlRecording, yaml_recording};
use crate::json::is_blank;

/// The format of an input that begins with these bytes (at most [`MAX_DETECTED`] are read); None if it is not a
/// recording. Does not depend on the order of properties, if they are within these bytes.
pub(crate) fn detect(beginning: &[u8]) -> Option<RecordingFormat> {
    let bytes = &beginning[..beginning.len().min(MAX_DETECTED)];
    let bytes = bytes.strip_prefix(MARK).unwrap_or(bytes).trim_ascii_start();
    let root = Shallow { bytes, at: 0 };
    match bytes.first()? {
        b'{' => in_object(root),
        b'[' => root.first_item().filter(|item| is_nock(*item)).map(|_| RecordingFormat::Nock),
        b'H' => curl::is_recording(bytes).then_some(RecordingFormat::Curl),
        _ => yaml_recording(bytes).map(|recording| match recording {
            YamlRecording::Vcr => RecordingFormat::Vcr,
            YamlRecording::Vcrpy => RecordingFormat::Vcrpy,
            YamlRecording::GoVcr => RecordingFormat::GoVcr,
        }),
    }
}

fn in_object(root: Shallow<'_>) -> Option<RecordingFormat> {
    let (mut request, mut response, mut interactions, mut info) = (None, None, None, None);
    let (mut has_version, mut has_items) = (false, false);
    for (key, value) in root.properties() {
        match key {
            // Only batch responses have these.
            b"results" | b"completedAt" | b"startedAt" => return None,
            b"log" if is_har_log(value) => return Some(RecordingFormat::Har),
            b"http_interactions" if is_array_of_objects(value) => return Some(RecordingFormat::Vcr),
            b"mappings" if value.first_item().is_some_and(is_mapping) => return Some(RecordingFormat::WireMock),
            b"collection" if is_postman_collection(value) => return Some(RecordingFormat::Postman),
            b"interactions" if is_array_of_objects(value) => interactions = Some(value),
            b"version" => has_version = true,
            b"info" => info = Some(value),
            b"item" => has_items = value.is(b'['),
            b"request" => request = Some(value),
            b"response" => response = Some(value),
            _ => {}
        }
    }
    let is_mapping = || is_stub(request?, response?).then_some(RecordingFormat::WireMock);
    let is_vcrpy = || {
        let is_one = interactions?.first_item().map_or(has_version, |item| is_interaction(item, has_version));
        is_one.then_some(RecordingFormat::Vcrpy)
    };
    let is_postman = || is_postman_info(info?, has_items).then_some(RecordingFormat::Postman);
    is_vcrpy().or_else(is_postman).or_else(is_mapping)
}

/// The log of a HAR file.
fn is_har_log(log: Shallow<'_>) -> bool {
    let has = |name: &str, opening: u8| log.get(name).is_some_and(|value| value.is(opening));
    has("entries", b'[') || has("version", b'"') && has("creator", b'{')
}

/// Also an empty one, or one of which nothing is known.
fn is_array_of_objects(value: Shallow<'_>) -> bool {
    value.is(b'[') && value.first_item().is_none_or(|item| item.is(b'{'))
}

/// An exchange of vcrpy. Contracts of Pact have interactions with other properties.
fn is_interaction(item: Shallow<'_>, has_version: bool) -> bool {
    let (request, response) = (item.get("request"), item.get("response"));
    let has_url = request.is_some_and(|request| request.get("uri").or_else(|| request.get("url")).is_some());
    // The rest of the first exchange may be too long.
    let has_both = request.is_some_and(|request| request.is(b'{')) && response.is_none_or(|value| value.is(b'{'));
    has_both && (has_url || has_version && item.is_cut())
}

/// A stub mapping of WireMock.
fn is_mapping(item: Shallow<'_>) -> bool {
    item.get("request").zip(item.get("response")).is_some_and(|(request, response)| is_stub(request, response))
}

/// Properties of responses that only WireMock has. A stub with one of them may have neither a status nor a body.
const STUB_RESPONSE_KEYS: [&str; 13] = [
    "additionalProxyRequestHeaders",
    "base64Body",
    "bodyFileName",
    "chunkedDribbleDelay",
    "delayDistribution",
    "fault",
    "fixedDelayMilliseconds",
    "jsonBody",
    "proxyBaseUrl",
    "proxyUrlPrefixToRemove",
    "removeProxyRequestHeaders",
    "transformerParameters",
    "transformers",
];

/// The request and the response of a stub. Entries of HAR files and exchanges of cassettes are not stubs.
fn is_stub(request: Shallow<'_>, response: Shallow<'_>) -> bool {
    const URLS: [&str; 5] = ["url", "urlPath", "urlPattern", "urlPathPattern", "urlPathTemplate"];
    let has = |value: Shallow<'_>, names: &[&str]| names.iter().any(|name| value.get(name).is_some());
    let is_status = |value: Shallow<'_>| value.bytes.get(value.at).is_some_and(u8::is_ascii_digit);
    let has_status = response.get("status").is_some_and(is_status);
    let is_of_wiremock = has(response, &STUB_RESPONSE_KEYS);
    let is_recorded = has(response, &["content", "headersSize"]) || has(request, &["uri"]);
    let has_url = has(request, &URLS) && (has_status || has(response, &["body"]));
    (has_url || is_of_wiremock && (has(request, &URLS) || has(request, &["method"]))) && !is_recorded
}

fn is_postman_collection(collection: Shallow<'_>) -> bool {
    let has_items = collection.get("item").is_some_and(|items| items.is(b'['));
    collection.get("info").is_some_and(|info| is_postman_info(info, has_items))
}

fn is_postman_info(info: Shallow<'_>, has_items: bool) -> bool {
    let schema = info.get("schema").map(Shallow::string).unwrap_or_default();
    memchr::memmem::find(schema, b"getpostman.com").is_some() || has_items && info.get("_postman_id").is_some()
}

/// A recorded exchange of nock.
fn is_nock(item: Shallow<'_>) -> bool {
    let has = |name: &str| item.get(name).is_some();
    let is_request = has("method") && (has("path") || has("status"));
    is_request && (has("scope") || item.is_cut() && has("response") && has("rawHeaders"))
}

/// A value of JSON text that is not validated.
#[derive(Clone, Copy)]
struct Shallow<'a> {
    bytes: &'a [u8],
    /// Position of its first byte.
    at: usize,
}

impl<'a> Shallow<'a> {
    fn is(self, opening: u8) -> bool {
        self.bytes.get(self.at) == Some(&opening)
    }

    /// The properties of an object until the text ends or is invalid.
    fn properties(self) -> impl Iterator<Item = (&'a [u8], Shallow<'a>)> {
        let Shallow { bytes, at } = self;
        let mut next = self.is(b'{').then_some(at + 1);
        std::iter::from_fn(move || {
            let start = skip_blank(bytes, next?);
            let end = skip_string(bytes, Some(start).filter(|start| bytes.get(*start) == Some(&b'"'))?)?;
            let colon = skip_blank(bytes, end);
            let value = skip_blank(bytes, Some(colon + 1).filter(|_| bytes.get(colon) == Some(&b':'))?);
            bytes.get(value)?;
            next = skip_comma(bytes, value);
            Some((&bytes[start + 1..end - 1], Shallow { bytes, at: value }))
        })
    }

    fn get(self, name: &str) -> Option<Shallow<'a>> {
        self.properties().find(|(key, _)| *key == name.as_bytes()).map(|(_, value)| value)
    }

    fn first_item(self) -> Option<Shallow<'a>> {
        let at = self.is(b'[').then(|| skip_blank(self.bytes, self.at + 1))?;
        let is_value = self.bytes.get(at).is_some_and(|byte| *byte != b']');
        is_value.then_some(Shallow { at, ..self })
    }

    /// The text of a string without quotes, with its escapes.
    fn string(self) -> &'a [u8] {
        let end = if self.is(b'"') { skip_string(self.bytes, self.at) } else { None };
        end.map_or(&[], |end| &self.bytes[self.at + 1..end - 1])
    }

    /// True if the value does not end in the text.
    fn is_cut(self) -> bool {
        skip_value(self.bytes, self.at).is_none()
    }
}

fn skip_blank(bytes: &[u8], at: usize) -> usize {
    at + bytes.get(at..).unwrap_or_default().iter().take_while(|byte| is_blank(**byte)).count()
}

/// The position after the comma that follows a value.
fn skip_comma(bytes: &[u8], value: usize) -> Option<usize> {
    let comma = skip_blank(bytes, skip_value(bytes, value)?);
    (bytes.get(comma) == Some(&b',')).then_some(comma + 1)
}

/// The position after a value.
fn skip_value(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0u32;
    loop {
        match bytes.get(at)? {
            b'"' => at = skip_string(bytes, at)?,
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            // A number or a word ends before a bracket or a comma.
            b'}' | b']' | b',' if depth == 0 => return Some(at),
            b'}' | b']' => {
                depth -= 1;
                at += 1;
            }
            _ => at += 1,
        }
        if depth == 0 && matches!(bytes[at - 1], b'"' | b'}' | b']') {
            return Some(at);
        }
    }
}

/// The position after the string that begins at `at`.
fn skip_string(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = at + 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use RecordingFormat::{Curl, Har, Nock, Postman, Vcr, Vcrpy, WireMock};

    #[test]
    fn recordings_are_detected() {
        for (text, format) in [
            (r#"{"log": {"version": "1.2", "creator": {"name": "x"}, "pages": [{"id": "]}"#, Har),
            (r#"{"log": {"_recordingName": "x", "entries": []}}"#, Har),
            ("\u{feff}\n {\"log\":{\"entries\":[{", Har),
            (r#"{"http_interactions": [{"request": {"method": "get""#, Vcr),
            (r#"{"recorded_with": "betamax/0.9.0", "http_interactions": []}"#, Vcr),
            (
                r#"{"version": 1, "interactions": [{"request": {"method": "POST", "uri": "https://x"}, "response": {}}]}"#,
                Vcrpy,
            ),
            (r#"{"interactions": [{"response": {"body": {}}, "request": {"body": null, "uri": "https://x"}}]}"#, Vcrpy),
            (r#"{"version": 1, "interactions": [{"request": {"body": "{\"inputs"#, Vcrpy),
            (r#"{"version": 1, "interactions": []}"#, Vcrpy),
            (r#"[{"scope": "https://x:443", "method": "POST", "path": "/a", "body": "", "status": 207"#, Nock),
            (r#"[{"method": "POST", "path": "/a", "rawHeaders": [], "response": ["1f8b"#, Nock),
            (r#"{"request": {"method": "GET", "urlPath": "/a"}, "response": {"status": 200}}"#, WireMock),
            (r#"{"id": "x", "response": {"jsonBody": {"results": []}}, "request": {"urlPattern": "/a.*"}}"#, WireMock),
            (r#"{"request":{"method":"GET","url":"/x"},"response":{"proxyBaseUrl":"http://y"}}"#, WireMock),
            (r#"{"request":{"method":"GET","url":"/x"},"response":{"fault":"EMPTY_RESPONSE"}}"#, WireMock),
            (r#"{"request":{"method":"ANY"},"response":{"status":200,"fixedDelayMilliseconds":1}}"#, WireMock),
            (r#"{"response":{"transformers":["x"]},"request":{"urlPathPattern":"/x.*"}}"#, WireMock),
            (r#"{"mappings":[{"request":{"method":"GET","url":"/x"},"response":{"fault":"x"}}]}"#, WireMock),
            (
                r#"{"mappings": [{"name": "x", "request": {"url": "/"}, "response": {"status": 204}}], "meta": {}}"#,
                WireMock,
            ),
            (
                r#"{"info": {"name": "x", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}"#,
                Postman,
            ),
            (r#"{"item": [{}], "info": {"_postman_id": "x", "name": "x"}}"#, Postman),
            (r#"{"collection": {"info": {"_postman_id": "x"}, "item": []}}"#, Postman),
            ("HTTP/1.1 207 Multi-Status\r\nA: b\r\n\r\n{}\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n{}", Curl),
            ("HTTP/2 200 \r\na: b\r\n\r\n{\"a\": 1}HTTP/2 404 \r\na: b\r\n\r\n", Curl),
            ("HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n{}", Curl),
            ("HTTP/2 200 \r\ncontent-length: 9\r\n\r\nnot JSON.HTTP/2 404 \r\na: b\r\n\r\n{}", Curl),
            (
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n[]\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n[]",
                Curl,
            ),
        ] {
            assert_eq!(detect(text.as_bytes()), Some(format), "{text}");
        }
    }

    #[test]
    fn other_documents_are_not_recordings() {
        for text in [
            "",
            "{}",
            "[]",
            "[{",
            "nothing",
            "\"http_interactions\"",
            r#"{"status":"COMPLETE","results":[],"startedAt":"x","completedAt":"y"}"#,
            r#"{"status":"COMPLETE","results":[{"id":"1"}],"request":{"method":"GET","url":"/"},"response":{"status":200}}"#,
            r#"{"status":"error","message":"http_interactions","correlationId":"x"}"#,
            r#"{"properties":{"hs_call_body":"{\"http_interactions\": [{}]}"}}"#,
            r#"{"http_interactions": "none"}"#,
            r#"{"http_interactions": [1]}"#,
            r#"{"log": "started"}"#,
            r#"{"log": {"version": "1.2"}}"#,
            r#"{"log": {"level": "debug", "entries": 3}}"#,
            r#"[{"id": "1", "properties": {"email": "x"}}]"#,
            r#"[{"method": "POST", "path": "/a", "status": 200}]"#,
            r#"[{"scope": "read", "name": "x"}]"#,
            // OpenAPI, package.json, Pact, an entry of a HAR file, a log.
            r#"{"openapi": "3.0.1", "info": {"title": "x", "version": "v3"}, "paths": {"/a": {"post": {}}}}"#,
            r#"{"name": "x", "version": "1.0.0", "repository": {"url": "https://x"}, "scripts": {}}"#,
            r#"{"consumer": {}, "interactions": [{"request": {"method": "GET", "path": "/"}, "response": {"status": 200}}]}"#,
            r#"{"request": {"method": "GET", "url": "/"}, "response": {"status": 200, "content": {"size": 2}}}"#,
            r#"{"request": {"method": "GET", "uri": "/"}, "response": {"status": {"code": 200}, "body": "x"}}"#,
            r#"{"request": {"id": "1"}, "response": {"status": 200, "body": "x"}}"#,
            r#"{"request": {"id": "1"}, "response": {"fault": "x"}}"#,
            r#"{"request": {"method": "GET", "url": "/"}, "response": {"error": "x"}}"#,
            r#"{"version": 1, "interactions": 3}"#,
            r#"{"info": {"name": "x"}, "item": []}"#,
            r#"{"mappings": {"properties": {}}}"#,
            // One response, with the headers before it.
            "HTTP/1.1 207 Multi-Status\r\nA: b\r\n\r\n{}",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n{}\n",
            "HTTP/1.1 301 Moved\r\nLocation: /x\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n{}",
            "HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 204 No Content\r\nA: b\r\n\r\n",
            "HTTP/1.1 204 No Content\r\nA: b\r\n\r\nHTTP/1.1 204 No Content\r\nA: b\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA: b\r\n\r\n{\"a\": \"}HTTP/1.1 200 OK\", \n\"b\": 1}",
            "HTTP/1.1 502 Bad Gateway\r\nA: b\r\n\r\n<h1>HTTP/1.1 502 Bad Gateway</h1>\n",
            "HTTP/1.1 200 OK\r\nA: b\r\n\r\n{}\nHTTP/1.1 is old\r\nA: b\r\n\r\n",
        ] {
            assert_eq!(detect(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn the_order_of_properties_does_not_matter_and_the_text_may_be_cut() {
        let text =
            r#"{"a": [1, "]", {"b": "\\"}], "recorded_with": "VCR \" {", "n": -1.5e3, "http_interactions": [{}]}"#;
        assert_eq!(detect(text.as_bytes()), Some(Vcr));
        for end in 0..text.len() {
            let expected = (end > text.find("[{}").expect("the array")).then_some(Vcr);
            assert_eq!(detect(&text.as_bytes()[..end]), expected, "{end}");
        }
        let late = format!(r#"{{"comment": "{}", "http_interactions": []}}"#, " ".repeat(MAX_DETECTED));
        assert_eq!(detect(late.as_bytes()), None);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "(HTTP/1.1 2|00 OK\n|[]{}\",:\\\\a\n 1]|\"log\":|\"request\":|\\[|\\{){0,30}") {
            detect(text.as_bytes());
        }
    }
}
