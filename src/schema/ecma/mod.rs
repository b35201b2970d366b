//! Patterns of ECMA-262 with the flag `u` (JSON Schema Core 2020-12, section 6.4): their grammar, and their translation
//! for `fancy-regex`. `jsonschema` translates common patterns itself, but not lookaround, backreferences, `[]`, `\0`
//! and surrogate pairs.
//!
//! Invariant: the translation is a valid pattern of ECMA-262, too, because `jsonschema` validates it with the
//! meta-schema. A translation that differs ends with a group that never participates, `(?:…){0}`, and contains the
//! original. So different patterns have different translations, which are keys in `patternProperties`, and messages
//! show the original.

mod classes;
mod names;
mod outline;
mod translator;

use std::borrow::Cow;

use jsonschema::Draft;
use serde_json::Value as Serde;

use super::walk::each_schema;
use crate::json::push_token;
use outline::Outline;
pub(super) use translator::PatternError;

/// The text around the original at the end of a translation.
const ORIGINAL: [&str; 2] = ["(?:\\u{0}\\u{1}\\u{2}", "){0}"];

/// Returns true if the pattern cannot be matched in linear time. Matching it can exceed the backtracking limit.
pub(super) fn needs_backtracking(pattern: &str) -> bool {
    Outline::of(pattern).needs_backtracking
}

/// # Errors
/// The pattern is not valid, or not supported.
pub(super) fn check(pattern: &str) -> Result<(), PatternError> {
    translator::translate(pattern).map(|_| ())
}

/// True if the pattern is valid, also if it is not supported.
pub(super) fn is_valid(pattern: &str) -> bool {
    check(pattern).map_or_else(|error| error.is_limit, |()| true)
}

/// Translates a pattern. The translation of a pattern that cannot be used is not valid.
pub(super) fn for_rust(pattern: &str) -> Cow<'_, str> {
    let mut translated = translator::translate(pattern).unwrap_or_else(|_| "(".to_owned());
    if translated == pattern && matches!(as_written(pattern), Cow::Borrowed(_)) {
        return pattern.into();
    }
    let [before, after] = ORIGINAL;
    translated.push_str(before);
    pattern.chars().for_each(|character| classes::character(u32::from(character), &mut translated));
    translated.push_str(after);
    translated.into()
}

/// Reverses the translation of a pattern, for messages.
pub(super) fn as_written(translated: &str) -> Cow<'_, str> {
    let [before, after] = ORIGINAL;
    let encoded = translated.strip_suffix(after).and_then(|text| text.rsplit_once(before));
    encoded.and_then(|(_, encoded)| decoded(encoded)).map_or(translated.into(), Cow::Owned)
}

/// Reverses [`classes::character`].
fn decoded(encoded: &str) -> Option<String> {
    let mut text = String::new();
    let mut rest = encoded;
    while let Some(first) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("\\u{") {
            let (digits, after) = after.split_once('}')?;
            text.push(u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)?);
            rest = after;
        } else {
            text.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    Some(text)
}

/// Reverses the translation of the keys of `patternProperties` in a JSON Pointer.
pub(super) fn written_path(path: &str) -> Cow<'_, str> {
    if path.contains(ORIGINAL[1]) { with_names(path, as_written) } else { path.into() }
}

/// Translates the keys of `patternProperties` in a JSON Pointer.
pub(super) fn translated_path(path: &str) -> Cow<'_, str> {
    if path.contains(PATTERN_PROPERTIES) { with_names(path, for_rust) } else { path.into() }
}

const PATTERN_PROPERTIES: &str = "patternProperties";

fn with_names<'p>(path: &'p str, rename: impl Fn(&str) -> Cow<'_, str>) -> Cow<'p, str> {
    let mut renamed = String::with_capacity(path.len());
    let mut is_name = false;
    for (index, token) in path.split('/').enumerate() {
        let token = token.replace("~1", "/").replace("~0", "~");
        let name = if is_name { rename(&token) } else { Cow::Borrowed(&*token) };
        if index == 0 {
            renamed.push_str(&name);
        } else {
            push_token(&mut renamed, &name);
        }
        is_name = !is_name && token == PATTERN_PROPERTIES;
    }
    renamed.into()
}

/// Translates the patterns of a schema, and the references to schemas in `patternProperties`.
pub(super) fn translate(schema: &mut Serde) {
    each_schema(schema, Draft::default(), &mut |keywords, _| {
        for (keyword, value) in keywords.iter_mut() {
            match (keyword.as_str(), value) {
                ("pattern", Serde::String(pattern)) => {
                    if let Cow::Owned(translated) = for_rust(pattern) {
                        *pattern = translated;
                    }
                }
                ("$ref" | "$dynamicRef", Serde::String(reference)) => translate_reference(reference),
                (PATTERN_PROPERTIES, Serde::Object(schemas))
                    if schemas.keys().any(|pattern| matches!(for_rust(pattern), Cow::Owned(_))) =>
                {
                    let entries = std::mem::take(schemas).into_iter();
                    schemas.extend(entries.map(|(name, schema)| (for_rust(&name).into_owned(), schema)));
                }
                _ => {}
            }
        }
    });
}

fn translate_reference(reference: &mut String) {
    let Some((file, pointer)) = reference.split_once('#').filter(|(_, pointer)| pointer.contains(PATTERN_PROPERTIES))
    else {
        return;
    };
    let Ok(pointer) = percent_encoding::percent_decode_str(pointer).decode_utf8() else { return };
    let translated = translated_path(&pointer);
    if translated != pointer {
        *reference = format!("{file}#{}", super::load::encoded(&translated));
    }
}

#[cfg(test)]
mod tests {
    use crate::json::{Document, Tape};
    use crate::schema::Schema;

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

    #[test]
    fn translations_are_reversible() {
        let marked = super::for_rust(r"\0").into_owned();
        for pattern in [r"\0", "[]", "(", "a{0}", "(?:a){0}", "a/b~[^]é😀\u{1}", &marked] {
            let translated = super::for_rust(pattern);
            assert_eq!(super::as_written(&translated), pattern);
            let pointer = format!("/patternProperties/{}/type", pattern.replace('~', "~0").replace('/', "~1"));
            assert_eq!(super::written_path(&super::translated_path(&pointer)), pointer);
        }
        assert_ne!(super::for_rust(&marked), marked);
        for unchanged in [r"^[\w.-]+$", r"^\d{3}-\d{4}$", "^(a|b)$", "é+", r"[^\s@]+\.\/\-", r"(?:\u00e9|\x41)"] {
            assert_eq!(super::for_rust(unchanged), unchanged);
        }
        let pointer = "/properties/patternProperties/x/patternProperties/[]/a";
        let renamed = super::translated_path(pointer);
        assert!(renamed.starts_with("/properties/patternProperties/x/patternProperties/[^"), "{renamed}");
    }

    #[test]
    fn errors_have_a_position() {
        for (pattern, expected) in [
            ("é(a", "unclosed group at character 2"),
            ("a)", "unopened group at character 2"),
            ("(?P<n>a)", "invalid group `(?P` at character 1"),
            ("(?<1>a)", "invalid group name at character 1"),
            ("(?<n>a)(?<n>a)", "duplicate group name `n` at character 8"),
            (r"\k<n>", "backreference to the unknown group `n` at character 1"),
            (r"(a)\2", "backreference to the unknown group 2 at character 4"),
            ("[a", "unclosed character class at character 1"),
            ("a]", "unescaped `]` at character 2"),
            ("a{,3}", "unescaped `{` at character 2"),
            ("a**", "nothing to repeat at character 3"),
            ("^*", "nothing to repeat at character 2"),
            ("a{3,2}", "repetition with the larger count first at character 2"),
            ("[z-a]", "range `z-a` with the larger character first at character 2"),
            (r"[\w-.]", r"`\w` at the end of a range at character 2"),
            (r"[a-\d]", r"`\d` at the end of a range at character 4"),
            (r"ab\a", r"invalid escape sequence `\a` at character 3"),
            (r"\u{110000}", r"invalid escape sequence `\u` at character 1"),
            ("a\\", "incomplete escape sequence at character 2"),
            (r"\p{Foo}", "unknown Unicode property `Foo` at character 1"),
            (r"\pL", r"`\p` without a property in braces at character 1"),
        ] {
            let error = super::check(pattern).expect_err(pattern);
            assert_eq!((error.to_string().as_str(), error.is_limit), (expected, false), "{pattern}");
            assert!(!super::is_valid(pattern), "{pattern}");
        }
        for (pattern, expected) in [
            (&*"(".repeat(101), "more than 100 nested groups at character 101"),
            (r"(?<=(a)\1)", "unsupported backreference to a group in the same lookbehind at character 8"),
            (r"\p{CWKCF}", "unsupported Unicode property `CWKCF` at character 1"),
            ("a{4294967296}", "repetition of more than 4294967295 times at character 2"),
        ] {
            let error = super::check(pattern).expect_err(pattern);
            assert_eq!((error.to_string().as_str(), error.is_limit), (expected, true), "{pattern}");
            assert!(super::is_valid(pattern), "{pattern}");
        }
    }

    /// With quadratic work, this takes minutes.
    #[test]
    fn long_patterns_take_linear_time() {
        const COUNT: usize = 30_000;
        for part in
            ["(a)", r"(?<\u{", "\\p{", "(?m:a)", "(?<n>a)|", r"\1", r"\k<n>", "(?:", "[a]", "()|", "{", r"(?:a\b)"]
        {
            let long = part.repeat(COUNT);
            for pattern in [long.clone(), format!("(?<n>a){long}"), format!("{long}(?<n>a){long}")] {
                let translated = super::for_rust(&pattern);
                assert_eq!(super::as_written(&translated), pattern);
                super::needs_backtracking(&pattern);
            }
        }
    }
}
