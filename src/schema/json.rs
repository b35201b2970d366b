//! Implements the traits of `jsonschema` for JSON representations. The traits are new and can change, so no other
//! module uses them.

use std::borrow::Cow;

use jsonschema::JsonType;
use jsonschema::json::{Array, Json, JsonNumber, Node, NodeIdentity, Object};
use jsonschema_value::LazyInstance;
use serde_json::Number;

use super::budget::{self, Mode};
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

    // A lookup visits all members to find the last one with the name, so one pass replaces several lookups.
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
        (self.kind() == Kind::Object && budget::charge(1)).then_some(*self)
    }

    fn as_array(&self) -> Option<Value<'a>> {
        (self.kind() == Kind::Array && budget::charge(1)).then_some(*self)
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
        match budget::mode() {
            Mode::Unlimited => Cow::Owned(to_serde(*self, 0)),
            // `schema::exact` implements the keywords that compare values, so the value is only used in an error.
            Mode::Limited | Mode::Backtracking => Cow::Owned(in_error(*self)),
        }
    }

    /// Errors contain the result of `in_error`. But if matching exceeds the backtracking limit, the crate resolves the
    /// location of the error in the value of the root, so the root is then complete.
    fn lazy_value(&self) -> LazyInstance<'a> {
        // The crate calls this once per error, and there can be as many errors as evaluations.
        budget::charge_error();
        if self.index() == 0 && budget::mode() == Mode::Backtracking {
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
        self.last_members().filter(|_| budget::charge(1)).count()
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

/// First of the 2048 private-use characters that replace unpaired surrogates.
pub(super) const SURROGATE_BASE: u32 = 0x0010_F000;

/// Returns true if the result of [`text_of`] can contain a replaced surrogate: a character of the last plane.
fn may_have_surrogates(text: &str) -> bool {
    text.bytes().any(|byte| byte == 0xF4)
}

/// A text from the crate for display, with U+FFFD for each unpaired surrogate.
pub(super) fn to_display<'t>(document: Document<'_>, text: &'t str) -> Cow<'t, str> {
    if !may_have_surrogates(text) || document.lone_surrogates().next().is_none() {
        return text.into();
    }
    let is_surrogate = |character: char| (SURROGATE_BASE..SURROGATE_BASE + 0x800).contains(&u32::from(character));
    text.chars().map(|character| if is_surrogate(character) { '\u{FFFD}' } else { character }).collect()
}

/// Returns true if `wanted` is this name as [`text_of`] passes it to the crate.
pub(super) fn is_named(name: Value<'_>, wanted: &str) -> bool {
    name.is(wanted) || may_have_surrogates(wanted) && text_of(name) == wanted
}

/// The value that an error contains: the index on the tape, by which `schema::explain` finds the value. A copy of a
/// large value would be slow. A property name is a separate document, so its text identifies it.
fn in_error(value: Value<'_>) -> serde_json::Value {
    match value.kind() {
        Kind::String if value.index() == 0 => serde_json::Value::String(value.string().into_owned()),
        _ => serde_json::Value::from(value.index()),
    }
}

/// The text of a string or name. An unpaired surrogate is not a character, but different ones must not become equal to
/// each other or to U+FFFD. Each is replaced by a different character at the end of the last private-use plane, which
/// texts do not use in practice.
fn text_of(value: Value<'_>) -> Cow<'_, str> {
    let text = value.string();
    if !text.contains('\u{FFFD}') {
        return text;
    }
    let units = char::decode_utf16(value.units());
    let characters = units.map(|unit| {
        unit.unwrap_or_else(|error| {
            char::from_u32(SURROGATE_BASE + u32::from(error.unpaired_surrogate() - 0xD800)).unwrap_or('\u{FFFD}')
        })
    });
    characters.collect::<String>().into()
}

/// Members with decoded names. If a name is repeated, only the last member.
pub struct NamedMembers<'a> {
    members: Members<'a>,
    object: Value<'a>,
}

impl<'a> Iterator for NamedMembers<'a> {
    type Item = (Cow<'a, str>, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let (name, value) = self.members.by_ref().find(|(name, _)| !self.object.document().is_overridden(*name))?;
        budget::charge(1).then(|| (text_of(name), value))
    }
}

impl<'a> Array<'a, TapeBackend> for Value<'a> {
    type Node = Value<'a>;
    type ElementsIter = ChargedElements<'a>;

    fn len(&self) -> usize {
        if self.document().is_streamed(self.index()) {
            0
        } else {
            Value::elements(self).filter(|_| budget::charge(1)).count()
        }
    }

    /// Compares the digests of the elements, without copies.
    fn is_unique(&self) -> bool {
        if !budget::charge(u64::from(self.next_index() - self.index())) {
            return true;
        }
        let mut digests: Vec<[u64; 2]> = {
            let digester = Digester::default();
            Value::elements(self).map(|element| digester.digest(element)).collect()
        };
        digests.sort_unstable();
        digests.windows(2).all(|pair| pair[0] != pair[1])
    }

    /// Empty for a streamed array, whose elements were validated one by one.
    fn elements(&self) -> ChargedElements<'a> {
        let is_streamed = self.document().is_streamed(self.index());
        ChargedElements(if is_streamed { Elements::none(self.document()) } else { Value::elements(self) })
    }
}

/// Elements that are charged to the budget.
pub struct ChargedElements<'a>(Elements<'a>);

impl<'a> Iterator for ChargedElements<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        self.0.next().filter(|_| budget::charge(1))
    }
}

/// The text of a number.
pub struct RawNumber<'a>(&'a str);

impl JsonNumber for RawNumber<'_> {
    fn as_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }

    fn as_i64(&self) -> Option<i64> {
        self.0.parse().ok()
    }

    /// `None` beyond the range of a double, for example 1e400.
    fn as_f64(&self) -> Option<f64> {
        self.0.parse().ok().filter(|number: &f64| number.is_finite())
    }

    fn as_str(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.0)
    }

    /// The nearest number that `serde_json` can represent: beyond the range of a double, the largest double.
    fn to_number(&self) -> Cow<'_, Number> {
        let finite = || self.0.parse().unwrap_or(0.0f64).clamp(f64::MIN, f64::MAX);
        let number = self
            .as_u64()
            .map(Number::from)
            .or_else(|| self.as_i64().map(Number::from))
            .or_else(|| Number::from_f64(finite()));
        Cow::Owned(number.unwrap_or_else(|| Number::from(0)))
    }

    /// Exact for numbers of any size: 1.0 and 1e400 are integers, 15e-1 is not.
    fn is_integer(&self) -> bool {
        Decimal::of(self.0).is_integer()
    }
}

/// Values below this depth become null, because dropping a `serde_json::Value` is recursive.
const MAX_COPIED_DEPTH: usize = 256;

fn to_serde(value: Value<'_>, depth: usize) -> serde_json::Value {
    use serde_json::Value as Serde;
    if depth > MAX_COPIED_DEPTH {
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
