//! What answers say, in figures that add up: any split of the input, in any order, on any number of threads, gives the same.

mod batches;
mod calls;
mod durations;
mod json;

pub use batches::{Batches, Failure, Operation, Took};
pub use calls::{COLUMNS, Calls, Group, csv_field};
pub use durations::Durations;
pub use json::{SCHEMA, day_name, rate, read};

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::identify::Kind;

/// So many different keys of one kind (owners, days, property names, ...) are told apart; what has others is counted under [`OTHERS`].
pub const MOST: usize = 100_000;

/// Figures by some key. Whoever shows them puts them in order.
pub type Table<K, V> = hashbrown::HashMap<K, V, foldhash::fast::RandomState>;

/// What stands for the keys beyond [`MOST`].
pub const OTHERS: &str = "(others)";

/// What stands for a value that is not there, null or "".
pub const UNSET: &str = "";

/// What answers say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// Documents that are batch answers, by whether they have errors.
    pub answers: Answers,
    /// Documents that are something else, by what they are.
    pub others: BTreeMap<String, u64>,
    /// Inputs that could not be read.
    pub unreadable: u64,
    /// The answers around their results.
    pub batches: Batches,
    /// Results.
    pub calls: Calls,
    /// Findings, by rule.
    pub findings: BTreeMap<String, u64>,
}

/// Batch answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the words of the json report")]
pub struct Answers {
    pub valid: u64,
    pub invalid: u64,
}

impl Figures {
    /// Counts a document by what it is, and by whether it has errors.
    pub fn document(&mut self, kind: Kind, errors: u64) {
        match kind {
            Kind::BatchAnswer if errors == 0 => self.answers.valid += 1,
            Kind::BatchAnswer => self.answers.invalid += 1,
            other => *self.others.entry(other.as_str().to_owned()).or_default() += 1,
        }
    }

    /// Counts a finding.
    pub fn finding(&mut self, finding: &Diagnostic) {
        match self.findings.get_mut(finding.rule) {
            Some(number) => *number += 1,
            None => {
                self.findings.insert(finding.rule.to_owned(), 1);
            }
        }
    }

    /// Adds what was counted elsewhere.
    pub fn merge(&mut self, other: &Figures) {
        self.answers.valid += other.answers.valid;
        self.answers.invalid += other.answers.invalid;
        self.unreadable += other.unreadable;
        add_up(&mut self.others, &other.others);
        add_up(&mut self.findings, &other.findings);
        self.batches.merge(&other.batches);
        self.calls.merge(&other.calls);
    }

    /// Documents that are no valid batch answers, and inputs that could not be read.
    pub fn bad(&self) -> u64 {
        self.answers.invalid + self.others.values().sum::<u64>() + self.unreadable
    }

    /// Documents.
    pub fn documents(&self) -> u64 {
        self.answers.valid + self.answers.invalid + self.others.values().sum::<u64>()
    }
}

fn add_up(to: &mut BTreeMap<String, u64>, from: &BTreeMap<String, u64>) {
    for (key, number) in from {
        *slot(to, key) += number;
    }
}

/// The value for a key; where there are too many keys, the one for all others.
fn slot<'m, V: Default>(map: &'m mut BTreeMap<String, V>, key: &str) -> &'m mut V {
    let key = if map.len() >= MOST && !map.contains_key(key) { OTHERS } else { key };
    map.entry(key.to_owned()).or_default()
}

/// The same in a table.
#[inline]
fn place<'m, V: Default>(table: &'m mut Table<String, V>, key: &str) -> &'m mut V {
    let key = if table.len() >= MOST && !table.contains_key(key) { OTHERS } else { key };
    table.entry_ref(key).or_default()
}
