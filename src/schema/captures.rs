//! Records the positions of some properties while the fast path validates. A [`CaptureSpec`] describes them, so the
//! fast path itself contains no property names.
//!
//! Three kinds of objects have such properties: the root, the items of one array in it, and one object in each item.
//! Each property has a *slot*, a small number that the specification gives to its name. Positions are 32 bits wide, as
//! everywhere in a buffered document.

use super::fast_path::TableNode;

/// The slot of properties that are not captured.
pub(super) const NO_SLOT: u8 = 0;

/// Number of slots.
pub(crate) const SLOTS: usize = 57;

/// An object with properties that are captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// The root.
    Root,
    /// An item of the array.
    Item,
    /// The object in an item.
    Properties,
}

/// The properties that are captured.
#[derive(Debug)]
pub struct CaptureSpec {
    /// A schema that is validated together with the compiled one. Values that violate only this schema are marked.
    pub types: &'static str,
    /// The embedded schema and `types`, compiled.
    pub compiled: &'static [TableNode],
    /// JSON Pointers into the embedded schema: properties that may also be null.
    pub nullable: &'static [&'static str],
    /// JSON Pointer into the schema: the items, and the object in them. The root is at the empty pointer.
    pub item: &'static str,
    /// See `item`.
    pub properties: &'static str,
    /// The slot of a property with this name; [`NO_SLOT`] for others.
    pub slot: fn(Holder, &[u8]) -> u8,
    /// The slot of an item itself.
    pub item_slot: u8,
    /// From this slot on they belong to an item, and are empty again when the next one begins.
    pub first_item_slot: usize,
}

/// Start and end positions of the captured values. The last of duplicate keys wins.
#[derive(Debug, Clone, Copy)]
pub struct Captures {
    /// A bit for each slot with a value. Clearing the bits is cheaper than clearing the slots.
    present: u64,
    slots: [(u32, u32); SLOTS],
}

const _: () = assert!(SLOTS <= 64, "each slot has a bit");

impl Default for Captures {
    fn default() -> Self {
        Captures { present: 0, slots: [(0, 0); SLOTS] }
    }
}

impl Captures {
    /// Records the start and the end of a value. Objects and arrays have only a start.
    #[inline(always)]
    pub fn set_slot(&mut self, slot: u8, at: usize, end: usize) {
        self.slots[slot as usize] = (at as u32, end as u32);
        self.present |= 1 << slot;
    }

    /// Start and end of the value of a slot; 0 and 0 if there is none.
    #[inline(always)]
    pub fn slot(&self, slot: u8) -> (usize, usize) {
        if self.present & (1 << slot) == 0 {
            return (0, 0);
        }
        let (at, end) = self.slots[slot as usize];
        (at as usize, end as usize)
    }

    /// A bit for each slot with a value. That of [`NO_SLOT`] means nothing.
    #[inline(always)]
    pub fn present(&self) -> u64 {
        self.present
    }

    /// Forgets what belongs to an item.
    #[inline(always)]
    pub fn next_item(&mut self, first: usize) {
        self.present &= (1 << first) - 1;
    }
}
