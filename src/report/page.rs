//! The page: facts and tables as text, without markup. It never has bodies, titles, phone numbers or recording URLs of
//! calls, because figures do not contain them.

use std::collections::BTreeMap;

use crate::hubspot::classify::advice;
use crate::hubspot::{AccountConfig, names};
use crate::rfc3339::{civil, utc};
use crate::stats::{self, CallGroup, Figures, Operation, UNSET, day_name, rate};
use crate::text::{count, list, shorten, span_of_time, thousands};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageFact {
    pub name: &'static str,
    pub value: String,
}

/// Failures with the same category and message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailureFacts {
    /// Category, number of inputs, message of HubSpot.
    pub title: String,
    /// Details, ids, advice.
    pub lines: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct PageRow {
    pub name: String,
    pub number: u64,
    /// One cell for each column after the second. Empty in tables with two columns.
    pub others: Vec<String>,
}

/// A table that formats may show with a bar for each row.
#[derive(Debug, Clone, PartialEq)]
pub struct PageTable {
    pub title: String,
    /// At least two: the name, which has no title, and the number.
    pub columns: Vec<&'static str>,
    pub rows: Vec<PageRow>,
    pub note: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// One line without a full stop.
    pub verdict: String,
    /// No document is invalid or unreadable, and no input failed.
    pub is_good: bool,
    /// Empty without batch responses.
    pub batches: Vec<PageFact>,
    pub failures: Vec<FailureFacts>,
    /// Empty without calls.
    pub calls: Vec<PageFact>,
    /// Calls in groups.
    pub tables: Vec<PageTable>,
    /// Findings by rule.
    pub findings: PageTable,
    /// The note about findings that a baseline suppresses.
    pub suppressed: Option<String>,
    /// Names and reasons of unreadable inputs. `Page::of` leaves it empty.
    pub unreadable: Vec<String>,
}

/// Rows of a table, except those of months and owners. A month of days fits.
const MAX_ROWS: usize = 31;
const MAX_MONTHS: usize = 48;
const MAX_OWNERS: usize = 10;
const MAX_FAILURES: usize = 10;
/// Properties listed as always null.
const MAX_PROPERTIES_LISTED: usize = 30;
/// Different values listed in a fact.
const MAX_VALUES_LISTED: usize = 5;

/// The definition of the connect rate.
pub(super) const CONNECT_RATE: &str = "connected: calls with the outcome \"Connected\", as a share of calls with a known outcome (HubSpot default or callcheck.toml)";

impl Page {
    /// `account`: names for the owners.
    pub fn of(figures: &Figures, account: &AccountConfig) -> Page {
        Page {
            verdict: verdict(figures),
            is_good: figures.bad() == 0 && figures.batches.failed == 0,
            batches: batches(figures),
            failures: failures(figures),
            calls: calls(figures),
            tables: tables(figures, account),
            findings: findings(figures),
            suppressed: match figures.known {
                0 => None,
                1 => Some("1 finding is suppressed by the baseline.".to_owned()),
                many => Some(format!("{} are suppressed by the baseline.", count(many, "finding"))),
            },
            unreadable: Vec::new(),
        }
    }
}

fn verdict(figures: &Figures) -> String {
    let batches = &figures.batches;
    let responses = figures.responses.valid + figures.responses.invalid;
    let mut parts = vec![match responses {
        0 => "no batch responses".to_owned(),
        responses => count(responses, "batch response"),
    }];
    if figures.responses.invalid > 0 {
        parts.push(format!("{} invalid", thousands(figures.responses.invalid)));
    }
    let others: u64 = figures.others.values().sum();
    if responses == 0 && figures.others.keys().eq(["json"]) {
        // Validated against a custom schema.
        parts = vec![count(others, "document")];
    } else if others > 0 {
        let kinds: Vec<String> =
            figures.others.iter().map(|(kind, number)| format!("{} {kind}", thousands(*number))).collect();
        let expected = match figures.expected {
            0 => String::new(),
            expected => format!(", {} expected", thousands(expected)),
        };
        parts.push(format!("{} ({}){expected}", count(others, "other document"), kinds.join(", ")));
    }
    if figures.unreadable > 0 {
        parts.push(format!("{} unreadable", thousands(figures.unreadable)));
    }
    let documents = parts.join(", ");
    match (batches.failed, batches.results) {
        _ if responses == 0 => documents,
        (0, results) => format!("{documents}: {}, no failed inputs", count(results, "result")),
        (failed, results) => format!("{documents}: {}, {}", count(results, "result"), count(failed, "failed input")),
    }
}

fn fact(name: &'static str, value: impl Into<String>) -> PageFact {
    PageFact { name, value: value.into() }
}

/// The most frequent values, with their numbers. A value that occurs once and alone needs none.
fn frequencies(map: &BTreeMap<String, u64>, unset: &str) -> String {
    let mut all: Vec<(&String, &u64)> = map.iter().collect();
    all.sort_by_key(|(key, number)| (std::cmp::Reverse(**number), (*key).clone()));
    let more = all.len().saturating_sub(MAX_VALUES_LISTED);
    let name = |key: &str| if key.is_empty() { unset.to_owned() } else { shorten(key, 40).into_owned() };
    let mut values: Vec<String> = match &all[..] {
        [(only, 1)] => vec![name(only)],
        all => all
            .iter()
            .take(MAX_VALUES_LISTED)
            .map(|(key, number)| format!("{} ({})", name(key), thousands(**number)))
            .collect(),
    };
    if more > 0 {
        values.push(format!("{} more", thousands(more as u64)));
    }
    values.join(", ")
}

fn batches(figures: &Figures) -> Vec<PageFact> {
    let batches = &figures.batches;
    if batches.count == 0 {
        return Vec::new();
    }
    let mut facts = Vec::new();
    const ALL: [Operation; 5] =
        [Operation::Create, Operation::Upsert, Operation::Update, Operation::Read, Operation::Unknown];
    // The operation is inferred from the response. A single one is shown with the reason.
    let only = (batches.count == 1).then(|| batches.operations.keys().next()).flatten();
    let only = only.and_then(|only| ALL.into_iter().find(|operation| operation.as_str() == only));
    facts.push(fact(
        "operation",
        match only {
            Some(operation) => format!("{} ({})", operation.as_str(), operation.reason()),
            None => frequencies(&batches.operations, "unknown"),
        },
    ));
    facts.push(fact("status", frequencies(&batches.statuses, "(none)")));
    let partial = match batches.partial {
        0 => String::new(),
        some if batches.count > 1 => format!(" (in {})", count(some, "response")),
        // The only response.
        _ => String::new(),
    };
    facts.push(fact(
        "inputs",
        format!("{} succeeded, {} failed{partial}", thousands(batches.results), thousands(batches.failed)),
    ));
    if let (Some(from), Some(to)) = (batches.from, batches.to) {
        facts.push(fact("started", utc(from)));
        facts.push(fact("completed", utc(to)));
    }
    let duration = |stats: &stats::DurationStats| match stats.count {
        1 => span_of_time(stats.total as i64),
        many => format!(
            "avg {}, max {}, total {}",
            span_of_time((stats.total / many) as i64),
            span_of_time(stats.longest as i64),
            span_of_time(stats.total as i64)
        ),
    };
    if batches.waited.count > 0 {
        facts.push(fact("queued", duration(&batches.waited)));
    }
    if batches.ran.count > 0 {
        facts.push(fact("duration", duration(&batches.ran)));
    }
    if !batches.portals.is_empty() {
        facts.push(fact("account", frequencies(&batches.portals, "")));
    }
    if !batches.objects.is_empty() {
        let objects: BTreeMap<String, u64> = batches
            .objects
            .iter()
            .map(|(kind, number)| {
                let name = names::object_name(kind).map_or(kind.clone(), |name| format!("{kind} {name}"));
                (name, *number)
            })
            .collect();
        facts.push(fact("object type", frequencies(&objects, "")));
    }
    facts
}

fn failures(figures: &Figures) -> Vec<FailureFacts> {
    let mut all: Vec<_> = figures.batches.failures.iter().collect();
    all.sort_by_key(|(key, failure)| (std::cmp::Reverse(failure.inputs), (*key).clone()));
    let more = all.len().saturating_sub(MAX_FAILURES);
    let mut failures: Vec<FailureFacts> = all
        .into_iter()
        .take(MAX_FAILURES)
        .map(|((category, message), failure)| {
            let name = if category.is_empty() { "no category" } else { category };
            let message = if message.is_empty() { String::new() } else { format!(": {message}") };
            let mut lines: Vec<String> = failure.problems.iter().cloned().collect();
            let ids: Vec<&String> = failure.ids.iter().collect();
            if !ids.is_empty() {
                lines.push(format!("ids: {}", list(&ids, "and")));
            }
            let existing: Vec<&String> = failure.existing.iter().collect();
            if !existing.is_empty() {
                lines.push(format!("existing ids: {}", list(&existing, "and")));
            }
            lines.extend(advice(category).map(str::to_owned));
            FailureFacts { title: format!("{name}, {}{message}", count(failure.inputs, "input")), lines }
        })
        .collect();
    let others = figures.batches.other_failures + more as u64;
    if others > 0 {
        let title = format!("{} of other kinds", count(others, "more failure"));
        failures.push(FailureFacts { title, lines: Vec::new() });
    }
    failures
}

fn percent(part: u64, of: u64) -> String {
    if of == 0 {
        return "-".to_owned();
    }
    // Rounding must not turn "almost all" into 100.0% or "few" into 0.0%.
    let exact = part as f64 * 100.0 / of as f64;
    let shown = if part == 0 || part == of { exact } else { exact.clamp(0.1, 99.9) };
    format!("{shown:.1}%")
}

/// Hours, minutes and seconds: `1:02:03`.
fn clock(milliseconds: u64) -> String {
    let seconds = milliseconds.saturating_add(500) / 1000;
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    match hours {
        0 => format!("{minutes}:{:02}", seconds % 60),
        hours => format!("{}:{minutes:02}:{:02}", thousands(hours), seconds % 60),
    }
}

fn calls(figures: &Figures) -> Vec<PageFact> {
    let calls = &figures.calls;
    if calls.all.calls == 0 {
        return Vec::new();
    }
    let mut facts = vec![fact("calls", thousands(calls.all.calls))];
    if calls.other_objects > 0 {
        facts.push(fact("other objects", thousands(calls.other_objects)));
    }
    if calls.archived > 0 {
        facts.push(fact("archived", thousands(calls.archived)));
    }
    if let (Some(from), Some(to)) = (calls.from, calls.to) {
        facts.push(fact("first call", utc(from)));
        facts.push(fact("last call", utc(to)));
    }
    if calls.undated > 0 && calls.from.is_some() {
        facts.push(fact("no timestamp", thousands(calls.undated)));
    }
    let durations = &calls.durations;
    if let (Some(mean), Some(median), Some(p95)) = (durations.mean(), durations.quantile(50), durations.quantile(95)) {
        facts.push(fact("talk time", clock(durations.total)));
        facts.push(fact(
            "call duration",
            format!(
                "avg {}, median {}, p95 {}, max {} ({} with a duration)",
                clock(mean),
                clock(median),
                clock(p95),
                clock(durations.longest),
                count(durations.count, "call")
            ),
        ));
    }
    if durations.zero > 0 {
        facts.push(fact("zero duration", count(durations.zero, "call")));
    }
    if durations.unset > 0 {
        facts.push(fact("no duration", count(durations.unset, "call")));
    }
    if calls.all.rated > 0 {
        let (connected, rated) = (calls.all.connected, calls.all.rated);
        facts.push(fact(
            "connect rate",
            format!("{} ({} of {})", percent(connected, rated), thousands(connected), thousands(rated)),
        ));
    }
    let nulls = calls.always_null();
    if !nulls.is_empty() {
        let more = nulls.len().saturating_sub(MAX_PROPERTIES_LISTED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        facts
            .push(fact("always null", format!("{}{more}", nulls[..nulls.len().min(MAX_PROPERTIES_LISTED)].join(", "))));
    }
    facts
}

/// The last column of a table of rules: its cells are texts.
const DESCRIPTION: &str = "description";

impl PageTable {
    /// True if the last column has texts instead of numbers.
    pub fn has_descriptions(&self) -> bool {
        self.columns.last() == Some(&DESCRIPTION)
    }

    /// The length of the longest bar; at least 1.
    pub fn largest_number(&self) -> u64 {
        self.rows.iter().map(|row| row.number).max().unwrap_or(0).max(1)
    }

    /// A table of groups. `more`: the number of groups left out.
    fn of_groups(title: &str, (rows, more): (Vec<PageRow>, usize), note: Option<&str>) -> PageTable {
        let more = (more > 0).then(|| format!("{} more not shown", thousands(more as u64)));
        let notes: Vec<String> = more.into_iter().chain(note.map(str::to_owned)).collect();
        let note = (!notes.is_empty()).then(|| notes.join("; "));
        PageTable { title: title.to_owned(), columns: vec!["", "calls", "connected", "talk time"], rows, note }
    }

    /// A table of numbers of calls, without the zeros at both ends.
    fn of_numbers(title: &str, rows: Vec<(String, u64)>) -> PageTable {
        let first = rows.iter().position(|(_, number)| *number > 0).unwrap_or(0);
        let last = rows.iter().rposition(|(_, number)| *number > 0).unwrap_or(0);
        let rows = rows.into_iter().take(last + 1).skip(first);
        let rows = rows.map(|(name, number)| PageRow { name, number, others: Vec::new() }).collect();
        PageTable { title: title.to_owned(), columns: vec!["", "calls"], rows, note: None }
    }
}

fn row(name: String, group: &CallGroup) -> PageRow {
    let connected = rate(group).map_or("-".to_owned(), |_| percent(group.connected, group.rated));
    PageRow { name, number: group.calls, others: vec![connected, clock(group.talk)] }
}

/// The largest groups, at most `max`, then the one of unset values. Also returns the number of groups left out.
fn grouped(
    groups: &stats::Table<String, CallGroup>,
    max: usize,
    name: impl Fn(&str) -> String,
) -> (Vec<PageRow>, usize) {
    let mut all: Vec<(&String, &CallGroup)> = groups.iter().collect();
    all.sort_by_key(|(key, group)| (key.is_empty(), std::cmp::Reverse(group.calls), (*key).clone()));
    let (unset, mut shown): (Vec<_>, Vec<_>) = all.into_iter().partition(|(key, _)| key.as_str() == UNSET);
    let more = shown.len().saturating_sub(max);
    shown.truncate(max);
    let rows = shown.into_iter().map(|(key, group)| row(name(key), group));
    (rows.chain(unset.into_iter().map(|(_, group)| row("(unset)".to_owned(), group))).collect(), more)
}

fn tables(figures: &Figures, account: &AccountConfig) -> Vec<PageTable> {
    let calls = &figures.calls;
    if calls.all.calls == 0 {
        return Vec::new();
    }
    let mut tables = Vec::new();
    if calls.days.len() == 1 {
        // A table with one row would be useless, so a single day is shown by its hours.
        let hours = calls.hours.iter().enumerate().map(|(hour, number)| (format!("{hour:02}:00"), *number));
        tables.push(PageTable::of_numbers("by hour of hs_timestamp (UTC)", hours.collect()));
    } else if !calls.days.is_empty() {
        let (unit, rows) = periods(&calls.days);
        tables.push(PageTable::of_groups(&format!("by {unit} of hs_timestamp (UTC)"), (rows, 0), None));
    }
    tables.extend(by_duration(&calls.durations));
    let owner = |id: &str| match account.owners.get(id) {
        Some(name) => format!("{name} ({id})"),
        None => id.to_owned(),
    };
    let groups = |groups| grouped(groups, MAX_ROWS, str::to_owned);
    tables.push(PageTable::of_groups("by direction", groups(&calls.directions), None));
    tables.push(PageTable::of_groups("by outcome", groups(&calls.outcomes), Some(CONNECT_RATE)));
    tables.push(PageTable::of_groups("by status", groups(&calls.statuses), None));
    tables.push(PageTable::of_groups("by owner", grouped(&calls.owners, MAX_OWNERS, owner), None));
    let coverage = [
        ("body", calls.coverage.body),
        ("outcome", calls.coverage.disposition),
        ("owner", calls.coverage.owner),
        ("recording", calls.coverage.recording),
        ("transcript", calls.coverage.transcript),
    ];
    let rows = coverage.map(|(name, number)| {
        let share = percent(number, calls.all.calls);
        PageRow { name: name.to_owned(), number, others: vec![share] }
    });
    let columns = vec!["", "calls", "share"];
    tables.push(PageTable { title: "property coverage".to_owned(), columns, rows: rows.into(), note: None });
    tables
}

fn by_duration(durations: &stats::Durations) -> Option<PageTable> {
    const MINUTE: u64 = 60_000;
    /// Exclusive upper limits in milliseconds.
    const CLASSES: [(u64, &str); 8] = [
        (MINUTE / 2, "under 30 s"),
        (MINUTE, "30 s to 1 min"),
        (2 * MINUTE, "1 to 2 min"),
        (5 * MINUTE, "2 to 5 min"),
        (10 * MINUTE, "5 to 10 min"),
        (30 * MINUTE, "10 to 30 min"),
        (60 * MINUTE, "30 to 60 min"),
        (u64::MAX, "60 min or more"),
    ];
    let buckets: Vec<_> = durations.buckets().collect();
    let mut rows = vec![("(unset)".to_owned(), durations.unset), ("0".to_owned(), durations.zero)];
    let mut from = 0;
    for (to, name) in CLASSES {
        let in_class = buckets.iter().filter(|(bucket, _)| (from..to).contains(bucket));
        rows.push((name.to_owned(), in_class.map(|(_, number)| number).sum()));
        from = to;
    }
    rows.iter().any(|(_, number)| *number > 0).then(|| PageTable::of_numbers("by duration", rows))
}

/// Groups by day, or by the smallest longer period with few enough groups; the latest ones if there are still too many.
fn periods(days: &stats::Table<i64, CallGroup>) -> (&'static str, Vec<PageRow>) {
    type FirstDay = fn(i64) -> i64;
    // The first day of the period of a day, the length of the period's name (a prefix of that date), and the maximum
    // number of rows.
    let units: [(&'static str, FirstDay, usize, usize); 4] = [
        ("day", |day| day, 10, MAX_ROWS),
        // Weeks begin on Mondays: 1970-01-01 was a Thursday.
        ("week", |day| (day + 3).div_euclid(7) * 7 - 3, 10, MAX_ROWS),
        ("month", |day| day - civil(day)[2] + 1, 7, MAX_MONTHS),
        ("year", |day| (day - 366..=day).rfind(|first| civil(*first)[1..] == [1, 1]).unwrap_or(day), 4, MAX_ROWS),
    ];
    for (unit, first_day, length, max) in units {
        let mut groups: BTreeMap<i64, CallGroup> = BTreeMap::new();
        for (day, group) in days {
            groups.entry(first_day(*day)).or_default().merge(group);
        }
        if groups.len() <= max || unit == "year" {
            let name = |day: i64| day_name(day)[..length].to_owned() + if unit == "week" { " (week)" } else { "" };
            let shown = groups.iter().skip(groups.len().saturating_sub(max));
            return (unit, shown.map(|(day, group)| row(name(*day), group)).collect());
        }
    }
    unreachable!("years are always shown")
}

fn findings(figures: &Figures) -> PageTable {
    let mut all: Vec<(&String, &u64)> = figures.findings.iter().collect();
    all.sort_by_key(|(rule, number)| (std::cmp::Reverse(**number), (*rule).clone()));
    let rows = all.into_iter().map(|(rule, number)| {
        let summary = crate::rules::find(rule).map_or("", |rule| rule.info.summary);
        PageRow { name: rule.clone(), number: *number, others: vec![summary.to_owned()] }
    });
    PageTable {
        title: "findings".to_owned(),
        columns: vec!["", "count", DESCRIPTION],
        rows: rows.collect(),
        note: Some("run `callcheck check` to list the findings".to_owned()),
    }
}
