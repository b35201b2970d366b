//! Where the members are that rules look at.

use super::names;
use crate::json::{Kind, Value};
use crate::schema::{CaptureSpec, SLOTS};
pub use crate::schema::{Captures as Fields, Holder};

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident = $holder:ident $text:literal,)*) => {
        /// A member that rules look at.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
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

/// Every field has a slot.
const _: () = assert!(Field::COUNT == SLOTS);

/// What the fast path captures for the rules.
pub static CAPTURES: CaptureSpec = CaptureSpec {
    types: super::TYPES,
    item: "/properties/results/items",
    properties: "/properties/results/items/properties/properties",
    slot: |holder, name| Field::of(holder, name) as u8,
    item_slot: Field::Result as u8,
    first_item_slot: Field::OF_RESULTS,
};

impl Fields {
    /// Writes down where a value begins and ends; of an object or array only where it begins.
    pub fn set(&mut self, field: Field, at: usize, end: usize) {
        self.set_slot(field as u8, at, end);
    }

    /// Whether the member is there. Position 0 is the bracket of the answer, so it is no member's.
    #[inline(always)]
    pub fn has(&self, field: Field) -> bool {
        self.slot(field as u8).0 != 0
    }

    /// Where the value of a member begins.
    #[inline(always)]
    pub fn at(&self, field: Field) -> Option<usize> {
        self.has(field).then_some(self.slot(field as u8).0)
    }

    /// The first byte behind the opening quote of a member that is a string; of others any byte.
    #[inline(always)]
    pub fn first_byte(&self, field: Field, text: &[u8]) -> u8 {
        text.get(self.slot(field as u8).0 + 1).copied().unwrap_or(0)
    }

    /// The text of a member's value, if it is a string, number or word; empty if it is not there.
    #[inline(always)]
    pub fn text<'a>(&self, field: Field, text: &'a [u8]) -> &'a [u8] {
        let (at, end) = self.slot(field as u8);
        text.get(at..end).unwrap_or_default()
    }

    /// The fields of an answer.
    pub fn of_response(root: Value<'_>) -> Fields {
        let mut fields = Fields::default();
        fields.add(Holder::Root, root);
        fields
    }

    /// The fields of a result.
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
            self.set(field, span.start.0, span.end.0);
        }
    }
}
