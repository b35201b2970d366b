//! Columns of a token, counted as Prettier 3 counts them (`getStringWidth`), so that lines break at the same tokens.
//!
//! A terminal may show other widths: an invisible character counts as one column here, and only combining marks and
//! control characters count as none. Sequences of emoji that Unicode does not recommend may differ from Prettier.

use icu_properties::props::{
    BinaryProperty, EastAsianWidth, Emoji, EmojiModifier, EmojiModifierBase, EmojiPresentation, EnumeratedProperty,
    GeneralCategory, RegionalIndicator,
};

const JOINER: char = '\u{200D}';
const EMOJI_STYLE: char = '\u{FE0F}';
const KEYCAP: char = '\u{20E3}';
const BLACK_FLAG: char = '\u{1F3F4}';
const CANCEL_TAG: char = '\u{E007F}';

/// Columns of a text. Invalid UTF-8 counts as one column per sequence.
pub fn columns(text: &[u8]) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    let chunks = text.utf8_chunks();
    chunks.map(|chunk| valid_columns(chunk.valid()) + usize::from(!chunk.invalid().is_empty())).sum()
}

fn valid_columns(text: &str) -> usize {
    let (mut total, mut rest) = (0, text);
    loop {
        // Most of the text is ASCII.
        let ascii = rest.bytes().take_while(|byte| (0x20..0x7F).contains(byte)).count();
        total += ascii;
        let mut next = rest[ascii..].chars();
        let Some(first) = next.next() else { return total };
        rest = next.as_str();
        if let Some(after) = emoji(first, rest) {
            let is_narrow = after.len() == rest.len() && !is_wide_emoji(first);
            total += if is_narrow { 1 } else { 2 };
            rest = after;
        } else if first == KEYCAP && is_keycap_base(text, rest) {
            // With its digit, which was already counted and U+FE0F.
            total += 1;
        } else {
            total += character_columns(first);
        }
    }
}

fn is_keycap_base(text: &str, rest: &str) -> bool {
    let before = &text[..text.len() - rest.len() - KEYCAP.len_utf8()];
    before.strip_suffix(EMOJI_STYLE).unwrap_or(before).ends_with(|base: char| matches!(base, '#' | '*' | '0'..='9'))
}

fn character_columns(character: char) -> usize {
    match GeneralCategory::for_char(character) {
        GeneralCategory::Control | GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark => 0,
        _ => match EastAsianWidth::for_char(character) {
            EastAsianWidth::Fullwidth | EastAsianWidth::Wide => 2,
            _ => 1,
        },
    }
}

fn is_wide_emoji(first: char) -> bool {
    EmojiPresentation::for_char(first) || EmojiModifierBase::for_char(first)
}

/// The text after the emoji that begins with `first`, if one does.
fn emoji(first: char, rest: &str) -> Option<&str> {
    // Two regional indicators are a flag; each of them counts as one column.
    if first.is_ascii() || !Emoji::for_char(first) || RegionalIndicator::for_char(first) {
        return None;
    }
    let mut rest = rest;
    if first == BLACK_FLAG
        && let Some((tags, after)) = rest.split_once(CANCEL_TAG)
        && tags.chars().all(|tag| matches!(tag, '\u{E0020}'..='\u{E007E}'))
    {
        return Some(after);
    }
    let mut base = first;
    loop {
        let mut next = rest.chars();
        match next.next() {
            Some(EMOJI_STYLE) if !EmojiPresentation::for_char(base) => rest = next.as_str(),
            Some(modifier) if EmojiModifier::for_char(modifier) && EmojiModifierBase::for_char(base) => {
                rest = next.as_str();
            }
            _ => {}
        }
        let joined = rest.strip_prefix(JOINER).and_then(|after| {
            let mut next = after.chars();
            next.next().filter(|next| !next.is_ascii() && Emoji::for_char(*next)).map(|base| (base, next.as_str()))
        });
        match joined {
            Some((joined, after)) => (base, rest) = (joined, after),
            None => return Some(rest),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::columns;

    #[test]
    fn columns_are_those_of_prettier() {
        for (text, expected) in [
            ("\"abc\"", 5),
            ("é", 1),
            ("e\u{301}", 1),
            ("电话", 4),
            ("ｆ", 2),
            ("العربية", 7),
            ("a\u{7F}\u{85}é", 2),
            ("\u{200B}\u{200D}\u{FEFF}", 3),
            // Spacing marks, Hangul vowels and fillers are not combined.
            ("\u{9BE}\u{1160}\u{3164}", 4),
            ("🎉", 2),
            ("©", 1),
            ("©\u{FE0F}", 2),
            ("☝", 2),
            ("👍🏽", 2),
            ("👩\u{200D}👧\u{200D}👦", 2),
            ("❤\u{FE0F}\u{200D}🔥", 2),
            ("🇩🇪", 2),
            ("🇩", 1),
            ("🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}", 2),
            ("1\u{FE0F}\u{20E3}", 2),
            ("1\u{20E3}", 2),
            ("a\u{20E3}", 1),
        ] {
            assert_eq!(columns(text.as_bytes()), expected, "{text:?}");
        }
        assert_eq!(columns(b"a\xFFb"), 3);
    }
}
