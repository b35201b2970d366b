//! Generated pages of the book (docs/reference/rules.md, docs/reference/rules/, docs/reference/cli.md) and links.
//! `BLESS=1 cargo test --test docs` writes them.
#![allow(clippy::disallowed_methods, reason = "tests stand outside")]

#[path = "../common/mod.rs"]
mod common;

mod cli;
mod pictures;
mod rules;

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn pages_about_rules_are_generated() {
    let pages = rules::markdown();
    let wrong: Vec<String> = pages
        .iter()
        .filter_map(|(path, text)| common::blessed(&Path::new("docs/reference").join(path), text).err())
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_page_about_the_command_line_is_generated() {
    if let Err(difference) = common::blessed(Path::new("docs/reference/cli.md"), &cli::markdown()) {
        panic!("{difference}");
    }
}

#[test]
fn images_show_the_output_of_the_binary() {
    let wrong: Vec<String> =
        pictures::all().iter().filter_map(|(path, text)| common::blessed(Path::new(path), text).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// CONTRIBUTING.md shows the file of a rule as it is.
#[test]
fn the_rule_in_contributing_is_a_file() {
    let path = Path::new("CONTRIBUTING.md");
    let page = fs::read_to_string(path).expect("a page");
    let (before, rest) = page.split_once("<!-- file: ").expect("the beginning of the file");
    let (name, rest) = rest.split_once(" -->\n").expect("the name of the file");
    let (_, after) = rest.split_once("<!-- end of file -->").expect("the end of the file");
    let file = fs::read_to_string(name).expect("the rule");
    let expected = format!("{before}<!-- file: {name} -->\n```rust\n{file}```\n<!-- end of file -->{after}");
    if let Err(difference) = common::blessed(path, &expected) {
        panic!("{difference}");
    }
}

/// The table of keys in docs/reference/configuration.md is that of the schema, and each key is explained below it.
#[test]
fn the_keys_of_a_configuration_are_generated() {
    let path = Path::new("docs/reference/configuration.md");
    let page = fs::read_to_string(path).expect("a page");
    let (before, rest) = page.split_once("<!-- keys: ").expect("the beginning of the table");
    let (comment, rest) = rest.split_once("-->\n").expect("the comment");
    let (_, after) = rest.split_once("<!-- end of keys -->").expect("the end of the table");
    let expected = format!("{before}<!-- keys: {comment}-->\n{}<!-- end of keys -->{after}", keys());
    if let Err(difference) = common::blessed(path, &expected) {
        panic!("{difference}");
    }
    let schema: serde_json::Value = serde_json::from_str(callcheck::internals::config::SCHEMA).expect("JSON");
    for key in schema["properties"].as_object().into_iter().flatten().map(|(key, _)| key) {
        assert!(after.contains(&format!("### `{key}`")), "{key} is explained");
    }
}

/// A table of the keys in schema/config.schema.json, with their types.
fn keys() -> String {
    let schema: serde_json::Value = serde_json::from_str(callcheck::internals::config::SCHEMA).expect("JSON");
    let row = |key: &str, value: &serde_json::Value| {
        let name = value["$ref"].as_str().and_then(|path| path.rsplit('/').next());
        let value = name.map_or(value, |name| &schema["$defs"][name]);
        let kind = match (value["type"].as_str(), value["items"]["type"].as_str()) {
            (Some("array"), Some("object")) => "array of tables".to_owned(),
            (Some("array"), _) => "array of strings".to_owned(),
            (Some("object"), _) => "table".to_owned(),
            (Some("integer"), _) => "integer".to_owned(),
            _ if value["type"].is_array() => {
                let types = value["type"].as_array().into_iter().flatten();
                types.filter_map(serde_json::Value::as_str).collect::<Vec<_>>().join(" or ")
            }
            _ => {
                let values = value["enum"].as_array().into_iter().flatten();
                values.map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ")
            }
        };
        format!("| `{key}` | {kind} | {} |\n", value["description"].as_str().unwrap_or_default())
    };
    let mut out = "\n| Key | Type | Meaning |\n|---|---|---|\n".to_owned();
    for (key, value) in schema["properties"].as_object().into_iter().flatten() {
        out.push_str(&row(key, value));
    }
    let properties = &schema["properties"];
    for (table, keys) in [("format", &properties["format"]), ("overrides", &properties["overrides"]["items"])] {
        for (key, value) in keys["properties"].as_object().into_iter().flatten() {
            out.push_str(&row(&format!("{table}.{key}"), value));
        }
    }
    out + "\n"
}

/// Links in README.md, CONTRIBUTING.md, ARCHITECTURE.md, docs/ and dev/ refer to files and headings that exist, and
/// SUMMARY.md lists every page.
#[test]
fn links_between_pages_are_valid() {
    // The other tests write pages at the same time.
    if std::env::var_os("BLESS").is_some() {
        return;
    }
    let mut pages: Vec<PathBuf> =
        ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "CHANGELOG.md", "RELEASE.md", "SECURITY.md"]
            .map(PathBuf::from)
            .into();
    let mut directories = vec![PathBuf::from("docs"), PathBuf::from("dev")];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => directories.push(path),
                false if path.extension().is_some_and(|extension| extension == "md") => pages.push(path),
                false => {}
            }
        }
    }
    let link = fancy_regex::Regex::new(r"\]\(([^)\s]+)\)").expect("a pattern");
    let summary = fs::read_to_string("docs/SUMMARY.md").expect("a page");
    let mut wrong = Vec::new();
    for page in &pages {
        let text = fs::read_to_string(page).expect("UTF-8");
        // A link in code is text.
        let prose: String = text.split("```").step_by(2).collect();
        for found in link.captures_iter(&prose) {
            let target = found.expect("the pattern can be searched").get(1).expect("a group").as_str().to_owned();
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (path, heading) = target.split_once('#').unwrap_or((&target, ""));
            let file = if path.is_empty() { page.clone() } else { page.parent().expect("a directory").join(path) };
            let headings = fs::read_to_string(&file).map(|text| anchors(&text)).unwrap_or_default();
            if !file.exists() || !(heading.is_empty() || headings.iter().any(|anchor| anchor == heading)) {
                wrong.push(format!("{}: {target}", page.display()));
            }
        }
        let inside = page.strip_prefix("docs").ok().filter(|inside| *inside != Path::new("SUMMARY.md"));
        if let Some(inside) = inside
            && !summary.contains(&format!("({})", inside.display()))
        {
            wrong.push(format!("{} is not in SUMMARY.md", page.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Anchors of the headings of a page, as GitHub and mdBook generate them.
fn anchors(text: &str) -> Vec<String> {
    let headings = text.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    let letters = |heading: &str| -> String {
        let kept = heading.chars().filter(|sign| sign.is_alphanumeric() || matches!(sign, ' ' | '-' | '_'));
        kept.collect::<String>().to_lowercase().replace(' ', "-")
    };
    headings.map(letters).collect()
}

/// The schema for editors and the parser accept the same keys.
#[test]
fn the_configuration_schema_agrees_with_the_parser() {
    let schema: serde_json::Value = serde_json::from_str(callcheck::internals::config::SCHEMA).expect("JSON");
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
        ("[format]\nstyle = 'expanded'\nwidth = 100\nindent = 4\nline-ending = 'crlf'\n", true),
        ("[format]\nindent = 'tab'\nwidth = 0\n", true),
        ("[format]\nstyle = 'compact'\n", false),
        ("[format]\nwidth = 321\n", false),
        ("[format]\nwidth = '80'\n", false),
        ("[format]\nindent = 17\n", false),
        ("[format]\nline-ending = 'cr'\n", false),
        ("[format]\nline_ending = 'lf'\n", false),
        ("[[overrides]]\npaths = ['errors/']\nexpect = ['error-response', 'html']", true),
        ("[[overrides]]\npaths = ['errors/']\nexpect = []", false),
        ("[[overrides]]\npaths = ['errors/']\nexpect = ['json']", false),
        ("[[overrides]]\npaths = ['errors/']\nexpect = 'html'", false),
        ("expect = ['html']", false),
        ("profile = 'loose'", false),
        ("[rules]\n'batch/size' = 'fatal'", false),
        ("[dispositions]\nConnected = 'x'", false),
        ("[owners]\nann = 'x'", false),
        ("[[overrides]]\nrules = {}", false),
        ("nothing = 1", false),
        ("exclude = 'old/'", false),
    ] {
        let value: serde_json::Value = toml::from_str(text).expect("TOML");
        let is_read = callcheck::internals::config::read(Path::new("/callcheck.toml"), text).is_ok();
        assert_eq!((validator.is_valid(&value), is_read), (is_right, is_right), "{text}");
    }
    let kinds: Vec<&str> = callcheck::internals::rules::expectable_kinds().collect();
    let listed = &schema["properties"]["overrides"]["items"]["properties"]["expect"]["items"]["enum"];
    assert_eq!(*listed, serde_json::json!(kinds), "update schema/config.schema.json");
}
