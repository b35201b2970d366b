//! The answers around their results.

use std::collections::{BTreeMap, BTreeSet};

use super::count;
use crate::hubspot::{Across, Failures, Field, Fields};

/// What was asked for, as far as the answer tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    Create,
    Upsert,
    Update,
    Read,
    Unknown,
}

impl Operation {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Operation::Create => "create",
            Operation::Upsert => "upsert",
            Operation::Update => "update",
            Operation::Read => "read, or an update that changed nothing",
            Operation::Unknown => "unknown",
        }
    }

    /// What speaks for it.
    pub fn reason(self) -> &'static str {
        match self {
            Operation::Create => "all results were created after the batch started",
            Operation::Upsert => "all results have `new`",
            Operation::Update => "results were updated during the batch",
            Operation::Read => "results were not changed during the batch",
            Operation::Unknown => "no results to infer it from",
        }
    }

    /// What the results of an answer speak for. `start`: when the batch was started.
    pub fn of(results: &Across, start: Option<i64>) -> Operation {
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

/// Failures of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Failure {
    /// Inputs.
    pub inputs: u64,
    /// Ids or trace ids of some of them: the first ten in their order.
    pub ids: BTreeSet<String>,
    /// Ids of records that stand in the way, likewise.
    pub existing: BTreeSet<String>,
    /// What is wrong in detail, likewise.
    pub problems: BTreeSet<String>,
}

/// So many ids of a kind of failures are kept.
pub const NAMED: usize = 10;

/// How long something took, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DurationStats {
    pub count: u64,
    pub total: u64,
    pub longest: u64,
}

impl DurationStats {
    /// What ends before it begins tells nothing.
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

/// Responses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batches {
    /// How many.
    pub count: u64,
    /// Those that tell of failures.
    pub partial: u64,
    /// Results, which are the inputs that succeeded.
    pub results: u64,
    /// Inputs that failed.
    pub failed: u64,
    /// By `status`.
    pub statuses: BTreeMap<String, u64>,
    /// By what was asked for.
    pub operations: BTreeMap<String, u64>,
    /// Accounts that `url` names, and in how many answers.
    pub portals: BTreeMap<String, u64>,
    /// Types of objects that `url` names, and in how many answers.
    pub objects: BTreeMap<String, u64>,
    /// The earliest `startedAt` and the latest `completedAt`, in milliseconds since 1970.
    pub from: Option<i64>,
    /// As [`Batches::from`].
    pub to: Option<i64>,
    /// From `requestedAt` to `startedAt`.
    pub waited: DurationStats,
    /// From `startedAt` to `completedAt`.
    pub ran: DurationStats,
    /// What failed, by category and message.
    pub failures: BTreeMap<(String, String), Failure>,
    /// Items of `errors` beyond the kinds that were told apart.
    pub other_failures: u64,
}

/// So many kinds of failures are told apart.
const KINDS: usize = 1000;

impl Batches {
    /// Adds an answer.
    pub fn add(&mut self, text: &[u8], fields: &Fields, results: &Across, failures: &Failures) {
        let time = |field| fields.string(field, text).and_then(|text| text.instant());
        let (requested, started, completed) =
            (time(Field::RequestedAt), time(Field::StartedAt), time(Field::CompletedAt));
        self.count += 1;
        // Failures may be counted and not listed.
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
        if let Some(((one, two), _)) = results.kinds.first {
            count(&mut self.objects, &format!("{one}-{two}"), 1);
        }
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
            let failure = Failure {
                inputs: group.inputs,
                ids: group.ids.iter().cloned().collect(),
                existing: group.existing.clone(),
                problems: group.problems.iter().cloned().collect(),
            };
            self.failure((group.category.clone(), group.message.clone()), &failure);
        }
    }

    fn failure(&mut self, key: (String, String), failure: &Failure) {
        let known = self.failures.entry(key).or_default();
        known.inputs += failure.inputs;
        let lists = [
            (&mut known.ids, &failure.ids),
            (&mut known.existing, &failure.existing),
            (&mut known.problems, &failure.problems),
        ];
        for (to, from) in lists {
            to.extend(from.iter().cloned());
            while to.len() > NAMED {
                to.pop_last();
            }
        }
        // The first in their order stay, in whatever order they come.
        if self.failures.len() > KINDS
            && let Some((_, failure)) = self.failures.pop_last()
        {
            self.other_failures = self.other_failures.saturating_add(failure.inputs);
        }
    }

    /// Adds others.
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
        maps.into_iter().for_each(|(to, from)| super::add_up(to, from));
        self.from = [self.from, other.from].into_iter().flatten().min();
        self.to = [self.to, other.to].into_iter().flatten().max();
        self.waited.merge(&other.waited);
        self.ran.merge(&other.ran);
        self.other_failures = self.other_failures.saturating_add(other.other_failures);
        for (key, failure) in &other.failures {
            self.failure(key.clone(), failure);
        }
    }
}
