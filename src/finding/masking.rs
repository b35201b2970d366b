//! Privacy: responses contain call notes, names and phone numbers, so an excerpt shows the value in question and of its
//! neighbors only ids, states and times.

use crate::diagnostic::Label;
use crate::finding::SourceView;
use crate::json::{Kind, Value};

/// The values that excerpts hide.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Masking {
    /// Everything except ids, states and times.
    #[default]
    Everything,
    /// The same, but only in documents that look like HubSpot responses. Other documents belong to the user, who sees
    /// them whole.
    Responses,
    Nothing,
}

impl Masking {
    /// True if values around this label are hidden. Looks only at the item and at the objects around the label, so that
    /// a streamed document has the same excerpts as a buffered one.
    pub fn applies(self, view: &SourceView<'_>, label: &Label) -> bool {
        match self {
            Masking::Everything => true,
            Masking::Nothing => false,
            Masking::Responses if view.scanned.is_empty() => false,
            Masking::Responses => {
                let root = view.scanned.root();
                let near = view.scanned.covering(label.span.start);
                let around = std::iter::successors(near, Value::container);
                let inside = root.members().take(100).map(|(_, value)| value);
                std::iter::once(root).chain(inside).chain(around).any(looks_like_hubspot)
            }
        }
    }
}

/// True for an object with keys of HubSpot responses or records. Ignores the items of arrays, which may no longer be in
/// memory.
fn looks_like_hubspot(value: Value<'_>) -> bool {
    const STATES: [&str; 4] = ["PENDING", "PROCESSING", "CANCELED", "COMPLETE"];
    if value.kind() != Kind::Object {
        return false;
    }
    let has = |name: &str| value.get(name).is_some();
    let is_record = || has("properties") && has("id") && (has("createdAt") || has("updatedAt") || has("archived"));
    let is_batch = || {
        has("results")
            && (has("startedAt") || has("completedAt") || has("numErrors") || has("paging"))
            && value.get_string("status").is_none_or(|status| STATES.contains(&&*status) || !has("startedAt"))
    };
    let is_error = || has("correlationId") && has("message");
    let is_properties = || {
        value.members().take(100).any(|(name, _)| {
            let name = name.string();
            name.starts_with("hs_") || name == "hubspot_owner_id"
        })
    };
    is_record() || is_batch() || is_error() || is_properties()
}

/// Keys whose values identify a record or a state, but not a person.
pub(super) const PUBLIC_KEYS: &[&str] = &[
    "id",
    "numErrors",
    "total",
    "status",
    "category",
    "createdAt",
    "updatedAt",
    "archivedAt",
    "startedAt",
    "completedAt",
    "requestedAt",
    "hs_object_id",
    "hs_createdate",
    "hs_lastmodifieddate",
    "hs_timestamp",
];
