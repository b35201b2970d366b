//! Output to files: `--report FORMAT=PATH` and `--output-file`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::cli::settings::Environment;
use crate::cli::{ReportFormat, ReportRequest};
use crate::diagnostic::Severity;
use crate::finding::summary::Outcome;
use crate::format::{NewFile, append, put};
use crate::input::InputError;
use crate::report::{self, Page, PageFindings};
use crate::reporters::{self, Format, Reporter, RunEnd, Style};
use crate::text::{count, visible};

/// Runs with a file instead of standard output (`--output-file`). An existing file is replaced at the end, and only if
/// there is output or the run did not fail.
pub(super) fn to_file(
    path: &Path,
    environment: &Environment,
    err: &mut dyn Write,
    run: impl FnOnce(&Environment, &mut dyn Write, &mut dyn Write) -> io::Result<Outcome>,
) -> io::Result<Outcome> {
    let failed = |err: &mut dyn Write, reason: String| {
        super::error(err, &format!("{}: {reason}", path.to_string_lossy()));
        Ok(Outcome::Failed)
    };
    let environment = Environment { stdout_is_terminal: false, stdout_is_file: true, ..environment.clone() };
    let mut file = match NewFile::begin(path) {
        Ok(file) => file,
        Err(reason) => return failed(err, reason),
    };
    let outcome = run(&environment, &mut file, err)?;
    if outcome == Outcome::Failed && file.is_empty() {
        return Ok(outcome);
    }
    match file.finish() {
        Ok(()) => Ok(outcome),
        Err(reason) => failed(err, reason),
    }
}

/// True if a search for responses would find this file.
fn is_response_name(path: &Path) -> bool {
    path.extension()
        .is_some_and(|end| ["json", "jsonl", "ndjson", "har", "gz", "zst"].iter().any(|known| end == *known))
}

/// True if every report can be written without overwriting an input or another report. Otherwise the first conflict is
/// reported on `err`.
pub(super) fn is_possible(reports: &[ReportRequest], paths: &[PathBuf], err: &mut dyn Write) -> bool {
    let mut later = reports.iter().zip(0..);
    let twice = later.find(|(one, index)| reports[..*index].iter().any(|other| is_same(&one.path, &other.path)));
    if let Some((report, _)) = twice {
        report_conflict(&report.path, err);
        return false;
    }
    let is_page = |format| !matches!(format, ReportFormat::Findings(_));
    reports.iter().all(|ReportRequest { path, format }| is_free(path, is_page(*format), paths, err))
}

/// True if both paths refer to the same file. For a file that does not exist yet, only the directory is resolved.
pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    let resolved = |path: &Path| {
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let directory = directory.canonicalize().unwrap_or_else(|_| directory.to_owned());
        path.canonicalize().unwrap_or_else(|_| directory.join(path.file_name().unwrap_or_default()))
    };
    resolved(one) == resolved(other)
}

pub(super) fn report_conflict(path: &Path, err: &mut dyn Write) {
    super::error(err, &format!("{}: cannot write two outputs to the same file", path.to_string_lossy()));
}

/// True if a file may be written at `path`. Otherwise the reason is reported on `err`. `needs_other_name`: later
/// runs must not check the file as a response, so its name must not be that of one.
pub(super) fn is_free(path: &Path, needs_other_name: bool, paths: &[PathBuf], err: &mut dyn Write) -> bool {
    const IS_INPUT: &str = "refusing to overwrite an input file";
    let is_inside = |directory: &PathBuf| match (path.canonicalize(), directory.canonicalize()) {
        (Ok(path), Ok(directory)) => path.starts_with(&directory),
        _ => false,
    };
    let reason = if path.as_os_str() == "-" {
        "expected the path of a file"
    } else if paths.iter().any(|other| is_same(path, other)) {
        IS_INPUT
    } else if path.file_name().is_some_and(|name| name == crate::config::NAME) {
        "refusing to overwrite a configuration file"
    } else if !is_response_name(path) {
        return true;
    } else if needs_other_name {
        "refusing to write a baseline, HTML or Markdown report to a *.json, *.jsonl or *.ndjson file: later runs would check it as a response"
    } else if paths.iter().any(is_inside) {
        // An existing file that a search in this directory finds.
        IS_INPUT
    } else {
        return true;
    };
    super::error(err, &format!("{}: {reason}", path.to_string_lossy()));
    false
}

/// Reasons why a run is incomplete that HTML and Markdown reports list. The totals include all.
pub(super) const MAX_PROBLEMS_LISTED: usize = 100;

/// Limits a list of reasons. `total` includes those that are not in the list: unreadable inputs.
pub(super) fn limited(mut problems: Vec<String>, total: u64) -> Vec<String> {
    problems.truncate(MAX_PROBLEMS_LISTED);
    let more = total.saturating_sub(problems.len() as u64);
    if more > 0 {
        let noun = if problems.is_empty() { "unreadable input" } else { "more unreadable input" };
        problems.push(count(more, noun));
    }
    problems
}

/// Contents of HTML and Markdown reports.
pub(super) struct PageContents<'c> {
    pub(super) page: Page,
    pub(super) findings: Option<&'c PageFindings>,
    /// The file of GitHub's job summary: a Markdown report is appended to it as well.
    pub(super) step_summary: Option<&'c Path>,
}

impl PageContents<'_> {
    /// Returns the errors. The other files are written nevertheless, and show them.
    pub(super) fn write(&mut self, reports: &[ReportRequest]) -> Vec<String> {
        let mut failures = self.put(reports);
        self.fail(&failures);
        let has_markdown = reports.iter().any(|report| report.format == ReportFormat::Markdown);
        if let Some(path) = self.step_summary.filter(|_| has_markdown) {
            let text = |size| {
                let room = (report::MAX_JOB_SUMMARY as u64).saturating_sub(size);
                report::markdown(&self.page, self.findings, room as usize)
            };
            if let Err(reason) = append(path, text) {
                failures.push(format!("{}: {reason}", path.to_string_lossy()));
                self.fail(&failures[failures.len() - 1..]);
            }
        }
        if !failures.is_empty() {
            // The exit code is 2 now, and the pages that were written must agree with it.
            self.put(reports);
        }
        failures
    }

    /// The exit code becomes 2 for these reasons.
    fn fail(&mut self, failures: &[String]) {
        if !failures.is_empty() {
            self.page.run.outcome = Outcome::Failed;
            self.page.run.problems.extend_from_slice(failures);
        }
    }

    fn put(&self, reports: &[ReportRequest]) -> Vec<String> {
        let pages = reports.iter().filter_map(|ReportRequest { format, path }| {
            let text = match format {
                ReportFormat::Html => report::html(&self.page, self.findings),
                ReportFormat::Markdown => report::markdown(&self.page, self.findings, report::MAX_JOB_SUMMARY),
                // Written by `ReportFiles`.
                ReportFormat::Findings(_) => return None,
            };
            put(path, text.as_bytes()).err().map(|reason| format!("{}: {reason}", path.to_string_lossy()))
        });
        pages.collect()
    }
}

/// Reports in the output formats of findings, written during the run.
pub(super) struct ReportFiles {
    reports: Vec<ReportFile>,
    /// Errors of reports that could not be created.
    failures: Vec<String>,
}

struct ReportFile {
    format: Format,
    reporter: Box<dyn Reporter>,
    new: NewFile,
    path: PathBuf,
    /// The first error. After it, the report does not replace an existing file.
    failure: Option<String>,
}

impl ReportFile {
    fn write(&mut self, write: impl FnOnce(&mut dyn Reporter, &mut dyn Write) -> io::Result<()>) {
        if self.failure.is_none() {
            let written = write(self.reporter.as_mut(), &mut self.new);
            self.failure = written.err().map(|error| format!("cannot write: {error}"));
        }
    }

    fn finish(mut self, end: &RunEnd<'_>) -> Result<(), String> {
        self.write(|reporter, out| reporter.finish(end, out));
        let format = self.format;
        self.write(|_, out| write_unreadable(format, end.unreadable, out));
        let finished = self.failure.map_or_else(|| self.new.finish(), Err);
        finished.map_err(|reason| format!("{}: {reason}", self.path.to_string_lossy()))
    }
}

/// Writes a line for each unreadable input to a file in a text format. On a terminal, these lines are on standard
/// error.
pub(super) fn write_unreadable(format: Format, unreadable: &[InputError], out: &mut dyn Write) -> io::Result<()> {
    if !matches!(format, Format::Full | Format::Concise | Format::Grouped) {
        return Ok(());
    }
    let mut lines = unreadable.iter().map(|problem| visible(&super::unreadable(problem)).into_owned());
    lines.try_for_each(|problem| writeln!(out, "{}: {problem}", Severity::Error))
}

impl ReportFiles {
    pub(super) fn begin(reports: &[ReportRequest], style: Style) -> ReportFiles {
        let style = Style { width: 120, color: false, ..style };
        let mut files = ReportFiles { reports: Vec::new(), failures: Vec::new() };
        for ReportRequest { format, path } in reports {
            let ReportFormat::Findings(format) = *format else { continue };
            match NewFile::begin(path) {
                Ok(new) => {
                    let reporter = reporters::reporter(format, style);
                    files.reports.push(ReportFile { format, reporter, new, path: path.clone(), failure: None });
                }
                Err(reason) => files.failures.push(format!("{}: {reason}", path.to_string_lossy())),
            }
        }
        files
    }

    /// The errors so far, which pages show.
    pub(super) fn failures(&self) -> impl Iterator<Item = String> {
        let reports = self.reports.iter().filter_map(|report| {
            let reason = report.failure.as_ref()?;
            Some(format!("{}: {reason}", report.path.to_string_lossy()))
        });
        self.failures.iter().cloned().chain(reports)
    }

    /// Calls `write` for each report. `finish` returns the errors.
    pub(super) fn each(&mut self, mut write: impl FnMut(&mut dyn Reporter, &mut dyn Write) -> io::Result<()>) {
        self.reports.iter_mut().for_each(|report| report.write(&mut write));
    }

    /// Writes the ends of the reports and moves them to their paths. Adds errors to `failures`, which later reports
    /// contain.
    pub(super) fn finish(&mut self, end: &RunEnd<'_>, failures: &mut Vec<String>) {
        failures.append(&mut self.failures);
        for report in self.reports.drain(..) {
            let finished = report.finish(&RunEnd { failures, ..*end });
            failures.extend(finished.err());
        }
    }
}
