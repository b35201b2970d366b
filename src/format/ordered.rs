//! Documents with sorted keys: `--sort-keys`, and the canonical form of RFC 8785 (JCS), which also fixes the spelling
//! of numbers and strings. Each document is loaded into memory.

use super::rewrite::{Token, TokenKind, TokenStyle};
use crate::diagnostic::{Diagnostic, Label};
use crate::json::Layout;
use crate::json::{Document, Elements, Kind, Value};
use crate::text::shorten;

struct SortedContainer<'a> {
    rest: Rest<'a>,
    /// The closing one.
    bracket: u8,
    is_empty: bool,
}

/// The part of a container that is not written yet.
enum Rest<'a> {
    Elements(Elements<'a>),
    Members(std::vec::IntoIter<(Value<'a>, Value<'a>)>),
}

impl<'a> Rest<'a> {
    /// The next value, in an object with its name.
    fn next(&mut self) -> Option<(Option<Value<'a>>, Value<'a>)> {
        match self {
            Rest::Elements(elements) => elements.next().map(|element| (None, element)),
            Rest::Members(members) => members.next().map(|(name, value)| (Some(name), value)),
        }
    }
}

/// Writes a document with the members of each object sorted by name, by UTF-16 code units as in RFC 8785. Members with
/// the same name stay in their order.
pub(super) fn write(document: Document<'_>, is_canonical: bool, layout: &mut Layout, ink: &mut impl TokenStyle) {
    let mut text = Vec::new();
    let mut token = |layout: &mut Layout, kind: TokenKind, value: Value<'_>| {
        text.clear();
        if is_canonical && kind != TokenKind::Word {
            canonical(value, &mut text);
        } else {
            text.extend_from_slice(value.text());
        }
        ink.write(layout, &Token { kind, text: &text, length: text.len(), is_wide: !text.is_ascii() });
    };
    let mut open: Vec<SortedContainer<'_>> = Vec::new();
    let mut next = Some((None, document.root()));
    loop {
        let Some((name, value)) = next else {
            let Some(SortedContainer { bracket, is_empty, .. }) = open.pop() else { return };
            layout.close(bracket, is_empty);
            next = open.last_mut().and_then(|around| around.rest.next());
            if next.is_some() {
                layout.comma();
            } else if open.is_empty() {
                return;
            }
            continue;
        };
        if let Some(name) = name {
            token(layout, TokenKind::Name, name);
            layout.colon();
        }
        let kind = match value.kind() {
            Kind::Array => {
                open.push(SortedContainer { rest: Rest::Elements(value.elements()), bracket: b']', is_empty: true });
                layout.open(b'[');
                None
            }
            Kind::Object => {
                let mut members: Vec<(Value<'_>, Value<'_>)> = value.members().collect();
                members.sort_by_cached_key(|(name, _)| name.units());
                open.push(SortedContainer { rest: Rest::Members(members.into_iter()), bracket: b'}', is_empty: true });
                layout.open(b'{');
                None
            }
            Kind::String | Kind::Name => Some(TokenKind::String),
            Kind::Number => Some(TokenKind::Number),
            Kind::Null | Kind::True | Kind::False => Some(TokenKind::Word),
        };
        if let Some(kind) = kind {
            token(layout, kind, value);
        }
        let Some(around) = open.last_mut() else { return };
        next = around.rest.next();
        let is_first = kind.is_none();
        if next.is_some() && is_first {
            around.is_empty = false;
            layout.first();
        } else if next.is_some() {
            layout.comma();
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

/// The finding if a document has no canonical form: the first reason.
pub(super) fn refusal(document: Document<'_>) -> Option<Diagnostic> {
    let refused = |reason: &str, span, label: &str, remedy: &str| {
        Diagnostic::new(&crate::rules::CANONICAL, format!("no canonical form: {reason}"), Label::new(span, label))
            .help(format!("{remedy}, or use `--sort-keys` to sort keys only"))
    };
    let twice = document.duplicate_names().map(|(first, again)| {
        let reason = format!("duplicate key `{}`", shorten(&again.string(), 60));
        refused(&reason, again.span(), "duplicate key", "remove the duplicate key")
            .related(first.span(), "first occurrence")
    });
    let alone = document.lone_surrogates().map(|(_, escape)| {
        refused("unpaired surrogate in a string", escape, "unpaired surrogate", "remove the unpaired surrogate")
    });
    let is_too_large = |value: &Value<'_>| {
        value.kind() == Kind::Number && value.number().parse().is_ok_and(|number: f64| number.is_infinite())
    };
    let numbers = (0..document.len() as u32).map(|index| document.value(index)).filter(is_too_large).map(|value| {
        let reason = format!("number {} is out of range for a double", shorten(value.number(), 40));
        refused(&reason, value.span(), "out of range", "write the number as a string")
    });
    let first = twice.chain(alone).chain(numbers).min_by_key(|finding| finding.label.span.start)?;
    let index = document.covering(first.label.span.start)?.index();
    let pointer = document.pointers(&[index]).pop().unwrap_or_default();
    Some(first.at(pointer))
}
