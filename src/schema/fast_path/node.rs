//! What the fast pass knows of a schema: a node for each schema object in it, with the member names that its objects have had.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use serde_json::Value as Serde;

use super::FastValidator;
use super::conditions::{Branch, Condition};
pub(super) use crate::json::push_token;
use crate::json::{LANES, Simd};
use crate::schema::captures::{CaptureSpec, Captures, Holder};

/// Bits of [`Node::types`].
pub(super) mod types {
    pub(crate) const NULL: u8 = 1;
    pub(crate) const TRUE: u8 = 2;
    pub(crate) const FALSE: u8 = 128;
    pub(crate) const BOOLEAN: u8 = TRUE | FALSE;
    pub(crate) const NUMBER: u8 = 4;
    pub(crate) const INTEGER: u8 = 8;
    pub(crate) const STRING: u8 = 16;
    pub(crate) const ARRAY: u8 = 32;
    pub(crate) const OBJECT: u8 = 64;
    pub(crate) const ALL: u8 = NULL | BOOLEAN | NUMBER | INTEGER | STRING | ARRAY | OBJECT;
}

/// What one schema object asks for.
#[derive(Clone)]
pub(super) struct Node {
    /// Where it lies, as a JSON Pointer from the schema of the pass.
    pub location: String,
    /// Whether every keyword is known here. Otherwise nothing is accepted.
    pub is_known: bool,
    /// The types that it accepts.
    pub types: u8,
    pub text: Text,
    /// The node of an array's elements.
    pub items: usize,
    /// The nodes of the members that the schema describes, and their bit in `required`.
    pub properties: HashMap<Vec<u8>, (usize, u64)>,
    /// A bit for each required member.
    pub required: u64,
    /// The node that one of an array's elements must fit.
    pub contains: Option<usize>,
    /// How many elements and how many members there may be.
    pub elements: RangeInclusive<u64>,
    pub members: RangeInclusive<u64>,
    /// Only the members that the schema describes may be there.
    pub is_closed: bool,
    /// The node of the members that the schema does not describe.
    pub others: usize,
    /// What its members are to the rules.
    pub holder: Option<Holder>,
    /// The schema does not have it: HubSpot's types do.
    pub is_of_types: bool,
    pub names: Names,
    /// What is asked of an object besides.
    pub branches: Vec<Branch>,
    pub conditions: Vec<Condition>,
}

#[derive(Clone)]
pub(super) enum Text {
    Any,
    DateTime,
    /// The allowed texts, as they are written without escapes.
    Enum(Vec<Vec<u8>>),
}

/// The node that accepts everything.
pub(super) const ANY: usize = 0;

/// Any number of elements or members.
const ANY_NUMBER: RangeInclusive<u64> = 0..=u64::MAX;

impl Node {
    pub(super) fn takes_any_object(&self) -> bool {
        self.others == ANY
            && self.properties.is_empty()
            && self.conditions.is_empty()
            && self.members == ANY_NUMBER
            && !self.is_closed
    }

    pub(super) fn takes_any_array(&self) -> bool {
        self.items == ANY && self.elements == ANY_NUMBER && self.contains.is_none()
    }
}

/// The member names that objects of one kind have had.
#[derive(Clone, Default)]
pub(super) struct Names {
    pub list: Vec<Name>,
    /// What branches ask of each: their places, and the nodes.
    pub asked: Vec<Vec<(usize, usize)>>,
    /// Place in `list` by the name as it is written.
    pub places: HashMap<Vec<u8>, u16, foldhash::fast::FixedState>,
    /// What followed last time, by the member before it: at 0 behind the opening brace, at n + 1 behind name n.
    pub steps: Vec<[Step; 2]>,
    /// A bit for each name that objects have had, and for each that had a value which is not null.
    noted: [[u64; NAMES / 64]; 2],
}

impl Names {
    /// Notes the names of an object, and which of its values are null.
    #[inline]
    pub(super) fn note(&mut self, seen: &[u64; NAMES / 64], nulls: &[u64; NAMES / 64]) {
        for (word, (seen, nulls)) in seen.iter().zip(nulls).enumerate() {
            self.noted[0][word] |= seen;
            self.noted[1][word] |= seen & !nulls;
        }
    }

    /// Tells the names that were noted, and forgets them.
    pub(super) fn take_noted(&mut self, mut told: impl FnMut(&[u8], bool)) {
        for (name, place) in &self.places {
            let (word, bit) = (usize::from(*place) / 64, 1 << (place % 64));
            if self.noted[0][word] & bit != 0 {
                told(name, self.noted[1][word] & bit != 0);
            }
        }
        self.noted = Default::default();
    }
}

/// So many names of one kind of object are kept apart.
pub(super) const NAMES: usize = 256;

#[derive(Clone, Copy)]
pub(super) struct Name {
    pub node: usize,
    /// What its value is to the rules.
    pub field: u8,
    pub required: u64,
    /// Branches ask something of it, see [`Names::asked`].
    pub is_asked: bool,
}

/// The bytes between the end of one value and the beginning of the next, and the name in them.
#[derive(Clone, Copy)]
pub(super) struct Step {
    pub text: [[u8; LANES]; 2],
    /// Bytes of `text` that count; 0 where nothing was learned.
    pub length: usize,
    pub name: u16,
}

pub(super) const NOTHING: Step = Step { text: [[0; LANES]; 2], length: 0, name: 0 };

impl Step {
    #[inline(always)]
    pub(super) fn is_at<S: Simd>(&self, rest: &[u8]) -> bool {
        let (chunks, _) = rest.as_chunks::<LANES>();
        match chunks {
            [first, second, ..] => {
                S::same(first, &self.text[0], self.length.min(LANES))
                    && self.length != 0
                    && (self.length <= LANES || S::same(second, &self.text[1], self.length - LANES))
            }
            _ => false,
        }
    }
}

impl FastValidator {
    /// Compiles the part of a schema that lies at `pointer`. Where that part has a keyword that is not known here, nothing is accepted.
    pub fn compile(schema: &Serde, pointer: &str) -> FastValidator {
        let mut acceptor = FastValidator {
            nodes: Vec::new(),
            open: Vec::new(),
            sides: Vec::new(),
            misses: Vec::new(),
            fields: Captures::default(),
            captures: None,
            records: Vec::new(),
            is_unusual: false,
            knows_all: true,
            is_in_contains: false,
        };
        let any = Node {
            location: String::new(),
            is_known: true,
            types: types::ALL,
            text: Text::Any,
            items: ANY,
            properties: HashMap::new(),
            required: 0,
            contains: None,
            elements: ANY_NUMBER,
            members: ANY_NUMBER,
            is_closed: false,
            others: ANY,
            holder: None,
            is_of_types: false,
            names: Names::default(),
            branches: Vec::new(),
            conditions: Vec::new(),
        };
        acceptor.nodes.push(any.clone());
        // The root is compiled to the place behind it.
        acceptor.nodes.push(any);
        let root = acceptor.node(schema.pointer(pointer).unwrap_or(&Serde::Bool(false)), "");
        acceptor.nodes[ROOT] = acceptor.nodes[root].clone();
        acceptor
    }

    /// The same with the types of a specification, and with what it captures. Values that only these types do not accept are told apart
    /// ([`FastValidator::is_of_types`]).
    pub fn compile_with(captures: &'static CaptureSpec, schema: &Serde, pointer: &str) -> FastValidator {
        let types: Serde = serde_json::from_str(captures.types).expect("the types are JSON");
        let (mut all, mut added) = (schema.clone(), Vec::new());
        add(&mut all, types, &mut String::new(), &mut added);
        let mut acceptor = FastValidator::compile(&all, pointer);
        acceptor.captures = Some(captures);
        for node in &mut acceptor.nodes[ROOT..] {
            let place = [pointer, &node.location].concat();
            node.is_of_types = added.iter().any(|added| place.starts_with(added));
            node.holder = match place.as_str() {
                "" => Some(Holder::Root),
                place if place == captures.item => Some(Holder::Item),
                place if place == captures.properties => Some(Holder::Properties),
                _ => None,
            };
        }
        acceptor
    }

    /// Compiles the schema at this place.
    pub(super) fn node(&mut self, schema: &Serde, location: &str) -> usize {
        let node = match schema {
            Serde::Bool(true) => return ANY,
            Serde::Object(keywords) => self.known(keywords, location),
            _ => None,
        };
        self.knows_all &= node.is_some();
        let node = node.unwrap_or_else(|| Node { is_known: false, types: 0, ..self.nodes[ANY].clone() });
        self.nodes.push(Node { location: location.to_owned(), ..node });
        self.nodes.len() - 1
    }

    fn known(&mut self, keywords: &serde_json::Map<String, Serde>, location: &str) -> Option<Node> {
        let mut node = self.nodes[ANY].clone();
        let none = serde_json::Map::new();
        let mut described = &none;
        let mut allowed = None;
        for (keyword, value) in keywords {
            match (keyword.as_str(), value) {
                ("type", Serde::String(kind)) => node.types = type_bits(kind),
                ("type", Serde::Array(kinds)) => {
                    node.types = kinds.iter().filter_map(Serde::as_str).fold(0, |bits, kind| bits | type_bits(kind));
                }
                ("items", schema @ (Serde::Object(_) | Serde::Bool(_))) => {
                    node.items = self.node(schema, &deeper(location, &["items"]));
                }
                ("properties", Serde::Object(members)) => described = members,
                ("required", Serde::Array(names)) if names.len() <= 64 => {
                    for name in names.iter().filter_map(Serde::as_str) {
                        let bit = 1u64 << node.properties.len();
                        node.required |= bit;
                        node.properties.insert(name.as_bytes().to_vec(), (ANY, bit));
                    }
                }
                ("format", Serde::String(format)) if format == "date-time" => node.text = Text::DateTime,
                ("enum", Serde::Array(values)) => allowed = Some(values_of(values)?),
                ("const", value) => allowed = Some(values_of(std::slice::from_ref(value))?),
                // Inside another one it would be looked for again and again.
                ("contains", schema) if !self.is_in_contains => {
                    self.is_in_contains = true;
                    node.contains = Some(self.node(schema, &deeper(location, &["contains"])));
                    self.is_in_contains = false;
                }
                ("minItems", limit) => node.elements = limit.as_u64()?..=*node.elements.end(),
                ("maxItems", limit) => node.elements = *node.elements.start()..=limit.as_u64()?,
                ("minProperties", limit) => node.members = limit.as_u64()?..=*node.members.end(),
                ("maxProperties", limit) => node.members = *node.members.start()..=limit.as_u64()?,
                ("additionalProperties", Serde::Bool(is_open)) => node.is_closed |= !is_open,
                ("additionalProperties", schema @ Serde::Object(_)) => {
                    node.others = self.node(schema, &deeper(location, &["additionalProperties"]));
                }
                ("unevaluatedProperties" | "unevaluatedItems", Serde::Bool(true)) => {}
                ("if" | "then" | "else" | "not", _) | ("allOf" | "anyOf" | "oneOf", Serde::Array(_)) => {}
                (
                    "$schema" | "$comment" | "$defs" | "definitions" | "title" | "description" | "default" | "example"
                    | "examples" | "deprecated" | "readOnly" | "writeOnly",
                    _,
                ) => {}
                _ => return None,
            }
        }
        // The order of keywords must not matter.
        if let Some((types, texts)) = allowed {
            if ["format", "const", "enum"].iter().filter(|keyword| keywords.contains_key(**keyword)).count() > 1 {
                return None;
            }
            (node.types, node.text) = (node.types & types, Text::Enum(texts));
        }
        self.conditions(keywords, &mut node, location)?;
        let is_described = |name: &[u8]| std::str::from_utf8(name).is_ok_and(|name| described.contains_key(name));
        // What is required and not described may not be there.
        if node.is_closed && node.properties.keys().any(|name| !is_described(name)) {
            return None;
        }
        for (name, schema) in described {
            let child = self.node(schema, &deeper(location, &["properties", name]));
            node.properties.entry(name.as_bytes().to_vec()).or_insert((ANY, 0)).0 = child;
        }
        // What is only required is one of the others.
        for (name, (child, _)) in &mut node.properties {
            if !is_described(name) {
                *child = node.others;
            }
        }
        Some(node)
    }
}

/// Adds members to an object, in depth. `added` are the JSON Pointers of what was not there, `place` is that of the object.
fn add(to: &mut Serde, more: Serde, place: &mut String, added: &mut Vec<String>) {
    let (Serde::Object(to), Serde::Object(more)) = (to, more) else { return };
    for (name, value) in more {
        let length = place.len();
        push_token(place, &name);
        match to.get_mut(&name) {
            Some(inner) => add(inner, value, place, added),
            None => {
                added.push(place.clone());
                to.insert(name, value);
            }
        }
        place.truncate(length);
    }
}

/// Where [`FastValidator::compile`] puts the schema itself.
pub(super) const ROOT: usize = 1;

/// The JSON Pointer with these tokens behind it.
pub(super) fn deeper(location: &str, tokens: &[&str]) -> String {
    let mut deeper = location.to_owned();
    tokens.iter().for_each(|token| push_token(&mut deeper, token));
    deeper
}

/// The types of some simple values, and the texts among them as they are written without escapes.
fn values_of(values: &[Serde]) -> Option<(u8, Vec<Vec<u8>>)> {
    let (mut bits, mut texts) = (0, Vec::new());
    for value in values {
        bits |= match value {
            Serde::Null => types::NULL,
            Serde::Bool(true) => types::TRUE,
            Serde::Bool(false) => types::FALSE,
            Serde::String(text) if is_plain(text) => {
                texts.push(text.as_bytes().to_vec());
                types::STRING
            }
            _ => return None,
        };
    }
    Some((bits, texts))
}

fn type_bits(kind: &str) -> u8 {
    match kind {
        "null" => types::NULL,
        "boolean" => types::BOOLEAN,
        "number" => types::NUMBER | types::INTEGER,
        "integer" => types::INTEGER,
        "string" => types::STRING,
        "array" => types::ARRAY,
        "object" => types::OBJECT,
        _ => 0,
    }
}

pub(super) fn type_list(value: &Serde) -> u8 {
    match value {
        Serde::String(kind) => type_bits(kind),
        Serde::Array(kinds) => kinds.iter().filter_map(Serde::as_str).fold(0, |bits, kind| bits | type_bits(kind)),
        _ => 0,
    }
}

/// Whether the text is written in JSON as it is.
pub(super) fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| (0x20..0x7F).contains(&byte) && !matches!(byte, b'"' | b'\\' | b'/'))
}
