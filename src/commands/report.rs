//! Output that goes to files: `--report FORMAT=PATH` and `--output-file`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::cli::settings::Environment;
use crate::cli::{ReportFormat, Reported};
use crate::finding::summary::Outcome;
use crate::finding::{DocumentId, Finding};
use crate::format::{NewFile, append, put};
use crate::hubspot::AccountConfig;
use crate::report::{self, Findings, LISTED, Listed, PIECE, Page};
use crate::reporters::{self, Reporter, Style};
use crate::stats::Figures;

/// `--output-file`: runs with a file instead of standard output. A file that was there is replaced at the end, and not if nothing could be done.
///
/// # Errors
/// Those of `run`.
pub(super) fn to_file(
    path: &Path,
    terminal: &Environment,
    err: &mut dyn Write,
    run: impl FnOnce(&Environment, &mut dyn Write, &mut dyn Write) -> io::Result<Outcome>,
) -> io::Result<Outcome> {
    let failed = |err: &mut dyn Write, reason: String| {
        super::error(err, &format!("{}: {reason}", path.to_string_lossy()));
        Ok(Outcome::Failed)
    };
    let terminal = Environment { stdout_is_terminal: false, stdout_is_file: true, ..terminal.clone() };
    let mut file = match NewFile::begin(path) {
        Ok(file) => file,
        Err(reason) => return failed(err, reason),
    };
    let outcome = run(&terminal, &mut file, err)?;
    if outcome == Outcome::Failed && file.is_empty() {
        return Ok(outcome);
    }
    match file.finish() {
        Ok(()) => Ok(outcome),
        Err(reason) => failed(err, reason),
    }
}

/// Remembers a finding for the report.
pub(super) fn remember(findings: &mut Findings, subject: &DocumentId, found: &Finding) {
    let finding = &found.finding;
    findings.total += 1;
    let place =
        finding.instance_location.strip_prefix("/results/").and_then(|rest| rest.split('/').next()?.parse().ok());
    if let Some(place) = place {
        let place: u64 = place;
        *findings.places.entry(place / PIECE).or_default() += 1;
    }
    if findings.listed.len() < LISTED {
        let (line, column) = (found.location.0.line, found.location.0.column);
        findings.listed.push(Listed {
            severity: finding.severity.as_str(),
            rule: finding.rule.id,
            message: finding.message.clone(),
            place: format!("{}:{line}:{column}", subject.name),
            pointer: finding.instance_location.clone(),
            excerpt: found.excerpt.as_ref().map_or_else(String::new, |excerpt| excerpt.text.clone()),
        });
    }
}

/// Whether a file has the name of an answer.
fn is_answer(path: &Path) -> bool {
    path.extension().is_some_and(|end| ["json", "jsonl", "ndjson", "gz", "zst"].iter().any(|known| end == *known))
}

/// Whether reports can go where they are to go: not over what is read, nor over other answers. What cannot is said.
pub(super) fn is_possible(reports: &[Reported], paths: &[PathBuf], err: &mut dyn Write) -> bool {
    let is_page = |format| !matches!(format, ReportFormat::Findings(_));
    let twice = reports
        .iter()
        .zip(0..)
        .find(|(one, place)| reports[..*place].iter().any(|other| is_same(&one.path, &other.path)));
    if let Some((report, _)) = twice {
        taken(&report.path, err);
        return false;
    }
    reports.iter().all(|Reported { path, format }| is_free(path, is_page(*format), paths, err))
}

/// Whether two names are of one file, as far as that can be known of what is perhaps not there.
pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    let place = |path: &Path| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        path.canonicalize().unwrap_or_else(|_| folder.join(path.file_name().unwrap_or_default()))
    };
    place(one) == place(other)
}

/// Says that a file cannot become two things.
pub(super) fn taken(path: &Path, err: &mut dyn Write) {
    super::error(err, &format!("{}: cannot write two outputs to the same file", path.to_string_lossy()));
}

/// Whether a file may be written there. `is_no_answer`: nor under the name of one.
pub(super) fn is_free(path: &Path, is_no_answer: bool, paths: &[PathBuf], err: &mut dyn Write) -> bool {
    const READ: &str = "refusing to overwrite an input file";
    let is_inside = |folder: &PathBuf| match (path.canonicalize(), folder.canonicalize()) {
        (Ok(path), Ok(folder)) => path.starts_with(&folder),
        _ => false,
    };
    let why = match path.as_os_str() == "-" {
        true => "expected the path of a file",
        false if paths.iter().any(|other| is_same(path, other)) => READ,
        false if path.file_name().is_some_and(|name| name == crate::config::NAME) => {
            "refusing to overwrite a configuration file"
        }
        false if is_answer(path) && is_no_answer => {
            "refusing to write a baseline, HTML or Markdown report to a *.json, *.jsonl or *.ndjson file: later runs would check it as a response"
        }
        // One of the files of a folder.
        false if is_answer(path) && paths.iter().any(is_inside) => READ,
        false => return true,
    };
    super::error(err, &format!("{}: {why}", path.to_string_lossy()));
    false
}

/// Writes reports. Whether all of them were written; what was not is said.
pub(super) fn write(
    reports: &[Reported],
    figures: &Figures,
    findings: Option<&Findings>,
    portal: &AccountConfig,
    step_summary: Option<&Path>,
    err: &mut dyn Write,
) -> bool {
    let mut is_done = true;
    for Reported { format, path } in reports {
        let page = || Page::of(figures, portal);
        let text = match format {
            ReportFormat::Html => report::html(&page(), figures, findings),
            ReportFormat::Markdown => report::markdown(&page()),
            // These were written on the way.
            ReportFormat::Findings(_) => continue,
        };
        let mut put_there = |path: &Path, done: Result<(), String>| {
            if let Err(reason) = done {
                super::error(err, &format!("{}: {reason}", path.to_string_lossy()));
                is_done = false;
            }
        };
        put_there(path, put(path, text.as_bytes()));
        if let (ReportFormat::Markdown, Some(summary)) = (format, step_summary) {
            put_there(summary, append(summary, text.as_bytes()));
        }
    }
    is_done
}

/// Findings that go to files while they are found.
pub(super) struct ReportFiles {
    reports: Vec<(Box<dyn Reporter>, NewFile, PathBuf)>,
    problem: Option<(PathBuf, String)>,
}

impl ReportFiles {
    /// The reports among these that are written on the way.
    pub(super) fn begin(reports: &[Reported], style: Style) -> ReportFiles {
        let mut beside = ReportFiles { reports: Vec::new(), problem: None };
        for Reported { format, path } in reports {
            let ReportFormat::Findings(format) = format else { continue };
            let style = Style { width: 120, color: false, ..style };
            match NewFile::begin(path) {
                Ok(new) => beside.reports.push((reporters::reporter(*format, style), new, path.clone())),
                Err(reason) => beside.failed(path, reason),
            }
        }
        beside
    }

    fn failed(&mut self, path: &Path, reason: String) {
        self.problem.get_or_insert((path.to_owned(), reason));
    }

    /// Gives something to every report. What cannot be written is told at the end.
    pub(super) fn each(&mut self, mut write: impl FnMut(&mut dyn Reporter, &mut dyn Write) -> io::Result<()>) {
        for place in 0..self.reports.len() {
            let (reporter, new, path) = &mut self.reports[place];
            if let Err(error) = write(reporter.as_mut(), new) {
                let path = path.clone();
                self.failed(&path, format!("cannot write: {error}"));
            }
        }
    }

    /// Puts the reports in their places. Whether all of them are; what is not is said.
    pub(super) fn finish(mut self, err: &mut dyn Write) -> bool {
        for (_, new, path) in std::mem::take(&mut self.reports) {
            if self.problem.is_none()
                && let Err(reason) = new.finish()
            {
                self.failed(&path, reason);
            }
        }
        if let Some((path, reason)) = &self.problem {
            super::error(err, &format!("{}: {reason}", path.to_string_lossy()));
        }
        self.problem.is_none()
    }
}
