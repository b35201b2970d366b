//! One HTML file without scripts or external resources, light and dark, for screens and paper. A strict
//! Content-Security-Policy forbids loading and running anything, and text from the input is escaped.

use std::collections::BTreeMap;

use super::{FailureFacts, Page, PageFact, PageTable};
use crate::finding::{DocumentId, Finding};
use crate::rfc3339::utc;
use crate::stats::Figures;
use crate::text::{count, span_of_time, thousands, visible};

const STYLE: &str = include_str!("report.css");
/// Errors, warnings and notes.
const MAX_FINDINGS_LISTED: [usize; 3] = [300, 150, 50];
/// Findings are counted per this number of results, so that a document with millions of results needs little memory.
const RESULTS_PER_CHUNK: u64 = 100;
/// Bars of the chart of positions, if there are as many chunks.
const MAX_BARS: u64 = 100;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedFinding {
    pub severity: &'static str,
    pub rule: &'static str,
    pub message: String,
    /// `path:line:column`.
    pub location: String,
    /// JSON Pointer; empty for the root.
    pub pointer: String,
    /// Empty if the number of excerpts per document is exceeded.
    pub excerpt: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageFindings {
    /// The first [`MAX_FINDINGS_LISTED`].
    pub listed: Vec<ListedFinding>,
    /// Errors, warnings and notes among them.
    pub numbers: [usize; 3],
    pub total: u64,
    /// Number of findings in each chunk of [`RESULTS_PER_CHUNK`] items of `results`, by the index of the chunk.
    pub chunks: BTreeMap<u64, u64>,
}

impl PageFindings {
    pub fn add(&mut self, document: &DocumentId, found: &Finding) {
        let finding = &found.finding;
        self.total += 1;
        let index = finding.instance_location.strip_prefix("/results/").and_then(|rest| rest.split('/').next());
        if let Some(index) = index.and_then(|index| index.parse::<u64>().ok()) {
            *self.chunks.entry(index / RESULTS_PER_CHUNK).or_default() += 1;
        }
        let kind = finding.severity.pick([0, 1, 2]);
        if self.numbers[kind] < MAX_FINDINGS_LISTED[kind] {
            self.numbers[kind] += 1;
            let start = found.location.0;
            self.listed.push(ListedFinding {
                severity: finding.severity.as_str(),
                rule: finding.rule.id,
                message: finding.message.clone(),
                location: format!("{}:{}:{}", document.name, start.line, start.column),
                pointer: finding.instance_location.clone(),
                excerpt: found.excerpt.as_ref().map_or_else(String::new, |excerpt| excerpt.text.clone()),
            });
        }
    }
}

/// `findings`: None for a summary, which does not list them.
pub fn html(page: &Page, figures: &Figures, findings: Option<&PageFindings>) -> String {
    let mut out = String::with_capacity(16 * 1024);
    out.push_str("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    out.push_str("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n");
    out.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n");
    out.push_str("<title>callcheck report</title>\n<style>\n");
    out.push_str(STYLE);
    out.push_str("</style>\n</head>\n<body>\n<main>\n");
    let has_errors = findings.is_some_and(|findings| findings.listed.iter().any(|listed| listed.severity == "error"));
    let (class, title) = match page.is_good && !has_errors {
        false => ("bad", "Problems found"),
        true if figures.findings.is_empty() => ("good", "No problems found"),
        true => ("odd", "No errors, but there are warnings or notes"),
    };
    let verdict = escaped(&page.verdict);
    out.push_str(&format!("<header class=\"{class}\">\n<h1>{title}</h1>\n<p>{verdict}</p>\n</header>\n"));
    if !page.unreadable.is_empty() {
        out.push_str("<section>\n<h2>Unreadable</h2>\n<ul>\n");
        page.unreadable.iter().for_each(|input| out.push_str(&format!("<li>{}</li>\n", escaped(input))));
        out.push_str("</ul>\n</section>\n");
    }
    push_facts(&page.batches, "Responses", &mut out);
    push_timeline(figures, &mut out);
    push_failures(&page.failures, &mut out);
    if let Some(findings) = findings {
        push_findings(findings, &mut out);
    }
    if page.findings.rows.is_empty() {
        let text = page.suppressed.as_deref().unwrap_or("None.");
        out.push_str(&format!("<section>\n<h2>Findings</h2>\n<p>{text}</p>\n</section>\n"));
    } else {
        push_table(&page.findings, "Findings by rule", &mut out);
        if let Some(note) = &page.suppressed {
            out.push_str(&format!("<p>{note}</p>\n"));
        }
    }
    push_facts(&page.calls, "Calls", &mut out);
    for table in &page.tables {
        let is_grouping = table.title.starts_with("by ");
        let title = if is_grouping { format!("Calls {}", table.title) } else { capitalized(&table.title) };
        push_table(table, &title, &mut out);
    }
    out.push_str(&format!("</main>\n<footer>callcheck {}</footer>\n</body>\n</html>\n", env!("CARGO_PKG_VERSION")));
    out
}

fn push_facts(facts: &[PageFact], title: &str, out: &mut String) {
    if facts.is_empty() {
        return;
    }
    out.push_str(&format!("<section>\n<h2>{title}</h2>\n<dl>\n"));
    for fact in facts {
        out.push_str(&format!("<div><dt>{}</dt><dd>{}</dd></div>\n", escaped(fact.name), escaped(&fact.value)));
    }
    out.push_str("</dl>\n</section>\n");
}

fn push_failures(failures: &[FailureFacts], out: &mut String) {
    if failures.is_empty() {
        return;
    }
    out.push_str("<section>\n<h2>Failures</h2>\n<ul>\n");
    for failure in failures {
        out.push_str(&format!("<li>{}", escaped(&failure.title)));
        if !failure.lines.is_empty() {
            let lines: String = failure.lines.iter().map(|line| format!("<li>{}</li>", escaped(line))).collect();
            out.push_str(&format!("<ul>{lines}</ul>"));
        }
        out.push_str("</li>\n");
    }
    out.push_str("</ul>\n</section>\n");
}

/// The time from the first start to the last completion. The time in the queue is shown for a single response only,
/// because several responses overlap.
fn push_timeline(figures: &Figures, out: &mut String) {
    let batches = &figures.batches;
    let (Some(from), Some(to)) = (batches.from, batches.to) else { return };
    let (waited, ran) =
        if batches.count == 1 { (batches.waited.total, batches.ran.total) } else { (0, (to - from).max(0) as u64) };
    let all = (waited + ran).max(1);
    let split = waited as f64 * 100.0 / all as f64;
    let label = match (batches.count, waited) {
        (1, 0) => format!("started {}, completed in {}", utc(from), span_of_time(ran as i64)),
        (1, _) => format!("queued for {}, completed in {}", span_of_time(waited as i64), span_of_time(ran as i64)),
        (many, _) => format!("{} between {} and {}", count(many, "response"), utc(from), utc(to)),
    };
    out.push_str(&format!(
        "<figure>\n<svg class=\"time\" viewBox=\"0 0 100 6\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{0}\">\
         <rect class=\"waited\" width=\"{split:.2}\" height=\"6\"/><rect class=\"ran\" x=\"{split:.2}\" width=\"{1:.2}\" height=\"6\"/></svg>\n\
         <figcaption>{0}</figcaption>\n</figure>\n",
        escaped(&label),
        100.0 - split
    ));
}

fn push_findings(findings: &PageFindings, out: &mut String) {
    if findings.total == 0 {
        return;
    }
    out.push_str("<section>\n<h2>Findings</h2>\n");
    let shown = findings.listed.len() as u64;
    if shown < findings.total {
        out.push_str(&format!("<p>Showing {} of {}.</p>\n", thousands(shown), count(findings.total, "finding")));
    }
    push_positions(&findings.chunks, out);
    out.push_str("<ol class=\"findings\">\n");
    for ListedFinding { severity, rule, message, location, pointer, excerpt } in &findings.listed {
        out.push_str(&format!(
            "<li class=\"{severity}\"><p><strong>{severity}</strong> <code>{rule}</code> {}</p>\n<p class=\"location\"><code>{}</code>{}</p>\n",
            escaped(message),
            escaped(location),
            if pointer.is_empty() { String::new() } else { format!(" <code>{}</code>", escaped(pointer)) }
        ));
        if !excerpt.is_empty() {
            // Line by line: `escaped` would turn line breaks into visible escapes.
            let lines: Vec<String> = excerpt.lines().map(escaped).collect();
            out.push_str(&format!("<pre tabindex=\"0\">{}</pre>\n", lines.join("\n")));
        }
        out.push_str("</li>\n");
    }
    out.push_str("</ol>\n</section>\n");
}

/// A bar chart of the positions of findings in `results`. Nothing if all are in the first chunk.
fn push_positions(chunks: &BTreeMap<u64, u64>, out: &mut String) {
    let (Some((first, _)), Some((last, _))) = (chunks.first_key_value(), chunks.last_key_value()) else { return };
    if *last == 0 {
        return;
    }
    let total = last + 1;
    let width = MAX_BARS.min(total);
    let mut bars = vec![0u64; width as usize];
    chunks.iter().for_each(|(chunk, number)| bars[(chunk * width / total) as usize] += number);
    let largest = bars.iter().copied().max().unwrap_or(1).max(1);
    let label = format!(
        "findings by position in `results`, from about item {} to item {}",
        thousands(first * RESULTS_PER_CHUNK),
        thousands(total * RESULTS_PER_CHUNK)
    );
    let bars: String = bars
        .iter()
        .enumerate()
        .filter(|(_, number)| **number > 0)
        .map(|(x, number)| {
            // A few findings among many must be seen too.
            let height = (*number as f64 * 20.0 / largest as f64).max(1.0);
            format!("<rect x=\"{x}\" y=\"{:.1}\" width=\"0.9\" height=\"{height:.1}\"/>", 20.0 - height)
        })
        .collect();
    out.push_str(&format!(
        "<figure>\n<svg class=\"map\" viewBox=\"0 0 {width} 20\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{0}\">{bars}</svg>\n<figcaption>{0}</figcaption>\n</figure>\n",
        escaped(&label)
    ));
}

fn push_table(table: &PageTable, title: &str, out: &mut String) {
    if table.rows.is_empty() {
        return;
    }
    let largest = table.largest_number();
    // All columns but the first have numbers, and the last may have descriptions.
    let class = |index: usize| {
        let is_text = index == 0 || (table.has_descriptions() && index + 1 == table.columns.len());
        if is_text { "" } else { " class=\"number\"" }
    };
    out.push_str(&format!(
        "<section>\n<h2>{0}</h2>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{0}\">\n<table>\n<thead><tr>",
        escaped(title)
    ));
    for (index, column) in table.columns.iter().enumerate() {
        let name = match index {
            0 if table.has_descriptions() => "rule",
            0 => "group",
            _ => column,
        };
        out.push_str(&format!("<th scope=\"col\"{}>{name}</th>", class(index)));
        if index == 1 {
            out.push_str("<th scope=\"col\"><span class=\"hidden\">bar</span></th>");
        }
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        let share = row.number as f64 * 100.0 / largest as f64;
        out.push_str(&format!(
            "<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td><td class=\"bar\"><svg viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect width=\"{share:.2}\" height=\"10\"/></svg></td>",
            escaped(&row.name),
            thousands(row.number)
        ));
        for (text, index) in row.others.iter().zip(2..) {
            out.push_str(&format!("<td{}>{}</td>", class(index), escaped(text)));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n</div>\n");
    if let Some(note) = &table.note {
        out.push_str(&format!("<p class=\"note\">{}</p>\n", escaped(note)));
    }
    out.push_str("</section>\n");
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or(String::new(), |first| first.to_uppercase().chain(characters).collect())
}

/// Escapes text for content and quoted attributes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in visible(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
