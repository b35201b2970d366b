//! What is meant: the command line and the terminal together.

use crate::cli::{CheckArgs, GlobalArgs, When};
use crate::config::Configs;
use crate::reporters::Style;
use crate::rules::levels::Levels;

/// What the process was started with. `main` reads it, everything else is told.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// Nobody pipes anything in.
    pub stdin_is_terminal: bool,
    /// A person reads the output as it comes.
    pub stdout_is_terminal: bool,
    /// Standard output goes into a file.
    pub stdout_is_file: bool,
    /// Cells in a line of the terminal behind standard output.
    pub width: Option<usize>,
    /// `COLUMNS`.
    pub columns: Option<String>,
    /// `NO_COLOR` (no-color.org).
    pub no_color: Option<String>,
    /// `CLICOLOR_FORCE` (bixense.com/clicolors) or `FORCE_COLOR` (force-color.org).
    pub force_color: Option<String>,
    /// `CLICOLOR`.
    pub clicolor: Option<String>,
    /// `TERM`.
    pub term: Option<String>,
    /// A person sees what is written to standard error.
    pub stderr_is_terminal: bool,
    /// The folder that relative paths start from.
    pub folder: std::path::PathBuf,
    /// `CI`: nobody watches, even where there is a terminal.
    pub ci: Option<String>,
    /// `GITHUB_STEP_SUMMARY`: a file that GitHub Actions shows as the summary of a job.
    pub step_summary: Option<std::path::PathBuf>,
    /// Threads that the machine can run at once, 0 where it does not say.
    pub cores: usize,
    /// `CALLCHECK_CONFIG`: a configuration file; `--config` and `--no-config` take precedence.
    pub config: Option<std::path::PathBuf>,
    /// `CALLCHECK_OUTPUT_FORMAT`: the format of `check`; `--output-format` takes precedence.
    pub output_format: Option<String>,
}

/// Narrower than this, lines are not made.
const NARROWEST: usize = 40;
/// Where there is no terminal.
const DEFAULT: usize = 120;

impl Environment {
    /// Cells in a line: `COLUMNS` before the terminal's own width, 120 where there is neither, never less than 40.
    pub fn line_width(&self) -> usize {
        let columns = self
            .columns
            .as_deref()
            .and_then(|columns| columns.trim().parse().ok())
            .filter(|&columns: &usize| columns > 0);
        columns.or(self.width.filter(|_| self.stdout_is_terminal)).unwrap_or(DEFAULT).max(NARROWEST)
    }

    /// Whether a stream is coloured: what was typed before what the environment says, that before what the stream is.
    pub fn colors(&self, when: When, is_terminal: bool) -> bool {
        let set = |variable: &Option<String>| variable.as_deref().is_some_and(|value| !value.is_empty());
        let on = |variable: &Option<String>| {
            variable.as_deref().is_some_and(|value| !value.is_empty() && value != "0" && value != "false")
        };
        match when {
            When::Always => true,
            When::Never => false,
            When::Auto if set(&self.no_color) => false,
            When::Auto if on(&self.force_color) => true,
            When::Auto if set(&self.force_color) => false,
            When::Auto => is_terminal && self.clicolor.as_deref() != Some("0") && self.term.as_deref() != Some("dumb"),
        }
    }

    /// Whether somebody watches who would like to know how far the work is.
    pub fn shows_progress(&self, args: &CheckArgs) -> bool {
        let is_ci = self.ci.as_deref().is_some_and(|value| !matches!(value, "" | "0" | "false"));
        self.stderr_is_terminal
            && !is_ci
            && !args.global.quiet
            && !args.global.plain
            && self.term.as_deref() != Some("dumb")
    }

    /// Where configurations come from, and the severities of the command line.
    pub fn configs(&self, args: &GlobalArgs, levels: Levels) -> Configs {
        let file = args.config.as_deref().or(self.config.as_deref().filter(|_| !args.no_config));
        Configs::new(file, !args.no_config, &self.folder, levels)
    }

    /// How text is shown on standard output when findings are not all there is to show.
    pub fn plain_style(&self, args: &GlobalArgs) -> Style {
        Style {
            color: self.colors(args.color, self.stdout_is_terminal) && !args.plain,
            plain: args.plain,
            ..Style::new(self.line_width())
        }
    }

    /// How findings are shown on standard output.
    pub fn style(&self, args: &CheckArgs) -> Style {
        Style {
            width: self.line_width(),
            color: self.colors(args.global.color, self.stdout_is_terminal) && !args.global.plain,
            plain: args.global.plain,
            only_findings: args.only_findings,
            has_custom_schema: args.schema.schema.is_some(),
            limit: args.max_findings.map(|most| if most == 0 { usize::MAX } else { most }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn colours_follow_the_conventions() {
        let plain = Environment::default();
        assert!(!plain.colors(When::Auto, false));
        assert!(plain.colors(When::Auto, true));
        assert!(plain.colors(When::Always, false));
        let no = Environment { no_color: some("1"), force_color: some("1"), ..Environment::default() };
        assert!(!no.colors(When::Auto, true));
        assert!(no.colors(When::Always, false));
        let empty = Environment { no_color: some(""), ..Environment::default() };
        assert!(empty.colors(When::Auto, true));
        let force = Environment { force_color: some("1"), term: some("dumb"), ..Environment::default() };
        assert!(force.colors(When::Auto, false));
        assert!(!force.colors(When::Never, true));
        let zero = Environment { force_color: some("0"), ..Environment::default() };
        assert!(!zero.colors(When::Auto, false));
        let dumb = Environment { term: some("dumb"), ..Environment::default() };
        assert!(!dumb.colors(When::Auto, true));
        let off = Environment { clicolor: some("0"), ..Environment::default() };
        assert!(!off.colors(When::Auto, true));
    }

    #[test]
    fn the_width_is_never_under_40() {
        let width = |columns: Option<&str>, terminal: Option<usize>, is_terminal| {
            Environment {
                columns: columns.map(str::to_owned),
                width: terminal,
                stdout_is_terminal: is_terminal,
                ..Environment::default()
            }
            .line_width()
        };
        assert_eq!(width(None, None, false), 120);
        assert_eq!(width(None, Some(200), false), 120);
        assert_eq!(width(None, Some(200), true), 200);
        assert_eq!(width(Some("80"), Some(200), true), 80);
        assert_eq!(width(Some("80"), None, false), 80);
        assert_eq!(width(Some("1"), None, false), 40);
        assert_eq!(width(Some("0"), None, false), 120);
        assert_eq!(width(Some("wide"), Some(90), true), 90);
    }
}
