//! One HTML file without scripts or external resources, light and dark, for screens and paper. A strict
//! Content-Security-Policy forbids loading and running anything, and text from the input is escaped.

mod charts;
mod escape;
mod findings;

use super::{FailureFacts, Page, PageFact, PageFindings, PageTable};
use crate::finding::summary::Outcome;
use crate::rfc3339::utc;
use crate::text::{count, thousands};
use escape::{escaped, with_code};

const STYLE: &str = include_str!("report.css");

/// `findings`: None for a summary, which does not list them.
pub fn html(page: &Page, findings: Option<&PageFindings>) -> String {
    let mut out = String::with_capacity(16 * 1024);
    out.push_str("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    out.push_str("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n");
    out.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n");
    out.push_str(&format!("<title>callcheck: {}</title>\n<style>\n", page.title()));
    out.push_str(STYLE);
    out.push_str("</style>\n</head>\n<body>\n<main>\n");
    push_header(page, &mut out);
    charts::push_tiles(page, findings, &mut out);
    if !page.run.problems.is_empty() {
        out.push_str("<section>\n<h2>Incomplete</h2>\n<ul class=\"problems\">\n");
        page.run.problems.iter().for_each(|problem| out.push_str(&format!("<li>{}</li>\n", escaped(problem))));
        out.push_str("</ul>\n</section>\n");
    }
    push_rules(page, findings.is_some(), &mut out);
    if let Some(findings) = findings {
        findings::push_findings(findings, &mut out);
    }
    push_responses(page, &mut out);
    push_failures(&page.failures, &mut out);
    push_calls(page, &mut out);
    for table in page.tables.iter().filter(|table| table.rows.len() > 1) {
        let is_grouping = table.title.starts_with("by ");
        let title = if is_grouping { format!("Calls {}", table.title) } else { capitalized(&table.title) };
        charts::push_table(table, &title, &mut out);
    }
    out.push_str(&format!("</main>\n<footer>callcheck {}</footer>\n</body>\n</html>\n", env!("CARGO_PKG_VERSION")));
    out
}

/// The verdict, the files and the dates.
fn push_header(page: &Page, out: &mut String) {
    let class = match page.run.outcome {
        Outcome::Clean if page.findings.rows.is_empty() => "good",
        Outcome::Clean => "odd",
        Outcome::Findings | Outcome::Failed => "bad",
    };
    out.push_str(&format!("<header class=\"{class}\">\n<h1>{}</h1>\n", page.title()));
    page.totals().iter().for_each(|line| out.push_str(&format!("<p>{}</p>\n", escaped(line))));
    out.push_str("<dl>\n");
    let sources = &page.run.sources;
    if !sources.names.is_empty() {
        let names: Vec<String> =
            sources.names.iter().map(|name| format!("<code><bdi>{}</bdi></code>", escaped(name))).collect();
        let more = sources.total.saturating_sub(names.len() as u64);
        let more = if more > 0 { format!("<br>and {} more", thousands(more)) } else { String::new() };
        let title = if sources.total == 1 { "file" } else { "files" };
        out.push_str(&format!("<div><dt>{title}</dt><dd>{}{more}</dd></div>\n", names.join("<br>")));
    }
    if let Some((from, to)) = page.period {
        let text = if from == to { time(from) } else { format!("{} to {}", time(from), time(to)) };
        out.push_str(&format!("<div><dt>data</dt><dd>{text}</dd></div>\n"));
    }
    if let Some(written) = page.run.written {
        out.push_str(&format!("<div><dt>report</dt><dd>{}</dd></div>\n", time(written)));
    }
    out.push_str("</dl>\n</header>\n");
}

/// A time in minutes. The exact one is in the attribute.
fn time(milliseconds: i64) -> String {
    let exact = utc(milliseconds);
    let minutes = exact.get(..16).unwrap_or(&exact).replace('T', " ");
    format!("<time datetime=\"{exact}\">{minutes} UTC</time>")
}

fn push_rules(page: &Page, is_check: bool, out: &mut String) {
    if !page.findings.rows.is_empty() {
        // A report of `check` lists them below.
        let note = page.findings.note.clone().filter(|_| !is_check);
        charts::push_table(&PageTable { note, ..page.findings.clone() }, "Findings by rule", out);
    }
    if let Some(note) = &page.suppressed {
        out.push_str(&format!("<p>{note}</p>\n"));
    }
}

/// Facts that are not tiles.
fn facts<'p>(facts: &'p [PageFact], page: &Page) -> Vec<&'p PageFact> {
    let is_tile = |fact: &PageFact| page.tiles.iter().any(|tile| tile.name == fact.name);
    facts.iter().filter(|fact| !is_tile(fact)).collect()
}

fn push_responses(page: &Page, out: &mut String) {
    let facts = facts(&page.batches, page);
    if !facts.is_empty() {
        out.push_str("<section>\n<h2>Responses</h2>\n<dl>\n");
        facts.iter().for_each(|fact| push_fact(fact.name, &fact.value, out));
        out.push_str("</dl>\n</section>\n");
    }
}

fn push_fact(name: &str, value: &str, out: &mut String) {
    out.push_str(&format!("<div><dt>{}</dt><dd>{}</dd></div>\n", escaped(name), escaped(value)));
}

/// Facts about calls. A table with one row is one as well: a bar without another one to compare shows nothing.
fn push_calls(page: &Page, out: &mut String) {
    let single: Vec<&PageTable> = page.tables.iter().filter(|table| table.rows.len() == 1).collect();
    let facts = facts(&page.calls, page);
    if facts.is_empty() && single.is_empty() {
        return;
    }
    out.push_str("<section>\n<h2>Calls</h2>\n<dl>\n");
    facts.iter().for_each(|fact| push_fact(fact.name, &fact.value, out));
    for table in &single {
        let row = &table.rows[0];
        push_fact(table.first_column(), &format!("{} ({})", row.name, count(row.number, "call")), out);
    }
    out.push_str("</dl>\n");
    for note in single.iter().filter_map(|table| table.note.as_ref()) {
        out.push_str(&format!("<p class=\"note\">{}</p>\n", with_code(note)));
    }
    out.push_str("</section>\n");
}

fn push_failures(failures: &[FailureFacts], out: &mut String) {
    if failures.is_empty() {
        return;
    }
    out.push_str("<section>\n<h2>Failures</h2>\n<ul>\n");
    for failure in failures {
        out.push_str(&format!("<li>{}", escaped(&failure.title)));
        if !failure.lines.is_empty() {
            let lines: String = failure.lines.iter().map(|line| format!("<li>{}</li>", with_code(line))).collect();
            out.push_str(&format!("<ul>{lines}</ul>"));
        }
        out.push_str("</li>\n");
    }
    out.push_str("</ul>\n</section>\n");
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or(String::new(), |first| first.to_uppercase().chain(characters).collect())
}
