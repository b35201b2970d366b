//! Statistics on responses. They can be merged: any split of the input, in any order and on any number of threads,
//! gives the same result.

mod batches;
mod calls;
mod durations;
mod json;

pub(crate) use batches::Operation;
pub(crate) use batches::{BatchFailure, Batches, DurationStats};
pub use calls::CallGroup;
pub(crate) use calls::Calls;
pub(crate) use calls::{COLUMNS, csv_field};
pub(crate) use durations::Durations;
pub(crate) use json::rate;
pub use json::{SCHEMA, day_name, read};

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::hubspot::classify::DocumentKind;

/// Maximum number of keys of one kind (owners, property names, ...). The last one is [`OTHERS`], which counts the
/// remainder.
const MAX_KEYS: usize = 100_000;

/// A table in no particular order: sort it before you show it.
pub type Table<K, V> = hashbrown::HashMap<K, V, foldhash::fast::RandomState>;

/// Key of the remainder if there are more than [`MAX_KEYS`] keys.
pub(crate) const OTHERS: &str = "(others)";

/// Key of values that are missing, null or "".
pub(crate) const UNSET: &str = "";

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    pub responses: Responses,
    /// Other documents, by kind.
    pub others: BTreeMap<String, u64>,
    /// Those of `others` that a configuration expects and that have no errors.
    pub expected: u64,
    /// Inputs that could not be read.
    pub unreadable: u64,
    /// Exchanges of recordings that were not read, because they belong to other APIs.
    pub skipped_exchanges: u64,
    pub batches: Batches,
    pub calls: Calls,
    /// Findings by rule, without those that a baseline suppresses.
    pub findings: BTreeMap<String, u64>,
    /// Findings that a baseline suppresses.
    pub known: u64,
}

/// Number of batch responses without and with errors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Responses {
    pub valid: u64,
    pub invalid: u64,
}

impl Figures {
    /// `is_expected`: callcheck.toml expects this kind.
    pub fn document(&mut self, kind: DocumentKind, is_expected: bool, errors: u64) {
        match kind {
            DocumentKind::BatchResponse if errors == 0 => self.responses.valid += 1,
            DocumentKind::BatchResponse => self.responses.invalid += 1,
            other => {
                *self.others.entry(other.as_str().to_owned()).or_default() += 1;
                // The response to batch/archive is never bad, so it need not be expected.
                self.expected += u64::from(is_expected && errors == 0 && kind != DocumentKind::NoContent);
            }
        }
    }

    pub fn finding<P>(&mut self, finding: &Diagnostic<P>) {
        match self.findings.get_mut(finding.rule.id) {
            Some(number) => *number += 1,
            None => {
                self.findings.insert(finding.rule.id.to_owned(), 1);
            }
        }
    }

    pub fn merge(&mut self, other: &Figures) {
        self.responses.valid += other.responses.valid;
        self.responses.invalid += other.responses.invalid;
        self.expected += other.expected;
        self.unreadable += other.unreadable;
        self.skipped_exchanges += other.skipped_exchanges;
        self.known += other.known;
        merge_counts(&mut self.others, &other.others);
        merge_counts(&mut self.findings, &other.findings);
        self.batches.merge(&other.batches);
        self.calls.merge(&other.calls);
    }

    /// Number of documents that are neither valid batch responses nor empty responses with status 204 nor expected, and
    /// of unreadable inputs.
    pub fn bad(&self) -> u64 {
        let archived = self.others.get(DocumentKind::NoContent.as_str()).copied().unwrap_or(0);
        let unexpected = self.others.values().sum::<u64>().saturating_sub(archived + self.expected);
        self.responses.invalid + unexpected + self.unreadable
    }

    pub fn documents(&self) -> u64 {
        self.responses.valid + self.responses.invalid + self.others.values().sum::<u64>()
    }
}

fn merge_counts(to: &mut BTreeMap<String, u64>, from: &BTreeMap<String, u64>) {
    for (key, number) in from {
        count(to, key, *number);
    }
}

/// Adds a number for a key. If there are more than [`MAX_KEYS`] keys, the last ones in sorted order are merged into
/// [`OTHERS`]. Therefore the order of the input does not affect which keys remain.
fn count(map: &mut BTreeMap<String, u64>, key: &str, number: u64) {
    *map.entry(key.to_owned()).or_default() += number;
    while map.len() > MAX_KEYS
        && let Some(last) = map.keys().rfind(|key| *key != OTHERS).cloned()
        && let Some(number) = map.remove(&last)
    {
        *map.entry(OTHERS.to_owned()).or_default() += number;
    }
}

/// A value of a table that can be aggregated.
trait Aggregate: Default {
    fn add(&mut self, more: &Self);
}

impl Aggregate for bool {
    fn add(&mut self, more: &bool) {
        *self |= more;
    }
}

/// Adds a value for a key. The table may exceed [`MAX_KEYS`] until the next [`limit_keys`]: sorting out the keys for
/// each new one would be slow.
#[inline]
fn add<V: Aggregate>(table: &mut Table<String, V>, key: &str, more: &V) {
    table.entry_ref(key).or_default().add(more);
    if table.len() > 2 * MAX_KEYS {
        limit_keys(table);
    }
}

/// Keeps the keys that [`count`] would keep.
fn limit_keys<V: Aggregate>(table: &mut Table<String, V>) {
    if table.len() <= MAX_KEYS {
        return;
    }
    let mut others = table.remove(OTHERS).unwrap_or_default();
    let mut keys: Vec<String> = table.keys().cloned().collect();
    let (_, _, beyond) = keys.select_nth_unstable(MAX_KEYS - 2);
    for value in beyond.iter().filter_map(|key| table.remove(key)) {
        others.add(&value);
    }
    table.insert(OTHERS.to_owned(), others);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_keys_remain_in_any_order() {
        let keys: Vec<String> = (0..MAX_KEYS + 1234).map(|number| format!("k{}", number * 7919 % 1_000_003)).collect();
        let mut sorted = keys.clone();
        sorted.sort_unstable();
        let table = |keys: &mut dyn Iterator<Item = &String>| {
            let mut table = Table::default();
            keys.for_each(|key| add(&mut table, key, &Occurrences(1)));
            limit_keys(&mut table);
            table
        };
        let whole = table(&mut keys.iter());
        assert_eq!((whole.len(), whole[OTHERS]), (MAX_KEYS, Occurrences(1235)));
        assert!(sorted[..MAX_KEYS - 1].iter().all(|key| whole[key] == Occurrences(1)));
        assert!(whole == table(&mut keys.iter().rev()) && whole == table(&mut sorted.iter().rev()));
        // Keys that were merged into the others occur again.
        let twice = table(&mut sorted.iter().rev().chain(&sorted).chain(sorted.iter().rev()));
        assert_eq!((twice[OTHERS], twice[&sorted[0]]), (Occurrences(3 * 1235), Occurrences(3)));

        let counted = |keys: &mut dyn Iterator<Item = &String>| {
            let mut map = BTreeMap::new();
            keys.for_each(|key| count(&mut map, key, 1));
            map
        };
        let whole = counted(&mut keys.iter());
        assert_eq!((whole.len(), whole[OTHERS]), (MAX_KEYS, 1235));
        assert!(whole == counted(&mut sorted.iter().rev()));
        let mut parts = counted(&mut keys.iter().skip(5000));
        merge_counts(&mut parts, &counted(&mut keys.iter().take(5000)));
        assert!(whole == parts);
    }

    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
    struct Occurrences(u64);

    impl Aggregate for Occurrences {
        fn add(&mut self, more: &Occurrences) {
            self.0 += more.0;
        }
    }
}
