//! Which ids have been seen, in some 16 bytes for each.

use hashbrown::HashTable;

/// So many ids are remembered. More are compared with these, but not with each other.
pub const CEILING: usize = 1 << 20;

/// The ids of results, by their place.
#[derive(Debug, Clone, Default)]
pub struct Ids {
    /// The key of each result's id, 0 where it has none.
    keys: Vec<u64>,
    /// Places in `keys`: 5 bytes for a slot, of which at least 7 in 16 are used. None while every key is greater than the one before it: then there
    /// is none twice, and looking one up is a binary search.
    places: Option<HashTable<u32>>,
}

impl Ids {
    /// What stands for an id: the number where it is one, otherwise a hash. 0 stands for none.
    pub fn key(id: &str) -> u64 {
        Ids::number(id.as_bytes()).unwrap_or_else(|| hash(id) | 1 << 63)
    }

    /// What stands for an id that is written as a number of up to 18 digits.
    #[inline]
    pub fn number(id: &[u8]) -> Option<u64> {
        if id.len() > 18 || matches!(id, [] | [b'0', ..]) {
            return None;
        }
        let mut number = 0;
        for digit in id {
            let digit = digit.wrapping_sub(b'0');
            if digit > 9 {
                return None;
            }
            number = number * 10 + u64::from(digit);
        }
        Some(number)
    }

    /// Adds the id of the next result; where it has been seen, the place of the first result with it.
    #[inline]
    pub fn add(&mut self, key: u64) -> Option<u64> {
        let is_next = self.places.is_none() && self.keys.last().is_none_or(|last| key > *last);
        if is_next && self.keys.len() < CEILING && key > 0 {
            self.keys.push(key);
            return None;
        }
        self.add_out_of_order(key)
    }

    fn add_out_of_order(&mut self, key: u64) -> Option<u64> {
        let place = self.keys.len();
        if place >= CEILING {
            return self.find(key);
        }
        let Ids { keys, places } = self;
        let places = places.get_or_insert_with(|| {
            let mut places = HashTable::with_capacity(keys.len());
            for (place, key) in keys.iter().enumerate() {
                places.insert_unique(mixed(*key), place as u32, |&place| mixed(keys[place as usize]));
            }
            places
        });
        keys.push(key);
        if key == 0 {
            return None;
        }
        let is_same = |&place: &u32| keys[place as usize] == key;
        match places.entry(mixed(key), is_same, |&place| mixed(keys[place as usize])) {
            hashbrown::hash_table::Entry::Occupied(first) => Some(u64::from(*first.get())),
            hashbrown::hash_table::Entry::Vacant(free) => {
                free.insert(place as u32);
                None
            }
        }
    }

    /// The place of the first result with this id.
    pub fn find(&self, key: u64) -> Option<u64> {
        match &self.places {
            _ if key == 0 => None,
            None if self.keys.last().is_none_or(|last| key > *last) => None,
            None => self.keys.binary_search(&key).ok().map(|place| place as u64),
            Some(places) => {
                places.find(mixed(key), |&place| self.keys[place as usize] == key).map(|&place| u64::from(place))
            }
        }
    }
}

fn hash(text: &str) -> u64 {
    use std::hash::BuildHasher as _;
    foldhash::quality::FixedState::with_seed(0x6361_6C6C).hash_one(text)
}

/// Ids count up; the table looks at the high bits of a hash.
#[inline(always)]
fn mixed(key: u64) -> u64 {
    let product = u128::from(key ^ 0x243F_6A88_85A3_08D3) * 0x9E37_79B9_7F4A_7C15;
    (product >> 64) as u64 ^ product as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_place_is_told() {
        let mut ids = Ids::default();
        let said: Vec<Option<u64>> = ["7", "8", "", "7", "07", "x", "x", "8"]
            .iter()
            .map(|id| ids.add(if id.is_empty() { 0 } else { Ids::key(id) }))
            .collect();
        assert_eq!(said, [None, None, None, Some(0), None, None, Some(5), Some(1)]);
        assert_eq!((ids.find(Ids::key("8")), ids.find(Ids::key("9"))), (Some(1), None));
        let mut rising = Ids::default();
        assert!([3, 5, 9].into_iter().all(|key| rising.add(key).is_none()));
        assert_eq!([3, 4, 9, 10, 0].map(|key| rising.find(key)), [Some(0), None, Some(2), None, None]);
        assert_eq!([5, 4, 0, 4].map(|key| rising.add(key)), [Some(1), None, None, Some(4)]);
    }

    #[test]
    fn beyond_the_ceiling_the_first_ones_are_known() {
        let mut ids = Ids::default();
        assert!((1..=CEILING as u64 + 5).all(|key| ids.add(key).is_none()));
        assert_eq!(
            (ids.add(1), ids.add(CEILING as u64), ids.add(CEILING as u64 + 1)),
            (Some(0), Some(CEILING as u64 - 1), None)
        );
    }
}
