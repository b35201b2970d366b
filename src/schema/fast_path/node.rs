//! The compiled schema of the fast path: one node per schema object, with the member names of its objects so far.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;

use serde_json::{Map, Value as Serde};

use super::FastValidator;
use super::conditions::{Branch, Condition};
pub(super) use crate::json::push_token;
use crate::json::{LANES, Simd};
use crate::schema::captures::{CaptureSpec, Captures, Holder};

/// Bits of [`CompiledNode::types`].
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

/// The supported keywords of one schema object.
#[derive(Clone)]
pub(super) struct CompiledNode {
    /// JSON Pointer of the schema object, from the schema of the validator.
    pub location: Cow<'static, str>,
    /// True if all its keywords are supported. Otherwise it accepts nothing.
    pub is_known: bool,
    /// The accepted types, as bits of [`types`].
    pub types: u8,
    pub text: Text,
    /// The node of the elements.
    pub items: usize,
    /// The node and the bit in `required` of each member that the schema names.
    pub properties: BTreeMap<Cow<'static, [u8]>, (usize, u64)>,
    /// A bit for each required member.
    pub required: u64,
    /// The node that at least one element must match.
    pub contains: Option<usize>,
    /// The allowed numbers of elements.
    pub elements: RangeInclusive<u64>,
    /// The allowed numbers of members.
    pub members: RangeInclusive<u64>,
    /// True if members that the schema does not describe are rejected.
    pub is_closed: bool,
    /// The node of the members that the schema does not describe.
    pub others: usize,
    /// The kind of object whose fields are captured.
    pub holder: Option<Holder>,
    /// True if the subschema comes from HubSpot's types, not from the schema.
    pub is_of_types: bool,
    pub names: Names,
    /// The subschemas of `conditions`.
    pub branches: Vec<Branch>,
    pub conditions: Vec<Condition>,
}

#[derive(Clone)]
pub(super) enum Text {
    Any,
    DateTime,
    /// The allowed texts, which do not contain escapes.
    Enum(Vec<Cow<'static, [u8]>>),
}

/// Index of the node that accepts everything.
pub(super) const ANY: usize = 0;

/// Index of the node of the schema itself.
pub(super) const ROOT: usize = 1;

pub(super) const ANY_NUMBER: RangeInclusive<u64> = 0..=u64::MAX;

impl CompiledNode {
    /// The node of the schema `true`.
    pub(super) fn any() -> CompiledNode {
        CompiledNode {
            location: Cow::Borrowed(""),
            is_known: true,
            types: types::ALL,
            text: Text::Any,
            items: ANY,
            properties: BTreeMap::new(),
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
        }
    }

    /// Adds the names of `required`; their nodes follow in [`FastValidator::compile_members`].
    fn require(&mut self, names: &[Serde]) {
        for name in names.iter().filter_map(Serde::as_str) {
            let bit = 1u64 << self.properties.len();
            self.required |= bit;
            self.properties.insert(name.as_bytes().to_vec().into(), (ANY, bit));
        }
    }

    /// Applies `enum` or `const`, after all other keywords because their order in the schema must not matter. They are
    /// not supported together or with `format`.
    fn restrict_to_values(&mut self, keywords: &Map<String, Serde>) -> Option<()> {
        let values = match (keywords.get("enum"), keywords.get("const")) {
            (None, None) => return Some(()),
            (Some(Serde::Array(values)), None) => values.as_slice(),
            (None, Some(value)) => std::slice::from_ref(value),
            _ => return None,
        };
        if keywords.contains_key("format") {
            return None;
        }
        let (types, texts) = values_of(values)?;
        (self.types, self.text) = (self.types & types, Text::Enum(texts));
        Some(())
    }

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

/// The member names of the objects of one kind so far.
#[derive(Clone, Default)]
pub(super) struct Names {
    pub list: Vec<Name>,
    /// For each name, the branches that describe it: the index of the branch and the node of the value.
    pub in_branches: Vec<Vec<(usize, usize)>>,
    /// Index in `list` of each name as it is written.
    pub indices: HashMap<Vec<u8>, u16, foldhash::fast::FixedState>,
    /// The last two steps to the next member: at 0 after the opening brace, at n + 1 after the value of name n.
    pub steps: Vec<[Step; 2]>,
    /// A bit for each name since the last [`Names::take_noted`], and one for each with a value that is not null.
    noted: [[u64; MAX_NAMES / 64]; 2],
}

impl Names {
    /// Records the names of an object, and which of its values are null.
    #[inline]
    pub(super) fn note(&mut self, seen: &[u64; MAX_NAMES / 64], nulls: &[u64; MAX_NAMES / 64]) {
        for (word, (seen, nulls)) in seen.iter().zip(nulls).enumerate() {
            self.noted[0][word] |= seen;
            self.noted[1][word] |= seen & !nulls;
        }
    }

    /// Reports and clears the recorded names.
    pub(super) fn take_noted(&mut self, mut report: impl FnMut(&[u8], bool)) {
        for (name, index) in &self.indices {
            let (word, bit) = (usize::from(*index) / 64, 1 << (index % 64));
            if self.noted[0][word] & bit != 0 {
                report(name, self.noted[1][word] & bit != 0);
            }
        }
        self.noted = Default::default();
    }
}

/// Maximum number of names of one kind of object.
pub(super) const MAX_NAMES: usize = 256;

#[derive(Clone, Copy)]
pub(super) struct Name {
    pub node: usize,
    /// The capture slot of its value.
    pub slot: u8,
    pub required: u64,
    /// True if branches describe it, see [`Names::in_branches`].
    pub is_in_branches: bool,
}

/// The bytes between the end of one value and the beginning of the next, and the name in them.
#[derive(Clone, Copy)]
pub(super) struct Step {
    pub text: [[u8; LANES]; 2],
    /// Number of bytes of `text` that are compared; 0 before anything was learned.
    pub length: usize,
    pub name: u16,
}

pub(super) const EMPTY_STEP: Step = Step { text: [[0; LANES]; 2], length: 0, name: 0 };

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
    /// Compiles the subschema at a JSON Pointer. A schema object with an unsupported keyword accepts nothing.
    pub fn compile(schema: &Serde, pointer: &str) -> FastValidator {
        let mut acceptor = FastValidator::of_nodes(vec![CompiledNode::any(); 2], None);
        // The root is compiled like every node, after those that it refers to, and then copied to its index.
        let root = acceptor.compile_node(schema.pointer(pointer).unwrap_or(&Serde::Bool(false)), "");
        acceptor.nodes[ROOT] = acceptor.nodes[root].clone();
        acceptor
    }

    pub(super) fn of_nodes(nodes: Vec<CompiledNode>, captures: Option<&'static CaptureSpec>) -> FastValidator {
        FastValidator {
            nodes,
            open: Vec::new(),
            condition_states: Vec::new(),
            misses: Vec::new(),
            fields: Captures::default(),
            captures,
            records: Vec::new(),
            is_unusual: false,
            knows_all: true,
            is_in_contains: false,
        }
    }

    /// Like [`FastValidator::compile`], with the types and the captured fields of a specification. For values that only
    /// these types do not accept, [`FastValidator::is_of_types`] is true.
    pub fn compile_with(
        captures: &'static CaptureSpec,
        schema: &Serde,
        pointer: &str,
        is_embedded: bool,
    ) -> FastValidator {
        let types: Serde = serde_json::from_str(captures.types).expect("the types are JSON");
        let (mut all, mut added) = (schema.clone(), Vec::new());
        add_members(&mut all, types, &mut String::new(), &mut added);
        let mut acceptor = FastValidator::compile(&all, pointer);
        acceptor.captures = Some(captures);
        for node in &mut acceptor.nodes[ROOT..] {
            let location = [pointer, &*node.location].concat();
            if is_embedded && captures.nullable.contains(&location.as_str()) {
                node.types |= types::NULL;
            }
            node.is_of_types = added.iter().any(|added| location.starts_with(added));
            node.holder = match &*location {
                "" => Some(Holder::Root),
                item if item == captures.item => Some(Holder::Item),
                properties if properties == captures.properties => Some(Holder::Properties),
                _ => None,
            };
        }
        acceptor
    }

    /// Compiles the schema object at a JSON Pointer, and returns the index of its node.
    pub(super) fn compile_node(&mut self, schema: &Serde, location: &str) -> usize {
        let node = match schema {
            Serde::Bool(true) => return ANY,
            Serde::Object(keywords) => self.compile_keywords(keywords, location),
            _ => None,
        };
        self.knows_all &= node.is_some();
        let node = node.unwrap_or_else(|| CompiledNode { is_known: false, types: 0, ..self.nodes[ANY].clone() });
        self.nodes.push(CompiledNode { location: location.to_owned().into(), ..node });
        self.nodes.len() - 1
    }

    /// Compiles a schema object; `None` if a keyword is not supported.
    fn compile_keywords(&mut self, keywords: &Map<String, Serde>, location: &str) -> Option<CompiledNode> {
        let mut node = self.nodes[ANY].clone();
        for (keyword, value) in keywords {
            self.compile_keyword(&mut node, keyword, value, location)?;
        }
        node.restrict_to_values(keywords)?;
        self.compile_conditions(keywords, &mut node, location)?;
        self.compile_members(keywords, &mut node, location)?;
        Some(node)
    }

    fn compile_keyword(&mut self, node: &mut CompiledNode, keyword: &str, value: &Serde, at: &str) -> Option<()> {
        match (keyword, value) {
            ("type", Serde::String(_) | Serde::Array(_)) => node.types = type_bits(value),
            ("format", Serde::String(format)) if format == "date-time" => node.text = Text::DateTime,
            ("items", Serde::Object(_) | Serde::Bool(_)) => {
                node.items = self.compile_node(value, &deeper(at, &[keyword]));
            }
            // A nested `contains` would be evaluated once for each level.
            ("contains", _) if !self.is_in_contains => {
                self.is_in_contains = true;
                node.contains = Some(self.compile_node(value, &deeper(at, &[keyword])));
                self.is_in_contains = false;
            }
            ("minItems", limit) => node.elements = limit.as_u64()?..=*node.elements.end(),
            ("maxItems", limit) => node.elements = *node.elements.start()..=limit.as_u64()?,
            ("required", Serde::Array(names)) if names.len() <= 64 => node.require(names),
            ("minProperties", limit) => node.members = limit.as_u64()?..=*node.members.end(),
            ("maxProperties", limit) => node.members = *node.members.start()..=limit.as_u64()?,
            ("additionalProperties", Serde::Bool(is_open)) => node.is_closed |= !is_open,
            ("additionalProperties", Serde::Object(_)) => {
                node.others = self.compile_node(value, &deeper(at, &[keyword]));
            }
            ("unevaluatedProperties" | "unevaluatedItems", Serde::Bool(true)) => {}
            // `compile_keywords` compiles these after all others.
            ("properties", Serde::Object(_)) | ("enum", Serde::Array(_)) | ("const", _) => {}
            ("if" | "then" | "else" | "not", _) | ("allOf" | "anyOf" | "oneOf", Serde::Array(_)) => {}
            (
                "$schema" | "$comment" | "$defs" | "definitions" | "title" | "description" | "default" | "example"
                | "examples" | "deprecated" | "readOnly" | "writeOnly",
                _,
            ) => {}
            _ => return None,
        }
        Some(())
    }

    /// Compiles `properties`, and combines them with `required` and `additionalProperties`.
    fn compile_members(
        &mut self,
        keywords: &Map<String, Serde>,
        node: &mut CompiledNode,
        location: &str,
    ) -> Option<()> {
        let described = keywords.get("properties").and_then(Serde::as_object);
        let is_described = |name: &[u8]| {
            let name = std::str::from_utf8(name);
            name.is_ok_and(|name| described.is_some_and(|described| described.contains_key(name)))
        };
        // A closed object never has a required member that is not described.
        if node.is_closed && node.properties.keys().any(|name| !is_described(name)) {
            return None;
        }
        for (name, schema) in described.into_iter().flatten() {
            let child = self.compile_node(schema, &deeper(location, &["properties", name]));
            node.properties.entry(name.as_bytes().to_vec().into()).or_insert((ANY, 0)).0 = child;
        }
        // `additionalProperties` applies to members that are only required.
        for (name, (child, _)) in &mut node.properties {
            if !is_described(name) {
                *child = node.others;
            }
        }
        Some(())
    }
}

/// Adds members to an object and to the objects in it. `location` is the JSON Pointer of the object, and `added` gets
/// those of the new members.
fn add_members(to: &mut Serde, more: Serde, location: &mut String, added: &mut Vec<String>) {
    let (Serde::Object(to), Serde::Object(more)) = (to, more) else { return };
    for (name, value) in more {
        let length = location.len();
        push_token(location, &name);
        match to.get_mut(&name) {
            Some(inner) => add_members(inner, value, location, added),
            None => {
                added.push(location.clone());
                to.insert(name, value);
            }
        }
        location.truncate(length);
    }
}

/// Appends tokens to a JSON Pointer.
pub(super) fn deeper(location: &str, tokens: &[&str]) -> String {
    let mut deeper = location.to_owned();
    tokens.iter().for_each(|token| push_token(&mut deeper, token));
    deeper
}

/// The types of simple values, and the texts among them; `None` for other values and for texts with escapes.
fn values_of(values: &[Serde]) -> Option<(u8, Vec<Cow<'static, [u8]>>)> {
    let (mut bits, mut texts) = (0, Vec::new());
    for value in values {
        bits |= match value {
            Serde::Null => types::NULL,
            Serde::Bool(true) => types::TRUE,
            Serde::Bool(false) => types::FALSE,
            Serde::String(text) if is_plain(text) => {
                texts.push(text.as_bytes().to_vec().into());
                types::STRING
            }
            _ => return None,
        };
    }
    Some((bits, texts))
}

/// The bits of a `type` keyword.
pub(super) fn type_bits(value: &Serde) -> u8 {
    match value {
        Serde::String(name) => bits_of_type(name),
        Serde::Array(names) => names.iter().filter_map(Serde::as_str).fold(0, |bits, name| bits | bits_of_type(name)),
        _ => 0,
    }
}

fn bits_of_type(name: &str) -> u8 {
    match name {
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

/// True for text that JSON writes without escapes: printable ASCII without `"`, `\` and `/`.
pub(super) fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| (0x20..0x7F).contains(&byte) && !matches!(byte, b'"' | b'\\' | b'/'))
}
