//! Labels with characters outside of ASCII, by IDNA2008 (RFC 5890 to 5893). The classes of code points are derived from
//! the properties of the current Unicode version by the algorithm of RFC 5892. UTS 46 is not IDNA2008: it maps and
//! accepts characters that are DISALLOWED.

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::props::{
    BidiClass, BinaryProperty, CanonicalCombiningClass, ChangesWhenNfkcCasefolded, DefaultIgnorableCodePoint,
    EnumeratedProperty, GeneralCategory, GeneralCategoryGroup, HangulSyllableType, JoiningType, NoncharacterCodePoint,
    Script, WhiteSpace,
};

/// The derived property of a code point (RFC 5892, section 3). DISALLOWED and UNASSIGNED are not distinguished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LabelProperty {
    Pvalid,
    /// CONTEXTJ and CONTEXTO: valid if the rule of RFC 5892, appendix A, is satisfied.
    ByContext,
    Disallowed,
}

fn property_of(character: char) -> LabelProperty {
    match character {
        'a'..='z' | '0'..='9' | '-' => return LabelProperty::Pvalid,
        '\0'..='\x7F' => return LabelProperty::Disallowed,
        // Exceptions (section 2.6). There are no entries for backward compatibility (section 2.7).
        'ß' | 'ς' | '\u{6FD}' | '\u{6FE}' | '\u{F0B}' | '\u{3007}' => return LabelProperty::Pvalid,
        '·' | '\u{375}' | '\u{5F3}' | '\u{5F4}' | '\u{30FB}' | '\u{660}'..='\u{669}' | '\u{6F0}'..='\u{6F9}' => {
            return LabelProperty::ByContext;
        }
        '\u{640}' | '\u{7FA}' | '\u{302E}' | '\u{302F}' | '\u{3031}'..='\u{3035}' | '\u{303B}' => {
            return LabelProperty::Disallowed;
        }
        // Join_Control (section 2.8).
        '\u{200C}' | '\u{200D}' => return LabelProperty::ByContext,
        // Ignorable blocks (section 2.4): Combining Diacritical Marks for Symbols, Musical Symbols, Ancient Greek
        // Musical Notation.
        '\u{20D0}'..='\u{20FF}' | '\u{1D100}'..='\u{1D1FF}' | '\u{1D200}'..='\u{1D24F}' => {
            return LabelProperty::Disallowed;
        }
        _ => {}
    }
    // Unassigned code points (section 2.10) are not letters or digits.
    let is_letter_or_digit = matches!(
        GeneralCategory::for_char(character),
        GeneralCategory::LowercaseLetter
            | GeneralCategory::UppercaseLetter
            | GeneralCategory::OtherLetter
            | GeneralCategory::DecimalNumber
            | GeneralCategory::ModifierLetter
            | GeneralCategory::NonspacingMark
            | GeneralCategory::SpacingMark
    );
    // Old Hangul Jamo (section 2.9).
    let is_jamo = matches!(
        HangulSyllableType::for_char(character),
        HangulSyllableType::LeadingJamo | HangulSyllableType::VowelJamo | HangulSyllableType::TrailingJamo
    );
    // Unstable under NFKC and case folding (section 2.2), and ignorable properties (section 2.3).
    if is_letter_or_digit
        && !is_jamo
        && !ChangesWhenNfkcCasefolded::for_char(character)
        && !DefaultIgnorableCodePoint::for_char(character)
        && !WhiteSpace::for_char(character)
        && !NoncharacterCodePoint::for_char(character)
    {
        LabelProperty::Pvalid
    } else {
        LabelProperty::Disallowed
    }
}

/// True if the code points of a label are those of a U-label (RFC 5890, section 2.3.2.1; RFC 5891, section 4.2). The
/// Bidi rule and the length of the A-label are not part of it.
pub(super) fn is_unicode_label(label: &str) -> bool {
    let characters: Vec<char> = label.chars().collect();
    let has_hyphens = characters.first() == Some(&'-')
        || characters.last() == Some(&'-')
        || characters.get(2..4) == Some(&['-', '-']);
    let begins_with_mark =
        characters.first().is_none_or(|first| GeneralCategoryGroup::Mark.contains(GeneralCategory::for_char(*first)));
    !has_hyphens
        && !begins_with_mark
        && is_nfc(label)
        && (0..characters.len()).all(|index| match property_of(characters[index]) {
            LabelProperty::Pvalid => true,
            LabelProperty::ByContext => is_valid_in_context(&characters, index),
            LabelProperty::Disallowed => false,
        })
}

pub(super) fn is_nfc(text: &str) -> bool {
    const { ComposingNormalizerBorrowed::new_nfc() }.is_normalized(text)
}

/// The text in Normalization Form C.
pub(super) fn to_nfc(text: &str) -> std::borrow::Cow<'_, str> {
    const { ComposingNormalizerBorrowed::new_nfc() }.normalize(text)
}

/// The contextual rules of RFC 5892, appendix A.
fn is_valid_in_context(label: &[char], index: usize) -> bool {
    let before = index.checked_sub(1).map(|index| label[index]);
    let after = label.get(index + 1).copied();
    let has_script = |neighbor: Option<char>, script| neighbor.map(Script::for_char) == Some(script);
    let is_after_virama = || before.map(CanonicalCombiningClass::for_char) == Some(CanonicalCombiningClass::Virama);
    match label[index] {
        '\u{200C}' => is_after_virama() || joins(&label[..index], &label[index + 1..]),
        '\u{200D}' => is_after_virama(),
        '·' => before == Some('l') && after == Some('l'),
        '\u{375}' => has_script(after, Script::Greek),
        '\u{5F3}' | '\u{5F4}' => has_script(before, Script::Hebrew),
        '\u{30FB}' => label
            .iter()
            .any(|character| matches!(Script::for_char(*character), Script::Hiragana | Script::Katakana | Script::Han)),
        // The two kinds of Arabic digits are not mixed.
        '\u{660}'..='\u{669}' => !label.iter().any(|character| ('\u{6F0}'..='\u{6F9}').contains(character)),
        _ => !label.iter().any(|character| ('\u{660}'..='\u{669}').contains(character)),
    }
}

/// True if a zero width non-joiner between these characters separates letters that join (appendix A.1).
fn joins(before: &[char], after: &[char]) -> bool {
    let first = |mut characters: &mut dyn Iterator<Item = &char>| {
        (&mut characters)
            .map(|character| JoiningType::for_char(*character))
            .find(|joining| *joining != JoiningType::Transparent)
    };
    matches!(first(&mut before.iter().rev()), Some(JoiningType::LeftJoining | JoiningType::DualJoining))
        && matches!(first(&mut after.iter()), Some(JoiningType::RightJoining | JoiningType::DualJoining))
}

/// True if the label contains characters that are written from right to left. A domain name with such a label is a Bidi
/// domain name (RFC 5893, section 1.4).
pub(super) fn is_right_to_left(label: &str) -> bool {
    label.chars().any(|character| {
        matches!(
            BidiClass::for_char(character),
            BidiClass::RightToLeft | BidiClass::ArabicLetter | BidiClass::ArabicNumber
        )
    })
}

/// The Bidi rule, which applies to every label of a Bidi domain name (RFC 5893, section 2).
pub(super) fn satisfies_bidi_rule(label: &str) -> bool {
    use BidiClass as Class;
    let class = Class::for_char;
    let last = label.chars().rev().map(class).find(|class| *class != Class::NonspacingMark);
    let neutral = |class| {
        matches!(
            class,
            Class::EuropeanNumber
                | Class::EuropeanSeparator
                | Class::CommonSeparator
                | Class::EuropeanTerminator
                | Class::OtherNeutral
                | Class::BoundaryNeutral
                | Class::NonspacingMark
        )
    };
    match label.chars().next().map(class) {
        Some(Class::RightToLeft | Class::ArabicLetter) => {
            let is_letter = |class| matches!(class, Class::RightToLeft | Class::ArabicLetter | Class::ArabicNumber);
            let has = |wanted| label.chars().any(|character| class(character) == wanted);
            label.chars().map(class).all(|class| is_letter(class) || neutral(class))
                && last.is_some_and(|last| is_letter(last) || last == Class::EuropeanNumber)
                && !(has(Class::EuropeanNumber) && has(Class::ArabicNumber))
        }
        Some(Class::LeftToRight) => {
            label.chars().map(class).all(|class| class == Class::LeftToRight || neutral(class))
                && matches!(last, Some(Class::LeftToRight | Class::EuropeanNumber))
        }
        _ => false,
    }
}
