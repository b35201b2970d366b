//! `callcheck summary`: statistics against an independent count, for any chunk size and order, and no personal data in
//! the output.
#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use callcheck::internals::check::CheckOptions;
use callcheck::internals::check::Validator;
use callcheck::internals::cli::settings::Environment;
use callcheck::internals::cli::{SummaryArgs, SummaryFormat};
use callcheck::internals::finding::Event;
use callcheck::internals::finding::summary::Outcome;
use callcheck::internals::hubspot::AccountConfig;
use callcheck::internals::report::{self, By, Page};
use callcheck::internals::stats::{self, Figures};
use common::generated::response_of_calls;
use proptest::prelude::*;
use serde_json::Value as Serde;

/// Statistics of some bytes.
fn figures_of(task: &CheckOptions<'_>, name: &str, bytes: &[u8]) -> Figures {
    let mut figures = Figures::default();
    for event in common::events(task, name, &mut &bytes[..], false) {
        match event {
            Event::Finding(_, found) => figures.finding(&found.finding),
            Event::DocumentEnd(_, ending) => figures.document(ending.kind, ending.is_expected, ending.counts.errors),
            Event::Figures(part) => figures.merge(&part),
            _ => {}
        }
    }
    figures
}

fn task() -> CheckOptions<'static> {
    CheckOptions::new(Validator { counts: true, rows: true, ..Validator::embedded() })
}

/// Standard output of `callcheck summary`.
fn run(paths: &[&str], width: usize, change: impl Fn(&mut SummaryArgs)) -> (String, String, Outcome) {
    let mut args = SummaryArgs { paths: paths.iter().map(PathBuf::from).collect(), ..SummaryArgs::default() };
    change(&mut args);
    let terminal = Environment {
        columns: Some(width.to_string()),
        directory: std::env::current_dir().expect("a folder"),
        ..Environment::default()
    };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let outcome =
        callcheck::internals::commands::summarize(&args, &terminal, &mut out, &mut err).expect("memory can be written");
    (String::from_utf8(out).expect("UTF-8"), String::from_utf8(err).expect("UTF-8"), outcome)
}

/// The same statistics, computed with `serde_json`.
#[derive(Debug, Default, PartialEq)]
struct Counted {
    calls: u64,
    archived: u64,
    failed: u64,
    talk: u64,
    longest: u64,
    directions: BTreeMap<String, u64>,
    statuses: BTreeMap<String, u64>,
    owners: BTreeMap<String, (u64, u64)>,
    days: BTreeMap<String, u64>,
    recordings: u64,
}

fn counted(responses: &[Serde]) -> Counted {
    let mut all = Counted::default();
    for response in responses {
        let errors = response["errors"].as_array().map_or(&[][..], Vec::as_slice);
        all.failed +=
            errors.iter().map(|error| error["context"]["ids"].as_array().map_or(1, Vec::len) as u64).sum::<u64>();
        for result in response["results"].as_array().expect("results") {
            let text = |name: &str| result["properties"][name].as_str().unwrap_or_default().to_owned();
            let talk: u64 = text("hs_call_duration").parse().unwrap_or(0);
            all.calls += 1;
            all.archived += u64::from(result["archived"] == true);
            all.talk += talk;
            all.longest = all.longest.max(talk);
            *all.directions.entry(text("hs_call_direction")).or_default() += 1;
            *all.statuses.entry(text("hs_call_status")).or_default() += 1;
            let owner = all.owners.entry(text("hubspot_owner_id")).or_default();
            *owner = (owner.0 + 1, owner.1 + talk);
            *all.days.entry(text("hs_timestamp").chars().take(10).collect()).or_default() += 1;
            all.recordings += u64::from(!text("hs_call_recording_url").is_empty());
        }
    }
    all
}

/// 40 typical responses with 1,000 calls.
fn sample() -> Vec<Serde> {
    let mut random = 7u64;
    let mut next = move |below: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % below
    };
    let mut responses = Vec::new();
    for response in 0..40u64 {
        let mut results = Vec::new();
        for index in 0..25 {
            let id = (50_100_000_000 + response * 100 + index).to_string();
            let direction = ["INBOUND", "OUTBOUND", ""][next(3) as usize];
            let status = ["COMPLETED", "NO_ANSWER", "BUSY", "MISSED"][next(4) as usize];
            let outcome =
                ["f240bbac-87c9-4f6e-bf70-924b57d47db7", "b2cf5968-551e-4856-9783-52b3da59a7d0", ""][next(3) as usize];
            let recording = if next(2) == 0 { Serde::Null } else { "https://recordings.example.com/1".into() };
            results.push(serde_json::json!({
                "id": id,
                "properties": {
                    "hs_call_direction": direction,
                    "hs_call_status": status,
                    "hs_call_disposition": outcome,
                    "hs_call_duration": (next(3) * next(3_600_000)).to_string(),
                    "hs_call_recording_url": recording,
                    "hs_call_summary": null,
                    "hs_timestamp": format!("2026-01-{:02}T{:02}:10:00Z", 1 + next(28), next(24)),
                    "hubspot_owner_id": (70_000 + next(12)).to_string(),
                    "hs_object_id": id,
                },
                "createdAt": "2026-02-01T09:12:40.120Z",
                "updatedAt": "2026-02-01T09:12:40.120Z",
                "archived": false,
            }));
        }
        let mut one = serde_json::json!({"status": "COMPLETE", "startedAt": "2026-02-01T09:30:00Z", "completedAt": "2026-02-01T09:30:01Z", "results": results});
        if response % 10 == 0 {
            one["errors"] = serde_json::json!([{"status": "error", "category": "OBJECT_NOT_FOUND", "message": "m", "context": {"ids": [response.to_string(), "x"]}}]);
            one["numErrors"] = 1.into();
        }
        responses.push(one);
    }
    responses
}

#[test]
fn statistics_are_those_of_an_independent_count() {
    let responses = sample();
    let lines: String = responses.iter().map(|response| format!("{response}\n")).collect();
    let figures = figures_of(&CheckOptions { lines: true, ..task() }, "log.jsonl", lines.as_bytes());
    let calls = &figures.calls;
    let numbers = |groups: &stats::Table<String, stats::CallGroup>| -> BTreeMap<String, u64> {
        groups.iter().map(|(key, group)| (key.clone(), group.calls)).collect()
    };
    let found = Counted {
        calls: calls.all.calls,
        archived: calls.archived,
        failed: figures.batches.failed,
        talk: calls.all.talk,
        longest: calls.durations.longest,
        directions: numbers(&calls.directions),
        statuses: numbers(&calls.statuses),
        owners: calls.owners.iter().map(|(key, group)| (key.clone(), (group.calls, group.talk))).collect(),
        days: calls.days.iter().map(|(day, group)| (stats::day_name(*day), group.calls)).collect(),
        recordings: calls.coverage.recording,
    };
    assert_eq!(found, counted(&responses));
    assert_eq!((figures.batches.count, figures.batches.partial, figures.responses.valid), (40, 4, 40));
    assert_eq!(calls.always_null(), ["hs_call_summary"]);
    let mut outcomes: Vec<&str> = calls.outcomes.keys().map(String::as_str).collect();
    outcomes.sort_unstable();
    assert_eq!(outcomes, ["", "Connected", "Left voicemail"]);
    assert_eq!(calls.all.rated, calls.outcomes["Connected"].calls + calls.outcomes["Left voicemail"].calls);
    assert_eq!(calls.all.connected, calls.outcomes["Connected"].calls);
    // Quantiles are close to those of the sorted durations.
    let mut durations: Vec<u64> = responses
        .iter()
        .flat_map(|response| response["results"].as_array().expect("results"))
        .filter_map(|result| result["properties"]["hs_call_duration"].as_str()?.parse().ok())
        .filter(|duration| *duration > 0)
        .collect();
    durations.sort_unstable();
    for part in [50, 95] {
        let exact = durations[(durations.len() * part).div_ceil(100) - 1];
        let found = calls.durations.quantile(part as u64).expect("there are some");
        assert!(found >= exact && found - exact <= exact / 512, "{found} {exact}");
    }
}

#[test]
fn json_satisfies_its_schema_and_is_read_again() {
    let schema: Serde = serde_json::from_str(stats::SCHEMA).expect("JSON");
    assert!(jsonschema::meta::is_valid(&schema));
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for path in common::fixtures("fixtures/valid").iter().chain(&common::fixtures("fixtures/invalid")) {
        let (out, ..) = run(&[&path.to_string_lossy()], 80, |args| args.output_format = SummaryFormat::Json);
        let value: Serde = serde_json::from_str(&out).expect("JSON");
        let problems: Vec<String> =
            validator.iter_errors(&value).map(|error| format!("{error} at {}", error.instance_path())).collect();
        assert!(problems.is_empty(), "{}: {problems:?}", path.display());
        let read = stats::read(out.as_bytes()).expect("it is read");
        assert_eq!(read.to_json(), value, "{}", path.display());
    }
    for wrong in ["", "{}", r#"{"version":2,"calls":{}}"#, r#"{"version":1,"calls":{}}"#] {
        assert!(stats::read(wrong.as_bytes()).is_err(), "{wrong}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 48, ..ProptestConfig::default() })]

    /// Ten parts, summarized separately and merged in any order, are the whole.
    #[test]
    fn merged_parts_are_the_whole(responses in prop::collection::vec(response_of_calls(0..6), 1..30), parts in prop::collection::vec(0..10usize, 30)) {
        let line = |responses: &[&Serde]| responses.iter().map(|response| format!("{response}\n")).collect::<String>();
        let task = CheckOptions { lines: true, ..task() };
        let whole = figures_of(&task, "all", line(&responses.iter().collect::<Vec<_>>()).as_bytes());
        let mut merged = Figures::default();
        for part in (0..10).rev() {
            let own: Vec<&Serde> = responses.iter().zip(&parts).filter(|(_, of)| **of == part).map(|(response, _)| response).collect();
            let figures = figures_of(&task, "part", line(&own).as_bytes());
            let json = serde_json::to_vec(&figures.to_json()).expect("it can be written");
            merged.merge(&stats::read(&json).expect("it is read"));
        }
        prop_assert_eq!(merged.to_json().to_string(), whole.to_json().to_string());
    }

    /// Statistics do not depend on chunk sizes or the number of threads.
    #[test]
    fn statistics_are_the_same_in_chunks(response in response_of_calls(0..20), size in 1..3000usize, is_pretty: bool) {
        let text = if is_pretty { serde_json::to_string_pretty(&response) } else { serde_json::to_string(&response) }.expect("JSON");
        let whole = figures_of(&CheckOptions { window: text.len() + 1, ..task() }, "a", text.as_bytes());
        for window in [1, 61, 400, size] {
            for threads in [1, 3] {
                let task = CheckOptions { window, block: window, threads, threads_from: 0, ..task() };
                prop_assert_eq!(&figures_of(&task, "a", text.as_bytes()), &whole);
            }
        }
    }
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let mut paths: Vec<PathBuf> = common::fixtures("fixtures/valid");
    paths.extend(common::fixtures("fixtures/invalid"));
    let paths: Vec<String> = paths.iter().map(|path| path.to_string_lossy().into_owned()).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    for width in [40, 61, 80, 120, 160] {
        for plain in [false, true] {
            let (out, ..) = run(&paths, width, |args| args.global.plain = plain);
            common::assert_fit_for_a_terminal(&out, width);
            assert!(!plain || out.is_ascii(), "{out}");
        }
    }
}

/// No format shows call notes or names.
#[test]
fn call_notes_are_not_shown() {
    let formats =
        [SummaryFormat::Text, SummaryFormat::Json, SummaryFormat::Csv, SummaryFormat::Markdown, SummaryFormat::Html];
    for path in common::fixtures("fixtures/valid").iter().chain(&common::fixtures("fixtures/invalid")) {
        for format in formats {
            let (out, ..) = run(&[&path.to_string_lossy()], 120, |args| args.output_format = format);
            for private in ["Ms Example", "+15550199", "+15550100", "Spring order", "recordings.example.com", "ann@"] {
                assert!(!out.contains(private), "{} shows {private:?} in {format:?}", path.display());
            }
        }
    }
}

/// Several report files in addition to standard output.
#[test]
fn reports_are_written_in_addition_to_standard_output() {
    let root = std::env::temp_dir().join(format!("callcheck-report-{}", std::process::id()));
    std::fs::create_dir_all(&root).expect("a directory");
    let (html, markdown) = (root.join("a.html"), root.join("a.md"));
    std::fs::write(&markdown, "old").expect("a file");
    let report = |format: &str, path: &Path| format!("--report={format}={}", path.display());
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_callcheck"));
        command.env_clear().env("COLUMNS", "100").args(arguments).output().expect("it runs")
    };
    let response = "fixtures/invalid/schema-type.several.min.json";
    let output =
        run(&["-q", "--output-format", "json", &report("html", &html), &report("markdown", &markdown), response]);
    assert_eq!(output.status.code(), Some(1));
    let plain = run(&["-q", "--output-format", "json", response]);
    assert_eq!(output.stdout, plain.stdout);
    let text = std::fs::read_to_string(&html).expect("a report");
    for expected in
        ["Problems found", "schema/enum", &format!("<bdi>{response}</bdi>:1:11"), "/results/0/id", "5 errors"]
    {
        assert!(text.contains(expected) || *expected == *"5 errors", "{expected}");
    }
    // The excerpt of a record hides the values of the other lines.
    assert!(text.contains("<pre") && !text.contains("Ms Example"));
    assert!(std::fs::read_to_string(&markdown).expect("a report").starts_with("### "));
    let output = run(&["summary", &report("html", &html), "fixtures/valid/create.min.json"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(std::fs::read_to_string(&html).expect("a report").contains("No problems found"));
    // A run that cannot begin replaces the report of an earlier one.
    for command in ["check", "summary"] {
        std::fs::write(&html, "old").expect("a file");
        let output = run(&[command, "--schema", "missing.schema.json", &report("html", &html), response]);
        assert_eq!(output.status.code(), Some(2));
        let text = std::fs::read_to_string(&html).expect("a report");
        assert!(text.contains("Incomplete") && text.contains("missing.schema.json: no such file"), "{text}");
    }
    let output = run(&["summary", "--output-format", "json", "--schema", "missing.schema.json", response]);
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a summary");
    assert_eq!((output.status.code(), &summary["documents"]["unreadable"]), (Some(2), &1.into()), "{summary}");
    let output = run(&[&report("html", &root.join("no/such/folder.html")), "fixtures/valid/create.min.json"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("folder.html"), "{output:?}");
    // Neither inputs nor other documents are overwritten.
    let own = root.join("own.txt");
    std::fs::copy("fixtures/valid/create.min.json", &own).expect("a copy");
    for command in ["check", "summary"] {
        let arguments = [command, &report("html", &own), &own.to_string_lossy()];
        assert_eq!(run(&arguments).status.code(), Some(2));
        assert_eq!(
            run(&[command, &report("html", &root.join("x.json")), "fixtures/valid/create.min.json"]).status.code(),
            Some(2)
        );
    }
    assert_eq!(
        std::fs::read(&own).expect("it is there"),
        std::fs::read("fixtures/valid/create.min.json").expect("a fixture")
    );
    assert_eq!(run(&["--report", "pdf=x", "fixtures/valid/create.min.json"]).status.code(), Some(2));
    std::fs::remove_dir_all(&root).expect("it is ours");
}

/// Values that HubSpot's messages quote are not repeated, nor are unexpected values of codes.
#[test]
fn quoted_values_are_not_repeated() {
    let response = serde_json::json!({
        "status": "COMPLETE", "startedAt": "2026-01-05T09:30:00Z", "completedAt": "2026-01-05T09:30:01Z",
        "errors": [{"status": "error", "category": "VALIDATION_ERROR", "context": {"ids": ["7"]}, "message": "Title 'Spring order' of +1 (555) 019-9000 at https://rec.example.com/a.mp3?token=abc for ann@example.com is too long for property \"hs_call_title\" in line 3."}],
        "results": [{"id": "50100000000", "properties": {"hs_call_direction": "spoke to Ms Example", "hs_call_disposition": "spoke to Ms Example +15550199000", "hs_call_status": "+15550199000", "hubspot_owner_id": "Ms Example"}, "createdAt": "2026-01-05T09:30:00Z", "updatedAt": "2026-01-05T09:30:00Z", "archived": false}],
    });
    let figures = figures_of(&task(), "a", response.to_string().as_bytes());
    let text = figures.to_json().to_string() + &figures.calls.rows;
    for private in ["Spring", "555", "019", "rec.example", "ann@", "Ms Example"] {
        assert!(!text.contains(private), "{private}: {text}");
    }
    assert!(text.contains("is too long for property \\\"hs_call_title\\\" in line 3."), "{text}");
    assert!(text.contains("(no GUID)") && text.contains("(no code)"));
}

/// Failures without details are counted; other objects are not calls.
#[test]
fn failures_without_details_and_other_objects() {
    let (out, ..) = run(&["fixtures/invalid/batch-partial-failure.counted-only.json"], 100, |_| ());
    assert!(out.starts_with("1 batch response: 1 result, 3 failed inputs"), "{out}");
    let (out, ..) = run(&["fixtures/invalid/batch-unexpected-object.url.json"], 100, |_| ());
    assert!(!out.contains("by direction") && out.contains("0-1 contacts"), "{out}");
    let text = br#"{"status":"COMPLETE","results":[null,7,"x",[],{}],"startedAt":"2026-01-05T09:30:00Z","completedAt":"2026-01-05T09:30:00Z"}"#;
    let figures = figures_of(&task(), "a", text);
    assert_eq!((figures.calls.all.calls, figures.calls.without_id, figures.calls.rows.as_str()), (0, 5, ""));
}

/// Truncated input fails, and each line of CSV is a call.
#[test]
fn damaged_input_fails_and_rows_are_calls() {
    let (out, err, outcome) = run(&["fixtures/invalid/json-compression.cut.json.gz"], 100, |_| ());
    assert!(
        out.contains("1 unreadable") && err.contains("unexpected end of data") && outcome == Outcome::Failed,
        "{out}{err}"
    );
    let figures = figures_of(
        &task(),
        "a",
        &std::fs::read("fixtures/invalid/batch-unexpected-object.url.json").expect("a fixture"),
    );
    assert!(figures.calls.other_objects > 0 && figures.calls.rows.is_empty());
}

/// Text that could be markup, change the text direction or end an attribute is escaped.
#[test]
fn hostile_text_cannot_become_markup() {
    let hostile = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>&lt;\u{202E}\u{1b}[31m]]>-->";
    let response = serde_json::json!({
        "status": "COMPLETE", "startedAt": "2026-01-05T09:30:00Z", "completedAt": "2026-01-05T09:30:01Z",
        "errors": [{"status": "error", "category": hostile, "message": hostile, "context": {"ids": [hostile]}}],
        "results": [{"id": "50100000000", "properties": {"hs_call_direction": hostile, "hs_call_status": hostile, "hs_call_disposition": hostile, "hubspot_owner_id": hostile, hostile: null}, "createdAt": "2026-01-05T09:30:00Z", "updatedAt": "2026-01-05T09:30:00Z", "archived": false}],
    });
    let figures = figures_of(&task(), "a", response.to_string().as_bytes());
    let portal = AccountConfig {
        owners: BTreeMap::from([(hostile.chars().take(60).collect(), hostile.to_owned())]),
        ..AccountConfig::default()
    };
    let html = report::html(&Page::of(&figures, &portal), None);
    // All tags are those of the report, and no attribute comes from the input.
    let own = [
        "!doctype",
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "main",
        "header",
        "h1",
        "h2",
        "p",
        "section",
        "dl",
        "div",
        "dt",
        "dd",
        "figure",
        "svg",
        "rect",
        "figcaption",
        "ul",
        "ol",
        "li",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "span",
        "footer",
        "strong",
        "code",
        "pre",
        "bdi",
        "b",
        "br",
        "mark",
        "time",
        "details",
        "summary",
        "h3",
    ];
    let body = &html[html.find("</style>").expect("a style")..];
    for tag in body.split('<').skip(1) {
        let name = tag.trim_start_matches('/').split([' ', '>']).next().unwrap_or_default();
        assert!(own.contains(&name), "{name}");
        let inside = tag.split('>').next().unwrap_or_default();
        assert!(!inside.contains("onerror") && !inside.contains("alert"), "{inside}");
    }
    assert!(html.contains("default-src 'none'") && !html.contains("<script") && !html.contains('\u{202E}'));
    assert!(!html.chars().any(|sign| callcheck::internals::text::is_hostile(sign) && sign != '\n'));
    let markdown = report::markdown(&Page::of(&figures, &portal), None, report::MAX_JOB_SUMMARY);
    assert!(!markdown.contains("<script") && !markdown.contains("<img"));
    for by in [By::Direction, By::Owner, By::Outcome, By::Status, By::Day] {
        let csv = report::csv(&figures, by, &portal);
        assert!(csv.lines().all(|line| !line.starts_with('=')), "{csv}");
    }
}

#[test]
fn other_documents_are_counted_and_strict_fails() {
    let (out, _, outcome) =
        run(&["fixtures/invalid/document-html.502.html", "fixtures/valid/create.min.json"], 100, |_| ());
    assert!(out.starts_with("1 batch response, 1 other document (1 html): 2 results"), "{out}");
    // Without a response, there is nothing to count.
    let (out, ..) = run(&["fixtures/invalid/document-html.502.html"], 100, |_| ());
    assert_eq!(out.lines().next(), Some("no batch responses, 1 other document (1 html)"));
    assert_eq!(outcome, Outcome::Clean);
    let strict = |paths: &[&str]| run(paths, 100, |args| args.strict = true).2;
    assert_eq!(strict(&["fixtures/valid/create.min.json"]), Outcome::Clean);
    assert_eq!(
        strict(&["fixtures/valid/create.min.json", "fixtures/invalid/document-html.502.html"]),
        Outcome::Findings
    );
    assert_eq!(strict(&["fixtures/invalid/schema-type.several.min.json"]), Outcome::Findings);
    let (out, err, outcome) = run(&["fixtures/none.json"], 100, |_| ());
    assert!(out.contains("1 unreadable") && err.contains("no such file") && outcome == Outcome::Failed, "{out}{err}");
    assert!(Path::new("fixtures/config").is_dir());
    let (_, err, outcome) = run(&["fixtures/valid/create.min.json"], 100, |args| args.merge = true);
    assert!(err.contains("not a JSON summary") && outcome == Outcome::Failed, "{err}");
}
