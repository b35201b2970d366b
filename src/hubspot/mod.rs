//! Facts about HubSpot's responses: results, failures, and data that spans several results. `rules` decides what is
//! wrong with them.
//!
//! Rules look at every result of responses of any size. The fast pass (`schema::FastValidator`) therefore records the
//! offsets of each [`Field`] while it validates. If that pass rejects a document, the tape provides the same offsets.

mod across;
pub(crate) mod classify;
mod compiled;
mod endpoint;
mod failures;
mod field;
mod ids;
pub(crate) mod mask;
pub(crate) mod names;
mod objects;
mod ordinary;
mod placeholders;
pub(crate) mod properties;
mod record;
mod refused;
mod request;
mod response;
pub(crate) mod retry;
mod url;
mod warnings;

pub(crate) use across::{Across, Fact};
pub(crate) use endpoint::{BatchEndpoint, path};
pub(crate) use failures::Failures;
pub(crate) use failures::NAMED;
pub use field::CAPTURES;
pub(crate) use field::{Field, Fields, JsonScalar, JsonString};
pub(crate) use ids::CEILING;
pub(crate) use ids::Ids;
pub(crate) use objects::{Evidence, ObjectType, ResponseObject};
pub(crate) use ordinary::may_report;
pub(crate) use record::{Record, TimeFormat};
pub(crate) use request::{ChangedValue, DuplicateResult, Reconciled, Request};
pub(crate) use response::Response;
pub(crate) use url::RecordUrl;

/// Keys of a batch response.
pub(crate) const RESPONSE_KEYS: [&str; 8] =
    ["completedAt", "status", "startedAt", "requestedAt", "results", "numErrors", "errors", "links"];

/// Settings of one HubSpot account in `callcheck.toml`, and the objects that are expected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountConfig {
    /// Labels of custom call outcomes by GUID in lower case.
    pub dispositions: std::collections::BTreeMap<String, String>,
    /// Names of users by their owner id.
    pub owners: std::collections::BTreeMap<String, String>,
    /// Property names to accept as known.
    pub properties: std::collections::BTreeSet<String>,
    /// The types of objects that responses should contain. If there are none, all are allowed, and types other than
    /// calls are noted.
    pub objects: Vec<ObjectType>,
    /// The type of the objects is known, but not to callcheck, so no type is reported: the URL of a recorded request
    /// has the name of a custom object.
    pub has_unknown_object: bool,
}

/// Additions to the embedded schema for the fast pass, from HubSpot's type definitions. A value that does not match
/// them does not violate the schema, but the rules run for it.
pub(crate) const TYPES: &str = include_str!("types.json");
