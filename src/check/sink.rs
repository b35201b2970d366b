//! Delivers the events of one input and of its documents.

use super::CheckOptions;
use crate::diagnostic::{Counts, Severity};
use crate::finding::{DocumentId, DocumentSummary, Event, Finding};
use crate::hubspot::classify::DocumentKind;
use crate::input::InputError;
use crate::parallel::{Cancelled, Sink};

/// The receiver of the events of one input.
pub(super) struct InputSink<'a> {
    emit: &'a mut Sink<'a, Event>,
    /// Finding about the input, for its first document.
    pub notice: Option<Finding>,
    /// True after an [`InputError`].
    pub has_failed: bool,
}

impl<'a> InputSink<'a> {
    pub(super) fn new(emit: &'a mut Sink<'_, Event>) -> Self {
        InputSink { emit, notice: None, has_failed: false }
    }

    pub(super) fn emit(&mut self, event: Event) -> Result<(), Cancelled> {
        (self.emit)(event)
    }

    /// Reports that the input cannot be read, or not to its end.
    pub(super) fn fail(&mut self, name: &str, reason: String) -> Result<(), Cancelled> {
        self.has_failed = true;
        self.emit(Event::InputError(InputError { name: name.to_owned(), reason }))
    }

    /// The next document.
    pub(super) fn document<'d>(
        &'d mut self,
        options: &'d CheckOptions<'d>,
        document: DocumentId,
        kind: DocumentKind,
    ) -> DocumentSink<'d> {
        DocumentSink { options, document, kind, counts: Counts::default(), notice: &mut self.notice, emit: self.emit }
    }
}

/// The receiver of the findings of one document. It counts them, and stops the run at the first error if the options
/// ask for that.
pub(super) struct DocumentSink<'a> {
    options: &'a CheckOptions<'a>,
    pub document: DocumentId,
    pub kind: DocumentKind,
    pub counts: Counts,
    notice: &'a mut Option<Finding>,
    emit: &'a mut Sink<'a, Event>,
}

impl DocumentSink<'_> {
    /// Emits one finding. With `fail_fast`, an error ends the document and cancels the run.
    pub(super) fn finding(&mut self, finding: Finding) -> Result<(), Cancelled> {
        self.emit_notice()?;
        let severity = finding.finding.severity;
        self.counts.add(&finding.finding);
        if let Some(progress) = &self.options.watch {
            progress.found();
        }
        (self.emit)(Event::Finding(self.document.clone(), Box::new(finding)))?;
        if self.options.fail_fast && severity == Severity::Error {
            self.emit_end()?;
            return Err(Cancelled);
        }
        Ok(())
    }

    pub(super) fn findings(&mut self, findings: impl IntoIterator<Item = Finding>) -> Result<(), Cancelled> {
        findings.into_iter().try_for_each(|finding| self.finding(finding))
    }

    pub(super) fn end(mut self) -> Result<(), Cancelled> {
        self.emit_notice()?;
        self.emit_end()
    }

    /// Emits an event that is not about the document.
    pub(super) fn emit(&mut self, event: Event) -> Result<(), Cancelled> {
        (self.emit)(event)
    }

    fn emit_notice(&mut self) -> Result<(), Cancelled> {
        let Some(notice) = self.notice.take() else { return Ok(()) };
        self.counts.add(&notice.finding);
        (self.emit)(Event::Finding(self.document.clone(), Box::new(notice)))
    }

    fn emit_end(&mut self) -> Result<(), Cancelled> {
        let is_expected = self.options.validator.expects(self.kind);
        let summary = DocumentSummary { is_expected, ..DocumentSummary::new(self.kind, self.counts) };
        (self.emit)(Event::DocumentEnd(self.document.clone(), summary))
    }
}
