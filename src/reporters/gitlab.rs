//! `gitlab`: a Code Quality report, for the widget in merge requests.
//! <https://docs.gitlab.com/ci/testing/code_quality/>

use std::io::{self, Write};

use super::base::{Quota, RunEnd, exchange_suffix, message_with_pointer, once};
use super::fingerprint::Fingerprints;
use super::object::Object;
use super::{Reporter, Style};
use crate::finding::{DocumentId, Finding};

/// Errors, warnings and notes. GitLab compares two reports entry by entry, so the others are left out. One more entry
/// counts them.
const MAX_ENTRIES: [usize; 3] = [15_000, 7_000, 3_000];

pub(super) struct GitLab {
    quota: Quota,
    is_begun: bool,
    fingerprints: Fingerprints,
}

impl GitLab {
    pub(super) fn new(style: Style) -> Self {
        GitLab { quota: Quota::at_most(MAX_ENTRIES, style), is_begun: false, fingerprints: Fingerprints::default() }
    }

    fn entry(&mut self, of: [&str; 5], line: u64, out: &mut dyn Write) -> io::Result<()> {
        let [description, rule, fingerprint, severity, path] = of;
        let mut text = String::from(once(&mut self.is_begun, "[\n", ",\n"));
        let mut entry = Object::begin(&mut text);
        entry
            .text("description", description)
            .text("check_name", rule)
            .text("fingerprint", fingerprint)
            .text("severity", severity);
        let mut location = Object::begin(entry.name("location"));
        location.text("path", path);
        Object::begin(location.name("lines")).number("begin", line).end();
        location.end();
        entry.end();
        out.write_all(text.as_bytes())
    }
}

impl Reporter for GitLab {
    fn finding(&mut self, document: &DocumentId, found: Finding, out: &mut dyn Write) -> io::Result<()> {
        if !self.quota.take(&found.finding) {
            return Ok(());
        }
        let finding = &found.finding;
        let severity = finding.severity.pick(["major", "minor", "info"]);
        let fingerprint = self.fingerprints.next(document, finding);
        let description = format!("{}{}", message_with_pointer(finding), exchange_suffix(document));
        self.entry([&description, finding.rule.id, &fingerprint, severity, &document.name], found.location.0.line, out)
    }

    fn finish(&mut self, end: &RunEnd<'_>, out: &mut dyn Write) -> io::Result<()> {
        for input in end.unreadable {
            let fingerprint = format!("unreadable {}", input.name);
            let entry = [&*input.reason, "unreadable", &*fingerprint, "critical", &input.name];
            self.entry(entry, 1, out)?;
        }
        if let Some(note) = self.quota.note() {
            self.entry([&note, "left-out", "left-out", "info", "."], 1, out)?;
        }
        out.write_all(if self.is_begun { b"\n]\n" } else { b"[]\n" })
    }
}
