//! `contentEncoding: "base64"` in draft 7, which refers to RFC 2045, section 6.8. `jsonschema` does not accept its line
//! breaks.

use jsonschema::ValidationError;

pub(super) fn is_base64(text: &str) -> bool {
    decode(text).is_some()
}

/// Decodes the text for `contentMediaType`; `None` if it is not base64.
pub(super) fn to_text(text: &str) -> Result<Option<String>, ValidationError<'static>> {
    Ok(decode(text).map(String::from_utf8).transpose()?)
}

/// Line breaks can be anywhere, because the maximum length of a line is that of the encoder. Unused bits are zero.
fn decode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut buffer, mut digits, mut padding) = (0u32, 0, 0);
    for byte in text.bytes() {
        let value = match byte {
            b'\r' | b'\n' => continue,
            b'=' => {
                padding += 1;
                continue;
            }
            _ if padding > 0 => return None,
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        buffer = buffer << 6 | u32::from(value);
        digits += 1;
        if digits == 4 {
            out.extend_from_slice(&buffer.to_be_bytes()[1..]);
            (buffer, digits) = (0, 0);
        }
    }
    match (digits, padding) {
        (0, 0) => Some(out),
        (2, 2) if buffer & 0xF == 0 => {
            out.push((buffer >> 4) as u8);
            Some(out)
        }
        (3, 1) if buffer & 0x3 == 0 => {
            out.extend_from_slice(&(buffer >> 2).to_be_bytes()[2..]);
            Some(out)
        }
        _ => None,
    }
}
