//! Explanations of a [`SyntaxError`].
//!
//! The scanner knows the position and what the grammar expects there. This module knows the mistakes that people and
//! programs make: it tries the [`suspects`] in their order and, if none matches, describes the expectation.
//!
//! Invariant: the findings depend only on the text before the error and a few bytes after it, so a text that is read in
//! pieces has the findings of a text that is read as a whole. Cost: once per document, as the first error ends it; only
//! [`SyntaxContext::pointer`] is linear in the tape.

mod string;
mod suspects;

use super::scan::{Expected, MAX_DEPTH, SyntaxError};
use super::tape::{Document, Kind, NONE, Tape, push_bounded};
use crate::diagnostic::{Diagnostic, Label};
use crate::json::rules;
use crate::span::Span;
use crate::text::{count, shorten};

pub(crate) use suspects::is_foreign;

impl SyntaxError {
    /// `source` and `tape` as they were scanned; `shift`: bytes of the input before `source`; `unit`: the name of what
    /// ends where `source` does, "input" or "line".
    pub fn diagnostic(&self, source: &[u8], tape: &Tape, shift: u64, unit: &'static str) -> Diagnostic {
        let context = SyntaxContext { source, tape, error: *self, shift, unit };
        context.explain().at(context.pointer())
    }

    /// The JSON Pointer of the value that was being read, as far as it is known.
    pub fn pointer(&self, source: &[u8], tape: &Tape) -> String {
        SyntaxContext { source, tape, error: *self, shift: 0, unit: "" }.pointer()
    }

    /// A placeholder without quotes that a recorder wrote instead of a secret: `<PORTAL_ID>`, `***`, `${ID}`, `{{id}}`,
    /// `[REDACTED]`.
    pub fn placeholder(&self, source: &[u8]) -> Option<Span> {
        if !matches!(self.expected, Expected::Value { .. } | Expected::Name { .. }) {
            return None;
        }
        let rest = &source[self.at.min(source.len())..];
        let rest = &rest[..rest.len().min(80)];
        let before = self.at.checked_sub(1).map(|before| source[before]);
        let is_name = |bytes: &[u8]| {
            let bytes = bytes.trim_ascii();
            !bytes.is_empty() && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-.:".contains(byte))
        };
        // The end of the placeholder, if there is only a name between its `open` bytes and the closing ones.
        let closed = |open: usize, close: &[u8]| {
            let end = memchr::memmem::find(rest, close).filter(|&end| end >= open && is_name(&rest[open..end]))?;
            Some(end + close.len())
        };
        let (start, length) = match rest {
            // Recorders write capitals; anything else may be HTML.
            [b'<', ..] => (self.at, closed(1, b">").filter(|&end| !rest[..end].iter().any(u8::is_ascii_lowercase))?),
            [b'*', b'*', ..] => (self.at, rest.iter().take_while(|byte| **byte == b'*').count()),
            [b'$', b'{', ..] => (self.at, closed(2, b"}")?),
            // The scanner read the first brace as the start of an object, and the bracket below as the start of an
            // array.
            [b'{', ..] if before == Some(b'{') => (self.at - 1, closed(1, b"}}")? + 1),
            _ if before == Some(b'[') => {
                let end = closed(0, b"]")?;
                let word = std::str::from_utf8(&rest[..end - 1]).ok()?;
                let is_upper = word.bytes().all(|byte| byte.is_ascii_uppercase() || b"_- ".contains(&byte));
                (self.at - 1, (is_upper && !is_foreign(word)).then_some(end + 1)?)
            }
            _ => return None,
        };
        Some(Span::new(start, start + length))
    }
}

/// Help for text outside of a string that probably belongs to one.
const UNESCAPED: &str = "if this text belongs to the preceding string, escape the quotes in that string as `\\\"`";

/// A syntax error and the text around it.
struct SyntaxContext<'a> {
    source: &'a [u8],
    tape: &'a Tape,
    error: SyntaxError,
    shift: u64,
    unit: &'static str,
}

/// A `json/syntax` finding.
fn syntax(span: Span, message: impl Into<String>, label: impl Into<String>) -> Diagnostic {
    Diagnostic::new(&rules::SYNTAX, message, Label::new(span, label))
}

impl SyntaxContext<'_> {
    fn at(&self) -> usize {
        self.error.at
    }

    fn rest(&self) -> &[u8] {
        &self.source[self.at().min(self.source.len())..]
    }

    fn next(&self) -> Option<u8> {
        self.rest().first().copied()
    }

    fn span(&self, length: usize) -> Span {
        Span::new(self.at(), (self.at() + length).min(self.source.len()))
    }

    /// A finding of `length` bytes at the error.
    fn here(&self, length: usize, message: impl Into<String>, label: impl Into<String>) -> Diagnostic {
        syntax(self.span(length), message, label)
    }

    fn expects_value(&self) -> bool {
        matches!(self.error.expected, Expected::Value { .. })
    }

    fn expects_name(&self) -> bool {
        matches!(self.error.expected, Expected::Name { .. })
    }

    /// The character at the error: its length in bytes and its description.
    fn found(&self) -> (usize, String) {
        let Some(first) = self.next() else { return (0, "end of input".into()) };
        let bytes = &self.rest()[..self.rest().len().min(4)];
        match bytes.utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next()) {
            Some('\n' | '\r') => (1, "end of line".into()),
            None => (1, format!("byte 0x{first:02X}")),
            Some(character) if crate::text::is_hostile(character) => {
                (character.len_utf8(), format!("U+{:04X}", character as u32))
            }
            Some(character) => (character.len_utf8(), format!("`{character}`")),
        }
    }

    /// The identifier that begins at `from`; empty if there is none.
    fn word(&self, from: usize) -> &str {
        let rest = &self.source[from.min(self.source.len())..];
        let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'-' | b'.');
        let length = rest.iter().take(64).take_while(is_part).count();
        let is_start = |first: char| first.is_ascii_alphabetic() || first == '_' || first == '$';
        std::str::from_utf8(&rest[..length]).ok().filter(|word| word.starts_with(is_start)).unwrap_or_default()
    }

    /// Open containers, innermost first.
    fn open(&self) -> impl Iterator<Item = u32> {
        let index = |index: u32| (index != NONE).then_some(index);
        std::iter::successors(index(self.error.open), move |&open| index(self.tape.entries[open as usize].next))
    }

    fn innermost(&self) -> Option<Kind> {
        self.open().next().map(|index| self.tape.entries[index as usize].kind)
    }

    fn pointer(&self) -> String {
        let document = Document { source: self.source, tape: self.tape };
        let entries = &self.tape.entries;
        let mut chain: Vec<u32> = self.open().collect();
        chain.reverse();
        let (mut pointer, mut full) = (String::new(), false);
        for (depth, &container) in chain.iter().enumerate() {
            // A container that is open has no end yet, so its last key and the number of its items are counted on the
            // tape.
            let inner = chain.get(depth + 1).copied();
            let (mut at, mut item, mut name) = (container + 1, 0u64, None);
            while (at as usize) < entries.len() && Some(at) != inner {
                if entries[at as usize].kind == Kind::Name {
                    name = Some(at);
                    at += 1;
                } else {
                    item += 1;
                    name = None;
                    at = entries[at as usize].next;
                }
            }
            if entries[container as usize].kind == Kind::Array {
                item += document.skipped(container);
                if inner.is_some() || self.error.expected != Expected::CommaOrClose {
                    push_bounded(&mut pointer, &item.to_string(), &mut full);
                }
            } else if let Some(name) = name.filter(|&name| inner.is_some() || document.value(name).is_surely_name()) {
                push_bounded(&mut pointer, &document.value(name).string(), &mut full);
            }
        }
        pointer
    }

    /// True if the last key on the tape is certain to be one.
    fn name_is_sure(&self) -> bool {
        let document = Document { source: self.source, tape: self.tape };
        document.len().checked_sub(1).is_none_or(|last| document.value(last as u32).is_surely_name())
    }

    /// Marks the start of the innermost open container.
    fn opened(&self, diagnostic: Diagnostic) -> Diagnostic {
        let Some(index) = self.open().next() else { return diagnostic };
        let entry = &self.tape.entries[index as usize];
        let start = entry.start as usize;
        diagnostic.related(Span::new(start, start + 1), format!("the {} starts here", container(entry.kind)))
    }

    fn explain(&self) -> Diagnostic {
        if let Some(suspect) = suspects::find(self) {
            return suspect;
        }
        let (length, found) = self.found();
        match self.error.expected {
            Expected::Shallower => self.too_deep(),
            Expected::Value { comma, first } => self.value(comma, first, length, &found),
            Expected::Name { comma } => self.name(comma, length, &found),
            Expected::Colon => self.colon(length, &found),
            Expected::CommaOrClose => self.comma_or_close(length, &found),
            Expected::End => self.after_end(length, &found),
            Expected::NoControl { string } => self.control(string),
            Expected::Escape { string } => self.escape(string),
            Expected::Quote { string } => self.truncated_string(string),
            Expected::Utf8 { string } => self.encoding(string),
            Expected::Digit { number } => self.digit(number, length, &found),
            Expected::NoLeadingZero { number } => self.leading_zero(number),
            Expected::Literal { start, word } => self.literal(start, word),
        }
    }

    fn too_deep(&self) -> Diagnostic {
        let levels = crate::text::thousands(MAX_DEPTH as u64);
        let label = Label::new(self.span(1), "one level too deep");
        Diagnostic::new(&rules::DEPTH, format!("nesting exceeds {levels} levels"), label)
            .help("check the program that wrote this: it is probably stuck in recursion")
    }

    fn value(&self, comma: Option<usize>, first: bool, length: usize, found: &str) -> Diagnostic {
        if let Some(comma) = comma.and_then(|comma| self.surplus_comma(comma, "item")) {
            return comma;
        }
        let is_after_colon = self.tape.entries.last().is_some_and(|entry| entry.kind == Kind::Name);
        if first {
            self.here(length, format!("expected a value or `]`, found {found}"), "expected a value")
        } else if is_after_colon && matches!(self.next(), Some(b'}' | b',')) {
            self.here(1, format!("expected a value after `:`, found {found}"), "missing value before this")
        } else {
            self.here(length, format!("expected a value, found {found}"), "expected a value")
        }
    }

    fn name(&self, comma: Option<usize>, length: usize, found: &str) -> Diagnostic {
        if let Some(comma) = comma.and_then(|comma| self.surplus_comma(comma, "property")) {
            return comma;
        }
        let or_close = if comma.is_none() { " or `}`" } else { "" };
        let message = format!("expected a key in double quotes{or_close}, found {found}");
        self.opened(self.here(length, message, "expected a key"))
    }

    /// A comma that a bracket or another comma follows. `item`: the name of what a comma separates.
    fn surplus_comma(&self, comma: usize, item: &str) -> Option<Diagnostic> {
        match self.next()? {
            b']' | b'}' => {
                let (_, found) = self.found();
                let message = format!("trailing comma is not allowed before {found}");
                let diagnostic = syntax(Span::new(comma, comma + 1), message, "trailing comma");
                Some(diagnostic.related(self.span(1), "closing bracket").help("remove the comma"))
            }
            b',' => {
                let help = format!("remove the extra comma, or add the missing {item}");
                Some(self.here(1, "two commas in a row", "extra comma").help(help))
            }
            _ => None,
        }
    }

    fn colon(&self, length: usize, found: &str) -> Diagnostic {
        let message = format!("expected `:` after the key, found {found}");
        let diagnostic = self.here(length, message, "expected `:`");
        match self.rest()[0] {
            b'=' => diagnostic.help("write `:` between key and value"),
            b',' | b'}' => diagnostic.help(UNESCAPED),
            _ if !self.name_is_sure() => diagnostic.help(UNESCAPED),
            _ => diagnostic,
        }
    }

    fn leading_zero(&self, number: usize) -> Diagnostic {
        let zero = self.at() - 1;
        debug_assert!(zero - number <= 1, "only a minus sign can precede the zero");
        let digits = self.source[zero..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        syntax(Span::new(zero, zero + digits), "leading zeros are not allowed in numbers", "leading zero")
            .help("remove the leading zeros, or use a string if they matter (ids, phone numbers)")
    }

    /// A word that begins as `true`, `false` or `null` does: a typing error in it, or a string without quotes.
    fn literal(&self, start: usize, word: &str) -> Diagnostic {
        let read = self.word(start);
        if strsim::damerau_levenshtein(&read.to_lowercase(), word) > 2 {
            return suspects::bare_word(self, start);
        }
        let span = Span::new(start, (start + read.len().max(1)).min(self.source.len()));
        let message = format!("expected `{word}`, found `{}`", shorten(read, 24));
        syntax(span, message, format!("expected `{word}`"))
            .help(format!("write `{word}`, or put the text in double quotes"))
    }

    fn comma_or_close(&self, length: usize, found: &str) -> Diagnostic {
        let Some(kind) = self.innermost() else { return self.after_end(length, found) };
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
        let is_adjacent = previous.end as usize == self.at();
        if is_adjacent && previous.kind == Kind::String && (first.is_ascii_alphanumeric() || first >= 0x80) {
            return self
                .here(
                    length,
                    format!("unexpected text after a string: expected `,` or {close}, found {found}"),
                    "unexpected text",
                )
                .related(Span::new(previous.end as usize - 1, previous.end as usize), "the string ends here")
                .help("escape quotes inside strings as `\\\"`");
        }
        if is_adjacent && previous.kind == Kind::Number {
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

    /// The last byte before the error that is not whitespace.
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
            b']' | b'}' => diagnostic.help("remove the extra closing bracket"),
            b'{' | b'[' => diagnostic.help("save one document per file, or one per line in a `.jsonl` file"),
            0 => diagnostic.help("remove the NUL bytes after the document: a buffer was saved with its unused part"),
            _ => diagnostic,
        }
    }

    /// The input ends although something must follow.
    fn truncated(&self) -> Diagnostic {
        let depth = self.open().count();
        let wanted = match self.error.expected {
            Expected::Value { .. } => "a value",
            Expected::Name { .. } => "a key",
            Expected::Colon => "`:` and a value",
            Expected::Digit { .. } => "a digit",
            Expected::Literal { word, .. } => &format!("`{word}`"),
            _ if self.innermost() == Some(Kind::Object) => "`,` or `}`",
            _ => "`,` or `]`",
        };
        let inside = self.innermost().map_or(String::new(), |kind| format!(" in an {}", container(kind)));
        let diagnostic =
            self.opened(self.here(0, format!("{}{inside}: expected {wanted}", self.end()), self.ends_here()));
        let diagnostic = if depth > 1 { diagnostic.note(count(depth as u64, "unclosed bracket")) } else { diagnostic };
        diagnostic.help(match self.unit {
            "schema" => "add the missing bracket, or restore the file if it was cut off",
            "line" => "fetch the response again if it was cut off; in JSON Lines each line is one complete value",
            _ => "fetch the response again: it was cut off, for example by a timeout or a full disk",
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
            let span = Span::new(number, self.at() + word.len());
            return syntax(span, format!("`-{word}` is not a JSON value"), "not a JSON value")
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

fn container(kind: Kind) -> &'static str {
    if kind == Kind::Object { "object" } else { "array" }
}
