//! `format --write`: a file is complete at any moment, and nothing is lost.
#![cfg(unix)]
#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

const UGLY: &str = "{\"b\": 1.0,\n\"a\":[ 1,2 ]}";
const PRETTY: &str = "{\n  \"b\": 1.0,\n  \"a\": [1, 2]\n}\n";

fn directory(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("in-place").join(name);
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).expect("a directory");
    directory
}

fn format(directory: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callcheck"));
    let command = command.env_clear().env("COLUMNS", "100").current_dir(directory).arg("format").args(arguments);
    let Output { status, stdout, stderr } = command.stdin(Stdio::null()).output().expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    (status.code().expect("no signal"), text(stdout), text(stderr))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("a file")
}

/// Names of the files in a directory.
fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(directory)
        .expect("a directory")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn files_are_rewritten_with_their_permissions_and_only_where_they_change() {
    let root = directory("write");
    let (ugly, pretty) = (root.join("ugly.json"), root.join("pretty.json"));
    fs::write(&ugly, UGLY).expect("a file");
    fs::write(&pretty, PRETTY).expect("a file");
    fs::set_permissions(&ugly, fs::Permissions::from_mode(0o640)).expect("permissions");
    let before = fs::metadata(&pretty).expect("a file");
    let (code, out, err) = format(&root, &["--write", "."]);
    assert_eq!((code, out.as_str(), err.as_str()), (0, "ugly.json\n", "1 of 2 files was reformatted\n"));
    let (code, out, err) = format(&root, &["--write", "--quiet", "."]);
    assert_eq!((code, out.as_str(), err.as_str()), (0, "", ""));
    assert_eq!((read(&ugly), read(&pretty)), (PRETTY.into(), PRETTY.into()));
    assert_eq!(fs::metadata(&ugly).expect("a file").permissions().mode() & 0o777, 0o640);
    let after = fs::metadata(&pretty).expect("a file");
    assert_eq!((before.ino(), before.mtime_nsec()), (after.ino(), after.mtime_nsec()));
    assert_eq!(names(&root), ["pretty.json", "ugly.json"]);
    assert_eq!(format(&root, &["--write", "--compact", "ugly.json"]).0, 0);
    assert_eq!(read(&ugly), "{\"b\":1.0,\"a\":[1,2]}\n");
}

#[test]
fn symlinks_are_preserved() {
    let root = directory("links");
    fs::create_dir(root.join("elsewhere")).expect("a directory");
    let target = root.join("elsewhere/target.json");
    fs::write(&target, UGLY).expect("a file");
    symlink("elsewhere/target.json", root.join("link.json")).expect("a link");
    let (code, out, err) = format(&root, &["--write", "link.json"]);
    assert_eq!((code, &*out, &*err), (0, "link.json\n", "1 of 1 file was reformatted\n"));
    assert_eq!(read(&target), PRETTY);
    assert!(fs::symlink_metadata(root.join("link.json")).expect("a link").is_symlink());
    // The other hard link of a file keeps the old text, and a warning reports it.
    fs::write(&target, UGLY).expect("a file");
    fs::hard_link(&target, root.join("other.json")).expect("a link");
    let (code, out, err) = format(&root, &["--write", "elsewhere/target.json"]);
    assert_eq!((code, &*out), (0, "elsewhere/target.json\n"));
    let warning = "warning: elsewhere/target.json: other hard links to this file still have the old contents\n";
    assert_eq!(err, format!("{warning}1 of 1 file was reformatted\n"));
    assert_eq!((read(&target), read(&root.join("other.json"))), (PRETTY.into(), UGLY.into()));
}

#[test]
fn files_that_cannot_be_rewritten_stay_unchanged() {
    let root = directory("refused");
    let path = root.join("a.json");
    let refused = |text: &[u8], code: i32, message: &str| {
        fs::write(&path, text).expect("a file");
        let (found, out, err) = format(&root, &["--write", "a.json"]);
        assert_eq!((found, &*out), (code, ""), "{err}");
        assert!(err.contains(message), "{err}");
        assert_eq!(fs::read(&path).expect("a file"), text);
        assert_eq!(names(&root), ["a.json"]);
    };
    refused(b"{\"a\": [1,}", 1, "error[json/syntax]: trailing comma");
    refused(b"<html><title>502 Bad Gateway</title>", 1, "this is an HTML page");
    refused(
        b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n{\"a\":1}",
        2,
        "HTTP headers precede the JSON; cannot rewrite it in place",
    );
    let mut compressed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut compressed, UGLY.as_bytes()).expect("memory");
    let compressed = compressed.finish().expect("memory");
    refused(&compressed[..compressed.len() - 6], 1, "error[json/compression]");
    refused(&compressed, 2, "compressed with gzip; cannot rewrite it in place");
    fs::write(&path, UGLY).expect("a file");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).expect("permissions");
    let (code, out, err) = format(&root, &["--write", "a.json"]);
    let expected =
        "error: a.json: the file is read-only; it was not changed\nChecked 1 file: some could not be formatted\n";
    assert_eq!((code, &*out, &*err), (2, "", expected));
    assert_eq!(read(&path), UGLY);
    // Compressed text can be formatted to standard output.
    fs::remove_file(&path).expect("a file");
    fs::write(&path, &compressed).expect("a file");
    assert_eq!(format(&root, &["a.json"]), (0, PRETTY.into(), String::new()));
    // A directory that is not writable. Root can write to it anyway.
    fs::write(&path, UGLY).expect("a file");
    fs::set_permissions(&root, fs::Permissions::from_mode(0o555)).expect("permissions");
    if fs::write(root.join("probe"), "").is_err() {
        let (code, _, err) = format(&root, &["--write", "a.json"]);
        assert!(
            code == 2
                && err.contains("cannot write a temporary file next to it")
                && err.contains("the file was not changed"),
            "{err}"
        );
        assert_eq!(read(&path), UGLY);
    }
    fs::set_permissions(&root, fs::Permissions::from_mode(0o755)).expect("permissions");
}

/// A process that is killed at any moment leaves the old file or the new one.
#[test]
fn a_kill_leaves_the_old_file_or_the_new_one() {
    let root = directory("kill");
    let path = root.join("big.json");
    let old = format!("[{}]", vec!["{\"id\": \"51\", \"properties\": {\"a\": null}}"; 60_000].join(","));
    let rounds: u64 = std::env::var("CALLCHECK_KILLS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(30);
    fs::write(&path, &old).expect("a file");
    assert_eq!(format(&root, &["--write", "big.json"]).0, 0);
    let new = read(&path);
    let (mut kept, mut replaced) = (0, 0);
    for round in 0..rounds {
        fs::write(&path, &old).expect("a file");
        let mut child = Command::new(env!("CARGO_BIN_EXE_callcheck"))
            .current_dir(&root)
            .args(["format", "--write", "big.json"])
            .spawn()
            .expect("it starts");
        // Moments spread over the duration of a run.
        std::thread::sleep(Duration::from_micros(round * 7919 % 120_000));
        let _ = child.kill();
        child.wait().expect("it ends");
        let now = read(&path);
        assert!(now == old || now == new, "round {round}: neither the old file nor the new one");
        if now == old { kept += 1 } else { replaced += 1 }
    }
    assert_eq!(kept + replaced, rounds);
}

#[test]
fn checking_and_differences_write_nothing() {
    let root = directory("check");
    fs::write(root.join("a.json"), UGLY).expect("a file");
    fs::write(root.join("b.json"), PRETTY).expect("a file");
    fs::write(root.join("c.jsonl"), "{\"a\":1}\n{\"a\":2}\n").expect("a file");
    let (code, out, err) = format(&root, &["--check", "."]);
    assert_eq!((code, &*out, &*err), (1, "a.json\n", "1 of 3 files would be reformatted\n"));
    let (code, out, err) = format(&root, &["--diff", "a.json", "b.json"]);
    let diff = "--- a.json\t(current)\n+++ a.json\t(formatted)\n@@ -1,2 +1,4 @@\n-{\"b\": 1.0,\n-\"a\":[ 1,2 ]}\n\\ No newline at end of file\n+{\n+  \"b\": 1.0,\n+  \"a\": [1, 2]\n+}\n";
    assert_eq!((code, &*out, &*err), (0, diff, ""));
    assert_eq!(format(&root, &["--check", "--diff", "a.json"]).0, 1);
    assert_eq!(read(&root.join("a.json")), UGLY);
    let (code, out, _) = format(&root, &["--write", "--diff", "."]);
    assert_eq!((code, &*out), (0, diff));
    assert_eq!(read(&root.join("a.json")), PRETTY);
    // JSON Lines keep their lines.
    assert_eq!(read(&root.join("c.jsonl")), "{\"a\":1}\n{\"a\":2}\n");
    assert_eq!(format(&root, &["--check", "."]), (0, String::new(), "Checked 3 files: all formatted\n".into()));
}

/// Only files that are named must be rewritten.
#[test]
fn files_in_directories_that_cannot_be_rewritten_are_skipped_with_a_note() {
    let root = directory("skipped");
    let mut compressed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut compressed, UGLY.as_bytes()).expect("memory");
    fs::write(root.join("a.json.gz"), compressed.finish().expect("memory")).expect("a file");
    fs::write(root.join("b.json"), format!("HTTP/1.1 200 OK\r\nServer: x\r\n\r\n{UGLY}")).expect("a file");
    fs::write(root.join("c.json"), UGLY).expect("a file");
    let notes =
        "note: a.json.gz: skipped: compressed with gzip\nnote: b.json: skipped: HTTP headers precede the JSON\n";
    for (arguments, expected, message) in [
        (["--check", "."], 1, "1 of 1 file would be reformatted\n"),
        (["--write", "."], 0, "1 of 1 file was reformatted\n"),
        (["--check", "."], 0, "Checked 1 file: all formatted\n"),
    ] {
        let (code, _, err) = format(&root, &arguments);
        assert_eq!((code, err), (expected, format!("{notes}{message}")), "{arguments:?}");
    }
    let (code, _, err) = format(&root, &["--check", "a.json.gz"]);
    let expected = "error: a.json.gz: compressed with gzip; `format --check` is only for files that `format --write` can rewrite\n\
        Checked 1 file: some could not be formatted\n";
    // The line is wrapped.
    assert_eq!((code, &*err.replace("\n  ", " ")), (2, expected));
    // Nothing is left to rewrite.
    fs::remove_file(root.join("c.json")).expect("a file");
    for option in ["--check", "--write"] {
        let (code, _, err) = format(&root, &[option, "."]);
        assert_eq!((code, err), (2, format!("{notes}error: nothing to format: skipped 2 files\n")), "{option}");
    }
    fs::write(root.join("callcheck.toml"), "exclude = [\"a.*\"]\n").expect("a file");
    let (code, _, err) = format(&root, &["--check", "."]);
    let reason = "nothing to format: callcheck.toml excludes 1 file, and 1 file cannot be rewritten in place\n";
    assert!(code == 2 && err.ends_with(reason), "{err}");
}

/// Editors pass the text of a file, and replace it with the output.
#[test]
fn the_name_of_standard_input_can_be_excluded() {
    let root = directory("exclude-stdin");
    fs::write(root.join("callcheck.toml"), "exclude = [\"old/\", \"stdin\"]\n").expect("a file");
    let run = |arguments: &[&str]| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_callcheck"))
            .current_dir(&root)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        // An excluded text is not read by all commands.
        let _ = std::io::Write::write_all(&mut child.stdin.take().expect("a pipe"), UGLY.as_bytes());
        let output = child.wait_with_output().expect("it ends");
        (output.status.code(), String::from_utf8(output.stdout).expect("UTF-8"))
    };
    let old = ["--force-exclude", "--stdin-filename", "old/x.json"];
    assert_eq!(run(&[&["format"], &old[..]].concat()), (Some(0), UGLY.to_owned()));
    assert_eq!(run(&[&["format", "--check"], &old[..]].concat()), (Some(0), String::new()));
    assert_eq!(run(&[&["check"], &old[..]].concat()), (Some(0), String::new()));
    // Only with `--force-exclude`, and only with a name.
    assert_eq!(run(&["format", "--stdin-filename", "old/x.json"]), (Some(0), PRETTY.to_owned()));
    assert_eq!(run(&["format", "--force-exclude"]), (Some(0), PRETTY.to_owned()));
    assert_eq!(run(&["format", "--force-exclude", "--stdin-filename", "new.json"]), (Some(0), PRETTY.to_owned()));
}

#[test]
fn excluded_files_are_formatted_only_if_they_are_named() {
    let root = directory("exclude");
    fs::create_dir(root.join("gen")).expect("a directory");
    fs::write(root.join("callcheck.toml"), "exclude = [\"gen/\"]\n").expect("a file");
    fs::write(root.join("gen/a.json"), UGLY).expect("a file");
    fs::write(root.join("b.json"), UGLY).expect("a file");
    let listed = |arguments: &[&str]| format(&root, &[&["--check"], arguments].concat());
    assert_eq!(listed(&["."]).1, "b.json\n");
    assert_eq!(listed(&["gen/a.json", "b.json"]).1, "gen/a.json\nb.json\n");
    assert_eq!(listed(&["--force-exclude", "gen/a.json", "b.json"]).1, "b.json\n");
    assert_eq!(listed(&["--force-exclude", "--exclude", "b.*", "gen/a.json", "b.json"]).1, "");
    assert_eq!(listed(&["--force-exclude", "--exclude", "gen/", "--no-config", "gen/a.json", "b.json"]).1, "b.json\n");
    let (code, _, err) = listed(&["gen"]);
    assert_eq!((code, &*err), (2, "error: nothing to format: callcheck.toml excludes 1 file\n"));
    let (code, _, err) = listed(&["--force-exclude", "gen/a.json"]);
    assert_eq!((code, &*err), (0, "Nothing to format: skipped 1 file because of --force-exclude\n"));
    assert_eq!(read(&root.join("gen/a.json")), UGLY);
}

#[test]
fn the_configuration_sets_the_layout_of_its_directory() {
    let root = directory("configured");
    let text = "{\"a\":[1,2,[3]]}\r\n";
    fs::create_dir(root.join("other")).expect("a directory");
    for name in ["a.json", "other/b.json"] {
        fs::write(root.join(name), text).expect("a file");
    }
    let config = "[format]\nstyle = \"expanded\"\nindent = \"tab\"\nline-ending = \"lf\"\n";
    fs::write(root.join("callcheck.toml"), config).expect("a file");
    fs::write(root.join("other/callcheck.toml"), "[format]\nwidth = 8\nindent = 1\n").expect("a file");
    let formatted = |arguments: &[&str]| format(&root, arguments).1;
    assert_eq!(formatted(&["a.json"]), "{\n\t\"a\": [\n\t\t1,\n\t\t2,\n\t\t[\n\t\t\t3\n\t\t]\n\t]\n}\n");
    let other = "{\r\n \"a\": [\r\n  1,\r\n  2,\r\n  [3]\r\n ]\r\n}\r\n";
    assert_eq!(formatted(&["other/b.json"]), other);
    // The command line takes precedence; a width is for the style that has one.
    assert_eq!(formatted(&["--width", "80", "--indent", "0", "a.json"]), "{\n\"a\": [1, 2, [3]]\n}\n");
    assert_eq!(formatted(&["--style", "prettier", "a.json"]), "{\n\t\"a\": [1, 2, [3]]\n}\n");
    let expanded = "{\n \"a\": [\n  1,\n  2,\n  [\n   3\n  ]\n ]\n}\n";
    assert_eq!(formatted(&["--style", "expanded", "--line-ending", "lf", "other/b.json"]), expanded);
    assert_eq!(formatted(&["--no-config", "a.json"]), "{\r\n  \"a\": [1, 2, [3]]\r\n}\r\n");
}

/// `--annotate` has the lines of the layout, and the marks are below the tokens that they refer to.
#[test]
fn annotated_text_has_the_lines_of_the_layout() {
    let root = directory("annotated");
    let schema = r#"{"items":{"items":{"type":["integer","array"],"items":{"maximum":9}}}}"#;
    fs::write(root.join("schema.json"), schema).expect("a file");
    let overrides = "[[overrides]]\npaths = [\"a.json\"]\nschema = \"schema.json\"\n";
    fs::write(root.join("callcheck.toml"), overrides).expect("a file");
    let numbers = "1234567, ".repeat(20);
    let text = format!("[[1,\"电\",\"b\"],[[1,10],[2,3]],[\"c\"],[{numbers}true],[{numbers}[77]],[[{numbers}8]]]");
    fs::write(root.join("a.json"), text).expect("a file");
    for style in [&[][..], &["--width", "20"], &["--style", "expanded"], &["--line-ending", "crlf"]] {
        let (_, plain, _) = format(&root, &[&["a.json"], style].concat());
        let (code, annotated, err) = format(&root, &[&["--annotate", "a.json"], style].concat());
        assert_eq!(code, 1, "{err}");
        // Notes are the lines between those of the plain text.
        let mut lines = annotated.lines();
        for line in plain.lines() {
            assert!(lines.any(|found| found == line), "{line:?} is missing in {annotated}");
        }
        let mut marks = 0;
        let lines: Vec<&str> = annotated.lines().collect();
        for (line, below) in lines.iter().zip(&lines[1..]) {
            let text = below.trim_start();
            let length = text.bytes().take_while(|byte| *byte == b'^').count();
            if length > 0 && plain.lines().any(|known| known == *line) {
                // A wide character has two cells.
                let marked = &line.replace('电', "##")[below.len() - text.len()..][..length];
                let expected = ["\"##\"", "\"b\"", "\"c\"", "10", "true", "77", "1234567"];
                assert!(expected.contains(&marked), "{marked:?} in {annotated}");
                marks += 1;
            }
        }
        assert!(marks > 4, "{annotated}");
    }
}

/// A named pipe is read once and never replaced.
#[test]
fn named_pipes_are_read_once() {
    let root = directory("fifo");
    let fifo = root.join("fifo.json");
    assert!(Command::new("mkfifo").arg(&fifo).status().expect("mkfifo runs").success());
    let (code, out, err) = format(&root, &["--write", "fifo.json"]);
    let expected = "error: fifo.json: not a regular file; cannot rewrite it in place\nChecked 1 file: some could not be formatted\n";
    assert_eq!((code, &*out, &*err), (2, "", expected));
    for (arguments, expected, message) in [
        (&["fifo.json"][..], 0, PRETTY),
        (&["--check", "fifo.json"], 1, "fifo.json\n"),
        (&["--annotate", "fifo.json"], 1, "{\n^ error[document/"),
    ] {
        let writer = std::thread::spawn({
            let fifo = fifo.clone();
            move || fs::write(fifo, UGLY).expect("a reader")
        });
        let (code, out, err) = format(&root, arguments);
        writer.join().expect("it was read");
        assert!(code == expected && out.starts_with(message), "{arguments:?}: {code} {out} {err}");
    }
}

/// Messages appear once, and `patch` understands a diff.
#[test]
fn differences_can_be_applied() {
    let root = directory("patch");
    for (index, text) in [UGLY, "[\r    72\r]", "[1,\r\n2]", "{\"a\":[\n1]}\n", "[]", "[ ]\n\n\n"].iter().enumerate() {
        let name = format!("a file {index}.json");
        fs::write(root.join(&name), text).expect("a file");
        let (_, diff, _) = format(&root, &["--diff", "--indent", "4", &name]);
        let (_, formatted, _) = format(&root, &["--indent", "4", &name]);
        fs::write(root.join("diff"), &diff).expect("a file");
        if Command::new("patch").arg("--version").output().is_err() || diff.is_empty() {
            continue;
        }
        let patched =
            Command::new("patch").current_dir(&root).args(["--binary", "-i", "diff"]).output().expect("patch");
        assert!(patched.status.success(), "{text:?}: {patched:?}\n{diff}");
        assert_eq!(read(&root.join(&name)), formatted);
    }
    assert_eq!(format(&root, &["--check", "missing.json"]).2.lines().count(), 2);
}

/// A separate thread writes large files. The bytes and the errors are the same.
#[test]
fn large_files_come_out_the_same_in_files_and_pipes() {
    let root = directory("aside");
    let big = format!("[{}]", vec!["{\"id\": \"51\", \"properties\": {\"a\": [null, 1.0]}}"; 120_000].join(","));
    assert!(big.len() > 5 << 20);
    for (text, code) in [(big.as_str(), 0), (&big[..big.len() - 9], 1)] {
        fs::write(root.join("big.json"), text).expect("a file");
        let (found, piped, message) = format(&root, &["big.json"]);
        assert_eq!(found, code);
        let mut command = Command::new(env!("CARGO_BIN_EXE_callcheck"));
        let command = command.env_clear().env("COLUMNS", "100").current_dir(&root).args(["format", "big.json"]);
        let out = fs::File::create(root.join("out")).expect("a file");
        let output = command.stdout(out).output().expect("it runs");
        assert_eq!(output.status.code(), Some(code));
        assert!(read(&root.join("out")) == piped && String::from_utf8_lossy(&output.stderr) == message);
    }
}

#[test]
fn options_without_effect_are_errors() {
    let root = directory("usage");
    for arguments in [
        &["--write", "--check", "a.json"][..],
        &["--compact", "--indent", "4"],
        &["--compact", "--width", "4"],
        &["--canonical", "--sort-keys"],
        &["--canonical", "--compact"],
        &["--annotate", "--write", "a.json"],
        &["--annotate", "--compact"],
        &["--indent", "17"],
        &["--indent", "tabs"],
        &["--write", "-"],
        &["--write"],
        &["missing.json"],
    ] {
        let (code, out, err) = format(&root, arguments);
        assert_eq!((code, &*out), (2, ""), "{arguments:?}: {err}");
        assert!(!err.is_empty());
    }
}
