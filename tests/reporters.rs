//! One sample in every format (`tests/reporters/`). The tests read each output as its consumers do.
#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

mod common;
#[path = "reporters/exchanges.rs"]
mod exchanges;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use callcheck::internals::reporters::Format;
use clap::ValueEnum;
use serde_json::Value as Serde;

/// Errors, warnings, notes, text that is not JSON, a valid response, and a missing file.
const SAMPLE: [&str; 7] = [
    "fixtures/invalid/schema-type.several.min.json",
    "fixtures/invalid/json-duplicate-key.pretty.json",
    "fixtures/invalid/batch-partial-failure.both-names.json",
    "fixtures/invalid/json-syntax.trailing-comma.pretty.json",
    "fixtures/invalid/call-direction.json",
    "fixtures/valid/create.pretty.json",
    "fixtures/gone.json",
];

fn name(format: Format) -> String {
    format.to_possible_value().expect("every format has a name").get_name().to_owned()
}

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_callcheck"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("COLUMNS", "100")
        .args(["check", "--no-config", "-q"])
        .args(arguments)
        .output()
        .expect("it runs")
}

fn printed(format: Format, more: &[&str]) -> String {
    let format = name(format);
    let output = run(&[&["--output-format", &format], more, &SAMPLE].concat());
    assert_eq!(output.status.code(), Some(2), "{format}: {output:?}");
    String::from_utf8(output.stdout).expect("output is UTF-8")
}

#[test]
fn every_format_shows_the_same_sample() {
    let directory = Path::new("tests/reporters");
    let mut wrong = Vec::new();
    for format in Format::value_variants() {
        // The version of callcheck and the texts of its rules are not compared.
        let mut out = printed(*format, &[]).replace(env!("CARGO_PKG_VERSION"), "VERSION");
        if *format == Format::Sarif {
            let begin = out.find("\"rules\":[").expect("rules");
            let end = out.find("]}},\"invocations").expect("their end");
            out.replace_range(begin + 9..end, "…");
        }
        for (line, number) in out.lines().zip(1..) {
            let hostile = line.chars().find(|character| callcheck::internals::text::is_hostile(*character));
            assert_eq!(hostile, None, "{} line {number}: escape it with text::visible: {line}", name(*format));
        }
        wrong.extend(common::blessed(&directory.join(format!("{}.out", name(*format))), &out).err());
        // The same for any number of threads.
        let more = printed(*format, &["--threads", "1"]);
        assert_eq!(printed(*format, &["--threads", "3"]), more, "{format:?}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The official schema of a format, if it is available.
fn official(file: &str) -> Option<jsonschema::Validator> {
    let path = common::shared()?.join("suites/output-schemas").join(file);
    let schema: Serde = serde_json::from_slice(&fs::read(path).expect("a schema")).expect("JSON");
    Some(jsonschema::validator_for(&schema).expect("a schema"))
}

fn assert_fits(schema: Option<&jsonschema::Validator>, value: &Serde) {
    if let Some(schema) = schema {
        let errors: Vec<String> =
            schema.iter_errors(value).map(|error| format!("{error} at {}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

fn json(text: &str) -> Serde {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Findings of the `json` report: path, line, column, rule.
fn reported() -> Vec<(String, u64, u64, String)> {
    let report = json(&printed(Format::Json, &[]));
    let documents = report["documents"].as_array().expect("documents");
    documents
        .iter()
        .flat_map(|document| {
            document["findings"].as_array().expect("findings").iter().map(|finding| {
                let number = |name: &str| finding[name].as_u64().expect("a number");
                let text = |value: &Serde| value.as_str().expect("a text").to_owned();
                (text(&document["path"]), number("line"), number("column"), text(&finding["rule"]))
            })
        })
        .collect()
}

#[test]
fn sarif_is_sarif() {
    let sarif = json(&printed(Format::Sarif, &[]));
    for file in ["sarif-2.1.0.json", "sarif-2.1.0-rtm.5.json"] {
        assert_fits(official(file).as_ref(), &sarif);
    }
    let run = &sarif["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    let mut occurring: Vec<&str> = Vec::new();
    for rule in run["results"].as_array().expect("results").iter().map(|result| result["ruleId"].as_str()) {
        let rule = rule.expect("a rule");
        if !occurring.contains(&rule) {
            occurring.push(rule);
        }
    }
    assert_eq!(rules.iter().map(|rule| rule["id"].as_str().expect("an id")).collect::<Vec<_>>(), occurring);
    let found: Vec<(String, u64, u64, String)> = run["results"]
        .as_array()
        .expect("results")
        .iter()
        .map(|result| {
            let rule = result["ruleId"].as_str().expect("a rule");
            assert_eq!(rules[result["ruleIndex"].as_u64().expect("an index") as usize]["id"], rule);
            let location = &result["locations"][0]["physicalLocation"];
            let region = &location["region"];
            let path = location["artifactLocation"]["uri"].as_str().expect("a path").to_owned();
            // The bytes are those of the file.
            let bytes = fs::read(&path).expect("the file is there");
            let (at, length) =
                (region["byteOffset"].as_u64().expect("a number"), region["byteLength"].as_u64().expect("a number"));
            assert!(at + length <= bytes.len() as u64);
            (
                path,
                region["startLine"].as_u64().expect("a line"),
                region["startColumn"].as_u64().expect("a column"),
                rule.to_owned(),
            )
        })
        .collect();
    assert_eq!(found, reported());
    let mut prints: Vec<&str> = run["results"]
        .as_array()
        .expect("results")
        .iter()
        .map(|result| result["partialFingerprints"]["callcheck/v1"].as_str().expect("one"))
        .collect();
    let count = prints.len();
    prints.sort_unstable();
    prints.dedup();
    assert_eq!(prints.len(), count, "fingerprints tell findings apart");
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
}

#[test]
fn gitlab_reviewdog_and_json_lines_are_well_formed() {
    let reported = reported();
    let gitlab = json(&printed(Format::Gitlab, &[]));
    let entry = official("gitlab-codeclimate.json");
    let entries = gitlab.as_array().expect("entries");
    assert_eq!(entries.len(), reported.len() + 1);
    entries.iter().for_each(|value| assert_fits(entry.as_ref(), value));

    let diagnostic = official("Diagnostic.json");
    let text = printed(Format::Rdjsonl, &[]);
    let lines: Vec<Serde> = text.lines().map(json).collect();
    lines.iter().for_each(|value| assert_fits(diagnostic.as_ref(), value));
    assert_eq!(lines.len(), reported.len() + 1);
    // Columns in reviewdog's format count bytes, so they must agree with the byte offsets.
    let report = json(&printed(Format::Json, &[]));
    let spans = report["documents"]
        .as_array()
        .expect("documents")
        .iter()
        .flat_map(|document| document["findings"].as_array().expect("findings"));
    for (line, finding) in lines.iter().zip(spans) {
        let path = line["location"]["path"].as_str().expect("a path");
        let bytes = fs::read(path).expect("the file is there");
        let start = &line["location"]["range"]["start"];
        let row = start["line"].as_u64().expect("a line") as usize;
        let before: usize = bytes.split_inclusive(|byte| *byte == b'\n').take(row - 1).map(<[u8]>::len).sum();
        let offset = before as u64 + start["column"].as_u64().expect("a column") - 1;
        assert_eq!(Some(offset), finding["span"]["start"].as_u64(), "{line}");
    }
    assert_eq!(printed(Format::JsonLines, &[]).lines().map(json).count(), reported.len() + 1);
}

#[test]
fn xml_is_xml() {
    let reported = reported();
    let text = printed(Format::Checkstyle, &[]);
    let checkstyle = roxmltree::Document::parse(&text).expect("XML");
    let found: Vec<(String, u64, u64)> = checkstyle
        .descendants()
        .filter(|node| node.has_tag_name("error"))
        .map(|node| {
            let number = |name: &str| node.attribute(name).expect("an attribute").parse().expect("a number");
            let file = node.parent().expect("a file").attribute("name").expect("a name").to_owned();
            (file, number("line"), number("column"))
        })
        .collect();
    let expected: Vec<(String, u64, u64)> =
        reported.iter().map(|(path, line, column, _)| (path.clone(), *line, *column)).collect();
    assert_eq!(found, expected);
    let text = printed(Format::Junit, &[]);
    let junit = roxmltree::Document::parse(&text).expect("XML");
    let suites: Vec<_> = junit.descendants().filter(|node| node.has_tag_name("testsuite")).collect();
    assert_eq!(suites.len(), SAMPLE.len());
    for node in junit.descendants().filter(|node| node.tag_name().name().starts_with("test")) {
        // Some viewers show "NaN" without it. It is constant, because output does not depend on the clock.
        assert_eq!(node.attribute("time"), Some("0"), "{node:?}");
    }
    for suite in suites {
        let failures = suite.descendants().filter(|node| node.has_tag_name("failure")).count();
        let errors = suite.descendants().filter(|node| node.has_tag_name("error")).count();
        assert_eq!(suite.attribute("failures"), Some(failures.to_string().as_str()));
        assert_eq!(suite.attribute("errors"), Some(errors.to_string().as_str()));
    }
}

#[test]
fn json_schema_output_is_a_tree_of_failures() {
    /// Units with errors: value, schema, number of keywords.
    fn units(unit: &Serde, found: &mut Vec<(String, String, usize)>) {
        let text = |name: &str| unit[name].as_str().expect("a text").to_owned();
        if let Some(errors) = unit["errors"].as_object() {
            found.push((text("instanceLocation"), text("evaluationPath"), errors.len()));
        }
        for detail in unit["details"].as_array().into_iter().flatten() {
            assert_eq!(detail["valid"], false);
            assert!(
                detail["evaluationPath"]
                    .as_str()
                    .expect("a text")
                    .starts_with(unit["evaluationPath"].as_str().expect("a text"))
            );
            units(detail, found);
        }
    }
    let (list, tree) = (printed(Format::List, &[]), printed(Format::Hierarchical, &[]));
    assert_eq!(list.lines().count(), tree.lines().count());
    let mut some = 0;
    for (list, tree) in list.lines().map(json).zip(tree.lines().map(json)) {
        let [mut flat, mut deep] = [Vec::new(), Vec::new()];
        if list.get("unreadable").is_none() {
            units(&list, &mut flat);
            units(&tree, &mut deep);
        }
        flat.sort();
        deep.sort();
        some += flat.len();
        assert_eq!(flat, deep, "{tree}");
    }
    assert!(some >= 5);
}

/// A new directory with a schema and a document.
fn custom_schema(name: &str, schema: &str, document: &str) -> [String; 2] {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&directory).expect("a directory");
    [("schema.json", schema), ("document.json", document)].map(|(name, text)| {
        fs::write(directory.join(name), text).expect("a file");
        directory.join(name).to_str().expect("UTF-8").to_owned()
    })
}

/// A schema `false` is an output unit without a keyword.
#[test]
fn schemas_that_are_false_are_units() {
    let schema = r#"{"properties":{"a":false},"allOf":[false]}"#;
    let [schema, document] = custom_schema("emit-false", schema, r#"{"a":1}"#);
    for format in ["list", "hierarchical"] {
        let output = run(&["--output-format", format, "--schema", &schema, &document]);
        let all = json(&String::from_utf8(output.stdout).expect("UTF-8"));
        let units: Vec<[&str; 3]> = all["details"]
            .as_array()
            .expect("units")
            .iter()
            .map(|unit| ["schemaLocation", "instanceLocation"].map(|name| unit[name].as_str().expect("a text")))
            .zip(all["details"].as_array().expect("units"))
            .map(|([schema, instance], unit)| [schema, instance, unit["errors"][""].as_str().expect("an error")])
            .collect();
        assert!(matches!(units[..], [["#/allOf/0", "", _], ["#/properties/a", "/a", _]]), "{format}: {all}");
    }
}

/// JUnit agrees with the exit code.
#[test]
fn failures_of_junit_are_the_findings_that_fail_a_run() {
    const ERROR: &str = "fixtures/invalid/json-syntax.trailing-comma.pretty.json";
    const WARNING: &str = "fixtures/invalid/json-duplicate-key.pretty.json";
    for (file, options, expected) in [
        (ERROR, &[][..], true),
        (ERROR, &["--fail-on", "never"], false),
        (ERROR, &["--exit-zero"], false),
        (WARNING, &[], false),
        (WARNING, &["--fail-on", "warning"], true),
        (WARNING, &["--fail-on", "note"], true),
        (WARNING, &["--deny-warnings"], true),
        // Hidden findings count.
        (WARNING, &["--fail-on", "warning", "--min-severity", "error"], true),
    ] {
        let output = run(&[&["--output-format", "junit", file], options].concat());
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let junit = roxmltree::Document::parse(&text).expect("XML");
        let number = |name: &str| junit.descendants().filter(|node| node.has_tag_name(name)).count();
        let suite = junit.descendants().find(|node| node.has_tag_name("testsuite")).expect("a suite");
        let failures = suite.attribute("failures").expect("an attribute");
        let (code, has_failure) = (output.status.code(), number("failure") == 1);
        assert_eq!(
            (code, failures, has_failure),
            (Some(i32::from(expected)), if expected { "1" } else { "0" }, expected),
            "{options:?}: {text}"
        );
        assert_eq!(number("system-out"), usize::from(!expected), "{options:?}: {text}");
    }
}

/// Undecided documents are neither valid nor invalid.
#[test]
fn undecided_is_not_a_failure() {
    let hard = r#"{"pattern":"^(a+a+)+\\1b$"}"#;
    let [schema, document] = custom_schema("emit-undecided", hard, &format!("\"{}\"", "a".repeat(40)));
    let printed = |format: &str| {
        let output = run(&["--output-format", format, "--schema", &schema, &document]);
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    for format in ["list", "hierarchical"] {
        let result = json(&printed(format));
        assert!(result.get("valid").is_none() && result["undecided"].as_str().is_some(), "{format}: {result}");
    }
    let junit = printed("junit");
    assert!(junit.contains("errors=\"1\"") && junit.contains("<error ") && !junit.contains("<failure"), "{junit}");
    assert_eq!(json(&printed("sarif"))["runs"][0]["invocations"][0]["executionSuccessful"], false);
}

/// GitHub shows ten annotations of each kind. Warnings must not displace the first ten errors.
#[test]
fn github_gets_errors_first() {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("emit-github");
    fs::create_dir_all(&directory).expect("a directory");
    let twice = r#"{"a":1,"a":2},"#.repeat(40);
    fs::write(directory.join("a.json"), format!("[{twice}1]")).expect("a file");
    let page = directory.join("a.json");
    let output = run(&["--output-format", "github", page.to_str().expect("UTF-8")]);
    let out = String::from_utf8(output.stdout).expect("UTF-8");
    let commands: Vec<&str> = out.lines().filter_map(|line| line.strip_prefix("::")?.split(' ').next()).collect();
    assert_eq!(commands, [&["error"][..], &["warning"; 10]].concat());
    assert!(
        out.ends_with("callcheck: 1 error and 40 warnings (11 shown as annotations; GitHub accepts 10 per severity)\n"),
        "{out}"
    );
}

/// Report files in addition to standard output. Each has the content that it would have there.
#[test]
fn reports_go_to_files() {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("emit-reports");
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).expect("a directory");
    let at = |name: &str| directory.join(name).to_str().expect("UTF-8").to_owned();
    let reports = [
        ("sarif", "a.sarif"),
        ("junit", "b.xml"),
        ("gitlab", "gl-code-quality-report.json"),
        ("json", "d.json"),
        ("markdown", "e.md"),
    ];
    let mut arguments: Vec<String> =
        reports.iter().map(|(format, file)| format!("--report={format}={}", at(file))).collect();
    arguments.extend(["--output-format".into(), "concise".into()]);
    arguments.extend(SAMPLE.map(str::to_owned));
    let summary = at("step-summary.md");
    fs::write(&summary, "before\n").expect("a file");
    let output = Command::new(env!("CARGO_BIN_EXE_callcheck"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("GITHUB_STEP_SUMMARY", &summary)
        .args(["check", "--no-config", "-q"])
        .args(&arguments)
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert_eq!(String::from_utf8(output.stdout).expect("UTF-8"), printed(Format::Concise, &[]));
    for (format, file, expected) in [
        ("sarif", "a.sarif", Format::Sarif),
        ("junit", "b.xml", Format::Junit),
        ("gitlab", reports[2].1, Format::Gitlab),
        ("json", "d.json", Format::Json),
    ] {
        assert_eq!(fs::read_to_string(at(file)).expect("it was written"), printed(expected, &[]), "{format}");
    }
    let markdown = fs::read_to_string(at("e.md")).expect("it was written");
    assert_eq!(fs::read_to_string(&summary).expect("it is there"), format!("before\n{markdown}"));
    assert_eq!(fs::read_dir(&directory).expect("a directory").count(), reports.len() + 1, "nothing else is left");

    // Inputs are never overwritten, and failed writes are reported.
    let page = at("page.json");
    fs::write(&page, "[1]").expect("a file");
    for (report, result) in [
        (format!("json={page}"), "refusing to overwrite"),
        (format!("sarif={}", at("no/where.sarif")), "cannot write"),
        (format!("json={}", directory.parent().expect("a directory").display()), "not a regular file"),
        ("yaml=a.yaml".to_owned(), "the formats html, markdown, full"),
        ("sarif=".to_owned(), "expected sarif=PATH"),
        ("sarif".to_owned(), "expected sarif=PATH"),
    ] {
        for input in [page.as_str(), directory.to_str().expect("UTF-8")] {
            let output = run(&["--report", &report, input]);
            assert_eq!(output.status.code(), Some(2), "{report}: {output:?}");
            assert!(String::from_utf8_lossy(&output.stderr).contains(result), "{report}: {output:?}");
        }
    }
    assert_eq!(fs::read_to_string(&page).expect("it is there"), "[1]");
}

/// A run that cannot begin has a report as well, in every format. A report of an earlier run is replaced.
#[test]
fn reports_of_a_run_that_cannot_begin_name_the_reason() {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("emit-unusable");
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).expect("a directory");
    let file = |name: &str, text: &str| {
        fs::write(directory.join(name), text).expect("a file");
        directory.join(name).to_str().expect("UTF-8").to_owned()
    };
    let data = file("data.json", "[]");
    let broken_schema = file("broken.schema.json", r#"{"type":"strin","minimum":"1"}"#);
    let not_json = file("not-json.schema.json", "{");
    let request = file("request.json", "{");
    let baseline = file("baseline.txt", "{}");
    let config = file("broken.toml", "[rules]\n\"no/rule\" = \"off\"\n");
    let missing = directory.join("missing").to_str().expect("UTF-8").to_owned();
    for (option, value, name, reason) in [
        ("--schema", &broken_schema, &broken_schema, "invalid schema: 1:9: "),
        ("--schema", &not_json, &not_json, "invalid schema: 1:"),
        ("--schema", &missing, &missing, "no such file"),
        ("--request", &request, &request, "JSON"),
        ("--request", &missing, &missing, "no such file"),
        ("--baseline", &baseline, &baseline, "not a baseline file"),
        ("--config", &config, &config, "invalid configuration: 1 error"),
        ("--changed-since", &"-x".to_owned(), &"--changed-since".to_owned(), "invalid revision"),
    ] {
        let arguments = [format!("{option}={value}"), data.clone()];
        let run = |more: &[String]| {
            let output = Command::new(env!("CARGO_BIN_EXE_callcheck"))
                .current_dir(&directory)
                .args(["check", "--output-format"])
                .args(more)
                .args(&arguments)
                .output()
                .expect("it runs");
            let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).expect("UTF-8"));
            assert_eq!(output.status.code(), Some(2), "{arguments:?}: {err}");
            (out, err)
        };
        let (_, expected) = run(&["full".into()]);
        assert!(expected.contains(name) && !expected.contains("Checked"), "{expected}");
        let mut reports = Vec::new();
        for format in Format::value_variants() {
            let (out, err) = run(&[self::name(*format)]);
            assert_eq!(err, expected, "{format:?}");
            let path = file(&format!("old.{}", self::name(*format)), "old");
            reports.push((Some(*format), path.clone(), format!("--report={}={path}", self::name(*format))));
            if matches!(format, Format::Full | Format::Concise | Format::Grouped) {
                assert_eq!(out, "", "{format:?}");
                continue;
            }
            assert_unusable(*format, &out, name, reason);
        }
        for page in ["html", "markdown"] {
            let path = file(&format!("old.{page}"), "old");
            reports.push((None, path.clone(), format!("--report={page}={path}")));
        }
        let options: Vec<String> = reports.iter().map(|(.., option)| option.clone()).collect();
        let output_file = file("old.output", "old");
        let (out, err) = run(&[&["sarif".into(), "-o".into(), output_file.clone()], &options[..]].concat());
        assert_eq!((out.as_str(), err), ("", expected));
        reports.push((Some(Format::Sarif), output_file, String::new()));
        for (format, path, _) in reports {
            let text = fs::read_to_string(&path).expect("a report");
            match format {
                Some(format) => assert_unusable(format, &text, name, reason),
                None => assert!(text.contains(reason.split(':').next().expect("a word")), "{path}: {text}"),
            }
        }
    }
}

/// Asserts that the output is well-formed, and contains the name of the unusable input and the reason.
fn assert_unusable(format: Format, out: &str, name: &str, reason: &str) {
    let lines = || out.lines().map(json).collect::<Vec<_>>();
    let texts: Vec<Serde> = match format {
        Format::Full | Format::Concise | Format::Grouped | Format::Github => vec![out.into()],
        Format::Json => {
            let report = json(out);
            assert_eq!(report["totals"]["unreadable"], 1, "{report}");
            vec![report["unreadable"].clone()]
        }
        Format::Sarif => {
            let invocation = json(out)["runs"][0]["invocations"][0].clone();
            assert_eq!(invocation["executionSuccessful"], false, "{invocation}");
            vec![invocation["toolExecutionNotifications"].clone()]
        }
        Format::Gitlab => vec![json(out)],
        Format::JsonLines | Format::Rdjsonl | Format::List | Format::Hierarchical => lines(),
        Format::Junit | Format::Checkstyle => {
            let document = roxmltree::Document::parse(out).expect("XML");
            let attributes = document.descendants().flat_map(|node| node.attributes()).map(|found| found.value());
            attributes.chain(document.descendants().filter_map(|node| node.text())).map(Serde::from).collect()
        }
    };
    let text = Serde::Array(texts).to_string();
    assert!(text.contains(name) && text.contains(reason), "{format:?}: {out}");
}

/// `executionSuccessful` is false if and only if the exit code is 2, on standard output and in a report.
#[test]
fn sarif_is_successful_unless_the_exit_code_is_2() {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("emit-successful");
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(directory.join("excluded")).expect("a directory");
    for (name, text) in [
        ("valid.json", include_str!("../fixtures/valid/create.min.json")),
        ("invalid.json", "[]"),
        ("empty.jsonl", ""),
        ("blank.jsonl", "\n\n"),
        ("excluded/a.json", "[]"),
        ("excluded/callcheck.toml", "exclude = [\"*.json\"]\n"),
    ] {
        fs::write(directory.join(name), text).expect("a file");
    }
    for (arguments, code) in [
        (&["valid.json"][..], 0),
        (&["invalid.json"], 1),
        (&["--fail-on", "never", "invalid.json"], 0),
        (&["empty.jsonl"], 2),
        (&["blank.jsonl"], 2),
        (&["valid.json", "missing.json"], 2),
        (&["excluded"], 2),
        (&["valid.json", "--report", "junit=no/directory.xml"], 2),
        (&["valid.json", "--report", "html=no/directory.html"], 2),
        (&["valid.json", "--write-baseline", "no/directory.txt"], 2),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_callcheck"))
            .current_dir(&directory)
            .args(["check", "--output-format", "sarif", "--report", "sarif=report.sarif"])
            .args(arguments)
            .output()
            .expect("it runs");
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {output:?}");
        let report = fs::read_to_string(directory.join("report.sarif")).expect("a report");
        for text in [String::from_utf8(output.stdout).expect("UTF-8"), report] {
            let invocation = json(&text)["runs"][0]["invocations"][0].clone();
            assert_eq!(invocation["executionSuccessful"], code != 2, "{arguments:?}: {invocation}");
            let notifications = invocation["toolExecutionNotifications"].as_array().expect("an array");
            assert_eq!(notifications.is_empty(), code != 2, "{arguments:?}: {invocation}");
        }
    }
}

/// RFC 3986: every byte of a name that is not an unreserved character is encoded, also a backslash.
#[cfg(unix)]
#[test]
fn uris_are_percent_encoded() {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("emit-uris");
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).expect("a directory");
    for (name, uri) in [
        ("back\\slash.json", "back%5Cslash.json"),
        ("a b.json", "a%20b.json"),
        ("100%25.json", "100%2525.json"),
        ("a#b?c&d.json", "a%23b%3Fc%26d.json"),
        ("a:b.json", "a%3Ab.json"),
        ("\u{e4}\u{20ac}.json", "%C3%A4%E2%82%AC.json"),
    ] {
        fs::write(directory.join(name), "[]").expect("a file");
        let absolute = directory.join(name);
        for (path, start) in [(name, ""), (absolute.to_str().expect("UTF-8"), "file:///")] {
            let output = Command::new(env!("CARGO_BIN_EXE_callcheck"))
                .current_dir(&directory)
                .args(["check", "--no-config", "--output-format", "sarif", path])
                .output()
                .expect("it runs");
            let report = json(&String::from_utf8(output.stdout).expect("UTF-8"));
            let location = &report["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
            let found = location["artifactLocation"]["uri"].as_str().expect("a URI");
            assert!(found.starts_with(start) && found.ends_with(uri), "{name}: {found}");
            assert!(start.is_empty() == (found == uri), "{name}: {found}");
        }
    }
}
