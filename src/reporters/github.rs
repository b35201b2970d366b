//! `github`: workflow commands, which GitHub Actions shows as annotations beside the files. It takes ten of each kind from a step and drops the rest in
//! silence, so the first ten of each kind are given, errors before warnings before notes, and the log says how many there are.
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>

use std::io::{self, Write};

use super::{Reporter, Style, advice, at_pointer, from_here};
use crate::diagnostic::Severity;
use crate::finding::summary::{Statistics, Summary};
use crate::finding::{DocumentId, Finding};
use crate::input::InputError;
use crate::text::visible;

/// So many annotations of a kind are shown.
const SHOWN: usize = 10;

pub struct GitHub {
    most: usize,
    /// Errors, warnings, notes.
    kept: [Vec<String>; 3],
}

impl GitHub {
    pub fn new(style: Style) -> Self {
        GitHub { most: style.limit.unwrap_or(SHOWN).min(SHOWN), kept: Default::default() }
    }
}

/// A message as GitHub takes it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

impl Reporter for GitHub {
    fn finding(&mut self, subject: &DocumentId, found: Finding, _: &mut dyn Write) -> io::Result<()> {
        let finding = &found.finding;
        let (place, command) = match finding.severity {
            Severity::Error => (0, "error"),
            Severity::Warning => (1, "warning"),
            Severity::Note => (2, "notice"),
        };
        if self.kept[place].len() == self.most {
            return Ok(());
        }
        let (start, end) = found.location;
        // Of several lines GitHub takes no columns.
        let columns = if start.line == end.line {
            format!(",col={},endColumn={}", start.column, end.column)
        } else {
            String::new()
        };
        let message = format!("{}{}{}", visible(&finding.message), at_pointer(finding), advice(finding));
        let title = property(finding.rule.id);
        let (file, message) = (property(&visible(from_here(&subject.name))), data(&message));
        let line = format!("line={},endLine={}{columns}", start.line, end.line);
        self.kept[place].push(format!("::{command} file={file},{line},title={title}::{message}"));
        Ok(())
    }

    fn finish(
        &mut self,
        summary: &Summary,
        _: Option<&Statistics>,
        unreadable: &[InputError],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        for input in unreadable.iter().take(SHOWN) {
            let (file, reason) = (property(&visible(from_here(&input.name))), data(&visible(&input.reason)));
            writeln!(out, "::error file={file},title=unreadable::{reason}")?;
        }
        for line in self.kept.iter().flatten() {
            writeln!(out, "{line}")?;
        }
        let counts = summary.counts;
        let shown: usize = self.kept.iter().map(Vec::len).sum();
        let found = if counts.total() == 0 { "no findings".to_owned() } else { counts.in_words() };
        let more = if counts.total() > shown as u64 {
            format!(" ({shown} shown as annotations; GitHub accepts {SHOWN} per severity)")
        } else {
            String::new()
        };
        writeln!(out, "callcheck: {found}{more}")
    }
}
