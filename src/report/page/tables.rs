//! Tables of calls in groups, over time and by rule.

use std::collections::BTreeMap;

use super::{clock, percent};
use crate::hubspot::AccountConfig;
use crate::rfc3339::civil;
use crate::stats::{self, CallGroup, Figures, UNSET, day_name, rate};
use crate::text::thousands;

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
    /// Numbers of consecutive periods, also those without calls. Empty for categories.
    pub columns_of_time: Vec<(String, u64)>,
}

/// Rows of a table, except those of months and owners. A month of days fits.
const MAX_ROWS: usize = 31;
const MAX_MONTHS: usize = 48;
const MAX_OWNERS: usize = 10;

/// The definition of the connect rate.
const CONNECT_RATE: &str = "connected: calls with the outcome \"Connected\", as a share of calls with a known outcome (HubSpot default or callcheck.toml)";

/// The last column of a table of rules: its cells are texts.
const DESCRIPTION: &str = "description";

impl PageTable {
    /// True if the last column has texts instead of numbers.
    pub fn has_descriptions(&self) -> bool {
        self.columns.last() == Some(&DESCRIPTION)
    }

    /// The title of the first column: `direction` for `by direction`.
    pub fn first_column(&self) -> &str {
        let title = self.title.strip_prefix("by ").unwrap_or(&self.title);
        if self.has_descriptions() { "rule" } else { title.split(' ').next().unwrap_or(title) }
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
        PageTable::of_rows(title, vec!["", "calls", "connected", "talk time"], rows).with_note(note)
    }

    /// A table of numbers of calls, without the zeros at both ends.
    fn of_numbers(title: &str, rows: Vec<(String, u64)>) -> PageTable {
        let first = rows.iter().position(|(_, number)| *number > 0).unwrap_or(0);
        let last = rows.iter().rposition(|(_, number)| *number > 0).unwrap_or(0);
        let rows = rows.into_iter().take(last + 1).skip(first);
        let rows = rows.map(|(name, number)| PageRow { name, number, others: Vec::new() }).collect();
        PageTable::of_rows(title, vec!["", "calls"], rows)
    }

    fn of_rows(title: &str, columns: Vec<&'static str>, rows: Vec<PageRow>) -> PageTable {
        PageTable { title: title.to_owned(), columns, rows, note: None, columns_of_time: Vec::new() }
    }

    fn with_note(self, note: Option<String>) -> PageTable {
        PageTable { note, ..self }
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

pub(super) fn tables(figures: &Figures, account: &AccountConfig) -> Vec<PageTable> {
    let calls = &figures.calls;
    if calls.all.calls == 0 {
        return Vec::new();
    }
    let mut tables = Vec::new();
    if calls.days.len() == 1 {
        // A table with one row would be useless, so a single day is shown by its hours.
        let hours = calls.hours.iter().enumerate().map(|(hour, number)| (format!("{hour:02}:00"), *number));
        let table = PageTable::of_numbers("by hour of hs_timestamp (UTC)", hours.collect());
        let columns_of_time = table.rows.iter().map(|row| (row.name.clone(), row.number)).collect();
        tables.push(PageTable { columns_of_time, ..table });
    } else if !calls.days.is_empty() {
        let (unit, rows, columns_of_time) = periods(&calls.days);
        let table = PageTable::of_groups(&format!("by {unit} of hs_timestamp (UTC)"), (rows, 0), None);
        tables.push(PageTable { columns_of_time, ..table });
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
    tables.push(PageTable::of_rows("property coverage", vec!["", "calls", "share"], rows.into()));
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

/// Groups by day, or by the smallest longer period of which few enough are between the first and the last day; the
/// latest ones if there are still too many. The second list has the numbers of all these periods, also those without
/// calls, unless a wrong date makes them too many.
fn periods(days: &stats::Table<i64, CallGroup>) -> (&'static str, Vec<PageRow>, Vec<(String, u64)>) {
    type FirstDay = fn(i64) -> i64;
    // The first day of the period of a day, a number of days that reaches into the next period, the length of the
    // period's name (a prefix of that date), and the maximum number of rows.
    let units: [(&'static str, FirstDay, i64, usize, usize); 4] = [
        ("day", |day| day, 1, 10, MAX_ROWS),
        // Weeks begin on Mondays: 1970-01-01 was a Thursday.
        ("week", |day| (day + 3).div_euclid(7) * 7 - 3, 7, 10, MAX_ROWS),
        ("month", |day| day - civil(day)[2] + 1, 31, 7, MAX_MONTHS),
        ("year", |day| (day - 366..=day).rfind(|first| civil(*first)[1..] == [1, 1]).unwrap_or(day), 366, 4, MAX_ROWS),
    ];
    for (unit, first_day, next, length, max) in units {
        let mut groups: BTreeMap<i64, CallGroup> = BTreeMap::new();
        for (day, group) in days {
            groups.entry(first_day(*day)).or_default().merge(group);
        }
        let (Some((&first, _)), Some((&last, _))) = (groups.first_key_value(), groups.last_key_value()) else { break };
        let all = std::iter::successors(Some(first), |day| Some(first_day(day + next)).filter(|day| *day <= last));
        let all: Vec<i64> = all.take(max + 1).collect();
        if all.len() <= max || unit == "year" {
            let name = |day: i64| day_name(day)[..length].to_owned();
            let title = |day: i64| name(day) + if unit == "week" { " (week)" } else { "" };
            let shown: Vec<_> = groups.iter().skip(groups.len().saturating_sub(max)).collect();
            let of_time = match all.len() <= max {
                true => all.iter().map(|day| (name(*day), groups.get(day).map_or(0, |group| group.calls))).collect(),
                false => shown.iter().map(|(day, group)| (name(**day), group.calls)).collect(),
            };
            return (unit, shown.into_iter().map(|(day, group)| row(title(*day), group)).collect(), of_time);
        }
    }
    ("day", Vec::new(), Vec::new())
}

pub(super) fn findings(figures: &Figures) -> PageTable {
    let mut all: Vec<(&String, &u64)> = figures.findings.iter().collect();
    all.sort_by_key(|(rule, number)| (std::cmp::Reverse(**number), (*rule).clone()));
    let rows = all.into_iter().map(|(rule, number)| {
        let summary = crate::rules::find(rule).map_or("", |rule| rule.info.summary);
        PageRow { name: rule.clone(), number: *number, others: vec![summary.to_owned()] }
    });
    PageTable::of_rows("findings", vec!["", "count", DESCRIPTION], rows.collect())
        .with_note(Some("run `callcheck check` to list the findings".to_owned()))
}
