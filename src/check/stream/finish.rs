//! The end of a streamed document: decides which of the buffered findings count.

use super::super::input::add_damage;
use super::super::record::RunningState;
use super::super::{Identity, identify, rank, schema_findings, seems_checked, sort_findings};
use super::{Stream, StreamOutcome, StreamedArray};
use crate::diagnostic::Diagnostic;
use crate::finding::Finding;
use crate::hubspot::Fields;
use crate::hubspot::classify::{self, DocumentKind, FirstItems};
use crate::input::{DecompressError, reason};
use crate::json::{Document, SyntaxError};
use crate::parallel::Cancelled;
use crate::rules;
use crate::stats::Figures;

/// Bytes of text after a syntax error that stay in the window: more than an excerpt shows.
const CONTEXT_BYTES: usize = 4096;

impl Stream<'_, '_, '_> {
    /// The end of a document that is JSON.
    pub(super) fn finish(mut self, notices: Vec<Finding>) -> Result<StreamOutcome, Cancelled> {
        let damage = self.damage();
        if self.window.failure().is_some() && damage.is_none() {
            // The document is complete, but the text after it is not.
            return self.unread();
        }
        let (results, errors) = (self.take_state("results"), self.take_state("errors"));
        let evidence = self.evidence(Document::of(self.window.text(), &self.tape));
        let (validator, source) = (self.options.validator, self.source());
        let document = Document::of(source.bytes, &self.tape);
        let mut findings = rules::duplicate_names(document);
        findings.extend(rules::lone_surrogates(document));
        let Identity { kind, finding, is_validated, is_allowed } = identify(document, &source, validator, &evidence);
        if is_validated {
            findings.extend(schema_findings(document, validator));
        }
        findings.extend(finding);
        if let Some(rules) = validator.rules.filter(|rules| is_allowed && kind.is_batch() && !rules.is_empty()) {
            findings.extend(rules.response(document, kind, &results.results, &errors.failures));
        }
        let mut figures = Figures::default();
        if validator.counts && kind == DocumentKind::BatchResponse {
            let (text, fields) = (document.source(), Fields::of_response(document.root()));
            figures.batches.add(text, &fields, &results.results, &errors.failures);
            figures.calls = results.calls;
        }
        if validator.is_domain() && is_allowed {
            findings.extend(rules::http_status(&source, kind, Some(document)));
        }
        sort_findings(&mut findings, &source);
        let reported_kind = add_damage(damage, &mut findings, kind);
        self.state.figures.merge(&figures);
        let of_errors = self.offsets_of("errors");
        let counts = |finding: &Finding| match finding.finding.rule.group() {
            "json" => true,
            "schema" => is_validated,
            _ if kind == DocumentKind::BatchResponse => is_allowed,
            // By its offset, because a finding that is already formatted does not have its pointer.
            _ => is_allowed && kind.is_batch() && is_inside(&of_errors, finding),
        };
        let overridden = self.overridden();
        self.buffer.findings.retain(|finding| {
            finding.finding.rule.group() == "json" || (counts(finding) && !is_inside(&overridden, finding))
        });
        let findings = self.locate(findings, true);
        self.end(reported_kind, notices, findings)
    }

    /// The end of a document with a syntax error.
    pub(super) fn finish_broken(
        mut self,
        notices: Vec<Finding>,
        error: &SyntaxError,
    ) -> Result<StreamOutcome, Cancelled> {
        self.at = error.at;
        self.read_compressed_rest();
        let damage = self.damage();
        if damage.is_none() && self.window.failure().is_some() {
            return self.unread();
        }
        let (validator, source) = (self.options.validator, self.source());
        let (kind, finding) = classify::refused(&source, &self.tape, error);
        let scanned = Document::of(source.bytes, &self.tape);
        let mut findings: Vec<Diagnostic> =
            validator.finding_of_kind(kind, Some(finding), scanned).into_iter().collect();
        if validator.is_domain() && validator.allows(kind) {
            findings.extend(rules::http_status(&source, kind, None));
        }
        sort_findings(&mut findings, &source);
        let reported_kind = add_damage(damage, &mut findings, kind);
        self.tape.close(error);
        self.retain_before_error(kind);
        let findings = self.locate(findings, false);
        self.end(reported_kind, notices, findings)
    }

    fn end(
        mut self,
        kind: DocumentKind,
        notices: Vec<Finding>,
        of_skeleton: Vec<Finding>,
    ) -> Result<StreamOutcome, Cancelled> {
        let mut findings = notices;
        findings.append(&mut self.buffer.findings);
        let emitted = self.buffer.emitted_kind;
        findings.extend(of_skeleton.into_iter().filter(|found| Some(found.finding.rule.id) != emitted));
        findings.sort_by_key(|Finding { finding, .. }| (rank(finding.rule), finding.label.span.start));
        self.buffer.sink.kind = kind;
        self.buffer.sink.findings(findings)?;
        self.buffer.sink.end().map(|()| StreamOutcome::Done)
    }

    /// The input could not be read to its end. Findings that were emitted already need the end of their document.
    fn unread(mut self) -> Result<StreamOutcome, Cancelled> {
        let reason = self.window.failure().map_or_else(String::new, reason);
        if self.buffer.is_flushed {
            self.buffer.sink.kind = DocumentKind::BrokenJson;
            self.buffer.sink.end()?;
        }
        Ok(StreamOutcome::Unread(reason))
    }

    /// The finding about compressed data that is damaged where the text ends.
    fn damage(&self) -> Option<Diagnostic> {
        let failure = self.window.failure()?;
        match failure.get_ref().and_then(|inner| inner.downcast_ref()) {
            Some(DecompressError::Damaged(how)) => {
                Some(rules::compression(how, self.buffer.sink.document.compression, self.window.text().len()))
            }
            _ => None,
        }
    }

    /// Reads compressed data after a syntax error to its end, because damage can cause a syntax error before it is
    /// detected.
    fn read_compressed_rest(&mut self) {
        while self.buffer.sink.document.compression.is_some() && !self.window.is_complete() {
            self.window.fill(1);
            let end = self.window.text().len();
            self.window.cut((self.at + CONTEXT_BYTES).min(end), end);
        }
    }

    /// Retains the buffered findings that [`super::super::findings_before_error`] has.
    fn retain_before_error(&mut self, kind: DocumentKind) {
        let document = Document::of(self.window.text(), &self.tape);
        let validator = self.options.validator;
        let evidence = if document.is_empty() { FirstItems::default() } else { self.evidence(document) };
        if kind != DocumentKind::BrokenJson || document.is_empty() || !seems_checked(document, validator, &evidence) {
            self.buffer.findings.clear();
        } else if !classify::seems_batch(document, &evidence) {
            self.buffer.findings.retain(|finding| !rules::is_of_domain(finding.finding.rule.id));
        }
        let overridden = self.overridden();
        self.buffer.findings.retain(|finding| !is_inside(&overridden, finding));
    }

    /// Takes the state of the array that is the value of the property with this name.
    fn take_state(&mut self, name: &str) -> RunningState {
        let root = Document::of(self.window.text(), &self.tape).root();
        let index = root.get(name).map(|value| value.index());
        let array = self.arrays.iter_mut().find(|array| Some(array.index) == index);
        array.map(|array| std::mem::take(&mut array.state)).unwrap_or_default()
    }

    /// Offsets of the streamed arrays with this name.
    fn offsets_of(&self, name: &str) -> Vec<(u64, u64)> {
        let has_name = |array: &&StreamedArray<'_>| self.streamable[array.number].name.as_deref() == Some(name);
        self.arrays.iter().filter(has_name).map(|array| array.offsets).collect()
    }

    /// Offsets of the arrays that a later property with the same name overrides.
    fn overridden(&self) -> Vec<(u64, u64)> {
        let root = Document::of(self.window.text(), &self.tape).root();
        let is_overridden = |array: &&StreamedArray<'_>| {
            let name = self.streamable[array.number].name.as_deref();
            name.is_some_and(|name| root.get(name).is_some_and(|value| value.index() != array.index))
        };
        self.arrays.iter().filter(is_overridden).map(|array| array.offsets).collect()
    }
}

fn is_inside(arrays: &[(u64, u64)], finding: &Finding) -> bool {
    arrays.iter().any(|&(start, end)| (start..end).contains(&finding.finding.label.span.start.0))
}
