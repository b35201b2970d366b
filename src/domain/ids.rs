//! Which ids have been seen, in some 16 bytes for each.

use hashbrown::HashTable;

/// So many ids are remembered. More are compared with these, but not with each other.
pub const CEILING: usize = 1 << 20;

/// The ids of results, by their place.
#[derive(Debug, Clone, Default)]
pub struct Ids {
    /// The key of each result's id, 0 where it has none.
    keys: Vec<u64>,
    /// Places in `keys`: 5 bytes for a slot, of which at least 7 in 16 are used.
    places: HashTable<u32>,
}

impl Ids {
    /// What stands for an id: the number where it is one, otherwise a hash. 0 stands for none.
    pub fn key(id: &str) -> u64 {
        let is_plain = (1..=18).contains(&id.len()) && !id.starts_with('0') && id.bytes().all(|byte| byte.is_ascii_digit());
        if is_plain {
            return id.bytes().fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
        }
        hash(id) | 1 << 63
    }

    /// Adds the id of the next result; where it has been seen, the place of the first result with it.
    #[inline]
    pub fn add(&mut self, key: u64) -> Option<u64> {
        let place = self.keys.len();
        if place >= CEILING {
            return self.find(key);
        }
        self.keys.push(key);
        if key == 0 {
            return None;
        }
        let keys = &self.keys;
        let entry = self.places.entry(
            mixed(key),
            |&place| keys[place as usize] == key,
            |&place| mixed(keys[place as usize]),
        );
        match entry {
            hashbrown::hash_table::Entry::Occupied(first) => Some(u64::from(*first.get())),
            hashbrown::hash_table::Entry::Vacant(free) => {
                free.insert(place as u32);
                None
            }
        }
    }

    /// The place of the first result with this id.
    pub fn find(&self, key: u64) -> Option<u64> {
        if key == 0 {
            return None;
        }
        self.places.find(mixed(key), |&place| self.keys[place as usize] == key).map(|&place| u64::from(place))
    }

    /// How many different ids there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
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
        let said: Vec<Option<u64>> =
            ["7", "8", "", "7", "07", "x", "x", "8"].iter().map(|id| ids.add(if id.is_empty() { 0 } else { Ids::key(id) })).collect();
        assert_eq!(said, [None, None, None, Some(0), None, None, Some(5), Some(1)]);
        assert_eq!((ids.len(), ids.find(Ids::key("8")), ids.find(Ids::key("9"))), (4, Some(1), None));
    }

    #[test]
    fn beyond_the_ceiling_the_first_ones_are_known() {
        let mut ids = Ids::default();
        assert!((1..=CEILING as u64 + 5).all(|key| ids.add(key).is_none()));
        assert_eq!((ids.add(1), ids.add(CEILING as u64), ids.add(CEILING as u64 + 1)), (Some(0), Some(CEILING as u64 - 1), None));
    }
}
