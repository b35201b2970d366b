//! `--changed-since`: only files that differ from the revision are checked, as git lists them.
#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn git(directory: &Path, arguments: &[&str]) -> bool {
    Command::new("git")
        .current_dir(directory)
        .args(["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .output()
        .is_ok_and(|output| output.status.success())
}

/// A repository with an invalid committed file and a valid one.
fn repository(name: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("changed").join(name);
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(root.join("in ner")).expect("a directory");
    fs::write(root.join("old.json"), "{}").expect("a file");
    fs::write(root.join("in ner/good é.json"), response()).expect("a file");
    (git(&root, &["init", "-q"]) && git(&root, &["add", "."]) && git(&root, &["commit", "-qm", "one"])).then_some(root)
}

fn response() -> String {
    fs::read_to_string("fixtures/valid/create.pretty.json").expect("a fixture")
}

fn check(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_callcheck"))
        .current_dir(directory)
        .args(["--no-config", "--output-format", "concise"])
        .args(arguments)
        .output()
        .expect("it runs")
}

#[test]
fn only_changed_files_are_checked() {
    let Some(root) = repository("differs") else { return };
    let code = |output: &Output| output.status.code();
    assert_eq!(code(&check(&root, &["."])), Some(1), "the old file is wrong");
    let output = check(&root, &["--changed-since", "HEAD", "."]);
    assert_eq!(code(&output), Some(0), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("2 files did not change"), "{output:?}");
    // Changed, staged and new files, but not ignored or deleted ones.
    fs::write(root.join("in ner/good é.json"), response().replace("\"COMPLETE\"", "\"DONE\"")).expect("a file");
    fs::write(root.join("new.json"), "[1]").expect("a file");
    fs::write(root.join("staged.json"), "[2]").expect("a file");
    fs::write(root.join(".gitignore"), "ignored.json\n").expect("a file");
    fs::write(root.join("ignored.json"), "[3]").expect("a file");
    assert!(git(&root, &["add", "staged.json"]) && git(&root, &["rm", "-q", "old.json"]));
    let output = check(&root, &["--changed-since", "HEAD", "."]);
    let out = String::from_utf8(output.stdout.clone()).expect("UTF-8");
    assert_eq!(code(&output), Some(1));
    let mut names: Vec<&str> = out.lines().map(|line| line.split(".json:").next().expect("a name")).collect();
    names.dedup();
    assert_eq!(names, ["in ner/good é", "new", "staged"], "{out}");
    // From a subdirectory, and with a named file.
    let output = check(&root.join("in ner"), &["--changed-since", "HEAD", "good é.json"]);
    assert_eq!(code(&output), Some(1), "{output:?}");
}

/// Files that are excluded are not counted as unchanged, and the configuration of unchanged files does not matter.
#[test]
fn unchanged_files_are_counted_after_the_exclusion() {
    let Some(root) = repository("excluded") else { return };
    fs::write(root.join("callcheck.toml"), "exclude = [\"in ner/\"]\n").expect("a file");
    let run = || {
        Command::new(env!("CARGO_BIN_EXE_callcheck"))
            .current_dir(&root)
            .args(["--changed-since", "HEAD", "old.json", "."])
            .output()
            .expect("it runs")
    };
    fs::write(root.join("new.json"), response()).expect("a file");
    let output = run();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    fs::remove_file(root.join("new.json")).expect("a file");
    fs::write(root.join("callcheck.toml"), "").expect("a file");
    let output = run();
    assert!(String::from_utf8_lossy(&output.stderr).contains("Nothing to check: 2 files did not change"), "{output:?}");
    fs::write(root.join("callcheck.toml"), "wrong").expect("a file");
    let output = run();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn errors_of_git_are_reported() {
    let Some(root) = repository("told") else { return };
    for (revision, expected) in [("no-such-revision", "git: "), ("--output=x", "invalid revision")] {
        let output = check(&root, &[&format!("--changed-since={revision}"), "."]);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(expected), "{output:?}");
    }
    assert!(!root.join("x").exists());
    let outside = check(Path::new("/"), &["--changed-since", "HEAD", root.join("old.json").to_str().expect("UTF-8")]);
    assert_eq!(outside.status.code(), Some(2), "{outside:?}");
}
