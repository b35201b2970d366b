//! A linter for saved HubSpot API responses, and a JSON Schema validator with exact locations.
//!
//! Validate a response in a test:
//!
//! ```
//! let response = br#"{
//!   "status": "COMPLETED",
//!   "startedAt": "2026-01-05T09:30:00.104Z",
//!   "results": [{
//!     "id": "50100000000",
//!     "properties": {},
//!     "createdAt": "2026-01-05T09:29:11.502Z",
//!     "updatedAt": "2026-01-05T09:29:12.871Z",
//!     "archived": false
//!   }]
//! }"#;
//! let report = callcheck::check_bytes("response.json", response);
//! assert!(!report.is_valid());
//! let rules: Vec<&str> = report.findings().iter().map(|finding| finding.rule).collect();
//! assert_eq!(rules, ["schema/required", "schema/enum"]);
//! assert_eq!((report.findings()[1].line, report.findings()[1].column), (2, 13));
//! assert_eq!(report.findings()[1].help, ["did you mean \"COMPLETE\"?"]);
//! println!("{report}");
//! ```
//!
//! Validate against a custom schema:
//!
//! ```
//! # fn main() -> Result<(), callcheck::SchemaError> {
//! let validator = callcheck::Validator::from_schema_file("schema/summary.schema.json")?;
//! let report = validator.check_bytes("summary.json", br#"{"version": "1"}"#);
//! assert!(report.to_string().contains("error[schema/const]"));
//! # Ok(())
//! # }
//! ```
//!
//! Summarize responses:
//!
//! ```
//! let response = include_bytes!("../examples/responses/partial.json");
//! let summary = callcheck::summarize_bytes("partial.json", response);
//! assert_eq!(summary.failed_inputs(), 2);
//! println!("{summary}");
//! ```
//!
//! A [`Finding`] is a [`miette::Diagnostic`]. Without the default feature `cli`, the crate is built without the command
//! line and its dependencies.

#![warn(unreachable_pub)]
#![cfg_attr(
    not(feature = "cli"),
    allow(dead_code, unreachable_pub, unused_imports, reason = "the command line uses the rest")
)]

mod check;
#[cfg(feature = "cli")]
mod cli;
#[cfg(feature = "cli")]
mod commands;
#[cfg(feature = "cli")]
mod config;
mod diagnostic;
mod finding;
#[cfg(feature = "cli")]
mod format;
mod hash;
mod hubspot;
mod input;
mod json;
mod library;
mod parallel;
mod progress;
mod report;
mod reporters;
mod rfc3339;
mod rules;
mod schema;
mod span;
mod stats;
mod text;

pub use diagnostic::Severity;
pub use finding::ExchangeId;
pub use library::{Finding, Report, SchemaError, Summary, Validator, check_bytes, summarize_bytes};
pub use miette;

#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod internals;
