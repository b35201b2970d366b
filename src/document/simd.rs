//! The bytes of strings, 32 at a time: the only `unsafe` file.
//!
//! What it buys is in docs/performance.md. The intrinsics read and compare registers; all that is unsafe about them is that the processor must
//! know them (SSE2 is part of x86-64) and that a load must stay inside its array, whose length is in its type. `scalar` is the twin
//! for every other processor and for the tests, which compare both on every byte and on made inputs.
#![allow(unsafe_code)]

/// How many bytes are looked at together.
pub const LANES: usize = 32;

/// What stands in 32 bytes, a bit each, the first byte's lowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marks {
    /// Bytes that end the plain part of a string: `"`, `\` and control characters (below 0x20).
    pub stops: u32,
    /// Bytes beyond ASCII.
    pub high: u32,
}

/// Looks at 32 bytes of a string.
#[inline(always)]
pub fn marks(bytes: &[u8; LANES]) -> Marks {
    #[cfg(target_arch = "x86_64")]
    {
        sse2::marks(bytes)
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        scalar::marks(bytes)
    }
}

/// Whether the first `length` bytes (at most 32) are equal.
#[inline(always)]
pub fn same(a: &[u8; LANES], b: &[u8; LANES], length: usize) -> bool {
    debug_assert!(length <= LANES);
    // The differing bytes, those behind `length` shifted out.
    let different = {
        #[cfg(target_arch = "x86_64")]
        {
            sse2::different(a, b)
        }
        #[cfg(not(target_arch = "x86_64"))]
        {
            scalar::different(a, b)
        }
    };
    length == 0 || u64::from(different) << (64 - length) == 0
}

#[cfg(target_arch = "x86_64")]
mod sse2 {
    use super::{LANES, Marks};
    use core::arch::x86_64::*;

    #[inline(always)]
    fn halves(bytes: &[u8; LANES]) -> [__m128i; 2] {
        // SAFETY: both loads are unaligned ones of 16 bytes, inside the 32 that the type promises.
        unsafe {
            let start = bytes.as_ptr();
            [_mm_loadu_si128(start.cast()), _mm_loadu_si128(start.add(16).cast())]
        }
    }

    #[inline(always)]
    pub fn marks(bytes: &[u8; LANES]) -> Marks {
        // SAFETY: SSE2 is part of x86-64.
        let part = |half: __m128i| unsafe {
            let quote = _mm_cmpeq_epi8(half, _mm_set1_epi8(b'"' as i8));
            let backslash = _mm_cmpeq_epi8(half, _mm_set1_epi8(b'\\' as i8));
            let control = _mm_cmpeq_epi8(_mm_min_epu8(half, _mm_set1_epi8(0x1F)), half);
            let stops = _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, backslash), control));
            (stops as u32, _mm_movemask_epi8(half) as u32)
        };
        let [low, high] = halves(bytes);
        let (low, high) = (part(low), part(high));
        Marks { stops: low.0 | high.0 << 16, high: low.1 | high.1 << 16 }
    }

    #[inline(always)]
    pub fn different(a: &[u8; LANES], b: &[u8; LANES]) -> u32 {
        let ([a_low, a_high], [b_low, b_high]) = (halves(a), halves(b));
        // SAFETY: SSE2 is part of x86-64.
        let equal = |a, b| unsafe { _mm_movemask_epi8(_mm_cmpeq_epi8(a, b)) as u32 };
        !(equal(a_low, b_low) | equal(a_high, b_high) << 16)
    }
}

#[cfg(any(test, not(target_arch = "x86_64")))]
mod scalar {
    use super::{LANES, Marks};

    fn bits(bytes: &[u8; LANES], is: impl Fn(usize) -> bool) -> u32 {
        (0..bytes.len()).fold(0, |bits, place| bits | u32::from(is(place)) << place)
    }

    pub fn marks(bytes: &[u8; LANES]) -> Marks {
        Marks {
            stops: bits(bytes, |place| matches!(bytes[place], b'"' | b'\\' | 0..0x20)),
            high: bits(bytes, |place| bytes[place] >= 0x80),
        }
    }

    pub fn different(a: &[u8; LANES], b: &[u8; LANES]) -> u32 {
        bits(a, |place| a[place] != b[place])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_byte_at_every_place() {
        for byte in 0..=255u8 {
            for place in 0..LANES {
                for around in [b'a', 0x00, b'"', 0xFF] {
                    let mut bytes = [around; LANES];
                    bytes[place] = byte;
                    assert_eq!(marks(&bytes), scalar::marks(&bytes), "{byte:#x} at {place} in {around:#x}");
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_twins_agree(a in any::<[u8; LANES]>(), changes in prop::collection::vec((0..LANES, any::<u8>()), 0..4), length in 0..=LANES) {
            let mut b = a;
            changes.iter().for_each(|&(place, byte)| b[place] = byte);
            prop_assert_eq!(marks(&a), scalar::marks(&a));
            prop_assert_eq!(same(&a, &b, length), a[..length] == b[..length]);
            prop_assert_eq!(scalar::different(&a, &b) == 0, a == b);
        }
    }
}
