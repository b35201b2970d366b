//! What is known across the results of an answer: a few figures, and the ids in some 16 bytes each.

use super::record::RecordUrl;
use super::{Field, Ids, Record, names};

/// What one result adds.
#[derive(Debug, Clone, Copy)]
pub struct Fact {
    /// What stands for its id, see [`Ids::key`].
    pub id: u64,
    /// Where its id stands in the text.
    pub id_at: usize,
    archived: Option<bool>,
    portal: Option<u64>,
    kind: Option<(u32, u32)>,
    is_new: Option<bool>,
    has_new: bool,
    has_history: bool,
    is_call: bool,
    /// The objects that its property names speak for.
    foreign: Option<&'static str>,
    created: Option<i64>,
    updated: Option<i64>,
    /// Its outcome, where that is a GUID that is none of HubSpot's own; otherwise 0.
    disposition: u128,
}

impl Fact {
    /// What this result adds.
    #[inline]
    pub fn of(record: &Record<'_>) -> Fact {
        let id = record.string(Field::Id);
        let number = |text: &str| text.parse().ok();
        let url = record.url(|RecordUrl { portal, kind, .. }| {
            let kind = kind.split_once('-').and_then(|(one, two)| Some((number(one)?, number(two)?)));
            (portal.parse().ok(), kind)
        });
        Fact {
            id: record.id.unwrap_or_else(|| id.map_or(0, |id| Ids::key(&id.value()))),
            id_at: id.map_or(0, |id| id.at),
            archived: record.boolean(Field::Archived),
            portal: url.and_then(|(portal, _)| portal),
            kind: url.and_then(|(_, kind)| kind),
            is_new: record.boolean(Field::New),
            has_new: record.fields.has(Field::New),
            has_history: record.has(Field::History),
            is_call: record.is_call(),
            foreign: record.foreign(),
            created: record.created,
            updated: record.updated,
            disposition: if record.outcome.is_some() { 0 } else { own_disposition(record) },
        }
    }
}

fn own_disposition(record: &Record<'_>) -> u128 {
    let Some(text) = record.set(Field::Disposition) else { return 0 };
    let value = text.value();
    match names::disposition(&value) {
        names::Disposition::Own => guid(&value),
        _ => 0,
    }
}

/// The number that a GUID is.
fn guid(text: &str) -> u128 {
    text.chars().filter_map(|sign| sign.to_digit(16)).fold(0, |number, digit| number << 4 | u128::from(digit))
}

/// Two kinds of results in one answer: how many there are of each, and the first of each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Split {
    /// Those with it, and the place of the first.
    pub with: (u64, u64),
    /// Those without.
    pub without: (u64, u64),
}

impl Split {
    fn add(&mut self, has: bool, place: u64) {
        let side = if has { &mut self.with } else { &mut self.without };
        if side.0 == 0 {
            side.1 = place;
        }
        side.0 += 1;
    }

    /// Whether there are both.
    pub fn is_mixed(&self) -> bool {
        self.with.0 > 0 && self.without.0 > 0
    }
}

/// The first value that was met, and the first other one with its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Different<T> {
    /// The first value and the place of its result.
    pub first: Option<(T, u64)>,
    /// The first other one.
    pub other: Option<(T, u64)>,
}

impl<T> Default for Different<T> {
    fn default() -> Self {
        Different { first: None, other: None }
    }
}

impl<T: PartialEq + Copy> Different<T> {
    fn add(&mut self, value: T, place: u64) {
        match self.first {
            None => self.first = Some((value, place)),
            Some((first, _)) if first != value && self.other.is_none() => self.other = Some((value, place)),
            Some(_) => {}
        }
    }
}

/// What is known across results.
#[derive(Debug, Clone, Default)]
pub struct Across {
    /// So many results there are.
    pub count: u64,
    /// Their ids.
    pub ids: Ids,
    /// `archived: true`, and `false`.
    pub archived: Split,
    /// With the member `new`, and without.
    pub new: Split,
    /// How many have `new: true`.
    pub is_new: u64,
    /// How many have `propertiesWithHistory`.
    pub with_history: u64,
    /// How many are calls for sure.
    pub calls: u64,
    /// The first one with a property that only other objects have, and what those are called.
    pub foreign: Option<(&'static str, u64)>,
    /// Accounts in `url`.
    pub portals: Different<u64>,
    /// Types in `url`.
    pub kinds: Different<(u32, u32)>,
    /// The earliest `createdAt` and its place, in milliseconds since 1970.
    pub oldest: Option<(i64, u64)>,
    /// The latest `updatedAt` and its place.
    pub newest: Option<(i64, u64)>,
    /// Outcomes that are none of HubSpot's own, as numbers: how many calls have them, and the place of the first. Only so many are told apart.
    dispositions: Vec<(u128, u64, u64)>,
}

/// So many outcomes are told apart.
const DISPOSITIONS: usize = 32;

impl Across {
    /// Adds the next result; where its id has been seen, the place of the first result with it.
    pub fn add(&mut self, fact: &Fact) -> Option<u64> {
        let place = self.count;
        self.count += 1;
        if let Some(archived) = fact.archived {
            self.archived.add(archived, place);
        }
        self.new.add(fact.has_new, place);
        self.is_new += u64::from(fact.is_new == Some(true));
        self.with_history += u64::from(fact.has_history);
        self.calls += u64::from(fact.is_call);
        if let Some(objects) = fact.foreign {
            self.foreign.get_or_insert((objects, place));
        }
        if let Some(portal) = fact.portal {
            self.portals.add(portal, place);
        }
        if let Some(kind) = fact.kind {
            self.kinds.add(kind, place);
        }
        if let Some(created) = fact.created.filter(|created| self.oldest.is_none_or(|(oldest, _)| *created < oldest)) {
            self.oldest = Some((created, place));
        }
        if let Some(updated) = fact.updated.filter(|updated| self.newest.is_none_or(|(newest, _)| *updated > newest)) {
            self.newest = Some((updated, place));
        }
        if fact.disposition != 0 {
            match self.dispositions.iter().position(|(known, ..)| *known == fact.disposition) {
                Some(found) => self.dispositions[found].1 += 1,
                None if self.dispositions.len() < DISPOSITIONS => self.dispositions.push((fact.disposition, 1, place)),
                None => {}
            }
        }
        self.ids.add(fact.id)
    }

    /// Outcomes that are none of HubSpot's own: GUID, how many calls have it, and the place of the first.
    pub fn dispositions(&self) -> impl Iterator<Item = (String, u64, u64)> {
        self.dispositions.iter().map(|&(guid, number, place)| {
            let digits = format!("{guid:032x}");
            let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| &digits[part]);
            (parts.join("-"), number, place)
        })
    }

    /// What the objects are called, if their URLs agree on it.
    pub fn object(&self) -> Option<&'static str> {
        match (self.kinds.first, self.kinds.other) {
            (Some(((one, two), _)), None) => names::object_name(&format!("{one}-{two}")),
            _ => None,
        }
    }
}
