//! Words for a [`SyntaxError`]: what stands there, what was expected, where the unclosed thing was opened, and the usual suspects.

mod string;

use super::scan::{Expected, SyntaxError};
use super::tape::{Document, Kind, NONE, Tape, push_bounded};
use crate::diagnostic::{Diagnostic, Label};
use crate::json::rules;
use crate::span::Span;
use crate::text::{count, shorten};

impl SyntaxError {
    /// The finding for a person. `source` and `tape` as they were scanned; `shift`: bytes of the input before `source`.
    /// `unit`: what ends where `source` does, "input" or "line".
    pub fn diagnostic(&self, source: &[u8], tape: &Tape, shift: u64, unit: &'static str) -> Diagnostic {
        let case = Case { source, tape, error: *self, shift, unit };
        case.explain().at(case.pointer())
    }

    /// The JSON Pointer of the value that was being read, as far as it can be told.
    pub fn pointer(&self, source: &[u8], tape: &Tape) -> String {
        Case { source, tape, error: *self, shift: 0, unit: "" }.pointer()
    }

    /// A placeholder that a recorder put in place of a secret, without quotes: `<PORTAL_ID>`, `***`, `${ID}`, `{{id}}`, `[REDACTED]`.
    pub fn placeholder(&self, source: &[u8]) -> Option<Span> {
        if !matches!(self.expected, Expected::Value { .. } | Expected::Name { .. }) {
            return None;
        }
        let behind = &source[self.at.min(source.len())..];
        let behind = &behind[..behind.len().min(80)];
        let before = self.at.checked_sub(1).map(|before| source[before]);
        let plain = |bytes: &[u8]| {
            let bytes = bytes.trim_ascii();
            !bytes.is_empty() && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-.:".contains(byte))
        };
        // What stands between an opening of so many bytes and this closing, if it is a plain name.
        let closed = |open: usize, close: &[u8]| {
            let end = memchr::memmem::find(behind, close).filter(|&end| end >= open && plain(&behind[open..end]))?;
            Some(end + close.len())
        };
        let (start, length) = match behind {
            // In capitals, as recorders write them; anything else may be HTML.
            [b'<', ..] => (self.at, closed(1, b">").filter(|&end| !behind[..end].iter().any(u8::is_ascii_lowercase))?),
            [b'*', b'*', ..] => (self.at, behind.iter().take_while(|byte| **byte == b'*').count()),
            [b'$', b'{', ..] => (self.at, closed(2, b"}")?),
            // To the scanner the first brace opened an object, the bracket below an array.
            [b'{', ..] if before == Some(b'{') => (self.at - 1, closed(1, b"}}")? + 1),
            _ if before == Some(b'[') => {
                let end = closed(0, b"]")?;
                let word = std::str::from_utf8(&behind[..end - 1]).ok()?;
                let shouted = word.bytes().all(|byte| byte.is_ascii_uppercase() || b"_- ".contains(&byte));
                (self.at - 1, (shouted && !is_foreign(word)).then_some(end + 1)?)
            }
            _ => return None,
        };
        Some(Span::new(start, start + length))
    }
}

/// Whether this is another language's word for a value that JSON writes differently.
pub fn is_foreign(word: &str) -> bool {
    FOREIGN.iter().any(|(foreign, _)| *foreign == word)
}

/// Words that other languages write where JSON has another one.
const FOREIGN: &[(&str, &str)] = &[
    ("NaN", "write `null` or `\"NaN\"`: JSON numbers are finite"),
    ("nan", "write `null` or `\"NaN\"`: JSON numbers are finite"),
    ("Infinity", "write `null` or `\"Infinity\"`: JSON numbers are finite"),
    ("inf", "write `null` or `\"inf\"`: JSON numbers are finite"),
    ("None", "write `null`; in Python, use `json.dumps(...)` instead of `str(...)`"),
    ("True", "write `true`; in Python, use `json.dumps(...)` instead of `str(...)`"),
    ("False", "write `false`; in Python, use `json.dumps(...)` instead of `str(...)`"),
    ("TRUE", "write `true` in lowercase"),
    ("FALSE", "write `false` in lowercase"),
    ("NULL", "write `null` in lowercase"),
    ("Null", "write `null` in lowercase"),
    ("nil", "write `null`"),
    ("undefined", "write `null`, or remove the key"),
];

/// What to do where text has got out of its string.
const UNESCAPED: &str = "if this text belongs to the preceding string, escape the quotes in that string as `\\\"`";

/// A byte order mark.
const MARK: &[u8] = "\u{FEFF}".as_bytes();

struct Case<'a> {
    source: &'a [u8],
    tape: &'a Tape,
    error: SyntaxError,
    shift: u64,
    unit: &'static str,
}

impl Case<'_> {
    fn at(&self) -> usize {
        self.error.at
    }

    fn rest(&self) -> &[u8] {
        &self.source[self.at().min(self.source.len())..]
    }

    fn span(&self, length: usize) -> Span {
        Span::new(self.at(), (self.at() + length).min(self.source.len()))
    }

    /// The finding at [`SyntaxError::at`], `length` bytes long.
    fn here(&self, length: usize, message: impl Into<String>, label: impl Into<String>) -> Diagnostic {
        Diagnostic::new(&rules::SYNTAX, message, Label::new(self.span(length), label))
    }

    /// The bytes of the character that stands here, and its name for a sentence.
    fn found(&self) -> (usize, String) {
        match self.rest() {
            [] => (0, "end of input".into()),
            rest => {
                let head = &rest[..rest.len().min(4)];
                let valid = match std::str::from_utf8(head) {
                    Ok(text) => text,
                    Err(error) => std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default(),
                };
                match valid.chars().next() {
                    Some('\n' | '\r') => (1, "end of line".into()),
                    None => (1, format!("byte 0x{:02X}", rest[0])),
                    Some(character) if crate::text::is_hostile(character) => {
                        (character.len_utf8(), format!("U+{:04X}", character as u32))
                    }
                    Some(character) => (character.len_utf8(), format!("`{character}`")),
                }
            }
        }
    }

    /// The identifier-like word that begins at `from`; empty where there is none.
    fn word(&self, from: usize) -> &str {
        let rest = &self.source[from.min(self.source.len())..];
        let length = rest
            .iter()
            .take(64)
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'-' | b'.'))
            .count();
        let word = std::str::from_utf8(&rest[..length]).unwrap_or_default();
        if word.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_' || first == '$') {
            word
        } else {
            ""
        }
    }

    /// Open containers from the innermost outwards.
    fn open(&self) -> impl Iterator<Item = u32> {
        let step = |index: u32| (index != NONE).then_some(index);
        std::iter::successors(step(self.error.open), move |&index| step(self.tape.entries[index as usize].next))
    }

    /// The JSON Pointer of the value that was being read, as far as it can be told.
    fn pointer(&self) -> String {
        let document = Document { source: self.source, tape: self.tape };
        let entries = &self.tape.entries;
        let mut chain: Vec<u32> = self.open().collect();
        chain.reverse();
        let (mut pointer, mut full) = (String::new(), false);
        for (depth, &container) in chain.iter().enumerate() {
            let inner = chain.get(depth + 1).copied();
            let (mut at, mut element, mut name) = (container + 1, 0u64, None);
            while (at as usize) < entries.len() && Some(at) != inner {
                if entries[at as usize].kind == Kind::Name {
                    name = Some(at);
                    at += 1;
                } else {
                    element += 1;
                    name = None;
                    at = entries[at as usize].next;
                }
            }
            if entries[container as usize].kind == Kind::Array {
                element += document.skipped(container);
                if inner.is_some() || self.error.expected != Expected::CommaOrClose {
                    push_bounded(&mut pointer, &element.to_string(), &mut full);
                }
            } else if let Some(name) = name.filter(|&name| inner.is_some() || document.value(name).is_surely_name()) {
                push_bounded(&mut pointer, &document.value(name).string(), &mut full);
            }
        }
        pointer
    }

    /// Whether the last name on the tape is one for sure.
    fn name_is_sure(&self) -> bool {
        let document = Document { source: self.source, tape: self.tape };
        document.len().checked_sub(1).is_none_or(|last| document.value(last as u32).is_surely_name())
    }

    /// Names the innermost open container as the place to look at.
    fn opened(&self, diagnostic: Diagnostic) -> Diagnostic {
        match self.open().next() {
            None => diagnostic,
            Some(index) => {
                let entry = &self.tape.entries[index as usize];
                let start = entry.start as usize;
                diagnostic.related(Span::new(start, start + 1), format!("the {} starts here", container(entry.kind)))
            }
        }
    }

    fn explain(&self) -> Diagnostic {
        if let Some(known) = self.suspect().filter(|_| self.error.expected != Expected::Shallower) {
            return known;
        }
        let (length, found) = self.found();
        match self.error.expected {
            Expected::Shallower => {
                let deepest = crate::text::thousands(super::scan::DEEPEST as u64);
                let label = Label::new(self.span(1), "one level too deep");
                Diagnostic::new(&rules::DEPTH, format!("nesting exceeds {deepest} levels"), label)
                    .help("check the program that wrote this: it is probably stuck in recursion")
            }
            Expected::Value { comma: Some(comma), .. } if matches!(self.rest().first(), Some(b']' | b'}')) => {
                self.trailing_comma(comma)
            }
            Expected::Name { comma: Some(comma) } if matches!(self.rest().first(), Some(b']' | b'}')) => {
                self.trailing_comma(comma)
            }
            Expected::Value { comma: Some(_), .. } | Expected::Name { comma: Some(_) }
                if self.rest().starts_with(b",") =>
            {
                let missing = if matches!(self.error.expected, Expected::Name { .. }) { "property" } else { "item" };
                self.here(1, "two commas in a row", "extra comma")
                    .help(format!("remove the extra comma, or add the missing {missing}"))
            }
            Expected::Value { first: true, .. } => {
                self.here(length, format!("expected a value or `]`, found {found}"), "expected a value")
            }
            Expected::Value { .. } if matches!(self.rest().first(), Some(b'}' | b',')) && self.behind_colon() => {
                self.here(1, format!("expected a value after `:`, found {found}"), "missing value before this")
            }
            Expected::Value { .. } => self.here(length, format!("expected a value, found {found}"), "expected a value"),
            Expected::Name { comma: None } => self.opened(self.here(
                length,
                format!("expected a key in double quotes or `}}`, found {found}"),
                "expected a key",
            )),
            Expected::Name { .. } => self.opened(self.here(
                length,
                format!("expected a key in double quotes, found {found}"),
                "expected a key",
            )),
            Expected::Colon => {
                let message = format!("expected `:` after the key, found {found}");
                let diagnostic = self.here(length, message, "expected `:`");
                match self.rest()[0] {
                    b'=' => diagnostic.help("write `:` between key and value"),
                    b',' | b'}' => diagnostic.help(UNESCAPED),
                    _ if !self.name_is_sure() => diagnostic.help(UNESCAPED),
                    _ => diagnostic,
                }
            }
            Expected::CommaOrClose => self.comma_or_close(length, &found),
            Expected::End => self.after_end(length, &found),
            Expected::NoControl { string } => self.control(string),
            Expected::Escape { string } => self.escape(string),
            Expected::Quote { string } => self.truncated_string(string),
            Expected::Utf8 { string } => self.encoding(string),
            Expected::Digit { number } => self.digit(number, length, &found),
            Expected::NoLeadingZero { number } => {
                let zero = self.at() - 1;
                let digits = self.source[zero..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                let label = Label::new(Span::new(zero, zero + digits), "leading zero");
                debug_assert!(zero - number <= 1, "only a minus sign can precede the zero");
                Diagnostic::new(&rules::SYNTAX, "leading zeros are not allowed in numbers", label)
                    .help("remove the leading zeros, or use a string if they matter (ids, phone numbers)")
            }
            Expected::Literal { start, word }
                if strsim::damerau_levenshtein(&self.word(start).to_lowercase(), word) > 2 =>
            {
                self.bare_word(start)
            }
            Expected::Literal { start, word } => {
                let read = self.word(start);
                let label = Label::new(
                    Span::new(start, (start + read.len().max(1)).min(self.source.len())),
                    format!("expected `{word}`"),
                );
                Diagnostic::new(&rules::SYNTAX, format!("expected `{word}`, found `{}`", shorten(read, 24)), label)
                    .help(format!("write `{word}`, or put the text in double quotes"))
            }
        }
    }

    /// The mistakes that have a name.
    fn suspect(&self) -> Option<Diagnostic> {
        let value = matches!(self.error.expected, Expected::Value { .. });
        let name = matches!(self.error.expected, Expected::Name { .. });
        let rest = self.rest();
        if let Expected::Quote { .. }
        | Expected::Escape { .. }
        | Expected::NoControl { .. }
        | Expected::Utf8 { .. }
        | Expected::NoLeadingZero { .. } = self.error.expected
        {
            return None;
        }
        if rest.is_empty() {
            return Some(self.truncated());
        }
        if rest.starts_with(b"//")
            || rest.starts_with(b"/*")
            || (rest[0] == b'#' && !matches!(self.error.expected, Expected::Digit { .. } | Expected::Literal { .. }))
        {
            let length = if rest[0] == b'#' { 1 } else { 2 };
            return Some(
                self.here(length, "comments are not allowed in JSON", "comment starts here").help("remove the comment"),
            );
        }
        if (value || name) && rest.starts_with(MARK) {
            // The first one was skipped.
            let (message, help) = if self.source[..self.at()].ends_with(MARK) {
                ("unexpected second byte order mark (U+FEFF)", "remove both byte order marks")
            } else {
                ("unexpected byte order mark (U+FEFF)", "remove the byte order mark")
            };
            return Some(self.here(MARK.len(), message, "byte order mark").help(help));
        }
        let start = rest[..rest.len().min(16)].to_ascii_lowercase();
        if [&b"<!doctype"[..], b"<html", b"<head", b"<body"].iter().any(|tag| start.starts_with(tag)) {
            return Some(
                self.here(1, "unexpected HTML inside the JSON document", "HTML starts here")
                    .help("fetch the response again: it was cut off, and the error page of a gateway follows"),
            );
        }
        if value && rest.starts_with(b"...") {
            return Some(
                self.here(3, "unexpected `...`: the document was shortened", "data was left out here")
                    .help("save the complete response"),
            );
        }
        if value && rest.starts_with(b"```") {
            return Some(
                self.here(3, "unexpected Markdown code fence", "not the start of a JSON value")
                    .help("keep only the text between the fences"),
            );
        }
        if (value || name) && matches!(rest[0], b'\'' | b'`') {
            let what = if name { "keys" } else { "strings" };
            let is_single = rest[0] == b'\'';
            let quote = if is_single { "a single quote" } else { "a backtick" };
            let diagnostic = self
                .here(1, format!("{what} must be in double quotes, found {quote}"), "expected `\"`")
                .help("use double quotes");
            return Some(if is_single {
                diagnostic.help("in Python, use `json.dumps(...)` instead of `str(...)`")
            } else {
                diagnostic
            });
        }
        if let Some(quote) = ["“", "”", "„", "‘", "’", "«"].iter().find(|quote| rest.starts_with(quote.as_bytes()))
            && (value || name)
        {
            return Some(
                self.here(
                    quote.len(),
                    format!("expected `\"`, found the typographic quote `{quote}`"),
                    "expected `\"`",
                )
                .help("replace the typographic quotes with `\"`; word processors and chat programs insert them"),
            );
        }
        if value && !self.word(self.at()).is_empty() {
            return Some(self.bare_word(self.at()));
        }
        if let Expected::Literal { start, .. } = self.error.expected
            && is_foreign(self.word(start))
        {
            return Some(self.bare_word(start));
        }
        if name && !self.word(self.at()).is_empty() {
            let word = self.word(self.at());
            return Some(
                self.here(word.len(), format!("unquoted key `{}`", shorten(word, 40)), "keys must be in double quotes")
                    .help(format!("write `\"{}\"`", shorten(word, 40)))
                    .help(UNESCAPED),
            );
        }
        if name && (rest[0].is_ascii_digit() || rest[0] == b'-') {
            return Some(self.here(1, "keys must be strings, found a number", "keys must be in double quotes"));
        }
        if value && rest[0] == b'+' {
            return Some(
                self.here(1, "numbers must not start with `+`", "unexpected `+`").help("remove the plus sign"),
            );
        }
        if value && rest[0] == b'.' && rest.get(1).is_some_and(u8::is_ascii_digit) {
            return Some(
                self.here(1, "numbers must not start with a decimal point", "missing digit")
                    .help("write `0` before the decimal point"),
            );
        }
        None
    }

    fn bare_word(&self, start: usize) -> Diagnostic {
        let word = self.word(start);
        let span = Span::new(start, start + word.len());
        match FOREIGN.iter().find(|(foreign, _)| *foreign == word) {
            Some((_, help)) => Diagnostic::new(
                &rules::SYNTAX,
                format!("`{word}` is not a JSON value"),
                Label::new(span, "not a JSON value"),
            )
            .help(*help),
            None => Diagnostic::new(
                &rules::SYNTAX,
                format!("unquoted string `{}`", shorten(word, 40)),
                Label::new(span, "strings must be in double quotes"),
            )
            .help("put strings in double quotes; only numbers, `true`, `false` and `null` are unquoted"),
        }
    }

    fn trailing_comma(&self, comma: usize) -> Diagnostic {
        let (_, found) = self.found();
        let label = Label::new(Span::new(comma, comma + 1), "trailing comma");
        Diagnostic::new(&rules::SYNTAX, format!("trailing comma is not allowed before {found}"), label)
            .related(self.span(1), "closing bracket")
            .help("remove the comma")
    }

    fn behind_colon(&self) -> bool {
        self.tape.entries.last().is_some_and(|entry| entry.kind == Kind::Name)
    }

    fn comma_or_close(&self, length: usize, found: &str) -> Diagnostic {
        let Some(open) = self.open().next() else { return self.after_end(length, found) };
        let kind = self.tape.entries[open as usize].kind;
        let (items, close) = if kind == Kind::Object { ("properties", "`}`") } else { ("items", "`]`") };
        let first = self.rest()[0];
        if let b']' | b'}' = first {
            return self.opened(self.here(
                1,
                format!("{found} cannot close an {}: expected `,` or {close}", container(kind)),
                format!("expected {close}"),
            ));
        }
        let previous = self.tape.entries.last().expect("a value before the comma");
        let behind_string = matches!(previous.kind, Kind::String) && previous.end as usize == self.at();
        if behind_string && (first.is_ascii_alphanumeric() || first >= 0x80) {
            return self
                .here(
                    length,
                    format!("unexpected text after a string: expected `,` or {close}, found {found}"),
                    "unexpected text",
                )
                .related(Span::new(previous.end as usize - 1, previous.end as usize), "the string ends here")
                .help("escape quotes inside strings as `\\\"`");
        }
        if previous.kind == Kind::Number && previous.end as usize == self.at() {
            return self
                .here(
                    length,
                    format!("unexpected text after a number: expected `,` or {close}, found {found}"),
                    "not part of a number",
                )
                .help("if number and text belong together, put both in one pair of double quotes");
        }
        if let b'"' | b'{' | b'[' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n' = first {
            return self
                .here(
                    length,
                    format!("missing comma between {items}: expected `,` or {close}, found {found}"),
                    "missing `,` before this",
                )
                .related(self.last_before(), "the previous value ends here");
        }
        if first == b':' && kind == Kind::Array {
            return self.opened(self.here(1, "unexpected `:` in an array: only objects have keys", "unexpected `:`"));
        }
        self.opened(self.here(
            length,
            format!("expected `,` or {close} after the value, found {found}"),
            format!("expected `,` or {close}"),
        ))
    }

    /// The last byte before the mistake that is no white space.
    fn last_before(&self) -> Span {
        let end = self.source[..self.at()].trim_ascii_end().len();
        Span::new(end.saturating_sub(1), end)
    }

    fn after_end(&self, length: usize, found: &str) -> Diagnostic {
        let Some(root) = self.tape.entries.first() else {
            return self.here(length, format!("expected a value, found {found}"), "expected a value");
        };
        let end = root.end as usize;
        let is_response = self.rest().starts_with(b"HTTP/");
        let diagnostic = if is_response {
            self.here(length, "unexpected second HTTP response", "second response starts here")
        } else {
            let message = format!("unexpected data after the end of the JSON document: {found}");
            self.here(length, message, "unexpected data")
        };
        let diagnostic = diagnostic.related(Span::new(end - 1, end), "the document ends here");
        match self.rest()[0] {
            _ if is_response => {
                diagnostic.help("save one response per file; `curl --retry` and several URLs write several responses")
            }
            b'0'..=b'9' if self.rest().trim_ascii_end().len() == 3 => {
                diagnostic.help("use `curl -i` instead of `curl -w`, which seems to have written this HTTP status")
            }
            b']' | b'}' => diagnostic.help("remove the extra closing bracket"),
            b'{' | b'[' => diagnostic.help("save one document per file, or one per line in a `.jsonl` file"),
            0 => diagnostic.help("remove the NUL bytes after the document: a buffer was saved with its unused part"),
            _ => diagnostic,
        }
    }

    /// The input ends where something must follow.
    fn truncated(&self) -> Diagnostic {
        let depth = self.open().count();
        let literal;
        let wanted = match self.error.expected {
            Expected::Value { .. } => "a value",
            Expected::Name { .. } => "a key",
            Expected::Colon => "`:` and a value",
            Expected::Digit { .. } => "a digit",
            Expected::Literal { word, .. } => {
                literal = format!("`{word}`");
                literal.as_str()
            }
            _ if self.open().next().is_some_and(|index| self.tape.entries[index as usize].kind == Kind::Object) => {
                "`,` or `}`"
            }
            _ => "`,` or `]`",
        };
        let inside = self
            .open()
            .next()
            .map_or(String::new(), |index| format!(" in an {}", container(self.tape.entries[index as usize].kind)));
        let diagnostic =
            self.opened(self.here(0, format!("{}{inside}: expected {wanted}", self.end()), self.ends_here()));
        let diagnostic = if depth > 1 { diagnostic.note(count(depth as u64, "unclosed bracket")) } else { diagnostic };
        diagnostic.help(if self.unit == "schema" {
            "add the missing bracket, or restore the file if it was cut off"
        } else if self.unit == "line" {
            "fetch the response again if it was cut off; in JSON Lines each line is one complete value"
        } else {
            "fetch the response again: it was cut off, for example by a timeout or a full disk"
        })
    }

    fn end(&self) -> String {
        format!("unexpected end of {}", self.unit)
    }

    fn ends_here(&self) -> String {
        format!("the {} ends here", self.unit)
    }

    fn digit(&self, number: usize, length: usize, found: &str) -> Diagnostic {
        let begun = &self.source[number..self.at()];
        if begun == b"-" && matches!(self.word(self.at()), "Infinity" | "inf" | "NaN" | "nan") {
            let word = self.word(self.at());
            let label = Label::new(Span::new(number, self.at() + word.len()), "not a JSON value");
            return Diagnostic::new(&rules::SYNTAX, format!("`-{word}` is not a JSON value"), label)
                .help("write `null` or a string: JSON numbers are finite");
        }
        let part = match begun.last() {
            Some(b'-') if begun.len() == 1 => "after the minus sign",
            Some(b'.') => "after the decimal point",
            _ => "in the exponent",
        };
        let diagnostic =
            self.here(length, format!("expected a digit {part} of a number, found {found}"), "expected a digit");
        if begun.len() > 1 {
            diagnostic.related(Span::new(number, number + 1), "the number starts here")
        } else {
            diagnostic
        }
    }
}

impl SyntaxError {
    fn with(self, expected: Expected) -> Self {
        SyntaxError { expected, ..self }
    }
}

fn container(kind: Kind) -> &'static str {
    if kind == Kind::Object { "object" } else { "array" }
}
