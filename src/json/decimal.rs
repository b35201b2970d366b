//! Exact comparison of JSON numbers by their text, for `minimum`, `multipleOf`, `enum` and `uniqueItems`.
//!
//! JSON numbers have no limits: `1e400` and 40 digits are valid, and `f64` would change the result. A crate for decimal
//! numbers stores all digits or limits the exponent: `1e999999999` would take gigabytes, or would be an error. This
//! code borrows the digits from the text and never expands the exponent, so it is linear in the length of the text,
//! without allocation.
//!
//! Invariants: digits begin and end with a non-zero digit, so equal values have equal digits and exponents. Exponents
//! with more than [`MAX_EXPONENT_DIGITS`] digits do not fit and are compared by their spelling.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

/// Digits from the first to the last non-zero digit, and the power of ten of the last one. Zero has no digits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decimal<'a> {
    is_negative: bool,
    /// Before and after the decimal point.
    digits: [&'a str; 2],
    /// Saturated if the exponent has more than [`MAX_EXPONENT_DIGITS`] digits; then `spelling` decides.
    exponent: i128,
    /// The digits of a saturated exponent without leading zeros; otherwise empty.
    spelling: &'a str,
}

/// Maximum number of digits of an exponent that fits into 128 bits with room for additions.
const MAX_EXPONENT_DIGITS: usize = 30;

impl<'a> Decimal<'a> {
    /// The value of a JSON number (RFC 8259, section 6).
    pub(crate) fn of(text: &'a str) -> Decimal<'a> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let fraction = fraction.trim_end_matches('0');
        let whole = whole.trim_start_matches('0');
        // The digits, and minus the number of those after the decimal point.
        let (digits, shift) = match (whole, fraction) {
            ("", "") => return Decimal { is_negative: false, digits: ["", ""], exponent: 0, spelling: "" },
            ("", _) => (["", fraction.trim_start_matches('0')], -(fraction.len() as i128)),
            (_, "") => {
                let digits = whole.trim_end_matches('0');
                ([digits, ""], (whole.len() - digits.len()) as i128)
            }
            _ => ([whole, fraction], -(fraction.len() as i128)),
        };
        let (is_small, power) = match exponent.strip_prefix('-') {
            Some(power) => (true, power),
            None => (false, exponent.strip_prefix('+').unwrap_or(exponent)),
        };
        let power = power.trim_start_matches('0');
        let (exponent, spelling) = match power.len() {
            0 => (shift, ""),
            1..=MAX_EXPONENT_DIGITS => {
                let power = power.parse::<i128>().expect("30 digits fit into 128 bits");
                (if is_small { shift - power } else { shift + power }, "")
            }
            _ if is_small => (i128::MIN, power),
            _ => (i128::MAX, power),
        };
        Decimal { is_negative: text.starts_with('-'), digits, exponent, spelling }
    }

    fn is_zero(&self) -> bool {
        self.len() == 0
    }

    fn len(&self) -> usize {
        self.digits[0].len() + self.digits[1].len()
    }

    fn bytes(&self) -> impl Iterator<Item = u8> + use<'a> {
        let [whole, fraction] = self.digits;
        whole.bytes().chain(fraction.bytes())
    }

    pub(crate) fn is_integer(&self) -> bool {
        self.exponent >= 0
    }

    /// None if `other` is 0 or has more than [`MAX_DIVISOR_DIGITS`] digits.
    pub(crate) fn is_multiple_of(&self, other: &Decimal<'_>) -> Option<bool> {
        if other.is_zero() || other.len() > MAX_DIVISOR_DIGITS {
            return None;
        }
        if self.is_zero() {
            return Some(true);
        }
        let divisor = other.bytes().fold(0u128, |sum, digit| sum * 10 + u128::from(digit - b'0'));
        // A saturated exponent differs from all others by more than the number of digits of any number.
        let surplus = self.exponent.saturating_sub(other.exponent);
        if surplus < 0 {
            // The last digit of `self` is not 0, so it is not divisible by ten.
            return Some(false);
        }
        let rest = self.bytes().fold(0u128, |rest, digit| (rest * 10 + u128::from(digit - b'0')) % divisor);
        Some(times_power_of_ten(rest, surplus.unsigned_abs(), divisor) == 0)
    }

    /// Compares the absolute values.
    fn magnitude(&self, other: &Decimal<'_>) -> Ordering {
        let first = |number: &Decimal<'_>| number.exponent.saturating_add(number.len() as i128);
        let spelled = || {
            let by_size = self.spelling.len().cmp(&other.spelling.len()).then(self.spelling.cmp(other.spelling));
            if self.exponent < 0 { by_size.reverse() } else { by_size }
        };
        match (self.is_zero(), other.is_zero()) {
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            // By the power of ten of the first digit, then by digits. If one number is a prefix of the other, the
            // longer one is larger, because its last digit is not 0.
            _ => first(self).cmp(&first(other)).then_with(spelled).then_with(|| self.bytes().cmp(other.bytes())),
        }
    }
}

/// Maximum number of digits of a divisor: ten times a remainder has at most 128 bits.
pub(crate) const MAX_DIVISOR_DIGITS: usize = 37;

/// `rest * 10^power % divisor`, by squaring.
fn times_power_of_ten(mut rest: u128, mut power: u128, divisor: u128) -> u128 {
    let mut square = 10 % divisor;
    while power > 0 && rest > 0 {
        if power & 1 == 1 {
            rest = times(rest, square, divisor);
        }
        square = times(square, square, divisor);
        power >>= 1;
    }
    rest
}

/// `one * two % divisor`, by doubling: the product may have 247 bits. Both are less than the divisor.
fn times(one: u128, mut two: u128, divisor: u128) -> u128 {
    let (mut sum, mut double) = (0, one);
    while two > 0 {
        if two & 1 == 1 {
            sum = (sum + double) % divisor;
        }
        double = (double + double) % divisor;
        two >>= 1;
    }
    sum
}

impl PartialEq for Decimal<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal<'_> {}

impl PartialOrd for Decimal<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.is_negative, other.is_negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.magnitude(other),
            (true, true) => other.magnitude(self),
        }
    }
}

impl Hash for Decimal<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.is_negative, self.exponent, self.spelling, self.len()).hash(state);
        // Digit by digit, because the position of the decimal point does not matter.
        self.bytes().for_each(|digit| state.write_u8(digit));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_in_their_order() {
        let ordered = [
            "-1e999999999999999999999999999999999999999999",
            "-1e400",
            "-20",
            "-12",
            "-1.5",
            "-1e-400",
            "-1e-999999999999999999999999999999999999999999",
            "0",
            "1e-9999999999999999999999999999999999999999999",
            "1e-999999999999999999999999999999999999999999",
            "1e-400",
            "0.001",
            "0.00100000000000000000000000000000000000001",
            "0.1",
            "1",
            "1.0000000000000000000000000000000000000001",
            "9.9",
            "10",
            "10.01",
            "9007199254740992",
            "9007199254740993",
            "1e400",
            "1.1e400",
            "1e999999999999999999999999999999999999999999",
            "1e9999999999999999999999999999999999999999999",
        ];
        for (one, left) in ordered.iter().enumerate() {
            for (two, right) in ordered.iter().enumerate() {
                assert_eq!(Decimal::of(left).cmp(&Decimal::of(right)), one.cmp(&two), "{left} and {right}");
            }
        }
        for equal in [
            ["1", "1.0"],
            ["0.001", "1e-3"],
            ["0.0150", "15e-3"],
            ["10e-1", "0.1E+1"],
            ["-0", "0e5"],
            ["1e400", "10e399"],
            ["12.50", "125e-1"],
        ] {
            assert_eq!(Decimal::of(equal[0]), Decimal::of(equal[1]), "{equal:?}");
        }
    }

    #[test]
    fn multiples_are_exact() {
        let multiple = |one: &str, two: &str| Decimal::of(one).is_multiple_of(&Decimal::of(two));
        for (number, divisor) in [
            ("0", "7"),
            ("21", "7"),
            ("-21", "7"),
            ("0.3", "0.1"),
            ("4.35", "0.01"),
            ("1e400", "3e-1"),
            ("1e308", "0.5"),
            ("9007199254740993", "3"),
            ("1e999999999999999999999", "1e-9"),
            ("1200", "1.2e3"),
        ] {
            assert_eq!(multiple(number, divisor), Some(number != "1e400"), "{number} and {divisor}");
        }
        for (number, divisor) in [
            ("22", "7"),
            ("0.35", "0.1"),
            ("9007199254740992", "3"),
            ("1", "3"),
            ("1e-1", "1"),
            ("1e-999999999999999999999999999999999", "1"),
        ] {
            assert_eq!(multiple(number, divisor), Some(false), "{number} and {divisor}");
        }
        for (power, times) in (0..20).map(|power| (power, 10u128.pow(power))) {
            for (digits, divisor) in (1..40).flat_map(|digits| (1..100).map(move |divisor| (digits, divisor))) {
                let number = format!("{digits}e{power}");
                let expected = Some((digits * times).is_multiple_of(divisor));
                assert_eq!(multiple(&number, &divisor.to_string()), expected, "{number} and {divisor}");
            }
        }
        // 5^52, of 37 digits.
        let large = "2220446049250313080847263336181640625";
        assert_eq!((multiple("3e52", large), multiple("3e51", large)), (Some(true), Some(false)));
        assert_eq!(multiple("1", "0"), None);
        assert_eq!(multiple("1", &"3".repeat(38)), None);
        assert_eq!(multiple(&"3".repeat(37), &"3".repeat(37)), Some(true));
        assert_eq!(multiple(&"9".repeat(37), &"3".repeat(37)), Some(true));
        assert_eq!(multiple(&format!("{}1", "3".repeat(36)), &"3".repeat(37)), Some(false));
    }

    #[test]
    fn integers_are_recognized_by_their_text() {
        for integer in
            ["0", "-0", "1", "-7", "1.0", "10e-1", "1e400", "1.5e1", "0e-5", "0.0", "100e-2", "1e99999999999999999999"]
        {
            assert!(Decimal::of(integer).is_integer(), "{integer}");
        }
        for other in ["1.5", "-0.1", "1e-1", "15e-1", "1.25e1", "100e-3", "1e-99999999999999999999"] {
            assert!(!Decimal::of(other).is_integer(), "{other}");
        }
    }
}
