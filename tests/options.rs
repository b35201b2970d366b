//! Options of the command line: where they may be, which files they choose, what they show. The exit code and the
//! totals never depend on what is shown.
#![cfg(unix)]
#![allow(clippy::disallowed_methods, reason = "tests write files and run processes")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const VALID: &str = include_str!("../fixtures/valid/create.min.json");
/// Two errors and a warning.
const INVALID: &str = r#"{"status":"DONE","results":[],"startedAt":"x","completedAt":"2026-01-05T09:30:00Z"}"#;

/// A new directory below the target directory.
fn directory(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("options").join(name);
    let _ = fs::remove_dir_all(&root);
    for (file, text) in files {
        let path = root.join(file);
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        fs::write(path, text).expect("a file");
    }
    root
}

fn run_with(root: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_callcheck"))
        .current_dir(root)
        .envs(variables.iter().copied())
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("it runs");
    let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).expect("UTF-8"));
    (output.status.code().expect("an exit code"), out, err)
}

fn run(root: &Path, arguments: &[&str]) -> (i32, String, String) {
    run_with(root, &[], arguments)
}

#[test]
fn options_work_before_and_after_the_subcommand() {
    let root = directory("order", &[("a.json", INVALID), ("b.json", "[1,2]")]);
    for [one, other] in [
        ["-q check a.json", "check -q a.json"],
        ["--output-format json check a.json", "check --output-format json a.json"],
        ["--output-format=concise check a.json", "a.json --output-format concise"],
        ["--color never format b.json", "format b.json --color never"],
        ["-c format b.json", "format --compact b.json"],
        ["-q summary a.json", "summary a.json -q"],
        ["--no-config config a.json", "config --no-config a.json"],
        ["-D batch/silent-no-op a.json", "check --deny silent-no-op a.json"],
        ["--ignore schema,batch a.json", "-A schema -A batch a.json"],
        ["--exit-zero a.json", "--fail-on never a.json"],
        ["--deny-warnings a.json", "--fail-on warning a.json"],
        ["--format concise a.json", "--output-format concise a.json"],
        ["-j 1 --jsonl a.json", "--threads 1 --lines a.json"],
        ["--ndjson a.json", "--lines a.json"],
        // The last one wins.
        ["-q check -q a.json", "check -q a.json"],
        ["--color always check --color never a.json", "check --color never a.json"],
        ["--output-format json check --output-format concise a.json", "check --output-format concise a.json"],
    ] {
        let arguments = |line: &'static str| line.split(' ').collect::<Vec<_>>();
        assert_eq!(run(&root, &arguments(one)), run(&root, &arguments(other)), "{one}");
        assert_ne!(run(&root, &arguments(one)).0, 2, "{one}");
    }
    // Every command accepts the options of all.
    for command in [
        "check a.json",
        "format b.json",
        "summary a.json",
        "filter a.json",
        "explain batch",
        "config a.json",
        "schema",
        "completions bash",
        "man",
    ] {
        let arguments: Vec<&str> =
            ["-q", "--color", "never", "--no-config"].into_iter().chain(command.split(' ')).collect();
        let (code, _, err) = run(&root, &arguments);
        assert!(code < 2, "{command}: {err}");
    }
}

#[test]
fn a_mistyped_subcommand_checks_nothing() {
    let root = directory("slips", &[("fixtures/a.json", INVALID), ("lint", INVALID)]);
    for (word, name) in [("chek", "check"), ("validate", "check"), ("fmt", "format"), ("sumary", "summary")] {
        let (code, out, err) = run(&root, &["-q", word, "fixtures"]);
        assert_eq!((code, out.as_str()), (2, ""), "{word}");
        assert!(
            err.starts_with(&format!("error: unrecognized subcommand '{word}'; did you mean '{name}'?\n")),
            "{err}"
        );
    }
    let (code, out, _) = run(&root, &["lint", "--output-format", "concise"]);
    assert!(code == 1 && out.starts_with("lint:1:"), "a file has precedence: {out}");
    let (code, _, err) = run(&root, &["fixture"]);
    assert_eq!(
        (code, err.as_str()),
        (2, "error: fixture: no such file or directory\nChecked no documents (1 input could not be read)\n")
    );
}

#[test]
fn options_of_the_directory_search() {
    let files = [
        ("a.json", VALID),
        ("old/b.json", VALID),
        ("sub/old/c.jsonl", VALID),
        (".hidden/d.json", VALID),
        ("ignored.json", VALID),
        (".gitignore", "ignored.json\n"),
        ("notes.txt", "x"),
    ];
    let root = directory("search", &files);
    for (arguments, expected) in [
        (&["--files", "."][..], &["a.json", "old/b.json", "sub/old/c.jsonl"][..]),
        (&["--files", "--exclude", "old/", "."], &["a.json"]),
        (&["--files", "--exclude", "/old", "."], &["a.json", "sub/old/c.jsonl"]),
        (&["--files", "--exclude", "*.jsonl", "--exclude", "a.*", "."], &["old/b.json"]),
        (&["--files", "--no-ignore", "--exclude", "old", "."], &["a.json", "ignored.json"]),
        (&["--files", "--hidden", "--exclude", "old", "."], &[".hidden/d.json", "a.json"]),
        // A file that is named is read in any case.
        (&["--files", "--exclude", "*.json", "a.json", "ignored.json"], &["a.json", "ignored.json"]),
    ] {
        for command in ["check", "format", "summary"] {
            let (code, out, err) = run(&root, &[&[command], arguments].concat());
            assert_eq!(
                (code, out.lines().collect::<Vec<_>>().as_slice(), err.as_str()),
                (0, expected, ""),
                "{command} {arguments:?}"
            );
        }
    }
    let (code, out, err) = run(&root, &["--exclude", "*.json*", "."]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.starts_with("error: .: no *.json, *.jsonl, *.ndjson or *.har files found"), "{err}");
    for pattern in ["[a", "!a"] {
        let (code, _, err) = run(&root, &["--exclude", pattern, "."]);
        assert!(code == 2 && err.starts_with(&format!("error: --exclude: invalid pattern `{pattern}`: ")), "{err}");
    }
}

/// A file is checked once, in the order of the first path that contains it.
#[test]
fn a_path_given_twice_is_checked_once() {
    let root = directory("twice", &[("a.json", VALID), ("d/b.json", VALID), ("d/c.json", VALID), ("empty/x", "")]);
    std::os::unix::fs::symlink("a.json", root.join("link.json")).expect("a link");
    let absolute = root.join("a.json").to_string_lossy().into_owned();
    for (arguments, expected) in [
        (&["a.json", "a.json"][..], "a.json\n"),
        (&["a.json", "./a.json", "d/../a.json", "d/./b.json"], "a.json\nd/../a.json\nd/./b.json\n"),
        (&["./a.json", "a.json", &absolute], "a.json\n"),
        (&["d", "d/b.json", "./d", "d/"], "d/b.json\nd/c.json\n"),
        (&["d/c.json", "d"], "d/c.json\nd/b.json\n"),
        (&["a.json", "link.json"], "a.json\nlink.json\n"),
        (&["-", "a.json", "-", "./-"], "<stdin>\na.json\n./-\n"),
    ] {
        fs::write(root.join("-"), VALID).expect("a file");
        let (code, out, _) = run(&root, &[&["check", "--files"], arguments].concat());
        assert_eq!((code, &*out), (0, expected), "{arguments:?}");
    }
    let (_, _, err) = run(&root, &["check", "empty", "./empty"]);
    assert_eq!(err.matches("no *.json").count(), 1, "{err}");
    // A path that a configuration excludes is checked if it is given itself, also after its directory.
    fs::write(root.join("callcheck.toml"), "exclude = [\"d/\"]\n").expect("a file");
    let (_, out, _) = run(&root, &["check", "--files", ".", "./d/b.json"]);
    assert_eq!(out, "a.json\nd/b.json\nlink.json\n");
}

#[test]
fn names_are_the_same_in_all_formats() {
    let root = directory("dot", &[("a.json", INVALID), ("other/x", "")]);
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
        "list",
        "hierarchical",
    ] {
        for path in ["./a.json", ".", "./missing.json"] {
            let (_, out, err) = run(&root, &["check", "--output-format", format, path]);
            let all = out + &err;
            assert!(all.contains(".json") && !all.contains("./"), "{format} {path}: {all}");
        }
    }
}

#[test]
fn hidden_findings_are_counted() {
    let root = directory("severity", &[("a.json", INVALID), ("b.json", VALID)]);
    let (code, all, err) = run(&root, &["--output-format", "concise", "a.json"]);
    assert_eq!((code, all.lines().count()), (1, 3), "{all}");
    assert_eq!(err, "Found 2 errors and 1 warning in 1 file\n");
    let (code, out, err) = run(&root, &["--output-format", "concise", "--min-severity", "error", "a.json"]);
    assert_eq!((code, out.lines().count()), (1, 2), "{out}");
    assert_eq!(err, "Found 2 errors and 1 warning in 1 file (not shown: 1 warning)\n");
    // What is shown does not change the exit code.
    let (code, out, _) =
        run(&root, &["-A", "schema", "--min-severity", "error", "--fail-on", "warning", "-q", "a.json"]);
    assert_eq!((code, out.as_str()), (1, ""));
    let (_, out, _) = run(&root, &["--output-format", "json", "--min-severity", "error", "a.json", "b.json"]);
    let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((&report["totals"]["warnings"], report["documents"].as_array().map(Vec::len)), (&1.into(), Some(2)));
    // Verbosity changes no data; --only-findings does.
    for arguments in [&["-q"][..], &["-v"], &["-vv"]] {
        let (_, same, _) = run(
            &root,
            &[&["--output-format", "json", "--min-severity", "error", "a.json", "b.json"], arguments].concat(),
        );
        assert_eq!(same, out);
    }
    let (_, out, _) = run(&root, &["--output-format", "json", "--only-findings", "a.json", "b.json"]);
    let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((&report["totals"]["documents"], report["documents"].as_array().map(Vec::len)), (&2.into(), Some(1)));
}

/// Sixty notes do not take the excerpts that errors should have.
#[test]
fn hidden_findings_are_not_drawn() {
    let lines =
        r#"{"status":"CANCELED","results":[],"startedAt":"2026-01-05T09:00:00Z","completedAt":"2026-01-05T09:00:01Z"}"#;
    let root = directory("drawn", &[("log.jsonl", &format!("{}{INVALID}\n", format!("{lines}\n").repeat(60)))]);
    let (_, out, _) = run(&root, &["--min-severity", "error", "log.jsonl"]);
    assert!(
        out.contains("^^^^^^ not an allowed value") && !out.contains("note[") && !out.contains("warning["),
        "{out}"
    );
}

#[test]
fn schema_errors_of_other_documents_need_an_option() {
    let root = directory("schema-errors", &[("a.json", r#"{"a":1}"#)]);
    let (code, out, _) = run(&root, &["--output-format", "concise", "-v", "a.json"]);
    assert_eq!((code, out.lines().count()), (1, 1), "{out}");
    let (_, out, _) = run(&root, &["--output-format", "concise", "--schema-errors", "a.json"]);
    assert!(out.lines().count() > 1 && out.contains("error[schema/required]"), "{out}");
}

#[test]
fn output_goes_to_a_file() {
    let root = directory("output", &[("a.json", INVALID)]);
    let (_, expected, _) = run(&root, &["--output-format", "json", "a.json"]);
    let (code, out, err) = run(&root, &["--output-format", "json", "-o", "report.txt", "a.json"]);
    assert_eq!((code, out.as_str(), err.as_str()), (1, "", "Found 2 errors and 1 warning in 1 file\n"));
    assert_eq!(fs::read_to_string(root.join("report.txt")).expect("a report"), expected);
    // Nothing is written over an input, and a usage error leaves what was there.
    for arguments in [&["-o", "a.json", "a.json"][..], &["-o", "report.txt", "--report", "json=report.txt", "a.json"]] {
        let (code, out, _) = run(&root, arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
    }
    assert_eq!(fs::read_to_string(root.join("a.json")).expect("the input"), INVALID);
    assert_eq!(fs::read_to_string(root.join("report.txt")).expect("a report"), expected);
    // Without a schema, the report is an error, and not that of an earlier run.
    let (code, out, _) = run(&root, &["-o", "report.txt", "--schema", "none.json", "a.json"]);
    assert_eq!((code, out.as_str()), (2, ""));
    let report = fs::read_to_string(root.join("report.txt")).expect("a report");
    assert_eq!(report, "error: none.json: no such file or directory\n");
    let (code, out, _) = run(&root, &["summary", "--output-file", "summary.html", "--output-format", "html", "a.json"]);
    assert!(
        code == 0
            && out.is_empty()
            && fs::read_to_string(root.join("summary.html")).expect("a page").starts_with("<!doctype html>")
    );
    assert_eq!(fs::read_dir(&root).expect("a directory").count(), 3, "no temporary files are left");
}

#[test]
fn options_take_precedence_over_environment_variables() {
    let off = "[rules]\nschema = \"allow\"\nbatch = \"off\"\n";
    let root = directory(
        "environment",
        &[("a.json", INVALID), ("off.toml", off), ("callcheck.toml", "[rules]\nall = \"warn\"\n")],
    );
    let config = [("CALLCHECK_CONFIG", "off.toml")];
    assert_eq!(run_with(&root, &config, &["-q", "a.json"]).0, 0);
    assert_eq!(run_with(&root, &config, &["-q", "--no-config", "a.json"]).0, 1);
    assert_eq!(run_with(&root, &config, &["-q", "--config", "callcheck.toml", "--fail-on", "warning", "a.json"]).0, 1);
    assert_eq!(run_with(&root, &[("CALLCHECK_CONFIG", "none.toml")], &["a.json"]).0, 2);
    // The filter looks for no configuration, but uses one that is named.
    let verdict = |variables: &[(&str, &str)], arguments: &[&str]| {
        run_with(&root, variables, &[&["filter", "a.json"], arguments].concat()).1
    };
    assert!(verdict(&[], &[]).contains("\"invalid\""));
    assert!(verdict(&config, &[]).contains("\"valid\""));
    assert!(verdict(&[], &["--config", "off.toml"]).contains("\"valid\""));
    assert!(verdict(&config, &["--no-config"]).contains("\"invalid\""));
    let format = [("CALLCHECK_OUTPUT_FORMAT", "concise")];
    assert!(run_with(&root, &format, &["a.json"]).1.starts_with("a.json:1:11: warning[schema/enum]"));
    assert!(run_with(&root, &format, &["--output-format", "json", "a.json"]).1.starts_with("{\"version\""));
    let (code, _, err) = run_with(&root, &[("CALLCHECK_OUTPUT_FORMAT", "yaml")], &["a.json"]);
    assert!(
        code == 2 && err.starts_with("error: CALLCHECK_OUTPUT_FORMAT: unknown format `yaml`; expected full, concise, "),
        "{err}"
    );
}

/// Findings may scroll the first message away.
#[test]
fn unreadable_inputs_are_listed_again() {
    let root = directory("unreadable", &[("a.json", INVALID)]);
    let (code, _, err) = run(&root, &["none.json", "a.json"]);
    let expected = "error: none.json: no such file or directory\n\
                    error: 1 input could not be read:\n  none.json: no such file or directory\n\
                    Found 2 errors and 1 warning in 1 file (1 input could not be read)\n";
    assert_eq!((code, err.as_str()), (2, expected));
}

/// With a custom schema, excerpts show the user's own lines, but not those of HubSpot's responses; schema files are
/// always shown.
#[test]
fn values_are_hidden_only_in_responses() {
    const RECORD: &str = r#"{"id":"1","properties":{"hs_call_body":"secret note","hs_call_duration":"4 min"}}"#;
    let schema = r#"{"properties":{"port":{"type":"integer"},"results":{"items":{"properties":{"properties":{"properties":{"hs_call_duration":{"pattern":"^\\d+$"}}}}}},
        "hs_call_duration":{"pattern":"^\\d+$"}}}"#;
    let response = format!(r#"{{"status":"COMPLETE","startedAt":"2026-01-05T09:30:00Z","results":[{RECORD}]}}"#);
    let pretty = serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(&response).expect("JSON"))
        .expect("JSON");
    let root = directory(
        "values",
        &[
            ("s.schema.json", schema),
            ("config.json", "{\n  \"host\": \"secret note\",\n  \"port\": \"80\",\n  \"user\": \"secret note\"\n}\n"),
            ("response.json", &response),
            ("pretty.json", &pretty),
            ("record.json", r#"{"hs_call_body":"secret note","hs_call_duration":"4 min"}"#),
            ("broken.schema.json", "{\n  \"title\": \"secret note\",\n  \"type\": \"strin\"\n}\n"),
        ],
    );
    let shown = |arguments: &[&str]| {
        run(&root, &[&["--schema", "s.schema.json"], arguments].concat()).1.matches("secret note").count()
    };
    assert_eq!(shown(&["config.json"]), 2);
    assert_eq!(shown(&["--hide-values", "config.json"]), 0);
    for file in ["response.json", "pretty.json", "record.json"] {
        assert_eq!(shown(&[file]), 0, "{file}");
        assert_eq!(shown(&["--show-values", file]), 1, "{file}");
    }
    let (_, out, _) = run(&root, &["pretty.json", "--allow", "call/duration", "-W", "fixture"]);
    assert!(!out.contains("secret note"), "{out}");
    let (code, _, err) = run(&root, &["--schema", "broken.schema.json", "config.json"]);
    assert!(code == 2 && err.contains("\"title\": \"secret note\""), "{err}");
    // The full format names the location in the schema.
    let (_, out, _) = run(&root, &["--schema", "s.schema.json", "config.json"]);
    assert!(out.contains("= schema: /properties/port/type\n"), "{out}");
    let (_, out, _) = run(&root, &["fixtures/none.json", "response.json"]);
    assert!(!out.contains("= schema:"), "{out}");
}

/// A missing path is not an unchanged path: a renamed directory must not stay green in CI.
#[test]
fn a_missing_path_is_an_error_also_with_changed_since() {
    let root = directory("changed", &[("a.json", VALID)]);
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
        Command::new("git")
            .current_dir(&root)
            .args(identity)
            .args(arguments)
            .output()
            .is_ok_and(|done| done.status.success())
    };
    if !(git(&["init", "-q"]) && git(&["add", "."]) && git(&["commit", "-q", "-m", "a"])) {
        return;
    }
    assert_eq!(run(&root, &["--changed-since", "HEAD", "a.json"]).0, 0);
    for path in ["none.json", "none/"] {
        let (code, _, err) = run(&root, &["--changed-since", "HEAD", path]);
        assert!(code == 2 && err.contains("no such file or directory"), "{err}");
    }
}

#[test]
fn format_check_with_errors_does_not_report_formatted_files() {
    let root = directory("format", &[("a.json", "{\n  \"a\": 1\n}\n"), ("b.json", "{x")]);
    let (code, _, err) = run(&root, &["format", "--check", "a.json"]);
    assert_eq!((code, err.as_str()), (0, "Checked 1 file: all formatted\n"));
    let (code, _, err) = run(&root, &["format", "--check", "b.json"]);
    assert!(code == 1 && err.ends_with("Checked 1 file: some could not be formatted\n"), "{err}");
}

#[test]
fn invalid_patterns_of_a_configuration_are_errors() {
    for text in ["exclude = [\"[\"]\n", "[[overrides]]\npaths = [\"[\"]\n"] {
        let root = directory("patterns", &[("a.json", VALID), ("callcheck.toml", text)]);
        let (code, _, err) = run(&root, &["a.json"]);
        assert!(code == 2 && err.contains("error[config/value]: invalid pattern"), "{text}: {err}");
    }
}

/// Also of options that only `--help` shows.
#[test]
fn man_pages_describe_every_option() {
    let root = directory("man", &[("a.json", VALID)]);
    for command in ["check", "format", "summary", "filter"] {
        let (_, page, _) = run(&root, &["man", command]);
        let lines: Vec<&str> = page.lines().collect();
        let options = lines.windows(3).filter(|lines| lines[0] == ".TP" && lines[1].contains("\\-\\-"));
        let mut number = 0;
        for option in options {
            assert!(!option[2].is_empty() && !option[2].starts_with('.'), "{command}: {option:?}");
            number += 1;
        }
        assert!(number > 8, "{command}: {number} options");
    }
}

/// The short help fits on a screen, and no text of it is wrapped at 80 columns.
#[test]
fn short_help_is_short() {
    let root = directory("help", &[("a.json", VALID)]);
    for command in ["", "check", "format", "summary", "filter", "explain", "config", "schema", "completions", "man"] {
        let arguments: Vec<&str> = command.split_terminator(' ').chain(["-h"]).collect();
        for width in ["80", "100"] {
            let (code, out, _) = run_with(&root, &[("COLUMNS", width)], &arguments);
            assert_eq!(code, 0);
            assert!(out.lines().count() <= 55, "{command} at {width}: {} lines", out.lines().count());
            let is_wrapped = |line: &&str| line.starts_with("            ") && !line.trim().is_empty();
            assert_eq!(out.lines().find(is_wrapped), None, "{command} at {width}");
        }
    }
}

#[test]
fn rules_are_found_by_their_last_part() {
    let root = directory("names", &[("a.json", INVALID)]);
    assert!(run(&root, &["explain", "partial-failure"]).1.starts_with("batch/partial-failure: "));
    let (code, _, err) = run(&root, &["explain", "status"]);
    assert!(code == 2 && err.contains("several rules have this name: batch/status and call/status"), "{err}");
    let (code, _, err) = run(&root, &["explain", "partial-failur"]);
    assert!(code == 2 && err.contains("did you mean `batch/partial-failure`?"), "{err}");
}

/// Without a file name, help for empty input and commands in help refer to the pipe.
#[test]
fn help_fits_the_source_of_the_input() {
    let array = format!("[{}]", VALID.trim());
    let root = directory("pipe", &[("a b.json", &array)]);
    let (_, out, _) = run(&root, &["check", "a b.json", "--output-format", "json"]);
    assert!(out.contains("check each item: `jq -c '.[]' 'a b.json' | callcheck --lines`"), "{out}");
    let piped = |arguments: &[&str], text: &str| {
        fs::write(root.join("input"), text).expect("a file");
        let output = Command::new(env!("CARGO_BIN_EXE_callcheck"))
            .current_dir(&root)
            .args(arguments)
            .stdin(fs::File::open(root.join("input")).expect("a file"))
            .output()
            .expect("it runs");
        let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).expect("UTF-8"));
        (output.status.code(), out, err)
    };
    let (_, out, _) = piped(&["--output-format", "json"], &array);
    assert!(out.contains("check each item: `... | jq -c '.[]' | callcheck --lines`"), "{out}");
    let (code, out, _) = piped(&["--output-format", "json"], "");
    assert!(code == Some(1) && out.contains("run the command before the pipe alone"), "{out}");
    let (code, _, err) = piped(&["--lines"], "");
    assert!(code == Some(2) && err.contains("run the command before the pipe alone"), "{err}");
    let (code, _, err) = run(&root, &["check", "https://example.com/a?b"]);
    assert_eq!(code, 2);
    assert!(
        err.contains("callcheck downloads nothing") && err.contains("'https://example.com/a?b' | callcheck"),
        "{err}"
    );
}
