//! Statistics on batch responses as a whole.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{count, json, merge_counts};
use crate::hubspot::{Across, Failures, Field, Fields};

/// The operation of the request, inferred from its response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Operation {
    Create,
    Upsert,
    Update,
    Read,
    Unknown,
}

impl Operation {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Operation::Create => "create",
            Operation::Upsert => "upsert",
            Operation::Update => "update",
            Operation::Read => "read, or an update that changed nothing",
            Operation::Unknown => "unknown",
        }
    }

    /// The evidence for this operation.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Operation::Create => "all results were created after the batch started",
            Operation::Upsert => "all results have `new`",
            Operation::Update => "results were updated during the batch",
            Operation::Read => "results were not changed during the batch",
            Operation::Unknown => "no results to infer it from",
        }
    }

    /// Infers the operation from results. `start` is the `startedAt` of the response, in milliseconds since 1970.
    pub(crate) fn of(results: &Across, start: Option<i64>) -> Operation {
        match (start, results.oldest, results.newest) {
            _ if results.count == 0 => Operation::Unknown,
            _ if results.new.with.0 == results.count => Operation::Upsert,
            (Some(start), Some((oldest, _)), _) if oldest >= start => Operation::Create,
            (Some(start), _, Some((newest, _))) if newest >= start => Operation::Update,
            (Some(_), _, Some(_)) => Operation::Read,
            _ => Operation::Unknown,
        }
    }
}

/// Failed inputs with the same category and message. Each list has the first [`MAX_IDS_PER_FAILURE`] values in sorted
/// order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BatchFailure {
    pub inputs: u64,
    /// Ids or trace ids of the inputs.
    pub ids: BTreeSet<String>,
    /// Ids of existing records that conflict with the inputs.
    pub existing: BTreeSet<String>,
    pub problems: BTreeSet<String>,
}

const MAX_IDS_PER_FAILURE: usize = 10;

/// Durations of batches, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(expecting = "an object")]
pub struct DurationStats {
    pub count: u64,
    #[serde(rename = "total_ms")]
    pub total: u64,
    #[serde(rename = "max_ms")]
    pub longest: u64,
}

impl DurationStats {
    /// Adds a duration. Negative ones are ignored: their timestamps are wrong.
    fn add(&mut self, milliseconds: i64) {
        let Ok(long) = u64::try_from(milliseconds) else { return };
        self.count += 1;
        self.total = self.total.saturating_add(long);
        self.longest = self.longest.max(long);
    }

    fn merge(&mut self, other: &DurationStats) {
        self.count += other.count;
        self.total = self.total.saturating_add(other.total);
        self.longest = self.longest.max(other.longest);
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(expecting = "an object")]
pub struct Batches {
    /// Failures by category and message, at most [`MAX_FAILURES`].
    #[serde(with = "json::failures")]
    pub failures: BTreeMap<(String, String), BatchFailure>,
    pub count: u64,
    /// Responses with at least one failed input.
    pub partial: u64,
    /// Results, one per input that succeeded.
    pub results: u64,
    /// Inputs that failed.
    pub failed: u64,
    pub statuses: BTreeMap<String, u64>,
    pub operations: BTreeMap<String, u64>,
    /// Number of responses by account, according to `url`.
    pub portals: BTreeMap<String, u64>,
    /// Number of responses by the type of their objects, [`MIXED`] or [`UNIDENTIFIED`].
    pub objects: BTreeMap<String, u64>,
    /// The earliest `startedAt`, in milliseconds since 1970.
    #[serde(rename = "started_at", with = "json::instant")]
    pub from: Option<i64>,
    /// The latest `completedAt`, in milliseconds since 1970.
    #[serde(rename = "completed_at", with = "json::instant")]
    pub to: Option<i64>,
    /// From `requestedAt` to `startedAt`.
    #[serde(rename = "queue_time")]
    pub waited: DurationStats,
    /// From `startedAt` to `completedAt`.
    #[serde(rename = "run_time")]
    pub ran: DurationStats,
    /// Items of `errors` that are not part of `failures`.
    pub other_failures: u64,
}

const MAX_FAILURES: usize = 1000;

/// Key of responses with objects of several types.
const MIXED: &str = "mixed";
/// Key of responses whose objects cannot be identified.
const UNIDENTIFIED: &str = "unidentified";

impl Batches {
    /// Adds a response.
    pub fn add(&mut self, text: &[u8], fields: &Fields, results: &Across, failures: &Failures) {
        let time = |field| fields.string(field, text).and_then(|text| text.instant());
        let (requested, started, completed) =
            (time(Field::RequestedAt), time(Field::StartedAt), time(Field::CompletedAt));
        self.count += 1;
        // A response may count failures without listing them.
        let counted = fields.scalar(Field::NumErrors, text).and_then(|number| number.as_u64());
        let unlisted: u64 = if failures.items == 0 { counted.unwrap_or(0) } else { 0 };
        self.partial += u64::from(failures.items > 0 || unlisted > 0);
        self.results += results.count;
        self.failed = self.failed.saturating_add(failures.inputs).saturating_add(unlisted);
        self.other_failures = self.other_failures.saturating_add(unlisted);
        let status = fields.string(Field::Status, text).map(|text| text.value().into_owned()).unwrap_or_default();
        count(&mut self.statuses, &crate::text::shorten(&status, 60), 1);
        count(&mut self.operations, Operation::of(results, started).as_str(), 1);
        if let Some((portal, _)) = results.portals.first {
            count(&mut self.portals, &portal.to_string(), 1);
        }
        let object = match results.object(failures.object) {
            Some(object) => object.kind.to_string(),
            None if results.is_mixed() => MIXED.to_owned(),
            None => UNIDENTIFIED.to_owned(),
        };
        count(&mut self.objects, &object, 1);
        self.from = [self.from, started].into_iter().flatten().min();
        self.to = [self.to, completed].into_iter().flatten().max();
        if let (Some(requested), Some(started)) = (requested, started) {
            self.waited.add(started.saturating_sub(requested));
        }
        if let (Some(started), Some(completed)) = (started, completed) {
            self.ran.add(completed - started);
        }
        self.other_failures = self.other_failures.saturating_add(failures.others);
        for group in &failures.groups {
            let failure = BatchFailure {
                inputs: group.inputs,
                ids: group.ids.iter().cloned().collect(),
                existing: group.existing.clone(),
                problems: group.problems.iter().cloned().collect(),
            };
            self.add_failure((group.category.clone(), group.message.clone()), &failure);
        }
    }

    fn add_failure(&mut self, key: (String, String), failure: &BatchFailure) {
        let merged = self.failures.entry(key).or_default();
        merged.inputs += failure.inputs;
        let lists = [
            (&mut merged.ids, &failure.ids),
            (&mut merged.existing, &failure.existing),
            (&mut merged.problems, &failure.problems),
        ];
        for (to, from) in lists {
            to.extend(from.iter().cloned());
            while to.len() > MAX_IDS_PER_FAILURE {
                to.pop_last();
            }
        }
        // Dropping the last key keeps the same failures for every order of the input.
        if self.failures.len() > MAX_FAILURES
            && let Some((_, failure)) = self.failures.pop_last()
        {
            self.other_failures = self.other_failures.saturating_add(failure.inputs);
        }
    }

    pub fn merge(&mut self, other: &Batches) {
        self.count += other.count;
        self.partial += other.partial;
        self.results += other.results;
        self.failed = self.failed.saturating_add(other.failed);
        let maps = [
            (&mut self.statuses, &other.statuses),
            (&mut self.operations, &other.operations),
            (&mut self.portals, &other.portals),
            (&mut self.objects, &other.objects),
        ];
        maps.into_iter().for_each(|(to, from)| merge_counts(to, from));
        self.from = [self.from, other.from].into_iter().flatten().min();
        self.to = [self.to, other.to].into_iter().flatten().max();
        self.waited.merge(&other.waited);
        self.ran.merge(&other.ran);
        self.other_failures = self.other_failures.saturating_add(other.other_failures);
        for (key, failure) in &other.failures {
            self.add_failure(key.clone(), failure);
        }
    }
}
