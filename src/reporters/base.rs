//! Parts that the output formats share: limits, names of documents, texts below a finding, and the table of statistics.

use std::borrow::Cow;
use std::io::{self, Write};

use super::Style;
use crate::diagnostic::{Diagnostic, Severity};
use crate::finding::DocumentId;
use crate::finding::summary::{Statistics, Summary};
use crate::input::InputError;
use crate::schema::LoadedSchema;
use crate::text::{push_escape, shorten, thousands, visible};

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

/// The number of findings of each severity that may still be reported, and those that were left out. Severities do not
/// share a limit: warnings and notes that come first would hide the errors.
pub(super) struct Quota {
    /// Errors, warnings, notes.
    left: [usize; 3],
    left_out: Statistics,
}

impl Quota {
    /// Limits for errors, warnings and notes.
    pub(super) fn new(limits: [usize; 3]) -> Quota {
        Quota { left: limits, left_out: Statistics::default() }
    }

    /// For formats that have no default limit.
    pub(super) fn of(style: Style) -> Quota {
        Quota::new([style.limit.unwrap_or(usize::MAX); 3])
    }

    /// For formats with a maximum, which `--max-findings` can lower.
    pub(super) fn at_most(max: [usize; 3], style: Style) -> Quota {
        Quota::new(max.map(|max| style.limit.map_or(max, |limit| limit.min(max))))
    }

    /// True if this finding may be reported. Otherwise it is counted as left out.
    pub(super) fn take<P>(&mut self, finding: &Diagnostic<P>) -> bool {
        let left = &mut self.left[finding.severity.pick([0, 1, 2])];
        if *left == 0 {
            self.left_out.add(finding);
            return false;
        }
        *left -= 1;
        true
    }

    /// Leaves out all findings of this severity from here.
    pub(super) fn exhaust(&mut self, severity: Severity) {
        self.left[severity.pick([0, 1, 2])] = 0;
    }

    pub(super) fn is_exhausted(&self, severity: Severity) -> bool {
        self.left[severity.pick([0, 1, 2])] == 0
    }

    pub(super) fn left_out(&self) -> &Statistics {
        &self.left_out
    }

    /// `2 errors and 5 notes not shown`, or None if all findings were reported.
    pub(super) fn note(&self) -> Option<String> {
        let counts = self.left_out.counts();
        (counts.total() > 0).then(|| format!("{} not shown", counts.in_words()))
    }

    /// The end of a text format: the number of findings that were left out by severity, then by rule.
    pub(super) fn write_end(&self, end: &RunEnd<'_>, width: usize, out: &mut dyn Write) -> io::Result<()> {
        if let Some(note) = self.note() {
            writeln!(out, "{note}; {SHOW_ALL}")?;
        }
        let rows = statistics_rows(end.statistics.unwrap_or(&self.left_out), width);
        rows.iter().try_for_each(|row| writeln!(out, "{row}"))
    }
}

/// Follows the number of findings that were left out.
pub(super) const SHOW_ALL: &str = "use `--max-findings 0` to show all";

/// Returns `first` for the first call and `next` for later ones: an opening that is written once, or a separator.
pub(super) fn once<T>(is_begun: &mut bool, first: T, next: T) -> T {
    if std::mem::replace(is_begun, true) { next } else { first }
}

/// The table of statistics: number, severity, rule and, as far as `width` allows, the summary of the rule.
pub(super) fn statistics_rows(statistics: &Statistics, width: usize) -> Vec<String> {
    let summary = |rule: &str| crate::rules::find(rule).map_or("", |rule| rule.info.summary);
    let all = statistics.sorted();
    let names = all.iter().map(|(_, rule, _)| rule.len()).max().unwrap_or(0);
    let numbers = all.iter().map(|(.., number)| thousands(*number).len()).max().unwrap_or(0);
    let room = width.saturating_sub(numbers + "  warning  ".len() + names + "  ".len());
    let text = |rule| if room < 8 { "".into() } else { shorten(summary(rule), room) };
    let all = all.into_iter().map(|(severity, rule, number)| (number, severity, rule, text(rule)));
    rows(&all.collect::<Vec<_>>())
}

/// Aligned rows: number, severity, rule and text.
pub(super) fn rows(rows: &[(u64, Severity, &'static str, Cow<'_, str>)]) -> Vec<String> {
    let numbers = rows.iter().map(|(number, ..)| thousands(*number).len()).max().unwrap_or(0);
    let names = rows.iter().map(|(_, _, rule, _)| rule.len()).max().unwrap_or(0);
    let row = |(number, severity, rule, text): &(u64, Severity, &str, Cow<'_, str>)| {
        let line = format!("{:>numbers$}  {:<7}  {rule:<names$}  {text}", thousands(*number), severity.as_str());
        line.trim_end().to_owned()
    };
    rows.iter().map(row).collect()
}

/// ` (record 2) (decompressed)`: follows the name of the document, or the message. For an exchange of a recording
/// ` (exchange 3: POST /crm/v3/objects/calls/batch/read, 207)`.
pub(super) fn qualifiers(document: &DocumentId) -> String {
    let record = document.record.map_or(String::new(), |record| format!(" (record {record})"));
    let decompressed = if document.compression.is_some() { " (decompressed)" } else { "" };
    format!("{record}{}{decompressed}", exchange_suffix(document))
}

/// ` (exchange 3: POST /crm/v3/objects/calls/batch/read, 207)`, or nothing if the document is not an exchange.
pub(super) fn exchange_suffix(document: &DocumentId) -> String {
    document.exchange.as_ref().map_or(String::new(), |exchange| format!(" ({exchange})"))
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
