//! Names and values that HubSpot has: properties of calls, outcomes, states, types of objects. Sources: HubSpot's guide "Activities | Calls",
//! its command-line skills (`activity-properties-reference`), the columns of Airbyte's connector.

/// The properties of calls that are called `hs_call_...`.
pub const CALL_PROPERTIES: &[&str] = &[
    "hs_call_app_id",
    "hs_call_authed_url_provider",
    "hs_call_body",
    "hs_call_callee_object_id",
    "hs_call_callee_object_type",
    "hs_call_callee_object_type_id",
    "hs_call_deal_stage_during_call",
    "hs_call_direction",
    "hs_call_disposition",
    "hs_call_duration",
    "hs_call_external_account_id",
    "hs_call_external_id",
    "hs_call_from_number",
    "hs_call_from_number_nickname",
    "hs_call_has_transcript",
    "hs_call_has_voicemail",
    "hs_call_interactivity",
    "hs_call_location",
    "hs_call_longest_customer_story",
    "hs_call_meeting_id",
    "hs_call_ms_teams_payload",
    "hs_call_owner_longest_monologue",
    "hs_call_owner_talk_time",
    "hs_call_owner_talk_time_percentage",
    "hs_call_patience",
    "hs_call_phone_number_source",
    "hs_call_primary_deal",
    "hs_call_recording_duration",
    "hs_call_recording_url",
    "hs_call_routing_strategy_type",
    "hs_call_source",
    "hs_call_status",
    "hs_call_suggested_next_actions",
    "hs_call_summary",
    "hs_call_summary_execution_id",
    "hs_call_title",
    "hs_call_to_number",
    "hs_call_to_number_nickname",
    "hs_call_transcript_audio_num_channels",
    "hs_call_transcript_audio_url",
    "hs_call_transcript_tracked_terms",
    "hs_call_transcription_id",
    "hs_call_unified_phone_number_id",
    "hs_call_unique_external_id",
    "hs_call_video_meeting_type",
    "hs_call_video_recording_url",
    "hs_call_zoom_meeting_uuid",
    "hs_calls_service_call_id",
];

/// Other properties of calls, which notes, tasks and meetings have as well.
pub const PROPERTIES: &[&str] = &[
    "hs_activity_type",
    "hs_all_owner_ids",
    "hs_all_team_ids",
    "hs_attachment_ids",
    "hs_body_preview",
    "hs_body_preview_html",
    "hs_body_preview_is_truncated",
    "hs_created_by",
    "hs_created_by_user_id",
    "hs_createdate",
    "hs_engagement_source",
    "hs_engagement_source_id",
    "hs_gdpr_deleted",
    "hs_lastmodifieddate",
    "hs_merged_object_ids",
    "hs_modified_by",
    "hs_object_id",
    "hs_object_source",
    "hs_object_source_id",
    "hs_object_source_label",
    "hs_object_source_user_id",
    "hs_timestamp",
    "hs_unique_id",
    "hs_updated_by_user_id",
    "hs_user_ids_of_all_owners",
    "hubspot_owner_assigneddate",
    "hubspot_owner_id",
    "hubspot_team_id",
];

/// HubSpot's own outcomes of a call: `hs_call_disposition` and its label.
pub const DISPOSITIONS: [(&str, &str); 6] = [
    ("9d9162e7-6cf3-4944-bf63-4dff82258764", "Busy"),
    ("f240bbac-87c9-4f6e-bf70-924b57d47db7", "Connected"),
    ("a4c4c377-d246-4b32-a13b-75a56a4cd0ff", "Left live message"),
    ("b2cf5968-551e-4856-9783-52b3da59a7d0", "Left voicemail"),
    ("73a0d17f-1163-4015-bdd5-ec830791da20", "No answer"),
    ("17b47fee-58de-441e-a44c-c6300d46f273", "Wrong number"),
];

/// Which of [`DISPOSITIONS`] this is, as HubSpot writes its GUID.
#[inline]
pub fn default_disposition(text: &[u8]) -> Option<usize> {
    /// The five words that 36 bytes are, the last two of which overlap.
    #[inline(always)]
    const fn words(text: &[u8; 36]) -> [u64; 5] {
        const FROM: [usize; 5] = [0, 8, 16, 24, 28];
        let (mut words, mut place) = ([0; 5], 0);
        while place < 5 {
            let (_, rest) = text.split_at(FROM[place]);
            match rest.first_chunk() {
                Some(word) => words[place] = u64::from_le_bytes(*word),
                None => unreachable!(),
            }
            place += 1;
        }
        words
    }
    const GUIDS: [[u64; 5]; DISPOSITIONS.len()] = {
        let (mut guids, mut place) = ([[0; 5]; DISPOSITIONS.len()], 0);
        while place < guids.len() {
            match DISPOSITIONS[place].0.as_bytes().first_chunk() {
                Some(guid) => guids[place] = words(guid),
                None => unreachable!(),
            }
            place += 1;
        }
        guids
    };
    let own = text.first_chunk::<36>().filter(|_| text.len() == 36).map(words)?;
    // Without branches: which of them it is cannot be foreseen. Their first words differ.
    let place =
        GUIDS.iter().zip(0..).fold(usize::MAX, |found, (guid, place)| if guid[0] == own[0] { place } else { found });
    GUIDS.get(place).filter(|guid| **guid == own).map(|_| place)
}

/// What an outcome is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// One of HubSpot's own, with this label.
    Default(&'static str),
    /// A GUID that begins as one of HubSpot's own and goes on otherwise.
    NearMiss(&'static str, &'static str),
    /// Another GUID: the portal's own.
    Own,
    /// No GUID. It may be the label of one of HubSpot's own.
    NoGuid(Option<&'static str>),
}

/// What this outcome is.
pub fn disposition(text: &str) -> Disposition {
    let lower = text.trim().to_ascii_lowercase();
    if let Some((_, label)) = DISPOSITIONS.iter().find(|(guid, _)| *guid == lower) {
        return Disposition::Default(label);
    }
    if !is_guid(text) {
        let plain = |text: &str| -> String {
            text.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_lowercase).collect()
        };
        let meant = plain(text);
        let label = DISPOSITIONS.iter().find(|(_, label)| plain(label) == meant).map(|(guid, _)| *guid);
        return Disposition::NoGuid(label);
    }
    match DISPOSITIONS.iter().find(|(guid, _)| shares(guid, &lower)) {
        Some((guid, label)) => Disposition::NearMiss(guid, label),
        None => Disposition::Own,
    }
}

/// Whether a GUID begins with the first eight digits of another one, or differs from it in one or two places.
fn shares(guid: &str, other: &str) -> bool {
    guid[..8] == other[..8] || guid.bytes().zip(other.bytes()).filter(|(one, two)| one != two).count() <= 2
}

/// Eight, four, four, four and twelve hexadecimal digits (RFC 9562, section 4).
pub fn is_guid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The states of a call: those of the guide, and `MISSED`, which only HubSpot's own command line names.
pub const CALL_STATUSES: [&str; 11] = [
    "BUSY",
    "CALLING_CRM_USER",
    "CANCELED",
    "COMPLETED",
    "CONNECTING",
    "FAILED",
    "IN_PROGRESS",
    "MISSED",
    "NO_ANSWER",
    "QUEUED",
    "RINGING",
];

/// Which of [`CALL_STATUSES`] the first `length` bytes of a text are, as HubSpot writes it.
#[inline]
pub fn call_status(text: &[u8], length: usize) -> Option<usize> {
    /// Sixteen bytes, NUL behind the text.
    const fn padded(text: &[u8]) -> [u8; 16] {
        let (mut out, mut at) = ([0; 16], 0);
        while at < text.len() {
            out[at] = text[at];
            at += 1;
        }
        out
    }
    const STATUSES: [u128; CALL_STATUSES.len()] = {
        let (mut out, mut at) = ([0; CALL_STATUSES.len()], 0);
        while at < out.len() {
            out[at] = u128::from_le_bytes(padded(CALL_STATUSES[at].as_bytes()));
            at += 1;
        }
        out
    };
    if !(1..=16).contains(&length) {
        return None;
    }
    let own = match text.first_chunk() {
        Some(own) => u128::from_le_bytes(*own) & (u128::MAX >> (8 * (16 - length))),
        None => u128::from_le_bytes(padded(text.get(..length)?)),
    };
    // Without branches: which of them it is cannot be foreseen.
    let place =
        STATUSES.iter().zip(0..).fold(usize::MAX, |found, (status, place)| if *status == own { place } else { found });
    (place < STATUSES.len()).then_some(place)
}

/// Which way a call went, seen from the HubSpot user.
pub const DIRECTIONS: [&str; 2] = ["INBOUND", "OUTBOUND"];

/// Which of [`DIRECTIONS`] this is, as HubSpot writes it.
#[inline]
pub fn direction(text: &[u8]) -> Option<usize> {
    match text {
        b"INBOUND" => Some(0),
        b"OUTBOUND" => Some(1),
        _ => None,
    }
}

/// Types of CRM objects (`/record/{type}/{id}` in `url`), what they are called, and properties that only they have.
pub const OBJECTS: &[(&str, &str, &[&str])] = &[
    ("0-1", "contacts", &["email", "firstname", "lastname", "lifecyclestage", "hs_is_unworked"]),
    ("0-2", "companies", &["domain", "numberofemployees", "hs_num_child_companies"]),
    ("0-3", "deals", &["dealname", "dealstage", "hs_deal_stage_probability"]),
    ("0-5", "tickets", &["hs_ticket_priority", "hs_ticket_category", "hs_pipeline_stage"]),
    ("0-7", "products", &["hs_sku"]),
    ("0-8", "line items", &["hs_line_item_currency_code"]),
    ("0-46", "notes", &["hs_note_body"]),
    ("0-27", "tasks", &["hs_task_body", "hs_task_status", "hs_task_subject"]),
    ("0-47", "meetings", &["hs_meeting_title", "hs_meeting_outcome", "hs_meeting_start_time"]),
    ("0-49", "emails", &["hs_email_direction", "hs_email_subject", "hs_email_status"]),
    (CALLS, "calls", &[]),
];

/// The type of calls.
pub const CALLS: &str = "0-48";

/// What objects of this type are called.
pub fn object_name(kind: &str) -> Option<&'static str> {
    match OBJECTS.iter().find(|(known, ..)| *known == kind) {
        Some((_, name, _)) => Some(name),
        None => kind.starts_with("2-").then_some("custom objects"),
    }
}

/// The objects that alone have a property of this name.
pub fn object_of(property: &str) -> Option<&'static str> {
    OBJECTS.iter().find(|(_, _, properties)| properties.contains(&property)).map(|(_, name, _)| *name)
}

/// Whether a property of calls has this name.
pub fn is_known(property: &str) -> bool {
    // Both lists are in order.
    property.starts_with('h')
        && (CALL_PROPERTIES.binary_search(&property).is_ok() || PROPERTIES.binary_search(&property).is_ok())
}

/// Properties of HubSpot's documentation examples, which no portal has all of.
pub const EXAMPLE_PROPERTIES: [&str; 7] = [
    "property_checkbox",
    "property_date",
    "property_dropdown",
    "property_multiple_checkboxes",
    "property_number",
    "property_radio",
    "property_string",
];

/// Whether rules have something to say of a property because of its name alone. Such names must be found by reading their results again, so this
/// errs on the side of saying yes.
pub fn is_odd(property: &str) -> bool {
    canonical(property).is_some()
        || is_unknown(property)
        || EXAMPLE_PROPERTIES.contains(&property)
        || property.starts_with("additionalProp")
        || property.starts_with('<')
}

/// The property of calls that a name means which is written in camel case, or without HubSpot's prefix.
pub fn canonical(property: &str) -> Option<&'static str> {
    // Nothing would be changed.
    if !property.starts_with("call_") && !property.bytes().any(|byte| matches!(byte, b'A'..=b'Z' | b'-' | b' ')) {
        return None;
    }
    if is_known(property) || property.len() > 60 {
        return None;
    }
    if let Some(found) = CALL_PROPERTIES.iter().chain(PROPERTIES).find(|known| known.eq_ignore_ascii_case(property)) {
        return Some(found);
    }
    let mut snake = String::with_capacity(property.len() + 8);
    for (place, sign) in property.chars().enumerate() {
        match sign {
            'A'..='Z' => {
                if place > 0 && !snake.ends_with('_') {
                    snake.push('_');
                }
                snake.push(sign.to_ascii_lowercase());
            }
            '-' | ' ' => snake.push('_'),
            other => snake.push(other),
        }
    }
    let was_changed = snake != property;
    let all = || CALL_PROPERTIES.iter().chain(PROPERTIES).copied();
    if let Some(found) = all().find(|known| *known == snake).filter(|_| was_changed) {
        return Some(found);
    }
    // `callTitle`, `call_title`.
    if snake.starts_with("call_") {
        return CALL_PROPERTIES.iter().copied().find(|known| known.strip_prefix("hs_") == Some(&snake));
    }
    None
}

/// Whether a name is made like a property of calls, and none is known by it.
pub fn is_unknown(property: &str) -> bool {
    let is_own = property.starts_with("hs_call_") || property.starts_with("hs_calls_");
    (is_own && !is_known(property)) || (property.starts_with("hs_") && !is_own && slip(property).is_some())
}

/// The signs in a name: a bit for each that it has. Letters and digits do not share one.
const fn signs(name: &str) -> u64 {
    let (bytes, mut bits, mut at) = (name.as_bytes(), 0, 0);
    while at < bytes.len() {
        bits |= 1 << ((bytes[at] & 0x1F) | (bytes[at] & 0x40) >> 1);
        at += 1;
    }
    bits
}

/// The [`signs`] of all properties.
const SIGNS: [u64; CALL_PROPERTIES.len() + PROPERTIES.len()] = {
    let (mut all, mut at) = ([0; CALL_PROPERTIES.len() + PROPERTIES.len()], 0);
    while at < all.len() {
        let own = CALL_PROPERTIES.len();
        all[at] = signs(if at < own { CALL_PROPERTIES[at] } else { PROPERTIES[at - own] });
        at += 1;
    }
    all
};

/// The signs that any property has: no digits.
const ANY_SIGN: u64 = {
    let (mut any, mut at) = (0, 0);
    while at < SIGNS.len() {
        any |= SIGNS[at];
        at += 1;
    }
    any
};

/// The property of calls that this name is one slip of the keyboard away from; for names like those of calls two.
pub fn slip(property: &str) -> Option<&'static str> {
    // All properties are ASCII.
    if property.len() > 60 || !property.is_ascii() {
        return None;
    }
    let most = if property.starts_with("hs_call") { 2 } else { 1 };
    // Comparing is slow: most names are told apart by the signs in them, of which a slip changes two.
    let signs = signs(property);
    if (signs & !ANY_SIGN).count_ones() as usize > most || is_known(property) {
        return None;
    }
    let all = || CALL_PROPERTIES.iter().chain(PROPERTIES);
    let all = all().zip(SIGNS).filter(|(known, _)| known.len().abs_diff(property.len()) <= most);
    let all = all.filter(|(_, known)| (known ^ signs).count_ones() as usize <= 2 * most).map(|(known, _)| known);
    let near = all.map(|known| (strsim::damerau_levenshtein(property, known), *known)).min()?;
    // A name with one letter more is often another property: `hs_user_id`, `hs_user_ids`.
    let is_plural = near.1.strip_suffix('s') == Some(property) || property.strip_suffix('s') == Some(near.1);
    ((1..=most).contains(&near.0) && !(is_plural && most == 1)).then_some(near.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_are_those_of_the_list() {
        for (place, (guid, label)) in DISPOSITIONS.iter().enumerate() {
            assert_eq!(default_disposition(guid.as_bytes()), Some(place));
            assert_eq!(disposition(guid), Disposition::Default(label));
            for place in 0..guid.len() {
                let mut other = guid.as_bytes().to_vec();
                other[place] ^= 1;
                assert_eq!(default_disposition(&other), None);
            }
            assert!(default_disposition(&guid.as_bytes()[1..]).is_none() && default_disposition(b"").is_none());
        }
    }

    #[test]
    fn states_are_those_of_the_list() {
        for (place, status) in CALL_STATUSES.iter().enumerate() {
            let length = status.len();
            for behind in ["", "\"", "\", \"hs_call_title\": \"BUSY\""] {
                let text = format!("{status}{behind}");
                assert_eq!(call_status(text.as_bytes(), length), Some(place), "{text}");
                assert_eq!(call_status(text.as_bytes(), length - 1), None, "{text}");
                assert_eq!(call_status(text.to_lowercase().as_bytes(), length), None, "{text}");
            }
            assert_eq!(call_status(status.as_bytes(), length + 1), None);
        }
        let long = b"BUSYBUSYBUSYBUSYBUSY";
        assert!([0, 3, 8, 16, 17, 20, 21].into_iter().all(|length| call_status(long, length).is_none()));
    }

    #[test]
    fn names_that_mean_another_are_known() {
        for (name, meant) in [
            ("hsCallTitle", Some("hs_call_title")),
            ("hsTimestamp", Some("hs_timestamp")),
            ("hubspotOwnerId", Some("hubspot_owner_id")),
            ("callDuration", Some("hs_call_duration")),
            ("call_duration", Some("hs_call_duration")),
            ("HS_CALL_TITLE", Some("hs_call_title")),
            ("hs_call_title", None),
            ("title", None),
            ("camelCase", None),
        ] {
            assert_eq!(canonical(name), meant, "{name}");
        }
    }

    #[test]
    fn the_lists_are_in_order() {
        assert!(CALL_PROPERTIES.is_sorted() && PROPERTIES.is_sorted());
        assert!(CALL_PROPERTIES.iter().chain(PROPERTIES).all(|name| is_known(name)));
    }

    /// A slip is found for whatever one edit of a known name makes of it, as comparing with all of them would find it.
    #[test]
    fn no_slip_is_overlooked() {
        let compared = |name: &str| {
            let all = CALL_PROPERTIES.iter().chain(PROPERTIES);
            all.map(|known| strsim::damerau_levenshtein(name, known)).min().is_some_and(|near| near == 1)
        };
        for known in CALL_PROPERTIES.iter().chain(PROPERTIES) {
            for place in 0..known.len() {
                for sign in ["", "7", "z", "_", "zz", "Q"] {
                    let name = [&known[..place], sign, &known[place + 1..]].concat();
                    let is_plural =
                        |known: &&&str| known.strip_suffix('s') == Some(&name) || name.strip_suffix('s') == Some(known);
                    let has_plural = CALL_PROPERTIES.iter().chain(PROPERTIES).any(|known| is_plural(&known));
                    let wanted = !is_known(&name) && compared(&name);
                    assert!(slip(&name).is_some() == wanted || has_plural || name.starts_with("hs_call"), "{name}");
                }
            }
        }
    }

    #[test]
    fn slips_are_known_and_other_names_are_let_be() {
        for (name, meant, is_unknown_name) in [
            ("hs_call_durration", Some("hs_call_duration"), true),
            ("hs_call_tilte", Some("hs_call_title"), true),
            ("hs_call_brand_new_thing", None, true),
            ("hs_timestmap", Some("hs_timestamp"), true),
            ("hs_call_title", None, false),
            ("hs_pipeline", None, false),
            ("hs_all_owner_id", None, false),
            ("own_property", None, false),
        ] {
            assert_eq!((slip(name), is_unknown(name)), (meant, is_unknown_name), "{name}");
        }
    }
}
