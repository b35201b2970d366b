//! A document that is read piece by piece gives what it gives when it is held whole: the same findings, in the same order, drawn the same,
//! for every size of the pieces and any number of threads.
#![allow(clippy::disallowed_methods, reason = "tests stand outside")]

mod common;

use std::io::Read;

use callcheck::Judge;
use callcheck::check::{Event, Task};
use callcheck::emit::{self, Format, Style};
use callcheck::schema::Schema;
use callcheck::summary::Summary;
use common::made::{mutated_answer_of, noise, text};
use proptest::prelude::*;
use serde_json::{Value as Serde, json};

/// Gives its bytes in small pieces.
struct Trickle<'b> {
    bytes: &'b [u8],
    most: usize,
}

impl Read for Trickle<'_> {
    fn read(&mut self, space: &mut [u8]) -> std::io::Result<usize> {
        let length = self.most.min(space.len()).min(self.bytes.len());
        space[..length].copy_from_slice(&self.bytes[..length]);
        self.bytes = &self.bytes[length..];
        Ok(length)
    }
}

/// All that is printed, in every format, and what is said besides.
fn printed(task: &Task<'_>, bytes: &[u8], most: usize, may_be_lines: bool) -> String {
    let mut all = String::new();
    for format in [Format::Full, Format::Json] {
        let style = Style { width: 100, color: false, plain: false, quiet: false, limit: Some(usize::MAX) };
        let task = Task { drawn: format.drawn(style), ..task.clone() };
        let (mut emitter, mut summary, mut out) = (emit::emitter(format, style), Summary::default(), Vec::new());
        let mut reader = Trickle { bytes, most };
        for event in common::events(&task, "made.json", &mut reader, may_be_lines) {
            match event {
                Event::Found(subject, found) => emitter.finding(&subject, *found, &mut out),
                Event::Ended(subject, ending) => {
                    summary.add(&ending);
                    emitter.document(&subject, &ending, &mut out)
                }
                other => {
                    all.push_str(&format!("{other:?}\n"));
                    Ok(())
                }
            }
            .expect("memory can be written");
        }
        emitter.finish(&summary, &[], &mut out).expect("memory can be written");
        all.push_str(&String::from_utf8(out).expect("output is UTF-8"));
    }
    all
}

/// The same input with every kind of pieces.
fn assert_same(task: &Task<'_>, bytes: &[u8], sizes: &[usize]) {
    let whole = Task { window: bytes.len() + 1, ..task.clone() };
    let expected = printed(&whole, bytes, usize::MAX, false);
    for &size in sizes {
        for threads in [1, 3] {
            let parts = Task { window: size, block: size, threads, threads_from: 0, ..task.clone() };
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

#[test]
fn fixtures_are_the_same_in_pieces() {
    let task = Task::new(Judge::embedded());
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

/// An answer with some results, so written that its elements begin on lines of their own, or on one.
fn written(answer: &Serde, style: u8, noise: &[u8]) -> String {
    match style {
        0 => answer.to_string(),
        1 => serde_json::to_string_pretty(answer).expect("JSON"),
        2 => answer.to_string().replace("},{", "},\n {"),
        _ => text(answer, noise),
    }
}

/// Schemas whose elements the fast pass cannot judge, or not all of them, or that do not let a document be judged in parts.
fn schemas() -> Vec<Serde> {
    let embedded: Serde = serde_json::from_str(callcheck::schema::EMBEDDED).expect("JSON");
    let mut conditional = embedded.clone();
    conditional["properties"]["results"]["items"]["if"] =
        json!({"properties": {"archived": {"const": true}}, "required": ["archived"]});
    conditional["properties"]["results"]["items"]["then"] = json!({"required": ["archivedAt"]});
    let mut referring = embedded.clone();
    referring["$defs"] = json!({"call": embedded["properties"]["results"]["items"].clone()});
    referring["properties"]["results"]["items"] = json!({"$ref": "#/$defs/call"});
    let mut unique = embedded.clone();
    unique["properties"]["results"]["uniqueItems"] = json!(true);
    let mut closed = embedded.clone();
    closed["properties"]["results"]["items"]["additionalProperties"] = json!(false);
    closed["properties"]["results"]["items"]["properties"]["properties"]["maxProperties"] = json!(0);
    let root = json!({"type": "array", "items": {"type": "object", "required": ["a"]}});
    vec![embedded, conditional, referring, unique, closed, root]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn answers_are_the_same_in_pieces(answer in mutated_answer_of(0..30), style in 0..4u8, noise in noise(), verbose: bool, size in 1..3000usize) {
        let task = Task::new(Judge { verbose, ..Judge::embedded() });
        assert_same(&task, written(&answer, style, &noise).as_bytes(), &[1, 2, 13, 200, size]);
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
        assert_same(&Task::new(Judge::embedded()), &bytes, &[1, 2, 13, 200, size]);
    }

    #[test]
    fn other_schemas_are_the_same_in_pieces(answer in mutated_answer_of(0..20), style in 0..4u8, noise in noise(), which in 0..6usize, is_root: bool, size in 1..3000usize) {
        let schema = Schema::compile(schemas().swap_remove(which)).expect("a schema");
        let answer = if is_root { answer["results"].clone() } else { answer };
        let task = Task::new(Judge { schema: &schema, is_domain: false, verbose: false });
        assert_same(&task, written(&answer, style, &noise).as_bytes(), &[1, 13, 200, size]);
    }
}
