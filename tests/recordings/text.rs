//! Decodes text from a position in a recording on, independently of callcheck: a location is right if the body follows
//! there.

use std::iter::Peekable;
use std::slice::Iter;

use super::expected::{Served, encode_base64};

/// Bytes after a location that are compared.
const CONTEXT: usize = 200;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    JsonString,
    DoubleQuoted,
    SingleQuoted,
    /// Lines are joined at spaces, without escapes: plain and folded scalars.
    Folded,
    /// The text is that of the recording, after an indentation.
    Literal(usize),
}

/// Asserts that the text at a location in a recording is that of the body.
///
/// For compressed bodies, base64 and hexadecimal digits, it is the start of the encoded body.
pub(super) fn assert_text_at(
    recording: &[u8],
    span: std::ops::Range<usize>,
    served: &Served,
    body: std::ops::Range<usize>,
) {
    let end = served.body.len().min(body.start + CONTEXT);
    let indent = column(recording, span.start).saturating_sub(column(&served.body, body.start));
    let styles = [
        Style::JsonString,
        Style::DoubleQuoted,
        Style::SingleQuoted,
        Style::Folded,
        Style::Literal(0),
        Style::Literal(indent),
    ];
    let is_exact = styles.iter().any(|style| {
        decoded(*style, &recording[span.clone()]) == served.body[body.clone()]
            && decoded(*style, &recording[span.start..]).starts_with(&served.body[body.start..end])
    });
    assert!(
        is_exact || is_same_value((&recording[span.start..], span.len()), (&served.body[body.start..], body.len())),
        "{} at {span:?} instead of {}",
        String::from_utf8_lossy(&recording[span.start..recording.len().min(span.start + 200)]),
        String::from_utf8_lossy(&served.body[body.start..end])
    );
}

/// Asserts that an encoded body begins at a location.
pub(super) fn assert_encoded_at(recording: &[u8], start: usize, served: &Served) {
    let beginnings: Vec<String> = [Some(&served.body), served.compressed.as_ref()]
        .into_iter()
        .flatten()
        .flat_map(|bytes| {
            let bytes = &bytes[..bytes.len().min(30)];
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            [encode_base64(bytes), hex]
        })
        .collect();
    // A quote, an indicator of a YAML scalar or the bracket of an array of chunks may precede it.
    let near = String::from_utf8_lossy(&recording[start..recording.len().min(start + 120)]);
    assert!(beginnings.iter().any(|beginning| near.contains(beginning)), "{near}");
    assert!(recording[start] != b'\n', "{near}");
}

/// Bytes before a position in its line.
fn column(text: &[u8], at: usize) -> usize {
    text[..at].iter().rev().take_while(|byte| **byte != b'\n').count()
}

/// Recordings with embedded JSON have the value, not the text. The numbers are the lengths of the locations.
fn is_same_value((found, found_end): (&[u8], usize), (expected, expected_end): (&[u8], usize)) -> bool {
    let whole = |text: &[u8]| serde_json::from_slice::<serde_json::Value>(text).ok();
    let first = |text: &[u8]| serde_json::Deserializer::from_slice(text).into_iter::<serde_json::Value>().next()?.ok();
    let (marked, expected_mark) = (&found[..found_end], &expected[..expected_end]);
    let is_same_mark =
        marked == expected_mark || whole(marked).is_some_and(|value| Some(value) == whole(expected_mark));
    is_same_mark && first(found).is_some_and(|value| Some(value) == first(expected))
}

/// The start of the text, or all of it if it is shorter.
fn decoded(style: Style, text: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::new();
    let mut rest = text.iter().peekable();
    while let Some(&byte) = rest.next() {
        if decoded.len() >= 2 * CONTEXT {
            break;
        }
        match (style, byte) {
            (Style::JsonString | Style::DoubleQuoted, b'"') => break,
            (Style::JsonString, b'\\') => json_escape(&mut rest, &mut decoded),
            (Style::DoubleQuoted, b'\\') => yaml_escape(&mut rest, &mut decoded),
            (Style::SingleQuoted, b'\'') => match rest.next_if_eq(&&b'\'') {
                Some(_) => decoded.push(byte),
                None => break,
            },
            (Style::DoubleQuoted | Style::SingleQuoted | Style::Folded, b'\n') => fold(&mut rest, &mut decoded),
            (Style::Literal(indent), b'\n') => {
                decoded.push(byte);
                for _ in 0..indent {
                    rest.next_if_eq(&&b' ');
                }
            }
            _ => decoded.push(byte),
        }
    }
    decoded
}

type Rest<'t> = Peekable<Iter<'t, u8>>;

/// A line break in a YAML scalar: a space, or one line break less.
fn fold(rest: &mut Rest<'_>, decoded: &mut Vec<u8>) {
    let mut breaks = 1;
    while let Some(byte) = rest.next_if(|byte| byte.is_ascii_whitespace()) {
        breaks += usize::from(*byte == b'\n');
    }
    while decoded.last().is_some_and(|byte| *byte == b' ') {
        decoded.pop();
    }
    decoded.extend(if breaks == 1 { vec![b' '] } else { vec![b'\n'; breaks - 1] });
}

fn push(code: u32, decoded: &mut Vec<u8>) {
    let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    decoded.extend(character.encode_utf8(&mut [0; 4]).bytes());
}

fn hex(rest: &mut Rest<'_>, digits: usize) -> u32 {
    rest.by_ref().take(digits).fold(0, |code, digit| code << 4 | char::from(*digit).to_digit(16).unwrap_or(0))
}

fn json_escape(rest: &mut Rest<'_>, decoded: &mut Vec<u8>) {
    match rest.next() {
        Some(b'u') => {
            let high = hex(rest, 4);
            if (0xd800..0xdc00).contains(&high) {
                rest.nth(1);
                let low = hex(rest, 4);
                push(0x10000 + ((high - 0xd800) << 10) + low.wrapping_sub(0xdc00), decoded);
            } else {
                push(high, decoded);
            }
        }
        Some(escaped) => decoded.push(simple(*escaped)),
        None => {}
    }
}

fn yaml_escape(rest: &mut Rest<'_>, decoded: &mut Vec<u8>) {
    match rest.next() {
        Some(b'x') => push(hex(rest, 2), decoded),
        Some(b'u') => push(hex(rest, 4), decoded),
        Some(b'U') => push(hex(rest, 8), decoded),
        Some(b'\n') => while rest.next_if(|byte| matches!(byte, b' ' | b'\t')).is_some() {},
        Some(escaped) => decoded.push(simple(*escaped)),
        None => {}
    }
}

fn simple(escaped: u8) -> u8 {
    match escaped {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'f' => 12,
        other => other,
    }
}

#[test]
fn text_is_decoded() {
    for (style, text, expected) in [
        (Style::JsonString, r#"a\"\\\u00e9\ud83d\ude00\n" "#, "a\"\\é😀\n"),
        (Style::DoubleQuoted, "a \\\n   \\ b\\xe9\\U0001F600  \n  c\n\n  d\" ", "a  bé😀 c\nd"),
        (Style::SingleQuoted, "it''s\n   a\n\n b' ", "it's a\nb"),
        (Style::Folded, "a\n  b", "a b"),
        (Style::Literal(2), "a\n    b\n\n  c", "a\n  b\n\nc"),
    ] {
        assert_eq!(String::from_utf8_lossy(&decoded(style, text.as_bytes())), expected);
    }
}
