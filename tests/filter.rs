//! `callcheck filter`: one verdict per line, for any line.
#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use proptest::prelude::*;
use serde_json::{Value as Serde, json};

/// Output and exit code, with an empty environment.
fn filter(arguments: &[&str], input: &[u8]) -> (Vec<u8>, i32) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_callcheck"))
        .env_clear()
        .arg("filter")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input).is_ok());
    let output = child.wait_with_output().expect("it ends");
    assert!(writer.join().expect("no panic"), "all was read");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "nothing is said besides");
    (output.stdout, output.status.code().expect("no signal"))
}

fn verdicts(arguments: &[&str], input: &[u8]) -> Vec<Serde> {
    let (out, code) = filter(arguments, input);
    assert_eq!(code, 0);
    let text = String::from_utf8(out).expect("UTF-8");
    assert!(text.is_empty() || text.ends_with('\n'));
    assert!(!text.contains('\t'), "{text}");
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

fn response() -> String {
    let pretty = std::fs::read("fixtures/valid/create.pretty.json").expect("a fixture");
    serde_json::from_slice::<Serde>(&pretty).expect("JSON").to_string()
}

#[test]
fn every_line_has_its_verdict() {
    let good = response();
    let bad = good.replace("\"COMPLETE\"", "\"COMPLETED\"");
    let lines = [
        &good,
        "",
        "{\"a\":1,}",
        &bad,
        " \t\r",
        "[1]",
        "\"x\ty\"",
        "\u{feff}null",
        "<html>",
        &format!("{good}\r"),
        "{\"status\":\"error\",\"message\":\"m\",\"correlationId\":\"c\",\"category\":\"VALIDATION_ERROR\"}",
    ];
    let words = [
        "valid",
        "error",
        "error",
        "invalid",
        "error",
        "not-a-batch-response",
        "error",
        "error",
        "error",
        "valid",
        "not-a-batch-response",
    ];
    for last in ["\n", ""] {
        let input = lines.join("\n") + last;
        let found = verdicts(&["--key", "/status"], input.as_bytes());
        assert_eq!(found.iter().map(|line| line["verdict"].as_str().expect("a word")).collect::<Vec<_>>(), words);
        assert_eq!(
            found.iter().map(|line| line["line"].as_u64().expect("a number")).collect::<Vec<_>>(),
            (1..=11).collect::<Vec<u64>>()
        );
        assert_eq!(
            (&found[0]["key"], &found[1]["key"], &found[3]["key"]),
            (&json!("COMPLETE"), &json!(null), &json!("COMPLETED"))
        );
        assert_eq!(found[3]["findings"][0]["rule"], "schema/enum");
        assert_eq!(found[3]["findings"][0]["at"], "/status");
        for (which, kept) in
            [("valid", vec![0, 9]), ("invalid", vec![2, 3, 5, 6, 7, 8, 10]), ("all", (0..11).collect())]
        {
            let (out, code) = filter(&["--pass", which], input.as_bytes());
            let expected: String = kept.iter().map(|index: &usize| format!("{}\n", lines[*index])).collect();
            assert_eq!((String::from_utf8(out).expect("UTF-8"), code), (expected, 0), "{which}");
        }
    }
    assert!(verdicts(&[], b"").is_empty());
    assert_eq!(verdicts(&[], b"\n\n").len(), 2);
}

#[test]
fn keys_are_written_to_verdicts() {
    let lines = "{\"a\":[1,{\"b/c\":\"x\\ty\\u00e9\"}],\"n\":1.50,\"t\":true,\"o\":{}}\n";
    for (pointer, key) in [
        ("/a/1/b~1c", json!("x\tyé")),
        ("/t", json!(true)),
        ("/o", json!(null)),
        ("/gone", json!(null)),
        ("/a", json!(null)),
        ("", json!(null)),
    ] {
        assert_eq!(verdicts(&["--key", pointer], lines.as_bytes())[0]["key"], key, "{pointer}");
    }
    assert!(
        String::from_utf8(filter(&["--key", "/n"], lines.as_bytes()).0).expect("UTF-8").contains("\"key\":1.50,"),
        "numbers stay as they are"
    );
}

#[test]
fn lines_that_are_too_long_are_not_buffered() {
    let (long, good) = ("x".repeat(3_000_000), response());
    let input = format!("{good}\n{long}\n{good}\n{long}");
    let found = verdicts(&["--max-line-size", "10000"], input.as_bytes());
    assert_eq!(
        found.iter().map(|line| line["verdict"].as_str().expect("a word")).collect::<Vec<_>>(),
        ["valid", "error", "valid", "error"]
    );
    assert_eq!(found[1]["findings"][0]["rule"], "json/line-length");
    assert!(found[3]["findings"][0]["message"].as_str().expect("a text").contains("3,000,000 bytes"), "{found:?}");
    let (out, _) = filter(&["--max-line-size", "10000", "--pass", "invalid"], input.as_bytes());
    assert_eq!(out, format!("{long}\n{long}\n").into_bytes());
}

/// `filter` has the same findings in each line as `check --lines`.
#[test]
fn verdicts_are_those_of_check() {
    let good = response();
    let lines = [
        good.clone(),
        good.replace("COMPLETE", "DONE"),
        "{\"a\":1,}".into(),
        "[1]".into(),
        good.replacen("\"archived\":false", "\"archived\":0", 1),
    ];
    let input = lines.join("\n") + "\n";
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("filter.ndjson");
    std::fs::write(&path, &input).expect("a file");
    let output = Command::new(env!("CARGO_BIN_EXE_callcheck"))
        .args(["--no-config", "--output-format", "json"])
        .arg(&path)
        .output()
        .expect("it runs");
    let report: Serde = serde_json::from_slice(&output.stdout).expect("JSON");
    let documents = report["documents"].as_array().expect("documents");
    let found = verdicts(&["--max-findings", "100"], input.as_bytes());
    assert_eq!(documents.len(), found.len());
    for (document, line) in documents.iter().zip(&found) {
        let rules = |of: &Serde| {
            of["findings"]
                .as_array()
                .expect("findings")
                .iter()
                .map(|finding| finding["rule"].clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(rules(document), rules(line));
    }
    assert_eq!(
        verdicts(&["--deny", "all", "--schema", "schema/batch-calls-response.schema.json"], input.as_bytes()).len(),
        found.len()
    );
}

/// The writer of the input must not be stopped when the output is closed.
#[cfg(unix)]
#[test]
fn all_input_is_read_if_the_output_is_closed() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_callcheck"))
        .arg("filter")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut out = child.stdout.take().expect("a pipe");
    let mut stdin = child.stdin.take().expect("a pipe");
    let line = response() + "\n";
    stdin.write_all(line.as_bytes()).expect("it reads");
    for _ in 0..2000 {
        stdin.write_all(line.as_bytes()).expect("it reads");
    }
    out.read_exact(&mut [0; 10]).expect("some output");
    drop(out);
    for _ in 0..5000 {
        stdin.write_all(line.as_bytes()).expect("it reads on");
    }
    drop(stdin);
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

/// A client that waits for each verdict gets it.
#[test]
fn verdicts_are_written_line_by_line() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_callcheck"))
        .args(["filter", "--unbuffered"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut out = child.stdout.take().expect("a pipe");
    let mut stdin = child.stdin.take().expect("a pipe");
    for line in 1..=3 {
        stdin.write_all(b"[1]\n").expect("it reads");
        let start = format!("{{\"line\":{line},");
        let mut read = vec![0; start.len()];
        out.read_exact(&mut read).expect("a verdict");
        assert_eq!(String::from_utf8(read).expect("UTF-8"), start);
        while {
            let mut byte = [0];
            out.read_exact(&mut byte).expect("more");
            byte[0] != b'\n'
        } {}
    }
    drop(stdin);
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn usage_errors_are_reported() {
    for arguments in [
        &["filter", "gone.ndjson"][..],
        &["filter", "--key", "status"],
        &["filter", "--pass", "some"],
        &["filter", "--schema", "gone.json"],
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_callcheck"))
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .expect("it runs");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty() && output.stdout.is_empty(), "{output:?}");
    }
}

/// A line that is not JSON is an error, for every kind of other content.
#[test]
fn lines_that_are_not_json_are_errors() {
    let lines: [&[u8]; 8] = [
        b"HTTP/1.1 200 OK",
        b"some words",
        b"a: 1",
        b"<p>x</p>",
        b"{} {}",
        b"\x1f\x8b\x08\x00\x00",
        b"\x00\x01",
        b"PK\x03\x04",
    ];
    for line in lines {
        assert_eq!(verdicts(&[], &[line, b"\n"].concat())[0]["verdict"], "error", "{}", String::from_utf8_lossy(line));
    }
}

/// Files are decompressed if their extension is that of a compression format. Standard input is not decompressed.
#[test]
fn compressed_files_are_decompressed_by_their_extension() {
    let root = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("filter-packed");
    std::fs::create_dir_all(&root).expect("a directory");
    let text = format!("{}\n[1]\n", response()).repeat(3);
    let mut compressed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    compressed.write_all(text.as_bytes()).expect("memory can be written");
    let compressed = compressed.finish().expect("memory can be written");
    let path = root.join("log.ndjson.gz");
    let path = path.to_str().expect("UTF-8");
    std::fs::write(path, &compressed).expect("a file");
    assert_eq!(filter(&[path], b""), filter(&[], text.as_bytes()));
    assert!(verdicts(&[], &compressed).iter().all(|line| line["verdict"] == "error"));
    // A truncated file is an error of the file, not of a line.
    std::fs::write(path, &compressed[..compressed.len() - 9]).expect("a file");
    let output = Command::new(env!("CARGO_BIN_EXE_callcheck")).args(["filter", path]).output().expect("it runs");
    assert!(
        output.status.code() == Some(2) && String::from_utf8_lossy(&output.stderr).contains("unexpected end of data"),
        "{output:?}"
    );
}

#[test]
fn keys_are_json_pointers() {
    let key = |pointer: &str| verdicts(&["--key", pointer], b"{\"a\":[7,8],\"~\":{\"/\":\"x\"}}\n")[0]["key"].clone();
    assert_eq!(
        (key("/a/1"), key("/a/01"), key("/a/+1"), key("/~0/~1")),
        (json!(8), json!(null), json!(null), json!("x"))
    );
    for pointer in ["/a~", "/a~2", "a"] {
        let output = Command::new(env!("CARGO_BIN_EXE_callcheck"))
            .args(["filter", "--key", pointer])
            .stdin(Stdio::null())
            .output();
        assert_eq!(output.expect("it runs").status.code(), Some(2), "{pointer}");
    }
}

/// Offsets are relative to the line, so that a retry of another part of the input has the same verdict.
#[test]
fn findings_do_not_depend_on_the_line_number() {
    for line in [&b"\"\x80"[..], b"[1,\xff]", b"{\"results\": [}"] {
        let alone = verdicts(&[], &[line, b"\n"].concat());
        let found = verdicts(&[], &[b"{}\n\n", line, b"\n"].concat());
        assert_eq!(alone[0]["findings"], found[2]["findings"]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 48, ..ProptestConfig::default() })]

    /// For any bytes, there are as many verdicts as lines, in the same order, and a verdict does not depend on the line
    /// number.
    #[test]
    fn any_bytes_have_as_many_verdicts_as_lines(lines in prop::collection::vec(prop_oneof![
        prop::collection::vec(any::<u8>().prop_filter("a line has no line feed", |byte| *byte != b'\n'), 0..60),
        Just(b"{\"results\":[],\"status\":\"COMPLETE\"}".to_vec()),
        Just(Vec::new()),
        "[\\[\\]{}\",:0-9a-z \t\r]{0,40}".prop_map(String::into_bytes),
    ], 0..30)) {
        let input: Vec<u8> = lines.iter().flat_map(|line| [line.as_slice(), b"\n"].concat()).collect();
        let found = verdicts(&["--key", "/status"], &input);
        prop_assert_eq!(found.len(), lines.len());
        for (index, line) in lines.iter().enumerate().take(3) {
            let mut alone = verdicts(&["--key", "/status"], &[line.as_slice(), b"\n"].concat());
            alone[0]["line"] = json!(index + 1);
            prop_assert_eq!(&alone[0], &found[index]);
        }
        let (all, _) = filter(&["--pass", "all"], &input);
        prop_assert_eq!(all, input);
    }
}

/// Two documents on a line, and JSON text sequences (RFC 7464), are named as such.
#[test]
fn several_documents_on_a_line_are_named() {
    for arguments in [&[][..], &["--schema", "fixtures/custom-schema/call.schema.json"]] {
        let found = verdicts(arguments, b"{\"a\":1}{\"a\":2}\n[1] [2]\n\x1e{\"a\":1}\n[]\x1e[]\n");
        let messages: Vec<&str> = found.iter().filter_map(|line| line["findings"][0]["message"].as_str()).collect();
        let missing = "a line break is missing between two JSON documents";
        let sequence = "this is a JSON text sequence (RFC 7464): a record separator (U+001E) precedes each document";
        assert_eq!(messages, [missing, missing, sequence, sequence]);
        assert!(found.iter().all(|line| line["findings"][0]["rule"] == "document/multiple"), "{found:?}");
    }
}
