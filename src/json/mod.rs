//! From bytes to a [`Document`]: a flat tape of spans over the source. Text is never copied, numbers are never parsed until asked.

mod decimal;
mod digest;
mod layout;
pub(crate) mod rules;
mod scan;
mod simd;
mod string;
mod syntax;
mod tape;
pub(crate) mod token;
mod unique;

pub use crate::span::Span;
pub(crate) use decimal::{DIVISOR, Decimal};
pub(crate) use digest::Digester;
pub use layout::{Indent, Layout, LayoutStyle};
pub use scan::{Expected, MAX_DEPTH, SyntaxError, scan};
pub(crate) use scan::{Scan, Scanner, is_blank};
pub(crate) use simd::{Base, LANES, Simd, Work, fastest};
pub(crate) use string::decode_lossy as decode;
pub use syntax::is_foreign;
pub(crate) use tape::{Broken, bounded, push_token};
pub use tape::{Document, Elements, Kind, Members, Tape, Value};

/// So many bytes of NUL stand behind the text in a buffer that is read 32 bytes at a time: no load leaves the buffer, and NUL is no JSON.
pub const PADDING: usize = 2 * LANES;

/// The longest source that one tape can hold, in bytes: its offsets have 32 bits. Longer input is refused by `input`.
pub const MAX_LENGTH: usize = u32::MAX as usize - 1;

impl<'a> Document<'a> {
    /// Scans `source[from..]` onto `tape`.
    ///
    /// # Errors
    /// The first place that is not JSON.
    pub fn parse(source: &'a [u8], from: usize, tape: &'a mut Tape) -> Result<Document<'a>, SyntaxError> {
        scan(source, from, tape)?;
        Ok(Document { source, tape })
    }

    /// Scans the value that begins at `from` onto `tape`, whatever follows it.
    pub(crate) fn parse_value(source: &'a [u8], from: usize, tape: &'a mut Tape) -> Scan<Document<'a>> {
        Document::parse_below(0, source, from, tape)
    }

    /// The same for a value inside so many containers.
    pub(crate) fn parse_below(depth: usize, source: &'a [u8], from: usize, tape: &'a mut Tape) -> Scan<Document<'a>> {
        tape.clear();
        let mut scanner = Scanner::new(source, from, tape).below(depth);
        scanner.complete(Expected::Value { comma: None, first: false })?;
        tape.sort();
        Ok(Document { source, tape })
    }

    /// What a [`scan()`] of `source` has left on `tape`: after an error the values that were complete before it.
    pub fn of(source: &'a [u8], tape: &'a Tape) -> Document<'a> {
        Document { source, tape }
    }
}
