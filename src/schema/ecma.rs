//! Translates patterns of ECMA-262 for `fancy-regex`. `jsonschema` translates only the patterns that `regex` can match.
//! It passes patterns with lookaround or backreferences unchanged to `fancy-regex`, whose `\d`, `\w`, `\s`, `.` and
//! `\b` match Unicode. The translation is valid in ECMA-262, too, because the crate validates it with the meta-schema.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::Value as Serde;

/// `\d`, `\w` and `\s` (WhiteSpace and LineTerminator) of ECMA-262, as ranges of code points.
const DIGITS: &[(u32, u32)] = &[(0x30, 0x39)];
const WORD: &[(u32, u32)] = &[(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)];
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
const LINE_ENDS: &[(u32, u32)] = &[(0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029)];

/// Returns true if the pattern cannot be matched in linear time. Matching it can exceed the backtracking limit.
pub(super) fn needs_backtracking(pattern: &str) -> bool {
    // Backreferences, and word boundaries, which need lookaround because `\b` of `regex` matches Unicode.
    let references = |text: &str| text.starts_with(|first: char| first.is_ascii_digit() || "kbB".contains(first));
    pattern.split("(?").skip(1).any(|group| !group.starts_with(':')) || pattern.split('\\').skip(1).any(references)
}

/// Translates a pattern that needs backtracking. Others are unchanged.
pub(super) fn for_rust(pattern: &str) -> Cow<'_, str> {
    if !needs_backtracking(pattern) {
        return pattern.into();
    }
    let mut out = String::with_capacity(2 * pattern.len());
    let mut rest = pattern.chars();
    let mut is_class = false;
    while let Some(character) = rest.next() {
        match character {
            '\\' => {
                let Some(escaped) = rest.next() else {
                    out.push('\\');
                    break;
                };
                match escaped {
                    'b' if is_class => out.push_str("\\u{8}"),
                    'b' | 'B' => boundary(escaped == 'b', &mut out),
                    'd' | 'D' | 'w' | 'W' | 's' | 'S' if is_class => {
                        ranges(of_class(escaped), escaped.is_ascii_uppercase(), &mut out);
                        // After a class, `-` is literal.
                        if rest.as_str().starts_with('-') && !rest.as_str().starts_with("-]") {
                            rest.next();
                            out.push_str("\\-");
                        }
                    }
                    'd' | 'D' | 'w' | 'W' | 's' | 'S' => {
                        class(of_class(escaped), escaped.is_ascii_uppercase(), &mut out);
                    }
                    _ => out.extend(['\\', escaped]),
                }
                continue;
            }
            '[' => is_class = true,
            ']' => is_class = false,
            '.' if !is_class => {
                class(LINE_ENDS, true, &mut out);
                continue;
            }
            _ => {}
        }
        out.push(character);
    }
    out.into()
}

fn of_class(letter: char) -> &'static [(u32, u32)] {
    match letter {
        'd' | 'D' => DIGITS,
        'w' | 'W' => WORD,
        _ => SPACES,
    }
}

fn class(of: &[(u32, u32)], is_negated: bool, out: &mut String) {
    out.push_str(if is_negated { "[^" } else { "[" });
    ranges(of, false, out);
    out.push(']');
}

/// Writes the content of a class: these characters, or all others.
fn ranges(of: &[(u32, u32)], is_negated: bool, out: &mut String) {
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

/// `\b` or, if not `is_boundary`, `\B`.
fn boundary(is_boundary: bool, out: &mut String) {
    let mut word = String::new();
    class(WORD, false, &mut word);
    let [after, before] = if is_boundary { ["!", "="] } else { ["=", "!"] };
    _ = write!(out, "(?:(?<={word})(?{after}{word})|(?<!{word})(?{before}{word}))");
}

/// Reverses the translation of a pattern, for messages.
pub(super) fn as_written(translated: &str) -> Cow<'_, str> {
    if !translated.contains("\\u{") {
        return translated.into();
    }
    let mut text = translated.to_owned();
    let mut restore = |written: &str, translate: &dyn Fn(&mut String)| {
        let mut piece = String::new();
        translate(&mut piece);
        text = text.replace(&piece, written);
    };
    restore("\\b", &|out| boundary(true, out));
    restore("\\B", &|out| boundary(false, out));
    restore(".", &|out| class(LINE_ENDS, true, out));
    for letter in ['d', 'w', 's'] {
        let [is, is_not] = [letter, letter.to_ascii_uppercase()].map(|letter| format!("\\{letter}"));
        restore(&is, &|out| class(of_class(letter), false, out));
        restore(&is_not, &|out| class(of_class(letter), true, out));
        restore(&is_not, &|out| ranges(of_class(letter), true, out));
    }
    for letter in ['w', 's', 'd'] {
        restore(&format!("\\{letter}"), &|out| ranges(of_class(letter), false, out));
    }
    restore("\\b", &|out| out.push_str("\\u{8}"));
    text.into()
}

/// Translates the patterns of a schema.
pub(super) fn translate(schema: &mut Serde) {
    match schema {
        Serde::Object(keywords) => {
            for (keyword, value) in keywords {
                match (keyword.as_str(), value) {
                    // These keywords contain data, not schemas.
                    ("enum" | "const" | "default" | "example" | "examples", _) => {}
                    ("pattern", Serde::String(pattern)) => {
                        if let Cow::Owned(translated) = for_rust(pattern) {
                            *pattern = translated;
                        }
                    }
                    // The keys in these keywords are names, not keywords.
                    (
                        "properties" | "patternProperties" | "dependentSchemas" | "dependencies" | "$defs"
                        | "definitions",
                        Serde::Object(schemas),
                    ) => schemas.values_mut().for_each(translate),
                    (_, value) => translate(value),
                }
            }
        }
        Serde::Array(schemas) => schemas.iter_mut().for_each(translate),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::Schema;
    use crate::json::{Document, Tape};

    /// Compared with Node 20 and the flag `u`.
    #[test]
    fn patterns_match_as_in_ecma_262() {
        for (pattern, matching, others) in [
            (r"^(?!000)\d{3}$", &["123"][..], &["٣٣٣", "000"][..]),
            (r"(?=.)^\w$", &["e", "_"], &["é", "-"]),
            (r"(?=.)^\W$", &["é", "-"], &["e"]),
            (r"(?=.)^.$", &["e", "é", "\u{85}"], &["\r", "\n", "\u{2028}"]),
            (r"^(?!.*\s).+$", &["ABCDEF", "\u{85}"], &["ABC\u{feff}DEF", "A B", "A\u{a0}B"]),
            (r"(?=.)^\S+$", &["\u{180e}"], &["\u{3000}"]),
            (r"^\d{2}(?!\d)", &["12a", "12٢"], &["1٢", "123"]),
            (r"(?<!\d)\d{4}(?!\d)", &["٢1234"], &["12345"]),
            (r"(?=.)^[\d-]$", &["1", "-"], &["٣", "a"]),
            (r"(?=.)^[\w.-]+$", &["a.b-c"], &["é", "a b"]),
            (r"(?=.)^[^\da]$", &["٣", "b"], &["1", "a"]),
            (r"(?=.)^[\W_]$", &["é", "_"], &["a"]),
            (r"(?=.)^[\S]$", &["é"], &["\u{feff}", " "]),
            (r"(?=.)^[\D]$", &["٣"], &["3"]),
            (r"(?=.)^[a\b]$", &["a", "\u{8}"], &["b"]),
            (r"(?=.)^[.]$", &["."], &["a"]),
            (r"(?=.)\.$", &["a."], &["a"]),
            (r"\bé", &["aé"], &["é"]),
            (r"é\b", &["éa"], &["é"]),
            (r"\Bé", &["é"], &["aé"]),
            (r"\bcall\b", &["a call.", "écallé"], &["recall"]),
            (r"(?=.)\bé", &["aé"], &["é"]),
            (r"(?=.)\Bé", &["é"], &["aé"]),
            (r"(?=.)\bcall\b", &["a call.", "écallé"], &["recall"]),
            (r"^(\w)\1$", &["aa"], &["ab", "éé"]),
        ] {
            let schema = Schema::compile(serde_json::json!({ "pattern": pattern })).expect(pattern);
            let is_match = |text: &&str| {
                let text = serde_json::to_vec(text).expect("JSON");
                let mut tape = Tape::default();
                schema.is_valid(Document::parse(&text, 0, &mut tape).expect("JSON"))
            };
            assert_eq!(super::as_written(&super::for_rust(pattern)), pattern);
            matching.iter().for_each(|text| assert!(is_match(text), "{pattern} {text:?}"));
            others.iter().for_each(|text| assert!(!is_match(text), "{pattern} {text:?}"));
        }
    }
}
