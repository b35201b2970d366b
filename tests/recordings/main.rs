//! Recordings of HTTP exchanges. fixtures/recordings contains what recorders wrote (tests/recorders/record.py), and
//! tests/recorders/expected.json what the recorded server served.
#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

#[path = "../common/mod.rs"]
mod common;
mod damage;
mod exchanges;
mod expected;
mod law;
mod text;

use std::path::{Path, PathBuf};

use serde_json::Value;

/// Directory of the recordings.
const RECORDINGS: &str = "fixtures/recordings";

/// A new directory for one test.
fn directory(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("recordings").join(name);
    let _ = std::fs::remove_dir_all(&directory);
    std::fs::create_dir_all(&directory).expect("a directory");
    directory
}

/// A finding of a JSON report, and the document that has it.
#[derive(Debug, Clone)]
struct Found {
    finding: Value,
}

impl Found {
    fn text(&self, property: &str) -> &str {
        self.finding[property].as_str().unwrap_or_default()
    }

    /// Byte offsets.
    fn span(&self) -> std::ops::Range<usize> {
        let offset = |end: &str| self.finding["span"][end].as_u64().expect("an offset") as usize;
        offset("start")..offset("end")
    }

    fn number(&self, property: &str) -> u64 {
        self.finding[property].as_u64().expect("a number")
    }

    /// The notes without the offset in the decoded body, which only findings of recordings have.
    fn notes(&self) -> Vec<&str> {
        let notes = self.finding["notes"].as_array().expect("notes");
        notes.iter().filter_map(Value::as_str).filter(|note| !note.starts_with("at byte offset ")).collect()
    }

    /// The offset in the decoded body, if the recording does not have the decoded text.
    fn decoded_offset(&self) -> Option<usize> {
        let notes = self.finding["notes"].as_array().expect("notes");
        let note = notes.iter().filter_map(Value::as_str).find_map(|note| note.strip_prefix("at byte offset "))?;
        note.split(' ').next().and_then(|number| number.parse().ok())
    }

    /// The parts of a finding that a recording must not change.
    fn law(&self) -> (&str, &str, &str, &str, &str, Vec<&str>) {
        let pointers = (self.text("instance_location"), self.text("keyword_location"));
        (self.text("rule"), pointers.0, pointers.1, self.text("message"), self.text("label"), self.notes())
    }
}

/// A document of a JSON report.
struct Checked {
    document: Value,
    findings: Vec<Found>,
}

impl Checked {
    fn of(document: &Value) -> Self {
        let findings = document["findings"].as_array().expect("findings");
        let findings = findings.iter().map(|finding| Found { finding: finding.clone() }).collect();
        Checked { document: document.clone(), findings }
    }
}

/// The documents of a report, and standard error.
fn check(paths: &[&Path], change: impl Fn(&mut callcheck::internals::cli::CheckArgs)) -> (Vec<Checked>, String) {
    let (out, err, _) = common::run(paths, callcheck::internals::reporters::Format::Json, 100, change);
    let report: Value = serde_json::from_str(&out).expect("a report is JSON");
    (report["documents"].as_array().expect("documents").iter().map(Checked::of).collect(), err)
}
