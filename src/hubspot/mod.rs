//! What HubSpot's answers are made of: the members that rules look at, what is known of a result, of an answer, of its failures and across its
//! results. Facts only; what is wrong with them is said by `rules`.
//!
//! Rules look at every result of a dump of any size, so what they look at is found by the pass that reads it anyway: the fast pass
//! (`schema::FastValidator`) writes down where the members of [`Field`] begin, the tape gives the same for what that pass does not accept.

mod across;
pub mod classify;
mod failures;
mod field;
mod ids;
pub mod names;
mod record;
mod request;
mod response;

pub use across::{Across, Fact, Split};
pub use failures::{FailureGroup, Failures, NAMED};
pub use field::{CAPTURES, Field, Fields, Holder, JsonScalar, JsonString};
pub use ids::{CEILING, Ids};
pub use record::{Record, RecordUrl, TimeFormat};
pub use request::{Reconciled, Request};
pub use response::Response;

/// What is known of one portal, from `callcheck.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountConfig {
    /// Outcomes of calls that are not HubSpot's own: GUID in lower case, and what it is called.
    pub dispositions: std::collections::BTreeMap<String, String>,
    /// Names of users by their owner id.
    pub owners: std::collections::BTreeMap<String, String>,
    /// Property names that nobody need wonder about.
    pub properties: std::collections::BTreeSet<String>,
}

/// HubSpot's own types where they say more than the embedded schema: what is added to it for the fast pass. A value that does not fit is no
/// violation of the schema; the rules are asked.
pub const TYPES: &str = include_str!("types.json");
