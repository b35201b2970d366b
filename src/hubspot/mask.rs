//! Values that a recording tool or a person has masked: `***`, `XXXX`, `[FILTERED]`.

/// True if a text is masked.
#[inline]
pub(crate) fn is_mask(text: &[u8]) -> bool {
    match text.first() {
        Some(b'*') => text.starts_with(b"***"),
        Some(b'X' | b'x') => text.len() >= 4 && text.iter().all(|byte| matches!(byte, b'X' | b'x' | b'-')),
        Some(b'[' | b'<' | b'R' | b'F' | b'M') => {
            let inner = text.trim_ascii_start();
            let inner = inner.strip_prefix(b"[").or(inner.strip_prefix(b"<")).unwrap_or(inner);
            [&b"FILTERED"[..], b"REDACTED", b"MASKED", b"MASK_"].iter().any(|word| inner.starts_with(word))
        }
        _ => false,
    }
}

/// True if a masked value, as JSON writes it, can begin with this byte. It rules out nearly all values, so the nine
/// properties of a result that may be masked cost little.
#[inline(always)]
pub(crate) fn may_begin_mask(byte: u8) -> bool {
    const MAY: [bool; 256] = {
        let (mut first, mut at) = ([false; 256], 0);
        while at < b"*Xx[<RFM\\".len() {
            first[b"*Xx[<RFM\\"[at] as usize] = true;
            at += 1;
        }
        first
    };
    MAY[usize::from(byte)]
}
