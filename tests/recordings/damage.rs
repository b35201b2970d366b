//! Damaged and hostile recordings: there is a report and an exit code, regardless of the bytes.

use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

use callcheck::internals::reporters::Format;

use super::common::random::Random;
use super::expected::expected;
use super::{common, directory};

/// Damaged recordings that are checked.
const DAMAGED: u64 = 5_000;

/// Far more than a check takes, also on a slow machine.
const HANGS: Duration = Duration::from_secs(300);

/// Text that has a meaning in JSON, YAML or HTTP.
const WORDS: [&str; 34] = [
    "\"",
    "'",
    "\\",
    "\\u",
    "\\ud83d",
    "\\x",
    "\\\n",
    "''",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    ": ",
    "\n",
    "\r\n",
    "\n\n",
    "\t",
    "- ",
    "? ",
    "|",
    ">-",
    "&a ",
    "*a",
    "!!binary |\n",
    "!ruby/object:X ",
    "---\n",
    "...\n",
    "# ",
    "\u{feff}",
    "é",
    "HTTP/1.1 200 OK\r\n\r\n",
    "=",
];

/// One to three changes: a cut, or bytes that are removed, repeated, moved, flipped or inserted.
fn damaged(recordings: &[(PathBuf, Vec<u8>)], random: &mut Random) -> (PathBuf, Vec<u8>) {
    let (path, bytes) = &recordings[random.below(recordings.len())];
    let mut bytes = bytes.clone();
    for _ in 0..=random.below(3) {
        let at = random.below(bytes.len() + 1);
        let most = 1 << random.below(12);
        let to = (at + random.below(most)).min(bytes.len());
        match random.below(8) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..to)),
            2 => {
                let copy = bytes[at..to].to_vec();
                drop(bytes.splice(at..at, copy));
            }
            3 => {
                let moved: Vec<u8> = bytes.drain(at..to).collect();
                let into = random.below(bytes.len() + 1);
                drop(bytes.splice(into..into, moved));
            }
            4 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            5 if at < bytes.len() => bytes[at] = random.next() as u8,
            _ => drop(bytes.splice(at..at, WORDS[random.below(WORDS.len())].bytes())),
        }
    }
    (path.clone(), bytes)
}

/// Checks in a thread, so that a check that does not end fails the test.
fn within_time(what: &str, work: impl FnOnce() + Send + 'static) {
    let (sender, receiver) = channel();
    let thread = std::thread::spawn(move || {
        work();
        let _ = sender.send(());
    });
    match receiver.recv_timeout(HANGS) {
        Err(std::sync::mpsc::RecvTimeoutError::Timeout) => panic!("{what} does not end"),
        _ => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
    }
}

#[test]
fn damaged_recordings_are_reported() {
    within_time("a damaged recording", || {
        let directory = directory("damaged");
        let read = |path: PathBuf| std::fs::read(&path).map(|bytes| (path, bytes)).expect("a recording");
        let recordings: Vec<_> = expected().recordings.into_iter().map(|recorded| read(recorded.path)).collect();
        let mut random = Random(23);
        for count in 0..DAMAGED {
            let (path, bytes) = damaged(&recordings, &mut random);
            let damaged = directory.join(path.file_name().expect("a name"));
            std::fs::write(&damaged, &bytes).expect("a file");
            let format = if count % 8 == 0 { Format::Full } else { Format::Json };
            let checked = catch_unwind(AssertUnwindSafe(|| {
                let (out, ..) =
                    common::run(&[&damaged], format, 100, |args| args.recordings.all_exchanges = count % 3 == 0);
                match format {
                    Format::Json => drop(serde_json::from_str::<serde_json::Value>(&out).expect("a report is JSON")),
                    _ => common::assert_fit_for_a_terminal(&out, 100),
                }
            }));
            if let Err(panic) = checked {
                let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("damaged-{count}"));
                std::fs::write(&kept, &bytes).expect("a file");
                let message = panic.downcast_ref::<String>().map_or("", String::as_str);
                panic!("damage {count} of {}, kept in {}: {message}", path.display(), kept.display());
            }
        }
    });
}

/// Runs callcheck with at most 64 MiB of memory.
fn limited(path: &Path) -> Output {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -v 65536; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_callcheck")]);
    command.args(["--threads", "1", "--output-format", "concise"]).arg(path);
    command.stdin(Stdio::null()).output().expect("it runs")
}

/// A VCR cassette up to the value of a body; `}` ends it.
const VCR: &str = "http_interactions:
- request: {method: post, uri: /crm/v3/objects/calls/batch/read}
  response:
    status: {code: 200}
    body: {encoding: UTF-8, string: ";
const VCR_EXCHANGE: &str = "http_interactions:
- &exchange
  request: {method: post, uri: /crm/v3/objects/calls/batch/read}
  response: {status: {code: 200}, body: {encoding: UTF-8, string: '{}'}}
";
const HAR: &str = r#"{"log":{"version":"1.2","entries":"#;
const HAR_BODY: &str = r#"[{"request":{"method":"POST","url":"/crm/v3/objects/calls/batch/read"},"response":{"status":200,"content":{"text":"#;
const NOCK: &str = r#"[{"scope":"https://api.hubapi.com:443","method":"POST","path":"/crm/v3/objects/calls/batch/read","status":200,"response":"#;
const POSTMAN: &str =
    r#"{"info":{"schema":"https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},"item":"#;

/// Names and texts of hostile YAML.
fn yaml_bombs() -> Vec<(&'static str, String)> {
    let nested = |name: char, count: usize, depth: usize| -> String {
        let level = |level: usize| {
            let aliases = vec![format!("*{name}{}", level - 1); count].join(", ");
            format!("- &{name}{level} [{aliases}]\n")
        };
        format!("- &{name}0 [lol]\n") + &(1..=depth).map(level).collect::<String>()
    };
    let after = |text: &str| format!("{VCR}x}}\n{text}");
    let in_body = |text: &str| format!("{VCR}{text}");
    let deeper: String = (1..1_400).map(|depth| " ".repeat(depth) + "a:\n").collect();
    let anchors: String = (0..100_000).map(|number| format!("a{number}: &a{number} x\n")).collect();
    let body_aliases = "- response: {body: {string: *text}}\n".repeat(20_000);
    vec![
        ("aliases.yml", after(&format!("anchors:\n{}", nested('a', 10, 11)))),
        ("aliases-of-two.yml", after(&format!("anchors:\n{}", nested('a', 2, 63)))),
        ("aliases-first.yml", format!("anchors:\n{}http_interactions: [*a11, *a11]\n", nested('a', 10, 11))),
        ("aliases-in-body.yml", in_body(&format!("x}}\n{}- *a11\n", nested('a', 10, 11)))),
        ("body-aliases.yml", in_body(&format!("&text {}}}\n{body_aliases}", "x".repeat(30_000)))),
        ("exchange-aliases.yml", VCR_EXCHANGE.to_owned() + &"- *exchange\n".repeat(100_000)),
        ("cycle.yml", in_body("&self [*self]}\n- &all [*all, *self]\n")),
        ("merge-keys.yml", after(&"- &m {<<: *m, a: {<<: [*m, *m]}}\n".repeat(10_000))),
        ("sequences.yml", in_body(&"[".repeat(1_000_000))),
        ("closed-sequences.yml", in_body(&("[".repeat(300_000) + &"]".repeat(300_000) + "}\n"))),
        ("mappings.yml", in_body(&"{a: ".repeat(300_000))),
        ("blocks.yml", after(&format!("other:\n  {}x\n", "- ".repeat(300_000)))),
        ("complex-keys.yml", after(&("? ".repeat(300_000) + "x\n"))),
        ("indentation.yml", after(&format!("other:\n{deeper}"))),
        ("documents.yml", after(&"--- a\n".repeat(200_000))),
        ("anchors.yml", after(&anchors)),
        ("anchor-name.yml", in_body(&format!("&{} x}}\n", "a".repeat(1_000_000)))),
        ("double-quoted.yml", in_body(&("\"".to_owned() + &"x\n\n".repeat(300_000)))),
        ("single-quoted.yml", in_body(&("'".to_owned() + &"x ".repeat(500_000)))),
        ("tags.yml", in_body(&format!("{}x}}\n", "!a ".repeat(300_000)))),
        ("directives.yml", "%TAG !e! tag:example.com,2026:\n".repeat(30_000) + "---\n" + VCR + "x}\n"),
    ]
}

/// Names and texts of hostile JSON.
fn json_bombs() -> Vec<(&'static str, String)> {
    vec![
        ("entries.har", HAR.to_owned() + &"[".repeat(1_000_000)),
        ("body.har", format!("{HAR}{HAR_BODY}\"{}\"}}}}}}]}}}}", "[".repeat(1_000_000))),
        ("escapes.har", format!("{HAR}{HAR_BODY}\"{}\"}}}}}}]}}}}", "\\u005b".repeat(300_000))),
        ("response.json", NOCK.to_owned() + &"{\"a\":".repeat(300_000)),
        ("chunks.json", format!("{NOCK}[{}\"00\"]}}]", "\"1f8b\",".repeat(200_000))),
        ("directories.json", POSTMAN.to_owned() + &"[{\"item\":".repeat(100_000)),
    ]
}

#[test]
fn bombs_are_reported_in_little_memory() {
    let directory = directory("bombs");
    for (name, text) in yaml_bombs().into_iter().chain(json_bombs()) {
        let path = directory.join(name);
        std::fs::File::create(&path).and_then(|mut file| file.write_all(text.as_bytes())).expect("a file");
        within_time(name, move || {
            let output = limited(&path);
            let code = output.status.code();
            assert!(matches!(code, Some(0..=2)), "{name}: {code:?} {}", String::from_utf8_lossy(&output.stderr));
        });
    }
}
