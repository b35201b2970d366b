//! The files of a release have the same names in every file that builds or downloads them. `.ci/install` installs them.

use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, Output};

use fancy_regex::Regex;
use serde_json::Value as Serde;

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The first group of each match.
fn captures(text: &str, pattern: &str) -> BTreeSet<String> {
    let found = Regex::new(pattern).expect("a pattern");
    found.captures_iter(text).map(|found| found.expect("no error")[1].to_owned()).collect()
}

/// Target and, for example, `linux-x64-musl`.
fn platforms() -> Vec<(String, String)> {
    let table: Serde = serde_json::from_str(&read("dev/release/platforms.json")).expect("JSON");
    let name = |platform: &Serde| {
        let parts = ["os", "cpu", "libc"].into_iter().filter_map(|key| platform[key].as_str());
        parts.collect::<Vec<_>>().join("-")
    };
    table.as_object().expect("an object").iter().map(|(target, platform)| (target.clone(), name(platform))).collect()
}

fn manifest() -> toml::Table {
    read("Cargo.toml").parse().expect("TOML")
}

#[test]
fn every_file_has_the_same_targets() {
    let targets: BTreeSet<String> = platforms().into_iter().map(|(target, _)| target).collect();
    let workflow = read(".github/workflows/release.yml");
    assert_eq!(captures(&workflow, r"\{ target: ([^,]+),"), targets, "release.yml");
    assert_eq!(captures(&read("docs/installation.md"), r"(?m)^\| `([^`]+)` \|"), targets, "docs/installation.md");
    // The action has one target for each system, and selects it by the names of the runner.
    let action = read("action.yml");
    let cases = Regex::new(r"(?m)^ +(\w+-\w+)\) target=(\S+) ;;$").expect("a pattern");
    let mut systems = BTreeSet::new();
    for case in cases.captures_iter(action.as_str()).map(|case| case.expect("no error")) {
        assert!(targets.contains(&case[2]), "action.yml: {}", &case[2]);
        systems.insert(case[1].to_lowercase().replace("macos", "darwin").replace("windows", "win32"));
    }
    let expected = platforms().into_iter().map(|(_, name)| name.splitn(3, '-').take(2).collect::<Vec<_>>().join("-"));
    assert_eq!(systems, expected.collect(), "action.yml");
}

#[test]
fn every_file_has_the_same_name_of_the_archive() {
    let manifest = manifest();
    let binstall = &manifest["package"]["metadata"]["binstall"];
    let url = binstall["pkg-url"].as_str().expect("a text");
    let (base, archive) = url.rsplit_once('/').expect("a path");
    assert_eq!(base, "{ repo }/releases/download/v{ version }");
    assert_eq!(archive, "{ name }-{ version }-{ target }.tar.gz");
    assert_eq!(binstall["bin-dir"].as_str(), Some("{ name }-{ version }-{ target }/{ bin }{ binary-ext }"));
    for (path, expected) in [
        ("dev/release/build.sh", "name=callcheck-$version-$target\n"),
        ("dev/release/build.sh", "tar czf \"$out/$name.tar.gz\" -C \"$work\" \"$name\"\n"),
        ("dev/release/npm.mjs", "`^callcheck-${version}-(.*)\\\\.tar\\\\.gz$`"),
        ("dev/release/npm.mjs", "`callcheck-${version}-${target}/${file}`"),
        ("action.yml", "name=callcheck-$version-$target\n"),
        ("action.yml", "$repository/releases/download/v$version/$1"),
        ("docs/installation.md", "`callcheck-VERSION-TARGET.tar.gz`"),
    ] {
        assert!(read(path).contains(expected), "{path}: expected {expected}");
    }
}

/// `repository` in Cargo.toml is the only definition. Users copy the examples in the documentation, so these show it.
#[test]
fn examples_show_the_repository_and_the_version() {
    let manifest = manifest();
    let package = |key: &str| manifest["package"][key].as_str().expect("a text");
    let repository = package("repository").strip_prefix("https://github.com/").expect("a repository on GitHub");
    let mut examples = 0;
    for path in ["README.md", "RELEASE.md", "docs/installation.md", "docs/guides/ci.md", "docs/guides/fixtures.md"] {
        let text = read(path);
        let pattern = r"(?:github\.com/|uses: |--repo )([\w.-]+/callcheck)\b";
        let found = captures(&text, pattern);
        assert!(found.iter().all(|found| found == repository), "{path}: expected {repository}, found {found:?}");
        let version = format!("v{}", package("version"));
        let found = captures(&text, r"(?:/callcheck@|rev: )(v[\w.]+)");
        assert!(found.iter().all(|found| *found == version), "{path}: expected {version}, found {found:?}");
        examples += found.len();
    }
    assert!(examples > 0);
}

/// A release in a local directory, an action with its version, and a `cargo` that prints its arguments.
#[cfg(unix)]
struct LocalRelease {
    root: std::path::PathBuf,
}

#[cfg(unix)]
impl LocalRelease {
    fn new(name: &str) -> Self {
        let root = crate::directory(name);
        let script = format!(
            "cd '{}'\nmkdir -p bin action server/releases/download/v1.2.3 callcheck-1.2.3-x86_64-unknown-linux-gnu\n\
             printf 'version = \"1.2.3\"\\nrepository = \"file://%s/server\"\\n' \"$PWD\" > action/Cargo.toml\n\
             printf '#!/bin/sh\\necho cargo \"$@\"\\n' > bin/cargo\nchmod +x bin/cargo\n\
             echo binary > callcheck-1.2.3-x86_64-unknown-linux-gnu/callcheck\n\
             cd server/releases/download/v1.2.3\n\
             tar czf callcheck-1.2.3-x86_64-unknown-linux-gnu.tar.gz -C \"$OLDPWD\" callcheck-1.2.3-x86_64-unknown-linux-gnu\n\
             if command -v sha256sum > /dev/null; then sha256sum *; else shasum -a 256 *; fi > SHA256SUMS\n",
            root.display()
        );
        assert!(Command::new("bash").args(["-ec", &script]).status().expect("bash runs").success());
        LocalRelease { root }
    }

    fn install(&self, reference: &str, architecture: &str) -> Output {
        let _ = fs::remove_dir_all(self.root.join("installed"));
        let path = format!("{}:{}", self.root.join("bin").display(), std::env::var("PATH").unwrap_or_default());
        let output = Command::new("bash")
            .args(["-eo", "pipefail", "-c", &crate::step("install")])
            .envs([("REF", reference), ("RUNNER_OS", "Linux"), ("RUNNER_ARCH", architecture), ("PATH", &path)])
            .env("ACTION", self.root.join("action"))
            .env("DIRECTORY", self.root.join("installed"))
            .output();
        output.expect("bash runs")
    }

    fn binary(&self) -> Option<String> {
        fs::read_to_string(self.root.join("installed/bin/callcheck")).ok()
    }
}

#[cfg(unix)]
#[test]
fn the_action_downloads_the_release_of_its_version() {
    if !crate::is_there("curl") {
        return;
    }
    let release = LocalRelease::new("action-release");
    let output = release.install("v1", "X64");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(release.binary().as_deref(), Some("binary\n"), "{output:?}");
    // Sources of a branch or of another commit are not those of the release, and a release can be incomplete.
    for (reference, architecture) in
        [("main", "X64"), (&*"0123456789".repeat(4), "X64"), ("v1.2.3", "ARM64"), ("", "RISCV")]
    {
        let output = release.install(reference, architecture);
        let out = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && out.contains("cargo install --locked --path"), "{reference}: {output:?}");
        assert_eq!(release.binary(), None, "{reference}");
    }
    // A damaged or replaced archive is never installed.
    let sums = release.root.join("server/releases/download/v1.2.3/SHA256SUMS");
    let wrong = fs::read_to_string(&sums).expect("a file").replace(|digit: char| digit.is_ascii_digit(), "0");
    fs::write(&sums, wrong.replace("0.0.0", "1.2.3").replace("x00_00", "x86_64")).expect("a file");
    let output = release.install("v1.2.3", "X64");
    assert!(!output.status.success() && release.binary().is_none(), "{output:?}");
}

#[cfg(unix)]
#[test]
fn the_action_accepts_the_commit_of_a_tag() {
    if !crate::is_there("curl") || !crate::is_there("git") {
        return;
    }
    let release = LocalRelease::new("action-commit");
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
        let output =
            Command::new("git").arg("-C").arg(release.root.join("server")).args(identity).args(arguments).output();
        let output = output.expect("git runs");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
    };
    git(&["init", "--quiet"]);
    git(&["commit", "--quiet", "--allow-empty", "--message", "release"]);
    git(&["tag", "--annotate", "v1.2.3", "--message", "release"]);
    let commit = git(&["rev-parse", "HEAD"]);
    git(&["commit", "--quiet", "--allow-empty", "--message", "later"]);
    release.install(&commit, "X64");
    assert!(release.binary().is_some(), "the commit of the tag");
    release.install(&git(&["rev-parse", "HEAD"]), "X64");
    assert_eq!(release.binary(), None, "a later commit");
}
