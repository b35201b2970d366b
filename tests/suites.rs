//! The public suites and the recorded bodies, if `../shared` is available.
#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

mod common;

use std::fs;
use std::path::Path;

use callcheck::internals::check::{CheckOptions, Validator, check};
use callcheck::internals::finding::Event;
use callcheck::internals::hubspot::classify::{DocumentKind, not_json};
use callcheck::internals::input::Source;
use callcheck::internals::json::{Tape, scan};
use callcheck::internals::reporters::Format;
use callcheck::internals::rules::Expectation;
use common::differential::assert_chunks_do_not_matter;

/// True if callcheck accepts the text as JSON.
fn accepts(path: &Path) -> bool {
    let bytes = fs::read(path).expect("a case can be read");
    let source = Source::new("case", &bytes);
    not_json(&source).is_none() && scan(source.bytes, source.start, &mut Tape::default()).is_ok()
}

fn files(directory: &Path) -> Vec<(String, std::path::PathBuf)> {
    let mut found: Vec<_> = fs::read_dir(directory)
        .expect("a directory of cases")
        .map(|entry| entry.expect("a directory entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| (path.file_name().expect("a name").to_string_lossy().into_owned(), path))
        .collect();
    found.sort();
    found
}

/// Optional cases of JSONTestSuite that callcheck accepts: numbers beyond doubles, unpaired surrogates, depth, a byte
/// order mark.
const ACCEPTED: &[&str] = &[
    "i_number_double_huge_neg_exp.json",
    "i_number_huge_exp.json",
    "i_number_neg_int_huge_exp.json",
    "i_number_pos_double_huge_exp.json",
    "i_number_real_neg_overflow.json",
    "i_number_real_pos_overflow.json",
    "i_number_real_underflow.json",
    "i_number_too_big_neg_int.json",
    "i_number_too_big_pos_int.json",
    "i_number_very_big_negative_int.json",
    "i_object_key_lone_2nd_surrogate.json",
    "i_string_1st_surrogate_but_2nd_missing.json",
    "i_string_1st_valid_surrogate_2nd_invalid.json",
    "i_string_incomplete_surrogate_and_escape_valid.json",
    "i_string_incomplete_surrogate_pair.json",
    "i_string_incomplete_surrogates_escape_valid.json",
    "i_string_invalid_lonely_surrogate.json",
    "i_string_invalid_surrogate.json",
    "i_string_inverted_surrogates_U+1D11E.json",
    "i_string_lone_second_surrogate.json",
    "i_structure_500_nested_arrays.json",
    "i_structure_UTF-8_BOM_empty_object.json",
];

#[test]
fn the_embedded_schema_is_the_given_one() {
    let Some(shared) = common::shared() else { return };
    let given = fs::read_to_string(shared.join("schema/batch-calls-response.schema.json")).expect("a schema");
    assert_eq!(callcheck::internals::schema::EMBEDDED, given);
}

#[test]
fn json_test_suite() {
    let Some(shared) = common::shared() else { return };
    let cases = files(&shared.join("suites/src/JSONTestSuite/test_parsing"));
    assert_eq!(cases.len(), 318);
    let wrong: Vec<&String> = cases
        .iter()
        .filter(|(name, path)| {
            let expected = match &name[..2] {
                "y_" => true,
                "n_" => false,
                _ => ACCEPTED.contains(&name.as_str()),
            };
            accepts(path) != expected
        })
        .map(|(name, _)| name)
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn utf8_suite() {
    let Some(shared) = common::shared() else { return };
    let cases = files(&shared.join("suites/corpora/utf8"));
    assert_eq!(cases.len(), 216);
    let wrong: Vec<&String> =
        cases.iter().filter(|(name, path)| accepts(path) != name.starts_with("y_")).map(|(name, _)| name).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn date_time_of_the_json_schema_test_suite() {
    let Some(shared) = common::shared() else { return };
    let mut compared = 0;
    for draft in ["draft7", "draft2019-09", "draft2020-12"] {
        let file =
            shared.join("suites/src/JSON-Schema-Test-Suite/tests").join(draft).join("optional/format/date-time.json");
        let groups: serde_json::Value = serde_json::from_slice(&fs::read(file).expect("a suite")).expect("JSON");
        for test in
            groups.as_array().expect("groups").iter().flat_map(|group| group["tests"].as_array().expect("tests"))
        {
            if let Some(text) = test["data"].as_str() {
                assert_eq!(
                    callcheck::internals::rfc3339::check(text).is_ok(),
                    test["valid"] == true,
                    "{text:?}: {}",
                    test["description"]
                );
                compared += 1;
            }
        }
    }
    assert!(compared > 60, "{compared}");
}

/// Recorded bodies have the same findings if they arrive in small chunks, with and without expected kinds.
#[test]
fn recorded_bodies_are_the_same_in_chunks() {
    let Some(shared) = common::shared() else { return };
    let expected =
        Expectation::new(vec!["error-response", "empty", "association-batch"], "callcheck.toml:3".to_owned());
    let entries = fs::read_dir(shared.join("corpus/hubspot")).expect("a directory of bodies");
    for path in entries.map(|entry| entry.expect("a directory entry").path()) {
        let bytes = fs::read(&path).expect("a body can be read");
        for expected in [None, Some(&expected)] {
            let options = CheckOptions::new(Validator { expected, ..Validator::embedded() });
            assert_chunks_do_not_matter(&options, &bytes, &[1, 64, 1000], &[Format::Full, Format::Json], 2);
        }
    }
}

/// Recorded bodies have the class and the findings that `SOURCES.tsv` lists.
#[test]
fn recorded_bodies_are_classified() {
    let Some(shared) = common::shared() else { return };
    let directory = shared.join("corpus/hubspot");
    let table = fs::read_to_string(directory.join("SOURCES.tsv")).expect("a table");
    let mut seen = 0;
    for row in table.lines().skip(1) {
        let columns: Vec<&str> = row.split('\t').collect();
        let (file, class, endpoint) = (columns[0], columns[1], columns[5]);
        let associations = endpoint.contains("/associations/");
        let expected = match class {
            "batch-ok" => DocumentKind::BatchResponse,
            "batch-207" if endpoint.contains("/campaigns/") => DocumentKind::CampaignBatch,
            "batch-207" if associations => DocumentKind::AssociationBatch,
            "batch-207" => DocumentKind::BatchResponse,
            "batch-ok-association" => DocumentKind::AssociationBatch,
            "batch-ok-other-object" => DocumentKind::PropertyBatch,
            "error-envelope" => DocumentKind::ErrorEnvelope,
            "empty-204" => DocumentKind::Empty,
            "non-json" => DocumentKind::Masked,
            other => panic!("a class that this test does not know: {other}"),
        };
        let bytes = fs::read(directory.join(file)).expect("a body can be read");
        let (source, mut tape) = (Source::new(file, &bytes), Tape::default());
        let checked = check(&source, &mut tape, Validator::embedded());
        assert_eq!(checked.kind, expected, "{file}");
        // The class of another document, then the findings of other rules.
        let rules_found: Vec<&str> = checked.findings.iter().map(|finding| finding.rule.id).collect();
        let (what, rules): (Vec<&str>, Vec<&str>) =
            rules_found.into_iter().partition(|rule| rule.starts_with("document/"));
        assert_eq!(what.len(), usize::from(expected != DocumentKind::BatchResponse), "{file}: {what:?}");
        // Every CRM object has the envelope, and a 207 implies that some inputs failed.
        let mut odd: Vec<&str> = rules
            .iter()
            .copied()
            .filter(|rule| !["batch/unexpected-object", "batch/partial-failure"].contains(rule))
            .collect();
        odd.dedup();
        let expected: &[&str] = match &file[..3] {
            // Edited manually: a result is a day older than the batch, and the list is shortened.
            "002" => &["fixture/stale-create", "fixture/missing-object-id"],
            // Edited manually: no API has this id.
            "004" => &["fixture/error-id"],
            // Shortened: 36 errors were counted, one remains.
            "010" => &["batch/num-errors"],
            // Generated from the types.
            "048" => &["fixture/equal-times", "batch/status"],
            "055" => &["fixture/placeholder", "batch/status", "fixture/equal-times"],
            // Unchanged recordings: no findings.
            _ => &[],
        };
        assert_eq!(odd, expected, "{file}");
        let is_partial = rules.contains(&"batch/partial-failure");
        assert_eq!(is_partial, class == "batch-207", "{file}");
        let partial_failure = checked.findings.iter().find(|finding| finding.rule.id == "batch/partial-failure");
        match &file[..3] {
            "049" => {
                assert!(
                    partial_failure.is_some_and(|partial_failure| partial_failure
                        .message
                        .starts_with("partial failure: 2 inputs failed, 3 succeeded")),
                    "{partial_failure:?}"
                );
            }
            "050" => assert!(
                partial_failure
                    .is_some_and(|partial_failure| partial_failure.message.starts_with("the only input failed")),
                "{partial_failure:?}"
            ),
            "013" | "066" => {
                let notes = &checked.findings[0].notes;
                assert!(notes.iter().any(|note| note.starts_with("problem: ")), "{notes:?}");
            }
            _ => {}
        }
        seen += 1;
    }
    assert_eq!(seen, 50);
}

/// The objects of recorded responses are those of their endpoints, or not identified, in pieces of any size.
#[test]
fn recorded_objects_are_identified() {
    let Some(shared) = common::shared() else { return };
    let directory = shared.join("corpus/hubspot");
    let table = fs::read_to_string(directory.join("SOURCES.tsv")).expect("a table");
    let mut identified = 0;
    for row in table.lines().skip(1) {
        let columns: Vec<&str> = row.split('\t').collect();
        let (file, endpoint) = (columns[0], columns[5]);
        let endpoint = endpoint.split_once("/objects/").map_or("", |(_, rest)| rest).to_lowercase();
        let expected = match endpoint.split('/').next().expect("a first part") {
            "contacts" | "contact" => "contacts",
            "companies" | "company" => "companies",
            "tickets" => "tickets",
            // Custom objects without `url`.
            _ => "",
        };
        let bytes = fs::read(directory.join(file)).expect("a body can be read");
        for window in [1, 100, bytes.len() + 1] {
            let options =
                CheckOptions { window, threads_from: 0, block: window, ..CheckOptions::new(Validator::embedded()) };
            let mut notes = Vec::new();
            for event in common::events(&options, file, &mut &bytes[..], false) {
                let Event::Finding(_, found) = event else { continue };
                if found.finding.rule.id == "batch/unexpected-object" {
                    notes.push(found.finding.message.clone());
                }
            }
            let is_batch = columns[1] == "batch-ok" || columns[1] == "batch-207";
            let is_expected = is_batch && !expected.is_empty();
            assert_eq!(notes.len(), usize::from(is_expected), "{file}, window {window}: {notes:?}");
            assert!(
                notes.iter().all(|note| note.contains(&format!(" {expected}, not calls (by "))),
                "{file}: {notes:?}"
            );
            identified += notes.len();
        }
    }
    assert_eq!(identified, 3 * 16);
}

/// The public losslessness cases and the vectors of RFC 8785, with the suite's runner.
#[test]
fn the_losslessness_suite_passes() {
    let Some(shared) = common::shared() else { return };
    let binary = env!("CARGO_BIN_EXE_callcheck");
    let command = |options: &str| format!("{binary} format {options} {{file}}");
    let run = std::process::Command::new("python3")
        .arg(shared.join("suites/run/fmt.py"))
        .args(["--cmd", &command(""), "--min-cmd", &command("--compact"), "--jcs-cmd", &command("--canonical")])
        .output();
    // Python may be missing.
    let Ok(output) = run else { return };
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && out.contains(" 0 failed"), "{out}{}", String::from_utf8_lossy(&output.stderr));
}
