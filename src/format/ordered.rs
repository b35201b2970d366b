//! Documents whose members are put in order: `--sort-keys`, and the canonical form of RFC 8785 (JCS), in which also numbers and strings are written in
//! one way only. An object must be held for that, so documents are held one at a time.

use super::layout::Layout;
use super::rewrite::{Ink, Kind as Token};
use crate::diagnostic::{Diagnostic, Label};
use crate::document::{Document, Kind, Value};
use crate::text::shorten;

/// What is to be written next.
enum Next<'a> {
    Value { name: Option<Value<'a>>, value: Value<'a>, is_first: bool },
    Close { bracket: u8, is_empty: bool },
}

/// Writes a document with the members of each object in the order of their names, as RFC 8785 has it: by UTF-16 code units. Members of one name
/// stay in their order.
pub fn write(document: Document<'_>, is_canonical: bool, layout: &mut Layout, ink: &mut impl Ink) {
    let mut next = vec![Next::Value { name: None, value: document.root(), is_first: true }];
    let mut text = Vec::new();
    let mut token =
        |layout: &mut Layout, ink: &mut dyn FnMut(&mut Layout, Token, &[u8]), kind: Token, value: Value<'_>| {
            if is_canonical {
                text.clear();
                canonical(value, &mut text);
                ink(layout, kind, &text);
            } else {
                ink(layout, kind, value.text());
            }
        };
    let mut ink =
        |layout: &mut Layout, kind: Token, text: &[u8]| ink.write(layout, kind, text, text.len(), !text.is_ascii());
    while let Some(item) = next.pop() {
        match item {
            Next::Close { bracket, is_empty } => layout.close(bracket, is_empty),
            Next::Value { name, value, is_first } => {
                match (is_first, value.index() == 0) {
                    (_, true) => {}
                    (true, _) => layout.first(),
                    (false, _) => layout.comma(),
                }
                if let Some(name) = name {
                    token(layout, &mut ink, Token::Name, name);
                    layout.colon();
                }
                let mut children: Vec<(Option<Value<'_>>, Value<'_>)> = match value.kind() {
                    Kind::Object | Kind::Array => value.children().collect(),
                    Kind::String | Kind::Name => {
                        token(layout, &mut ink, Token::String, value);
                        continue;
                    }
                    Kind::Number => {
                        token(layout, &mut ink, Token::Number, value);
                        continue;
                    }
                    Kind::Null | Kind::True | Kind::False => {
                        ink(layout, Token::Word, value.text());
                        continue;
                    }
                };
                let is_object = value.kind() == Kind::Object;
                if is_object {
                    children.sort_by_cached_key(|(name, _)| name.map(|name| name.units()));
                }
                layout.open(if is_object { b'{' } else { b'[' });
                next.push(Next::Close { bracket: if is_object { b'}' } else { b']' }, is_empty: children.is_empty() });
                let last = children.len();
                next.extend(children.into_iter().rev().zip(1..).map(|((name, value), place)| Next::Value {
                    name,
                    value,
                    is_first: place == last,
                }));
            }
        }
    }
}

/// The canonical text of a string, a name or a number (RFC 8785, sections 3.2.2.2 and 3.2.2.3).
fn canonical(value: Value<'_>, out: &mut Vec<u8>) {
    if value.kind() == Kind::Number {
        let number: f64 = value.number().parse().unwrap_or(0.0);
        return out.extend_from_slice(ryu_js::Buffer::new().format_finite(number).as_bytes());
    }
    out.push(b'"');
    for byte in value.string().bytes() {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            0x08 => out.extend_from_slice(b"\\b"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            0x0C => out.extend_from_slice(b"\\f"),
            b'\r' => out.extend_from_slice(b"\\r"),
            0..0x20 => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

/// Why a document has no canonical form: the first reason.
pub fn refusal(document: Document<'_>) -> Option<Diagnostic> {
    let refused =
        |message: String, span, label: &str| Diagnostic::new("json/canonical", message, Label::new(span, label));
    let twice = document.duplicate_names().map(|(first, again)| {
        let message = format!("the member name `{}` stands twice in one object", shorten(&again.string(), 60));
        refused(message, again.span(), "repeated here").related(first.span(), "first here")
    });
    let alone = document
        .lone_surrogates()
        .map(|(_, escape)| refused("half of a surrogate pair stands alone in a string".into(), escape, "no character"));
    let is_too_large = |value: &Value<'_>| {
        value.kind() == Kind::Number && value.number().parse().is_ok_and(|number: f64| number.is_infinite())
    };
    let numbers = (0..document.len() as u32).map(|index| document.value(index)).filter(is_too_large).map(|value| {
        let message = format!("the number {} is beyond the range of a double", shorten(value.number(), 40));
        refused(message, value.span(), "no double is so large")
    });
    let first = twice.chain(alone).chain(numbers).min_by_key(|finding| finding.label.span.start)?;
    let index = document.covering(first.label.span.start)?.index();
    let pointer = document.pointers(&[index]).pop().unwrap_or_default();
    Some(first.at(pointer).help("RFC 8785 gives it no canonical form: --sort-keys changes the order only"))
}
