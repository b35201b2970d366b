//! A finding under the line that it concerns, as `format --annotate` shows it.

use super::draw::Handler;
use super::{Paint, Style};
use crate::finding::Finding;
use crate::text::visible;

/// The rows that stand under a line: marks from this column on (from 0), so many characters, and what is to be said.
pub fn beside(found: &Finding, column: usize, length: usize, style: Style) -> String {
    let finding = &found.finding;
    let paint = Paint::new(style.color);
    let column = column.min(style.width - 10);
    let marks = "^".repeat(length.clamp(1, style.width - column));
    let head = format!("{}[{}]", finding.severity, finding.rule.id);
    let sentence = format!("{head}: {}", visible(&finding.message));
    // Beside the marks where there is room for words, else below them.
    let is_beside = column + marks.len() < style.width / 2;
    let indent = " ".repeat(if is_beside { column + marks.len() + 1 } else { column.min(style.width / 3) });
    let handler = Handler::new(style);
    let mut words = String::new();
    handler.wrap(&mut words, &indent, &format!("{indent}  "), &sentence);
    let notes = finding.notes.iter().map(|line| ("note", line));
    for (what, line) in notes.chain(finding.help.iter().map(|line| ("help", line))) {
        handler.wrap(&mut words, &indent, &format!("{indent}  "), &format!("= {what}: {}", visible(line)));
    }
    let words = words.replacen(&head, &paint.severity(finding.severity, &head), 1);
    let marks = format!("{}{}", " ".repeat(column), paint.severity(finding.severity, &marks));
    match words.strip_prefix(&indent).filter(|_| is_beside) {
        Some(words) => format!("{marks} {words}"),
        None => format!("{marks}\n{words}"),
    }
}
