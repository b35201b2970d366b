//! Statistics on the durations of calls: exact sums, and quantiles from buckets.

use serde::{Deserialize, Serialize};

use super::json;

/// Durations of calls in milliseconds.
///
/// Quantiles are computed from buckets. Durations up to 1,023 ms have a bucket each. Longer ones share a bucket if
/// their first ten binary digits are equal, so a quantile is at most 1/512 (0.2 %) too large. Buckets can be merged in
/// any order without loss.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(expecting = "an object")]
pub struct Durations {
    /// Calls with a duration above 0.
    pub count: u64,
    /// Calls with a duration of 0, such as missed calls.
    pub zero: u64,
    /// Calls without a valid duration.
    pub unset: u64,
    #[serde(rename = "total_ms")]
    pub total: u64,
    #[serde(rename = "max_ms")]
    pub longest: u64,
    /// Number of calls in each bucket, up to the last one that is not empty. A long duration needs a few thousand
    /// buckets.
    #[serde(with = "json::buckets")]
    pub(super) buckets: Vec<u64>,
}

impl Durations {
    /// Adds a call with this duration.
    pub fn add(&mut self, milliseconds: Option<u64>) {
        match milliseconds {
            None => self.unset += 1,
            Some(0) => self.zero += 1,
            Some(long) => {
                self.count += 1;
                self.total = self.total.saturating_add(long);
                self.longest = self.longest.max(long);
                self.add_to_bucket(bucket_index(long), 1);
            }
        }
    }

    pub fn merge(&mut self, other: &Durations) {
        self.count += other.count;
        self.zero += other.zero;
        self.unset += other.unset;
        self.total = self.total.saturating_add(other.total);
        self.longest = self.longest.max(other.longest);
        if self.buckets.len() < other.buckets.len() {
            self.buckets.resize(other.buckets.len(), 0);
        }
        self.buckets.iter_mut().zip(&other.buckets).for_each(|(to, from)| *to += from);
    }

    /// Adds calls to the bucket with this lower bound. Returns false if it is not the lower bound of a bucket.
    pub fn count_bucket(&mut self, bound: u64, calls: u64) -> bool {
        let index = bucket_index(bound);
        self.add_to_bucket(index, calls);
        lower_bound(index) == bound
    }

    fn add_to_bucket(&mut self, index: usize, calls: u64) {
        if self.buckets.len() <= index {
            self.buckets.resize(index + 1, 0);
        }
        self.buckets[index] += calls;
    }

    /// Lower bounds and numbers of calls of the buckets that are not empty, in ascending order.
    pub fn buckets(&self) -> impl Iterator<Item = (u64, u64)> {
        Durations::non_empty(&self.buckets)
    }

    pub(super) fn non_empty(buckets: &[u64]) -> impl Iterator<Item = (u64, u64)> {
        buckets.iter().enumerate().filter(|(_, calls)| **calls > 0).map(|(index, calls)| (lower_bound(index), *calls))
    }

    /// Mean of the durations above 0, rounded down.
    pub fn mean(&self) -> Option<u64> {
        (self.count > 0).then(|| self.total / self.count)
    }

    /// Percentile of the durations above 0 (nearest rank).
    pub fn quantile(&self, percent: u64) -> Option<u64> {
        let rank = (u128::from(self.count) * u128::from(percent)).div_ceil(100).max(1) as u64;
        let mut seen = 0;
        self.buckets().find_map(|(bound, calls)| {
            seen += calls;
            (seen >= rank).then(|| (bound | ((1 << shift(bound)) - 1)).min(self.longest))
        })
    }
}

/// Index of the bucket of a value: 1,024 buckets for values of up to ten binary digits, then 512 for each further
/// digit.
#[inline]
fn bucket_index(value: u64) -> usize {
    let shift = shift(value);
    (u64::from(shift) * 512 + (value >> shift)) as usize
}

fn lower_bound(index: usize) -> u64 {
    let shift = (index / 512).saturating_sub(1);
    ((index - 512 * shift) as u64) << shift
}

/// Number of binary digits after the first ten.
#[inline]
fn shift(value: u64) -> u32 {
    (u64::BITS - value.leading_zeros()).saturating_sub(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_near_and_can_be_merged() {
        let values: Vec<u64> = (1..=5000u64).map(|index| index * index % 3_600_007 + 1).collect();
        let (mut all, mut parts) = (Durations::default(), [Durations::default(), Durations::default()]);
        for (index, value) in values.iter().enumerate() {
            all.add(Some(*value));
            parts[index % 2].add(Some(*value));
        }
        let mut sorted = values;
        sorted.sort_unstable();
        for part in [1, 50, 95, 100] {
            let exact = sorted[(5000 * part as usize).div_ceil(100) - 1];
            let found = all.quantile(part).expect("there are some");
            assert!(found >= exact && found - exact <= exact / 512, "{part}: {found} {exact}");
        }
        let [mut one, two] = parts;
        one.merge(&two);
        assert_eq!(one, all);
        let bound = |value| lower_bound(bucket_index(value));
        assert_eq!((bound(1023), bound(1024), bound(1025), bound(u64::MAX)), (1023, 1024, 1024, 0x3FF << 54));
        assert!(
            (0..bucket_index(u64::MAX))
                .all(|each| bucket_index(lower_bound(each)) == each && lower_bound(each) < lower_bound(each + 1))
        );
        assert!(all.count_bucket(1024, 1) && !all.count_bucket(1025, 1));
        assert_eq!(Durations::default().quantile(50), None);
    }
}
