//! Finds duplicate names of an object.
//!
//! Small objects are compared by a key of eight bytes per name (0.18 to 0.32 GB/s for random.json), large ones by a
//! hash table that is reused (0.10 to 0.30 GB/s for distinct.json, dev/benchmarks.md). Cost: linear in the number of
//! names. The hash is keyed at random, so an input cannot be constructed whose names collide.

use std::hash::BuildHasher;

use super::tape::{Tape, Value};
use super::{Document, rules};
use crate::diagnostic::{Diagnostic, Label};
use crate::text::{count, shorten, visible};

/// Maximum number of members for the comparison without a hash table.
const MAX_COMPARED: usize = 16;

/// Memory for the names of large objects, and the key of the hash.
#[derive(Debug, Clone, Default)]
pub(super) struct Scratch {
    /// Open addressing, at most half full: a part of the hash, and the index in `names` plus one; 0 if the slot is
    /// free.
    table: Vec<(u32, u32)>,
    names: Vec<DistinctName>,
    hasher: foldhash::fast::RandomState,
}

/// A name by the index of its first and its latest entry.
#[derive(Debug, Clone, Copy)]
struct DistinctName {
    first: u32,
    latest: u32,
}

/// Adds the duplicate names of the closed object at this index to the lists of the tape.
pub(super) fn find_duplicates(source: &[u8], tape: &mut Tape, object: u32) {
    let mut scratch = std::mem::take(&mut tape.scratch);
    let mut found = Vec::new();
    if !compare(Document { source, tape }, object, &mut found) {
        found.clear();
        hash(Document { source, tape }, object, &mut scratch, &mut found);
    }
    for Repeated { first, before, again } in found {
        tape.duplicates.push((first, again));
        tape.overridden.push(before);
    }
    tape.scratch = scratch;
}

struct Repeated {
    /// The first entry of the name, and the last one before `again`.
    first: u32,
    before: u32,
    again: u32,
}

/// Compares each name with all others; false if there are too many, or if one contains an escape sequence.
fn compare(document: Document<'_>, object: u32, found: &mut Vec<Repeated>) -> bool {
    // Length, first and last bytes of each name in one number.
    let mut keys = [0u64; MAX_COMPARED];
    let mut names = [DistinctName { first: 0, latest: 0 }; MAX_COMPARED];
    let mut count = 0;
    for (name, _) in (Value { document, index: object }).members() {
        if count == MAX_COMPARED || name.entry().escaped {
            return false;
        }
        let (text, index) = (name.inner(), name.index());
        let key = key(text);
        let is_same = |&known: &usize| keys[known] == key && document.value(names[known].first).inner() == text;
        match (0..count).find(is_same) {
            Some(position) => {
                let known = &mut names[position];
                found.push(Repeated { first: known.first, before: known.latest, again: index });
                known.latest = index;
            }
            None => {
                keys[count] = key;
                names[count] = DistinctName { first: index, latest: index };
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

fn hash(document: Document<'_>, object: u32, scratch: &mut Scratch, found: &mut Vec<Repeated>) {
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
            let (known_part, number) = table[slot];
            if number == 0 {
                names.push(DistinctName { first: index, latest: index });
                table[slot] = (part, names.len() as u32);
                break;
            }
            let known = &mut names[number as usize - 1];
            if known_part == part && document.value(known.first).comparable() == text {
                found.push(Repeated { first: known.first, before: known.latest, again: index });
                known.latest = index;
                break;
            }
            slot = (slot + 1) & (size - 1);
        }
    }
}

/// One finding per repeated name of an object, at its last occurrence.
pub(crate) fn duplicate_names(document: Document<'_>) -> Vec<Diagnostic> {
    let mut pairs: Vec<_> = document.duplicate_names().collect();
    pairs.sort_by_key(|(first, again)| (first.index(), again.index()));
    let mut names: Vec<_> = pairs
        .chunk_by(|(one, _), (two, _)| one.index() == two.index())
        .map(|same| (same[0].0, same[same.len() - 1].1, same.len() as u64 + 1))
        .collect();
    names.sort_by_key(|(_, last, _)| last.index());
    let indices: Vec<u32> = names.iter().map(|(_, last, _)| last.index()).collect();
    let pointers = document.pointers(&indices);
    names
        .into_iter()
        .zip(pointers)
        .map(|((first, last, times), pointer)| {
            let name = visible(&last.string()).into_owned();
            let times = if times == 2 { String::new() } else { format!(" ({})", count(times, "occurrence")) };
            Diagnostic::new(
                &rules::DUPLICATE_KEY,
                format!("duplicate key `{}`{times}", shorten(&name, 60)),
                Label::new(last.span(), "duplicate key"),
            )
            .related(first.span(), "first occurrence")
            .help("keep only one of them: parsers disagree on which value to use; callcheck uses the last")
            .at(pointer)
        })
        .collect()
}
