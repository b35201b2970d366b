//! What failed, told from `errors`.

use std::collections::BTreeSet;

use super::Ids;
use crate::hash::fnv;
use crate::hubspot::classify::unpacked;
use crate::json::{Kind, Value};
use crate::text::shorten;

/// So many kinds of failures are told apart.
const GROUPS: usize = 20;
/// So many inputs of a kind are named.
pub const NAMED: usize = 10;

/// Failures of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailureGroup {
    /// HubSpot's word for the kind; empty where there is none.
    pub category: String,
    /// HubSpot's sentence, shortened, without JSON that is packed into it and with `…` for ids.
    pub message: String,
    /// Inputs.
    pub inputs: u64,
    /// Ids of the first of them.
    pub ids: Vec<String>,
    /// Trace ids of the first of them.
    pub traces: Vec<String>,
    /// Ids of records that stand in the way.
    pub existing: BTreeSet<String>,
    /// What is wrong in detail, each once: names and codes, no values.
    pub problems: Vec<String>,
}

/// What failed.
#[derive(Debug, Clone, Default)]
pub struct Failures {
    /// So many items `errors` has.
    pub items: u64,
    /// Inputs that failed: ids and trace ids, each once; an item without any is one.
    pub inputs: u64,
    /// The first kinds of failures.
    pub groups: Vec<FailureGroup>,
    /// Items that belong to none of them.
    pub others: u64,
    /// Ids that could not be found or done.
    pub ids: Vec<u64>,
    /// A digest of all items, without what HubSpot numbers anew each time.
    pub digest: u128,
    /// Whether inputs are named by `objectWriteTraceId`, as only creating and updating do.
    pub has_trace_ids: bool,
    seen: Ids,
}

/// Members of `context` that name inputs by what the client has called them, and by ids.
const TRACES: [&str; 2] = ["objectWriteTraceId", "objectWriteTraceIds"];
const IDS: [&str; 4] = ["ids", "id", "fromObjectId", "inputs"];

/// The texts in a member of a `context`: HubSpot sends arrays of strings, some mocks a string, or numbers.
pub fn strings<'a>(value: Value<'a>) -> impl Iterator<Item = std::borrow::Cow<'a, str>> {
    let text = |value: Value<'a>| match value.kind() {
        Kind::String => Some(value.string()),
        Kind::Number => Some(value.number().into()),
        _ => None,
    };
    value.elements().filter_map(text).chain(text(value))
}

impl Failures {
    /// Adds an item of `errors`.
    pub fn add(&mut self, item: Value<'_>) {
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
        // One that is named both ways is one input. Trace ids and ids may be the same numbers.
        let keys: Vec<u64> = match traces.is_empty() {
            false => traces.iter().map(|id| Ids::key(id).rotate_left(7)).collect(),
            true => ids.iter().map(|id| Ids::key(id)).collect(),
        };
        let new = keys.iter().filter(|key| self.seen.add(**key).is_none()).count() as u64;
        self.inputs += if keys.is_empty() { 1 } else { new };
        let room = super::CEILING.saturating_sub(self.ids.len());
        self.ids.extend(ids.iter().map(|id| Ids::key(id)).take(room));
        let category = item.get_string("category").map(|text| shorten(&text, 60).into_owned()).unwrap_or_default();
        let said = unpacked(item);
        let existing = context.into_iter().filter_map(|context| context.get("existingId")).flat_map(strings);
        let existing: BTreeSet<String> =
            existing.map(|id| shorten(&id, 60).into_owned()).chain(said.existing).take(NAMED).collect();
        let found = self.groups.iter().position(|group| group.category == category && group.message == said.message);
        let group = match found {
            Some(found) => &mut self.groups[found],
            None if self.groups.len() < GROUPS => {
                self.groups.push(FailureGroup {
                    category,
                    message: said.message,
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
        // The same input may have failed in more than one way.
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
        for problem in said.problems {
            if group.problems.len() < NAMED && !group.problems.contains(&problem) {
                group.problems.push(problem);
            }
        }
    }
}
