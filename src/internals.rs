//! Items for `main.rs`, tests, benchmarks and fuzz targets. Not a part of the public API.

pub mod check {
    pub use crate::check::{CheckOptions, NamedReader, ThreadState, Validator, check, check_reader};
}
pub mod cli {
    pub use crate::cli::{
        CheckArgs, Cli, Command, ConfigArgs, ExplainArgs, FormatArgs, SchemaName, SummaryArgs, SummaryFormat,
        common_line, reorder,
    };
    pub mod settings {
        pub use crate::cli::settings::Environment;
    }
}
pub mod commands {
    pub use crate::commands::{
        WrappedWriter, check_inputs, completions, error, explain, filter, format_inputs, man, print_config,
        print_schema, print_usage, run, summarize, write_failed,
    };
}
pub mod config {
    pub use crate::config::{SCHEMA, read};
}
pub mod diagnostic {
    pub use crate::diagnostic::Severity;
}
pub mod finding {
    pub use crate::finding::Event;
    pub mod summary {
        pub use crate::finding::summary::{Outcome, Summary};
    }
}
pub mod format {
    pub use crate::format::{
        FormatInput, FormatOptions, FormatSettings, FormatStyle, Indent, LayoutStyle, LineEnding, Order,
        before_first_temporary_file, format, remove_temporary_files,
    };
}
pub mod hubspot {
    pub use crate::hubspot::{AccountConfig, CAPTURES};
    pub mod classify {
        pub use crate::hubspot::classify::{DocumentKind, not_json};
    }
}
pub mod input {
    pub use crate::input::{Limits, Source};
}
pub mod json {
    pub use crate::json::{Document, Kind, MAX_DEPTH, PADDING, Tape, Value, columns, scan};
}
pub mod report {
    pub use crate::report::{By, MAX_JOB_SUMMARY, Page, PageFindings, PageRun, csv, html, markdown};
}
pub mod reporters {
    pub use crate::reporters::{Format, REPORT_SCHEMA, RunEnd, Style, in_json, reporter};
}
pub mod rfc3339 {
    pub use crate::rfc3339::*;
}
pub mod rules {
    pub use crate::rules::{Expectation, RULES, Rule, all, expectable_kinds, find, is_of_domain};
    pub mod levels {
        pub use crate::rules::levels::{Levels, Profile};
    }
}
pub mod schema {
    pub use crate::schema::{EMBEDDED, FastValidator, LoadedSchema, Schema, SchemaDirectory, SchemaSource};
}
pub mod span {
    pub use crate::span::Span;
}
pub mod stats {
    pub use crate::stats::{CallGroup, Figures, SCHEMA, Table, day_name, read};
}
pub mod text {
    pub use crate::text::{cells, is_hostile, width};
}
