//! What was typed. What is meant by it is in `settings`.

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use crate::emit::Format;
use crate::format::Indent;
use crate::levels::{Levels, Selector};
use crate::present::By;

const EXAMPLES: &str = "\
Examples:
  callcheck page.json                      check a saved answer
  callcheck fixtures/                      check every *.json, *.jsonl and *.ndjson in a folder
  callcheck dump.json.gz                   check a dump of any size, in a few megabytes of memory
  curl -s -i URL ... | callcheck           check an answer as it arrives, with its HTTP status
  callcheck -q --output-format concise .   one line a finding, for CI and editors
  callcheck --output-format json a.json    a report for programs
  callcheck format page.json               show an answer readably
  callcheck schema                         print the JSON Schema that answers are judged by";

const AFTER: &str = "\
Exit codes:
  0  no errors (there may be warnings and notes)
  1  at least one error
  2  the job could not be done: wrong usage, something unreadable, nothing to read, output lost

Columns count Unicode characters from 1, byte offsets count from 0.";

const FORMAT_EXAMPLES: &str = "\
Examples:
  callcheck format page.json               show an answer readably
  callcheck format --compact page.json     in one line
  callcheck format --write fixtures/       rewrite every file of a folder in place
  callcheck format --check fixtures/       list the files that --write would change, for CI
  callcheck format --canonical a.json | sha256sum";

const FORMAT_AFTER: &str = "\
Exit codes:
  0  everything was formatted (with --check: nothing would change)
  1  something is no JSON, packed and damaged, or has no canonical form (with --check: or would change)
  2  the job could not be done: wrong usage, something unreadable, output lost

Every token leaves as the bytes that it came in: numbers, escapes, member order and repeated names are kept, but by --sort-keys and --canonical.";

const SUMMARY_EXAMPLES: &str = "\
Examples:
  callcheck summary page.json                        one answer
  callcheck summary log.ndjson dumps/                many
  callcheck summary --output-format csv --by owner log.ndjson
  callcheck summary --output-format html dumps/ > report.html
  callcheck summary --output-format json part1.ndjson > part1.json
  callcheck summary --merge part1.json part2.json    add up what was added up";

const SUMMARY_AFTER: &str = "\
Exit codes:
  0  everything was read
  1  with --strict: something is no valid batch answer
  2  the job could not be done: wrong usage, something unreadable or packed and damaged, nothing to read, output lost

Never shown: bodies, titles, phone numbers, URLs of recordings.";

const FILTER_EXAMPLES: &str = "\
Examples:
  callcheck filter < log.ndjson > verdicts.ndjson
  callcheck filter --pass invalid log.ndjson > to-look-at.ndjson
  callcheck filter --key /requestedAt < log.ndjson
  split -n l/4 --filter='callcheck filter' log.ndjson";

const FILTER_AFTER: &str = "\
Exit codes:
  0  every line has its verdict, whatever it is
  2  the job could not be done: wrong usage, something unreadable, output lost

A verdict is {\"line\":1,\"key\":null,\"verdict\":\"valid|invalid|error|not-batch\",\"findings\":[...]}: error is a line that is no JSON,
blank, too long or could not be judged. All input is read to its end, also where nobody reads what is written. No callcheck.toml is
looked for: the same line gets the same verdict everywhere.";

const TEMPLATE: &str = "{about}\n\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Blue.on_default().bold())
    .usage(AnsiColor::Blue.on_default().bold())
    .literal(AnsiColor::Cyan.on_default());

/// Tells the truth about the answers of HubSpot's batch calls endpoints
#[derive(Debug, Parser)]
#[command(version, styles = STYLES, before_help = EXAMPLES, after_help = AFTER, help_template = TEMPLATE, args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do; checking, if nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The arguments of checking, without its name.
    #[command(flatten)]
    pub check: CheckArgs,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check answers (this is what callcheck does without a command)
    #[command(before_help = EXAMPLES, after_help = AFTER, help_template = TEMPLATE)]
    Check(CheckArgs),
    /// Show JSON readably, change nothing but white space
    #[command(before_help = FORMAT_EXAMPLES, after_help = FORMAT_AFTER, help_template = TEMPLATE)]
    Format(FormatArgs),
    /// Add up what answers say: what succeeded, what failed, what the calls look like
    #[command(before_help = SUMMARY_EXAMPLES, after_help = SUMMARY_AFTER, help_template = TEMPLATE)]
    Summary(SummaryArgs),
    /// Give a verdict for each line of JSON Lines, a line each, for pipes and clusters
    #[command(before_help = FILTER_EXAMPLES, after_help = FILTER_AFTER, help_template = TEMPLATE)]
    Filter(FilterArgs),
    /// List the rules, or tell all that is known of one
    Explain(ExplainArgs),
    /// Print what a callcheck.toml says of files, and where
    Config(ConfigArgs),
    /// Print what shells and `man` need: completions, man pages
    Generate {
        /// What is printed
        #[arg(value_enum)]
        what: Generated,
        /// Of man pages, the one of this command [default: callcheck itself]
        #[arg(value_name = "COMMAND")]
        command: Option<String>,
    },
    /// Print a JSON Schema
    Schema {
        /// Which one
        #[arg(value_enum, default_value_t)]
        which: SchemaName,
    },
}

/// What can be generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Generated {
    /// Completions for bash
    Bash,
    /// Completions for zsh
    Zsh,
    /// Completions for fish
    Fish,
    /// Completions for PowerShell
    Powershell,
    /// A man page, in roff
    Man,
}

/// The schemas that callcheck carries.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum SchemaName {
    /// The batch answer that is checked
    #[default]
    Answer,
    /// The report of --output-format json
    Report,
    /// What summary --output-format json prints
    Summary,
    /// A callcheck.toml
    Config,
}

/// What checking is told.
#[derive(Debug, Default, Args)]
pub struct CheckArgs {
    /// Files, folders (every *.json, *.jsonl and *.ndjson in them, packed as .gz or .zst or not, but hidden and ignored ones), or - for
    /// standard input [default: standard input, unless it is a terminal]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// How findings are shown
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub output_format: Format,

    /// Show at most N findings, 0 for all; totals count them all. In the full format, findings of one kind are shown once and
    /// count as one [default: 50 in the full format, all in the others]
    #[arg(long, value_name = "N")]
    pub max_findings: Option<usize>,

    /// The name that findings show for standard input
    #[arg(long, value_name = "NAME", default_value = "<stdin>", hide_default_value = true)]
    pub stdin_filename: String,

    /// When to use colours
    #[arg(long, value_enum, value_name = "WHEN", default_value_t)]
    pub color: When,

    /// Plain ASCII sentences without drawings and colours, for screen readers and simple terminals
    #[arg(long)]
    pub plain: bool,

    /// Leave out the summary line and, in reports, documents without findings
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Also show what the schema says of JSON that is no batch answer; twice: say why a document is held whole in memory
    #[arg(short, long, action = ArgAction::Count)]
    pub verbose: u8,

    /// Read JSON Lines: each line is a document (files named *.jsonl or *.ndjson are read so anyway)
    #[arg(long)]
    pub lines: bool,

    /// How bad findings are.
    #[command(flatten)]
    pub levels: Levels,

    /// Compare the answer with the request that caused it: is every input answered, once, and with what was sent?
    #[arg(long, value_name = "FILE", conflicts_with_all = ["schema", "lines"])]
    pub request: Option<PathBuf>,

    /// Check only files that differ from a git revision, such as origin/main, or are not in git at all; git says which
    #[arg(long, value_name = "REV", conflicts_with = "request")]
    pub changed_since: Option<String>,

    /// Findings that this file knows are counted and do not fail; what it knows and is gone is told
    #[arg(long, value_name = "FILE", conflicts_with_all = ["write_baseline", "fail_fast"])]
    pub baseline: Option<PathBuf>,

    /// Write what is found to this file, so that from now on it is known; of files that are not checked it keeps what it has
    #[arg(long, value_name = "FILE", conflicts_with = "fail_fast")]
    pub write_baseline: Option<PathBuf>,

    /// Also write a report to a file: html=PATH (one file that needs nothing else), markdown=PATH (in GitHub Actions the summary of the
    /// job gets it as well), or any output format; may be given more than once
    #[arg(long, value_name = "FORMAT=PATH", value_parser = reported)]
    pub report: Vec<Reported>,

    /// Which callcheck.toml is used.
    #[command(flatten)]
    pub settings: SettingsArgs,

    /// Exit with 1 from this severity on
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t)]
    pub fail_on: FailOn,

    /// Also count the findings of each rule
    #[arg(long)]
    pub statistics: bool,

    /// Stop at the first error that is found
    #[arg(long)]
    pub fail_fast: bool,

    /// What reading may take.
    #[command(flatten)]
    pub effort: EffortArgs,

    /// Another schema than the embedded one.
    #[command(flatten)]
    pub schema: SchemaArgs,
}

/// Another schema than the embedded one.
#[derive(Debug, Default, Args)]
pub struct SchemaArgs {
    /// Judge by this JSON Schema (draft 4, 6, 7, 2019-09 or 2020-12) instead of the embedded one; what HubSpot's answers must be
    /// besides is then not asked
    #[arg(long, value_name = "FILE")]
    pub schema: Option<PathBuf>,

    /// A folder with the schemas that its references name by `$id`; may be given more than once. Files beside the schema are found
    /// without it, nothing is ever fetched
    #[arg(long, value_name = "DIR", requires = "schema")]
    pub schema_dir: Vec<PathBuf>,

    /// Take `format` in it for a remark to readers instead of judging by it
    #[arg(long, requires = "schema")]
    pub no_assert_format: bool,
}

/// Which callcheck.toml is used.
#[derive(Debug, Default, Args)]
pub struct SettingsArgs {
    /// Use this callcheck.toml for all files, not those in their folders and above
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,

    /// Use no callcheck.toml
    #[arg(long)]
    pub no_config: bool,
}

/// What reading may take.
#[derive(Debug, Default, Args)]
pub struct EffortArgs {
    /// Threads to work on [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,

    /// How large gzip and zstd input may become, such as 500MB (10^6 bytes) or 40GiB (2^30); 0 for no limit [default: 16GiB, and beyond
    /// 64MiB 200 times the compressed size]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub max_inflated: Option<u64>,
}

impl EffortArgs {
    /// How many threads work, where the machine has so many cores.
    pub fn threads(&self, cores: usize) -> usize {
        self.threads.map_or(cores, usize::from).max(1)
    }
}

/// How a summary is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum SummaryFormat {
    /// For people: facts, and tables with bars
    #[default]
    Text,
    /// One object, described by `callcheck schema summary`; --merge reads it
    Json,
    /// A line a call, or a group with --by
    Csv,
    /// For a comment or the summary of a CI job
    Markdown,
    /// One file that needs nothing else
    Html,
}

/// What summing up is told.
#[derive(Debug, Default, Args)]
pub struct SummaryArgs {
    /// Files, folders (as for checking), or - for standard input [default: standard input, unless it is a terminal]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// How it is shown
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub output_format: SummaryFormat,

    /// By what the lines of CSV are grouped [default: not at all, a line a call]
    #[arg(long, value_enum, value_name = "WHAT")]
    pub by: Option<By>,

    /// Add up JSON summaries, one a file, not answers: outcomes keep the names that they had then, CSV is grouped by day
    #[arg(long)]
    pub merge: bool,

    /// Exit with 1 if something is no valid batch answer
    #[arg(long)]
    pub strict: bool,

    /// The name of standard input in messages
    #[arg(long, value_name = "NAME", default_value = "<stdin>", hide_default_value = true)]
    pub stdin_filename: String,

    /// When to use colours
    #[arg(long, value_enum, value_name = "WHEN", default_value_t)]
    pub color: When,

    /// Plain ASCII, for screen readers and simple terminals
    #[arg(long)]
    pub plain: bool,

    /// Read JSON Lines: each line is a document (files named *.jsonl or *.ndjson are read so anyway)
    #[arg(long)]
    pub lines: bool,

    /// Also write a report to a file: html=PATH (one file that needs nothing else) or markdown=PATH; may be given more than once
    #[arg(long, value_name = "FORMAT=PATH", value_parser = summed)]
    pub report: Vec<Reported>,

    /// Which callcheck.toml is used.
    #[command(flatten)]
    pub settings: SettingsArgs,

    /// Another schema than the embedded one, for the findings.
    #[command(flatten)]
    pub schema: SchemaArgs,

    /// What reading may take.
    #[command(flatten)]
    pub effort: EffortArgs,
}

/// What filtering is told.
#[derive(Debug, Args)]
pub struct FilterArgs {
    /// A file, or - for standard input [default: standard input]. A file named *.gz or *.zst is unpacked; what comes in a pipe is taken
    /// as it is
    #[arg(value_name = "PATH")]
    pub path: Option<PathBuf>,

    /// Where the value lies that a verdict has as its key, as a JSON Pointer: a string, a number, true or false
    #[arg(long, value_name = "POINTER", value_parser = pointer)]
    pub key: Option<String>,

    /// Pass lines through instead of verdicts on them: the valid ones, all others but blank ones, or all
    #[arg(long, value_enum, value_name = "WHICH")]
    pub pass: Option<Pass>,

    /// At most N findings in a verdict; it says how many more there are
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub max_findings: usize,

    /// Longer lines are not judged, nor held in memory where verdicts are given
    #[arg(long, value_name = "SIZE", value_parser = size, default_value = "256MiB")]
    pub max_line_bytes: u64,

    /// Write each line at once
    #[arg(long)]
    pub unbuffered: bool,

    /// How bad findings are.
    #[command(flatten)]
    pub levels: Levels,

    /// Another schema than the embedded one.
    #[command(flatten)]
    pub schema: SchemaArgs,
}

/// Which lines are passed through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Pass {
    /// Those without errors
    Valid,
    /// The others
    Invalid,
    /// All
    All,
}

/// A JSON Pointer (RFC 6901).
fn pointer(text: &str) -> Result<String, String> {
    let is_escape = |rest: &str| rest.starts_with(['0', '1']);
    if !text.is_empty() && !text.starts_with('/') {
        Err("a JSON Pointer such as /status is expected".into())
    } else if !text.split('~').skip(1).all(is_escape) {
        Err("in a JSON Pointer ~ stands before 0 or 1 only: ~0 is ~, ~1 is /".into())
    } else {
        Ok(text.to_owned())
    }
}

/// What explaining is told.
#[derive(Debug, Default, Args)]
pub struct ExplainArgs {
    /// A rule (batch/size) or a group (batch) [default: all rules]
    #[arg(value_name = "RULE")]
    pub rule: Option<Selector>,

    /// When to use colours
    #[arg(long, value_enum, value_name = "WHEN", default_value_t)]
    pub color: When,
}

/// What printing a configuration is told.
#[derive(Debug, Default, Args)]
pub struct ConfigArgs {
    /// Files or folders [default: this folder]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Use this callcheck.toml, not those in the folders of files and above
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// From which severity on findings make a run fail.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "the names of the severities")]
pub enum FailOn {
    #[default]
    Error,
    Warning,
    Note,
    /// Whatever is found
    Never,
}

/// What formatting is told.
#[derive(Debug, Default, Args)]
pub struct FormatArgs {
    /// Files, folders (as for checking), or - for standard input [default: standard input, unless it is a terminal]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Indent by N blanks, or by a tab [default: 2]
    #[arg(long, value_name = "N|tab", value_parser = indent)]
    pub indent: Option<Indent>,

    /// An array or object without others inside stays on one line if that has at most N characters, its indentation, name and a
    /// comma included; 0: none does [default: 80]
    #[arg(long, value_name = "N")]
    pub width: Option<usize>,

    /// No blanks and line breaks: a document is a line
    #[arg(long, conflicts_with_all = ["indent", "width"])]
    pub compact: bool,

    /// Put the members of each object in the order of their names
    #[arg(long)]
    pub sort_keys: bool,

    /// The canonical form of RFC 8785, for hashes and signatures: sorted, compact, numbers and strings written in one way only
    #[arg(long, conflicts_with_all = ["indent", "width", "compact", "sort_keys"])]
    pub canonical: bool,

    /// Rewrite the files in place; one that is formatted already is not touched
    #[arg(short, long)]
    pub write: bool,

    /// Write nothing: list the files that would change, and exit with 1 if there are any
    #[arg(long, conflicts_with = "write")]
    pub check: bool,

    /// Show what would change, or with --write what does, as a unified diff
    #[arg(long)]
    pub diff: bool,

    /// Show what checking finds under the lines that it concerns, up to 10,000 findings; exit as checking does
    #[arg(long, conflicts_with_all = ["width", "compact", "sort_keys", "canonical", "write", "check", "diff"])]
    pub annotate: bool,

    /// Read JSON Lines: each line is a document (files named *.jsonl or *.ndjson are read so anyway). They stay a line each with --compact,
    /// --write, --check and --diff
    #[arg(long)]
    pub lines: bool,

    /// When to use colours
    #[arg(long, value_enum, value_name = "WHEN", default_value_t)]
    pub color: When,

    /// The name that messages show for standard input
    #[arg(long, value_name = "NAME", default_value = "<stdin>", hide_default_value = true)]
    pub stdin_filename: String,

    /// How large gzip and zstd input may become, such as 500MB (10^6 bytes) or 40GiB (2^30); 0 for no limit [default: 16GiB, and beyond
    /// 64MiB 200 times the compressed size]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub max_inflated: Option<u64>,
}

/// The blanks of one level: a number, or `tab`.
fn indent(text: &str) -> Result<Indent, String> {
    match text {
        "tab" => Ok(Indent::Tab),
        _ => match text.parse() {
            Ok(blanks @ 0..=16) => Ok(Indent::Blanks(blanks)),
            _ => Err("a number of blanks from 0 to 16 is expected, or tab".into()),
        },
    }
}

/// A report that goes to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// How it is shown.
    pub format: ReportFormat,
    /// Where it goes.
    pub path: PathBuf,
}

/// How a report in a file is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportFormat {
    /// A page of findings, facts and tables.
    Html,
    /// The same in Markdown.
    Markdown,
    /// The findings, as on standard output.
    Findings(Format),
}

fn reported(text: &str) -> Result<Reported, String> {
    let (name, path) = text.split_once('=').unwrap_or((text, ""));
    let format = match name {
        "html" => ReportFormat::Html,
        "markdown" => ReportFormat::Markdown,
        other => ReportFormat::Findings(Format::from_str(other, false).map_err(|_| {
            let known = Format::value_variants().iter().filter_map(ValueEnum::to_possible_value);
            let known: Vec<String> = known.map(|value| value.get_name().to_owned()).collect();
            format!("FORMAT=PATH is expected; formats are html, markdown, {}", known.join(", "))
        })?),
    };
    if path.is_empty() {
        Err("a path is expected behind the `=`".into())
    } else {
        Ok(Reported { format, path: path.into() })
    }
}

/// What summing up can report.
fn summed(text: &str) -> Result<Reported, String> {
    match reported(text) {
        Ok(Reported { format: ReportFormat::Findings(_), .. }) => Err("html=PATH or markdown=PATH is expected".into()),
        Err(why) if !why.starts_with("a path") => Err("html=PATH or markdown=PATH is expected".into()),
        other => other,
    }
}

/// When to use colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// If the terminal shows them and NO_COLOR, CLICOLOR_FORCE and the like do not say otherwise
    #[default]
    Auto,
    /// Also into files and pipes
    Always,
    /// Not even on a terminal
    Never,
}

/// A number of bytes: `4096`, `500MB`, `40GiB`.
fn size(text: &str) -> Result<u64, String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let unit: u64 = match text[digits..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kb" => 1000,
        "k" | "kib" => 1 << 10,
        "mb" => 1_000_000,
        "m" | "mib" => 1 << 20,
        "gb" => 1_000_000_000,
        "g" | "gib" => 1 << 30,
        "tb" => 1_000_000_000_000,
        "t" | "tib" => 1 << 40,
        _ => return Err("a number of bytes is expected, such as 4096, 500MB or 40GiB".into()),
    };
    let number: u64 = text[..digits].parse().map_err(|_| "a number is expected, such as 500MB")?;
    number.checked_mul(unit).ok_or_else(|| "more bytes than there are".into())
}
