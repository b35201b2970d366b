//! Properties of any input: generated documents, mutated responses and arbitrary bytes.
#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

mod common;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use callcheck::internals::check::CheckOptions;
use callcheck::internals::check::{Validator, check};
use callcheck::internals::input::Source;
use callcheck::internals::json::{Document, Kind, Tape, Value, scan};
use callcheck::internals::reporters::{Format, Style};
use callcheck::internals::rfc3339;
use callcheck::internals::schema::{EMBEDDED, Schema};
use clap::ValueEnum;
use common::generated::{mutated_response, noise, text, value};
use proptest::prelude::*;
use serde_json::Value as Serde;

/// Asserts that the tape and `serde_json` read the same value.
fn assert_same(value: Value<'_>, expected: &Serde) {
    let from_span: Serde =
        serde_json::from_slice(value.span().of(value.document().source())).expect("a span is a JSON text of its own");
    assert_eq!(&from_span, expected);
    match expected {
        Serde::Array(elements) => {
            assert_eq!(value.kind(), Kind::Array);
            assert_eq!(value.elements().count(), elements.len());
            value.elements().zip(elements).for_each(|(found, expected)| assert_same(found, expected));
        }
        Serde::Object(members) => {
            assert_eq!(value.members().count(), members.len());
            for (name, member) in value.members() {
                let name = name.string();
                assert!(value.get(&name).is_some_and(|found| found.index() == member.index()));
                assert_same(member, &members[name.as_ref()]);
            }
        }
        Serde::String(text) => assert_eq!(&value.string(), text),
        Serde::Number(number) => assert_eq!(value.number(), number.to_string()),
        _ => {}
    }
}

/// Asserts that the output of each format fits the terminal.
fn print_all(bytes: &[u8], width: usize) {
    let name = "in/a/folder/of/a/long/name/odd \u{202e}name\u{1b}[2J\n.json";
    let (source, mut tape) = (Source::new(name, bytes), Tape::default());
    let validator = Validator { verbose: true, ..Validator::embedded() };
    let checked = check(&source, &mut tape, validator);
    for (format, plain) in
        [(Format::Full, false), (Format::Full, true), (Format::Concise, false), (Format::Json, false)]
    {
        let style = Style { plain, ..Style::new(width) };
        let out = common::print(
            &CheckOptions { drawn: format.max_excerpts(style), ..CheckOptions::new(validator) },
            name,
            bytes,
            format,
            style,
        );
        match format {
            Format::Full => common::assert_fit_for_a_terminal(&out, width),
            Format::Concise => {
                assert_eq!(out.lines().count(), checked.findings.len(), "one line per finding");
                common::assert_fit_for_a_terminal(&out, usize::MAX);
            }
            Format::Json => {
                common::assert_fit_for_a_terminal(&out, usize::MAX);
                serde_json::from_str::<Serde>(&out).expect("a report is JSON");
            }
            _ => unreachable!("the others follow"),
        }
    }
    for &format in Format::value_variants() {
        let style = Style::new(width);
        let out = common::print(
            &CheckOptions { drawn: format.max_excerpts(style), ..CheckOptions::new(validator) },
            name,
            bytes,
            format,
            style,
        );
        common::assert_fit_for_a_terminal(&out, if format == Format::Grouped { width } else { usize::MAX });
        match format {
            Format::Sarif | Format::Gitlab => {
                serde_json::from_str::<Serde>(&out).expect("it is JSON");
            }
            Format::JsonLines | Format::Rdjsonl | Format::List | Format::Hierarchical => {
                out.lines().for_each(|line| assert!(serde_json::from_str::<Serde>(line).is_ok(), "{line}"));
            }
            Format::Junit | Format::Checkstyle => {
                roxmltree::Document::parse(&out).expect("it is XML");
            }
            Format::Full | Format::Concise | Format::Grouped | Format::Json | Format::Github => {}
        }
    }
    for finding in &checked.findings {
        assert!(
            finding.label.span.start <= finding.label.span.end && finding.label.span.end.0 <= source.bytes.len(),
            "{finding:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]


    #[test]
    fn every_span_is_its_value(value in value(), noise in noise()) {
        let text = text(&value, &noise);
        let mut tape = Tape::default();
        let document = Document::parse(text.as_bytes(), 0, &mut tape).expect("JSON");
        assert_same(document.root(), &value);
        prop_assert_eq!(document.duplicate_names().count(), 0);
    }

    #[test]
    fn every_pointer_refers_to_its_value(value in value(), noise in noise()) {
        let text = text(&value, &noise);
        let mut tape = Tape::default();
        let document = Document::parse(text.as_bytes(), 0, &mut tape).expect("JSON");
        let all: Vec<u32> = (0..document.len() as u32).collect();
        for (index, pointer) in all.iter().zip(document.pointers(&all)) {
            let (_, found) = document.value(*index).as_child();
            let read: Serde = serde_json::from_slice(found.text()).expect("JSON");
            prop_assert_eq!(value.pointer(&pointer), Some(&read), "{}", pointer);
            prop_assert_eq!(document.value(*index).pointer(), pointer);
        }
    }

    /// The verdict and the violations are those of the crate on `serde_json::Value`.
    #[test]
    fn violations_are_those_of_serde_json_and_jsonschema(response in mutated_response(), noise in noise()) {
        let reference = jsonschema::options()
            .with_format("date-time", |text: &str| rfc3339::check(text).is_ok())
            .should_validate_formats(true)
            .build(&serde_json::from_str(EMBEDDED).expect("JSON"))
            .expect("a schema");
        let expected: BTreeSet<(String, String)> = reference.iter_errors(&response).map(|error| (error.instance_path().to_string(), error.evaluation_path().to_string())).collect();
        let text = text(&response, &noise);
        let mut tape = Tape::default();
        let document = Document::parse(text.as_bytes(), 0, &mut tape).expect("JSON");
        prop_assert_eq!(Schema::embedded().is_valid(document), expected.is_empty());
        let findings = Schema::embedded().check(document);
        let found: BTreeSet<(String, String)> = findings.iter().map(|finding| (finding.instance_location.clone(), finding.keyword_location.clone().expect("a keyword"))).collect();
        prop_assert_eq!(found, expected);
        for finding in &findings {
            // The label marks the value of the pointer, or its opening bracket.
            let named: Serde = response.pointer(&finding.instance_location).expect("the pointer leads somewhere").clone();
            let at = document.at(finding.label.span.start).expect("a label begins with a value");
            prop_assert_eq!(serde_json::from_slice::<Serde>(at.text()).expect("JSON"), named);
            prop_assert!(finding.label.span == at.span() || finding.rule.id == "schema/required");
        }
        prop_assert!(findings.is_sorted_by_key(|finding| finding.label.span.start));
    }

    /// The scanner and serde_json accept the same text.
    #[test]
    fn the_scanner_agrees_with_serde_json(value in value(), noise in noise(), cut in any::<prop::sample::Index>(), odd in any::<u8>(), how in 0..5u8) {
        let mut bytes = text(&value, &noise).into_bytes();
        let at = cut.index(bytes.len());
        match how {
            0 => bytes.truncate(at),
            1 => bytes[at] = odd,
            2 => bytes.insert(at, odd),
            3 => { bytes.remove(at); }
            _ => bytes.insert(at, b"{}[],:\"\\0-e."[odd as usize % 12]),
        }
        let found = scan(&bytes, 0, &mut Tape::default());
        let expected = serde_json::from_slice::<Serde>(&bytes);
        match (&found, &expected) {
            // Accepted by callcheck only: unpaired surrogates, and numbers beyond doubles.
            (Ok(()), Err(error)) => {
                let text = error.to_string();
                prop_assert!(["surrogate", "number out of range", "unexpected end of hex escape"].iter().any(|known| text.contains(known)), "{} in {:?}", text, String::from_utf8_lossy(&bytes));
            }
            _ => prop_assert_eq!(found.is_ok(), expected.is_ok(), "{:?} {:?} in {:?}", found, expected, String::from_utf8_lossy(&bytes)),
        }
        print_all(&bytes, 60);
    }

    #[test]
    fn any_bytes_are_reported_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), width in 40usize..130) {
        print_all(&bytes, width);
    }

    /// Found by the property above.
    #[test]
    fn a_quote_before_a_nul_byte_is_reported(width in 40usize..130) {
        print_all(b"\x01\"\n\0", width);
    }

    #[test]
    fn any_text_is_reported_without_a_panic(text in "(HTTP/1.1 [0-9]{3} .{0,8}\r\n\r\n)?[\\[{\"]?\\PC{0,40}([<\"{\\[:,*$]{0,3}.{0,20}){0,3}", width in 40usize..130) {
        print_all(text.as_bytes(), width);
    }

    #[test]
    fn mutated_responses_are_drawn_within_the_width(response in mutated_response(), noise in noise(), width in 40usize..130) {
        print_all(text(&response, &noise).as_bytes(), width);
        print_all(&serde_json::to_vec_pretty(&response).expect("JSON"), width);
        print_all(&serde_json::to_vec(&response).expect("JSON"), width);
    }

    /// Names with equal values are duplicates, in any spelling. The last one wins.
    #[test]
    fn any_number_of_duplicates_is_found(names in prop::collection::vec("[a-e]{1,2}", 0..60), escape in any::<u64>()) {
        let mut text = "{".to_owned();
        for (index, name) in names.iter().enumerate() {
            let name: String = if escape >> (index % 64) & 1 == 1 { name.chars().map(|character| format!("\\u{:04x}", character as u32)).collect() } else { name.clone() };
            let _ = write!(text, "{}\"{name}\":{index}", if index > 0 { "," } else { "" });
        }
        text.push('}');
        let mut tape = Tape::default();
        let document = Document::parse(text.as_bytes(), 0, &mut tape).expect("JSON");
        let distinct: BTreeSet<&String> = names.iter().collect();
        prop_assert_eq!(document.duplicate_names().count(), names.len() - distinct.len());
        for name in distinct {
            let last = names.iter().rposition(|other| other == name).expect("it is there");
            prop_assert_eq!(document.root().get(name).expect("found").number(), last.to_string());
        }
    }
}

/// A write that failed once fails the run, even if later writes succeed.
#[test]
fn a_failed_write_is_never_forgotten() {
    struct FailsOnce(bool);
    impl std::io::Write for FailsOnce {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            if std::mem::replace(&mut self.0, true) {
                Ok(bytes.len())
            } else {
                Err(std::io::ErrorKind::StorageFull.into())
            }
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let args = callcheck::internals::cli::CheckArgs {
        paths: vec!["fixtures/invalid/schema-type.several.min.json".into()],
        ..Default::default()
    };
    let terminal = callcheck::internals::cli::settings::Environment::default();
    let outcome =
        callcheck::internals::commands::check_inputs(&args, &terminal, &mut FailsOnce(false), &mut Vec::new());
    assert_eq!(outcome.map_err(|error| error.kind()), Err(std::io::ErrorKind::StorageFull));
}
