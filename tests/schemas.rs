//! Custom schemas: every draft, references, errors in schemas, and limits of evaluation.
#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

#[path = "common/drafts.rs"]
mod drafts;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use callcheck::internals::json::{Document, Tape};
use callcheck::internals::schema::Schema;
use drafts::{ALL, DRAFT4, DRAFT6, DRAFT7, DRAFT2019, DRAFT2020};
use serde_json::{Value as Serde, json};

/// Asserts that instances are valid and invalid in these drafts.
fn assert_fits(drafts: &[&str], schema: &Serde, right: &[Serde], wrong: &[Serde]) {
    let right: Vec<String> = right.iter().map(Serde::to_string).collect();
    let wrong: Vec<String> = wrong.iter().map(Serde::to_string).collect();
    assert_texts(drafts, &schema.to_string(), &right, &wrong);
}

/// The same for JSON text, in which numbers keep their spelling.
fn assert_texts(drafts: &[&str], schema: &str, right: &[String], wrong: &[String]) {
    for draft in drafts {
        let mut schema: Serde = serde_json::from_str(schema).expect("a schema is JSON");
        schema["$schema"] = json!(draft);
        let compiled = Schema::compile(schema.clone()).unwrap_or_else(|error| panic!("{schema}: {error}"));
        for (texts, is_right) in [(right, true), (wrong, false)] {
            for text in texts {
                let mut tape = Tape::default();
                let document = Document::parse(text.as_bytes(), 0, &mut tape).expect("an instance is JSON");
                let findings = compiled.check(document);
                assert_eq!(findings.is_empty(), is_right, "{schema} and {text}: {findings:?}");
                assert_eq!(compiled.is_valid(document), is_right, "{schema} and {text}");
            }
        }
    }
}

#[test]
fn keywords_of_all_drafts() {
    let new = &ALL[1..];
    let fits = assert_fits;
    fits(&ALL, &json!({"type": "integer"}), &[json!(1), json!(-3)], &[json!(1.5), json!("1"), json!(null)]);
    fits(&ALL, &json!({"type": ["string", "null"]}), &[json!("a"), json!(null)], &[json!(1), json!([]), json!(false)]);
    fits(
        &ALL,
        &json!({"enum": [1, "a", [1], {"a": 1}, null]}),
        &[json!(1.0), json!([1.0]), json!({"a": 1e0}), json!(null)],
        &[json!(true), json!("1"), json!({"a": 2}), json!([1, 1])],
    );
    fits(
        new,
        &json!({"const": {"a": [false]}}),
        &[json!({"a": [false]})],
        &[json!({"a": [0]}), json!({"a": [false], "b": 1})],
    );
    fits(&ALL[..1], &json!({"const": 1}), &[json!(2)], &[]);
    fits(&ALL, &json!({"minimum": 1, "maximum": 3}), &[json!(1), json!(3.0), json!("0")], &[json!(0.99), json!(3.01)]);
    fits(&ALL[..1], &json!({"minimum": 1, "exclusiveMinimum": true}), &[json!(1.1)], &[json!(1)]);
    fits(new, &json!({"exclusiveMinimum": 1, "exclusiveMaximum": 3}), &[json!(2)], &[json!(1), json!(3)]);
    fits(&ALL, &json!({"multipleOf": 0.1}), &[json!(0.3), json!(4.35e1)], &[json!(0.35)]);
    fits(&ALL, &json!({"minLength": 2, "maxLength": 3}), &[json!("😀😀"), json!(1)], &[json!("😀"), json!("abcd")]);
    fits(&ALL, &json!({"pattern": "^\\d+$"}), &[json!("12"), json!(1)], &[json!("1a"), json!("٣")]);
    fits(&ALL, &json!({"pattern": "^(?!call)"}), &[json!("note")], &[json!("call")]);
    fits(
        &ALL,
        &json!({"required": ["a"], "properties": {"a": {"type": "string"}}, "additionalProperties": false}),
        &[json!({"a": ""})],
        &[json!({}), json!({"a": 1}), json!({"a": "", "b": 1})],
    );
    fits(
        &ALL,
        &json!({"patternProperties": {"^x": {"type": "null"}}}),
        &[json!({"x1": null, "y": 1})],
        &[json!({"x1": 1})],
    );
    fits(
        &ALL,
        &json!({"minProperties": 1, "maxProperties": 1}),
        &[json!({"a": 1})],
        &[json!({}), json!({"a": 1, "b": 1})],
    );
    fits(new, &json!({"propertyNames": {"maxLength": 1}}), &[json!({"a": 1})], &[json!({"ab": 1})]);
    fits(
        &ALL,
        &json!({"items": {"type": "integer"}, "minItems": 1, "maxItems": 2}),
        &[json!([1]), json!({})],
        &[json!([]), json!(["a"]), json!([1, 2, 3])],
    );
    fits(
        &ALL[..4],
        &json!({"items": [{"type": "null"}], "additionalItems": false}),
        &[json!([null]), json!([])],
        &[json!([1]), json!([null, 1])],
    );
    fits(
        &ALL[4..],
        &json!({"prefixItems": [{"type": "null"}], "items": false}),
        &[json!([null])],
        &[json!([1]), json!([null, 1])],
    );
    fits(
        &ALL,
        &json!({"uniqueItems": true}),
        &[json!([1, "1", [1], true])],
        &[json!([1, 1.0]), json!([{"a": 1, "b": 2}, {"b": 2, "a": 1}])],
    );
    fits(new, &json!({"contains": {"const": 1}}), &[json!([2, 1])], &[json!([2]), json!([])]);
    fits(
        &ALL[3..],
        &json!({"contains": {"const": 1}, "minContains": 2, "maxContains": 3}),
        &[json!([1, 1])],
        &[json!([1]), json!([1, 1, 1, 1])],
    );
    fits(
        &ALL,
        &json!({"allOf": [{"minimum": 1}, {"maximum": 2}], "anyOf": [{"enum": [1]}, {"enum": [2]}], "oneOf": [{"enum": [1, 2]}, {"enum": [2, 3]}], "not": {"enum": [5]}}),
        &[json!(1)],
        &[json!(0), json!(2), json!(3)],
    );
    fits(
        &ALL[2..],
        &json!({"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["c"]}}),
        &[json!({"a": 1, "b": 1}), json!({"c": 1})],
        &[json!({"a": 1}), json!({})],
    );
    fits(
        &ALL[..3],
        &json!({"dependencies": {"a": ["b"], "c": {"required": ["d"]}}}),
        &[json!({"a": 1, "b": 1}), json!({})],
        &[json!({"a": 1}), json!({"c": 1})],
    );
    fits(
        &ALL[3..],
        &json!({"dependentRequired": {"a": ["b"]}, "dependentSchemas": {"c": {"required": ["d"]}}}),
        &[json!({"a": 1, "b": 1})],
        &[json!({"a": 1}), json!({"c": 1})],
    );
    fits(
        &ALL[3..],
        &json!({"allOf": [{"properties": {"a": true}}], "unevaluatedProperties": false}),
        &[json!({"a": 1})],
        &[json!({"b": 1})],
    );
    fits(
        &ALL[4..],
        &json!({"allOf": [{"prefixItems": [true]}], "unevaluatedItems": false}),
        &[json!([1])],
        &[json!([1, 2])],
    );
    // Up to draft 7, keywords next to `$ref` are ignored.
    let siblings = json!({"properties": {"a": {"$ref": "#/definitions/x", "maxLength": 1}}, "definitions": {"x": {"type": "string"}}});
    fits(&ALL[..3], &siblings, &[json!({"a": "long"})], &[json!({"a": 1})]);
    fits(&ALL[3..], &siblings, &[json!({"a": "l"})], &[json!({"a": 1}), json!({"a": "long"})]);
    fits(
        &ALL,
        &json!({"properties": {"a": {"$ref": "#"}}, "maxProperties": 1}),
        &[json!({"a": {"a": {}}})],
        &[json!({"a": {"a": {"b": 1, "c": 2}}})],
    );
    fits(
        &ALL[3..],
        &json!({"$ref": "#here", "$defs": {"x": {"$anchor": "here", "type": "null"}}}),
        &[json!(null)],
        &[json!(1)],
    );
    fits(
        &ALL[4..],
        &json!({"$dynamicAnchor": "node", "type": "object", "properties": {"next": {"$dynamicRef": "#node"}}}),
        &[json!({"next": {}})],
        &[json!({"next": 1})],
    );
    fits(
        &ALL,
        &json!({"format": "date-time"}),
        &[json!("2026-01-05T09:30:00Z"), json!(1)],
        &[json!("2026-02-29T09:30:00Z")],
    );
    fits(&ALL, &json!({"format": "ipv4"}), &[json!("127.0.0.1")], &[json!("127.0.0.01"), json!("256.0.0.1")]);
    fits(&ALL, &json!({"format": "nobody-knows"}), &[json!("x")], &[]);
}

/// Numbers are compared by their decimal value, regardless of their size.
#[test]
fn numbers_are_exact() {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<String>>();
    let fits =
        |schema: &str, right: &[&str], wrong: &[&str]| assert_texts(&ALL[1..], schema, &texts(right), &texts(wrong));
    fits(
        r#"{"const":9007199254740993}"#,
        &["9007199254740993", "9007199254740993.0", "9007199254740993e0"],
        &["9007199254740992", "9007199254740994"],
    );
    fits(r#"{"const":1e400}"#, &["1e400", "10e399"], &["1e401", "1.7976931348623157e308"]);
    fits(
        r#"{"enum":[0.1,123456789012345678901234567890]}"#,
        &["1e-1", "123456789012345678901234567890"],
        &["0.1000000000000000000001", "123456789012345678901234567891"],
    );
    fits(
        r#"{"minimum":0.1}"#,
        &["0.1", "0.10000000000000000000000001", "1e999999999999"],
        &["0.0999999999999999999999999", "-1e999999999999"],
    );
    fits(
        r#"{"exclusiveMaximum":18446744073709551616}"#,
        &["18446744073709551615", "-1e400"],
        &["18446744073709551616", "1e400"],
    );
    fits(
        r#"{"multipleOf":0.01}"#,
        &["4.35", "1e400", "99999999999999999999999999999999.99"],
        &["4.355", "99999999999999999999999999999999.999"],
    );
    fits(r#"{"type":"integer"}"#, &["1e400", "1.0", "100e-2"], &["1e-400", "1.5"]);
    fits(
        r#"{"uniqueItems":true}"#,
        &["[9007199254740993,9007199254740992]", "[0.1,0.10000000000000000000001]"],
        &["[1e400,10e399]", "[1,1.0]"],
    );
    // A million digits: quadratic work would not end.
    let long = "7".repeat(1_000_000);
    fits(&format!("{{\"maximum\":{long}}}"), &[&long, &long[1..]], &[&format!("{long}.1"), &format!("{long}1")]);
    fits(r#"{"multipleOf":7}"#, &[&long], &[&format!("{long}1")]);
}

/// A number that is the whole document is read to its end, also beyond the window, and so is the text after it.
#[test]
fn long_numbers_are_exact_wherever_they_are() {
    let root = directory("long-numbers");
    let five = format!("5{}e-140000", "0".repeat(140_000));
    // Six divides the number of ones, so seven divides the number.
    let ones = "1".repeat(131_076);
    let (one_more, blanks) = (format!("{ones}1"), " \n".repeat(150_000));
    for (schema, number, is_valid) in [
        (r#"{"const":5}"#, &five, true),
        (r#"{"enum":[4,5]}"#, &five, true),
        (r#"{"maximum":5}"#, &five, true),
        (r#"{"exclusiveMaximum":5}"#, &five, false),
        (r#"{"minimum":5}"#, &five, true),
        (r#"{"exclusiveMinimum":5}"#, &five, false),
        (r#"{"type":"integer"}"#, &five, true),
        (r#"{"multipleOf":7}"#, &ones, true),
        (r#"{"multipleOf":7}"#, &one_more, false),
        (r#"{"minimum":1e131076}"#, &one_more, true),
        (r#"{"minimum":1e131076}"#, &ones, false),
    ] {
        for text in [
            number.clone(),
            format!("{blanks}{number}{blanks}"),
            format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{number}"),
        ] {
            write(&root, "main.json", schema);
            let (code, out, err) = run(&root, &[], &text);
            assert_eq!(code, i32::from(!is_valid), "{schema}: {out}{err}");
        }
        for (schema, text) in [
            (format!(r#"{{"items":{schema}}}"#), format!("[{number}]")),
            (format!(r#"{{"properties":{{"a":{schema}}}}}"#), format!(r#"{{"a":{number}}}"#)),
            (format!(r#"{{"properties":{{"a":{{"items":{schema}}}}}}}"#), format!(r#"{{"a":[{number}]}}"#)),
        ] {
            write(&root, "main.json", &schema);
            let (code, out, err) = run(&root, &[], &text);
            assert_eq!(code, i32::from(!is_valid), "{schema}: {out}{err}");
        }
        let lines = format!("{number}\n{number}\n");
        write(&root, "main.json", schema);
        let (code, out, err) = run(&root, &["--lines"], &lines);
        assert_eq!(code, i32::from(!is_valid), "{schema}: {out}{err}");
    }
    write(&root, "main.json", r#"{"uniqueItems":true}"#);
    assert_eq!(run(&root, &[], &format!("[{five},{ones}]")).0, 0);
    assert_eq!(run(&root, &[], &format!("[5,{ones},{five}]")).0, 1);
    // The text after a value is read as well, and an error in it is reported.
    write(&root, "main.json", "{}");
    for (text, code) in [
        (format!("5{blanks}"), 0),
        (format!("5{blanks}x"), 1),
        (format!("null{blanks}x"), 1),
        (format!("null{blanks}"), 0),
        (format!("{ones}{ones}.5"), 0),
        (format!("{ones}{ones}."), 1),
        (format!("{ones}{ones}e"), 1),
        (format!("{ones}{ones}x"), 1),
        (format!("{ones}{ones} 1"), 1),
        (format!("-{ones}-{ones}"), 1),
    ] {
        let (found, out, err) = run(&root, &[], &text);
        assert_eq!(found, code, "{}: {out}{err}", &text[..6]);
    }
}

/// Endless digits are read up to a limit. The number is neither valid nor invalid.
#[test]
fn a_number_beyond_the_limit_is_undecided() {
    let root = directory("endless-number");
    write(&root, "main.json", r#"{"multipleOf":7}"#);
    let (code, out, err) = run(&root, &[], &"1".repeat((64 << 20) + 100));
    assert!(code == 2 && out.contains("error[schema/undecided]"), "{code}: {out}{err}");
    assert!(out.contains("the number has more than 67,108,864 characters"), "{out}{err}");
}

/// `pattern`, `patternProperties` and `format` accept the same patterns as Node with the flag `u`, and they match the
/// same texts. `node tests/patterns/node.js` compares the file with Node.
#[test]
fn patterns_are_those_of_ecma_262() {
    let file = fs::read("tests/patterns/cases.json").expect("a file");
    let mut tape = Tape::default();
    let cases = Document::parse(&file, 0, &mut tape).expect("JSON");
    let list = |name: &str| cases.root().get(name).into_iter().flat_map(|array| array.elements());
    let texts: Vec<&str> = list("texts")
        .map(|text| std::str::from_utf8(&file[text.span().start.0..text.span().end.0]).expect("UTF-8"))
        .collect();
    let is_regex = Schema::compile(json!({"format": "regex"})).expect("a schema");
    let (mut verdicts, mut pairs, mut wrong) = (0, 0, Vec::new());
    for case in list("patterns") {
        let pattern = case.get("pattern").expect("a pattern").string().into_owned();
        let is_valid = case.get("valid").is_none_or(|valid| file[valid.span().start.0] == b't');
        let matches = case.get("matches").map(|matches| matches.string().into_owned());
        let schemas =
            [json!({"pattern": pattern}), json!({"patternProperties": {&pattern: false}})].map(Schema::compile);
        let mut expect = |expected: bool, found: bool, what: &str| {
            if expected != found {
                wrong.push(format!("{pattern}: {what}: {found}"));
            }
        };
        let validates = |schema: &Schema, text: &str| {
            let mut tape = Tape::default();
            schema.is_valid(Document::parse(text.as_bytes(), 0, &mut tape).expect("JSON"))
        };
        expect(is_valid, validates(&is_regex, &json!(pattern).to_string()), "format");
        expect(is_valid, schemas[0].is_ok(), "pattern");
        expect(is_valid, schemas[1].is_ok(), "patternProperties");
        verdicts += 1;
        let (Some(matches), [Ok(value), Ok(name)]) = (matches, &schemas) else { continue };
        for (text, is_match) in texts.iter().copied().zip(matches.chars()) {
            expect(is_match == '1', validates(value, text), text);
            expect(is_match != '1', validates(name, &format!("{{{text}:0}}")), &format!("property {text}"));
            pairs += 1;
        }
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
    assert!(verdicts > 500 && pairs > 30_000, "{verdicts} patterns, {pairs} pairs");
}

fn directory(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("schemas").join(name);
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).expect("a directory");
    directory
}

fn write(directory: &Path, name: &str, text: &str) {
    let path = directory.join(name);
    fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
    fs::write(path, text).expect("a file");
}

/// Validates `instance` with the schema in `main.json`.
fn run(directory: &Path, more: &[&str], instance: &str) -> (i32, String, String) {
    write(directory, "instance.json", instance);
    let output: Output = Command::new(env!("CARGO_BIN_EXE_callcheck"))
        .current_dir(directory)
        .args(["check", "--no-config", "-q", "--schema", "main.json"])
        .args(if more.contains(&"--output-format") { &[][..] } else { &["--output-format", "concise"] })
        .args(more)
        .arg("instance.json")
        .output()
        .expect("it runs");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("output is UTF-8");
    (output.status.code().expect("no signal"), text(&output.stdout), text(&output.stderr))
}

#[test]
fn references_to_files_in_the_schema_directory_and_in_schema_dirs() {
    let root = directory("references");
    write(
        &root,
        "s/main.json",
        r##"{"properties":{"a":{"$ref":"parts/a%20b.json"},"b":{"$ref":"parts/b.json#/$defs/b"},"c":{"$ref":"https://example.com/c.json"},"d":{"$ref":"urn:example:d#inner"}}}"##,
    );
    write(&root, "s/parts/a b.json", r#"{"$ref":"../other.json"}"#);
    write(&root, "s/other.json", r#"{"type":"integer"}"#);
    write(&root, "s/parts/b.json", r#"{"$defs":{"b":{"type":"null"}}}"#);
    write(&root, "named/deep/c.json", r#"{"$id":"https://example.com/c.json","type":"string"}"#);
    write(&root, "named/d.json", r#"{"$id":"urn:example:d","$defs":{"x":{"$anchor":"inner","maxLength":1}}}"#);
    let main = root.join("s");
    let (code, out, err) = run(&main, &["--schema-dir", "../named"], r#"{"a":1.5,"b":1,"c":2,"d":"long"}"#);
    assert_eq!((code, out.lines().count()), (1, 4), "{out}{err}");
    for pointer in ["(/a)", "(/b)", "(/c)", "(/d)"] {
        assert!(out.contains(pointer), "{out}");
    }
    assert_eq!(run(&main, &["--schema-dir", "../named"], r#"{"a":1,"b":null,"c":"","d":""}"#).0, 0);
    // Without the option, the error names the missing schema and the option. There is no prompt.
    let (code, _, err) = run(&main, &[], "{}");
    assert_eq!(code, 2);
    assert!(err.contains("https://example.com/c.json") || err.contains("urn:example:d"), "{err}");
    assert!(err.contains("--schema-dir DIR"), "{err}");
}

/// A file in a schema directory is used for its `$id` and not for its path.
#[test]
fn a_file_with_a_different_id_is_not_found() {
    let root = directory("other-host");
    write(&root, "main.json", r#"{"$ref":"https://other.example/common.json"}"#);
    write(&root, "named/common.json", r#"{"$id":"https://mine.example/common.json","type":"string"}"#);
    let (code, out, err) = run(&root, &["--schema-dir", "named"], "5");
    let flat = err.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!((code, out.as_str()), (2, ""), "{err}");
    assert!(flat.contains("`$ref`: https://other.example/common.json was not found"), "{err}");
    assert!(flat.contains("named/common.json has a different `$id`: https://mine.example/common.json"), "{err}");
    // The schema itself is in the directory. It is not the schema that it refers to.
    for (id, note) in
        [("", "main.json has no `$id`"), (r#""$id":"https://mine.example/main.json","#, "different `$id`")]
    {
        write(&root, "main.json", &format!(r#"{{{id}"$ref":"https://docs.example/main.json"}}"#));
        let (code, _, err) = run(&root, &["--schema-dir", "."], "5");
        let flat = err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(code == 2 && flat.contains("https://docs.example/main.json was not found"), "{err}");
        assert!(flat.contains(note) && !err.contains("infinite"), "{err}");
    }
    // Equivalent URIs are the same `$id`.
    write(&root, "main.json", r#"{"$ref":"https://mine.example/%7ea/./common.json"}"#);
    write(&root, "named/common.json", r#"{"$id":"HTTPS://MINE.example:443/~a/common.json#","type":"string"}"#);
    assert_eq!(run(&root, &["--schema-dir", "named"], "5").0, 1);
    // A reference to a path does not need an `$id`, and ignores a different one.
    write(&root, "main.json", r#"{"$ref":"named/common.json"}"#);
    assert_eq!(run(&root, &[], "5").0, 1);
}

/// `URI=DIR` resolves the URIs below a URI to the files of a directory, and no others.
#[test]
fn a_directory_can_have_a_uri() {
    let root = directory("uri");
    write(&root, "d/string.json", r#"{"type":"string"}"#);
    write(&root, "d/a b/relative.json", r#"{"$ref":"../string.json"}"#);
    write(&root, "d/same.json", r#"{"$id":"https://a.example/v1/same.json","type":"string"}"#);
    write(&root, "d/moved.json", r#"{"$id":"https://a.example/v1/new.json","type":"string"}"#);
    write(&root, "d/named.json", r#"{"$id":"urn:example:named","type":"string"}"#);
    write(&root, "d/elsewhere.json", r#"{"$id":"https://b.example/elsewhere.json","type":"string"}"#);
    write(&root, "d/outside-of-base.json", r#"{"$id":"https://a.example/v2/outside-of-base.json","type":"string"}"#);
    write(&root, "v1/string.json", r#"{"type":"integer"}"#);
    write(&root, "secret.json", r#"{"title":"SECRET","type":"string"}"#);
    #[cfg(unix)]
    let _ = std::os::unix::fs::symlink("../secret.json", root.join("d/link.json"));
    for (reference, is_found) in [
        ("https://a.example/v1/string.json", true),
        ("HTTPS://A.EXAMPLE:443/v1/./string.json#", true),
        ("https://a.example/v1/a%20b/relative.json", true),
        ("https://a.example/v1/same.json", true),
        ("https://a.example/v1/moved.json", true),
        ("https://a.example/v1/named.json", true),
        ("https://a.example/v1/elsewhere.json", false),
        ("https://a.example/v1/outside-of-base.json", false),
        ("https://a.example/v1/link.json", false),
        ("https://a.example/v1/%2e%2e/secret.json", false),
        ("https://a.example/v1/..%2Fsecret.json", false),
        ("https://a.example/v1/string.json?v=1", false),
        ("https://a.example/v10/string.json", false),
        ("http://a.example/v1/string.json", false),
        ("https://a.example:8443/v1/string.json", false),
        ("https://a.example.org/v1/string.json", false),
        // The directory is not searched for an `$id`.
        ("https://b.example/elsewhere.json", false),
    ] {
        write(&root, "main.json", &json!({ "$ref": reference }).to_string());
        let (code, out, err) = run(&root, &["--schema-dir", "https://a.example/v1=d"], "5");
        assert_eq!(code, if is_found { 1 } else { 2 }, "{reference}: {out}{err}");
        assert!(is_found || err.contains("was not found"), "{reference}: {err}");
        assert!(!err.contains("SECRET"), "{err}");
    }
    write(&root, "main.json", r#"{"$ref":"https://a.example/link.json"}"#);
    let (code, _, err) = run(&root, &["--schema-dir", "d"], "5");
    assert!(code == 2 && !err.contains("link.json has"), "{err}");
    // The most specific URI comes first.
    write(&root, "main.json", r#"{"$ref":"https://a.example/v1/string.json"}"#);
    let both = ["--schema-dir", "https://a.example=.", "--schema-dir", "https://a.example/v1=d"];
    assert_eq!(run(&root, &both, "5").0, 1);
    assert_eq!(run(&root, &both[..2], "5").0, 0);
    // The report and -vv show the file.
    let (_, out, err) = run(&root, &["--output-format", "json", "--schema-dir", "https://a.example/v1=d"], "\"\"");
    let report: Serde = serde_json::from_str(&out).expect("the report is JSON");
    let references = json!([{"uri": "https://a.example/v1/string.json", "path": "d/string.json"}]);
    assert_eq!(report["schemas"], json!([{"path": "main.json", "references": references}]), "{err}");
    let arguments = ["-vv", "--no-config", "--schema", "main.json", "--schema-dir", "https://a.example/v1=d"];
    let (_, _, err) = callcheck(&root, &[&arguments[..], &["instance.json"]].concat(), "");
    assert!(
        err.starts_with("note: main.json: https://a.example/v1/string.json was read from d/string.json\n"),
        "{err}"
    );
    // Other values are usage errors.
    for (directory, expected) in [
        ("https://a.example/?x=d", "must not have a query"),
        ("https://a.example/#x=d", "must not have a query"),
        ("https://a.example", "callcheck does not download schemas"),
        ("https://a.example=", "expected a directory after the `=`"),
        ("https://a b=d", "a valid URI"),
        ("https://a.example=none", "no such file or directory"),
    ] {
        let (code, _, err) = run(&root, &["--schema-dir", directory], "5");
        assert!(code == 2 && err.contains(expected), "{directory}: {err}");
    }
}

/// Runs callcheck with this standard input.
fn callcheck(directory: &Path, arguments: &[&str], stdin: &str) -> (i32, String, String) {
    write(directory, "stdin", stdin);
    let output = Command::new(env!("CARGO_BIN_EXE_callcheck"))
        .current_dir(directory)
        .args(arguments)
        .stdin(fs::File::open(directory.join("stdin")).expect("a file"))
        .output()
        .expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
    (output.status.code().expect("no signal"), text(output.stdout), text(output.stderr))
}

#[test]
fn a_schema_can_come_from_stdin() {
    let root = directory("stdin");
    write(&root, "data.json", "5");
    write(&root, "string.json", r#"{"type":"string"}"#);
    for schema in
        [r#"{"type":"string"}"#, r#"{"$ref":"string.json"}"#, r##"{"$defs":{"a":{"type":"null"}},"$ref":"#/$defs/a"}"##]
    {
        let (code, out, err) = callcheck(&root, &["--no-config", "--schema", "-", "data.json"], schema);
        assert!(code == 1 && out.contains("error[schema/type]"), "{schema}: {out}{err}");
    }
    let (code, _, err) = callcheck(&root, &["--no-config", "--schema", "-", "data.json"], r#"{"type":"strnig"}"#);
    assert!(code == 2 && err.contains("<stdin>:1:9") && err.contains("did you mean"), "{err}");
    let (code, out, _) = callcheck(&root, &["--no-config", "--schema", "-", "data.json"], "type: string\n");
    assert!(code == 1 && out.contains("error[schema/type]"), "{out}");
    let (code, _, err) = callcheck(&root, &["--no-config", "--schema", "-", "data.json"], "# c\ntype: strnig\n");
    assert!(code == 2 && err.contains("<stdin>:2:7") && err.contains("did you mean"), "{err}");
    for data in [&[][..], &["-"], &["data.json", "-"]] {
        for command in ["check", "summary", "filter"] {
            if command == "filter" && data.len() > 1 {
                continue;
            }
            let arguments = [&[command, "--no-config", "--schema", "-"], data].concat();
            let (code, out, err) = callcheck(&root, &arguments, r#"{"type":"string"}"#);
            let expected = "error: --schema -: the schema and the data cannot both come from stdin\n";
            assert_eq!((code, out.as_str(), err.as_str()), (2, "", expected), "{arguments:?}");
        }
    }
}

/// Overrides of a configuration choose the schema of each file.
#[test]
fn a_configuration_chooses_schemas_by_path() {
    let root = directory("configured");
    let response = r#"{"status":"COMPLETE","startedAt":"2026-01-05T09:30:00.000Z","completedAt":"2026-01-05T09:30:01.000Z","results":[{"id":"1","properties":{"hs_call_title":7}}]}"#;
    let configuration = |more: &str| {
        let text = format!(
            r#"
[[overrides]]
paths = ["*.json"]
schema = false
[[overrides]]
paths = ["named/", "string/"]
schema = "schemas/main.json"
schema-dir = ["schemas/shared", "https://a.example=schemas/a"]
[[overrides]]
paths = ["string/"]
schema = "schemas/string.json"
[[overrides]]
paths = ["responses/"]
schema = true
{more}"#
        );
        write(&root, "repository/callcheck.toml", &text);
    };
    configuration("");
    write(
        &root,
        "repository/schemas/main.json",
        r#"{"properties":{"a":{"$ref":"https://a.example/s.json"},"b":{"$ref":"urn:example:b"}}}"#,
    );
    write(&root, "repository/schemas/a/s.json", r#"{"type":"string"}"#);
    write(&root, "repository/schemas/shared/b.json", r#"{"$id":"urn:example:b","type":"string"}"#);
    write(&root, "repository/schemas/string.json", r#"{"type":"string"}"#);
    write(&root, "repository/responses/one.json", response);
    write(&root, "repository/syntax.json", r#"{"a":1,"a":2,"hs_call_status":7}"#);
    write(&root, "repository/broken.json", r#"{"a":1,}"#);
    write(&root, "repository/response.json", response);
    for number in 0..40 {
        write(&root, &format!("repository/named/{number:02}.json"), r#"{"a":1,"b":2,"c":"shown"}"#);
        write(&root, &format!("repository/string/{number:02}.json"), "5");
    }
    let mut outputs = Vec::new();
    for threads in ["1", "4"] {
        for current in [&root, &root.join("repository")] {
            let path = if *current == root { "repository" } else { "." };
            let arguments = ["-q", "-j", threads, "--output-format", "json", "--only-findings", path];
            let (code, out, err) = callcheck(current, &arguments, "");
            assert_eq!((code, err.as_str()), (1, ""), "{out}");
            let out = out.replace("\"repository/", "\"").replace("\"./", "\"");
            outputs.push(out);
        }
    }
    outputs.dedup();
    assert_eq!(outputs.len(), 1, "{outputs:?}");
    let report: Serde = serde_json::from_str(&outputs[0]).expect("the report is JSON");
    let schemas: Vec<_> =
        report["schemas"].as_array().expect("an array").iter().map(|one| one["path"].clone()).collect();
    assert_eq!(schemas, ["schemas/main.json", "schemas/string.json"]);
    assert_eq!(
        report["schemas"][0]["references"][0],
        json!({"uri": "https://a.example/s.json", "path": "schemas/a/s.json"})
    );
    let mut rules: Vec<(String, String)> = Vec::new();
    for document in report["documents"].as_array().expect("an array") {
        let path = document["path"].as_str().expect("a path").to_owned();
        let found = document["findings"].as_array().expect("an array");
        rules.extend(found.iter().map(|one| (path.clone(), one["rule"].as_str().expect("a rule").to_owned())));
    }
    let count = |prefix: &str, rule: &str| {
        rules.iter().filter(|(path, found)| path.starts_with(prefix) && found == rule).count()
    };
    assert_eq!(count("named/", "schema/type"), 80);
    assert_eq!(count("string/", "schema/type"), 40);
    assert_eq!(count("syntax.json", "json/duplicate-key"), 1, "{rules:?}");
    assert_eq!(count("broken.json", "json/syntax"), 1);
    assert_eq!(count("response.json", "schema/type"), 0);
    assert_eq!(count("responses/one.json", "call/property-type"), 1, "{rules:?}");
    assert!(rules.iter().all(|(path, rule)| path.starts_with("responses/") || !rule.starts_with("call/")), "{rules:?}");
    // The location in the schema and the values around a finding are shown, as with --schema.
    let (_, out, _) = callcheck(&root, &["-q", "repository/named/00.json", "repository/responses/one.json"], "");
    assert!(out.contains("= schema: /properties/a/$ref/type") && out.contains("shown"), "{out}");
    assert!(out.contains("hs_call_title") && !out.contains("COMPLETE\",\n"), "{out}");
    // The command line takes precedence.
    let (code, out, _) =
        callcheck(&root, &["-q", "--schema", "repository/schemas/string.json", "repository/syntax.json"], "");
    assert!(code == 1 && out.contains("schema/type"), "{out}");
    assert_eq!(callcheck(&root, &["-q", "--no-config", "repository/syntax.json"], "").0, 1);
    // An unusable schema is reported once, and the other files are checked.
    write(&root, "repository/schemas/main.json", r#"{"type":"strnig"}"#);
    let (code, out, err) = callcheck(&root, &["-j", "2", "--output-format", "concise", "repository"], "");
    assert_eq!((code, err.matches("its files were not checked").count()), (2, 1), "{err}");
    assert!(err.contains("error: repository/schemas/main.json: invalid schema; its files were not checked"), "{err}");
    assert!(out.contains("repository/string/00.json") && !out.contains("repository/named/00.json"), "{out}");
    fs::remove_file(root.join("repository/schemas/main.json")).expect("a file");
    let (code, _, err) = callcheck(&root, &["repository/named"], "");
    assert_eq!(code, 2);
    assert!(err.contains("error: repository/schemas/main.json: no such file or directory"), "{err}");
    // Standard input has the schema of its name.
    let name = ["-q", "--output-format", "concise", "--stdin-filename", "repository/string/x.json"];
    assert_eq!(
        callcheck(&root, &name, "5").1,
        "repository/string/x.json:1:1: error[schema/type] the document must be a string, found the number 5\n"
    );
}

#[test]
fn no_file_outside_the_schema_directory_is_opened() {
    let root = directory("outside");
    write(&root, "secret.json", r#"{"title":"SECRET","type":"null"}"#);
    for reference in
        ["../secret.json", "file:///etc/passwd", "..%2Fsecret.json", "inner/../../secret.json", "link.json"]
    {
        let inside = root.join("s");
        write(&inside, "main.json", &json!({"properties": {"a": {"$ref": reference}}}).to_string());
        #[cfg(unix)]
        let _ = std::os::unix::fs::symlink("../secret.json", inside.join("link.json"));
        let (code, out, err) = run(&inside, &[], r#"{"a":1}"#);
        assert_eq!(code, 2, "{reference}: {out}{err}");
        assert!(!err.contains("SECRET") && !err.contains("root:"), "{err}");
        assert!(err.contains("schema/ref"), "{err}");
    }
    // Unless the directory is named.
    write(&root.join("s"), "main.json", r#"{"properties":{"a":{"$ref":"../secret.json"}}}"#);
    assert_eq!(run(&root.join("s"), &["--schema-dir", ".."], r#"{"a":1}"#).0, 1);
    // `$schema` in data is data.
    write(&root.join("s"), "main.json", r#"{"type":"object"}"#);
    assert_eq!(run(&root.join("s"), &[], r#"{"$schema":"file:///etc/passwd","$ref":"http://127.0.0.1:9/"}"#).0, 0);
}

/// Each error has its location in the schema, and the exit code is 2.
#[test]
fn errors_in_schemas_are_reported_with_their_location() {
    let root = directory("broken");
    for (schema, expected, location) in [
        (r#"{"type": "strnig"}"#, "did you mean \"string\"?", "main.json:1:10"),
        (r#"{"a": 1,}"#, "json/syntax", "main.json:1:8"),
        (r#"{"pattern": "(a"}"#, "not a valid regular expression", "main.json:1:13"),
        (r#"{"multipleOf": 0}"#, "must be greater than 0", "main.json:1:16"),
        (r#"{"multipleOf": 33333333333333333333333333333333333333}"#, "at most 37 digits", "main.json:1:16"),
        (r##"{"items": {"$ref": "#/$defs/no"}}"##, "`/$defs/no` does not exist", "main.json:1:20"),
        (r##"{"items": {"$ref": "#no"}}"##, "anchor `no` does not exist", "main.json:1:20"),
        (r#"{"items": {"$ref": "no.json"}}"#, "no such file or directory", "main.json:1:20"),
        (
            r##"{"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"anyOf": [{"$ref": "#/$defs/a"}]}}, "$ref": "#/$defs/a"}"##,
            "infinite `",
            "main.json:1:",
        ),
        (r##"{"allOf": [{"$ref": "#"}]}"##, "infinite `", "main.json:1:21"),
        (r#"{"$schema": "https://example.com/mine"}"#, "unknown JSON Schema dialect", "main.json:1:13"),
        (r#"{"$schema": "http://json-schema.org/draft-03/schema#"}"#, "unknown JSON Schema dialect", "main.json:1:13"),
        ("42", "must be a boolean or an object", "main.json:1:1"),
        ("", "json/syntax", "main.json:1:1"),
        (
            r#"{"properties": {"a": {"minimum": "1"}}, "required": "a"}"#,
            "`required` must be an array",
            "main.json:1:53",
        ),
        (
            r#"{"$schema": "http://json-schema.org/draft-04/schema#", "exclusiveMinimum": 1}"#,
            "must be a boolean",
            "main.json:1:76",
        ),
        ("{\"enum\": [\"\u{e9}\", \"\u{e9}\"], \n \"type\": 5}", "schema/", "main.json:2:10"),
    ] {
        write(&root, "main.json", schema);
        let (code, out, err) = run(&root, &[], "{}");
        assert_eq!((code, out.as_str()), (2, ""), "{schema}: {err}");
        // Lines are wrapped.
        let flat = err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            flat.contains(expected) && err.contains(location),
            "{schema} should say {expected} at {location}: {err}"
        );
        assert!(err.ends_with("main.json: invalid schema; no input was checked\n"), "{err}");
    }
    let deep = "{\"items\":".repeat(300) + "{}" + &"}".repeat(300);
    write(&root, "main.json", &deep);
    let (code, _, err) = run(&root, &[], "{}");
    assert!(code == 2 && err.contains("exceeds 256 levels"), "{err}");
    // The excerpt of a line of megabytes is readable.
    write(
        &root,
        "main.json",
        &json!({"description": "x".repeat(3_000_000), "properties": {"a": {"type": "strnig"}}}).to_string(),
    );
    let (code, _, err) = run(&root, &[], "{}");
    assert!(
        code == 2 && err.len() < 2000 && err.contains("main.json:1:3000045"),
        "{} bytes: {}",
        err.len(),
        &err[..err.len().min(2000)]
    );
    for (argument, expected) in [("gone.json", "no such file or directory"), (".", "is a directory, expected a file")] {
        let output = Command::new(env!("CARGO_BIN_EXE_callcheck"))
            .current_dir(&root)
            .args(["--schema", argument, "instance.json"])
            .output();
        let output = output.expect("it runs");
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains(expected), "{output:?}");
    }
}

/// A schema argument that is not JSON is identified, and the message has the solution.
#[test]
fn a_schema_that_is_not_json_is_identified() {
    let root = directory("no-json");
    write(&root, "instance.json", "1");
    let gzip = [31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 171, 174, 229, 2, 0, 40, 114, 193, 228, 3, 0, 0, 0];
    fs::write(root.join("s.json.gz"), gzip).expect("a file");
    fs::write(root.join("s.json.zst"), [0x28, 0xB5, 0x2F, 0xFD, 4, 0, 17, 0, 0, 123, 125]).expect("a file");
    for (name, text) in [
        ("http.json", "HTTP/2 200 \r\ncontent-type: application/json\r\n\r\n{}\n"),
        ("page.json", "\n<!DOCTYPE html>\n<html></html>"),
        ("broken.json", r#"{"a": 1,}"#),
    ] {
        write(&root, name, text);
    }
    let check = |schema: &str| {
        let arguments = ["--no-config", "--output-format", "concise", "--schema", schema, "instance.json"];
        let output = Command::new(env!("CARGO_BIN_EXE_callcheck")).current_dir(&root).args(arguments).output();
        let output = output.expect("it runs");
        let err = String::from_utf8(output.stderr).expect("UTF-8");
        (output.status.code(), err.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    for (schema, expected) in [
        (
            "https://json.example/package.json?a=1",
            "error: https://json.example/package.json?a=1: this is a URL, and callcheck does not download schemas; save it first: `curl -fsSL -o package.json 'https://json.example/package.json?a=1'`, then use `--schema package.json`".to_owned(),
        ),
        (
            "HTTPS://json.example/",
            "`curl -fsSL -o schema.json HTTPS://json.example/`, then use `--schema schema.json`".to_owned(),
        ),
        ("file:///tmp/s.json", "error: file:///tmp/s.json: this is a URL; use the path /tmp/s.json".to_owned()),
        (
            "s.json.gz",
            "error: s.json.gz: the schema is compressed (gzip); decompress it first: `gzip -dc s.json.gz > s.json`"
                .to_owned(),
        ),
        (
            "s.json.zst",
            "error: s.json.zst: the schema is compressed (zstd); decompress it first: `zstd -dc s.json.zst > s.json`"
                .to_owned(),
        ),
        (
            "http.json",
            "error: http.json: this is an HTTP response with headers; save only the body: use `curl` without `-i`"
                .to_owned(),
        ),
        (
            "page.json",
            "error: page.json: this is HTML or XML, not a JSON Schema; download the raw JSON file".to_owned(),
        ),
        ("broken.json", "json/syntax".to_owned()),
    ] {
        let (code, err) = check(schema);
        assert_eq!(code, Some(2), "{schema}: {err}");
        assert!(err.contains(&expected), "{schema}: expected {expected}\nfound {err}");
    }
}

/// A schema in YAML is read as one in JSON, also as the target of a reference.
#[test]
fn a_schema_can_be_yaml() {
    let root = directory("yaml");
    write(&root, "instance.json", r#"{"id": 1, "size": 12}"#);
    write(&root, "dir/by-id.yml", "# c\n$id: https://schemas.example/size\nmaximum: 10\n");
    write(&root, "common.yaml", "$defs:\n  id: &id\n    type: string\n  other: *id\n");
    for (name, text, keyword) in [
        ("s.yaml", "type: string\n", "type"),
        ("comment.yml", "# a comment\n\n$schema: http://json-schema.org/draft-07/schema#\ntype: array\n", "type"),
        ("flow.yaml", "{properties: {id: {const: '1'}}}", "const"),
        ("quoted.json", "\u{FEFF}---\n\"type\": string\n", "type"),
        ("json.yaml", r#"{"type":"string"}"#, "type"),
        ("numbers.yaml", "properties:\n  size: {maximum: 0xA}\n", "maximum"),
        ("refers.json", r##"{"properties":{"id":{"$ref":"common.yaml#/$defs/other"}}}"##, "type"),
        ("refers.yaml", "properties:\n  id:\n    $ref: 'common.yaml#/$defs/id'\n", "type"),
        ("id.yaml", "properties: {size: {$ref: https://schemas.example/size}}\n", "maximum"),
    ] {
        write(&root, name, text);
        let arguments = ["--no-config", "--schema-dir", "dir", "--schema", name, "instance.json"];
        let (code, out, err) = callcheck(&root, &arguments, "");
        assert!(code == 1 && out.contains(&format!("error[schema/{keyword}]")), "{name}: {out}{err}");
    }
}

/// Without a YAML name, a YAML mapping is a schema only with a keyword: error messages can be mappings, too.
#[test]
fn text_without_keywords_is_not_a_schema() {
    let root = directory("yaml-other");
    write(&root, "d.json", "1");
    write(&root, "parts.yaml", "components:\n  schemas:\n    a: {type: string}\n");
    write(&root, "empty.yaml", "# c\n{}\n");
    write(&root, "title.yaml", "title: anything\n");
    let check = |schema: &str, stdin: &str| {
        let arguments = ["--no-config", "--output-format", "concise", "--schema", schema, "d.json"];
        let (code, out, err) = callcheck(&root, &arguments, stdin);
        (code, format!("{out}{err}").split_whitespace().collect::<Vec<_>>().join(" "))
    };
    for text in [
        "curl: (6) Could not resolve host\n",
        "404: Not Found\n",
        "Error: not found\n",
        "message: Not Found\n",
        "---\nmessage: Not Found\n",
        "title: Not Found\n",
        "description: Not Found\nid: 1\n",
        "error: a: b\n",
        "---\n",
    ] {
        let (code, output) = check("-", text);
        assert!(code == 2 && output.contains("json/syntax") && output.contains("<stdin>:"), "{text}: {output}");
        assert!(!output.contains("YAML"), "{text}: {output}");
    }
    for (text, location, message) in [
        ("type: object\n  foo: 1\n", "<stdin>:2:", "invalid YAML"),
        ("# c\n---\n# c\n\"properties\":\n  a: [\n", "<stdin>:6:1", "invalid YAML"),
        ("%YAML 1.2\n---\ntitle: a: b\n", "<stdin>:3:", "invalid YAML"),
        ("maximum: .inf\n", "<stdin>:1:10", "JSON does not have the number"),
    ] {
        let (code, output) = check("-", text);
        assert!(code == 2 && output.contains(location) && output.contains(message), "{text}: {output}");
    }
    for name in ["other.yaml", "other.yml"] {
        write(&root, name, "name: CI\non: push\n");
        let (code, output) = check(name, "");
        let expected = format!("error: {name}: this YAML file is not a JSON Schema: it does not have a keyword");
        assert!(code == 2 && output.contains(&expected), "{output}");
    }
    for (schema, stdin, expected) in [
        ("-", "title: a\nallOf: [{type: string}]\n", 1),
        ("-", "$defs: {}\ndependencies: {}\ntype: integer\n", 0),
        ("-", "# c\n--- # c\n$ref: parts.yaml#/components/schemas/a\n", 1),
        ("empty.yaml", "", 0),
        ("title.yaml", "", 0),
    ] {
        let (code, output) = check(schema, stdin);
        assert_eq!(code, expected, "{schema} {stdin}: {output}");
    }
}

/// Problems of a schema in YAML have their locations in the YAML file.
#[test]
fn problems_of_a_yaml_schema_have_their_locations() {
    let root = directory("yaml-problems");
    write(&root, "instance.json", "1");
    write(&root, "wrong.yaml", "# é\ntype:\n- string\n- strnig\n");
    let many = format!("[{}", "[".repeat(1000));
    for (name, text, location, message) in [
        ("type.yaml", "# é\ntitle: é\nproperties:\n  a:\n    type: strnig\n", "5:11", "did you mean"),
        ("folded.yaml", "description: >\n  é\n\npattern: \"a(\\\n  b\"\n", "4:10", "pattern"),
        ("reference.yml", "properties:\n  a:\n    $ref: '#/$defs/b'\n$defs: {a: {}}\n", "3:11", "does not exist"),
        ("refers.json", r#"{"$ref":"wrong.yaml"}"#, "wrong.yaml:3:1", "did you mean"),
        ("syntax.yaml", "type: string\nenum: [a, b\n", "3:1", "invalid YAML"),
        ("tab.yaml", "type: @\n", "1:7", "invalid YAML"),
        ("infinite.yaml", "maximum: .inf\n", "1:10", "JSON does not have the number `.inf`"),
        ("documents.yaml", "type: string\n---\ntype: number\n", "3:1", "found another"),
        ("deep.yaml", &many, "1:", "recursion limit"),
        ("self.yaml", "a: &a {b: *a}\n", "1:11", "a value that contains it"),
        ("bytes.yaml", "type: [string]\n? [a]\n: 1\n", "2:3", "must be a scalar"),
    ] {
        write(&root, name, text);
        let arguments = ["--no-config", "--output-format", "concise", "--schema", name, "instance.json"];
        let (code, out, err) = callcheck(&root, &arguments, "");
        let err = err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(code, 2, "{name}: {out}{err}");
        let location = if location.contains(".yaml") { location.to_owned() } else { format!("{name}:{location}") };
        assert!(err.contains(&location) && err.contains(message), "{name}: {err}");
    }
}

/// Costly schemas take seconds, not years: they are evaluated, or rejected with the reason.
#[test]
fn costly_schemas_are_evaluated_or_undecided() {
    let root = directory("bombs");
    let chain = |keyword: &str, last: Serde, make: &dyn Fn(Serde) -> Serde| {
        let mut defs = serde_json::Map::new();
        for level in 0..60 {
            let next = json!({"$ref": format!("#/$defs/a{}", level + 1)});
            defs.insert(format!("a{level}"), json!({ keyword: make(next) }));
        }
        defs.insert("a60".into(), last);
        json!({"$defs": defs, "$ref": "#/$defs/a0"})
    };
    let twice = |next: Serde| json!([next, next]);
    let wrapped = |next: Serde| json!([next, {"allOf": [next]}]);
    let recursive = |keyword: &str| json!({"$defs": {"t": {"properties": {"x": {keyword: [{"$ref": "#/$defs/t"}, {"title": "again", "$ref": "#/$defs/t"}]}}}}, "$ref": "#/$defs/t"});
    let nested = |depth: usize, inner: &str| "{\"x\":".repeat(depth) + inner + &"}".repeat(depth);
    for (schema, instance, codes, expected) in [
        (chain("allOf", json!({"type": "array"}), &twice), "[]".to_owned(), &[0][..], ""),
        (chain("allOf", json!({"type": "array"}), &twice), "1".to_owned(), &[1], "must be an array"),
        (chain("anyOf", json!({"type": "integer"}), &twice), "\"x\"".to_owned(), &[1], "does not match any"),
        (chain("oneOf", json!({"type": "integer"}), &twice), "\"x\"".to_owned(), &[2], "more than 100,000 evaluations"),
        (chain("allOf", json!({"type": "integer"}), &wrapped), "1".to_owned(), &[2], "more than 100,000 evaluations"),
        // The document multiplies the cost, the schema alone does not.
        (recursive("allOf"), nested(60, "1"), &[0, 2], ""),
        (recursive("oneOf"), nested(60, "1"), &[1, 2], ""),
        (recursive("anyOf"), nested(60, "1"), &[0], ""),
    ] {
        write(&root, "main.json", &schema.to_string());
        let (code, out, err) = run(&root, &[], &instance);
        assert!(codes.contains(&code), "{code}: {schema} and {instance}: {out}{err}");
        assert!(format!("{out}{err}").contains(expected), "{out}{err}");
    }
    // Up to the maximum depth of documents.
    write(&root, "main.json", r##"{"properties":{"x":{"$ref":"#"}},"type":["object","integer"]}"##);
    assert_eq!(run(&root, &[], &nested(9_999, "1")).0, 0);
    let (code, out, err) = run(&root, &[], &nested(9_999, "\"a\""));
    assert!(code == 1 && out.contains("schema/type"), "{out}{err}");
    // Patterns that need linear time are evaluated, others are undecided.
    for (pattern, instance, code, expected) in [
        ("^(a+)+$", "a".repeat(5000) + "!", 1, "schema/pattern"),
        ("^(?=(a+)+$)a", "a".repeat(5000), 0, ""),
        (r"^(a+a+)+\1b$", "a".repeat(60), 2, "could not evaluate"),
        (r"^(a+)\1$", "aaaa".to_owned(), 0, ""),
    ] {
        write(&root, "main.json", &json!({"pattern": pattern}).to_string());
        let (found, out, err) = run(&root, &[], &json!(instance).to_string());
        assert!(found == code && out.contains(expected), "{pattern}: {found}: {out}{err}");
    }
    write(&root, "main.json", &json!({"pattern": "^((((a{1,100}){1,100}){1,100}){1,100})$"}).to_string());
    let (code, _, err) = run(&root, &[], "\"a\"");
    assert!(code == 2 && err.contains("main.json:1:12"), "{err}");
}

/// Undecided values are neither valid nor invalid, in every format.
#[test]
fn undecided_values_cause_exit_code_2() {
    let root = directory("undecided");
    write(&root, "main.json", r#"{"items":{"pattern":"^(a+a+)+\\1b$"}}"#);
    let text = json!(["b", "a".repeat(60)]).to_string();
    let (code, out, err) = run(&root, &[], &text);
    assert_eq!(code, 1, "one is wrong for certain: {out}{err}");
    let text = json!(["a".repeat(60)]).to_string();
    for format in ["full", "concise", "json"] {
        let (code, out, err) = run(&root, &["--output-format", format], &text);
        assert_eq!(code, 2, "{format}: {out}{err}");
        assert!(out.contains("schema/undecided"), "{out}");
        assert!(format != "json" || out.contains("\"verdict\":\"undecided\""), "{out}");
    }
}

#[test]
fn formats_may_be_annotations() {
    let root = directory("formats");
    write(&root, "main.json", r#"{"items":{"format":"date-time"}}"#);
    assert_eq!(run(&root, &[], r#"["yesterday"]"#).0, 1);
    assert_eq!(run(&root, &["--no-assert-format"], r#"["yesterday"]"#).0, 0);
    assert_eq!(
        run(&root, &["--no-assert-format", "--threads", "2"], &json!(vec!["yesterday"; 100_000]).to_string()).0,
        0
    );
}

/// The closest branch is shown with its name.
#[test]
fn the_closest_alternative_is_reported() {
    let root = directory("nearest");
    let schema = json!({
        "oneOf": [
            {"title": "a call", "properties": {"kind": {"const": "call"}, "id": {"type": "string"}, "to": {"type": "object"}}, "required": ["kind", "id"]},
            {"$ref": "#/$defs/note"},
            {"type": "array"},
        ],
        "$defs": {"note": {"properties": {"kind": {"const": "note"}, "text": {"type": "string"}}, "required": ["kind", "text"]}}
    });
    write(&root, "main.json", &schema.to_string());
    for (instance, expected) in [
        (
            r#"{"kind":"call","id":5,"to":6}"#,
            "closest `oneOf` schema is #1 (`a call`): `id` must be a string, found the number 5; `to` must be an object, found the number 6",
        ),
        (r#"{"kind":"note"}"#, "closest `oneOf` schema is #2 (`note`): missing required property `text`"),
    ] {
        let (code, out, err) = run(&root, &["--output-format", "full"], instance);
        let out = out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(code == 1 && out.contains(expected), "{out}{err}");
    }
}

/// Findings of a summary are those of the custom schema.
#[test]
fn a_summary_uses_the_custom_schema() {
    let root = directory("summary");
    write(&root, "main.json", r#"{"properties":{"results":{"items":{"required":["nickname"]}}}}"#);
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/valid/create.pretty.json");
    let summary = |more: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_callcheck"))
            .current_dir(&root)
            .args(["summary", "--no-config", "--output-format", "json"])
            .args(more)
            .arg(&page)
            .output()
            .expect("it runs");
        serde_json::from_slice::<Serde>(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
    };
    let (embedded, own) = (summary(&[]), summary(&["--schema", "main.json"]));
    assert_eq!(embedded["calls"]["count"], own["calls"]["count"], "{own}");
    assert!(own.to_string().contains("schema/required") && !embedded.to_string().contains("schema/required"), "{own}");
}

/// Errors in a referenced file are reported in that file.
#[test]
fn errors_in_referenced_files_are_reported_with_their_location() {
    let root = directory("referenced");
    write(&root, "main.json", r#"{"properties": {"age": {"$ref": "age.json"}}}"#);
    for (age, location) in [
        (r#"{"minimum": "18"}"#, "age.json:1:13"),
        (r#"{"allOf": []}"#, "age.json:1:11"),
        (r#"{"a": 1,}"#, "age.json:1:8"),
        ("5", "age.json:1:1"),
        (r#"{"pattern": "("}"#, "age.json:1:13"),
    ] {
        write(&root, "age.json", age);
        let (code, _, err) = run(&root, &[], r#"{"age":5}"#);
        assert!(code == 2 && err.contains(location) && err.contains("age.json: invalid schema"), "{age}: {err}");
    }
    // Also errors that only compilation or resolution detects, and if the same location is valid in the referring file.
    let main = r#"{"properties": {"age": {"$ref": "age.json"}, "z": {"pattern": "^innocent$"}}}"#;
    for (age, location) in [
        (r#"{"properties":{"z":{"pattern":"(?<=(a)\\1)"}}}"#, "age.json:1:31"),
        (r##"{"properties":{"z":{"$ref":"#/$defs/nope"}}}"##, "age.json:1:28"),
        (r##"{"properties":{"z":{"$ref":"#/properties/z"}}}"##, "age.json:1:28"),
        (r#"{"properties":{"z":{"$ref":"gone.json"}}}"#, "age.json:1:28"),
        (r#"{"properties":{"y":{"$ref":"main.json"},"z":{"$ref":"gone.json"}}}"#, "age.json:1:53"),
    ] {
        write(&root, "main.json", main);
        write(&root, "age.json", age);
        let (code, _, err) = run(&root, &[], "{}");
        assert!(code == 2 && err.contains(location), "{age}: {err}");
    }
    // A path can be spelled in several ways.
    write(&root, "sub/b.json", r#"{"$ref":"../age.json"}"#);
    write(&root, "age.json", "true");
    for (schema, location) in [
        (r#"{"properties": {"a": {"$ref": "sub/../age.json"}, "b": {"$ref": "sub/../gone.json"}}}"#, "main.json:1:65"),
        (r#"{"properties": {"a": {"$ref": "sub/b.json"}, "b": {"$ref": "HTTPS://D.X/a"}}}"#, "main.json:1:60"),
    ] {
        write(&root, "main.json", schema);
        let (code, _, err) = run(&root, &[], "{}");
        assert!(code == 2 && err.contains(location), "{schema}: {err}");
    }
    // Also in a value that is a schema only because of a reference.
    for (schema, location) in [
        (r##"{"foo": {"minimum": "x"}, "properties": {"a": {"$ref": "#/foo"}}}"##, "main.json:1:21"),
        (r##"{"properties": {"a": {"$ref": "#/title"}}, "title": "t"}"##, "main.json:1:53"),
    ] {
        write(&root, "main.json", schema);
        let (code, _, err) = run(&root, &[], "{}");
        assert!(code == 2 && err.contains(location), "{schema}: {err}");
    }
    // Two files of the same name, in a directory with other files.
    write(&root, "main.json", r#"{"$ref": "http://example.com/a"}"#);
    write(&root, "dir/one.json", r#"{"$id": "http://example.com/a", "type": "string"}"#);
    write(&root, "dir/tsconfig.json", "{ // comment\n}");
    write(&root, "dir/empty.json", "");
    write(&root, "dir/data.json", r#"{"examples": [{"$id": "http://example.com/a"}], "id": "http://example.com/a"}"#);
    assert_eq!(run(&root, &["--schema-dir", "dir"], "1").0, 1);
    write(&root, "dir/two.json", r#"{"$id": "http://example.com/a", "type": "number"}"#);
    let (code, _, err) = run(&root, &["--schema-dir", "dir"], "1");
    assert!(code == 2 && err.contains("dir/two.json"), "{err}");
}

/// References of a symlinked schema are resolved in the directory of its target. A pipe as a reference does not block.
#[cfg(unix)]
#[test]
fn symlinks_and_pipes_as_schemas() {
    let root = directory("links");
    write(&root, "real/main.json", r#"{"$ref": "text.json"}"#);
    write(&root, "real/text.json", r#"{"type": "string"}"#);
    let _ = std::os::unix::fs::symlink("real/main.json", root.join("main.json"));
    assert_eq!(run(&root, &[], "1").0, 1);
    fs::remove_file(root.join("main.json")).expect("a link");
    let made = Command::new("mkfifo").arg(root.join("pipe.json")).status();
    if made.is_ok_and(|made| made.success()) {
        write(&root, "main.json", r#"{"$ref": "pipe.json"}"#);
        let (code, _, err) = run(&root, &[], "1");
        assert!(code == 2 && err.contains("regular"), "{err}");
    }
}

/// No severity option turns an undecided document into a clean one.
#[test]
fn severities_do_not_hide_undecided_values() {
    let root = directory("silenced");
    write(&root, "main.json", r#"{"pattern":"^(a+a+)+\\1b$"}"#);
    let text = json!("a".repeat(60)).to_string();
    for more in
        [&["--allow", "schema/undecided"][..], &["--allow", "all"], &["--fail-on", "never"], &["--warn", "schema"]]
    {
        let (code, out, err) = run(&root, more, &text);
        assert_eq!(code, 2, "{more:?}: {out}{err}");
    }
    let page = fs::read_to_string("fixtures/valid/create.pretty.json").expect("a fixture");
    let mut page: Serde = serde_json::from_str(&page).expect("JSON");
    for location in [0, 1] {
        page["results"][location]["properties"]["hs_call_body"] = json!("a".repeat(60));
    }
    write(&root, "page.json", &page.to_string());
    let body = json!({"properties": {"hs_call_body": {"pattern": "^(a+a+)+\\1b$"}}});
    let schema = json!({"properties": {"results": {"items": {"properties": {"properties": body}}}}});
    write(&root, "main.json", &schema.to_string());
    let output = Command::new(env!("CARGO_BIN_EXE_callcheck"))
        .current_dir(&root)
        .args(["summary", "--no-config", "--schema", "main.json", "page.json"])
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}

#[test]
fn unpaired_surrogates_are_distinct_values() {
    let root = directory("surrogates");
    write(&root, "main.json", r#"{"const":"\ud800"}"#);
    assert_eq!(run(&root, &[], "1").0, 2);
    let schema = r#"{"additionalProperties":false,"properties":{"\ufffd":{"type":"string"},"a":{"uniqueItems":true}}}"#;
    write(&root, "main.json", schema);
    for (instance, code) in [
        (r#"{"\ufffd":"a"}"#, 0),
        (r#"{"\ufffd":1}"#, 1),
        (r#"{"\ud801":"a"}"#, 1),
        (r#"{"a":["\ud800","\ud801","\ufffd"]}"#, 0),
        (r#"{"a":["\ud800","\ud800"]}"#, 1),
    ] {
        assert_eq!(run(&root, &[], instance).0, code, "{instance}");
    }
    // Names of properties are shown in the same way.
    for (schema, expected) in [
        (
            r#"{"additionalProperties":{"type":"string"}}"#,
            "1:14: error[schema/type] `\u{FFFD}abc` must be a string, found the number 1 (/\u{FFFD}abc)",
        ),
        (
            r#"{"properties":{"a":{}},"additionalProperties":false}"#,
            "1:2: error[schema/additionalProperties] unexpected property `\u{FFFD}abc`",
        ),
        (
            r#"{"additionalProperties":false}"#,
            "1:2: error[schema/additionalProperties] unexpected property `\u{FFFD}abc`",
        ),
        (
            r#"{"propertyNames":{"maxLength":3}}"#,
            "1:2: error[schema/propertyNames] invalid property name `\u{FFFD}abc`: must have at most 3 characters, found 4",
        ),
    ] {
        write(&root, "main.json", schema);
        let (_, out, _) = run(&root, &[], r#"{"\ud800abc":1}"#);
        assert!(out.lines().any(|line| line.strip_prefix("instance.json:") == Some(expected)), "{schema}: {out}");
    }
    // The character that represents unpaired surrogates internally can occur itself.
    write(&root, "main.json", r#"{"additionalProperties":{"type":"string"}}"#);
    let (_, out, _) = run(&root, &["--output-format", "json"], "{\"\u{10F000}\":1}");
    let report: Serde = serde_json::from_str(&out).expect("a report");
    assert_eq!(report["documents"][0]["findings"][0]["instance_location"], "/\u{10F000}", "{out}");
}

/// Of duplicate names, the last one wins. The others appear in no message and have no label.
#[test]
fn unexpected_names_are_reported_once() {
    let root = directory("once");
    for schema in [
        r#"{"additionalProperties":false}"#,
        r#"{"properties":{"c":{}},"additionalProperties":false}"#,
        r#"{"propertyNames":false}"#,
    ] {
        write(&root, "main.json", schema);
        let (_, out, _) = run(&root, &[], r#"{"a":1,"b":2,"a":3}"#);
        let expected = out.lines().find(|line| line.contains("error")).unwrap_or_default();
        let is_reported =
            expected.starts_with("instance.json:1:8: ") && expected.contains("] unexpected properties `b` and `a`");
        assert!(is_reported, "{schema}: {out}");
    }
}

/// Messages of keywords for properties name the property.
#[test]
fn messages_name_the_property() {
    let root = directory("members");
    let instance = r#"{"xaxx":1,"badd":2,"ok":1,"looong":1,"x":{"a":1,"b":2}}"#;
    for (schema, expected) in [
        (
            r#"{"propertyNames":{"maxLength":3}}"#,
            &[
                "1:2: error[schema/propertyNames] invalid property name `xaxx`",
                "1:11: error[schema/propertyNames] invalid property name `badd`",
                "1:27: error[schema/propertyNames] invalid property name `looong`",
            ][..],
        ),
        (
            r#"{"propertyNames":{"enum":["xaxx","ok","looong"]}}"#,
            &[
                "1:11: error[schema/propertyNames] invalid property name `badd`: must be \"xaxx\", \"ok\" or \"looong\"",
                "1:38: error[schema/propertyNames] invalid property name `x`",
            ],
        ),
        (
            r#"{"propertyNames":{"anyOf":[{"const":"x"},{"maxLength":4}]}}"#,
            &["1:27: error[schema/propertyNames] invalid property name `looong`"],
        ),
        (
            r#"{"propertyNames":{"pattern":"^[xlb]"}}"#,
            &["1:20: error[schema/propertyNames] invalid property name `ok`"],
        ),
        (
            r#"{"properties":{"x":{"additionalProperties":false}}}"#,
            &["1:43: error[schema/additionalProperties] unexpected properties `a` and `b` in `x`"],
        ),
        (
            r#"{"properties":{"x":{"propertyNames":false}}}"#,
            &["1:43: error[schema/propertyNames] unexpected properties `a` and `b` in `x`"],
        ),
        (
            r#"{"properties":{"x":{"unevaluatedProperties":{"type":"string"}}}}"#,
            &["do not match the `unevaluatedProperties` schema"],
        ),
    ] {
        write(&root, "main.json", schema);
        let (code, out, err) = run(&root, &[], instance);
        assert_eq!((code, out.lines().count()), (1, expected.len()), "{schema}: {out}{err}");
        for expected in expected {
            assert!(out.contains(expected), "{schema} should say {expected}: {out}");
        }
    }
}

/// An unexpected name is marked at its own position, even if the same text occurs elsewhere or other errors precede it.
#[test]
fn unexpected_names_are_marked_at_their_position() {
    let root = directory("names");
    let short = r#"{"propertyNames":{"maxLength":3}}"#;
    let nested =
        format!(r#"{{"properties":{{"in":{{"properties":{{"low":{short}}},"propertyNames":{{"maxLength":3}}}}}}}}"#);
    let lines = r#"{"a":1,"b":2,"abcdef":3}
{"p":["x","y","z","w","abcdef","k"],"abcdef":1}"#;
    let one = r#"{"abcdef":"abcdef","o":"abcdef","in":{"xyz":"abcdef","abcdef":1,"low":{"abcdef":3,"a":"abcdef","abcdeg":4},"abcdeg":"abcdef"}}"#;
    let both = r#"{"propertyNames":{"maxLength":3,"pattern":"^x"}}"#;
    for (schema, options, instance, locations) in [
        (short, &["--lines"][..], lines, &["1:14", "2:37"][..]),
        (&nested, &[], one, &["1:54", "1:72", "1:96", "1:108"]),
        // Of duplicate names, the last one is validated (a warning reports the duplicates).
        (both, &[], r#"{"a":1,"abcdef":1,"b":1,"abcdef":2}"#, &["1:2", "1:19", "1:25", "1:25", "1:25"]),
    ] {
        write(&root, "main.json", schema);
        let (_, out, err) = run(&root, options, instance);
        let reported: Vec<&str> = out.lines().filter_map(|line| line.split(": ").next()).collect();
        let locations: Vec<String> = locations.iter().map(|location| format!("instance.json:{location}")).collect();
        assert_eq!(reported, locations, "{out}{err}");
    }
}

/// The cost is linear in the number of names. Quadratic work takes more than a minute.
#[test]
fn many_names_take_linear_time() {
    let root = directory("many");
    let members: Vec<String> = (0..40_000).map(|number| format!("\"k{number}\":1")).collect();
    write(&root, "main.json", r#"{"propertyNames":{"pattern":"^x","maxLength":1}}"#);
    let (_, out, _) = run(&root, &[], &format!("{{{}}}", members.join(",")));
    assert_eq!(out.lines().count(), 80_000);
    let properties: Vec<String> = (0..30_000).map(|number| format!("\"k{number}\":{{\"type\":\"string\"}}")).collect();
    write(&root, "main.json", &format!("{{\"properties\":{{{}}}}}", properties.join(",")));
    assert_eq!(run(&root, &[], r#"{"k1":"a"}"#).0, 0);
}

/// Messages name the right items and limits, and texts that differ do not look equal.
#[test]
fn messages_are_right() {
    let root = directory("sentences");
    let in_array = r#"{"additionalProperties":{"unevaluatedItems":{"maximum":5}}}"#;
    for (schema, instance, expected) in [
        (
            r#"{"prefixItems":[{}],"unevaluatedItems":false}"#,
            "[1,22,3]",
            "1:4: error[schema/unevaluatedItems] unexpected items 1 and 2: not described by the schema ()",
        ),
        (
            in_array,
            r#"{"a":[1,9,3]}"#,
            "1:9: error[schema/unevaluatedItems] item 1 in `a` does not match the `unevaluatedItems` schema (/a)",
        ),
        (
            r#"{"minItems":99999999999999999999999}"#,
            "[1]",
            "1:1: error[schema/minItems] the document must have at least 99999999999999999999999 items, found 1",
        ),
        (
            r#"{"minLength":100000}"#,
            r#""a""#,
            "1:1: error[schema/minLength] the document must have at least 100,000 characters, found 1",
        ),
        (
            r#"{"contains":{"type":"integer"},"maxContains":0}"#,
            "[1]",
            "1:1: error[schema/contains] the document must contain at least 1 item that matches `contains` but at most 0: no array can satisfy both",
        ),
        (
            r#"{"contains":{"type":"integer"},"minContains":0,"maxContains":0}"#,
            "[1]",
            "1:1: error[schema/contains] the document must contain no items that match `contains`, found 1",
        ),
        (
            r#"{"contains":{"type":"integer"},"minContains":3,"maxContains":1}"#,
            "[1]",
            "1:1: error[schema/contains] the document must contain at least 3 items that match `contains` but at most 1: no array can satisfy both",
        ),
        (
            r#"{"contains":{"type":"integer"},"maxContains":1}"#,
            "[1,2]",
            "1:1: error[schema/contains] the document must contain exactly 1 item that matches `contains`, found 2",
        ),
        (
            r#"{"pattern":"^(?!000)\\d{3}[^\\s.]$"}"#,
            r#""\u0663\u0663\u0663-""#,
            r#"1:1: error[schema/pattern] the document must match the pattern `^(?!000)\d{3}[^\s.]$`, found "٣٣٣-""#,
        ),
        (r#"{"const":"a\nb"}"#, r#""a\\nb""#, r#"1:1: error[schema/const] the document must be "a\nb", found "a\\nb""#),
        (r#"{"const":"a\"b"}"#, r#""a\"c""#, r#"1:1: error[schema/const] the document must be "a\"b", found "a\"c""#),
    ] {
        write(&root, "main.json", schema);
        let (_, out, err) = run(&root, &[], instance);
        let expected = format!("instance.json:{}\n", expected.trim_end_matches(" ()"));
        assert_eq!(out, expected, "{schema}: {err}");
    }
}

/// The message of a conditional requirement names the condition.
#[test]
fn messages_of_conditions() {
    let root = directory("conditions");
    let if_kind = r#"{"properties":{"kind":{"const":"customer"}},"required":["kind","since"]}"#;
    let if_kind = format!(r##"{{"$ref":"#/$defs/a","$defs":{{"a":{{"if":{if_kind},"then":{{"required":["y"]}}}}}}}}"##);
    for (schema, instance, message, note) in [
        (
            r#"{"dependentRequired":{"z":["a"],"x":["y"]}}"#,
            r#"{"x":1}"#,
            "missing required property `y`",
            "`y` is required because `x` is present",
        ),
        (
            r#"{"$schema":"http://json-schema.org/draft-07/schema#","dependencies":{"x":["y"]}}"#,
            r#"{"x":1}"#,
            "missing required property `y`",
            "`y` is required because `x` is present",
        ),
        (
            r#"{"dependentSchemas":{"x":{"properties":{"then":{"type":"string"}}}}}"#,
            r#"{"x":1,"then":1}"#,
            "`then` must be a string",
            "the `dependentSchemas` schema for `x` applies because `x` is present",
        ),
        (
            r#"{"dependentSchemas":{"x":false}}"#,
            r#"{"x":1}"#,
            "the document is not allowed",
            "the `dependentSchemas` schema for `x` applies because `x` is present",
        ),
        (
            r#"{"if":{"required":["x"]},"then":{"required":["y"]}}"#,
            r#"{"x":1}"#,
            "missing required property `y`",
            "the `then` schema applies because `/if` matches: `x` is present",
        ),
        (
            &if_kind,
            r#"{"kind":"customer","since":1}"#,
            "missing required property `y`",
            "the `then` schema applies because `/$ref/if` matches: `kind` is \"customer\" and `since` is present",
        ),
        (
            r#"{"allOf":[{"if":{"properties":{"a":{"enum":[1,"b"]},"c":{"type":"array"}}},"then":{"required":["y"]}}]}"#,
            r#"{"a":1}"#,
            "missing required property `y`",
            "the `then` schema applies because `/allOf/0/if` matches: `a` is 1 or \"b\" or missing and `c` is an array \
             or missing",
        ),
        (
            r#"{"if":{"not":{"required":["x"]}},"then":{"required":["y"]}}"#,
            "{}",
            "missing required property `y`",
            "the `then` schema applies because `/if` matches",
        ),
        (
            r#"{"items":{"if":{"type":"string"},"else":{"minimum":2}}}"#,
            "[1]",
            "item 0 must be at least 2",
            "the `else` schema applies because `/items/if` does not match; it requires that the value is a string",
        ),
        (r#"{"properties":{"then":{"type":"string"}}}"#, r#"{"then":1}"#, "`then` must be a string", ""),
    ] {
        write(&root, "main.json", schema);
        let (_, out, err) = run(&root, &["--output-format", "json"], instance);
        let report: Serde = serde_json::from_str(&out).expect("a report");
        let finding = &report["documents"][0]["findings"][0];
        assert!(finding["message"].as_str().is_some_and(|expected| expected.contains(message)), "{schema}: {out}{err}");
        let notes: Vec<&str> = finding["notes"].as_array().expect("notes").iter().filter_map(Serde::as_str).collect();
        let expected: Vec<&str> = Some(note).into_iter().filter(|note| !note.is_empty()).collect();
        assert_eq!(notes, expected, "{schema}: {out}");
    }
    write(&root, "main.json", r##"{"propertyNames":{"$ref":"#/$defs/name"},"$defs":{"name":{"pattern":"^[a-z]+$"}}}"##);
    let (_, out, _) = run(&root, &[], r#"{"A":1}"#);
    assert!(out.contains("invalid property name `A`: must match the pattern `^[a-z]+$`"), "{out}");
}

/// The closest alternative is neither one for another type nor one that no value satisfies.
#[test]
fn alternatives_of_another_type_are_far() {
    let root = directory("near");
    for (schema, instance) in [
        (r#"{"anyOf":[{"enum":["a","b"]},{"type":"array","items":{"enum":["a","b"]}}]}"#, r#"["a","c"]"#),
        (r#"{"anyOf":[{"const":"a"},{"type":"array","items":{"enum":["a","b"]}}]}"#, r#"["a","c"]"#),
        (r#"{"anyOf":[false,{"type":"integer","maximum":0}]}"#, "3"),
        (
            r#"{"oneOf":[{"properties":{"note":{"type":"integer"}}},{"properties":{"note":{"maxLength":2}}}]}"#,
            r#"{"note":"abc"}"#,
        ),
    ] {
        write(&root, "main.json", schema);
        let (_, out, err) = run(&root, &["--output-format", "full"], instance);
        assert!(out.contains(" schema is #2"), "{schema}: {out}{err}");
    }
    write(&root, "main.json", r#"{"type":["string","strng"]}"#);
    let (code, _, err) = run(&root, &[], "1");
    assert!(code == 2 && err.contains("`type[1]` must be"), "{err}");
}

/// A schema with a custom dialect must satisfy the meta-schema of that dialect.
#[test]
fn a_custom_dialect_is_validated_by_its_meta_schema() {
    let root = directory("dialect");
    let meta = r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://example.com/meta","$ref":"https://json-schema.org/draft/2020-12/schema","required":["title"],"properties":{"unit":{"type":"string"}}}"#;
    write(&root, "dir/meta.json", meta);
    for (schema, code, location) in [
        (r#"{"$schema":"https://example.com/meta","title":"t","unit":"m","type":"integer"}"#, 0, ""),
        (r#"{"$schema":"https://example.com/meta","title":"t","unit":1}"#, 2, "main.json:1:58"),
        (r#"{"$schema":"https://example.com/meta","unit":"m"}"#, 2, "missing required property `title`"),
        (r#"{"$schema":"https://example.com/meta","title":"t","minimum":"1"}"#, 2, "main.json:1:61"),
    ] {
        write(&root, "main.json", schema);
        let (found, _, err) = run(&root, &["--schema-dir", "dir"], "1");
        assert!(found == code && err.contains(location), "{schema}: {found} {err}");
    }
    // A subschema with another dialect.
    let part = r##"{"$id":"http://x/a","$defs":{"b":{"$id":"http://x/b","$schema":"http://json-schema.org/draft-07/schema#","$ref":"#/definitions/i"}},"properties":{"q":{"$ref":"b"}}}"##;
    write(&root, "main.json", part);
    let (found, _, err) = run(&root, &[], "1");
    assert!(found == 2 && err.contains("different"), "{err}");
    write(&root, "main.json", r#"{"$schema":"https://example.com/meta","title":"t"}"#);
    write(&root, "dir/meta.json", &meta.replace("\"string\"", "\"strng\""));
    let (found, _, err) = run(&root, &["--schema-dir", "dir"], "1");
    assert!(found == 2 && err.contains("meta.json:1:196"), "{err}");
}

/// Pointers are bounded, including those into recursive schemas. With long pointers, fewer violations are listed:
/// otherwise, memory would grow with the square of the depth of a document.
#[test]
fn pointers_of_deep_violations_are_bounded() {
    let root = directory("deep");
    let deep = |levels: usize| format!("{}1{}", "{\"x\":".repeat(levels), "}".repeat(levels));
    let findings = |kind: &str, levels: usize| -> Vec<Serde> {
        write(&root, "main.json", &format!(r##"{{"properties":{{"x":{{"$ref":"#"}}}},"type":"{kind}"}}"##));
        let (code, out, _) = run(&root, &["--output-format", "json"], &deep(levels));
        assert_eq!(code, 1);
        let mut report: Serde = serde_json::from_str(&out).expect("a report");
        serde_json::from_value(report["documents"][0]["findings"].take()).expect("findings")
    };
    let only = &findings("object", 4200)[..];
    let [only] = only else { panic!("{} findings", only.len()) };
    for name in ["instance_location", "keyword_location"] {
        let length = only[name].as_str().expect("a pointer").len();
        assert!((8 * 1024 - 20..=8 * 1024).contains(&length), "{name}: {length} bytes");
    }
    assert_eq!(findings("array", 1000).len(), 1001);
    let many = findings("array", 9000);
    assert!(many.len() == 1 && many[0]["rule"] == "schema/limit", "{} findings", many.len());
}

/// Writes the schema, validates `instance`, and returns the exit code and standard error in one line.
fn load(root: &Path, schema: &str, instance: &str) -> (i32, String, String) {
    write(root, "main.json", schema);
    let (code, out, err) = run(root, &[], instance);
    (code, out, err.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[test]
fn duplicate_identifiers_are_errors() {
    let root = directory("identifiers");
    let draft4 = r#""$schema":"http://json-schema.org/draft-04/schema#""#;
    let draft7 = r#""$schema":"http://json-schema.org/draft-07/schema#""#;
    for (schema, expected) in [
        (
            r#"{"$defs":{"a":{"$anchor":"x"},"b":{"$anchor":"x"}}}"#.to_owned(),
            "duplicate `$anchor` `x` --> main.json:1:46",
        ),
        (
            r#"{"$defs":{"a":{"$anchor":"x"},"b":{"$dynamicAnchor":"x"}}}"#.to_owned(),
            "duplicate `$dynamicAnchor` `x` --> main.json:1:53",
        ),
        (
            r#"{"$id":"https://e.example/r","$defs":{"a":{"$id":"t"},"b":{"$id":"https://e.example/t"}}}"#.to_owned(),
            "duplicate `$id` `https://e.example/t` --> main.json:1:66",
        ),
        (
            r#"{"$id":"https://e.example/r","items":{"$id":"https://e.example/r#"}}"#.to_owned(),
            "duplicate `$id` `https://e.example/r` --> main.json:1:45",
        ),
        (
            format!("{{{draft7},\"definitions\":{{\"a\":{{\"$id\":\"#x\"}},\"b\":{{\"$id\":\"#x\"}}}}}}"),
            "duplicate `$id` `#x` --> main.json:1:97",
        ),
        (
            format!("{{{draft4},\"definitions\":{{\"a\":{{\"id\":\"#x\"}},\"b\":{{\"id\":\"#x\"}}}}}}"),
            "duplicate `id` `#x` --> main.json:1:95",
        ),
        (
            format!("{{{draft4},\"id\":\"http://e.example/r\",\"items\":[{{\"id\":\"a\"}},{{\"id\":\"a\"}}]}}"),
            "duplicate `id` `http://e.example/a` --> main.json:1:106",
        ),
    ] {
        let (code, out, err) = load(&root, &schema, "1");
        assert!(code == 2 && out.is_empty() && err.contains("error[schema/duplicate-id]"), "{schema}: {code} {err}");
        assert!(err.contains(expected), "{schema} should say {expected}: {err}");
    }
    for schema in [
        // Data, names of properties, and different resources.
        r#"{"enum":[{"$id":"http://e.example/a"},{"$id":"http://e.example/a","b":1}],"const":{"$anchor":"x"},"$anchor":"x"}"#.to_owned(),
        r#"{"default":{"$anchor":"x"},"examples":[{"$anchor":"x"}],"$anchor":"x"}"#.to_owned(),
        r#"{"properties":{"$anchor":{"$anchor":"x"},"$id":{"$id":"http://e.example/a"}},"x":{"$anchor":"x"}}"#.to_owned(),
        r#"{"$defs":{"a":{"$id":"http://e.example/a/","$defs":{"x":{"$id":"x","$anchor":"y"}}},"b":{"$id":"http://e.example/b/","$defs":{"x":{"$id":"x","$anchor":"y"}}}}}"#.to_owned(),
        r#"{"$anchor":"x","$dynamicAnchor":"x"}"#.to_owned(),
        format!("{{{draft7},\"items\":[{{\"$id\":\"#/items/0\"}},{{\"$id\":\"#/items/0\"}},{{\"$ref\":\"#\",\"$id\":\"a\"}},{{\"$id\":\"a\"}}]}}"),
    ] {
        let (code, _, err) = load(&root, &schema, "null");
        assert!(code < 2 && err.is_empty(), "{schema}: {code} {err}");
    }
}

/// The location of an error is that of the innermost schema with the problem, in each draft and in each file.
#[test]
fn errors_in_schemas_have_their_own_location() {
    let root = directory("locations");
    for (schema, location) in [
        (r#"{"items":{"properties":{"a":{"type":5}}}}"#, "1:37"),
        (
            r#"{"$schema":"http://json-schema.org/draft-04/schema#","items":{"additionalProperties":{"type":5}}}"#,
            "1:94",
        ),
        (r#"{"$schema":"http://json-schema.org/draft-06/schema#","items":[{},{"items":{"type":5}}]}"#, "1:83"),
        (r#"{"$schema":"http://json-schema.org/draft-07/schema#","dependencies":{"a":{"minimum":""}}}"#, "1:85"),
        (r#"{"$schema":"https://json-schema.org/draft/2019-09/schema","items":{"items":{"type":5}}}"#, "1:84"),
        // A part of a different dialect.
        (
            r#"{"properties":{"a":{"$schema":"http://json-schema.org/draft-07/schema#","$id":"http://e.example/a","items":[{"type":5}]}}}"#,
            "1:117",
        ),
        (r##"{"x":{"y":7},"properties":{"a":{"$ref":"#/x/y"}}}"##, "1:11"),
        (r#"{"$schema":"http://json-schema.org/draft-04/schema#","items":{"$ref":"http://a:b/"}}"#, "1:70"),
    ] {
        let (code, _, err) = load(&root, schema, "1");
        assert!(code == 2 && err.contains(&format!(" --> main.json:{location} ")), "{schema} at {location}: {err}");
        assert_eq!(err.matches(" --> ").count(), 1, "{err}");
    }
    // A part of a file that is a schema only because a different file refers to it.
    for (part, location) in [
        (r#"{"a":{"type":5}}"#, "1:19"),
        (r#"{"a":{"pattern":"(?<=(a)\\1)"}}"#, "1:22"),
        (r#"{"a":{"$ref":"gone.json"}}"#, "1:19"),
        (r##"{"a":{"$ref":"#/nowhere"}}"##, "1:19"),
        (r#"{"a":"text"}"#, "1:11"),
        (r##"{"a":{"anyOf":[{"$ref":"#/x/a"}]}}"##, "1:29"),
    ] {
        write(&root, "part.json", &format!("{{\"x\":{part}}}"));
        let (code, _, err) = load(&root, r#"{"properties":{"a":{"$ref":"part.json#/x/a"}}}"#, "1");
        assert!(code == 2 && err.contains(&format!("part.json:{location} ")), "{part} at {location}: {err}");
        assert!(err.ends_with("part.json: invalid schema; no input was checked"), "{err}");
    }
    // By position.
    let schema = r##"{"allOf":[{"$ref":"#/no"}],"items":{"$ref":"#/none"},"not":{"$ref":"#nil"},"contains":{"$ref":"#/never"}}"##;
    let (_, _, err) = load(&root, schema, "1");
    let columns: Vec<usize> =
        err.split("main.json:1:").skip(1).filter_map(|rest| rest.split(' ').next()?.parse().ok()).collect();
    assert_eq!(columns, [19, 44, 68, 95], "{err}");
}

#[test]
fn array_indexes_in_references_follow_rfc_6901() {
    let root = directory("indexes");
    for (index, expected) in [("1", 1), ("01", 2), ("+1", 2), ("%2B1", 2), ("-", 2), ("2", 2), ("00", 2), ("0", 0)] {
        let reference = format!("#/allOf/{index}");
        let schema = json!({"allOf": [{}, {"minimum": 0}], "items": {"$ref": reference}}).to_string();
        let (code, _, err) = load(&root, &schema, "[-1]");
        assert!(code == expected && (code < 2 || err.contains("main.json:1:")), "{index}: {err}");
        write(&root, "other.json", r#"{"allOf":[{},{"minimum":0}],"0":{"01":true}}"#);
        let schema = json!({"items": {"$ref": format!("other.json{reference}")}}).to_string();
        assert_eq!(load(&root, &schema, "[-1]").0, expected, "{index}");
    }
    assert_eq!(load(&root, r##"{"x":{"01":{"+1":{"type":"null"}}},"$ref":"#/x/01/+1"}"##, "1").0, 1);
}

#[test]
fn references_with_characters_that_uris_do_not_allow_are_resolved() {
    let root = directory("encoding");
    let name = "Foo[Bar]<T> ü|^\\`{}\"";
    for draft in ALL {
        let schema = json!({"$schema": draft, "definitions": {name: {"type": "string"}, "default": {"items": {"$ref": format!("#/definitions/{name}")}}}, "allOf": [{"$ref": format!("#/definitions/{name}")}, {"$ref": "#/definitions/default"}]});
        let (code, out, err) = load(&root, &schema.to_string(), "1");
        assert_eq!((code, out.lines().count()), (1, 1), "{schema}: {out} {err}");
        assert_eq!(err.matches("warning[schema/ref-encoding]").count(), 2, "{err}");
        assert!(err.contains("`#/definitions/Foo%5BBar%5D%3CT%3E%20%C3%BC%7C%5E%5C%60%7B%7D%22`"), "{err}");
        write(&root, "a b.json", &schema.to_string());
        let reference = format!("a b.json#/definitions/{name}");
        let other = json!({"$schema": draft, "items": {"$ref": reference}});
        let (code, _, err) = load(&root, &other.to_string(), "[1]");
        assert!(code == 1 && err.contains("`a%20b.json#/definitions/Foo%5B"), "{err}");
        // The warnings in the other file.
        assert!(err.contains("a b.json:1:"), "{err}");
    }
    for (schema, code) in [
        (r##"{"$defs":{"a%b":{"type":"null"}},"$ref":"#/$defs/a%25b"}"##, 1),
        (r##"{"$defs":{"100%":{"type":"null"}},"$ref":"#/$defs/100%"}"##, 1),
        (r##"{"$defs":{"C#":{"type":"null"}},"$ref":"#/$defs/C#"}"##, 1),
        (r##"{"$ref":"#/$defs/No<T>"}"##, 2),
        (r##"{"enum":[{"$ref":"#/a b"}]}"##, 1),
        (r##"{"const":{"$ref":"#/a b"},"properties":{"$ref":{"$ref":"#"}}}"##, 1),
    ] {
        let (found, _, err) = load(&root, schema, "1");
        assert_eq!(found, code, "{schema}: {err}");
        assert_eq!(
            err.contains("ref-encoding"),
            code == 1 && schema.contains("$ref\":\"#/$defs") && !schema.contains("%25"),
            "{err}"
        );
        assert!(code < 2 || err.contains("`/$defs/No<T>` does not exist"), "{err}");
    }
    // Data is compared as it is.
    assert_eq!(load(&root, r##"{"const":{"$ref":"#/a b"}}"##, r##"{"$ref":"#/a b"}"##).0, 0);
}

#[test]
fn an_infinite_loop_that_is_not_reached_is_a_warning() {
    let root = directory("unused");
    for (schema, code) in [
        (r##"{"$defs":{"a":{"allOf":[{"$ref":"#/$defs/a"}]}},"type":"string"}"##, 1),
        (
            r##"{"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"},"c":{"$ref":"#/$defs/a"}},"type":"string"}"##,
            1,
        ),
        (
            r##"{"$schema":"http://json-schema.org/draft-04/schema#","definitions":{"a":{"$ref":"#/definitions/a"}},"type":"string"}"##,
            1,
        ),
        (r##"{"$defs":{"a":{"allOf":[{"$ref":"#/$defs/a"}]}},"items":{"$ref":"#/$defs/a"}}"##, 2),
        (r##"{"$defs":{"a":{"$dynamicAnchor":"x","allOf":[{"$ref":"#/$defs/a"}]}},"items":{"$dynamicRef":"#x"}}"##, 2),
        (
            r##"{"$id":"http://e.example/r","$ref":"b","$defs":{"a":{"$dynamicAnchor":"x","allOf":[{"$ref":"#/$defs/a"}]},"b":{"$id":"b","items":{"$dynamicRef":"#x"},"$defs":{"d":{"$dynamicAnchor":"x"}}}}}"##,
            2,
        ),
    ] {
        let (found, _, err) = load(&root, schema, "1");
        assert_eq!(found, code, "{schema}: {err}");
        let severity = if code == 2 { "error[schema/ref]: infinite" } else { "warning[schema/unused-loop]: infinite" };
        assert!(err.contains(severity), "{schema}: {err}");
    }
}

#[test]
fn malformed_annotations_are_warnings() {
    let root = directory("annotations");
    for (draft, keyword, value) in [
        (DRAFT4, "title", json!(5)),
        (DRAFT4, "description", json!(["a"])),
        (DRAFT6, "examples", json!("a")),
        (DRAFT7, "readOnly", json!("yes")),
        (DRAFT7, "$comment", json!({})),
        (DRAFT2019, "writeOnly", json!(1)),
        (DRAFT2019, "deprecated", json!("since 2.0")),
        (DRAFT2020, "examples", json!({"a": 1})),
        (DRAFT2020, "title", json!(null)),
        (DRAFT2020, "$comment", json!(1)),
    ] {
        let schema = json!({"$schema": draft, "items": {"type": "string", "not": {keyword: value, "type": "integer"}, keyword: value}});
        let (code, out, err) = load(&root, &schema.to_string(), "[1]");
        assert_eq!((code, out.lines().count()), (1, 2), "{schema}: {out} {err}");
        assert_eq!(err.matches("warning[schema/annotation]").count(), 2, "{schema}: {err}");
        assert!(err.contains(&format!("`{keyword}` must be a")) && err.contains("main.json:1:"), "{err}");
        // Assertions stay errors.
        let schema = json!({"$schema": draft, "items": {"type": 5, keyword: value}});
        let (code, _, err) = load(&root, &schema.to_string(), "[1]");
        assert!(code == 2 && err.contains("/items/type"), "{schema}: {err}");
    }
    // Properties of these names, and values of any type.
    let schema =
        r#"{"properties":{"title":{"type":"string"},"examples":{"default":5,"example":1}},"default":{"title":5}}"#;
    let (code, _, err) = load(&root, schema, "1");
    assert_eq!((code, err.as_str()), (0, ""), "{schema}");
    assert_eq!(load(&root, r#"{"properties":{"title":5}}"#, "1").0, 2);
}

#[test]
fn warnings_about_schemas_have_severities_and_are_shown_once() {
    let root = directory("warnings");
    write(&root, "main.json", r#"{"title":5,"items":{"type":"string","type":"number"}}"#);
    let lines = "[1]\n".repeat(5000);
    let (code, out, err) = run(&root, &["--lines", "--threads", "2"], &lines);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    for (rule, location) in [("schema/annotation", "main.json:1:10"), ("json/duplicate-key", "main.json:1:37")] {
        assert_eq!(err.matches(&format!("warning[{rule}]")).count(), 1, "{err}");
        assert!(err.contains(location), "{err}");
    }
    assert!(!err.contains("no input was checked"), "{err}");
    let allowed = run(&root, &["--allow", "schema/annotation", "--allow", "json"], "[1]");
    assert_eq!((allowed.0, allowed.2.as_str()), (0, ""));
    for denied in [&["--deny", "json/duplicate-key"][..], &["--deny", "all"], &["--profile", "strict"]] {
        let (code, out, err) = run(&root, denied, "[1]");
        assert_eq!((code, out.as_str()), (2, ""), "{denied:?}: {err}");
        assert!(err.contains("error[json/duplicate-key]") && err.contains("no input was checked"), "{err}");
    }
    // In a configuration, and in other commands.
    write(&root, "configured/callcheck.toml", "[rules]\n\"schema/annotation\" = \"allow\"\n\"json\" = \"deny\"\n");
    write(&root, "configured/main.json", r#"{"title":5}"#);
    write(&root, "configured/data.json", "1");
    let command = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_callcheck"))
            .current_dir(root.join("configured"))
            .args(arguments)
            .output()
            .expect("it runs");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, err) = command(&["check", "-q", "--schema", "main.json", "data.json"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let (code, err) = command(&["filter", "--schema", "main.json", "data.json"]);
    assert!(code == Some(0) && err.contains("warning[schema/annotation]"), "{err}");
    let (code, err) = command(&["summary", "--no-config", "--schema", "main.json", "data.json"]);
    assert!(code == Some(0) && err.matches("warning[schema/annotation]").count() == 1, "{err}");
}

#[test]
fn the_library_reads_schemas_as_the_command_line_does() {
    let root = directory("library");
    write(
        &root,
        "main.json",
        r##"{"title":5,"$defs":{"A<B>":{"type":"string","type":"null"}},"$ref":"#/$defs/A<B>"}"##,
    );
    let validator = callcheck::Validator::from_schema_file(root.join("main.json")).expect("a usable schema");
    assert_eq!(validator.check_bytes("a.json", b"1").findings().len(), 1);
    write(&root, "main.json", r#"{"items":{"$anchor":"a"},"not":{"$anchor":"a"}}"#);
    let error =
        callcheck::Validator::from_schema_file(root.join("main.json")).map(|_| ()).expect_err("duplicate anchors");
    assert!(error.to_string().contains("schema/duplicate-id"), "{error}");
}

/// Frequent mistakes in schemas, and the help for each.
#[test]
fn frequent_mistakes_in_schemas_have_a_help() {
    let root = directory("mistakes");
    for (schema, help) in [
        (r#"{"type":"int"}"#, "did you mean \"integer\"?"),
        (r#"{"type":"Boolean"}"#, "did you mean \"boolean\"?"),
        (r#"{"items":[{"type":"string"}]}"#, "for a tuple, write the array as `prefixItems`"),
        (r#"{"properties":{"a":{"required":true}}}"#, "write `required` next to `properties`, as an array of"),
        (r#"{"minimum":1,"exclusiveMinimum":true}"#, "write the limit itself: `exclusiveMinimum` replaces `minimum`"),
        (r##"{"$defs":{"address":{}},"$ref":"$defs/address"}"##, "did you mean `#/$defs/address`?"),
        (r##"{"$defs":{"address":{}},"$ref":"#$defs/address"}"##, "did you mean `#/$defs/address`?"),
        (r##"{"$defs":{"address":{}},"$ref":"#/$defs/adress"}"##, "did you mean `#/$defs/address`?"),
        (
            r##"{"definitions":{"a":{},"b":{}},"$ref":"#/definitions/customer"}"##,
            "`#/definitions` contains `a` and `b`",
        ),
    ] {
        let (code, _, err) = load(&root, schema, "1");
        assert!(code == 2 && err.contains(&format!("= help: {help}")), "{schema}: {help}: {err}");
    }
    // `anyOf` is a keyword of the meta-schema, which the author of the schema does not see.
    for (schema, found) in [(r#"{"type":"thing"}"#, "\"thing\""), (r#"{"type":5}"#, "5")] {
        let (code, _, err) = load(&root, schema, "1");
        let words = err.split_whitespace().collect::<Vec<_>>().join(" ");
        let is_named =
            words.contains("`type` must be \"array\", \"boolean\", ") && words.contains(&format!("found {found}"));
        assert!(code == 2 && is_named && !err.contains("anyOf"), "{schema}: {err}");
    }
}

/// A misspelled property is missing and unexpected. One finding reports both, unless its severity is lower.
#[test]
fn a_misspelled_property_has_one_finding() {
    let root = directory("misspelled");
    let properties = r#""required":["status"],"properties":{"status":{}}"#;
    let required = "1:1: error[schema/required] missing required property `status`";
    let unexpected = |names: &str| format!("1:2: error[schema/additionalProperties] unexpected {names}");
    for (keyword, instance, options, expected) in [
        (r#""additionalProperties":false"#, r#"{"statuss":1}"#, &[][..], vec![required.to_owned()]),
        (r#""unevaluatedProperties":false"#, r#"{"statuss":1}"#, &[], vec![required.to_owned()]),
        (r#""propertyNames":{"enum":["status"]}"#, r#"{"statuss":1}"#, &[], vec![required.to_owned()]),
        (
            r#""additionalProperties":false"#,
            r#"{"other":2,"statuss":1}"#,
            &[],
            vec![required.to_owned(), unexpected("property `other`")],
        ),
        (
            r#""additionalProperties":false"#,
            r#"{"statuss":1}"#,
            &["--allow", "schema/required"],
            vec![unexpected("property `statuss`")],
        ),
        (
            r#""additionalProperties":false"#,
            r#"{"statuss":1}"#,
            &["--warn", "schema/required"],
            vec![required.replace("error", "warning"), unexpected("property `statuss`")],
        ),
        // A different name is not a misspelling.
        (
            r#""additionalProperties":false"#,
            r#"{"zzz":1}"#,
            &[],
            vec![required.to_owned(), unexpected("property `zzz`")],
        ),
    ] {
        write(&root, "main.json", &format!("{{{properties},{keyword}}}"));
        let (_, out, err) = run(&root, options, instance);
        let expected: String = expected.iter().map(|line| format!("instance.json:{line}\n")).collect();
        assert_eq!(out, expected, "{keyword} {instance}: {err}");
    }
}
