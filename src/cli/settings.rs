//! Settings that come from the command line and the environment together.

use crate::cli::{CheckArgs, GlobalArgs, When};
use crate::config::Configs;
use crate::reporters::Style;
use crate::rules::levels::Levels;

/// The environment of the process. Only `main` reads it.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    pub stdin_is_terminal: bool,
    pub stdout_is_terminal: bool,
    pub stdout_is_file: bool,
    /// Columns of the terminal that standard output is connected to.
    pub width: Option<usize>,
    /// Columns of the terminal that standard error is connected to.
    pub stderr_width: Option<usize>,
    /// `COLUMNS`.
    pub columns: Option<String>,
    /// `NO_COLOR` (no-color.org).
    pub no_color: Option<String>,
    /// `CLICOLOR_FORCE` (bixense.com/clicolors): any other value than `0` forces color.
    pub clicolor_force: Option<String>,
    /// `FORCE_COLOR` (force-color.org).
    pub force_color: Option<String>,
    /// `CLICOLOR`.
    pub clicolor: Option<String>,
    /// `TERM`.
    pub term: Option<String>,
    pub stderr_is_terminal: bool,
    /// The current directory.
    pub directory: std::path::PathBuf,
    /// `CI`: no progress is shown, even on a terminal.
    pub ci: Option<String>,
    /// `GITHUB_STEP_SUMMARY`: a file that GitHub Actions shows as the summary of a job.
    pub step_summary: Option<std::path::PathBuf>,
    /// Counts the cores. Not counted at the start, because this reads several files.
    pub count_cores: Option<fn() -> usize>,
    /// `CALLCHECK_CONFIG`: a configuration file; `--config` and `--no-config` take precedence.
    pub config: Option<std::path::PathBuf>,
    /// `CALLCHECK_OUTPUT_FORMAT`: the format of `check`; `--output-format` takes precedence.
    pub output_format: Option<String>,
    /// `SOURCE_DATE_EPOCH` (reproducible-builds.org): the date of HTML pages, in seconds since 1970.
    pub source_date_epoch: Option<String>,
    /// The time of the clock in milliseconds since 1970.
    pub now: Option<i64>,
}

/// In columns.
const MIN_WIDTH: usize = 40;
/// Columns without a terminal.
const DEFAULT_WIDTH: usize = 120;

impl Environment {
    /// Number of threads to use without `--threads`.
    pub fn cores(&self) -> usize {
        self.count_cores.map_or(1, |count| count()).max(1)
    }

    fn columns(&self) -> Option<usize> {
        self.columns.as_deref().and_then(|columns| columns.trim().parse().ok()).filter(|&columns: &usize| columns > 0)
    }

    /// Columns per line: `COLUMNS`, or the width of the terminal, or 120; at least 40.
    pub fn line_width(&self) -> usize {
        self.columns().or(self.width.filter(|_| self.stdout_is_terminal)).unwrap_or(DEFAULT_WIDTH).max(MIN_WIDTH)
    }

    /// Columns at which messages are wrapped: `COLUMNS`, or the width of the terminal. `None` in a pipe or a file.
    pub fn message_width(&self) -> Option<usize> {
        let columns = self.columns();
        columns.or(self.stderr_width.filter(|_| self.stderr_is_terminal)).map(|columns| columns.max(MIN_WIDTH))
    }

    /// True if a stream gets colors: `--color` first, then the environment, then the stream.
    pub fn colors(&self, when: When, is_terminal: bool) -> bool {
        let set = |variable: &Option<String>| variable.as_deref().is_some_and(|value| !value.is_empty());
        let on = |variable: &Option<String>| {
            variable.as_deref().is_some_and(|value| !value.is_empty() && value != "0" && value != "false")
        };
        match when {
            When::Always => true,
            When::Never => false,
            When::Auto if set(&self.no_color) => false,
            When::Auto if set(&self.clicolor_force) && self.clicolor_force.as_deref() != Some("0") => true,
            When::Auto if on(&self.force_color) => true,
            When::Auto if set(&self.force_color) => false,
            When::Auto => is_terminal && self.clicolor.as_deref() != Some("0") && self.term.as_deref() != Some("dumb"),
        }
    }

    /// The date of an HTML page, in milliseconds since 1970: `SOURCE_DATE_EPOCH`, otherwise that of the clock.
    ///
    /// # Errors
    /// If `SOURCE_DATE_EPOCH` is not a number of seconds. Its users rely on reproducible output.
    pub fn page_date(&self) -> Result<Option<i64>, String> {
        /// The end of the year 9999.
        const MAX_SECONDS: i64 = 253_402_300_799;
        let Some(text) = self.source_date_epoch.as_deref().filter(|text| !text.is_empty()) else { return Ok(self.now) };
        match text.parse() {
            Ok(seconds @ 0..=MAX_SECONDS) => Ok(Some(seconds * 1000)),
            _ => Err(format!("SOURCE_DATE_EPOCH: expected seconds since 1970, found `{text}`")),
        }
    }

    pub fn shows_progress(&self, args: &GlobalArgs) -> bool {
        let is_ci = self.ci.as_deref().is_some_and(|value| !matches!(value, "" | "0" | "false"));
        self.stderr_is_terminal && !is_ci && !args.quiet && !args.plain && self.term.as_deref() != Some("dumb")
    }

    pub fn configs(&self, args: &GlobalArgs, levels: Levels) -> Configs {
        let file = args.config.as_deref().or(self.config.as_deref().filter(|_| !args.no_config));
        Configs::new(file, !args.no_config, &self.directory, levels)
    }

    /// The style of text on standard output.
    pub fn plain_style(&self, args: &GlobalArgs) -> Style {
        Style {
            color: self.colors(args.color, self.stdout_is_terminal) && !args.plain,
            plain: args.plain,
            ..Style::new(self.line_width())
        }
    }

    /// The style of findings on standard error.
    pub fn stderr_style(&self, args: &GlobalArgs) -> Style {
        Style {
            color: self.colors(args.color, self.stderr_is_terminal) && !args.plain,
            plain: args.plain,
            ..Style::new(self.message_width().unwrap_or(DEFAULT_WIDTH))
        }
    }

    /// The style of findings on standard output.
    pub fn style(&self, args: &CheckArgs) -> Style {
        Style {
            only_findings: args.only_findings,
            limit: args.max_findings.map(|max| if max == 0 { usize::MAX } else { max }),
            fail_on: args.fails_on(),
            ..self.plain_style(&args.global)
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
    fn colors_follow_the_conventions() {
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
        let force = |value: &str, clicolor: Option<&str>| Environment {
            clicolor_force: some(value),
            clicolor: clicolor.map(str::to_owned),
            ..Environment::default()
        };
        assert!(force("1", Some("0")).colors(When::Auto, false));
        // `0` is as good as unset.
        assert!(force("0", None).colors(When::Auto, true) && !force("0", None).colors(When::Auto, false));
        assert!(!force("0", Some("0")).colors(When::Auto, true));
        assert!(!force("", None).colors(When::Auto, false));
        let other = Environment { force_color: some("1"), ..force("0", None) };
        assert!(other.colors(When::Auto, false));
        let dumb = Environment { term: some("dumb"), ..Environment::default() };
        assert!(!dumb.colors(When::Auto, true));
        let off = Environment { clicolor: some("0"), ..Environment::default() };
        assert!(!off.colors(When::Auto, true));
    }

    #[test]
    fn the_date_of_pages_is_source_date_epoch_or_now() {
        let date = |epoch: &str| {
            Environment { source_date_epoch: some(epoch), now: Some(7), ..Environment::default() }.page_date()
        };
        assert_eq!(date("1767605400"), Ok(Some(1_767_605_400_000)));
        assert_eq!(date(""), Ok(Some(7)));
        for wrong in ["yesterday", "-1", "1.5", "253402300800", "99999999999999999999"] {
            assert!(date(wrong).is_err_and(|message| message.contains(wrong)), "{wrong}");
        }
    }

    #[test]
    fn messages_are_wrapped_only_with_columns_or_on_a_terminal() {
        let width = |columns: Option<&str>, stderr_width, stderr_is_terminal| {
            let columns = columns.map(str::to_owned);
            let environment = Environment { columns, stderr_width, stderr_is_terminal, ..Environment::default() };
            environment.message_width()
        };
        assert_eq!(width(None, None, false), None);
        assert_eq!(width(None, Some(80), false), None);
        assert_eq!(width(None, Some(80), true), Some(80));
        assert_eq!(width(None, Some(8), true), Some(40));
        assert_eq!(width(Some("60"), Some(80), true), Some(60));
        assert_eq!(width(Some("60"), None, false), Some(60));
        assert_eq!(width(Some("0"), None, false), None);
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
