//! How long calls took: exact sums, and quantiles from buckets that add up.

use super::Table;

/// Durations of calls, in milliseconds. Those of 0 (nobody answered) and calls without one are counted apart.
///
/// Quantiles are told from buckets: up to 1,023 ms they are exact, above a value stands for those that agree with it in the first ten binary digits, so it is at most 1/512 (0.2 %)
/// too large. Buckets add up without loss, whatever the order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Durations {
    /// Calls with a duration above 0.
    pub count: u64,
    /// Calls with a duration of 0.
    pub zero: u64,
    /// Calls without one that can be read.
    pub unset: u64,
    /// All durations together.
    pub total: u64,
    /// The longest one.
    pub longest: u64,
    /// How many lie in each bucket, by its smallest value.
    pub buckets: Table<u64, u64>,
}

impl Durations {
    /// Adds a call.
    pub fn add(&mut self, milliseconds: Option<u64>) {
        match milliseconds {
            None => self.unset += 1,
            Some(0) => self.zero += 1,
            Some(long) => {
                self.count += 1;
                self.total = self.total.saturating_add(long);
                self.longest = self.longest.max(long);
                *self.buckets.entry(bucket(long)).or_default() += 1;
            }
        }
    }

    /// Adds others.
    pub fn merge(&mut self, other: &Durations) {
        self.count += other.count;
        self.zero += other.zero;
        self.unset += other.unset;
        self.total = self.total.saturating_add(other.total);
        self.longest = self.longest.max(other.longest);
        for (bucket, number) in &other.buckets {
            *self.buckets.entry(*bucket).or_default() += number;
        }
    }

    /// The buckets in their order.
    pub fn sorted(&self) -> Vec<(u64, u64)> {
        let mut buckets: Vec<(u64, u64)> = self.buckets.iter().map(|(bucket, number)| (*bucket, *number)).collect();
        buckets.sort_unstable();
        buckets
    }

    /// The mean of those above 0, rounded down.
    pub fn mean(&self) -> Option<u64> {
        (self.count > 0).then(|| self.total / self.count)
    }

    /// The smallest duration that at least `part` hundredths of those above 0 do not exceed (nearest rank).
    pub fn quantile(&self, part: u64) -> Option<u64> {
        let rank = (u128::from(self.count) * u128::from(part)).div_ceil(100).max(1) as u64;
        let mut seen = 0;
        self.sorted().into_iter().find_map(|(bucket, number)| {
            seen += number;
            (seen >= rank).then(|| (bucket | ((1 << shift(bucket)) - 1)).min(self.longest))
        })
    }
}

/// The bucket of a value: its first ten binary digits.
fn bucket(value: u64) -> u64 {
    let shift = shift(value);
    value >> shift << shift
}

/// So many binary digits are behind the first ten.
fn shift(value: u64) -> u32 {
    (u64::BITS - value.leading_zeros()).saturating_sub(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_near_and_add_up() {
        let values: Vec<u64> = (1..=5000u64).map(|place| place * place % 3_600_007 + 1).collect();
        let (mut all, mut parts) = (Durations::default(), [Durations::default(), Durations::default()]);
        for (place, value) in values.iter().enumerate() {
            all.add(Some(*value));
            parts[place % 2].add(Some(*value));
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
        assert_eq!((bucket(1023), bucket(1024), bucket(1025), bucket(u64::MAX)), (1023, 1024, 1024, 0x3FF << 54));
        assert_eq!(Durations::default().quantile(50), None);
    }
}
