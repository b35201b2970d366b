//! `github`: workflow commands, which GitHub Actions shows as annotations in the files. It silently drops more than ten
//! of each severity per step, so the first ten of each are written, errors first, and the log has the numbers.
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>

use std::io::{self, Write};

use super::base::{RunEnd, advice, exchange_suffix, message_with_pointer};
use super::{Reporter, Style};
use crate::finding::{DocumentId, Finding};
use crate::text::visible;

/// GitHub's limit per severity and step.
const MAX_ANNOTATIONS: usize = 10;

pub(super) struct GitHub {
    limit: usize,
    /// Errors, warnings, notes.
    annotations: [Vec<String>; 3],
}

impl GitHub {
    pub(super) fn new(style: Style) -> Self {
        GitHub { limit: style.limit.unwrap_or(MAX_ANNOTATIONS).min(MAX_ANNOTATIONS), annotations: Default::default() }
    }
}

/// Escapes a message.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

impl Reporter for GitHub {
    fn finding(&mut self, document: &DocumentId, found: Finding, _: &mut dyn Write) -> io::Result<()> {
        let finding = &found.finding;
        let (list, command) = finding.severity.pick([(0, "error"), (1, "warning"), (2, "notice")]);
        if self.annotations[list].len() == self.limit {
            return Ok(());
        }
        let (start, end) = found.location;
        // GitHub ignores columns if there are several lines.
        let columns = if start.line == end.line {
            format!(",col={},endColumn={}", start.column, end.column)
        } else {
            String::new()
        };
        let message = format!("{}{}{}", message_with_pointer(finding), exchange_suffix(document), advice(finding));
        let title = property(finding.rule.id);
        let (file, message) = (property(&visible(&document.name)), data(&message));
        let line = format!("line={},endLine={}{columns}", start.line, end.line);
        self.annotations[list].push(format!("::{command} file={file},{line},title={title}::{message}"));
        Ok(())
    }

    fn finish(&mut self, end: &RunEnd<'_>, out: &mut dyn Write) -> io::Result<()> {
        let RunEnd { summary, unreadable, .. } = *end;
        for input in unreadable.iter().take(MAX_ANNOTATIONS) {
            let (file, reason) = (property(&visible(&input.name)), data(&visible(&input.reason)));
            writeln!(out, "::error file={file},title=unreadable::{reason}")?;
        }
        for line in self.annotations.iter().flatten() {
            writeln!(out, "{line}")?;
        }
        let counts = summary.counts;
        let shown: usize = self.annotations.iter().map(Vec::len).sum();
        let found = match counts.total() {
            0 if summary.documents == 0 => "no input was checked".to_owned(),
            0 => "no findings".to_owned(),
            _ => counts.in_words(),
        };
        let more = if counts.total() > shown as u64 {
            format!(" ({shown} shown as annotations; GitHub accepts {MAX_ANNOTATIONS} per severity)")
        } else {
            String::new()
        };
        writeln!(out, "callcheck: {found}{more}")
    }
}
