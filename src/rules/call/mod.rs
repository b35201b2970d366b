//! `call/*`: one result.

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
    field_type,
    associations,
    history,
    property_type,
    property_name,
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
}

use crate::hubspot::{Field, Form, Record, Text};
use crate::json::push_token;

/// The outcome, if it is none of HubSpot's own.
fn other_outcome<'r>(record: &Record<'r>) -> Option<Text<'r>> {
    record.set(Field::Disposition).filter(|_| record.outcome.is_none())
}

/// By how many milliseconds two times differ, if they do.
fn differs(one: Text<'_>, other: Text<'_>) -> Option<i64> {
    if one.raw == other.raw {
        return None;
    }
    // Either may be written with or without a fraction; properties are milliseconds in old answers.
    let time = |text| Form::and_time(text).1;
    Some((time(one)? - time(other)?).abs()).filter(|by| *by > 0)
}

/// The one of these that is meant, if one is near.
fn nearest(text: &str, known: &'static [&'static str]) -> Option<&'static str> {
    let near = known.iter().map(|known| (strsim::damerau_levenshtein(text, known), *known)).min()?;
    (near.0 <= 2).then_some(near.1)
}

/// The JSON Pointer of a property, from its result.
fn pointer(name: &str) -> String {
    let mut pointer = "/properties".to_owned();
    push_token(&mut pointer, name);
    pointer
}
