//! `date-time` of RFC 3339, section 5.6, to the letter: digits only, `T` and `Z` in either case, an offset of hours and minutes, days that
//! exist, hour 23 at most, and second 60 only where UTC can have a leap second (23:59:60 on 30 June or 31 December).

use std::fmt;

/// Why a text is no date-time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    Empty,
    /// Nothing but a date.
    DateOnly,
    /// A count of seconds or milliseconds since 1970.
    UnixTime {
        milliseconds: bool,
    },
    /// Something else than the expected digits or sign; what should stand there.
    Expected(&'static str),
    /// What stands between date and time.
    Separator(char),
    Month(u32),
    /// The day and how many the month has.
    Day {
        day: u32,
        of: u32,
        month: u32,
        year: u32,
    },
    Hour(u32),
    Minute(u32),
    Second(u32),
    /// Second 60 where no leap second can be.
    LeapSecond,
    /// A point and no digits.
    Fraction,
    NoOffset,
    /// `+0530`: sign, hours and minutes as they should be written.
    OffsetWithoutColon([u8; 6]),
    /// `+05`: the same.
    OffsetWithoutMinutes([u8; 6]),
    OffsetHour(u32),
    OffsetMinute(u32),
    Trailing,
}

/// What was expected: `, found "..."` may follow; [`Problem::UnixTime`] says what was found.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MONTHS: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        f.write_str(match *self {
            Problem::Empty => "expected a date and a time",
            Problem::DateOnly => "expected a time after the date",
            Problem::UnixTime { milliseconds: true } => "expected an RFC 3339 date-time, found Unix milliseconds",
            Problem::UnixTime { milliseconds: false } => "expected an RFC 3339 date-time, found Unix seconds",
            Problem::Expected(what) => return write!(f, "expected {what}"),
            Problem::Separator(_) => "expected `T` between date and time",
            Problem::Month(_) => "expected a month from 01 to 12",
            Problem::Day { day: 0, .. } => "expected a day from 01 to 31",
            Problem::Day { of, month, year, .. } => {
                let name = MONTHS[(month as usize).clamp(1, 12) - 1];
                return match month {
                    2 => write!(f, "{name} {year:04} has {of} days"),
                    _ => write!(f, "{name} has {of} days"),
                };
            }
            Problem::Hour(_) => "expected an hour from 00 to 23",
            Problem::Minute(_) => "expected minutes from 00 to 59",
            Problem::Second(_) => "expected seconds from 00 to 60",
            Problem::LeapSecond => "second 60 is allowed only at 23:59:60 UTC on June 30 or December 31",
            Problem::Fraction => "expected digits after the decimal point",
            Problem::NoOffset => "expected `Z` or an offset after the time",
            Problem::OffsetWithoutColon(_) => "expected `:` between the hours and minutes of the offset",
            Problem::OffsetWithoutMinutes(_) => "expected minutes in the offset",
            Problem::OffsetHour(_) => "expected offset hours from 00 to 23",
            Problem::OffsetMinute(_) => "expected offset minutes from 00 to 59",
            Problem::Trailing => "expected nothing after the offset",
        })
    }
}

/// The length of the date-time that `text` begins with, if it is written as HubSpot writes it (`2024-01-15T10:30:00.123Z`, or without the
/// fraction), is surely right, and is followed by `"`. None proves nothing.
#[inline]
pub fn usual(text: &[u8]) -> Option<usize> {
    digits_of(text).map(|digits| digits.length)
}

/// [`instant`] of such a date-time.
#[inline]
pub fn usual_instant(text: &[u8]) -> Option<i64> {
    let Digits { date, time, rest, .. } = digits_of(text)?;
    // Of two digits side by side what they mean, at the place of the first.
    let pairs = |digits: u64| digits * 10 + (digits >> 8);
    let at = |word: u64, place: u32| i64::from((word >> (8 * place)) as u8);
    let (date, time, seconds) = (pairs(date), pairs(time), pairs(rest));
    let days = days_since_1970(at(date, 0) * 100 + at(date, 2), at(date, 5), at(time, 0));
    let seconds = (at(time, 3) * 60 + at(time, 6)) * 60 + at(seconds, 1);
    Some((days * 86_400 + seconds) * 1000 + at(pairs(rest), 4) * 10 + at(rest, 6))
}

/// The digits of a date-time, each in a byte where it stands; what stands between them is 0.
struct Digits {
    length: usize,
    date: u64,
    time: u64,
    rest: u64,
}

/// Digits and separators are compared eight at a time.
#[inline(always)]
fn digits_of(text: &[u8]) -> Option<Digits> {
    /// What each byte must be, a digit where it is 0; and what lifts a byte that is not into its top bit.
    const fn form(form: &[u8; 8]) -> (u64, u64) {
        let (mut limit, mut place) = ([0u8; 8], 0);
        while place < 8 {
            limit[place] = if form[place] == b'0' { 0x80 - 10 } else { 0x7F };
            place += 1;
        }
        (u64::from_le_bytes(*form), u64::from_le_bytes(limit))
    }
    const DATE: (u64, u64) = form(b"0000-00-");
    const TIME: (u64, u64) = form(b"00T00:00");
    const REST: (u64, u64) = form(b":00.000Z");
    const SHORT: u64 = 0xFFFF_FFFF;
    let (words, _) = text.as_chunks::<8>();
    let [date, time, rest, after, ..] = words else { return None };
    let read = |word: &[u8; 8], form: u64| u64::from_le_bytes(*word) ^ form;
    let off = |digits: u64, limit: u64| (digits.wrapping_add(limit) | digits) & (u64::MAX / 255 * 0x80);
    let (date, time, mut rest, after) = (read(date, DATE.0), read(time, TIME.0), read(rest, REST.0), after[0]);
    let (length, off_rest) = match (rest.to_le_bytes()[3] ^ b'.', after) {
        (b'.', b'"') => (24, off(rest, REST.1)),
        (b'Z', _) if rest.to_le_bytes()[4] ^ b'0' == b'"' => {
            rest &= SHORT >> 8;
            (20, off(rest, REST.1 & SHORT >> 8))
        }
        _ => return None,
    };
    if off(date, DATE.1) | off(time, TIME.1) | off_rest != 0 {
        return None;
    }
    let digits = Digits { length, date, time, rest };
    let (date, time, rest) = (date.to_le_bytes(), time.to_le_bytes(), rest.to_le_bytes());
    let two = |tens: u8, ones: u8| tens * 10 + ones;
    let (month, day, hour) = (two(date[5], date[6]), two(time[0], time[1]), two(time[3], time[4]));
    /// The last day that a month has in every year.
    const LAST: [u8; 13] = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let last = LAST.get(usize::from(month)).copied().unwrap_or(0);
    (day >= 1 && day <= last && hour < 24 && time[6] < 6 && rest[1] < 6).then_some(digits)
}

/// Days of the Gregorian calendar, years beginning in March.
#[inline]
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    // Four centuries more, so that nothing is below zero.
    let year = (year + 400) as u64;
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month as u64 * 153 + 2) / 5;
    days as i64 + day - 719_469 - 146_097
}

/// The moment that a date-time names, in milliseconds since 1970; what is smaller is cut off. A leap second is the next one. None where the
/// text is no date-time.
pub fn instant(text: &str) -> Option<i64> {
    check(text).ok()?;
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| {
        bytes[from..to].iter().fold(0, |number: i64, digit| number * 10 + i64::from(digit - b'0'))
    };
    let days = days_since_1970(number(0, 4), number(5, 7), number(8, 10));
    let seconds = number(11, 13) * 3600 + number(14, 16) * 60 + number(17, 19);
    let rest = &bytes[19..];
    let fraction = rest.strip_prefix(b".").unwrap_or_default();
    let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let place = |place: usize| if place < digits { i64::from(fraction[place] - b'0') } else { 0 };
    let milliseconds = place(0) * 100 + place(1) * 10 + place(2);
    let offset = match &rest[digits + usize::from(digits > 0)..] {
        [sign @ (b'+' | b'-'), hours @ .., b':', ten, one] => {
            let hours = hours.iter().fold(0, |number: i64, digit| number * 10 + i64::from(digit - b'0'));
            let minutes = hours * 60 + i64::from(ten - b'0') * 10 + i64::from(one - b'0');
            if *sign == b'-' { -minutes } else { minutes }
        }
        _ => 0,
    };
    Some((days * 86_400 + seconds - offset * 60) * 1000 + milliseconds)
}

/// A moment, given in milliseconds since 1970, as HubSpot writes it: in UTC, without a fraction where that is zero. Years are those from 0 to 9999.
pub fn utc(milliseconds: i64) -> String {
    let (days, rest) = (milliseconds.div_euclid(86_400_000), milliseconds.rem_euclid(86_400_000));
    let [year, month, date] = civil(days);
    let (seconds, fraction) = (rest / 1000, rest % 1000);
    let fraction = if fraction > 0 { format!(".{fraction:03}") } else { String::new() };
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{date:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
}

/// Year (from 0 to 9999), month and day of the Gregorian calendar of a day since 1970.
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

/// Checks a text.
///
/// # Errors
/// The first thing that is wrong with it, read from the left; impossible values before what is missing at the end.
pub fn check(text: &str) -> Result<(), Problem> {
    let bytes = text.as_bytes();
    if bytes.is_empty() {
        return Err(Problem::Empty);
    }
    if (9..=17).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_digit) {
        return Err(Problem::UnixTime { milliseconds: bytes.len() >= 12 });
    }
    let mut at = 0;
    let year = digits(bytes, &mut at, 4, "a 4-digit year")?;
    sign(bytes, &mut at, b'-', "`-` after the year")?;
    let month = digits(bytes, &mut at, 2, "a 2-digit month")?;
    if !(1..=12).contains(&month) {
        return Err(Problem::Month(month));
    }
    sign(bytes, &mut at, b'-', "`-` after the month")?;
    let day = digits(bytes, &mut at, 2, "a 2-digit day")?;
    let of = days(year, month);
    if !(1..=of).contains(&day) {
        return Err(Problem::Day { day, of, month, year });
    }
    match bytes.get(at) {
        None => return Err(Problem::DateOnly),
        Some(b'T' | b't') => at += 1,
        Some(_) => return Err(Problem::Separator(text[at..].chars().next().unwrap_or(' '))),
    }
    let hour = digits(bytes, &mut at, 2, "a 2-digit hour")?;
    if hour > 23 {
        return Err(Problem::Hour(hour));
    }
    sign(bytes, &mut at, b':', "`:` after the hour")?;
    let minute = digits(bytes, &mut at, 2, "2-digit minutes")?;
    if minute > 59 {
        return Err(Problem::Minute(minute));
    }
    sign(bytes, &mut at, b':', "`:` and seconds after the minutes")?;
    const SECONDS: &str = "2-digit seconds";
    let second = digits(bytes, &mut at, 2, SECONDS)?;
    if bytes.get(at).is_some_and(u8::is_ascii_digit) {
        return Err(Problem::Expected(SECONDS));
    }
    if second > 60 {
        return Err(Problem::Second(second));
    }
    if bytes.get(at) == Some(&b'.') {
        let fraction = bytes[at + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if fraction == 0 {
            return Err(Problem::Fraction);
        }
        at += 1 + fraction;
    }
    let offset = offset(bytes, &mut at)?;
    if at < bytes.len() {
        return Err(Problem::Trailing);
    }
    if second == 60 && !is_leap_second(month, day, (hour * 60 + minute) as i32 - offset) {
        return Err(Problem::LeapSecond);
    }
    Ok(())
}

fn digits(bytes: &[u8], at: &mut usize, count: usize, what: &'static str) -> Result<u32, Problem> {
    let text = bytes
        .get(*at..*at + count)
        .filter(|text| text.iter().all(u8::is_ascii_digit))
        .ok_or(Problem::Expected(what))?;
    *at += count;
    Ok(text.iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0')))
}

fn sign(bytes: &[u8], at: &mut usize, sign: u8, what: &'static str) -> Result<(), Problem> {
    if bytes.get(*at) != Some(&sign) {
        return Err(Problem::Expected(what));
    }
    *at += 1;
    Ok(())
}

/// Minutes east of UTC.
fn offset(bytes: &[u8], at: &mut usize) -> Result<i32, Problem> {
    let direction = match bytes.get(*at) {
        None => return Err(Problem::NoOffset),
        Some(b'Z' | b'z') => {
            *at += 1;
            return Ok(0);
        }
        Some(b'+') => 1,
        Some(b'-') => -1,
        Some(_) => return Err(Problem::Expected("`Z` or an offset after the time")),
    };
    *at += 1;
    let hour = digits(bytes, at, 2, "2-digit offset hours")?;
    match bytes.get(*at) {
        None => return Err(Problem::OffsetWithoutMinutes(written(bytes, *at, b"00"))),
        Some(b'0'..=b'9') => {
            let minutes = bytes.get(*at..*at + 2).filter(|minutes| minutes.iter().all(u8::is_ascii_digit));
            return Err(Problem::OffsetWithoutColon(written(bytes, *at, minutes.unwrap_or(b"00"))));
        }
        _ => sign(bytes, at, b':', "`:` after the offset hours")?,
    }
    let minute = digits(bytes, at, 2, "2-digit offset minutes")?;
    if hour > 23 {
        return Err(Problem::OffsetHour(hour));
    }
    if minute > 59 {
        return Err(Problem::OffsetMinute(minute));
    }
    Ok(direction * (hour * 60 + minute) as i32)
}

/// The sign and the hours that end at `at`, a colon and these minutes.
fn written(bytes: &[u8], at: usize, minutes: &[u8]) -> [u8; 6] {
    [bytes[at - 3], bytes[at - 2], bytes[at - 1], b':', minutes[0], minutes[1]]
}

/// How many days a month has in the proleptic Gregorian calendar (RFC 3339, appendix C).
fn days(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Whether this local day and this UTC minute (counted from the local midnight, so it may lie in a day beside it) is the last
/// minute of 30 June or 31 December in UTC.
fn is_leap_second(month: u32, day: u32, utc_minute: i32) -> bool {
    const LAST: i32 = 24 * 60 - 1;
    // In the minute before midnight it is still yesterday. The evening after is out of reach: the largest offset is 23:59.
    matches!((utc_minute, month, day), (LAST, 6, 30) | (LAST, 12, 31) | (-1, 7, 1) | (-1, 1, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_those_of_the_calendar() {
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
            assert!(usual_instant(&quoted).is_none_or(|found| found == expected), "{text}");
        }
        assert_eq!(usual_instant(b"2026-01-05T09:30:00.123Z\"       "), Some(1_767_605_400_123));
        for day in (-719_528i64..2_932_896).step_by(97) {
            let time = day * 86_400_000 + day.rem_euclid(86_400_000);
            assert_eq!(instant(&utc(time)), Some(time), "{}", utc(time));
        }
        assert_eq!((utc(0), utc(1)), ("1970-01-01T00:00:00Z".to_owned(), "1970-01-01T00:00:00.001Z".to_owned()));
        assert_eq!((instant("yesterday"), instant("2026-02-30T00:00:00Z")), (None, None));
    }

    #[test]
    fn what_is_surely_right_is_right() {
        for text in ["2024-01-15T10:30:00.123Z", "2024-01-15T10:30:00Z"] {
            for place in 0..=text.len() {
                for byte in 0..=255u8 {
                    let mut bytes = format!("{text}\"").into_bytes();
                    bytes.resize(32, 0);
                    bytes[place] = byte;
                    if let Some(length) = usual(&bytes) {
                        let changed = std::str::from_utf8(&bytes[..length]).expect("it is ASCII");
                        assert!(check(changed).is_ok() && bytes[length] == b'"', "{changed}");
                    }
                    // In years and fractions every digit is.
                    let is_free = place < 4 || text.len() == 24 && (20..23).contains(&place);
                    assert!(!is_free || !byte.is_ascii_digit() || usual(&bytes).is_some(), "{place} {byte}");
                }
            }
        }
    }

    #[test]
    fn accepts_every_form_of_rfc_3339() {
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
    fn says_what_is_wrong() {
        const LEAP: &str = "second 60 is allowed only at 23:59:60 UTC on June 30 or December 31";
        for (text, said) in [
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
            assert_eq!(check(text).map_err(|problem| problem.to_string()), Err(said.to_owned()), "{text:?}");
        }
        assert_eq!(check("2024-01-15T10:30:00+0530"), Err(Problem::OffsetWithoutColon(*b"+05:30")));
        assert_eq!(check("2024-01-15T10:30:00+053"), Err(Problem::OffsetWithoutColon(*b"+05:00")));
        assert_eq!(check("2024-01-15T10:30:00-05"), Err(Problem::OffsetWithoutMinutes(*b"-05:00")));
    }
}
