//! The findings that a page lists: the most severe ones first, and each group once per file. Their number is limited,
//! because a longer page is not read to its end.

use std::collections::HashMap;
use std::sync::Arc;

use crate::diagnostic::{Counts, Group, Severity};
use crate::finding::{DocumentId, Finding};
use crate::reporters::{Context, Occurrence, Report};

pub(crate) const MAX_GROUPS_LISTED: usize = 500;
/// Locations of repeats per group.
const MAX_LOCATIONS_LISTED: usize = 20;

#[derive(Debug, Default)]
pub struct PageFindings {
    /// Errors, warnings, notes.
    lists: [SeverityList; 3],
    /// All findings, listed or not.
    pub counts: Counts,
    /// Findings below `--min-severity`. They are counted, but not listed.
    pub hidden: u64,
}

/// Listed findings of one severity, in input order.
#[derive(Debug, Default)]
struct SeverityList {
    groups: Vec<ListedGroup>,
    index_of: HashMap<GroupKey, usize>,
}

/// The records of a JSON Lines file and the exchanges of a recording are documents, but their repeats are listed
/// together.
type GroupKey = (Arc<str>, Group);

#[derive(Debug)]
struct ListedGroup {
    document: DocumentId,
    first: Finding,
    others: Vec<Occurrence>,
    /// Number of findings after the first.
    more: u64,
}

impl PageFindings {
    /// Counts a finding that is not listed.
    pub fn hide(&mut self, found: &Finding) {
        self.counts.add(&found.finding);
        self.hidden += 1;
    }

    pub fn add(&mut self, document: &DocumentId, found: &Finding) {
        let finding = &found.finding;
        self.counts.add(finding);
        let rank = finding.severity.pick([0, 1, 2]);
        let key = (document.name.clone(), finding.group());
        if let Some(&index) = self.lists[rank].index_of.get(&key) {
            let group = &mut self.lists[rank].groups[index];
            group.more += 1;
            if group.others.len() < MAX_LOCATIONS_LISTED {
                group.others.push(Occurrence {
                    location: found.location.0,
                    pointer: finding.instance_location.clone(),
                    exchange: document.exchange.as_ref().map(|exchange| exchange.number),
                });
            }
        } else if self.groups() < MAX_GROUPS_LISTED || self.remove_less_severe(rank) {
            let list = &mut self.lists[rank];
            list.index_of.insert(key, list.groups.len());
            list.groups.push(ListedGroup {
                document: document.clone(),
                first: found.clone(),
                others: Vec::new(),
                more: 0,
            });
        }
    }

    fn groups(&self) -> usize {
        self.lists.iter().map(|list| list.groups.len()).sum()
    }

    /// Removes the last group of a lower severity. False if there is none.
    fn remove_less_severe(&mut self, rank: usize) -> bool {
        for list in self.lists[rank + 1..].iter_mut().rev() {
            if let Some(group) = list.groups.pop() {
                list.index_of.remove(&(group.document.name, group.first.finding.group()));
                return true;
            }
        }
        false
    }

    /// Findings that are not part of a listed group.
    pub fn left_out(&self) -> u64 {
        let listed = self.lists.iter().flat_map(|list| &list.groups).map(|group| 1 + group.more);
        self.counts.total() - self.hidden - listed.sum::<u64>()
    }

    /// The listed groups of a severity, with the number of findings after the first.
    pub(super) fn of_severity(&self, severity: Severity) -> impl Iterator<Item = (Report, u64)> {
        let list = &self.lists[severity.pick([0, 1, 2])];
        list.groups.iter().map(|group| {
            let names_compression = group.document.compression.is_some();
            let context = Context { others: &group.others, more: group.more, names_compression };
            (Report::new(&group.document, group.first.clone(), context), group.more)
        })
    }
}

/// From the most severe one.
pub(super) const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Note];

/// Parts of a message: text, and code between backticks (true). A text with an odd number of backticks has no code.
pub(super) fn parts(text: &str) -> impl Iterator<Item = (&str, bool)> {
    let pieces: Vec<&str> = text.split('`').collect();
    let is_balanced = pieces.len() % 2 == 1 && pieces.iter().skip(1).step_by(2).all(|code| !code.trim().is_empty());
    let pieces = if is_balanced { pieces } else { vec![text] };
    pieces.into_iter().enumerate().map(|(index, piece)| (piece, index % 2 == 1))
}
