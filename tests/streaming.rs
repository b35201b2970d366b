//! A streamed document has the same output as a buffered one: the same findings in the same order with the same
//! excerpts, for every chunk size and any number of threads.
#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

mod common;

use std::io::Read;

use callcheck::internals::check::CheckOptions;
use callcheck::internals::check::{Validator, check};
use callcheck::internals::diagnostic::Severity;
use callcheck::internals::finding::Event;
use callcheck::internals::hubspot::classify::DocumentKind;
use callcheck::internals::input::Source;
use callcheck::internals::json::{Document, PADDING, Tape};
use callcheck::internals::reporters::Format;
use callcheck::internals::rules::Expectation;
use callcheck::internals::rules::levels::Levels;
use callcheck::internals::schema::Schema;
use common::differential::{ChunkedInput, STYLE, assert_chunks_do_not_matter, render};
use common::generated::{mutated_response_of, noise, response_of_calls, schema, text};
use proptest::prelude::*;
use serde_json::{Value as Serde, json};

const FORMATS: &[Format] = &[Format::Full, Format::Json, Format::Rdjsonl];

/// Other events and the output, in every format.
fn printed(options: &CheckOptions<'_>, bytes: &[u8], chunk: usize, may_be_lines: bool) -> String {
    let input = ChunkedInput { chunk, may_be_lines, ..ChunkedInput::whole(bytes) };
    let rendered = FORMATS.iter().map(|format| render(options, input, *format, STYLE));
    rendered.map(|rendered| rendered.other_events + &rendered.output).collect()
}

fn assert_same(options: &CheckOptions<'_>, bytes: &[u8], sizes: &[usize]) {
    assert_chunks_do_not_matter(options, bytes, sizes, FORMATS, 3);
}

/// Of properties with the same name, the last one wins, even if the others were read long before.
#[test]
fn only_the_last_array_of_a_name_is_validated_in_chunks() {
    let elements = |id: &str| vec![format!(r#"{{"id":{id},"properties":{{"hs_call_direction":"x"}}}}"#); 12].join(",");
    let (bad, worse) = (elements("\"7\""), elements("7"));
    for members in [
        format!(r#""results":[{bad}],"results":[]"#),
        format!(r#""results":[{bad}],"results":[{worse}]"#),
        format!(r#""results":[{bad}],"errors":[{{}}],"errors":[],"results":[{worse}],"results":7"#),
        r#""errors":[{},{}],"results":[],"errors":[{"status":"error"}]"#.to_owned(),
    ] {
        let text = format!(r#"{{"status":"COMPLETE","startedAt":"2026-01-05T09:00:00Z",{members}}}"#);
        for end in [text.len(), text.len() - 1] {
            assert_same(&CheckOptions::new(Validator::embedded()), &text.as_bytes()[..end], &[1, 50, 400]);
        }
    }
}

/// Lines and columns continue when one thread takes over after the blocks of several threads.
#[test]
fn locations_after_blocks_are_right() {
    let schema = json!({"properties": {"results": {"items": {"properties": {"bad": {"type": "string"}}}}}});
    let schema = Schema::compile(schema).expect("a schema");
    let task = CheckOptions::new(Validator {
        schema: &schema,
        rules: None,
        request: None,
        recorded: None,
        expected: None,
        counts: false,
        rows: false,
        verbose: false,
    });
    for separator in [",", ",\n", ", "] {
        // Blocks are split inside this item, so the guess is wrong.
        let nested = format!(r#"{{"":[{}]}}"#, [r#"{"":1}"#; 30_000].join(separator));
        for before in [12, 20_000] {
            let mut elements = vec![r#"{"":1}"#; before];
            elements.extend([&*nested, r#"{"bad":1}"#, "1"]);
            let text = format!(r#"{{"results":[{}],"x":}}"#, elements.join(separator));
            assert_same(&task, &text.as_bytes()[..text.len() - 6], &[20_000, 120_000]);
            assert_same(&task, text.as_bytes(), &[20_000, 120_000]);
        }
    }
}

/// Failed inputs are counted across all errors, for any number of errors and threads.
#[test]
fn failed_inputs_are_counted_the_same_in_chunks() {
    let errors: Vec<String> = (0..60)
        .map(|id| {
            format!(
                r#"{{"status":"error","category":"OBJECT_NOT_FOUND","message":"m{id}","context":{{"ids":["{id}"]}}}}"#
            )
        })
        .collect();
    for verbose in [false, true] {
        let text = format!(
            r#"{{"status":"COMPLETE","startedAt":"2026-01-05T09:00:00Z","completedAt":"2026-01-05T09:00:01Z","results":[],"numErrors":60,"errors":[{}]}}"#,
            errors.join(",")
        );
        let task = CheckOptions::new(Validator { verbose, ..Validator::embedded() });
        assert_same(&task, text.as_bytes(), &[1, 100, 1000]);
        let events = common::events(
            &CheckOptions { window: 100, threads: 3, threads_from: 0, block: 300, ..task },
            "generated.json",
            &mut text.as_bytes(),
            false,
        );
        assert!(format!("{events:?}").contains("60 inputs failed"), "{events:?}");
    }
}

/// Unexpected text instead of an item or a separator.
#[test]
fn syntax_errors_at_every_position_are_the_same_in_chunks() {
    let text = r#"{"results":[{"id":1},{"id":2}],"errors":[ 3 ],"x":[]}"#;
    let task = CheckOptions::new(Validator::embedded());
    for at in 0..text.len() {
        for odd in ["", "}", "]", ",", ":", "\"", "-", "\u{0}"] {
            let removed = usize::from(odd.is_empty() || odd == "]");
            assert_same(&task, [&text[..at], odd, &text[at + removed..]].concat().as_bytes(), &[1, 20]);
        }
        assert_same(&task, &text.as_bytes()[..at], &[1, 20]);
    }
}

/// A configuration can expect some kinds of documents. Findings about items then count only if their document has one
/// of these kinds, which is known at its end.
#[test]
fn expected_kinds_are_the_same_in_chunks() {
    let item = |id: usize| match id {
        3 | 11 => format!(r#"{{"id":{id},"id":{id},"properties":{{"hs_call_status":"X"}}}}"#),
        _ => format!(r#"{{"id":{id},"properties":{{"hs_call_status":"X"}}}}"#),
    };
    let items: Vec<String> = (0..14).map(item).collect();
    let times = r#""startedAt":"2026-01-05T09:00:00Z","completedAt":"2026-01-05T09:00:01Z""#;
    let association = r#"{"from":{"id":"1"},"to":[{"toObjectId":2}]}"#;
    let failure = r#"{"status":"failed","category":"odd","message":"m"}"#;
    let documents = [
        format!(r#"{{"status":"COMPLETE","results":[{}],{times}}}"#, items.join(",")),
        format!(r#"{{"status":"error","message":"m","errors":[{}]}}"#, items.join(",")),
        format!(r#"{{"results":[{}],"paging":{{"next":{{"after":"1"}}}}}}"#, items.join(",")),
        format!(
            r#"{{"status":"COMPLETE","results":[{}],"errors":[{}],{times}}}"#,
            vec![association; 14].join(","),
            vec![failure; 14].join(",")
        ),
        format!(r#"{{"results":[{}],"x":<PORTAL_ID>}}"#, items.join(",")),
        format!(r#"{{"status":"COMPLETE","results":[{}],"x":,{times}}}"#, items.join(",")),
        format!(r#"{{"results":[{}]}} {{"results":[]}}"#, items.join(",")),
        format!(r#"[{}]"#, items.join(",")),
        "<html><head><title>502 Bad Gateway</title></head></html>".to_owned(),
        " ".to_owned(),
    ];
    let all = ["batch-response", "error-response", "list", "association-batch", "masked", "multiple", "array", "html"];
    for text in &documents {
        for head in ["", "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\n\r\n"] {
            for kinds in all.iter().map(|kind| vec![*kind]).chain([all.to_vec()]) {
                let expected = Expectation::new(kinds, "callcheck.toml:3".to_owned());
                for verbose in [false, true] {
                    let validator = Validator { expected: Some(&expected), verbose, ..Validator::embedded() };
                    let text = [head, text].concat();
                    assert_same(&CheckOptions::new(validator), text.as_bytes(), &[1, 50, 400]);
                }
            }
        }
    }
}

/// With `fail_fast`, the finding about an unexpected kind is the first error, however many items are invalid.
#[test]
fn an_unexpected_kind_is_found_before_its_items() {
    let item = r#"{"id":7,"properties":{"hs_call_status":7}}"#;
    let expected = Expectation::new(vec!["error-response"], "callcheck.toml:3".to_owned());
    let validator = Validator { expected: Some(&expected), ..Validator::embedded() };
    let (start, end) = (r#"{"status":"COMPLETE","results":["#, r#"],"startedAt":"2026-01-05T09:00:00Z"}"#);
    let text = [start, &vec![item; 2000].join(","), end].concat();
    for fail_fast in [false, true] {
        let options = CheckOptions { fail_fast, ..CheckOptions::new(validator) };
        assert_same(&options, text.as_bytes(), &[100, 5000]);
        let events = common::events(&CheckOptions { window: 100, ..options }, "a.json", &mut text.as_bytes(), false);
        let rules: Vec<&str> = events
            .iter()
            .filter_map(|event| match event {
                Event::Finding(_, found) => Some(found.finding.rule.id),
                _ => None,
            })
            .collect();
        assert_eq!(rules, ["document/unexpected-kind"]);
    }
}

const SIZES: &[usize] = &[1, 2, 3, 7, 16, 61, 150, 400, 1000, 5000];

/// The items of documents other than batch responses are not validated, even if the document is truncated.
#[test]
fn other_documents_are_the_same_in_chunks() {
    let elements: Vec<String> =
        (0..14).map(|id| format!(r#"{{"id":{id},"properties":{{"hs_call_status":"X"}}}}"#)).collect();
    for (before, after) in [
        (r#"{"results":["#, "]}"),
        (r#"{"total":9,"results":["#, r#"],"paging":{"next":{"after":"1"}}}"#),
        (r#"{"status":"error","message":"m","category":"VALIDATION_ERROR","errors":["#, "]}"),
        (r#"{"inputs":["#, "]}"),
        (r#"{"status":"COMPLETE","results":["#, r#"],"startedAt":"2026-01-05T09:00:00Z"}"#),
        ("[", "]"),
    ] {
        let text = format!("{before}{}{after}", elements.join(","));
        let broken = text.len() - after.len();
        for end in [text.len(), text.len() - 1, broken, broken - 5, broken - 40] {
            for more in ["", "]]", "x", "\n{}"] {
                for verbose in [false, true] {
                    let validator = Validator { verbose, ..Validator::embedded() };
                    // In a batch response, streaming can find another error first.
                    for fail_fast in [false, !before.contains("COMPLETE")] {
                        let task = CheckOptions { fail_fast, ..CheckOptions::new(validator) };
                        assert_same(&task, [&text[..end], more].concat().as_bytes(), &[1, 50, 200, 400]);
                    }
                }
            }
        }
    }
}

#[test]
fn fixtures_are_the_same_in_chunks() {
    let task = CheckOptions::new(Validator::embedded());
    for directory in ["fixtures/valid", "fixtures/invalid"] {
        for path in common::fixtures(directory) {
            let bytes = std::fs::read(&path).expect("a fixture can be read");
            if bytes.starts_with(b"\x1F\x8B") || bytes.starts_with(b"\x28\xB5") || bytes.len() > 5000 {
                continue;
            }
            assert_same(&task, &bytes, SIZES);
        }
    }
}

#[test]
fn severities_apply_in_chunks() {
    let mut levels = Levels::default();
    levels.set("json".parse().expect("a group"), Some(Severity::Error));
    levels.set("schema/type".parse().expect("a rule"), None);
    levels.set("schema/required".parse().expect("a rule"), Some(Severity::Note));
    let task = CheckOptions { levels: Some(levels.into()), ..CheckOptions::new(Validator::embedded()) };
    for path in common::fixtures("fixtures/invalid") {
        let bytes = std::fs::read(&path).expect("a fixture can be read");
        if !bytes.starts_with(b"\x1F\x8B") && !bytes.starts_with(b"\x28\xB5") && bytes.len() <= 5000 {
            assert_same(&task, &bytes, &[1, 61, 400]);
        }
    }
}

#[test]
fn long_whitespace_is_the_same_in_chunks() {
    let task = CheckOptions::new(Validator::embedded());
    let response = r#"B{B"status"B:B"COMPLETE"B,B"results"B:B[B{"id":7}B,B{"id":"8"}B,B]B,B"x"B:B[B]B}B"#;
    let texts = [
        response.to_owned(),
        response.replace(",B]", "]"),
        response.replace("]B}B", "]B}B,"),
        "B1B".into(),
        "B<htmlB".into(),
        "B".into(),
        "B\u{C}B[]".into(),
    ];
    for blank in [" ".repeat(1500), " \t\r\n".repeat(400), format!("\n{}", " ".repeat(1500))] {
        for text in &texts {
            assert_same(&task, text.replace('B', &blank).as_bytes(), &[1, 61, 400, 5000]);
            let marked = format!("\u{FEFF}{}", text.replace('B', &blank));
            assert_same(&task, marked.as_bytes(), &[1, 400, 5000]);
            let with_headers = format!("HTTP/1.1 200 OK\r\n\r\n{}", text.replace('B', &blank));
            assert_same(&task, with_headers.as_bytes(), &[1, 400, 5000]);
            // Whitespace at one position at a time.
            for index in 0..text.matches('B').count() {
                let mut number = 0;
                let one: String = text
                    .split_inclusive('B')
                    .map(|piece| {
                        number += 1;
                        piece.replace('B', if number - 1 == index { &blank } else { "" })
                    })
                    .collect();
                assert_same(&task, one.as_bytes(), &[1, 400]);
            }
        }
    }
}

/// Columns count characters, even if a chunk ends inside one.
#[test]
fn characters_of_several_bytes_are_counted_once() {
    let task = CheckOptions::new(Validator::embedded());
    let call = |id: &str| {
        let (text, when) = ("日".repeat(100), "2026-01-05T09:30:00Z");
        format!(
            r#"{{"id":{id},"properties":{{"t":"{text}"}},"createdAt":"{when}","updatedAt":"{when}","archived":false}}"#
        )
    };
    let calls: Vec<String> = (0..150).map(|index| call(if index % 50 == 49 { "7" } else { "\"7\"" })).collect();
    let text = format!(r#"{{"status":"é","results":[{}],"x":"📞"}}"#, calls.join(","));
    let whole = CheckOptions { window: text.len() + 1, ..task.clone() };
    let expected = printed(&whole, text.as_bytes(), usize::MAX, false);
    for window in [1, 100, 5000, 20_000] {
        for most in [1, 3, 33, 77, 333] {
            let parts = CheckOptions { window, ..task.clone() };
            assert!(printed(&parts, text.as_bytes(), most, false) == expected, "window {window}, pieces of {most}");
        }
    }
}

/// A response in several layouts: its items on one line, or on separate lines.
fn written(response: &Serde, style: u8, noise: &[u8]) -> String {
    match style {
        0 => response.to_string(),
        1 => serde_json::to_string_pretty(response).expect("JSON"),
        2 => response.to_string().replace("},{", "},\n {"),
        _ => text(response, noise),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn responses_are_the_same_in_chunks(response in mutated_response_of(0..30), style in 0..4u8, noise in noise(), verbose: bool, size in 1..3000usize) {
        let task = CheckOptions::new(Validator { verbose, ..Validator::embedded() });
        assert_same(&task, written(&response, style, &noise).as_bytes(), &[1, 2, 13, 200, size]);
    }

    /// Results that the fast path accepts have no findings of rules.
    #[test]
    fn rules_report_the_same_in_chunks(response in response_of_calls(0..12), style in 0..4u8, noise in noise(), size in 1..3000usize) {
        let text = written(&response, style, &noise);
        let task = CheckOptions::new(Validator::embedded());
        assert_same(&task, text.as_bytes(), &[1, 2, 13, 200, size]);
        let source = Source::new("generated.json", text.as_bytes());
        let mut tape = Tape::default();
        let checked = check(&source, &mut tape, Validator::embedded());
        let expected: Vec<(&str, &str)> =
            checked.findings.iter().map(|finding| (finding.rule.id, &*finding.instance_location)).collect();
        let events = common::events(&task, "generated.json", &mut text.as_bytes(), false);
        let found: Vec<(&str, &str)> = events
            .iter()
            .filter_map(|event| match event {
                Event::Finding(_, found) => Some((found.finding.rule.id, &*found.finding.instance_location)),
                _ => None,
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn broken_responses_are_the_same_in_chunks(response in mutated_response_of(5..25), style in 0..4u8, noise in noise(), cut in any::<prop::sample::Index>(), odd in any::<u8>(), how in 0..5u8, size in 1..3000usize) {
        let mut bytes = written(&response, style, &noise).into_bytes();
        let at = cut.index(bytes.len());
        match how {
            0 => bytes.truncate(at),
            1 => bytes[at] = odd,
            2 => bytes.insert(at, odd),
            3 => { bytes.remove(at); }
            _ => bytes.insert(at, b"{}[],:\"\\0-e."[odd as usize % 12]),
        }
        assert_same(&CheckOptions::new(Validator::embedded()), &bytes, &[1, 2, 13, 200, size]);
    }

    #[test]
    fn other_schemas_are_the_same_in_chunks(response in mutated_response_of(0..20), schema in schema(), style in 0..4u8, noise in noise(), size in 1..3000usize) {
        let schema = Schema::compile(schema).expect("a schema");
        let task = CheckOptions::new(Validator { schema: &schema, rules: None, request: None, recorded: None, expected: None, counts: false, rows: false, verbose: false });
        assert_same(&task, written(&response, style, &noise).as_bytes(), &[1, 13, 200, size]);
    }

    #[test]
    fn arrays_at_the_root_are_the_same_in_chunks(response in mutated_response_of(0..20), elements in schema(), style in 0..4u8, noise in noise(), size in 1..3000usize) {
        let schema = json!({"type": "array", "items": elements["properties"]["errors"]["items"].clone(), "$defs": elements["$defs"].clone()});
        let schema = Schema::compile(schema).expect("a schema");
        let task = CheckOptions::new(Validator { schema: &schema, rules: None, request: None, recorded: None, expected: None, counts: false, rows: false, verbose: false });
        assert_same(&task, written(&response["results"], style, &noise).as_bytes(), &[1, 13, 200, size]);
        // With the embedded schema, it is not a batch response, and its items are not validated.
        assert_same(&CheckOptions::new(Validator::embedded()), written(&response["results"], style, &noise).as_bytes(), &[1, size]);
    }

    /// The fast path accepts only text without findings, regardless of what it cached before.
    #[test]
    fn the_fast_path_accepts_only_valid_responses(responses in prop::collection::vec((mutated_response_of(0..4), 0..4u8, any::<prop::sample::Index>(), any::<u8>(), 0..12u8), 1..6), schema in prop::option::of(schema()), noise in noise()) {
        let schema = match schema {
            None => Schema::compile(serde_json::from_str(callcheck::internals::schema::EMBEDDED).expect("JSON")),
            Some(schema) => Schema::compile(schema),
        }
        .expect("a schema");
        let mut acceptor = schema.acceptor(None, None);
        let mut tape = Tape::default();
        for (response, style, cut, odd, how) in responses {
            let mut bytes = written(&response, style, &noise).into_bytes();
            let at = cut.index(bytes.len());
            match how {
                0 => bytes.truncate(at),
                1 => bytes[at] = odd,
                2 => bytes.insert(at, b"{}[],:\"\\0-e."[odd as usize % 12]),
                3 => { bytes.remove(at); }
                _ => {}
            }
            let mut padded = bytes.clone();
            padded.resize(bytes.len() + PADDING, 0);
            let Some(end) = acceptor.accept(&padded, 0) else { continue };
            let document = Document::parse(&bytes[..end], 0, &mut tape);
            prop_assert!(document.is_ok(), "{:?} in {}", document.err(), String::from_utf8_lossy(&bytes));
            let document = Document::of(&bytes[..end], &tape);
            prop_assert_eq!(document.duplicate_names().count() + document.lone_surrogates().count(), 0);
            prop_assert!(schema.is_valid(document), "{}", String::from_utf8_lossy(&bytes));
            // A batch response, and nothing else.
            let source = Source::new("generated", &bytes[..end]);
            let findings = check(&source, &mut Tape::default(), Validator { schema: &schema, rules: None, request: None, recorded: None, expected: None, counts: false, rows: false, verbose: false }).findings;
            prop_assert_eq!(findings.len(), 0);
        }
    }

    /// Every document that satisfies the embedded schema is a batch response, so the fast path does not have to
    /// classify it.
    #[test]
    fn a_valid_document_is_a_batch_response(response in mutated_response_of(0..4)) {
        let text = response.to_string();
        let mut tape = Tape::default();
        let source = Source::new("generated", text.as_bytes());
        let is_valid = Schema::embedded().is_valid(Document::parse(text.as_bytes(), 0, &mut tape).expect("JSON"));
        if is_valid {
            prop_assert_eq!(check(&source, &mut Tape::default(), Validator::embedded()).kind, DocumentKind::BatchResponse);
        }
    }
}

/// A fast path that accepts nothing would pass all other tests.
#[test]
fn the_fast_path_accepts_ordinary_responses() {
    let mut acceptor = Schema::embedded().acceptor(None, Some(&callcheck::internals::hubspot::CAPTURES));
    for name in [
        "valid/create.min",
        "valid/create.pretty",
        "valid/every-property.min",
        "invalid/batch-partial-failure.one",
        "invalid/batch-silent-no-op",
    ] {
        let mut bytes = std::fs::read(format!("fixtures/{name}.json")).expect("a fixture can be read");
        bytes.extend_from_slice(&[0; PADDING]);
        assert!(acceptor.accept(&bytes, 0).is_some(), "{name}");
    }
}

/// The fast path accepts the strings that the scanner accepts, except unpaired surrogates: any byte after a backslash,
/// in any context.
#[test]
fn the_fast_path_accepts_the_strings_that_the_scanner_accepts() {
    let response = std::fs::read_to_string("fixtures/valid/create.min.json").expect("a fixture can be read");
    let (head, rest) = response
        .split_once("\"OUTBOUND\"")
        .map(|(head, rest)| (head.replace("hs_call_direction", "title"), rest))
        .expect("a property");
    let mut acceptor = Schema::embedded().acceptor(None, None);
    let mut tape = Tape::default();
    let mut accepted = 0;
    let units = [
        "u0041",
        "u00e9",
        "uD83D\\uDE00",
        "ud800",
        "uDC00\\uD800",
        "uD800\\n",
        "u12G4",
        "u123",
        "ud83d\\u0041",
        "U0041",
    ];
    let escapes = (0..=255).map(|byte| vec![byte]).chain(units.map(|unit| unit.as_bytes().to_vec()));
    let escapes: Vec<Vec<u8>> = escapes.collect();
    for before in ["", "b", "n", "t", "u", "/", "\\\\", "\\\"", "é", "日本語 ", &"x".repeat(31), &"é".repeat(31)] {
        for escape in &escapes {
            for backslash in ["", "\\"] {
                for after in ["", "t", "é", &"y".repeat(40)] {
                    let string =
                        [b"\"", before.as_bytes(), backslash.as_bytes(), escape, after.as_bytes(), b"\""].concat();
                    let text = [head.as_bytes(), &string, rest.as_bytes(), &[0; PADDING]].concat();
                    let is_json = Document::parse(&string, 0, &mut tape).is_ok();
                    let is_good = is_json && Document::of(&string, &tape).lone_surrogates().next().is_none();
                    assert_eq!(acceptor.accept(&text, 0).is_some(), is_good, "{}", String::from_utf8_lossy(&string));
                    accepted += usize::from(is_good);
                }
            }
        }
    }
    assert!(accepted > 1000);
}

/// Chunks and blocks can be split at any byte of JSON Lines.
#[test]
fn lines_are_the_same_in_chunks() {
    let good = std::fs::read_to_string("fixtures/valid/create.min.json").expect("a fixture can be read");
    let good = good.trim();
    let bad = good.replace("\"COMPLETE\"", "\"COMPLETED\"");
    let text = format!("{good}\n\n{bad}\r\n[1,\n  \r\n\n{good}\n{{\"status\":\"error\",\"message\":\"m\"}}\n{bad}\n\n");
    let task = CheckOptions { lines: true, ..CheckOptions::new(Validator::embedded()) };
    for text in [text.as_str(), text.trim_end(), "\n\n", "", "\u{FEFF}{}\n{}"] {
        let expected = printed(&task, text.as_bytes(), usize::MAX, false);
        for size in [1, 2, 7, 100, 1000] {
            for threads in [1, 2, 5] {
                let parts = CheckOptions { window: size, block: size, threads, ..task.clone() };
                assert_eq!(printed(&parts, text.as_bytes(), size, false), expected, "{size} {threads}");
            }
        }
    }
}

/// Standard input is JSON Lines if its first line is a complete value, even if it arrives in small chunks. A note
/// reports it.
#[test]
fn lines_are_detected() {
    let good = std::fs::read_to_string("fixtures/valid/create.pretty.json").expect("a fixture can be read");
    let line = serde_json::from_str::<Serde>(&good).expect("JSON").to_string();
    let text = format!("{line}\n[2,]\n{line}\n");
    let task = CheckOptions::new(Validator::embedded());
    let expected = printed(&task, text.as_bytes(), usize::MAX, true);
    assert!(expected.contains("note[json/lines]") && expected.contains("generated.json:2:3"), "{expected}");
    assert!(expected.contains("\"documents\":3,"), "{expected}");
    for size in [1, 5, 300, 900] {
        let parts = CheckOptions { window: size, block: size, ..task.clone() };
        assert_eq!(printed(&parts, text.as_bytes(), size, true), expected, "{size}");
    }
    // Also with whitespace at the end of the line. A response with HTTP headers has one body.
    for (text, is_lines) in [(text.replace('\n', " \t\r\n"), true), (format!("HTTP/1.1 200 OK\r\n\r\n{text}"), false)] {
        let expected = printed(&task, text.as_bytes(), usize::MAX, true);
        assert_eq!(expected.contains("\"documents\":3,"), is_lines, "{expected}");
        assert_eq!(expected.contains("document/multiple"), !is_lines, "{expected}");
        for size in [1, 5, 300, 900] {
            let parts = CheckOptions { window: size, block: size, ..task.clone() };
            assert_eq!(printed(&parts, text.as_bytes(), size, true), expected, "{size}");
        }
    }
    // For a file, the extension decides.
    assert!(printed(&task, text.as_bytes(), usize::MAX, false).contains("document/multiple"));
    // One document on several lines is not JSON Lines.
    assert!(!printed(&task, good.as_bytes(), usize::MAX, true).contains("json/lines"));
}

/// With `--fail-fast`, the first error ends the run, regardless of the rest and of the chunk size.
#[test]
fn fail_fast_ignores_the_rest() {
    let call = |archived: &str| {
        format!(
            r#"{{"id":"1","properties":{{}},"createdAt":"2026-01-05T09:30:00Z","updatedAt":"2026-01-05T09:30:00Z","archived":{archived}}}"#
        )
    };
    let mut calls = vec![call("false"); 40];
    calls[20] = call("\"no\"");
    calls[30] = call("1");
    let text = format!(
        r#"{{"status":"COMPLETE","startedAt":"2026-01-05T09:30:00Z","completedAt":"2026-01-05T09:30:00Z","results":[{}]}}"#,
        calls.join(",")
    );
    let task = CheckOptions { fail_fast: true, ..CheckOptions::new(Validator::embedded()) };
    let expected = printed(&task, text.as_bytes(), usize::MAX, false);
    assert!(expected.contains("\"errors\":1,") && expected.contains("/results/20/archived"), "{expected}");
    for size in [1, 100, 1000] {
        for threads in [1, 3] {
            let parts = CheckOptions { window: size, block: size, threads, threads_from: 0, ..task.clone() };
            // The rest of the text is not read, so it can be missing.
            assert_eq!(
                printed(&parts, &text.as_bytes()[..text.len() - 300], size, false).replace("Read\n", ""),
                expected.replace("Read\n", "")
            );
        }
    }
}

/// With `--fail-fast`, nothing is read after the first error.
#[test]
fn nothing_is_read_after_the_first_error() {
    struct Only<'t>(&'t [u8]);
    impl Read for Only<'_> {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            assert!(!self.0.is_empty(), "it reads on");
            let length = out.len().min(100).min(self.0.len());
            out[..length].copy_from_slice(&self.0[..length]);
            self.0 = &self.0[length..];
            Ok(length)
        }
    }
    let text = format!(
        r#"{{"status":"COMPLETE","startedAt":"2026-01-05T09:30:00Z","completedAt":"2026-01-05T09:30:00Z","results":[{}"#,
        r#"{"id":7},"#.repeat(100)
    );
    let task = CheckOptions { fail_fast: true, window: 100, ..CheckOptions::new(Validator::embedded()) };
    let events = common::events(&task, "generated.json", &mut Only(text.as_bytes()), false);
    assert!(matches!(&events[..], [Event::Finding(..), ..]), "{events:?}");
}

/// A warning does not end the run, and the reported error is the first one in the document.
#[test]
fn fail_fast_reports_the_first_error_only() {
    let call = |id: u64| {
        format!(
            r#"{{"id":"{id}","properties":{{"hs_call_direction":"outbound"}},"createdAt":"2026-01-05T09:30:00Z","updatedAt":"2026-01-05T09:30:00Z","archived":false}}"#
        )
    };
    let calls: Vec<String> = (50_100_000_000..50_100_000_020).map(call).collect();
    let text =
        format!(r#"{{"status":"COMPLETED","completedAt":"2026-01-05T09:30:00Z","results":[{}]}}"#, calls.join(","));
    let task = CheckOptions { fail_fast: true, ..CheckOptions::new(Validator::embedded()) };
    for (window, threads) in [(text.len() + 1, 1), (100, 1), (100, 3)] {
        let parts = CheckOptions { window, block: window, threads, threads_from: 0, ..task.clone() };
        let events = common::events(&parts, "generated.json", &mut text.as_bytes(), false);
        let found: Vec<&str> = events
            .iter()
            .filter_map(|event| match event {
                Event::Finding(_, found) => Some(found.finding.rule.id),
                _ => None,
            })
            .collect();
        assert_eq!(found, ["schema/required"], "window {window}, {threads} threads");
    }
}

/// Each item has a finding of a different rule or message, so each has an excerpt, including the first item of a block
/// with its context.
#[test]
fn every_item_is_drawn_the_same_in_chunks() {
    let elements: Vec<String> = (0..40)
        .map(|id| {
            format!(
                r#"{{"id":"{}","properties":{{"x{id}":[1]}},"createdAt":"2026-01-05T09:30:00Z","updatedAt":"2026-01-05T09:30:00Z","archived":false}}"#,
                50_100_000_000u64 + id
            )
        })
        .collect();
    for separator in [",", ",\n", ",\n      ", " , ", "\n  ,\n  "] {
        let text = format!(
            r#"{{"status":"COMPLETE","startedAt":"2026-01-05T09:30:00Z","completedAt":"2026-01-05T09:30:00Z","results":[{}]}}"#,
            elements.join(separator)
        );
        for text in [text.clone(), text.replace(r#""properties""#, "\n \"properties\"")] {
            assert_same(&CheckOptions::new(Validator::embedded()), text.as_bytes(), &[1, 50, 200, 300, 1000]);
        }
    }
}

/// More findings than are buffered: each is reported once, in order, and the totals are right.
#[test]
fn very_many_findings_are_reported_in_order() {
    let calls = vec![r#"{"id":1}"#; 3000].join(",\n");
    let text = format!("{{\"status\":\"COMPLETE\",\"startedAt\":1,\"results\":[\n{calls}\n]}}");
    let task = CheckOptions::new(Validator::embedded());
    let mut seen = Vec::new();
    for (window, threads) in [(usize::MAX / 4, 1), (100, 1), (1000, 3)] {
        let task =
            CheckOptions { window: window.min(text.len() + 1), block: 1000, threads, threads_from: 0, ..task.clone() };
        let events = common::events(&task, "generated.json", &mut text.as_bytes(), false);
        let mut found: Vec<(u64, &str, String, (u64, u64))> = events
            .iter()
            .filter_map(|event| match event {
                Event::Finding(_, found) => Some((
                    found.finding.label.span.start.0,
                    found.finding.rule.id,
                    found.finding.instance_location.clone(),
                    (found.location.0.line, found.location.0.column),
                )),
                _ => None,
            })
            .collect();
        // Findings about the document as a whole can follow those of its items.
        let elements: Vec<u64> =
            found.iter().filter(|found| found.2.starts_with("/results/")).map(|found| found.0).collect();
        assert!(elements.is_sorted());
        found.sort();
        let Some(Event::DocumentEnd(_, ending)) = events.iter().find(|event| matches!(event, Event::DocumentEnd(..)))
        else {
            panic!("an end")
        };
        assert_eq!(ending.counts.total() as usize, found.len());
        // Each call misses four properties and has an invalid one. The response misses one, has an invalid one, and has
        // too many results.
        assert_eq!(found.len(), 3000 * 5 + 3);
        seen.push(found);
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]));
}

/// A truncation, a flipped byte and a wrong type at many positions of a large response. `CALLCHECK_BIG=FILE
/// CALLCHECK_POSITIONS=200` uses a file of any size, for a release build.
#[test]
fn damage_at_many_positions_is_the_same_in_chunks() {
    let number =
        |name: &str, default: usize| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default);
    let (positions, mut random) = (number("CALLCHECK_POSITIONS", 10), number("CALLCHECK_SEED", 1) as u64);
    let bytes = match std::env::var_os("CALLCHECK_BIG") {
        Some(path) => std::fs::read(path).expect("a file"),
        None => {
            let call = |id: u64| json!({"id": (50_100_000_000 + id).to_string(), "properties": {"hs_call_body": "Résumé \u{1F4DE} \"quoted\"\n".repeat(20)}, "createdAt": "2026-01-05T09:12:40.120Z", "updatedAt": "2026-01-05T09:12:41Z", "archived": false});
            json!({"status": "COMPLETE", "startedAt": "2026-01-05T09:30:00Z", "completedAt": "2026-01-05T09:30:00Z", "results": (0..1000).map(call).collect::<Vec<_>>()}).to_string().into_bytes()
        }
    };
    let task = CheckOptions::new(Validator::embedded());
    let compare = |bytes: &[u8]| {
        let whole = CheckOptions { window: bytes.len() + 1, ..task.clone() };
        let expected = printed(&whole, bytes, usize::MAX, false);
        for threads in [1, 2] {
            let parts = CheckOptions {
                window: task.window.min(bytes.len() / 4),
                threads,
                threads_from: 1 << 16,
                block: task.block.min(bytes.len() / 8),
                ..task.clone()
            };
            assert_eq!(printed(&parts, bytes, usize::MAX, false), expected);
        }
        assert!(expected.contains("error["), "{expected}");
    };
    for _ in 0..positions {
        // The generator of Numerical Recipes: the positions are the same each time.
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let at = (random >> 16) as usize % (bytes.len() - 100);
        compare(&bytes[..at]);
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x80;
        compare(&flipped);
        let found = memchr::memmem::find(&bytes[at..], b"\"archived\":false").or(memchr::memmem::find(
            &bytes,
            b"\"archived\":false",
        )
        .map(|first| first + bytes.len() - at));
        let wrong = (at + found.expect("a result")) % bytes.len() + "\"archived\":".len();
        flipped.copy_from_slice(&bytes);
        flipped[wrong..wrong + 5].copy_from_slice(b"12345");
        compare(&flipped);
    }
}

/// Calls as HubSpot sends them, with one damaged value or byte in each of 200 results: the streamed document, most of
/// which the fast path accepts, has the findings of a full check without the fast path.
#[test]
fn damaged_values_are_found_like_in_a_full_check() {
    const POSITIONS: usize = 200;
    const RESULTS: usize = 3000;
    let mut random = 24u64;
    let mut next = |limit: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) as usize % limit
    };
    let mut results: Vec<String> = (0..RESULTS).map(|index| large_call(index, &mut next)).collect();
    let mut damaged = Vec::new();
    for number in 0..POSITIONS {
        let index = number * (RESULTS / POSITIONS) + next(RESULTS / POSITIONS);
        let result = &mut results[index];
        // The simple values in it.
        let values: Vec<(usize, usize)> = memchr::memchr_iter(b':', result.as_bytes())
            .filter(|colon| result.as_bytes()[colon - 1] == b'"')
            .filter_map(|colon| {
                let start = colon + 1;
                let end = result[start..].find([',', '}']).map(|length| start + length)?;
                (!result[start..end].contains('{')).then_some((start, end))
            })
            .collect();
        let (start, end) = values[next(values.len())];
        if next(2) == 0 || result.as_bytes()[start] != b'"' {
            const VALUES: [&str; 12] = [
                "null",
                "7",
                "true",
                "\"\"",
                "\"***\"",
                "\"string\"",
                "\"12\"",
                "{}",
                "[]",
                "\"COMPLETED\"",
                "\"2025-06-31T00:00:00.000Z\"",
                "\"\\u0031970-01-20T00:00:00.000Z\"",
            ];
            result.replace_range(start..end, VALUES[next(VALUES.len())]);
        } else {
            let at = start + next(end - start);
            if result.as_bytes()[at].is_ascii_alphanumeric() {
                result.replace_range(at..=at, ["0", "1", "9", "Z", "x"][next(5)]);
            }
        }
        damaged.push(index);
    }
    let text = format!(
        r#"{{"status":"COMPLETE","results":[{}],"startedAt":"2025-11-23T10:15:30.123Z","completedAt":"2025-11-23T10:15:30.456Z"}}"#,
        results.join(",")
    );
    serde_json::from_str::<Serde>(&text).expect("most damage leaves JSON");
    let (source, mut tape) = (Source::line("", text.as_bytes()), Tape::default());
    let expected: Vec<String> = check(&source, &mut tape, Validator::embedded())
        .found(0)
        .iter()
        .map(|found| format!("{:?} {:?}", found.finding, found.location))
        .collect();
    let about = |index: &usize| expected.iter().any(|found| found.contains(&format!("/results/{index}")));
    assert!(damaged.iter().filter(|index| about(index)).count() > POSITIONS / 2, "most damage is a finding");
    assert!(expected.len() < 2 * POSITIONS, "other results have no findings: {}", expected.len());
    for threads in [1, 2] {
        let options = CheckOptions {
            window: 1 << 16,
            threads,
            threads_from: 1 << 16,
            block: 1 << 15,
            ..CheckOptions::new(Validator::embedded())
        };
        let events = common::events(&options, "", &mut text.as_bytes(), false);
        let found: Vec<String> = events
            .iter()
            .filter_map(|event| match event {
                Event::Finding(_, found) => Some(format!("{:?} {:?}", found.finding, found.location)),
                _ => None,
            })
            .collect();
        assert_eq!(found, expected, "{threads} threads");
    }
}

/// A call with the properties that HubSpot sends, as in a large recording.
fn large_call(index: usize, next: &mut impl FnMut(usize) -> usize) -> String {
    let mut time = |year: usize| {
        let (month, day, hour, minute) = (1 + next(12), 1 + next(28), next(24), next(60));
        format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{:02}.{:03}Z", next(60), next(1000))
    };
    let (created, updated, timestamp) = (time(2023), time(2024), time(2025));
    let id = 50_100_000_000 + index;
    let mut one_of = |values: &[&str]| values[next(values.len())].to_owned();
    let outcome = one_of(&["f240bbac-87c9-4f6e-bf70-924b57d47db7", "9d9162e7-6cf3-4944-bf63-4dff82258764"]);
    let (direction, status) = (one_of(&["INBOUND", "OUTBOUND"]), one_of(&["COMPLETED", "BUSY", "CALLING_CRM_USER"]));
    let recording = one_of(&["null", "\"\"", "\"https://example.com/1.mp3\""]);
    let (title, duration) = (one_of(&["Call", "Mail sent", "R\u{E9}sum\u{E9}", "<b>x</b>"]), 1000 + next(5_000_000));
    format!(
        r#"{{"id":"{id}","properties":{{"hs_call_body":"{title} notes","hs_call_callee_object_id":"{index}","hs_call_direction":"{direction}","hs_call_disposition":"{outcome}","hs_call_duration":"{duration}","hs_call_from_number":"+15550100{index}","hs_call_recording_url":{recording},"hs_call_status":"{status}","hs_call_title":"{title}","hs_call_to_number":null,"hs_createdate":"{created}","hs_lastmodifieddate":"{updated}","hs_object_id":"{id}","hs_timestamp":"{timestamp}","hubspot_owner_id":"1000036"}},"createdAt":"{created}","updatedAt":"{updated}","archived":false}}"#
    )
}

/// The size of a document does not matter for the hint about a misspelled property.
#[test]
fn a_misspelled_array_is_recognized_in_any_document() {
    let results = vec![r#"{"id":"50100000000","properties":{"hs_call_title":"t"}}"#; 3000].join(",");
    let text = format!(
        r#"{{"status":"COMPLETE","startedAt":"2026-01-05T09:00:00Z","completedAt":"2026-01-05T09:00:00Z","result":[{results}]}}"#
    );
    let options = CheckOptions::new(Validator::embedded());
    assert!(printed(&options, text.as_bytes(), usize::MAX, false).contains("rename `result` to `results`"));
    assert_same(&options, text.as_bytes(), &[1000, 70_000]);
    let alone = format!(r#"{{"result":[{results}]}}"#);
    let found = printed(&options, alone.as_bytes(), usize::MAX, false);
    assert!(found.contains("did you mean `results` instead of `result`?"), "{found}");
    assert_same(&options, alone.as_bytes(), &[70_000]);
    let other = printed(&options, br#"{"jsonrpc":"2.0","result":[{"id":1}]}"#, usize::MAX, false);
    assert!(!other.contains("did you mean"), "{other}");
}

/// The body after HTTP headers is decompressed like a file, and locations count the headers.
#[test]
fn compressed_bodies_after_headers_are_the_same_in_chunks() {
    let text = format!(
        r#"{{"status":"DONE","startedAt":"2026-01-05T09:00:00Z","completedAt":"2026-01-05T09:00:00Z","results":[{}]}}"#,
        vec![r#"{"id":"50100000000"}"#; 20].join(",\n")
    );
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut encoder, text.as_bytes()).expect("memory");
    let gzip = encoder.finish().expect("memory");
    let headers =
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\n";
    let whole = [&headers[..], &gzip].concat();
    let options = CheckOptions::new(Validator::embedded());
    let plain = [&headers[..], text.as_bytes()].concat();
    let locations = |bytes: &[u8]| {
        let found = common::events(&options, "x.http", &mut &*bytes, false);
        let found = found.into_iter().filter_map(|event| match event {
            Event::Finding(_, found) => Some((found.finding.rule.id, found.finding.label.span, found.location)),
            _ => None,
        });
        found.collect::<Vec<_>>()
    };
    assert_eq!(locations(&whole), locations(&plain));
    assert!(locations(&whole).len() > 2);
    for damaged in [whole.clone(), whole[..whole.len() - 9].to_vec()] {
        for chunk in [1, 7, 100] {
            let printed = |chunk| printed(&CheckOptions { window: 1 << 20, ..options.clone() }, &damaged, chunk, false);
            assert_eq!(printed(chunk), printed(usize::MAX), "{chunk}");
        }
    }
}

/// A wrong checksum is reported first, because it explains the other findings.
#[test]
fn damage_is_reported_before_its_consequences() {
    let text = format!(
        r#"{{"status":"DONE","startedAt":"2026-01-05T09:00:00Z","completedAt":"2026-01-05T09:00:00Z","results":[{}]}}"#,
        vec![r#"{"id":"50100000000"}"#; 20].join(",")
    );
    for text in [text.clone(), text.replacen("\"id\"", "id", 1)] {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut encoder, text.as_bytes()).expect("memory");
        let mut gzip = encoder.finish().expect("memory");
        let checksum = gzip.len() - 8;
        gzip[checksum] ^= 1;
        let options = CheckOptions::new(Validator::embedded());
        let found = common::events(&options, "x.json.gz", &mut &gzip[..], false);
        let mut rules = found.iter().filter_map(|event| match event {
            Event::Finding(_, found) => Some((found.finding.rule.id, &found.finding.notes)),
            _ => None,
        });
        assert_eq!(rules.next().expect("a finding").0, "json/compression");
        if let Some((_, notes)) = rules.find(|(rule, _)| *rule == "json/syntax") {
            assert!(notes.iter().any(|note| note.contains("damaged")), "{notes:?}");
        }
        assert_same(&options, &gzip, &[1, 50, 400]);
    }
}

/// Text of HTTP clients is recognized for any size of the chunks, also with `--lines`, and never in a document.
#[test]
fn messages_of_clients_are_the_same_in_chunks() {
    let document =
        r#"{"status":"COMPLETE","startedAt":"2026-01-05T09:00:00Z","completedAt":"2026-01-05T09:00:00Z","results":[]}"#;
    let verbose = "* Connected to x\n> GET / HTTP/1.1\n< HTTP/1.1 200 OK\n{ [5 bytes data]\n";
    for (before, after) in [
        (verbose, ""),
        ("  % Total    % Received\r  0     0 --:--:--\n", ""),
        ("curl: (6) Could not resolve host: x\n", ""),
        ("Warning: Transient problem: HTTP error Will retry in 1 seconds. 3 retries left.\n", ""),
        ("< HTTP/2 200\n", ""),
        ("", "200"),
        ("", "\n200\n"),
        ("", "\nHTTPSTATUS:200"),
        ("", "\nstatus=200 time=0.3"),
        ("", "\n* Connection #0 to host x left intact\n"),
    ] {
        let text = format!("{before}{document}{after}");
        for lines in [false, true] {
            if lines && before.is_empty() {
                continue;
            }
            let options = CheckOptions { lines, ..CheckOptions::new(Validator::embedded()) };
            assert_same(&options, text.as_bytes(), &[1, 7, 61, 400]);
            let events = common::events(&options, "x", &mut text.as_bytes(), false);
            let rules = events.iter().filter_map(|event| match event {
                Event::Finding(_, found) => Some(found.finding.rule.id),
                _ => None,
            });
            assert_eq!(rules.collect::<Vec<_>>(), ["document/client-output"], "{text}");
        }
    }
    for other in ["* a list\n", "> a quote\n", "# 100 %\n", "POST it\n", "{\"a\":1}\nsee 12 pages\n"] {
        let events = common::events(&CheckOptions::new(Validator::embedded()), "x", &mut other.as_bytes(), false);
        assert!(!format!("{events:?}").contains("client-output"), "{other}");
    }
}

/// The error of curl after an interrupted transfer is recognized at each position of the cut.
#[test]
fn interrupted_transfers_are_recognized_in_chunks() {
    let item =
        r#"{"id":"50100000000","properties":{"hs_call_title":"a\u00e9é b","n":-1.5e3,"x":null},"archived":false}"#;
    let document = format!(
        r#"{{"status":"COMPLETE","startedAt":"2026-01-05T09:00:00Z","completedAt":"2026-01-05T09:00:00Z","results":[{item},{item}]}}"#
    );
    let options = CheckOptions::new(Validator::embedded());
    let rules_of = |text: &[u8]| {
        let events = common::events(&options, "x", &mut &text[..], false);
        let rules = events.iter().filter_map(|event| match event {
            Event::Finding(_, found) if found.finding.rule.stops_reading => Some(found.finding.rule.id),
            _ => None,
        });
        rules.collect::<Vec<_>>()
    };
    for cut in 1..document.len() {
        for after in [
            "\ncurl: (18) transfer closed with 316 bytes remaining to read\n",
            "curl: (28) Operation timed out after 30001 milliseconds with 1 bytes received",
            "curl: (56) Recv failure\n* Closing connection\n",
        ] {
            let text = [&document.as_bytes()[..cut], after.as_bytes()].concat();
            assert_eq!(rules_of(&text), ["document/client-output"], "{}", String::from_utf8_lossy(&text));
            if cut % 11 == 0 {
                assert_same(&options, &text, &[1, 7, 61, 400]);
            }
        }
    }
    // Text of a string is not quoted, and neither is text that other text follows.
    for after in ["\ncurl: (18) note\",\"b\":1}", "\ncurl: (18) note\nmore", "\ncurl: (x) note", "\ncurl: 18"] {
        let text = format!("{{\"status\":\"COMPLETE\",\"a\":\"b{after}");
        assert_eq!(rules_of(text.as_bytes()), ["json/syntax"], "{text}");
        assert_same(&options, text.as_bytes(), &[1, 7, 61]);
    }
}

/// A pretty-printed document that is read line by line is explained once.
#[test]
fn a_pretty_document_is_explained_at_its_first_line() {
    let options = CheckOptions { lines: true, ..CheckOptions::new(Validator::embedded()) };
    let help_of = |text: &str| {
        let events = common::events(&options, "x", &mut text.as_bytes(), false);
        let help = events.iter().filter_map(|event| match event {
            Event::Finding(_, found) => Some(found.finding.help.join("\n").contains("one JSON document")),
            _ => None,
        });
        help.collect::<Vec<_>>()
    };
    for text in ["{\n  \"a\": 1\n}\n", "\u{FEFF}[ \r\n  1,\r\n  {\r\n  }]"] {
        let helps = help_of(text);
        assert_eq!(helps.iter().filter(|help| **help).count(), 1, "{text}");
        assert_same(&options, text.as_bytes(), &[1, 3, 61]);
    }
    for text in ["{}\n{\n", "[1\n", "1\n[\n"] {
        assert!(!help_of(text).contains(&true), "{text}");
    }
}

/// A second response with its headers has the same message in lines.
#[test]
fn a_second_response_in_lines_is_recognized() {
    let options = CheckOptions { lines: true, ..CheckOptions::new(Validator::embedded()) };
    let headers = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n";
    for separator in ["", "\n"] {
        let text = format!("{headers}{{}}{separator}{headers}{{}}");
        let events = common::events(&options, "x", &mut text.as_bytes(), false);
        let messages = events.iter().filter_map(|event| match event {
            Event::Finding(_, found) => Some(&*found.finding.message),
            _ => None,
        });
        let number = messages.filter(|message| *message == "unexpected second HTTP response").count();
        assert_eq!(number, 1, "{text} {events:?}");
        assert_same(&options, text.as_bytes(), &[1, 7, 61, 400]);
    }
}

/// HTTP headers before JSON Lines are skipped, and locations count them.
#[test]
fn headers_before_lines_are_the_same_in_chunks() {
    let headers = "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n\r\n";
    let line =
        r#"{"status":"DONE","startedAt":"2026-01-05T09:00:00Z","completedAt":"2026-01-05T09:00:00Z","results":[]}"#;
    let text = format!("{headers}{line}\n\n{line}\n");
    let options = CheckOptions { lines: true, ..CheckOptions::new(Validator::embedded()) };
    assert_same(&options, text.as_bytes(), &[1, 7, 61, 400]);
    let events = common::events(&options, "x", &mut text.as_bytes(), false);
    let lines = events.iter().filter_map(|event| match event {
        Event::Finding(document, found) if found.finding.rule.id == "schema/enum" => {
            Some((document.record, document.http_status, found.location.0.line))
        }
        _ => None,
    });
    assert_eq!(lines.collect::<Vec<_>>(), [(Some(1), Some(200), 4), (Some(2), Some(200), 6)]);
    for body in ["", "<html></html>\n<p>\n"] {
        let text = format!("{headers}{body}");
        let events = common::events(&options, "x", &mut text.as_bytes(), false);
        assert_eq!(events.iter().filter(|event| matches!(event, Event::DocumentEnd(..))).count(), 1, "{events:?}");
        assert_same(&options, text.as_bytes(), &[1, 7, 61, 400]);
    }
}

/// A batch response of another API has one finding about its kind, for any number of results and any order of the other
/// properties. It is the first one, also with `--fail-fast`.
#[test]
fn a_response_of_another_api_has_one_finding_in_chunks() {
    const TIMES: &str = r#""startedAt":"2026-01-05T09:30:00Z","completedAt":"2026-01-05T09:30:01Z""#;
    for (rule, result) in [
        (
            "document/property-batch",
            r#"{"name":"n","fieldType":"text","label":"L","createdAt":"2026-01-05T09:30:00Z"}"#,
        ),
        ("document/association-batch", r#"{"from":{"id":"1"},"to":[{"toObjectId":2,"associationTypes":[]}]}"#),
        ("document/other-batch", r#"{"objectTypeId":"0-1","recordId":"1","recordListMemberships":[]}"#),
        ("document/other-batch", r#"{"id":"1","name":"n","slug":"s","createdAt":"2026-01-05T09:30:00Z"}"#),
        (
            "document/other-batch",
            r#"{"id":"1","name":"n","language":"en","translatedFromId":null,"created":"2026-01-05T09:30:00Z","updated":"2026-01-05T09:30:00Z","deletedAt":"1970-01-01T00:00:00Z"}"#,
        ),
        (
            "document/other-batch",
            r#"{"id":"1","name":"n","deletedAt":"x","createdAt":"2026-01-05T09:30:00Z","updatedAt":"2026-01-05T09:30:00Z"}"#,
        ),
        ("document/other-batch", r#"{"score":1}"#),
        ("document/client-library", r#"{"id":"1","properties":{},"created_at":"x","updated_at":"x","url":null}"#),
        ("document/placeholder", r#"{"id":"<string>","properties":{},"createdAt":"<dateTime>"}"#),
    ] {
        // More than the number of findings that are buffered, and fewer results than decide.
        for number in [3, 1_500] {
            let results = vec![result; number].join(",");
            let marks = format!(r#""status":"COMPLETE",{TIMES}"#);
            let results = format!(r#""results":[null,{results}]"#);
            for text in [format!("{{{results},{marks}}}"), format!("{{{marks},{results}}}")] {
                for fail_fast in [false, true] {
                    let task = CheckOptions { fail_fast, ..CheckOptions::new(Validator::embedded()) };
                    for (window, threads) in [(text.len() + 1, 1), (150, 1), (5_000, 3)] {
                        let parts = CheckOptions { window, block: window, threads, threads_from: 0, ..task.clone() };
                        let events = common::events(&parts, "generated.json", &mut text.as_bytes(), false);
                        let found: Vec<&str> = events
                            .iter()
                            .filter_map(|event| match event {
                                Event::Finding(_, found) => Some(found.finding.rule.id),
                                _ => None,
                            })
                            .collect();
                        assert_eq!(found, [rule], "{number} results, window {window}: {result}");
                    }
                }
            }
        }
    }
}

/// With `--schema-errors`, the finding about the kind of a response of another API precedes any number of schema
/// errors. HubSpot rules do not apply to its results.
#[test]
fn schema_errors_of_another_api_follow_its_kind_in_chunks() {
    const MARKS: &str =
        r#""status":"COMPLETE","startedAt":"2026-01-05T09:30:00Z","completedAt":"2026-01-05T09:30:01Z""#;
    let url = "https://app.hubspot.com/contacts/44/record/0-1/17";
    let tag = format!(r#"{{"id":"1","name":"n","slug":"s","url":"{url}","archivedAt":"2026-01-05T09:30:00Z"}}"#);
    for result in [&*tag, r#"{"score":1}"#, r#"{"from":{"id":"1"},"to":[]}"#] {
        for number in [3, 1_500] {
            let text = format!(r#"{{{MARKS},"results":[{}]}}"#, vec![result; number].join(","));
            for fail_fast in [false, true] {
                let task = CheckOptions {
                    fail_fast,
                    ..CheckOptions::new(Validator { verbose: true, ..Validator::embedded() })
                };
                let found = |window: usize, threads: usize| -> Vec<(&str, u64)> {
                    let parts = CheckOptions { window, block: window, threads, threads_from: 0, ..task.clone() };
                    let events = common::events(&parts, "generated.json", &mut text.as_bytes(), false);
                    let rule = |event: &Event| match event {
                        Event::Finding(_, found) => Some((found.finding.rule.id, found.finding.label.span.start.0)),
                        _ => None,
                    };
                    events.iter().filter_map(rule).collect()
                };
                let whole = found(text.len() + 1, 1);
                assert!(
                    whole[0].0.ends_with("-batch") && whole[1..].iter().all(|(rule, _)| rule.starts_with("schema/"))
                );
                assert_eq!(whole.len() == 1, fail_fast);
                for (window, threads) in [(150, 1), (5_000, 3)] {
                    assert_eq!(found(window, threads), whole, "{number} results, window {window}: {result}");
                }
            }
        }
    }
}

/// The kind of a document does not depend on chunks if few results, odd results or large results decide about it.
#[test]
fn odd_results_are_the_same_in_chunks() {
    let call = r#"{"id":"1","properties":{},"createdAt":"2026-01-05T09:30:00Z","archived":false}"#;
    let large = format!(r#"{{"from":{{"id":"{}"}},"to":[]}}"#, "7".repeat(70_000));
    let association = r#"{"from":{"id":"1"},"to":[],"paging":{"next":{"after":"1"}}}"#;
    let error = r#"{"status":"error","category":"X","subCategory":"crm.associations.X","message":"m"}"#;
    let missing = r#"{"status":"error","category":"X","message":"Could not get some CALL objects"}"#;
    for (results, errors) in [
        (vec![], vec![]),
        (vec!["null", "7", "\"x\"", "[]"], vec![]),
        (vec!["null"; 12], vec![]),
        (["null"; 8].into_iter().chain([association; 8]).collect(), vec![]),
        (vec!["{}", association, "null", r#"{"id":"1"}"#], vec![]),
        (vec![&*large, &*large, call], vec![]),
        (vec![&*large, r#"{"score":1}"#, r#"{"fromObjectId":1}"#], vec![error]),
        ([association; 9].into_iter().chain([call; 3]).collect(), vec![error, missing]),
        (vec![r#"{"score":1}"#; 9], vec![]),
        (vec![r#"{"score":1}"#, r#"{"id":"1"}"#], vec![]),
        (vec![r#"{"id":"1","createdAt":"x"}"#; 9], vec![]),
        (vec![], vec![error; 12]),
        (vec![], vec![error, missing]),
        (vec!["null"], vec![error]),
    ] {
        let (results, errors) = (results.join(","), errors.join(","));
        for text in [
            format!(r#"{{"status":"COMPLETE","startedAt":"x","results":[{results}],"errors":[{errors}]}}"#),
            format!(r#"{{"errors":[{errors}],"results":[{results}],"completedAt":"x"}}"#),
            format!(r#"{{"results":[{results}],"errors":[{errors}]}}"#),
            format!(r#"{{"results":[{call}],"status":"COMPLETE","results":[{results}],"errors":[{errors}]}}"#),
        ] {
            let cut = (0..=4).map(|part| text.len() - part * text.len() / 5);
            for end in cut.chain([text.len() - 1, text.len() - 3]) {
                for verbose in [false, true] {
                    let validator = Validator { verbose, ..Validator::embedded() };
                    assert_same(&CheckOptions::new(validator), &text.as_bytes()[..end], &[1, 70, 1000]);
                }
            }
        }
    }
}
