//! The page as text, within the width of a terminal: facts, and tables with bars.

use super::{Page, PageFact, PageRow, PageTable};
use crate::reporters::{Handler, Paint, Style, ascii};
use crate::text::{shorten, thousands, visible, width};

/// Cells between columns.
const GAP: &str = "  ";
const MAX_BAR_CELLS: usize = 60;
/// Narrower bars are left out.
const MIN_BAR_CELLS: usize = 8;
/// With less room, descriptions are left out.
const MIN_DESCRIPTION_CELLS: usize = 24;

/// No line is wider than `style.width`.
pub(crate) fn terminal(page: &Page, style: Style) -> String {
    let mut printer =
        PagePrinter { style, handler: Handler::new(style), paint: Paint::new(style.color), out: String::new() };
    let mut verdict = String::new();
    printer.handler.wrap(&mut verdict, "", "  ", &printer.escaped(&page.verdict));
    printer.line(&printer.paint.strong(verdict.trim_end()));
    printer.facts(&page.batches);
    if !page.batches.is_empty() && !page.failures.is_empty() {
        printer.line("");
        printer.line(&printer.paint.strong("failures"));
        for failure in &page.failures {
            printer.wrap("  ", "    ", &failure.title);
            failure.lines.iter().for_each(|line| printer.wrap("    = ", "      ", line));
        }
    }
    printer.facts(&page.calls);
    for table in page.tables.iter().chain([&page.findings]).filter(|table| !table.rows.is_empty()) {
        printer.line("");
        printer.table(table);
    }
    printer.out
}

struct PagePrinter {
    style: Style,
    handler: Handler,
    paint: Paint,
    out: String,
}

/// Widths of the columns of a table, in cells.
struct ColumnWidths {
    name: usize,
    number: usize,
    /// The columns after the second that fit.
    others: Vec<usize>,
    /// Zero if there is no room.
    bar: usize,
}

impl ColumnWidths {
    /// Leaves out what does not fit: first the bars, then columns from the right. Long names are shortened.
    fn new(table: &PageTable, names: &[String], style: Style) -> ColumnWidths {
        let widest = |cells: &mut dyn Iterator<Item = usize>| cells.max().unwrap_or(0);
        let numbers = &mut table.rows.iter().map(|row| thousands(row.number).len());
        let number = widest(numbers).max(table.columns[1].len());
        let room = style.width - 4 - number;
        let max_name = room.min((style.width / 2).max(40));
        let name = widest(&mut names.iter().map(|name| width(name))).min(max_name).max(5);
        let mut others: Vec<usize> = Vec::new();
        // Descriptions get the rest of the line.
        if !table.has_descriptions() {
            others.extend((2..table.columns.len()).map(|column| {
                let cells = &mut table.rows.iter().map(|row| row.others.get(column - 2).map_or(0, |text| width(text)));
                widest(cells).max(table.columns[column].len())
            }));
        }
        let used =
            |others: &[usize]| name + GAP.len() + number + others.iter().map(|cells| cells + GAP.len()).sum::<usize>();
        while used(&others) > style.width {
            others.pop();
        }
        let bar = style.width.saturating_sub(used(&others) + GAP.len()).min(MAX_BAR_CELLS);
        ColumnWidths { name, number, others, bar: if bar < MIN_BAR_CELLS { 0 } else { bar } }
    }
}

impl PagePrinter {
    fn escaped(&self, text: &str) -> String {
        let text = visible(text);
        if self.style.plain { ascii(&text) } else { text.into_owned() }
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn wrap(&mut self, first: &str, rest: &str, text: &str) {
        let text = self.escaped(text);
        self.handler.wrap(&mut self.out, first, rest, &text);
    }

    fn facts(&mut self, facts: &[PageFact]) {
        let Some(widest) = facts.iter().map(|fact| fact.name.len()).max() else { return };
        self.line("");
        for fact in facts {
            self.wrap(&format!("{:>widest$}  ", fact.name), &" ".repeat(widest + 2), &fact.value);
        }
    }

    fn table(&mut self, table: &PageTable) {
        let names: Vec<String> = table.rows.iter().map(|row| self.escaped(&row.name)).collect();
        let widths = ColumnWidths::new(table, &names, self.style);
        self.line(&self.paint.strong(&table.title));
        if table.columns.len() > 2 && !table.has_descriptions() {
            let mut titles = format!("{}{GAP}{:>2$}", " ".repeat(widths.name), table.columns[1], widths.number);
            for (cells, title) in widths.others.iter().zip(&table.columns[2..]) {
                titles.push_str(&format!("{GAP}{title:>cells$}"));
            }
            self.line(&self.paint.faint(&titles));
        }
        for (row, name) in table.rows.iter().zip(&names) {
            let line = self.cells(row, name, &widths);
            if table.has_descriptions() {
                self.description(row, &line);
            } else if widths.bar > 0 && row.number > 0 {
                let bar = bar(row.number, table.largest_number(), widths.bar, self.style.plain);
                self.line(&format!("{line}{GAP}{}", self.paint.frame(&bar)));
            } else {
                self.line(&line);
            }
        }
        if let Some(note) = &table.note {
            let mut lines = String::new();
            self.handler.wrap(&mut lines, "", "  ", &self.escaped(note));
            lines.lines().for_each(|line| self.line(&self.paint.faint(line)));
        }
    }

    /// The columns of a row without its bar or description.
    fn cells(&self, row: &PageRow, name: &str, widths: &ColumnWidths) -> String {
        let mut name = shorten_to(name, widths.name);
        if self.style.plain {
            name = name.replace('…', ".");
        }
        let padding = " ".repeat(widths.name - width(&name));
        let mut line = format!("{name}{padding}{GAP}{:>1$}", thousands(row.number), widths.number);
        for (text, cells) in row.others.iter().zip(&widths.others) {
            line.push_str(&format!("{GAP}{}{text}", " ".repeat(cells.saturating_sub(width(text)))));
        }
        line
    }

    fn description(&mut self, row: &PageRow, line: &str) {
        let start = format!("{line}{GAP}");
        match row.others.first().filter(|_| self.style.width >= width(&start) + MIN_DESCRIPTION_CELLS) {
            Some(text) => self.handler.wrap(&mut self.out, &start, &" ".repeat(width(&start)), text),
            None => self.line(line),
        }
    }
}

/// `shorten` counts characters; this counts cells.
fn shorten_to(text: &str, cells: usize) -> String {
    let mut max = text.chars().count();
    let mut short = text.to_owned();
    while width(&short) > cells && max > 1 {
        max -= 1;
        short = shorten(text, max).into_owned();
    }
    short
}

/// A bar of up to `cells` cells, in eighths of a cell.
fn bar(number: u64, largest: u64, cells: usize, plain: bool) -> String {
    let eighths = (u128::from(number) * (cells as u128) * 8).div_ceil(u128::from(largest)) as usize;
    if plain {
        return "#".repeat(eighths.div_ceil(8));
    }
    let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8];
    format!("{}{rest}", "█".repeat(eighths / 8))
}
