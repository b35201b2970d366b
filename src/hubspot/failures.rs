//! Failures of a response, from its `errors`.

use std::collections::BTreeSet;

use super::Ids;
use super::objects::{Evidence, ObjectType, ResponseObject};
use crate::hash::fnv;
use crate::hubspot::classify::message_parts;
use crate::json::{Kind, Value};
use crate::text::shorten;

const MAX_GROUPS: usize = 20;
/// Maximum number of ids per group.
pub(crate) const NAMED: usize = 10;

/// Failures with the same category and message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailureGroup {
    /// Empty if the items do not have a category.
    pub category: String,
    /// HubSpot's message, shortened, without embedded JSON and with `…` instead of ids.
    pub message: String,
    /// The message with ids, if it is the same in all items.
    pub message_with_ids: String,
    /// Number of inputs.
    pub inputs: u64,
    /// Ids of the first inputs.
    pub ids: Vec<String>,
    /// Trace ids of the first inputs.
    pub traces: Vec<String>,
    /// Ids of existing records that conflict with the inputs.
    pub existing: BTreeSet<String>,
    /// Distinct details: names and codes, but no values.
    pub problems: Vec<String>,
}

#[derive(Debug, Clone, Default)]
pub struct Failures {
    /// Number of items in `errors`.
    pub items: u64,
    /// Number of failed inputs: distinct ids or trace ids. An item without ids counts as one input.
    pub inputs: u64,
    pub groups: Vec<FailureGroup>,
    /// Number of items that are not part of `groups`.
    pub others: u64,
    /// Keys of the ids of failed inputs, see [`Ids::key`].
    pub ids: Vec<u64>,
    /// Digest of all items, without the ids that differ in each response.
    pub digest: u128,
    /// The objects that a message names.
    pub object: Option<ResponseObject>,
    /// True if errors name inputs by `objectWriteTraceId`, as only creates and updates do.
    pub has_trace_ids: bool,
    seen: Ids,
}

/// Properties of `context` with trace ids and with ids of inputs.
const TRACES: [&str; 2] = ["objectWriteTraceId", "objectWriteTraceIds"];
const IDS: [&str; 4] = ["ids", "id", "fromObjectId", "inputs"];

/// Strings in a property of `context`. HubSpot sends arrays of strings; some mocks send a single string, or numbers.
pub(super) fn strings<'a>(value: Value<'a>) -> impl Iterator<Item = std::borrow::Cow<'a, str>> {
    let text = |value: Value<'a>| match value.kind() {
        Kind::String => Some(value.string()),
        Kind::Number => Some(value.number().into()),
        _ => None,
    };
    value.elements().filter_map(text).chain(text(value))
}

/// The objects that the message of an error names.
fn object_of(item: Value<'_>, index: u64) -> Option<ResponseObject> {
    // In errors about associations, the objects are the ends of an association.
    let is_of_associations = item.get_string("subCategory").is_some_and(|sub| sub.starts_with("crm.associations."));
    let kind = ObjectType::of_message(&item.get_string("message")?).filter(|_| !is_of_associations)?;
    Some(ResponseObject { kind, evidence: Evidence::Message, index })
}

impl Failures {
    /// Adds an item of `errors`.
    pub fn add(&mut self, item: Value<'_>) {
        self.object = self.object.or_else(|| object_of(item, self.items));
        self.items += 1;
        for (name, value) in item.last_members() {
            if !matches!(&*name.string(), "id" | "correlationId" | "links") {
                let parts = value.text().split(u8::is_ascii_whitespace);
                self.digest = parts.fold(fnv(self.digest, name.text()), fnv);
            }
        }
        let context = item.get("context");
        let named = |names: &[&str]| -> Vec<String> {
            let values = context.and_then(|context| names.iter().find_map(|name| context.get(name)));
            values.into_iter().flat_map(strings).map(std::borrow::Cow::into_owned).collect()
        };
        let (traces, ids) = (named(&TRACES), named(&IDS));
        self.has_trace_ids |= !traces.is_empty();
        // If an item has both, they name the same inputs. Rotation separates trace ids from ids with the same number.
        let keys: Vec<u64> = match traces.is_empty() {
            false => traces.iter().map(|id| Ids::key(id).rotate_left(7)).collect(),
            true => ids.iter().map(|id| Ids::key(id)).collect(),
        };
        let new = keys.iter().filter(|key| self.seen.add(**key).is_none()).count() as u64;
        self.inputs += if keys.is_empty() { 1 } else { new };
        let room = super::CEILING.saturating_sub(self.ids.len());
        self.ids.extend(ids.iter().map(|id| Ids::key(id)).take(room));
        let category = item.get_string("category").map(|text| shorten(&text, 60).into_owned()).unwrap_or_default();
        let parts = message_parts(item, &ids);
        let existing = context.into_iter().filter_map(|context| context.get("existingId")).flat_map(strings);
        let existing: BTreeSet<String> =
            existing.map(|id| shorten(&id, 60).into_owned()).chain(parts.existing).take(NAMED).collect();
        let found = self.groups.iter().position(|group| group.category == category && group.message == parts.message);
        let group = match found {
            Some(found) => {
                let group = &mut self.groups[found];
                if group.message_with_ids != parts.message_with_ids {
                    group.message_with_ids.clone_from(&group.message);
                }
                group
            }
            None if self.groups.len() < MAX_GROUPS => {
                self.groups.push(FailureGroup {
                    category,
                    message: parts.message,
                    message_with_ids: parts.message_with_ids,
                    inputs: 0,
                    ids: Vec::new(),
                    traces: Vec::new(),
                    existing: BTreeSet::new(),
                    problems: Vec::new(),
                });
                self.groups.last_mut().expect("one was added")
            }
            None => {
                self.others += 1;
                return;
            }
        };
        // An input may have several errors.
        let (named, known) = if traces.is_empty() { (&ids, &group.ids) } else { (&traces, &group.traces) };
        let new = named.iter().filter(|id| !known.contains(&shorten(id, 60).into_owned())).count() as u64;
        group.inputs += if named.is_empty() { 1 } else { new };
        for (to, from) in [(&mut group.ids, ids), (&mut group.traces, traces)] {
            for id in from {
                let id = shorten(&id, 60).into_owned();
                if to.len() < NAMED && !to.contains(&id) {
                    to.push(id);
                }
            }
        }
        group.existing.extend(existing.into_iter().take(NAMED.saturating_sub(group.existing.len())));
        for problem in parts.problems {
            if group.problems.len() < NAMED && !group.problems.contains(&problem) {
                group.problems.push(problem);
            }
        }
    }
}
