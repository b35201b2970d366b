//! Properties that hold for any bytes. `cargo fuzz` searches for bytes that violate one (fuzz_targets/), guided by
//! coverage. `tests/fuzz.rs` tries modified seeds with the stable toolchain. A target panics if its property does not
//! hold.
#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

use std::collections::BTreeSet;

use callcheck::internals::check::CheckOptions;
use callcheck::internals::format::{self, Indent, Order};
use callcheck::internals::input::Limits;
use callcheck::internals::json::{Document, Kind, Tape, Value, scan as scan_text};
use callcheck::internals::reporters::{self, Format, Style};
use callcheck::internals::rfc3339;
use callcheck::internals::schema::{Schema, SchemaSource};
use callcheck::internals::{check::Validator, text};
use chunking::{ChunkedReader, tokens};
use differential::{ChunkedInput, STYLE, assert_chunks_do_not_matter, render};
use serde_json::{Value as Serde, json};

#[path = "../tests/common/chunking.rs"]
mod chunking;
#[path = "../tests/common/differential.rs"]
mod differential;

/// Name and function of each target.
pub type Target = (&'static str, fn(&[u8]));

pub const TARGETS: [Target; 8] = [
    ("scan", scan),
    ("validate", validate),
    ("stream", stream),
    ("lines", lines),
    ("format", formatting),
    ("report", report),
    ("decimal", decimal),
    ("load", load),
];

/// The scanner accepts the same text as `serde_json`, and both read the same values. Unpaired surrogates and deep
/// documents are exceptions.
pub fn scan(bytes: &[u8]) {
    if bytes.iter().filter(|byte| matches!(byte, b'[' | b'{')).count() > 100 {
        return;
    }
    let mut tape = Tape::default();
    let read = serde_json::from_slice::<Serde>(bytes);
    match scan_text(bytes, 0, &mut tape) {
        Err(error) => {
            assert!(read.is_err(), "refused at {}: {:?}", error.at, error.expected);
            assert!(error.at <= bytes.len());
        }
        Ok(()) => {
            let document = Document::of(bytes, &tape);
            if document.lone_surrogates().next().is_some() {
                return;
            }
            let read = read.expect("serde_json takes what the scanner takes");
            assert_same(document.root(), &read);
        }
    }
}

fn assert_same(value: Value<'_>, expected: &Serde) {
    match expected {
        Serde::Null => assert_eq!(value.kind(), Kind::Null),
        Serde::Bool(is) => assert_eq!(value.kind(), if *is { Kind::True } else { Kind::False }),
        Serde::Number(number) => {
            // serde_json normalizes exponents.
            let plain = |text: &str| text.replace('E', "e").replace("e+", "e");
            assert_eq!(plain(value.number()), plain(number.as_str()));
        }
        Serde::String(text) => assert_eq!(value.string(), text.as_str()),
        Serde::Array(elements) => {
            assert_eq!(value.kind(), Kind::Array);
            assert_eq!(value.elements().count(), elements.len());
            value.elements().zip(elements).for_each(|(found, expected)| assert_same(found, expected));
        }
        Serde::Object(members) => {
            assert_eq!(value.kind(), Kind::Object);
            assert_eq!(value.last_members().count(), members.len());
            for (name, member) in value.last_members() {
                assert_same(member, &members[name.string().as_ref()]);
            }
        }
    }
}

/// Interprets bytes as choices, one per byte. Without bytes, every choice is the first.
struct Choices<'b>(&'b [u8]);

impl<'b> Choices<'b> {
    fn of(&mut self, most: usize) -> usize {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(*first) % most
    }

    fn one<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[self.of(of.len())]
    }

    fn list<T>(&mut self, most: usize, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.of(most + 1)).map(|_| make(self)).collect()
    }
}

const NAMES: [&str; 6] = ["a", "b", "c", "results", "kind", "é~/"];
const TEXTS: [&str; 10] =
    ["", "a", "call", "note", "aaaa", "2026-01-05T09:30:00Z", "2026-06-30T23:59:60Z", "a@b.de", "127.0.0.1", "😀"];
const PATTERNS: [&str; 6] = ["^a", "l+$", "^[a-z]{2,4}$", "^(?!a)", "\\d{4}", "^(a|b)*$"];
const FORMATS: [&str; 8] = ["date-time", "date", "email", "ipv4", "uuid", "uri", "regex", "duration"];
const TYPES: [&str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];
const DRAFTS: [&str; 5] = [
    "https://json-schema.org/draft/2020-12/schema",
    "https://json-schema.org/draft/2019-09/schema",
    "http://json-schema.org/draft-07/schema#",
    "http://json-schema.org/draft-06/schema#",
    "http://json-schema.org/draft-04/schema#",
];

fn number(choices: &mut Choices<'_>) -> Serde {
    [json!(0), json!(1), json!(-1), json!(2), json!(1.5), json!(4), json!(100), json!(0.1), json!(1e9), json!(3)]
        [choices.of(10)]
    .clone()
}

fn instance(choices: &mut Choices<'_>, deep: usize) -> Serde {
    match choices.of(if deep == 0 { 5 } else { 9 }) {
        0 => Serde::Null,
        1 => json!(choices.of(2) == 1),
        2 => number(choices),
        3 | 4 => json!(choices.one(&TEXTS)),
        5 | 6 => choices.list(4, |choices| instance(choices, deep - 1)).into(),
        _ => {
            let members = choices.list(4, |choices| ((*choices.one(&NAMES)).to_owned(), instance(choices, deep - 1)));
            Serde::Object(members.into_iter().collect())
        }
    }
}

fn any_schema(choices: &mut Choices<'_>, deep: usize, has_booleans: bool) -> Serde {
    if has_booleans && choices.of(12) == 11 {
        return json!(choices.of(3) > 0);
    }
    let mut schema = json!({});
    for _ in 0..=choices.of(3) {
        keyword(&mut schema, choices, deep, has_booleans);
    }
    schema
}

fn keyword(schema: &mut Serde, choices: &mut Choices<'_>, deep: usize, has_booleans: bool) {
    let size = |choices: &mut Choices<'_>| json!(choices.of(4));
    let inner = |choices: &mut Choices<'_>| any_schema(choices, deep.saturating_sub(1), has_booleans);
    let by_name = |choices: &mut Choices<'_>| -> Serde {
        let members = choices.list(3, |choices| ((*choices.one(&NAMES)).to_owned(), inner(choices)));
        Serde::Object(members.into_iter().collect())
    };
    let several = |choices: &mut Choices<'_>| -> Serde { (0..=choices.of(3)).map(|_| inner(choices)).collect() };
    let names = |choices: &mut Choices<'_>| -> Serde {
        let mut names = choices.list(3, |choices| *choices.one(&NAMES));
        names.sort_unstable();
        names.dedup();
        if names.is_empty() { json!(["a"]) } else { json!(names) }
    };
    let (name, value) = match choices.of(if deep == 0 { 18 } else { 40 }) {
        0 | 1 => ("type", json!(choices.one(&TYPES))),
        2 => {
            let mut types = vec![*choices.one(&TYPES), *choices.one(&TYPES)];
            types.dedup();
            ("type", json!(types))
        }
        3 => {
            let mut values = vec![instance(choices, 1), instance(choices, 0), json!(choices.one(&TEXTS))];
            values.dedup();
            if values[0] == values[values.len() - 1] {
                values.truncate(1);
            }
            ("enum", values.into())
        }
        4 => ("const", instance(choices, 1)),
        5 => ("minimum", number(choices)),
        6 => ("maximum", number(choices)),
        7 => ("exclusiveMinimum", if has_booleans { number(choices) } else { json!(choices.of(2) == 1) }),
        8 => ("multipleOf", json!([1.0, 2.0, 3.0, 0.5][choices.of(4)])),
        9 => ("minLength", size(choices)),
        10 => ("maxLength", size(choices)),
        11 => ("pattern", json!(choices.one(&PATTERNS))),
        12 => ("format", json!(choices.one(&FORMATS))),
        13 => ("required", names(choices)),
        14 => ("minItems", size(choices)),
        15 => ("maxItems", size(choices)),
        16 => ("uniqueItems", json!(choices.of(2) == 1)),
        17 => ("maxProperties", size(choices)),
        18..=20 => ("properties", by_name(choices)),
        21 => ("additionalProperties", inner(choices)),
        22 => ("patternProperties", json!({ *choices.one(&PATTERNS): inner(choices) })),
        23 => ("propertyNames", inner(choices)),
        24 => ("dependentRequired", json!({ *choices.one(&NAMES): names(choices) })),
        25 => ("dependentSchemas", by_name(choices)),
        26 | 27 => ("items", inner(choices)),
        28 => ("prefixItems", several(choices)),
        29 => ("contains", inner(choices)),
        30 => ("minContains", size(choices)),
        31 => ("unevaluatedItems", inner(choices)),
        32 => ("unevaluatedProperties", inner(choices)),
        33 => ("allOf", several(choices)),
        34 => ("anyOf", several(choices)),
        35 => ("oneOf", several(choices)),
        36 => ("not", inner(choices)),
        37 => {
            schema["then"] = inner(choices);
            schema["else"] = inner(choices);
            ("if", inner(choices))
        }
        38 => ("$ref", json!(["#/$defs/one", "#/$defs/two"][choices.of(2)])),
        _ => ("maxContains", size(choices)),
    };
    schema[name] = value;
}

/// Writes a value with whitespace and escapes, and with duplicate keys before some keys. The last one wins, so the
/// value is the same.
fn respelled(value: &Serde, choices: &mut Choices<'_>, out: &mut String) {
    out.push_str(["", "", " ", "\n", "\t"][choices.of(5)]);
    let string = |text: &str, choices: &mut Choices<'_>, out: &mut String| {
        out.push('"');
        for character in text.chars() {
            match choices.of(4) {
                3 => {
                    character.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
                }
                _ => out.push(character),
            }
        }
        out.push('"');
    };
    match value {
        Serde::Array(elements) => {
            out.push('[');
            for (index, element) in elements.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                respelled(element, choices, out);
            }
            out.push_str(["]", "]", " ]"][choices.of(3)]);
        }
        Serde::Object(members) => {
            out.push('{');
            for (index, (name, member)) in members.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                if choices.of(4) == 3 {
                    string(name, choices, out);
                    out.push_str([":1,", ":{},", ":[\"a\"],"][choices.of(3)]);
                }
                string(name, choices, out);
                out.push(':');
                respelled(member, choices, out);
            }
            out.push_str(["}", "}", " }"][choices.of(3)]);
        }
        Serde::String(text) => string(text, choices, out),
        other => out.push_str(&other.to_string()),
    }
}

/// Findings of a document, with the values that they mark.
fn marked_findings(schema: &Schema, text: &[u8]) -> BTreeSet<[String; 4]> {
    let mut tape = Tape::default();
    let document = Document::parse(text, 0, &mut tape).expect("it is JSON");
    let findings = schema.check(document).into_iter().map(|finding| {
        let marked = finding.label.span.of(text);
        let marked = serde_json::from_slice::<Serde>(marked).map_or_else(|_| "{".to_owned(), |value| value.to_string());
        [finding.message, finding.instance_location, finding.keyword_location.unwrap_or_default(), marked]
    });
    findings.collect()
}

/// For any schema and instance, the verdict and the violations are those of `jsonschema` on `serde_json::Value`. They
/// do not depend on chunk sizes or on the spelling of the document.
pub fn validate(bytes: &[u8]) {
    let mut choices = Choices(bytes);
    let draft = *choices.one(&DRAFTS);
    let has_booleans = draft != DRAFTS[4];
    let mut schema = any_schema(&mut choices, 3, has_booleans);
    if let Serde::Object(keywords) = &mut schema {
        keywords.insert("$schema".into(), json!(draft));
        let defs = json!({ "one": any_schema(&mut choices, 1, has_booleans), "two": {"type": *choices.one(&TYPES)} });
        keywords.insert("$defs".into(), defs);
    }
    let mut options = jsonschema::options().with_format("date-time", |text: &str| rfc3339::check(text).is_ok());
    if DRAFTS[3..].contains(&draft) {
        // `jsonschema` asserts formats of draft 7 in earlier drafts.
        options = ["date", "time", "regex"]
            .into_iter()
            .fold(options, |options, name| options.with_format(name, |_: &str| true));
    }
    let reference = options.should_validate_formats(true).build(&schema);
    let ours = Schema::compile(schema.clone());
    assert_eq!(reference.is_ok(), ours.is_ok(), "{schema}: {:?}", ours.err());
    let (Ok(reference), Ok(ours)) = (reference, ours) else { return };
    for _ in 0..4 {
        let instance = instance(&mut choices, 3);
        let text =
            if choices.of(2) == 0 { serde_json::to_vec(&instance) } else { serde_json::to_vec_pretty(&instance) };
        let text = text.expect("a value can be written");
        let mut tape = Tape::default();
        let document = Document::parse(&text, 0, &mut tape).expect("serde_json writes JSON");
        let context = || format!("{schema} and {instance}");
        assert_eq!(ours.is_valid(document), reference.is_valid(&instance), "{}", context());
        // In draft 4, it is a flag next to the limit, and callcheck reports the location of the limit.
        let last = |pointer: &str| match pointer.rsplit('/').next().unwrap_or_default() {
            "exclusiveMinimum" if !has_booleans => "minimum".to_owned(),
            "exclusiveMaximum" if !has_booleans => "maximum".to_owned(),
            keyword => keyword.to_owned(),
        };
        let expected: BTreeSet<(String, String)> = reference
            .iter_errors(&instance)
            .map(|error| (error.instance_path().to_string(), last(error.evaluation_path().as_str())))
            .collect();
        let found: BTreeSet<(String, String)> = ours
            .check(document)
            .iter()
            .map(|finding| {
                (finding.instance_location.clone(), last(finding.keyword_location.as_deref().unwrap_or_default()))
            })
            .collect();
        assert_eq!(found, expected, "{}", context());
        let mut other = String::new();
        respelled(&instance, &mut Choices(choices.0), &mut other);
        assert_eq!(marked_findings(&ours, other.as_bytes()), marked_findings(&ours, &text), "{}: {other}", context());
        let validator = Validator {
            schema: &ours,
            rules: None,
            request: None,
            recorded: None,
            expected: None,
            counts: false,
            rows: false,
            verbose: false,
        };
        let task = CheckOptions::new(validator);
        assert_same_in_chunks(&task, &text, &[1, 5, 64]);
    }
}

fn assert_same_in_chunks(options: &CheckOptions<'_>, bytes: &[u8], sizes: &[usize]) {
    assert_chunks_do_not_matter(options, bytes, sizes, &[Format::Full, Format::Json], 2);
}

/// Findings in a document do not depend on chunk sizes or the number of threads.
pub fn stream(bytes: &[u8]) {
    let (first, bytes) = bytes.split_first().unwrap_or((&0, &[]));
    if bytes.len() > 20_000 {
        return;
    }
    assert_same_in_chunks(
        &CheckOptions::new(Validator::embedded()),
        bytes,
        &[usize::from(*first) % 40 + 1, usize::from(*first) * 4 + 60],
    );
}

/// The same for JSON Lines.
pub fn lines(bytes: &[u8]) {
    let (first, bytes) = bytes.split_first().unwrap_or((&0, &[]));
    if bytes.len() > 20_000 {
        return;
    }
    let task = CheckOptions { lines: true, ..CheckOptions::new(Validator::embedded()) };
    assert_same_in_chunks(&task, bytes, &[usize::from(*first) % 40 + 1, usize::from(*first) * 4 + 60]);
}

fn formatted(bytes: &[u8], style: format::LayoutStyle, piece: usize, window: usize) -> Option<Vec<u8>> {
    let task = format::FormatOptions {
        style,
        line_ending: format::LineEnding::Auto,
        order: Order::Kept,
        painted: None,
        lines: false,
        limits: Limits::DEFAULT,
        window,
        drawn: 1,
        findings: None,
        keeps_lines: false,
    };
    let mut out = Vec::new();
    let reader = &mut ChunkedReader(bytes, piece);
    let input = format::FormatInput { name: "generated.json", reader, may_be_lines: false, is_file: true };
    let done = format::format(&task, input, &mut out, &mut |_| {});
    done.expect("memory can be written").is_whole.then_some(out)
}

/// Formatting accepts what the scanner accepts, preserves every token, is idempotent, and does not depend on chunk
/// sizes.
pub fn formatting(bytes: &[u8]) {
    if bytes.len() > 20_000 {
        return;
    }
    let mut tape = Tape::default();
    // HTTP headers, byte order marks and compressed data are not part of the document.
    let is_plain =
        matches!(bytes.first(), Some(b'[' | b'{' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n' | b' ' | b'\n'));
    let is_json = scan_text(bytes, 0, &mut tape).is_ok();
    if !is_plain || !is_json {
        let _ = formatted(bytes, format::LayoutStyle::PRETTIER, 7, 16);
        return;
    }
    let all = |style| formatted(bytes, style, usize::MAX, 1 << 17).expect("it is JSON");
    let compact = all(format::LayoutStyle::COMPACT);
    for style in [format::LayoutStyle::PRETTIER, format::LayoutStyle { indent: Some(Indent::Tab), width: 30 }] {
        let out = all(style);
        assert_eq!(tokens(&out), tokens(bytes), "tokens change");
        assert_eq!(formatted(&out, style, usize::MAX, 1 << 17).as_ref(), Some(&out), "not the same again");
        assert_eq!(formatted(&out, format::LayoutStyle::COMPACT, usize::MAX, 1 << 17).as_ref(), Some(&compact));
        for (window, piece) in [(1, 1), (64, 13)] {
            assert_eq!(formatted(bytes, style, piece, window).as_ref(), Some(&out), "window {window}");
        }
    }
}

/// For any bytes, the report has no line beyond the width and no hostile character, and `json` satisfies its schema.
pub fn report(bytes: &[u8]) {
    use std::sync::LazyLock;
    static REPORT: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
        let schema = serde_json::from_str(reporters::REPORT_SCHEMA).expect("JSON");
        jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema")
    });
    let (first, bytes) = bytes.split_first().unwrap_or((&0, &[]));
    let width = 40 + usize::from(*first) % 120;
    let style = Style { plain: first % 2 == 1, ..Style::new(width) };
    let task = CheckOptions::new(Validator { verbose: true, counts: first % 3 == 0, ..Validator::embedded() });
    let [full, concise, json] = [Format::Full, Format::Concise, Format::Json]
        .map(|format| render(&task, ChunkedInput::whole(bytes), format, style).output);
    let (full, concise) = (full.lines(), concise.lines());
    full.clone().for_each(|line| assert!(text::width(line) <= width, "wider than {width}: {line:?}"));
    full.chain(concise).for_each(|line| assert!(!line.chars().any(text::is_hostile), "{line:?}"));
    let json: Serde = serde_json::from_str(&json).expect("a report is JSON");
    assert!(REPORT.is_valid(&json), "{json}");
}

/// Numbers are compared by their value.
pub fn decimal(bytes: &[u8]) {
    let mut choices = Choices(bytes);
    let mut made = |_| {
        let (mut text, mut scaled) = (String::new(), 0i128);
        let is_negative = choices.of(3) == 2;
        let whole: Vec<usize> = (0..=choices.of(9)).map(|_| choices.of(10)).collect();
        let leading = whole.iter().position(|digit| *digit != 0).unwrap_or(whole.len() - 1);
        let fraction: Vec<usize> = (0..choices.of(6)).map(|_| choices.of(10)).collect();
        let exponent = choices.of(15) as i32 - 7;
        if is_negative {
            text.push('-');
        }
        whole[leading..].iter().for_each(|digit| text.push_str(&digit.to_string()));
        if !fraction.is_empty() {
            text.push('.');
            fraction.iter().for_each(|digit| text.push_str(&digit.to_string()));
        }
        whole.iter().chain(&fraction).for_each(|digit| scaled = scaled * 10 + *digit as i128);
        match (exponent, choices.of(3)) {
            (0, _) => {}
            (1.., 0) => text.push_str(&format!("e{exponent}")),
            (1.., 1) => text.push_str(&format!("E+{exponent}")),
            (1.., _) => text.push_str(&format!("e0{exponent}")),
            _ => text.push_str(&format!("e{exponent}")),
        }
        // In units of 10^-12.
        scaled *= 10i128.pow((12 + exponent - fraction.len() as i32) as u32);
        (text, if is_negative { -scaled } else { scaled })
    };
    let [(one, first), (two, second)] = [(); 2].map(&mut made);
    let holds = |keyword: &str| {
        let schema = format!("{{\"{keyword}\":{two}}}");
        let schema = Schema::compile(serde_json::from_str(&schema).expect("JSON")).expect("a schema");
        let mut tape = Tape::default();
        schema.is_valid(Document::parse(one.as_bytes(), 0, &mut tape).expect("a number"))
    };
    assert_eq!(holds("minimum"), first >= second, "{one} and {two}");
    assert_eq!(holds("exclusiveMaximum"), first < second, "{one} and {two}");
    assert_eq!(holds("const"), first == second, "{one} and {two}");
    if second > 0 {
        assert_eq!(holds("multipleOf"), first % second == 0, "{one} and {two}");
    }
}

/// Any text as a schema is either rejected with locations in it, or it validates without a panic.
pub fn load(bytes: &[u8]) {
    let path = std::env::temp_dir().join(format!(
        "callcheck-fuzz-{}-{:?}.json",
        std::process::id(),
        std::thread::current().id()
    ));
    std::fs::write(&path, bytes).expect("a file can be written");
    match Schema::load(SchemaSource { path: &path, directories: &[], asserts_formats: true }) {
        Ok(schema) => {
            for text in ["null", "[[1,\"a\",{}]]", r#"{"a":{"a":[1.5,"2026-01-05T09:30:00Z"]},"results":[{"id":"1"}]}"#]
            {
                let mut tape = Tape::default();
                let document = Document::parse(text.as_bytes(), 0, &mut tape).expect("JSON");
                let findings = schema.check(document);
                assert_eq!(findings.is_empty(), schema.is_valid(document));
                for finding in findings {
                    assert!(finding.label.span.end.0 <= text.len());
                }
                for part in schema.parts() {
                    let _ = schema.is_valid_value(part, "", document);
                }
            }
        }
        Err(broken) => {
            assert!(broken.unreadable.is_some() || !broken.problems.is_empty());
            let out = reporters::in_json(&broken.name, &broken.text, &broken.problems, STYLE);
            assert!(out.lines().all(|line| !line.chars().any(text::is_hostile)), "{out:?}");
        }
    }
    let _ = std::fs::remove_file(&path);
}
