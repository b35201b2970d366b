//! The scanner: accepts exactly RFC 8259 and writes the tape. It reports the position of an error and what the grammar
//! expects; `syntax` explains it.
//!
//! Invariants: every byte is validated, UTF-8 included; there is no recursion, so deep input cannot overflow the stack:
//! an open entry on the tape has the index of the container around it. Cost: linear; strings are read 32 bytes at a
//! time.

use super::simd::{Base, LANES, Simd, escapes};
use super::string::hex4;
use super::tape::{Entry, Kind, NONE, Tape};
use super::unique;

/// The text is not JSON. The tape has the values before the error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyntaxError {
    /// Position of the first invalid byte; the length of the source if it ends too early.
    pub at: usize,
    pub expected: Expected,
    /// Index of the innermost open container on the tape.
    pub(super) open: u32,
}

/// Text that the grammar expects at [`SyntaxError::at`]. Numbers are positions in the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// `comma`: the one before the value in an array. `first`: directly after `[`, where `]` is valid as well.
    Value { comma: Option<usize>, first: bool },
    /// Without `comma` directly after `{`, where `}` is valid as well.
    Name { comma: Option<usize> },
    /// After the last name on the tape.
    Colon,
    /// `,` or the closing bracket of the innermost container.
    CommaOrClose,
    /// No text: the document is complete.
    End,
    /// No control character in the string that begins here.
    NoControl { string: usize },
    /// A valid escape sequence; the error is at the backslash.
    Escape { string: usize },
    /// The closing quote of the string that begins here.
    Quote { string: usize },
    /// UTF-8 in the string that begins here.
    Utf8 { string: usize },
    /// A digit of the number that begins here.
    Digit { number: usize },
    /// No digit after the leading zero of the number that begins here.
    NoLeadingZero { number: usize },
    /// Less depth of nesting.
    Shallower,
    /// The rest of `true`, `false` or `null`, which begins here.
    Literal { start: usize, word: &'static str },
}

/// Scans `source[from..]` as one JSON text. Clears the tape first. Positions count from the start of `source`.
///
/// # Panics
/// If `source` is longer than `MAX_LENGTH`.
pub fn scan(source: &[u8], from: usize, tape: &mut Tape) -> Result<(), SyntaxError> {
    assert!(source.len() <= super::MAX_LENGTH, "positions on the tape have 32 bits");
    tape.clear();
    let mut scanner = Scanner::new(source, from, tape);
    scanner.complete(Expected::Value { comma: None, first: false })?;
    scanner.end()
}

/// True for whitespace (RFC 8259, section 2).
pub(crate) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
}

/// Reads the parts of a document, for callers that check elements of an array while they read them.
pub(crate) struct Scanner<'s, 't> {
    source: &'s [u8],
    /// Position of the next byte.
    pub at: usize,
    pub tape: &'t mut Tape,
    /// Index of the innermost open container.
    open: u32,
    /// Number of open containers.
    depth: usize,
}

/// Maximum depth of nesting (RFC 8259, section 9).
pub const MAX_DEPTH: usize = 10_000;

pub(crate) type Scan<T> = Result<T, SyntaxError>;

impl<'s, 't> Scanner<'s, 't> {
    /// Begins outside of all containers.
    pub(crate) fn new(source: &'s [u8], at: usize, tape: &'t mut Tape) -> Self {
        Scanner { source, at, tape, open: NONE, depth: 0 }
    }

    /// Continues inside a container that is open on the tape.
    pub(crate) fn inside(self, open: Option<u32>) -> Self {
        let around = |open: &u32| Some(self.tape.entries[*open as usize].next).filter(|around| *around != NONE);
        let depth = std::iter::successors(open, around).count();
        Scanner { open: open.unwrap_or(NONE), depth, ..self }
    }

    /// Begins inside `depth` containers that are not on the tape.
    pub(crate) fn below(self, depth: usize) -> Self {
        Scanner { depth, ..self }
    }

    /// Index of the innermost open container.
    pub(crate) fn container(&self) -> Option<u32> {
        (self.open != NONE).then_some(self.open)
    }

    /// The end of the document: only whitespace may follow.
    pub(crate) fn end(&mut self) -> Scan<()> {
        self.blank();
        if self.at < self.source.len() {
            return self.fail(Expected::End);
        }
        self.tape.sort();
        Ok(())
    }

    /// One value with its content.
    pub(crate) fn complete(&mut self, expected: Expected) -> Scan<()> {
        let (around, mut expected) = (self.open, expected);
        loop {
            if self.value(expected)? {
                // Continue inside the container, unless it is empty.
                self.blank();
                let kind = self.tape.entries[self.open as usize].kind;
                match (kind, self.peek()) {
                    (Kind::Array, Some(b']')) | (Kind::Object, Some(b'}')) => self.close(),
                    (Kind::Array, _) => {
                        expected = Expected::Value { comma: None, first: true };
                        continue;
                    }
                    _ => {
                        self.name(None)?;
                        expected = Expected::Value { comma: None, first: false };
                        continue;
                    }
                }
            }
            // The value is complete: a comma or a bracket of the container around it follows.
            loop {
                if self.open == around {
                    return Ok(());
                }
                self.blank();
                let kind = self.tape.entries[self.open as usize].kind;
                match (self.peek(), kind) {
                    (Some(b','), _) => {
                        let comma = Some(self.at);
                        self.at += 1;
                        self.blank();
                        if kind == Kind::Object {
                            self.name(comma)?;
                            expected = Expected::Value { comma: None, first: false };
                        } else {
                            expected = Expected::Value { comma, first: false };
                        }
                        break;
                    }
                    (Some(b']'), Kind::Array) | (Some(b'}'), Kind::Object) => self.close(),
                    _ => return self.fail(Expected::CommaOrClose),
                }
            }
        }
    }

    /// One scalar, or the opening bracket of a container: then true.
    #[inline]
    fn value(&mut self, expected: Expected) -> Scan<bool> {
        self.blank();
        let start = self.at;
        match self.peek() {
            Some(b'"') => self.string(Kind::String)?,
            Some(b'{' | b'[') if self.depth >= MAX_DEPTH => return self.fail(Expected::Shallower),
            Some(b'{') => return Ok(self.open(Kind::Object)),
            Some(b'[') => return Ok(self.open(Kind::Array)),
            Some(b'-' | b'0'..=b'9') => {
                self.number()?;
                self.push(Kind::Number, start, false);
            }
            Some(b't') => self.literal("true", Kind::True)?,
            Some(b'f') => self.literal("false", Kind::False)?,
            Some(b'n') => self.literal("null", Kind::Null)?,
            _ => return self.fail(expected),
        }
        Ok(false)
    }

    /// A member name and its colon.
    #[inline]
    pub(crate) fn name(&mut self, comma: Option<usize>) -> Scan<()> {
        if self.peek() != Some(b'"') {
            return self.fail(Expected::Name { comma });
        }
        self.string(Kind::Name)?;
        self.blank();
        if self.peek() != Some(b':') {
            return self.fail(Expected::Colon);
        }
        self.at += 1;
        Ok(())
    }

    /// The opening bracket at this position.
    pub(crate) fn open(&mut self, kind: Kind) -> bool {
        let (index, around) = (self.tape.entries.len() as u32, self.open);
        self.at += 1;
        self.depth += 1;
        self.push(kind, self.at - 1, false);
        self.tape.entries[index as usize].next = around;
        self.open = index;
        true
    }

    /// The closing bracket at this position.
    pub(crate) fn close(&mut self) {
        self.at += 1;
        self.depth = self.depth.saturating_sub(1);
        let next = self.tape.entries.len() as u32;
        let index = self.open;
        let entry = &mut self.tape.entries[index as usize];
        self.open = entry.next;
        entry.end = self.at as u32;
        entry.next = next;
        if entry.kind == Kind::Object {
            unique::find_duplicates(self.source, self.tape, index);
        }
    }

    #[inline]
    fn push(&mut self, kind: Kind, start: usize, escaped: bool) {
        let next = self.tape.entries.len() as u32 + 1;
        self.tape.entries.push(Entry { start: start as u32, end: self.at as u32, next, kind, escaped });
    }

    #[inline]
    pub(crate) fn peek(&self) -> Option<u8> {
        self.source.get(self.at).copied()
    }

    #[inline]
    pub(crate) fn blank(&mut self) {
        while self.peek().is_some_and(is_blank) {
            self.at += 1;
        }
    }

    #[cold]
    pub(crate) fn fail<T>(&self, expected: Expected) -> Scan<T> {
        Err(SyntaxError { at: self.at, expected, open: self.open })
    }

    fn literal(&mut self, word: &'static str, kind: Kind) -> Scan<()> {
        let start = self.at;
        if self.source[start..].starts_with(word.as_bytes()) {
            self.at += word.len();
            self.push(kind, start, false);
            return Ok(());
        }
        self.at += self.source[start..].iter().zip(word.as_bytes()).take_while(|(a, b)| a == b).count();
        self.fail(Expected::Literal { start, word })
    }

    fn number(&mut self) -> Scan<()> {
        let number = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
            if let Some(b'0'..=b'9') = self.peek() {
                return self.fail(Expected::NoLeadingZero { number });
            }
        } else {
            self.digits(number)?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits(number)?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits(number)?;
        }
        Ok(())
    }

    fn digits(&mut self, number: usize) -> Scan<()> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start { self.fail(Expected::Digit { number }) } else { Ok(()) }
    }

    /// One string, from the opening quote to past the closing one.
    #[inline]
    fn string(&mut self, kind: Kind) -> Scan<()> {
        let string = self.at;
        let mut seen = Seen::default();
        self.at += 1;
        self.plain(&mut seen);
        let is_escaped = self.peek() != Some(b'"');
        if is_escaped {
            self.escaped(string, &mut seen)?;
        }
        if seen.high {
            self.utf8(string)?;
        }
        self.at += 1;
        if let Some(at) = seen.lone {
            self.tape.lone_surrogates.push((self.tape.entries.len() as u32, at));
        }
        self.push(kind, string, is_escaped);
        Ok(())
    }

    /// The rest of a string with escape sequences, to the closing quote. Not inlined, because most strings do not have
    /// any.
    #[inline(never)]
    fn escaped(&mut self, string: usize, seen: &mut Seen) -> Scan<()> {
        loop {
            self.simple(seen);
            match self.peek() {
                Some(b'"') => return Ok(()),
                Some(b'\\') => match escape(&self.source[self.at..]) {
                    Some((length, is_lone)) => {
                        if is_lone && seen.lone.is_none() {
                            seen.lone = Some(self.at as u32);
                        }
                        self.at += length;
                    }
                    None => {
                        self.utf8(string)?;
                        return self.fail(Expected::Escape { string });
                    }
                },
                Some(_) => {
                    self.utf8(string)?;
                    return self.fail(Expected::NoControl { string });
                }
                None => {
                    self.utf8(string)?;
                    return self.fail(Expected::Quote { string });
                }
            }
        }
    }

    /// Skips to the next quote, control character, `\u` or invalid escape sequence; in the last bytes of the source,
    /// to any escape sequence.
    #[inline]
    fn simple(&mut self, seen: &mut Seen) {
        while let Some(chunk) = self.source.get(self.at..).and_then(<[u8]>::first_chunk) {
            let marks = Base::marks(chunk);
            let stops = if marks.stops == 0 { 0 } else { without_simple_escapes(chunk, marks.stops) };
            let before = !stops & stops.wrapping_sub(1);
            seen.high |= marks.high & before != 0;
            self.at += stops.trailing_zeros() as usize;
            // A backslash at the end of this chunk is the first byte of the next one.
            if stops & u32::MAX >> 1 != 0 {
                return;
            }
        }
        self.plain(seen);
    }

    /// Skips to the next quote, backslash or control character.
    #[inline]
    fn plain(&mut self, seen: &mut Seen) {
        while let Some(chunk) = self.source.get(self.at..).and_then(<[u8]>::first_chunk) {
            let marks = Base::marks(chunk);
            if marks.stops != 0 {
                let stop = marks.stops.trailing_zeros();
                seen.high |= marks.high & !(u32::MAX << stop) != 0;
                self.at += stop as usize;
                return;
            }
            seen.high |= marks.high != 0;
            self.at += LANES;
        }
        while let Some(byte) = self.peek() {
            if byte == b'"' || byte == b'\\' || byte < 0x20 {
                return;
            }
            seen.high |= byte >= 0x80;
            self.at += 1;
        }
    }

    /// Validates the bytes since `string` as UTF-8 (RFC 3629). On error, moves `at` back to the first invalid byte.
    fn utf8(&mut self, string: usize) -> Scan<()> {
        let text = &self.source[string..self.at];
        if simdutf8::basic::from_utf8(text).is_ok() {
            return Ok(());
        }
        match std::str::from_utf8(text) {
            Ok(_) => Ok(()),
            Err(error) => {
                self.at = string + error.valid_up_to();
                self.fail(Expected::Utf8 { string })
            }
        }
    }
}

/// The content of a string.
#[derive(Default)]
struct Seen {
    /// A byte that is not ASCII.
    high: bool,
    /// Position of the first lone surrogate.
    lone: Option<u32>,
}

/// Clears the bits of escape sequences of two bytes that are valid. Bits after the first one that remains are
/// unspecified. A sequence that is not complete in the chunk remains.
///
/// JSON in a JSON string has an escaped quote every ten bytes, and to classify the bytes again after each of them
/// would take longer than to read them. So quotes and backslashes take the same time for any number of them.
#[inline]
fn without_simple_escapes(chunk: &[u8; LANES], stops: u32) -> u32 {
    let (quotes, backslashes) = (Base::equal(chunk, b'"'), Base::equal(chunk, b'\\'));
    let starts = escapes(backslashes);
    let escaped = starts << 1;
    let mut letters = escaped & !(quotes | backslashes);
    let mut remaining = stops & !(starts & u32::MAX >> 1 | escaped);
    while letters != 0 {
        let index = letters.trailing_zeros();
        if !matches!(chunk[index as usize], b'/' | b'b' | b'f' | b'n' | b'r' | b't') {
            remaining |= 1 << index >> 1;
            break;
        }
        letters &= letters - 1;
    }
    remaining
}

/// The length of the escape sequence at the start of `text`, and true if it is a lone surrogate. A surrogate pair is
/// one sequence.
#[inline]
pub(crate) fn escape(text: &[u8]) -> Option<(usize, bool)> {
    match text.get(1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some((2, false)),
        b'u' => match hex4(&text[2..])? {
            0xD800..0xDC00 => match text[6..].strip_prefix(b"\\u").and_then(hex4) {
                Some(0xDC00..0xE000) => Some((12, false)),
                _ => Some((6, true)),
            },
            0xDC00..0xE000 => Some((6, true)),
            _ => Some((6, false)),
        },
        _ => None,
    }
}
