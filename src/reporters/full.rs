//! `full`: for people. A finding is drawn once per group; the locations of its repeats are listed below it.

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::Arc;

use super::base::{Quota, RunEnd, write_statistics};
use super::draw::Handler;
use super::report::{Context, Report};
use super::{Reporter, Style};
use crate::diagnostic::Group;
use crate::finding::{DocumentId, DocumentSummary, Finding};
use crate::input::Location;

pub(super) struct Full {
    style: Style,
    quota: Quota,
    /// Groups of the current document, in the order of their first findings.
    groups: Vec<Drawing>,
    index_of: HashMap<Group, usize>,
    /// The last file with the note that locations are those of the decompressed data. Once per file is enough.
    noted: Option<Arc<str>>,
}

struct Drawing {
    first: Finding,
    /// Locations and JSON Pointers of the next ones, up to a limit.
    others: Vec<(Location, String)>,
    /// Number of findings after the first.
    more: u64,
}

/// Locations listed per group, unless `--max-findings 0` removes the limits.
const MAX_LOCATIONS_LISTED: usize = 20;
/// Findings drawn without `--max-findings`.
pub(super) const DEFAULT_MAX_FINDINGS: usize = 50;
/// Groups of a document, or locations of a group, in memory. A document with more is drawn in parts.
const MAX_BUFFERED: usize = 10_000;

impl Full {
    pub(super) fn new(style: Style) -> Self {
        Full {
            style,
            quota: Quota::new(style.limit.unwrap_or(DEFAULT_MAX_FINDINGS)),
            groups: Vec::new(),
            index_of: HashMap::new(),
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
        let max_locations = if self.style.limit == Some(usize::MAX) { MAX_BUFFERED } else { MAX_LOCATIONS_LISTED };
        let group = found.finding.group();
        if let Some(&index) = self.index_of.get(&group) {
            let drawing = &mut self.groups[index];
            drawing.more += 1;
            if drawing.others.len() < max_locations {
                drawing.others.push((found.location.0, found.finding.instance_location));
            }
            if drawing.others.len() == MAX_BUFFERED {
                return self.draw(document, out);
            }
        } else if self.quota.take() {
            self.index_of.insert(group, self.groups.len());
            self.groups.push(Drawing { first: found, others: Vec::new(), more: 0 });
        }
        if self.groups.len() > MAX_BUFFERED { self.draw(document, out) } else { Ok(()) }
    }

    fn draws_more(&self) -> bool {
        !self.quota.is_exhausted()
    }

    fn document(&mut self, document: &DocumentId, _: &DocumentSummary, out: &mut dyn Write) -> io::Result<()> {
        self.draw(document, out)
    }

    fn finish(&mut self, end: &RunEnd<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut text = String::new();
        if let Some(note) = self.quota.note() {
            Handler::new(self.style).wrap(&mut text, "", "  ", &note);
        }
        out.write_all(text.as_bytes())?;
        write_statistics(end.statistics, self.style.width, out)
    }
}
