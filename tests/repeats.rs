//! Limits of the findings that are shown: each severity has its own, and repeats in other documents are counted.
#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Properties other than `id` cause `schema/type`, and a missing `id` causes `schema/required`.
const SCHEMA: &str = r#"{"required":["id"],"additionalProperties":{"type":"string"}}"#;

/// A new directory for one test, with these files and a schema.
fn directory(name: &str, files: &[(&str, String)]) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).expect("a directory");
    fs::write(directory.join("schema.json"), SCHEMA).expect("a file");
    for (name, text) in files {
        fs::write(directory.join(name), text).expect("a file");
    }
    directory
}

/// Standard output of `callcheck check` with the schema. The rule `schema/type` is a warning.
fn checked(directory: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_callcheck"))
        .current_dir(directory)
        .env_clear()
        .env("COLUMNS", "100")
        .args(["check", "--no-config", "-q", "--schema", "schema.json", "--warn", "schema/type"])
        .args(arguments)
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Lines with a warning each, all of different groups.
fn warnings(numbers: std::ops::Range<u32>) -> String {
    numbers.map(|number| format!("{{\"id\":\"a\",\"key{number}\":1}}\n")).collect()
}

/// Number of findings that are drawn.
fn drawn(out: &str, rule: &str) -> usize {
    out.lines().filter(|line| line.starts_with(rule)).count()
}

#[test]
fn warnings_do_not_hide_errors() {
    let log = warnings(0..60) + "{}\n" + &warnings(60..70);
    let root = directory("repeats-errors", &[("log.jsonl", log)]);
    let out = checked(&root, &["log.jsonl"]);
    assert_eq!((drawn(&out, "warning[schema/type]"), drawn(&out, "error[schema/required]")), (20, 1), "{out}");
    let end = "50 warnings not shown; use `--max-findings 0` to show all, or `--output-format concise` for one line\n  each\n\
        Other findings:\n  50  warning  schema/type  ";
    assert!(out.contains(end), "{out}");
    // The table of all findings replaces the one of those that are not shown.
    let out = checked(&root, &["--statistics", "log.jsonl"]);
    assert!(!out.contains("Other findings") && out.contains("\n70  warning  schema/type      "), "{out}");
    // With an excerpt, although the first 50 findings were others.
    assert!(out.contains("61 | {}\n"), "{out}");
}

#[test]
fn every_format_with_a_limit_shows_errors() {
    let root = directory("repeats-formats", &[("log.jsonl", warnings(0..60) + "{}\n")]);
    for format in [
        "full",
        "concise",
        "grouped",
        "json",
        "json-lines",
        "github",
        "gitlab",
        "sarif",
        "junit",
        "rdjsonl",
        "checkstyle",
    ] {
        let out = checked(&root, &["--output-format", format, "--max-findings", "1", "log.jsonl"]);
        assert!(out.contains("missing required property `id`"), "{format}: {out}");
    }
    let out = checked(&root, &["--output-format", "concise", "--max-findings", "2", "log.jsonl"]);
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[3], "58 warnings not shown; use `--max-findings 0` to show all");
    assert!(lines[4].starts_with("58  warning  schema/type  ") && lines.len() == 5, "{out}");
}

/// Errors are first on the page.
#[test]
fn pages_show_errors() {
    let root = directory("repeats-pages", &[("log.jsonl", warnings(0..600) + "{}\n")]);
    checked(&root, &["--report", "html=page.html", "log.jsonl"]);
    let page = fs::read_to_string(root.join("page.html")).expect("a page");
    let position = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text}: {page}"));
    assert!(position("Errors (1)") < position("Warnings (600)"));
}

#[test]
fn verdicts_show_errors() {
    let keys: Vec<String> = (0..20).map(|number| format!("\"key{number}\":1")).collect();
    let root = directory("repeats-verdicts", &[("log.jsonl", format!("{{{}}}\n", keys.join(",")))]);
    fs::write(root.join("callcheck.toml"), "[rules]\n\"schema/type\" = \"warning\"\n").expect("a file");
    let output = Command::new(env!("CARGO_BIN_EXE_callcheck"))
        .current_dir(&root)
        .args(["filter", "--schema", "schema.json", "--warn", "schema/type", "--max-findings", "2", "log.jsonl"])
        .output()
        .expect("it runs");
    let out = String::from_utf8(output.stdout).expect("UTF-8");
    let (error, warning) = (out.matches("\"schema/required\"").count(), out.matches("\"schema/type\"").count());
    assert_eq!((error, warning), (1, 1), "{out}");
    assert!(out.contains("\"more\":19"), "{out}");
}

#[test]
fn repeats_in_other_documents_are_counted() {
    // A repeat in the same document is listed with the finding.
    let line = "{\"id\":\"a\",\"1\":1,\"2\":2}\n";
    let root = directory("repeats-lines", &[("log.jsonl", line.repeat(8) + "{}\n")]);
    let out = checked(&root, &["log.jsonl"]);
    assert_eq!((drawn(&out, "warning[schema/type]"), drawn(&out, "error[schema/required]")), (3, 1), "{out}");
    assert_eq!(out.matches("1 more occurrence: ").count(), 3, "{out}");
    assert!(out.contains("\n10 warnings not shown; "), "{out}");
    assert!(out.ends_with("\nRepeats of the findings above:\n  10  warning  schema/type  /*\n"), "{out}");
    let out = checked(&root, &["--max-findings", "0", "log.jsonl"]);
    assert_eq!(drawn(&out, "warning[schema/type]"), 8, "{out}");
    assert!(!out.contains("not shown"), "{out}");
}

#[test]
fn repeats_in_other_files_are_counted() {
    let names: Vec<String> = (0..30).map(|number| format!("file{number:02}.json")).collect();
    let files: Vec<(&str, String)> = names.iter().map(|name| (&**name, "{\"key\":1}".to_owned())).collect();
    let root = directory("repeats-files", &files);
    let run = |threads: &str| {
        checked(&root, &[&["--threads", threads][..], &names.iter().map(|name| &**name).collect::<Vec<_>>()].concat())
    };
    let out = run("1");
    assert_eq!((drawn(&out, "warning[schema/type]"), drawn(&out, "error[schema/required]")), (3, 3), "{out}");
    assert!(out.contains("\n27 errors and 27 warnings not shown; "), "{out}");
    assert!(out.contains("\n  27  warning  schema/type      /key\n"), "{out}");
    // Errors first.
    assert!(out.contains("above:\n  27  error    schema/required  missing required property `id`\n"), "{out}");
    // The files that were not drawn.
    assert_eq!(out.matches("     in file03.json, file04.json,").count(), 2, "{out}");
    assert_eq!(
        out.split_whitespace().collect::<Vec<_>>().join(" ").matches("file12.json and 17 more files").count(),
        2
    );
    for threads in ["2", "3", "16"] {
        assert_eq!(run(threads), out, "{threads} threads");
    }
}

/// A low limit leaves out other drawings of a finding, but its repeats are still repeats.
#[test]
fn repeats_of_a_drawn_finding_are_not_other_findings() {
    let log = "{\"id\":\"a\",\"key\":1}\n".repeat(9) + "{\"id\":\"a\",\"other\":1}\n{}\n";
    let root = directory("repeats-limited", &[("log.jsonl", log)]);
    let out = checked(&root, &["--max-findings", "1", "log.jsonl"]);
    assert_eq!((drawn(&out, "warning[schema/type]"), drawn(&out, "error[schema/required]")), (1, 1), "{out}");
    assert!(out.contains("\n9 warnings not shown; "), "{out}");
    assert!(out.contains("\nRepeats of the findings above:\n  8  warning  schema/type  /key\n"), "{out}");
    assert!(out.contains("\nOther findings:\n  1  warning  schema/type  "), "{out}");
}

/// Different errors of HubSpot have the same label.
#[test]
fn different_error_responses_are_not_repeats() {
    let response = |category: &str| {
        format!("{{\"status\":\"error\",\"message\":\"m\",\"correlationId\":\"c\",\"category\":\"{category}\"}}\n")
    };
    let log = response("RATE_LIMITS").repeat(9) + &response("MISSING_SCOPES");
    let root = directory("repeats-responses", &[("log.jsonl", log)]);
    let output = Command::new(env!("CARGO_BIN_EXE_callcheck"))
        .current_dir(&root)
        .args(["--no-config", "-q", "log.jsonl"])
        .output()
        .expect("it runs");
    let out = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(drawn(&out, "error[document/error-response]"), 4, "{out}");
    assert!(out.contains("MISSING_SCOPES") && out.contains("6 errors not shown"), "{out}");
}

/// Excerpts are taken on other threads than those that print, before it is known which of them are needed.
#[test]
fn limits_are_the_same_for_any_number_of_threads() {
    let log: String = (0..20_000u32)
        .map(|number| match number % 7 {
            0 => "{}\n".to_owned(),
            1 => format!("{{\"key{}\":1,\"id\":\"a\"}}\n", number / 1_000),
            2 => "{\"id\":\"a\",\"a\":1,\"b\":1,\"c\":1}\n".to_owned(),
            _ => "{\"id\":\"a\"}\n".to_owned(),
        })
        .collect();
    let root = directory("repeats-threads", &[("log.jsonl", log)]);
    for limit in ["3", "12", "40"] {
        let run = |threads: &str| checked(&root, &["--threads", threads, "--max-findings", limit, "log.jsonl"]);
        let out = run("1");
        // Every finding that is drawn has its excerpt.
        assert_eq!(drawn(&out, "error[") + drawn(&out, "warning["), out.matches(" | {").count(), "{out}");
        for threads in ["2", "3", "16"] {
            assert!(run(threads) == out, "{threads} threads, {limit} findings");
        }
    }
}

/// A document with many groups needs excerpts after those that were drawn before.
#[test]
fn findings_after_repeats_have_excerpts() {
    let keys = |numbers: std::ops::Range<u32>| {
        let keys: Vec<String> = numbers.map(|number| format!("\"key{number}\":1")).collect();
        format!("{{\"id\":\"a\",{}}}\n", keys.join(","))
    };
    let root = directory("repeats-excerpts", &[("log.jsonl", keys(0..4).repeat(9) + &keys(0..30) + "{}\n")]);
    for threads in ["1", "4"] {
        let out = checked(&root, &["--threads", threads, "log.jsonl"]);
        // Four groups in three documents, then the quota of 20.
        assert_eq!(drawn(&out, "warning["), 20, "{out}");
        assert_eq!(out.matches("^").count(), 21, "{out}");
        assert!(out.contains("`key11`") || out.contains("/key11\n"), "{out}");
    }
}

/// The table of groups has 1,000 entries. Findings of other groups are shown in every document.
#[test]
fn the_table_of_repeats_is_bounded() {
    let root = directory("repeats-bound", &[("log.jsonl", warnings(0..1_500).repeat(5) + "{}\n")]);
    let out = checked(&root, &["--plain", "--max-findings", "1000000", "log.jsonl"]);
    assert_eq!(drawn(&out, "warning["), 3 * 1_000 + 5 * 500, "{}", out.len());
    // The end lists 20 of them.
    assert!(out.contains("\n2,000 warnings not shown; "), "{}", &out[out.len() - 3000..]);
    let end: Vec<&str> = out.lines().rev().take(3).collect();
    assert_eq!(end[0], "  and 1,960 of 980 other kinds");
    assert_eq!(end[1], "  2  warning  schema/type  /key19");
}
