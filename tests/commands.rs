//! Runs `tests/cmd/*.trycmd` and every console block of README.md and docs/. `TRYCMD=overwrite cargo test` writes the
//! output.
//!
//! Readers of the Markdown see only commands and output. The exit code, if it is not 0, is in a comment before the
//! block: `<!-- exit: 1 -->`. trycmd expects it as a line `? 1` after the command, so it gets a copy of the page.
#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn commands_print_what_their_files_show() {
    let pages = pages();
    let copies: Vec<PathBuf> = pages.iter().map(|page| copy(page)).collect();
    let cases = trycmd::TestCases::new();
    cases.env("COLUMNS", "100").case("tests/cmd/*.trycmd");
    for copy in &copies {
        cases.case(copy);
    }
    cases.run();
    for (page, copy) in pages.iter().zip(&copies) {
        let text = without_codes(&fs::read_to_string(copy).expect("a copy"));
        if text != fs::read_to_string(page).expect("a page") {
            fs::write(page, text).expect("TRYCMD=overwrite writes the page");
        }
    }
}

/// README.md and the pages of the book with console blocks.
fn pages() -> Vec<PathBuf> {
    let mut found = vec![PathBuf::from("README.md")];
    let mut directories = vec![PathBuf::from("docs")];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    found.retain(|page| fs::read_to_string(page).expect("UTF-8").contains("```console"));
    found.sort();
    found
}

fn copy(page: &Path) -> PathBuf {
    let name = page.to_string_lossy().replace(['/', '\\'], "-");
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&copy, with_codes(&fs::read_to_string(page).expect("UTF-8"))).expect("a copy");
    copy
}

/// Adds the line `? N` after the commands of a block whose comment has an exit code.
fn with_codes(text: &str) -> String {
    let (mut out, mut code, mut is_console) = (String::new(), None, false);
    for line in text.lines() {
        out.push_str(line);
        out.push('\n');
        if let Some(found) = line.strip_prefix("<!-- exit: ").and_then(|rest| rest.strip_suffix(" -->")) {
            code = Some(found.to_owned());
        } else if line == "```console" {
            is_console = true;
        } else if line.starts_with("```") {
            (is_console, code) = (false, None);
        } else if is_console
            && line.starts_with("$ ")
            && let Some(code) = &code
        {
            out.push_str(&format!("? {code}\n"));
        }
    }
    out
}

fn without_codes(text: &str) -> String {
    let mut out = String::new();
    let mut is_command = false;
    for line in text.lines() {
        let is_code =
            is_command && line.strip_prefix("? ").is_some_and(|code| code.parse::<u8>().is_ok() || code == "failed");
        if !is_code {
            out.push_str(line);
            out.push('\n');
        }
        is_command = line.starts_with("$ ");
    }
    out
}

#[test]
fn exit_codes_are_in_comments() {
    let page = "<!-- exit: 1 -->\n```console\n$ callcheck a\nfound\n```\n\n```console\n$ callcheck b\n```\n";
    let copy = "<!-- exit: 1 -->\n```console\n$ callcheck a\n? 1\nfound\n```\n\n```console\n$ callcheck b\n```\n";
    assert_eq!((with_codes(page).as_str(), without_codes(copy).as_str()), (copy, page));
}
