//! A finding below its line, for `format --annotate`.

use super::draw::Handler;
use super::{Paint, Style};
use crate::finding::Finding;
use crate::text::visible;

/// The rows below a line: `length` marks from `column` (from 0), and the texts.
pub fn annotation(found: &Finding, column: usize, length: usize, style: Style) -> String {
    let finding = &found.finding;
    let paint = Paint::new(style.color);
    let column = column.min(style.width - 10);
    let marks = "^".repeat(length.clamp(1, style.width - column));
    let head = format!("{}[{}]", finding.severity, finding.rule.id);
    let message = format!("{head}: {}", visible(&finding.message));
    // Next to the marks if there is room, otherwise below them.
    let is_inline = column + marks.len() < style.width / 2;
    let indent = " ".repeat(if is_inline { column + marks.len() + 1 } else { column.min(style.width / 3) });
    let handler = Handler::new(style);
    let mut words = String::new();
    handler.wrap(&mut words, &indent, &format!("{indent}  "), &message);
    let notes = finding.notes.iter().map(|line| ("note", line));
    for (what, line) in notes.chain(finding.help.iter().map(|line| ("help", line))) {
        handler.wrap(&mut words, &indent, &format!("{indent}  "), &format!("= {what}: {}", visible(line)));
    }
    let words = words.replacen(&head, &paint.severity(finding.severity, &head), 1);
    let marks = format!("{}{}", " ".repeat(column), paint.severity(finding.severity, &marks));
    match words.strip_prefix(&indent).filter(|_| is_inline) {
        Some(words) => format!("{marks} {words}"),
        None => format!("{marks}\n{words}"),
    }
}
