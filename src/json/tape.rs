//! The tape: one fixed-size [`Entry`] per value and per member name, in document order.
//!
//! A document is a flat list instead of a tree of allocated nodes. An entry has the span of its text and the index of
//! the next sibling, so a reader can skip a subtree, and nothing is decoded before it is needed. There is no index of
//! the parent: paths are computed for the few values that need one.
//!
//! Invariants: entries are sorted by `start`; the subtree of the entry `index` is `index..next`. Cost: 16 bytes per
//! value, reused for the next document.

use std::borrow::Cow;

use super::string;
use super::unique::Scratch;
use crate::span::{Pos, Span};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    Null,
    False,
    True,
    Number,
    String,
    Array,
    Object,
    /// A member name; the next entry is the value.
    Name,
}

/// Positions have 32 bits, so a buffered document has at most 4 GiB; `input` refuses more.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// The first byte, with the opening quote or bracket.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// Index of the entry after this subtree. In an open container: the container around it.
    pub next: u32,
    pub kind: Kind,
    /// A string or name with a backslash.
    pub escaped: bool,
}

/// The index of no entry.
pub(super) const NONE: u32 = u32::MAX;

/// The entries of one document, and what the scanner noticed. Separate from the text, so that the memory can be reused.
#[derive(Debug, Default, Clone)]
pub struct Tape {
    pub(super) entries: Vec<Entry>,
    /// Pairs of equal names in one object: first and repeated, in the order of the closing brackets.
    pub(super) duplicates: Vec<(u32, u32)>,
    /// Names that a later equal name in the same object overrides, sorted after the scan.
    pub(super) overridden: Vec<u32>,
    /// Strings and names with a lone surrogate, and the position of the first such escape.
    pub(super) lone_surrogates: Vec<(u32, u32)>,
    /// Streamed arrays, and the number of their elements that are not on the tape, after those that are.
    pub(super) skipped: Vec<(u32, u64)>,
    broken: Broken,
    pub(super) scratch: Scratch,
}

/// The location of a syntax error, relative to the arrays at the top of the document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Broken {
    /// In none of them, or no error.
    #[default]
    No,
    /// Between two elements, or in a scalar.
    InArray,
    /// In the element that begins at this position.
    InRecord(u32),
}

/// The length of the lists of a [`Tape`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    entries: usize,
    duplicates: usize,
    overridden: usize,
    lone_surrogates: usize,
}

impl Tape {
    pub fn clear(&mut self) {
        self.entries.clear();
        self.duplicates.clear();
        self.overridden.clear();
        self.lone_surrogates.clear();
        self.skipped.clear();
        self.broken = Broken::No;
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark {
            entries: self.entries.len(),
            duplicates: self.duplicates.len(),
            overridden: self.overridden.len(),
            lone_surrogates: self.lone_surrogates.len(),
        }
    }

    /// Removes what was scanned since `mark`. No container that was open then may have been closed.
    pub(crate) fn reset(&mut self, mark: Mark) {
        self.entries.truncate(mark.entries);
        self.overridden.truncate(mark.overridden);
        self.forget_noticed(mark);
    }

    /// Removes what the scanner noticed since `mark`, because it is reported elsewhere. The values stay.
    pub(crate) fn forget_noticed(&mut self, mark: Mark) {
        self.duplicates.truncate(mark.duplicates);
        self.lone_surrogates.truncate(mark.lone_surrogates);
    }

    /// The index of the next entry.
    pub(crate) fn len(&self) -> u32 {
        self.entries.len() as u32
    }

    /// Counts elements of a streamed array that are not on the tape.
    pub(crate) fn skip(&mut self, array: u32, elements: u64) {
        match self.skipped.binary_search_by_key(&array, |(index, _)| *index) {
            Ok(found) => self.skipped[found].1 += elements,
            Err(index) => self.skipped.insert(index, (array, elements)),
        }
    }

    /// Objects are closed from the inside out, but lookup needs sorted indices.
    pub(crate) fn sort(&mut self) {
        self.overridden.sort_unstable();
    }

    /// The positions of the containers that a failed scan has left open, ascending. Not after [`Tape::close`].
    pub(crate) fn open_containers(&self, error: &super::SyntaxError) -> Vec<usize> {
        let (mut open, mut positions) = (error.open, Vec::new());
        while open != NONE {
            let entry = &self.entries[open as usize];
            positions.push(entry.start as usize);
            open = entry.next;
        }
        positions.reverse();
        positions
    }

    /// Closes the containers that a failed scan has left open, so that the values before the error can be read.
    pub(crate) fn close(&mut self, error: &super::SyntaxError) {
        let (mut open, next) = (error.open, self.len());
        let mut containers = Vec::new();
        while open != NONE {
            containers.push(open);
            let entry = &mut self.entries[open as usize];
            (entry.end, entry.next, open) = (error.at as u32, next, entry.next);
        }
        let mut outer = containers.iter().rev().map(|&index| self.entries[index as usize]);
        let mut array = outer.next();
        if array.is_some_and(|root| root.kind == Kind::Object) {
            array = outer.next();
        }
        self.broken = match (array.map(|array| array.kind), outer.next()) {
            (Some(Kind::Array), Some(record)) => Broken::InRecord(record.start),
            (Some(Kind::Array), None) => Broken::InArray,
            _ => Broken::No,
        };
        self.sort();
    }
}

/// A scanned document: its text and its tape.
#[derive(Clone, Copy)]
pub struct Document<'a> {
    pub(super) source: &'a [u8],
    pub(super) tape: &'a Tape,
}

impl<'a> Document<'a> {
    /// The whole text, with what is before the document.
    pub fn source(&self) -> &'a [u8] {
        self.source
    }

    /// The outermost value, unless [`Document::is_empty`].
    pub fn root(&self) -> Value<'a> {
        self.value(0)
    }

    pub fn value(&self, index: u32) -> Value<'a> {
        Value { document: *self, index }
    }

    /// Number of values and names.
    pub fn len(&self) -> usize {
        self.tape.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.tape.entries.is_empty()
    }

    /// The innermost value or name that contains this position.
    pub fn covering(&self, at: Pos) -> Option<Value<'a>> {
        let before = self.tape.entries.partition_point(|entry| entry.start as usize <= at.0);
        let value = self.value(before.checked_sub(1)? as u32);
        if value.span().end > at { Some(value) } else { value.container() }
    }

    /// The value or name that begins at this position.
    pub fn at(&self, at: Pos) -> Option<Value<'a>> {
        let index = self.tape.entries.binary_search_by_key(&at.0, |entry| entry.start as usize).ok()?;
        Some(self.value(index as u32))
    }

    /// The first value or name that begins at this position or after it.
    pub fn from(&self, at: Pos) -> Option<Value<'a>> {
        let index = self.tape.entries.partition_point(|entry| (entry.start as usize) < at.0);
        (index < self.len()).then(|| self.value(index as u32))
    }

    /// True if the position is after all values on the tape, so the scanner stopped before it was complete.
    pub fn is_after_end(&self, at: Pos) -> bool {
        self.tape.entries.last().is_none_or(|entry| entry.end as usize <= at.0)
    }

    /// True if the scanner noticed something that a rule reports.
    pub(crate) fn is_noticed(&self) -> bool {
        !self.tape.duplicates.is_empty() || !self.tape.lone_surrogates.is_empty()
    }

    /// True if the elements of this array were already checked. Those on the tape are only there for excerpts.
    pub(crate) fn is_streamed(&self, array: u32) -> bool {
        self.tape.skipped.binary_search_by_key(&array, |(index, _)| *index).is_ok()
    }

    /// Set by [`Tape::close`].
    pub(crate) fn broken(&self) -> Broken {
        self.tape.broken
    }

    /// Number of elements of an array that are not on the tape.
    pub(super) fn skipped(&self, array: u32) -> u64 {
        let found = self.tape.skipped.binary_search_by_key(&array, |(index, _)| *index);
        found.map_or(0, |found| self.tape.skipped[found].1)
    }

    /// The names of an object that are not overridden, starting at the index `name`.
    pub(crate) fn names_from(&self, object: Value<'a>, name: u32) -> impl Iterator<Item = Value<'a>> + use<'a> {
        let document = *self;
        let members = Members { document, at: name, end: object.next_index() };
        members.map(|(name, _)| name).filter(move |name| !document.is_overridden(*name))
    }

    /// Address of the tape. Together with [`Value::index`] it identifies a value in the process.
    pub fn address(&self) -> usize {
        std::ptr::from_ref(self.tape).addr()
    }

    /// The depth of nesting.
    pub(crate) fn levels(&self) -> usize {
        let (mut ends, mut depth) = (Vec::new(), 0);
        for index in 0..self.len() as u32 {
            let value = self.value(index);
            while ends.last().is_some_and(|end| *end <= index) {
                ends.pop();
            }
            if matches!(value.kind(), Kind::Object | Kind::Array) {
                ends.push(value.next_index());
                depth = depth.max(ends.len());
            }
        }
        depth
    }

    /// Pairs of equal names in one object: first and repeated.
    pub fn duplicate_names(&self) -> impl Iterator<Item = (Value<'a>, Value<'a>)> + use<'a> {
        let document = *self;
        self.tape.duplicates.iter().map(move |&(first, again)| (document.value(first), document.value(again)))
    }

    /// True if a later member of the object has the same name.
    pub fn is_overridden(&self, name: Value<'a>) -> bool {
        !self.tape.overridden.is_empty() && self.tape.overridden.binary_search(&name.index).is_ok()
    }

    /// Strings and names with an unpaired surrogate, in document order, with the span of the first such escape.
    pub fn lone_surrogates(&self) -> impl Iterator<Item = (Value<'a>, Span)> + use<'a> {
        let document = *self;
        let escapes = self.tape.lone_surrogates.iter();
        escapes.map(move |&(index, at)| (document.value(index), Span::new(at as usize, at as usize + 6)))
    }

    /// JSON Pointers (RFC 6901) of many entries, in one pass over the tape. `indices` must be sorted; a name has the
    /// pointer of its value.
    ///
    /// A pointer that would be longer than 8 KiB is replaced by that of an enclosing value, because the pointers of a
    /// deep document have quadratic length.
    pub fn pointers(&self, indices: &[u32]) -> Vec<String> {
        struct Level {
            end: u32,
            /// Index of the next element of an array.
            element: Option<u64>,
            /// Length of the pointer of the container, and whether it is shortened.
            length: usize,
            full: bool,
        }
        let mut found = Vec::with_capacity(indices.len());
        let mut wanted = indices.iter().copied().peekable();
        let (mut levels, mut pointer): (Vec<Level>, String) = (Vec::new(), String::new());
        let (mut at, mut full) = (0u32, false);
        while let Some(&index) = wanted.peek() {
            if at >= self.tape.entries.len() as u32 {
                break;
            }
            while levels.last().is_some_and(|level| at >= level.end) {
                levels.pop();
            }
            let entry = self.tape.entries[at as usize];
            if let Some(level) = levels.last_mut() {
                let token = match &mut level.element {
                    _ if entry.kind == Kind::Name => Some(self.value(at).string()),
                    Some(element) => {
                        *element += 1;
                        Some(Cow::Owned((*element - 1).to_string()))
                    }
                    // The value of a member has the pointer of its name.
                    None => None,
                };
                if let Some(token) = token {
                    pointer.truncate(level.length);
                    full = level.full;
                    push_bounded(&mut pointer, &token, &mut full);
                }
            }
            if at == index {
                found.push(pointer.clone());
                wanted.next();
                if wanted.peek() == Some(&index) {
                    continue;
                }
            }
            match entry.kind {
                // Skip a subtree without wanted entries.
                Kind::Array | Kind::Object if wanted.peek().is_some_and(|&next| next >= entry.next) => at = entry.next,
                Kind::Array | Kind::Object => {
                    let element = (entry.kind == Kind::Array).then_some(0);
                    levels.push(Level { end: entry.next, element, length: pointer.len(), full });
                    at += 1;
                }
                _ => at += 1,
            }
        }
        found
    }
}

/// Maximum length of a JSON Pointer in bytes.
const MAX_POINTER_LENGTH: usize = 8 * 1024;

/// The pointer, or if it is too long that of an enclosing value.
pub(crate) fn bounded(mut pointer: String) -> String {
    if pointer.len() > MAX_POINTER_LENGTH {
        let end = pointer.as_bytes()[..=MAX_POINTER_LENGTH].iter().rposition(|byte| *byte == b'/').unwrap_or(0);
        pointer.truncate(end);
        pointer.shrink_to_fit();
    }
    pointer
}

/// [`push_token`], unless the pointer would be too long. That sets `full`, and nothing more is appended.
pub(super) fn push_bounded(pointer: &mut String, token: &str, full: &mut bool) {
    let escapes = memchr::memchr2_iter(b'~', b'/', token.as_bytes()).count();
    *full |= pointer.len() + 1 + token.len() + escapes > MAX_POINTER_LENGTH;
    if !*full {
        push_token(pointer, token);
    }
}

/// Appends `/token`, escaped as in RFC 6901, section 3.
pub(crate) fn push_token(pointer: &mut String, token: &str) {
    pointer.push('/');
    if memchr::memchr2(b'~', b'/', token.as_bytes()).is_none() {
        return pointer.push_str(token);
    }
    for character in token.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

/// A value or a member name of a document.
#[derive(Clone, Copy)]
pub struct Value<'a> {
    pub(super) document: Document<'a>,
    pub(super) index: u32,
}

impl<'a> Value<'a> {
    pub(super) fn entry(&self) -> &'a Entry {
        &self.document.tape.entries[self.index as usize]
    }

    pub fn document(&self) -> Document<'a> {
        self.document
    }

    /// The index on the tape, ascending with the position.
    pub fn index(&self) -> u32 {
        self.index
    }

    pub fn kind(&self) -> Kind {
        self.entry().kind
    }

    /// True if a name is certain to be one: something follows it, or it is an identifier. If a quote is missing, the
    /// text after it can look like a name.
    pub fn is_surely_name(&self) -> bool {
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        (self.index as usize) + 1 < self.document.len() || self.inner().iter().all(plain)
    }

    /// The index after this subtree.
    pub fn next_index(&self) -> u32 {
        self.entry().next
    }

    /// The object or array around this value or name. Linear in the siblings of the value and of its containers.
    pub fn container(&self) -> Option<Value<'a>> {
        let mut around = None;
        let mut at = 0;
        while at < self.index {
            let value = self.document.value(at);
            if value.entry().next > self.index && value.kind() != Kind::Name {
                around = Some(value);
                at += 1;
            } else {
                at = value.entry().next;
            }
        }
        around
    }

    /// The name and the value of this member; an element has no name.
    pub fn as_child(&self) -> (Option<Value<'a>>, Value<'a>) {
        if self.kind() == Kind::Name {
            (Some(*self), self.document.value(self.index + 1))
        } else if self.is_member_value() {
            (Some(self.document.value(self.index - 1)), *self)
        } else {
            (None, *self)
        }
    }

    /// Members with their names, or elements without.
    pub fn children(&self) -> impl Iterator<Item = (Option<Value<'a>>, Value<'a>)> + use<'a> {
        self.members().map(|(name, value)| (Some(name), value)).chain(self.elements().map(|element| (None, element)))
    }

    pub fn is_member_value(&self) -> bool {
        self.index.checked_sub(1).is_some_and(|before| self.document.value(before).kind() == Kind::Name)
    }

    /// With quotes and brackets.
    pub fn span(&self) -> Span {
        let entry = self.entry();
        Span::new(entry.start as usize, entry.end as usize)
    }

    pub fn text(&self) -> &'a [u8] {
        let entry = self.entry();
        &self.document.source[entry.start as usize..entry.end as usize]
    }

    /// The text of a number; empty for other kinds.
    pub fn number(&self) -> &'a str {
        match self.kind() {
            Kind::Number => std::str::from_utf8(self.text()).unwrap_or_default(),
            _ => "",
        }
    }

    /// The value of a string or name, with U+FFFD for a lone surrogate; empty for other kinds.
    pub fn string(&self) -> Cow<'a, str> {
        let inner = self.inner();
        if self.entry().escaped {
            Cow::Owned(string::decode_lossy(inner))
        } else {
            // The scanner has validated the UTF-8.
            Cow::Borrowed(std::str::from_utf8(inner).unwrap_or_default())
        }
    }

    /// The text between the quotes.
    pub(super) fn inner(&self) -> &'a [u8] {
        match self.kind() {
            Kind::String | Kind::Name => {
                let text = self.text();
                &text[1..text.len() - 1]
            }
            _ => &[],
        }
    }

    /// The value of a string or name in WTF-8, which is equal exactly if the strings are.
    pub(super) fn comparable(&self) -> Cow<'a, [u8]> {
        if self.entry().escaped { Cow::Owned(string::decode_wtf8(self.inner())) } else { Cow::Borrowed(self.inner()) }
    }

    /// The UTF-16 code units of a string or name, with lone surrogates.
    pub fn units(&self) -> Vec<u16> {
        string::units(&self.comparable())
    }

    pub fn is(&self, expected: &str) -> bool {
        if self.entry().escaped {
            self.comparable() == expected.as_bytes()
        } else {
            self.inner() == expected.as_bytes()
        }
    }

    /// The members of an object with duplicates; empty for other kinds.
    pub fn members(&self) -> Members<'a> {
        let (at, end) = self.inside(Kind::Object);
        Members { document: self.document, at, end }
    }

    /// The members of an object that are not overridden.
    pub fn last_members(&self) -> impl Iterator<Item = (Value<'a>, Value<'a>)> + use<'a> {
        let document = self.document;
        self.members().filter(move |(name, _)| !document.is_overridden(*name))
    }

    /// The indices inside a container of this kind; an empty range for other values.
    #[inline]
    fn inside(&self, kind: Kind) -> (u32, u32) {
        if self.kind() == kind { (self.index + 1, self.next_index()) } else { (0, 0) }
    }

    /// The elements of an array that are on the tape; empty for other kinds.
    pub fn elements(&self) -> Elements<'a> {
        let (at, end) = self.inside(Kind::Array);
        Elements { document: self.document, at, end }
    }

    /// Number of elements, including those that are not on the tape.
    pub fn element_count(&self) -> u64 {
        self.elements().count() as u64 + self.document.skipped(self.index)
    }

    /// The last member of an object with this name.
    pub fn get(&self, name: &str) -> Option<Value<'a>> {
        self.members().filter(|(key, _)| key.is(name)).last().map(|(_, value)| value)
    }

    pub fn get_string(&self, name: &str) -> Option<Cow<'a, str>> {
        self.get(name).filter(|value| value.kind() == Kind::String).map(|value| value.string())
    }

    /// The JSON Pointer (RFC 6901). Linear in the number of values before it; see [`Document::pointers`].
    pub fn pointer(&self) -> String {
        self.document.pointers(&[self.index]).pop().unwrap_or_default()
    }
}

#[derive(Clone)]
pub struct Members<'a> {
    document: Document<'a>,
    at: u32,
    end: u32,
}

impl<'a> Iterator for Members<'a> {
    type Item = (Value<'a>, Value<'a>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        // In incomplete text, the last name may have no value.
        if self.at + 1 >= self.end {
            return None;
        }
        let (name, value) = (self.document.value(self.at), self.document.value(self.at + 1));
        self.at = value.entry().next;
        Some((name, value))
    }
}

#[derive(Clone)]
pub struct Elements<'a> {
    document: Document<'a>,
    at: u32,
    end: u32,
}

impl<'a> Elements<'a> {
    pub(crate) fn none(document: Document<'a>) -> Self {
        Elements { document, at: 0, end: 0 }
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Value<'a>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.end {
            return None;
        }
        let value = self.document.value(self.at);
        self.at = value.entry().next;
        Some(value)
    }
}
