//! Repeated member names of an object, in time that is linear in their number.

use std::hash::BuildHasher;

use super::Document;
use super::tape::{Tape, Value};

/// Objects up to this many members are compared name by name, larger ones through a table of hashes.
const FEW: usize = 16;

/// Memory for the names of large objects, and the key of their hashes: another one for each tape, so that nobody can make names whose hashes meet.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    /// Open addressing, at most half full: a part of the hash, and the place in `names` counted from 1; 0 where nothing is.
    table: Vec<(u32, u32)>,
    names: Vec<Name>,
    hasher: foldhash::fast::RandomState,
}

/// A name, its first and its latest place on the tape.
#[derive(Debug, Clone, Copy)]
struct Name {
    first: u32,
    latest: u32,
}

/// Puts repeated names of the object at this index, which is complete, on the tape's lists.
pub fn find_duplicates(source: &[u8], tape: &mut Tape, object: u32) {
    let mut scratch = std::mem::take(&mut tape.scratch);
    let mut found = Vec::new();
    if !few(Document { source, tape }, object, &mut found) {
        found.clear();
        many(Document { source, tape }, object, &mut scratch, &mut found);
    }
    for Repeated { first, before, again } in found {
        tape.duplicates.push((first, again));
        tape.overridden.push(before);
    }
    tape.scratch = scratch;
}

struct Repeated {
    /// Where the name stands first, and where it stands for the last time before `again`.
    first: u32,
    before: u32,
    again: u32,
}

/// Compares every name with every other one; false where there are too many, or where one is written with an escape.
fn few(document: Document<'_>, object: u32, found: &mut Vec<Repeated>) -> bool {
    // What two equal names have in common: the first and the last bytes and the length, in one number.
    let mut keys = [0u64; FEW];
    let mut names = [Name { first: 0, latest: 0 }; FEW];
    let mut count = 0;
    for (name, _) in (Value { document, index: object }).members() {
        if count == FEW || name.entry().escaped {
            return false;
        }
        let (text, index) = (name.inner(), name.index());
        let key = key(text);
        let is_same = |&place: &usize| keys[place] == key && document.value(names[place].first).inner() == text;
        match (0..count).find(is_same) {
            Some(place) => {
                let known = &mut names[place];
                found.push(Repeated { first: known.first, before: known.latest, again: index });
                known.latest = index;
            }
            None => {
                keys[count] = key;
                names[count] = Name { first: index, latest: index };
                count += 1;
            }
        }
    }
    true
}

fn key(text: &[u8]) -> u64 {
    let word = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes);
    let (first, last) = match (text.first_chunk(), text.last_chunk()) {
        (Some(first), Some(last)) => (word(first), word(last)),
        _ => {
            let mut bytes = [0; 8];
            bytes[..text.len()].copy_from_slice(text);
            (word(&bytes), 0)
        }
    };
    first ^ last.rotate_left(29) ^ (text.len() as u64) << 56
}

fn many(document: Document<'_>, object: u32, scratch: &mut Scratch, found: &mut Vec<Repeated>) {
    let Scratch { table, names, hasher } = scratch;
    let members = (Value { document, index: object }).members();
    let size = (2 * members.clone().count()).next_power_of_two();
    names.clear();
    table.clear();
    table.resize(size, (0, 0));
    for (name, _) in members {
        let (text, index) = (name.comparable(), name.index());
        let hash = hasher.hash_one(&*text);
        let (part, mut slot) = ((hash >> 32) as u32, hash as usize & (size - 1));
        loop {
            let (known_part, place) = table[slot];
            if place == 0 {
                names.push(Name { first: index, latest: index });
                table[slot] = (part, names.len() as u32);
                break;
            }
            let known = &mut names[place as usize - 1];
            if known_part == part && document.value(known.first).comparable() == text {
                found.push(Repeated { first: known.first, before: known.latest, again: index });
                known.latest = index;
                break;
            }
            slot = (slot + 1) & (size - 1);
        }
    }
}
