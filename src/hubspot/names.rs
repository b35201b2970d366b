//! Names and values that HubSpot defines: properties of calls, dispositions, call statuses. Sources:
//! HubSpot's guide "Activities | Calls", its command-line skills (`activity-properties-reference`), the columns of
//! Airbyte's connector.

use std::sync::LazyLock;

use super::properties;

/// Properties of calls that begin with `hs_call`, sorted.
pub(crate) const CALL_PROPERTIES: &[&str] = &[
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
    "hs_call_meeting_event_id",
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
    "hs_call_voice_agent_total_ms",
    "hs_call_zoom_meeting_uuid",
    "hs_calls_follow_ups_dismissed",
    "hs_calls_service_call_id",
];

/// Other properties of calls, which notes, tasks and meetings have as well; sorted.
pub(crate) const PROPERTIES: &[&str] = &[
    "hs_activity_type",
    "hs_all_accessible_team_ids",
    "hs_all_assigned_business_unit_ids",
    "hs_all_owner_ids",
    "hs_all_team_ids",
    "hs_at_mentioned_owner_ids",
    "hs_attachment_ids",
    "hs_body_preview",
    "hs_body_preview_html",
    "hs_body_preview_is_truncated",
    "hs_campaign_guid",
    "hs_campaign_guids",
    "hs_connected_count",
    "hs_conversation_thread_id",
    "hs_created_by",
    "hs_created_by_user_id",
    "hs_createdate",
    "hs_engagement_source",
    "hs_engagement_source_id",
    "hs_engagements_last_contacted",
    "hs_follow_up_action",
    "hs_gdpr_deleted",
    "hs_hosted_video_conference_url",
    "hs_inbound_call_answer_disposition",
    "hs_inbound_call_answer_status",
    "hs_is_voice_agent_call",
    "hs_lastmodifieddate",
    "hs_merged_object_ids",
    "hs_modified_by",
    "hs_obj_coords",
    "hs_object_coordinates",
    "hs_object_id",
    "hs_object_source",
    "hs_object_source_detail_1",
    "hs_object_source_detail_2",
    "hs_object_source_detail_3",
    "hs_object_source_id",
    "hs_object_source_label",
    "hs_object_source_user_id",
    "hs_origin_object_coordinates",
    "hs_owning_teams",
    "hs_pinned_engagement_id",
    "hs_product_name",
    "hs_queue_membership_ids",
    "hs_read_only",
    "hs_shared_team_ids",
    "hs_shared_user_ids",
    "hs_timestamp",
    "hs_unique_creation_key",
    "hs_unique_id",
    "hs_unknown_visitor_conversation",
    "hs_updated_by_user_id",
    "hs_user_ids_of_all_notification_followers",
    "hs_user_ids_of_all_notification_unfollowers",
    "hs_user_ids_of_all_owners",
    "hs_voice_agent_caller_requested_live_agent",
    "hs_voice_agent_escalated_to_live_agent",
    "hs_voice_agent_is_most_recent_customer_feedback_positive",
    "hs_voice_agent_resolved",
    "hs_voicemail_count",
    "hs_was_imported",
    "hubspot_owner_assigneddate",
    "hubspot_owner_id",
    "hubspot_team_id",
];

/// HubSpot's default values of `hs_call_disposition`, with their labels.
pub(crate) const DISPOSITIONS: [(&str, &str); 6] = [
    ("9d9162e7-6cf3-4944-bf63-4dff82258764", "Busy"),
    ("f240bbac-87c9-4f6e-bf70-924b57d47db7", "Connected"),
    ("a4c4c377-d246-4b32-a13b-75a56a4cd0ff", "Left live message"),
    ("b2cf5968-551e-4856-9783-52b3da59a7d0", "Left voicemail"),
    ("73a0d17f-1163-4015-bdd5-ec830791da20", "No answer"),
    ("17b47fee-58de-441e-a44c-c6300d46f273", "Wrong number"),
];

/// Index in [`DISPOSITIONS`] of a GUID exactly as HubSpot writes it.
#[inline]
pub(crate) fn default_disposition(text: &[u8]) -> Option<usize> {
    // Two arrays are compared without a call.
    let text: &[u8; GUID_LENGTH] = text.try_into().ok()?;
    DISPOSITIONS.iter().position(|(guid, _)| guid.as_bytes().first_chunk() == Some(text))
}

/// Bytes of a GUID.
const GUID_LENGTH: usize = 36;

/// Classification of a value of `hs_call_disposition`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Disposition {
    /// A default of HubSpot, with its label.
    Default(&'static str),
    /// A GUID that is similar to a default of HubSpot: that GUID and its label.
    NearMiss(&'static str, &'static str),
    /// Any other GUID: a custom outcome of the account.
    Own,
    /// Not a GUID. If it is the label of a default, the GUID of that default.
    NoGuid(Option<&'static str>),
}

pub(crate) fn disposition(text: &str) -> Disposition {
    let lower = text.trim().to_ascii_lowercase();
    if let Some((_, label)) = DISPOSITIONS.iter().find(|(guid, _)| *guid == lower) {
        return Disposition::Default(label);
    }
    if !is_guid(text) {
        let plain = |text: &str| -> String {
            text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
        };
        let meant = plain(text);
        let label = DISPOSITIONS.iter().find(|(_, label)| plain(label) == meant).map(|(guid, _)| *guid);
        return Disposition::NoGuid(label);
    }
    match DISPOSITIONS.iter().find(|(guid, _)| is_similar(guid, &lower)) {
        Some((guid, label)) => Disposition::NearMiss(guid, label),
        None => Disposition::Own,
    }
}

/// True if two GUIDs have the same first eight digits or differ in at most two digits.
fn is_similar(guid: &str, other: &str) -> bool {
    guid[..8] == other[..8] || guid.bytes().zip(other.bytes()).filter(|(one, two)| one != two).count() <= 2
}

/// Eight, four, four, four and twelve hexadecimal digits (RFC 9562, section 4).
pub(crate) fn is_guid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Values of `hs_call_status`: the ten of the guide, `MISSED`, which HubSpot's command line defines, and `HOLD` and
/// `UNKNOWN` of `finalCallStatus` in its OpenAPI files (Calling Extensions, Transcriptions).
pub(crate) const CALL_STATUSES: [&str; 13] = [
    "BUSY",
    "CALLING_CRM_USER",
    "CANCELED",
    "COMPLETED",
    "CONNECTING",
    "FAILED",
    "HOLD",
    "IN_PROGRESS",
    "MISSED",
    "NO_ANSWER",
    "QUEUED",
    "RINGING",
    "UNKNOWN",
];

/// Index in [`CALL_STATUSES`] of a status exactly as HubSpot writes it.
#[inline]
pub(crate) fn call_status(text: &[u8]) -> Option<usize> {
    // Only statuses with the same length and the same first byte are compared as a whole.
    CALL_STATUSES.iter().position(|status| {
        let status = status.as_bytes();
        status.len() == text.len() && status[0] == text[0] && status == text
    })
}

/// Values of `hs_call_direction`, from the perspective of the HubSpot user.
pub(crate) const DIRECTIONS: [&str; 2] = ["INBOUND", "OUTBOUND"];

/// Index in [`DIRECTIONS`] of a direction exactly as HubSpot writes it.
#[inline]
pub(crate) fn direction(text: &[u8]) -> Option<usize> {
    match text {
        b"INBOUND" => Some(0),
        b"OUTBOUND" => Some(1),
        _ => None,
    }
}

/// True if calls have a property with this name.
pub(crate) fn is_known(property: &str) -> bool {
    // Both lists are in order.
    property.starts_with('h')
        && (CALL_PROPERTIES.binary_search(&property).is_ok() || PROPERTIES.binary_search(&property).is_ok())
}

/// Properties in the examples of HubSpot's documentation.
pub(crate) const EXAMPLE_PROPERTIES: [&str; 7] = [
    "property_checkbox",
    "property_date",
    "property_dropdown",
    "property_multiple_checkboxes",
    "property_number",
    "property_radio",
    "property_string",
];

/// True if a rule may report a property because of its name alone. The results with such names are read again, so false
/// positives are harmless.
pub(crate) fn is_odd(property: &str) -> bool {
    canonical(property).is_some()
        || is_unknown(property)
        || EXAMPLE_PROPERTIES.contains(&property)
        || property.starts_with("additionalProp")
        || property.starts_with('<')
        || properties::is_odd(property)
}

/// The property of calls to which a name in camel case or without the prefix of HubSpot refers.
pub(crate) fn canonical(property: &str) -> Option<&'static str> {
    // The conversion to snake case would not change anything.
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
    for (index, character) in property.chars().enumerate() {
        match character {
            'A'..='Z' => {
                if index > 0 && !snake.ends_with('_') {
                    snake.push('_');
                }
                snake.push(character.to_ascii_lowercase());
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

/// True if a name looks like a property of calls but does not exist.
pub(crate) fn is_unknown(property: &str) -> bool {
    let is_own = property.starts_with("hs_call_") || property.starts_with("hs_calls_");
    (is_own && !is_known(property)) || (property.starts_with("hs_") && !is_own && slip(property).is_some())
}

/// A set of the characters in a name: one bit per letter (regardless of case) or digit.
pub(super) fn characters(name: &str) -> u64 {
    name.bytes().fold(0, |set, byte| set | 1 << ((byte & 0x1F) | (byte & 0x40) >> 1))
}

/// The property of calls from which a name differs by one typo, or by two if the name begins with `hs_call`.
pub(crate) fn slip(property: &str) -> Option<&'static str> {
    static KNOWN: LazyLock<Vec<(&str, u64)>> =
        LazyLock::new(|| CALL_PROPERTIES.iter().chain(PROPERTIES).map(|name| (*name, characters(name))).collect());
    // All properties are ASCII.
    if property.len() > 60 || !property.is_ascii() || is_known(property) {
        return None;
    }
    let max_typos = if property.starts_with("hs_call") { 2 } else { 1 };
    // Edit distances are slow to compute. Length and characters exclude most names: a typo changes two characters at
    // most.
    let own = characters(property);
    let similar = KNOWN.iter().filter(|(known, characters)| {
        known.len().abs_diff(property.len()) <= max_typos && (characters ^ own).count_ones() as usize <= 2 * max_typos
    });
    let (typos, nearest) = similar.map(|(known, _)| (strsim::damerau_levenshtein(property, known), *known)).min()?;
    // A name with one letter more is often a different property: `hs_user_id`, `hs_user_ids`.
    let is_plural = nearest.strip_suffix('s') == Some(property) || property.strip_suffix('s') == Some(nearest);
    ((1..=max_typos).contains(&typos) && !(is_plural && max_typos == 1)).then_some(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_in_their_tables() {
        for (index, (guid, label)) in DISPOSITIONS.iter().enumerate() {
            assert_eq!(default_disposition(guid.as_bytes()), Some(index));
            assert_eq!(disposition(guid), Disposition::Default(label));
        }
        for (index, status) in CALL_STATUSES.iter().enumerate() {
            assert_eq!(call_status(status.as_bytes()), Some(index));
        }
        assert_eq!((default_disposition(b""), call_status(b""), call_status(b"busy")), (None, None, None));
    }

    #[test]
    fn canonical_names_are_found() {
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
    fn the_lists_are_sorted() {
        assert!(CALL_PROPERTIES.is_sorted() && PROPERTIES.is_sorted());
        assert!(CALL_PROPERTIES.iter().chain(PROPERTIES).all(|name| is_known(name)));
    }

    /// The filters before the edit distance do not exclude any typo.
    #[test]
    fn every_typo_is_found() {
        let compared = |name: &str| {
            let all = CALL_PROPERTIES.iter().chain(PROPERTIES);
            all.map(|known| strsim::damerau_levenshtein(name, known)).min().is_some_and(|near| near == 1)
        };
        for known in CALL_PROPERTIES.iter().chain(PROPERTIES) {
            for index in 0..known.len() {
                for replacement in ["", "7", "z", "_", "zz", "Q"] {
                    let name = [&known[..index], replacement, &known[index + 1..]].concat();
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
    fn typos_are_found_and_other_names_are_not() {
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
