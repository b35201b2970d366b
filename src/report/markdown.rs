//! GitHub Flavored Markdown (<https://github.github.com/gfm/>), for comments on pull requests and job summaries. The
//! verdict, the first findings and their numbers come first; statistics are collapsed.

use super::{FailureFacts, Page, PageFact, PageFindings, PageTable, SEVERITIES, parts};
use crate::finding::summary::Outcome;
use crate::reporters::Report;
use crate::text::{count, shorten, thousands, visible};

const MAX_FINDINGS_LISTED: usize = 10;
/// Further rules are collapsed.
const MAX_RULES_SHOWN: usize = 10;
/// Reasons why the run is incomplete.
const MAX_PROBLEMS_LISTED: usize = 10;
/// Characters of a message.
const MAX_MESSAGE: usize = 300;
/// Bytes of a job summary of GitHub, which rejects a larger one as a whole:
/// <https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary>.
pub const MAX_JOB_SUMMARY: usize = 1024 * 1024;

/// `findings`: None for a summary, which does not list them. Sections for which `max_bytes` are too few are left out,
/// the last ones first.
pub fn markdown(page: &Page, findings: Option<&PageFindings>, max_bytes: usize) -> String {
    const LEFT_OUT: &str = "\nThe rest is left out: a job summary is limited to 1 MiB.\n";
    let sections =
        [verdict(page), findings.map_or(String::new(), listed), counts(page, findings), statistics(page, findings)];
    let mut out = String::new();
    for section in sections {
        if out.len() + section.len() + LEFT_OUT.len() > max_bytes {
            if out.len() + LEFT_OUT.len() <= max_bytes {
                out.push_str(LEFT_OUT);
            }
            break;
        }
        out.push_str(&section);
    }
    out
}

fn verdict(page: &Page) -> String {
    let mark = match page.run.outcome {
        Outcome::Clean if page.findings.rows.is_empty() => "✅",
        Outcome::Clean => "⚠️",
        Outcome::Findings | Outcome::Failed => "❌",
    };
    let totals: Vec<String> = page.totals().iter().map(|line| format!("{}.", escaped(line))).collect();
    let mut out = format!("### {mark} {}\n\n{}\n", page.title(), totals.join(" "));
    let problems = &page.run.problems;
    if !problems.is_empty() {
        out.push('\n');
        let shown = problems.iter().take(MAX_PROBLEMS_LISTED);
        shown.for_each(|problem| out.push_str(&format!("- {}\n", with_code(&shorten(problem, MAX_MESSAGE)))));
        if problems.len() > MAX_PROBLEMS_LISTED {
            out.push_str(&format!("- {} more\n", problems.len() - MAX_PROBLEMS_LISTED));
        }
    }
    out
}

/// The first findings, one per line: `path:line:column rule message`.
fn listed(findings: &PageFindings) -> String {
    let all = SEVERITIES.into_iter().flat_map(|severity| findings.of_severity(severity));
    let shown: Vec<(Report, u64)> = all.take(MAX_FINDINGS_LISTED).collect();
    if shown.is_empty() {
        return String::new();
    }
    let mut out = String::from("\n");
    let mut number = 0;
    for (Report { severity, rule, message, exchange, snippet, .. }, more) in &shown {
        let location = code(&format!("{}:{}:{}", snippet.name, snippet.start.line, snippet.start.column));
        let repeats = if *more > 0 { format!(" (and {} more like it)", thousands(*more)) } else { String::new() };
        let message = with_code(&shorten(message, MAX_MESSAGE));
        let exchange = exchange.as_ref().map_or(String::new(), |name| format!(" ({})", escaped(name)));
        out.push_str(&format!("- {location} {} {message}{exchange}{repeats} ({severity})\n", code(rule)));
        number += 1 + more;
    }
    let rest = findings.counts.total() - number;
    if rest > 0 {
        out.push_str(&format!("\n{} not shown here.\n", count(rest, "more finding")));
    }
    out
}

/// The numbers of findings.
fn counts(page: &Page, findings: Option<&PageFindings>) -> String {
    let mut out = String::new();
    if let Some(findings) = findings.filter(|findings| findings.counts.total() > 0) {
        let counts = findings.counts;
        out.push_str("\n| errors | warnings | notes |\n|---:|---:|---:|\n");
        let numbers = [counts.errors, counts.warnings, counts.notes].map(thousands);
        out.push_str(&format!("| {} |\n", numbers.join(" | ")));
    }
    if !page.findings.rows.is_empty() {
        let note = page.findings.note.clone().filter(|_| findings.is_none());
        let (shown, rest) = page.findings.rows.split_at(MAX_RULES_SHOWN.min(page.findings.rows.len()));
        push_table(&PageTable { note, rows: shown.to_vec(), ..page.findings.clone() }, &mut out);
        if !rest.is_empty() {
            let title = count(rest.len() as u64, "more rule");
            out.push_str(&format!("\n<details><summary>{title}</summary>\n"));
            push_table(&PageTable { note: None, rows: rest.to_vec(), ..page.findings.clone() }, &mut out);
            out.push_str("\n</details>\n");
        }
    }
    if let Some(note) = &page.suppressed {
        out.push_str(&format!("\n{note}\n"));
    }
    out
}

/// Facts and tables: collapsed in a report of `check`. The facts are what a summary is about.
fn statistics(page: &Page, findings: Option<&PageFindings>) -> String {
    let mut facts = String::new();
    push_facts(&page.batches, &mut facts);
    if !page.batches.is_empty() {
        push_failures(&page.failures, &mut facts);
    }
    push_facts(&page.calls, &mut facts);
    let mut tables = String::new();
    page.tables.iter().filter(|table| !table.rows.is_empty()).for_each(|table| push_table(table, &mut tables));
    let (open, mut collapsed) = match findings {
        Some(_) => (String::new(), facts + &tables),
        None => (facts, tables),
    };
    if !collapsed.is_empty() {
        collapsed = format!("\n<details><summary>Statistics</summary>\n{collapsed}\n</details>\n");
    }
    open + &collapsed
}

fn push_failures(failures: &[FailureFacts], out: &mut String) {
    if failures.is_empty() {
        return;
    }
    out.push_str("\n**Failures**\n\n");
    for failure in failures {
        out.push_str(&format!("- {}\n", escaped(&failure.title)));
        failure.lines.iter().for_each(|line| out.push_str(&format!("  - {}\n", with_code(line))));
    }
}

fn push_facts(facts: &[PageFact], out: &mut String) {
    if facts.is_empty() {
        return;
    }
    out.push_str("\n| | |\n|---|---|\n");
    for fact in facts {
        out.push_str(&format!("| {} | {} |\n", fact.name, escaped(&fact.value)));
    }
}

fn push_table(table: &PageTable, out: &mut String) {
    out.push_str(&format!("\n| {} |\n", [&[&*escaped(&table.title)], &table.columns[1..]].concat().join(" | ")));
    let of_numbers = table.columns.len() - 1 - usize::from(table.has_descriptions());
    let text = if table.has_descriptions() { "---|" } else { "" };
    out.push_str(&format!("|---|{}{text}\n", "---:|".repeat(of_numbers)));
    for row in &table.rows {
        // A code span would not escape a pipe, but ids and descriptions of rules do not come from the input.
        let text = |text: &str| if table.has_descriptions() { with_code(text) } else { escaped(text) };
        let others: String = row.others.iter().map(|other| format!(" {} |", text(other))).collect();
        let name = if table.has_descriptions() { code(&row.name) } else { escaped(&row.name) };
        out.push_str(&format!("| {name} | {} |{others}\n", thousands(row.number)));
    }
    if let Some(note) = &table.note {
        out.push_str(&format!("\n{}\n", with_code(note)));
    }
}

/// A code span. Its fence is longer than any row of backticks in the text.
fn code(text: &str) -> String {
    let text = visible(text);
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if longest > 0 { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// Escaped text, with code spans for text between backticks.
fn with_code(text: &str) -> String {
    parts(text).map(|(part, is_code)| if is_code { code(part) } else { escaped(part) }).collect()
}

/// Escapes everything that GitHub would render as markup, a link or a mention.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    // Backslashes do not prevent autolinks. An HTML comment inside of them does; U+0001 is its placeholder, because
    // the comment must not be escaped and `visible` leaves no U+0001 in the text.
    let text = visible(text).replace("://", ":\u{1}//").replace("www.", "www\u{1}.").replace("GH-", "GH\u{1}-");
    for character in text.chars() {
        match character {
            '\u{1}' => out.push_str("<!-- -->"),
            '@' | '#' => out.push_str(&format!("\\{character}<!-- -->")),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '!' | '|' | '~' | ':' | '$' => {
                out.push('\\');
                out.push(character);
            }
            other => out.push(other),
        }
    }
    out
}
