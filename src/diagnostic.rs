//! What was found: facts and sentences, no layout. `emit` draws them.

use std::fmt;

use crate::document::Span;

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

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// `group/name`, as in [`crate::rules::RULES`].
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// One sentence, without a full stop. Values in it are shortened and may hold any character: an emitter makes them visible.
    pub message: String,
    /// Where it is.
    pub label: Label,
    /// Other places that belong to it.
    pub related: Vec<Label>,
    /// What else is known, a line each.
    pub notes: Vec<String>,
    /// What to do, a line each.
    pub help: Vec<String>,
    /// JSON Pointer (RFC 6901) of the value that is judged.
    pub instance_location: String,
    /// JSON Pointer of the keyword in the schema, `$ref`s followed (JSON Schema 2020-12, section 12.3.1).
    pub keyword_location: Option<String>,
}

impl Diagnostic {
    /// A finding of the rule with this id, with the severity that the table of rules gives it.
    ///
    /// # Panics
    /// If there is no such rule: every rule is in the table, a test holds that.
    pub fn new(rule: &'static str, message: impl Into<String>, label: Label) -> Self {
        let severity = crate::rules::find(rule).unwrap_or_else(|| panic!("the rule {rule} is in the table")).severity;
        Diagnostic {
            rule,
            severity,
            message: message.into(),
            label,
            related: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            instance_location: String::new(),
            keyword_location: None,
        }
    }

    /// Names the value that is judged, by its JSON Pointer.
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
