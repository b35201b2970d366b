//! HTML and Markdown reports. `tests/pages/check.py` opens the HTML pages in a browser.
#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::{Value as Serde, json};

/// A directory for the files of one test.
struct Files(PathBuf);

impl Files {
    fn new(name: &str) -> Files {
        let root = std::env::temp_dir().join(format!("callcheck-pages-{name}-{}", std::process::id()));
        fs::create_dir_all(&root).expect("a directory");
        Files(root)
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        fs::write(&path, text).expect("a file");
        path.to_string_lossy().into_owned()
    }

    /// Runs callcheck with both reports. Returns the output, the HTML and the Markdown.
    fn run(&self, arguments: &[&str]) -> (Output, String, String) {
        let (html, markdown) = (self.0.join("report.html"), self.0.join("report.md"));
        let report = |format: &str, path: &PathBuf| format!("--report={format}={}", path.display());
        let mut command = Command::new(env!("CARGO_BIN_EXE_callcheck"));
        command.env_clear().env("SOURCE_DATE_EPOCH", "1767605400").args(arguments);
        command.args([report("html", &html), report("markdown", &markdown)]);
        let output = command.output().expect("it runs");
        (output, fs::read_to_string(html).expect("a page"), fs::read_to_string(markdown).expect("a page"))
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn call(id: impl Into<Serde>, date: &str) -> Serde {
    let properties = json!({"hs_timestamp": date, "hs_call_direction": "INBOUND", "hs_call_status": "COMPLETED"});
    json!({"id": id.into(), "properties": properties, "createdAt": date, "updatedAt": date, "archived": false})
}

fn response(results: impl Into<Serde>) -> Serde {
    json!({"status": "COMPLETE", "results": results.into(), "startedAt": "2026-01-05T09:30:00Z", "completedAt": "2026-01-05T09:30:01Z"})
}

/// The texts between two strings.
fn between<'t>(text: &'t str, start: &str, end: &str) -> Vec<&'t str> {
    text.split(start).skip(1).filter_map(|rest| rest.split(end).next()).collect()
}

/// Each finding has its location, rule, message, excerpt with a marked span, label and help.
#[test]
fn findings_have_excerpts_with_marks() {
    let files = Files::new("excerpts");
    let path = files.write("a.json", &response(vec![call(7, "yesterday")]).to_string());
    let (_, html, _) = files.run(&["-q", &path]);
    let items = between(&html, "<li class=\"error\">", "\n</li>\n<");
    assert!(!items.is_empty());
    for item in &items {
        assert!(item.contains("<pre>") && item.contains("<mark>") && item.contains("class=\"label\""), "{item}");
        assert!(item.contains(&format!("<bdi>{path}</bdi>:1:")), "{item}");
    }
    let id = items.iter().find(|item| item.contains("<b>at:</b> /results/0/id")).expect("the id is a number");
    for part in ["<code class=\"rule\">schema/type</code>", "<mark>7</mark>", "expected a string", "<b>help:</b>"] {
        assert!(id.contains(part), "{part}: {id}");
    }
    // The header has the file, the date of the data and that of the report.
    let header = between(&html, "<header", "</header>").concat();
    assert!(header.contains(&path) && header.contains("2026-01-05 09:30 UTC"), "{header}");
}

/// With `--fail-fast`, the document at which the run stopped has no figures, so the report has no totals of results.
#[test]
fn totals_of_a_run_that_stopped_have_no_results() {
    let files = Files::new("stopped");
    let date = "2026-01-05T09:30:00Z";
    let paths = [("a.json", "5"), ("b.json", "yesterday"), ("c.json", "6")].map(|(name, text)| {
        let date = if text == "yesterday" { text } else { date };
        files.write(name, &response(vec![call("50100000000", date)]).to_string())
    });
    for threads in ["1", "2"] {
        let arguments: Vec<&str> =
            ["--fail-fast", "--threads", threads].into_iter().chain(paths.iter().map(|path| &**path)).collect();
        let (_, html, markdown) = files.run(&arguments);
        for page in [&html, &markdown] {
            assert!(page.contains("2 batch responses, 1 invalid"), "{page}");
            assert!(!page.contains("failed input") && !page.contains("0 results"), "{page}");
        }
    }
    let paths: Vec<&str> = paths.iter().map(|path| &**path).collect();
    let (_, _, markdown) = files.run(&paths);
    assert!(markdown.contains("3 batch responses, 1 invalid\\: 3 results, no failed inputs"), "{markdown}");
}

/// The title, the exit code in the text and the exit code of the process agree.
#[test]
fn the_verdict_agrees_with_the_exit_code() {
    let files = Files::new("verdict");
    let valid = files.write("valid.json", &response(vec![call("50100000000", "2026-01-05T09:10:00Z")]).to_string());
    let invalid = files.write("invalid.json", &response(vec![call(7, "2026-01-05T09:10:00Z")]).to_string());
    // An id that is not numeric is a warning.
    let odd = files.write("odd.json", &response(vec![call("x", "2026-01-05T09:10:00Z")]).to_string());
    let missing = files.0.join("missing.json").to_string_lossy().into_owned();
    let sarif = format!("--report=sarif={}", files.0.join("no/such/directory.sarif").display());
    let clean = ("No problems found", "✅", 0);
    let passed = ("Passed, with findings", "⚠️", 0);
    let failed = ("Problems found", "❌", 1);
    let incomplete = ("Incomplete", "❌", 2);
    let cases: &[(&[&str], _)] = &[
        (&["check", &valid], clean),
        (&["check", &odd], passed),
        (&["check", &odd, "--fail-on", "warning"], failed),
        (&["check", &invalid], failed),
        (&["check", &invalid, "--exit-zero"], passed),
        (&["check", &valid, &missing], incomplete),
        (&["check", &invalid, &missing], incomplete),
        // A file that cannot be written.
        (&["check", &valid, &sarif], incomplete),
        (&["check", "--schema", &missing, &valid], incomplete),
        (&["summary", &valid], clean),
        (&["summary", &invalid], passed),
        (&["summary", &invalid, "--strict"], failed),
        (&["summary", &missing], incomplete),
    ];
    for (arguments, (title, mark, code)) in cases {
        let (output, html, markdown) = files.run(&[&["-q"], *arguments].concat());
        assert_eq!(output.status.code(), Some(*code), "{arguments:?}: {output:?}");
        assert!(html.contains(&format!("<h1>{title}</h1>")), "{arguments:?}: {html}");
        assert!(html.contains(&format!("<p>Exit code {code}</p>")), "{arguments:?}: {html}");
        assert!(markdown.starts_with(&format!("### {mark} {title}\n")), "{arguments:?}: {markdown}");
        assert!(markdown.contains(&format!("Exit code {code}.")), "{arguments:?}: {markdown}");
    }
}

/// A page that cannot be written makes the run fail, and the other page shows this.
#[test]
fn pages_show_that_another_page_could_not_be_written() {
    let files = Files::new("written");
    let valid = files.write("valid.json", &response(vec![call("50100000000", "2026-01-05T09:10:00Z")]).to_string());
    for command in ["check", "summary"] {
        let other = format!("--report=html={}", files.0.join("no/such/directory.html").display());
        let (output, html, markdown) = files.run(&["-q", command, &valid, &other]);
        assert_eq!(output.status.code(), Some(2), "{command}: {output:?}");
        for page in [html, markdown] {
            assert!(page.contains("Incomplete") && page.contains("directory.html"), "{command}: {page}");
        }
    }
}

/// The most severe findings are listed, and repeats of one in a file together.
#[test]
fn errors_come_first_and_the_number_is_limited() {
    let files = Files::new("limit");
    let properties: serde_json::Map<String, Serde> =
        (0..600).map(|number| (format!("property{number}"), json!(true))).collect();
    let mut many = call("x", "2026-01-05T09:10:00Z");
    many["properties"].as_object_mut().expect("an object").extend(properties);
    // Warnings come first in the input.
    let odd = (0..30).map(|number| call(format!("x{number}"), "2026-01-05T09:10:00Z"));
    let path = files.write("a.json", &response(odd.chain([many]).collect::<Vec<_>>()).to_string());
    let (_, html, markdown) = files.run(&["-q", &path]);
    let listed =
        between(&html, "<li class=\"error\">", "</li>").len() + between(&html, "<li class=\"warning\">", "</li>").len();
    assert_eq!(listed, 500);
    assert!(html.contains("more findings not shown: this page lists errors first"), "no note");
    let lines: Vec<&str> = markdown.lines().filter(|line| line.starts_with("- `")).collect();
    assert_eq!(lines.len(), 10);
    assert!(lines.iter().all(|line| line.contains("(error)")), "{lines:?}");
    assert!(lines[0].starts_with(&format!("- `{path}:1:")), "{lines:?}");
    assert!(markdown.contains("more findings not shown here."), "{markdown}");

    let repeated: Vec<_> = (0..30).map(|number| call(number, "2026-01-05T09:10:00Z")).collect();
    let path = files.write("b.json", &response(repeated).to_string());
    let (_, html, markdown) = files.run(&["-q", &path]);
    assert_eq!(between(&html, "<li class=\"error\">", "</li>").len(), 1);
    assert!(
        html.contains("<summary>29 more occurrences</summary>") && markdown.contains("(and 29 more like it)"),
        "{markdown}"
    );
}

/// `--min-severity` hides findings in pages as in other formats; the numbers include them.
#[test]
fn hidden_findings_are_only_counted() {
    let files = Files::new("hidden");
    let path = files.write("a.json", &response(vec![call("x", "2026-01-05T09:10:00Z")]).to_string());
    let (_, html, _) = files.run(&["-q", "--min-severity", "error", &path]);
    assert!(!html.contains("<mark>") && html.contains("not shown") && html.contains("call/id-format"), "{html}");
}

/// Time is one chart of columns, also for periods without calls. A single value is not a chart.
#[test]
fn time_is_a_column_chart() {
    let files = Files::new("time");
    let calls = |dates: &[&str]| {
        let results = dates.iter().zip(50_100_000_000u64..).map(|(date, id)| call(id.to_string(), date));
        response(results.collect::<Vec<_>>()).to_string()
    };
    let page = |dates: &[&str]| files.run(&["summary", "-q", &files.write("a.json", &calls(dates))]).1;
    let columns = |page: &str| between(page, "<svg class=\"columns\"", "</svg>").concat().matches("<rect").count();
    let months: Vec<String> =
        (0..36).map(|month| format!("{}-{:02}-10T09:00:00Z", 2023 + month / 12, month % 12 + 1)).collect();
    let months: Vec<&str> = months.iter().map(String::as_str).collect();
    let html = page(&months);
    assert_eq!(columns(&html), 36);
    let chart = between(&html, "<svg class=\"columns\"", "</svg>").concat();
    assert!(chart.contains("36 columns from 2023-01 (1) to 2025-12 (1)"), "{chart}");
    let before_chart = html.split("<svg class=\"columns\"").next().expect("a start");
    assert!(!before_chart.contains("2023-02") && html.contains("<details>\n<summary>Table"), "{html}");
    // A gap is visible.
    let html = page(&[months[0], months[1], months[20]]);
    let chart = between(&html, "<svg class=\"columns\"", "</svg>").concat();
    assert!(columns(&html) == 3 && chart.contains("viewBox=\"0 0 210 100\""), "{chart}");
    // Two hours of one day, and a single call.
    assert_eq!(columns(&page(&["2026-01-05T09:10:00Z", "2026-01-05T12:10:00Z"])), 2);
    let html = page(&["2026-01-05T09:10:00Z"]);
    assert!(columns(&html) == 0 && html.contains("<dt>direction</dt><dd>INBOUND (1 call)</dd>"), "{html}");
    // Dates that are wrong by millennia.
    assert!(columns(&page(&["0001-01-05T09:10:00Z", "2026-01-05T09:10:00Z", "9999-12-31T09:10:00Z"])) == 3);
}

/// Markdown of names and values of the input is not interpreted.
#[test]
fn markdown_is_escaped() {
    let files = Files::new("markdown");
    let name = "a|b`c`<b>@team #1 https:example.json";
    let mut broken = response(vec![call("50100000000", "2026-01-05T09:10:00Z")]);
    broken["status"] = "`x` | @octocat <img src=x> https://example.com www.example.com #12 **b**\u{202E}".into();
    let path = files.write(name, &broken.to_string());
    let (_, _, markdown) = files.run(&["-q", &path]);
    let line = markdown.lines().find(|line| line.contains("schema/enum")).expect("a finding");
    // A code span with a longer fence than the backticks in it.
    assert!(line.starts_with("- `` ") && line.contains("<b>@team #1 https:example.json:1:"), "{line}");
    let after = line.split("`schema/enum`").nth(1).expect("a message");
    for markup in ["<img", " @octocat", "https://", " www.", " #12", " **b", "\u{202E}"] {
        assert!(!after.contains(markup), "{markup}: {after}");
    }
    // Statistics are collapsed, and follow the numbers.
    let (numbers, details) = (markdown.find("| errors |"), markdown.find("<details><summary>Statistics"));
    assert!(numbers.is_some() && numbers < details, "{markdown}");
}

/// GitHub rejects a job summary of more than 1 MiB as a whole.
#[test]
fn a_job_summary_stays_below_the_limit() {
    let files = Files::new("summary");
    let path = files.write("a.json", &response(vec![call(7, "2026-01-05T09:10:00Z")]).to_string());
    for (size, contents) in [(0, "Statistics"), (1024 * 1024 - 500, "The rest is left out"), (1024 * 1024, "")] {
        let summary = files.write("summary", &"x".repeat(size));
        let mut command = Command::new(env!("CARGO_BIN_EXE_callcheck"));
        command.env_clear().env("GITHUB_STEP_SUMMARY", &summary);
        let report = format!("--report=markdown={}", files.0.join("report.md").display());
        let output = command.args(["-q", &path, &report]).output().expect("it runs");
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let text = fs::read_to_string(&summary).expect("a summary");
        assert!(text.len() <= 1024 * 1024 && text[size..].contains(contents), "{size}: {}", &text[size..]);
        assert!(contents.is_empty() == (text.len() == size), "{size}");
    }
}

/// The same input gives the same page, apart from the date, which SOURCE_DATE_EPOCH sets.
#[test]
fn the_date_is_source_date_epoch() {
    let files = Files::new("date");
    let path = files.write("a.json", &response(vec![call("50100000000", "2026-01-05T09:10:00Z")]).to_string());
    let (_, first, _) = files.run(&["-q", &path]);
    let (_, second, _) = files.run(&["-q", "--threads", "3", &path]);
    assert_eq!(first, second);
    assert!(first.contains("<time datetime=\"2026-01-05T09:30:00Z\">2026-01-05 09:30 UTC</time>"), "{first}");
    let page = format!("--report=html={}", files.0.join("b.html").display());
    for command in ["check", "summary"] {
        let mut run = Command::new(env!("CARGO_BIN_EXE_callcheck"));
        let output = run.env_clear().env("SOURCE_DATE_EPOCH", "today").args([command, &path, &page]).output();
        let output = output.expect("it runs");
        let err = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && err.contains("expected seconds since 1970, found `today`"), "{err}");
    }
}
