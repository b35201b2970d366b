//! One result.

use std::borrow::Cow;

use super::{AccountConfig, Field, Fields, Ids, names};
use crate::json::{Span, Value, decode};
use crate::rfc3339;

/// A string where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    /// The position of its opening quote.
    pub at: usize,
    /// What stands between the quotes, escapes as they are written.
    pub raw: &'a [u8],
    /// The text that it stands in.
    text: &'a [u8],
}

impl<'a> Text<'a> {
    /// The value of a member, if it is a string.
    #[inline]
    pub fn of(fields: &Fields, field: Field, text: &'a [u8]) -> Option<Text<'a>> {
        match fields.text(field, text) {
            [b'"', raw @ .., b'"'] => Some(Text { text, at: fields.at(field)?, raw }),
            _ => None,
        }
    }

    /// From quote to quote.
    pub fn span(&self) -> Span {
        Span::new(self.at, self.at + self.raw.len() + 2)
    }

    /// Its value.
    pub fn value(&self) -> Cow<'a, str> {
        if memchr::memchr(b'\\', self.raw).is_some() {
            return Cow::Owned(decode(self.raw));
        }
        // The scanner or the fast pass has checked it.
        std::str::from_utf8(self.raw).map_or_else(|_| String::from_utf8_lossy(self.raw), Cow::Borrowed)
    }

    /// What a function makes of it, or if that is nothing and there are escapes, of its value.
    #[inline]
    pub fn read<T>(&self, with: impl Fn(&[u8]) -> Option<T>) -> Option<T> {
        with(self.raw).or_else(|| if self.raw.contains(&b'\\') { with(self.value().as_bytes()) } else { None })
    }

    /// Whether its value is this text, which needs no escapes.
    #[inline]
    pub fn is(&self, text: &str) -> bool {
        self.raw == text.as_bytes() || (self.raw.contains(&b'\\') && self.value() == text)
    }

    /// Whether its value is one of these texts, which need no escapes.
    #[inline]
    pub fn is_one_of(&self, texts: &[&str]) -> bool {
        texts.iter().any(|text| self.raw == text.as_bytes())
            || (self.raw.contains(&b'\\') && texts.contains(&&*self.value()))
    }

    /// Milliseconds since 1970, if it is a date-time.
    #[inline]
    pub fn instant(&self) -> Option<i64> {
        rfc3339::usual_instant(self.behind()).or_else(|| rfc3339::instant(&self.value()))
    }

    /// All that stands behind the opening quote.
    #[inline(always)]
    fn behind(&self) -> &'a [u8] {
        &self.text[self.at + 1..]
    }
}

/// One result, as far as rules look at it.
#[derive(Clone, Copy)]
pub struct Record<'a> {
    /// The text that it stands in.
    pub text: &'a [u8],
    /// Where its members are.
    pub fields: &'a Fields,
    /// The result itself; none where the fast pass has found nothing that could be told by it alone.
    pub value: Option<Value<'a>>,
    /// What is known of the portal.
    pub portal: &'a AccountConfig,
    /// The id as a number, where it is one of up to 18 digits.
    pub id: Option<u64>,
    /// `createdAt` in milliseconds since 1970, if it is a date-time.
    pub created: Option<i64>,
    /// `updatedAt`, likewise.
    pub updated: Option<i64>,
    /// How `hs_timestamp` is written.
    pub timestamp: Form,
    /// `hs_timestamp` in milliseconds since 1970, if it is a date-time or such a number.
    pub time: Option<i64>,
    /// `hs_call_duration`, if it is digits, up to what fits.
    pub duration: Option<u64>,
    /// Which of [`names::DISPOSITIONS`] `hs_call_disposition` is, as HubSpot writes it.
    pub outcome: Option<usize>,
    /// Which of [`names::CALL_STATUSES`] `hs_call_status` is, as HubSpot writes it.
    pub status: Option<usize>,
}

/// How a time among properties is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// It is not there, or there is nothing in it.
    Missing,
    /// As a date-time.
    DateTime,
    /// As milliseconds since 1970: thirteen digits, or those of a time before 2001.
    Milliseconds,
    /// As seconds: ten digits.
    Seconds,
    /// Otherwise.
    Odd,
}

impl Form {
    /// How a text is written that should be a time, and what time it is in milliseconds since 1970, if it is a date-time or such a number.
    #[inline]
    pub fn and_time(text: Text<'_>) -> (Form, Option<i64>) {
        match rfc3339::usual_instant(text.behind()) {
            None => Form::unusual(&text.value()),
            time => (Form::DateTime, time),
        }
    }

    fn unusual(value: &str) -> (Form, Option<i64>) {
        let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
        match value.len() {
            0 => (Form::Missing, None),
            10 if is_number => (Form::Seconds, None),
            11..=14 if is_number => (Form::Milliseconds, value.parse().ok()),
            _ => match rfc3339::instant(value) {
                None => (Form::Odd, None),
                time => (Form::DateTime, time),
            },
        }
    }
}

impl<'a> Record<'a> {
    /// A result whose members are there in a text.
    #[inline]
    pub fn new(text: &'a [u8], fields: &'a Fields, value: Option<Value<'a>>, portal: &'a AccountConfig) -> Self {
        let instant = |field| Text::of(fields, field, text).and_then(|text| text.instant());
        let string = |field| Text::of(fields, field, text);
        let (timestamp, time) = string(Field::Timestamp).map_or((Form::Missing, None), Form::and_time);
        Record {
            id: string(Field::Id).and_then(|id| id.read(Ids::number)),
            created: instant(Field::CreatedAt),
            updated: instant(Field::UpdatedAt),
            timestamp,
            time,
            duration: string(Field::Duration).and_then(|text| text.read(number)),
            outcome: string(Field::Disposition).and_then(|text| names::default_disposition(text.raw)),
            status: string(Field::CallStatus).and_then(|text| names::call_status(text.raw)),
            text,
            fields,
            value,
            portal,
        }
    }

    /// Where the value of a member begins.
    #[inline]
    pub fn at(&self, field: Field) -> Option<usize> {
        self.fields.at(field)
    }

    /// The value of a member, if it is a string.
    #[inline]
    pub fn string(&self, field: Field) -> Option<Text<'a>> {
        Text::of(self.fields, field, self.text)
    }

    /// The value of a member, if it is a string with something in it: HubSpot sends "" for what was cleared or never set.
    #[inline]
    pub fn set(&self, field: Field) -> Option<Text<'a>> {
        self.string(field).filter(|text| !text.raw.is_empty())
    }

    /// The value of a member, if it is `true` or `false`.
    #[inline]
    pub fn boolean(&self, field: Field) -> Option<bool> {
        let rest = &self.text[self.at(field)?..];
        if rest.starts_with(b"true") { Some(true) } else { rest.starts_with(b"false").then_some(false) }
    }

    /// Whether a member is there and not null.
    #[inline]
    pub fn has(&self, field: Field) -> bool {
        self.at(field).is_some_and(|at| !self.text[at..].starts_with(b"null"))
    }

    /// Whether it is a call for sure: it has a property that only calls have, or its URL says so.
    #[inline]
    pub fn is_call(&self) -> bool {
        const MARKS: [Field; 11] = [
            Field::Call,
            Field::Title,
            Field::Body,
            Field::FromNumber,
            Field::ToNumber,
            Field::Duration,
            Field::Direction,
            Field::CallStatus,
            Field::Disposition,
            Field::RecordingUrl,
            Field::HasVoicemail,
        ];
        MARKS.iter().any(|mark| self.fields.has(*mark)) || self.url(|url| url.kind == names::CALLS) == Some(true)
    }

    /// The objects that it looks like, told by a property that calls do not have.
    pub fn foreign(&self) -> Option<&'static str> {
        let before = self.text[..self.at(Field::Foreign)?].trim_ascii_end();
        let before = before.strip_suffix(b":")?.trim_ascii_end().strip_suffix(b"\"")?;
        let name = before.rsplit(|byte| *byte == b'"').next()?;
        names::object_of(&decode(name))
    }

    /// What a function makes of the parts of its URL.
    pub fn url<T>(&self, with: impl Fn(Url<'_>) -> T) -> Option<T> {
        Url::of(&self.string(Field::Url)?.value()).map(with)
    }
}

/// The number that digits are, the largest one where it does not fit.
#[inline]
fn number(digits: &[u8]) -> Option<u64> {
    if let 1..=8 = digits.len() {
        // All at once: how many there are cannot be foreseen.
        let mut word = [b'0'; 8];
        word[8 - digits.len()..].copy_from_slice(digits);
        let word = u64::from_le_bytes(word) ^ 0x3030_3030_3030_3030;
        if (word.wrapping_add(0x7676_7676_7676_7676) | word) & 0x8080_8080_8080_8080 != 0 {
            return None;
        }
        // Pairs, fours, eight.
        let pairs = (word.wrapping_mul(10) + (word >> 8)) & 0x00FF_00FF_00FF_00FF;
        let fours = (pairs.wrapping_mul(100) + (pairs >> 16)) & 0x0000_FFFF_0000_FFFF;
        return Some((fours.wrapping_mul(10_000) + (fours >> 32)) & 0xFFFF_FFFF);
    }
    let mut number = 0u64;
    for digit in digits {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number.saturating_mul(10).saturating_add(u64::from(digit));
    }
    (!digits.is_empty()).then_some(number)
}

/// The parts of a record's URL: `https://app.hubspot.com/contacts/{portal}/record/{kind}/{id}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Url<'a> {
    /// The account's number.
    pub portal: &'a str,
    /// The type of the object, such as `0-48`.
    pub kind: &'a str,
    /// The object's id.
    pub id: &'a str,
}

impl<'a> Url<'a> {
    /// The parts, if the text has them.
    pub fn of(url: &'a str) -> Option<Url<'a>> {
        let (before, record) = url.split_once("/record/")?;
        let portal = before.rsplit('/').next()?;
        let (kind, rest) = record.split_once('/')?;
        let id = rest.split(['/', '?', '#']).next()?;
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_kind = kind.split_once('-').is_some_and(|(one, two)| is_number(one) && is_number(two));
        (is_number(portal) && is_kind && !id.is_empty()).then_some(Url { portal, kind, id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_whatever_their_length() {
        for text in [
            "0",
            "7",
            "42",
            "184000",
            "12345678",
            "00000009",
            "123456789",
            "999999999999999999999",
            "",
            "-1",
            "1.5",
            "12a45678",
            "1/:",
        ] {
            let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            let expected = is_number.then(|| text.parse().unwrap_or(u64::MAX));
            assert_eq!(number(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn urls_have_a_portal_a_type_and_an_id() {
        let url = |url| Url::of(url).map(|url| (url.portal, url.kind, url.id));
        assert_eq!(url("https://app.hubspot.com/contacts/44/record/0-1/17"), Some(("44", "0-1", "17")));
        assert_eq!(url("https://app-eu1.hubspot.com/contacts/44/record/2-35/17?x=1"), Some(("44", "2-35", "17")));
        assert_eq!(url("https://app.hubspot.com/contacts/44/contact/17"), None);
        assert_eq!(url("https://app.hubspot.com/contacts/x/record/0-1/17"), None);
        assert_eq!(url(""), None);
    }
}
