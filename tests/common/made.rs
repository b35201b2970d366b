//! Made input: any JSON, answers with something wrong in them, and how it is written.

use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::Value as Serde;

/// Any JSON value, with numbers that every reader holds alike.
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

/// Writes a value with blanks and escapes chosen by `noise`, so that text and value differ as they may in the wild.
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
            for (place, element) in elements.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write(element, noise, out);
            }
            out.push(']');
        }
        Serde::Object(members) => {
            out.push('{');
            for (place, (name, member)) in members.iter().enumerate() {
                if place > 0 {
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

/// An answer with some of its values replaced, members renamed or removed: mostly wrong, still an answer.
pub fn mutated_answer() -> impl Strategy<Value = Serde> {
    mutated_answer_of(3..4)
}

/// The same with so many results.
pub fn mutated_answer_of(results: std::ops::Range<u32>) -> impl Strategy<Value = Serde> {
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
        let mut answer = serde_json::json!({"status": "COMPLETE", "startedAt": "2026-01-05T09:30:00Z", "completedAt": "2026-01-05T09:30:00Z", "results": (1..=results).map(call).collect::<Vec<_>>(),
            "errors": [{"status": "error", "category": "CONFLICT", "message": "m", "context": {}, "errors": [{"message": "m"}]}]});
        for (name, odd, what, index) in changes {
            let mut objects = Vec::new();
            collect(&answer, String::new(), &mut objects);
            if objects.is_empty() {
                break;
            }
            let object = answer.pointer_mut(&objects[index.index(objects.len())]).and_then(Serde::as_object_mut).expect("an object");
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
        answer
    })
}

/// JSON Pointers of all objects in a value; names that would need escapes are left out.
pub fn collect(value: &Serde, pointer: String, out: &mut Vec<String>) {
    match value {
        Serde::Array(elements) => {
            elements
                .iter()
                .enumerate()
                .for_each(|(place, element)| collect(element, format!("{pointer}/{place}"), out));
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

/// Choices of blanks and escapes for [`text`].
pub fn noise() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 1..40)
}
