//! What answers say, in figures that add up: any split of the input, in any order, on any number of threads, gives the same.

mod batches;
mod calls;
mod durations;
mod json;

pub use batches::{Batches, DurationStats, Failure, Operation};
pub use calls::{COLUMNS, Calls, Group, csv_field};
pub use durations::Durations;
pub use json::{SCHEMA, day_name, rate, read};

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::hubspot::classify::DocumentKind;

/// So many different keys of one kind (owners, property names, ...) are told apart, [`OTHERS`] among them, under which the rest is counted.
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
    pub answers: Responses,
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
    /// Findings that a baseline knows, which are not among these.
    pub known: u64,
}

/// Batch answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Responses {
    pub valid: u64,
    pub invalid: u64,
}

impl Figures {
    /// Counts a document by what it is, and by whether it has errors.
    pub fn document(&mut self, kind: DocumentKind, errors: u64) {
        match kind {
            DocumentKind::BatchResponse if errors == 0 => self.answers.valid += 1,
            DocumentKind::BatchResponse => self.answers.invalid += 1,
            other => *self.others.entry(other.as_str().to_owned()).or_default() += 1,
        }
    }

    /// Counts a finding.
    pub fn finding<P>(&mut self, finding: &Diagnostic<P>) {
        match self.findings.get_mut(finding.rule.id) {
            Some(number) => *number += 1,
            None => {
                self.findings.insert(finding.rule.id.to_owned(), 1);
            }
        }
    }

    /// Adds what was counted elsewhere.
    pub fn merge(&mut self, other: &Figures) {
        self.answers.valid += other.answers.valid;
        self.answers.invalid += other.answers.invalid;
        self.unreadable += other.unreadable;
        self.known += other.known;
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
        count(to, key, *number);
    }
}

/// Counts so many more for a key. Of more than [`MOST`] keys the first in their order stay, the rest is counted together: so the same keys stay in whatever
/// order they come.
fn count(map: &mut BTreeMap<String, u64>, key: &str, number: u64) {
    *map.entry(key.to_owned()).or_default() += number;
    while map.len() > MOST
        && let Some(last) = map.keys().rfind(|key| *key != OTHERS).cloned()
        && let Some(number) = map.remove(&last)
    {
        *map.entry(OTHERS.to_owned()).or_default() += number;
    }
}

/// What is told of a key and adds up.
trait Adds: Default {
    fn add(&mut self, more: &Self);
}

impl Adds for bool {
    fn add(&mut self, more: &bool) {
        *self |= more;
    }
}

/// Adds something for a key. [`bound`] must follow some time.
#[inline]
fn add<V: Adds>(table: &mut Table<String, V>, key: &str, more: &V) {
    table.entry_ref(key).or_default().add(more);
    if table.len() > 2 * MOST {
        bound(table);
    }
}

/// Keeps [`MOST`] keys and puts the others together, as [`count`] does.
fn bound<V: Adds>(table: &mut Table<String, V>) {
    if table.len() <= MOST {
        return;
    }
    let mut others = table.remove(OTHERS).unwrap_or_default();
    let mut keys: Vec<String> = table.keys().cloned().collect();
    let (_, _, beyond) = keys.select_nth_unstable(MOST - 2);
    for value in beyond.iter().filter_map(|key| table.remove(key)) {
        others.add(&value);
    }
    table.insert(OTHERS.to_owned(), others);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// More keys than are told apart: the same ones stay whatever the order and the pieces.
    #[test]
    fn the_same_keys_stay_in_any_order() {
        let keys: Vec<String> = (0..MOST + 1234).map(|number| format!("k{}", number * 7919 % 1_000_003)).collect();
        let mut sorted = keys.clone();
        sorted.sort_unstable();
        let table = |keys: &mut dyn Iterator<Item = &String>| {
            let mut table = Table::default();
            keys.for_each(|key| add(&mut table, key, &Seen(1)));
            bound(&mut table);
            table
        };
        let whole = table(&mut keys.iter());
        assert_eq!((whole.len(), whole[OTHERS]), (MOST, Seen(1235)));
        assert!(sorted[..MOST - 1].iter().all(|key| whole[key] == Seen(1)));
        assert!(whole == table(&mut keys.iter().rev()) && whole == table(&mut sorted.iter().rev()));
        // Keys that were put with the others come again.
        let twice = table(&mut sorted.iter().rev().chain(&sorted).chain(sorted.iter().rev()));
        assert_eq!((twice[OTHERS], twice[&sorted[0]]), (Seen(3 * 1235), Seen(3)));

        let counted = |keys: &mut dyn Iterator<Item = &String>| {
            let mut map = BTreeMap::new();
            keys.for_each(|key| count(&mut map, key, 1));
            map
        };
        let whole = counted(&mut keys.iter());
        assert_eq!((whole.len(), whole[OTHERS]), (MOST, 1235));
        assert!(whole == counted(&mut sorted.iter().rev()));
        let mut parts = counted(&mut keys.iter().skip(5000));
        add_up(&mut parts, &counted(&mut keys.iter().take(5000)));
        assert!(whole == parts);
    }

    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
    struct Seen(u64);

    impl Adds for Seen {
        fn add(&mut self, more: &Seen) {
            self.0 += more.0;
        }
    }
}
