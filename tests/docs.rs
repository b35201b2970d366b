//! What is written of rules is what the table says.
#![allow(clippy::disallowed_methods, reason = "tests stand outside")]

mod common;

use std::path::Path;

#[test]
fn the_list_of_rules_is_that_of_the_table() {
    if let Err(difference) = common::blessed(Path::new("docs/rules.md"), &callcheck::rules::markdown()) {
        panic!("{difference}");
    }
}

/// The schema for editors knows what the reader knows, and the other way round.
#[test]
fn the_schema_of_configurations_fits_the_reader() {
    let schema: serde_json::Value = serde_json::from_str(callcheck::config::SCHEMA).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for (text, is_right) in [
        ("", true),
        (
            "profile = 'strict'\nexclude = ['old/']\nproperties = ['hs_call_x']\n[rules]\nall = 'warn'\n'batch/size' = 'off'\n",
            true,
        ),
        (
            "[dispositions]\n'1F0B3C1E-7a52-4a67-9d2e-2f6c0a1b9d10' = 'Demo'\n[owners]\n7 = 'A'\n[[overrides]]\npaths = ['a/*']\nprofile = 'lenient'\n",
            true,
        ),
        ("profile = 'loose'", false),
        ("[rules]\n'batch/size' = 'fatal'", false),
        ("[dispositions]\nConnected = 'x'", false),
        ("[owners]\nann = 'x'", false),
        ("[[overrides]]\nrules = {}", false),
        ("nothing = 1", false),
        ("exclude = 'old/'", false),
    ] {
        let value: serde_json::Value = toml::from_str(text).expect("TOML");
        let is_read = callcheck::config::read(Path::new("/callcheck.toml"), text).is_ok();
        assert_eq!((validator.is_valid(&value), is_read), (is_right, is_right), "{text}");
    }
}
