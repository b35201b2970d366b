//! One file that needs nothing else: no script, no network, light and dark, for screens and paper. A strict Content-Security-Policy lets nothing be loaded
//! or run, and every text from the input is escaped.

use super::page::DESCRIPTION;
use super::{Page, Table};
use crate::rfc3339::utc;
use crate::stats::Figures;
use crate::text::{count, span_of_time, thousands, visible};

/// A finding in the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// error, warning or note.
    pub severity: &'static str,
    /// Its rule.
    pub rule: &'static str,
    /// Its sentence.
    pub message: String,
    /// `path:line:column`.
    pub place: String,
    /// Its JSON Pointer.
    pub pointer: String,
    /// What stands there; empty where it was not drawn.
    pub excerpt: String,
}

/// Findings for the report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// The first of them.
    pub listed: Vec<Listed>,
    /// How many there are.
    pub total: u64,
    /// Where in `results` findings lie: so many in each piece of [`PIECE`] results.
    pub places: std::collections::BTreeMap<u64, u64>,
}

/// So many findings are listed.
pub const LISTED: usize = 500;
/// Results of one piece of the map.
pub const PIECE: u64 = 100;

const STYLE: &str = include_str!("report.css");

/// The page as HTML. `findings`: where documents were checked.
pub fn html(page: &Page, figures: &Figures, findings: Option<&Findings>) -> String {
    let mut out = String::with_capacity(16 * 1024);
    out.push_str("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    out.push_str("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n");
    out.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n");
    out.push_str("<title>callcheck report</title>\n<style>\n");
    out.push_str(STYLE);
    out.push_str("</style>\n</head>\n<body>\n<main>\n");
    let is_good =
        page.is_good && findings.is_none_or(|findings| findings.listed.iter().all(|one| one.severity != "error"));
    let (class, word) = match is_good {
        false => ("bad", "Problems found"),
        true if figures.findings.is_empty() => ("good", "No problems found"),
        true => ("odd", "No errors, but there are warnings or notes"),
    };
    out.push_str(&format!(
        "<header class=\"{class}\">\n<h1>{word}</h1>\n<p>{}</p>\n</header>\n",
        escaped(&page.verdict)
    ));
    facts(&page.batches, "Responses", &mut out);
    timeline(figures, &mut out);
    if !page.failures.is_empty() {
        out.push_str("<section>\n<h2>Failures</h2>\n<ul>\n");
        for failed in &page.failures {
            out.push_str(&format!("<li>{}", escaped(&failed.title)));
            if !failed.lines.is_empty() {
                let lines: String = failed.lines.iter().map(|line| format!("<li>{}</li>", escaped(line))).collect();
                out.push_str(&format!("<ul>{lines}</ul>"));
            }
            out.push_str("</li>\n");
        }
        out.push_str("</ul>\n</section>\n");
    }
    if let Some(findings) = findings {
        list(findings, &mut out);
    }
    if page.findings.rows.is_empty() {
        let none = page.known.as_deref().unwrap_or("None.");
        out.push_str(&format!("<section>\n<h2>Findings</h2>\n<p>{none}</p>\n</section>\n"));
    } else {
        table(&page.findings, "Findings by rule", &mut out);
        if let Some(known) = &page.known {
            out.push_str(&format!("<p>{known}</p>\n"));
        }
    }
    facts(&page.calls, "Calls", &mut out);
    for one in &page.tables {
        let title = if one.title.starts_with("by ") { format!("Calls {}", one.title) } else { capitalized(&one.title) };
        table(one, &title, &mut out);
    }
    out.push_str(&format!("</main>\n<footer>callcheck {}</footer>\n</body>\n</html>\n", env!("CARGO_PKG_VERSION")));
    out
}

fn facts(facts: &[super::Fact], title: &str, out: &mut String) {
    if facts.is_empty() {
        return;
    }
    out.push_str(&format!("<section>\n<h2>{title}</h2>\n<dl>\n"));
    for fact in facts {
        out.push_str(&format!("<div><dt>{}</dt><dd>{}</dd></div>\n", escaped(fact.name), escaped(&fact.value)));
    }
    out.push_str("</dl>\n</section>\n");
}

/// From the first start to the last end.
fn timeline(figures: &Figures, out: &mut String) {
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

fn list(findings: &Findings, out: &mut String) {
    if findings.total == 0 {
        return;
    }
    out.push_str("<section>\n<h2>Findings</h2>\n");
    let shown = findings.listed.len() as u64;
    if shown < findings.total {
        out.push_str(&format!(
            "<p>Showing the first {} of {}.</p>\n",
            thousands(shown),
            count(findings.total, "finding")
        ));
    }
    if let (Some((first, _)), Some((last, _))) = (findings.places.first_key_value(), findings.places.last_key_value())
        && *last > 0
    {
        map(&findings.places, *first, *last, out);
    }
    out.push_str("<ol class=\"findings\">\n");
    for Listed { severity, rule, message, place, pointer, excerpt } in &findings.listed {
        out.push_str(&format!(
            "<li class=\"{severity}\"><p><strong>{severity}</strong> <code>{rule}</code> {}</p>\n<p class=\"location\"><code>{}</code>{}</p>\n",
            escaped(message),
            escaped(place),
            if pointer.is_empty() { String::new() } else { format!(" <code>{}</code>", escaped(pointer)) }
        ));
        if !excerpt.is_empty() {
            out.push_str(&format!("<pre tabindex=\"0\">{}</pre>\n", lines(excerpt)));
        }
        out.push_str("</li>\n");
    }
    out.push_str("</ol>\n</section>\n");
}

/// Where in `results` findings lie.
fn map(places: &std::collections::BTreeMap<u64, u64>, first: u64, last: u64, out: &mut String) {
    const CELLS: u64 = 100;
    let pieces = last + 1;
    let mut cells = vec![0u64; CELLS.min(pieces) as usize];
    let number = cells.len() as u64;
    places.iter().for_each(|(piece, found)| cells[(piece * number / pieces) as usize] += found);
    let most = cells.iter().copied().max().unwrap_or(1).max(1);
    let label = format!(
        "findings by position in `results`, from about item {} to item {}",
        thousands(first * PIECE),
        thousands((last + 1) * PIECE)
    );
    let bars: String = cells
        .iter()
        .enumerate()
        .filter(|(_, found)| **found > 0)
        .map(|(cell, found)| {
            let height = (*found as f64 * 20.0 / most as f64).max(1.0);
            format!("<rect x=\"{cell}\" y=\"{:.1}\" width=\"0.9\" height=\"{height:.1}\"/>", 20.0 - height)
        })
        .collect();
    out.push_str(&format!(
        "<figure>\n<svg class=\"map\" viewBox=\"0 0 {number} 20\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{0}\">{bars}</svg>\n<figcaption>{0}</figcaption>\n</figure>\n",
        escaped(&label)
    ));
}

fn table(table: &Table, title: &str, out: &mut String) {
    if table.rows.is_empty() {
        return;
    }
    let most = table.rows.iter().map(|row| row.number).max().unwrap_or(0).max(1);
    out.push_str(&format!(
        "<section>\n<h2>{0}</h2>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{0}\">\n<table>\n<thead><tr>",
        escaped(title)
    ));
    for (place, column) in table.columns.iter().enumerate() {
        let name = match (place, table.columns.last()) {
            (0, Some(&DESCRIPTION)) => "rule",
            (0, _) => "group",
            _ => column,
        };
        let class = if place > 0 && *column != DESCRIPTION { " class=\"number\"" } else { "" };
        out.push_str(&format!("<th scope=\"col\"{class}>{name}</th>"));
        if place == 1 {
            out.push_str("<th scope=\"col\"><span class=\"hidden\">bar</span></th>");
        }
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        let share = row.number as f64 * 100.0 / most as f64;
        out.push_str(&format!(
            "<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td><td class=\"bar\"><svg viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect width=\"{share:.2}\" height=\"10\"/></svg></td>",
            escaped(&row.name),
            thousands(row.number)
        ));
        for (text, column) in row.others.iter().zip(&table.columns[2..]) {
            let class = if *column == DESCRIPTION { "" } else { " class=\"number\"" };
            out.push_str(&format!("<td{class}>{}</td>", escaped(text)));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n</div>\n");
    if let Some(note) = &table.note {
        out.push_str(&format!("<p class=\"note\">{}</p>\n", escaped(note)));
    }
    out.push_str("</section>\n");
}

/// A title with a capital letter.
fn capitalized(text: &str) -> String {
    let mut signs = text.chars();
    signs.next().map_or(String::new(), |first| first.to_uppercase().chain(signs).collect())
}

/// Lines, each made harmless.
fn lines(text: &str) -> String {
    text.lines().map(escaped).collect::<Vec<_>>().join("\n")
}

/// Text that cannot become markup, in content and in quoted attributes alike.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in visible(text).chars() {
        match sign {
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
