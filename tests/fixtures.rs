//! A test is a file in `fixtures/`: `name.json` (or `.http`, `.html`, ...) and what callcheck says of it, `name.json.out`.
//! `BLESS=1 cargo test` writes the outputs; what blessing cannot silence is checked beside it.
#![allow(clippy::disallowed_methods, reason = "tests stand outside")]

mod common;

use std::path::Path;

use callcheck::check::CheckOptions;
use callcheck::diagnostic::Severity;
use callcheck::finding::Event;
use callcheck::finding::summary::Outcome;
use callcheck::input::Source;
use callcheck::json::Tape;
use callcheck::reporters::{Format, REPORT_SCHEMA};
use callcheck::rules::RULES;
use callcheck::schema::Schema;
use callcheck::{Validator, check};

/// The rule that a fixture's name promises: `json-syntax.trailing-comma.min.json` is `json/syntax`.
fn promised(path: &Path) -> String {
    let name = path.file_name().expect("a name").to_string_lossy();
    name.split('.').next().expect("a stem").replacen('-', "/", 1)
}

/// A fixture that is held whole.
struct Whole {
    name: String,
    bytes: Vec<u8>,
}

impl Whole {
    fn source(&self) -> Source<'_> {
        Source::new(&self.name, &self.bytes)
    }
}

fn read(path: &Path) -> Whole {
    let bytes = std::fs::read(path).expect("a fixture can be read");
    Whole { name: path.to_string_lossy().into_owned(), bytes }
}

fn validate(verbose: bool) -> Validator<'static> {
    Validator { verbose, ..Validator::embedded() }
}

/// The rules and severities of what is said of an input, whatever it is packed in.
fn said(path: &Path) -> Vec<(&'static str, Severity)> {
    let bytes = std::fs::read(path).expect("a fixture can be read");
    let name = path.to_string_lossy();
    let events = common::events(&CheckOptions::new(validate(false)), &name, &mut &bytes[..], false);
    let found = events.iter().filter_map(|event| match event {
        Event::Finding(_, found) => Some((found.finding.rule.id, found.finding.severity)),
        _ => None,
    });
    found.collect()
}

/// Whether the file is one document as it lies there: neither packed nor JSON Lines.
fn is_plain(path: &Path) -> bool {
    !["gz", "zst", "jsonl", "ndjson"].iter().any(|end| path.extension().is_some_and(|found| found == *end))
}

#[test]
fn valid_answers_give_no_finding() {
    for path in common::fixtures("fixtures/valid") {
        assert_eq!(said(&path), [], "{}", path.display());
        let (out, err, outcome) = common::run(&[&path], Format::Full, 100, |_| ());
        assert_eq!((out.as_str(), outcome), ("", Outcome::Clean), "{}", path.display());
        assert!(err.ends_with(": no problems found\n"), "{err}");
        if is_plain(&path) {
            let (whole, mut tape) = (read(&path), Tape::default());
            assert!(check(&whole.source(), &mut tape, validate(false)).findings.is_empty(), "{}", path.display());
        }
    }
}

#[test]
fn invalid_answers_give_what_is_blessed() {
    let mut wrong = Vec::new();
    for path in common::fixtures("fixtures/invalid") {
        let (rule, said) = (promised(&path), said(&path));
        assert!(said.iter().any(|(found, _)| *found == rule), "{} gives no {rule}: {said:?}", path.display());
        let (out, _, outcome) = common::run(&[&path], Format::Full, 100, |_| ());
        common::assert_fit_for_a_terminal(&out, 100);
        let failed = said.iter().any(|(_, severity)| *severity == Severity::Error);
        assert_eq!(outcome, if failed { Outcome::Findings } else { Outcome::Clean }, "{}", path.display());
        wrong.extend(common::blessed(&path.with_added_extension("out"), &out).err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_fixture_and_an_explanation() {
    let mut named: Vec<String> = common::fixtures("fixtures/invalid").iter().map(|path| promised(path)).collect();
    for folder in ["fixtures/off", "fixtures/request", "fixtures/config"] {
        named.extend(common::fixtures(folder).iter().map(|path| promised(path)));
    }
    named.extend(
        common::fixtures("fixtures/keywords")
            .iter()
            .map(|path| format!("schema/{}", path.file_stem().expect("a stem").to_string_lossy())),
    );
    let mut seen = std::collections::HashSet::new();
    for rule in RULES.iter().flat_map(|group| group.iter()) {
        assert!(seen.insert(rule.info.id), "{} is in the table twice", rule.info.id);
        assert!(
            rule.info.opt_in || !rule.info.fix.is_empty() || !callcheck::rules::is_of_domain(rule.info.id),
            "{} says what to do",
            rule.info.id
        );
        assert!(
            rule.info.explanation.len() > 20 && !rule.info.summary.is_empty() && !rule.info.summary.ends_with('.'),
            "{}",
            rule.info.id
        );
        // Two cannot come from a schema that compiles: one needs a keyword of a library user's own, the other a broken reference. One is
        // told of standard input only: tests/cmd/lines.trycmd. One is told by formatting: tests/format.rs.
        if !["schema/custom", "schema/limit", "schema/ref", "json/lines", "json/line-length", "json/canonical"]
            .contains(&rule.info.id)
        {
            assert!(named.iter().any(|name| name == rule.info.id), "{} has a fixture", rule.info.id);
        }
    }
}

/// The constant of a rule is where the rule is reported; the registry lists all of them.
#[test]
fn the_registry_lists_every_rule() {
    let mut directories = vec![std::path::PathBuf::from("src")];
    let mut found = std::collections::BTreeSet::new();
    let id = fancy_regex::Regex::new(r#"(?:RuleInfo::new\(\s*|\bid: )"([a-z]+/[A-Za-z-]+)""#).expect("a pattern");
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                directories.push(path);
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap_or_default();
            for rule in id.captures_iter(&source) {
                let rule = rule.expect("the pattern can be searched");
                found.insert(rule.get(1).expect("a group").as_str().to_owned());
            }
        }
    }
    let listed: std::collections::BTreeSet<String> =
        callcheck::rules::all().map(|rule| rule.info.id.to_owned()).collect();
    assert_eq!(found, listed);
}

/// Reading ends at a finding whose rule stops reading, and nowhere else.
#[test]
fn reading_stops_where_the_rule_stops_it() {
    for folder in ["fixtures/invalid", "fixtures/valid"] {
        for path in common::fixtures(folder).iter().filter(|path| is_plain(path)) {
            let (whole, mut tape) = (read(path), Tape::default());
            // What is compressed is decompressed before.
            if whole.bytes.starts_with(&[0x1f, 0x8b]) || whole.bytes.starts_with(&[0x28, 0xb5]) {
                continue;
            }
            let source = whole.source();
            let checked = check(&source, &mut tape, validate(false));
            let stops = checked.findings.iter().any(|finding| finding.rule.stops_reading);
            assert_eq!(stops, checked.document.is_none(), "{}", path.display());
        }
    }
}

/// The schema's own example, put together from its `example` values, contradicts itself and the API; that and nothing else is told.
#[test]
fn the_example_of_the_schema_contradicts_itself() {
    let schema: serde_json::Value = serde_json::from_str(callcheck::schema::EMBEDDED).expect("JSON");
    let members = schema["properties"].as_object().expect("members");
    let example: serde_json::Map<String, serde_json::Value> =
        members.iter().map(|(name, member)| (name.clone(), member["example"].clone())).collect();
    let text = serde_json::to_vec(&example).expect("it can be written");
    let source = Source::new("example.json", &text);
    let mut tape = Tape::default();
    let mut said: Vec<(&str, &str)> = Vec::new();
    let checked = check(&source, &mut tape, validate(false));
    said.extend(checked.findings.iter().map(|finding| (finding.rule.id, &*finding.instance_location)));
    said.sort_unstable();
    assert_eq!(
        said,
        [
            ("batch/error-context", "/errors/0/context/key"),
            ("batch/partial-failure", "/errors"),
            ("batch/requested-after-started", "/requestedAt"),
            ("call/archive-date-without-archive", "/results/0/archivedAt"),
            ("call/disposition", "/results/0/properties/hs_call_disposition"),
            ("call/history", "/results/0/propertiesWithHistory/key"),
            // That it has failures, and the id of HubSpot's examples, are no contradictions.
            ("fixture/synthetic-id", "/results/0/id"),
            ("schema/required", "/errors/0/errors/0"),
        ]
    );
}

/// `fixtures/off`: what is told only where it is asked for.
#[test]
fn what_is_usually_off_is_told_where_it_is_asked_for() {
    for path in common::fixtures("fixtures/off") {
        let rule = promised(&path);
        assert!(callcheck::rules::find(&rule).is_some_and(|rule| rule.info.opt_in), "{rule}");
        assert_eq!(said(&path), [], "{}", path.display());
        let (out, _, outcome) = common::run(&[&path], Format::Concise, 100, |args| {
            args.levels.set(rule.parse().expect("a rule"), Some(Severity::Error));
        });
        assert!(out.contains(&format!("error[{rule}]")) && outcome == Outcome::Findings, "{out}");
    }
}

/// `fixtures/request`: an answer and the request that caused it.
#[test]
fn answers_are_compared_with_their_requests() {
    let mut wrong = Vec::new();
    for path in common::fixtures("fixtures/request") {
        let name = path.to_string_lossy().into_owned();
        let Some(stem) = name.strip_suffix(".json").filter(|stem| !stem.ends_with(".request")) else { continue };
        let (out, err, outcome) = common::run(&[&path], Format::Full, 100, |args| {
            args.request = Some(format!("{stem}.request.json").into());
        });
        let rule = promised(&path);
        let is_told = out.lines().any(|line| line.contains(&format!("[{rule}]")));
        let is_any = out.contains("[request/");
        assert_eq!(
            (is_told, is_any),
            (rule.starts_with("request/"), rule.starts_with("request/")),
            "{name}: {out}{err}"
        );
        assert_eq!(outcome == Outcome::Findings, out.contains("error["), "{name}");
        wrong.extend(common::blessed(&path.with_added_extension("out"), &out).err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `fixtures/config`: a callcheck.toml that cannot be used, and what is said of it.
#[test]
fn what_is_wrong_with_a_configuration_is_drawn() {
    let mut wrong = Vec::new();
    for path in common::fixtures("fixtures/config") {
        let answer = Path::new("fixtures/valid/create.min.json");
        let (out, err, outcome) = common::run(&[answer], Format::Full, 80, |args| {
            (args.global.config, args.global.quiet) = (Some(path.clone()), true);
        });
        let rule = promised(&path);
        assert!(out.is_empty() && outcome == Outcome::Failed && err.contains(&format!("error[{rule}]")), "{out}{err}");
        common::assert_fit_for_a_terminal(&err, 80);
        let here = std::env::current_dir().expect("a folder").to_string_lossy().into_owned() + "/";
        wrong.extend(common::blessed(&path.with_added_extension("out"), &err.replace(&here, "")).err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Examples are shown as they are, and what is said of them is what the rule promises.
#[test]
fn every_rule_is_explained_with_its_own_example() {
    use callcheck::cli::ExplainArgs;
    let without = [
        "json/lines",
        "json/line-length",
        "json/canonical",
        "schema/custom",
        "schema/limit",
        "schema/ref",
        "config/syntax",
        "config/value",
    ];
    for rule in RULES.iter().flat_map(|group| group.iter()) {
        let args = ExplainArgs { rule: Some(rule.info.id.parse().expect("a rule")), ..ExplainArgs::default() };
        for width in [40, 80, 120] {
            let terminal =
                callcheck::cli::settings::Environment { columns: Some(width.to_string()), ..Default::default() };
            let mut out = Vec::new();
            assert_eq!(callcheck::commands::explain(&args, &terminal, &mut out).expect("memory"), Outcome::Clean);
            let out = String::from_utf8(out).expect("UTF-8");
            common::assert_fit_for_a_terminal(&out, width);
            let words: String = out.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(
                words.contains(&rule.info.summary.split_whitespace().take(3).collect::<Vec<_>>().join(" ")),
                "{out}"
            );
            // A narrow terminal breaks long ids.
            let is_told = width < 80 || out.contains(&format!("{}[{}]", rule.info.severity, rule.info.id));
            assert_eq!(is_told, width < 80 || !without.contains(&rule.info.id), "{out}");
            // The description fits on a screen or two, and shows five lines of an example.
            assert!(width < 120 || out.lines().count() < 70, "{out}");
            let example =
                out.split_once("\nExample (").map_or("", |(_, rest)| rest.split("\n\n").nth(1).unwrap_or_default());
            assert!(example.lines().count() <= 5, "{out}");
        }
    }
}

/// `fixtures/keywords`: a schema of its own and an instance that fails it, for the keywords that the embedded schema does not use.
#[test]
fn every_keyword_has_its_own_sentence() {
    let mut wrong = Vec::new();
    for path in common::fixtures("fixtures/keywords") {
        let file: serde_json::Value = serde_json::from_slice(&read(&path).bytes).expect("a fixture is JSON");
        let schema = Schema::compile(file["schema"].clone()).expect("a fixture's schema compiles");
        let name = path.to_string_lossy();
        let bytes = serde_json::to_vec_pretty(&file["instance"]).expect("an instance can be written");
        let source = Source::new(&name, &bytes);
        let mut tape = Tape::default();
        let document = callcheck::json::Document::parse(source.bytes, 0, &mut tape).expect("an instance is JSON");
        let findings = schema.check(document);
        let stem = format!("schema/{}", path.file_stem().expect("a stem").to_string_lossy());
        let promised = callcheck::rules::find(&stem)
            .is_none_or(|rule| findings.iter().any(|finding| finding.rule.id == rule.info.id));
        // A keyword that only points to another one (`$ref`, `if`) is told by that one.
        assert!(!findings.is_empty() && (promised || stem == "schema/ref"), "{}: {findings:?}", path.display());
        let text: String = findings
            .iter()
            .map(|finding| {
                let marked = String::from_utf8_lossy(finding.label.span.of(source.bytes))
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ");
                let mut lines = vec![format!(
                    "{}[{}] {} ({})",
                    finding.severity, finding.rule.id, finding.message, finding.instance_location
                )];
                lines.push(format!("  {marked} <- {}", finding.label.text));
                lines.extend(finding.related.iter().map(|label| {
                    format!("  {} <- {}", String::from_utf8_lossy(label.span.of(source.bytes)), label.text)
                }));
                lines.extend(finding.notes.iter().map(|line| format!("  note: {line}")));
                lines.extend(finding.help.iter().map(|line| format!("  help: {line}")));
                lines.join("\n") + "\n"
            })
            .collect();
        wrong.extend(common::blessed(&path.with_added_extension("out"), &text).err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The finding's place in `json`, by hand: lines end with LF, columns count characters, a byte order mark is none.
fn place(bytes: &[u8], offset: usize) -> (u64, u64) {
    let before = &bytes[..offset];
    let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    // A byte that is part of no character counts as one.
    let characters = |text: &[u8]| {
        text.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum::<usize>()
    };
    let column = 1 + characters(&before[start..]);
    let mark = usize::from(start == 0 && bytes.starts_with(b"\xEF\xBB\xBF") && offset >= 3);
    (line as u64, (column - mark) as u64)
}

#[test]
fn reports_satisfy_their_schema_and_point_at_the_right_bytes() {
    let report_schema: serde_json::Value = serde_json::from_str(REPORT_SCHEMA).expect("the report schema is JSON");
    assert!(jsonschema::meta::is_valid(&report_schema));
    let validator = jsonschema::validator_for(&report_schema).expect("the report schema compiles");
    let mut paths = common::fixtures("fixtures/invalid");
    paths.extend(common::fixtures("fixtures/valid"));
    paths.retain(|path| is_plain(path));
    paths.push("fixtures/no-such-file.json".into());
    let all: Vec<&Path> = paths.iter().map(std::path::PathBuf::as_path).collect();
    for quiet in [false, true] {
        let (out, _, outcome) = common::run(&all, Format::Json, 100, |args| args.only_findings = quiet);
        assert_eq!(outcome, Outcome::Failed);
        let report: serde_json::Value = serde_json::from_str(&out).expect("a report is JSON");
        let problems: Vec<String> =
            validator.iter_errors(&report).map(|error| format!("{} at {}", error, error.instance_path())).collect();
        assert!(problems.is_empty(), "{problems:?}");
        assert!(!out.chars().any(|character| callcheck::text::is_hostile(character) && character != '\n'));
        let documents = report["documents"].as_array().expect("documents");
        assert_eq!(
            documents.len(),
            if quiet {
                paths.iter().filter(|path| path.starts_with("fixtures/invalid")).count()
            } else {
                paths.len() - 1
            }
        );
        let mut totals = [0u64; 3];
        for document in documents {
            let bytes = std::fs::read(document["path"].as_str().expect("a path")).expect("a fixture can be read");
            for finding in document["findings"].as_array().expect("findings") {
                let (start, end) = (
                    finding["span"]["start"].as_u64().expect("a start") as usize,
                    finding["span"]["end"].as_u64().expect("an end") as usize,
                );
                assert!(start <= end && end <= bytes.len(), "{finding}");
                assert_eq!(
                    (finding["line"].as_u64(), finding["column"].as_u64()),
                    {
                        let (line, column) = place(&bytes, start);
                        (Some(line), Some(column))
                    },
                    "{finding}"
                );
                assert_eq!(
                    (finding["end_line"].as_u64(), finding["end_column"].as_u64()),
                    {
                        let (line, column) = place(&bytes, end);
                        (Some(line), Some(column))
                    },
                    "{finding}"
                );
                if let Some(pointer) =
                    finding["instance_location"].as_str().filter(|_| finding["keyword_location"].is_string())
                {
                    let whole: serde_json::Value =
                        serde_json::from_slice(&bytes).expect("the checked document is JSON");
                    let named = whole.pointer(pointer).expect("the pointer leads somewhere");
                    let marked = &bytes[start..end];
                    match finding["rule"] == "schema/required" {
                        true => assert_eq!((marked, named.is_object()), (&b"{"[..], true), "{finding}"),
                        false => assert_eq!(&serde_json::from_slice::<serde_json::Value>(marked).expect("JSON"), named),
                    }
                }
                totals[["error", "warning", "note"]
                    .iter()
                    .position(|word| finding["severity"] == *word)
                    .expect("a severity")] += 1;
            }
        }
        assert_eq!(
            [&report["totals"]["errors"], &report["totals"]["warnings"], &report["totals"]["notes"]]
                .map(|total| total.as_u64().expect("a total")),
            totals
        );
        assert_eq!(report["unreadable"][0]["path"], "fixtures/no-such-file.json");
    }
}

/// All formats agree on how the run ends, and no narrow terminal breaks a line.
#[test]
fn every_format_ends_alike_at_every_width() {
    for path in common::fixtures("fixtures/invalid").iter().chain(&common::fixtures("fixtures/valid")) {
        let (_, _, expected) = common::run(&[path], Format::Full, 100, |_| ());
        for width in [40, 61, 80, 200] {
            for plain in [false, true] {
                let (out, _, outcome) = common::run(&[path, path], Format::Full, width, |args| {
                    args.global.plain = plain;
                    args.max_findings = Some(1);
                });
                common::assert_fit_for_a_terminal(&out, width);
                assert_eq!(outcome, expected);
                let (out, _, outcome) = common::run(&[path], Format::Full, width, |args| args.global.plain = plain);
                common::assert_fit_for_a_terminal(&out, width);
                assert!(!plain || out.is_ascii());
                assert_eq!(outcome, expected);
            }
        }
        for format in [Format::Concise, Format::Json] {
            assert_eq!(common::run(&[path], format, 80, |_| ()).2, expected);
        }
    }
}

/// Carets stand under what they mark, whatever the cells before it: tabs, wide and combining characters.
#[test]
fn carets_stand_under_the_marked_value() {
    let path = Path::new("fixtures/invalid/schema-type.tabs-wide-and-combining.json");
    let (out, ..) = common::run(&[path], Format::Full, 200, |_| ());
    let lines: Vec<&str> = out.lines().collect();
    let mut marked = Vec::new();
    for pair in lines.windows(2).filter(|pair| pair[1].contains('^')) {
        let (from, to) = (pair[1].find('^').expect("a caret"), pair[1].rfind('^').expect("a caret") + 1);
        // The line with the carets is ASCII: its bytes are cells.
        let (mut cell, mut under) = (0, String::new());
        for character in pair[0].chars() {
            if (from..to).contains(&cell) {
                under.push(character);
            }
            cell += callcheck::text::cells(character);
        }
        marked.push(under);
    }
    assert_eq!(marked, ["2", "\"ｆalse\"", "[", "\"x\""]);
}

/// A library user can hand a finding to any of miette's handlers; what they say of its place is true.
#[test]
fn other_handlers_can_draw_reports() {
    for path in common::fixtures("fixtures/invalid").into_iter().filter(|path| is_plain(path)) {
        let (whole, mut tape) = (read(&path), Tape::default());
        for report in callcheck::reporters::Report::all(&check(&whole.source(), &mut tape, validate(true))) {
            let (mut told, mut json) = (String::new(), String::new());
            miette::NarratableReportHandler::new().render_report(&mut told, &report).expect("it is drawn");
            miette::JSONReportHandler::new().render_report(&mut json, &report).expect("it is written");
            assert!(told.contains(&path.display().to_string()), "{told}");
            let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
            assert_eq!(json["message"], report.to_string());
        }
    }
}

#[test]
fn call_notes_do_not_leak() {
    for path in common::fixtures("fixtures/invalid") {
        let text = std::fs::read(&path).expect("a fixture can be read");
        if !String::from_utf8_lossy(&text).contains("Ms Example") {
            continue;
        }
        for format in [Format::Full, Format::Concise, Format::Json] {
            let (out, ..) = common::run(&[&path], format, 200, |_| ());
            for private in ["Ms Example", "+15550199", "+15550100"] {
                assert!(!out.contains(private), "{} shows {private:?} in {format:?}:\n{out}", path.display());
            }
        }
    }
}

#[test]
fn verbose_adds_the_schema_s_view() {
    let (whole, mut tape) =
        (read(Path::new("fixtures/invalid/document-error-response.validation.min.json")), Tape::default());
    let findings = check(&whole.source(), &mut tape, validate(true)).findings;
    let rules: Vec<&str> = findings.iter().map(|finding| finding.rule.id).collect();
    assert!(
        rules.contains(&"document/error-response")
            && rules.contains(&"schema/required")
            && rules.contains(&"schema/enum"),
        "{rules:?}"
    );
}
