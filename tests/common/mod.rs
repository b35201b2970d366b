//! What the tests share.
#![allow(dead_code, reason = "each test binary uses a part")]
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

pub mod made;
pub mod pieces;

use std::io::Read;
use std::path::{Path, PathBuf};

use callcheck::check::{CheckOptions, ThreadState, check_reader};
use callcheck::cli::CheckArgs;
use callcheck::cli::settings::Environment;
use callcheck::finding::Event;
use callcheck::finding::summary::{Outcome, Summary};
use callcheck::reporters::{self, Format, Style};

/// Runs `callcheck check` in this process: standard output, standard error, how it ended.
pub fn run(
    paths: &[&Path],
    format: Format,
    width: usize,
    change: impl Fn(&mut CheckArgs),
) -> (String, String, Outcome) {
    let mut args = CheckArgs {
        paths: paths.iter().map(|path| path.to_path_buf()).collect(),
        output_format: Some(format),
        ..CheckArgs::default()
    };
    change(&mut args);
    let terminal = Environment { columns: Some(width.to_string()), ..Environment::default() };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let outcome =
        callcheck::commands::check_inputs(&args, &terminal, &mut out, &mut err).expect("memory can be written");
    (String::from_utf8(out).expect("output is UTF-8"), String::from_utf8(err).expect("output is UTF-8"), outcome)
}

/// What is printed of some bytes.
pub fn print(task: &CheckOptions<'_>, name: &str, bytes: &[u8], format: Format, style: Style) -> String {
    let mut reporter = reporters::reporter(format, style);
    let mut summary = Summary::default();
    let mut out = Vec::new();
    for event in events(task, name, &mut &bytes[..], false) {
        match event {
            Event::Finding(subject, found) => reporter.finding(&subject, *found, &mut out),
            Event::DocumentEnd(subject, ending) => {
                summary.add(&ending);
                reporter.document(&subject, &ending, &mut out)
            }
            _ => Ok(()),
        }
        .expect("memory can be written");
    }
    reporter.finish(&summary, None, &[], &mut out).expect("memory can be written");
    String::from_utf8(out).expect("output is UTF-8")
}

/// All that is said of what a reader gives.
pub fn events(task: &CheckOptions<'_>, name: &str, reader: &mut (dyn Read + Send), may_be_lines: bool) -> Vec<Event> {
    let mut events = Vec::new();
    let mut worker = ThreadState::new(task);
    let _ = check_reader(task, &mut worker, name, (reader, None), may_be_lines, &mut |event| {
        events.push(event);
        Ok(())
    });
    events
}

/// The files of a folder of fixtures, sorted; blessed outputs left out. Paths are relative, as outputs show them.
pub fn fixtures(folder: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{folder}: {error}"))
        .map(|entry| entry.expect("a folder entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension != "out"))
        .collect();
    found.sort();
    assert!(!found.is_empty(), "{folder} has fixtures");
    found
}

/// Compares with the blessed file, or writes it where `BLESS` is set.
pub fn blessed(path: &Path, output: &str) -> Result<(), String> {
    if std::env::var_os("BLESS").is_some() {
        let parent = path.parent().unwrap_or(Path::new(""));
        std::fs::create_dir_all(parent).map_err(|error| format!("{}: {error}", parent.display()))?;
        std::fs::write(path, output).map_err(|error| format!("{}: {error}", path.display()))?;
        return Ok(());
    }
    match std::fs::read_to_string(path) {
        Ok(expected) if expected == output => Ok(()),
        Ok(expected) => Err(format!(
            "{} differs; run with BLESS=1 and look at the diff\n--- expected\n{expected}\n--- found\n{output}",
            path.display()
        )),
        Err(error) => Err(format!("{}: {error}; run with BLESS=1 and look at what it writes", path.display())),
    }
}

/// No line is wider than this, and nothing in it moves the cursor, hides or turns text.
pub fn assert_fit_for_a_terminal(output: &str, width: usize) {
    for line in output.lines() {
        assert!(!line.chars().any(callcheck::text::is_hostile), "a hostile character in {line:?}");
        let cells = unicode_width::UnicodeWidthStr::width(line);
        assert!(callcheck::text::width(line) <= width, "{cells} cells instead of {width}: {line}");
    }
}

/// The folder with the material that is not part of the project, where there is one.
pub fn shared() -> Option<PathBuf> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    if !shared.is_dir() {
        eprintln!("skipped: there is no ../shared");
        return None;
    }
    Some(shared)
}
