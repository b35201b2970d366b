//! Parts that the output formats share: limits, names of documents, texts below a finding, and the table of statistics.

use std::io::{self, Write};

use super::Style;
use crate::diagnostic::Diagnostic;
use crate::finding::DocumentId;
use crate::finding::summary::{Statistics, Summary};
use crate::input::InputError;
use crate::schema::LoadedSchema;
use crate::text::{count, push_escape, shorten, thousands, visible};

/// The end of a run.
#[derive(Clone, Copy)]
pub struct RunEnd<'r> {
    pub summary: &'r Summary,
    /// Set by `--statistics`.
    pub statistics: Option<&'r Statistics>,
    pub unreadable: &'r [InputError],
    /// Other reasons why the run is incomplete, for example a file that could not be written.
    pub failures: &'r [String],
    /// The custom schemas of the run.
    pub schemas: &'r [LoadedSchema],
}

/// The number of findings that may still be reported, and the number of those that were left out.
pub(super) struct Quota {
    left: usize,
    left_out: u64,
}

impl Quota {
    pub(super) fn new(findings: usize) -> Quota {
        Quota { left: findings, left_out: 0 }
    }

    /// For formats that have no default limit.
    pub(super) fn of(style: Style) -> Quota {
        Quota::new(style.limit.unwrap_or(usize::MAX))
    }

    /// True if one more finding may be reported. Otherwise it is counted as left out.
    pub(super) fn take(&mut self) -> bool {
        if self.left == 0 {
            self.left_out += 1;
            return false;
        }
        self.left -= 1;
        true
    }

    /// Leaves out all findings from here.
    pub(super) fn exhaust(&mut self) {
        self.left = 0;
    }

    pub(super) fn is_exhausted(&self) -> bool {
        self.left == 0
    }

    /// The note about findings that were left out.
    pub(super) fn note(&self) -> Option<String> {
        let number = count(self.left_out, "more finding");
        (self.left_out > 0).then(|| format!("{number} not shown; use `--max-findings 0` to show all"))
    }
}

/// Returns `first` for the first call and `next` for later ones: an opening that is written once, or a separator.
pub(super) fn once<T>(is_begun: &mut bool, first: T, next: T) -> T {
    if std::mem::replace(is_begun, true) { next } else { first }
}

/// The table of statistics, `width` cells wide.
pub(super) fn write_statistics(statistics: Option<&Statistics>, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let rows = statistics.map(Statistics::sorted).unwrap_or_default();
    let rows: Vec<_> =
        rows.iter().map(|(severity, rule, number)| (thousands(*number), severity.as_str(), *rule)).collect();
    let numbers = rows.iter().map(|(number, ..)| number.len()).max().unwrap_or(0);
    let names = rows.iter().map(|(.., rule)| rule.len()).max().unwrap_or(0);
    let room = width.saturating_sub(numbers + "  warning  ".len() + names + "  ".len());
    rows.iter().try_for_each(|(number, severity, rule)| {
        let summary = crate::rules::find(rule).map_or("", |rule| rule.info.summary);
        let summary = if room < 8 { "".into() } else { shorten(summary, room) };
        let line = format!("{number:>numbers$}  {severity:<7}  {rule:<names$}  {summary}");
        writeln!(out, "{}", line.trim_end())
    })
}

/// ` (record 2) (decompressed)`: follows the name of the document, or the message.
pub(super) fn qualifiers(document: &DocumentId) -> String {
    let record = document.record.map_or(String::new(), |record| format!(" (record {record})"));
    let decompressed = if document.compression.is_some() { " (decompressed)" } else { "" };
    format!("{record}{decompressed}")
}

/// Notes and help, for services that show one text per finding.
pub(super) fn advice<P>(finding: &Diagnostic<P>) -> String {
    advice_lines(finding).map(|line| format!("\n{line}")).collect()
}

/// `note: ...` and `help: ...`.
pub(super) fn advice_lines<P>(finding: &Diagnostic<P>) -> impl Iterator<Item = String> {
    let notes = finding.notes.iter().map(|line| ("note", line));
    let lines = notes.chain(finding.help.iter().map(|line| ("help", line)));
    lines.map(|(kind, line)| format!("{kind}: {}", visible(line)))
}

/// The message with the JSON Pointer: `missing required property (/results/0)`.
pub(super) fn message_with_pointer<P>(finding: &Diagnostic<P>) -> String {
    format!("{}{}", visible(&finding.message), pointer_suffix(finding))
}

/// ` (/results/0/id)`, or nothing for the root.
pub(super) fn pointer_suffix<P>(finding: &Diagnostic<P>) -> String {
    match finding.instance_location.as_str() {
        "" => String::new(),
        pointer => format!(" ({})", short_pointer(pointer, 200)),
    }
}

/// A JSON Pointer without its middle if it has more than `limit` characters.
pub(super) fn short_pointer(pointer: &str, limit: usize) -> String {
    let characters = pointer.chars().count();
    if characters <= limit {
        return visible(pointer).into_owned();
    }
    let half = limit / 2;
    let start: String = pointer.chars().take(half).collect();
    let end: String = pointer.chars().skip(characters - half).collect();
    visible(&format!("{start}…{end}")).into_owned()
}

/// Printable ASCII: other characters become JSON escapes, an ellipsis becomes three dots.
pub(crate) fn ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '…' => out.push_str("..."),
            ' '..='~' | '\n' => out.push(character),
            other => push_escape(&mut out, other),
        }
    }
    out
}
