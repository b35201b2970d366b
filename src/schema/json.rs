//! `jsonschema`'s view of the tape: its traits for JSON in any form, implemented for [`Value`]. The traits are young, so all of it is here.

use std::borrow::Cow;

use jsonschema::JsonType;
use jsonschema::json::{Array, Json, JsonNumber, Node, NodeIdentity, Object};
use jsonschema_value::LazyInstance;
use serde_json::Number;

use super::effort::{self, Mode};
use crate::json::{Decimal, Digester, Document, Elements, Kind, Members, Tape, Value};

/// The tape as a JSON representation.
pub struct TapeBackend;

/// A document of one string, for `propertyNames`.
#[derive(Default)]
pub struct NameBuffer {
    text: Vec<u8>,
    tape: Tape,
}

impl Json for TapeBackend {
    type Node<'a> = Value<'a>;
    type PreparedKey = String;
    type StringBuffer = NameBuffer;

    // A lookup walks the members, since the last one of a name counts: one pass over them replaces several lookups.
    const KEYS_PER_LOOKUP: usize = 2;
    const ACYCLIC: bool = true;

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>(buffer: &mut NameBuffer, string: &str, f: impl FnOnce(Value<'_>) -> T) -> T {
        buffer.text.clear();
        serde_json::to_writer(&mut buffer.text, string).expect("a string can be written to memory");
        let document = Document::parse(&buffer.text, 0, &mut buffer.tape).expect("serde_json writes JSON");
        f(document.root())
    }
}

impl<'a> Node<'a, TapeBackend> for Value<'a> {
    type Object = Value<'a>;
    type Array = Value<'a>;
    type Number = RawNumber<'a>;

    fn as_object(&self) -> Option<Value<'a>> {
        (self.kind() == Kind::Object && effort::spend(1)).then_some(*self)
    }

    fn as_array(&self) -> Option<Value<'a>> {
        (self.kind() == Kind::Array && effort::spend(1)).then_some(*self)
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        self.is_string().then(|| text_of(*self))
    }

    fn is_string(&self) -> bool {
        matches!(self.kind(), Kind::String | Kind::Name)
    }

    fn as_number(&self) -> Option<RawNumber<'a>> {
        (self.kind() == Kind::Number).then(|| RawNumber(self.number()))
    }

    fn is_number(&self) -> bool {
        self.kind() == Kind::Number
    }

    fn as_boolean(&self) -> Option<bool> {
        match self.kind() {
            Kind::True => Some(true),
            Kind::False => Some(false),
            _ => None,
        }
    }

    fn is_null(&self) -> bool {
        self.kind() == Kind::Null
    }

    fn json_type(&self) -> JsonType {
        match self.kind() {
            Kind::Null => JsonType::Null,
            Kind::False | Kind::True => JsonType::Boolean,
            Kind::Number => JsonType::Number,
            Kind::String | Kind::Name => JsonType::String,
            Kind::Array => JsonType::Array,
            Kind::Object => JsonType::Object,
        }
    }

    fn to_value(&self) -> Cow<'a, serde_json::Value> {
        match effort::mode() {
            Mode::Free => Cow::Owned(to_serde(*self, 0)),
            // The keywords that compare values are our own (`schema::exact`): what is asked for goes into an error.
            Mode::Limited | Mode::Fancy => Cow::Owned(in_error(*self)),
        }
    }

    /// The instance that an error carries is what `in_error` makes of it.
    ///
    /// But where matching a pattern is given up, the crate follows the place of that through the root's value.
    fn lazy_value(&self) -> LazyInstance<'a> {
        // An error is made of it, and errors can be as many as evaluations.
        effort::spend_error();
        if self.index() == 0 && effort::mode() == Mode::Fancy {
            return LazyInstance::Ready(Cow::Owned(to_serde(*self, 0)));
        }
        LazyInstance::Ready(Cow::Owned(in_error(*self)))
    }

    fn identity(&self) -> Option<NodeIdentity> {
        Some(NodeIdentity::tagged(self.document().address(), self.index()))
    }
}

impl<'a> Object<'a, TapeBackend> for Value<'a> {
    type Node = Value<'a>;
    type MemberName = Cow<'a, str>;
    type MembersIter = NamedMembers<'a>;

    fn len(&self) -> usize {
        self.last_members().filter(|_| effort::spend(1)).count()
    }

    fn is_empty(&self) -> bool {
        Value::members(self).next().is_none()
    }

    fn get(&self, key: &String) -> Option<Value<'a>> {
        Value::get(self, key)
    }

    fn members(&self) -> NamedMembers<'a> {
        NamedMembers { members: Value::members(self), object: *self }
    }
}

/// Where the characters begin that stand for halves of surrogate pairs.
const PLACES: u32 = 0x0010_F000;

/// Whether [`text_of`] may have made this of a text with half of a surrogate pair: it has a character of the last planes.
fn has_halves(text: &str) -> bool {
    text.bytes().any(|byte| byte == 0xF4)
}

/// A text of the crate as people are told it: U+FFFD for each half of a surrogate pair, as everywhere else.
pub(super) fn to_display<'t>(document: Document<'_>, text: &'t str) -> Cow<'t, str> {
    if !has_halves(text) || document.lone_surrogates().next().is_none() {
        return text.into();
    }
    let is_half = |character: char| (PLACES..PLACES + 0x800).contains(&u32::from(character));
    text.chars().map(|character| if is_half(character) { '\u{FFFD}' } else { character }).collect()
}

/// Whether the crate knows this name as `wanted`.
pub(super) fn is_named(name: Value<'_>, wanted: &str) -> bool {
    name.is(wanted) || has_halves(wanted) && text_of(name) == wanted
}

/// What an error has of a value: its index on the tape, as a number. `schema::explain` finds the value by it, and nothing is built from the document
/// however large the value is. A name is a document of its own, and its text is all that tells it from others; what else is at the root needs no
/// index.
fn in_error(value: Value<'_>) -> serde_json::Value {
    match value.kind() {
        Kind::String if value.index() == 0 => serde_json::Value::String(value.string().into_owned()),
        _ => serde_json::Value::from(value.index()),
    }
}

/// The text of a string or name. Half of a surrogate pair is no character, but two of them are not equal, nor are they what stands for them elsewhere
/// (U+FFFD): each becomes a character of its own at the end of the last private plane, where no text has any.
fn text_of(value: Value<'_>) -> Cow<'_, str> {
    let text = value.string();
    if !text.contains('\u{FFFD}') {
        return text;
    }
    let units = char::decode_utf16(value.units());
    let characters = units.map(|unit| {
        unit.unwrap_or_else(|alone| {
            char::from_u32(PLACES + u32::from(alone.unpaired_surrogate() - 0xD800)).unwrap_or('\u{FFFD}')
        })
    });
    characters.collect::<String>().into()
}

/// Members with their names decoded; of those with the same name the last.
pub struct NamedMembers<'a> {
    members: Members<'a>,
    object: Value<'a>,
}

impl<'a> Iterator for NamedMembers<'a> {
    type Item = (Cow<'a, str>, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let (name, value) = self.members.by_ref().find(|(name, _)| !self.object.document().is_overridden(*name))?;
        effort::spend(1).then(|| (text_of(name), value))
    }
}

impl<'a> Array<'a, TapeBackend> for Value<'a> {
    type Node = Value<'a>;
    type ElementsIter = Counted<'a>;

    fn len(&self) -> usize {
        if self.document().is_streamed(self.index()) {
            0
        } else {
            Value::elements(self).filter(|_| effort::spend(1)).count()
        }
    }

    /// By the digests of the elements: nothing is built from them.
    fn is_unique(&self) -> bool {
        if !effort::spend(u64::from(self.next_index() - self.index())) {
            return true;
        }
        let mut digests: Vec<[u64; 2]> = {
            let digester = Digester::default();
            Value::elements(self).map(|element| digester.digest(element)).collect()
        };
        digests.sort_unstable();
        digests.windows(2).all(|pair| pair[0] != pair[1])
    }

    /// None where they were checked as they came.
    fn elements(&self) -> Counted<'a> {
        let is_gone = self.document().is_streamed(self.index());
        Counted(if is_gone { Elements::none(self.document()) } else { Value::elements(self) })
    }
}

/// Elements, each of which is a step.
pub struct Counted<'a>(Elements<'a>);

impl<'a> Iterator for Counted<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        self.0.next().filter(|_| effort::spend(1))
    }
}

/// A number as it is written.
pub struct RawNumber<'a>(&'a str);

impl JsonNumber for RawNumber<'_> {
    fn as_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }

    fn as_i64(&self) -> Option<i64> {
        self.0.parse().ok()
    }

    /// None beyond the range of a double, such as 1e400.
    fn as_f64(&self) -> Option<f64> {
        self.0.parse().ok().filter(|number: &f64| number.is_finite())
    }

    fn as_str(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.0)
    }

    /// The nearest that `serde_json` can hold: beyond the range of a double its largest one.
    fn to_number(&self) -> Cow<'_, Number> {
        let finite = || self.0.parse().unwrap_or(0.0f64).clamp(f64::MIN, f64::MAX);
        let number = self
            .as_u64()
            .map(Number::from)
            .or_else(|| self.as_i64().map(Number::from))
            .or_else(|| Number::from_f64(finite()));
        Cow::Owned(number.unwrap_or_else(|| Number::from(0)))
    }

    /// Told from the text, whatever the size: 1.0, 1e400 and 15e-1 are answered without rounding.
    fn is_integer(&self) -> bool {
        Decimal::of(self.0).is_integer()
    }
}

/// Deeper than this `to_value` sees null: `serde_json::Value` is dropped by recursion. Only `const`, `enum` and `uniqueItems` call it.
const DEEPEST: usize = 256;

fn to_serde(value: Value<'_>, depth: usize) -> serde_json::Value {
    use serde_json::Value as Serde;
    if depth > DEEPEST {
        return Serde::Null;
    }
    match value.kind() {
        Kind::Null => Serde::Null,
        Kind::False => Serde::Bool(false),
        Kind::True => Serde::Bool(true),
        Kind::Number => Serde::Number(RawNumber(value.number()).to_number().into_owned()),
        Kind::String | Kind::Name => Serde::String(value.string().into_owned()),
        Kind::Array => value.elements().map(|element| to_serde(element, depth + 1)).collect(),
        Kind::Object => Serde::Object(
            value.members().map(|(name, member)| (name.string().into_owned(), to_serde(member, depth + 1))).collect(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jsonschema::json::conformance;

    #[test]
    fn conforms_to_the_contract_of_the_crate() {
        let text = conformance::document().to_string();
        for text in [text.clone(), text.replace("\"object\"", "\"\\u006fbject\"")] {
            let mut tape = Tape::default();
            let document = Document::parse(text.as_bytes(), 0, &mut tape).expect("JSON");
            conformance::assert_conformance::<TapeBackend>(&document.root());
        }
    }
}
