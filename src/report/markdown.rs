//! For a comment on a pull request or the summary of a CI job.

use super::{Page, Table};
use crate::text::{thousands, visible};

/// The page as GitHub's Markdown.
pub fn markdown(page: &Page) -> String {
    let mark = if page.is_good { "✅" } else { "⚠️" };
    let mut out = format!("### {mark} {}\n", escaped(&page.verdict));
    for facts in [&page.batches, &page.calls] {
        if facts.is_empty() {
            continue;
        }
        out.push_str("\n| | |\n|---|---|\n");
        for fact in facts {
            out.push_str(&format!("| {} | {} |\n", fact.name, escaped(&fact.value)));
        }
        if std::ptr::eq(facts, &page.batches) && !page.failures.is_empty() {
            out.push_str("\n**Failures**\n\n");
            for failed in &page.failures {
                out.push_str(&format!("- {}\n", escaped(&failed.title)));
                failed.lines.iter().for_each(|line| out.push_str(&format!("  - {}\n", escaped(line))));
            }
        }
    }
    for table in page.tables.iter().chain([&page.findings]).filter(|table| !table.rows.is_empty()) {
        show(table, &mut out);
    }
    if let Some(known) = &page.known {
        out.push_str(&format!("\n{known}\n"));
    }
    out
}

fn show(table: &Table, out: &mut String) {
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

/// Text that is not taken for markup.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    // A comment ends what GitHub would make a link or a mention of.
    let text = visible(text).replace("://", ":\u{1}//").replace("www.", "www\u{1}.").replace("GH-", "GH\u{1}-");
    for sign in text.chars() {
        match sign {
            '\u{1}' => out.push_str("<!-- -->"),
            '@' | '#' => out.push_str(&format!("\\{sign}<!-- -->")),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '!' | '|' | '~' | ':' | '$' => {
                out.push('\\');
                out.push(sign);
            }
            other => out.push(other),
        }
    }
    out
}
