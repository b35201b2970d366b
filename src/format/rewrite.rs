//! Rewrites JSON token by token.
//!
//! Formatting changes whitespace only, so no tree is built: one loop recognizes a token (RFC 8259), lets [`Layout`]
//! write the whitespace before it and copies its bytes. The state between two tokens is small: the open containers and
//! what may come next.
//!
//! Invariants: the bytes of a token never change, and the pass can stop before any token and continue when more text
//! has been read, or after the text was moved. So the output does not depend on the size of the window. The pass does
//! not explain errors: it stops, and `errors` scans the text from the last checkpoint.
//!
//! Cost: linear in the text, memory linear in the depth; strings are read 32 bytes at a time, compiled for AVX2 and for
//! the base of the processor. That gives 1.3 to 1.6 GB/s in 6 MiB (docs/performance.md), 1/35 to 1/43 of the processor
//! time of `jq .` (dev/benchmarks.md).

use crate::json::token::{blank, number, string, word};
use crate::json::{Layout, PADDING, Simd, Work, columns, fastest};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NextToken {
    Value,
    /// A value, or the end of the array that has just begun.
    FirstValue,
    Name,
    /// A name, or the end of the object that has just begun.
    FirstName,
    Colon,
    /// A comma, or the end of the innermost container.
    CommaOrClose,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stopped {
    /// The document is complete.
    Done,
    /// An error is at this position or shortly after it, or the text ends there.
    Stuck(usize),
}

#[derive(Debug, Clone)]
pub(super) struct OpenContainer {
    pub is_object: bool,
    /// Items of an array that have begun.
    pub count: u64,
    /// Positions of the last name and its quotes; empty if there is none, or if `saved_name` has it.
    pub name: (usize, usize),
    /// The last name, if its text is no longer in the window.
    pub saved_name: Option<Box<[u8]>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    Name,
    String,
    Number,
    Word,
}

pub(super) struct Token<'t> {
    pub kind: TokenKind,
    /// Begins with the token. The bytes after it are there so that short tokens can be copied 32 bytes at a time.
    pub text: &'t [u8],
    /// Bytes of the token.
    pub length: usize,
    /// True if it may contain non-ASCII characters.
    pub is_wide: bool,
}

impl Token<'_> {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.text[..self.length]
    }

    /// Writes `shown[..length]` for this token. Lines break at the same tokens for any text.
    #[inline(always)]
    pub(super) fn lay_out(&self, layout: &mut Layout, shown: &[u8], length: usize) {
        let columns = || if self.is_wide { columns(self.bytes()) } else { self.length };
        match self.kind {
            TokenKind::Name => layout.name(shown, length, columns()),
            kind => layout.scalar(shown, length, kind == TokenKind::Number, columns),
        }
    }
}

/// Writes tokens: as they are, or for a terminal.
pub(super) trait TokenStyle {
    /// Announces the token or bracket `text[at..end]`.
    #[inline(always)]
    fn before(&mut self, _layout: &mut Layout, _text: &[u8], _at: usize, _end: usize) {}

    /// Sets the offset in the input of the first byte of the text.
    fn moved(&mut self, _offset: u64) {}

    fn write(&mut self, layout: &mut Layout, token: &Token<'_>);
}

/// Tokens as they are.
pub(super) struct Verbatim;

impl TokenStyle for Verbatim {
    #[inline(always)]
    fn write(&mut self, layout: &mut Layout, token: &Token<'_>) {
        token.lay_out(layout, token.text, token.length);
    }
}

pub(super) struct Rewriter<I> {
    pub layout: Layout,
    pub ink: I,
    pub open: Vec<OpenContainer>,
    pub next: NextToken,
    /// Start (of a scalar only) and end of the last value.
    pub last: (Option<usize>, usize),
}

impl<I: TokenStyle> Rewriter<I> {
    pub(super) fn new(layout: Layout, ink: I) -> Self {
        Rewriter { layout, ink, open: Vec::new(), next: NextToken::Value, last: (None, 0) }
    }

    /// Continues at `at`, as far as possible. Returns the position between two tokens at which it stopped, and the
    /// reason. `buffer` ends with [`crate::json::PADDING`]; `is_end`: no text follows.
    pub(super) fn run(&mut self, buffer: &[u8], at: usize, is_end: bool) -> (usize, Stopped) {
        let next = self.next;
        fastest(RewritePass { buffer, at, is_end, next, rewriter: self })
    }
}

/// One run. `at` and `next` are copies so that the compiler can keep them in registers; they change only after a whole
/// token.
struct RewritePass<'p, I> {
    buffer: &'p [u8],
    at: usize,
    is_end: bool,
    next: NextToken,
    rewriter: &'p mut Rewriter<I>,
}

impl<I: TokenStyle> Work<(usize, Stopped)> for RewritePass<'_, I> {
    #[inline(always)]
    fn run<S: Simd>(mut self) -> (usize, Stopped) {
        let stopped = loop {
            if let Err(stopped) = self.value::<S>() {
                break stopped;
            }
        };
        self.rewriter.next = self.next;
        (self.at, stopped)
    }
}

impl<I: TokenStyle> RewritePass<'_, I> {
    /// One value with what is before and after it: name, colon, commas, closing brackets. Of a container only the
    /// opening bracket.
    #[inline(always)]
    fn value<S: Simd>(&mut self) -> Result<(), Stopped> {
        self.at = blank(self.buffer, self.at);
        if let NextToken::Name | NextToken::FirstName = self.next
            && self.buffer[self.at] == b'"'
        {
            self.name::<S>()?;
        }
        if self.next == NextToken::Colon && self.buffer[self.at] == b':' {
            self.rewriter.layout.colon();
            (self.at, self.next) = (blank(self.buffer, self.at + 1), NextToken::Value);
        }
        match (self.next, self.buffer[self.at]) {
            (NextToken::FirstName, b'}') | (NextToken::FirstValue, b']') => self.close(true),
            (NextToken::Value | NextToken::FirstValue, bracket @ (b'{' | b'[')) => {
                self.open(bracket);
                return Ok(());
            }
            (NextToken::Value | NextToken::FirstValue, _) => self.scalar::<S>()?,
            (NextToken::CommaOrClose, _) => {}
            _ => return Err(Stopped::Stuck(self.at)),
        }
        self.after_value()
    }

    #[inline(always)]
    fn name<S: Simd>(&mut self) -> Result<(), Stopped> {
        let (buffer, at) = (self.buffer, self.at);
        let name = string::<S>(buffer, at + 1).map_err(Stopped::Stuck)?;
        let Rewriter { layout, ink, open, .. } = &mut *self.rewriter;
        if self.next == NextToken::FirstName {
            layout.first();
        }
        ink.before(layout, buffer, at, name.end);
        let length = name.end - at;
        ink.write(layout, &Token { kind: TokenKind::Name, text: &buffer[at..], length, is_wide: name.is_wide });
        if let Some(object) = open.last_mut() {
            object.name = (at, name.end);
        }
        (self.at, self.next) = (blank(buffer, name.end), NextToken::Colon);
        Ok(())
    }

    #[inline(always)]
    fn scalar<S: Simd>(&mut self) -> Result<(), Stopped> {
        let (buffer, at) = (self.buffer, self.at);
        let (kind, end, is_wide) = match buffer[at] {
            b'"' => string::<S>(buffer, at + 1).map(|text| (TokenKind::String, text.end, text.is_wide)),
            b'-' | b'0'..=b'9' => match number(buffer, at) {
                // More digits may follow.
                Ok((end, _)) if !self.is_end && buffer.len() - end <= PADDING => Err(end),
                number => number.map(|(end, _)| (TokenKind::Number, end, false)),
            },
            b't' => word(buffer, at, b"true").map(|end| (TokenKind::Word, end, false)),
            b'f' => word(buffer, at, b"false").map(|end| (TokenKind::Word, end, false)),
            b'n' => word(buffer, at, b"null").map(|end| (TokenKind::Word, end, false)),
            _ => Err(at),
        }
        .map_err(Stopped::Stuck)?;
        self.begin(end);
        let Rewriter { layout, ink, last, .. } = &mut *self.rewriter;
        ink.write(layout, &Token { kind, text: &buffer[at..], length: end - at, is_wide });
        *last = (Some(at), end);
        (self.at, self.next) = (end, NextToken::CommaOrClose);
        Ok(())
    }

    #[inline(always)]
    fn open(&mut self, bracket: u8) {
        self.begin(self.at + 1);
        let is_object = bracket == b'{';
        self.rewriter.layout.open(bracket);
        self.rewriter.open.push(OpenContainer { is_object, count: 0, name: (0, 0), saved_name: None });
        self.at += 1;
        self.next = if is_object { NextToken::FirstName } else { NextToken::FirstValue };
    }

    /// Prepares for the value, or the opening bracket, that ends at `end`.
    #[inline(always)]
    fn begin(&mut self, end: usize) {
        let Rewriter { layout, ink, open, .. } = &mut *self.rewriter;
        if let Some(array) = open.last_mut() {
            array.count += u64::from(!array.is_object);
        }
        if self.next == NextToken::FirstValue {
            layout.first();
        }
        ink.before(layout, self.buffer, self.at, end);
    }

    #[inline(always)]
    fn close(&mut self, is_empty: bool) {
        let Rewriter { layout, ink, open, last, .. } = &mut *self.rewriter;
        open.pop();
        ink.before(layout, self.buffer, self.at, self.at + 1);
        layout.close(self.buffer[self.at], is_empty);
        self.at += 1;
        self.next = NextToken::CommaOrClose;
        *last = (None, self.at);
    }

    /// Closing brackets, up to a comma or the end of the document.
    #[inline(always)]
    fn after_value(&mut self) -> Result<(), Stopped> {
        while self.next == NextToken::CommaOrClose {
            let Some(&OpenContainer { is_object, .. }) = self.rewriter.open.last() else { return Err(Stopped::Done) };
            self.at = blank(self.buffer, self.at);
            match (self.buffer[self.at], is_object) {
                (b',', _) => {
                    self.rewriter.layout.comma();
                    self.at += 1;
                    self.next = if is_object { NextToken::Name } else { NextToken::Value };
                }
                (b'}', true) | (b']', false) => self.close(false),
                _ => return Err(Stopped::Stuck(self.at)),
            }
        }
        Ok(())
    }
}
