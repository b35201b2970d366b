//! The fast way to "nothing to report": one pass over the bytes that accepts only JSON which has no duplicate names and no lone surrogates
//! and satisfies a schema made of the common keywords. Whatever it does not accept is checked again, by the scanner and by `jsonschema`:
//! this pass never says that something is wrong, so it needs no words, no tape and no spans. But it says which values it does not accept
//! ([`Rejected`]), so that only those are checked again.
//!
//! Objects of one kind have the same members in the same order, written the same way. So the bytes between two values (`,"createdAt":`) are
//! remembered and compared whole: a member name that was expected costs one comparison. Names are numbered per kind of object; a
//! bit for each finds duplicates.

mod conditions;
mod node;

use crate::json::token::{self, blank};
use crate::json::{Base, LANES, PADDING, Simd, Work, fastest};
use crate::rfc3339;
use crate::schema::captures::{CaptureSpec, Captures, Holder, NO_SLOT};
use conditions::Side;
use node::{ANY, NAMES, NOTHING, Name, Node, ROOT, Step, Text, push_token, types};

/// The compiled schema and what was learned of the input so far. Learning changes the speed, never the answer.
#[derive(Clone)]
pub struct FastValidator {
    nodes: Vec<Node>,
    open: Vec<Frame>,
    /// Of the open objects that conditions are asked of.
    sides: Vec<Side>,
    misses: Vec<Rejected>,
    /// Where the members are that rules look at: of the answer and its last result, and of all results.
    fields: Captures,
    records: Vec<Captures>,
    captures: Option<&'static CaptureSpec>,
    /// HubSpot's types did not accept a value.
    is_unusual: bool,
    knows_all: bool,
    /// While the schema is compiled.
    is_in_contains: bool,
}

/// A value that was not accepted, while everything around it was. It is JSON without repeated names.
#[derive(Debug, Clone)]
pub struct Rejected {
    /// Where it begins.
    pub at: usize,
    /// The node that did not accept it.
    node: usize,
    /// Its JSON Pointer, from the value that the pass began with.
    pub pointer: String,
    /// Whether it is the value of a member.
    pub is_member: bool,
}

/// An open object or array.
#[derive(Clone, Copy)]
struct Frame {
    node: u32,
    is_object: bool,
    /// Where it begins.
    start: usize,
    /// Index into [`node::Names::steps`]; of an array the number of its elements before the one at hand.
    last: usize,
    required: u64,
    /// A bit for each name.
    seen: [u64; NAMES / 64],
    /// A bit for each name whose value is null.
    nulls: [u64; NAMES / 64],
}

impl Frame {
    fn new(node: usize, is_object: bool, start: usize) -> Frame {
        Frame {
            node: node as u32,
            is_object,
            start,
            last: 0,
            required: 0,
            seen: [0; NAMES / 64],
            nulls: [0; NAMES / 64],
        }
    }

    fn node(&self) -> usize {
        self.node as usize
    }
}

/// What [`Frame::seen`] has for an array with `contains`: where the element at hand begins, and whether one has fitted.
const ELEMENT: usize = 0;
const FITTED: usize = 1;

/// Deeper values are left to the scanner: it knows how deep the value itself stands.
const DEEPEST: usize = crate::json::MAX_DEPTH - 2;

/// A value in which more is not accepted is checked as a whole.
const MISSES: usize = 8;

impl FastValidator {
    /// Whether every keyword of the schema is known here: then there is something to report of nearly all that is not accepted.
    pub fn knows_all(&self) -> bool {
        self.knows_all
    }

    /// Where the value ends that begins at `at` (or behind white space there), if there is nothing to report of it. `buffer` ends
    /// with [`PADDING`] bytes of NUL that are not part of the text.
    pub fn accept(&mut self, buffer: &[u8], at: usize) -> Option<usize> {
        self.pass(buffer, at, 0)
    }

    /// The same if there is nothing to report but of a few values in it.
    pub fn accept_most(&mut self, buffer: &[u8], at: usize) -> Option<(usize, Vec<Rejected>)> {
        let end = self.pass(buffer, at, MISSES)?;
        Some((end, std::mem::take(&mut self.misses)))
    }

    /// Where the schema lies that did not accept this value, from the schema of this pass: a JSON Pointer.
    pub fn location(&self, miss: &Rejected) -> &str {
        &self.nodes[miss.node].location
    }

    /// Whether the schema itself accepts this value, and only HubSpot's types do not.
    pub fn is_of_types(&self, miss: &Rejected) -> bool {
        self.nodes[miss.node].is_of_types
    }

    /// Whether HubSpot's types do not accept a value of what was passed over last.
    pub fn is_unusual(&self) -> bool {
        self.is_unusual
    }

    /// Where the members are that rules look at: those of the answer, and of the result that was accepted last.
    pub fn fields(&self) -> &Captures {
        &self.fields
    }

    /// The names of properties that were passed over since this was asked last, and whether any of them had a value that is not null.
    pub fn take_properties(&mut self, mut told: impl FnMut(&str, bool)) {
        for node in self.nodes.iter_mut().filter(|node| node.holder == Some(Holder::Properties)) {
            node.names.take_noted(|name, has_value| {
                if let Ok(name) = std::str::from_utf8(name) {
                    told(name, has_value);
                }
            });
        }
    }

    /// The fields of each result.
    pub fn records(&self) -> &[Captures] {
        &self.records
    }

    fn pass(&mut self, buffer: &[u8], at: usize, most: usize) -> Option<usize> {
        self.open.clear();
        self.sides.clear();
        self.misses.clear();
        self.records.clear();
        let keeps = self.nodes[ROOT].holder == Some(Holder::Root);
        if keeps {
            self.fields = Captures::default();
        }
        self.is_unusual = false;
        let captures = self.captures;
        let FastValidator { nodes, open, sides, misses, fields, records, is_unusual, .. } = self;
        let node = ROOT;
        fastest(Pass {
            buffer,
            nodes,
            open,
            sides,
            misses,
            fields,
            records,
            captures,
            is_unusual,
            keeps,
            most,
            from: at,
            node,
        })
    }
}

/// One pass over a value.
struct Pass<'p> {
    buffer: &'p [u8],
    nodes: &'p mut Vec<Node>,
    open: &'p mut Vec<Frame>,
    sides: &'p mut Vec<Side>,
    misses: &'p mut Vec<Rejected>,
    fields: &'p mut Captures,
    records: &'p mut Vec<Captures>,
    captures: Option<&'static CaptureSpec>,
    is_unusual: &'p mut bool,
    /// Whether the fields of each result are kept.
    keeps: bool,
    /// So many misses may be.
    most: usize,
    /// Where the value begins, and the node that checks it.
    from: usize,
    node: usize,
}

impl Work<Option<usize>> for Pass<'_> {
    #[inline(always)]
    fn run<S: Simd>(mut self) -> Option<usize> {
        self.value::<S>()
    }
}

impl Pass<'_> {
    #[inline(always)]
    fn value<S: Simd>(&mut self) -> Option<usize> {
        let buffer = self.buffer;
        let (mut at, mut index) = (blank(buffer, self.from), self.node);
        // The member whose value is at hand.
        let mut field = NO_SLOT;
        loop {
            // A value begins here.
            let node = &self.nodes[index];
            let end = match buffer[at] {
                b'"' if node.types & types::STRING != 0 => text::<S>(&node.text, buffer, at),
                b'n' if node.types & types::NULL != 0 => {
                    if let Some(frame) = self.open.last_mut().filter(|frame| frame.is_object && frame.last > 0) {
                        frame.nulls[(frame.last - 1) / 64] |= 1 << ((frame.last - 1) % 64);
                    }
                    token::word(buffer, at, b"null").ok()
                }
                b't' if node.types & types::TRUE != 0 => token::word(buffer, at, b"true").ok(),
                b'f' if node.types & types::FALSE != 0 => token::word(buffer, at, b"false").ok(),
                b'-' | b'0'..=b'9' if node.types & (types::NUMBER | types::INTEGER) != 0 => token::number(buffer, at)
                    .ok()
                    .filter(|(_, is_whole)| node.types & types::NUMBER != 0 || *is_whole)
                    .map(|(end, _)| end),
                b'{' if node.types & types::OBJECT != 0 && self.open.len() < DEEPEST => {
                    self.open.push(Frame::new(index, true, at));
                    if node.holder == Some(Holder::Item) {
                        if let Some(captures) = self.captures {
                            self.fields.next_item(captures.first_item_slot);
                            self.fields.set_slot(captures.item_slot, at, at);
                        }
                        field = NO_SLOT;
                    }
                    if !node.conditions.is_empty() {
                        self.sides.push(Side::new(self.open.len()));
                    }
                    Some(at + 1)
                }
                b'[' if node.types & types::ARRAY != 0 && self.open.len() < DEEPEST => {
                    self.fields.set_slot(field, at, at + 1);
                    field = NO_SLOT;
                    let inside = blank(buffer, at + 1);
                    if buffer[inside] == b']' {
                        (node.elements.contains(&0) && node.contains.is_none()).then_some(inside + 1)
                    } else {
                        let items = node.items;
                        let mut frame = Frame::new(index, false, at);
                        frame.seen[ELEMENT] = inside as u64;
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
                    self.fields.set_slot(field, at, end);
                    at = end;
                }
                None if index == ANY => return None,
                None => {
                    self.miss(at, index)?;
                    index = ANY;
                    continue;
                }
            }
            // What follows belongs to the container around it.
            loop {
                let depth = self.open.len();
                let Some(frame) = self.open.last_mut() else { return Some(at) };
                if frame.is_object {
                    if let Some(side) = self.sides.last_mut().filter(|side| side.member > 0 && side.depth == depth) {
                        let names = &self.nodes[frame.node()].names;
                        let text = buffer.get(side.value..at)?;
                        conditions::look(self.nodes, &names.asked[side.member - 1], text, side);
                    }
                    let names = &self.nodes[frame.node()].names;
                    let rest = &buffer[at..];
                    let step =
                        names.steps.get(frame.last).and_then(|steps| steps.iter().find(|step| step.is_at::<S>(rest)));
                    if let Some(step) = step {
                        let place = usize::from(step.name);
                        let (word, bit) = (place / 64, 1u64 << (place % 64));
                        if frame.seen[word] & bit != 0 {
                            return None;
                        }
                        frame.seen[word] |= bit;
                        let name = names.list[place];
                        frame.required |= name.required;
                        frame.last = place + 1;
                        at += step.length;
                        index = name.node;
                        field = name.field;
                        if name.is_asked
                            && let Some(side) = self.sides.last_mut()
                        {
                            (side.member, side.value) = (place + 1, at);
                        }
                        break;
                    }
                    match self.member(at)? {
                        Member::Next { value, node, field: next } => {
                            (at, index, field) = (value, node, next);
                            break;
                        }
                        Member::End(end) => at = end,
                    }
                } else {
                    let (node, here) = (&self.nodes[frame.node()], blank(buffer, at));
                    // Of an array it is the number of elements before this one.
                    frame.last += 1;
                    let wanted = node.contains.filter(|_| frame.seen[FITTED] == 0);
                    match buffer[here] {
                        b',' => {
                            (at, index) = (blank(buffer, here + 1), node.items);
                            field = NO_SLOT;
                            let begin = std::mem::replace(&mut frame.seen[ELEMENT], at as u64);
                            if let Some(wanted) = wanted {
                                self.look_for(wanted, begin);
                            }
                            break;
                        }
                        b']' => {
                            let fits = node.elements.contains(&(frame.last as u64));
                            let begin = frame.seen[ELEMENT];
                            let fits = fits && wanted.is_none_or(|wanted| self.look_for(wanted, begin));
                            self.close(fits)?;
                            at = here + 1;
                        }
                        _ => return None,
                    }
                }
            }
        }
    }

    /// Whether the element that begins there fits what its array must contain, as far as that is known here.
    #[cold]
    fn look_for(&mut self, node: usize, begin: u64) -> bool {
        let (open, sides, misses) = (&mut Vec::new(), &mut Vec::new(), &mut Vec::new());
        let (buffer, nodes, captures) = (self.buffer, &mut *self.nodes, self.captures);
        let (fields, records, from) = (&mut Captures::default(), &mut Vec::new(), begin as usize);
        let (is_unusual, keeps, most) = (&mut false, false, 0);
        let pass =
            Pass { buffer, nodes, open, sides, misses, fields, records, captures, is_unusual, keeps, most, from, node };
        let fits = fastest(pass).is_some();
        if let Some(array) = self.open.last_mut() {
            array.seen[FITTED] |= u64::from(fits);
        }
        fits
    }

    /// The innermost container ends.
    #[inline(always)]
    fn close(&mut self, fits: bool) -> Option<()> {
        let Frame { node, start, .. } = self.open.pop()?;
        if fits { Some(()) } else { self.miss_all(start, node as usize) }
    }

    /// What a container does not fit may be what its values do not fit: it is checked in their place.
    #[cold]
    fn miss_all(&mut self, start: usize, node: usize) -> Option<()> {
        self.misses.truncate(self.misses.partition_point(|miss| miss.at < start));
        self.miss(start, node)
    }

    /// Remembers a value that its node does not accept; none where there are too many.
    #[cold]
    fn miss(&mut self, at: usize, node: usize) -> Option<()> {
        if self.misses.len() == self.most {
            return None;
        }
        let mut pointer = String::with_capacity(64);
        for frame in self.open.iter() {
            if frame.is_object {
                let places = &self.nodes[frame.node()].names.places;
                let (name, _) = places.iter().find(|(_, place)| usize::from(**place) + 1 == frame.last)?;
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

    /// The slow way to the next member of the innermost object: learns its name and the bytes before its value.
    fn member(&mut self, from: usize) -> Option<Member> {
        let buffer = self.buffer;
        let frame = *self.open.last()?;
        let mut at = blank(buffer, from);
        if buffer[at] == b'}' {
            let node = &self.nodes[frame.node()];
            // Counting takes long where the processor may be an old one.
            let count = || frame.seen.iter().map(|word| u64::from(word.count_ones())).sum();
            let is_number = node.members == (0..=u64::MAX) || node.members.contains(&count());
            let mut fits = frame.required == node.required && is_number;
            if !node.conditions.is_empty() {
                let seen = |place: usize| frame.seen[place / 64] & (1 << (place % 64)) != 0;
                fits &= self.sides.pop().is_some_and(|side| node.holds(&side, seen));
            }
            if node.holder == Some(Holder::Properties) {
                self.nodes[frame.node()].names.note(&frame.seen, &frame.nulls);
            }
            let node = &self.nodes[frame.node()];
            if self.keeps && node.holder == Some(Holder::Item) {
                self.records.extend_from_slice(std::slice::from_ref(&*self.fields));
            }
            self.close(fits)?;
            return Some(Member::End(at + 1));
        }
        if frame.last > 0 {
            if buffer[at] != b',' {
                return None;
            }
            at = blank(buffer, at + 1);
        }
        if buffer[at] != b'"' {
            return None;
        }
        let start = at + 1;
        let end = string::<Base>(buffer, start)?;
        let name = &buffer[start..end - 1];
        if memchr::memchr(b'\\', name).is_some() {
            return None;
        }
        at = blank(buffer, end);
        if buffer[at] != b':' {
            return None;
        }
        at = blank(buffer, at + 1);
        let node = &mut self.nodes[frame.node()];
        let place = match node.names.places.get(name) {
            Some(place) => *place,
            None => {
                let place = node.names.list.len();
                if place == NAMES {
                    return None;
                }
                let described = node.properties.get(name).copied();
                if node.is_closed && described.is_none() {
                    return None;
                }
                let (child, required) = described.unwrap_or((node.others, 0));
                let asked = node.asked(name);
                let slot = |holder| self.captures.map_or(NO_SLOT, |captures| (captures.slot)(holder, name));
                let field = node.holder.map_or(NO_SLOT, slot);
                node.names.list.push(Name { node: child, required, is_asked: !asked.is_empty(), field });
                node.names.asked.push(asked);
                node.names.places.insert(name.to_vec(), place as u16);
                node.names.steps.resize(place + 2, [NOTHING; 2]);
                place as u16
            }
        };
        let text = &buffer[from..at];
        if text.len() <= 2 * LANES {
            let mut step = Step { length: text.len(), name: place, ..NOTHING };
            step.text.as_flattened_mut()[..text.len()].copy_from_slice(text);
            let steps = &mut node.names.steps[frame.last];
            *steps = [step, steps[0]];
        }
        let name = node.names.list[usize::from(place)];
        let frame = self.open.last_mut()?;
        let (word, bit) = (usize::from(place) / 64, 1u64 << (place % 64));
        if frame.seen[word] & bit != 0 {
            return None;
        }
        frame.seen[word] |= bit;
        frame.required |= name.required;
        frame.last = usize::from(place) + 1;
        if name.is_asked
            && let Some(side) = self.sides.last_mut()
        {
            (side.member, side.value) = (frame.last, at);
        }
        Some(Member::Next { value: at, node: name.node, field: name.field })
    }
}

enum Member {
    /// Where its value begins, and the node that checks it.
    Next { value: usize, node: usize, field: u8 },
    /// The object ends before this offset.
    End(usize),
}

/// The position behind the closing quote of the string whose text begins at `start`; none where a surrogate is alone in it.
#[inline(always)]
fn string<S: Simd>(buffer: &[u8], start: usize) -> Option<usize> {
    token::string::<S>(buffer, start).ok().filter(|text| !text.is_lone).map(|text| text.end)
}

/// Past the string that begins at `at`, if it fits.
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
            texts.iter().any(|allowed| allowed.as_slice() == inner(end)).then_some(end)
        }
    }
}

const _: () = assert!(PADDING >= 2 * LANES);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::PADDING;

    #[test]
    fn what_an_array_must_contain_is_looked_for() {
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
            // Of these nothing is known here.
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
    fn values_that_are_not_accepted_are_named() {
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
    fn bytes_beyond_ascii_are_checked_wherever_they_stand() {
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
