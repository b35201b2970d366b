//! Text of the input for reports: escaped, shortened, measured.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_width::UnicodeWidthChar;

/// True if a character must not be written to a terminal: controls (C0, DEL, C1), characters that are invisible or
/// reorder text (`Default_Ignorable_Code_Point` and `Bidi_Control`, DerivedCoreProperties.txt 16.0), and unusual spaces
/// and separators (`Zs`, `Zl`, `Zp`).
pub fn is_hostile(character: char) -> bool {
    matches!(character,
        '\0'..='\u{1F}' | '\u{7F}'..='\u{A0}' | '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{1680}' | '\u{2000}'..='\u{200F}' | '\u{2028}'..='\u{202F}' | '\u{205F}'..='\u{206F}' | '\u{2800}' | '\u{3000}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}'
        // Prepended marks (Cf), private use, noncharacters.
        | '\u{600}'..='\u{605}' | '\u{6DD}' | '\u{70F}' | '\u{890}'..='\u{891}' | '\u{8E2}' | '\u{110BD}' | '\u{110CD}'
        | '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}' | '\u{FDD0}'..='\u{FDEF}' | '\u{FFFE}'..='\u{FFFF}')
}

/// Writes a character as JSON's own escape, `\u202e` (a surrogate pair beyond U+FFFF).
pub(crate) fn push_escape(out: &mut String, character: char) {
    for unit in character.encode_utf16(&mut [0; 2]) {
        let _ = write!(out, "\\u{unit:04x}");
    }
}

/// Escapes hostile characters.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hostile) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_hostile(character) { push_escape(&mut out, character) } else { out.push(character) }
    }
    Cow::Owned(out)
}

/// The same for bytes: an invalid byte is written as `\xff`.
pub(crate) fn visible_bytes(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.utf8_chunks() {
        out.push_str(&visible(chunk.valid()));
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out
}

/// At most `max` characters, with `…` if the text is longer.
pub(crate) fn shorten(text: &str, max: usize) -> Cow<'_, str> {
    if text.len() <= max {
        return Cow::Borrowed(text);
    }
    match text.char_indices().nth(max) {
        None => Cow::Borrowed(text),
        Some(_) => {
            let end = text.char_indices().nth(max.saturating_sub(1)).map_or(0, |(at, _)| at);
            Cow::Owned(format!("{}…", &text[..end]))
        }
    }
}

/// Terminal cells of a text without hostile characters.
pub fn width(text: &str) -> usize {
    text.chars().map(cells).sum()
}

/// Terminal cells of a character that is not hostile.
pub fn cells(character: char) -> usize {
    character.width().unwrap_or(0)
}

/// True if a shell takes the word as it is.
pub(crate) fn is_plain_word(word: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./:@%+=,".contains(&byte);
    !word.is_empty() && !word.starts_with('-') && word.bytes().all(is_plain)
}

/// A word of a POSIX shell command.
pub(crate) fn shell_word(text: &str) -> String {
    if is_plain_word(text) { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// `1 result`, `2 results`, `250,000 results`.
pub(crate) fn count(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", thousands(number), if number == 1 { "" } else { "s" })
}

/// Digits in groups of three, separated by commas.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `a, b and c`.
pub(crate) fn list<T: AsRef<str>>(items: &[T], last: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [head @ .., tail] => {
            format!("{} {last} {}", head.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", "), tail.as_ref())
        }
    }
}

/// A duration, rounded to its unit: `42 ms`, `1.5 s`,
/// `20 min`, `7 h`, `424 days`.
pub(crate) fn span_of_time(milliseconds: i64) -> String {
    let all = milliseconds.unsigned_abs();
    let rounded = |unit: u64| (all + unit / 2) / unit;
    let (tenths, minutes, hours) = (rounded(100), rounded(60_000), rounded(3_600_000));
    if all < 1000 {
        format!("{all} ms")
    } else if tenths < 600 {
        let fraction = if tenths % 10 > 0 { format!(".{}", tenths % 10) } else { String::new() };
        format!("{}{fraction} s", tenths / 10)
    } else if minutes < 120 {
        format!("{minutes} min")
    } else if hours < 48 {
        format!("{hours} h")
    } else {
        format!("{} days", thousands(rounded(86_400_000)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_time_are_rounded_to_the_nearest() {
        for (milliseconds, expected) in [
            (0, "0 ms"),
            (999, "999 ms"),
            (1049, "1 s"),
            (1050, "1.1 s"),
            (59_949, "59.9 s"),
            (59_950, "1 min"),
            (-89_999, "1 min"),
            (90_000, "2 min"),
            (7_169_999, "119 min"),
            (7_170_000, "2 h"),
            (86_398_700, "24 h"),
            (171_000_000, "2 days"),
            (5_097_599_900, "59 days"),
            (i64::MIN, "106,751,991,167 days"),
        ] {
            assert_eq!(span_of_time(milliseconds), expected, "{milliseconds}");
        }
    }
}
