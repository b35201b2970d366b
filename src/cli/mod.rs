//! Arguments as typed. `settings` and the commands decide what they mean.

mod args;
mod common;
mod levels;
pub(crate) mod settings;
mod values;
mod words;

pub(crate) use args::{DiscoveryArgs, GlobalArgs, InputArgs, RecordingArgs, SchemaArgs, ThreadArgs};
pub use common::common_line;
pub(crate) use values::{ReportFormat, ReportRequest, When};
pub use words::reorder;

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use crate::diagnostic::Severity;
pub(crate) use crate::finding::summary::FailOn;
use crate::format::{FormatStyle, Indent, LineEnding};
use crate::hubspot::ObjectType;
use crate::report::By;
use crate::reporters::Format;
use crate::rules::levels::{Levels, Selector};
use args::{INPUT, OUTPUT, RULES};

const EXAMPLES: &str = "\
Examples:
  callcheck response.json                      check a file
  callcheck --profile strict fixtures/         check a directory of test fixtures
  curl -sSi URL ... | callcheck                check a response and its HTTP status
  callcheck --schema s.json config.json        validate other JSON
  callcheck --output-format concise .          one line per finding

Exit codes:
  0  no errors (see --fail-on)
  1  at least one error
  2  callcheck could not complete: invalid usage, unreadable or missing input, failed write

Columns count Unicode characters from 1; byte offsets count from 0.";

const FORMAT_EXAMPLES: &str = "\
Examples:
  callcheck format response.json               print readable JSON
  callcheck format --compact response.json     print one line
  callcheck format --write fixtures/           reformat files in place
  callcheck format --check fixtures/           list unformatted files
  callcheck format --canonical a.json | sha256sum

Exit codes:
  0  success (with --check: all files are formatted)
  1  invalid input, or no canonical form (with --check: files would change)
  2  callcheck could not complete: invalid usage, unreadable input, failed write

Numbers, escapes, key order and duplicate keys are preserved byte for byte, except with --sort-keys and --canonical.";

const SUMMARY_EXAMPLES: &str = "\
Examples:
  callcheck summary response.json              one response
  callcheck summary log.ndjson dumps/          many responses
  callcheck summary --output-format csv --by owner log.ndjson
  callcheck summary --output-format html -o report.html dumps/
  callcheck summary --output-format json part1.ndjson > part1.json
  callcheck summary --merge part1.json part2.json

Exit codes:
  0  all input was read
  1  with --strict: some input is not a valid batch response
  2  callcheck could not complete: invalid usage, unreadable or missing input, failed write

Bodies, titles, phone numbers and recording URLs are never printed.";

const FILTER_EXAMPLES: &str = "\
Examples:
  callcheck filter < log.ndjson > verdicts.ndjson
  callcheck filter --pass invalid log.ndjson > rejected.ndjson
  callcheck filter --key /requestedAt < log.ndjson
  split -n l/4 --filter='callcheck filter' log.ndjson

Exit codes:
  0  every line has a verdict
  2  callcheck could not complete: invalid usage, unreadable input, failed write

A verdict is one line:
  {\"line\":1,\"key\":null,\"verdict\":\"valid\",\"findings\":[]}

The verdict is `valid`, `invalid`, `not-a-batch-response`, or `error` for lines that are not JSON, blank lines, and lines that are too long or could not be evaluated. \
callcheck reads all input, even if the output is closed. No callcheck.toml is searched for, so a line has the same verdict in every directory.";

const MORE: &str = "Run 'callcheck help check' for all options, 'callcheck explain RULE' for a rule.";

const TEMPLATE: &str = "{about}\n\n{usage-heading} {usage}\n\n{all-args}{after-help}";

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Blue.on_default().bold())
    .usage(AnsiColor::Blue.on_default().bold())
    .literal(AnsiColor::Cyan.on_default());

/// Validate, format and summarize HubSpot API responses, or any JSON
#[derive(Debug, Parser)]
#[command(
    version,
    styles = STYLES,
    after_help = MORE,
    after_long_help = EXAMPLES,
    help_template = TEMPLATE,
    override_usage = "callcheck [COMMAND] [OPTIONS] [PATH]...",
    args_conflicts_with_subcommands = true,
    args_override_self = true,
    disable_help_flag = true,
    disable_version_flag = true
)]
pub struct Cli {
    /// The default is to check.
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub check: CheckArgs,
    /// Print version
    #[arg(short = 'V', long, action = ArgAction::Version, help_heading = args::GLOBAL)]
    pub version: Option<bool>,
}

/// The commands. Deferred: only the options of the command in use are built.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub enum Command {
    /// Validate files, directories or stdin (default)
    #[command(after_help = MORE, after_long_help = EXAMPLES, help_template = TEMPLATE, disable_help_flag = true, args_override_self = true)]
    Check(CheckArgs),
    /// Reformat JSON; only whitespace changes
    #[command(after_long_help = FORMAT_EXAMPLES, help_template = TEMPLATE, disable_help_flag = true, args_override_self = true)]
    Format(FormatArgs),
    /// Summarize responses: successes, failures, call statistics
    #[command(after_long_help = SUMMARY_EXAMPLES, help_template = TEMPLATE, disable_help_flag = true, args_override_self = true)]
    Summary(SummaryArgs),
    /// Validate a JSON Lines stream; print one verdict per line
    #[command(after_long_help = FILTER_EXAMPLES, help_template = TEMPLATE, disable_help_flag = true, args_override_self = true)]
    Filter(FilterArgs),
    /// List all rules, or describe one
    #[command(help_template = TEMPLATE, disable_help_flag = true, args_override_self = true)]
    Explain(ExplainArgs),
    /// Show the effective configuration for a path
    #[command(help_template = TEMPLATE, disable_help_flag = true, args_override_self = true)]
    Config(ConfigArgs),
    /// Print a built-in JSON Schema
    #[command(help_template = TEMPLATE, disable_help_flag = true, args_override_self = true)]
    Schema {
        /// The schema to print
        #[arg(value_enum, default_value_t)]
        which: SchemaName,
        #[command(flatten)]
        global: GlobalArgs,
    },
    /// Generate shell completions
    #[command(help_template = TEMPLATE, disable_help_flag = true, args_override_self = true)]
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: Shell,
        #[command(flatten)]
        global: GlobalArgs,
    },
    /// Print a man page
    #[command(help_template = TEMPLATE, disable_help_flag = true, args_override_self = true)]
    Man {
        /// The command to describe [default: callcheck itself]
        #[arg(value_name = "COMMAND")]
        command: Option<String>,
        #[command(flatten)]
        global: GlobalArgs,
    },
}

impl Command {
    /// True if the command reads standard input, because no path is given.
    pub fn reads_stdin(&self) -> bool {
        match self {
            Command::Check(CheckArgs { paths, .. })
            | Command::Format(FormatArgs { paths, .. })
            | Command::Summary(SummaryArgs { paths, .. }) => paths.is_empty(),
            Command::Filter(args) => args.path.is_none(),
            _ => false,
        }
    }
}

/// Shells with completions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    Bash,
    Zsh,
    Fish,
    Powershell,
}

/// The built-in schemas.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum SchemaName {
    /// A batch response of HubSpot's calls endpoints
    #[default]
    Response,
    /// The report of --output-format json
    Report,
    /// The output of summary --output-format json
    Summary,
    /// A callcheck.toml
    Config,
}

// Arguments of `callcheck check`.
#[derive(Debug, Default, Args)]
pub struct CheckArgs {
    /// Files, directories, or - for stdin [default: stdin]
    ///
    /// Directories are searched for *.json, *.jsonl, *.ndjson and *.har files, and for recordings in *.yml and *.yaml,
    /// also compressed (.gz, .zst). Hidden and git-ignored files are skipped.
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    #[command(flatten)]
    pub levels: Levels,

    /// Expect these CRM objects: calls, contacts, ... or type ids
    ///
    /// Names are those of HubSpot's API, for example line_items. A type id is for example 0-48 or, for custom objects,
    /// 2-123456. Other objects are a warning. Without this option and `objects` in callcheck.toml, objects other than
    /// calls are a note. Objects that callcheck cannot identify are not reported.
    #[arg(long = "object", value_name = "OBJECT", value_delimiter = ',', conflicts_with = "schema", hide_short_help = true, help_heading = RULES)]
    pub objects: Vec<ObjectType>,

    #[command(flatten)]
    pub discovery: DiscoveryArgs,

    /// Compare the response with its request
    ///
    /// Reports inputs without a result, duplicate and unexpected results, and values that differ from the request.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["schema", "lines"], help_heading = INPUT)]
    pub request: Option<PathBuf>,

    /// Check only files changed since a git revision
    ///
    /// Untracked files are checked as well.
    #[arg(long, value_name = "REV", conflicts_with = "request", help_heading = INPUT)]
    pub changed_since: Option<String>,

    #[command(flatten)]
    pub input: InputArgs,

    #[command(flatten)]
    pub recordings: RecordingArgs,

    #[command(flatten)]
    pub threads: ThreadArgs,

    #[command(flatten)]
    pub schema: SchemaArgs,

    /// Also report schema errors in other documents
    ///
    /// Other documents are inputs that are not batch responses. They have one finding that identifies them; with this
    /// option, schema errors follow.
    #[arg(long, conflicts_with = "schema", hide_short_help = true, help_heading = RULES)]
    pub schema_errors: bool,

    /// full, concise, json, ... [default: full]
    #[arg(long, alias = "format", value_enum, value_name = "FORMAT", hide_possible_values = true, long_help = output_formats(), help_heading = OUTPUT)]
    pub output_format: Option<Format>,

    /// Write the output to a file instead of stdout
    #[arg(short, long, value_name = "FILE", help_heading = OUTPUT)]
    pub output_file: Option<PathBuf>,

    /// Also write a report to a file
    ///
    /// FORMAT is html (a self-contained page), markdown, or any output format. In GitHub Actions, the Markdown report
    /// is also added to the job summary. May be repeated.
    #[arg(long, value_name = "FORMAT=PATH", value_parser = values::report_request, help_heading = OUTPUT)]
    pub report: Vec<ReportRequest>,

    /// Lowest severity that causes exit code 1
    ///
    /// error, warning, note or never [default: error]
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t, hide_default_value = true, hide_possible_values = true, help_heading = OUTPUT)]
    pub fail_on: FailOn,

    /// The same as --fail-on never.
    #[arg(long, conflicts_with_all = ["fail_on", "deny_warnings"], hide = true)]
    pub exit_zero: bool,

    /// The same as --fail-on warning.
    #[arg(long, conflicts_with = "fail_on", hide = true)]
    pub deny_warnings: bool,

    /// Hide findings below this severity
    ///
    /// error, warning or note [default: note]. Hidden findings still count; --fail-on decides the exit code.
    #[arg(long, value_enum, value_name = "SEVERITY", hide_possible_values = true, help_heading = OUTPUT)]
    pub min_severity: Option<MinSeverity>,

    /// Suppress findings recorded in a file
    ///
    /// Entries that no longer occur are listed.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["write_baseline", "fail_fast"], help_heading = OUTPUT)]
    pub baseline: Option<PathBuf>,

    /// Record the current findings in a file
    ///
    /// Entries for files that are not checked are kept.
    #[arg(long, value_name = "FILE", conflicts_with = "fail_fast", hide_short_help = true, help_heading = OUTPUT)]
    pub write_baseline: Option<PathBuf>,

    /// Show at most N findings of each severity; 0 shows all
    ///
    /// Totals include all findings. In the full format, N limits excerpts: repeats of a finding in a document share
    /// one, and repeats in other documents are drawn at most 3 times, then counted. The default depends on the format:
    /// 50 errors, 20 warnings and 10 notes for full, all for concise and json; docs/reference/output-formats.md lists
    /// the limits.
    #[arg(long, value_name = "N", value_parser = values::number, allow_negative_numbers = true, hide_short_help = true, help_heading = OUTPUT)]
    pub max_findings: Option<usize>,

    /// Omit documents without findings from reports
    #[arg(long, hide_short_help = true, help_heading = OUTPUT)]
    pub only_findings: bool,

    /// Show all values in excerpts
    ///
    /// By default, excerpts show strings and numbers only of ids, states and times, because responses contain call
    /// notes, names and phone numbers. With --schema, excerpts of documents that are not HubSpot responses show all
    /// values.
    #[arg(long, conflicts_with = "hide_values", hide_short_help = true, help_heading = OUTPUT)]
    pub show_values: bool,

    /// Hide neighboring strings and numbers in all excerpts
    #[arg(long, hide_short_help = true, help_heading = OUTPUT)]
    pub hide_values: bool,

    /// Also print the number of findings per rule
    #[arg(long, help_heading = OUTPUT)]
    pub statistics: bool,

    /// Stop at the first error
    #[arg(long, hide_short_help = true, help_heading = OUTPUT)]
    pub fail_fast: bool,

    #[command(flatten)]
    pub global: GlobalArgs,
}

impl CheckArgs {
    /// The lowest severity that makes the run fail.
    pub fn fails_on(&self) -> FailOn {
        match self {
            CheckArgs { exit_zero: true, .. } => FailOn::Never,
            CheckArgs { deny_warnings: true, .. } => FailOn::Warning,
            _ => self.fail_on,
        }
    }
}

/// The long help of --output-format: each format with its description.
fn output_formats() -> String {
    let mut help = "How to show findings [default: full]\n\nThe environment variable CALLCHECK_OUTPUT_FORMAT has the same effect; this option takes precedence.\n"
        .to_owned();
    for format in Format::value_variants().iter().filter_map(ValueEnum::to_possible_value) {
        let description = format.get_help().map(ToString::to_string).unwrap_or_default();
        help.push_str(&format!("\n- {}: {description}", format.get_name()));
    }
    help
}

/// Output formats of `callcheck summary`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum SummaryFormat {
    /// Facts and tables for the terminal
    #[default]
    Text,
    /// One JSON object (`callcheck schema summary`); --merge reads it
    Json,
    /// One line per call, or per group with --by
    Csv,
    /// For comments and CI job summaries
    Markdown,
    /// A self-contained page
    Html,
}

// Arguments of `callcheck summary`.
#[derive(Debug, Default, Args)]
pub struct SummaryArgs {
    /// Files, directories, or - for stdin [default: stdin]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// text, json, csv, ... [default: text]
    ///
    /// text, json, csv, markdown or html.
    #[arg(long, alias = "format", value_enum, value_name = "FORMAT", default_value_t, hide_default_value = true, hide_possible_values = true, help_heading = OUTPUT)]
    pub output_format: SummaryFormat,

    /// Group CSV lines by owner, day, direction, ...
    ///
    /// owner, day, direction, outcome or status. Without this option, CSV has one line per call.
    #[arg(long, value_enum, value_name = "WHAT", hide_possible_values = true, help_heading = OUTPUT)]
    pub by: Option<By>,

    /// Write the output to a file instead of stdout
    #[arg(short, long, value_name = "FILE", help_heading = OUTPUT)]
    pub output_file: Option<PathBuf>,

    /// Also write a report: html=PATH or markdown=PATH
    ///
    /// May be repeated.
    #[arg(long, value_name = "FORMAT=PATH", value_parser = values::summary_report_request, help_heading = OUTPUT)]
    pub report: Vec<ReportRequest>,

    /// Combine JSON summaries instead of reading responses
    ///
    /// Outcomes keep the names of their summaries. CSV is grouped by day unless --by is given.
    #[arg(long, help_heading = INPUT)]
    pub merge: bool,

    /// Exit with 1 if an input is not valid
    #[arg(long, help_heading = OUTPUT)]
    pub strict: bool,

    #[command(flatten)]
    pub discovery: DiscoveryArgs,

    #[command(flatten)]
    pub input: InputArgs,

    #[command(flatten)]
    pub recordings: RecordingArgs,

    #[command(flatten)]
    pub threads: ThreadArgs,

    #[command(flatten)]
    pub schema: SchemaArgs,

    #[command(flatten)]
    pub global: GlobalArgs,
}

// Arguments of `callcheck filter`.
#[derive(Debug, Args)]
pub struct FilterArgs {
    /// A file, or - for stdin [default: stdin]
    ///
    /// Files named *.gz or *.zst are decompressed. Stdin is read as it is.
    #[arg(value_name = "PATH")]
    pub path: Option<PathBuf>,

    /// JSON Pointer of a value to include as `key`
    ///
    /// A string, a number, true or false.
    #[arg(long, value_name = "POINTER", value_parser = values::pointer, help_heading = OUTPUT)]
    pub key: Option<String>,

    /// Print matching lines instead of verdicts
    ///
    /// valid: lines without errors. invalid: other lines, except blank lines. all: all lines.
    #[arg(long, value_enum, value_name = "WHICH", hide_possible_values = true, help_heading = OUTPUT)]
    pub pass: Option<PassedLines>,

    /// Findings per verdict [default: 10]
    ///
    /// 0 shows none. Errors take precedence over warnings and notes. `more` is the number of other findings.
    #[arg(long, value_name = "N", value_parser = values::number, allow_negative_numbers = true, default_value = "10", hide_default_value = true, help_heading = OUTPUT)]
    pub max_findings: usize,

    /// Maximum length of a line [default: 256MiB]
    ///
    /// Longer lines have the verdict `error`.
    #[arg(long, value_name = "SIZE", value_parser = values::size, default_value = "256MiB", hide_default_value = true, help_heading = INPUT)]
    pub max_line_size: u64,

    /// Flush the output after each line
    #[arg(long, help_heading = OUTPUT)]
    pub unbuffered: bool,

    #[command(flatten)]
    pub levels: Levels,

    /// Expect these CRM objects: calls, contacts, ... or type ids
    ///
    /// Names are those of HubSpot's API, for example line_items. A type id is for example 0-48 or, for custom objects,
    /// 2-123456. Other objects are a warning. Without this option and `objects` in callcheck.toml, objects other than
    /// calls are a note. Objects that callcheck cannot identify are not reported.
    #[arg(long = "object", value_name = "OBJECT", value_delimiter = ',', conflicts_with = "schema", hide_short_help = true, help_heading = RULES)]
    pub objects: Vec<ObjectType>,

    #[command(flatten)]
    pub schema: SchemaArgs,

    #[command(flatten)]
    pub global: GlobalArgs,
}

/// The lines that `--pass` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PassedLines {
    /// Lines without errors
    Valid,
    /// Other lines, except blank lines
    Invalid,
    /// All lines
    All,
}

// Arguments of `callcheck explain`.
#[derive(Debug, Default, Args)]
pub struct ExplainArgs {
    /// A rule (batch/size, size) or a group (batch) [default: all]
    #[arg(value_name = "RULE")]
    pub rule: Option<Selector>,

    #[command(flatten)]
    pub global: GlobalArgs,
}

// Arguments of `callcheck config`.
#[derive(Debug, Default, Args)]
pub struct ConfigArgs {
    /// Files or directories [default: current directory]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    #[command(flatten)]
    pub global: GlobalArgs,
}

/// The lowest severity that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MinSeverity {
    Error,
    Warning,
    Note,
}

impl MinSeverity {
    pub fn severity(self) -> Severity {
        match self {
            MinSeverity::Error => Severity::Error,
            MinSeverity::Warning => Severity::Warning,
            MinSeverity::Note => Severity::Note,
        }
    }
}

// Arguments of `callcheck format`.
#[derive(Debug, Default, Args)]
pub struct FormatArgs {
    /// Files, directories, or - for stdin [default: stdin]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Rewrite files in place, and list them
    ///
    /// Files that are already formatted are not touched.
    #[arg(short, long, help_heading = OUTPUT)]
    pub write: bool,

    /// List unformatted files; exit with 1 if there are any
    #[arg(long, conflicts_with = "write", help_heading = OUTPUT)]
    pub check: bool,

    /// Show changes as a unified diff
    #[arg(long, help_heading = OUTPUT)]
    pub diff: bool,

    /// Show findings below the lines they refer to
    ///
    /// Shows at most 10,000 findings. The exit code is that of `callcheck check`.
    #[arg(long, conflicts_with_all = ["compact", "sort_keys", "canonical", "write", "check", "diff"], help_heading = OUTPUT)]
    pub annotate: bool,

    /// Layout: prettier or expanded [default: prettier]
    ///
    /// `prettier` breaks lines where Prettier 3 does. `expanded` is the layout of JSON.stringify(value, null, 2): every
    /// item and every property has its own line.
    #[arg(long, value_name = "STYLE", value_parser = values::format_style(), hide_possible_values = true, conflicts_with = "width", help_heading = STYLE)]
    pub style: Option<FormatStyle>,

    /// Spaces per level, or `tab` [default: 2]
    #[arg(long, value_name = "N", value_parser = values::indent, help_heading = STYLE)]
    pub indent: Option<Indent>,

    /// Maximum width of a one-line array [default: 80]
    ///
    /// An array stays on one line if it fits in N columns (at most 320) and contains no object with properties.
    #[arg(long, value_name = "N", value_parser = values::width, help_heading = STYLE)]
    pub width: Option<usize>,

    /// Line endings: auto, lf or crlf [default: auto]
    ///
    /// `auto` keeps the line ending of the first line of each file.
    #[arg(long, value_name = "ENDING", value_parser = values::line_ending(), hide_possible_values = true, help_heading = STYLE)]
    pub line_ending: Option<LineEnding>,

    /// Print each document on one line
    #[arg(short, long, conflicts_with_all = ["style", "indent", "width"], help_heading = STYLE)]
    pub compact: bool,

    /// Sort object keys
    #[arg(short = 'S', long, help_heading = STYLE)]
    pub sort_keys: bool,

    /// Print the canonical form of RFC 8785
    ///
    /// For hashes and signatures: sorted keys, no whitespace, one spelling of numbers and strings.
    #[arg(long, conflicts_with_all = ["style", "indent", "width", "line_ending", "compact", "sort_keys"], help_heading = STYLE)]
    pub canonical: bool,

    #[command(flatten)]
    pub discovery: DiscoveryArgs,

    #[command(flatten)]
    pub input: InputArgs,

    #[command(flatten)]
    pub global: GlobalArgs,
}

const STYLE: &str = "Style";
