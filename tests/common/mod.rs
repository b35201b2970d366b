//! Shared by the tests.
#![allow(dead_code, unused_imports, reason = "each test binary uses a part")]
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

pub mod chunking;
pub mod differential;
pub mod generated;
pub mod layout;
pub mod random;

use std::path::{Path, PathBuf};

use callcheck::internals::check::CheckOptions;
use callcheck::internals::cli::CheckArgs;
use callcheck::internals::cli::settings::Environment;
use callcheck::internals::finding::summary::Outcome;
use callcheck::internals::reporters::{Format, Style};
use differential::ChunkedInput;
pub use differential::events;

/// Runs `callcheck check` in this process. Returns standard output, standard error and the outcome.
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
    let outcome = callcheck::internals::commands::check_inputs(&args, &terminal, &mut out, &mut err)
        .expect("memory can be written");
    (String::from_utf8(out).expect("output is UTF-8"), String::from_utf8(err).expect("output is UTF-8"), outcome)
}

/// Output of one format.
pub fn print(options: &CheckOptions<'_>, name: &str, bytes: &[u8], format: Format, style: Style) -> String {
    differential::render(options, ChunkedInput { name, ..ChunkedInput::whole(bytes) }, format, style).output
}

/// Files of a directory of fixtures, sorted, without expected output. Paths are relative and have slashes on every
/// system, because the output shows them.
pub fn fixtures(directory: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(directory)
        .unwrap_or_else(|error| panic!("{directory}: {error}"))
        .map(|entry| entry.expect("a directory entry").file_name().into_string().expect("UTF-8"))
        .filter(|name| name.contains('.') && !name.ends_with(".out"))
        .map(|name| PathBuf::from(format!("{directory}/{name}")))
        .collect();
    found.sort();
    assert!(!found.is_empty(), "{directory} has fixtures");
    found
}

/// Compares output with the expected file, or writes the file if `BLESS` is set.
pub fn blessed(path: &Path, output: &str) -> Result<(), String> {
    if std::env::var_os("BLESS").is_some() {
        let parent = path.parent().unwrap_or(Path::new(""));
        std::fs::create_dir_all(parent).map_err(|error| format!("{}: {error}", parent.display()))?;
        std::fs::write(path, output).map_err(|error| format!("{}: {error}", path.display()))?;
        return Ok(());
    }
    match std::fs::read_to_string(path) {
        Ok(expected) if expected == output => Ok(()),
        Ok(expected) => {
            let lines = expected.lines().chain(["(end)"]).zip(output.lines().chain(["(end)"])).zip(1..);
            let different = lines.into_iter().find(|((expected, found), _)| expected != found);
            let ((expected, found), line) = different.unwrap_or((("line breaks", "other line breaks"), 0));
            let path = path.display();
            Err(format!(
                "{path}:{line} differs\nexpected: {expected}\nfound:    {found}\nrun the test with BLESS=1 and read the diff"
            ))
        }
        Err(error) => Err(format!("{}: {error}; run with BLESS=1 and look at what it writes", path.display())),
    }
}

/// Asserts that no line is wider than `width` and that no character moves the cursor, hides text or changes its
/// direction.
pub fn assert_fit_for_a_terminal(output: &str, width: usize) {
    for line in output.lines() {
        assert!(!line.chars().any(callcheck::internals::text::is_hostile), "a hostile character in {line:?}");
        let cells = unicode_width::UnicodeWidthStr::width(line);
        assert!(callcheck::internals::text::width(line) <= width, "{cells} cells instead of {width}: {line}");
    }
}

/// Directory of the public suites, which is not part of the project. `None` if it is not available.
pub fn shared() -> Option<PathBuf> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    if !shared.is_dir() {
        eprintln!("skipped: there is no ../shared");
        return None;
    }
    Some(shared)
}
