//! Figures as JSON: `--output-format json` writes them, `--merge` reads them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::{Value, json};

use super::{BatchFailure, CallGroup, Durations, Figures, Responses, Table};
use crate::hubspot::retry;
use crate::rfc3339;

pub const SCHEMA: &str = include_str!("../../schema/summary.schema.json");

/// Increased when the meaning of a property changes.
const VERSION: u64 = 1;

const MILLISECONDS_PER_DAY: i64 = 86_400_000;

impl Figures {
    /// Converts the figures to JSON. Derived values (rates, quantiles, advice) are for readers; [`read`] ignores them.
    pub fn to_json(&self) -> Value {
        let Figures { responses, others, expected, unreadable, skipped_exchanges, batches, calls, findings, known: _ } =
            self;
        let mut json = json!({
            "version": VERSION,
            "documents": {"valid": responses.valid, "invalid": responses.invalid, "others": others, "expected": expected, "unreadable": unreadable, "skipped_exchanges": skipped_exchanges},
            "batches": batches,
            "calls": calls,
            "findings": findings,
        });
        let derived = &mut json["calls"];
        derived["connect_rate"] = json!(rate(&calls.all));
        derived["always_null"] = json!(calls.always_null());
        derived["durations"]["mean_ms"] = json!(calls.durations.mean());
        derived["durations"]["median_ms"] = json!(calls.durations.quantile(50));
        derived["durations"]["p95_ms"] = json!(calls.durations.quantile(95));
        json
    }
}

/// Fraction of connected calls among those with a known outcome, rounded to four digits.
pub(crate) fn rate(group: &CallGroup) -> Option<f64> {
    (group.rated > 0).then(|| (group.connected as f64 * 10_000.0 / group.rated as f64).round() / 10_000.0)
}

/// Formats days since 1970 as `2026-01-05`.
pub fn day_name(day: i64) -> String {
    let [year, month, date] = rfc3339::civil(day);
    format!("{year:04}-{month:02}-{date:02}")
}

/// Reads the output of [`Figures::to_json`].
///
/// # Errors
/// A message for the user if the text is not a JSON summary of this version.
pub fn read(text: &[u8]) -> Result<Figures, String> {
    #[derive(Deserialize)]
    #[serde(expecting = "an object")]
    struct DocumentCounts {
        valid: u64,
        invalid: u64,
        others: BTreeMap<String, u64>,
        expected: u64,
        unreadable: u64,
        /// Older summaries do not have it.
        #[serde(default)]
        skipped_exchanges: u64,
    }
    let summary: Value = serde_json::from_slice(text).map_err(|error| format!("invalid JSON: {error}"))?;
    match summary.get("version").filter(|_| summary.get("calls").is_some()) {
        Some(version) if *version == VERSION => {}
        Some(version) => return Err(format!("unsupported summary version {version}, expected version {VERSION}")),
        None => return Err("not a JSON summary; create one with `callcheck summary --output-format json`".into()),
    }
    let DocumentCounts { valid, invalid, others, expected, unreadable, skipped_exchanges } =
        section(&summary, "documents")?;
    Ok(Figures {
        responses: Responses { valid, invalid },
        others,
        expected,
        unreadable,
        skipped_exchanges,
        batches: section(&summary, "batches")?,
        calls: section(&summary, "calls")?,
        findings: section(&summary, "findings")?,
        known: 0,
    })
}

/// Deserializes one property of a summary.
fn section<'v, T: Deserialize<'v>>(summary: &'v Value, name: &str) -> Result<T, String> {
    let invalid = |rest: String| format!("invalid JSON summary: /{name}{rest}");
    let value = summary.get(name).ok_or_else(|| invalid(" is missing".to_owned()))?;
    serde_path_to_error::deserialize(value).map_err(|error| {
        use serde_path_to_error::Segment;
        let pointer: String = error
            .path()
            .iter()
            .map(|segment| match segment {
                Segment::Seq { index } => format!("/{index}"),
                segment => format!("/{segment}"),
            })
            .collect();
        invalid(pointer + &for_users(&error.inner().to_string()))
    })
}

/// Rewrites a message of `serde` so that it can follow a JSON Pointer. The messages of this module are already in this
/// form: they begin with a space or with the next token of the pointer.
fn for_users(message: &str) -> String {
    if let Some(name) = message.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
        return format!("/{name} is missing");
    }
    let expected = match message.rsplit_once(", expected ") {
        None if message.starts_with([' ', '/']) => return message.to_owned(),
        // With arbitrary_precision, serde_json reports only "invalid number".
        None | Some((_, "u64")) => "a non-negative integer",
        Some((_, "a sequence")) => "an array",
        Some((_, "a map")) => "an object",
        Some((_, other)) => other,
    };
    format!(" must be {expected}")
}

/// A time in milliseconds since 1970, as a date-time or null.
pub(super) mod instant {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(milliseconds: &Option<i64>, serializer: S) -> Result<S::Ok, S::Error> {
        milliseconds.map(rfc3339::utc).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Null => Ok(None),
            Value::String(text) => {
                rfc3339::instant(&text).map(Some).ok_or_else(|| D::Error::custom(" must be a date-time"))
            }
            _ => Err(D::Error::custom(" must be a date-time or null")),
        }
    }
}

/// A table by name. The `serde` feature of hashbrown would do the same, but it would rebuild all dependencies that use
/// hashbrown.
pub(super) mod table {
    use super::*;

    pub(crate) fn serialize<V: Serialize, S: Serializer>(
        table: &Table<String, V>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_map(table)
    }

    pub(crate) fn deserialize<'de, V, D>(deserializer: D) -> Result<Table<String, V>, D::Error>
    where
        V: Deserialize<'de>,
        D: Deserializer<'de>,
    {
        Ok(BTreeMap::deserialize(deserializer)?.into_iter().collect())
    }
}

/// Groups by day: the keys are dates.
pub(super) mod days {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(days: &Table<i64, CallGroup>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(days.iter().map(|(day, group)| (day_name(*day), group)))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Table<i64, CallGroup>, D::Error> {
        let by_name: BTreeMap<String, CallGroup> = BTreeMap::deserialize(deserializer)?;
        let by_day = by_name.into_iter().map(|(name, group)| match rfc3339::instant(&format!("{name}T00:00:00Z")) {
            Some(time) => Ok((time.div_euclid(MILLISECONDS_PER_DAY), group)),
            None => Err(D::Error::custom(format!("/{name} must be under a key of the form YYYY-MM-DD"))),
        });
        by_day.collect()
    }
}

pub(super) fn hours<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u64; 24], D::Error> {
    let hours: Vec<u64> = Vec::deserialize(deserializer)?;
    hours.try_into().map_err(|_| D::Error::custom(" must be an array of 24 numbers"))
}

/// The buckets of [`Durations`] that are not empty, by their lower bounds.
pub(super) mod buckets {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(buckets: &[u64], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(Durations::non_empty(buckets).map(|(bound, calls)| (bound.to_string(), calls)))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u64>, D::Error> {
        let by_bound: BTreeMap<String, u64> = BTreeMap::deserialize(deserializer)?;
        let mut durations = Durations::default();
        for (name, calls) in by_bound {
            let bound = name.parse().ok().filter(|bound| *bound > 0);
            if !bound.is_some_and(|bound| durations.count_bucket(bound, calls)) {
                return Err(D::Error::custom(format!(
                    "/{name} must be under a key that is the lower bound of a bucket"
                )));
            }
        }
        Ok(durations.buckets)
    }
}

/// Failures by category and message, as an array.
pub(super) mod failures {
    use super::*;

    #[derive(Serialize, Deserialize)]
    #[serde(expecting = "an object")]
    struct FailureEntry {
        category: String,
        message: String,
        inputs: u64,
        ids: BTreeSet<String>,
        existing_ids: BTreeSet<String>,
        problems: BTreeSet<String>,
        #[serde(skip_deserializing)]
        advice: Option<&'static str>,
        #[serde(skip_deserializing)]
        retry: Option<RetryEntry>,
    }

    /// `advice` in a form for programs.
    #[derive(Serialize)]
    struct RetryEntry {
        retryable: bool,
        after_seconds: Option<u32>,
        action: &'static str,
    }

    type Failures = BTreeMap<(String, String), BatchFailure>;

    pub(crate) fn serialize<S: Serializer>(failures: &Failures, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(failures.iter().map(|((category, message), failure)| {
            let retry = retry::of_inputs(category, message);
            FailureEntry {
                category: category.clone(),
                message: message.clone(),
                inputs: failure.inputs,
                ids: failure.ids.clone(),
                existing_ids: failure.existing.clone(),
                problems: failure.problems.clone(),
                advice: retry.map(|retry| retry.action),
                retry: retry.map(|retry| RetryEntry {
                    retryable: retry.is_retryable,
                    after_seconds: retry.after_seconds,
                    action: retry.action,
                }),
            }
        }))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Failures, D::Error> {
        let entries: Vec<FailureEntry> = Vec::deserialize(deserializer)?;
        let failures = entries.into_iter().map(
            |FailureEntry { category, message, inputs, ids, existing_ids, problems, .. }| {
                ((category, message), BatchFailure { inputs, ids, existing: existing_ids, problems })
            },
        );
        Ok(failures.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Replaces one value of a summary, or removes it, and returns the error.
    fn error(pointer: &str, value: Option<Value>) -> String {
        let mut summary = Figures::default().to_json();
        summary["batches"]["failures"] = json!([
            {"category": "A", "message": "m", "inputs": 1, "ids": ["1"], "existing_ids": [], "problems": []}
        ]);
        let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
        let parent = summary.pointer_mut(parent).expect("the summary has it");
        match (parent, value) {
            (Value::Array(items), Some(value)) => items[name.parse::<usize>().expect("an index")] = value,
            (Value::Object(properties), Some(value)) => drop(properties.insert(name.to_owned(), value)),
            (Value::Object(properties), None) => drop(properties.remove(name)),
            _ => unreachable!("only items and properties are replaced"),
        }
        let error = read(summary.to_string().as_bytes()).expect_err("it is wrong");
        error.strip_prefix("invalid JSON summary: ").expect("the prefix").to_owned()
    }

    #[test]
    fn errors_name_the_wrong_value() {
        for (pointer, value, expected) in [
            ("/documents", None, "is missing"),
            ("/documents/valid", None, "is missing"),
            ("/documents/valid", Some(json!(-1)), "must be a non-negative integer"),
            ("/documents/valid", Some(json!("1")), "must be a non-negative integer"),
            ("/documents/others", Some(json!([])), "must be an object"),
            ("/findings/x", Some(json!(1.5)), "must be a non-negative integer"),
            ("/batches/started_at", Some(json!("today")), "must be a date-time"),
            ("/batches/started_at", Some(json!(1)), "must be a date-time or null"),
            ("/batches/started_at", None, "is missing"),
            ("/batches/failures", Some(json!({})), "must be an array"),
            ("/batches/failures/0/category", Some(json!(1)), "must be a string"),
            ("/batches/failures/0/ids", None, "is missing"),
            ("/batches/failures/0/ids/0", Some(json!(1)), "must be a string"),
            ("/batches/queue_time/max_ms", None, "is missing"),
            ("/calls/days/2026-13-01", Some(json!(CallGroup::default())), "must be under a key of the form YYYY-MM-DD"),
            ("/calls/hours", Some(json!([1])), "must be an array of 24 numbers"),
            ("/calls/hours/3", Some(json!(null)), "must be a non-negative integer"),
            ("/calls/properties/x", Some(json!(1)), "must be a boolean"),
            ("/calls/owners/x", Some(json!({})), "/calls is missing"),
            (
                "/calls/durations/buckets/1025",
                Some(json!(1)),
                "must be under a key that is the lower bound of a bucket",
            ),
        ] {
            let separator = if expected.starts_with('/') { "" } else { " " };
            assert_eq!(error(pointer, value), format!("{pointer}{separator}{expected}"));
        }
    }
}
