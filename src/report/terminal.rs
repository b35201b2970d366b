//! For people at a terminal: facts, and tables with bars, within its width.

use super::page::DESCRIPTION;
use super::{Page, Table};
use crate::reporters::{Handler, Paint, Style};
use crate::text::{shorten, thousands, visible, width};

/// The page for a terminal. No line is wider than `style.width`.
pub fn terminal(page: &Page, style: Style) -> String {
    let mut out = String::new();
    let (handler, paint) = (Handler::new(style), Paint::new(style.color));
    let mut verdict = String::new();
    handler.wrap(&mut verdict, "", "  ", &shown(&page.verdict, style));
    out.push_str(&paint.strong(verdict.trim_end()));
    out.push('\n');
    for facts in [&page.batches, &page.calls] {
        if facts.is_empty() {
            continue;
        }
        out.push('\n');
        let widest = facts.iter().map(|fact| fact.name.len()).max().unwrap_or(0);
        for fact in facts {
            let head = format!("{:>widest$}  ", fact.name);
            handler.wrap(&mut out, &head, &" ".repeat(widest + 2), &shown(&fact.value, style));
        }
        if std::ptr::eq(facts, &page.batches) && !page.failures.is_empty() {
            out.push('\n');
            out.push_str(&paint.strong("failures"));
            out.push('\n');
            for failed in &page.failures {
                handler.wrap(&mut out, "  ", "    ", &shown(&failed.title, style));
                for line in &failed.lines {
                    handler.wrap(&mut out, "    = ", "      ", &shown(line, style));
                }
            }
        }
    }
    for table in page.tables.iter().chain([&page.findings]).filter(|table| !table.rows.is_empty()) {
        out.push('\n');
        show(table, style, &mut out);
    }
    out
}

/// A text made visible; in ASCII where that is asked for.
fn shown(text: &str, style: Style) -> String {
    let text = visible(text);
    if style.plain { crate::reporters::ascii(&text) } else { text.into_owned() }
}

fn show(table: &Table, style: Style, out: &mut String) {
    let (paint, handler) = (Paint::new(style.color), Handler::new(style));
    let words = table.columns.last() == Some(&DESCRIPTION);
    let names: Vec<String> = table.rows.iter().map(|row| shown(&row.name, style)).collect();
    let numbers: Vec<String> = table.rows.iter().map(|row| thousands(row.number)).collect();
    let number_width = numbers.iter().map(String::len).max().unwrap_or(0).max(table.columns[1].len());
    // What does not fit is left out: first the bars, then the further columns.
    let room = style.width - 4 - number_width;
    let name_width =
        names.iter().map(|name| width(name)).max().unwrap_or(0).min(room.min((style.width / 2).max(40))).max(5);
    let mut others: Vec<usize> = (2..table.columns.len())
        .map(|column| {
            let cells = table.rows.iter().map(|row| row.others.get(column - 2).map_or(0, |text| width(text)));
            cells.max().unwrap_or(0).max(table.columns[column].len())
        })
        .collect();
    if words {
        others.clear();
    }
    let used = |others: &[usize]| name_width + 2 + number_width + others.iter().map(|cells| cells + 2).sum::<usize>();
    while used(&others) > style.width {
        others.pop();
    }
    let bar = style.width.saturating_sub(used(&others) + 2).min(60);
    let most = table.rows.iter().map(|row| row.number).max().unwrap_or(0).max(1);
    out.push_str(&paint.strong(&table.title));
    out.push('\n');
    if table.columns.len() > 2 && !words {
        let mut head = format!("{}  {:>number_width$}", " ".repeat(name_width), table.columns[1]);
        for (column, cells) in others.iter().enumerate() {
            head.push_str(&format!("  {:>cells$}", table.columns[column + 2]));
        }
        out.push_str(&paint.faint(&head));
        out.push('\n');
    }
    for ((row, name), number) in table.rows.iter().zip(&names).zip(&numbers) {
        let mut name = shorten_to(name, name_width);
        if style.plain {
            name = name.replace('…', ".");
        }
        let mut line = format!("{name}{}  {number:>number_width$}", " ".repeat(name_width - width(&name)));
        for (text, cells) in row.others.iter().zip(&others) {
            line.push_str(&format!("  {}{text}", " ".repeat(cells.saturating_sub(width(text)))));
        }
        if words {
            let head = format!("{line}  ");
            match row.others.first().filter(|_| style.width >= width(&head) + 24) {
                Some(what) => handler.wrap(out, &head, &" ".repeat(width(&head)), what),
                None => {
                    out.push_str(&line);
                    out.push('\n');
                }
            }
            continue;
        }
        out.push_str(&line);
        if bar >= 8 && row.number > 0 {
            out.push_str("  ");
            out.push_str(&paint.frame(&bar_of(row.number, most, bar, style.plain)));
        }
        out.push('\n');
    }
    if let Some(note) = &table.note {
        let mut lines = String::new();
        handler.wrap(&mut lines, "", "  ", &shown(note, style));
        for line in lines.lines() {
            out.push_str(&paint.faint(line));
            out.push('\n');
        }
    }
}

fn shorten_to(text: &str, cells: usize) -> String {
    let mut most = text.chars().count();
    let mut short = text.to_owned();
    while width(&short) > cells && most > 1 {
        most -= 1;
        short = shorten(text, most).into_owned();
    }
    short
}

/// A bar of up to so many cells, in eighths of a cell.
fn bar_of(number: u64, most: u64, cells: usize, plain: bool) -> String {
    let eighths = (u128::from(number) * (cells as u128) * 8).div_ceil(u128::from(most)) as usize;
    if plain {
        return "#".repeat(eighths.div_ceil(8));
    }
    let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8];
    format!("{}{rest}", "█".repeat(eighths / 8))
}
