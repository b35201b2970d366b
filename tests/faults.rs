//! Readers and writers that fail, are interrupted, or process a few bytes, at every call. There is never a panic or a
//! wrong "clean", lost output is never silent, and without a loss nothing changes.
#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

mod common;

use std::io::{self, Error, ErrorKind, Read, Write};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use callcheck::internals::check::CheckOptions;
use callcheck::internals::check::Validator;
use callcheck::internals::cli::settings::Environment;
use callcheck::internals::cli::{CheckArgs, ConfigArgs, ExplainArgs, FormatArgs, SchemaName, SummaryArgs};
use callcheck::internals::commands;
use callcheck::internals::finding::Event;
use callcheck::internals::finding::summary::Outcome;
use callcheck::internals::format::{self, LayoutStyle, Order};
use callcheck::internals::input::Limits;
use callcheck::internals::reporters::Format;

/// Returns some bytes per call, with a fault at one call.
struct Reader<'b> {
    bytes: &'b [u8],
    piece: usize,
    calls: usize,
    /// Number of the call and the error. Without an error, the input ends there.
    fault: Option<(usize, Option<ErrorKind>)>,
}

impl Read for Reader<'_> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        let call = self.calls;
        self.calls += 1;
        match self.fault {
            // An interrupted call is repeated, a failed one may be.
            Some((at, Some(kind))) if call == at || kind != ErrorKind::Interrupted && call > at => {
                return Err(Error::from(kind));
            }
            Some((at, None)) if call >= at => return Ok(0),
            _ => {}
        }
        let length = self.piece.min(space.len()).min(self.bytes.len());
        space[..length].copy_from_slice(&self.bytes[..length]);
        self.bytes = &self.bytes[length..];
        Ok(length)
    }
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut compressed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    compressed.write_all(text).expect("memory can be written");
    compressed.finish().expect("memory can be written")
}

fn response() -> Vec<u8> {
    std::fs::read("fixtures/valid/create.pretty.json").expect("a fixture")
}

/// Inputs with their options: a valid response, a compressed one, and JSON Lines.
fn inputs() -> Vec<(Vec<u8>, bool)> {
    let response = response();
    let compact = serde_json::from_slice::<serde_json::Value>(&response).expect("JSON").to_string();
    let lines = format!("{compact}\n{compact}\n{compact}\n").into_bytes();
    vec![(gzip(&response), false), (response, false), (gzip(&lines), true), (lines, true)]
}

fn checked(task: &CheckOptions<'_>, reader: &mut Reader<'_>) -> (Vec<String>, bool, u64) {
    let events = common::events(task, "made", reader, false);
    let is_failed = events.iter().any(|event| matches!(event, Event::InputError(_)));
    let errors =
        events.iter().map(|event| if let Event::DocumentEnd(_, ending) = event { ending.counts.errors } else { 0 });
    let errors = errors.sum();
    // Missing input is a failure as well.
    let is_failed = is_failed || !events.iter().any(|event| matches!(event, Event::DocumentEnd(..)));
    (events.iter().map(|event| format!("{event:?}")).collect(), is_failed, errors)
}

#[test]
fn a_reader_that_fails_anywhere_is_never_clean() {
    for (bytes, lines) in inputs() {
        for window in [64, 128 * 1024] {
            for threads in [1, 2] {
                let task = CheckOptions {
                    lines,
                    window,
                    block: window,
                    threads,
                    threads_from: 0,
                    ..CheckOptions::new(Validator::embedded())
                };
                let piece = 97;
                let (expected, _, errors) = checked(&task, &mut Reader { bytes: &bytes, piece, calls: 0, fault: None });
                assert_eq!(errors, 0, "{expected:?}");
                for call in 0..=bytes.len() / piece + 1 {
                    let with = |kind| {
                        checked(&task, &mut Reader { bytes: &bytes, piece, calls: 0, fault: Some((call, kind)) })
                    };
                    for kind in
                        [ErrorKind::Other, ErrorKind::PermissionDenied, ErrorKind::UnexpectedEof, ErrorKind::WouldBlock]
                    {
                        let (events, is_failed, _) = with(Some(kind));
                        assert!(is_failed, "{kind:?} at call {call}, window {window}: {events:?}");
                    }
                    // Interruptions are retried.
                    assert_eq!(with(Some(ErrorKind::Interrupted)).0, expected, "call {call}, window {window}");
                    // An early end is an error, except between two lines of uncompressed input.
                    let (events, is_failed, errors) = with(None);
                    let is_between = lines
                        && bytes[0] == b'{'
                        && (call * piece == 0 || call * piece >= bytes.len() || bytes[call * piece - 1] == b'\n');
                    assert!(
                        is_failed || errors > 0 || is_between || call * piece >= bytes.len(),
                        "call {call}: {events:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn formatting_truncated_input_is_never_complete() {
    for (bytes, lines) in inputs() {
        let task = format::FormatOptions {
            style: LayoutStyle::PRETTIER,
            line_ending: format::LineEnding::Auto,
            order: Order::Kept,
            painted: None,
            lines,
            limits: Limits::DEFAULT,
            window: 128,
            drawn: 1,
            findings: None,
            keeps_lines: false,
        };
        let piece = 61;
        let run = |fault| {
            let (mut out, mut event_count) = (Vec::new(), 0);
            let mut reader = Reader { bytes: &bytes, piece, calls: 0, fault };
            let input = format::FormatInput { name: "made", reader: &mut reader, may_be_lines: false, is_file: true };
            let done = format::format(&task, input, &mut out, &mut |event| {
                event_count += usize::from(!matches!(event, Event::DocumentEnd(..) | Event::FileEnd));
            });
            (out, done.expect("memory can be written").is_whole, event_count)
        };
        let (expected, is_whole, _) = run(None);
        assert!(is_whole);
        for call in 0..bytes.len() / piece {
            let (out, is_whole, event_count) = run(Some((call, Some(ErrorKind::Other))));
            assert!(!is_whole && event_count > 0, "call {call}");
            // The layout depends on the missing text.
            let plain =
                |text: &[u8]| text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect::<Vec<u8>>();
            assert!(plain(&expected).starts_with(&plain(&out)), "call {call}: {}", String::from_utf8_lossy(&out));
            assert_eq!(run(Some((call, Some(ErrorKind::Interrupted)))).0, expected, "call {call}");
        }
    }
}

/// Accepts a few bytes per call, with a fault at one call.
struct Writer {
    taken: Vec<u8>,
    piece: usize,
    calls: usize,
    fault: Option<(usize, ErrorKind)>,
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let call = self.calls;
        self.calls += 1;
        match self.fault {
            Some((at, kind)) if call == at || kind != ErrorKind::Interrupted && call > at => {
                return Err(Error::from(kind));
            }
            _ => {}
        }
        let length = self.piece.min(bytes.len());
        self.taken.extend_from_slice(&bytes[..length]);
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A command that writes to this writer.
type Writing = Box<dyn Fn(&mut dyn Write) -> io::Result<Outcome>>;

/// Every command.
fn commands() -> Vec<Writing> {
    let paths =
        || vec![PathBuf::from("fixtures/invalid/schema-type.several.min.json"), PathBuf::from("fixtures/valid")];
    let terminal = || Environment { directory: env!("CARGO_MANIFEST_DIR").into(), ..Environment::default() };
    let mut commands: Vec<Writing> = Vec::new();
    for output_format in [Format::Full, Format::Concise, Format::Json] {
        commands.push(Box::new(move |out| {
            let args = CheckArgs { paths: paths(), output_format: Some(output_format), ..CheckArgs::default() };
            commands::check_inputs(&args, &terminal(), out, &mut io::sink())
        }));
    }
    commands.push(Box::new(move |out| {
        let args = SummaryArgs { paths: paths(), ..SummaryArgs::default() };
        commands::summarize(&args, &terminal(), out, &mut io::sink())
    }));
    commands.push(Box::new(move |out| {
        let args = FormatArgs { paths: vec!["fixtures/valid/create.pretty.json".into()], ..FormatArgs::default() };
        commands::format_inputs(&args, &terminal(), out, &mut io::sink())
    }));
    commands.push(Box::new(move |out| commands::explain(&ExplainArgs::default(), &terminal(), out)));
    commands
        .push(Box::new(move |out| commands::print_config(&ConfigArgs::default(), &terminal(), out, &mut io::sink())));
    commands.push(Box::new(|out| commands::print_schema(SchemaName::Response, out)));
    commands
}

#[test]
fn a_writer_that_fails_anywhere_is_never_success() {
    for (index, command) in commands().iter().enumerate() {
        let run = |piece, fault| {
            let mut writer = Writer { taken: Vec::new(), piece, calls: 0, fault };
            (command(&mut writer), writer.taken, writer.calls)
        };
        let (ended, expected, _) = run(usize::MAX, None);
        let ended = ended.expect("memory can be written");
        // Short writes are continued.
        let (_, taken, calls) = run(313, None);
        assert_eq!(taken, expected, "command {index}");
        for call in (0..calls).step_by(1 + calls / 60) {
            for kind in [ErrorKind::StorageFull, ErrorKind::Other, ErrorKind::WouldBlock] {
                let (ended, taken, _) = run(313, Some((call, kind)));
                assert_eq!(ended.map_err(|error| error.kind()), Err(kind), "command {index}, call {call}");
                assert!(expected.starts_with(&taken), "command {index}, call {call}");
            }
            // A closed pipe is a normal end: no error, and the outcome is that of the findings so far.
            let (closed, taken, _) = run(313, Some((call, ErrorKind::BrokenPipe)));
            let closed = closed.unwrap_or_else(|error| panic!("command {index}, call {call}: {error}"));
            assert!(closed == ended || ended == Outcome::Findings, "command {index}, call {call}: {closed:?}");
            assert!(expected.starts_with(&taken));
            let (after, taken, _) = run(313, Some((call, ErrorKind::Interrupted)));
            assert_eq!((after.ok(), &taken), (Some(ended), &expected), "command {index}, call {call}");
        }
    }
}

fn shell(command: &str) -> Output {
    let command = command.replace("callcheck", env!("CARGO_BIN_EXE_callcheck"));
    Command::new("sh")
        .args(["-c", &command])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::null())
        .output()
        .expect("sh runs")
}

/// Streams that are closed before the start. A closed standard output looks like /dev/null, because Rust's runtime
/// opens that instead.
#[cfg(unix)]
#[test]
fn closed_streams_change_nothing() {
    for (command, code) in [
        ("callcheck fixtures/valid <&-", 0),
        ("callcheck fixtures/valid 2>&-", 0),
        ("callcheck fixtures/valid <&- 2>&-", 0),
        ("callcheck fixtures/invalid/schema-type.several.min.json 2>&-", 1),
        ("callcheck fixtures/invalid/schema-type.several.min.json >&- 2>&-", 1),
        // A closed standard input is an empty document.
        ("callcheck - <&-", 1),
        ("callcheck summary fixtures/valid <&- 2>&-", 0),
        ("callcheck format fixtures/valid/create.pretty.json <&- 2>&-", 0),
        ("callcheck --no-such-option 2>&-", 2),
    ] {
        let output = shell(command);
        assert_eq!(output.status.code(), Some(code), "{command}: {output:?}");
        assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"), "{command}: {output:?}");
    }
}

/// A full disk: the old file is preserved.
#[cfg(target_os = "linux")]
#[test]
fn a_failed_write_of_a_report_is_an_error() {
    for command in [
        "callcheck -q fixtures/valid --report markdown=/dev/full",
        "callcheck -q fixtures/valid --report html=/nowhere/at/all.html",
        "callcheck summary fixtures/valid --report markdown=/dev/full > /dev/null",
        "callcheck summary fixtures/valid > /dev/full",
        "callcheck format fixtures/valid/create.pretty.json > /dev/full",
        "callcheck explain > /dev/full",
    ] {
        let output = shell(command);
        assert_eq!(output.status.code(), Some(2), "{command}: {output:?}");
        assert!(!output.stderr.is_empty(), "{command}");
    }
}
