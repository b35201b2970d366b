//! `full`: for people. A finding is drawn once per group and document; the locations of its repeats are listed below
//! it. Repeats in other documents are drawn up to a limit, then counted (`repeats.rs`).

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::Arc;

use super::base::{Quota, RunEnd, SHOW_ALL, ascii, statistics_rows};
use super::draw::Handler;
use super::repeats::Repeats;
use super::report::{Context, Occurrence, Report};
use super::{Reporter, Style};
use crate::diagnostic::Group;
use crate::finding::{DocumentId, DocumentSummary, DrawnFindings, Finding};

pub(super) struct Full {
    style: Style,
    quota: Quota,
    /// Groups of the current document, in the order of their first findings.
    groups: Vec<Drawing>,
    index_of: HashMap<Group, usize>,
    repeats: Repeats,
    drawn: Arc<DrawnFindings>,
    /// The last file with the note that locations are those of the decompressed data. Once per file is enough.
    noted: Option<Arc<str>>,
}

struct Drawing {
    first: Finding,
    /// The next ones, up to a limit.
    others: Vec<Occurrence>,
    /// Number of findings after the first.
    more: u64,
}

/// Locations listed per group, unless `--max-findings 0` removes the limits.
const MAX_LOCATIONS_LISTED: usize = 20;
/// Errors, warnings and notes drawn without `--max-findings`. Warnings and notes are fewer, because they do not fail a
/// run, and the end of the output has their numbers.
pub(super) const DEFAULT_MAX_FINDINGS: [usize; 3] = [50, 20, 10];
const CONCISE: &str = "`--output-format concise` for one line each";
/// Groups of a document, or locations of a group, in memory. A document with more is drawn in parts.
const MAX_BUFFERED: usize = 10_000;

impl Full {
    pub(super) fn new(style: Style) -> Self {
        Full {
            style,
            quota: Quota::new(style.limit.map_or(DEFAULT_MAX_FINDINGS, |limit| [limit; 3])),
            groups: Vec::new(),
            index_of: HashMap::new(),
            repeats: Repeats::default(),
            drawn: Arc::default(),
            noted: None,
        }
    }

    fn draw(&mut self, document: &DocumentId, out: &mut dyn Write) -> io::Result<()> {
        let handler = Handler::new(self.style);
        self.index_of.clear();
        let noted = &mut self.noted;
        self.groups.drain(..).try_for_each(|group| {
            let names_compression = document.compression.is_some() && noted.as_ref() != Some(&document.name);
            if names_compression {
                *noted = Some(document.name.clone());
            }
            let context = Context { others: &group.others, more: group.more, names_compression };
            let report = Report::new(document, group.first, context);
            let mut text = String::new();
            handler.draw(&report, &mut text);
            writeln!(out, "{text}")
        })
    }
}

impl Reporter for Full {
    fn finding(&mut self, document: &DocumentId, found: Finding, out: &mut dyn Write) -> io::Result<()> {
        let shows_all = self.style.limit == Some(usize::MAX);
        let max_locations = if shows_all { MAX_BUFFERED } else { MAX_LOCATIONS_LISTED };
        let group = found.finding.group();
        if let Some(&index) = self.index_of.get(&group) {
            let drawing = &mut self.groups[index];
            drawing.more += 1;
            if drawing.others.len() < max_locations {
                let (location, pointer) = (found.location.0, found.finding.instance_location);
                drawing.others.push(Occurrence { location, pointer, exchange: None });
            }
            if drawing.others.len() == MAX_BUFFERED {
                return self.draw(document, out);
            }
        } else if !self.repeats.count(group, document, self.quota.is_exhausted(found.finding.severity))
            && self.quota.take(&found.finding)
        {
            if !shows_all && self.repeats.draw(group, &found.finding, document) {
                self.drawn.complete(group);
            }
            if self.quota.is_exhausted(found.finding.severity) {
                self.drawn.exhaust(found.finding.severity);
            }
            self.index_of.insert(group, self.groups.len());
            self.groups.push(Drawing { first: found, others: Vec::new(), more: 0 });
        }
        if self.groups.len() > MAX_BUFFERED { self.draw(document, out) } else { Ok(()) }
    }

    fn drawn(&self) -> Option<Arc<DrawnFindings>> {
        Some(self.drawn.clone())
    }

    fn document(&mut self, document: &DocumentId, _: &DocumentSummary, out: &mut dyn Write) -> io::Result<()> {
        self.draw(document, out)
    }

    fn finish(&mut self, end: &RunEnd<'_>, out: &mut dyn Write) -> io::Result<()> {
        let (handler, mut text) = (Handler::new(self.style), String::new());
        let mut write = |rows: &[String], indent: &str| {
            let rest = format!("{indent}  ");
            for row in rows {
                let row = if self.style.plain { ascii(row) } else { row.clone() };
                handler.wrap(&mut text, indent, &rest, &row);
            }
        };
        let (left_out, width) = (self.quota.left_out(), self.style.width);
        let (others, mut counts) = (left_out.counts(), self.repeats.counts());
        counts += others;
        if counts.total() > 0 {
            let note = format!("{} not shown; {SHOW_ALL}, or {CONCISE}", counts.in_words());
            write(&[note], "");
        }
        let repeats = self.repeats.rows();
        if !repeats.is_empty() {
            write(&["Repeats of the findings above:".to_owned()], "");
            for (row, files) in repeats {
                write(&[row], "  ");
                write(files.as_slice(), "     ");
            }
        }
        // The statistics of all findings have the same rules.
        if others.total() > 0 && end.statistics.is_none() {
            write(&["Other findings:".to_owned()], "");
            write(&statistics_rows(left_out, width - 2), "  ");
        }
        write(&end.statistics.map_or_else(Vec::new, |all| statistics_rows(all, width)), "");
        out.write_all(text.as_bytes())
    }
}
