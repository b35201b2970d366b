//! The tape: one fixed-size [`Entry`] per value and per member name, in document order.

use std::borrow::Cow;

use super::string;
use super::unique::Scratch;
use crate::span::{Pos, Span};

/// What an entry of the tape stands for. The six JSON types, with the two booleans apart, and member names.
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
    /// A member name; the entry after it is the member's value.
    Name,
}

/// 16 bytes a value. Offsets are 32 bits wide, so one document held whole is at most 4 GiB (`input` refuses more).
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// First byte: the opening quote of a string, the opening bracket of a container.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// Index of the entry after this subtree. While a container is still open: the container around it.
    pub next: u32,
    pub kind: Kind,
    /// A string or name with a backslash in it: its text is not its value.
    pub escaped: bool,
}

/// No entry: the parent of the root.
pub(super) const NONE: u32 = u32::MAX;

/// The entries of one document and what the scanner noticed on the way. Kept apart from the text so that it can be reused.
#[derive(Debug, Default, Clone)]
pub struct Tape {
    pub(super) entries: Vec<Entry>,
    /// Pairs of name entries of one object with equal values: the one before, the repeated one. In the order of the closing brackets.
    pub(super) duplicates: Vec<(u32, u32)>,
    /// Names whose member a later one of the same name replaces, sorted when the scan is done.
    pub(super) overridden: Vec<u32>,
    /// Strings and names that hold a lone surrogate, and the offset of the first such escape.
    pub(super) lone_surrogates: Vec<(u32, u32)>,
    /// Arrays whose elements were checked as they came, and how many of those are not on the tape. They are missing behind those that are.
    pub(super) skipped: Vec<(u32, u64)>,
    /// What was open when the scan failed.
    broken: Broken,
    /// Memory of the search for repeated names.
    pub(super) scratch: Scratch,
}

/// Where in a document the scan failed, as far as its arrays at the top are concerned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Broken {
    /// In none of them, or nowhere.
    #[default]
    No,
    /// Between two elements, or in one that is no container.
    InArray,
    /// In the element that begins here.
    InRecord(u32),
}

/// How much of a tape is filled; see [`Tape::mark`].
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    entries: usize,
    duplicates: usize,
    overridden: usize,
    lone_surrogates: usize,
}

impl Tape {
    /// Forgets the document, keeps the memory.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.duplicates.clear();
        self.overridden.clear();
        self.lone_surrogates.clear();
        self.skipped.clear();
        self.broken = Broken::No;
    }

    /// Remembers how much is on the tape, for [`Tape::reset`].
    pub(crate) fn mark(&self) -> Mark {
        Mark {
            entries: self.entries.len(),
            duplicates: self.duplicates.len(),
            overridden: self.overridden.len(),
            lone_surrogates: self.lone_surrogates.len(),
        }
    }

    /// Forgets what was scanned since `mark`; no container that was open then may have been closed since.
    pub(crate) fn reset(&mut self, mark: Mark) {
        self.entries.truncate(mark.entries);
        self.duplicates.truncate(mark.duplicates);
        self.overridden.truncate(mark.overridden);
        self.lone_surrogates.truncate(mark.lone_surrogates);
    }

    /// Forgets what the scanner noticed since `mark`, not the values: somebody else tells of it.
    pub(crate) fn forget_noticed(&mut self, mark: Mark) {
        self.duplicates.truncate(mark.duplicates);
        self.lone_surrogates.truncate(mark.lone_surrogates);
    }

    /// How many entries there are: the index of the next one.
    pub(crate) fn len(&self) -> u32 {
        self.entries.len() as u32
    }

    /// Counts an element that is not kept, of an array whose elements are checked as they come.
    pub(crate) fn skip(&mut self, array: u32, elements: u64) {
        // Arrays are met in the order of their places, the last one mostly.
        match self.skipped.binary_search_by_key(&array, |(index, _)| *index) {
            Ok(place) => self.skipped[place].1 += elements,
            Err(place) => self.skipped.insert(place, (array, elements)),
        }
    }

    /// Objects close from the inside out; readers want what was found in the order of its place.
    pub(crate) fn sort(&mut self) {
        self.overridden.sort_unstable();
    }

    /// Closes what a scan that failed has left open, so that the values before the mistake can be looked at.
    pub(crate) fn close(&mut self, error: &super::SyntaxError) {
        let (mut open, next) = (error.open, self.len());
        let mut containers = Vec::new();
        while open != NONE {
            containers.push(open);
            let entry = &mut self.entries[open as usize];
            (entry.end, entry.next, open) = (error.at as u32, next, entry.next);
        }
        let outer: Vec<Entry> = containers.iter().rev().take(3).map(|&index| self.entries[index as usize]).collect();
        self.broken = match outer.as_slice() {
            [Entry { kind: Kind::Array, .. }, record, ..] => Broken::InRecord(record.start),
            [Entry { kind: Kind::Array, .. }] => Broken::InArray,
            [Entry { kind: Kind::Object, .. }, Entry { kind: Kind::Array, .. }, record] => {
                Broken::InRecord(record.start)
            }
            [Entry { kind: Kind::Object, .. }, Entry { kind: Kind::Array, .. }] => Broken::InArray,
            _ => Broken::No,
        };
        self.sort();
    }
}

/// A scanned document: the source text and the tape over it. A cheap handle.
#[derive(Clone, Copy)]
pub struct Document<'a> {
    pub(super) source: &'a [u8],
    pub(super) tape: &'a Tape,
}

impl<'a> Document<'a> {
    /// The whole source, with whatever stands before the document.
    pub fn source(&self) -> &'a [u8] {
        self.source
    }

    /// The outermost value. There is none before a [`super::scan()`]: ask [`Document::is_empty`].
    pub fn root(&self) -> Value<'a> {
        self.value(0)
    }

    /// The value with this index on the tape; see [`Value::index`].
    pub fn value(&self, index: u32) -> Value<'a> {
        Value { document: *self, index }
    }

    /// How many values and names the document has.
    pub fn len(&self) -> usize {
        self.tape.entries.len()
    }

    /// Whether nothing was scanned.
    pub fn is_empty(&self) -> bool {
        self.tape.entries.is_empty()
    }

    /// The innermost value or name that this offset lies in.
    pub fn covering(&self, at: Pos) -> Option<Value<'a>> {
        let before = self.tape.entries.partition_point(|entry| entry.start as usize <= at.0);
        let value = self.value(before.checked_sub(1)? as u32);
        if value.span().end > at { Some(value) } else { value.container() }
    }

    /// The value or name that begins at this offset.
    pub fn at(&self, at: Pos) -> Option<Value<'a>> {
        let index = self.tape.entries.binary_search_by_key(&at.0, |entry| entry.start as usize).ok()?;
        Some(self.value(index as u32))
    }

    /// The first value or name that begins at this offset or behind it.
    pub fn from(&self, at: Pos) -> Option<Value<'a>> {
        let index = self.tape.entries.partition_point(|entry| (entry.start as usize) < at.0);
        (index < self.len()).then(|| self.value(index as u32))
    }

    /// Whether this offset lies behind all text on the tape, where the scanner was at work when it stopped.
    pub fn is_behind(&self, at: Pos) -> bool {
        self.tape.entries.last().is_none_or(|entry| entry.end as usize <= at.0)
    }

    /// Whether the scanner noticed anything that a rule tells of.
    pub(crate) fn is_noticed(&self) -> bool {
        !self.tape.duplicates.is_empty() || !self.tape.lone_surrogates.is_empty()
    }

    /// Whether the elements of this array were checked as they came: whatever is still on the tape of them is there to be looked at only.
    pub(crate) fn is_streamed(&self, array: u32) -> bool {
        self.tape.skipped.binary_search_by_key(&array, |(index, _)| *index).is_ok()
    }

    /// Where the scan failed, after [`Tape::close`].
    pub(crate) fn broken(&self) -> Broken {
        self.tape.broken
    }

    /// How many elements an array has that are not on the tape.
    pub(super) fn skipped(&self, array: u32) -> u64 {
        let place = self.tape.skipped.binary_search_by_key(&array, |(index, _)| *index);
        place.map_or(0, |place| self.tape.skipped[place].1)
    }

    /// The member names of an object that count, from the one with this index on.
    pub(crate) fn names_from(&self, object: Value<'a>, name: u32) -> impl Iterator<Item = Value<'a>> + use<'a> {
        let document = *self;
        let members = Members { document, at: name, end: object.next_index() };
        members.map(|(name, _)| name).filter(move |name| !document.is_overridden(*name))
    }

    /// The tape's own address: with [`Value::index`] it tells a value from every other one alive.
    pub fn address(&self) -> usize {
        std::ptr::from_ref(self.tape).addr()
    }

    /// How many objects and arrays are in each other at most.
    pub(crate) fn levels(&self) -> usize {
        let (mut ends, mut most) = (Vec::new(), 0);
        for index in 0..self.len() as u32 {
            let value = self.value(index);
            while ends.last().is_some_and(|end| *end <= index) {
                ends.pop();
            }
            if matches!(value.kind(), Kind::Object | Kind::Array) {
                ends.push(value.next_index());
                most = most.max(ends.len());
            }
        }
        most
    }

    /// Pairs of equal member names in one object: the one before and the repeated one, each as the name's own entry.
    pub fn duplicate_names(&self) -> impl Iterator<Item = (Value<'a>, Value<'a>)> + use<'a> {
        let document = *self;
        self.tape.duplicates.iter().map(move |&(first, again)| (document.value(first), document.value(again)))
    }

    /// Whether a later member of the same object has the same name.
    pub fn is_overridden(&self, name: Value<'a>) -> bool {
        !self.tape.overridden.is_empty() && self.tape.overridden.binary_search(&name.index).is_ok()
    }

    /// Strings and names with an unpaired surrogate, in document order, and the span of the first such escape.
    pub fn lone_surrogates(&self) -> impl Iterator<Item = (Value<'a>, Span)> + use<'a> {
        let document = *self;
        let escapes = self.tape.lone_surrogates.iter();
        escapes.map(move |&(index, at)| (document.value(index), Span::new(at as usize, at as usize + 6)))
    }

    /// JSON Pointers (RFC 6901) of many entries in one pass over the tape. `indices` must be sorted; a name has the pointer of its value.
    /// Where a pointer would be longer than 8 KiB it is that of the enclosing value for which it is not: a deep document would
    /// otherwise have pointers of quadratic length.
    pub fn pointers(&self, indices: &[u32]) -> Vec<String> {
        struct Level {
            end: u32,
            element: Option<u64>,
            length: usize,
            /// The pointer of the container itself is already cut.
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
                if entry.kind == Kind::Name {
                    pointer.truncate(level.length);
                    full = level.full;
                    push_bounded(&mut pointer, &self.value(at).string(), &mut full);
                } else if let Some(element) = &mut level.element {
                    pointer.truncate(level.length);
                    full = level.full;
                    push_bounded(&mut pointer, &element.to_string(), &mut full);
                    *element += 1;
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
                // Nothing wanted inside: jump over it.
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

/// The longest pointer, in bytes.
const LONGEST_POINTER: usize = 8 * 1024;

/// A pointer that is no longer: else that of what encloses it, and for which it is not.
pub(crate) fn bounded(mut pointer: String) -> String {
    if pointer.len() > LONGEST_POINTER {
        // What ends before the next token begins.
        let end = pointer.as_bytes()[..=LONGEST_POINTER].iter().rposition(|byte| *byte == b'/').unwrap_or(0);
        pointer.truncate(end);
        pointer.shrink_to_fit();
    }
    pointer
}

/// Appends `/token`, escaped as RFC 6901 section 3 asks; nothing where the pointer would be longer than 8 KiB, and from then on nothing
/// at all. `full` keeps that in mind.
pub(super) fn push_bounded(pointer: &mut String, token: &str, full: &mut bool) {
    let escapes = memchr::memchr2_iter(b'~', b'/', token.as_bytes()).count();
    *full |= pointer.len() + 1 + token.len() + escapes > LONGEST_POINTER;
    if !*full {
        push_token(pointer, token);
    }
}

/// Appends `/token`, escaped as RFC 6901 section 3 asks.
pub fn push_token(pointer: &mut String, token: &str) {
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

/// One value (or member name) of a document.
#[derive(Clone, Copy)]
pub struct Value<'a> {
    pub(super) document: Document<'a>,
    pub(super) index: u32,
}

impl<'a> Value<'a> {
    pub(super) fn entry(&self) -> &'a Entry {
        &self.document.tape.entries[self.index as usize]
    }

    /// The document that it is part of.
    pub fn document(&self) -> Document<'a> {
        self.document
    }

    /// The place on the tape: unique in its document, growing with the offset.
    pub fn index(&self) -> u32 {
        self.index
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        self.entry().kind
    }

    /// Whether a name is one for sure: something follows it, or it is written like a property. A quote that is missing elsewhere makes
    /// text look like a name at the very place where the scanner stops.
    pub fn is_surely_name(&self) -> bool {
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        (self.index as usize) + 1 < self.document.len() || self.inner().iter().all(plain)
    }

    /// The index after this value and all that is in it.
    pub fn next_index(&self) -> u32 {
        self.entry().next
    }

    /// The object or array around this value or name. Linear in the values beside it and its containers: the tape leads inwards only.
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

    /// The name and the value of the member that this is part of; an element has no name.
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

    /// Whether a member name stands before this value.
    pub fn is_member_value(&self) -> bool {
        self.index.checked_sub(1).is_some_and(|before| self.document.value(before).kind() == Kind::Name)
    }

    /// From the first byte to the last, quotes and brackets included.
    pub fn span(&self) -> Span {
        let entry = self.entry();
        Span::new(entry.start as usize, entry.end as usize)
    }

    /// The value as it is written.
    pub fn text(&self) -> &'a [u8] {
        let entry = self.entry();
        &self.document.source[entry.start as usize..entry.end as usize]
    }

    /// The text of a number; empty for everything else.
    pub fn number(&self) -> &'a str {
        match self.kind() {
            Kind::Number => std::str::from_utf8(self.text()).unwrap_or_default(),
            _ => "",
        }
    }

    /// The value of a string or name, a lone surrogate as U+FFFD; empty for everything else.
    pub fn string(&self) -> Cow<'a, str> {
        let inner = self.inner();
        if self.entry().escaped {
            Cow::Owned(string::decode_lossy(inner))
        } else {
            // The scanner has checked it.
            Cow::Borrowed(std::str::from_utf8(inner).unwrap_or_default())
        }
    }

    /// What stands between the quotes.
    pub(super) fn inner(&self) -> &'a [u8] {
        match self.kind() {
            Kind::String | Kind::Name => {
                let text = self.text();
                &text[1..text.len() - 1]
            }
            _ => &[],
        }
    }

    /// The value of a string or name in WTF-8: equal exactly when the JSON strings are equal.
    pub(super) fn comparable(&self) -> Cow<'a, [u8]> {
        if self.entry().escaped { Cow::Owned(string::decode_wtf8(self.inner())) } else { Cow::Borrowed(self.inner()) }
    }

    /// The UTF-16 code units of a string or name, a lone surrogate among them.
    pub fn units(&self) -> Vec<u16> {
        string::units(&self.comparable())
    }

    /// Whether a string or name has exactly this value.
    pub fn is(&self, expected: &str) -> bool {
        if !self.entry().escaped {
            self.inner() == expected.as_bytes()
        } else {
            self.comparable() == expected.as_bytes()
        }
    }

    /// The members of an object, in the order they are written, duplicates included; nothing for other kinds.
    pub fn members(&self) -> Members<'a> {
        let entry = self.entry();
        let (at, end) = if entry.kind == Kind::Object { (self.index + 1, entry.next) } else { (0, 0) };
        Members { document: self.document, at, end }
    }

    /// The members of an object that count: of those with the same name the last.
    pub fn last_members(&self) -> impl Iterator<Item = (Value<'a>, Value<'a>)> + use<'a> {
        let document = self.document;
        self.members().filter(move |(name, _)| !document.is_overridden(*name))
    }

    /// The elements of an array; nothing for other kinds.
    pub fn elements(&self) -> Elements<'a> {
        let entry = self.entry();
        let (at, end) = if entry.kind == Kind::Array { (self.index + 1, entry.next) } else { (0, 0) };
        Elements { document: self.document, at, end }
    }

    /// How many elements the array has, those included that are no longer on the tape.
    pub fn element_count(&self) -> u64 {
        self.elements().count() as u64 + self.document.skipped(self.index)
    }

    /// The member of an object with this name: the last one where the name is repeated.
    pub fn get(&self, name: &str) -> Option<Value<'a>> {
        self.members().filter(|(key, _)| key.is(name)).last().map(|(_, value)| value)
    }

    /// The member of an object with this name, if it is a string.
    pub fn get_string(&self, name: &str) -> Option<Cow<'a, str>> {
        self.get(name).filter(|value| value.kind() == Kind::String).map(|value| value.string())
    }

    /// The JSON Pointer (RFC 6901) of this value. Linear in the number of values before it: use [`Document::pointers`] for many.
    pub fn pointer(&self) -> String {
        self.document.pointers(&[self.index]).pop().unwrap_or_default()
    }
}

/// Iterates over names and values of an object's members.
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
        // Behind the last name of a text that breaks off there is no value.
        if self.at + 1 >= self.end {
            return None;
        }
        let (name, value) = (self.document.value(self.at), self.document.value(self.at + 1));
        self.at = value.entry().next;
        Some((name, value))
    }
}

/// Iterates over the elements of an array.
#[derive(Clone)]
pub struct Elements<'a> {
    document: Document<'a>,
    at: u32,
    end: u32,
}

impl<'a> Elements<'a> {
    /// No elements.
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
