//! What failed, told from `errors`.

use std::collections::BTreeSet;

use super::Ids;
use crate::document::{Kind, Value};
use crate::identify::unpacked;
use crate::text::shorten;

/// So many kinds of failures are told apart, and so many inputs of each are named.
const GROUPS: usize = 20;
const NAMED: usize = 10;

/// Failures of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailureGroup {
    /// HubSpot's word for the kind; empty where there is none.
    pub category: String,
    /// HubSpot's sentence, shortened, without JSON that is packed into it and with `…` for ids.
    pub message: String,
    /// Inputs.
    pub inputs: u64,
    /// Ids or trace ids of the first of them.
    pub ids: Vec<String>,
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
    /// Whether inputs are named by `objectWriteTraceId`, as only creating and updating do.
    pub has_trace_ids: bool,
    seen: Ids,
}

/// Members of `context` that name inputs. The first that is there counts.
const INPUTS: [&str; 6] = ["objectWriteTraceId", "objectWriteTraceIds", "ids", "id", "fromObjectId", "inputs"];

/// The strings in a member of a `context`: HubSpot sends arrays, some mocks a string.
pub fn strings<'a>(value: Value<'a>) -> impl Iterator<Item = std::borrow::Cow<'a, str>> {
    let single = (value.kind() == Kind::String).then_some(value);
    value.elements().chain(single).filter(|value| value.kind() == Kind::String).map(|value| value.string())
}

impl Failures {
    /// Adds an item of `errors`.
    pub fn add(&mut self, item: Value<'_>) {
        self.items += 1;
        let context = item.get("context");
        let named = context.and_then(|context| INPUTS.iter().find_map(|name| Some((*name, context.get(name)?))));
        let mut ids: Vec<String> = Vec::new();
        let mut inputs = 0;
        if let Some((name, value)) = named {
            self.has_trace_ids |= name.starts_with("objectWriteTraceId");
            for id in strings(value) {
                let key = Ids::key(&id);
                // Trace ids and ids may be the same numbers.
                let own = if name.starts_with("objectWriteTraceId") { key.rotate_left(7) } else { key };
                if self.seen.add(own).is_none() {
                    inputs += 1;
                }
                if matches!(name, "ids" | "id") && self.ids.len() < super::CEILING {
                    self.ids.push(key);
                }
                if ids.len() < NAMED {
                    ids.push(shorten(&id, 60).into_owned());
                }
            }
        }
        if ids.is_empty() {
            inputs += 1;
        }
        self.inputs += inputs;
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
        group.inputs += inputs;
        let free = NAMED - group.ids.len();
        for id in ids.into_iter().take(free) {
            if !group.ids.contains(&id) {
                group.ids.push(id);
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
