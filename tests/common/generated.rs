//! Generators: JSON values, responses with errors, schemas, and ways to write them.

use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::{Value as Serde, json};

/// Any JSON value. Numbers have a range that every parser represents in the same way.
pub fn value() -> impl Strategy<Value = Serde> {
    let leaf = prop_oneof![
        Just(Serde::Null),
        any::<bool>().prop_map(Serde::from),
        any::<i64>().prop_map(Serde::from),
        (-1e9f64..1e9).prop_map(Serde::from),
        ".{0,12}".prop_map(Serde::from),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Serde::from),
            prop::collection::vec((".{0,6}|[~/0-9a-z]{0,6}", inner), 0..6)
                .prop_map(|members| Serde::Object(members.into_iter().collect())),
        ]
    })
}

/// Writes a value with whitespace and escapes chosen by `noise`, so that the text differs from what `serde_json`
/// writes.
pub fn write(value: &Serde, noise: &mut impl FnMut() -> u8, out: &mut String) {
    let blank = |noise: &mut dyn FnMut() -> u8, out: &mut String| {
        out.push_str(["", "", "", " ", "\n", "\r\n\t", "  "][noise() as usize % 7]);
    };
    let string = |text: &str, noise: &mut dyn FnMut() -> u8, out: &mut String| {
        out.push('"');
        for character in text.chars() {
            match character {
                '"' | '\\' => {
                    let _ = write!(out, "\\{character}");
                }
                '/' if noise().is_multiple_of(2) => out.push_str("\\/"),
                _ if (character as u32) < 0x20 || noise().is_multiple_of(8) => {
                    character.encode_utf16(&mut [0; 2]).iter().for_each(|unit| {
                        let _ = write!(out, "\\u{unit:04X}");
                    });
                }
                _ => out.push(character),
            }
        }
        out.push('"');
    };
    blank(noise, out);
    match value {
        Serde::String(text) => string(text, noise, out),
        Serde::Array(elements) => {
            out.push('[');
            for (index, element) in elements.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(element, noise, out);
            }
            out.push(']');
        }
        Serde::Object(members) => {
            out.push('{');
            for (index, (name, member)) in members.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                blank(noise, out);
                string(name, noise, out);
                blank(noise, out);
                out.push(':');
                write(member, noise, out);
            }
            out.push('}');
        }
        other => out.push_str(&other.to_string()),
    }
    blank(noise, out);
}

pub fn text(value: &Serde, noise: &[u8]) -> String {
    let mut noise = noise.iter().copied().cycle();
    let mut out = String::new();
    write(value, &mut || noise.next().unwrap_or(0), &mut out);
    out
}

/// A response in which some values are replaced and some keys are renamed or removed. Most are invalid.
pub fn mutated_response() -> impl Strategy<Value = Serde> {
    mutated_response_of(3..4)
}

/// The same with this number of results.
pub fn mutated_response_of(results: std::ops::Range<u32>) -> impl Strategy<Value = Serde> {
    let names = [
        "status",
        "results",
        "startedAt",
        "completedAt",
        "requestedAt",
        "errors",
        "links",
        "id",
        "properties",
        "createdAt",
        "updatedAt",
        "archived",
        "archivedAt",
        "message",
        "context",
        "code",
        "category",
    ];
    let odd = prop_oneof![
        value(),
        prop::sample::select(vec![
            "COMPLETE",
            "PENDING",
            "COMPLETED",
            "error",
            "2026-02-29T00:00:00Z",
            "2024-02-29T00:00:00Z",
            "2026-01-05T00:00:00",
            "2026-06-30T23:59:60Z",
            "1767604360120"
        ])
        .prop_map(Serde::from),
        Just(serde_json::json!([{}, {"message": 1}, {"errors": [{}]}])),
    ];
    let changes =
        prop::collection::vec((prop::sample::select(names.to_vec()), odd, 0..4u8, any::<prop::sample::Index>()), 0..6);
    (changes, results).prop_map(|(changes, results)| {
        let call = |id: u32| serde_json::json!({"id": id.to_string(), "properties": {"hs_timestamp": "2026-01-05T09:10:00Z"}, "createdAt": "2026-01-05T09:12:40.120Z", "updatedAt": "2026-01-05T09:12:40Z", "archived": false});
        let mut response = serde_json::json!({"status": "COMPLETE", "startedAt": "2026-01-05T09:30:00Z", "completedAt": "2026-01-05T09:30:00Z", "results": (1..=results).map(call).collect::<Vec<_>>(),
            "errors": [{"status": "error", "category": "CONFLICT", "message": "m", "context": {}, "errors": [{"message": "m"}]}]});
        for (name, odd, what, index) in changes {
            let mut objects = Vec::new();
            collect(&response, String::new(), &mut objects);
            if objects.is_empty() {
                break;
            }
            let object = response.pointer_mut(&objects[index.index(objects.len())]).and_then(Serde::as_object_mut).expect("an object");
            match what {
                0 => { object.remove(name); }
                1 => {
                    if let Some(old) = object.remove(name) {
                        object.insert(name.to_uppercase(), old);
                    }
                }
                _ => { object.insert(name.to_owned(), odd); }
            }
        }
        response
    })
}

/// A response with calls for the rules: properties with likely and unlikely values.
pub fn response_of_calls(results: std::ops::Range<usize>) -> impl Strategy<Value = Serde> {
    const TIMES: [&str; 6] = [
        "2026-01-05T09:12:40.120Z",
        "2026-01-05T09:12:40Z",
        "2026-01-05T10:12:40.12+01:00",
        "2026-01-05T09:29:59.999Z",
        "2023-11-07T05:31:56Z",
        "2026-03-01T00:00:00Z",
    ];
    let text = |values: &[&str]| prop::sample::select(values.iter().map(|text| Serde::from(*text)).collect::<Vec<_>>());
    let odd = prop_oneof![8 => Just(None), 1 => value().prop_map(Some)];
    let member = prop_oneof![
        3 => (Just("id"), text(&["50100000000", "50100000001", "50100000002", "512", "x", "<string>", "***"])),
        2 => (Just("createdAt"), text(&TIMES)),
        2 => (Just("updatedAt"), text(&TIMES)),
        1 => (Just("archivedAt"), text(&TIMES)),
        2 => (Just("archived"), prop::sample::select(vec![json!(true), json!(false)])),
        2 => (Just("url"), text(&["https://app.hubspot.com/contacts/44/record/0-48/50100000000", "https://app.hubspot.com/contacts/45/record/0-1/50100000001", "https://app.hubspot.com/contacts/44/objects/0-48/views/all/list?filters=%22hs_object_id%22%2C%22value%22%3A%2250100000000%22", "x"])),
        1 => (Just("new"), prop::sample::select(vec![json!(true), json!(false), json!("yes")])),
        1 => (Just("objectWriteTraceId"), text(&["a", "b", "string"])),
        1 => (Just("propertiesWithHistory"), prop::sample::select(vec![json!({}), json!({"a": "b"}), json!({"a": [{"value": "b", "timestamp": TIMES[0], "sourceType": "X"}]}), json!({"a": [{"value": 1}]})])),
        1 => (Just("warnings"), prop::sample::select(vec![json!([]), json!([{}]), json!("x"), json!([{"category": "A", "message": "m", "context": {"propertyName": "p"}}, {"category": "B", "message": "m", "context": {}}])])),
        1 => (Just("associations"), Just(json!({}))),
        3 => (Just("/hs_object_id"), text(&["50100000000", "50100000001", "512", ""])),
        1 => (Just("/hs_createdate"), text(&TIMES)),
        1 => (Just("/hs_lastmodifieddate"), text(&TIMES)),
        2 => (Just("/hs_timestamp"), text(&["2026-01-05T09:10:00Z", "1767604200000", "1767604200", "1970-01-21T11:00:04.200Z", "yesterday", ""])),
        2 => (Just("/hs_call_duration"), text(&["184000", "0", "60", "-1", "3:04", "999999999999"])),
        1 => (Just("/hs_call_direction"), text(&["INBOUND", "outbound", "x"])),
        1 => (Just("/hs_call_status"), text(&["COMPLETED", "missed"])),
        2 => (Just("/hs_call_disposition"), text(&["f240bbac-87c9-4f6e-bf70-924b57d47db7", "f240bbac-87c4-4d47-9c1f-3b1f0a5f7a21", "Connected", "1f0b3c1e-7a52-4a67-9d2e-2f6c0a1b9d10", "2f0b3c1e-7a52-4a67-9d2e-2f6c0a1b9d10"])),
        1 => (Just("/hs_call_recording_url"), text(&["https://x.example", "http://x.example"])),
        1 => (Just("/hs_attachment_ids"), text(&["1;2", "1, 2"])),
        1 => (Just("/hs_call_has_voicemail"), text(&["true", "yes", ""])),
        1 => (Just("/hs_is_voice_agent_call"), text(&["true", "yes", "\u{201c}true\u{201d}"])),
        1 => (Just("/hs_meeting_end_time"), text(&["2026-01-05T09:10:00Z", "1767604200"])),
        1 => (Just("/hs_call_to_number"), text(&["+15550199000", "***", "[FILTERED]"])),
        1 => (Just("/email"), text(&["someone@example.com"])),
        1 => (Just("/lastmodifieddate"), text(&TIMES)),
        1 => (Just("/hs_obj_coords"), text(&["0-48-50100000000", "0-46-50100000001", "x"])),
        1 => (Just("/hs_note_body"), text(&["x"])),
        1 => (Just("/hs_task_status"), text(&["COMPLETED", "completed"])),
        1 => (Just("/hs_meeting_start_time"), text(&TIMES)),
        1 => (Just("/hs_meeting_end_time"), text(&TIMES)),
        1 => (Just("/firstName"), text(&["x"])),
        1 => (Just("/lifecylestage"), text(&["lead"])),
        1 => (Just("/hsCallTitle"), text(&["x"])),
        1 => (Just("/hs_call_titel"), text(&["x"])),
        1 => (Just("/property_string"), text(&["value"])),
        1 => (Just("/own"), value()),
    ];
    let call = prop::collection::vec((member, odd), 0..7);
    let envelope = prop_oneof![
        2 => (Just("startedAt"), text(&TIMES)),
        2 => (Just("completedAt"), text(&TIMES)),
        1 => (Just("requestedAt"), text(&TIMES)),
        1 => (Just("requestedAt"), Just(Serde::Null)),
        1 => (Just("status"), text(&["COMPLETE", "CANCELED"])),
        1 => (Just("numErrors"), prop::sample::select(vec![json!(0), json!(1), json!("1"), json!(null), json!([])])),
        1 => (Just("links"), prop::sample::select(vec![json!({}), json!({"a": "b"}), json!({"a": 1})])),
        2 => (Just("errors"), prop::sample::select(vec![json!([]), json!([{"status": "error", "category": "CONFLICT", "message": "Existing ID: 7000000", "context": {"objectWriteTraceId": ["a"], "ids": "7"}}]), json!([{"status": "ERROR", "category": "OBJECT_NOT_FOUND", "message": "m", "context": {"ids": ["50100000000", "x"]}, "links": {"a": 1}}, 7, {"category": "X"}])])),
    ];
    (prop::collection::vec(call, results), prop::collection::vec(envelope, 0..4)).prop_map(|(calls, envelope)| {
        let calls = calls.into_iter().enumerate().map(|(index, changes)| {
            let id = (50_200_000_000 + index).to_string();
            let mut call = json!({"id": id, "properties": {"hs_object_id": id, "hs_call_title": "t"}, "createdAt": "2026-01-05T09:12:40.120Z", "updatedAt": "2026-01-05T09:12:40.120Z", "archived": false});
            for ((name, likely), odd) in changes {
                // Sometimes, a required property is missing.
                if odd == Some(Serde::Null) {
                    call.as_object_mut().expect("an object").remove(name);
                    continue;
                }
                let to = match name.strip_prefix('/') {
                    Some(name) => &mut call["properties"][name],
                    None => &mut call[name],
                };
                *to = odd.unwrap_or(likely);
            }
            call
        });
        let mut response = json!({"status": "COMPLETE", "startedAt": "2026-01-05T09:30:00Z", "completedAt": "2026-01-05T09:30:00Z", "results": calls.collect::<Vec<_>>()});
        envelope.into_iter().for_each(|(name, value)| response[name] = value);
        response
    })
}

/// JSON Pointers of all objects in a value, except names that need escapes.
pub fn collect(value: &Serde, pointer: String, out: &mut Vec<String>) {
    match value {
        Serde::Array(elements) => {
            elements
                .iter()
                .enumerate()
                .for_each(|(index, element)| collect(element, format!("{pointer}/{index}"), out));
        }
        Serde::Object(members) => {
            members
                .iter()
                .filter(|(name, _)| !name.contains(['~', '/']))
                .for_each(|(name, member)| collect(member, format!("{pointer}/{name}"), out));
            out.push(pointer);
        }
        _ => {}
    }
}

/// Choices of whitespace and escapes for [`text`].
pub fn noise() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 1..40)
}

/// A schema of a response: the embedded one with keywords removed, changed and added at the root, its arrays and their
/// items.
pub fn schema() -> impl Strategy<Value = Serde> {
    let part = prop_oneof![
        Just(json!({"type": "string"})),
        Just(json!({"type": ["string", "null"]})),
        Just(json!({"type": "string", "format": "date-time"})),
        Just(json!({"type": "integer"})),
        Just(json!({"enum": ["COMPLETE", "PENDING", "m"]})),
        Just(json!({"enum": ["m", 1]})),
        Just(json!({"const": "m"})),
        Just(json!({"type": "object", "required": ["hs_timestamp"]})),
        Just(json!({"type": "object", "maxProperties": 1, "additionalProperties": {"type": "string"}})),
        Just(json!({"anyOf": [{"type": "string"}, {"type": "object"}]})),
        Just(json!({"minLength": 3, "pattern": "^[0-9]"})),
        Just(json!({"items": {"type": "object"}, "minItems": 1})),
        Just(json!({"$ref": "#/$defs/text"})),
        Just(json!(true)),
        Just(json!(false)),
        Just(json!({"not": {"type": "string"}})),
    ];
    let names = ["id", "properties", "createdAt", "archived", "message", "status", "context", "errors", "archivedAt"];
    let inside = prop::collection::vec((prop::sample::select(names.to_vec()), part), 0..4);
    let element = prop_oneof![
        Just(json!({})),
        Just(json!({"if": {"properties": {"archived": {"const": true}}}, "then": {"required": ["archivedAt"]}})),
        Just(
            json!({"if": {"properties": {"archived": {"const": false}, "id": {"type": "string"}}}, "then": {"properties": {"message": {"enum": ["m", null]}}}, "else": {"required": ["id"]}})
        ),
        Just(
            json!({"allOf": [{"properties": {"createdAt": {"type": "string", "format": "date-time"}}}, {"not": {"required": ["archivedAt"]}}]})
        ),
        Just(
            json!({"allOf": [{"properties": {"createdAt": {"type": "string", "format": "date-time"}}}, {"type": "object"}]})
        ),
        Just(
            json!({"anyOf": [{"required": ["archivedAt"]}, {"properties": {"archived": {"const": false}, "properties": {"type": "object"}}}]})
        ),
        Just(
            json!({"oneOf": [{"required": ["message"]}, {"properties": {"id": {"type": ["string", "integer"]}}, "required": ["id"]}]})
        ),
        Just(json!({"not": {"properties": {"archived": {"const": true}}, "required": ["archived"]}})),
        Just(json!({"additionalProperties": false})),
        Just(json!({"unevaluatedProperties": false})),
        Just(json!({"minProperties": 5})),
        Just(json!({"$comment": "nothing", "default": 1})),
    ];
    let array = prop_oneof![
        4 => Just(json!({})),
        1 => Just(json!({"uniqueItems": true})),
        1 => Just(json!({"maxItems": 3})),
        1 => Just(json!({"contains": {"required": ["id"]}})),
        1 => Just(json!({"contains": {"type": "object", "properties": {"id": {"const": "7"}}, "required": ["id"]}})),
        1 => Just(json!({"contains": {"properties": {"archived": {"const": true}}}, "minContains": 2})),
    ];
    let root = prop_oneof![
        4 => Just(json!({})),
        1 => Just(json!({"anyOf": [{"required": ["results"]}, {"required": ["errors"]}]})),
        1 => Just(json!({"additionalProperties": false})),
        1 => Just(json!({"propertyNames": {"maxLength": 9}})),
        1 => Just(json!({"dependentRequired": {"errors": ["numErrors"]}})),
    ];
    (inside, element, array, root, any::<bool>(), any::<bool>()).prop_map(
        |(inside, element, array, root, is_referred, is_both)| {
            let mut schema: Serde = serde_json::from_str(callcheck::internals::schema::EMBEDDED).expect("JSON");
            schema["$defs"] = json!({"text": {"type": "string"}});
            let add = |to: &mut Serde, keywords: Serde| {
                to.as_object_mut().expect("a schema").extend(keywords.as_object().expect("keywords").clone());
            };
            for list_name in ["results", "errors"] {
                let list = &mut schema["properties"][list_name];
                for (name, part) in &inside {
                    list["items"]["properties"][*name] = part.clone();
                }
                add(&mut list["items"], element.clone());
                if list_name == "results" || is_both {
                    add(list, array.clone());
                }
            }
            if is_referred {
                schema["$defs"]["call"] = schema["properties"]["results"]["items"].take();
                schema["properties"]["results"]["items"] = json!({"$ref": "#/$defs/call"});
            }
            add(&mut schema, root);
            schema
        },
    )
}
