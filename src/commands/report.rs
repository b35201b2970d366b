//! Output to files: `--report FORMAT=PATH` and `--output-file`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::cli::settings::Environment;
use crate::cli::{ReportFormat, ReportRequest};
use crate::finding::summary::Outcome;
use crate::format::{NewFile, append, put};
use crate::hubspot::AccountConfig;
use crate::report::{self, Page, PageFindings};
use crate::reporters::{self, Reporter, Style};
use crate::stats::Figures;

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
    path.extension().is_some_and(|end| ["json", "jsonl", "ndjson", "gz", "zst"].iter().any(|known| end == *known))
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

/// Contents of HTML and Markdown reports.
pub(super) struct PageContents<'c> {
    pub(super) figures: &'c Figures,
    pub(super) findings: Option<&'c PageFindings>,
    pub(super) account: &'c AccountConfig,
    /// The file of GitHub's job summary: Markdown reports are appended to it as well.
    pub(super) step_summary: Option<&'c Path>,
}

impl PageContents<'_> {
    /// Returns false if a file could not be written, which is reported on `err`. The others are written nevertheless.
    pub(super) fn write(&self, reports: &[ReportRequest], err: &mut dyn Write) -> bool {
        let mut is_written = true;
        let mut check = |path: &Path, result: Result<(), String>| {
            if let Err(reason) = result {
                super::error(err, &format!("{}: {reason}", path.to_string_lossy()));
                is_written = false;
            }
        };
        let page = || Page::of(self.figures, self.account);
        for ReportRequest { format, path } in reports {
            match format {
                ReportFormat::Html => {
                    check(path, put(path, report::html(&page(), self.figures, self.findings).as_bytes()));
                }
                ReportFormat::Markdown => {
                    let text = report::markdown(&page());
                    check(path, put(path, text.as_bytes()));
                    if let Some(summary) = self.step_summary {
                        check(summary, append(summary, text.as_bytes()));
                    }
                }
                // Written by `ReportFiles`.
                ReportFormat::Findings(_) => {}
            }
        }
        is_written
    }
}

/// Reports in the output formats of findings, written during the run.
pub(super) struct ReportFiles {
    reports: Vec<(Box<dyn Reporter>, NewFile, PathBuf)>,
    /// The first one. After it, reports no longer replace existing files.
    failure: Option<(PathBuf, String)>,
}

impl ReportFiles {
    pub(super) fn begin(reports: &[ReportRequest], style: Style) -> ReportFiles {
        let style = Style { width: 120, color: false, ..style };
        let mut files = ReportFiles { reports: Vec::new(), failure: None };
        for ReportRequest { format, path } in reports {
            let ReportFormat::Findings(format) = format else { continue };
            match NewFile::begin(path) {
                Ok(new) => files.reports.push((reporters::reporter(*format, style), new, path.clone())),
                Err(reason) => files.failed(path, reason),
            }
        }
        files
    }

    fn failed(&mut self, path: &Path, reason: String) {
        self.failure.get_or_insert((path.to_owned(), reason));
    }

    /// Calls `write` for each report. `finish` reports errors.
    pub(super) fn each(&mut self, mut write: impl FnMut(&mut dyn Reporter, &mut dyn Write) -> io::Result<()>) {
        for (reporter, new, path) in &mut self.reports {
            if let Err(error) = write(reporter.as_mut(), new) {
                self.failure.get_or_insert((path.clone(), format!("cannot write: {error}")));
            }
        }
    }

    /// Moves the finished reports to their paths. Returns false after a failure, which is reported on `err`.
    pub(super) fn finish(mut self, err: &mut dyn Write) -> bool {
        for (_, new, path) in std::mem::take(&mut self.reports) {
            if self.failure.is_none()
                && let Err(reason) = new.finish()
            {
                self.failed(&path, reason);
            }
        }
        if let Some((path, reason)) = &self.failure {
            super::error(err, &format!("{}: {reason}", path.to_string_lossy()));
        }
        self.failure.is_none()
    }
}
