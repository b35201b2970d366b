//! The report of a run of `callcheck check`, built from its events.

use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use super::super::inputs::Inputs;
use super::super::schema::explain_references;
use super::super::{config_error, error, message, report, unreadable, unreadable_config};
use super::plan::ReportingPlan;
use crate::diagnostic::Counts;
use crate::finding::summary::{Outcome, Statistics, Summary};
use crate::finding::{DocumentId, DocumentSummary, DrawnFindings, Event, Finding};
use crate::input::InputError;
use crate::report::{Page, PageFindings, PageRun, PageSources};
use crate::reporters::{self, Reporter, RunEnd};
use crate::stats::Figures;
use crate::text::{count, thousands, visible};

pub(super) struct RunReport<'r, W: Write> {
    plan: ReportingPlan<'r>,
    reporter: Box<dyn Reporter>,
    pub summary: Summary,
    statistics: Option<Statistics>,
    unreadable: Vec<InputError>,
    out: BufWriter<W>,
    err: &'r mut dyn Write,
    /// For HTML and Markdown reports.
    figures: Figures,
    page_findings: Option<PageFindings>,
    page_sources: PageSources,
    /// Reports with the findings, written during the run.
    report_files: report::ReportFiles,
    /// Findings of the current document that the baseline contains.
    known: Counts,
    /// Findings below `--min-severity`.
    hidden: Counts,
    shown_rules: ShownRules,
    /// Messages of the baseline, which follow the summary.
    baseline_messages: Vec<u8>,
    /// Errors of files that could not be written.
    failed_files: Vec<String>,
    /// True if a part of a recording, or a YAML file that is not one, was skipped.
    has_skipped: bool,
}

/// The rules of the findings that were shown, for the hint at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ShownRules {
    Nothing,
    One(&'static str),
    Several,
}

impl<'r, W: Write> RunReport<'r, W> {
    pub(super) fn new(plan: ReportingPlan<'r>, out: W, err: &'r mut dyn Write) -> Self {
        if plan.args.global.verbose > 1 {
            plan.schemas.iter().for_each(|schema| explain_references(schema, err));
        }
        RunReport {
            reporter: reporters::reporter(plan.format, plan.style),
            summary: Summary::default(),
            statistics: plan.args.statistics.then(Statistics::default),
            unreadable: Vec::new(),
            // Large enough that the progress line is rarely redrawn for a write.
            out: BufWriter::with_capacity(64 * 1024, out),
            err,
            figures: Figures::default(),
            page_findings: plan.has_pages.then(PageFindings::default),
            page_sources: PageSources::default(),
            report_files: report::ReportFiles::begin(&plan.args.report, plan.style),
            known: Counts::default(),
            hidden: Counts::default(),
            shown_rules: ShownRules::Nothing,
            baseline_messages: Vec::new(),
            failed_files: Vec::new(),
            has_skipped: false,
            plan,
        }
    }

    pub(super) fn event(&mut self, event: Event) -> io::Result<()> {
        match event {
            Event::Finding(document, found) => return self.finding(&document, *found),
            Event::DocumentEnd(document, ending) => return self.document_end(&document, ending),
            Event::Figures(part) => self.figures.merge(&part),
            Event::FileEnd => {
                self.summary.files += 1;
                if let Some(baseline) = &mut self.plan.baseline {
                    baseline.file_end();
                }
            }
            Event::SkippedExchanges(number) => {
                self.summary.skipped_exchanges += number;
                self.has_skipped = true;
            }
            Event::InputError(problem) => {
                error(self.err, &unreadable(&problem));
                if let Some(baseline) = &mut self.plan.baseline {
                    baseline.input_error(&problem.name);
                }
                self.unreadable(problem);
            }
            Event::ConfigError(problem) => {
                let _ = self.err.write_all(config_error(&problem, self.plan.message_style).as_bytes());
                self.unreadable(unreadable_config(&problem));
            }
            Event::Schema { loaded, messages } => {
                let _ = self.err.write_all(messages.as_bytes());
                match loaded {
                    Ok(schema) => {
                        if self.plan.args.global.verbose > 1 {
                            explain_references(&schema, self.err);
                        }
                        self.plan.schemas.push(schema);
                    }
                    Err(problem) => self.unreadable(problem),
                }
            }
            Event::Message(severity, text) => message(self.err, severity, &text),
        }
        Ok(())
    }

    /// Records an input that could not be used.
    pub(super) fn unreadable(&mut self, problem: InputError) {
        self.summary.unreadable += 1;
        self.figures.unreadable += 1;
        self.unreadable.push(problem);
    }

    fn finding(&mut self, document: &DocumentId, found: Finding) -> io::Result<()> {
        let finding = &found.finding;
        if let Some(baseline) = &mut self.plan.baseline
            && baseline.knows(document, &found)
        {
            self.known.add(finding);
            return Ok(());
        }
        if let Some(statistics) = &mut self.statistics {
            statistics.add(finding);
        }
        let is_hidden = finding.severity < self.plan.min_severity;
        if let Some(findings) = &mut self.page_findings {
            if is_hidden {
                findings.hide(&found);
            } else {
                findings.add(document, &found);
            }
            self.figures.finding(finding);
        }
        if is_hidden {
            self.hidden.add(finding);
            return Ok(());
        }
        self.shown_rules = match self.shown_rules {
            ShownRules::Nothing => ShownRules::One(finding.rule.id),
            ShownRules::One(rule) if rule == finding.rule.id => self.shown_rules,
            _ => ShownRules::Several,
        };
        self.report_files.each(|reporter, out| reporter.finding(document, found.clone(), out));
        self.reporter.finding(document, found, &mut self.out)
    }

    fn document_end(&mut self, document: &DocumentId, mut ending: DocumentSummary) -> io::Result<()> {
        if let Some(baseline) = &mut self.plan.baseline {
            baseline.document_end(document);
            ending.known = std::mem::take(&mut self.known);
            ending.counts -= ending.known;
        }
        self.page_sources.add(&document.name);
        self.summary.add(document, &ending);
        self.figures.document(ending.kind, ending.is_expected, ending.all().errors);
        self.figures.known += ending.known.total();
        self.report_files.each(|reporter, out| reporter.document(document, &ending, out));
        self.reporter.document(document, &ending, &mut self.out)?;
        // Findings appear as soon as their document is complete, also in a pipe.
        if ending.counts.total() > 0 { self.out.flush() } else { Ok(()) }
    }

    /// Findings that need no excerpt anymore. None if a report file may need them.
    pub(super) fn drawn(&self) -> Option<Arc<DrawnFindings>> {
        self.reporter.drawn().filter(|_| self.plan.args.report.is_empty())
    }

    /// Explains on standard error why no input was checked. Returns true if all inputs are unchanged
    /// (`--changed-since`), or if a hook (`--force-exclude`) named only files that are excluded or have no responses to
    /// check, which is a success.
    pub(super) fn nothing_checked(&mut self, inputs: &Inputs<'_>) -> bool {
        if self.summary.documents > 0 || self.summary.unreadable > 0 {
            return false;
        }
        let is_hook = self.plan.args.discovery.force_exclude;
        if is_hook && self.has_skipped {
            let _ = writeln!(self.err, "Nothing to check: no file has a response of a batch endpoint");
            return true;
        }
        if self.has_skipped && inputs.excluded() == 0 {
            let exchanges = count(self.summary.skipped_exchanges, "exchange");
            let reason = match self.plan.args.recordings.all_exchanges {
                true => format!("no JSON response in {exchanges}"),
                false => format!(
                    "no response of a batch endpoint in {exchanges}; use --all-exchanges to check all JSON responses"
                ),
            };
            error(self.err, &format!("nothing to check: {reason}"));
            return false;
        }
        if inputs.excluded() > 0 && is_hook {
            let excluded = count(inputs.excluded(), "file");
            let _ = writeln!(self.err, "Nothing to check: skipped {excluded} because of --force-exclude");
            return true;
        }
        if inputs.excluded() > 0 {
            let excluded = count(inputs.excluded(), "file");
            error(self.err, &format!("nothing to check: callcheck.toml excludes {excluded}"));
            return false;
        }
        if inputs.unchanged() > 0 {
            let unchanged = count(inputs.unchanged(), "file");
            let _ = writeln!(self.err, "Nothing to check: {unchanged} did not change");
        }
        inputs.unchanged() > 0
    }

    /// Writes files, then the end of the output, because it contains the errors of files.
    pub(super) fn finish(&mut self, is_unchanged: bool) -> io::Result<()> {
        let mut failures = Vec::new();
        if let Some(baseline) = &self.plan.baseline {
            failures.extend(baseline.finish(self.plan.args, &mut self.baseline_messages).err());
        }
        // Exit code 2 as well, but not the failure of a file.
        let is_empty = self.summary.documents + self.summary.unreadable == 0 && !is_unchanged;
        let mut reasons = Vec::from_iter(is_empty.then(|| "no documents were checked".to_owned()));
        if self.plan.has_pages {
            let known: Vec<String> =
                reasons.iter().chain(&failures).cloned().chain(self.report_files.failures()).collect();
            let page = Page { run: self.page_run(is_unchanged, known), ..Page::of(&self.figures, &self.plan.account) };
            let findings = self.page_findings.as_ref();
            let step_summary = self.plan.step_summary.as_deref();
            let mut contents = report::PageContents { page, findings, step_summary };
            failures.extend(contents.write(&self.plan.args.report));
        }
        reasons.append(&mut failures);
        let end = RunEnd {
            summary: &self.summary,
            statistics: self.statistics.as_ref(),
            unreadable: &self.unreadable,
            failures: &[],
            schemas: &self.plan.schemas,
        };
        self.report_files.finish(&end, &mut reasons);
        self.reporter.finish(&RunEnd { failures: &reasons, ..end }, &mut self.out)?;
        if self.plan.args.output_file.is_some() {
            report::write_unreadable(self.plan.format, &self.unreadable, &mut self.out)?;
        }
        self.failed_files = reasons.split_off(usize::from(is_empty));
        self.out.flush()
    }

    /// The run for pages. `failures` of files make it fail.
    fn page_run(&self, is_unchanged: bool, failures: Vec<String>) -> PageRun {
        let undecided = self.summary.counts.undecided;
        let outcome = match failures.is_empty() {
            false => Outcome::Failed,
            true if is_unchanged => Outcome::Clean,
            true => self.summary.outcome(self.plan.args.fails_on()),
        };
        let mut problems = failures;
        problems.extend((undecided > 0).then(|| format!("{} could not be evaluated", count(undecided, "value"))));
        let total = problems.len() as u64 + self.summary.unreadable;
        problems.extend(self.unreadable.iter().take(report::MAX_PROBLEMS_LISTED).map(unreadable));
        let line = if is_unchanged { "Nothing to check: no file changed".to_owned() } else { self.summary.to_string() };
        PageRun {
            outcome,
            line: Some(line),
            sources: PageSources { total: self.summary.files, ..self.page_sources.clone() },
            problems: report::limited(problems, total),
            written: self.plan.page_date,
        }
    }

    pub(super) fn has_failed_files(&self) -> bool {
        !self.failed_files.is_empty()
    }

    pub(super) fn report_failed_files(&mut self) {
        self.failed_files.iter().for_each(|failure| error(self.err, failure));
    }

    /// Writes the messages after the findings: unreadable inputs, the number of findings, and those of files.
    pub(super) fn close(&mut self, is_unchanged: bool) {
        self.repeat_unreadable();
        if !self.plan.args.global.quiet && !is_unchanged {
            self.write_summary();
        }
        let _ = self.err.write_all(&self.baseline_messages);
        self.report_failed_files();
    }

    fn write_summary(&mut self) {
        let hidden = match self.hidden.total() {
            0 => String::new(),
            _ => format!(" (not shown: {})", self.hidden.in_words()),
        };
        let _ = writeln!(self.err, "{}{hidden}", self.summary);
        let rule = match self.shown_rules {
            ShownRules::Nothing => None,
            ShownRules::One(rule) => Some(rule),
            ShownRules::Several => Some("RULE"),
        };
        if let Some(rule) = rule.filter(|_| self.plan.stderr_is_terminal) {
            let _ = writeln!(self.err, "Run `callcheck explain {rule}` for details.");
        }
    }

    /// Lists the unreadable inputs again if findings may have scrolled the first messages away.
    fn repeat_unreadable(&mut self) {
        const MAX_INPUTS_LISTED: usize = 20;
        let total = self.unreadable.len();
        if total == 0 || self.summary.counts.total() == 0 {
            return;
        }
        error(self.err, &format!("{} could not be read:", count(total as u64, "input")));
        for problem in self.unreadable.iter().take(MAX_INPUTS_LISTED) {
            let _ = writeln!(self.err, "  {}", visible(&unreadable(problem)));
        }
        if total > MAX_INPUTS_LISTED {
            let _ = writeln!(self.err, "  ... and {} more", thousands((total - MAX_INPUTS_LISTED) as u64));
        }
    }
}
