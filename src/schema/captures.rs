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
pub struct Captures([(u32, u32); SLOTS]);

impl Default for Captures {
    fn default() -> Self {
        Captures([(0, 0); SLOTS])
    }
}

impl Captures {
    /// Records the start and the end of a value. Objects and arrays have only a start.
    #[inline(always)]
    pub fn set_slot(&mut self, slot: u8, at: usize, end: usize) {
        self.0[slot as usize] = (at as u32, end as u32);
    }

    /// Start and end of the value of a slot; 0 and 0 if there is none. Position 0 is the bracket of the root, so
    /// no property begins there.
    #[inline(always)]
    pub fn slot(&self, slot: u8) -> (usize, usize) {
        let (at, end) = self.0[slot as usize];
        (at as usize, end as usize)
    }

    /// Forgets what belongs to an item.
    #[inline(always)]
    pub fn next_item(&mut self, first: usize) {
        self.0[first.min(SLOTS)..].fill((0, 0));
    }
}
