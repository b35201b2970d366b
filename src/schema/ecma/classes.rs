//! Sets of characters in the syntax of `regex`, as ranges of code points.

use std::fmt::Write as _;

/// `\d`, `\w` and `\s` (WhiteSpace and LineTerminator) of ECMA-262.
const DIGITS: &[(u32, u32)] = &[(0x30, 0x39)];
pub(super) const WORD: &[(u32, u32)] = &[(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)];
const SPACES: &[(u32, u32)] = &[
    (0x09, 0x0D),
    (0x20, 0x20),
    (0xA0, 0xA0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x2028, 0x2029),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
    (0xFEFF, 0xFEFF),
];
pub(super) const LINE_ENDS: &[(u32, u32)] = &[(0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029)];

/// Every character, and no character.
pub(super) const ANY: &str = "[\\u{0}-\\u{10ffff}]";
pub(super) const NOTHING: &str = "[^\\u{0}-\\u{10ffff}]";

/// The characters that replace unpaired surrogates (`schema::json`).
const SURROGATE_BASE: u32 = crate::schema::json::SURROGATE_BASE;
pub(super) const SURROGATES: &[(u32, u32)] = &[(SURROGATE_BASE, SURROGATE_BASE + 0x7FF)];

/// The characters of `\d`, `\w` or `\s`.
pub(super) fn of_letter(letter: char) -> &'static [(u32, u32)] {
    match letter {
        'd' | 'D' => DIGITS,
        'w' | 'W' => WORD,
        _ => SPACES,
    }
}

pub(super) fn class(of: &[(u32, u32)], is_negated: bool, out: &mut String) {
    out.push_str(if is_negated { "[^" } else { "[" });
    ranges(of, false, out);
    out.push(']');
}

/// Writes the content of a class: these characters, or all others.
pub(super) fn ranges(of: &[(u32, u32)], is_negated: bool, out: &mut String) {
    if !is_negated {
        return of.iter().for_each(|(first, last)| _ = write!(out, "\\u{{{first:x}}}-\\u{{{last:x}}}"));
    }
    let mut next = 0;
    for (first, last) in of.iter().copied().chain([(0x11_0000, 0)]) {
        if next < first {
            _ = write!(out, "\\u{{{next:x}}}-\\u{{{:x}}}", first - 1);
        }
        next = last + 1;
    }
}

/// Writes the code points from `first` to `last` as content of a class. Surrogates are replaced as in strings.
pub(super) fn range(first: u32, last: u32, out: &mut String) {
    if first == last && char::from_u32(first).is_some() {
        return character(first, out);
    }
    let mut part = |first: u32, last: u32| {
        if first <= last {
            _ = write!(out, "\\u{{{first:x}}}-\\u{{{last:x}}}");
        }
    };
    part(first, last.min(0xD7FF));
    part(first.max(0xD800) - 0xD800 + SURROGATE_BASE, last.clamp(0xD7FF, 0xDFFF) + SURROGATE_BASE - 0xD800);
    part(first.max(0xE000), last);
}

/// Writes one code point, in a class or outside.
pub(super) fn character(code_point: u32, out: &mut String) {
    match char::from_u32(code_point) {
        Some(plain) if plain.is_ascii_alphanumeric() => out.push(plain),
        Some(_) => _ = write!(out, "\\u{{{code_point:x}}}"),
        None => _ = write!(out, "\\u{{{:x}}}", code_point - 0xD800 + SURROGATE_BASE),
    }
}

/// `\b` or, if not `is_boundary`, `\B`.
pub(super) fn boundary(is_boundary: bool, out: &mut String) {
    let mut word = String::new();
    class(WORD, false, &mut word);
    let [after, before] = if is_boundary { ["!", "="] } else { ["=", "!"] };
    _ = write!(out, "(?:(?<={word})(?{after}{word})|(?<!{word})(?{before}{word}))");
}
