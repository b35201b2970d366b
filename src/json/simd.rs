//! Classifies and compares 32 bytes at a time. The only file with `unsafe` code.
//!
//! Strings are most of the bytes of a response, and in them only quotes, backslashes and control characters matter. The
//! copy of the fast path for AVX2 saves a tenth of the time (0.1375 s to 0.1253 s for big.json, dev/benchmarks.md).
//!
//! Safety: the intrinsics only read and compare registers. The processor must support them (SSE2 is part of x86-64,
//! AVX2 is detected at run time), and a load must stay inside its array, whose length is part of the type. `scalar` is
//! the portable implementation; tests compare all of them.
#![allow(unsafe_code)]

/// Number of bytes that are processed together.
pub(crate) const LANES: usize = 32;

/// One bit per byte; the lowest is the first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Marks {
    /// Bytes that end the plain part of a string: `"`, `\` and control characters.
    pub stops: u32,
    /// Bytes that are not ASCII.
    pub high: u32,
}

pub(crate) trait Simd {
    fn marks(bytes: &[u8; LANES]) -> Marks;

    /// One bit for each byte that differs.
    fn different(a: &[u8; LANES], b: &[u8; LANES]) -> u32;

    /// True if the first `length` bytes (at most 32) are equal.
    #[inline(always)]
    fn same(a: &[u8; LANES], b: &[u8; LANES], length: usize) -> bool {
        debug_assert!(length <= LANES);
        length == 0 || u64::from(Self::different(a, b)) << (64 - length) == 0
    }

    /// One bit for each byte that equals `byte`.
    #[inline(always)]
    fn equal(bytes: &[u8; LANES], byte: u8) -> u32 {
        !Self::different(bytes, &[byte; LANES])
    }
}

/// The backslashes that begin an escape sequence. The byte before the first one is not such a backslash.
///
/// In a run of backslashes, the first, third, fifth and so on begin a sequence: the even bits of a run that begins at
/// an even bit, the odd bits of another one. The addition carries through the runs that begin at an even bit, and
/// clears them. A constant number of instructions, for any number of escape sequences.
#[inline(always)]
pub(crate) fn escapes(backslashes: u32) -> u32 {
    const EVEN: u32 = 0x5555_5555;
    let first = backslashes & !(backslashes << 1);
    let odd_runs = backslashes & backslashes.wrapping_add(first & EVEN);
    backslashes & (odd_runs ^ EVEN)
}

/// The implementation that every processor of the target supports.
#[cfg(target_arch = "x86_64")]
pub(crate) type Base = sse2::Sse2;
#[cfg(not(target_arch = "x86_64"))]
pub type Base = scalar::Scalar;

/// Code that is compiled once per kind of processor. `run` and everything that it calls must be `inline(always)`: a
/// function that is not inlined is compiled without AVX2, and the intrinsics become calls.
pub(crate) trait Work<R> {
    fn run<S: Simd>(self) -> R;
}

/// Runs the work with the best implementation for this processor.
#[inline]
pub(crate) fn fastest<R>(work: impl Work<R>) -> R {
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
    pub(crate) struct Sse2;

    #[inline(always)]
    fn halves(bytes: &[u8; LANES]) -> [__m128i; 2] {
        // SAFETY: both unaligned loads of 16 bytes are inside the 32 bytes of the type.
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

    /// One register of 32 bytes. Only [`run`] uses it, for processors with AVX2.
    pub(super) struct Avx2;

    #[target_feature(enable = "avx2")]
    pub(super) fn run<R>(work: impl Work<R>) -> R {
        work.run::<Avx2>()
    }

    #[inline(always)]
    fn load(bytes: &[u8; LANES]) -> __m256i {
        // SAFETY: an unaligned load of the 32 bytes of the type; the processor has AVX2.
        unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
    }

    impl Simd for Avx2 {
        #[inline(always)]
        fn marks(bytes: &[u8; LANES]) -> Marks {
            let bytes = load(bytes);
            // SAFETY: the processor has AVX2.
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
            // SAFETY: the processor has AVX2.
            unsafe { !(_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, b)) as u32) }
        }
    }
}

#[cfg(any(test, not(target_arch = "x86_64")))]
mod scalar {
    use super::{LANES, Marks, Simd};

    pub(crate) struct Scalar;

    fn bits(bytes: &[u8; LANES], is: impl Fn(usize) -> bool) -> u32 {
        (0..bytes.len()).fold(0, |bits, index| bits | u32::from(is(index)) << index)
    }

    impl Simd for Scalar {
        fn marks(bytes: &[u8; LANES]) -> Marks {
            Marks {
                stops: bits(bytes, |index| matches!(bytes[index], b'"' | b'\\' | 0..0x20)),
                high: bits(bytes, |index| bytes[index] >= 0x80),
            }
        }

        fn different(a: &[u8; LANES], b: &[u8; LANES]) -> u32 {
            bits(a, |index| a[index] != b[index])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::scalar::Scalar;
    use super::*;
    use proptest::prelude::*;

    struct Comparison<'b>(&'b [u8; LANES], &'b [u8; LANES], usize);

    impl Work<(Marks, u32, bool)> for Comparison<'_> {
        #[inline(always)]
        fn run<S: Simd>(self) -> (Marks, u32, bool) {
            (S::marks(self.0), S::different(self.0, self.1), S::same(self.0, self.1, self.2))
        }
    }

    fn all(a: &[u8; LANES], b: &[u8; LANES], length: usize) -> [(Marks, u32, bool); 3] {
        [
            Comparison(a, b, length).run::<Scalar>(),
            Comparison(a, b, length).run::<Base>(),
            fastest(Comparison(a, b, length)),
        ]
    }

    #[test]
    fn implementations_agree_on_every_byte_at_every_position() {
        for byte in 0..=255u8 {
            for position in 0..LANES {
                for around in [b'a', 0x00, b'"', 0xFF] {
                    let mut bytes = [around; LANES];
                    bytes[position] = byte;
                    let [portable, base, best] = all(&bytes, &[around; LANES], position);
                    assert_eq!((portable, portable), (base, best), "{byte:#x} at {position} in {around:#x}");
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_other_backslash_begins_an_escape(some in any::<u32>(), more in any::<u32>()) {
            for backslashes in [some, some & more, some | more, !some & more, u32::MAX << (more % 32)] {
                let (mut expected, mut index) = (0, 0);
                while index < 32 {
                    let is_start = backslashes >> index & 1 == 1;
                    expected |= u32::from(is_start) << index;
                    index += 1 + u32::from(is_start);
                }
                prop_assert_eq!(escapes(backslashes), expected, "{:#b}", backslashes);
            }
        }

        #[test]
        fn implementations_agree_on_random_bytes(a in any::<[u8; LANES]>(), changes in prop::collection::vec((0..LANES, any::<u8>()), 0..4), length in 0..=LANES) {
            let mut b = a;
            changes.iter().for_each(|&(position, byte)| b[position] = byte);
            let [portable, base, best] = all(&a, &b, length);
            prop_assert_eq!((portable, portable), (base, best));
            prop_assert_eq!(portable.2, a[..length] == b[..length]);
        }
    }
}
