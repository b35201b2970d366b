//! Figures: tiles, a column chart for time, and tables with a bar in each row. All charts have text alternatives.

use super::super::{Page, PageFindings, PageRow, PageTable, PageTile};
use super::escape::{escaped, with_code};
use crate::text::{count, thousands};

/// Further rules are collapsed.
const MAX_RULES_SHOWN: usize = 10;

pub(super) fn push_tiles(page: &Page, findings: Option<&PageFindings>, out: &mut String) {
    let of_findings = findings.map(|findings| {
        let counts = findings.counts;
        [("errors", counts.errors), ("warnings", counts.warnings), ("notes", counts.notes)]
    });
    let tile = |(name, number)| PageTile { name, value: thousands(number), note: String::new() };
    let tiles: Vec<PageTile> = of_findings.into_iter().flatten().map(tile).chain(page.tiles.iter().cloned()).collect();
    if tiles.is_empty() {
        return;
    }
    out.push_str("<dl class=\"tiles\">\n");
    for PageTile { name, value, note } in &tiles {
        let note = if note.is_empty() { String::new() } else { format!("<dd class=\"note\">{}</dd>", escaped(note)) };
        let class = if value == "0" { "" } else { name };
        out.push_str(&format!("<div class=\"{class}\"><dt>{name}</dt><dd>{}</dd>{note}</div>\n", escaped(value)));
    }
    out.push_str("</dl>\n");
}

/// A section with a table. Numbers over time are a column chart, and their table is collapsed.
pub(super) fn push_table(table: &PageTable, title: &str, out: &mut String) {
    out.push_str(&format!("<section>\n<h2>{}</h2>\n", escaped(title)));
    let is_time = table.columns_of_time.len() > 1;
    if is_time {
        push_columns(&table.columns_of_time, title, out);
        out.push_str("<details>\n<summary>Table</summary>\n");
    }
    let shown = if table.has_descriptions() { MAX_RULES_SHOWN } else { usize::MAX };
    let (shown, rest) = table.rows.split_at(shown.min(table.rows.len()));
    push_rows(table, shown, !is_time, out);
    if !rest.is_empty() {
        out.push_str(&format!("<details>\n<summary>{}</summary>\n", count(rest.len() as u64, "more rule")));
        push_rows(table, rest, true, out);
    }
    if is_time || !rest.is_empty() {
        out.push_str("</details>\n");
    }
    if let Some(note) = &table.note {
        out.push_str(&format!("<p class=\"note\">{}</p>\n", with_code(note)));
    }
    out.push_str("</section>\n");
}

fn push_columns(columns: &[(String, u64)], title: &str, out: &mut String) {
    let Some(highest) = columns.iter().rev().max_by_key(|(_, number)| *number) else { return };
    let (first, last, middle) = (&columns[0], &columns[columns.len() - 1], &columns[columns.len() / 2]);
    let label = format!(
        "{title}: {} columns from {} ({}) to {} ({}), highest {} ({})",
        columns.len(),
        first.0,
        thousands(first.1),
        last.0,
        thousands(last.1),
        highest.0,
        thousands(highest.1)
    );
    let bars: String = columns
        .iter()
        .zip((0u32..).step_by(10))
        .filter(|((_, number), _)| *number > 0)
        .map(|((name, number), x)| {
            // A few calls next to many must be seen too.
            let height = (*number as f64 * 100.0 / highest.1.max(1) as f64).max(1.0);
            let text = format!("{name}: {}", count(*number, "call"));
            format!(
                "<rect x=\"{}\" y=\"{:.1}\" width=\"8\" height=\"{height:.1}\"><title>{text}</title></rect>",
                x + 1,
                100.0 - height
            )
        })
        .collect();
    let middle = if columns.len() > 4 { format!("<span>{}</span>", middle.0) } else { String::new() };
    out.push_str(&format!(
        "<figure>\n<p class=\"note\">highest: {} ({})</p>\n<svg class=\"columns\" viewBox=\"0 0 {} 100\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}\">{bars}</svg>\n\
         <figcaption><span>{}</span>{middle}<span>{}</span></figcaption>\n</figure>\n",
        count(highest.1, "call"),
        highest.0,
        columns.len() * 10,
        escaped(&label),
        first.0,
        last.0
    ));
}

/// Some rows of a table. A single row gets no bar.
fn push_rows(table: &PageTable, rows: &[PageRow], has_bars: bool, out: &mut String) {
    let has_bars = has_bars && table.rows.len() > 1;
    let has_descriptions = table.has_descriptions();
    let largest = table.largest_number();
    out.push_str("<table>\n<thead><tr>");
    // Descriptions are shown below the names.
    let columns = table.columns.len() - usize::from(has_descriptions);
    for (index, column) in table.columns[..columns].iter().enumerate() {
        match index {
            0 => out.push_str(&format!("<th scope=\"col\">{}</th>", table.first_column())),
            _ => out.push_str(&format!("<th scope=\"col\" class=\"number\">{column}</th>")),
        }
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in rows {
        let name = match has_descriptions {
            true => format!("<code class=\"rule\">{}</code>", escaped(&row.name)),
            false => format!("<bdi>{}</bdi>", escaped(&row.name)),
        };
        out.push_str(&format!("<tr><th scope=\"row\"><div class=\"name\">{name}</div>"));
        if let (true, Some(text)) = (has_descriptions, row.others.first()) {
            out.push_str(&format!("<div class=\"note\">{}</div>", with_code(text)));
        }
        if has_bars {
            let share = row.number as f64 * 100.0 / largest as f64;
            out.push_str(&format!("<svg class=\"bar\" viewBox=\"0 0 100 1\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect width=\"{share:.2}\" height=\"1\"/></svg>"));
        }
        out.push_str(&format!("</th><td class=\"number\">{}</td>", thousands(row.number)));
        for text in row.others.iter().take(columns - 2) {
            out.push_str(&format!("<td class=\"number\">{}</td>", escaped(text)));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n");
}
