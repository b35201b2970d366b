//! Findings that occur again in later documents, for `full`. The first ones are drawn, the next ones are counted.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use super::base::{rows, short_pointer};
use crate::diagnostic::{Counts, Diagnostic, Group, Severity};
use crate::finding::DocumentId;
use crate::text::{count, list, shorten, thousands, visible};

/// Documents in which a finding is drawn.
const MAX_DRAWINGS: u64 = 3;
/// Groups that are remembered. A finding of another group is drawn in every document.
const MAX_GROUPS: usize = 1_000;
/// Groups listed at the end.
const MAX_GROUPS_LISTED: usize = 20;
/// Files and exchanges listed for each of them, so that a few invalid files among many are all named.
const MAX_FILES_LISTED: usize = 10;

/// The groups that were drawn.
#[derive(Default)]
pub(super) struct Repeats(HashMap<Group, DrawnGroup>);

/// A file, and the number of the exchange if it is a recording.
type RepeatSource = (Arc<str>, Option<u64>);

fn source(document: &DocumentId) -> RepeatSource {
    (document.name.clone(), document.exchange.as_ref().map(|exchange| exchange.number))
}

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
    /// The last file or exchange with this finding.
    last: RepeatSource,
    /// The first ones, after those that were drawn.
    listed: Vec<RepeatSource>,
    more_files: u64,
    more_exchanges: u64,
}

impl DrawnGroup {
    /// Counts a finding that is not drawn. The files are in input order.
    fn count(&mut self, document: &DocumentId) {
        self.more += 1;
        let source = source(document);
        if source == self.last {
            return;
        }
        self.last = source.clone();
        if self.listed.len() < MAX_FILES_LISTED {
            self.listed.push(source);
        } else if source.1.is_some() {
            self.more_exchanges += 1;
        } else {
            self.more_files += 1;
        }
    }

    /// The files in words, each with its exchanges.
    fn in_files(&self) -> Option<String> {
        let of_file = |same: &[RepeatSource]| {
            let exchanges: Vec<String> = same.iter().filter_map(|(_, number)| *number).map(thousands).collect();
            let noun = if exchanges.len() == 1 { "exchange" } else { "exchanges" };
            match exchanges.is_empty() {
                true => visible(&same[0].0).into_owned(),
                false => format!("{} ({noun} {})", visible(&same[0].0), list(&exchanges, "and")),
            }
        };
        let names: Vec<_> = self.listed.chunk_by(|one, other| one.0 == other.0).map(of_file).collect();
        let more = [(self.more_exchanges, "more exchange"), (self.more_files, "more file")];
        let more = more.iter().filter(|(number, _)| *number > 0).map(|(number, noun)| count(*number, noun));
        let words = [names.join(", ")].into_iter().chain(more).collect::<Vec<_>>().join(" and ");
        (!names.is_empty()).then(|| format!("in {words}"))
    }
}

impl Repeats {
    /// True if findings of this group were drawn often enough, or once and `is_exhausted`: no more findings are drawn.
    /// Then this one is counted.
    pub(super) fn count(&mut self, group: Group, document: &DocumentId, is_exhausted: bool) -> bool {
        match self.0.get_mut(&group) {
            Some(known) if known.drawings >= MAX_DRAWINGS || is_exhausted => {
                known.count(document);
                true
            }
            _ => false,
        }
    }

    /// Remembers that a finding is drawn. True if the next ones of its group will be counted.
    pub(super) fn draw<P>(&mut self, group: Group, finding: &Diagnostic<P>, document: &DocumentId) -> bool {
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
            last: source(document),
            listed: Vec::new(),
            more_files: 0,
            more_exchanges: 0,
        });
        known.drawings += 1;
        known.last = source(document);
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
