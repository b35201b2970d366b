//! The bytes of strings, 32 at a time: the only `unsafe` file.
//!
//! What it buys is in dev/benchmarks.md. The intrinsics read and compare registers; all that is unsafe about them is that the processor must
//! know them (SSE2 is part of x86-64, for AVX2 it is asked) and that a load must stay inside its array, whose length is in its type. `scalar` is the twin
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

/// A way to look at 32 bytes together.
pub trait Simd {
    /// Looks at 32 bytes of a string.
    fn marks(bytes: &[u8; LANES]) -> Marks;

    /// A bit for each byte in which the two differ.
    fn different(a: &[u8; LANES], b: &[u8; LANES]) -> u32;

    /// Whether the first `length` bytes (at most 32) are equal.
    #[inline(always)]
    fn same(a: &[u8; LANES], b: &[u8; LANES], length: usize) -> bool {
        debug_assert!(length <= LANES);
        length == 0 || u64::from(Self::different(a, b)) << (64 - length) == 0
    }
}

/// What every processor that this is compiled for has.
#[cfg(target_arch = "x86_64")]
pub type Base = sse2::Sse2;
/// What every processor that this is compiled for has.
#[cfg(not(target_arch = "x86_64"))]
pub type Base = scalar::Scalar;

/// Something that is worth a copy of its code for each kind of processor. `run` must be `inline(always)`, and so must all that it calls.
pub trait Work<R> {
    /// Does it.
    fn run<S: Simd>(self) -> R;
}

/// Does the work with the best that this processor has.
#[inline]
pub fn fastest<R>(work: impl Work<R>) -> R {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2.
        return unsafe { avx2::run(work) };
    }
    work.run::<Base>()
}

#[cfg(target_arch = "x86_64")]
mod sse2 {
    use super::{LANES, Marks, Simd};
    use core::arch::x86_64::*;

    /// Two registers of 16 bytes.
    pub struct Sse2;

    #[inline(always)]
    fn halves(bytes: &[u8; LANES]) -> [__m128i; 2] {
        // SAFETY: both loads are unaligned ones of 16 bytes, inside the 32 that the type promises.
        unsafe {
            let start = bytes.as_ptr();
            [_mm_loadu_si128(start.cast()), _mm_loadu_si128(start.add(16).cast())]
        }
    }

    impl Simd for Sse2 {
        #[inline(always)]
        fn marks(bytes: &[u8; LANES]) -> Marks {
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
        fn different(a: &[u8; LANES], b: &[u8; LANES]) -> u32 {
            let ([a_low, a_high], [b_low, b_high]) = (halves(a), halves(b));
            // SAFETY: SSE2 is part of x86-64.
            let equal = |a, b| unsafe { _mm_movemask_epi8(_mm_cmpeq_epi8(a, b)) as u32 };
            !(equal(a_low, b_low) | equal(a_high, b_high) << 16)
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use super::{LANES, Marks, Simd, Work};
    use core::arch::x86_64::*;

    /// One register of 32 bytes. Used by [`run`] only, which says that the processor has it.
    pub struct Avx2;

    /// The work, compiled for AVX2.
    #[target_feature(enable = "avx2")]
    pub fn run<R>(work: impl Work<R>) -> R {
        work.run::<Avx2>()
    }

    #[inline(always)]
    fn load(bytes: &[u8; LANES]) -> __m256i {
        // SAFETY: an unaligned load of the 32 bytes that the type promises; who uses Avx2 has asked the processor.
        unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
    }

    impl Simd for Avx2 {
        #[inline(always)]
        fn marks(bytes: &[u8; LANES]) -> Marks {
            let bytes = load(bytes);
            // SAFETY: who uses Avx2 has asked the processor.
            unsafe {
                let quote = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(b'"' as i8));
                let backslash = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(b'\\' as i8));
                let control = _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8(0x1F)), bytes);
                let stops = _mm256_movemask_epi8(_mm256_or_si256(_mm256_or_si256(quote, backslash), control));
                Marks { stops: stops as u32, high: _mm256_movemask_epi8(bytes) as u32 }
            }
        }

        #[inline(always)]
        fn different(a: &[u8; LANES], b: &[u8; LANES]) -> u32 {
            let (a, b) = (load(a), load(b));
            // SAFETY: who uses Avx2 has asked the processor.
            unsafe { !(_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, b)) as u32) }
        }
    }
}

#[cfg(any(test, not(target_arch = "x86_64")))]
mod scalar {
    use super::{LANES, Marks, Simd};

    /// Byte by byte.
    pub struct Scalar;

    fn bits(bytes: &[u8; LANES], is: impl Fn(usize) -> bool) -> u32 {
        (0..bytes.len()).fold(0, |bits, place| bits | u32::from(is(place)) << place)
    }

    impl Simd for Scalar {
        fn marks(bytes: &[u8; LANES]) -> Marks {
            Marks {
                stops: bits(bytes, |place| matches!(bytes[place], b'"' | b'\\' | 0..0x20)),
                high: bits(bytes, |place| bytes[place] >= 0x80),
            }
        }

        fn different(a: &[u8; LANES], b: &[u8; LANES]) -> u32 {
            bits(a, |place| a[place] != b[place])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::scalar::Scalar;
    use super::*;
    use proptest::prelude::*;

    /// What each way says, the twin's first.
    struct Look<'b>(&'b [u8; LANES], &'b [u8; LANES], usize);

    impl Work<(Marks, u32, bool)> for Look<'_> {
        #[inline(always)]
        fn run<S: Simd>(self) -> (Marks, u32, bool) {
            (S::marks(self.0), S::different(self.0, self.1), S::same(self.0, self.1, self.2))
        }
    }

    fn all(a: &[u8; LANES], b: &[u8; LANES], length: usize) -> [(Marks, u32, bool); 3] {
        [Look(a, b, length).run::<Scalar>(), Look(a, b, length).run::<Base>(), fastest(Look(a, b, length))]
    }

    #[test]
    fn every_byte_at_every_place() {
        for byte in 0..=255u8 {
            for place in 0..LANES {
                for around in [b'a', 0x00, b'"', 0xFF] {
                    let mut bytes = [around; LANES];
                    bytes[place] = byte;
                    let [twin, base, best] = all(&bytes, &[around; LANES], place);
                    assert_eq!((twin, twin), (base, best), "{byte:#x} at {place} in {around:#x}");
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
            let [twin, base, best] = all(&a, &b, length);
            prop_assert_eq!((twin, twin), (base, best));
            prop_assert_eq!(twin.2, a[..length] == b[..length]);
        }
    }
}
