//! Errors inside a string.

use super::{SyntaxContext, SyntaxError};
use crate::diagnostic::{Diagnostic, Label, OFFSET};
use crate::json::rules;
use crate::json::scan::Expected;
use crate::span::Span;
use crate::text::{shorten, visible_bytes};

impl SyntaxContext<'_> {
    pub(super) fn truncated_string(&self, string: usize) -> Diagnostic {
        let remedy = if self.unit == "schema" { "restore the file" } else { "fetch the response again" };
        self.here(0, format!("{} in a string: expected `\"`", self.end()), self.ends_here())
            .related(Span::new(string, string + 1), "the string starts here")
            .help(format!("{remedy} if it was cut off; otherwise add the closing quote"))
    }

    pub(super) fn control(&self, string: usize) -> Diagnostic {
        let byte = self.rest()[0];
        let opened = Span::new(string, string + 1);
        match byte {
            b'\n' | b'\r' => self
                .here(1, "unescaped line break in a string", "the string is not closed on this line")
                .related(opened, "the string starts here")
                .help("write `\\n` for a line break, or close the string with `\"`"),
            _ => {
                let escape = match byte {
                    b'\t' => "\\t".to_owned(),
                    0x08 => "\\b".to_owned(),
                    0x0C => "\\f".to_owned(),
                    other => format!("\\u{other:04x}"),
                };
                let name = if byte == b'\t' { "tab".to_owned() } else { format!("control character U+{byte:04X}") };
                self.here(1, format!("unescaped {name} in a string"), "must be escaped")
                    .related(opened, "the string starts here")
                    .help(format!("write `{escape}` instead"))
            }
        }
    }

    /// The input ends in an escape sequence.
    fn at_end(&self, string: usize) -> Diagnostic {
        let error = SyntaxError { at: self.source.len(), expected: Expected::Quote { string }, ..self.error };
        error.diagnostic(self.source, self.tape, self.shift, self.unit)
    }

    pub(super) fn escape(&self, string: usize) -> Diagnostic {
        let opened = Span::new(string, string + 1);
        let rest = self.rest();
        let Some(&letter) = rest.get(1) else {
            return self.at_end(string);
        };
        if letter == b'u' {
            let digits = rest[2..].iter().take(4).take_while(|byte| byte.is_ascii_hexdigit()).count();
            if self.at() + 2 + digits == self.source.len() {
                return self.at_end(string);
            }
            let shown = shorten(&visible_bytes(&rest[..2 + digits]), 8).into_owned();
            return self
                .here(
                    2 + digits,
                    format!("invalid escape sequence `{shown}`: expected 4 hexadecimal digits, found {digits}"),
                    "expected 4 hexadecimal digits",
                )
                .related(opened, "the string starts here")
                .help("write for example `\\u00e9`, or `\\\\` for a backslash");
        }
        let after = SyntaxContext { error: SyntaxError { at: self.at() + 1, ..self.error }, ..*self };
        let (length, found) = after.found();
        // `found` is a character in backticks, or a description of a byte that cannot be shown.
        let message = match found.strip_prefix('`') {
            Some(character) => format!("invalid escape sequence `\\{character}"),
            None => format!("invalid escape sequence: found {found} after a backslash"),
        };
        let diagnostic = self.here(1 + length, message, "not a JSON escape").related(opened, "the string starts here");
        match letter {
            b'\'' => diagnostic.help("remove the backslash: JSON does not escape single quotes"),
            b'x' | b'0'..=b'9' => diagnostic.help("write `\\u` and 4 hexadecimal digits"),
            _ => diagnostic.help(
                r#"write `\\` for a backslash; the valid escapes are `\"`, `\\`, `\/`, `\b`, `\f`, `\n`, `\r`, `\t` and `\uXXXX`"#,
            ),
        }
    }

    pub(super) fn encoding(&self, string: usize) -> Diagnostic {
        let rest = self.rest();
        let (length, what) = match *rest {
            [0xC0 | 0xC1, ..] | [0xE0, 0x80..=0x9F, ..] | [0xF0, 0x80..=0x8F, ..] => (2, "overlong encoding"),
            [0xED, 0xA0..=0xBF, 0x80..=0xBF, ..] => (3, "encoded surrogate (CESU-8)"),
            [0xF4, 0x90..=0xBF, ..] | [0xF5..=0xF7, ..] => (1, "code point above U+10FFFF starting with"),
            [0xF8..=0xFF, ..] => (1, "invalid byte"),
            [0x80..=0xBF, ..] => (1, "unexpected continuation byte"),
            _ => (1, "incomplete multi-byte sequence starting with"),
        };
        // Only variants of UTF-8 have these sequences of more than one byte.
        let is_variant = length > 1;
        let length = length.min(rest.len());
        let bytes: Vec<String> = rest[..length].iter().map(|byte| format!("0x{byte:02X}")).collect();
        let label = Label::new(self.span(length), "invalid UTF-8");
        let diagnostic = Diagnostic::new(
            &rules::ENCODING,
            format!("invalid UTF-8 at {OFFSET}{}: {what} {}", self.at() as u64 + self.shift, bytes.join(" ")),
            label,
        )
        .related(Span::new(string, string + 1), "the string starts here");
        // No error length: the input ends inside a character that is valid so far.
        if std::str::from_utf8(rest).is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none()) {
            return diagnostic.help("fetch the response again: it was cut off in the middle of a character");
        }
        // A single byte between ASCII characters: the text is probably in an encoding of one byte per character.
        let byte = rest[0];
        match windows_1252(byte).filter(|_| rest.get(1).is_none_or(u8::is_ascii)) {
            Some(character) => {
                let command = if self.unit == "schema" {
                    "iconv -f WINDOWS-1252 -t UTF-8"
                } else {
                    "iconv -f WINDOWS-1252 -t UTF-8 FILE | callcheck"
                };
                diagnostic
                    .help(format!("convert the file: `{command}` (byte 0x{byte:02X} is `{character}` in Windows-1252)"))
            }
            None if is_variant => diagnostic
                .help("fix the program that wrote this: it does not write standard UTF-8 (RFC 8259, section 8.1)"),
            None => {
                diagnostic.help("save the response byte for byte as it was sent: JSON is UTF-8 (RFC 8259, section 8.1)")
            }
        }
    }
}

/// The printable non-ASCII character of this byte in Windows-1252, a superset of ISO 8859-1.
fn windows_1252(byte: u8) -> Option<char> {
    let character = match byte {
        0x80 => '\u{20AC}',
        0x82 => '\u{201A}',
        0x83 => '\u{0192}',
        0x84 => '\u{201E}',
        0x85 => '\u{2026}',
        0x86 => '\u{2020}',
        0x87 => '\u{2021}',
        0x88 => '\u{02C6}',
        0x89 => '\u{2030}',
        0x8A => '\u{0160}',
        0x8B => '\u{2039}',
        0x8C => '\u{0152}',
        0x8E => '\u{017D}',
        0x91 => '\u{2018}',
        0x92 => '\u{2019}',
        0x93 => '\u{201C}',
        0x94 => '\u{201D}',
        0x95 => '\u{2022}',
        0x96 => '\u{2013}',
        0x97 => '\u{2014}',
        0x98 => '\u{02DC}',
        0x99 => '\u{2122}',
        0x9A => '\u{0161}',
        0x9B => '\u{203A}',
        0x9C => '\u{0153}',
        0x9E => '\u{017E}',
        0x9F => '\u{0178}',
        0xA0..=0xFF => char::from(byte),
        _ => return None,
    };
    Some(character).filter(|&character| !crate::text::is_hostile(character))
}
