//! Names of properties of objects other than calls: which known name an unusual one refers to.
//!
//! **Idea.** Names are compared only with those of the object that a result was identified as. Hardly any name is
//! unusual, so [`is_odd`] first decides for all objects at once: names with capitals go through a Bloom filter of
//! [`folded`] names, other names are compared with the known names of nearly the same length and the same characters.
//! **Invariant.** `is_odd` is true for each name that [`canonical`] or [`misspelled`] finds for any object.
//! **Cost.** About 100 ns for a name that occurs for the first time.

mod tables;

use std::sync::LazyLock;

use super::names::{self, characters};
use super::objects::ObjectType;
use tables::*;

/// The names of each object with a list.
static LISTS: [(ObjectType, &[&str]); 9] = [
    (ObjectType::CONTACTS, CONTACTS),
    (ObjectType::COMPANIES, COMPANIES),
    (ObjectType::DEALS, DEALS),
    (ObjectType::TICKETS, TICKETS),
    (ObjectType::NOTES, NOTES),
    (ObjectType::MEETINGS, MEETINGS),
    (ObjectType::EMAILS, EMAILS),
    (ObjectType::TASKS, TASKS),
    (ObjectType::COMMUNICATIONS, COMMUNICATIONS),
];

const ACTIVITY_TYPES: [ObjectType; 5] =
    [ObjectType::NOTES, ObjectType::MEETINGS, ObjectType::EMAILS, ObjectType::TASKS, ObjectType::COMMUNICATIONS];

/// The names of properties that HubSpot defines for an object.
fn names_of(kind: ObjectType) -> impl Iterator<Item = &'static str> {
    let own = LISTS.iter().filter(move |(object, _)| *object == kind).flat_map(|(_, names)| *names);
    let of_activities = ACTIVITIES.iter().filter(move |_| ACTIVITY_TYPES.contains(&kind));
    own.chain(COMMON).chain(of_activities).copied()
}

fn is_known(property: &str) -> bool {
    let lists = LISTS.iter().map(|(_, names)| *names).chain([COMMON, ACTIVITIES]);
    names::is_known(property) || lists.into_iter().any(|names| names.binary_search(&property).is_ok())
}

/// True if accounts cannot define a property with this name.
fn is_reserved(property: &str) -> bool {
    property.starts_with("hs_") || property.starts_with("hubspot_")
}

/// True if a name cannot be one of HubSpot's, because it has a capital, a hyphen or a space.
fn is_foreign_case(property: &str) -> bool {
    property.bytes().any(|byte| matches!(byte, b'A'..=b'Z' | b'-' | b' '))
}

/// The bytes of a name without case and separators: `firstName`, `first-name` and `firstname` are the same.
fn folded(name: &str) -> impl Iterator<Item = u8> {
    name.bytes().filter(|byte| !matches!(byte, b'_' | b'-' | b' ')).map(|byte| byte.to_ascii_lowercase())
}

const FOLDED_BITS: usize = 1 << 14;

/// A hash of a folded name, as the index of a bit of [`FOLDED`]. `const` functions cannot use iterators.
const fn folded_bit(name: &[u8]) -> usize {
    let (mut hash, mut at) = (0x811C_9DC5_u32, 0);
    while at < name.len() {
        if !matches!(name[at], b'_' | b'-' | b' ') {
            hash = (hash ^ name[at].to_ascii_lowercase() as u32).wrapping_mul(0x0100_0193);
        }
        at += 1;
    }
    (hash ^ hash >> 14) as usize % FOLDED_BITS
}

/// A Bloom filter with one bit for each folded name.
static FOLDED: [u64; FOLDED_BITS / 64] = {
    let lists: [&[&str]; 11] =
        [COMMON, ACTIVITIES, CONTACTS, COMPANIES, DEALS, TICKETS, NOTES, MEETINGS, EMAILS, TASKS, COMMUNICATIONS];
    let (mut bits, mut list) = ([0; FOLDED_BITS / 64], 0);
    while list < lists.len() {
        let mut at = 0;
        while at < lists[list].len() {
            let bit = folded_bit(lists[list][at].as_bytes());
            bits[bit / 64] |= 1 << (bit % 64);
            at += 1;
        }
        list += 1;
    }
    bits
};

/// True if a name may refer to a property of some object.
pub(super) fn is_odd(property: &str) -> bool {
    if is_foreign_case(property) {
        let bit = folded_bit(property.as_bytes());
        return FOLDED[bit / 64] & 1 << (bit % 64) != 0;
    }
    /// The names by their length, each with its characters.
    static BY_LENGTH: LazyLock<Vec<Vec<(&str, u64)>>> = LazyLock::new(|| {
        let mut by_length = vec![Vec::new(); MAX_LENGTH + 2];
        for name in LISTS.iter().flat_map(|(_, names)| *names).chain(COMMON).chain(ACTIVITIES) {
            by_length[name.len().min(MAX_LENGTH + 1)].push((*name, characters(name)));
        }
        by_length
    });
    if !is_comparable(property) || names::is_known(property) {
        return false;
    }
    let own = characters(property);
    let mut is_near = false;
    for (known, characters) in BY_LENGTH[property.len() - 1..=property.len() + 1].iter().flatten() {
        if (characters ^ own).count_ones() <= 2 && property != *known {
            is_near = is_near || is_typo(property, known);
        } else if property == *known {
            return false;
        }
    }
    is_near
}

const MIN_LENGTH: usize = 8;
const MAX_LENGTH: usize = 60;

/// True if a name is compared with known ones. Short names are similar by chance, and some names contain the stage of a
/// pipeline or the id of a subscription.
fn is_comparable(property: &str) -> bool {
    const FAMILIES: [&str; 5] = ["hs_v2_", "hs_date_entered_", "hs_date_exited_", "hs_time_in_", "hs_email_optout_"];
    (MIN_LENGTH..=MAX_LENGTH).contains(&property.len())
        && property.is_ascii()
        && !FAMILIES.iter().any(|family| property.starts_with(family))
}

/// True if two different names differ by one typo. A number, a plural and, in names that accounts can define, an
/// underscore make a different name: `job_title` is not a misspelled `jobtitle`.
fn is_typo(property: &str, known: &str) -> bool {
    let digits = |name: &str| -> Vec<u8> { name.bytes().filter(u8::is_ascii_digit).collect() };
    let is_plural = known.strip_suffix('s') == Some(property) || property.strip_suffix('s') == Some(known);
    !is_plural
        && known.len() >= MIN_LENGTH
        && is_reserved(property) == is_reserved(known)
        && (is_reserved(property) || !folded(property).eq(folded(known)))
        && digits(property) == digits(known)
        && strsim::damerau_levenshtein(property, known) == 1
}

/// The property of an object to which a name in camel case, or with hyphens, refers.
pub(crate) fn canonical(kind: ObjectType, property: &str) -> Option<&'static str> {
    if !is_foreign_case(property) || property.len() > MAX_LENGTH {
        return None;
    }
    names_of(kind).find(|known| folded(known).eq(folded(property)))
}

/// The property of an object from which a name differs by one typo.
pub(crate) fn misspelled(kind: ObjectType, property: &str) -> Option<&'static str> {
    if !is_comparable(property) || is_foreign_case(property) || is_known(property) {
        return None;
    }
    names_of(kind).find(|known| known.len().abs_diff(property.len()) <= 1 && is_typo(property, known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted() {
        for names in LISTS.iter().map(|(_, names)| *names).chain([COMMON, ACTIVITIES]) {
            assert!(names.is_sorted_by(|one, two| one < two), "{names:?}");
            assert!(names.iter().all(|name| is_known(name) && !is_odd(name)));
        }
    }

    #[test]
    fn names_are_compared_with_those_of_their_object() {
        for (kind, name, meant) in [
            (ObjectType::CONTACTS, "firstName", Some("firstname")),
            (ObjectType::CONTACTS, "lifecycle-stage", Some("lifecyclestage")),
            (ObjectType::CONTACTS, "hsLeadStatus", Some("hs_lead_status")),
            (ObjectType::CONTACTS, "HS_OBJECT_ID", Some("hs_object_id")),
            (ObjectType::COMPANIES, "firstName", None),
            (ObjectType::DEALS, "dealName", Some("dealname")),
            (ObjectType::MEETINGS, "hsTimestamp", Some("hs_timestamp")),
            (ObjectType::CONTACTS, "hsTimestamp", None),
            (ObjectType(2, 44), "hsObjectId", Some("hs_object_id")),
            (ObjectType(2, 44), "firstName", None),
            (ObjectType::CONTACTS, "firstname", None),
            (ObjectType::CONTACTS, "first_name", None),
            (ObjectType::CONTACTS, "myOwnName", None),
        ] {
            assert_eq!(canonical(kind, name), meant, "{kind} {name}");
            assert!(meant.is_none() || is_odd(name), "{name}");
        }
    }

    #[test]
    fn typos_are_found_and_names_of_accounts_are_not() {
        for (kind, name, meant) in [
            (ObjectType::CONTACTS, "lifecylestage", Some("lifecyclestage")),
            (ObjectType::CONTACTS, "hs_lead_staus", Some("hs_lead_status")),
            (ObjectType::MEETINGS, "hs_meeting_titel", Some("hs_meeting_title")),
            (ObjectType::NOTES, "hs_noted_body", Some("hs_note_body")),
            (ObjectType::COMPANIES, "hs_meeting_titel", None),
            (ObjectType::CONTACTS, "first_name", None),
            (ObjectType::CONTACTS, "job_title", None),
            (ObjectType::CONTACTS, "jobtitles", None),
            (ObjectType::CONTACTS, "work_email2", None),
            (ObjectType::CONTACTS, "hs_latest_source_data_3", None),
            (ObjectType::CONTACTS, "hs_v2_date_entered_leed", None),
            // A property of companies.
            (ObjectType::CONTACTS, "hs_country_code", None),
        ] {
            assert_eq!(misspelled(kind, name), meant, "{kind} {name}");
            assert!(meant.is_none() || is_odd(name), "{name}");
        }
    }

    /// `is_odd` is true for each name that the comparison with one object finds.
    #[test]
    fn every_typo_is_odd() {
        for (kind, names) in LISTS {
            for known in names {
                for index in 0..known.len() {
                    for replacement in ["", "z", "zz", "Q"] {
                        let name = [&known[..index], replacement, &known[index + 1..]].concat();
                        let is_found = canonical(kind, &name).is_some() || misspelled(kind, &name).is_some();
                        assert!(!is_found || is_odd(&name), "{name}");
                    }
                }
            }
        }
    }
}
