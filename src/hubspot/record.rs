//! One result, with the values that several rules read.

use super::ids::decimal;
use super::objects::{self, Evidence, Identified, ObjectType};
use super::{AccountConfig, Field, Fields, Ids, JsonScalar, JsonString, RecordUrl, names};
use crate::json::decode;
use crate::rfc3339;
use crate::span::Span;

/// The properties that only calls have.
pub(super) const OF_CALLS: u64 = Fields::set(&[
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
]);

/// A result in a batch response. Rules read it by its captured properties, without a parsed document.
#[derive(Clone, Copy)]
pub struct Record<'a> {
    /// The source text that contains the result.
    pub text: &'a [u8],
    pub fields: &'a Fields,
    pub portal: &'a AccountConfig,
    /// The id as a number, if it has up to 18 digits and no other characters.
    pub id: Option<u64>,
    /// `createdAt` in milliseconds since 1970.
    pub created: Option<i64>,
    /// `updatedAt` in milliseconds since 1970.
    pub updated: Option<i64>,
    /// The format of `hs_timestamp`.
    pub timestamp: TimeFormat,
    /// `hs_timestamp` in milliseconds since 1970.
    pub time: Option<i64>,
    /// `hs_call_duration` if it consists of digits; `u64::MAX` if it is larger.
    pub duration: Option<u64>,
    /// Index into [`names::DISPOSITIONS`], if `hs_call_disposition` is one of them.
    pub outcome: Option<usize>,
    /// Index into [`names::CALL_STATUSES`], if `hs_call_status` is one of them.
    pub status: Option<usize>,
}

/// The format of a time in `properties`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeFormat {
    /// Absent or empty.
    Missing,
    DateTime,
    /// Milliseconds since 1970: 13 digits, 11 or 12 for times before 2001, or "0".
    Milliseconds,
    /// Seconds since 1970: 10 digits.
    Seconds,
    Invalid,
}

impl TimeFormat {
    /// The format of a time, and the time in milliseconds since 1970 if it is a date-time or milliseconds.
    #[inline]
    pub fn and_time(text: JsonString<'_>) -> (TimeFormat, Option<i64>) {
        match rfc3339::hubspot_instant(text.after_quote()) {
            None => TimeFormat::of_other(&text.value()),
            time => (TimeFormat::DateTime, time),
        }
    }

    fn of_other(value: &str) -> (TimeFormat, Option<i64>) {
        let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
        match value.len() {
            0 => (TimeFormat::Missing, None),
            1 if value == "0" => (TimeFormat::Milliseconds, Some(0)),
            10 if is_number => (TimeFormat::Seconds, None),
            11..=14 if is_number => (TimeFormat::Milliseconds, value.parse().ok()),
            _ => match rfc3339::instant(value) {
                None => (TimeFormat::Invalid, None),
                time => (TimeFormat::DateTime, time),
            },
        }
    }
}

impl<'a> Record<'a> {
    #[inline]
    pub fn new(text: &'a [u8], fields: &'a Fields, portal: &'a AccountConfig) -> Self {
        let string = |field| fields.string(field, text);
        let (timestamp, time) = string(Field::Timestamp).map_or((TimeFormat::Missing, None), TimeFormat::and_time);
        Record {
            id: string(Field::Id).and_then(|id| id.parse(Ids::number)),
            created: string(Field::CreatedAt).and_then(|text| text.instant()),
            updated: string(Field::UpdatedAt).and_then(|text| text.instant()),
            timestamp,
            time,
            duration: string(Field::Duration).and_then(|digits| digits.parse(number)),
            outcome: string(Field::Disposition).and_then(|text| names::default_disposition(text.raw)),
            status: string(Field::CallStatus).and_then(|text| names::call_status(text.raw)),
            text,
            fields,
            portal,
        }
    }

    pub fn span(&self, field: Field) -> Option<Span> {
        self.fields.span(field, self.text)
    }

    #[inline]
    pub fn string(&self, field: Field) -> Option<JsonString<'a>> {
        self.fields.string(field, self.text)
    }

    /// The value of a property, if it is a non-empty string: HubSpot sends "" for values that were cleared or never
    /// set.
    #[inline]
    pub fn set(&self, field: Field) -> Option<JsonString<'a>> {
        self.string(field).filter(|text| !text.raw.is_empty())
    }

    #[inline]
    pub fn boolean(&self, field: Field) -> Option<bool> {
        match self.fields.scalar(field, self.text) {
            Some(JsonScalar::Boolean(boolean)) => Some(boolean),
            _ => None,
        }
    }

    /// True if a property is present and not null.
    #[inline]
    pub fn has(&self, field: Field) -> bool {
        !matches!(self.fields.scalar(field, self.text), None | Some(JsonScalar::Null))
    }

    /// True if the result is certainly a call: it has a property that only calls have, or the URL or the coordinates
    /// of a call.
    #[inline]
    pub fn is_call(&self) -> bool {
        let is_call = |kind| kind == ObjectType::CALLS;
        self.has_call_property()
            || self.url(|url| url.kind).is_some_and(is_call)
            || self.coordinates().is_some_and(|(kind, _)| is_call(kind))
    }

    #[inline]
    fn has_call_property(&self) -> bool {
        self.fields.present() & OF_CALLS != 0
    }

    /// The type of the object, by the best evidence in the result.
    pub fn object(&self) -> Option<Identified> {
        self.object_with(self.url(|url| url.kind))
    }

    /// Like [`Record::object`], with the type in `url`.
    #[inline]
    pub(super) fn object_with(&self, of_url: Option<ObjectType>) -> Option<Identified> {
        if let Some(kind) = of_url {
            Some(Identified { kind, evidence: Evidence::Url })
        } else if self.has_call_property() {
            // Wrong coordinates do not make another object of a call.
            Some(Identified { kind: ObjectType::CALLS, evidence: Evidence::CallProperties })
        } else if let Some((kind, name)) = self.coordinates() {
            Some(Identified { kind, evidence: Evidence::Coordinates(name) })
        } else {
            self.by_properties()
        }
    }

    /// Like [`Record::object`], without the coordinates of the object.
    pub fn object_without_coordinates(&self) -> Option<Identified> {
        let of_url = self.url(|url| Identified { kind: url.kind, evidence: Evidence::Url });
        of_url.or_else(|| self.by_properties().filter(|object| object.evidence.is_sure()))
    }

    #[inline]
    fn by_properties(&self) -> Option<Identified> {
        let (kind, evidence) = match self.has_call_property() {
            true => (ObjectType::CALLS, Evidence::CallProperties),
            false => self.by_own_property().or_else(|| self.by_default_property())?,
        };
        Some(Identified { kind, evidence })
    }

    /// The type in the coordinates of the object, if they are those of this record.
    #[inline]
    fn coordinates(&self) -> Option<(ObjectType, &'static str)> {
        let own = |field: Field| {
            let coordinates = self.set(field)?.value();
            let (kind, id) = ObjectType::of_coordinates(&coordinates)?;
            (self.string(Field::Id)?.value() == id).then_some((kind, field.name()))
        };
        [Field::ObjCoords, Field::ObjectCoordinates].into_iter().filter(|field| self.fields.has(*field)).find_map(own)
    }

    /// The type of objects that have a property that no other objects have.
    fn by_own_property(&self) -> Option<(ObjectType, Evidence)> {
        const OWN: [(Field, ObjectType); 7] = [
            (Field::MeetingStart, ObjectType::MEETINGS),
            (Field::MeetingEnd, ObjectType::MEETINGS),
            (Field::EmailDirection, ObjectType::EMAILS),
            (Field::EmailStatus, ObjectType::EMAILS),
            (Field::TaskStatus, ObjectType::TASKS),
            (Field::TaskPriority, ObjectType::TASKS),
            (Field::ChannelType, ObjectType::COMMUNICATIONS),
        ];
        if let Some(at) = self.fields.at(Field::Foreign) {
            // Only the value is captured; its name precedes it.
            let before = self.text[..at].trim_ascii_end().strip_suffix(b":")?.trim_ascii_end().strip_suffix(b"\"")?;
            let (name, kind) = objects::owner_of(&decode(before.rsplit(|byte| *byte == b'"').next()?))?;
            return Some((kind, Evidence::Property(name)));
        }
        let (field, kind) = OWN.into_iter().find(|(field, _)| self.fields.has(*field))?;
        Some((kind, Evidence::Property(field.name())))
    }

    /// The type of objects that have a property by default. Accounts can define the same for other objects, so nothing
    /// may contradict it: custom objects, activities and deals have `hs_createdate`, contacts and companies do not.
    /// Only contacts have `lastmodifieddate` instead of `hs_lastmodifieddate`.
    fn by_default_property(&self) -> Option<(ObjectType, Evidence)> {
        let may_be = |kind| kind == ObjectType::DEALS || !self.fields.has(Field::CreateDate);
        let first = |fields: &[Field]| fields.iter().copied().find(|field| self.fields.has(*field));
        let has_own_date = self.fields.has(Field::LastModified) && !self.fields.has(Field::ModifiedDate);
        if has_own_date && may_be(ObjectType::CONTACTS) {
            return Some((ObjectType::CONTACTS, Evidence::Property(Field::LastModified.name())));
        }
        let is_contact = first(&[Field::Email, Field::FirstName, Field::LastName])
            .filter(|_| !self.fields.has(Field::ModifiedDate))
            .map(|field| (ObjectType::CONTACTS, field));
        let is_company = first(&[Field::Domain, Field::Employees]).map(|field| (ObjectType::COMPANIES, field));
        let is_deal = first(&[Field::DealName, Field::DealStage]).map(|field| (ObjectType::DEALS, field));
        let mut all = [is_contact, is_company, is_deal].into_iter().flatten();
        match (all.next(), all.next()) {
            (Some((kind, field)), None) if may_be(kind) => Some((kind, Evidence::DefaultProperty(field.name()))),
            _ => None,
        }
    }

    pub fn url<T>(&self, with: impl Fn(RecordUrl<'_>) -> T) -> Option<T> {
        RecordUrl::of(&self.string(Field::Url)?.value()).map(with)
    }
}

/// The value of a decimal number; `u64::MAX` if it is larger.
#[inline]
pub(super) fn number(digits: &[u8]) -> Option<u64> {
    if let 4..=16 = digits.len() {
        return decimal(digits);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_any_length() {
        let texts = "0 7 42 1234 184000 12345678 00000009 123456789 1234567890123456 12345678901234567 12345678:0 999999999999999999999 -1 1.5 12a45678 1/:";
        for text in texts.split(' ').chain([""]) {
            let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            let expected = is_number.then(|| text.parse().unwrap_or(u64::MAX));
            assert_eq!(number(text.as_bytes()), expected, "{text}");
        }
    }
}
