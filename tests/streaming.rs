//! A document that is read piece by piece gives what it gives when it is held whole: the same findings, in the same order, drawn the same,
//! for every size of the pieces and any number of threads.
#![allow(clippy::disallowed_methods, reason = "tests stand outside")]

mod common;

use std::io::Read;

use callcheck::check::CheckOptions;
use callcheck::diagnostic::Severity;
use callcheck::finding::Event;
use callcheck::finding::summary::Summary;
use callcheck::hubspot::classify::DocumentKind;
use callcheck::input::Source;
use callcheck::json::{Document, PADDING, Tape};
use callcheck::reporters::{self, Format, Style};
use callcheck::rules::levels::Levels;
use callcheck::schema::Schema;
use callcheck::{Validator, check};
use common::made::{answer_of_calls, mutated_answer_of, noise, schema, text};
use common::pieces::Trickle;
use proptest::prelude::*;
use serde_json::{Value as Serde, json};

/// All that is printed, in every format, and what is said besides.
fn printed(task: &CheckOptions<'_>, bytes: &[u8], most: usize, may_be_lines: bool) -> String {
    let mut all = String::new();
    for format in [Format::Full, Format::Json, Format::Rdjsonl] {
        let style = Style {
            width: 100,
            color: false,
            plain: false,
            only_findings: false,
            has_custom_schema: false,
            limit: Some(usize::MAX),
        };
        let task = CheckOptions { drawn: format.drawn(style), write: format.write(), ..task.clone() };
        let (mut reporter, mut summary, mut out) = (reporters::reporter(format, style), Summary::default(), Vec::new());
        let mut reader = Trickle(bytes, most);
        for event in common::events(&task, "made.json", &mut reader, may_be_lines) {
            match event {
                Event::Finding(subject, found) => reporter.finding(&subject, *found, &mut out),
                Event::DocumentEnd(subject, ending) => {
                    summary.add(&ending);
                    reporter.document(&subject, &ending, &mut out)
                }
                other => {
                    all.push_str(&format!("{other:?}\n"));
                    Ok(())
                }
            }
            .expect("memory can be written");
        }
        reporter.finish(&summary, None, &[], &mut out).expect("memory can be written");
        all.push_str(&String::from_utf8(out).expect("output is UTF-8"));
    }
    all
}

/// Of members with the same name the last one counts, however long ago the others were read.
#[test]
fn only_the_last_array_of_a_name_is_judged_in_pieces() {
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

/// Where one thread goes on behind the blocks of several, lines and columns go on too.
#[test]
fn places_behind_blocks_are_true() {
    let schema = json!({"properties": {"results": {"items": {"properties": {"bad": {"type": "string"}}}}}});
    let schema = Schema::compile(schema).expect("a schema");
    let task = CheckOptions::new(Validator {
        schema: &schema,
        rules: None,
        request: None,
        counts: false,
        rows: false,
        verbose: false,
    });
    for parted in [",", ",\n", ", "] {
        // In this one blocks are cut, which is a wrong guess.
        let nested = format!(r#"{{"":[{}]}}"#, [r#"{"":1}"#; 30_000].join(parted));
        for before in [12, 20_000] {
            let mut elements = vec![r#"{"":1}"#; before];
            elements.extend([&*nested, r#"{"bad":1}"#, "1"]);
            let text = format!(r#"{{"results":[{}],"x":}}"#, elements.join(parted));
            assert_same(&task, &text.as_bytes()[..text.len() - 6], &[20_000, 120_000]);
            assert_same(&task, text.as_bytes(), &[20_000, 120_000]);
        }
    }
}

/// What has failed is added up over all errors, however many there are and on however many threads they are read.
#[test]
fn failed_inputs_are_counted_the_same_in_pieces() {
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
            "made.json",
            &mut text.as_bytes(),
            false,
        );
        assert!(format!("{events:?}").contains("60 inputs failed"), "{events:?}");
    }
}

/// What stands instead of an element, or of what parts it from the next, is told the same.
#[test]
fn mistakes_at_every_place_are_the_same_in_pieces() {
    let text = r#"{"results":[{"id":1},{"id":2}],"errors":[ 3 ],"x":[]}"#;
    let task = CheckOptions::new(Validator::embedded());
    for at in 0..text.len() {
        for odd in ["", "}", "]", ",", ":", "\"", "-", "\u{0}"] {
            let gone = usize::from(odd.is_empty() || odd == "]");
            assert_same(&task, [&text[..at], odd, &text[at + gone..]].concat().as_bytes(), &[1, 20]);
        }
        assert_same(&task, &text.as_bytes()[..at], &[1, 20]);
    }
}

/// The same input with every kind of pieces.
fn assert_same(task: &CheckOptions<'_>, bytes: &[u8], sizes: &[usize]) {
    let whole = CheckOptions { window: bytes.len() + 1, ..task.clone() };
    let expected = printed(&whole, bytes, usize::MAX, false);
    for &size in sizes {
        for threads in [1, 3] {
            let parts = CheckOptions { window: size, block: size, threads, threads_from: 0, ..task.clone() };
            let found = printed(&parts, bytes, size, false);
            assert!(
                found == expected,
                "window {size}, {threads} threads, of {}\n--- whole\n{expected}\n--- in parts\n{found}",
                String::from_utf8_lossy(bytes)
            );
        }
    }
}

const SIZES: &[usize] = &[1, 2, 3, 7, 16, 61, 150, 400, 1000, 5000];

/// Of what is something else the elements are not checked, whether it is whole or breaks off.
#[test]
fn what_is_no_batch_answer_is_the_same_in_pieces() {
    let elements: Vec<String> =
        (0..14).map(|id| format!(r#"{{"id":{id},"properties":{{"hs_call_status":"X"}}}}"#)).collect();
    for (before, behind) in [
        (r#"{"results":["#, "]}"),
        (r#"{"total":9,"results":["#, r#"],"paging":{"next":{"after":"1"}}}"#),
        (r#"{"status":"error","message":"m","category":"VALIDATION_ERROR","errors":["#, "]}"),
        (r#"{"inputs":["#, "]}"),
        (r#"{"status":"COMPLETE","results":["#, r#"],"startedAt":"2026-01-05T09:00:00Z"}"#),
        ("[", "]"),
    ] {
        let text = format!("{before}{}{behind}", elements.join(","));
        let broken = text.len() - behind.len();
        for end in [text.len(), text.len() - 1, broken, broken - 5, broken - 40] {
            for more in ["", "]]", "x", "\n{}"] {
                for verbose in [false, true] {
                    let validator = Validator { verbose, ..Validator::embedded() };
                    // In a batch answer the first error that is found need not be the first one that there is.
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
fn fixtures_are_the_same_in_pieces() {
    let task = CheckOptions::new(Validator::embedded());
    for folder in ["fixtures/valid", "fixtures/invalid"] {
        for path in common::fixtures(folder) {
            let bytes = std::fs::read(&path).expect("a fixture can be read");
            if bytes.starts_with(b"\x1F\x8B") || bytes.starts_with(b"\x28\xB5") || bytes.len() > 5000 {
                continue;
            }
            assert_same(&task, &bytes, SIZES);
        }
    }
}

#[test]
fn levels_hold_in_pieces() {
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
fn long_blanks_are_the_same_in_pieces() {
    let task = CheckOptions::new(Validator::embedded());
    let answer = r#"B{B"status"B:B"COMPLETE"B,B"results"B:B[B{"id":7}B,B{"id":"8"}B,B]B,B"x"B:B[B]B}B"#;
    let texts = [
        answer.to_owned(),
        answer.replace(",B]", "]"),
        answer.replace("]B}B", "]B}B,"),
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
            let behind_a_head = format!("HTTP/1.1 200 OK\r\n\r\n{}", text.replace('B', &blank));
            assert_same(&task, behind_a_head.as_bytes(), &[1, 400, 5000]);
            // One at a time.
            for place in 0..text.matches('B').count() {
                let mut number = 0;
                let one: String = text
                    .split_inclusive('B')
                    .map(|piece| {
                        number += 1;
                        piece.replace('B', if number - 1 == place { &blank } else { "" })
                    })
                    .collect();
                assert_same(&task, one.as_bytes(), &[1, 400]);
            }
        }
    }
}

/// Columns count characters, wherever a reading ends.
#[test]
fn characters_of_several_bytes_are_counted_once() {
    let task = CheckOptions::new(Validator::embedded());
    let call = |id: &str| {
        let (text, when) = ("日".repeat(100), "2026-01-05T09:30:00Z");
        format!(
            r#"{{"id":{id},"properties":{{"t":"{text}"}},"createdAt":"{when}","updatedAt":"{when}","archived":false}}"#
        )
    };
    let calls: Vec<String> = (0..150).map(|place| call(if place % 50 == 49 { "7" } else { "\"7\"" })).collect();
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

/// An answer with some results, so written that its elements begin on lines of their own, or on one.
fn written(answer: &Serde, style: u8, noise: &[u8]) -> String {
    match style {
        0 => answer.to_string(),
        1 => serde_json::to_string_pretty(answer).expect("JSON"),
        2 => answer.to_string().replace("},{", "},\n {"),
        _ => text(answer, noise),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn answers_are_the_same_in_pieces(answer in mutated_answer_of(0..30), style in 0..4u8, noise in noise(), verbose: bool, size in 1..3000usize) {
        let task = CheckOptions::new(Validator { verbose, ..Validator::embedded() });
        assert_same(&task, written(&answer, style, &noise).as_bytes(), &[1, 2, 13, 200, size]);
    }

    /// What the fast pass lets go by is what the rules have nothing to say of.
    #[test]
    fn rules_say_the_same_in_pieces(answer in answer_of_calls(0..12), style in 0..4u8, noise in noise(), size in 1..3000usize) {
        let text = written(&answer, style, &noise);
        let task = CheckOptions::new(Validator::embedded());
        assert_same(&task, text.as_bytes(), &[1, 2, 13, 200, size]);
        let source = Source::new("made.json", text.as_bytes());
        let mut tape = Tape::default();
        let checked = check(&source, &mut tape, Validator::embedded());
        let expected: Vec<(&str, &str)> =
            checked.findings.iter().map(|finding| (finding.rule.id, &*finding.instance_location)).collect();
        let events = common::events(&task, "made.json", &mut text.as_bytes(), false);
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
    fn broken_answers_are_the_same_in_pieces(answer in mutated_answer_of(5..25), style in 0..4u8, noise in noise(), cut in any::<prop::sample::Index>(), odd in any::<u8>(), how in 0..5u8, size in 1..3000usize) {
        let mut bytes = written(&answer, style, &noise).into_bytes();
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
    fn other_schemas_are_the_same_in_pieces(answer in mutated_answer_of(0..20), schema in schema(), style in 0..4u8, noise in noise(), size in 1..3000usize) {
        let schema = Schema::compile(schema).expect("a schema");
        let task = CheckOptions::new(Validator { schema: &schema, rules: None, request: None, counts: false, rows: false, verbose: false });
        assert_same(&task, written(&answer, style, &noise).as_bytes(), &[1, 13, 200, size]);
    }

    #[test]
    fn arrays_at_the_root_are_the_same_in_pieces(answer in mutated_answer_of(0..20), elements in schema(), style in 0..4u8, noise in noise(), size in 1..3000usize) {
        let schema = json!({"type": "array", "items": elements["properties"]["errors"]["items"].clone(), "$defs": elements["$defs"].clone()});
        let schema = Schema::compile(schema).expect("a schema");
        let task = CheckOptions::new(Validator { schema: &schema, rules: None, request: None, counts: false, rows: false, verbose: false });
        assert_same(&task, written(&answer["results"], style, &noise).as_bytes(), &[1, 13, 200, size]);
        // As HubSpot's answer it is something else, and its elements are checked by nobody.
        assert_same(&CheckOptions::new(Validator::embedded()), written(&answer["results"], style, &noise).as_bytes(), &[1, size]);
    }

    /// The fast pass accepts only what has no finding, whatever it has learned before.
    #[test]
    fn what_the_fast_pass_accepts_is_right(answers in prop::collection::vec((mutated_answer_of(0..4), 0..4u8, any::<prop::sample::Index>(), any::<u8>(), 0..12u8), 1..6), schema in prop::option::of(schema()), noise in noise()) {
        let schema = match schema {
            None => Schema::compile(serde_json::from_str(callcheck::schema::EMBEDDED).expect("JSON")),
            Some(schema) => Schema::compile(schema),
        }
        .expect("a schema");
        let mut acceptor = schema.acceptor(None, None);
        let mut tape = Tape::default();
        for (answer, style, cut, odd, how) in answers {
            let mut bytes = written(&answer, style, &noise).into_bytes();
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
            // A batch answer, and nothing else.
            let source = Source::new("made", &bytes[..end]);
            let findings = check(&source, &mut Tape::default(), Validator { schema: &schema, rules: None, request: None, counts: false, rows: false, verbose: false }).findings;
            prop_assert_eq!(findings.len(), 0);
        }
    }

    /// What the embedded schema is satisfied with is a batch answer: the fast pass need not ask what a document is.
    #[test]
    fn a_valid_document_is_a_batch_answer(answer in mutated_answer_of(0..4)) {
        let text = answer.to_string();
        let mut tape = Tape::default();
        let source = Source::new("made", text.as_bytes());
        let is_valid = Schema::embedded().is_valid(Document::parse(text.as_bytes(), 0, &mut tape).expect("JSON"));
        if is_valid {
            prop_assert_eq!(check(&source, &mut Tape::default(), Validator::embedded()).kind, DocumentKind::BatchResponse);
        }
    }
}

/// The fast pass is no good if it accepts nothing.
#[test]
fn the_fast_pass_accepts_ordinary_answers() {
    let mut acceptor = Schema::embedded().acceptor(None, Some(&callcheck::hubspot::CAPTURES));
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

/// Of strings the fast pass takes what the scanner takes, but for half surrogates: any byte behind a backslash, whatever stands before it.
#[test]
fn the_fast_pass_takes_the_strings_that_the_scanner_takes() {
    let answer = std::fs::read_to_string("fixtures/valid/create.min.json").expect("a fixture can be read");
    let (head, rest) = answer
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
                for behind in ["", "t", "é", &"y".repeat(40)] {
                    let string =
                        [b"\"", before.as_bytes(), backslash.as_bytes(), escape, behind.as_bytes(), b"\""].concat();
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

/// What one reading brings in may be one byte or all, and blocks may be cut anywhere between: lines are lines.
#[test]
fn lines_are_the_same_in_pieces() {
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

/// Standard input whose first line is a whole value is JSON Lines, however little of it is there at a time; a note says so.
#[test]
fn lines_are_noticed() {
    let good = std::fs::read_to_string("fixtures/valid/create.pretty.json").expect("a fixture can be read");
    let line = serde_json::from_str::<Serde>(&good).expect("JSON").to_string();
    let text = format!("{line}\n[2,]\n{line}\n");
    let task = CheckOptions::new(Validator::embedded());
    let expected = printed(&task, text.as_bytes(), usize::MAX, true);
    assert!(expected.contains("note[json/lines]") && expected.contains("made.json:2:3"), "{expected}");
    assert!(expected.contains("\"documents\":3,"), "{expected}");
    for size in [1, 5, 300, 900] {
        let parts = CheckOptions { window: size, block: size, ..task.clone() };
        assert_eq!(printed(&parts, text.as_bytes(), size, true), expected, "{size}");
    }
    // Also with blanks at the end of the line. The head of an HTTP answer has one body.
    for (text, is_lines) in [(text.replace('\n', " \t\r\n"), true), (format!("HTTP/1.1 200 OK\r\n\r\n{text}"), false)] {
        let expected = printed(&task, text.as_bytes(), usize::MAX, true);
        assert_eq!(expected.contains("\"documents\":3,"), is_lines, "{expected}");
        assert_eq!(expected.contains("document/multiple"), !is_lines, "{expected}");
        for size in [1, 5, 300, 900] {
            let parts = CheckOptions { window: size, block: size, ..task.clone() };
            assert_eq!(printed(&parts, text.as_bytes(), size, true), expected, "{size}");
        }
    }
    // A file that is named is what its name says.
    assert!(printed(&task, text.as_bytes(), usize::MAX, false).contains("document/multiple"));
    // One document over several lines is none.
    assert!(!printed(&task, good.as_bytes(), usize::MAX, true).contains("json/lines"));
}

/// The first error ends the work, whatever follows and however much is read at a time.
#[test]
fn the_first_error_ends_the_work() {
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
            // The rest of the text may be anything: nobody reads it.
            assert_eq!(
                printed(&parts, &text.as_bytes()[..text.len() - 300], size, false).replace("Read\n", ""),
                expected.replace("Read\n", "")
            );
        }
    }
}

/// What follows the first error is not even read.
#[test]
fn nobody_reads_on_behind_the_first_error() {
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
    let events = common::events(&task, "made.json", &mut Only(text.as_bytes()), false);
    assert!(matches!(&events[..], [Event::Finding(..), ..]), "{events:?}");
}

/// A warning is not what ends the work, and the first error is the first one of the document.
#[test]
fn the_first_error_is_told_without_warnings_behind_it() {
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
        let events = common::events(&parts, "made.json", &mut text.as_bytes(), false);
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

/// Each element has a finding of its own kind, so each is drawn: also the first one of a block, with what stands before it.
#[test]
fn every_element_is_drawn_the_same_in_pieces() {
    let elements: Vec<String> = (0..40)
        .map(|id| {
            format!(
                r#"{{"id":"{}","properties":{{"x{id}":[1]}},"createdAt":"2026-01-05T09:30:00Z","updatedAt":"2026-01-05T09:30:00Z","archived":false}}"#,
                50_100_000_000u64 + id
            )
        })
        .collect();
    for parted in [",", ",\n", ",\n      ", " , ", "\n  ,\n  "] {
        let text = format!(
            r#"{{"status":"COMPLETE","startedAt":"2026-01-05T09:30:00Z","completedAt":"2026-01-05T09:30:00Z","results":[{}]}}"#,
            elements.join(parted)
        );
        for text in [text.clone(), text.replace(r#""properties""#, "\n \"properties\"")] {
            assert_same(&CheckOptions::new(Validator::embedded()), text.as_bytes(), &[1, 50, 200, 300, 1000]);
        }
    }
}

/// More findings than are held back: each is told once, in order, and the totals are true.
#[test]
fn very_many_findings_are_told_as_they_come() {
    let calls = vec![r#"{"id":1}"#; 3000].join(",\n");
    let text = format!("{{\"status\":\"COMPLETE\",\"startedAt\":1,\"results\":[\n{calls}\n]}}");
    let task = CheckOptions::new(Validator::embedded());
    let mut seen = Vec::new();
    for (window, threads) in [(usize::MAX / 4, 1), (100, 1), (1000, 3)] {
        let task =
            CheckOptions { window: window.min(text.len() + 1), block: 1000, threads, threads_from: 0, ..task.clone() };
        let events = common::events(&task, "made.json", &mut text.as_bytes(), false);
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
        // What is wrong with the document as a whole may come behind its elements.
        let elements: Vec<u64> =
            found.iter().filter(|found| found.2.starts_with("/results/")).map(|found| found.0).collect();
        assert!(elements.is_sorted());
        found.sort();
        let Some(Event::DocumentEnd(_, ending)) = events.iter().find(|event| matches!(event, Event::DocumentEnd(..)))
        else {
            panic!("an end")
        };
        assert_eq!(ending.counts.total() as usize, found.len());
        // Each call lacks four members and has a wrong one; the answer lacks one, has a wrong one, and has too many results.
        assert_eq!(found.len(), 3000 * 5 + 3);
        seen.push(found);
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]));
}

/// A truncation, a flipped byte and a wrong type at many places of a large answer. `CALLCHECK_BIG=FILE CALLCHECK_PLACES=200` does it with a
/// file of any size, in a release build.
#[test]
fn damage_at_many_places_is_the_same_in_pieces() {
    let number =
        |name: &str, usual: usize| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual);
    let (places, mut random) = (number("CALLCHECK_PLACES", 10), number("CALLCHECK_SEED", 1) as u64);
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
    for _ in 0..places {
        // Numerical Recipes' generator: the places are the same each time.
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
