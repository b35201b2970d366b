//! Ordinary calls: results about which no rule can have a finding.
//!
//! **Idea.** Nearly all results of a recording are calls as HubSpot sends them. About forty checks would read the same
//! few values of each of them again. [`Fact::of_ordinary`] looks at each value once, and accepts only what HubSpot
//! writes: known fields, numbers of a plausible size, the same times in both properties. Everything else goes to the
//! rules.
//!
//! **Invariant.** If it returns facts, no rule has a finding about the result, and the facts are those of [`Fact::of`].
//! `Rules::quick_check` asserts both in debug builds, so each test on results tests this file as well. [`may_report`]
//! is true for a rule that was not considered here. If such a rule is enabled, all rules run on all results.
//!
//! **Gain.** Rules cost 2,830 instructions per result of big.json without it (dev/benchmarks.md, "Gain per
//! optimization").

use super::mask::{is_mask, may_begin_mask};
use super::record::{OF_CALLS, number};
use super::{Fact, Field, Fields, Ids, names};
use crate::rfc3339;

/// The fields that an ordinary call can have.
const POSSIBLE: u64 = Fields::set(&[
    // Of the response.
    Field::Status,
    Field::RequestedAt,
    Field::StartedAt,
    Field::CompletedAt,
    Field::NumErrors,
    Field::Results,
    Field::Errors,
    // Without a rule.
    Field::None,
    Field::Result,
    Field::Call,
    Field::HasTranscript,
    Field::Owner,
    // Checked below.
    Field::Id,
    Field::CreatedAt,
    Field::UpdatedAt,
    Field::Archived,
    Field::ArchivedAt,
    Field::ObjectId,
    Field::CreateDate,
    Field::ModifiedDate,
    Field::Timestamp,
    Field::Duration,
    Field::Direction,
    Field::CallStatus,
    Field::Disposition,
    Field::RecordingUrl,
    Field::FromNumber,
    Field::ToNumber,
    Field::Title,
    Field::Body,
]);

/// The rules about [`POSSIBLE`] fields that were considered here.
const CONSIDERED: [&str; 20] = [
    "call/archive-date-without-archive",
    "call/archived-before-updated",
    "call/archived-without-date",
    "call/create-date",
    "call/direction",
    "call/disposition",
    "call/disposition-near-miss",
    "call/duration",
    "call/duration-unit",
    "call/id-format",
    "call/id-mismatch",
    "call/modified-date",
    "call/recording-url",
    "call/status",
    "call/timestamp",
    "call/timestamp-seconds",
    "call/updated-before-created",
    "fixture/masked-value",
    "fixture/placeholder",
    "fixture/synthetic-id",
];

/// True if a rule that checks results with this field may have a finding about an ordinary call.
pub(crate) fn may_report(rule: &str, field: Field) -> bool {
    POSSIBLE & Fields::set(&[field]) != 0 && !CONSIDERED.contains(&rule)
}

const REQUIRED: u64 = Fields::set(&[Field::Id, Field::CreatedAt, Field::UpdatedAt, Field::Archived]);

/// Bytes of a date-time with milliseconds in UTC, with its quotes.
const QUOTED_TIME: usize = 26;

const SECOND: u64 = 1000;
const DAY: u64 = 86_400_000;

impl Fact {
    /// The facts of a result that is an ordinary call. `None` proves nothing. The embedded schema and HubSpot's types
    /// accept the result.
    #[inline]
    pub(crate) fn of_ordinary(text: &[u8], fields: &Fields) -> Option<Fact> {
        let present = fields.present();
        if present & !POSSIBLE != 0 || present & REQUIRED != REQUIRED || present & OF_CALLS == 0 {
            return None;
        }
        let call = AcceptedCall { text, fields };
        let id = call.content(Field::Id);
        let number = realistic_id(id)?;
        let (created, updated) = (call.time(Field::CreatedAt)?, call.time(Field::UpdatedAt)?);
        // The schema has accepted both.
        let (oldest, newest) = (rfc3339::instant_of_valid(created), rfc3339::instant_of_valid(updated));
        let archived = call.time(Field::ArchivedAt).map(rfc3339::instant_of_valid);
        let is_archived = text.get(fields.slot(Field::Archived as u8).0) == Some(&b't');
        let is_ordinary = oldest <= newest
            && is_archived == fields.has(Field::ArchivedAt)
            && (!is_archived || archived >= Some(newest))
            && !rfc3339::is_documented_example(oldest)
            && !rfc3339::is_documented_example(newest)
            && (!fields.has(Field::ObjectId) || call.content(Field::ObjectId) == id)
            && (!fields.has(Field::CreateDate) || call.time(Field::CreateDate) == Some(created))
            && (!fields.has(Field::ModifiedDate) || call.time(Field::ModifiedDate) == Some(updated))
            && call.has_values_of_hubspot()
            && call.is_clear(Field::FromNumber)
            && call.is_clear(Field::ToNumber)
            && call.is_clear(Field::Title)
            && call.is_clear(Field::Body);
        is_ordinary.then(|| Fact::of_call((number, fields.slot(Field::Id as u8).0), is_archived, oldest, newest))
    }
}

/// A result that the embedded schema and HubSpot's types accept, so its properties are strings or null.
#[derive(Clone, Copy)]
struct AcceptedCall<'a> {
    text: &'a [u8],
    fields: &'a Fields,
}

impl<'a> AcceptedCall<'a> {
    /// The bytes of a string; empty if it is absent or null.
    #[inline(always)]
    fn content(&self, field: Field) -> &'a [u8] {
        let (at, end) = self.fields.slot(field as u8);
        match self.text.get(at..end) {
            Some([b'"', content @ ..]) => &content[..content.len().saturating_sub(1)],
            _ => &[],
        }
    }

    /// A string of the length of a date-time with milliseconds in UTC.
    #[inline(always)]
    fn time(&self, field: Field) -> Option<&'a [u8; QUOTED_TIME]> {
        let (at, end) = self.fields.slot(field as u8);
        self.text.get(at..end)?.try_into().ok()
    }

    /// The properties with a certain format have values that HubSpot sends, or none.
    #[inline(always)]
    fn has_values_of_hubspot(&self) -> bool {
        let is_time = match self.content(Field::Timestamp) {
            [] => true,
            // Times in 1970 may be seconds that were read as milliseconds.
            [b'2', ..] => {
                let inside = self.text.get(self.fields.slot(Field::Timestamp as u8).0 + 1..).unwrap_or_default();
                rfc3339::hubspot_length(inside).is_some()
            }
            _ => false,
        };
        let is_duration = match self.content(Field::Duration) {
            [] => true,
            digits => number(digits).is_some_and(|time| time == 0 || (SECOND..=DAY).contains(&time)),
        };
        let direction = self.content(Field::Direction);
        let status = self.content(Field::CallStatus);
        let outcome = self.content(Field::Disposition);
        let url = self.content(Field::RecordingUrl);
        is_time
            && is_duration
            && (direction.is_empty() || names::direction(direction).is_some())
            && (status.is_empty() || names::call_status(status).is_some())
            && (outcome.is_empty() || names::default_disposition(outcome).is_some())
            && (url.is_empty() || url.starts_with(b"https://"))
    }

    /// The value is not masked.
    #[inline(always)]
    fn is_clear(&self, field: Field) -> bool {
        let (at, _) = self.fields.slot(field as u8);
        let may_be_mask = self.text.get(at + 1).is_none_or(|first| may_begin_mask(*first));
        at == 0 || !may_be_mask || self.is_clear_text(self.content(field))
    }

    /// Masks can begin with an escape.
    #[cold]
    fn is_clear_text(&self, content: &[u8]) -> bool {
        !content.starts_with(b"\\") && !is_mask(content)
    }
}

/// The number of an id that looks like one of HubSpot's: 8 to 16 digits, and the second one is neither the first nor
/// its successor.
#[inline(always)]
fn realistic_id(id: &[u8]) -> Option<u64> {
    match id {
        [first @ b'1'..=b'9', second, ..] if id.len() >= 8 && second.wrapping_sub(*first) > 1 => Ids::number(id),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_rules_about_the_same_fields_may_report() {
        assert!(!may_report("call/duration", Field::Duration));
        assert!(may_report("call/new-rule", Field::Title) && !may_report("call/new-rule", Field::Url));
    }
}
