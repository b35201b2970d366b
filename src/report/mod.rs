//! The page of a summary or an HTML or Markdown report: facts and tables made of figures, and one file per format.

mod csv;
mod findings;
mod html;
mod markdown;
mod page;
mod terminal;

pub use csv::csv;
pub(crate) use findings::MAX_GROUPS_LISTED;
pub use findings::PageFindings;
use findings::{SEVERITIES, parts};
pub use html::html;
pub use markdown::{MAX_JOB_SUMMARY, markdown};
pub(crate) use page::{FailureFacts, PageFact, PageRow, PageSources, PageTable, PageTile};
pub use page::{Page, PageRun};
pub(crate) use terminal::terminal;

/// The property by which calls are grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum By {
    /// hubspot_owner_id
    Owner,
    /// The day of hs_timestamp in UTC
    Day,
    /// hs_call_direction
    Direction,
    /// hs_call_disposition
    Outcome,
    /// hs_call_status
    Status,
}
