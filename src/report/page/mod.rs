//! The page: facts and tables as text, without markup. It never has bodies, titles, phone numbers or recording URLs of
//! calls, because figures do not contain them.

mod tables;

pub(crate) use tables::{PageRow, PageTable};

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::finding::summary::Outcome;
use crate::hubspot::{AccountConfig, ObjectType, retry};
use crate::rfc3339::utc;
use crate::stats::{self, Figures, Operation};
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
pub struct Page {
    /// One line without a full stop.
    pub verdict: String,
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
    /// Headline figures.
    pub tiles: Vec<PageTile>,
    /// The first and the last time in the data, in milliseconds since 1970.
    pub period: Option<(i64, i64)>,
    /// `Page::of` leaves it empty.
    pub run: PageRun,
}

/// A headline figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageTile {
    /// That of the fact with the same figure, if there is one.
    pub name: &'static str,
    pub value: String,
    /// May be empty.
    pub note: String,
}

/// The run that a page is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRun {
    /// The exit code.
    pub outcome: Outcome,
    /// The closing line of `check`.
    pub line: Option<String>,
    pub sources: PageSources,
    /// Reasons why the run is incomplete: unreadable inputs, files that could not be written.
    pub problems: Vec<String>,
    /// Time at which the page was written, in milliseconds since 1970.
    pub written: Option<i64>,
}

impl Default for PageRun {
    fn default() -> Self {
        PageRun {
            outcome: Outcome::Clean,
            line: None,
            sources: PageSources::default(),
            problems: Vec::new(),
            written: None,
        }
    }
}

/// The inputs that were read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageSources {
    /// The first ones.
    pub names: Vec<Arc<str>>,
    pub total: u64,
}

impl PageSources {
    /// Records the input of a document. Documents of the same input follow each other.
    pub fn add(&mut self, name: &Arc<str>) {
        if self.names.len() < MAX_SOURCES_LISTED && self.names.last() != Some(name) {
            self.names.push(name.clone());
        }
    }
}

const MAX_FAILURES: usize = 10;
/// Names of inputs in the header of a page.
const MAX_SOURCES_LISTED: usize = 5;
/// Properties listed as always null.
const MAX_PROPERTIES_LISTED: usize = 30;
/// Different values listed in a fact.
const MAX_VALUES_LISTED: usize = 5;

impl Page {
    /// `account`: names for the owners.
    pub fn of(figures: &Figures, account: &AccountConfig) -> Page {
        Page {
            verdict: verdict(figures),
            batches: batches(figures),
            failures: failures(figures),
            calls: calls(figures),
            tables: tables::tables(figures, account),
            findings: tables::findings(figures),
            suppressed: match figures.known {
                0 => None,
                1 => Some("1 finding is suppressed by the baseline.".to_owned()),
                many => Some(format!("{} are suppressed by the baseline.", count(many, "finding"))),
            },
            tiles: tiles(figures),
            period: period(figures),
            run: PageRun::default(),
        }
    }

    /// The first line: agrees with the exit code.
    pub fn title(&self) -> &'static str {
        match self.run.outcome {
            Outcome::Failed => "Incomplete",
            Outcome::Findings => "Problems found",
            Outcome::Clean if !self.findings.rows.is_empty() => "Passed, with findings",
            Outcome::Clean if self.suppressed.is_some() => "No new problems found",
            Outcome::Clean => "No problems found",
        }
    }

    /// The lines after the title: the totals of the run, its exit code and the documents.
    pub fn totals(&self) -> Vec<String> {
        let code = self.run.outcome.exit_code();
        let line = self.run.line.iter().chain([&self.verdict]);
        line.cloned().chain([format!("Exit code {code}")]).collect()
    }
}

/// The times of the calls, otherwise those of the responses.
fn period(figures: &Figures) -> Option<(i64, i64)> {
    let (calls, batches) = (&figures.calls, &figures.batches);
    calls.from.zip(calls.to).or(batches.from.zip(batches.to))
}

fn tile(name: &'static str, number: u64, note: impl Into<String>) -> PageTile {
    PageTile { name, value: thousands(number), note: note.into() }
}

/// False if the run stopped early: the documents at which it stopped have no figures.
fn has_all_figures(figures: &Figures) -> bool {
    figures.batches.count >= figures.responses.valid + figures.responses.invalid
}

fn tiles(figures: &Figures) -> Vec<PageTile> {
    let (responses, batches) = (figures.responses, &figures.batches);
    let mut tiles = Vec::new();
    if responses.valid + responses.invalid > 0 {
        let note =
            if responses.invalid > 0 { format!("{} invalid", thousands(responses.invalid)) } else { String::new() };
        tiles.push(tile("batch responses", responses.valid + responses.invalid, note));
    }
    let others: u64 = figures.others.values().sum();
    if others > 0 {
        tiles.push(tile("other documents", others, ""));
    }
    if !has_all_figures(figures) {
        return tiles;
    }
    if batches.count > 0 {
        tiles.push(tile("results", batches.results, ""));
        tiles.push(tile("failed inputs", batches.failed, ""));
    }
    let calls = &figures.calls;
    if calls.all.calls > 0 {
        tiles.push(tile("calls", calls.all.calls, ""));
    }
    if let Some(mean) = calls.durations.mean() {
        let note = format!("avg {}", clock(mean));
        tiles.push(PageTile { name: "talk time", value: clock(calls.durations.total), note });
    }
    if calls.all.rated > 0 {
        let (connected, rated) = (calls.all.connected, calls.all.rated);
        let note = format!("{} of {}", thousands(connected), thousands(rated));
        tiles.push(PageTile { name: "connect rate", value: percent(connected, rated), note });
    }
    tiles
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
    if figures.skipped_exchanges > 0 {
        parts.push(format!("{} skipped", count(figures.skipped_exchanges, "other exchange")));
    }
    let documents = parts.join(", ");
    match (batches.failed, batches.results) {
        _ if responses == 0 || !has_all_figures(figures) => documents,
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
                let name = ObjectType::of_id(kind).and_then(ObjectType::name);
                let name = name.map_or(kind.clone(), |name| format!("{kind} {name}"));
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
            let advice = retry::of_inputs(category, message).map(|retry| retry.action.to_owned());
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
            lines.extend(advice);
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
    if calls.unidentified > 0 {
        facts.push(fact("unidentified objects", thousands(calls.unidentified)));
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
