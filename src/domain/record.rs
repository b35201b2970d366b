//! One result.

use std::borrow::Cow;

use super::{Field, Fields, Portal, names};
use crate::document::{Span, Value, decode};
use crate::schema::date_time;

/// A string where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    /// The position of its opening quote.
    pub at: usize,
    /// What stands between the quotes, escapes as they are written.
    pub raw: &'a [u8],
}

impl<'a> Text<'a> {
    /// The string that begins at `at`; none where something else does.
    #[inline]
    pub fn at(text: &'a [u8], at: usize) -> Option<Text<'a>> {
        let inner = text.get(at..)?.strip_prefix(b"\"")?;
        let mut end = 0;
        loop {
            match inner.get(end)? {
                b'"' => return Some(Text { at, raw: &inner[..end] }),
                b'\\' => end += 2,
                _ => end += 1,
            }
        }
    }

    /// From quote to quote.
    pub fn span(&self) -> Span {
        Span::new(self.at, self.at + self.raw.len() + 2)
    }

    /// Its value.
    pub fn value(&self) -> Cow<'a, str> {
        if self.raw.contains(&b'\\') {
            Cow::Owned(decode(self.raw))
        } else {
            String::from_utf8_lossy(self.raw)
        }
    }

    /// Whether its value is this text, which needs no escapes.
    #[inline]
    pub fn is(&self, text: &str) -> bool {
        self.raw == text.as_bytes() || (self.raw.contains(&b'\\') && self.value() == text)
    }

    /// Milliseconds since 1970, if it is a date-time.
    #[inline]
    pub fn instant(&self) -> Option<i64> {
        date_time::instant(&self.value())
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
    pub portal: &'a Portal,
}

impl<'a> Record<'a> {
    /// Where the value of a member begins.
    #[inline]
    pub fn at(&self, field: Field) -> Option<usize> {
        self.fields.at(field, self.text)
    }

    /// The value of a member, if it is a string.
    #[inline]
    pub fn string(&self, field: Field) -> Option<Text<'a>> {
        Text::at(self.text, self.at(field)?)
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
        if rest.starts_with(b"true") {
            Some(true)
        } else {
            rest.starts_with(b"false").then_some(false)
        }
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
        MARKS.iter().any(|mark| self.fields.has(*mark))
            || self.url().is_some_and(|url| url.kind == names::CALLS)
    }

    /// The objects that it looks like, told by a property that calls do not have.
    pub fn foreign(&self) -> Option<&'static str> {
        let before = self.text[..self.at(Field::Foreign)?].trim_ascii_end();
        let before = before.strip_suffix(b":")?.trim_ascii_end().strip_suffix(b"\"")?;
        let name = before.rsplit(|byte| *byte == b'"').next()?;
        names::object_of(std::str::from_utf8(name).ok()?)
    }

    /// What its URL says.
    pub fn url(&self) -> Option<Url<'a>> {
        Url::of(std::str::from_utf8(self.string(Field::Url)?.raw).ok()?)
    }
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
    fn urls_have_a_portal_a_type_and_an_id() {
        let url = |url| Url::of(url).map(|url| (url.portal, url.kind, url.id));
        assert_eq!(url("https://app.hubspot.com/contacts/44/record/0-1/17"), Some(("44", "0-1", "17")));
        assert_eq!(url("https://app-eu1.hubspot.com/contacts/44/record/2-35/17?x=1"), Some(("44", "2-35", "17")));
        assert_eq!(url("https://app.hubspot.com/contacts/44/contact/17"), None);
        assert_eq!(url("https://app.hubspot.com/contacts/x/record/0-1/17"), None);
        assert_eq!(url(""), None);
    }
}
