//! What was typed. What is meant by it is in `settings`.

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use crate::emit::Format;

const EXAMPLES: &str = "\
Examples:
  callcheck page.json                      check a saved answer
  callcheck fixtures/                      check every *.json, *.jsonl and *.ndjson in a folder
  callcheck dump.json.gz                   check a dump of any size, in a few megabytes of memory
  curl -s -i URL ... | callcheck           check an answer as it arrives, with its HTTP status
  callcheck -q --output-format concise .   one line a finding, for CI and editors
  callcheck --output-format json a.json    a report for programs
  callcheck schema                         print the JSON Schema that answers are judged by";

const AFTER: &str = "\
Exit codes:
  0  no errors (there may be warnings and notes)
  1  at least one error
  2  the job could not be done: wrong usage, something unreadable, nothing to read, output lost

Columns count Unicode characters from 1, byte offsets count from 0.";

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
    /// Print a JSON Schema
    Schema {
        /// Which one
        #[arg(value_enum, default_value_t)]
        which: SchemaName,
    },
}

/// The schemas that callcheck carries.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum SchemaName {
    /// The batch answer that is checked
    #[default]
    Answer,
    /// The report of --output-format json
    Report,
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

    /// Stop at the first error that is found
    #[arg(long)]
    pub fail_fast: bool,

    /// Threads to work on [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,

    /// How large gzip and zstd input may become, such as 500MB (10^6 bytes) or 40GiB (2^30); 0 for no limit [default: 16GiB, and beyond
    /// 64MiB 200 times the compressed size]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub max_inflated: Option<u64>,

    /// Judge by this JSON Schema instead of the embedded one; what HubSpot's answers must be besides is then not asked
    #[arg(long, value_name = "FILE")]
    pub schema: Option<PathBuf>,
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
