//! Findings of a streamed document, until its kind is known.

use super::super::CheckOptions;
use super::super::sink::DocumentSink;
use crate::diagnostic::Severity;
use crate::finding::{Event, Finding};
use crate::hubspot::classify::DocumentKind;
use crate::parallel::Cancelled;
use crate::stats::{Calls, Figures};

/// Maximum number of findings that are buffered until the kind of the document is known. Beyond it they are emitted at
/// once.
const MAX_BUFFERED_FINDINGS: usize = 1000;

pub(super) struct FindingBuffer<'d> {
    pub sink: DocumentSink<'d>,
    pub fail_fast: bool,
    pub findings: Vec<Finding>,
    /// Findings are emitted at once.
    pub is_flushed: bool,
    /// Findings of the schema and of rules about results count only in a batch response. False if the configuration
    /// expects other kinds, so that they are not even buffered.
    may_be_response: bool,
}

impl<'d> FindingBuffer<'d> {
    pub(super) fn new(sink: DocumentSink<'d>, options: &CheckOptions<'_>) -> Self {
        let may_be_response = options.validator.allows(DocumentKind::BatchResponse);
        FindingBuffer { sink, fail_fast: options.fail_fast, findings: Vec::new(), is_flushed: false, may_be_response }
    }

    /// Buffers or emits findings. `seems_checked` is true if the text so far looks like a document that is checked:
    /// then `fail_fast` need not wait for its end.
    pub(super) fn push(
        &mut self,
        findings: impl IntoIterator<Item = Finding>,
        seems_checked: bool,
    ) -> Result<(), Cancelled> {
        let may_be_response = self.may_be_response;
        let findings = findings.into_iter().filter(|Finding { finding, .. }| {
            may_be_response || finding.rule.group() == "json" || finding.instance_location.starts_with("/errors")
        });
        if self.is_flushed {
            return self.sink.findings(findings);
        }
        let before = self.findings.len();
        self.findings.extend(findings);
        let has_error = self.findings[before..].iter().any(|finding| finding.finding.severity == Severity::Error);
        if self.fail_fast && has_error && seems_checked || self.findings.len() > MAX_BUFFERED_FINDINGS {
            self.is_flushed = true;
            self.sink.findings(std::mem::take(&mut self.findings))?;
        }
        Ok(())
    }

    /// Emits the rows of CSV in `calls`, if there are any.
    pub(super) fn emit_rows(&mut self, calls: &mut Calls) -> Result<(), Cancelled> {
        if calls.rows.is_empty() {
            return Ok(());
        }
        let rows = std::mem::take(&mut calls.rows);
        let calls = Calls { rows, ..Calls::default() };
        self.sink.emit(Event::Figures(Box::new(Figures { calls, ..Figures::default() })))
    }
}
