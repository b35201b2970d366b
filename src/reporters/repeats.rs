//! Findings that occur again in later documents, for `full`. The first ones are drawn, the next ones are counted.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use super::base::{rows, short_pointer};
use crate::diagnostic::{Counts, Diagnostic, Group, Severity};
use crate::text::{count, shorten, thousands, visible};

/// Documents in which a finding is drawn.
const MAX_DRAWINGS: u64 = 3;
/// Groups that are remembered. A finding of another group is drawn in every document.
const MAX_GROUPS: usize = 1_000;
/// Groups listed at the end.
const MAX_GROUPS_LISTED: usize = 20;
/// Files listed for each of them, so that a few invalid files among many are all named.
const MAX_FILES_LISTED: usize = 10;

/// The groups that were drawn.
#[derive(Default)]
pub(super) struct Repeats(HashMap<Group, DrawnGroup>);

struct DrawnGroup {
    /// Position among the groups.
    number: usize,
    severity: Severity,
    rule: &'static str,
    /// The shape of the pointer, or the message of a finding about the document as a whole.
    text: String,
    drawings: u64,
    /// Findings that are not drawn.
    more: u64,
    /// The last file with this finding.
    last_file: Arc<str>,
    /// The first files, after those that were drawn.
    files: Vec<Arc<str>>,
    more_files: u64,
}

impl DrawnGroup {
    /// Counts a finding that is not drawn. The files are in input order.
    fn count(&mut self, file: &Arc<str>) {
        self.more += 1;
        if *file == self.last_file {
            return;
        }
        self.last_file = file.clone();
        if self.files.len() < MAX_FILES_LISTED {
            self.files.push(file.clone());
        } else {
            self.more_files += 1;
        }
    }

    /// The files in words.
    fn in_files(&self) -> Option<String> {
        let names: Vec<_> = self.files.iter().map(|name| visible(name)).collect();
        let more = count(self.more_files, "more file");
        match self.more_files {
            _ if names.is_empty() => None,
            0 => Some(format!("in {}", names.join(", "))),
            _ => Some(format!("in {} and {more}", names.join(", "))),
        }
    }
}

impl Repeats {
    /// True if findings of this group were drawn often enough, or once and `is_exhausted`: no more findings are drawn.
    /// Then this one is counted.
    pub(super) fn count(&mut self, group: Group, file: &Arc<str>, is_exhausted: bool) -> bool {
        match self.0.get_mut(&group) {
            Some(known) if known.drawings >= MAX_DRAWINGS || is_exhausted => {
                known.count(file);
                true
            }
            _ => false,
        }
    }

    /// Remembers that a finding is drawn. True if the next ones of its group will be counted.
    pub(super) fn draw<P>(&mut self, group: Group, finding: &Diagnostic<P>, file: &Arc<str>) -> bool {
        let number = self.0.len();
        if number >= MAX_GROUPS && !self.0.contains_key(&group) {
            return false;
        }
        let known = self.0.entry(group).or_insert_with(|| DrawnGroup {
            number,
            severity: finding.severity,
            rule: finding.rule.id,
            text: match &*finding.pointer_shape() {
                "" => visible(&shorten(&finding.message, 100)).into_owned(),
                shape => short_pointer(shape, 120),
            },
            drawings: 0,
            more: 0,
            last_file: file.clone(),
            files: Vec::new(),
            more_files: 0,
        });
        known.drawings += 1;
        if known.last_file != *file {
            known.last_file = file.clone();
        }
        known.drawings == MAX_DRAWINGS
    }

    /// Numbers of the findings that were counted.
    pub(super) fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        self.0.values().for_each(|group| counts.add_number(group.severity, group.more));
        counts
    }

    /// The table of the findings that were counted, errors first, and the files of each row.
    pub(super) fn rows(&self) -> Vec<(String, Option<String>)> {
        let mut all: Vec<&DrawnGroup> = self.0.values().filter(|group| group.more > 0).collect();
        all.sort_by_key(|group| (Reverse(group.severity), Reverse(group.more), group.number));
        let rest = all.split_off(all.len().min(MAX_GROUPS_LISTED));
        let row = |group: &DrawnGroup| (group.more, group.severity, group.rule, group.text.clone().into());
        let files = all.iter().map(|group| group.in_files()).collect::<Vec<_>>();
        let mut rows: Vec<_> = rows(&all.into_iter().map(row).collect::<Vec<_>>()).into_iter().zip(files).collect();
        if !rest.is_empty() {
            let more = rest.iter().map(|group| group.more).sum();
            rows.push((format!("and {} of {} other kinds", thousands(more), thousands(rest.len() as u64)), None));
        }
        rows
    }
}
