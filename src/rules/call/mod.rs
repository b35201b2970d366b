//! `call/*`: rules about one result.

super::rules! {
    id_format,
    id_mismatch,
    duplicate_id,
    updated_before_created,
    create_date,
    modified_date,
    archived_without_date,
    archive_date_without_archive,
    archived_before_updated,
    url,
    object_coordinates,
    field_type,
    associations,
    history,
    property_type,
    property_name,
    misspelled_property,
    unknown_property,
    timestamp,
    timestamp_seconds,
    duration,
    duration_unit,
    direction,
    status,
    disposition,
    disposition_near_miss,
    custom_disposition,
    recording_url,
    attachment_ids,
    boolean,
    meeting_times,
    enumeration,
}

use crate::hubspot::{Field, JsonString, Record, TimeFormat};

/// `hs_call_disposition`, if it is not one of HubSpot's own dispositions.
fn other_outcome<'r>(record: &Record<'r>) -> Option<JsonString<'r>> {
    record.set(Field::Disposition).filter(|_| record.outcome.is_none())
}

/// The difference of two times in milliseconds, if there is one. Their formats may differ: a fraction of zero is
/// optional, and old responses have milliseconds in `properties`.
fn differs(one: JsonString<'_>, other: JsonString<'_>) -> Option<i64> {
    if one.raw == other.raw {
        return None;
    }
    let time = |text| TimeFormat::and_time(text).1;
    Some((time(one)? - time(other)?).abs()).filter(|by| *by > 0)
}

fn nearest(text: &str, known: &'static [&'static str]) -> Option<&'static str> {
    let near = known.iter().map(|known| (strsim::damerau_levenshtein(text, known), *known)).min()?;
    (near.0 <= 2).then_some(near.1)
}
