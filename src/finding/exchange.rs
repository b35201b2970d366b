//! Identifies an exchange of a recording in findings and reports.

use std::fmt;

/// The exchange that a document is the response of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeId {
    /// From 1, in the order of the recording; exchanges that are not checked count.
    pub number: u64,
    pub method: Option<String>,
    /// The path of the URL, without host and query: a query can contain keys.
    pub path: Option<String>,
    pub status: Option<u16>,
}

/// `exchange 3: POST /crm/v3/objects/calls/batch/read, 207`
impl fmt::Display for ExchangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exchange {}", self.number)?;
        let mut before = ": ";
        for text in [&self.method, &self.path].into_iter().flatten() {
            write!(f, "{before}{text}")?;
            before = " ";
        }
        match self.status {
            Some(status) if before == " " => write!(f, ", {status}"),
            Some(status) => write!(f, ": {status}"),
            None => Ok(()),
        }
    }
}
