//! Each format names the exchange of a recording.

use callcheck::ExchangeId;
use callcheck::internals::check::{CheckOptions, Validator};
use callcheck::internals::finding::Event;
use callcheck::internals::finding::summary::Summary;
use callcheck::internals::hubspot::AccountConfig;
use callcheck::internals::report::{MAX_JOB_SUMMARY, Page, PageFindings, html, markdown};
use callcheck::internals::reporters::{Format, REPORT_SCHEMA, RunEnd, Style, reporter};
use callcheck::internals::stats::Figures;
use callcheck::internals::text::is_hostile;
use clap::ValueEnum as _;
use serde_json::Value as Serde;

use super::{assert_fits, json, name, official};
use crate::common::{assert_fit_for_a_terminal, events};

const NAME: &str = "spec/cassettes/read.yml";
const WORDS: &str = "exchange 3: POST /crm/v3/objects/calls/batch/read, 207";

fn exchange(number: u64, method: &str, path: &str) -> Option<ExchangeId> {
    Some(ExchangeId::new(number, Some(method.to_owned()), Some(path.to_owned()), Some(207)))
}

fn read(number: u64) -> Option<ExchangeId> {
    exchange(number, "POST", "/crm/v3/objects/calls/batch/read")
}

/// The events of a recording with these exchanges. None is a response on its own. Each has the same findings, one of
/// them an error.
fn recording(format: Format, style: Style, exchanges: &[Option<ExchangeId>]) -> Vec<Event> {
    let response: &[u8] = br#"{
  "status": "COMPLETED",
  "results": [],
  "startedAt": "2026-01-05T09:30:00.104Z",
  "completedAt": "2026-01-05T09:30:00.204Z"
}"#;
    let options = CheckOptions { drawn: format.max_excerpts(style), ..CheckOptions::new(Validator::embedded()) };
    let of_exchange = |exchange: &Option<ExchangeId>| {
        let mut all = events(&options, NAME, &mut &*response, false);
        for event in &mut all {
            if let Event::Finding(document, _) | Event::DocumentEnd(document, _) = event {
                document.exchange = exchange.clone().map(Into::into);
            }
        }
        all
    };
    exchanges.iter().flat_map(of_exchange).collect()
}

fn reported(format: Format, style: Style, exchanges: &[Option<ExchangeId>]) -> String {
    let (mut reporter, mut summary, mut out) = (reporter(format, style), Summary::default(), Vec::new());
    for event in recording(format, style, exchanges) {
        match event {
            Event::Finding(document, found) => reporter.finding(&document, *found, &mut out),
            Event::DocumentEnd(document, end) => {
                summary.add(&document, &end);
                reporter.document(&document, &end, &mut out)
            }
            _ => Ok(()),
        }
        .expect("memory can be written");
    }
    let end = RunEnd { summary: &summary, statistics: None, unreadable: &[], failures: &[], schemas: &[] };
    reporter.finish(&end, &mut out).expect("memory can be written");
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn every_format_names_the_exchange() {
    const OBJECT: &str =
        r#""exchange":{"number":3,"method":"POST","path":"/crm/v3/objects/calls/batch/read","status":207}"#;
    for format in Format::value_variants() {
        let out = reported(*format, Style::new(100), &[read(3)]);
        let quote = match format {
            Format::Gitlab | Format::Rdjsonl => "\\\"",
            Format::Checkstyle => "&quot;",
            _ => "\"",
        };
        let words = match format {
            Format::Full => "  = exchange: 3 (POST /crm/v3/objects/calls/batch/read, 207)\n".to_owned(),
            Format::Json | Format::JsonLines | Format::List | Format::Hierarchical => OBJECT.to_owned(),
            Format::Sarif => format!(r#"{{"fullyQualifiedName":"{WORDS}","kind":"resource"}}"#),
            Format::Grouped => format!("{NAME} ({WORDS})\n"),
            Format::Junit => format!("<testcase name=\"{NAME} {WORDS}\" "),
            _ => format!("found {quote}COMPLETED{quote} (/status) ({WORDS})"),
        };
        assert!(out.contains(&words), "{format:?}: {out}");
        let alone = reported(*format, Style::new(100), &[None]);
        let alone = alone.replace("\"exchange\":null", "").replace("\"skipped_exchanges\":0", "");
        assert!(!alone.contains("exchange"), "{format:?}: {alone}");
    }
}

#[test]
fn reports_with_exchanges_match_their_schemas() {
    let style = Style::new(100);
    let unknown = Some(ExchangeId::new(4, None, None, None));
    let exchanges = [None, read(3), unknown];
    let report = json(&reported(Format::Json, style, &exchanges));
    let schema = jsonschema::validator_for(&json(REPORT_SCHEMA)).expect("a schema");
    assert_fits(Some(&schema), &report);
    assert_eq!(
        (&report["documents"][0]["exchange"], &report["totals"]["skipped_exchanges"]),
        (&Serde::Null, &0.into())
    );
    assert_eq!(
        report["documents"][2]["exchange"].to_string(),
        r#"{"method":null,"number":4,"path":null,"status":null}"#
    );
    let sarif = json(&reported(Format::Sarif, style, &exchanges));
    for file in ["sarif-2.1.0.json", "sarif-2.1.0-rtm.5.json"] {
        assert_fits(official(file).as_ref(), &sarif);
    }
    let junit = reported(Format::Junit, style, &exchanges);
    let junit = roxmltree::Document::parse(&junit).expect("XML");
    let cases = junit.descendants().filter(|node| node.has_tag_name("testcase"));
    let names: Vec<&str> = cases.filter_map(|case| case.attribute("name")).collect();
    assert_eq!(names, [NAME, &format!("{NAME} {WORDS}"), &format!("{NAME} exchange 4")]);
}

#[test]
fn the_narrowest_excerpt_has_the_whole_exchange() {
    let out = reported(Format::Full, Style::new(40), &[read(3)]);
    assert_fit_for_a_terminal(&out, 40);
    let end = "  = exchange: 3 (POST\n      /crm/v3/objects/calls/batch/read,\n      207)\n  = at: /status\n";
    assert!(out.contains(" --> spec/cassettes/read.yml:2:13\n") && out.contains(end), "{out}");
}

#[test]
fn methods_and_paths_are_escaped_and_shortened() {
    let path = format!("/\u{202e}\u{1b}[31m<b>`|\n::error::{}", "\u{e4}\u{9b}\"'&%\r".repeat(3000));
    for format in Format::value_variants() {
        let out = reported(*format, Style::new(80), &[exchange(1, "G\u{7}\u{2028}T", &path)]);
        let hostile = out.chars().find(|character| *character != '\n' && is_hostile(*character));
        assert_eq!(hostile, None, "{}: {out}", name(*format));
        assert!(out.len() < 20_000 && !out.contains("\n::error::"), "{}: {} bytes", name(*format), out.len());
        if *format == Format::Full {
            assert_fit_for_a_terminal(&out, 80);
        }
    }
}

/// An exchange that is inserted does not change the fingerprints of others.
#[test]
fn fingerprints_differ_between_exchanges() {
    let create = |number| exchange(number, "POST", "/crm/v3/objects/calls/batch/create");
    let update = |number| exchange(number, "POST", "/crm/v3/objects/calls/batch/update");
    let prints = |format: Format, exchanges: &[Option<ExchangeId>]| -> Vec<String> {
        let report = json(&reported(format, Style::new(80), exchanges));
        let (list, pointer) = match format {
            Format::Sarif => (&report["runs"][0]["results"], "/partialFingerprints/callcheck~1v1"),
            _ => (&report, "/fingerprint"),
        };
        let list = list.as_array().expect("an array").iter();
        list.map(|entry| entry.pointer(pointer).and_then(Serde::as_str).expect("one").to_owned()).collect()
    };
    for format in [Format::Sarif, Format::Gitlab] {
        let before = prints(format, &[None, read(1), create(2), read(3)]);
        let after = prints(format, &[None, update(1), read(2), create(3), read(4)]);
        let unique: std::collections::BTreeSet<&String> = after.iter().collect();
        assert_eq!(after.len(), unique.len(), "{after:?}");
        let of_one = after.len() / 5;
        assert_eq!(before, [&after[..of_one], &after[2 * of_one..]].concat(), "{}", name(format));
    }
}

/// A finding is drawn for three exchanges, then the exchanges are listed.
#[test]
fn repeats_name_their_exchanges() {
    let all: Vec<Option<ExchangeId>> = (1..=15).map(read).collect();
    let out = reported(Format::Full, Style::new(100), &all);
    assert_eq!(out.matches("error[schema/enum]").count(), 3, "{out}");
    let end = "in spec/cassettes/read.yml (exchanges 4, 5, 6, 7, 8, 9, 10, 11, 12 and 13) and 2 more exchanges\n";
    assert!(out.split_whitespace().collect::<Vec<_>>().join(" ").contains(end.trim()), "{out}");
    let out = reported(Format::Full, Style::new(100), &all[..4]);
    assert!(out.ends_with("in spec/cassettes/read.yml (exchange 4)\n"), "{out}");
}

#[test]
fn pages_name_the_exchanges() {
    let mut findings = PageFindings::default();
    for event in recording(Format::Full, Style::new(100), &[read(3), exchange(4, "PUT", "/<b>*x*")]) {
        if let Event::Finding(document, found) = event {
            findings.add(&document, &found);
        }
    }
    let figures = Figures { skipped_exchanges: 14, ..Figures::default() };
    let page = Page::of(&figures, &AccountConfig::default());
    assert_eq!(page.verdict, "no batch responses, 14 other exchanges skipped");
    let page_of = html(&page, Some(&findings));
    assert!(page_of.contains("<b>exchange:</b> 3 (POST /crm/v3/objects/calls/batch/read, 207)<"), "{page_of}");
    assert!(page_of.contains("<summary>1 more occurrence</summary>2:13 /status (exchange 4)<"), "{page_of}");
    let text = markdown(&page, Some(&findings), MAX_JOB_SUMMARY);
    let words =
        r#"found "COMPLETED" (exchange 3\: POST /crm/v3/objects/calls/batch/read, 207) (and 1 more like it) (error)"#;
    assert!(text.contains(words), "{text}");
}

/// Summaries can be merged, also with those of versions that did not read recordings.
#[test]
fn summaries_have_the_skipped_exchanges() {
    let figures = Figures { skipped_exchanges: 14, ..Figures::default() };
    let mut json = figures.to_json();
    let mut merged = callcheck::internals::stats::read(json.to_string().as_bytes()).expect("a summary");
    assert_eq!(merged, figures);
    json["documents"].as_object_mut().expect("an object").remove("skipped_exchanges");
    merged.merge(&callcheck::internals::stats::read(json.to_string().as_bytes()).expect("a summary"));
    merged.merge(&figures);
    assert_eq!(merged.skipped_exchanges, 28);
}
