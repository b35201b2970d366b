//! Decodes the text between the quotes of a JSON string.

/// Decodes valid text; a lone surrogate becomes U+FFFD.
pub(crate) fn decode_lossy(text: &[u8]) -> String {
    let mut out = Vec::with_capacity(text.len());
    decode(text, &mut out, |out, _| out.extend_from_slice("\u{FFFD}".as_bytes()));
    String::from_utf8(out).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Decodes valid text into WTF-8, which encodes a lone surrogate as three bytes, so that distinct strings stay
/// distinct.
pub(super) fn decode_wtf8(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    decode(text, &mut out, |out, unit| {
        out.extend_from_slice(&[
            0xE0 | (unit >> 12) as u8,
            0x80 | (unit >> 6 & 0x3F) as u8,
            0x80 | (unit & 0x3F) as u8,
        ]);
    });
    out
}

/// The UTF-16 code units of WTF-8.
pub(super) fn units(text: &[u8]) -> Vec<u16> {
    let mut units = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(&lead) = rest.next() {
        let mut more = |bits: u32| bits << 6 | rest.next().map_or(0, |byte| u32::from(byte & 0x3F));
        let lead = u32::from(lead);
        match lead {
            0..0x80 => units.push(lead as u16),
            0x80..0xE0 => units.push(more(lead & 0x1F) as u16),
            0xE0..0xF0 => {
                let two = more(lead & 0xF);
                units.push(more(two) as u16);
            }
            _ => {
                let two = more(lead & 7);
                let three = more(two);
                let scalar = more(three).wrapping_sub(0x10000);
                units.extend([0xD800 | (scalar >> 10) as u16 & 0x3FF, 0xDC00 | (scalar & 0x3FF) as u16]);
            }
        }
    }
    units
}

fn decode(text: &[u8], out: &mut Vec<u8>, lone: impl Fn(&mut Vec<u8>, u32)) {
    let mut rest = text;
    while let Some(backslash) = memchr::memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..backslash]);
        let escape = rest.get(backslash + 1).copied().unwrap_or(b'\\');
        rest = rest.get(backslash + 2..).unwrap_or_default();
        let plain = match escape {
            b'b' => 0x08,
            b'f' => 0x0C,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                let unit = hex4(rest).unwrap_or(0xFFFD);
                rest = rest.get(4..).unwrap_or_default();
                let low = (0xD800..0xDC00).contains(&unit).then(|| rest.strip_prefix(b"\\u").and_then(hex4)).flatten();
                let scalar = match low {
                    Some(low @ 0xDC00..0xE000) => {
                        rest = &rest[6..];
                        char::from_u32(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))
                    }
                    _ => char::from_u32(unit),
                };
                match scalar {
                    Some(character) => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
                    None => lone(out, unit),
                }
                continue;
            }
            other => other,
        };
        out.push(plain);
    }
    out.extend_from_slice(rest);
}

/// The value of each hexadecimal digit; of other bytes, a larger one.
const HEX_DIGITS: [u8; 256] = {
    let mut values = [u8::MAX; 256];
    let mut byte = 0;
    while byte < values.len() {
        if let Some(value) = (byte as u8 as char).to_digit(16) {
            values[byte] = value as u8;
        }
        byte += 1;
    }
    values
};

/// The value of the four hexadecimal digits at the start of `text`.
#[inline]
pub(crate) fn hex4(text: &[u8]) -> Option<u32> {
    let [a, b, c, d] = text.first_chunk()?.map(|digit: u8| u32::from(HEX_DIGITS[usize::from(digit)]));
    (a | b | c | d < 16).then_some(a << 12 | b << 8 | c << 4 | d)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_those_of_utf_16() {
        let text: String = ('\0'..='\u{10FFFF}').filter(|character| u32::from(*character) % 97 < 3).collect();
        assert_eq!(units(text.as_bytes()), text.encode_utf16().collect::<Vec<u16>>());
        assert_eq!(units(&decode_wtf8(br"a\ud83d\u00e9\uD83D\uDE00")), [0x61, 0xD83D, 0xE9, 0xD83D, 0xDE00]);
    }
}
