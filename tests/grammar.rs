//! The grammar of JSON, UTF-8 and dates: the classes of the public suites, generated.
#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

use callcheck::internals::json::{Document, MAX_DEPTH, Tape, scan};
use callcheck::internals::rfc3339;

fn is_json(text: &[u8]) -> bool {
    scan(text, 0, &mut Tape::default()).is_ok()
}

/// Scalars: valid ones, and ones with a single error (RFC 8259, sections 3, 6 and 7).
const RIGHT: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "-0",
    "1",
    "-1",
    "10",
    "1.0",
    "-1.50",
    "0.1",
    "1e0",
    "1E5",
    "1e+05",
    "1E-05",
    "1.5e300",
    "1e400",
    "-0e-0",
    "123456789012345678901234567890",
    r#""""#,
    r#""a""#,
    r#""\"\\\/\b\f\n\r\t""#,
    r#""\u0000\uFFFF\u00e9""#,
    r#""\ud83d\ude00""#,
    r#""\ud800""#,
    "\"\u{7f}\"",
    "\"\u{2028}\"",
    "\"😀\"",
    "\"\u{fffe}\"",
];
const WRONG: &[&str] = &[
    "",
    " ",
    "nul",
    "nulll",
    "Null",
    "TRUE",
    "tru",
    "falsE",
    "NaN",
    "Infinity",
    "-Infinity",
    "undefined",
    "01",
    "-01",
    "00",
    "+1",
    "1.",
    ".1",
    "-.1",
    "1.e1",
    "1e",
    "1e+",
    "1E-",
    "--1",
    "-",
    "1-",
    "0x1",
    "1_000",
    "1 2",
    "0e",
    "1e1.5",
    "Ⅷ",
    "１",
    "\"",
    "\"a",
    "a\"",
    "'a'",
    r#""\""#,
    r#""\x41""#,
    r#""\u""#,
    r#""\u00""#,
    r#""\u000G""#,
    r#""\u 041""#,
    r#""\U0041""#,
    r#""\'""#,
    r#""\0""#,
    "\"\t\"",
    "\"\n\"",
    "\"\u{0}\"",
    "\"\u{1f}\"",
    "\"\\\u{0}\"",
    "\"a\" \"b\"",
    "\u{feff}1",
    "1\u{feff}",
    "\u{a0}1",
    "1\u{2028}",
    "\u{c}1",
    "\u{b}1",
    "/* */1",
    "1//",
    "#",
    "<1>",
    "*",
    "&",
    "$",
];

#[test]
fn scalars_are_classified_in_any_position() {
    for scalar in RIGHT {
        for text in [
            scalar.to_string(),
            format!(" \t\r\n{scalar} \t\r\n"),
            format!("[{scalar}]"),
            format!("[ {scalar} , {scalar}\n]"),
            format!("{{\"a\":{scalar}}}"),
            format!("{{ \"a\" : {scalar} , \"a\" : [ {scalar} ] }}"),
        ] {
            assert!(is_json(text.as_bytes()), "{text:?}");
        }
    }
    for wrong in WRONG {
        for text in [
            wrong.to_string(),
            format!("[{wrong},1]"),
            format!("[1,{wrong}]"),
            format!("{{\"a\":{wrong}}}"),
            format!("{{{wrong}:1}}"),
        ] {
            assert!(!is_json(text.as_bytes()), "{text:?}");
        }
    }
}

#[test]
fn structures_are_classified() {
    for right in [
        "[]",
        "{}",
        "[[]]",
        "[{}]",
        "{\"\":{}}",
        "[[],[],{}]",
        "{\"a\":{\"a\":[]}}",
        "[ ]",
        "{ }",
        "[\n]",
        "{\"a\":1,\"a\":2}",
    ] {
        assert!(is_json(right.as_bytes()), "{right}");
        // A missing byte or an additional one is an error.
        for end in 0..right.len() {
            assert!(!is_json(&right.as_bytes()[..end]), "{right} up to {end}");
        }
        for more in ["]", "}", ",", ":", "1", "[", "{", "\"", "x", "\u{0}"] {
            assert!(!is_json(format!("{right}{more}").as_bytes()), "{right}{more}");
        }
    }
    for wrong in [
        "[,]",
        "[1,]",
        "[,1]",
        "[1,,2]",
        "[1 2]",
        "[1:2]",
        "[\"a\":1]",
        "[1}",
        "{1}",
        "{1:2}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,}",
        "{\"a\" 1}",
        "{\"a\"::1}",
        "{\"a\",1}",
        "{\"a\":1 \"b\":2}",
        "{a:1}",
        "{'a':1}",
        "{null:1}",
        "{[]:1}",
        "]",
        "}",
        ",",
        ":",
        "[]]",
        "{}}",
        "[}",
        "{]",
        "[[]",
        "{\"a\":[}]",
    ] {
        assert!(!is_json(wrong.as_bytes()), "{wrong}");
    }
    for depth in [1, 100, MAX_DEPTH] {
        assert!(is_json(&[vec![b'['; depth], vec![b']'; depth]].concat()));
        assert!(is_json(&[b"{\"a\":".repeat(depth), b"1".to_vec(), vec![b'}'; depth]].concat()));
    }
    assert!(!is_json(&[vec![b'['; MAX_DEPTH + 1], vec![b']'; MAX_DEPTH + 1]].concat()));
}

/// Every way to write an invalid character: bytes around all borders of RFC 3629, four at a time, at any position in a
/// string.
#[test]
fn strings_are_utf_8() {
    const BYTES: [u8; 27] = [
        b'a', 0x7F, 0x80, 0x81, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE,
        0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF8, 0xFE, 0xFF,
    ];
    let mut text = Vec::new();
    let mut tape = Tape::default();
    for before in [0, 30] {
        for number in 0..BYTES.len().pow(4) {
            let four = [1, 27, 27 * 27, 27 * 27 * 27].map(|power| BYTES[number / power % 27]);
            text.clear();
            text.push(b'"');
            text.resize(1 + before, b' ');
            text.extend_from_slice(&four);
            text.push(b'"');
            assert_eq!(
                scan(&text, 0, &mut tape).is_ok(),
                std::str::from_utf8(&four).is_ok(),
                "{four:x?} behind {before}"
            );
        }
    }
    // Truncated at every byte, and every character.
    for character in
        (0x20..=0x0010_FFFF).filter_map(char::from_u32).filter(|character| !matches!(character, '"' | '\\'))
    {
        text.clear();
        text.push(b'"');
        text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        text.push(b'"');
        assert!(scan(&text, 0, &mut tape).is_ok(), "{character:?}");
    }
}

/// The position and the kind of the first error of a string that begins at 0, or the position of its first lone
/// surrogate. Reads single bytes.
fn read_string(text: &[u8]) -> Result<Option<usize>, (usize, &'static str)> {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix(b"\\u")?;
        let digits = std::str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
        u32::from_str_radix(digits, 16).ok()
    };
    let (mut at, mut lone) = (1, None);
    loop {
        match (text.get(at), text.get(at + 1)) {
            (Some(b'"'), _) => return Ok(lone),
            (Some(b'\\'), Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't')) => at += 2,
            (Some(b'\\'), _) => match (unit(at), unit(at + 6)) {
                (Some(0xD800..0xDC00), Some(0xDC00..0xE000)) => at += 12,
                (Some(unit), _) => {
                    let is_lone = (0xD800..0xE000).contains(&unit);
                    lone = lone.or(is_lone.then_some(at));
                    at += 6;
                }
                (None, _) => return Err((at, "Escape")),
            },
            (Some(0..0x20), _) => return Err((at, "NoControl")),
            (Some(_), _) => at += 1,
            (None, _) => return Err((at, "Quote")),
        }
    }
}

/// Strings are read 32 bytes at a time: escape sequences, valid and invalid ones, in every position of a chunk.
#[test]
fn escapes_are_read_at_every_offset() {
    const PIECES: [&str; 17] = [
        r#"\""#,
        r"\\",
        r"\/",
        r"\n",
        r"\f",
        r"\\\\\\",
        r#"\\\""#,
        r"\u0041",
        r"\u00e9",
        r"\ud83d\ude00",
        r"\ud83d",
        "é",
        r"\x",
        r"\u00G0",
        "\\\n",
        "\u{1}",
        "\"",
    ];
    let mut tape = Tape::default();
    for number in 0..PIECES.len().pow(3) {
        let three = [1, 17, 17 * 17].map(|power| PIECES[number / power % 17]).concat();
        for offset in 0..70 {
            // A string near the end of the text, one before other text, and one that does not end.
            for end in ["\"", "aa\"                                        ", ""] {
                let text = format!("\"{}{three}{end}", "a".repeat(offset));
                let found = scan(text.as_bytes(), 0, &mut tape);
                match (found, read_string(text.as_bytes())) {
                    (Err(error), Err((at, kind))) => {
                        let found = format!("{:?}", error.expected);
                        assert_eq!((error.at, found.split(' ').next()), (at, Some(kind)), "{text}");
                    }
                    // After a quote in the middle.
                    (Err(error), Ok(_)) => assert!(three.contains('"') && format!("{:?}", error.expected) == "End"),
                    (Ok(()), expected) => {
                        let string = Document::of(text.as_bytes(), &tape).root().string();
                        match serde_json::from_str::<String>(&text) {
                            Ok(same) => assert_eq!((expected, &*string), (Ok(None), &*same), "{text}"),
                            Err(_) => assert!(expected.is_ok_and(|lone| lone.is_some()), "{text}"),
                        }
                    }
                }
            }
        }
    }
}

fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400)
}

fn days(year: u32, month: u32) -> u32 {
    match month {
        2 => 28 + u32::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn is_date_time(text: &str) -> bool {
    rfc3339::check(text).is_ok()
}

#[test]
fn days_are_those_of_the_calendar() {
    for year in [
        0, 1, 4, 99, 100, 400, 1582, 1600, 1700, 1899, 1900, 1970, 1999, 2000, 2023, 2024, 2025, 2026, 2028, 2100,
        2400, 9996, 9999,
    ] {
        for month in 0..=99 {
            for day in 0..=99 {
                let text = format!("{year:04}-{month:02}-{day:02}T12:00:00Z");
                let is = (1..=12).contains(&month) && day >= 1 && day <= days(year, month);
                assert_eq!(is_date_time(&text), is, "{text}");
            }
        }
    }
}

#[test]
fn times_are_those_of_a_day() {
    for first in 0..=99 {
        for second in 0..=99 {
            let hour = format!("2026-01-05T{first:02}:{second:02}:00Z");
            assert_eq!(is_date_time(&hour), first < 24 && second < 60, "{hour}");
            let seconds = format!("2026-01-05T12:{first:02}:{second:02}.5Z");
            assert_eq!(is_date_time(&seconds), first < 60 && second < 60, "{seconds}");
            for sign in ['+', '-'] {
                let offset = format!("2026-01-05T12:00:00{sign}{first:02}:{second:02}");
                assert_eq!(is_date_time(&offset), first < 24 && second < 60, "{offset}");
            }
        }
    }
}

/// 23:59:60 UTC on 30 June and on 31 December (RFC 3339, section 5.7 and appendix D), in every offset, including those
/// in which the date differs. Every other minute is invalid.
#[test]
fn leap_seconds_are_at_the_end_of_a_half_year_of_utc() {
    let mut right = 0;
    for year in [2015u32, 2016, 2023, 2024] {
        for offset in -(23 * 60 + 59)..=23 * 60 + 59i32 {
            let (hours, minutes) = (offset.abs() / 60, offset.abs() % 60);
            let sign = if offset < 0 { '-' } else { '+' };
            for (month, day) in [(6u32, 30u32), (12, 31), (6, 29), (7, 1), (3, 31), (9, 30), (1, 1), (2, 28)] {
                for minute in [23 * 60 + 59i32, 23 * 60 + 58, 0] {
                    // The local minute and its day.
                    let local = minute + offset;
                    let of_utc = (month, day);
                    let (mut year, mut month, mut day) = (year, month, day);
                    if local >= 24 * 60 {
                        day += 1;
                        if day > days(year, month) {
                            (month, day) = (month + 1, 1);
                        }
                        if month > 12 {
                            (year, month) = (year + 1, 1);
                        }
                    } else if local < 0 {
                        if day > 1 {
                            day -= 1;
                        } else {
                            (year, month) = if month == 1 { (year - 1, 12) } else { (year, month - 1) };
                            day = days(year, month);
                        }
                    }
                    let local = local.rem_euclid(24 * 60);
                    let text = format!(
                        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:60{sign}{hours:02}:{minutes:02}",
                        local / 60,
                        local % 60
                    );
                    let is = minute == 23 * 60 + 59 && matches!(of_utc, (6, 30) | (12, 31));
                    assert_eq!(is_date_time(&text), is, "{text}");
                    right += u32::from(is);
                }
            }
        }
    }
    assert_eq!(right, 4 * 2 * (2 * (23 * 60 + 59) + 1));
}

#[test]
fn dates_are_rfc_3339_to_the_letter() {
    for right in [
        "2026-01-05T09:30:00Z",
        "2026-01-05t09:30:00z",
        "2026-01-05T09:30:00.1Z",
        "2026-01-05T09:30:00.123456789012345678901234567890Z",
        "2026-01-05T09:30:00+00:00",
        "2026-01-05T09:30:00-00:00",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999Z",
        "2024-12-31T23:59:60Z",
        "2024-06-30T23:59:60.5Z",
    ] {
        assert!(is_date_time(right), "{right}");
    }
    for wrong in [
        "",
        "2026-01-05",
        "09:30:00Z",
        "2026-01-05T09:30:00",
        "2026-01-05 09:30:00Z",
        "2026-01-05T09:30Z",
        "2026-01-05T09:30:00.Z",
        "2026-01-05T09:30:00,5Z",
        "2026-01-05T09:30:00+0000",
        "2026-01-05T09:30:00+00",
        "2026-01-05T09:30:00+1:00",
        "2026-01-05T09:30:00 Z",
        "2026-01-05T09:30:00Z ",
        " 2026-01-05T09:30:00Z",
        "2026-01-05T09:30:00Z\n",
        "2026-1-05T09:30:00Z",
        "26-01-05T09:30:00Z",
        "+2026-01-05T09:30:00Z",
        "-026-01-05T09:30:00Z",
        "2-20-01-01T00:00:00Z",
        "2026-01-05T24:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-01-05T09:30:00ZZ",
        "2026-01-05T09:30:00UTC",
        "2026-W02-1T09:30:00Z",
        "2026-005T09:30:00Z",
        "20260105T093000Z",
        "2024-06-15T23:59:60Z",
        "2024-06-30T22:59:60Z",
        "2024-06-30T23:59:61Z",
        "２026-01-05T09:30:00Z",
        "2026-01-05T09:30:0٠Z",
        "2026-01-05T09:30:00−01:00",
        "2026-01-05T09:3a:00Z",
        "2026/01/05T09:30:00Z",
        "2026-01-05T09-30-00Z",
    ] {
        assert!(!is_date_time(wrong), "{wrong:?}");
    }
}
