//! A finding below its line, for `format --annotate`.

use super::base::advice_lines;
use super::draw::Handler;
use super::{Paint, Style};
use crate::finding::Finding;
use crate::text::visible;

/// The rows below a line: `length` marks from `column` (from 0), and the texts.
pub(crate) fn annotation(found: &Finding, column: usize, length: usize, style: Style) -> String {
    let finding = &found.finding;
    let paint = Paint::new(style.color);
    let column = column.min(style.width - 10);
    let marks = "^".repeat(length.clamp(1, style.width - column));
    let rule = format!("{}[{}]", finding.severity, finding.rule.id);
    let message = format!("{rule}: {}", visible(&finding.message));
    // Next to the marks if there is room, otherwise below them.
    let is_inline = column + marks.len() < style.width / 2;
    let indent = " ".repeat(if is_inline { column + marks.len() + 1 } else { column.min(style.width / 3) });
    let handler = Handler::new(style);
    let mut text = String::new();
    handler.wrap(&mut text, &indent, &format!("{indent}  "), &message);
    for line in advice_lines(finding) {
        handler.wrap(&mut text, &indent, &format!("{indent}  "), &format!("= {line}"));
    }
    // Color is added after wrapping, which would count its escapes as characters.
    let text = text.replacen(&rule, &paint.severity(finding.severity, &rule), 1);
    let marks = format!("{}{}", " ".repeat(column), paint.severity(finding.severity, &marks));
    match text.strip_prefix(&indent).filter(|_| is_inline) {
        Some(text) => format!("{marks} {text}"),
        None => format!("{marks}\n{text}"),
    }
}
