//! Date-times as defined by RFC 3339, section 5.6 (`date-time` in JSON Schema), applied strictly: digits only, `T` and
//! `Z` in either case, an offset of hours and minutes, days that exist, hour 23 at most, and second 60 only if UTC can
//! have a leap second (23:59:60 on June 30 or December 31).

use std::fmt;

/// The first violation in a text. The message names the expected part; that of `UnixTime` also the actual one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeError {
    Empty,
    DateOnly,
    UnixTime {
        milliseconds: bool,
    },
    /// A digit or a sign is missing; the text is the expected part.
    Expected(&'static str),
    /// The character instead of `T`.
    Separator(char),
    Month(u32),
    /// `of` is the number of days of the month.
    Day {
        day: u32,
        of: u32,
        month: u32,
        year: u32,
    },
    Hour(u32),
    Minute(u32),
    Second(u32),
    /// Second 60 at a time that cannot be a leap second.
    LeapSecond,
    /// A decimal point without digits.
    Fraction,
    NoOffset,
    /// An offset such as `+0530`; the bytes are the correct form, `+05:30`.
    OffsetWithoutColon([u8; 6]),
    /// An offset such as `+05`; the bytes are the correct form, `+05:00`.
    OffsetWithoutMinutes([u8; 6]),
    OffsetHour(u32),
    OffsetMinute(u32),
    Trailing,
}

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MONTHS: &str = "January February March April May June July August September October November December";
        f.write_str(match *self {
            TimeError::Empty => "expected a date and a time",
            TimeError::DateOnly => "expected a time after the date",
            TimeError::UnixTime { milliseconds: true } => "expected an RFC 3339 date-time, found Unix milliseconds",
            TimeError::UnixTime { milliseconds: false } => "expected an RFC 3339 date-time, found Unix seconds",
            TimeError::Expected(what) => return write!(f, "expected {what}"),
            TimeError::Separator(_) => "expected `T` between date and time",
            TimeError::Month(_) => "expected a month from 01 to 12",
            TimeError::Day { day: 0, .. } => "expected a day from 01 to 31",
            TimeError::Day { of, month, year, .. } => {
                let name = MONTHS.split(' ').nth((month as usize).saturating_sub(1)).unwrap_or_default();
                return match month {
                    2 => write!(f, "{name} {year:04} has {of} days"),
                    _ => write!(f, "{name} has {of} days"),
                };
            }
            TimeError::Hour(_) => "expected an hour from 00 to 23",
            TimeError::Minute(_) => "expected minutes from 00 to 59",
            TimeError::Second(_) => "expected seconds from 00 to 60",
            TimeError::LeapSecond => "second 60 is allowed only at 23:59:60 UTC on June 30 or December 31",
            TimeError::Fraction => "expected digits after the decimal point",
            TimeError::NoOffset => "expected `Z` or an offset after the time",
            TimeError::OffsetWithoutColon(_) => "expected `:` between the hours and minutes of the offset",
            TimeError::OffsetWithoutMinutes(_) => "expected minutes in the offset",
            TimeError::OffsetHour(_) => "expected offset hours from 00 to 23",
            TimeError::OffsetMinute(_) => "expected offset minutes from 00 to 59",
            TimeError::Trailing => "expected nothing after the offset",
        })
    }
}

/// The length of the date-time that `text` begins with, if it is certainly valid, in HubSpot's format
/// (`2024-01-15T10:30:00.123Z`, or without the fraction), and followed by `"`. `None` proves nothing: it is also
/// returned for February 29, for example.
#[inline]
pub fn hubspot_length(text: &[u8]) -> Option<usize> {
    hubspot_digits(text).map(|digits| digits.length)
}

/// The [`instant`] of such a date-time.
#[inline]
pub fn hubspot_instant(text: &[u8]) -> Option<i64> {
    let Digits { date, time, rest, .. } = hubspot_digits(text)?;
    Some(milliseconds(date, time, rest))
}

/// Milliseconds since 1970 from the words of [`Digits`]. The bytes of separators do not matter.
#[inline]
fn milliseconds(date: u64, time: u64, rest: u64) -> i64 {
    // Each byte becomes the value of the two-digit number that begins there.
    let pairs = |digits: u64| digits * 10 + (digits >> 8);
    let at = |word: u64, index: u32| i64::from((word >> (8 * index)) as u8);
    let (date, time, second_digits) = (pairs(date), pairs(time), pairs(rest));
    let days = days_since_1970(at(date, 0) * 100 + at(date, 2), at(date, 5), at(time, 0));
    let seconds = (at(time, 3) * 60 + at(time, 6)) * 60 + at(second_digits, 1);
    (days * 86_400 + seconds) * 1000 + at(second_digits, 4) * 10 + at(rest, 6)
}

/// The [`instant`] of a valid date-time in quotes. It has 24 characters, so it is in UTC and has milliseconds.
#[inline]
pub fn instant_of_valid(quoted: &[u8; 26]) -> i64 {
    let word = |at: usize| {
        let mut word = [0; 8];
        word.copy_from_slice(&quoted[at..at + 8]);
        u64::from_le_bytes(word)
    };
    let digits = |at: usize| word(at) & (u64::MAX / 255 * 0x0F);
    let instant = milliseconds(digits(1), digits(9), digits(17));
    debug_assert_eq!(std::str::from_utf8(&quoted[1..25]).ok().and_then(self::instant), Some(instant));
    instant
}

/// The times 2023-11-07T05:31:56Z, 2019-10-30T03:30:17.883Z and 2019-12-07T16:50:06.678Z in the examples of HubSpot's
/// documentation.
#[inline]
pub fn is_documented_example(instant: i64) -> bool {
    matches!(instant, 1_699_335_116_000 | 1_572_406_217_883 | 1_575_737_406_678)
}

/// The values of the digits of a date-time, one per byte at the index of the digit; separators are 0.
struct Digits {
    length: usize,
    date: u64,
    time: u64,
    rest: u64,
}

/// Reads every date-time of a response, so it compares eight digits and separators at a time (SWAR).
#[inline(always)]
fn hubspot_digits(text: &[u8]) -> Option<Digits> {
    /// Two words for a template, where `0` matches any digit. Input XOR the first word is the digit, or 0 for a
    /// matching separator. Adding the second word sets the top bit of each byte that exceeds 9, or 0 for a separator.
    const fn template(template: &[u8; 8]) -> (u64, u64) {
        let (mut limit, mut at) = ([0u8; 8], 0);
        while at < 8 {
            limit[at] = if template[at] == b'0' { 0x80 - 10 } else { 0x7F };
            at += 1;
        }
        (u64::from_le_bytes(*template), u64::from_le_bytes(limit))
    }
    const DATE: (u64, u64) = template(b"0000-00-");
    const TIME: (u64, u64) = template(b"00T00:00");
    const REST: (u64, u64) = template(b":00.000Z");
    /// The first three bytes: a date-time without a fraction has `Z` after them.
    const SHORT: u64 = 0x00FF_FFFF;
    let (words, _) = text.as_chunks::<8>();
    let [date, time, rest, after, ..] = words else { return None };
    let read = |word: &[u8; 8], template: u64| u64::from_le_bytes(*word) ^ template;
    let mismatch = |digits: u64, limit: u64| (digits.wrapping_add(limit) | digits) & (u64::MAX / 255 * 0x80);
    let (date, time, mut rest, after) = (read(date, DATE.0), read(time, TIME.0), read(rest, REST.0), after[0]);
    let (length, rest_mismatch) = match (rest.to_le_bytes()[3] ^ b'.', after) {
        (b'.', b'"') => (24, mismatch(rest, REST.1)),
        (b'Z', _) if rest.to_le_bytes()[4] ^ b'0' == b'"' => {
            rest &= SHORT;
            (20, mismatch(rest, REST.1 & SHORT))
        }
        _ => return None,
    };
    if mismatch(date, DATE.1) | mismatch(time, TIME.1) | rest_mismatch != 0 {
        return None;
    }
    let digits = Digits { length, date, time, rest };
    let (date, time, rest) = (date.to_le_bytes(), time.to_le_bytes(), rest.to_le_bytes());
    let two = |tens: u8, ones: u8| tens * 10 + ones;
    let (month, day, hour) = (two(date[5], date[6]), two(time[0], time[1]), two(time[3], time[4]));
    let last_day = DAYS_IN_MONTH.get(usize::from(month)).copied().unwrap_or(0);
    (day >= 1 && day <= last_day && hour < 24 && time[6] < 6 && rest[1] < 6).then_some(digits)
}

/// By month, from 1; February in a common year.
const DAYS_IN_MONTH: [u8; 13] = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// In the proleptic Gregorian calendar (RFC 3339, appendix C).
fn days_in_month(year: u32, month: u32) -> u32 {
    let is_leap_year = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    if month == 2 && is_leap_year { 29 } else { u32::from(DAYS_IN_MONTH[month as usize]) }
}

/// Counts years from March, so that the leap day is the last day of a year.
#[inline]
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    // Unsigned division is cheaper; 400 more years keep the number positive.
    let year = (year + 400) as u64;
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month as u64 * 153 + 2) / 5;
    days as i64 + day - 719_469 - 146_097
}

/// A time in milliseconds since 1970, in HubSpot's format: UTC, without a fraction of zero. The years are 0 to 9999.
pub fn utc(milliseconds: i64) -> String {
    let (days, rest) = (milliseconds.div_euclid(86_400_000), milliseconds.rem_euclid(86_400_000));
    let [year, month, date] = civil(days);
    let (seconds, fraction) = (rest / 1000, rest % 1000);
    let fraction = if fraction > 0 { format!(".{fraction:03}") } else { String::new() };
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{date:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
}

/// Year (0 to 9999), month and day of the Gregorian calendar, from days since 1970.
pub fn civil(days: i64) -> [i64; 3] {
    // Eras of 400 years that begin in March (Howard Hinnant, "chrono-compatible low-level date algorithms").
    let shifted = days + 719_468;
    let (era, day) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * month + 2) / 5 + 1;
    let (month, year) = if month < 10 { (month + 3, year) } else { (month - 9, year + 1) };
    [(era * 400 + year).clamp(0, 9999), month, date]
}

/// # Errors
/// The first violation from the left. Impossible values take precedence over parts that are missing at the end.
pub fn check(text: &str) -> Result<(), TimeError> {
    parse(text).map(|_| ())
}

/// Milliseconds since 1970; smaller fractions are truncated. A leap second is the same instant as the second after it.
pub fn instant(text: &str) -> Option<i64> {
    parse(text).ok()
}

fn parse(text: &str) -> Result<i64, TimeError> {
    let bytes = text.as_bytes();
    if bytes.is_empty() {
        return Err(TimeError::Empty);
    }
    if (9..=17).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_digit) {
        return Err(TimeError::UnixTime { milliseconds: bytes.len() >= 12 });
    }
    let mut at = 0;
    let year = digits(bytes, &mut at, 4, "a 4-digit year")?;
    sign(bytes, &mut at, b'-', "`-` after the year")?;
    let month = digits(bytes, &mut at, 2, "a 2-digit month")?;
    if !(1..=12).contains(&month) {
        return Err(TimeError::Month(month));
    }
    sign(bytes, &mut at, b'-', "`-` after the month")?;
    let day = digits(bytes, &mut at, 2, "a 2-digit day")?;
    let of = days_in_month(year, month);
    if !(1..=of).contains(&day) {
        return Err(TimeError::Day { day, of, month, year });
    }
    match bytes.get(at) {
        None => return Err(TimeError::DateOnly),
        Some(b'T' | b't') => at += 1,
        Some(_) => return Err(TimeError::Separator(text[at..].chars().next().unwrap_or(' '))),
    }
    let hour = digits(bytes, &mut at, 2, "a 2-digit hour")?;
    if hour > 23 {
        return Err(TimeError::Hour(hour));
    }
    sign(bytes, &mut at, b':', "`:` after the hour")?;
    let minute = digits(bytes, &mut at, 2, "2-digit minutes")?;
    if minute > 59 {
        return Err(TimeError::Minute(minute));
    }
    sign(bytes, &mut at, b':', "`:` and seconds after the minutes")?;
    const SECONDS: &str = "2-digit seconds";
    let second = digits(bytes, &mut at, 2, SECONDS)?;
    match bytes.get(at) {
        Some(b'0'..=b'9') => return Err(TimeError::Expected(SECONDS)),
        _ if second > 60 => return Err(TimeError::Second(second)),
        _ => {}
    }
    let milliseconds = fraction(bytes, &mut at)?;
    let offset = offset(bytes, &mut at)?;
    if at < bytes.len() {
        return Err(TimeError::Trailing);
    }
    let utc_minute = (hour * 60 + minute) as i32 - offset;
    if second == 60 && !is_leap_second(month, day, utc_minute) {
        return Err(TimeError::LeapSecond);
    }
    let days = days_since_1970(year.into(), month.into(), day.into());
    Ok(((days * 1440 + i64::from(utc_minute)) * 60 + i64::from(second)) * 1000 + milliseconds)
}

fn digits(bytes: &[u8], at: &mut usize, count: usize, expected: &'static str) -> Result<u32, TimeError> {
    let digits = bytes.get(*at..*at + count).filter(|digits| digits.iter().all(u8::is_ascii_digit));
    *at += count;
    Ok(digits.ok_or(TimeError::Expected(expected))?.iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0')))
}

fn sign(bytes: &[u8], at: &mut usize, sign: u8, expected: &'static str) -> Result<(), TimeError> {
    if bytes.get(*at) != Some(&sign) {
        return Err(TimeError::Expected(expected));
    }
    *at += 1;
    Ok(())
}

/// Milliseconds.
fn fraction(bytes: &[u8], at: &mut usize) -> Result<i64, TimeError> {
    let Some(rest) = bytes[*at..].strip_prefix(b".") else { return Ok(0) };
    let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if length == 0 {
        return Err(TimeError::Fraction);
    }
    *at += 1 + length;
    let digit = |index| if index < length { i64::from(rest[index] - b'0') } else { 0 };
    Ok(digit(0) * 100 + digit(1) * 10 + digit(2))
}

/// Minutes east of UTC.
fn offset(bytes: &[u8], at: &mut usize) -> Result<i32, TimeError> {
    let direction = match bytes.get(*at) {
        None => return Err(TimeError::NoOffset),
        Some(b'Z' | b'z') => {
            *at += 1;
            return Ok(0);
        }
        Some(b'+') => 1,
        Some(b'-') => -1,
        Some(_) => return Err(TimeError::Expected("`Z` or an offset after the time")),
    };
    *at += 1;
    let hour = digits(bytes, at, 2, "2-digit offset hours")?;
    // The sign, the hours, a colon and these minutes.
    let corrected = |minutes: &[u8]| [bytes[*at - 3], bytes[*at - 2], bytes[*at - 1], b':', minutes[0], minutes[1]];
    match bytes.get(*at) {
        None => return Err(TimeError::OffsetWithoutMinutes(corrected(b"00"))),
        Some(b'0'..=b'9') => {
            let minutes = bytes.get(*at..*at + 2).filter(|minutes| minutes.iter().all(u8::is_ascii_digit));
            return Err(TimeError::OffsetWithoutColon(corrected(minutes.unwrap_or(b"00"))));
        }
        _ => sign(bytes, at, b':', "`:` after the offset hours")?,
    }
    let minute = digits(bytes, at, 2, "2-digit offset minutes")?;
    if hour > 23 {
        return Err(TimeError::OffsetHour(hour));
    }
    if minute > 59 {
        return Err(TimeError::OffsetMinute(minute));
    }
    Ok(direction * (hour * 60 + minute) as i32)
}

/// True in the last minute of June 30 or December 31 in UTC. Month and day are local. `utc_minute` counts from local
/// midnight, so it can be in the previous or the next day.
fn is_leap_second(month: u32, day: u32, utc_minute: i32) -> bool {
    const LAST: i32 = 24 * 60 - 1;
    // -1 is the last minute of the previous day. That of the next day is out of reach: the largest offset is 23:59.
    matches!((utc_minute, month, day), (LAST, 6, 30) | (LAST, 12, 31) | (-1, 7, 1) | (-1, 1, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1970-01-01T00:00:00.001Z", 1),
            ("1969-12-31T23:59:59.999Z", -1),
            ("2000-02-29T12:00:00.000Z", 951_825_600_000),
            ("2024-02-29T23:59:59-23:59", 1_709_337_539_000),
            ("2026-01-05T09:30:00.123Z", 1_767_605_400_123),
            ("2026-01-05T10:30:00.1239+01:00", 1_767_605_400_123),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000),
            ("2016-12-31T18:59:60.5-05:00", 1_483_228_800_500),
            ("0000-01-01t00:00:00z", -62_167_219_200_000),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ] {
            assert_eq!(instant(text), Some(expected), "{text}");
            let mut quoted = format!("{text}\"").into_bytes();
            quoted.resize(64, 0);
            assert!(hubspot_instant(&quoted).is_none_or(|found| found == expected), "{text}");
        }
        assert_eq!(hubspot_instant(b"2026-01-05T09:30:00.123Z\"       "), Some(1_767_605_400_123));
        for day in (-719_528i64..2_932_896).step_by(97) {
            let time = day * 86_400_000 + day.rem_euclid(86_400_000);
            assert_eq!(instant(&utc(time)), Some(time), "{}", utc(time));
        }
        assert_eq!((utc(0), utc(1)), ("1970-01-01T00:00:00Z".to_owned(), "1970-01-01T00:00:00.001Z".to_owned()));
        assert_eq!((instant("yesterday"), instant("2026-02-30T00:00:00Z")), (None, None));
    }

    #[test]
    fn hubspot_format_is_valid() {
        for text in ["2024-01-15T10:30:00.123Z", "2024-01-15T10:30:00Z"] {
            for index in 0..=text.len() {
                for byte in 0..=255u8 {
                    let mut bytes = format!("{text}\"").into_bytes();
                    bytes.resize(32, 0);
                    bytes[index] = byte;
                    if let Some(length) = hubspot_length(&bytes) {
                        let changed = std::str::from_utf8(&bytes[..length]).expect("it is ASCII");
                        assert!(check(changed).is_ok() && bytes[length] == b'"', "{changed}");
                    }
                    // Years and fractions can have any digits.
                    let is_free = index < 4 || text.len() == 24 && (20..23).contains(&index);
                    assert!(!is_free || !byte.is_ascii_digit() || hubspot_length(&bytes).is_some(), "{index} {byte}");
                }
            }
        }
    }

    #[test]
    fn valid_date_times() {
        for text in [
            "2024-01-15T10:30:00Z",
            "2024-01-15t10:30:00z",
            "2024-01-15T10:30:00.5Z",
            "2024-01-15T10:30:00.123456789012345678901234567890+05:30",
            "2024-02-29T23:59:59-23:59",
            "2000-02-29T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
            "1998-12-31T23:59:60Z",
            "1998-12-31T23:59:60.999Z",
            "2016-06-30T23:59:60+00:00",
            "1990-12-31T15:59:60-08:00",
            "1991-01-01T00:59:60+01:00",
            "2015-07-01T05:29:60+05:30",
            "2015-06-30T00:00:60-23:59",
            "2015-06-30T22:59:60-01:00",
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn errors() {
        const LEAP: &str = "second 60 is allowed only at 23:59:60 UTC on June 30 or December 31";
        for (text, message) in [
            ("", "expected a date and a time"),
            ("2024-13-45T99:99:99Z", "expected a month from 01 to 12"),
            ("2024-00-01T00:00:00Z", "expected a month from 01 to 12"),
            ("2024-01-32T00:00:00Z", "January has 31 days"),
            ("2023-02-29T00:00:00Z", "February 2023 has 28 days"),
            ("1900-02-29T00:00:00Z", "February 1900 has 28 days"),
            ("2024-02-30T00:00:00Z", "February 2024 has 29 days"),
            ("2024-12-32T00:00:00Z", "December has 31 days"),
            ("2024-01-00T00:00:00Z", "expected a day from 01 to 31"),
            ("2024-01-15 10:30:00Z", "expected `T` between date and time"),
            ("2024-01-15_10:30:00Z", "expected `T` between date and time"),
            ("2024-01-15T24:00:00Z", "expected an hour from 00 to 23"),
            ("2024-01-15T10:60:00Z", "expected minutes from 00 to 59"),
            ("2024-01-15T10:30:61Z", "expected seconds from 00 to 60"),
            ("2024-01-15T10:30:410.120Z", "expected 2-digit seconds"),
            ("2024-01-15T10:30:990Z", "expected 2-digit seconds"),
            ("2024-06-15T23:59:60Z", LEAP),
            ("1998-12-31T23:58:60Z", LEAP),
            ("2024-06-29T00:59:60+01:00", LEAP),
            ("2024-08-01T00:59:60+01:00", LEAP),
            ("1998-12-31T23:59:60+01:00", LEAP),
            ("2024-01-15T10:30:00", "expected `Z` or an offset after the time"),
            ("2024-01-15T10:30:00+0530", "expected `:` between the hours and minutes of the offset"),
            ("2024-01-15T10:30:00-05", "expected minutes in the offset"),
            ("2024-01-15T10:30:00+053", "expected `:` between the hours and minutes of the offset"),
            ("2024-01-15T10:30:00+24:00", "expected offset hours from 00 to 23"),
            ("2024-01-15T10:30:00+00:60", "expected offset minutes from 00 to 59"),
            ("2024-01-15T10:30:00.Z", "expected digits after the decimal point"),
            ("2024-01-15T10:30:00Z\n", "expected nothing after the offset"),
            ("2024-01-15T10:30:00 Z", "expected `Z` or an offset after the time"),
            ("2024-01-15T10:30Z", "expected `:` and seconds after the minutes"),
            ("2024-1-15T10:30:00Z", "expected a 2-digit month"),
            ("２０２４-01-15T10:30:00Z", "expected a 4-digit year"),
            ("2024-01-15", "expected a time after the date"),
            ("1762212973632", "expected an RFC 3339 date-time, found Unix milliseconds"),
            ("1762212973", "expected an RFC 3339 date-time, found Unix seconds"),
            ("yesterday", "expected a 4-digit year"),
        ] {
            assert_eq!(check(text).map_err(|error| error.to_string()), Err(message.to_owned()), "{text:?}");
        }
        assert_eq!(check("2024-01-15T10:30:00+0530"), Err(TimeError::OffsetWithoutColon(*b"+05:30")));
        assert_eq!(check("2024-01-15T10:30:00+053"), Err(TimeError::OffsetWithoutColon(*b"+05:00")));
        assert_eq!(check("2024-01-15T10:30:00-05"), Err(TimeError::OffsetWithoutMinutes(*b"-05:00")));
    }
}
