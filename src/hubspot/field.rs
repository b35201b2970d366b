//! Where the members are that rules look at.

use super::names;
use crate::json::{Kind, Value};

/// What has such members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// The answer itself.
    Answer,
    /// One of its results.
    Result,
    /// The `properties` of a result.
    Properties,
}

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident = $holder:ident $text:literal,)*) => {
        /// A member that rules look at.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        #[allow(missing_docs, reason = "the names are HubSpot's")]
        pub enum Field {
            /// No rule looks at it by its place.
            None,
            $($(#[$doc])* $name,)*
            /// The result itself.
            Result,
            /// Another name that begins with `hs_call_`.
            Call,
            /// A name that only other objects than calls have.
            Foreign,
            /// A name that should be looked at.
            Odd,
        }

        impl Field {
            /// The member's name; empty for those that stand for many.
            pub fn name(self) -> &'static str {
                match self {
                    $(Field::$name => $text,)*
                    Field::None | Field::Result | Field::Call | Field::Foreign | Field::Odd => "",
                }
            }

            /// The field for a member with this name.
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
    Status = Answer "status",
    RequestedAt = Answer "requestedAt",
    StartedAt = Answer "startedAt",
    CompletedAt = Answer "completedAt",
    NumErrors = Answer "numErrors",
    Results = Answer "results",
    Errors = Answer "errors",
    Id = Result "id",
    CreatedAt = Result "createdAt",
    UpdatedAt = Result "updatedAt",
    Archived = Result "archived",
    ArchivedAt = Result "archivedAt",
    Url = Result "url",
    New = Result "new",
    TraceId = Result "objectWriteTraceId",
    History = Result "propertiesWithHistory",
    ObjectId = Properties "hs_object_id",
    CreateDate = Properties "hs_createdate",
    ModifiedDate = Properties "hs_lastmodifieddate",
    Timestamp = Properties "hs_timestamp",
    Duration = Properties "hs_call_duration",
    Direction = Properties "hs_call_direction",
    CallStatus = Properties "hs_call_status",
    Disposition = Properties "hs_call_disposition",
    RecordingUrl = Properties "hs_call_recording_url",
    HasVoicemail = Properties "hs_call_has_voicemail",
    HasTranscript = Properties "hs_call_has_transcript",
    IsTruncated = Properties "hs_body_preview_is_truncated",
    GdprDeleted = Properties "hs_gdpr_deleted",
    Owner = Properties "hubspot_owner_id",
    AttachmentIds = Properties "hs_attachment_ids",
    FromNumber = Properties "hs_call_from_number",
    ToNumber = Properties "hs_call_to_number",
    Title = Properties "hs_call_title",
    Body = Properties "hs_call_body",
}

fn other(name: &[u8]) -> Field {
    let Ok(name) = std::str::from_utf8(name) else { return Field::None };
    if names::is_odd(name) {
        Field::Odd
    } else if name.starts_with("hs_call_") {
        Field::Call
    } else if names::object_of(name).is_some() {
        Field::Foreign
    } else {
        Field::None
    }
}

impl Field {
    /// Those of a result and of its properties begin here.
    const OF_RESULTS: usize = Field::Id as usize;
    /// So many there are.
    const COUNT: usize = Field::Odd as usize + 1;

    /// The JSON Pointer of the member, from the answer or from the result that has it.
    pub fn pointer(self) -> String {
        match self.holder() {
            Holder::Properties => format!("/properties/{}", self.name()),
            _ => format!("/{}", self.name()),
        }
    }
}

/// Where the values of members begin and end in a text. Of repeated names the last counts.
#[derive(Debug, Clone, Copy)]
pub struct Fields([(u32, u32); Field::COUNT]);

impl Default for Fields {
    fn default() -> Self {
        Fields([(0, 0); Field::COUNT])
    }
}

impl Fields {
    /// Writes down where a value begins and ends; of an object or array only where it begins.
    #[inline(always)]
    pub fn set(&mut self, field: Field, at: usize, end: usize) {
        self.0[field as usize] = (at as u32, end as u32);
    }

    /// Whether the member is there. Position 0 is the bracket of the answer, so it is no member's.
    #[inline(always)]
    pub fn has(&self, field: Field) -> bool {
        self.0[field as usize].0 != 0
    }

    /// Where the value of a member begins.
    #[inline(always)]
    pub fn at(&self, field: Field) -> Option<usize> {
        self.has(field).then_some(self.0[field as usize].0 as usize)
    }

    /// The first byte behind the opening quote of a member that is a string; of others any byte.
    #[inline(always)]
    pub fn first_byte(&self, field: Field, text: &[u8]) -> u8 {
        text.get(self.0[field as usize].0 as usize + 1).copied().unwrap_or(0)
    }

    /// The text of a member's value, if it is a string, number or word; empty if it is not there.
    #[inline(always)]
    pub fn text<'a>(&self, field: Field, text: &'a [u8]) -> &'a [u8] {
        let (at, end) = self.0[field as usize];
        text.get(at as usize..end as usize).unwrap_or_default()
    }

    /// Forgets what belongs to a result.
    #[inline(always)]
    pub fn next_result(&mut self) {
        self.0[Field::OF_RESULTS..].fill((0, 0));
    }

    /// The fields of an answer.
    pub fn of_answer(root: Value<'_>) -> Fields {
        let mut fields = Fields::default();
        fields.add(Holder::Answer, root);
        fields
    }

    /// The fields of a result.
    pub fn of_result(result: Value<'_>) -> Fields {
        let mut fields = Fields::default();
        fields.add(Holder::Result, result);
        if let Some(properties) = result.get("properties") {
            fields.add(Holder::Properties, properties);
        }
        fields
    }

    fn add(&mut self, holder: Holder, object: Value<'_>) {
        for (name, value) in object.last_members().filter(|(name, _)| name.kind() == Kind::Name) {
            let (field, span) = (Field::of(holder, name.string().as_bytes()), value.span());
            self.set(field, span.start as usize, span.end as usize);
        }
    }
}
