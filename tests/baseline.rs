//! `--baseline`: baselined findings do not fail, new ones do, and stale entries are reported.
#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A directory with two invalid responses.
fn directory(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("baseline").join(name);
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(root.join("in ner")).expect("a directory");
    for (fixture, to) in [("call-duration", "one.json"), ("call-status", "in ner/two é.json")] {
        fs::copy(format!("fixtures/invalid/{fixture}.json"), root.join(to)).expect("a fixture");
    }
    root
}

fn check(directory: &Path, arguments: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_callcheck"))
        .current_dir(directory)
        .arg("--no-config")
        .args(if arguments.contains(&"--output-format") { &[][..] } else { &["--output-format", "concise"] })
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    (status.code().expect("no signal"), text(stdout), text(stderr))
}

fn change(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).expect("a file");
    assert!(text.contains(from));
    fs::write(path, text.replace(from, to)).expect("a file");
}

#[test]
fn baselined_findings_do_not_fail() {
    let root = directory("known");
    let (code, out, _) = check(&root, &["."]);
    assert_eq!((code, out.lines().count()), (1, 2));
    let (code, out, err) = check(&root, &[".", "--write-baseline", ".known"]);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    assert!(err.contains("Wrote 2 findings to the baseline .known"), "{err}");
    let text = fs::read_to_string(root.join(".known")).expect("it was written");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], r#"{"callcheck":"baseline","version":1}"#);
    assert!(lines[1].starts_with(r#"["in ner/two é.json","call/status","/results/0/properties/hs_call_status",""#));
    assert!(lines[2].starts_with(r#"["one.json","call/duration","/results/0/properties/hs_call_duration",""#));
    assert!(lines.len() == 3 && !text.contains("3:04") && !text.contains("missed"), "no value: {text}");

    // In any spelling of the paths, and from any directory.
    for (from, arguments) in [
        ("", ["--baseline", ".known", "./one.json", "in ner"]),
        ("in ner", ["--baseline", "../.known", "two é.json", "../one.json"]),
    ] {
        let (code, out, err) = check(&root.join(from), &arguments);
        assert_eq!((code, out.as_str()), (0, ""), "{err}");
        assert!(err.ends_with(": no new problems (2 suppressed by the baseline)\n"), "{err}");
    }
    // Also if every finding would fail, and in reports.
    let (code, ..) = check(&root, &[".", "--baseline", ".known", "--fail-on", "note"]);
    assert_eq!(code, 0);
    let (_, out, _) = check(&root, &[".", "--baseline", ".known", "--output-format", "json"]);
    assert!(out.contains(r#""errors":0,"warnings":0,"notes":0,"suppressed":2,"#), "{out}");
    // Whitespace does not change a fingerprint.
    let compact = Command::new(env!("CARGO_BIN_EXE_callcheck"))
        .current_dir(&root)
        .args(["format", "--write", "--compact", "."])
        .status();
    assert!(compact.is_ok_and(|status| status.success()));
    assert_eq!(check(&root, &[".", "--baseline", ".known"]).0, 0);
}

#[test]
fn new_findings_fail_and_stale_ones_are_reported() {
    let root = directory("new");
    check(&root, &[".", "--write-baseline", "known.baseline"]);
    change(&root.join("one.json"), "\"3:04\"", "\"4:05\"");
    let (code, out, err) = check(&root, &[".", "--baseline", "known.baseline"]);
    assert_eq!((code, out.lines().count()), (1, 1), "another value is another finding: {out}");
    assert!(
        err.contains(
            "1 baseline entry no longer occurs:\n  one.json: call/duration (/results/0/properties/hs_call_duration)\n"
        ),
        "{err}"
    );
    // Entries of files that were not checked are kept and not reported. Those of deleted files are stale.
    let (_, _, err) = check(&root, &["in ner", "--baseline", "known.baseline"]);
    assert!(!err.contains("no longer"), "{err}");
    let (code, _, err) = check(&root, &["one.json", "--write-baseline", "known.baseline"]);
    assert!(code == 0 && err.contains("Wrote 2 findings"), "{err}");
    fs::remove_file(root.join("in ner/two é.json")).expect("a file");
    let (code, _, err) = check(&root, &["one.json", "--baseline", "known.baseline"]);
    assert!(
        code == 0 && err.contains("  in ner/two é.json: call/status (/results/0/properties/hs_call_status)\n"),
        "{err}"
    );
    let (_, _, err) = check(&root, &["one.json", "--write-baseline", "known.baseline"]);
    assert!(err.contains("Wrote 1 finding "), "{err}");
    assert_eq!(check(&root, &[".", "--baseline", "known.baseline"]).0, 0);
}

#[test]
fn the_same_findings_are_counted() {
    let root = directory("times");
    // Two findings with the same rule, pointer and value.
    let text = r#"{"status":"COMPLETE","results":[],"requestedAt":"x","startedAt":"2026-01-05T09:00:00Z"}"#;
    let lines = |times: usize| format!("{text}\n").repeat(times);
    fs::write(root.join("log.ndjson"), lines(2)).expect("a file");
    check(&root, &["log.ndjson", "--write-baseline", "known"]);
    let known = fs::read_to_string(root.join("known")).expect("it was written");
    assert!(known.lines().skip(1).all(|line| line.ends_with("\",2]")), "{known}");
    assert_eq!(check(&root, &["log.ndjson", "--baseline", "known"]).0, 0);
    fs::write(root.join("log.ndjson"), lines(3)).expect("a file");
    let (code, out, _) = check(&root, &["log.ndjson", "--baseline", "known"]);
    assert!(code == 1 && out.lines().all(|line| line.starts_with("log.ndjson:3:")), "{out}");
    fs::write(root.join("log.ndjson"), lines(1)).expect("a file");
    let (code, _, err) = check(&root, &["log.ndjson", "--baseline", "known"]);
    assert!(code == 0 && err.contains(" baseline entries no longer occur"), "{err}");
    // A merge of branches can duplicate a line.
    let (head, rest) = known.split_once('\n').expect("lines");
    fs::write(root.join("known"), format!("{head}\n{rest}{rest}")).expect("a file");
    assert_eq!(check(&root, &["log.ndjson", "--baseline", "known"]).0, 0);
}

#[test]
fn any_threads_write_the_same() {
    let root = directory("threads");
    let one = fs::read_to_string(root.join("one.json")).expect("a file").replace('\n', " ");
    let results = one.find("\"results\":").and_then(|at| Some((at, one[at..].find('[')? + at))).expect("results");
    let end = one.rfind(']').expect("an end");
    let element = one[results.1 + 1..end].trim().to_owned();
    let many = format!("{}{}{}", &one[..=results.1], vec![element; 4000].join(","), &one[end..]);
    fs::write(root.join("many.json"), many).expect("a file");
    let written: Vec<String> = ["1", "2", "3"]
        .iter()
        .map(|threads| {
            let (code, _, err) = check(&root, &["many.json", "--threads", threads, "--write-baseline", threads]);
            assert_eq!(code, 0, "{err}");
            fs::read_to_string(root.join(threads)).expect("it was written")
        })
        .collect();
    assert!(written[0].lines().count() > 4000 && written.iter().all(|text| *text == written[0]));
    for format in ["full", "json", "sarif"] {
        let (code, ..) = check(&root, &["many.json", "--threads", "2", "--baseline", "1", "--output-format", format]);
        assert_eq!(code, 0, "{format}");
    }
}

#[test]
fn invalid_baselines_are_rejected() {
    let root = directory("refused");
    check(&root, &[".", "--write-baseline", "known"]);
    let good = fs::read_to_string(root.join("known")).expect("it was written");
    for (text, why) in [
        ("", "not a baseline file"),
        ("{}\n", "not a baseline file"),
        (
            "{\"callcheck\":\"baseline\",\"version\":2}\n",
            "unsupported baseline version 2; this callcheck supports version 1",
        ),
        (&*format!("{good}<<<<<<< ours\n"), "line 4: unresolved merge conflict"),
        (&*format!("{good}[1]\n"), "line 4: expected [path, rule, pointer, digest]"),
        (&*format!("{good}[\"a\",\"b\",\"\",\"c\",0]\n"), "line 4: expected"),
    ] {
        fs::write(root.join("bad"), text).expect("a file");
        for option in ["--baseline", "--write-baseline"] {
            let (code, out, err) = check(&root, &[".", option, "bad"]);
            assert_eq!((code, out.as_str()), (2, ""), "{text}");
            assert!(err.contains(why), "{err}");
            assert_eq!(fs::read_to_string(root.join("bad")).expect("a file"), text, "it is as it was");
        }
    }
    for arguments in [
        &["--baseline", "none", "."][..],
        &["--write-baseline", "one.json", "."],
        &["--write-baseline", "new.json", "."],
        &["--write-baseline", "no such folder/known", "."],
        &["--write-baseline", "known", "--baseline", "known", "."],
        &["--baseline", "known", "--fail-fast", "."],
    ] {
        assert_eq!(check(&root, arguments).0, 2, "{arguments:?}");
    }
    assert!(
        !root.join("new.json").exists()
            && fs::read_to_string(root.join("one.json")).is_ok_and(|text| text.contains("3:04"))
    );
}

/// Undecided values cannot be baselined.
#[test]
fn undecided_values_are_never_suppressed() {
    let root = directory("open");
    fs::write(root.join("schema"), r#"{"pattern":"^(a+a+)+\\1b$"}"#).expect("a file");
    fs::write(root.join("data.json"), format!("\"{}\"", "a".repeat(60))).expect("a file");
    let arguments = ["--schema", "schema", "data.json"];
    for more in [&[][..], &["--write-baseline", "known"], &["--baseline", "known"]] {
        let (code, out, err) = check(&root, &[&arguments[..], more].concat());
        assert!(code == 2 && out.contains("schema/undecided"), "{out}{err}");
    }
}

/// At the same location, another error, or more of the same, is a new finding.
#[test]
fn another_error_at_the_same_location_is_new() {
    let root = directory("another");
    let fixture = |name: &str| fs::read_to_string(format!("fixtures/{name}")).expect("a fixture");
    let known = |text: &str, then: &str, more: &[&str]| {
        fs::write(root.join("x.json"), text).expect("a file");
        let _ = fs::remove_file(root.join("known"));
        assert_eq!(check(&root, &[&["x.json", "--write-baseline", "known"], more].concat()).0, 0);
        fs::write(root.join("x.json"), then).expect("a file");
        check(&root, &[&["x.json", "--baseline", "known"], more].concat())
    };
    let good = fixture("valid/create.pretty.json");
    let without = |name: &str| {
        let mut response: serde_json::Value = serde_json::from_str(&good).expect("JSON");
        response["results"][0].as_object_mut().and_then(|result| result.remove(name)).expect("a member");
        response.to_string()
    };
    let (code, out, err) = known(&without("updatedAt"), &without("archived"), &[]);
    assert!(code == 1 && out.contains("`archived`") && err.contains(" no longer occurs"), "{out}{err}");
    let partial = fixture("invalid/batch-partial-failure.json");
    let (code, out, _) = known(
        &partial,
        &partial.replace("VALIDATION_ERROR", "CONFLICT").replace("OBJECT_NOT_FOUND", "X"),
        &["--fail-on-partial"],
    );
    assert_eq!(code, 1, "{out}");
    let (code, out, _) = known("<html><title>one</title>", "<html><title>Sign in to two</title>", &[]);
    assert_eq!(code, 1, "{out}");
    let (code, ..) = known(&good[..200], &good[..230], &[]);
    assert_eq!(code, 1);
}

#[test]
fn files_may_have_other_names_and_the_baseline_a_link() {
    let root = directory("names");
    check(&root, &[".", "--write-baseline", "known"]);
    fs::rename(root.join("one.json"), root.join("renamed.json")).expect("a file");
    change(&root.join("known"), "one.json", "renamed.json");
    let text = fs::read_to_string(root.join("known")).expect("a file");
    // Some editors write a byte order mark and CRLF.
    fs::write(root.join("known"), format!("\u{feff}{}", text.replace('\n', "\r\n"))).expect("a file");
    let (code, _, err) = check(&root, &[".", "--baseline", "known"]);
    assert!(code == 0 && err.contains("2 suppressed") && !err.contains("no longer"), "{err}");
    #[cfg(unix)]
    {
        let elsewhere = root.join("else where");
        fs::create_dir_all(&elsewhere).expect("a directory");
        std::os::unix::fs::symlink("../known", elsewhere.join("link")).expect("a link");
        std::os::unix::fs::symlink("..", elsewhere.join("up")).expect("a link");
        for arguments in
            [["renamed.json", "--baseline", "else where/link"], ["else where/up/renamed.json", "--baseline", "known"]]
        {
            let (code, _, err) = check(&root, &arguments);
            assert!(code == 0 && err.contains("1 suppressed"), "{err}");
        }
        let (code, ..) = check(&root, &[".", "--write-baseline", "else where/link"]);
        assert!(code == 0 && elsewhere.join("link").is_symlink());
        assert_eq!(check(&root, &[".", "--baseline", "known"]).0, 0);
    }
}

/// The verdict of a document does not depend on the baseline.
#[test]
fn verdicts_ignore_the_baseline() {
    let root = directory("truth");
    fs::write(root.join("broken.json"), "{").expect("a file");
    check(&root, &[".", "--write-baseline", "known"]);
    let (code, out, err) = check(&root, &[".", "--baseline", "known", "--output-format", "json"]);
    assert!(code == 0 && err.starts_with("Checked 3 files: no new problems (3 suppressed by the baseline)"), "{err}");
    assert!(out.matches(r#""verdict":"invalid""#).count() == 2, "{out}");
    let (_, out, _) = check(&root, &[".", "--baseline", "known", "--output-format", "list"]);
    assert_eq!(out.matches(r#""valid":true"#).count(), 1, "{out}");
    for report in ["html", "markdown"] {
        let (code, ..) = check(&root, &[".", "--baseline", "known", "--report", &format!("{report}=page")]);
        let page = fs::read_to_string(root.join("page")).expect("a report");
        assert!(code == 0 && page.contains("3 findings are suppressed by the baseline"), "{page}");
    }
    // Other files are not overwritten.
    for arguments in
        [["--write-baseline", "new", "--report", "json=./new"], ["--report", "sarif=new", "--report", "json=new"]]
    {
        let (code, _, err) = check(&root, &[&["."], &arguments[..]].concat());
        assert!(code == 2 && err.contains("cannot write two outputs to the same file"), "{err}");
    }
}

/// Fingerprints contain neither locations nor ids that HubSpot assigns per request.
#[test]
fn fingerprints_ignore_locations_and_request_ids() {
    let root = directory("places");
    let fixture = |name: &str| fs::read(format!("fixtures/invalid/{name}")).expect("a fixture");
    let with_cr = |text: &[u8]| -> Vec<u8> {
        text.iter()
            .flat_map(|byte| if *byte == b'\n' { &b"\r\n"[..] } else { std::slice::from_ref(byte) })
            .copied()
            .collect()
    };
    let cases = [
        (fixture("json-encoding.latin1.pretty.json"), None),
        (fixture("json-syntax.number-point.pretty.json"), None),
        (b"Too many requests\nwait\n".to_vec(), None),
        (fixture("document-error-response.scopes.pretty.json"), Some(("correlationId\": \"", "correlationId\": \"0"))),
    ];
    for (text, change) in cases {
        fs::write(root.join("x.json"), &text).expect("a file");
        let _ = fs::remove_file(root.join("known"));
        assert_eq!(check(&root, &["x.json", "--write-baseline", "known"]).0, 0);
        let then = match change {
            Some((from, to)) => String::from_utf8_lossy(&text).replace(from, to).into_bytes(),
            None => with_cr(&text),
        };
        assert_ne!(text, then);
        fs::write(root.join("x.json"), then).expect("a file");
        let (code, out, err) = check(&root, &["x.json", "--baseline", "known"]);
        assert!(code == 0 && !err.contains("no longer"), "{out}{err}");
    }
}

/// All failed inputs count, including those that the message does not list.
#[test]
fn every_failure_of_a_batch_counts() {
    let root = directory("failures");
    let response = |last: &str, ids: &str, id: usize| {
        let errors: Vec<String> = (0..60)
            .map(|index| {
                let (message, ids) = if index == 59 { (last.to_owned(), ids) } else { (format!("kind {}", index % 30), "\"1\"") };
                format!(r#"{{"id":"{id}","status":"error","category":"CONFLICT","message":"{message}","context":{{"ids":[{ids}]}}}}"#)
            })
            .collect();
        format!(
            r#"{{"status":"COMPLETE","results":[],"startedAt":"2026-01-05T09:00:00Z","completedAt":"2026-01-05T09:00:00Z","errors":[{}]}}"#,
            errors.join(",")
        )
    };
    let arguments = ["x.json", "--fail-on-partial", "--allow", "batch/num-errors"];
    let with = |option: &'static str| [&arguments[..], &[option, "known"]].concat();
    fs::write(root.join("x.json"), response("a", "\"7\"", 1)).expect("a file");
    assert_eq!(check(&root, &with("--write-baseline")).0, 0);
    for (changed, expected) in [
        (response("a", "\"7\"", 2), 0),
        (response("b", "\"7\"", 1), 1),
        (response("a", "\"8\"", 1), 1),
        (response("a", "\"7\",\"8\"", 1), 1),
    ] {
        fs::write(root.join("x.json"), changed).expect("a file");
        let (code, out, err) = check(&root, &with("--baseline"));
        assert_eq!(code, expected, "{out}{err}");
    }
}

#[test]
fn input_is_never_overwritten_by_a_baseline() {
    let root = directory("over");
    check(&root, &[".", "--write-baseline", "known"]);
    let known = fs::read_to_string(root.join("known")).expect("it was written");
    fs::write(root.join("known"), known.replace("\"version\":1}", "\"version\":1,\"of\":\"us\"}")).expect("a file");
    fs::write(root.join("schema.text"), "{}").expect("a file");
    fs::write(root.join("own.toml"), "").expect("a file");
    fs::write(root.join("callcheck.toml"), "").expect("a file");
    fs::write(root.join("request.text"), r#"{"inputs":[{"id":"50100000000"}]}"#).expect("a file");
    for (arguments, file) in [
        (&["--baseline", "known"][..], "known"),
        (&["--schema", "schema.text"], "schema.text"),
        (&["--request", "request.text", "one.json"], "request.text"),
        (&[], "callcheck.toml"),
    ] {
        let before = fs::read(root.join(file)).expect("a file");
        let report = format!("json=./{file}");
        let paths: &[&str] = if arguments.contains(&"--request") { &[] } else { &["."] };
        let (code, _, err) = check(&root, &[paths, arguments, &["--report", &report]].concat());
        assert!(code == 2 && err.contains("refusing to overwrite"), "{file}: {err}");
        assert!(fs::read(root.join(file)).expect("a file") == before, "{file}");
    }
    let (code, _, err) = check(&root, &[".", "--baseline", "known"]);
    assert_eq!(code, 0, "more may be said in the first line: {err}");
    let summary = Command::new(env!("CARGO_BIN_EXE_callcheck"))
        .current_dir(&root)
        .args(["summary", "--config", "own.toml", "--report", "html=own.toml", "one.json"])
        .output()
        .expect("it runs");
    assert_eq!(summary.status.code(), Some(2), "{summary:?}");
    assert_eq!(fs::read_to_string(root.join("own.toml")).expect("a file"), "");
}
