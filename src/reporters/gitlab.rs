//! `gitlab`: a Code Quality report, for the widget in merge requests. <https://docs.gitlab.com/ci/testing/code_quality/>

use std::io::{self, Write};

use super::fingerprint::Fingerprints;
use super::from_here;
use super::object::Object;
use super::{Reporter, Style, at_pointer, left_out};
use crate::diagnostic::Severity;
use crate::finding::summary::{Statistics, Summary};
use crate::finding::{DocumentId, Finding};
use crate::input::InputError;
use crate::text::visible;

/// More are not listed: GitLab compares two reports entry by entry. What is left out is an entry of its own.
const MOST: usize = 25_000;

pub struct GitLab {
    left: usize,
    hidden: u64,
    is_begun: bool,
    fingerprints: Fingerprints,
}

impl GitLab {
    pub fn new(style: Style) -> Self {
        let left = style.limit.unwrap_or(MOST).min(MOST);
        GitLab { left, hidden: 0, is_begun: false, fingerprints: Fingerprints::default() }
    }

    fn entry(&mut self, of: [&str; 5], line: u64, out: &mut dyn Write) -> io::Result<()> {
        let [description, rule, fingerprint, severity, path] = of;
        let mut text = String::from(if std::mem::replace(&mut self.is_begun, true) { ",\n" } else { "[\n" });
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
    fn finding(&mut self, subject: &DocumentId, found: Finding, out: &mut dyn Write) -> io::Result<()> {
        if self.left == 0 {
            self.hidden += 1;
            return Ok(());
        }
        self.left -= 1;
        let finding = &found.finding;
        let severity = match finding.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Note => "info",
        };
        let fingerprint = self.fingerprints.next(subject, finding);
        let description = format!("{}{}", visible(&finding.message), at_pointer(finding));
        self.entry(
            [&description, finding.rule.id, &fingerprint, severity, from_here(&subject.name)],
            found.location.0.line,
            out,
        )
    }

    fn finish(
        &mut self,
        _: &Summary,
        _: Option<&Statistics>,
        unreadable: &[InputError],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        for input in unreadable {
            let fingerprint = format!("unreadable {}", input.name);
            let entry = [&*input.reason, "unreadable", &*fingerprint, "critical", from_here(&input.name)];
            self.entry(entry, 1, out)?;
        }
        if self.hidden > 0 {
            self.entry([&left_out(self.hidden), "left-out", "left-out", "info", "."], 1, out)?;
        }
        out.write_all(if self.is_begun { b"\n]\n" } else { b"[]\n" })
    }
}
