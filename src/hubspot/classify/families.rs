//! Batch responses of other HubSpot APIs, identified by the keys of one result.
//!
//! The same top-level properties are in 916 of 917 batch responses of HubSpot's OpenAPI files (November 2026), so only
//! the results show which API sent them. Of their 41 shapes, 33 do not have both `id` and `properties`.
//!
//! | Evidence in a result | Reading |
//! |---|---|
//! | `properties`, `propertiesWithHistory`, `objectWriteTraceId`, keys that begin with `hs_` or `hubspot_` | CRM |
//! | the keys of a line in [`FAMILIES`] | that API, also if there is an `id` |
//! | `deletedAt`, or `created` and `updated`, without `archived` and `url` | website content, such as blog tags |
//! | `createdAt`, `updatedAt`, `archived`, `archivedAt` or `url` | CRM, without its `properties` |
//! | `id` and other keys, or no keys | unclear, could be either |
//! | other keys only | an API that is not in the table |
//!
//! `businessUnits` (campaigns) and `eventTypeName` (event occurrences) take precedence over `properties`. Lines that
//! are
//! not `dated` do not match a result with times, because their API does not send any: a call with `from`, `to` and
//! `createdAt` is not an association.

use super::DocumentKind;
use crate::hubspot::names::is_guid;
use crate::json::{Kind, Value};
use crate::text::shorten;

/// The API of some batch responses.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Family {
    /// Its results, in the plural.
    pub results: &'static str,
    /// A result has all of these keys.
    pub keys: &'static [&'static str],
    /// True if results have `createdAt`, `updatedAt` or `archived`.
    is_dated: bool,
    pub kind: DocumentKind,
}

const fn family(results: &'static str, keys: &'static [&'static str], is_dated: bool) -> Family {
    Family { results, keys, is_dated, kind: DocumentKind::OtherBatch }
}

const fn associations(keys: &'static [&'static str]) -> Family {
    Family { results: "associations", keys, is_dated: false, kind: DocumentKind::AssociationBatch }
}

pub(super) static ASSOCIATIONS: Family = associations(&["from", "to"]);

/// Results with `properties` that are not CRM objects.
static WITH_PROPERTIES: [Family; 2] = [
    Family { results: "campaigns", keys: &["businessUnits"], is_dated: true, kind: DocumentKind::CampaignBatch },
    family("event occurrences", &["eventTypeName", "properties"], true),
];

/// The keys are required in HubSpot's OpenAPI files. The first match counts.
static FAMILIES: [Family; 35] = [
    associations(&["from", "to"]),
    associations(&["fromObjectId"]),
    associations(&["toObjectId"]),
    Family {
        results: "property definitions",
        keys: &["name", "fieldType"],
        is_dated: true,
        kind: DocumentKind::PropertyBatch,
    },
    family("list memberships", &["recordListMemberships"], false),
    family("subscription statuses", &["subscriberIdString"], false),
    family("marketing events", &["eventName", "customProperties"], true),
    family("marketing events", &["eventName", "eventOrganizer"], true),
    family("participants of marketing events", &["vid"], false),
    family("webhook subscriptions", &["eventType", "active"], true),
    family("event occurrences", &["eventTypeName"], true),
    family("timeline events", &["eventTemplateId"], true),
    family("HubDB rows", &["values", "path"], true),
    family("HubDB rows", &["values", "childTableId"], true),
    family("HubDB rows", &["values", "publishedAt"], true),
    family("HubDB rows", &["values", "name"], true),
    family("blog posts", &["blogAuthorId"], true),
    family("blog posts", &["postBody"], true),
    family("pages", &["htmlTitle"], true),
    family("pages", &["templatePath"], true),
    family("blog authors", &["displayName", "slug"], true),
    family("blog tags", &["slug", "translatedFromId"], true),
    family("pages, blog posts or blog tags", &["name", "slug"], true),
    family("directories of pages", &["parentFolderId"], true),
    family("deal splits", &["splits"], false),
    family("exchange rates", &["conversionRate"], true),
    family("workflows", &["flowType"], true),
    family("ids of workflows", &["flowId", "workflowId"], false),
    family("parts of a webhook journal", &["currentOffset", "expiresAt"], true),
    family("items of a price book", &["priceBookId"], true),
    family("items of a price book", &["productId", "customProperties"], true),
    family("association definitions", &["typeId", "category"], false),
    family("users of a team", &["userId", "type"], false),
    family("participants of a conversation", &["type", "avatar"], false),
    family("participants of a conversation", &["type", "integrationName"], false),
];

/// Models without `slug`. CRM objects do not have these times. Results with `archived` or `url` do not match.
static CONTENT: [Family; 4] = [
    family("blog tags", &["translatedFromId", "created", "updated"], true),
    family("blog tags", &["name", "deletedAt"], true),
    family("website content", &["deletedAt"], true),
    family("website content", &["created", "updated"], true),
];

/// The reading of one result.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reading {
    CrmObject,
    Family(&'static Family),
    /// Too little evidence.
    Unclear,
    /// Keys of a result that do not identify an API.
    Unknown(Vec<String>),
}

/// Reads an object.
pub(super) fn read(result: Value<'_>) -> Reading {
    let has = |name: &&str| result.get(name).is_some();
    let has_all = |family: &&Family| family.keys.iter().all(has);
    let is_dated = ["createdAt", "updatedAt", "archived", "archivedAt"].iter().any(has);
    if let Some(family) = WITH_PROPERTIES.iter().find(has_all) {
        return Reading::Family(family);
    }
    if let Some(properties) = result.get("properties") {
        let is_guid = result.get_string("id").is_some_and(|id| is_guid(&id));
        let is_call = || properties.members().any(|(name, _)| name.string().starts_with("hs_call_"));
        let is_campaign = is_guid && !has(&"archived") && !is_call();
        return if is_campaign { Reading::Family(&WITH_PROPERTIES[0]) } else { Reading::CrmObject };
    }
    if has_crm_key(result) {
        return Reading::CrmObject;
    }
    let may_be_content = !has(&"archived") && !has(&"url");
    let content = CONTENT.iter().filter(|_| may_be_content);
    let family = FAMILIES.iter().filter(|family| family.is_dated || !is_dated).chain(content).find(has_all);
    match family {
        Some(family) => Reading::Family(family),
        None if is_dated || has(&"url") => Reading::CrmObject,
        None if has(&"id") || result.members().next().is_none() => Reading::Unclear,
        None => Reading::Unknown(keys(result)),
    }
}

/// True for a key that only CRM objects have, in any spelling.
fn has_crm_key(result: Value<'_>) -> bool {
    result.members().take(100).any(|(name, _)| {
        let name = name.string();
        let letters: String = name.chars().filter(|character| character.is_alphanumeric()).take(24).collect();
        let is_property = name.starts_with("hs_") || name.starts_with("hubspot_") || letters.starts_with("hsCall");
        is_property
            || ["properties", "propertieswithhistory", "objectwritetraceid"].contains(&letters.to_lowercase().as_str())
    })
}

/// The first keys of an object, for a message.
fn keys(result: Value<'_>) -> Vec<String> {
    let quoted = |(name, _): (Value<'_>, _)| format!("`{}`", shorten(&name.string(), 30));
    result.members().filter(|(name, _)| !name.string().is_empty()).take(3).map(quoted).collect()
}

/// True for an error of the associations API: by its `subCategory`, or by HubSpot's messages.
pub(super) fn is_about_associations(error: Value<'_>) -> bool {
    let is_in = |category: &str| category.starts_with("crm.associations.");
    let message = error.get_string("message").unwrap_or_default();
    error.get_string("subCategory").is_some_and(|category| is_in(&category))
        || (message.starts_with("No ") && message.contains(" is associated with "))
        || is_object_not_valid(&message)
}

/// `COMPANY=1 is not valid`, recorded from associations v4.
fn is_object_not_valid(message: &str) -> bool {
    let object = message.strip_suffix(" is not valid").and_then(|object| object.split_once('='));
    object.is_some_and(|(kind, id)| {
        !kind.is_empty()
            && kind.bytes().all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'_' | b'-' | b'0'..=b'9'))
            && !id.is_empty()
            && id.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// True for HubSpot's message about CRM objects that do not exist.
pub(super) fn is_about_objects(error: Value<'_>) -> bool {
    error.get_string("message").is_some_and(|message| message.starts_with("Could not get some "))
}

/// True if a property has a value of this type.
pub(super) fn has_kind(value: Value<'_>, name: &str, kind: Kind) -> bool {
    value.get(name).is_some_and(|property| property.kind() == kind)
}
