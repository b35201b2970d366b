//! Integrations with other tools: the shell steps of the action, names of the release (release.rs), problem matchers,
//! completions and man pages.
#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

#[path = "integrations/release.rs"]
mod release;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value as Serde;

fn directory(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("plug").join(name);
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).expect("a directory");
    directory
}

/// A command with callcheck on its PATH.
fn with_callcheck(program: &str) -> Command {
    let binary = Path::new(env!("CARGO_BIN_EXE_callcheck")).parent().expect("a directory");
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new(program);
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("PATH", format!("{}:{path}", binary.display()))
        .stdin(Stdio::null());
    command
}

fn is_there(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Script of a step of action.yml, selected by its first comment.
fn step(name: &str) -> String {
    let action = fs::read_to_string("action.yml").expect("the action");
    let begin = action.find(&format!("        # {name}\n")).expect("the step");
    let lines = action[begin..].lines().take_while(|line| line.is_empty() || line.starts_with("        "));
    lines.map(|line| line.get(8..).unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

#[cfg(unix)]
#[test]
fn the_steps_of_the_action() {
    let root = directory("action");
    let run = |paths: &str, more: &str, sarif: &str| -> Output {
        let file = |name: &str| root.join(name);
        fs::write(file("output"), "").expect("a file");
        fs::write(file("summary"), "").expect("a file");
        with_callcheck("bash")
            .args(["-eo", "pipefail", "-c", &step("check")])
            .env("PATHS", paths)
            .env("ARGS", more)
            .env("SARIF", sarif)
            .env("RUNNER_TEMP", &root)
            .env("GITHUB_OUTPUT", file("output"))
            .env("GITHUB_STEP_SUMMARY", file("summary"))
            .output()
            .expect("bash runs")
    };
    let outputs = || fs::read_to_string(root.join("output")).expect("an output");
    let output = run("fixtures/valid/create.pretty.json", "", "");
    assert_eq!((output.status.code(), outputs().as_str()), (Some(0), "exit-code=0\n"), "{output:?}");
    // Lists as users write them in workflows.
    let output =
        run("fixtures/valid\n  fixtures/invalid/call-status.json\n", "--deny call\n--no-config --statistics", "");
    assert_eq!((output.status.code(), outputs().as_str()), (Some(1), "exit-code=1\n"), "{output:?}");
    assert!(
        String::from_utf8_lossy(&output.stdout).contains("::error file=fixtures/invalid/call-status.json,"),
        "{output:?}"
    );
    let empty = directory("action-empty");
    fs::write(empty.join("bad.json"), "{").expect("a file");
    let output = with_callcheck("bash")
        .current_dir(&empty)
        .args(["-eo", "pipefail", "-c", &step("check")])
        .envs([("PATHS", " \n"), ("ARGS", "--no-config"), ("SARIF", ""), ("GITHUB_OUTPUT", "output")])
        .env("RUNNER_TEMP", &root)
        .output()
        .expect("bash runs");
    assert!(
        String::from_utf8_lossy(&output.stdout).contains("::error file=bad.json,"),
        "no paths are this directory: {output:?}"
    );
    let blanks = root.join("two words.json");
    fs::copy("fixtures/valid/create.pretty.json", &blanks).expect("a file");
    let output = run(&format!("{}\n", blanks.display()), "", "");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let sarif = root.join("callcheck.sarif");
    let output = run(
        "fixtures/valid/create.pretty.json fixtures/invalid/schema-type.several.min.json",
        "--profile strict",
        sarif.to_str().expect("UTF-8"),
    );
    assert_eq!((output.status.code(), outputs().as_str()), (Some(1), "exit-code=1\n"), "{output:?}");
    assert!(
        String::from_utf8_lossy(&output.stdout)
            .contains("::error file=fixtures/invalid/schema-type.several.min.json,line=1"),
        "{output:?}"
    );
    assert!(fs::read_to_string(root.join("summary")).expect("a summary").contains("batch response"));
    serde_json::from_slice::<Serde>(&fs::read(sarif).expect("it was written")).expect("JSON");
    assert_eq!(run("gone.json", "", "").status.code(), Some(2));
    // callcheck is on the PATH, so the other steps do not run.
    let output = root.join("output");
    fs::write(&output, "").expect("a file");
    let found =
        with_callcheck("bash").args(["-eo", "pipefail", "-c", &step("find")]).env("GITHUB_OUTPUT", output).output();
    assert!(found.expect("bash runs").status.success() && outputs().is_empty());
}

#[cfg(unix)]
#[test]
fn the_makefile_lints_and_formats() {
    if !is_there("make") {
        return;
    }
    let root = directory("make");
    let response = fs::read("fixtures/valid/create.pretty.json").expect("a fixture");
    let compact = serde_json::from_slice::<Serde>(&response).expect("JSON").to_string();
    fs::write(root.join("answer.json"), compact).expect("a file");
    let make = |target: &str| {
        let responses = format!("RESPONSES={}", root.display());
        with_callcheck("make")
            .args(["-f", "examples/ci/Makefile", target, &responses])
            .output()
            .expect("make runs")
            .status
            .success()
    };
    assert!(!make("lint"), "it is not laid out");
    assert!(make("fix") && make("lint"));
}

#[test]
fn the_problem_matcher_matches_the_output() {
    let matcher: Serde =
        serde_json::from_slice(&fs::read("examples/ci/problem-matcher.json").expect("a file")).expect("JSON");
    let pattern = &matcher["problemMatcher"][0]["pattern"][0];
    let regex = fancy_regex::Regex::new(pattern["regexp"].as_str().expect("a text")).expect("a pattern");
    let output = with_callcheck(env!("CARGO_BIN_EXE_callcheck"))
        .args([
            "-q",
            "--output-format",
            "concise",
            "fixtures/invalid/schema-type.several.min.json",
            "fixtures/invalid/json-duplicate-key.pretty.json",
        ])
        .output()
        .expect("it runs");
    let out = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(out.lines().count(), 6, "{out}");
    for line in out.lines() {
        let found = regex.captures(line).expect("no error").unwrap_or_else(|| panic!("no match: {line}"));
        let group =
            |name: &str| found.get(pattern[name].as_u64().expect("a number") as usize).expect("a group").as_str();
        assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(group("file")).is_file(), "{line}");
        assert!(group("line").parse::<u64>().is_ok() && group("column").parse::<u64>().is_ok());
        assert!(["error", "warning"].contains(&group("severity")) && group("code").contains('/'));
    }
}

/// Completion scripts are valid in the installed shells and contain every command.
#[test]
fn completions_and_man_pages_are_generated() {
    let generate = |arguments: &[&str]| {
        let output = with_callcheck(env!("CARGO_BIN_EXE_callcheck")).args(arguments).output().expect("it runs");
        (output.status.code(), String::from_utf8(output.stdout).expect("UTF-8"))
    };
    let root = directory("generate");
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let (code, script) = generate(&["completions", shell]);
        assert_eq!(code, Some(0));
        for command in [
            "check",
            "format",
            "summary",
            "filter",
            "explain",
            "config",
            "schema",
            "completions",
            "man",
            "output-format",
        ] {
            assert!(script.contains(command), "{shell}: {command}");
        }
        if shell == "zsh" {
            // The first word can be a command or a file.
            let parts =
                ["case $line[1] in", "commands 'callcheck commands' commands \"$@\"\n    _files", "(*)\n_files"];
            assert!(parts.iter().all(|part| script.contains(part)), "{script}");
        }
        if shell != "powershell" && is_there(shell) {
            let path = root.join(shell);
            fs::write(&path, script).expect("a file");
            assert!(Command::new(shell).arg("-n").arg(&path).status().expect("it runs").success(), "{shell}");
        }
    }
    if is_there("bash") {
        let script = format!(
            "source '{}'; COMP_WORDS=(callcheck fi); COMP_CWORD=1; _callcheck callcheck fi callcheck; echo \"${{COMPREPLY[@]}}\"",
            root.join("bash").display()
        );
        let output = Command::new("bash").args(["-c", &script]).output().expect("bash runs");
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "filter");
    }
    assert!(generate(&["man"]).1.starts_with(".TH callcheck 1 "));
    for command in ["check", "format", "summary", "filter", "explain", "config", "schema", "completions", "man"] {
        assert!(generate(&["man", command]).1.contains(".SH OPTIONS"), "{command}");
    }
    let filter = generate(&["man", "filter"]).1;
    assert!(
        ["max\\-line\\-size", ".SH EXAMPLES\n.nf\n", ".SH \"EXIT STATUS\"\n.nf\n"]
            .iter()
            .all(|part| filter.contains(part)),
        "{filter}"
    );
    assert_eq!(generate(&["man", "nothing"]).0, Some(2));
    assert_eq!(generate(&["completions", "bash", "filter"]).0, Some(2));
}
