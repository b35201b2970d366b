//! Settings of a check, and the buffers that a thread reuses.

use std::sync::Arc;

use super::Validator;
use super::record::{ItemChecker, ItemKind};
use super::recording::RecordingOptions;
use crate::diagnostic::{Diagnostic, Severity};
use crate::finding::{DrawnFindings, Event, ExcerptBudget, Finding, Masking, SourceView, WriteFinding};
use crate::hubspot::classify::DocumentKind;
use crate::hubspot::{Across, Failures, Field};
use crate::input::{Buffer, Limits, Map};
use crate::json::{Document, Tape, is_blank};
use crate::parallel::{Cancelled, Sink};
use crate::progress::Progress;
use crate::rules::levels::Levels;
use crate::rules::{self, Acceptance};
use crate::schema::FastValidator;
use crate::stats::Figures;

#[derive(Clone)]
pub struct CheckOptions<'s> {
    pub validator: Validator<'s>,
    pub recordings: RecordingOptions,
    /// Every input is JSON Lines, regardless of its name.
    pub lines: bool,
    pub limits: Limits,
    /// Stop at the first error.
    pub fail_fast: bool,
    /// Maximum number of findings per document and severity that get an excerpt.
    pub drawn: usize,
    /// Findings of the run that need no excerpt.
    pub already_drawn: Option<Arc<DrawnFindings>>,
    /// None for the default severities.
    pub levels: Option<Arc<Levels>>,
    /// Formats findings on the thread that finds them.
    pub write: Option<WriteFinding>,
    /// Threads for one input.
    pub threads: usize,
    /// Size in bytes from which an array is checked on several threads.
    pub threads_from: u64,
    /// Bytes per read. A document that arrives in one read is buffered.
    pub window: usize,
    /// Bytes per chunk for one of several threads.
    pub block: usize,
    /// Print a note if a large document must be buffered, with the reason.
    pub explain: bool,
    /// Findings below this severity get no excerpt.
    pub min_severity: Severity,
    /// None for the default of the validator.
    pub masking: Option<Masking>,
    /// Documents of up to this number of bytes show whole lines if nothing in them is masked.
    pub verbatim: usize,
    /// Compute the digests that a baseline compares.
    pub digests: bool,
    pub watch: Option<Arc<Progress>>,
}

impl<'s> CheckOptions<'s> {
    /// Default sizes, one thread, no excerpts.
    pub fn new(validator: Validator<'s>) -> Self {
        CheckOptions {
            validator,
            recordings: RecordingOptions::default(),
            lines: false,
            limits: Limits::DEFAULT,
            fail_fast: false,
            drawn: 0,
            already_drawn: None,
            levels: None,
            write: None,
            threads: 1,
            threads_from: 1 << 20,
            window: 128 * 1024,
            block: 512 * 1024,
            explain: false,
            min_severity: Severity::Note,
            masking: None,
            verbatim: 0,
            digests: false,
            watch: None,
        }
    }

    pub(super) fn budget(&self) -> ExcerptBudget {
        let default_masking = if self.validator.is_domain() { Masking::Everything } else { Masking::Responses };
        let is_enough = self.already_drawn.as_ref().is_some_and(|drawn| drawn.is_all());
        ExcerptBudget::new(if is_enough { 0 } else { self.drawn }, self.write)
            .without(self.already_drawn.as_ref().filter(|_| !is_enough).cloned())
            .leveled(self.levels.clone())
            .digesting(self.digests)
            .with_min_severity(self.min_severity)
            .masking(self.masking.unwrap_or(default_masking), self.verbatim)
    }

    /// The kind of a document without findings.
    pub(super) fn valid_kind(&self) -> DocumentKind {
        if self.validator.is_domain() { DocumentKind::BatchResponse } else { DocumentKind::Json }
    }
}

/// Buffers and compiled validators that a thread reuses for each document, and the statistics that it collects.
pub struct ThreadState {
    pub(super) tape: Tape,
    pub(super) buffer: Buffer,
    /// Memory for the next chunk, and for the ends of its lines.
    pub(super) chunk_buffer: Buffer,
    pub(super) line_ends: Vec<usize>,
    pub(super) figures: Figures,
    root: FastValidator,
    /// One for each array that can be streamed.
    items: Vec<FastValidator>,
}

impl ThreadState {
    pub fn new(options: &CheckOptions<'_>) -> Self {
        ThreadState {
            tape: Tape::default(),
            buffer: Buffer::default(),
            chunk_buffer: Buffer::default(),
            line_ends: Vec::new(),
            figures: Figures::default(),
            root: options.validator.schema.acceptor(None, options.validator.captures()),
            items: Vec::new(),
        }
    }

    /// Compiles the validators of items. Separate from `new`, because most inputs are not streamed.
    pub(super) fn prepare_items(&mut self, options: &CheckOptions<'_>) {
        let schema = options.validator.schema;
        if self.items.is_empty() {
            let captures = options.validator.captures();
            self.items = schema.parts().iter().map(|array| schema.acceptor(Some(array), captures)).collect();
        }
    }

    /// A checker for the items of the streamable array with this index.
    pub(super) fn item_checker<'e, 's>(&'e mut self, validator: Validator<'s>, array: usize) -> ItemChecker<'e, 's> {
        self.item_checker_of(validator, array, ItemKind::of(&validator.schema.parts()[array], validator))
    }

    /// The same, for a caller that knows the rules of the array.
    #[inline]
    pub(super) fn item_checker_of<'e, 's>(
        &'e mut self,
        validator: Validator<'s>,
        array: usize,
        kind: ItemKind<'s>,
    ) -> ItemChecker<'e, 's> {
        let part = &validator.schema.parts()[array];
        let (fast, tape) = (&mut self.items[array], &mut self.tape);
        ItemChecker { validator, part, kind, fast, tape }
    }

    /// Checks the document at `start` of `padded` on the fast path. Returns the findings of rules if the schema accepts
    /// it; None if it needs a full check. `is_all` is true for the end of the document if nothing else follows.
    /// `padded` ends with NUL bytes.
    pub(super) fn accept(
        &mut self,
        validator: Validator<'_>,
        padded: &[u8],
        start: usize,
        is_all: impl Fn(usize) -> bool,
    ) -> Option<Vec<Diagnostic>> {
        // A custom schema can accept documents that are not responses.
        if validator.is_domain() && !validator.schema.is_embedded() {
            return None;
        }
        if !validator.allows(DocumentKind::BatchResponse) {
            return None;
        }
        self.root.accept(padded, start).filter(|end| is_all(*end))?;
        let Some(rules) = validator.rules.filter(|rules| validator.counts || !rules.is_empty()) else {
            return Some(Vec::new());
        };
        let fields = self.root.fields();
        let has_errors = fields.at(Field::Errors).is_some_and(|at| {
            let inside = padded[at + 1..].iter().find(|byte| !is_blank(**byte));
            padded[at] == b'[' && inside != Some(&b']')
        });
        if has_errors {
            return None;
        }
        let (mut results, mut findings) = (Across::default(), Vec::new());
        let accepted = Acceptance { is_valid: true, is_default: true };
        for (index, fields) in self.root.records().iter().enumerate() {
            if validator.counts {
                let record = rules.record(padded, fields);
                self.figures.calls.add(&record);
                if validator.rows {
                    self.figures.calls.row(&record);
                }
            }
            let (fact, is_quiet) = rules.quick_check(padded, fields, accepted);
            let duplicate_of = results.add(&fact);
            if is_quiet && duplicate_of.is_none() {
                continue;
            }
            let at = fields.at(Field::Result).unwrap_or_default();
            let result = Document::parse_value(padded, at, &mut self.tape).ok()?.root();
            let pointer = format!("/results/{index}");
            findings.extend(rules.result(result, &pointer).1);
            findings.extend(duplicate_of.into_iter().flat_map(|first| rules.duplicate_id(result, first, &pointer)));
        }
        if validator.counts {
            self.figures.batches.add(padded, fields, &results, &Failures::default());
        }
        findings.extend(rules.accepted(padded, fields, &results));
        if let Some(request) = validator.request.filter(|request| !request.is_of_associations) {
            let document = Document::parse_value(padded, start, &mut self.tape).ok()?;
            findings.extend(rules::reconcile(request, document));
        }
        findings.sort_by_key(|finding| finding.label.span.start);
        Some(findings)
    }

    /// Locates the findings of an accepted document. `view`: its text, and the position at which it begins.
    pub(super) fn locate(
        &mut self,
        mut findings: Vec<Diagnostic>,
        view: SourceView<'_>,
        map: &mut Map,
        budget: &mut ExcerptBudget,
    ) -> Vec<Finding> {
        budget.apply_levels(&mut findings);
        // Only excerpts need a tape.
        if findings.iter().any(|finding| budget.is_new(finding))
            && let Ok(scanned) = Document::parse_value(view.bytes, view.body, &mut self.tape)
        {
            return SourceView { scanned, is_whole: true, ..view }.findings(map, findings, budget);
        }
        view.findings(map, findings, budget)
    }

    /// Emits the statistics if they contain rows of CSV, which are printed in input order.
    pub(super) fn emit_rows(
        &mut self,
        options: &CheckOptions<'_>,
        sink: &mut Sink<'_, Event>,
    ) -> Result<(), Cancelled> {
        if options.validator.rows { self.emit_figures(options, sink) } else { Ok(()) }
    }

    /// Emits the statistics and resets them. Called once per thread, after its last input.
    ///
    /// # Errors
    /// If the consumer stops.
    pub fn emit_figures(&mut self, options: &CheckOptions<'_>, sink: &mut Sink<'_, Event>) -> Result<(), Cancelled> {
        if !options.validator.counts {
            return Ok(());
        }
        let figures = &mut self.figures;
        self.root.take_properties(|name, has_value| figures.calls.property(name, has_value));
        figures.calls.settle();
        sink(Event::Figures(Box::new(std::mem::take(figures))))
    }
}
