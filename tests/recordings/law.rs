//! The law of recordings: each response has the findings of its body with its headers and `--request`, at locations in
//! the recording.

use std::collections::BTreeMap;
use std::path::Path;

use super::expected::{Recorded, Served, expected, write_served};
use super::text::{assert_encoded_at, assert_text_at};
use super::{Checked, Found, check};

/// The served response as a separate file.
struct Alone<'s> {
    served: &'s Served,
    findings: Vec<Found>,
}

fn alone<'s>(directory: &Path, index: usize, served: &'s Served, recorded: &Recorded) -> Alone<'s> {
    let request = directory.join(format!("{index}.request.json"));
    let response = directory.join(format!("{index}.http"));
    let (documents, err) = check(&[&response], |args| {
        args.request = (recorded.has_request && served.request.is_some()).then(|| request.clone());
        let object = served.object().filter(|_| recorded.has_url);
        args.objects = object.map(|name| name.parse().expect("an object")).into_iter().collect();
    });
    let [document] = &documents[..] else { panic!("one document: {err}") };
    Alone { served, findings: document.findings.clone() }
}

fn assert_law(recorded: &Recorded, number: usize, found: &Checked, alone: &Alone<'_>) {
    let (served, name) = (alone.served, format!("{}, exchange {number}", recorded.path.display()));
    let exchange = &found.document["exchange"];
    assert_eq!(exchange["status"], served.status, "{name}");
    if recorded.has_url {
        assert_eq!(
            (exchange["method"].as_str(), exchange["path"].as_str()),
            (Some(&*served.method), Some(&*served.path))
        );
    }
    let path = found.document["path"].as_str().expect("a path");
    let is_body_file = Path::new(path) != recorded.path;
    assert!(!is_body_file || path.contains("__files/"), "{name}: {path}");
    let text = std::fs::read(path).expect("a recording");
    let laws = |findings: &[Found]| findings.iter().map(|found| format!("{:?}", found.law())).collect::<Vec<_>>();
    assert_eq!(laws(&found.findings), laws(&alone.findings), "{name}");
    for (found, expected) in found.findings.iter().zip(&alone.findings) {
        let is_note = found.text("severity") == "note" && served.status >= 400;
        assert!(is_note || found.text("severity") == expected.text("severity"), "{name}: {found:?}");
        assert_location(&text, found, expected, served, is_body_file);
        assert_line(&text, found);
    }
}

/// The text at the location is that of the location in the body.
fn assert_location(recording: &[u8], found: &Found, expected: &Found, served: &Served, is_body_file: bool) {
    let headers = served.header_text().len();
    let (span, of_response) = (found.span(), expected.span());
    if of_response.start < headers {
        // A body file does not contain the status.
        assert!(is_body_file || recording[span] == *served.status.to_string().as_bytes(), "{found:?}");
        return;
    }
    let body = of_response.start - headers..of_response.end - headers;
    match found.decoded_offset() {
        Some(offset) => {
            assert_eq!(offset, body.start, "{found:?}");
            assert_encoded_at(recording, span.start, served);
        }
        // Nothing to point to.
        None if body.start == served.body.len() => {}
        None => assert_text_at(recording, span, served, body),
    }
}

/// Line and column, counted in characters, are those of the offset.
fn assert_line(recording: &[u8], found: &Found) {
    let before = &recording[..found.span().start];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let column = String::from_utf8_lossy(&before[start..]).chars().count() + 1;
    assert_eq!((found.number("line"), found.number("column")), (line as u64, column as u64), "{found:?}");
}

/// Responses of batch endpoints, and those without a URL.
fn is_checked(recorded: &Recorded, served: &Served) -> bool {
    !recorded.has_url || served.object().is_some()
}

/// The findings, their locations and their exchanges are those of the responses that the server sent.
#[test]
fn findings_are_those_of_the_bodies() {
    let expected = expected();
    let directory = write_served("served", &expected.served);
    let mut failures = Vec::new();
    for recorded in &expected.recordings {
        let compared = std::panic::catch_unwind(|| {
            let (documents, err) = check(&[&recorded.path], |_| ());
            let mut documents: BTreeMap<usize, Checked> = documents
                .into_iter()
                // 0 for the finding of a file that cannot be read.
                .map(|checked| (checked.document["exchange"]["number"].as_u64().unwrap_or(0) as usize, checked))
                .collect();
            for (position, &index) in recorded.exchanges.iter().enumerate() {
                let served = &expected.served[index];
                if !is_checked(recorded, served) {
                    continue;
                }
                let number = position + 1;
                let found = documents.remove(&number).unwrap_or_else(|| panic!("exchange {number} is checked: {err}"));
                assert_law(recorded, number, &found, &alone(&directory, index, served, recorded));
            }
            let left: Vec<_> = documents.keys().collect();
            assert!(left.is_empty(), "{left:?} are not batch endpoints");
        });
        if let Err(panic) = compared {
            let message = panic.downcast_ref::<String>().map_or("", String::as_str);
            failures.push(format!("{}: {message}", recorded.path.display()));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// The served responses cause findings of many rules, so that the law is not about empty lists.
#[test]
fn the_bodies_have_findings() {
    let expected = expected();
    let directory = write_served("with-findings", &expected.served);
    let recorded = &expected.recordings.iter().find(|recorded| recorded.path.ends_with("vcr.yml")).expect("vcr.yml");
    let batches = expected.served.iter().enumerate().filter(|(_, served)| served.object().is_some());
    let mut rules: Vec<String> = batches
        .flat_map(|(index, served)| alone(&directory, index, served, recorded).findings)
        .map(|found| found.text("rule").to_owned())
        .collect();
    rules.sort();
    rules.dedup();
    let expected = [
        "batch/partial-failure",
        "batch/unlisted-object",
        "call/disposition-near-miss",
        "call/timestamp-seconds",
        "document/error-response",
        "document/html",
        "json/syntax",
        "request/missing-result",
        "schema/enum",
        "schema/format",
        "schema/type",
    ];
    for rule in expected {
        assert!(rules.iter().any(|found| found.starts_with(rule)), "{rule} is not in {rules:?}");
    }
}

/// Exchanges with other paths are counted, and checked with `--all-exchanges` if they are JSON.
#[test]
fn other_exchanges_are_skipped() {
    let expected = expected();
    let mut failures = Vec::new();
    for recorded in expected.recordings.iter().filter(|recorded| recorded.has_url) {
        let served = recorded.exchanges.iter().map(|index| &expected.served[*index]);
        let (batches, others): (Vec<_>, Vec<_>) = served.partition(|served| served.object().is_some());
        let skipped = match others.len() {
            0 => String::new(),
            1 => "1 other exchange skipped".to_owned(),
            count => format!("{count} other exchanges skipped"),
        };
        let json = others.iter().filter(|served| served.body.starts_with(b"{")).count();
        let (documents, err) = check(&[&recorded.path], |_| ());
        let (all, _) = check(&[&recorded.path], |args| args.recordings.all_exchanges = true);
        if (documents.len(), all.len()) != (batches.len(), batches.len() + json) || !err.contains(&skipped) {
            failures.push(format!("{}: {}, {}, {err}", recorded.path.display(), documents.len(), all.len()));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
