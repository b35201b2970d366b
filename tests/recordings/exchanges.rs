//! Exchanges that have no response to check or no request to compare, and bodies that cannot be read.

use super::{Checked, check, directory};

/// Writes a recording in a new directory, and checks the directory.
fn check_text(name: &str, file: &str, text: &str) -> Vec<Checked> {
    let directory = directory(name);
    std::fs::write(directory.join(file), text).expect("a file");
    check(&[&directory], |_| {}).0
}

const URL: &str = "/crm/v3/objects/calls/batch/read";

#[test]
fn stubs_without_a_response_are_not_checked() {
    for response in [
        r#"{"proxyBaseUrl": "http://y"}"#,
        r#"{"fault": "EMPTY_RESPONSE"}"#,
        r#"{"status": 200, "fault": "EMPTY_RESPONSE", "bodyFileName": "missing.json"}"#,
    ] {
        let text = format!(r#"{{"request": {{"method": "POST", "url": "{URL}"}}, "response": {response}}}"#);
        let documents = check_text("stubs", "stub.json", &text);
        assert_eq!(documents.iter().flat_map(|document| &document.findings).count(), 0, "{response}");
    }
}

#[test]
fn a_missing_body_file_is_reported_at_its_name() {
    let text = format!(
        r#"{{"request": {{"method": "POST", "url": "{URL}"}}, "response": {{"status": 200, "bodyFileName": "missing.json"}}}}"#
    );
    let documents = check_text("body-file", "stub.json", &text);
    let finding = &documents[0].findings[0];
    assert_eq!(
        (finding.text("rule"), finding.span().start),
        ("recording/body", text.find("\"missing").expect("the name"))
    );
}

#[test]
fn an_aborted_request_is_not_checked() {
    let text = format!(
        r#"{{"log": {{"version": "1.2", "creator": {{}}, "entries": [{{"request": {{"method": "POST", "url": "{URL}"}},
            "response": {{"status": 0, "headers": [], "content": {{"size": 0}}}}}}]}}}}"#
    );
    let documents = check_text("aborted", "page.har.json", &text);
    assert_eq!(documents.iter().flat_map(|document| &document.findings).count(), 0);
}

#[test]
fn an_invalid_chunk_is_reported() {
    let text = format!(
        r#"[{{"scope": "https://api.hubapi.com:443", "method": "POST", "path": "{URL}", "status": 200,
            "response": ["1f8b08", "0z"], "rawHeaders": ["Content-Encoding", "gzip"]}}]"#
    );
    let documents = check_text("chunk", "nock.json", &text);
    let finding = &documents[0].findings[0];
    assert_eq!((finding.text("rule"), &text[finding.span()]), ("recording/body", "z"));
    assert!(finding.text("message").contains("unexpected `z`"), "{}", finding.text("message"));
}

#[test]
fn a_request_with_placeholders_is_not_compared() {
    for (id, is_compared) in [("50100000002", true), ("<CALL_ID>", false), ("{{id}}", false), ("***", false)] {
        let text = format!(
            r#"{{"http_interactions": [{{"request": {{"method": "post", "uri": "https://api.hubapi.com{URL}",
                "body": {{"string": "{{\"inputs\": [{{\"id\": \"{id}\"}}]}}"}}}},
                "response": {{"status": {{"code": 200}}, "body": {{"string": "{{\"status\": \"COMPLETE\",
                \"results\": [{{\"id\": \"50100000001\", \"properties\": {{}}}}]}}"}}}}}}]}}"#
        )
        .replace("\n", "");
        let documents = check_text("placeholders", "cassette.json", &text);
        let mut findings = documents.iter().flat_map(|document| &document.findings);
        assert_eq!(findings.any(|finding| finding.text("rule").starts_with("request/")), is_compared, "{id}");
    }
}

#[test]
fn each_response_of_curl_is_an_exchange() {
    let body = r#"{"status": "COMPLETE", "results": []}"#;
    let responses = format!("HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{body}");
    for text in [format!("{responses}HTTP/1.1 200 OK\r\n\r\n{body}"), responses] {
        let documents = check_text("curl", "responses.json", &text);
        let rules: Vec<_> =
            documents.iter().flat_map(|document| &document.findings).map(|found| found.text("rule")).collect();
        assert!(!rules.contains(&"json/syntax"), "{rules:?}");
        let numbers: Vec<_> =
            documents.iter().map(|document| document.document["exchange"]["number"].as_u64()).collect();
        assert_eq!(numbers[..2], [Some(1), Some(2)]);
    }
}
