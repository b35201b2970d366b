//! GitHub Flavored Markdown (<https://github.github.com/gfm/>), for comments on pull requests and job summaries.

use super::{Page, PageFact, PageTable};
use crate::text::{thousands, visible};

pub fn markdown(page: &Page) -> String {
    let mark = if page.is_good { "✅" } else { "⚠️" };
    let mut out = format!("### {mark} {}\n", escaped(&page.verdict));
    if !page.unreadable.is_empty() {
        out.push_str("\n**Unreadable**\n\n");
        page.unreadable.iter().for_each(|input| out.push_str(&format!("- {}\n", escaped(input))));
    }
    push_facts(&page.batches, &mut out);
    if !page.batches.is_empty() && !page.failures.is_empty() {
        out.push_str("\n**Failures**\n\n");
        for failure in &page.failures {
            out.push_str(&format!("- {}\n", escaped(&failure.title)));
            failure.lines.iter().for_each(|line| out.push_str(&format!("  - {}\n", escaped(line))));
        }
    }
    push_facts(&page.calls, &mut out);
    for table in page.tables.iter().chain([&page.findings]).filter(|table| !table.rows.is_empty()) {
        push_table(table, &mut out);
    }
    if let Some(note) = &page.suppressed {
        out.push_str(&format!("\n{note}\n"));
    }
    out
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
    out.push_str(&format!("\n<details><summary>{}</summary>\n\n", escaped(&table.title)));
    out.push_str(&format!("| {} |\n", table.columns.join(" | ")));
    out.push_str(&format!("|---|{}\n", "---:|".repeat(table.columns.len() - 1)));
    for row in &table.rows {
        let others: String = row.others.iter().map(|text| format!(" {} |", escaped(text))).collect();
        out.push_str(&format!("| {} | {} |{others}\n", escaped(&row.name), thousands(row.number)));
    }
    if let Some(note) = &table.note {
        out.push_str(&format!("\n{}\n", escaped(note)));
    }
    out.push_str("\n</details>\n");
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
