//! Findings of a streamed document, until its kind is known.

use super::super::record::PendingChecks;
use super::super::sink::DocumentSink;
use crate::diagnostic::Severity;
use crate::finding::{Event, Finding};
use crate::hubspot::classify::DocumentKind;
use crate::parallel::Cancelled;
use crate::stats::{Calls, Figures};

/// Maximum number of findings that are buffered until the kind of the document is known. Beyond it they are emitted at
/// once.
const MAX_BUFFERED_FINDINGS: usize = 1000;

/// The chance that findings about the items of an array count at the end of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relevance {
    /// They count, regardless of the rest. `fail_fast` need not wait for the end.
    Certain,
    Likely,
    /// The first results have not been read. At most eight items have this relevance.
    Undecided,
    /// The results are not CRM objects, or the configuration does not expect a batch response: only JSON rules count.
    ResultsOfOtherApi,
    /// Such results, with `--schema-errors`: only the schema and JSON rules count.
    SchemaOfOtherApi,
    /// Errors in such a response: rules count, the schema does not.
    ErrorsOfOtherApi,
}

impl Relevance {
    pub(super) fn counts(self, finding: &Finding) -> bool {
        let group = finding.finding.rule.group();
        match self {
            Relevance::Certain | Relevance::Likely | Relevance::Undecided => true,
            Relevance::ResultsOfOtherApi => group == "json",
            Relevance::SchemaOfOtherApi => matches!(group, "json" | "schema"),
            Relevance::ErrorsOfOtherApi => group != "schema",
        }
    }

    /// Drops checks of which no finding counts.
    pub(super) fn restrict(self, pending: &mut PendingChecks) {
        match self {
            Relevance::ResultsOfOtherApi => pending.retain_json(),
            Relevance::SchemaOfOtherApi => pending.drop_rules(),
            _ => {}
        }
    }
}

pub(super) struct FindingBuffer<'d> {
    pub sink: DocumentSink<'d>,
    pub fail_fast: bool,
    pub findings: Vec<Finding>,
    /// Findings are emitted at once.
    pub is_flushed: bool,
    /// The kind of a document of another API, and the finding about it.
    pub kind: Option<(DocumentKind, Vec<Finding>)>,
    /// The rule of that finding, once it is emitted.
    pub emitted_kind: Option<&'static str>,
    /// There is an error in the buffer.
    has_error: bool,
}

impl<'d> FindingBuffer<'d> {
    pub(super) fn new(sink: DocumentSink<'d>, fail_fast: bool) -> Self {
        FindingBuffer {
            sink,
            fail_fast,
            findings: Vec::new(),
            is_flushed: false,
            kind: None,
            emitted_kind: None,
            has_error: false,
        }
    }

    /// Buffers or emits findings.
    pub(super) fn push(
        &mut self,
        findings: impl IntoIterator<Item = Finding>,
        relevance: Relevance,
    ) -> Result<(), Cancelled> {
        if self.is_flushed {
            return self.sink.findings(findings);
        }
        for finding in findings.into_iter().filter(|finding| relevance.counts(finding)) {
            self.has_error |= finding.finding.severity == Severity::Error;
            self.findings.push(finding);
        }
        let is_full = self.findings.len() > MAX_BUFFERED_FINDINGS && relevance != Relevance::Undecided;
        let is_first_error = self.fail_fast && self.has_error && relevance == Relevance::Certain;
        if is_full || is_first_error {
            self.is_flushed = true;
            if let Some((kind, findings)) = self.kind.take() {
                self.sink.kind = kind;
                self.emitted_kind = findings.first().map(|found| found.finding.rule.id);
                self.sink.findings(findings)?;
            }
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
