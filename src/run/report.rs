//! `--report FORMAT=PATH`: what was found and what answers say, in a file.

use std::io::Write;
use std::path::PathBuf;

use crate::check::{Found, Subject};
use crate::cli::{Reported, SummaryFormat};
use crate::domain::Portal;
use crate::figures::Figures;
use crate::format::put;
use crate::present::{self, Findings, LISTED, Listed, PIECE, Page};
use crate::text::visible;

/// Remembers a finding for the report.
pub(super) fn remember(findings: &mut Findings, subject: &Subject, found: &Found) {
    let finding = &found.finding;
    findings.total += 1;
    let place =
        finding.instance_location.strip_prefix("/results/").and_then(|rest| rest.split('/').next()?.parse().ok());
    if let Some(place) = place {
        let place: u64 = place;
        *findings.places.entry(place / PIECE).or_default() += 1;
    }
    if findings.listed.len() < LISTED {
        let (line, column) = (found.place.0.line, found.place.0.column);
        findings.listed.push(Listed {
            severity: finding.severity.as_str(),
            rule: finding.rule,
            message: finding.message.clone(),
            place: format!("{}:{line}:{column}", subject.name),
            pointer: finding.instance_location.clone(),
            excerpt: found.excerpt.as_ref().map_or_else(String::new, |excerpt| excerpt.text.clone()),
        });
    }
}

/// Whether reports can go where they are to go: not over what is read, nor over other answers. What cannot is said.
pub(super) fn is_possible(reports: &[Reported], paths: &[PathBuf], err: &mut dyn Write) -> bool {
    reports.iter().all(|Reported { path, .. }| {
        let is_same = |other: &PathBuf| match (path.canonicalize(), other.canonicalize()) {
            (Ok(one), Ok(two)) => one == two,
            _ => path == other,
        };
        let is_answer = path
            .extension()
            .is_some_and(|end| ["json", "jsonl", "ndjson", "gz", "zst"].iter().any(|known| end == *known));
        let why = match path.as_os_str() == "-" {
            true => "a report goes to a file",
            false if paths.iter().any(is_same) => "it is what is read; the report was not written over it",
            false if is_answer => "no report is written under the name of an answer",
            false => return true,
        };
        let _ = writeln!(err, "callcheck: {}: {why}", visible(&path.to_string_lossy()));
        false
    })
}

/// Writes reports. Whether all of them were written; what was not is said.
pub(super) fn write(
    reports: &[Reported],
    figures: &Figures,
    findings: Option<&Findings>,
    portal: &Portal,
    err: &mut dyn Write,
) -> bool {
    let mut is_done = true;
    for Reported { format, path } in reports {
        let page = Page::of(figures, portal);
        let text = match format {
            SummaryFormat::Html => present::html(&page, figures, findings),
            _ => present::markdown(&page),
        };
        if let Err(reason) = put(path, text.as_bytes()) {
            let _ = writeln!(err, "callcheck: {}: {}", visible(&path.to_string_lossy()), visible(&reason));
            is_done = false;
        }
    }
    is_done
}
