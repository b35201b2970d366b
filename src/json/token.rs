//! Validates single tokens, for readers that do not write a tape: the formatter and the fast path of schemas. Each
//! function returns the end of the token.
//!
//! [`super::PADDING`] follows the text, so no function checks for the end of the buffer. `Err` has a position at or
//! before the first invalid byte; at the end of the text, the token may be valid but incomplete.

use super::LANES;
use super::scan::escape;
use super::simd::Simd;

/// The first byte at `at` or after it that is not whitespace.
#[inline(always)]
pub(crate) fn blank(buffer: &[u8], mut at: usize) -> usize {
    while let b' ' | b'\n' | b'\r' | b'\t' = buffer[at] {
        at += 1;
    }
    at
}

#[derive(Clone, Copy)]
pub(crate) struct StringToken {
    /// Position after the closing quote.
    pub end: usize,
    /// True if it contains bytes that are not ASCII.
    pub is_wide: bool,
    /// True if it contains an unpaired surrogate.
    pub is_lone: bool,
}

/// The string that begins at `start`, after its opening quote.
#[inline(always)]
pub(crate) fn string<S: Simd>(buffer: &[u8], start: usize) -> Result<StringToken, usize> {
    let (mut at, mut is_lone) = (start, false);
    // The range that contains all non-ASCII bytes: only there the UTF-8 can be invalid.
    let (mut first, mut last) = (usize::MAX, 0);
    loop {
        let chunk = buffer.get(at..).and_then(<[u8]>::first_chunk::<LANES>).ok_or(at)?;
        let marks = S::marks(chunk);
        if marks.stops == 0 {
            if marks.high != 0 {
                (first, last) = (first.min(at), at + LANES);
            }
            at += LANES;
            continue;
        }
        let stop = marks.stops.trailing_zeros();
        // Non-ASCII bytes before the stop.
        if marks.high & !(u32::MAX << stop) != 0 {
            (first, last) = (first.min(at), at + stop as usize);
        }
        at += stop as usize;
        match chunk[stop as usize] {
            b'"' => break,
            b'\\' => match buffer[at + 1] {
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => at += 2,
                _ => {
                    let (length, is_half) = escape(&buffer[at..]).ok_or(at)?;
                    is_lone |= is_half;
                    at += length;
                }
            },
            _ => return Err(at),
        }
    }
    if first < last && simdutf8::basic::from_utf8(&buffer[first..last]).is_err() {
        return Err(first);
    }
    Ok(StringToken { end: at + 1, is_wide: first < last, is_lone })
}

#[inline(always)]
pub(crate) fn word(buffer: &[u8], at: usize, word: &[u8]) -> Result<usize, usize> {
    if buffer[at..].starts_with(word) { Ok(at + word.len()) } else { Err(at) }
}

/// The end of the number, and true if it has neither a fraction nor an exponent.
pub(crate) fn number(buffer: &[u8], from: usize) -> Result<(usize, bool), usize> {
    let digits = |from: usize| {
        let mut at = from;
        while buffer[at].is_ascii_digit() {
            at += 1;
        }
        if at > from { Ok(at) } else { Err(at) }
    };
    let mut at = from + usize::from(buffer[from] == b'-');
    at = if buffer[at] == b'0' { at + 1 } else { digits(at)? };
    if buffer[at].is_ascii_digit() {
        // A leading zero.
        return Err(at);
    }
    let mut is_whole = true;
    if buffer[at] == b'.' {
        is_whole = false;
        at = digits(at + 1)?;
    }
    if let b'e' | b'E' = buffer[at] {
        is_whole = false;
        at += 1 + usize::from(matches!(buffer[at + 1], b'+' | b'-'));
        at = digits(at)?;
    }
    Ok((at, is_whole))
}
