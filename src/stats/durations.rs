//! How long calls took: exact sums, and quantiles from buckets that add up.

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
    /// How many lie in each bucket, as far as there are any; a long duration makes a few thousand of them.
    pub(super) buckets: Vec<u64>,
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
                self.count_in(place(long), 1);
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
        if self.buckets.len() < other.buckets.len() {
            self.buckets.resize(other.buckets.len(), 0);
        }
        self.buckets.iter_mut().zip(&other.buckets).for_each(|(to, from)| *to += from);
    }

    /// So many more lie in the bucket that begins with this value; false where none does.
    pub fn count_bucket(&mut self, first: u64, number: u64) -> bool {
        let place = place(first);
        self.count_in(place, number);
        bucket(place) == first
    }

    fn count_in(&mut self, place: usize, number: u64) {
        if self.buckets.len() <= place {
            self.buckets.resize(place + 1, 0);
        }
        self.buckets[place] += number;
    }

    /// The buckets that are not empty in their order, by their smallest values.
    pub fn buckets(&self) -> impl Iterator<Item = (u64, u64)> {
        self.buckets
            .iter()
            .enumerate()
            .filter(|(_, number)| **number > 0)
            .map(|(place, number)| (bucket(place), *number))
    }

    /// The mean of those above 0, rounded down.
    pub fn mean(&self) -> Option<u64> {
        (self.count > 0).then(|| self.total / self.count)
    }

    /// The smallest duration that at least `part` hundredths of those above 0 do not exceed (nearest rank).
    pub fn quantile(&self, part: u64) -> Option<u64> {
        let rank = (u128::from(self.count) * u128::from(part)).div_ceil(100).max(1) as u64;
        let mut seen = 0;
        self.buckets().find_map(|(bucket, number)| {
            seen += number;
            (seen >= rank).then(|| (bucket | ((1 << shift(bucket)) - 1)).min(self.longest))
        })
    }
}

/// The place of the bucket of a value, which is its first ten binary digits: 1,024 for what has no more, then 512 for each further one.
#[inline]
fn place(value: u64) -> usize {
    let shift = shift(value);
    (u64::from(shift) * 512 + (value >> shift)) as usize
}

/// The smallest value of a bucket.
fn bucket(place: usize) -> u64 {
    let shift = (place / 512).saturating_sub(1);
    ((place - 512 * shift) as u64) << shift
}

/// So many binary digits are behind the first ten.
#[inline]
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
        let begins = |value| bucket(place(value));
        assert_eq!((begins(1023), begins(1024), begins(1025), begins(u64::MAX)), (1023, 1024, 1024, 0x3FF << 54));
        assert!((0..place(u64::MAX)).all(|each| place(bucket(each)) == each && bucket(each) < bucket(each + 1)));
        assert!(all.count_bucket(1024, 1) && !all.count_bucket(1025, 1));
        assert_eq!(Durations::default().quantile(50), None);
    }
}
