//! Identifies an exchange of a recording in findings and reports.

use std::borrow::Cow;
use std::fmt;

use crate::text::{shorten, visible};

/// Characters of a method or a path in reports.
const MAX_CHARACTERS: usize = 200;

/// The exchange of a recording that a document is the response of. Its `Display` is escaped and of limited length, for
/// example `exchange 3: POST /crm/v3/objects/calls/batch/read, 207`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExchangeId {
    /// From 1, in the order of the recording; exchanges that are not checked count.
    pub number: u64,
    pub method: Option<String>,
    /// The path of the URL, without host and query: a query can contain keys.
    pub path: Option<String>,
    pub status: Option<u16>,
}

impl ExchangeId {
    pub fn new(number: u64, method: Option<String>, path: Option<String>, status: Option<u16>) -> ExchangeId {
        ExchangeId { number, method, path, status }
    }

    /// The method as recorded, of limited length.
    pub(crate) fn short_method(&self) -> Option<Cow<'_, str>> {
        self.method.as_deref().map(|method| shorten(method, MAX_CHARACTERS))
    }

    /// The path as recorded, of limited length.
    pub(crate) fn short_path(&self) -> Option<Cow<'_, str>> {
        self.path.as_deref().map(|path| shorten(path, MAX_CHARACTERS))
    }

    /// `POST /crm/v3/objects/calls/batch/read, 207`, without what is unknown. Does not depend on other exchanges.
    pub(crate) fn in_words(&self) -> String {
        let escaped = |text: &String| shorten(&visible(text), MAX_CHARACTERS).into_owned();
        let request: Vec<String> = [&self.method, &self.path].into_iter().flatten().map(escaped).collect();
        let status = self.status.map(|status| status.to_string());
        let parts = Some(request.join(" ")).filter(|request| !request.is_empty()).into_iter().chain(status);
        parts.collect::<Vec<String>>().join(", ")
    }
}

impl fmt::Display for ExchangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.in_words() {
            "" => write!(f, "exchange {}", self.number),
            words => write!(f, "exchange {}: {words}", self.number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_parts_are_left_out_and_hostile_ones_escaped() {
        let of = |method: &str, path: &str, status| {
            let known = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
            ExchangeId::new(3, known(method), known(path), status).to_string()
        };
        assert_eq!(of("POST", "/a/batch/read", Some(207)), "exchange 3: POST /a/batch/read, 207");
        assert_eq!(of("", "/a", None), "exchange 3: /a");
        assert_eq!(of("GET", "", Some(200)), "exchange 3: GET, 200");
        assert_eq!(of("", "", Some(200)), "exchange 3: 200");
        assert_eq!(of("", "", None), "exchange 3");
        assert_eq!(of("G\nT", "/\u{202e}\t", None), "exchange 3: G\\u000aT /\\u202e\\u0009");
        let long = of(&"\u{7f}".repeat(5000), &"/ä".repeat(5000), Some(200));
        assert_eq!(long.chars().count(), "exchange 3:  , 200".len() + 2 * MAX_CHARACTERS, "{long}");
    }
}
