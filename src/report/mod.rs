//! What is shown of figures: one page of facts and tables, and how each format shows it.

mod csv;
mod html;
mod markdown;
mod page;
mod terminal;

pub use csv::csv;
pub use html::{Findings, LISTED, Listed, PIECE, html};
pub use markdown::markdown;
pub use page::{Fact, Failed, Page, Row, Table};
pub use terminal::terminal;

/// By what calls are grouped.
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
