//! Formats and content keywords, each with the section of the specification in `tests/formats/*.tsv`.
#![allow(clippy::disallowed_methods, reason = "tests read files")]

#[path = "common/drafts.rs"]
mod drafts;

use std::fs;

use callcheck::internals::json::{Document, Tape};
use callcheck::internals::schema::Schema;
use drafts::{ALL, DRAFT7, DRAFT2019, DRAFT2020};
use serde_json::{Value as Serde, json};

fn messages(draft: &str, schema: &Serde, instance: &Serde) -> Vec<String> {
    let mut schema = schema.clone();
    schema["$schema"] = json!(draft);
    let compiled = Schema::compile(schema.clone()).unwrap_or_else(|error| panic!("{schema}: {error}"));
    let text = instance.to_string();
    let mut tape = Tape::default();
    let document = Document::parse(text.as_bytes(), 0, &mut tape).expect("an instance is JSON");
    let findings = compiled.check(document);
    assert_eq!(compiled.is_valid(document), findings.is_empty(), "{schema} and {instance}");
    findings.into_iter().map(|finding| finding.message).collect()
}

fn is_valid(draft: &str, schema: &Serde, instance: &Serde) -> bool {
    messages(draft, schema, instance).is_empty()
}

/// The lines of a table: `valid` or `invalid`, a string as JSON, and the section of the specification.
fn table(name: &str) -> Vec<(bool, Serde, String)> {
    let text = fs::read_to_string(format!("tests/formats/{name}.tsv")).expect("a table can be read");
    let rows = text.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let columns: Vec<&str> = line.split('\t').collect();
        assert!(columns.len() == 3 && ["valid", "invalid"].contains(&columns[0]), "{line}");
        (columns[0] == "valid", serde_json::from_str(columns[1]).expect("a string as JSON"), line.to_owned())
    });
    rows.collect()
}

fn assert_table(name: &str, drafts: &[&str], schema: &Serde) {
    let rows = table(name);
    assert!(rows.len() > 10, "{name}");
    for draft in drafts {
        let wrong: Vec<&String> =
            rows.iter().filter(|row| is_valid(draft, schema, &row.1) != row.0).map(|row| &row.2).collect();
        assert!(wrong.is_empty(), "{name}.tsv, {draft}: {wrong:#?}");
    }
}

#[test]
fn email_is_a_mailbox_of_rfc_5321() {
    assert_table("email", &ALL, &json!({"format": "email"}));
}

#[test]
fn idn_email_is_a_mailbox_of_rfc_6531() {
    assert_table("idn-email", &ALL[2..], &json!({"format": "idn-email"}));
}

#[test]
fn hostnames_of_old_drafts_have_no_a_labels() {
    assert_table("hostname-draft4", &ALL[..2], &json!({"format": "hostname"}));
}

/// Both formats validate A-labels in the same way.
#[test]
fn hostnames_have_valid_a_labels() {
    assert_table("hostname", &ALL[2..], &json!({"format": "hostname"}));
    assert_table("hostname", &ALL[2..], &json!({"format": "idn-hostname"}));
}

#[test]
fn idn_hostnames_are_idna2008() {
    assert_table("idn-hostname", &ALL[2..], &json!({"format": "idn-hostname"}));
}

/// The labels are generated, and the package `idna` of Python gives the same verdicts (`tests/differential/idna.py`).
#[test]
fn generated_labels_are_idna2008() {
    assert_table("idna-labels", &ALL[4..], &json!({"format": "idn-hostname"}));
}

#[test]
fn base64_can_have_line_breaks() {
    assert_table("base64", &ALL[2..3], &json!({"contentEncoding": "base64"}));
    let json = json!({"contentEncoding": "base64", "contentMediaType": "application/json"});
    for (instance, message) in [
        ("e30=", None),
        ("ey\r\nJh\r\nIjoxfQ==", None),
        ("e30", Some("must be encoded as base64")),
        ("e3t7", Some("must contain valid application/json")),
        ("/w==", Some("is not valid UTF-8")),
    ] {
        let found = messages(DRAFT7, &json, &json!(instance));
        assert_eq!(!found.is_empty(), message.is_some(), "{instance}: {found:?}");
        assert!(found.iter().all(|found| found.contains(message.unwrap_or_default())), "{instance}: {found:?}");
    }
}

/// Drafts 4 and 6 do not have these keywords, and from 2019-09 they are annotations (JSON Schema Validation draft 7,
/// section 8; 2019-09, section 8).
#[test]
fn content_is_asserted_in_draft_7_only() {
    let encoding = json!({"contentEncoding": "base64"});
    let media_type = json!({"contentMediaType": "application/json"});
    let both = json!({"contentEncoding": "base64", "contentMediaType": "application/json"});
    for draft in ALL {
        for schema in [&encoding, &media_type, &both] {
            assert_eq!(is_valid(draft, schema, &json!("{%")), draft != DRAFT7, "{draft} {schema}");
            let nested = json!({"properties": {"contentEncoding": schema}, "definitions": {"format": schema}});
            assert_eq!(
                is_valid(draft, &nested, &json!({"contentEncoding": "{%"})),
                draft != DRAFT7,
                "{draft} {schema}"
            );
        }
    }
    // The encoding is asserted next to a media type that is not validated (draft 7, section 8.3).
    let image = json!({"contentEncoding": "base64", "contentMediaType": "image/png"});
    assert!(is_valid(DRAFT7, &image, &json!("/w==")));
    assert!(!is_valid(DRAFT7, &image, &json!("{%")));
    assert!(is_valid(DRAFT7, &json!({"contentMediaType": "image/png"}), &json!("{%")));
    // An encoding that is not known cannot be decoded.
    let unknown = json!({"contentEncoding": "quoted-printable", "contentMediaType": "application/json"});
    assert!(is_valid(DRAFT7, &unknown, &json!("{%")));
}

/// Values that are wrong in each format, and the index in `ALL` of the first draft that defines it (JSON Schema
/// Validation: draft 4, section 7.3; draft 6, section 8.3; draft 7, 2019-09 and 2020-12, section 7.3).
const WRONG: [(&str, &str, usize); 19] = [
    ("date-time", "2026-02-30T00:00:00Z", 0),
    ("email", "joe", 0),
    ("hostname", "-a", 0),
    ("ipv4", "127.0.0.256", 0),
    ("ipv6", "::g", 0),
    ("uri", "a b", 0),
    ("uri-reference", "a b", 1),
    ("uri-template", "{", 1),
    ("json-pointer", "a", 1),
    ("date", "2026-02-30", 2),
    ("time", "24:00:00Z", 2),
    ("idn-email", "joe", 2),
    ("idn-hostname", "-a", 2),
    ("iri", "a b", 2),
    ("iri-reference", "a b", 2),
    ("relative-json-pointer", "/", 2),
    ("regex", "(", 2),
    ("duration", "P", 3),
    ("uuid", "x", 3),
];

#[test]
fn formats_are_asserted_from_the_draft_that_defines_them() {
    for (format, wrong, first) in WRONG {
        for (index, draft) in ALL.into_iter().enumerate() {
            let found = messages(draft, &json!({"items": {"format": format}}), &json!([wrong]));
            assert_eq!(found.is_empty(), index < first, "{draft}, {format}: {found:?}");
        }
    }
}

/// The message has the name of the format in every draft.
#[test]
fn messages_name_the_format() {
    for draft in ALL {
        let found = messages(draft, &json!({"format": "hostname"}), &json!("-a"));
        assert_eq!(found, [r#"the document is not a valid hostname: found "-a""#], "{draft}");
    }
}

/// Patterns in a schema are validated by its meta-schema, although drafts 4 and 6 do not define the format `regex`.
#[test]
fn patterns_in_schemas_are_validated_in_every_draft() {
    for draft in ALL {
        assert!(Schema::compile(json!({"$schema": draft, "pattern": "("})).is_err(), "{draft}");
    }
}

#[test]
fn the_guide_lists_the_drafts_of_each_format() {
    let guide = fs::read_to_string("docs/guides/json-schema.md").expect("the guide can be read");
    let row_of = |format: &str| {
        let mut rows = guide.lines().filter(|line| line.starts_with('|') && line.contains(&format!("`{format}`")));
        rows.next().unwrap_or_else(|| panic!("no row for {format}")).to_owned()
    };
    let names = ["draft 4", "draft 6", "draft 7", "2019-09"];
    for (format, _, first) in WRONG {
        assert!(row_of(format).contains(&format!("| {} |", names[first])), "{}", row_of(format));
    }
}

/// In 2019-09, `unevaluatedItems` depends on `items`, `additionalItems` and `unevaluatedItems` (Core 2019-09, section
/// 9.3.1.3), and `contains` produces no annotation (section 9.3.1.4). In 2020-12, `contains` produces one that
/// `unevaluatedItems` uses (Core 2020-12, sections 10.3.1.3 and 11.2).
#[test]
fn contains_evaluates_items_in_2020_only() {
    let cases = [
        // The schema, an array that is valid in 2020-12 only, an array that is valid in both.
        (json!({"contains": {"type": "integer"}, "unevaluatedItems": false}), json!([1]), None),
        (json!({"contains": {"type": "integer"}, "unevaluatedItems": {"type": "string"}}), json!([1, "a"]), None),
        (json!({"contains": {"const": "a"}, "unevaluatedItems": {"type": "string"}}), json!(null), Some(json!(["a"]))),
        (json!({"allOf": [{"contains": {"const": 1}}], "unevaluatedItems": false}), json!([1]), None),
        (json!({"anyOf": [{"contains": {"const": 1}}, true], "unevaluatedItems": false}), json!([1]), Some(json!([]))),
        (json!({"if": {"contains": {"const": 1}}, "unevaluatedItems": false}), json!([1]), Some(json!([]))),
        (
            json!({"$ref": "#/$defs/a", "unevaluatedItems": false, "$defs": {"a": {"contains": {"const": 1}}}}),
            json!([1]),
            None,
        ),
        (json!({"contains": {"const": 1}, "minContains": 0, "unevaluatedItems": false}), json!([1]), Some(json!([]))),
        (
            json!({"contains": {"$ref": "#/$defs/a"}, "unevaluatedItems": false, "$defs": {"a": {"const": 1}}}),
            json!([1]),
            None,
        ),
    ];
    for (schema, new, both) in cases {
        if new.is_array() {
            assert!(is_valid(DRAFT2020, &schema, &new), "{schema}");
            assert!(!is_valid(DRAFT2019, &schema, &new), "{schema}");
        }
        for draft in &ALL[3..] {
            assert!(both.as_ref().is_none_or(|both| is_valid(draft, &schema, both)), "{draft} {schema}");
            assert!(
                schema.get("contains").is_none()
                    || schema.get("minContains").is_some()
                    || !is_valid(draft, &schema, &json!([])),
                "{draft} {schema}"
            );
        }
    }
}

/// The location and the message of `contains` are the same in both drafts, also with limits.
#[test]
fn violations_of_contains_do_not_depend_on_the_draft() {
    for (keywords, instance) in [
        (json!({"contains": {"const": 1}}), json!([2])),
        (json!({"contains": {"const": 1}, "minContains": 2}), json!([1])),
        (json!({"contains": {"const": 1}, "maxContains": 1}), json!([1, 1])),
        (json!({"contains": {"const": 1}, "minContains": 2, "maxContains": 3}), json!([1])),
        (json!({"contains": {"const": 1}, "minContains": 2, "maxContains": 3}), json!([1, 1, 1, 1])),
        (json!({"contains": {"contains": {"const": 1}, "minContains": 2}}), json!([[1], [2]])),
        (json!({"contains": {"const": 1}, "allOf": [true], "not": {"minItems": 2}}), json!([2, 2])),
    ] {
        let mut hidden = json!({"properties": {"a": keywords}});
        let found: Vec<Vec<(String, String, Option<String>)>> = [DRAFT2020, DRAFT2019, DRAFT2019]
            .into_iter()
            .enumerate()
            .map(|(index, draft)| {
                hidden["$schema"] = json!(draft);
                // Without `unevaluatedItems`, nothing is translated.
                hidden["properties"]["b"] = if index == 2 { json!(true) } else { json!({"unevaluatedItems": false}) };
                let compiled = Schema::compile(hidden.clone()).expect("a schema");
                let text = json!({"a": instance}).to_string();
                let mut tape = Tape::default();
                let document = Document::parse(text.as_bytes(), 0, &mut tape).expect("an instance is JSON");
                let findings = compiled.check(document).into_iter();
                findings.map(|one| (one.rule.id.to_owned(), one.message, one.keyword_location)).collect()
            })
            .collect();
        assert!(!found[0].is_empty(), "{keywords}");
        assert_eq!(found[0], found[1], "{keywords}");
        assert_eq!(found[0], found[2], "{keywords}");
    }
}
