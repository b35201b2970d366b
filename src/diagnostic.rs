//! A finding as facts and texts, without layout.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher as _, Hash as _, Hasher as _};

use crate::span::{Pos, Span};
use crate::text::{count, list};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Information.
    Note,
    /// Unusual, but the response can be used.
    Warning,
    /// The response is invalid; the exit code is 1.
    Error,
}

impl Severity {
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }

    /// The value for this severity, for formats that name severities differently.
    pub fn pick<T>(self, [error, warning, note]: [T; 3]) -> T {
        match self {
            Severity::Error => error,
            Severity::Warning => warning,
            Severity::Note => note,
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Facts about a rule. The constant of a rule is next to the code that reports it; the registry (`rules`) lists all of
/// them.
#[derive(Debug, Clone, Copy)]
pub struct RuleInfo {
    /// `group/name`.
    pub id: &'static str,
    /// Default; a profile, an option or callcheck.toml can change it.
    pub severity: Severity,
    /// The rule runs only if `--warn`, `--deny`, `--profile strict` or callcheck.toml enables it.
    pub opt_in: bool,
    /// A finding is not a mistake, not even in a test fixture.
    pub is_informational: bool,
    /// Reading ends at the location of a finding: the text after it is not JSON, or there is none.
    pub stops_reading: bool,
    /// The value was not evaluated: it is neither valid nor invalid.
    pub is_undecided: bool,
    /// One line.
    pub summary: &'static str,
    /// The reason for the rule, with its source.
    pub explanation: &'static str,
    /// The action to take; empty if the findings contain it.
    pub fix: &'static str,
}

impl RuleInfo {
    pub const DEFAULT: RuleInfo = RuleInfo {
        id: "",
        severity: Severity::Error,
        opt_in: false,
        is_informational: false,
        stops_reading: false,
        is_undecided: false,
        summary: "",
        explanation: "",
        fix: "",
    };

    pub(crate) const fn new(
        id: &'static str,
        severity: Severity,
        summary: &'static str,
        explanation: &'static str,
    ) -> RuleInfo {
        RuleInfo { id, severity, summary, explanation, ..RuleInfo::DEFAULT }
    }

    pub(crate) const fn informational(self) -> RuleInfo {
        RuleInfo { is_informational: true, ..self }
    }

    pub(crate) const fn stopping(self) -> RuleInfo {
        RuleInfo { stops_reading: true, ..self }
    }

    pub(crate) const fn undecided(self) -> RuleInfo {
        RuleInfo { is_undecided: true, ..self }
    }

    /// The part of the id before the slash.
    pub fn group(&self) -> &'static str {
        self.id.split_once('/').map_or(self.id, |(group, _)| group)
    }
}

/// Rules are the same if they have the same id.
impl PartialEq for RuleInfo {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for RuleInfo {}

impl std::hash::Hash for RuleInfo {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl fmt::Display for RuleInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

/// A marked span of the source. The text contains no value, so that findings that share it can be grouped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label<P = Pos> {
    pub span: Span<P>,
    pub text: String,
}

impl<P> Label<P> {
    pub fn new(span: Span<P>, text: impl Into<String>) -> Self {
        Label { span, text: text.into() }
    }
}

/// Messages name byte offsets with these words, followed by digits. The digest of a finding skips them.
pub(crate) const OFFSET: &str = "byte offset ";

/// One finding. Its spans are positions in a buffer until [`crate::finding`] turns them into offsets in the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic<P = Pos> {
    pub rule: &'static RuleInfo,
    pub severity: Severity,
    /// One line without a full stop. Values in it are shortened and may contain any character: reporters escape them.
    pub message: String,
    pub label: Label<P>,
    pub related: Vec<Label<P>>,
    /// One line each.
    pub notes: Vec<String>,
    /// One line each: the action to take.
    pub help: Vec<String>,
    /// Distinguishes findings with the same message in a baseline; 0 if the message is enough.
    pub identity: u128,
    /// JSON Pointer (RFC 6901) of the checked value.
    pub instance_location: String,
    /// JSON Pointer of the keyword in the schema, `$ref`s followed (JSON Schema 2020-12, section 12.3.1).
    pub keyword_location: Option<String>,
    /// A related label of another finding marks the same span and explains more. If that finding is reported, and at
    /// least as severe, this one is not.
    pub is_repetition: bool,
}

/// Removes findings that repeat others.
pub(crate) fn remove_repetitions(findings: &mut Vec<Diagnostic>) {
    if !findings.iter().any(|finding| finding.is_repetition) {
        return;
    }
    let mut explained: HashMap<Span, Severity> = HashMap::new();
    for finding in findings.iter() {
        for label in &finding.related {
            let severity = explained.entry(label.span).or_insert(finding.severity);
            *severity = finding.severity.max(*severity);
        }
    }
    findings.retain(|finding| {
        let by = explained.get(&finding.label.span).filter(|_| finding.is_repetition);
        by.is_none_or(|severity| *severity < finding.severity)
    });
}

impl<P> Diagnostic<P> {
    /// A finding with the default severity of its rule.
    pub fn new(rule: &'static RuleInfo, message: impl Into<String>, label: Label<P>) -> Self {
        Diagnostic {
            rule,
            severity: rule.severity,
            message: message.into(),
            label,
            related: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            identity: 0,
            instance_location: String::new(),
            keyword_location: None,
            is_repetition: false,
        }
    }

    /// The same finding with its spans converted.
    pub(crate) fn map_spans<Q>(self, mut convert: impl FnMut(Span<P>) -> Span<Q>) -> Diagnostic<Q> {
        let mut label = |label: Label<P>| Label { span: convert(label.span), text: label.text };
        Diagnostic {
            rule: self.rule,
            severity: self.severity,
            message: self.message,
            label: label(self.label),
            related: self.related.into_iter().map(label).collect(),
            notes: self.notes,
            help: self.help,
            identity: self.identity,
            instance_location: self.instance_location,
            keyword_location: self.keyword_location,
            is_repetition: self.is_repetition,
        }
    }

    /// Drops the texts, which have been written already, and keeps what is counted. Findings about `errors` keep their
    /// location, because only they count in some documents.
    pub(crate) fn without_texts(self) -> Self {
        let label = Label { span: self.label.span, text: String::new() };
        let mut instance_location = self.instance_location;
        if !instance_location.starts_with("/errors") {
            instance_location = String::new();
        }
        let severity = self.severity;
        Diagnostic { severity, instance_location, ..Diagnostic::new(self.rule, String::new(), label) }
    }

    /// Sets the JSON Pointer of the checked value.
    pub fn at(mut self, instance_location: impl Into<String>) -> Self {
        self.instance_location = instance_location.into();
        self
    }

    pub fn related(mut self, span: Span<P>, text: impl Into<String>) -> Self {
        self.related.push(Label::new(span, text));
        self
    }

    pub fn note(mut self, line: impl Into<String>) -> Self {
        self.notes.push(line.into());
        self
    }

    pub fn help(mut self, line: impl Into<String>) -> Self {
        self.help.push(line.into());
        self
    }

    /// Equal for findings that differ only in the item that they are about.
    pub fn group(&self) -> Group {
        // Its seed is fixed: equal findings have equal hashes on every thread.
        let mut hash = foldhash::quality::FixedState::with_seed(0).build_hasher();
        (self.severity, self.rule.id, &self.keyword_location, &self.label.text).hash(&mut hash);
        if self.rule.group() == "document" {
            // The label is the same for all kinds of errors.
            self.message.hash(&mut hash);
        }
        for token in self.shape() {
            hash.write(token);
            hash.write_u8(b'/');
        }
        Group(hash.finish())
    }

    /// The pointer with `*` for every number.
    pub(crate) fn pointer_shape(&self) -> String {
        String::from_utf8_lossy(&self.shape().collect::<Vec<_>>().join(&b'/')).into_owned()
    }

    /// As bytes, because the characters need not be decoded for a hash.
    fn shape(&self) -> impl Iterator<Item = &[u8]> {
        let tokens = self.instance_location.as_bytes().split(|byte| *byte == b'/');
        tokens.map(|token| if token.iter().all(u8::is_ascii_digit) && !token.is_empty() { b"*" } else { token })
    }
}

/// Numbers of findings by severity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub errors: u64,
    pub warnings: u64,
    pub notes: u64,
    /// The errors that only report a value that could not be evaluated.
    pub undecided: u64,
}

impl Counts {
    pub fn of<'a, P: 'a>(findings: impl IntoIterator<Item = &'a Diagnostic<P>>) -> Counts {
        let mut counts = Counts::default();
        findings.into_iter().for_each(|finding| counts.add(finding));
        counts
    }

    pub fn add<P>(&mut self, finding: &Diagnostic<P>) {
        self.undecided += u64::from(finding.rule.is_undecided);
        self.add_number(finding.severity, 1);
    }

    pub fn add_number(&mut self, severity: Severity, number: u64) {
        match severity {
            Severity::Error => self.errors += number,
            Severity::Warning => self.warnings += number,
            Severity::Note => self.notes += number,
        }
    }

    pub fn of_severity(&self, severity: Severity) -> u64 {
        match severity {
            Severity::Error => self.errors,
            Severity::Warning => self.warnings,
            Severity::Note => self.notes,
        }
    }

    /// `5 errors`, `1 warning`, `2 notes`: severities without findings are left out.
    pub fn list(&self) -> Vec<String> {
        let all = [(self.errors, "error"), (self.warnings, "warning"), (self.notes, "note")];
        all.iter().filter(|(number, _)| *number > 0).map(|(number, what)| count(*number, what)).collect()
    }

    /// `5 errors, 1 warning and 2 notes`
    pub fn in_words(&self) -> String {
        list(&self.list(), "and")
    }

    pub fn total(&self) -> u64 {
        self.errors + self.warnings + self.notes
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.errors += other.errors;
        self.warnings += other.warnings;
        self.notes += other.notes;
        self.undecided += other.undecided;
    }
}

impl std::ops::SubAssign for Counts {
    fn sub_assign(&mut self, other: Counts) {
        self.errors -= other.errors;
        self.warnings -= other.warnings;
        self.notes -= other.notes;
        self.undecided -= other.undecided;
    }
}

/// Key of findings that differ only in the item that they are about. Repeats of a group are counted instead of drawn.
/// It is a hash of the severity, the rule, the keyword, the label and the shape of the pointer, because it is computed
/// for every finding, also for a million repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Group(u64);
