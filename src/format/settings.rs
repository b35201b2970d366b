//! The layout as `[format]` in `callcheck.toml` and the command line set it.

use crate::json::{Indent, LayoutStyle};

/// The end of each line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LineEnding {
    /// As the first line of the input; LF if no line ends in its first 64 KiB. In a pipe, only line
    /// breaks around the first bracket count.
    #[default]
    Auto,
    Lf,
    Crlf,
}

/// The layouts with indentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormatStyle {
    /// As Prettier 3 breaks lines.
    Prettier,
    /// As `JSON.stringify` with an indentation: one item or property per line.
    Expanded,
}

impl FormatStyle {
    pub const NAMES: [&str; 2] = ["prettier", "expanded"];

    pub fn of(name: &str) -> Option<FormatStyle> {
        match name {
            "prettier" => Some(FormatStyle::Prettier),
            "expanded" => Some(FormatStyle::Expanded),
            _ => None,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            FormatStyle::Prettier => "prettier",
            FormatStyle::Expanded => "expanded",
        }
    }
}

impl LineEnding {
    pub const NAMES: [&str; 3] = ["auto", "lf", "crlf"];

    pub fn of(name: &str) -> Option<LineEnding> {
        match name {
            "auto" => Some(LineEnding::Auto),
            "lf" => Some(LineEnding::Lf),
            "crlf" => Some(LineEnding::Crlf),
            _ => None,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            LineEnding::Auto => "auto",
            LineEnding::Lf => "lf",
            LineEnding::Crlf => "crlf",
        }
    }
}

/// The values that are set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FormatSettings {
    pub style: Option<FormatStyle>,
    pub width: Option<usize>,
    pub indent: Option<Indent>,
    pub line_ending: Option<LineEnding>,
}

impl FormatSettings {
    /// The values of `self`, which take precedence over `other`.
    pub(crate) fn or(self, other: FormatSettings) -> FormatSettings {
        // A width is a request for the only style that has one.
        let implied = self.width.map(|_| FormatStyle::Prettier);
        FormatSettings {
            style: self.style.or(implied).or(other.style),
            width: self.width.or(other.width),
            indent: self.indent.or(other.indent),
            line_ending: self.line_ending.or(other.line_ending),
        }
    }

    pub(crate) fn layout(self) -> LayoutStyle {
        let base = match self.style {
            Some(FormatStyle::Expanded) => LayoutStyle::EXPANDED,
            Some(FormatStyle::Prettier) | None => {
                LayoutStyle { width: self.width.unwrap_or(LayoutStyle::PRETTIER.width), ..LayoutStyle::PRETTIER }
            }
        };
        LayoutStyle { indent: self.indent.or(base.indent), ..base }
    }
}
