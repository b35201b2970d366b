//! A linter for saved HubSpot API responses, and a JSON Schema validator with exact locations. The binary `callcheck` is a thin shell around this
//! library; ARCHITECTURE.md describes the code.
//!
//! ```
//! use callcheck::{Validator, check, json::Tape, input::Source};
//!
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
//! let source = Source::new("response.json", response);
//! let mut tape = Tape::default();
//! let checked = check(&source, &mut tape, Validator::embedded());
//! let rules: Vec<&str> = checked.findings.iter().map(|finding| finding.rule.id).collect();
//! assert_eq!(rules, ["schema/required", "schema/enum"]);
//! assert_eq!(checked.findings[1].help, ["did you mean \"COMPLETE\"?"]);
//! ```

pub mod check;
pub mod cli;
pub mod commands;
pub mod config;
pub mod diagnostic;
pub mod finding;
pub mod format;
mod hash;
pub mod hubspot;
pub mod input;
pub mod json;
pub mod parallel;
pub mod progress;
pub mod report;
pub mod reporters;
pub mod rfc3339;
pub mod rules;
pub mod schema;
pub mod span;
pub mod stats;
pub mod text;

pub use check::{Checked, Validator, check};
pub use finding::Verdict;
