//! Options that several commands share, one struct for each purpose.
//!
//! Structs of options have no doc comments. The options of a command are added when it is used, and clap would then
//! show the comment instead of the description of the command.

use std::path::PathBuf;

use clap::builder::{OsStringValueParser, TypedValueParser as _};
use clap::{ArgAction, Args};

use super::values::{When, pointer, schema_directory, size, threads};
use crate::schema::SchemaDirectory;

pub(super) const RULES: &str = "Rules";
pub(super) const INPUT: &str = "Input";
pub(super) const SCHEMA: &str = "Custom schema";
pub(super) const OUTPUT: &str = "Output";
pub(super) const GLOBAL: &str = "Global options";

// Options of every command.
#[derive(Debug, Clone, Default, Args)]
pub struct GlobalArgs {
    /// Hide progress and the closing line
    #[arg(short, long, conflicts_with = "verbose", help_heading = GLOBAL)]
    pub quiet: bool,

    /// Explain why a document is loaded into memory
    ///
    /// -vv also shows the files of schema directories that references of a custom schema were resolved to.
    #[arg(short, long, action = ArgAction::Count, help_heading = GLOBAL)]
    pub verbose: u8,

    /// Use colors: auto, always or never [default: auto]
    ///
    /// `auto` uses colors on a terminal and follows NO_COLOR, CLICOLOR, CLICOLOR_FORCE and FORCE_COLOR.
    #[arg(long, value_enum, value_name = "WHEN", default_value_t, hide_default_value = true, hide_possible_values = true, help_heading = GLOBAL)]
    pub color: When,

    /// Plain ASCII text for screen readers and simple terminals
    #[arg(long, hide_short_help = true, help_heading = GLOBAL)]
    pub plain: bool,

    /// Use this callcheck.toml for all files
    ///
    /// Without this option, the callcheck.toml in the directory of each file, or in the nearest directory above it,
    /// applies. The environment variable CALLCHECK_CONFIG has the same effect; this option takes precedence.
    #[arg(long, value_name = "FILE", conflicts_with = "no_config", help_heading = GLOBAL)]
    pub config: Option<PathBuf>,

    /// Ignore all callcheck.toml files
    #[arg(long, hide_short_help = true, help_heading = GLOBAL)]
    pub no_config: bool,

    /// Print help; --help shows all options
    #[arg(short, long, action = ArgAction::Help, help_heading = GLOBAL)]
    pub help: Option<bool>,
}

// The selection of files in directories.
#[derive(Debug, Clone, Default, Args)]
pub struct DiscoveryArgs {
    /// Skip files that match a gitignore pattern
    ///
    /// Patterns are relative to the current directory. Files that are named on the command line are not skipped. One
    /// pattern per option; may be repeated.
    #[arg(long, value_name = "GLOB", help_heading = INPUT)]
    pub exclude: Vec<String>,

    /// Skip excluded files also if they are named on the command line
    ///
    /// For hooks such as those of pre-commit, which name every file. If nothing is left, that is a success. `format`
    /// prints standard input unchanged if --stdin-filename is excluded.
    #[arg(long, hide_short_help = true, help_heading = INPUT)]
    pub force_exclude: bool,

    /// Include files that .gitignore or .ignore exclude
    #[arg(long, hide_short_help = true, help_heading = INPUT)]
    pub no_ignore: bool,

    /// Include hidden files and directories
    #[arg(long, hide_short_help = true, help_heading = INPUT)]
    pub hidden: bool,

    /// List the files that would be read, then exit
    #[arg(long, hide_short_help = true, help_heading = INPUT)]
    pub files: bool,
}

// The format and the limits of input.
#[derive(Debug, Clone, Args)]
pub struct InputArgs {
    /// Treat every line as a document (JSON Lines)
    ///
    /// Files named *.jsonl or *.ndjson are always read this way.
    #[arg(long, aliases = ["jsonl", "ndjson"], help_heading = INPUT)]
    pub lines: bool,

    /// File name to report for standard input
    ///
    /// The callcheck.toml of that path applies.
    #[arg(long, value_name = "NAME", default_value = "<stdin>", hide_default_value = true, hide_short_help = true, help_heading = INPUT)]
    pub stdin_filename: String,

    /// Maximum size of gzip and zstd input after decompression
    ///
    /// A number of bytes such as 500MB or 40GiB (MB = 10^6 bytes, GiB = 2^30 bytes), or 0 for no limit. The default is
    /// 16GiB; data of more than 64MiB may also have at most 200 times its compressed size.
    #[arg(long, value_name = "SIZE", value_parser = size, hide_short_help = true, help_heading = INPUT)]
    pub max_decompressed_size: Option<u64>,
}

impl Default for InputArgs {
    fn default() -> Self {
        InputArgs { lines: false, stdin_filename: "<stdin>".into(), max_decompressed_size: None }
    }
}

// The responses to check in recordings and other files.
#[derive(Debug, Clone, Default, Args)]
pub struct RecordingArgs {
    /// Check all JSON responses of recordings
    ///
    /// Recordings are HAR files, cassettes of VCR, vcrpy, go-vcr and betamax, fixtures of nock, mappings of WireMock,
    /// Postman collections, and several responses of curl -i in one file. By default, only responses of batch endpoints
    /// of CRM objects are checked.
    #[arg(long, hide_short_help = true, help_heading = INPUT)]
    pub all_exchanges: bool,

    /// Check the value at this JSON Pointer instead of the document
    ///
    /// For responses inside other JSON files, for example /data/0/body. A string is checked as the JSON text in it.
    #[arg(long, value_name = "POINTER", value_parser = pointer, conflicts_with_all = ["lines", "all_exchanges"], hide_short_help = true, help_heading = INPUT)]
    pub at: Option<String>,
}

// The number of threads.
#[derive(Debug, Clone, Default, Args)]
pub struct ThreadArgs {
    /// Number of threads [default: number of cores]
    #[arg(short = 'j', long, value_name = "N", value_parser = threads, hide_short_help = true, help_heading = INPUT)]
    pub threads: Option<u16>,
}

impl ThreadArgs {
    /// The number of threads; without the option, that of the cores.
    pub fn count(&self, cores: impl FnOnce() -> usize) -> usize {
        self.threads.map_or_else(cores, usize::from).max(1)
    }
}

// A schema instead of the embedded one.
#[derive(Debug, Clone, Default, Args)]
pub struct SchemaArgs {
    /// Validate against this JSON Schema
    ///
    /// Draft 4, 6, 7, 2019-09 or 2020-12, as `$schema` specifies. The HubSpot rules are then disabled. Use - to read
    /// the schema from stdin. In callcheck.toml, overrides can choose a schema by path.
    #[arg(short, long, value_name = "FILE", help_heading = SCHEMA)]
    pub schema: Option<PathBuf>,

    /// Directory with schemas that `$ref` refers to by `$id`
    ///
    /// With URI=DIR, DIR contains the files below URI, by their paths: `https://example.com/schemas=schemas/`. Files
    /// next to the schema are found without this option. callcheck never downloads anything. May be repeated.
    #[arg(long, value_name = "DIR", value_parser = OsStringValueParser::new().try_map(schema_directory), requires = "schema", help_heading = SCHEMA)]
    pub schema_dir: Vec<SchemaDirectory>,

    /// Treat `format` as an annotation
    #[arg(long, requires = "schema", hide_short_help = true, help_heading = SCHEMA)]
    pub no_assert_format: bool,
}
