//! Fast path: validates a text while it scans it, without a tape, messages or spans, for the common keywords only.
//!
//! **Idea.** Most documents are valid, so one walk over the bytes first tries to prove that there is nothing to report.
//! Objects of one kind have the same members in the same order, written the same way. The walk therefore learns the
//! bytes between two values (`,"createdAt":`) and compares them as a whole: an expected name costs one comparison.
//! Names are numbered per kind of object, and one bit for each finds duplicates.
//!
//! **Invariant.** The walk accepts only what the scanner and the full validator accept. Everything else, a [`Rejected`]
//! value or the whole text, is checked again by them in full. An unsupported keyword therefore costs time but never
//! changes a verdict, and neither does anything that the walk has learned.
//!
//! **Cost.** A second implementation of the common keywords: about 1,250 lines without tests and five concepts:
//! [`CompiledNode`] (a schema object), [`Frame`] (an open container), [`Step`] (learned bytes), [`Rejected`] (a miss),
//! [`ConditionState`] (`if`, `allOf`, `anyOf`, `oneOf` and `not`).
//!
//! **Gain.** Support for `if` and the combinators reduced big.json with such a schema from 0.361 to 0.172 s. Checking
//! only the rejected values again, not their items, reduced many.bad.json from 0.75 to 0.59 s (dev/benchmarks.md,
//! "Gain per optimization").

mod conditions;
mod node;
mod table;

use crate::json::token::{self, blank};
use crate::json::{Base, LANES, PADDING, Simd, Work, fastest};
use crate::rfc3339;
use crate::schema::captures::{CaptureSpec, Captures, Holder, NO_SLOT};
use conditions::ConditionState;
use node::{ANY, CompiledNode, EMPTY_STEP, MAX_NAMES, Name, ROOT, Step, Text, push_token, types};
pub(crate) use table::TableNode;

/// The compiled schema and what was learned of the input.
#[derive(Clone)]
pub struct FastValidator {
    nodes: Vec<CompiledNode>,
    open: Vec<Frame>,
    /// One for each open object whose node has conditions.
    condition_states: Vec<ConditionState>,
    misses: Vec<Rejected>,
    /// Positions of the captured fields of the response and of its last result.
    fields: Captures,
    /// Positions of the captured fields of each result.
    records: Vec<Captures>,
    captures: Option<&'static CaptureSpec>,
    /// HubSpot's types did not accept a value.
    is_unusual: bool,
    knows_all: bool,
    /// Used only while the schema is compiled.
    is_in_contains: bool,
}

/// A value that was not accepted, while everything around it was. It is JSON without duplicate names.
#[derive(Debug, Clone)]
pub struct Rejected {
    /// Byte offset of its first byte.
    pub at: usize,
    /// The node that did not accept it.
    node: usize,
    /// Its JSON Pointer, from the value at which the walk began.
    pub pointer: String,
    /// True for the value of a member.
    pub is_member: bool,
}

/// An open object or array.
#[derive(Clone, Copy)]
struct Frame {
    node: u32,
    is_object: bool,
    /// Byte offset of its bracket.
    start: usize,
    /// For an object, an index into [`node::Names::steps`]. For an array, the number of elements before the current.
    last: usize,
    /// Bits of the required members that were read.
    required: u64,
    /// A bit for each name. For an array with `contains`, see [`ITEM_START`] and [`HAS_MATCH`].
    seen: [u64; MAX_NAMES / 64],
    /// A bit for each name whose value is null.
    nulls: [u64; MAX_NAMES / 64],
}

impl Frame {
    fn new(node: usize, is_object: bool, start: usize) -> Frame {
        Frame {
            node: node as u32,
            is_object,
            start,
            last: 0,
            required: 0,
            seen: [0; MAX_NAMES / 64],
            nulls: [0; MAX_NAMES / 64],
        }
    }

    #[inline(always)]
    fn node(&self) -> usize {
        self.node as usize
    }

    /// Starts the value at byte offset `at` of the member with this index in [`node::Names::list`]. `None` if the
    /// object has the member already.
    #[inline(always)]
    fn enter_member(&mut self, index: usize, name: Name, at: usize, state: Option<&mut ConditionState>) -> Option<()> {
        let (word, bit) = (index / 64, 1u64 << (index % 64));
        if self.seen[word] & bit != 0 {
            return None;
        }
        self.seen[word] |= bit;
        self.required |= name.required;
        self.last = index + 1;
        if name.is_in_branches
            && let Some(state) = state
        {
            (state.member, state.value) = (index + 1, at);
        }
        Some(())
    }
}

/// Index into [`Frame::seen`] of an array: the byte offset of the current element.
const ITEM_START: usize = 0;
/// Index into [`Frame::seen`] of an array: 1 if an element matches `contains`.
const HAS_MATCH: usize = 1;

/// Maximum number of open containers. The value itself can be two levels deep in its document; only the scanner knows.
const MAX_OPEN: usize = crate::json::MAX_DEPTH - 2;

/// Maximum number of misses. A text with more of them is checked again as a whole.
const MAX_MISSES: usize = 8;

impl FastValidator {
    /// True if all keywords of the schema are supported. Then nearly every value that is not accepted has a finding.
    pub fn knows_all(&self) -> bool {
        self.knows_all
    }

    /// Returns the end of the value at byte offset `at` (or after white space there) if there is nothing to report.
    /// `buffer` ends with [`PADDING`] NUL bytes that are not part of the text.
    pub fn accept(&mut self, buffer: &[u8], at: usize) -> Option<usize> {
        self.walk(buffer, at, 0)
    }

    /// Like [`FastValidator::accept`], but also accepts a value in which only a few values are rejected.
    pub fn accept_most(&mut self, buffer: &[u8], at: usize) -> Option<(usize, Vec<Rejected>)> {
        let end = self.walk(buffer, at, MAX_MISSES)?;
        Some((end, std::mem::take(&mut self.misses)))
    }

    /// JSON Pointer of the subschema that did not accept this value, from the schema of the validator.
    pub fn location(&self, miss: &Rejected) -> &str {
        &self.nodes[miss.node].location
    }

    /// True if the schema accepts this value, and only HubSpot's types do not.
    pub fn is_of_types(&self, miss: &Rejected) -> bool {
        self.nodes[miss.node].is_of_types
    }

    /// True if HubSpot's types did not accept a value in the last walk.
    pub fn is_unusual(&self) -> bool {
        self.is_unusual
    }

    /// Positions of the captured fields of the response and of the result that was accepted last.
    pub fn fields(&self) -> &Captures {
        &self.fields
    }

    /// Reports the names of the properties since the last call, and whether any of them had a value that is not null.
    pub fn take_properties(&mut self, mut report: impl FnMut(&str, bool)) {
        for node in self.nodes.iter_mut().filter(|node| node.holder == Some(Holder::Properties)) {
            node.names.take_noted(|name, has_value| {
                if let Ok(name) = std::str::from_utf8(name) {
                    report(name, has_value);
                }
            });
        }
    }

    /// Positions of the captured fields of each result.
    pub fn records(&self) -> &[Captures] {
        &self.records
    }

    fn walk(&mut self, buffer: &[u8], at: usize, max_misses: usize) -> Option<usize> {
        self.open.clear();
        self.condition_states.clear();
        self.misses.clear();
        self.records.clear();
        let keeps_records = self.nodes[ROOT].holder == Some(Holder::Root);
        if keeps_records {
            self.fields = Captures::default();
        }
        self.is_unusual = false;
        let captures = self.captures;
        if self.nodes[ROOT].holder == Some(Holder::Item) && buffer[at] != b'{' {
            // An item that is not an object does not have the fields of the previous one.
            self.fields = Captures::default();
        }
        let FastValidator { nodes, open, condition_states, misses, fields, records, is_unusual, .. } = self;
        fastest(FastWalk {
            buffer,
            nodes,
            open,
            condition_states,
            misses,
            fields,
            records,
            captures,
            is_unusual,
            keeps_records,
            max_misses,
            start: at,
            node: ROOT,
        })
    }
}

/// One walk over a value.
struct FastWalk<'p> {
    buffer: &'p [u8],
    nodes: &'p mut Vec<CompiledNode>,
    open: &'p mut Vec<Frame>,
    condition_states: &'p mut Vec<ConditionState>,
    misses: &'p mut Vec<Rejected>,
    fields: &'p mut Captures,
    records: &'p mut Vec<Captures>,
    captures: Option<&'static CaptureSpec>,
    is_unusual: &'p mut bool,
    /// True if the fields of each result are kept.
    keeps_records: bool,
    max_misses: usize,
    /// Byte offset of the value.
    start: usize,
    /// The node of the value.
    node: usize,
}

impl Work<Option<usize>> for FastWalk<'_> {
    #[inline(always)]
    fn run<S: Simd>(mut self) -> Option<usize> {
        self.value::<S>()
    }
}

/// The next step of a walk.
enum Next {
    /// Read a value at byte offset `at`, with this node and this capture slot.
    Value { at: usize, node: usize, slot: u8 },
    /// Close the current value, which ends before this byte offset.
    End(usize),
}

/// The functions of the hot loop are `inline(always)`, see [`Work`]. They get the buffer as an argument: a field of
/// `self` would be loaded again after each call that is not inlined.
impl FastWalk<'_> {
    /// Returns the end of the value.
    #[inline(always)]
    fn value<S: Simd>(&mut self) -> Option<usize> {
        let buffer = self.buffer;
        let (mut at, mut index, mut slot) = (blank(buffer, self.start), self.node, NO_SLOT);
        loop {
            let node = &self.nodes[index];
            let end = match buffer[at] {
                b'"' if node.types & types::STRING != 0 => text::<S>(&node.text, buffer, at),
                b'n' if node.types & types::NULL != 0 => {
                    self.note_null();
                    token::word(buffer, at, b"null").ok()
                }
                b't' if node.types & types::TRUE != 0 => token::word(buffer, at, b"true").ok(),
                b'f' if node.types & types::FALSE != 0 => token::word(buffer, at, b"false").ok(),
                b'-' | b'0'..=b'9' if node.types & (types::NUMBER | types::INTEGER) != 0 => token::number(buffer, at)
                    .ok()
                    .filter(|(_, is_whole)| node.types & types::NUMBER != 0 || *is_whole)
                    .map(|(end, _)| end),
                b'{' if node.types & types::OBJECT != 0 && self.open.len() < MAX_OPEN => {
                    self.open_object(at, index, &mut slot);
                    Some(at + 1)
                }
                b'[' if node.types & types::ARRAY != 0 && self.open.len() < MAX_OPEN => {
                    self.fields.set_slot(slot, at, at + 1);
                    slot = NO_SLOT;
                    let inside = blank(buffer, at + 1);
                    if buffer[inside] == b']' {
                        (node.elements.contains(&0) && node.contains.is_none()).then_some(inside + 1)
                    } else {
                        let items = node.items;
                        let mut frame = Frame::new(index, false, at);
                        frame.seen[ITEM_START] = inside as u64;
                        self.open.push(frame);
                        (at, index) = (inside, items);
                        continue;
                    }
                }
                b' ' | b'\t' | b'\n' | b'\r' => {
                    at = blank(buffer, at);
                    continue;
                }
                _ => None,
            };
            match end {
                Some(end) => {
                    self.fields.set_slot(slot, at, end);
                    at = end;
                }
                None if index == ANY => return None,
                // The same value again, which can be any JSON now.
                None => {
                    self.miss(at, index)?;
                    index = ANY;
                    continue;
                }
            }
            match self.after_value::<S>(buffer, at)? {
                Next::Value { at: next, node, slot: next_slot } => (at, index, slot) = (next, node, next_slot),
                Next::End(end) => return Some(end),
            }
        }
    }

    /// Sets the bit for null of the current member.
    #[inline(always)]
    fn note_null(&mut self) {
        if let Some(frame) = self.open.last_mut().filter(|frame| frame.is_object && frame.last > 0) {
            frame.nulls[(frame.last - 1) / 64] |= 1 << ((frame.last - 1) % 64);
        }
    }

    #[inline(always)]
    fn open_object(&mut self, at: usize, index: usize, slot: &mut u8) {
        let node = &self.nodes[index];
        self.open.push(Frame::new(index, true, at));
        if node.holder == Some(Holder::Item) {
            if let Some(captures) = self.captures {
                self.fields.next_item(captures.first_item_slot);
                self.fields.set_slot(captures.item_slot, at, at);
            }
            *slot = NO_SLOT;
        }
        if !node.conditions.is_empty() {
            self.condition_states.push(ConditionState::new(self.open.len()));
        }
    }

    /// Continues in the containers around a value that ends before `at`: finds the next value or the end of the root.
    /// An object continues with its next member, whose name and punctuation are expected to be written as before.
    #[inline(always)]
    fn after_value<S: Simd>(&mut self, buffer: &[u8], mut at: usize) -> Option<Next> {
        loop {
            let depth = self.open.len();
            let Some(frame) = self.open.last_mut() else { return Some(Next::End(at)) };
            let next = if frame.is_object {
                let state = self.condition_states.last_mut();
                if let Some(state) = state.filter(|state| state.member > 0 && state.depth == depth) {
                    let names = &self.nodes[frame.node()].names;
                    let text = buffer.get(state.value..at)?;
                    conditions::evaluate(self.nodes, &names.in_branches[state.member - 1], text, state);
                }
                let names = &self.nodes[frame.node()].names;
                let rest = &buffer[at..];
                let steps = names.steps.get(frame.last);
                if let Some(step) = steps.and_then(|steps| steps.iter().find(|step| step.is_at::<S>(rest))) {
                    let (index, value) = (usize::from(step.name), at + step.length);
                    let name = names.list[index];
                    frame.enter_member(index, name, value, self.condition_states.last_mut())?;
                    return Some(Next::Value { at: value, node: name.node, slot: name.slot });
                }
                self.unexpected_bytes(at)
            } else {
                self.after_element(buffer, at)
            };
            match next? {
                Next::End(end) => at = end,
                value => return Some(value),
            }
        }
    }

    /// Continues after an element of the innermost array.
    #[inline(always)]
    fn after_element(&mut self, buffer: &[u8], at: usize) -> Option<Next> {
        let frame = self.open.last_mut()?;
        let (node, here) = (&self.nodes[frame.node()], blank(buffer, at));
        frame.last += 1;
        let contains = node.contains.filter(|_| frame.seen[HAS_MATCH] == 0);
        match buffer[here] {
            b',' => {
                let (at, items) = (blank(buffer, here + 1), node.items);
                let start = std::mem::replace(&mut frame.seen[ITEM_START], at as u64);
                if let Some(contains) = contains {
                    self.check_contains(contains, start);
                }
                Some(Next::Value { at, node: items, slot: NO_SLOT })
            }
            b']' => {
                let is_number = node.elements.contains(&(frame.last as u64));
                let start = frame.seen[ITEM_START];
                let matches = is_number && contains.is_none_or(|contains| self.check_contains(contains, start));
                self.close(matches)?;
                Some(Next::End(here + 1))
            }
            _ => None,
        }
    }

    /// True if the element at byte offset `start` is known to match the `contains` schema of its array.
    #[cold]
    fn check_contains(&mut self, node: usize, start: u64) -> bool {
        let walk = FastWalk {
            buffer: self.buffer,
            nodes: &mut *self.nodes,
            open: &mut Vec::new(),
            condition_states: &mut Vec::new(),
            misses: &mut Vec::new(),
            fields: &mut Captures::default(),
            records: &mut Vec::new(),
            captures: self.captures,
            is_unusual: &mut false,
            keeps_records: false,
            max_misses: 0,
            start: start as usize,
            node,
        };
        let matches = fastest(walk).is_some();
        if let Some(array) = self.open.last_mut() {
            array.seen[HAS_MATCH] |= u64::from(matches);
        }
        matches
    }

    /// The innermost object ends, or its next member is written differently from the last ones: reads the member and
    /// learns its name and the bytes before its value.
    fn unexpected_bytes(&mut self, from: usize) -> Option<Next> {
        let buffer = self.buffer;
        let frame = *self.open.last()?;
        let mut at = blank(buffer, from);
        if buffer[at] == b'}' {
            return self.end_object(&frame, at);
        }
        if frame.last > 0 {
            if buffer[at] != b',' {
                return None;
            }
            at = blank(buffer, at + 1);
        }
        let (name, at) = key(buffer, at)?;
        let index = self.index_of_name(frame.node(), name)?;
        let text = &buffer[from..at];
        if text.len() <= 2 * LANES {
            let mut step = Step { length: text.len(), name: index, ..EMPTY_STEP };
            step.text.as_flattened_mut()[..text.len()].copy_from_slice(text);
            let steps = &mut self.nodes[frame.node()].names.steps[frame.last];
            *steps = [step, steps[0]];
        }
        let name = self.nodes[frame.node()].names.list[usize::from(index)];
        let frame = self.open.last_mut()?;
        frame.enter_member(usize::from(index), name, at, self.condition_states.last_mut())?;
        Some(Next::Value { at, node: name.node, slot: name.slot })
    }

    /// The innermost object ends with the brace at `at`.
    #[inline(always)]
    fn end_object(&mut self, frame: &Frame, at: usize) -> Option<Next> {
        let node = &self.nodes[frame.node()];
        // Counting bits is slow on processors without an instruction for it.
        let count = || frame.seen.iter().map(|word| u64::from(word.count_ones())).sum();
        let is_number = node.members == (0..=u64::MAX) || node.members.contains(&count());
        let mut matches = frame.required == node.required && is_number;
        if !node.conditions.is_empty() {
            let seen = |index: usize| frame.seen[index / 64] & (1 << (index % 64)) != 0;
            matches &= self.condition_states.pop().is_some_and(|state| node.satisfies_conditions(&state, seen));
        }
        if node.holder == Some(Holder::Properties) {
            self.nodes[frame.node()].names.note(&frame.seen, &frame.nulls);
        }
        let node = &self.nodes[frame.node()];
        if self.keeps_records && node.holder == Some(Holder::Item) {
            self.records.extend_from_slice(std::slice::from_ref(&*self.fields));
        }
        self.close(matches)?;
        Some(Next::End(at + 1))
    }

    /// The index of a name in [`node::Names::list`], to which a new name is added.
    #[inline(always)]
    fn index_of_name(&mut self, node: usize, name: &[u8]) -> Option<u16> {
        let node = &mut self.nodes[node];
        if let Some(index) = node.names.indices.get(name) {
            return Some(*index);
        }
        let index = node.names.list.len();
        if index == MAX_NAMES {
            return None;
        }
        let described = node.properties.get(name).copied();
        if node.is_closed && described.is_none() {
            return None;
        }
        let (child, required) = described.unwrap_or((node.others, 0));
        let in_branches = node.in_branches(name);
        let slot_in = |holder| self.captures.map_or(NO_SLOT, |captures| (captures.slot)(holder, name));
        let slot = node.holder.map_or(NO_SLOT, slot_in);
        node.names.list.push(Name { node: child, required, is_in_branches: !in_branches.is_empty(), slot });
        node.names.in_branches.push(in_branches);
        node.names.indices.insert(name.to_vec(), index as u16);
        node.names.steps.resize(index + 2, [EMPTY_STEP; 2]);
        Some(index as u16)
    }

    /// Closes the innermost container. If it does not match its node, it is a miss.
    #[inline(always)]
    fn close(&mut self, matches: bool) -> Option<()> {
        let Frame { node, start, .. } = self.open.pop()?;
        if matches { Some(()) } else { self.miss_all(start, node as usize) }
    }

    /// Records a container as a miss. It replaces the misses inside it, because it is checked again with its values.
    #[cold]
    fn miss_all(&mut self, start: usize, node: usize) -> Option<()> {
        self.misses.truncate(self.misses.partition_point(|miss| miss.at < start));
        self.miss(start, node)
    }

    /// Records a value that its node does not accept; `None` if there are too many.
    #[cold]
    fn miss(&mut self, at: usize, node: usize) -> Option<()> {
        if self.misses.len() == self.max_misses {
            return None;
        }
        let mut pointer = String::with_capacity(64);
        for frame in self.open.iter() {
            if frame.is_object {
                let indices = &self.nodes[frame.node()].names.indices;
                let (name, _) = indices.iter().find(|(_, index)| usize::from(**index) + 1 == frame.last)?;
                push_token(&mut pointer, std::str::from_utf8(name).ok()?);
            } else {
                push_token(&mut pointer, itoa::Buffer::new().format(frame.last));
            }
        }
        *self.is_unusual |= self.nodes[node].is_of_types;
        let is_member = self.open.last().is_some_and(|frame| frame.is_object);
        self.misses.push(Rejected { at, node, pointer, is_member });
        Some(())
    }
}

/// Reads a name and its colon: the name as it is written, and the position of the value. Rejects names with escapes,
/// because equal names must have equal bytes.
#[inline(always)]
fn key(buffer: &[u8], at: usize) -> Option<(&[u8], usize)> {
    if buffer[at] != b'"' {
        return None;
    }
    let start = at + 1;
    let end = string::<Base>(buffer, start)?;
    let name = &buffer[start..end - 1];
    if memchr::memchr(b'\\', name).is_some() {
        return None;
    }
    let colon = blank(buffer, end);
    if buffer[colon] != b':' {
        return None;
    }
    Some((name, blank(buffer, colon + 1)))
}

/// Returns the position after the string at `at` if `wanted` allows it.
#[inline(always)]
fn text<S: Simd>(wanted: &Text, buffer: &[u8], at: usize) -> Option<usize> {
    let inner = |end: usize| &buffer[at + 1..end - 1];
    match wanted {
        Text::Any => string::<S>(buffer, at + 1),
        Text::DateTime => match rfc3339::hubspot_length(buffer.get(at + 1..)?) {
            Some(length) => Some(at + 1 + length + 1),
            None => {
                let end = string::<S>(buffer, at + 1)?;
                // An escape would have to be decoded first.
                let plain = std::str::from_utf8(inner(end)).ok().filter(|text| !text.contains('\\'))?;
                rfc3339::check(plain).ok().map(|_| end)
            }
        },
        Text::Enum(texts) => {
            let end = string::<S>(buffer, at + 1)?;
            texts.iter().any(|allowed| **allowed == *inner(end)).then_some(end)
        }
    }
}

/// Returns the position after the string whose text begins at `start`. Rejects unpaired surrogates.
#[inline(always)]
fn string<S: Simd>(buffer: &[u8], start: usize) -> Option<usize> {
    token::string::<S>(buffer, start).ok().filter(|text| !text.is_lone).map(|text| text.end)
}

// A step is compared with two vectors of the buffer.
const _: () = assert!(PADDING >= 2 * LANES);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::PADDING;

    #[test]
    fn contains_is_supported() {
        let call = r#"{"type":"object","properties":{"id":{"const":"b"}},"required":["id"]}"#;
        for (schema, text, is_accepted) in [
            (r#"{"contains":{"type":"null"}}"#, "[1, null ]", true),
            (r#"{"contains":{"type":"null"}}"#, "[ null,1]", true),
            (r#"{"contains":{"type":"null"}}"#, "[1,2]", false),
            (r#"{"contains":{"type":"null"}}"#, "[]", false),
            (r#"{"contains":{"type":"null"}}"#, "{}", true),
            (r#"{"contains":{"type":"null"},"maxItems":1}"#, "[null,1]", false),
            (r#"{"contains":true}"#, "[[]]", true),
            (r#"{"contains":false}"#, "[[]]", false),
            // These keywords are not supported.
            (r#"{"contains":{"contains":true}}"#, "[[1]]", false),
            (r#"{"contains":true,"minContains":0}"#, "[]", false),
            (&format!(r#"{{"contains":{call}}}"#), r#"[{"id":"a"},{"id":"b"},{"id":"c"}]"#, true),
            (&format!(r#"{{"contains":{call}}}"#), r#"[{"id":"a"},{"x":"b"},{"id":["b"]}]"#, false),
            (&format!(r#"{{"items":{{"contains":{call}}}}}"#), r#"[[{"id":"b"}],[7,{"id":"b"}]]"#, true),
            (&format!(r#"{{"items":{{"contains":{call}}}}}"#), r#"[[{"id":"b"}],[[{"id":"b"}]]]"#, false),
        ] {
            let mut acceptor = FastValidator::compile(&serde_json::from_str(schema).expect("a schema"), "");
            let buffer = [text.as_bytes(), &[0; PADDING]].concat();
            assert_eq!(acceptor.accept(&buffer, 0).is_some(), is_accepted, "{schema} {text}");
        }
    }

    #[test]
    fn rejected_values_have_a_pointer() {
        let schema = serde_json::json!({"items": {"properties": {
            "a~b": {"type": "string"}, "o": {"required": ["x"], "properties": {"y": {"type": "null"}}}, "u": {"pattern": "x"}
        }}});
        let mut acceptor = FastValidator::compile(&schema, "");
        let text = r#"[{"a~b":1,"o":{"x":0}}, {"o":{"y":1}, "u":[2,{}]},{"o":{"x":1,"y":2}},{"a~b":"good"}]"#;
        let (end, misses) = acceptor.accept_most(&[text.as_bytes(), &[0; PADDING]].concat(), 0).expect("JSON");
        assert_eq!(end, text.len());
        let named: Vec<(&str, &str, &str)> =
            misses.iter().map(|miss| (&*miss.pointer, acceptor.location(miss), &text[miss.at..][..1])).collect();
        assert_eq!(
            named,
            [
                ("/0/a~0b", "/items/properties/a~0b", "1"),
                ("/1/o", "/items/properties/o", "{"),
                ("/1/u", "/items/properties/u", "["),
                ("/2/o/y", "/items/properties/o/properties/y", "2"),
            ]
        );
        assert!(acceptor.accept(&[text.as_bytes(), &[0; PADDING]].concat(), 0).is_none());
        let broken = text.replace("[2,", "[2;");
        assert!(acceptor.accept_most(&[broken.as_bytes(), &[0; PADDING]].concat(), 0).is_none());
    }

    #[test]
    fn utf8_is_validated_at_every_position() {
        let good = ["é", "€", "\u{1F4DE}"].map(str::as_bytes);
        let bad: [&[u8]; 5] = [b"\xC3", b"\xA9", b"\xED\xA0\x80", b"\xF0\x9F\x93", b"\xFF"];
        let mut acceptor = FastValidator::compile(&true.into(), "");
        for (before, between) in (0..70).flat_map(|before| [0, 1, 23, 46, 69].map(|between| (before, between))) {
            for one in good.iter().chain(&bad) {
                for other in good.iter().chain(&bad) {
                    let text = [&vec![b'a'; before], *one, &vec![b'a'; between], other].concat();
                    let buffer = [b"\"", &text[..], b"\"", &[0; PADDING]].concat();
                    assert_eq!(acceptor.accept(&buffer, 0).is_some(), std::str::from_utf8(&text).is_ok(), "{text:?}");
                }
            }
        }
    }
}
