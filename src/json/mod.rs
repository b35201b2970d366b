//! Reads JSON into a [`Document`]: a flat tape of spans over the source. Text is not copied, and numbers are not parsed
//! until a caller needs them.

mod columns;
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

pub(crate) use crate::span::Span;
pub use columns::columns;
pub(crate) use decimal::{Decimal, MAX_DIVISOR_DIGITS};
pub(crate) use digest::Digester;
pub(crate) use layout::Layout;
pub use layout::{Indent, LayoutStyle};
pub(crate) use scan::{Expected, SyntaxError};
pub use scan::{MAX_DEPTH, scan};
pub(crate) use scan::{Scan, Scanner, is_blank};
pub(crate) use simd::{Base, LANES, Simd, Work, escapes, fastest};
pub(crate) use string::decode_lossy as decode;
pub(crate) use string::hex4;
pub(crate) use syntax::is_foreign;
pub(crate) use tape::{Broken, bounded, push_token};
pub use tape::{Document, Kind, Tape, Value};
pub(crate) use tape::{Elements, Members};
pub(crate) use unique::duplicate_names;

/// Number of NUL bytes after the text in a buffer that is read 32 bytes at a time: no load leaves the buffer, and NUL
/// is not valid JSON.
pub const PADDING: usize = 2 * LANES;

/// Maximum number of bytes of a document, because positions on the tape have 32 bits. `input` refuses more.
pub(crate) const MAX_LENGTH: usize = u32::MAX as usize - 1;

impl<'a> Document<'a> {
    /// Scans `source[from..]` onto `tape`.
    pub fn parse(source: &'a [u8], from: usize, tape: &'a mut Tape) -> Result<Document<'a>, SyntaxError> {
        scan(source, from, tape)?;
        Ok(Document { source, tape })
    }

    /// Scans the value that begins at `from`; any text may follow it.
    pub(crate) fn parse_value(source: &'a [u8], from: usize, tape: &'a mut Tape) -> Scan<Document<'a>> {
        Document::parse_below(0, source, from, tape)
    }

    /// The same for a value inside `depth` containers.
    pub(crate) fn parse_below(depth: usize, source: &'a [u8], from: usize, tape: &'a mut Tape) -> Scan<Document<'a>> {
        tape.clear();
        let mut scanner = Scanner::new(source, from, tape).below(depth);
        scanner.complete(Expected::Value { comma: None, first: false })?;
        tape.sort();
        Ok(Document { source, tape })
    }

    /// The result of a [`scan()`]; after an error, the values before it.
    pub fn of(source: &'a [u8], tape: &'a Tape) -> Document<'a> {
        Document { source, tape }
    }
}
