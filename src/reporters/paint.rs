//! Colors. Color is never the only signal: each word that is colored names what it is.

use colored::{Color, Colorize};

use crate::diagnostic::Severity;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Paint {
    on: bool,
}

impl Paint {
    /// Does not read the environment: the caller decides.
    pub(crate) fn new(on: bool) -> Self {
        if on {
            colored::control::set_override(true);
        }
        Paint { on }
    }

    fn apply(self, text: &str, color: Color, bold: bool) -> String {
        match (self.on && !text.is_empty(), bold) {
            (false, _) => text.to_owned(),
            (true, false) => text.color(color).to_string(),
            (true, true) => text.color(color).bold().to_string(),
        }
    }

    pub(crate) fn severity(self, severity: Severity, text: &str) -> String {
        let color = match severity {
            Severity::Error => Color::Red,
            Severity::Warning => Color::Yellow,
            Severity::Note => Color::BrightBlue,
        };
        self.apply(text, color, true)
    }

    /// A key.
    pub(crate) fn name(self, text: &str) -> String {
        self.apply(text, Color::Blue, true)
    }

    pub(crate) fn string(self, text: &str) -> String {
        self.apply(text, Color::Green, false)
    }

    pub(crate) fn number(self, text: &str) -> String {
        self.apply(text, Color::Magenta, false)
    }

    /// `true`, `false` or `null`. Not red, which means an error.
    pub(crate) fn word(self, text: &str) -> String {
        self.apply(text, Color::Cyan, false)
    }

    /// A line of a unified diff.
    pub(crate) fn changed(self, text: &str) -> String {
        match text.as_bytes().first() {
            Some(b'+') => self.apply(text, Color::Green, false),
            Some(b'-') => self.apply(text, Color::Red, false),
            Some(b'@') => self.apply(text, Color::BrightBlue, false),
            _ => text.to_owned(),
        }
    }

    /// Lines and arrows.
    pub(crate) fn frame(self, text: &str) -> String {
        self.apply(text, Color::BrightBlue, false)
    }

    pub(crate) fn faint(self, text: &str) -> String {
        if self.on && !text.is_empty() { text.dimmed().to_string() } else { text.to_owned() }
    }

    pub(crate) fn strong(self, text: &str) -> String {
        if self.on && !text.is_empty() { text.bold().to_string() } else { text.to_owned() }
    }
}
