//! The page: facts and tables, in words. Never bodies, titles, numbers or URLs of recordings: figures do not hold them.

use std::collections::BTreeMap;

use crate::hubspot::classify::advice;
use crate::hubspot::{AccountConfig, names};
use crate::rfc3339::{civil, utc};
use crate::stats::{self, Figures, Group, Operation, UNSET, day_name, rate};
use crate::text::{count, list, shorten, span_of_time, thousands};

/// A name and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The name.
    pub name: &'static str,
    /// What it is.
    pub value: String,
}

/// Failures of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// Category, inputs and HubSpot's sentence.
    pub title: String,
    /// Ids, details, advice.
    pub lines: Vec<String>,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What it is about.
    pub name: String,
    /// How many.
    pub number: u64,
    /// What else is known, a text for each further column.
    pub others: Vec<String>,
}

/// A table with a bar for each row.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// What it shows.
    pub title: String,
    /// The names of its columns: what it is about, how many, what else.
    pub columns: Vec<&'static str>,
    /// The rows.
    pub rows: Vec<Row>,
    /// What is to be said of it.
    pub note: Option<String>,
}

/// Everything that is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// What happened, in a sentence.
    pub verdict: String,
    /// Whether all is well.
    pub is_good: bool,
    /// The answers.
    pub batches: Vec<Fact>,
    /// What failed.
    pub failures: Vec<Failed>,
    /// The calls.
    pub calls: Vec<Fact>,
    /// Calls in groups.
    pub tables: Vec<Table>,
    /// Findings by rule.
    pub findings: Table,
    /// How many more there are that a baseline knows, as a sentence.
    pub known: Option<String>,
}

/// So many rows a table has.
const ROWS: usize = 31;
/// So many months.
const MONTHS: usize = 48;
/// So many owners are shown.
const OWNERS: usize = 10;
/// So many kinds of failures are shown, and names in a list.
const FAILURES: usize = 10;
const NAMES: usize = 30;

/// What the connect rate is.
pub const CONNECT_RATE: &str = "connected: calls with the outcome \"Connected\", as a share of calls with a known outcome (HubSpot default or callcheck.toml)";

impl Page {
    /// The page of these figures. `portal`: what is known of the account.
    pub fn of(figures: &Figures, portal: &AccountConfig) -> Page {
        Page {
            verdict: verdict(figures),
            is_good: figures.bad() == 0 && figures.batches.failed == 0,
            batches: batches(figures),
            failures: failures(figures),
            calls: calls(figures),
            tables: tables(figures, portal),
            findings: findings(figures),
            known: match figures.known {
                0 => None,
                1 => Some("1 finding is suppressed by the baseline.".to_owned()),
                many => Some(format!("{} are suppressed by the baseline.", count(many, "finding"))),
            },
        }
    }
}

fn verdict(figures: &Figures) -> String {
    let batches = &figures.batches;
    let answers = figures.responses.valid + figures.responses.invalid;
    let mut said = vec![match answers {
        0 => "no batch responses".to_owned(),
        answers => count(answers, "batch response"),
    }];
    if figures.responses.invalid > 0 {
        said.push(format!("{} invalid", thousands(figures.responses.invalid)));
    }
    let others: u64 = figures.others.values().sum();
    if answers == 0 && figures.others.keys().eq(["json"]) {
        // Validated against a custom schema.
        said = vec![count(others, "document")];
    } else if others > 0 {
        let kinds: Vec<String> =
            figures.others.iter().map(|(kind, number)| format!("{} {kind}", thousands(*number))).collect();
        said.push(format!("{} ({})", count(others, "other document"), kinds.join(", ")));
    }
    if figures.unreadable > 0 {
        said.push(format!("{} unreadable", thousands(figures.unreadable)));
    }
    let documents = said.join(", ");
    match (batches.failed, batches.results) {
        _ if answers == 0 => documents,
        (0, results) => format!("{documents}: {}, no failed inputs", count(results, "result")),
        (failed, results) => format!("{documents}: {}, {}", count(results, "result"), count(failed, "failed input")),
    }
}

fn fact(name: &'static str, value: impl Into<String>) -> Fact {
    Fact { name, value: value.into() }
}

fn counted(map: &BTreeMap<String, u64>, unset: &str) -> String {
    let mut all: Vec<(&String, &u64)> = map.iter().collect();
    all.sort_by_key(|(key, number)| (std::cmp::Reverse(**number), (*key).clone()));
    let more = all.len().saturating_sub(5);
    let name = |key: &str| if key.is_empty() { unset.to_owned() } else { shorten(key, 40).into_owned() };
    let mut told: Vec<String> = match &all[..] {
        [(only, 1)] => vec![name(only)],
        all => all.iter().take(5).map(|(key, number)| format!("{} ({})", name(key), thousands(**number))).collect(),
    };
    if more > 0 {
        told.push(format!("{} more", thousands(more as u64)));
    }
    told.join(", ")
}

fn batches(figures: &Figures) -> Vec<Fact> {
    let batches = &figures.batches;
    if batches.count == 0 {
        return Vec::new();
    }
    let mut facts = Vec::new();
    let only = (batches.count == 1).then(|| batches.operations.keys().next()).flatten();
    const ALL: [Operation; 5] =
        [Operation::Create, Operation::Upsert, Operation::Update, Operation::Read, Operation::Unknown];
    let reason = only.and_then(|only| ALL.into_iter().find(|operation| operation.as_str() == only));
    facts.push(fact(
        "operation",
        match reason {
            Some(operation) => format!("{} ({})", operation.as_str(), operation.reason()),
            None => counted(&batches.operations, "unknown"),
        },
    ));
    facts.push(fact("status", counted(&batches.statuses, "(none)")));
    let partial = match batches.partial {
        0 => String::new(),
        some if batches.count > 1 => format!(" (in {})", count(some, "response")),
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
    let took = |took: &stats::DurationStats| match took.count {
        1 => span_of_time(took.total as i64),
        many => format!(
            "avg {}, max {}, total {}",
            span_of_time((took.total / many) as i64),
            span_of_time(took.longest as i64),
            span_of_time(took.total as i64)
        ),
    };
    if batches.waited.count > 0 {
        facts.push(fact("queued", took(&batches.waited)));
    }
    if batches.ran.count > 0 {
        facts.push(fact("duration", took(&batches.ran)));
    }
    if !batches.portals.is_empty() {
        facts.push(fact("account", counted(&batches.portals, "")));
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
        facts.push(fact("object type", counted(&objects, "")));
    }
    facts
}

fn failures(figures: &Figures) -> Vec<Failed> {
    let mut all: Vec<_> = figures.batches.failures.iter().collect();
    all.sort_by_key(|(key, failure)| (std::cmp::Reverse(failure.inputs), (*key).clone()));
    let more = all.len().saturating_sub(FAILURES);
    let mut told: Vec<Failed> = all
        .into_iter()
        .take(FAILURES)
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
            Failed { title: format!("{name}, {}{message}", count(failure.inputs, "input")), lines }
        })
        .collect();
    let others = figures.batches.other_failures + more as u64;
    if others > 0 {
        told.push(Failed { title: format!("{} of other kinds", count(others, "more failure")), lines: Vec::new() });
    }
    told
}

fn percent(part: u64, of: u64) -> String {
    if of == 0 {
        return "-".to_owned();
    }
    // All and none are said of all and none only.
    let exact = part as f64 * 100.0 / of as f64;
    let shown = if part == 0 || part == of { exact } else { exact.clamp(0.1, 99.9) };
    format!("{shown:.1}%")
}

/// A length of time in hours, minutes and seconds: `1:02:03`.
fn clock(milliseconds: u64) -> String {
    let seconds = milliseconds.saturating_add(500) / 1000;
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    match hours {
        0 => format!("{minutes}:{:02}", seconds % 60),
        hours => format!("{}:{minutes:02}:{:02}", thousands(hours), seconds % 60),
    }
}

fn calls(figures: &Figures) -> Vec<Fact> {
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
        let more = nulls.len().saturating_sub(NAMES);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        facts.push(fact("always null", format!("{}{more}", nulls[..nulls.len().min(NAMES)].join(", "))));
    }
    facts
}

/// The name of a last column that has text.
pub(super) const DESCRIPTION: &str = "description";

const COLUMNS: [&str; 4] = ["", "calls", "connected", "talk time"];

fn row(name: String, group: &Group) -> Row {
    let connected = rate(group).map_or("-".to_owned(), |_| percent(group.connected, group.rated));
    Row { name, number: group.calls, others: vec![connected, clock(group.talk)] }
}

/// Groups by the number of calls, the unset ones last.
fn grouped(groups: &stats::Table<String, Group>, most: usize, name: impl Fn(&str) -> String) -> (Vec<Row>, usize) {
    let mut all: Vec<(&String, &Group)> = groups.iter().collect();
    all.sort_by_key(|(key, group)| (key.is_empty(), std::cmp::Reverse(group.calls), (*key).clone()));
    let (unset, mut shown): (Vec<_>, Vec<_>) = all.into_iter().partition(|(key, _)| key.as_str() == UNSET);
    let more = shown.len().saturating_sub(most);
    shown.truncate(most);
    let rows = shown.into_iter().map(|(key, group)| row(name(key), group));
    (rows.chain(unset.into_iter().map(|(_, group)| row("(unset)".to_owned(), group))).collect(), more)
}

fn tables(figures: &Figures, portal: &AccountConfig) -> Vec<Table> {
    let calls = &figures.calls;
    if calls.all.calls == 0 {
        return Vec::new();
    }
    let mut tables = Vec::new();
    let table = |title: &str, rows: Vec<Row>, more: usize, note: Option<&str>| {
        let more = if more > 0 { Some(format!("{} more not shown", thousands(more as u64))) } else { None };
        let note = more.into_iter().chain(note.map(str::to_owned)).collect::<Vec<_>>().join("; ");
        Table {
            title: title.to_owned(),
            columns: COLUMNS.to_vec(),
            rows,
            note: Some(note).filter(|note| !note.is_empty()),
        }
    };
    if calls.days.len() == 1 {
        let hours = calls.hours.iter().enumerate().map(|(hour, number)| Row {
            name: format!("{hour:02}:00"),
            number: *number,
            others: Vec::new(),
        });
        let rows: Vec<Row> = hours.collect();
        let first = rows.iter().position(|row| row.number > 0).unwrap_or(0);
        let last = rows.iter().rposition(|row| row.number > 0).unwrap_or(0);
        let rows = rows[first..=last].to_vec();
        let title = "by hour of hs_timestamp (UTC)".to_owned();
        tables.push(Table { title, columns: COLUMNS[..2].to_vec(), rows, note: None });
    } else if !calls.days.is_empty() {
        let (unit, rows) = spans(&calls.days);
        tables.push(table(&format!("by {unit} of hs_timestamp (UTC)"), rows, 0, None));
    }
    tables.extend(by_duration(&calls.durations));
    let own = |key: &str| key.to_owned();
    let (rows, more) = grouped(&calls.directions, ROWS, own);
    tables.push(table("by direction", rows, more, None));
    let (rows, more) = grouped(&calls.outcomes, ROWS, own);
    tables.push(table("by outcome", rows, more, Some(CONNECT_RATE)));
    let (rows, more) = grouped(&calls.statuses, ROWS, own);
    tables.push(table("by status", rows, more, None));
    let (rows, more) = grouped(&calls.owners, OWNERS, |id| match portal.owners.get(id) {
        Some(name) => format!("{name} ({id})"),
        None => id.to_owned(),
    });
    tables.push(table("by owner", rows, more, None));
    let coverage = [
        ("body", calls.coverage.body),
        ("outcome", calls.coverage.disposition),
        ("owner", calls.coverage.owner),
        ("recording", calls.coverage.recording),
        ("transcript", calls.coverage.transcript),
    ];
    let rows = coverage.into_iter().map(|(name, number)| Row {
        name: name.to_owned(),
        number,
        others: vec![percent(number, calls.all.calls)],
    });
    let columns = vec!["", "calls", "share"];
    tables.push(Table { title: "property coverage".to_owned(), columns, rows: rows.collect(), note: None });
    tables
}

/// Calls by how long they took.
fn by_duration(durations: &stats::Durations) -> Option<Table> {
    const MINUTE: u64 = 60_000;
    const STEPS: [(u64, &str); 8] = [
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
    let mut rows = vec![("(unset)", durations.unset), ("0", durations.zero)];
    let mut from = 0;
    for (to, name) in STEPS {
        rows.push((
            name,
            buckets.iter().filter(|(bucket, _)| (from..to).contains(bucket)).map(|(_, number)| number).sum(),
        ));
        from = to;
    }
    let last = rows.iter().rposition(|(_, number)| *number > 0)?;
    rows.truncate(last + 1);
    rows.drain(..rows.iter().position(|(_, number)| *number > 0).unwrap_or(0));
    let rows = rows.into_iter().map(|(name, number)| Row { name: name.to_owned(), number, others: Vec::new() });
    let title = "by duration".to_owned();
    Some(Table { title, columns: COLUMNS[..2].to_vec(), rows: rows.collect(), note: None })
}

/// Days, or weeks, months or years where there are too many.
fn spans(days: &stats::Table<i64, Group>) -> (&'static str, Vec<Row>) {
    type First = fn(i64) -> i64;
    // The first day of each, and how much of its name is the name of the whole.
    let units: [(&'static str, First, usize); 4] = [
        ("day", |day| day, 10),
        // Weeks begin on Mondays: 1970-01-01 was a Thursday.
        ("week", |day| (day + 3).div_euclid(7) * 7 - 3, 10),
        ("month", |day| day - civil(day)[2] + 1, 7),
        ("year", |day| (day - 366..=day).rfind(|first| civil(*first)[1..] == [1, 1]).unwrap_or(day), 4),
    ];
    for (unit, first, length) in units {
        let mut groups: BTreeMap<i64, Group> = BTreeMap::new();
        for (day, group) in days {
            groups.entry(first(*day)).or_default().merge(group);
        }
        let most = if unit == "month" { MONTHS } else { ROWS };
        if groups.len() <= most || unit == "year" {
            let name = |day: i64| day_name(day)[..length].to_owned() + if unit == "week" { " (week)" } else { "" };
            // The latest ones.
            let shown = groups.iter().skip(groups.len().saturating_sub(most));
            return (unit, shown.map(|(day, group)| row(name(*day), group)).collect());
        }
    }
    ("day", Vec::new())
}

fn findings(figures: &Figures) -> Table {
    let mut all: Vec<(&String, &u64)> = figures.findings.iter().collect();
    all.sort_by_key(|(rule, number)| (std::cmp::Reverse(**number), (*rule).clone()));
    let rows = all.into_iter().map(|(rule, number)| {
        let summary = crate::rules::find(rule).map_or("", |rule| rule.info.summary);
        Row { name: rule.clone(), number: *number, others: vec![summary.to_owned()] }
    });
    Table {
        title: "findings".to_owned(),
        columns: vec!["", "count", DESCRIPTION],
        rows: rows.collect(),
        note: Some("run `callcheck check` to list the findings".to_owned()),
    }
}
