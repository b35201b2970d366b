//! What the fast path writes down while it reads: where the values of some properties begin and end. Whoever wants to know describes them in a
//! [`CaptureSpec`]; the fast path itself knows no names.
//!
//! Three kinds of objects have such properties: the root, the items of one array in it, and one object in each item. A property has a *slot*, a small
//! number that the specification gives to its name. Positions are 32 bits wide, as everywhere in a buffered document.

/// The slot of properties that are not captured.
pub(super) const NO_SLOT: u8 = 0;

/// How many slots there are.
pub(crate) const SLOTS: usize = 40;

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

/// What is captured, and where.
#[derive(Debug)]
pub struct CaptureSpec {
    /// A schema that is added to the one that is compiled. Values that only it does not accept are told apart.
    pub types: &'static str,
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

/// Where the values of properties begin and end in a text. Of repeated keys the last one wins.
#[derive(Debug, Clone, Copy)]
pub struct Captures([(u32, u32); SLOTS]);

impl Default for Captures {
    fn default() -> Self {
        Captures([(0, 0); SLOTS])
    }
}

impl Captures {
    /// Writes down where a value begins and ends; of an object or array only where it begins.
    #[inline(always)]
    pub fn set_slot(&mut self, slot: u8, at: usize, end: usize) {
        self.0[slot as usize] = (at as u32, end as u32);
    }

    /// Where the value of a slot begins and ends; 0 and 0 if there is none. Position 0 is the bracket of the root, so no property begins there.
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
