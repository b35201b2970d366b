//! The properties that rules read: their names, their locations in the source, and their values.
//!
//! The fast path only records where values begin and end ([`CAPTURES`]). Rules classify and decode a value on demand,
//! so properties that no rule reads cost nothing.

use std::borrow::Cow;

use super::{names, objects};
use crate::json::{Kind, Value, decode};
use crate::rfc3339;
use crate::schema::{CaptureSpec, SLOTS};
pub(crate) use crate::schema::{Captures as Fields, Holder};
use crate::span::Span;

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident = $holder:ident $text:literal,)*) => {
        /// A property that rules read, or a class of property names.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Field {
            /// A name that no rule reads.
            None,
            $($(#[$doc])* $name,)*
            /// The result itself.
            Result,
            /// Any other name that begins with `hs_call_`.
            Call,
            /// A property that only one other type of objects has ([`objects::owner_of`]).
            Foreign,
            /// A name that is misspelled or unknown ([`names::is_odd`]).
            Odd,
        }

        impl Field {
            /// Empty for classes of names.
            pub fn name(self) -> &'static str {
                match self {
                    $(Field::$name => $text,)*
                    Field::None | Field::Result | Field::Call | Field::Foreign | Field::Odd => "",
                }
            }

            pub fn of(holder: Holder, name: &[u8]) -> Field {
                match (holder, name) {
                    $((Holder::$holder, name) if name == $text.as_bytes() => Field::$name,)*
                    (Holder::Properties, name) => other(name),
                    _ => Field::None,
                }
            }

            fn holder(self) -> Holder {
                match self {
                    $(Field::$name => Holder::$holder,)*
                    Field::None | Field::Result | Field::Call | Field::Foreign | Field::Odd => Holder::Properties,
                }
            }
        }
    };
}

fields! {
    Status = Root "status",
    RequestedAt = Root "requestedAt",
    StartedAt = Root "startedAt",
    CompletedAt = Root "completedAt",
    NumErrors = Root "numErrors",
    Results = Root "results",
    Errors = Root "errors",
    Id = Item "id",
    CreatedAt = Item "createdAt",
    UpdatedAt = Item "updatedAt",
    Archived = Item "archived",
    ArchivedAt = Item "archivedAt",
    Url = Item "url",
    New = Item "new",
    TraceId = Item "objectWriteTraceId",
    History = Item "propertiesWithHistory",
    Paging = Item "paging",
    Warnings = Item "warnings",
    ObjectId = Properties "hs_object_id",
    CreateDate = Properties "hs_createdate",
    ModifiedDate = Properties "hs_lastmodifieddate",
    Timestamp = Properties "hs_timestamp",
    MeetingStart = Properties "hs_meeting_start_time",
    MeetingEnd = Properties "hs_meeting_end_time",
    CloseDate = Properties "closedate",
    Duration = Properties "hs_call_duration",
    Direction = Properties "hs_call_direction",
    CallStatus = Properties "hs_call_status",
    Disposition = Properties "hs_call_disposition",
    RecordingUrl = Properties "hs_call_recording_url",
    HasTranscript = Properties "hs_call_has_transcript",
    Owner = Properties "hubspot_owner_id",
    AttachmentIds = Properties "hs_attachment_ids",
    FromNumber = Properties "hs_call_from_number",
    ToNumber = Properties "hs_call_to_number",
    Title = Properties "hs_call_title",
    Body = Properties "hs_call_body",
    ObjCoords = Properties "hs_obj_coords",
    ObjectCoordinates = Properties "hs_object_coordinates",
    LastModified = Properties "lastmodifieddate",
    Email = Properties "email",
    FirstName = Properties "firstname",
    LastName = Properties "lastname",
    Domain = Properties "domain",
    Employees = Properties "numberofemployees",
    DealName = Properties "dealname",
    DealStage = Properties "dealstage",
    EmailDirection = Properties "hs_email_direction",
    EmailStatus = Properties "hs_email_status",
    TaskStatus = Properties "hs_task_status",
    TaskPriority = Properties "hs_task_priority",
    ChannelType = Properties "hs_communication_channel_type",
}

fn other(name: &[u8]) -> Field {
    let Ok(name) = std::str::from_utf8(name) else { return Field::None };
    if objects::owner_of(name).is_some() {
        Field::Foreign
    } else if names::is_odd(name) {
        Field::Odd
    } else if name.starts_with("hs_call_") {
        Field::Call
    } else {
        Field::None
    }
}

impl Field {
    /// The JSON Pointer of the property, relative to the response or the result that contains it.
    pub fn pointer(self) -> String {
        match self.holder() {
            Holder::Properties => format!("/properties/{}", self.name()),
            _ => format!("/{}", self.name()),
        }
    }
}

const _: () = assert!(Field::Odd as usize + 1 == SLOTS, "each field has a slot");

/// The captures of the fast path, by field.
pub static CAPTURES: CaptureSpec = CaptureSpec {
    types: super::TYPES,
    compiled: super::compiled::NODES,
    // HubSpot sent null in August 2025 (hubspot-api-nodejs #656).
    nullable: &["/properties/requestedAt"],
    item: "/properties/results/items",
    properties: "/properties/results/items/properties/properties",
    slot: |holder, name| Field::of(holder, name) as u8,
    item_slot: Field::Result as u8,
    first_item_slot: Field::Id as usize,
};

/// The value of a property. Numbers are as written in the source; the content of arrays and objects is not captured.
#[derive(Debug, Clone, Copy)]
pub enum JsonScalar<'a> {
    Null,
    Boolean(bool),
    Number(&'a str),
    String(JsonString<'a>),
    Array,
    Object,
}

impl JsonScalar<'_> {
    /// The value of a number that is a non-negative integer without fraction and exponent.
    pub fn as_u64(&self) -> Option<u64> {
        match self {
            JsonScalar::Number(digits) => digits.parse().ok(),
            _ => None,
        }
    }
}

/// A string in the source. Escapes are decoded on demand, because hardly any string that rules read has some.
#[derive(Debug, Clone, Copy)]
pub struct JsonString<'a> {
    /// Offset of the opening quote.
    pub at: usize,
    /// The bytes between the quotes, with escapes as written.
    pub raw: &'a [u8],
    source: &'a [u8],
}

impl<'a> JsonString<'a> {
    /// Includes the quotes.
    pub fn span(&self) -> Span {
        Span::new(self.at, self.at + self.raw.len() + 2)
    }

    pub fn value(&self) -> Cow<'a, str> {
        if memchr::memchr(b'\\', self.raw).is_some() {
            return Cow::Owned(decode(self.raw));
        }
        // The scanner or the fast path has checked that it is UTF-8.
        std::str::from_utf8(self.raw).map_or_else(|_| String::from_utf8_lossy(self.raw), Cow::Borrowed)
    }

    /// Applies a parser to the raw bytes, and if that fails and there are escapes, to the decoded value.
    #[inline]
    pub fn parse<T>(&self, parser: impl Fn(&[u8]) -> Option<T>) -> Option<T> {
        parser(self.raw).or_else(|| if self.raw.contains(&b'\\') { parser(self.value().as_bytes()) } else { None })
    }

    #[inline]
    pub fn is(&self, text: &str) -> bool {
        self.is_one_of(&[text])
    }

    /// True if the value is one of these texts, none of which needs escapes.
    #[inline]
    pub fn is_one_of(&self, texts: &[&str]) -> bool {
        texts.iter().any(|text| self.raw == text.as_bytes())
            || (self.raw.contains(&b'\\') && texts.contains(&&*self.value()))
    }

    /// Milliseconds since 1970, if it is a date-time.
    #[inline]
    pub fn instant(&self) -> Option<i64> {
        rfc3339::hubspot_instant(self.after_quote()).or_else(|| rfc3339::instant(&self.value()))
    }

    /// All bytes after the opening quote. Functions that read whole words need some after the closing quote.
    #[inline(always)]
    pub(super) fn after_quote(&self) -> &'a [u8] {
        &self.source[self.at + 1..]
    }
}

/// `source` is the text whose positions were recorded.
impl Fields {
    /// A bit for each of these fields, as in [`Fields::present`].
    pub(super) const fn set(fields: &[Field]) -> u64 {
        let (mut set, mut at) = (0, 0);
        while at < fields.len() {
            set |= 1 << fields[at] as u8;
            at += 1;
        }
        set
    }

    /// True if the property is present.
    #[inline(always)]
    pub fn has(&self, field: Field) -> bool {
        self.present() & (1 << field as u8) != 0
    }

    /// Offset of the value.
    #[inline(always)]
    pub fn at(&self, field: Field) -> Option<usize> {
        self.has(field).then_some(self.slot(field as u8).0)
    }

    /// The first byte after the opening quote of a string; any byte for other values.
    #[inline(always)]
    pub fn first_byte(&self, field: Field, source: &[u8]) -> u8 {
        source.get(self.slot(field as u8).0 + 1).copied().unwrap_or(0)
    }

    /// The value of a property, if it is present. Its first byte determines its type: the JSON is known to be valid.
    #[inline(always)]
    pub fn scalar<'a>(&self, field: Field, source: &'a [u8]) -> Option<JsonScalar<'a>> {
        let (at, end) = self.slot(field as u8);
        Some(match source.get(at..end)? {
            [b'"', raw @ .., b'"'] => JsonScalar::String(JsonString { at, raw, source }),
            [b'n', ..] => JsonScalar::Null,
            [word @ (b't' | b'f'), ..] => JsonScalar::Boolean(*word == b't'),
            [b'[', ..] => JsonScalar::Array,
            [b'{', ..] => JsonScalar::Object,
            number @ [_, ..] => JsonScalar::Number(std::str::from_utf8(number).unwrap_or_default()),
            [] => return None,
        })
    }

    #[inline(always)]
    pub fn string<'a>(&self, field: Field, source: &'a [u8]) -> Option<JsonString<'a>> {
        match self.scalar(field, source) {
            Some(JsonScalar::String(string)) => Some(string),
            _ => None,
        }
    }

    /// The span of the value; for an array or object only its bracket.
    pub fn span(&self, field: Field, source: &[u8]) -> Option<Span> {
        let (at, end) = self.slot(field as u8);
        Some(match self.scalar(field, source)? {
            JsonScalar::Array | JsonScalar::Object => Span::new(at, at + 1),
            _ => Span::new(at, end),
        })
    }

    pub fn of_response(root: Value<'_>) -> Fields {
        let mut fields = Fields::default();
        fields.add(Holder::Root, root);
        fields
    }

    pub fn of_result(result: Value<'_>) -> Fields {
        let mut fields = Fields::default();
        fields.add(Holder::Item, result);
        if let Some(properties) = result.get("properties") {
            fields.add(Holder::Properties, properties);
        }
        fields
    }

    fn add(&mut self, holder: Holder, object: Value<'_>) {
        for (name, value) in object.last_members().filter(|(name, _)| name.kind() == Kind::Name) {
            let (field, span) = (Field::of(holder, name.string().as_bytes()), value.span());
            self.set_slot(field as u8, span.start.0, span.end.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars() {
        for value in ["null", "true", "false", "-1.5e3", "7", "\"a\\u0062\"", "[", "{"] {
            let (text, mut fields) = (format!("{{\"numErrors\":{value}"), Fields::default());
            assert!(fields.scalar(Field::NumErrors, text.as_bytes()).is_none());
            fields.set_slot(Field::NumErrors as u8, 13, text.len());
            let scalar = fields.scalar(Field::NumErrors, text.as_bytes()).expect("a value");
            assert!(match scalar {
                JsonScalar::Null => value == "null",
                JsonScalar::Boolean(boolean) => value == boolean.to_string(),
                JsonScalar::Number(number) => value == number && scalar.as_u64() == number.parse().ok(),
                JsonScalar::String(string) => string.is("ab") && string.at == 13,
                JsonScalar::Array => value == "[",
                JsonScalar::Object => value == "{",
            });
        }
    }
}
