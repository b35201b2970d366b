//! Behavior that needs a process: pipes, special files, lost output, large input. `tests/cmd` has the rest.
#![cfg(unix)]
#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};

/// A response without results, which causes a finding.
const EMPTY: &str =
    r#"{"status":"COMPLETE","results":[],"startedAt":"2026-01-05T09:30:00Z","completedAt":"2026-01-05T09:30:00Z"}"#;

/// A response with a result.
const RESPONSE: &str = r#"{"status":"COMPLETE","results":[{"id":"50100000000","properties":{},"createdAt":"2026-01-05T09:30:00Z","updatedAt":"2026-01-05T09:30:00Z","archived":false}],"startedAt":"2026-01-05T09:30:00Z","completedAt":"2026-01-05T09:30:00Z"}"#;

fn callcheck() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callcheck"));
    command.env_clear().env("COLUMNS", "100");
    command
}

/// Starts a process with pipes for all streams.
fn started(arguments: &[&str]) -> (Child, ChildStdin) {
    let mut command = callcheck();
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let stdin = child.stdin.take().expect("a pipe");
    (child, stdin)
}

/// Runs a process with this standard input.
fn piped(arguments: &[&str], input: &[u8]) -> Output {
    let (child, mut stdin) = started(arguments);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // The process may stop reading early.
            let _ = stdin.write_all(input);
        });
        child.wait_with_output().expect("it ends")
    })
}

/// Exit code of a process that ends within a minute.
fn ended(mut child: Child) -> Option<i32> {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || sender.send(child.wait().expect("it ends").code()));
    receiver.recv_timeout(std::time::Duration::from_secs(60)).ok().flatten()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("output is UTF-8")
}

/// A new directory for one test.
fn directory(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).expect("a directory");
    directory
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or_else(|| panic!("ended by a signal: {output:?}"))
}

#[test]
fn a_pipe_needs_no_arguments() {
    for arguments in [&[][..], &["check"], &["-"], &["check", "-"], &["/dev/stdin"]] {
        let output = piped(arguments, RESPONSE.as_bytes());
        assert_eq!(
            (code(&output), text(&output.stdout), text(&output.stderr)),
            (0, String::new(), "Checked 1 file: no problems found\n".into()),
            "{arguments:?}"
        );
    }
    let output = piped(&["--stdin-filename", "page.json", "--output-format", "concise"], b"[1,]");
    assert!(text(&output.stdout).starts_with("page.json:1:3: error[json/syntax]"), "{output:?}");
}

#[test]
fn a_named_pipe_is_read_to_its_end() {
    let path = directory("fifo").join("answer.json");
    assert!(Command::new("mkfifo").arg(&path).status().expect("mkfifo").success());
    let writer = {
        let path = path.clone();
        std::thread::spawn(move || {
            File::options()
                .write(true)
                .open(path)
                .and_then(|mut file| file.write_all(RESPONSE.as_bytes()))
                .expect("a reader");
        })
    };
    let output = callcheck().arg(&path).output().expect("it runs");
    writer.join().expect("the writer ends");
    assert_eq!(code(&output), 0, "{output:?}");
}

#[test]
fn the_size_from_stat_is_not_trusted() {
    // The size from stat is 0, but there is text.
    let output = callcheck().arg("/proc/version").output().expect("it runs");
    assert_eq!(code(&output), 1);
    assert!(text(&output.stdout).contains("document/text"), "{output:?}");
    // A sparse file of 8 TiB. Its content determines the result: it is not JSON.
    let sparse = directory("sparse").join("sparse.json");
    File::create(&sparse).and_then(|file| file.set_len(8 << 40)).expect("a sparse file");
    let output = callcheck().arg(&sparse).output().expect("it runs");
    assert_eq!(code(&output), 1, "{output:?}");
    let _ = fs::remove_file(sparse);
}

#[test]
fn a_file_may_shrink_while_it_is_read() {
    let path = directory("shrink").join("answer.json");
    let page = EMPTY.replace("[]", &format!("[{}]", vec!["{\"id\":1}"; 2_000_000].join(",")));
    for pause in [0, 1, 3, 10] {
        fs::write(&path, &page).expect("a file");
        let child =
            callcheck().args(["-q", &path.to_string_lossy()]).stdout(Stdio::piped()).spawn().expect("it starts");
        std::thread::sleep(std::time::Duration::from_millis(pause));
        File::options().write(true).open(&path).and_then(|file| file.set_len(1000)).expect("it shrinks");
        assert_eq!(code(&child.wait_with_output().expect("it ends")), 1);
    }
}

#[test]
fn endless_input_that_is_not_json_is_reported_immediately() {
    let output = callcheck().arg("/dev/zero").output().expect("it runs");
    assert_eq!(code(&output), 1, "{output:?}");
    assert_eq!(code(&callcheck().arg("/dev/null").output().expect("it runs")), 1);
    // An endless log whose lines begin with a number.
    let (child, mut stdin) = started(&["--output-format", "concise", "-"]);
    while writeln!(stdin, "2026-01-05 09:30:00 one more line").is_ok() {}
    let output = child.wait_with_output().expect("it ends");
    assert!(code(&output) == 1 && text(&output.stdout).contains("document/text"), "{output:?}");
}

#[test]
fn an_unreadable_path_does_not_stop_the_others() {
    let output = callcheck()
        .args(["no-such-file.json", "fixtures/valid/create.min.json", "/proc/self/mem"])
        .output()
        .expect("it runs");
    assert_eq!(code(&output), 2);
    let err = text(&output.stderr);
    assert!(err.starts_with("error: no-such-file.json: no such file or directory\nerror: /proc/self/mem: "), "{err}");
    assert!(err.ends_with("Checked 1 file (2 inputs could not be read)\n"), "{err}");
}

#[test]
fn directories_are_searched_with_ignore_rules() {
    let root = directory("walk");
    fs::create_dir_all(root.join("b/deep")).expect("a directory");
    fs::create_dir_all(root.join("ignored")).expect("a directory");
    for (name, content) in [
        ("c.json", RESPONSE),
        ("a.JSON", "[1,]"),
        ("b/deep/x.json", "[2,]"),
        ("notes.txt", "x"),
        (".hidden.json", "x"),
        ("ignored/y.json", "x"),
        ("skipped.json", "x"),
        (".gitignore", "ignored/\nskipped.json\n"),
    ] {
        fs::write(root.join(name), content).expect("a file");
    }
    std::os::unix::fs::symlink(".", root.join("loop.json")).expect("a link");
    std::os::unix::fs::symlink("c.json", root.join("link.json")).expect("a link");
    assert!(Command::new("mkfifo").arg(root.join("pipe.json")).status().expect("mkfifo").success());
    let output = callcheck().current_dir(&root).args(["--output-format", "concise", "."]).output().expect("it runs");
    let locations: Vec<String> =
        text(&output.stdout).lines().map(|line| line.split(": ").next().expect("a location").to_owned()).collect();
    assert_eq!(locations, ["a.JSON:1:3", "b/deep/x.json:1:3"]);
    assert_eq!(text(&output.stderr), "Found 2 errors in 2 of 4 files\n");
    // A file that is named is read, even if it is ignored.
    assert_eq!(code(&callcheck().current_dir(&root).arg("skipped.json").output().expect("it runs")), 1);
    let empty = root.join("empty");
    fs::create_dir(&empty).expect("a directory");
    let output = callcheck().arg(&empty).output().expect("it runs");
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("no *.json, *.jsonl, *.ndjson or *.har files found"), "{output:?}");
}

#[test]
fn hostile_file_names_are_shown_visibly() {
    let root = directory("names");
    let names: [&[u8]; 4] =
        [b"esc\x1b[31m.json", b"line\nbreak.json", "bidi\u{202e}nosj.json".as_bytes(), b"bad\xff.json"];
    for name in names {
        fs::write(root.join(std::ffi::OsStr::from_bytes(name)), "[1,]").expect("a file");
    }
    for format in ["full", "concise", "json"] {
        let output = callcheck().current_dir(&root).args(["--output-format", format, "."]).output().expect("it runs");
        let out = text(&output.stdout);
        assert_eq!(code(&output), 1);
        assert!(
            !out.chars().any(|character| callcheck::internals::text::is_hostile(character) && character != '\n'),
            "{out:?}"
        );
        assert_eq!(out.matches("json/syntax").count(), 4);
        if format == "concise" {
            assert_eq!(out.lines().count(), 4);
        }
    }
}

#[test]
fn lost_output_is_never_success() {
    for arguments in [&["--output-format", "json", "fixtures/valid"][..], &["fixtures/invalid"], &["schema"]] {
        let full = File::options().write(true).open("/dev/full").expect("/dev/full");
        let output = callcheck()
            .args(arguments)
            .stdout(full)
            .stderr(Stdio::piped())
            .spawn()
            .and_then(Child::wait_with_output)
            .expect("it runs");
        assert_eq!(code(&output), 2, "{arguments:?} {output:?}");
        assert!(text(&output.stderr).contains("error: failed to write the output: No space left"), "{output:?}");
    }
    // A lost standard error does not change the result.
    let full = File::options().write(true).open("/dev/full").expect("/dev/full");
    let status = callcheck().arg("fixtures/valid").stderr(full).status().expect("it runs");
    assert_eq!(status.code(), Some(0));
}

#[test]
fn a_closed_pipe_is_quiet() {
    let mut child = callcheck()
        .args(["--output-format", "concise", "fixtures/invalid", "fixtures/invalid", "fixtures/invalid"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut out = child.stdout.take().expect("a pipe");
    out.read_exact(&mut [0; 10]).expect("some output");
    drop(out);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(code(&output), 1, "{output:?}");
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn a_long_line_costs_no_more_than_a_short_one_to_draw() {
    let call = |id: usize, archived: &str| {
        format!(
            r#"{{"id":"{id}","properties":{{"hs_call_body":"{}"}},"createdAt":"2026-01-05T09:30:00Z","updatedAt":"2026-01-05T09:30:00Z","archived":{archived}}}"#,
            "words ".repeat(100)
        )
    };
    let mut calls: Vec<String> = (0..20_000).map(|id| call(50_100_000_000 + id, "false")).collect();
    calls.push(call(50_100_020_000, "\"false\""));
    let page = EMPTY.replace("[]", &format!("[{}]", calls.join(",")));
    let output = piped(&[], page.as_bytes());
    let out = text(&output.stdout);
    assert_eq!(code(&output), 1);
    assert!(out.len() < 4096 && out.contains("/results/20000/archived"), "{out}");
    let column: usize = out
        .rsplit("<stdin>:1:")
        .next()
        .and_then(|rest| rest.lines().next())
        .and_then(|column| column.trim().parse().ok())
        .expect("a column");
    assert!(column > 65_536 && page[column - 1..].starts_with("\"false\"}]"), "{out}");
}

#[test]
fn a_huge_value_in_an_error_is_shortened() {
    let huge = "x".repeat(30_000_000);
    for (page, expected) in [
        (EMPTY.replace("COMPLETE", &huge), "schema/enum"),
        (EMPTY.replace("\"2026-01-05T09:30:00Z\"}", &format!("\"{huge}\"}}")), "schema/format"),
        (EMPTY.replace("[]", &format!("\"{huge}\"")), "schema/type"),
        (EMPTY.replace("completedAt", &huge), "schema/required"),
        (format!("{{\"{huge}"), "json/syntax"),
        (huge.clone(), "document/text"),
        (format!("{{\"{huge}\":1,\"{huge}\":2}}"), "json/duplicate-key"),
    ] {
        let output = piped(&["-v"], page.as_bytes());
        let out = text(&output.stdout);
        assert_eq!(code(&output), 1);
        assert!(out.contains(expected), "{expected}: {out}");
        let findings = out.split("\n\n").filter(|finding| !finding.trim().is_empty()).count().max(1);
        assert!(
            out.len() < 4096 * findings && text(&output.stderr).len() < 200,
            "{expected}: {} bytes for {findings} findings: {out}",
            out.len()
        );
    }
}

#[test]
fn any_depth_is_read_with_a_flat_stack() {
    let million = 1_000_000;
    let closed = "[".repeat(million) + &"]".repeat(million);
    let objects = "{\"a\":".repeat(million) + "1" + &"}".repeat(million);
    for (page, expected) in [
        (closed, "json/depth"),
        ("[".repeat(million), "json/depth"),
        (objects, "json/depth"),
        ("{\"a\":".repeat(million), "json/depth"),
        ("[{\"a\":".repeat(million) + "x", "json/depth"),
        ("[".repeat(10_000) + &"]".repeat(10_000), "document/unknown"),
        ("{\"a\":".repeat(10_000) + "1" + &"}".repeat(10_000), "document/unknown"),
        ("[".repeat(10_000), "json/syntax"),
    ] {
        let output = piped(&["-v"], page.as_bytes());
        assert_eq!(code(&output), 1);
        let out = text(&output.stdout);
        assert!(out.contains(expected) && out.len() < 3 * 4096, "{expected}: {} bytes", out.len());
    }
}

#[test]
fn deep_findings_take_memory_by_the_size_of_the_input() {
    let deep = 20_000;
    for open in ["{\"a\":1,\"a\":", "{\"\\ud800\":"] {
        let page = open.repeat(deep) + "1" + &"}".repeat(deep);
        let limited = format!("ulimit -v 800000; exec {} -q -", env!("CARGO_BIN_EXE_callcheck"));
        let mut child = Command::new("sh")
            .args(["-c", &limited])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        std::thread::spawn(move || stdin.write_all(page.as_bytes()));
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(code(&output), 1);
        assert!(output.stdout.len() < 100_000, "{}", output.stdout.len());
    }
}

#[test]
fn usage_errors_show_nothing_hostile_and_help_is_output() {
    let output = callcheck().arg("--foo\u{202e}\u{1b}[31m").output().expect("it runs");
    assert_eq!(code(&output), 2);
    assert!(
        !text(&output.stderr).chars().any(|sign| callcheck::internals::text::is_hostile(sign) && sign != '\n'),
        "{output:?}"
    );
    for argument in ["--help", "--version"] {
        let full = File::options().write(true).open("/dev/full").expect("/dev/full");
        assert_eq!(
            callcheck().arg(argument).stdout(full).stderr(Stdio::null()).status().expect("it runs").code(),
            Some(2)
        );
    }
    // Options may precede the command. A misspelled command checks nothing.
    let output = callcheck().args(["-q", "check", "fixtures/valid"]).output().expect("it runs");
    assert_eq!((code(&output), text(&output.stdout), text(&output.stderr)), (0, String::new(), String::new()));
    let output = callcheck().args(["-q", "chek", "fixtures/invalid"]).output().expect("it runs");
    assert_eq!((code(&output), text(&output.stdout)), (2, String::new()));
    assert!(
        text(&output.stderr).starts_with("error: unrecognized subcommand 'chek'; did you mean 'check'?"),
        "{output:?}"
    );
}

#[test]
fn findings_by_the_hundred_thousand_are_linear_and_bounded() {
    let page = EMPTY.replace("[]", &format!("[{}]", vec!["{\"id\":1}"; 60_000].join(",")));
    let output = piped(&[], page.as_bytes());
    let out = text(&output.stdout);
    assert!(out.len() < 5 * 4096, "{} bytes", out.len());
    assert!(out.contains("59,999 more occurrences: "), "{out}");
    assert!(text(&output.stderr).contains("300,000 errors"), "{}", text(&output.stderr));
    let objects = vec![r#"{"a":1,"a":2}"#; 99_999].join(",");
    let output = piped(&["--output-format", "concise"], format!("[{objects}]").as_bytes());
    assert_eq!(text(&output.stdout).lines().count(), 100_000);
    // Many duplicates of a key are one finding.
    let names = vec!["\"a\":1"; 100_000].join(",");
    let output = piped(&["--output-format", "concise"], format!("{{{names}}}").as_bytes());
    assert_eq!(text(&output.stdout).lines().count(), 2);
    assert!(text(&output.stdout).contains("duplicate key `a` (100,000 occurrences)"), "{output:?}");
}

#[test]
fn schemas_are_printed_as_they_are_and_end_with_a_line_break() {
    for (arguments, file) in [
        (&["schema"][..], "batch-calls-response"),
        (&["schema", "response"], "batch-calls-response"),
        (&["schema", "report"], "report"),
    ] {
        let output = callcheck().args(arguments).output().expect("it runs");
        let schema = fs::read_to_string(format!("schema/{file}.schema.json")).expect("a schema");
        assert_eq!((code(&output), text(&output.stdout)), (0, format!("{}\n", schema.trim_end())));
    }
}

#[test]
fn color_is_for_terminals_and_color_always() {
    let colored = |arguments: &[&str], variables: &[(&str, &str)]| {
        let output = callcheck()
            .args(arguments)
            .arg("fixtures/invalid/schema-enum.near-miss.min.json")
            .envs(variables.iter().copied())
            .output()
            .expect("it runs");
        text(&output.stdout).contains('\u{1b}')
    };
    assert!(!colored(&[], &[]));
    assert!(colored(&["--color", "always"], &[]));
    assert!(colored(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(colored(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(colored(&[], &[("FORCE_COLOR", "1")]));
    assert!(!colored(&[], &[("FORCE_COLOR", "1"), ("NO_COLOR", "1")]));
    assert!(!colored(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!colored(&["--color", "always", "--plain"], &[]));
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut compressed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    compressed.write_all(text).and_then(|()| compressed.finish()).expect("memory can be written")
}

#[test]
fn compressed_input_is_decompressed() {
    for arguments in [&["-"][..], &["--threads", "2", "-"], &["--max-decompressed-size", "0"]] {
        let output = piped(arguments, &gzip(RESPONSE.as_bytes()));
        assert_eq!((code(&output), text(&output.stdout)), (0, String::new()), "{arguments:?} {output:?}");
    }
    // Compressed JSON Lines, and a document that is larger than any window.
    let root = directory("packed");
    fs::write(root.join("a.jsonl.gz"), gzip(format!("{RESPONSE}\n{RESPONSE}\n").as_bytes())).expect("a file");
    let output = callcheck().arg(root.join("a.jsonl.gz")).output().expect("it runs");
    assert_eq!(text(&output.stderr), "Checked 2 documents in 1 file: no problems found\n");
    let calls = vec![
        "{\"id\":\"1\",\"properties\":{},\"createdAt\":\"2026-01-05T09:30:00Z\",\"updatedAt\":\"2026-01-05T09:30:00Z\",\"archived\":false}";
        20_000
    ];
    let large = EMPTY.replace("[]", &format!("[{}]", calls.join(",")));
    assert_eq!(code(&piped(&[], &gzip(large.as_bytes()))), 0);
    let compressed = gzip(large.as_bytes());
    let output = piped(&["--output-format", "concise"], &compressed[..compressed.len() / 2]);
    assert_eq!(code(&output), 1);
    assert!(text(&output.stdout).contains("error[json/compression] damaged or truncated gzip data"), "{output:?}");
}

#[test]
fn truncated_compressed_lines_have_the_right_location() {
    let compressed = gzip(format!("{RESPONSE}\n{RESPONSE}\n{}", &RESPONSE[..50]).as_bytes());
    // Only the checksum is missing, the text is complete.
    for threads in ["1", "2"] {
        let arguments = ["--lines", "--output-format", "concise", "--threads", threads, "-"];
        let output = piped(&arguments, &compressed[..compressed.len() - 8]);
        let found = text(&output.stdout);
        assert!(found.starts_with("<stdin>:3:51: error[json/compression] "), "{output:?}");
        assert_eq!(found.lines().count(), 1, "{output:?}");
        assert!(found.ends_with(" (record 3) (decompressed)\n"), "{output:?}");
        assert_eq!(text(&output.stderr), "Found 1 error in 1 of 3 documents\n", "{output:?}");
        // Truncation by the limit is not an error of the line.
        let output = piped(&[&arguments[..], &["--max-decompressed-size", "500"]].concat(), &compressed);
        assert_eq!((code(&output), text(&output.stdout)), (2, String::new()), "{output:?}");
        assert!(
            text(&output.stderr).contains("Checked 2 documents in 0 files (1 input could not be read)"),
            "{output:?}"
        );
    }
}

#[test]
fn a_compression_bomb_is_a_clear_error() {
    let spaces = " ".repeat(100 << 20);
    let compressed = gzip(format!("[{spaces}1]").as_bytes());
    assert!(compressed.len() < 1 << 20);
    let output = piped(&[], &compressed);
    assert_eq!(code(&output), 2, "{output:?}");
    assert!(text(&output.stderr).contains("compression ratio exceeds 200:1"), "{output:?}");
    // The limit can be raised.
    let output = piped(&["--max-decompressed-size", "200MB"], &compressed);
    assert!(text(&output.stdout).contains("document/"), "{output:?}");
    let output = piped(&["--max-decompressed-size", "50MB"], &compressed);
    assert_eq!(code(&output), 2);
    assert!(
        text(&output.stderr).contains("decompressed size exceeds 50,000,000 bytes; raise the limit with")
            && text(&output.stderr).contains("--max-decompressed-size"),
        "{output:?}"
    );
}

#[test]
fn any_number_of_threads_prints_the_same() {
    let good = r#"{"id":"1","properties":{"a":"b"},"createdAt":"2026-01-05T09:30:00Z","updatedAt":"2026-01-05T09:30:00Z","archived":false}"#;
    let call = |index: u32| if index.is_multiple_of(16) { r#"{"id":1,"properties":{"a":"b"}}"# } else { good };
    let calls: Vec<&str> = (0..20_000).map(call).collect();
    let mut page = EMPTY.replace("[]", &format!("[{}]", calls.join(",")));
    let root = directory("threads");
    fs::write(root.join("page.json"), &page).expect("a file");
    page.truncate(page.len() - 1000);
    fs::write(root.join("cut.json"), &page).expect("a file");
    let lines: String =
        (0..5000).map(|line| if line % 7 == 0 { "[1,\n".to_owned() } else { format!("{RESPONSE}\n") }).collect();
    fs::write(root.join("log.jsonl"), lines).expect("a file");
    for inputs in
        [&["fixtures/invalid", "no-such-file", "fixtures/valid"][..], &["page.json"], &["cut.json"], &["log.jsonl"]]
    {
        for format in ["full", "concise", "json"] {
            let run = |threads: &str| {
                let paths = inputs.iter().map(|input| match root.join(input) {
                    path if path.exists() => path,
                    _ => PathBuf::from(input),
                });
                let output = callcheck().args(["--output-format", format, "--threads", threads]).args(paths).output();
                let output = output.expect("it runs");
                (code(&output), output.stdout, output.stderr)
            };
            let one = run("1");
            for threads in ["2", "3", "16"] {
                assert!(run(threads) == one, "{inputs:?} {format} {threads}");
            }
        }
    }
}

#[test]
fn whitespace_of_any_size_is_read_in_little_memory() {
    let blank = " \n".repeat(1 << 19);
    let (head, tail) = RESPONSE.split_at(RESPONSE.find(']').expect("an array"));
    for (pieces, found) in [(["", RESPONSE, ""], 0), (["", head, tail], 0), (["", "7", ""], 1), (["", "", ""], 1)] {
        let mut child = Command::new("sh")
            .args(["-c", "ulimit -v 60000; exec \"$0\" --output-format concise -", env!("CARGO_BIN_EXE_callcheck")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        for piece in pieces {
            let mut written = stdin.write_all(piece.as_bytes());
            for _ in 0..64 {
                written = written.and_then(|()| stdin.write_all(blank.as_bytes()));
            }
            // A huge number is not read to its end.
            assert!(written.is_ok() || pieces[1] == "7", "it reads on");
        }
        drop(stdin);
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(code(&output), found, "{output:?}");
        assert!(!text(&output.stdout).contains("empty") || pieces == ["", "", ""], "{output:?}");
    }
}

/// Generates large input without storing it, for one thread and for two: ordinary calls, then calls in another layout,
/// so that blocks cannot be split at the expected bytes, and an array outside an object.
#[test]
fn a_document_of_any_size_is_read_in_little_memory() {
    let calls = |from: usize, brace: &str| -> String {
        let call = |id: usize| {
            format!(
                "{brace}\"id\":\"{}\",\"properties\":{{\"hs_call_title\":\"Call\"}},\"createdAt\":\"2026-01-05T09:30:00Z\",\"updatedAt\":\"2026-01-05T09:30:00Z\",\"archived\":false}},",
                50_100_000_000 + id
            )
        };
        // Ids in descending order are remembered one by one.
        (from..from + 8000).rev().map(call).collect()
    };
    let schema = directory("any-size").join("array.schema.json");
    fs::write(&schema, r#"{"type":"array","items":{"type":"object"}}"#).expect("a file");
    let (head, tail) = EMPTY.split_once(']').expect("an array");
    let schema: &[&str] = &["--schema", &schema.to_string_lossy()];
    for (head, brace, tail, arguments, found) in [
        (head, "{", tail, &[][..], "Found 5 errors and 1 warning in 1 file"),
        (head, "{ ", tail, &[], "Found 5 errors and 1 warning in 1 file"),
        ("[", "{", "", schema, "Checked 1 file: no problems found"),
    ] {
        for threads in ["1", "2"] {
            let (child, mut stdin) = started(&[&["--threads", threads, "-"], arguments].concat());
            let mut write = |text: &str| stdin.write_all(text.as_bytes()).expect("it reads on");
            write(head);
            write(&calls(8000 * 40, "{"));
            (0..40).for_each(|block| write(&calls(8000 * block, brace)));
            let most = peak(child.id());
            write("{\"id\":7}]");
            write(tail);
            drop(stdin);
            let output = child.wait_with_output().expect("it ends");
            assert!(text(&output.stderr).ends_with(&format!("{found}\n")), "{output:?}");
            // Blocks without a known boundary have 8 MiB, and there are two copies if one thread continues alone.
            let bound = if brace == "{" { 40 } else { 64 };
            assert!(most.is_none_or(|kilobytes| kilobytes < bound * 1024), "{brace} {threads}: {most:?} KB");
        }
    }
}

/// Processor time of each thread of a running process, in clock ticks, the main thread first. Empty if the system does
/// not report it.
fn ticks(process: u32) -> Option<Vec<u64>> {
    let mut threads: Vec<_> = fs::read_dir(format!("/proc/{process}/task"))
        .ok()?
        .map(|thread| Some(thread.ok()?.path()))
        .collect::<Option<_>>()?;
    threads.sort();
    let of = |thread: &PathBuf| {
        let stat = fs::read_to_string(thread.join("stat")).ok()?;
        // proc(5): after the name in parentheses, utime is the twelfth field and stime the thirteenth.
        let mut numbers = stat.rsplit(')').next()?.split_whitespace().skip(11);
        Some(numbers.next()?.parse::<u64>().ok()? + numbers.next()?.parse::<u64>().ok()?)
    };
    threads.iter().map(of).collect()
}

/// A long array uses the requested number of threads, for every separator of its items.
#[test]
fn a_long_array_is_validated_on_several_threads() {
    let schema = directory("long-array").join("array.schema.json");
    fs::write(&schema, r#"{"type":"array","items":{"type":"object"}}"#).expect("a file");
    for separator in [",", ",\n  ", " , "] {
        let (child, mut stdin) = started(&["--threads", "3", "--schema", &schema.to_string_lossy(), "-"]);
        let mut write = |text: &str| stdin.write_all(text.as_bytes()).expect("it reads on");
        write("[");
        write(&format!("{{\"id\":\"a call, and some more text about it\"}}{separator}").repeat(1_000_000));
        let ticks = ticks(child.id());
        write("{}]");
        drop(stdin);
        assert_eq!(code(&child.wait_with_output().expect("it ends")), 0);
        // The first thread only receives the findings of the others.
        assert!(
            ticks.as_ref().is_none_or(|ticks| ticks.len() == 4 && ticks[0] <= ticks[1..].iter().sum()),
            "{ticks:?} {separator:?}"
        );
    }
}

/// The report does not wait for the rest of the input.
#[test]
fn a_syntax_error_ends_the_reading() {
    let (head, _) = EMPTY.split_once(']').expect("an array");
    for threads in ["1", "2"] {
        for mistake in ["{\"id\":,}", "]]"] {
            let (child, mut stdin) = started(&["--threads", threads, "-q", "-"]);
            let sent = format!("{head}{}{mistake}{}", "{\"id\":1},".repeat(100_000), " ".repeat(1 << 20));
            // The process may end before it has read everything.
            let _ = stdin.write_all(sent.as_bytes());
            assert_eq!(ended(child), Some(1), "{mistake} {threads}");
            drop(stdin);
        }
    }
}

/// Compressed data is read to its end to detect damage, but it is not buffered.
#[test]
fn compressed_data_after_an_error_takes_little_memory() {
    let compressed = gzip(format!("[{}]{}", "1,".repeat(10_000), " ".repeat(100 << 20)).as_bytes());
    let (end, begin) = (&compressed[compressed.len() - 4..], &compressed[..compressed.len() - 4]);
    let (child, mut stdin) = started(&["--max-decompressed-size", "1GiB", "-"]);
    stdin.write_all(begin).expect("it reads on");
    std::thread::sleep(std::time::Duration::from_secs(1));
    let most = peak(child.id());
    stdin.write_all(end).expect("it reads on");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    assert!(text(&output.stdout).contains("json/syntax"), "{output:?}");
    assert!(most.is_none_or(|kilobytes| kilobytes < 40 * 1024), "{most:?} KB");
}

#[test]
fn a_pipe_shows_no_progress() {
    let mut child = callcheck().stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(&RESPONSE.as_bytes()[..50]).expect("it reads");
    std::thread::sleep(std::time::Duration::from_millis(1300));
    stdin.write_all(&RESPONSE.as_bytes()[50..]).expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(text(&output.stderr), "Checked 1 file: no problems found\n");
}

/// A terminal shows progress and is clean afterwards. `script` provides the terminal.
#[test]
fn a_terminal_shows_progress() {
    let root = directory("progress");
    let (begin, rest) = (root.join("begin"), root.join("rest"));
    let calls = "{\"id\":7},".repeat(130_000);
    let (head, tail) = EMPTY.split_once(']').expect("an array");
    fs::write(&begin, format!("{head}{calls}")).expect("a file");
    fs::write(&rest, format!("{{}}]{tail}")).expect("a file");
    for (ci, threads) in [("", "1"), ("", "2"), ("true", "2")] {
        let command = format!(
            "(cat {}; sleep 1.6; cat {}) | CI={ci} {} --threads {threads} --output-format concise --max-findings 1 -",
            begin.display(),
            rest.display(),
            env!("CARGO_BIN_EXE_callcheck")
        );
        let shown = Command::new("script")
            .args(["-qec", &command, "/dev/null"])
            .env("TERM", "xterm")
            .stdin(Stdio::null())
            .output();
        let Ok(shown) = shown else { return };
        let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
        assert!(shown.contains("findings"), "{shown:?}");
        assert_eq!(shown.contains("MiB ("), ci.is_empty(), "{shown:?}");
        assert!(shown.trim_end().contains("Found 650,005 errors and 1 warning in 1 file"), "{shown:?}");
    }
}

#[test]
fn verbose_explains_why_a_document_is_buffered() {
    let root = directory("whole");
    let schema = r#"{"properties":{"results":{"type":"array","items":{"type":"object"},"uniqueItems":true}}}"#;
    fs::write(root.join("unique.schema.json"), schema).expect("a file");
    fs::write(root.join("page.json"), format!("{{\"results\":[{}]}}", vec!["{\"id\":1}"; 50_000].join(",")))
        .expect("a file");
    let run = |arguments: &[&str]| {
        let mut command = callcheck();
        command.env("COLUMNS", "200").current_dir(&root).args(arguments).output().expect("it runs")
    };
    let output = run(&["-v", "--schema", "unique.schema.json", "page.json"]);
    assert_eq!(code(&output), 1);
    let why = "note: page.json: buffered, because the schema cannot be evaluated in parts: `uniqueItems` applies to all items together (property `results`)\n";
    assert!(text(&output.stderr).starts_with(why), "{output:?}");
    assert!(text(&output.stdout).contains("error[schema/uniqueItems]"), "{output:?}");
    assert!(!text(&run(&["--schema", "unique.schema.json", "page.json"]).stderr).contains("buffered"));
    // Also if another array could be streamed.
    let two = schema.replace("{\"results\"", "{\"errors\":{\"type\":\"array\",\"items\":{}},\"results\"");
    fs::write(root.join("two.schema.json"), two).expect("a file");
    let output = run(&["-v", "--schema", "two.schema.json", "page.json"]);
    assert!(text(&output.stderr).starts_with(why) && code(&output) == 1, "{output:?}");
    // But not if some of it was discarded already.
    let elements = vec!["{\"id\":1}"; 50_000].join(",");
    fs::write(root.join("late.json"), format!("{{\"errors\":[{elements}],\n\"results\":[{elements}]}}"))
        .expect("a file");
    let output = run(&["-v", "--output-format", "concise", "--schema", "two.schema.json", "late.json"]);
    assert!(!text(&output.stderr).contains("buffered"), "{output:?}");
    assert!(text(&output.stdout).starts_with("late.json:2:21: error[schema/uniqueItems]"), "{output:?}");
    // Without a schema, there is no result.
    let output = run(&["--schema", "page.json.gone", "page.json"]);
    assert_eq!((code(&output), text(&output.stderr)), (2, "error: page.json.gone: no such file or directory\n".into()));
    fs::write(root.join("bad.schema.json"), r#"{"type":"strnig"}"#).expect("a file");
    let output = run(&["--schema", "bad.schema.json", "page.json"]);
    assert!(
        code(&output) == 2 && text(&output.stderr).starts_with("error[schema/enum]: `type` must be \"array\","),
        "{output:?}"
    );
}

#[test]
fn fail_fast_counts_the_file_of_the_error() {
    for threads in ["1", "2"] {
        let arguments = ["--fail-fast", "--threads", threads, "--output-format", "concise"];
        let file = Path::new("fixtures/invalid/schema-type.several.min.json");
        for inputs in [vec![file], vec![file, Path::new("fixtures/valid")], vec![Path::new("-")]] {
            let mut command = callcheck();
            command.args(arguments).args(&inputs).stdin(File::open(file).expect("a fixture"));
            let output = command.output().expect("it runs");
            assert_eq!(code(&output), 1, "{output:?}");
            assert!(text(&output.stderr).starts_with("Found 1 error in 1 file"), "{output:?}");
        }
    }
}

#[test]
fn lines_without_any_document_are_no_success() {
    let root = directory("empty-lines");
    for (name, bytes) in [("a.jsonl", Vec::new()), ("b.jsonl", b"\n \n".to_vec()), ("c.jsonl.gz", gzip(b""))] {
        fs::write(root.join(name), bytes).expect("a file");
        let output = callcheck().current_dir(&root).arg(name).output().expect("it runs");
        assert_eq!(code(&output), 2, "{output:?}");
        assert!(text(&output.stderr).starts_with(&format!("warning: {name}: ")), "{output:?}");
    }
    // Next to other documents, they are a note.
    fs::write(root.join("d.json"), RESPONSE).expect("a file");
    let output = callcheck().current_dir(&root).args(["a.jsonl", "d.json"]).output().expect("it runs");
    assert_eq!(code(&output), 0, "{output:?}");
}

#[test]
fn live_input_is_reported_line_by_line() {
    for arguments in [&["--lines", "--output-format", "concise", "-"][..], &["--output-format", "concise", "-"]] {
        let (mut child, mut stdin) = started(arguments);
        let mut stdout = child.stdout.take().expect("a pipe");
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 1000];
            while let Ok(length @ 1..) = stdout.read(&mut bytes) {
                let _ = sender.send(text(&bytes[..length]));
            }
        });
        for record in 1..=3 {
            writeln!(stdin, "{RESPONSE}\n{}", RESPONSE.replace("COMPLETE", "DONE")).expect("it reads");
            let wanted = format!("(record {})", 2 * record);
            let mut all = String::new();
            while !all.contains(&wanted) {
                let minute = std::time::Duration::from_secs(60);
                all.push_str(&receiver.recv_timeout(minute).expect("it is reported before the input ends"));
            }
        }
        drop(stdin);
        assert_eq!(child.wait().expect("it ends").code(), Some(1));
    }
}

#[test]
fn the_first_error_ends_live_input() {
    for threads in ["1", "2"] {
        let (child, mut stdin) = started(&["--lines", "--fail-fast", "--threads", threads, "-"]);
        writeln!(stdin, "{}", RESPONSE.replace("COMPLETE", "DONE")).expect("it reads");
        // It does not wait for the end of its input, which stays open.
        assert_eq!(ended(child), Some(1), "{threads}");
        drop(stdin);
    }
}

#[test]
fn a_truncated_compression_header_is_an_error() {
    let compressed = gzip(RESPONSE.as_bytes());
    let zstd = fs::read("fixtures/invalid/json-compression.cut.json.zst").expect("a fixture");
    for cut in [&compressed[..4], &compressed[..9], &zstd[..5], &[&zstd[..], &zstd[..5]].concat()] {
        for arguments in [&["--output-format", "concise"][..], &["--output-format", "concise", "--lines"]] {
            let output = piped(arguments, cut);
            assert_eq!(code(&output), 1, "{output:?}");
            assert!(text(&output.stdout).contains("error[json/compression]"), "{output:?}");
        }
    }
}

#[test]
fn output_of_curl_after_a_response_is_not_json_lines() {
    for suffix in ["\n200", "\nHTTP 200\n", "\n<html>\n<body>\n"] {
        let output = piped(&["--output-format", "concise"], format!("{RESPONSE}{suffix}").as_bytes());
        assert_eq!(code(&output), 1);
        assert!(!text(&output.stdout).contains("json/lines"), "{output:?}");
    }
}

/// Peak memory of a running process in KiB. `None` if the system does not report it.
fn peak(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().strip_suffix(" kB")?.parse().ok()
}

/// Output begins before the input ends, in a few megabytes of memory for any size.
#[test]
fn formatting_is_streamed() {
    let (mut child, mut stdin) = started(&["format"]);
    let mut stdout = child.stdout.take().expect("a pipe");
    stdin.write_all(br#"{"status":"COMPLETE","ids":[1,2],"#).expect("it reads");
    let mut written = [0; 43];
    stdout.read_exact(&mut written).expect("it writes");
    assert_eq!(text(&written), "{\n  \"status\": \"COMPLETE\",\n  \"ids\": [1, 2],\n");
    stdin.write_all(br#""a":[["#).expect("it reads");
    let element = br#"{"id":"1","properties":{"a":null}},"#.repeat(3000);
    let writer = std::thread::spawn(move || {
        for _ in 0..1000 {
            stdin.write_all(&element).expect("it reads");
        }
        stdin.write_all(b"0]]}").expect("it reads");
    });
    let mut rest = stdout;
    let (mut read, mut most) = (0, None);
    let mut space = vec![0; 1 << 20];
    loop {
        match rest.read(&mut space).expect("it writes") {
            0 => break,
            length => read += length,
        }
        most = most.max(peak(child.id()));
    }
    writer.join().expect("all was written");
    assert!(child.wait().expect("it ends").success());
    assert!(read > 100_000_000, "{read}");
    assert!(most.is_none_or(|kilobytes| kilobytes < 16 * 1024), "{most:?} KB");
}

/// For truncated compressed lines, all commands report the same record.
#[test]
fn all_commands_report_the_same_truncated_record() {
    let mut compressed = gzip(format!("{RESPONSE}\n{RESPONSE}\n{RESPONSE}").as_bytes());
    let index = compressed.len() - 6;
    compressed[index] ^= 1;
    let root = directory("breaks-off");
    fs::write(root.join("log.jsonl.gz"), compressed).expect("a file");
    for arguments in [&["check"][..], &["format"], &["format", "--annotate"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_callcheck"))
            .current_dir(&root)
            .args(arguments)
            .arg("log.jsonl.gz")
            .output()
            .expect("it runs");
        let expected = [text(&output.stdout), text(&output.stderr)].concat();
        assert!(
            code(&output) == 1 && expected.contains("record: 3") && !expected.contains("record: 4"),
            "{arguments:?}: {expected}"
        );
    }
}

/// Names can be long and nesting deep; the pointer in a report is bounded.
#[test]
fn pointers_have_at_most_eight_kib() {
    let name = |letter: &str| letter.repeat(3000);
    for text in [
        format!("{{\"{}\":{{\"{}\":{{\"{}\":{{\"d\":[1,}}", name("a"), name("b"), name("c")),
        format!("[{}\"x\":", "{\"key\":[1,".repeat(4000)),
        format!("{{\"{}\":{{\"x\":", "~/".repeat(10_000)),
        format!("{{\"{}\":{{\"x\":", "~".repeat(5000)),
    ] {
        let output = piped(&["--output-format", "json"], text.as_bytes());
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a report");
        let finding = &report["documents"][0]["findings"][0];
        let pointer = finding["instance_location"].as_str().expect("a pointer");
        assert!(finding["rule"] == "json/syntax" && pointer.len() <= 8 * 1024, "{pointer}");
    }
    // Shorter pointers are complete.
    let (long, text) = (name("a"), name("b"));
    let output = piped(&["--output-format", "json"], format!("{{\"{long}\":{{\"{text}\":{{\"d\":[1,").as_bytes());
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a report");
    assert_eq!(report["documents"][0]["findings"][0]["instance_location"], format!("/{long}/{text}/d/1"));
}

/// True if this process, and so every process that it starts, ignores the signal.
fn is_ignored(signal: i32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_none_or(|mask| mask >> (signal - 1) & 1 == 1)
}

fn send(signal: &str, child: &Child) {
    let status = Command::new("sh").args(["-c", &format!("kill -{signal} {}", child.id())]).status();
    assert!(status.expect("a shell").success());
}

/// Waits until the process has a temporary file in the directory.
fn await_temporary_file(root: &Path) {
    let is_temporary = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().starts_with(".callcheck-");
    for _ in 0..60_000 {
        if fs::read_dir(root).expect("a directory").flatten().any(|entry| is_temporary(&entry)) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    panic!("no temporary file in {}", root.display());
}

#[test]
fn a_signal_removes_temporary_files() {
    use std::os::unix::process::ExitStatusExt;
    let root = directory("signals");
    let item = r#"{"id":"51","properties":{"a":null,"b":[1,2,3]}}"#;
    fs::write(root.join("big.json"), format!("[{}{item}]", format!("{item},").repeat(1_000_000))).expect("a file");
    for (signal, number) in [("INT", 2), ("TERM", 15), ("HUP", 1)] {
        if is_ignored(number) {
            continue;
        }
        for arguments in [
            &["--report", "sarif=new.sarif", "--report", "junit=new.xml", "-"][..],
            &["--output-file", "new.txt", "-"],
            &["format", "--write", "big.json"],
        ] {
            let mut command = callcheck();
            command.current_dir(&root).args(arguments).stdin(Stdio::piped()).stdout(Stdio::null());
            let mut child = command.stderr(Stdio::null()).spawn().expect("it starts");
            // Without this, standard input ends.
            let _stdin = child.stdin.take();
            await_temporary_file(&root);
            send(signal, &child);
            let status = child.wait().expect("it ends");
            assert_eq!(status.signal(), Some(number), "{arguments:?}: {status}");
            let names: Vec<_> =
                fs::read_dir(&root).expect("a directory").flatten().map(|entry| entry.file_name()).collect();
            assert_eq!(names, ["big.json"], "{signal} {arguments:?}");
        }
    }
}

/// As with `nohup`.
#[cfg(target_os = "linux")]
#[test]
fn an_ignored_signal_stays_ignored() {
    let root = directory("ignored-signals");
    let script = format!("trap '' HUP INT; exec {} --report json=new.json -", env!("CARGO_BIN_EXE_callcheck"));
    let mut command = Command::new("sh");
    command.current_dir(&root).args(["-c", &script]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().expect("it starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    await_temporary_file(&root);
    send("HUP", &child);
    send("INT", &child);
    stdin.write_all(RESPONSE.as_bytes()).expect("it reads on");
    drop(stdin);
    assert_eq!(ended(child), Some(0));
    assert!(root.join("new.json").exists());
}

/// With `COLUMNS`, messages are wrapped between words, in any format of the findings.
#[test]
fn messages_are_as_wide_as_the_terminal() {
    let root = directory("wrapped-messages");
    fs::write(root.join("a.json"), EMPTY).expect("a file");
    let run = |columns: Option<&str>, arguments: &[&str]| {
        let mut command = callcheck();
        command.env_remove("COLUMNS").envs(columns.map(|columns| ("COLUMNS", columns)));
        let output = command.current_dir(&root).args(arguments).output().expect("it runs");
        (text(&output.stdout), text(&output.stderr))
    };
    for arguments in [
        &["a.json", "missing.json"][..],
        &["--no-config", "--schema", "missing.json", "a.json"],
        &["--lines", "--request", "missing.json", "a.json"],
        &["--output-format", "sarif", "a.json", "missing.json"],
        &["summary", "a.json", "missing.json"],
        &["format", "--check", "a.json", "missing.json"],
        &["--changed-since", "-x", "a.json"],
    ] {
        let (out, wide) = run(None, arguments);
        let (narrow_out, narrow) = run(Some("40"), arguments);
        assert!(narrow.lines().all(|line| line.chars().count() <= 40), "{narrow}");
        assert_eq!(narrow.split_whitespace().collect::<Vec<_>>(), wide.split_whitespace().collect::<Vec<_>>());
        if arguments.contains(&"sarif") {
            assert_eq!(narrow_out, out);
        }
    }
    let long = "a-path-without-spaces/that-is-wider/than-the-terminal.json";
    let (_, narrow) = run(Some("40"), &[long]);
    assert!(narrow.contains(long), "{narrow}");
}
