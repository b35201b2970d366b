//! What was found: facts and sentences, no layout. `reporters` write them.

use std::fmt;

use crate::span::Span;
use crate::text::{count, list};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know.
    Note,
    /// Odd, but the answer can be used.
    Warning,
    /// The answer is not what it should be; the exit code is 1.
    Error,
}

impl Severity {
    /// The word that every output format prints.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is known about a rule apart from how it checks. The constant of a rule is where the rule is reported; the registry (`rules`) lists all of them.
#[derive(Debug, Clone, Copy)]
pub struct RuleInfo {
    /// `group/name`.
    pub id: &'static str,
    /// How bad a finding is, unless a profile, an option or callcheck.toml changes it.
    pub severity: Severity,
    /// The rule runs only if `--warn`, `--deny`, `--profile strict` or callcheck.toml enables it.
    pub opt_in: bool,
    /// A finding is not a mistake, not even in a test fixture.
    pub is_informational: bool,
    /// Reading ends at the location of a finding: the text after it is not JSON, or there is none.
    pub stops_reading: bool,
    /// The value was not evaluated: it is neither valid nor invalid.
    pub is_undecided: bool,
    /// What is wrong, in one line.
    pub summary: &'static str,
    /// Why this is a rule, with its source.
    pub explanation: &'static str,
    /// What to do; empty if the findings contain it.
    pub fix: &'static str,
}

impl RuleInfo {
    /// What most rules have in common.
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

/// A place in the source and what is to be said about it. The text shows no value: findings that share it can be grouped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// A few words.
    pub text: String,
}

impl Label {
    /// A label with this text on this place.
    pub fn new(span: Span, text: impl Into<String>) -> Self {
        Label { span, text: text.into() }
    }
}

/// How sentences speak of a place in the text that they count from its beginning; digits follow.
pub const OFFSET: &str = "byte offset ";

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule that is violated.
    pub rule: &'static RuleInfo,
    /// How bad it is.
    pub severity: Severity,
    /// One sentence, without a full stop. Values in it are shortened and may hold any character: an reporter makes them visible.
    pub message: String,
    /// Where it is.
    pub label: Label,
    /// Other places that belong to it.
    pub related: Vec<Label>,
    /// What else is known, a line each.
    pub notes: Vec<String>,
    /// What to do, a line each.
    pub help: Vec<String>,
    /// A digest of what else tells it from other findings that say the same; 0 where that is nothing.
    pub identity: u128,
    /// JSON Pointer (RFC 6901) of the value that is checked.
    pub instance_location: String,
    /// JSON Pointer of the keyword in the schema, `$ref`s followed (JSON Schema 2020-12, section 12.3.1).
    pub keyword_location: Option<String>,
}

impl Diagnostic {
    /// A finding of this rule, with the severity of the rule.
    pub fn new(rule: &'static RuleInfo, message: impl Into<String>, label: Label) -> Self {
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
        }
    }

    /// What is left when its sentences have been written.
    pub(crate) fn without_words(self) -> Self {
        let label = Label { span: self.label.span, text: String::new() };
        Diagnostic { severity: self.severity, ..Diagnostic::new(self.rule, String::new(), label) }
    }

    /// Names the value that is checked, by its JSON Pointer.
    pub fn at(mut self, instance_location: impl Into<String>) -> Self {
        self.instance_location = instance_location.into();
        self
    }

    /// Adds another place.
    pub fn related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push(Label::new(span, text));
        self
    }

    /// Adds something known.
    pub fn note(mut self, line: impl Into<String>) -> Self {
        self.notes.push(line.into());
        self
    }

    /// Adds something to do.
    pub fn help(mut self, line: impl Into<String>) -> Self {
        self.help.push(line.into());
        self
    }
}

/// How many findings there are of each severity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub errors: u64,
    pub warnings: u64,
    pub notes: u64,
    /// Of the errors those that say only that something could not be checked.
    pub undecided: u64,
}

impl Counts {
    /// Counts findings.
    pub fn of<'a>(findings: impl IntoIterator<Item = &'a Diagnostic>) -> Counts {
        let mut counts = Counts::default();
        findings.into_iter().for_each(|finding| counts.add(finding));
        counts
    }

    /// Counts one more.
    pub fn add(&mut self, finding: &Diagnostic) {
        self.undecided += u64::from(finding.rule.is_undecided);
        match finding.severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
            Severity::Note => self.notes += 1,
        }
    }

    /// How many have this severity.
    pub fn of_severity(&self, severity: Severity) -> u64 {
        match severity {
            Severity::Error => self.errors,
            Severity::Warning => self.warnings,
            Severity::Note => self.notes,
        }
    }

    /// `5 errors, 1 warning and 2 notes`: severities without findings are left out.
    pub fn in_words(&self) -> String {
        let all = [(self.errors, "error"), (self.warnings, "warning"), (self.notes, "note")];
        let all = all.iter().filter(|(number, _)| *number > 0).map(|(number, what)| count(*number, what));
        list(&all.collect::<Vec<_>>(), "and")
    }

    /// How many there are.
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

/// What findings have in common that differ only in the record that they are about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Group {
    rule: &'static RuleInfo,
    keyword_location: Option<String>,
    label: String,
    /// The pointer with `*` in place of every number.
    shape: String,
}

impl Diagnostic {
    /// The group that this finding belongs to.
    pub fn group(&self) -> Group {
        let tokens = self.instance_location.split('/');
        let shape: Vec<&str> =
            tokens.map(|token| if token.bytes().all(|byte| byte.is_ascii_digit()) { "*" } else { token }).collect();
        Group {
            rule: self.rule,
            keyword_location: self.keyword_location.clone(),
            label: self.label.text.clone(),
            shape: shape.join("/"),
        }
    }
}
