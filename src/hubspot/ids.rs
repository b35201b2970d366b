//! A set of record ids that uses about 16 bytes for each id.

use hashbrown::HashTable;

/// Maximum number of stored ids. Further ids are compared with these, but not with each other.
pub(crate) const CEILING: usize = 1 << 20;

/// The ids of results, by index of the result.
#[derive(Debug, Clone, Default)]
pub struct Ids {
    /// One key per result, 0 if it does not have an id.
    keys: Vec<u64>,
    /// Indexes into `keys`, created when the first key is not greater than the one before it. Ascending keys have no
    /// duplicates, and a binary search finds them. An index takes 5 bytes per slot, and at least 7 of 16 slots are
    /// used.
    table: Option<HashTable<u32>>,
}

impl Ids {
    /// Returns the key of an id: the number if it is one, otherwise a hash with the highest bit set. It is never 0.
    pub fn key(id: &str) -> u64 {
        Ids::number(id.as_bytes()).unwrap_or_else(|| hash(id) | 1 << 63)
    }

    /// Parses an id of up to 18 digits without leading zeros.
    #[inline]
    pub fn number(id: &[u8]) -> Option<u64> {
        if id.len() > 18 || matches!(id, [] | [b'0', ..]) {
            return None;
        }
        if let 4..=16 = id.len() {
            return decimal(id);
        }
        id.iter().try_fold(0u64, |number, byte| byte.is_ascii_digit().then(|| number * 10 + u64::from(byte - b'0')))
    }

    /// Adds the key of the next result. Returns the index of the first result with the same key.
    #[inline]
    pub fn add(&mut self, key: u64) -> Option<u64> {
        let is_ascending = self.table.is_none() && self.keys.last().is_none_or(|last| key > *last);
        if is_ascending && self.keys.len() < CEILING && key > 0 {
            self.keys.push(key);
            return None;
        }
        self.add_out_of_order(key)
    }

    fn add_out_of_order(&mut self, key: u64) -> Option<u64> {
        let index = self.keys.len();
        if index >= CEILING {
            return self.find(key);
        }
        let Ids { keys, table } = self;
        let table = table.get_or_insert_with(|| {
            let mut table = HashTable::with_capacity(keys.len());
            for (index, key) in keys.iter().enumerate() {
                table.insert_unique(mixed(*key), index as u32, |&index| mixed(keys[index as usize]));
            }
            table
        });
        keys.push(key);
        if key == 0 {
            return None;
        }
        let is_same = |&index: &u32| keys[index as usize] == key;
        match table.entry(mixed(key), is_same, |&index| mixed(keys[index as usize])) {
            hashbrown::hash_table::Entry::Occupied(first) => Some(u64::from(*first.get())),
            hashbrown::hash_table::Entry::Vacant(free) => {
                free.insert(index as u32);
                None
            }
        }
    }

    /// Returns the index of the first result with this key.
    pub fn find(&self, key: u64) -> Option<u64> {
        match &self.table {
            _ if key == 0 => None,
            None if self.keys.last().is_none_or(|last| key > *last) => None,
            None => self.keys.binary_search(&key).ok().map(|index| index as u64),
            Some(table) => {
                table.find(mixed(key), |&index| self.keys[index as usize] == key).map(|&index| u64::from(index))
            }
        }
    }
}

/// The value of 4 to 16 digits.
#[inline]
pub(super) fn decimal(digits: &[u8]) -> Option<u64> {
    let length = digits.len();
    let four = |at: usize| Some(u64::from(u32::from_le_bytes(*digits.get(at..)?.first_chunk()?) ^ 0x3030_3030));
    let eight = |at: usize| Some(u64::from_le_bytes(*digits.get(at..)?.first_chunk()?) ^ 0x3030_3030_3030_3030);
    // Words that overlap have the same digits there.
    match length {
        4..=8 => eight_digits(four(0)? << (8 * (8 - length)) | four(length - 4)? << 32),
        9..=16 => {
            let (first, last) = (eight_digits(eight(0)? << (8 * (16 - length)))?, eight_digits(eight(length - 8)?)?);
            Some(first * 100_000_000 + last)
        }
        _ => None,
    }
}

/// The number with the digits in the bytes of a word, the first one in the lowest byte; `None` if a byte exceeds 9.
/// It uses all digits at once (SWAR): a loop would mispredict its end, because the lengths of numbers vary.
#[inline(always)]
fn eight_digits(word: u64) -> Option<u64> {
    if (word.wrapping_add(0x7676_7676_7676_7676) | word) & 0x8080_8080_8080_8080 != 0 {
        return None;
    }
    // Adjacent digits are combined to pairs, pairs to groups of four, and those to the number.
    let pairs = (word.wrapping_mul(10) + (word >> 8)) & 0x00FF_00FF_00FF_00FF;
    let fours = (pairs.wrapping_mul(100) + (pairs >> 16)) & 0x0000_FFFF_0000_FFFF;
    Some((fours.wrapping_mul(10_000) + (fours >> 32)) & 0xFFFF_FFFF)
}

fn hash(text: &str) -> u64 {
    use std::hash::BuildHasher as _;
    foldhash::quality::FixedState::with_seed(0x6361_6C6C).hash_one(text)
}

/// Hashes a key. Ids of records are close to each other, but the hash table uses the high bits of a hash.
#[inline(always)]
fn mixed(key: u64) -> u64 {
    let product = u128::from(key ^ 0x243F_6A88_85A3_08D3) * 0x9E37_79B9_7F4A_7C15;
    (product >> 64) as u64 ^ product as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_result_is_found() {
        let mut ids = Ids::default();
        let found: Vec<Option<u64>> = ["7", "8", "", "7", "07", "x", "x", "8"]
            .iter()
            .map(|id| ids.add(if id.is_empty() { 0 } else { Ids::key(id) }))
            .collect();
        assert_eq!(found, [None, None, None, Some(0), None, None, Some(5), Some(1)]);
        assert_eq!((ids.find(Ids::key("8")), ids.find(Ids::key("9"))), (Some(1), None));
        let mut rising = Ids::default();
        assert!([3, 5, 9].into_iter().all(|key| rising.add(key).is_none()));
        assert_eq!([3, 4, 9, 10, 0].map(|key| rising.find(key)), [Some(0), None, Some(2), None, None]);
        assert_eq!([5, 4, 0, 4].map(|key| rising.add(key)), [Some(1), None, None, Some(4)]);
    }

    #[test]
    fn only_the_first_ids_are_stored() {
        let mut ids = Ids::default();
        assert!((1..=CEILING as u64 + 5).all(|key| ids.add(key).is_none()));
        assert_eq!(
            (ids.add(1), ids.add(CEILING as u64), ids.add(CEILING as u64 + 1)),
            (Some(0), Some(CEILING as u64 - 1), None)
        );
    }
}
