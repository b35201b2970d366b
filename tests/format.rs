//! Properties of formatting: every token is preserved byte for byte, in any layout and for any chunk size.
#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

mod common;

use callcheck::internals::check::{Validator, check};
use callcheck::internals::finding::Event;
use callcheck::internals::format::{FormatInput, FormatOptions, Indent, LayoutStyle, LineEnding, Order, format};
use callcheck::internals::input::{Limits, Source};
use callcheck::internals::json::{Document, Kind, Tape};
use common::chunking::{ChunkedReader, tokens};
use common::generated::{mutated_response, noise, text, value};
use common::layout::layout;
use proptest::prelude::*;

fn task(style: LayoutStyle, order: Order) -> FormatOptions<'static> {
    FormatOptions {
        style,
        line_ending: LineEnding::Lf,
        order,
        painted: None,
        lines: false,
        limits: Limits::DEFAULT,
        window: 128 * 1024,
        drawn: 1,
        findings: None,
        keeps_lines: false,
    }
}

/// Output, completeness and events.
fn run(task: &FormatOptions<'_>, bytes: &[u8], piece: usize) -> (Vec<u8>, bool, Vec<Event>) {
    let (mut out, mut events) = (Vec::new(), Vec::new());
    let mut reader = ChunkedReader(bytes, piece);
    let done = format(
        task,
        FormatInput { name: "made.json", reader: &mut reader, may_be_lines: false, is_file: true },
        &mut out,
        &mut |event| events.push(event),
    );
    (out, done.expect("memory can be written").is_whole, events)
}

fn formatted(task: &FormatOptions<'_>, bytes: &[u8]) -> Vec<u8> {
    let (out, is_whole, events) = run(task, bytes, usize::MAX);
    assert!(is_whole, "{events:?} for {}", String::from_utf8_lossy(bytes));
    out
}

const STYLES: [LayoutStyle; 6] = [
    LayoutStyle::PRETTIER,
    LayoutStyle::COMPACT,
    LayoutStyle { indent: Some(Indent::Spaces(4)), width: 0 },
    LayoutStyle { indent: Some(Indent::Tab), width: 30 },
    LayoutStyle { indent: Some(Indent::Spaces(0)), width: 12 },
    LayoutStyle { indent: Some(Indent::Spaces(2)), width: 1000 },
];

/// JSON that `serde_json::Value` cannot represent: duplicate names, unpaired surrogates, numbers in any spelling.
fn odd() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        Just("1e400".to_owned()),
        Just("-0".to_owned()),
        Just("1.0".to_owned()),
        Just("100000000000000000000000000000000000000000.50".to_owned()),
        Just(r#""\ud800""#.to_owned()),
        Just(r#""\uDC00\u00e9é\/""#.to_owned()),
        Just("\"日本語📞\u{202E}\u{7F}\"".to_owned()),
        Just("true".to_owned()),
        Just("null".to_owned()),
        "[a-z ]{0,100}".prop_map(|text| format!("\"{text}\"")),
    ];
    scalar.prop_recursive(6, 60, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(|items| format!("[{}]", items.join(", "))),
            prop::collection::vec((prop::sample::select(vec!["a", "b", "", "é\\\"", "long name"]), inner), 0..8)
                .prop_map(|members| {
                    let members: Vec<String> =
                        members.iter().map(|(name, value)| format!("\"{name}\" :{value}")).collect();
                    format!("{{ {}}}", members.join(",\n"))
                }),
        ]
    })
}

fn assert_layout_properties(bytes: &[u8]) {
    let compact = formatted(&task(LayoutStyle::COMPACT, Order::Kept), bytes);
    for style in STYLES {
        let task = task(style, Order::Kept);
        let out = formatted(&task, bytes);
        let shown = String::from_utf8_lossy(&out);
        assert_eq!(tokens(&out), tokens(bytes), "tokens change: {shown}");
        assert_eq!(formatted(&task, &out), out, "formatting is not the same again: {shown}");
        assert_eq!(formatted(&self::task(LayoutStyle::COMPACT, Order::Kept), &out), compact);
        if style.indent.is_some() {
            assert_eq!(shown, String::from_utf8_lossy(&layout(bytes, style)), "{style:?}");
        }
        for (window, piece) in [(1, 1), (7, 3), (64, 64), (200, 33)] {
            let (pieces, is_whole, _) = run(&FormatOptions { window, ..task.clone() }, bytes, piece);
            assert!(is_whole && pieces == out, "window {window}: {}", String::from_utf8_lossy(&pieces));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn tokens_are_preserved(value in value(), noise in noise()) {
        assert_layout_properties(text(&value, &noise).as_bytes());
    }

    #[test]
    fn unusual_tokens_are_preserved(text in odd()) {
        assert_layout_properties(text.as_bytes());
    }

    /// Text that is not JSON is rejected with the position and the message of `check`, for any chunk size.
    #[test]
    fn syntax_errors_are_those_of_check(response in mutated_response(), noise in noise(), cut in any::<prop::sample::Index>(), odd: u8, how in 0..4u8, window in 1..400usize) {
        let mut bytes = text(&response, &noise).into_bytes();
        let at = cut.index(bytes.len());
        match how {
            0 => bytes.truncate(at),
            1 => bytes[at] = odd,
            2 => bytes.insert(at, odd),
            _ => bytes.insert(at, b"{}[],:\"\\0-e."[odd as usize % 12]),
        }
        let mut tape = Tape::default();
        let parses = Document::parse(&bytes, 0, &mut tape).is_ok();
        let source = Source::new("made.json", &bytes);
        let mut tape = Tape::default();
        let checked = check(&source, &mut tape, Validator::embedded());
        let is_reason = |rule: &str| matches!(rule, "json/syntax" | "json/encoding") || rule.starts_with("document/");
        let expected = checked.found(1).into_iter().find(|found| is_reason(found.finding.rule.id)).filter(|_| !parses);
        for (window, piece) in [(100_000, usize::MAX), (window, window), (1, 1)] {
            let (out, is_whole, events) = run(&FormatOptions { window, ..task(LayoutStyle::PRETTIER, Order::Kept) }, &bytes, piece);
            prop_assert_eq!(is_whole, parses);
            let found = events.iter().find_map(|event| match event {
                Event::Finding(_, found) => Some(found),
                _ => None,
            });
            match (&expected, found) {
                (Some(expected), Some(found)) => {
                    prop_assert_eq!(found.finding.rule.id, expected.finding.rule.id);
                    prop_assert_eq!(found.location, expected.location, "{:?} {:?}", found, expected);
                    prop_assert_eq!(found.finding.label.span, expected.finding.label.span);
                    prop_assert_eq!(&found.finding.instance_location, &expected.finding.instance_location);
                    // These messages of `check` speak of batch responses.
                    let is_neutral = matches!(found.finding.rule.id, "document/empty" | "document/multiple");
                    prop_assert!(is_neutral || found.finding.message == expected.finding.message, "{:?}", found);
                }
                (expected, found) => prop_assert!(expected.is_none() && found.is_none(), "{:?} {:?}", expected, found),
            }
            // The output so far is a prefix of the text.
            let (written, all) = (tokens_so_far(&out), tokens_so_far(&bytes));
            prop_assert!(all.starts_with(&written[..written.len().saturating_sub(1)]), "{:?}", String::from_utf8_lossy(&out));
        }
    }

    #[test]
    fn sorting_changes_the_order_only(text in odd()) {
        let sorted = formatted(&task(LayoutStyle::COMPACT, Order::Sorted), text.as_bytes());
        let (mut before, mut after) = (tokens(text.as_bytes()), tokens(&sorted));
        before.sort_unstable();
        after.sort_unstable();
        prop_assert_eq!(before, after);
        prop_assert_eq!(&formatted(&task(LayoutStyle::COMPACT, Order::Sorted), &sorted), &sorted);
        let mut tape = Tape::default();
        let document = Document::parse(&sorted, 0, &mut tape).expect("JSON");
        for index in 0..document.len() as u32 {
            let object = document.value(index);
            let names: Vec<Vec<u16>> = object.members().map(|(name, _)| name.units()).collect();
            prop_assert!(object.kind() != Kind::Object || names.is_sorted());
        }
    }

    /// The canonical form has the same value, and it is its own canonical form.
    #[test]
    fn the_canonical_form_means_the_same(value in value(), noise in noise()) {
        let task = task(LayoutStyle::COMPACT, Order::Canonical);
        let canonical = formatted(&task, text(&value, &noise).as_bytes());
        let doubles = |value: &serde_json::Value| -> serde_json::Value { as_doubles(value) };
        let read: serde_json::Value = serde_json::from_slice(&canonical).expect("JSON");
        prop_assert_eq!(doubles(&read), doubles(&value));
        prop_assert_eq!(&formatted(&task, &canonical), &canonical);
        for (window, piece) in [(1, 1), (50, 7)] {
            prop_assert_eq!(&run(&FormatOptions { window, ..task.clone() }, text(&value, &noise).as_bytes(), piece).0, &canonical);
        }
    }
}

/// Tokens of text that may be truncated or invalid.
fn tokens_so_far(text: &[u8]) -> Vec<&[u8]> {
    let mut end = text.len();
    let mut at = 0;
    while at < text.len() {
        match text[at] {
            b'"' => {
                let begin = at;
                at += 1;
                while at < text.len() && text[at] != b'"' {
                    at += if text[at] == b'\\' { 2 } else { 1 };
                }
                if at >= text.len() {
                    end = begin;
                }
                at += 1;
            }
            _ => at += 1,
        }
    }
    tokens(&text[..end])
}

/// Numbers in the notation of the canonical form.
fn as_doubles(value: &serde_json::Value) -> serde_json::Value {
    use serde_json::Value as Serde;
    match value {
        Serde::Number(number) => number.as_f64().into(),
        Serde::Array(items) => items.iter().map(as_doubles).collect(),
        Serde::Object(members) => {
            Serde::Object(members.iter().map(|(name, value)| (name.clone(), as_doubles(value))).collect())
        }
        other => other.clone(),
    }
}

#[test]
fn lines_break_where_prettier_breaks_them() {
    let style = |width| task(LayoutStyle { indent: Some(Indent::Spaces(2)), width }, Order::Kept);
    for (width, text, expected) in [
        (80, r#"{"a":[1,"2",null,{},[]],"b":{}}"#, "{\n  \"a\": [1, \"2\", null, {}, []],\n  \"b\": {}\n}\n"),
        // JSON.stringify(value, null, 2).
        (0, r#"{"a":[1,[],["2"]]}"#, "{\n  \"a\": [\n    1,\n    [],\n    [\n      \"2\"\n    ]\n  ]\n}\n"),
        // `  "a": ["1", "22"],` has 19 columns, and no comma follows the last one.
        (18, r#"{"a":["1","22"]}"#, "{\n  \"a\": [\"1\", \"22\"]\n}\n"),
        (18, r#"{"a":["1","22"],"b":0}"#, "{\n  \"a\": [\n    \"1\",\n    \"22\"\n  ],\n  \"b\": 0\n}\n"),
        (19, r#"{"a":["1","22"],"b":0}"#, "{\n  \"a\": [\"1\", \"22\"],\n  \"b\": 0\n}\n"),
        // Numbers fill the lines; the comma counts.
        (9, "[1,2,3,4,5]", "[\n  1, 2,\n  3, 4, 5\n]\n"),
        (8, "[1,2,3,44]", "[\n  1, 2,\n  3, 44\n]\n"),
        // One other item gives all their own lines.
        (8, "[1,2,3,4,5,\"\"]", "[\n  1,\n  2,\n  3,\n  4,\n  5,\n  \"\"\n]\n"),
        (8, "[1,2,3,4,5,[]]", "[\n  1,\n  2,\n  3,\n  4,\n  5,\n  []\n]\n"),
        // A matrix has one row per line, in any array.
        (80, "[0,[[1,2],[3,4]]]", "[\n  0,\n  [\n    [1, 2],\n    [3, 4]\n  ]\n]\n"),
        (80, "[[1,2],[3]]", "[[1, 2], [3]]\n"),
        (80, "[[[1,2]]]", "[[[1, 2]]]\n"),
        // So does an array with an object.
        (80, "[[1],[{\"a\":1}]]", "[\n  [1],\n  [\n    {\n      \"a\": 1\n    }\n  ]\n]\n"),
        // Columns, not characters.
        (8, "[\"电话\"]", "[\"电话\"]\n"),
        (7, "[\"电话\"]", "[\n  \"电话\"\n]\n"),
        // An inner array that fits on the next line, but not with its comma.
        (8, "{\"a\":[[1,22],[3]]}", "{\n  \"a\": [\n    [\n      1,\n      22\n    ],\n    [3]\n  ]\n}\n"),
    ] {
        assert_eq!(String::from_utf8_lossy(&formatted(&style(width), text.as_bytes())), expected, "{width} {text}");
    }
}

/// More numbers than are kept until their layout is known: they are final, and other items after them have own lines.
#[test]
fn many_numbers_are_final_before_the_end_of_their_array() {
    let options = task(LayoutStyle::PRETTIER, Order::Kept);
    for (count, is_final) in [(10_000, false), (200_000, true)] {
        let numbers = "123456, ".repeat(count);
        let text = format!("[{numbers}\"last\"]");
        let out = formatted(&options, text.as_bytes());
        assert_eq!(tokens(&out), tokens(text.as_bytes()));
        assert_eq!(out.split(|byte| *byte == b'\n').count() > count, !is_final);
        assert!(out.ends_with(b",\n  \"last\"\n]\n"));
        assert!(formatted(&options, &out) == out);
        let (pieces, ..) = run(&FormatOptions { window: 1000, ..options.clone() }, text.as_bytes(), 777);
        assert!(pieces == out);
    }
}

#[test]
fn line_endings_are_those_of_the_first_line() {
    let with = |line_ending| FormatOptions { line_ending, ..task(LayoutStyle::PRETTIER, Order::Kept) };
    let lf = "{\n  \"a\": [\n    [1, 2],\n    [3, 4]\n  ]\n}\n";
    let crlf = lf.replace('\n', "\r\n");
    for window in [1, 5, 1000] {
        for (line_ending, text, expected) in [
            (LineEnding::Auto, lf, lf),
            (LineEnding::Auto, &crlf, &crlf),
            (LineEnding::Auto, &crlf.replace("],\r\n", "],\n"), &crlf),
            (LineEnding::Auto, &lf.replace("],\n", "],\r\n"), lf),
            (LineEnding::Auto, &format!("{}\r\n", lf.replace('\n', "")), &crlf),
            (LineEnding::Auto, "[1, 2]\r\n", "[1, 2]\r\n"),
            (LineEnding::Auto, "[1, 2]", "[1, 2]\n"),
            (LineEnding::Lf, &crlf, lf),
            (LineEnding::Crlf, lf, &crlf),
        ] {
            let (out, ..) = run(&FormatOptions { window, ..with(line_ending) }, text.as_bytes(), window);
            assert_eq!(String::from_utf8_lossy(&out), expected, "{line_ending:?} {text:?}");
        }
        let lines = FormatOptions { window, lines: true, keeps_lines: true, ..with(LineEnding::Auto) };
        let (out, ..) = run(&lines, b"{ }\r\n[1, 2]\n", window);
        assert_eq!(String::from_utf8_lossy(&out), "{}\r\n[1,2]\r\n");
    }
    // Numbers fill lines until another item follows.
    let numbers = format!("[\r\n{}null]", "1234567, ".repeat(30));
    let out = formatted(&with(LineEnding::Auto), numbers.as_bytes());
    let expected = String::from_utf8(layout(numbers.as_bytes(), LayoutStyle::PRETTIER)).expect("UTF-8");
    assert_eq!(String::from_utf8_lossy(&out), expected.replace('\n', "\r\n"));
}

#[test]
fn documents_follow_each_other_line_by_line() {
    let lines = |style| FormatOptions { lines: true, ..task(style, Order::Kept) };
    let text = b"{\"a\": [1]}\r\n\n [{}]\n7\n\"x\"";
    let pretty = formatted(&lines(LayoutStyle::PRETTIER), text);
    assert_eq!(String::from_utf8_lossy(&pretty), "{\n  \"a\": [1]\n}\n\n[{}]\n\n7\n\n\"x\"\n");
    // From a pipe, where documents may span several lines.
    let again = |style, text: &[u8]| {
        let mut out = Vec::new();
        let input = FormatInput { name: "-", reader: &mut &text[..], may_be_lines: true, is_file: false };
        format(&task(style, Order::Kept), input, &mut out, &mut |_| {}).expect("memory can be written");
        out
    };
    let objects = b"{\"a\": [1]}\n[{}]\n{}";
    let pretty_objects = formatted(&lines(LayoutStyle::PRETTIER), objects);
    assert_eq!(again(LayoutStyle::PRETTIER, &pretty_objects), pretty_objects);
    assert_eq!(again(LayoutStyle::COMPACT, &pretty_objects), formatted(&lines(LayoutStyle::COMPACT), objects));
    let compact = formatted(&lines(LayoutStyle::COMPACT), text);
    assert_eq!(String::from_utf8_lossy(&compact), "{\"a\":[1]}\n[{}]\n7\n\"x\"\n");
    for window in [1, 3, 10] {
        assert_eq!(run(&FormatOptions { window, ..lines(LayoutStyle::PRETTIER) }, text, window).0, pretty);
    }
    // Each line is a document. Broken ones are reported and do not stop the rest.
    let text = b"{\"a\":1}\n[1\n,2]\n{\"b\":\n01\n{}\nx\n{\"c\":[2]}";
    for window in [1, 4, 1000] {
        let task = FormatOptions { window, ..lines(LayoutStyle::COMPACT) };
        let (out, is_whole, events) = run(&task, text, window);
        let lines: Vec<u64> = events
            .iter()
            .filter_map(|event| match event {
                Event::Finding(document, found) => Some((found.location.0.line, document.record)),
                _ => None,
            })
            .map(|(line, record)| {
                assert_eq!(record, Some(line));
                line
            })
            .collect();
        assert!(!is_whole);
        assert_eq!(lines, [2, 3, 4, 5, 7], "window {window}: {events:?}");
        if window > 100 {
            assert_eq!(String::from_utf8_lossy(&out), "{\"a\":1}\n{}\n{\"c\":[2]}\n");
        }
    }
    // Two documents on one line are an error.
    let (_, is_whole, events) = run(&lines(LayoutStyle::PRETTIER), b"{} {}\n", usize::MAX);
    assert!(!is_whole && events.iter().any(|event| matches!(event, Event::Finding(..))), "{events:?}");
    // Without documents, there is no output.
    assert_eq!(formatted(&lines(LayoutStyle::PRETTIER), b"\n \n"), b"");
    let canonical = FormatOptions { lines: true, ..task(LayoutStyle::COMPACT, Order::Canonical) };
    assert_eq!(formatted(&canonical, b"{\"b\":1.0,\"a\":2}\n{}\n"), b"{\"a\":2,\"b\":1}\n{}\n");
}

#[test]
fn values_without_canonical_form_are_reported_at_their_position() {
    for (text, position, message) in [
        (&br#"{"a":1,"b":{"c":1,"c":2}}"#[..], 18, "no canonical form: duplicate key `c`"),
        (br#"["\ud83d\ude00","a\ud83d"]"#, 18, "no canonical form: unpaired surrogate in a string"),
        (br#"[1e308,-1e309]"#, 7, "no canonical form: number -1e309 is out of range for a double"),
    ] {
        for window in [1, 1000] {
            let (_, is_whole, events) =
                run(&FormatOptions { window, ..task(LayoutStyle::COMPACT, Order::Canonical) }, text, window);
            let [Event::Finding(_, found), Event::DocumentEnd(..)] = &events[..] else { panic!("{events:?}") };
            assert!(!is_whole && found.finding.rule.id == "json/canonical", "{found:?}");
            assert_eq!((found.finding.label.span.start.0, &*found.finding.message), (position, message));
        }
        assert!(run(&task(LayoutStyle::COMPACT, Order::Sorted), text, 1).1);
    }
}

#[test]
fn text_that_begins_with_a_part_of_a_character_is_refused() {
    for text in [&b"\xA9"[..], b"\x80\x80{}", b"\xE9 = 1"] {
        let (out, is_whole, events) =
            run(&FormatOptions { window: 1, ..task(LayoutStyle::PRETTIER, Order::Kept) }, text, 1);
        assert!(
            !is_whole && out.is_empty() && matches!(events[..], [Event::Finding(..), Event::DocumentEnd(..)]),
            "{events:?}"
        );
    }
}

/// RFC 8785, section 3.2.3: sorted by UTF-16 code units, so U+1F600 precedes U+FB33.
#[test]
fn the_example_of_the_rfc() {
    let text = "{\"\u{20AC}\":\"Euro Sign\",\"\\r\":\"Carriage Return\",\"\u{FB33}\":\"Hebrew Letter Dalet With Dagesh\",\"1\":\"One\",\"\u{1F600}\":\"Emoji: Grinning Face\",\"\u{80}\":\"Control\",\"\u{F6}\":\"Latin Small Letter O With Diaeresis\"}";
    let canonical = formatted(&task(LayoutStyle::COMPACT, Order::Canonical), text.as_bytes());
    assert_eq!(
        String::from_utf8_lossy(&canonical),
        "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\"\u{F6}\":\"Latin Small Letter O With Diaeresis\",\"\u{20AC}\":\"Euro Sign\",\"\u{1F600}\":\"Emoji: Grinning Face\",\"\u{FB33}\":\"Hebrew Letter Dalet With Dagesh\"}"
    );
    let numbers = b"[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001,-0,1e21,123456789012345680000]";
    assert_eq!(
        String::from_utf8_lossy(&formatted(&task(LayoutStyle::COMPACT, Order::Canonical), numbers)),
        "[333333333.3333333,1e+30,4.5,0.002,1e-27,0,1e+21,123456789012345680000]"
    );
}

/// Any JSON can be formatted, so messages do not speak of batch responses.
#[test]
fn messages_do_not_expect_a_response() {
    for (text, lines, rule) in [
        ("", false, "document/empty"),
        (" ", false, "document/empty"),
        ("{\"a\":1}{\"b\":2}", false, "document/multiple"),
        ("{\"a\":1}\n{\"b\":2}", false, "document/multiple"),
        ("{\"a\":1}{\"b\":2}\n", true, "document/multiple"),
    ] {
        let task = FormatOptions { lines, ..task(LayoutStyle::COMPACT, Order::Kept) };
        let (_, _, events) = run(&task, text.as_bytes(), 5);
        let findings: Vec<_> = events
            .iter()
            .filter_map(|event| match event {
                Event::Finding(_, found) => Some(&found.finding),
                _ => None,
            })
            .collect();
        let [finding] = &findings[..] else { panic!("{text}: {events:?}") };
        let words = format!("{} {}", finding.message, finding.help.join(" "));
        assert!(finding.rule.id == rule && !words.contains("batch"), "{words}");
        assert_eq!(words.contains("--write"), text.is_empty(), "{words}");
    }
}
