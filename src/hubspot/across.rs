//! Facts that span the results of a response: a few numbers, and about 16 bytes per id.

use super::objects::{Identified, ResponseObject};
use super::warnings::{ResultWarnings, Warnings};
use super::{Evidence, Field, Ids, ObjectType, Record, names};

/// Facts of more bytes are copied by calls of memcpy, several for each result.
const _: () = assert!(size_of::<Fact>() <= 128);

/// Contribution of one result to [`Across`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fact {
    /// See [`Ids::key`].
    pub id: u64,
    /// Offset of the id in bytes.
    pub id_at: usize,
    archived: Option<bool>,
    portal: Option<u64>,
    object: Option<Identified>,
    is_new: Option<bool>,
    has_new: bool,
    has_history: bool,
    has_paging: bool,
    created: Option<i64>,
    updated: Option<i64>,
    /// Its outcome if it is a custom GUID, otherwise 0.
    disposition: u128,
    /// None if there are none, as in almost all results.
    warnings: Option<Box<ResultWarnings>>,
}

impl Fact {
    #[inline]
    pub fn of(record: &Record<'_>) -> Fact {
        let id = record.string(Field::Id);
        let url = record.url(|url| (url.portal, url.kind));
        Fact {
            id: record.id.unwrap_or_else(|| id.map_or(0, |id| Ids::key(&id.value()))),
            id_at: id.map_or(0, |id| id.at),
            archived: record.boolean(Field::Archived),
            portal: url.map(|(portal, _)| portal),
            object: record.object_with(url.map(|(_, kind)| kind)),
            is_new: record.boolean(Field::New),
            has_new: record.fields.has(Field::New),
            has_history: record.has(Field::History),
            has_paging: record.has(Field::Paging),
            created: record.created,
            updated: record.updated,
            disposition: if record.outcome.is_some() { 0 } else { custom_disposition(record) },
            warnings: record.fields.at(Field::Warnings).and_then(|at| ResultWarnings::at(record.text, at)),
        }
    }
}

impl Fact {
    /// The facts of a call that has nothing else that is compared.
    #[inline]
    pub(super) fn of_call((id, id_at): (u64, usize), archived: bool, created: i64, updated: i64) -> Fact {
        Fact {
            id,
            id_at,
            archived: Some(archived),
            object: Some(Identified { kind: ObjectType::CALLS, evidence: Evidence::CallProperties }),
            created: Some(created),
            updated: Some(updated),
            ..Fact::default()
        }
    }
}

fn custom_disposition(record: &Record<'_>) -> u128 {
    let Some(text) = record.set(Field::Disposition) else { return 0 };
    let value = text.value();
    match names::disposition(&value) {
        names::Disposition::Own => guid(&value),
        _ => 0,
    }
}

/// Parses a GUID.
fn guid(text: &str) -> u128 {
    text.chars().filter_map(|character| character.to_digit(16)).fold(0, |number, digit| number << 4 | u128::from(digit))
}

/// Results of a response with and without a feature: their number, and the index of the first one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Split {
    pub with: (u64, u64),
    pub without: (u64, u64),
}

impl Split {
    fn add(&mut self, has: bool, index: u64) {
        let side = if has { &mut self.with } else { &mut self.without };
        if side.0 == 0 {
            side.1 = index;
        }
        side.0 += 1;
    }

    pub fn is_mixed(&self) -> bool {
        self.with.0 > 0 && self.without.0 > 0
    }
}

/// The first value and the first different one, each with the index of its result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Different<T> {
    pub first: Option<(T, u64)>,
    pub other: Option<(T, u64)>,
}

impl<T> Default for Different<T> {
    fn default() -> Self {
        Different { first: None, other: None }
    }
}

impl<T: PartialEq + Copy> Different<T> {
    fn add(&mut self, value: T, index: u64) {
        match self.first {
            None => self.first = Some((value, index)),
            Some((first, _)) if first != value && self.other.is_none() => self.other = Some((value, index)),
            Some(_) => {}
        }
    }
}

#[derive(Debug, Clone, Default)]
pub struct Across {
    /// Number of results.
    pub count: u64,
    pub ids: Ids,
    /// Results with `archived: true` and with `archived: false`.
    pub archived: Split,
    /// Results with and without the property `new`.
    pub new: Split,
    /// Number of results with `new: true`.
    pub is_new: u64,
    /// Number of results with `propertiesWithHistory`.
    pub with_history: u64,
    /// Number of results with `paging`, and the index of the first one.
    pub with_paging: (u64, u64),
    /// Accounts in the `url` properties.
    pub portals: Different<u64>,
    /// The first object whose type is sure, and the first one of another type.
    objects: (Option<ResponseObject>, Option<ResponseObject>),
    /// The same for objects that were identified by a property that accounts can define as well.
    by_default: (Option<ResponseObject>, Option<ResponseObject>),
    /// The earliest `createdAt`, in milliseconds since 1970, and the index of its result.
    pub oldest: Option<(i64, u64)>,
    /// The latest `updatedAt`, in the same form.
    pub newest: Option<(i64, u64)>,
    /// Custom outcomes as numbers, the number of calls with them, and the index of the first one. At most
    /// [`MAX_DISPOSITIONS`].
    dispositions: Vec<(u128, u64, u64)>,
    pub warnings: Warnings,
}

const MAX_DISPOSITIONS: usize = 32;

impl Across {
    /// Adds the next result. Returns the index of the first result with the same id.
    pub fn add(&mut self, fact: &Fact) -> Option<u64> {
        let index = self.count;
        self.count += 1;
        if let Some(archived) = fact.archived {
            self.archived.add(archived, index);
        }
        self.new.add(fact.has_new, index);
        self.is_new += u64::from(fact.is_new == Some(true));
        self.with_history += u64::from(fact.has_history);
        if fact.has_paging {
            let (number, first) = self.with_paging;
            self.with_paging = (number + 1, if number == 0 { index } else { first });
        }
        if let Some(Identified { kind, evidence }) = fact.object {
            let seen = if evidence.is_sure() { &mut self.objects } else { &mut self.by_default };
            let object = ResponseObject { kind, evidence, index };
            match seen.0 {
                None => seen.0 = Some(object),
                Some(first) if first.kind != kind && seen.1.is_none() => seen.1 = Some(object),
                Some(_) => {}
            }
        }
        if let Some(portal) = fact.portal {
            self.portals.add(portal, index);
        }
        if let Some(created) = fact.created.filter(|created| self.oldest.is_none_or(|(oldest, _)| *created < oldest)) {
            self.oldest = Some((created, index));
        }
        if let Some(updated) = fact.updated.filter(|updated| self.newest.is_none_or(|(newest, _)| *updated > newest)) {
            self.newest = Some((updated, index));
        }
        if let Some(warnings) = &fact.warnings {
            self.warnings.add(warnings, index);
        }
        if fact.disposition != 0 {
            match self.dispositions.iter().position(|(guid, ..)| *guid == fact.disposition) {
                Some(found) => self.dispositions[found].1 += 1,
                None if self.dispositions.len() < MAX_DISPOSITIONS => {
                    self.dispositions.push((fact.disposition, 1, index));
                }
                None => {}
            }
        }
        self.ids.add(fact.id)
    }

    /// Custom outcomes: GUID, number of calls, and index of the first one.
    pub fn dispositions(&self) -> impl Iterator<Item = (String, u64, u64)> {
        self.dispositions.iter().map(|&(guid, number, index)| {
            let digits = format!("{guid:032x}");
            let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| &digits[part]);
            (parts.join("-"), number, index)
        })
    }

    /// The type of the objects. `of_message` is the one that an error names. Unidentified results count as the others,
    /// because a batch endpoint returns objects of one type.
    pub fn object(&self, of_message: Option<ResponseObject>) -> Option<ResponseObject> {
        match (self.objects, self.by_default) {
            _ if self.is_mixed() => None,
            ((Some(object), None), _) if !matches!(object.evidence, Evidence::Property(_)) => Some(object),
            ((object, None), _) if of_message.is_some() || object.is_some() => of_message.or(object),
            (_, (object, None)) => object,
            _ => None,
        }
    }

    /// The first result and the first one of another type, in the order of the results. Sure types take precedence.
    pub fn mixed(&self) -> Option<(ResponseObject, ResponseObject)> {
        let (sure, by_default) = (self.objects, self.by_default);
        let mut all = [sure.0, sure.1, by_default.0, by_default.1].into_iter().flatten();
        let first = all.next()?;
        let other = all.find(|object| object.kind != first.kind)?;
        Some(if first.index < other.index { (first, other) } else { (other, first) })
    }

    /// True if results have different types.
    pub fn is_mixed(&self) -> bool {
        self.mixed().is_some()
    }
}
