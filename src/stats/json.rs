//! Figures as JSON, and back: what `--output-format json` prints is what `--merge` reads.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::batches::DurationStats;
use super::calls::Coverage;
use super::{Batches, Calls, Durations, Failure, Figures, Group, Responses, Table};
use crate::rfc3339;

/// The JSON Schema of it.
pub const SCHEMA: &str = include_str!("../../schema/summary.schema.json");

/// Changes where the meaning of a member changes.
const VERSION: u64 = 1;

/// A day in milliseconds.
const DAY: i64 = 86_400_000;

impl Figures {
    /// As JSON. What can be told from other members (rates, quantiles) is there for readers.
    pub fn to_json(&self) -> Value {
        let Figures { answers, others, unreadable, batches, calls, findings, known: _ } = self;
        json!({
            "version": VERSION,
            "documents": {"valid": answers.valid, "invalid": answers.invalid, "others": others, "unreadable": unreadable},
            "batches": batches_to(batches),
            "calls": calls_to(calls),
            "findings": findings,
        })
    }
}

fn instant(milliseconds: Option<i64>) -> Value {
    milliseconds.map_or(Value::Null, |time| rfc3339::utc(time).into())
}

fn took_to(took: &DurationStats) -> Value {
    json!({"count": took.count, "total_ms": took.total, "max_ms": took.longest})
}

fn batches_to(batches: &Batches) -> Value {
    let failures = batches.failures.iter().map(|((category, message), failure)| {
        json!({
            "category": category,
            "message": message,
            "inputs": failure.inputs,
            "ids": failure.ids,
            "existing_ids": failure.existing,
            "problems": failure.problems,
            "advice": crate::hubspot::classify::advice(category),
        })
    });
    json!({
        "count": batches.count,
        "partial": batches.partial,
        "results": batches.results,
        "failed": batches.failed,
        "statuses": batches.statuses,
        "operations": batches.operations,
        "portals": batches.portals,
        "objects": batches.objects,
        "started_at": instant(batches.from),
        "completed_at": instant(batches.to),
        "queue_time": took_to(&batches.waited),
        "run_time": took_to(&batches.ran),
        "failures": failures.collect::<Vec<_>>(),
        "other_failures": batches.other_failures,
    })
}

fn group_to(group: &Group) -> Value {
    json!({"calls": group.calls, "with_outcome": group.rated, "connected": group.connected, "talk_ms": group.talk})
}

fn groups_to(groups: &Table<String, Group>) -> Value {
    groups.iter().map(|(key, group)| (key.clone(), group_to(group))).collect::<Map<_, _>>().into()
}

fn calls_to(calls: &Calls) -> Value {
    let Durations { count, zero, unset, total, longest, .. } = &calls.durations;
    let days = calls.days.iter().map(|(day, group)| (day_name(*day), group_to(group)));
    let buckets = calls.durations.buckets().map(|(bucket, number)| (bucket.to_string(), Value::from(number)));
    let Coverage { recording, transcript, body, disposition, owner } = calls.coverage;
    json!({
        "all": group_to(&calls.all),
        "connect_rate": rate(&calls.all),
        "archived": calls.archived,
        "other_objects": calls.other_objects,
        "without_id": calls.nothings,
        "from": instant(calls.from),
        "to": instant(calls.to),
        "undated": calls.undated,
        "days": days.collect::<Map<_, _>>(),
        "hours": calls.hours,
        "directions": groups_to(&calls.directions),
        "outcomes": groups_to(&calls.outcomes),
        "statuses": groups_to(&calls.statuses),
        "owners": groups_to(&calls.owners),
        "durations": {
            "count": count,
            "zero": zero,
            "unset": unset,
            "total_ms": total,
            "mean_ms": calls.durations.mean(),
            "median_ms": calls.durations.quantile(50),
            "p95_ms": calls.durations.quantile(95),
            "max_ms": longest,
            "buckets": buckets.collect::<Map<_, _>>(),
        },
        "coverage": {
            "recording": recording,
            "transcript": transcript,
            "body": body,
            "disposition": disposition,
            "owner": owner,
        },
        "properties": calls.properties.iter().map(|(name, has)| (name.clone(), Value::from(*has))).collect::<Map<_, _>>(),
        "always_null": calls.always_null(),
    })
}

/// Connected calls among those whose outcome is known: a fraction, rounded to four digits.
pub fn rate(group: &Group) -> Option<f64> {
    (group.rated > 0).then(|| (group.connected as f64 * 10_000.0 / group.rated as f64).round() / 10_000.0)
}

/// The name of a day: `2026-01-05`.
pub fn day_name(day: i64) -> String {
    let [year, month, date] = rfc3339::civil(day);
    format!("{year:04}-{month:02}-{date:02}")
}

/// Reads what [`Figures::to_json`] has written.
///
/// # Errors
/// When it is something else, in words.
pub fn read(text: &[u8]) -> Result<Figures, String> {
    let value: Value = serde_json::from_slice(text).map_err(|error| format!("invalid JSON: {error}"))?;
    let version = value.get("version").filter(|version| value.get("calls").is_some() && **version != VERSION);
    if let Some(version) = version {
        return Err(format!("unsupported summary version {version}, expected version {VERSION}"));
    }
    if value.get("version").is_none() || value.get("calls").is_none() {
        return Err("not a JSON summary; create one with `callcheck summary --output-format json`".into());
    }
    let reader = Reader { value: &value, pointer: String::new() };
    let documents = reader.inner("documents")?;
    Ok(Figures {
        answers: Responses { valid: documents.number("valid")?, invalid: documents.number("invalid")? },
        others: documents.inner("others")?.numbers()?,
        unreadable: documents.number("unreadable")?,
        batches: batches_of(&reader.inner("batches")?)?,
        calls: calls_of(&reader.inner("calls")?)?,
        findings: reader.inner("findings")?.numbers()?,
        known: 0,
    })
}

/// A value and where it stands, for the words if something is wrong with it.
struct Reader<'v> {
    value: &'v Value,
    pointer: String,
}

impl<'v> Reader<'v> {
    fn wrong<T>(&self, wanted: &str) -> Result<T, String> {
        Err(format!("invalid JSON summary: {} must be {wanted}", self.pointer))
    }

    fn inner(&self, name: &str) -> Result<Reader<'v>, String> {
        let pointer = format!("{}/{name}", self.pointer);
        match self.value.get(name) {
            Some(value) => Ok(Reader { value, pointer }),
            None => Err(format!("invalid JSON summary: {pointer} is missing")),
        }
    }

    fn as_number(&self) -> Result<u64, String> {
        self.value.as_u64().map_or_else(|| self.wrong("a non-negative integer"), Ok)
    }

    fn number(&self, name: &str) -> Result<u64, String> {
        self.inner(name)?.as_number()
    }

    fn members(&self) -> Result<impl Iterator<Item = (&'v String, Reader<'v>)> + use<'v>, String> {
        let Some(members) = self.value.as_object() else { return self.wrong("an object") };
        let pointer = self.pointer.clone();
        Ok(members.iter().map(move |(name, value)| (name, Reader { value, pointer: format!("{pointer}/{name}") })))
    }

    fn numbers(&self) -> Result<BTreeMap<String, u64>, String> {
        self.members()?.map(|(name, value)| Ok((name.clone(), value.as_number()?))).collect()
    }

    fn list(&self, name: &str) -> Result<Vec<Reader<'v>>, String> {
        let list = self.inner(name)?;
        let Some(elements) = list.value.as_array() else { return list.wrong("an array") };
        let pointer = |number: usize| format!("{}/{number}", list.pointer);
        Ok(elements.iter().enumerate().map(|(number, value)| Reader { value, pointer: pointer(number) }).collect())
    }

    fn text(&self, name: &str) -> Result<String, String> {
        let inner = self.inner(name)?;
        inner.value.as_str().map_or_else(|| inner.wrong("a string"), |text| Ok(text.to_owned()))
    }

    fn texts<C: FromIterator<String>>(&self, name: &str) -> Result<C, String> {
        let text = |reader: Reader<'_>| {
            reader.value.as_str().map_or_else(|| reader.wrong("a string"), |text| Ok(text.to_owned()))
        };
        self.list(name)?.into_iter().map(text).collect()
    }

    fn instant(&self, name: &str) -> Result<Option<i64>, String> {
        let inner = self.inner(name)?;
        match inner.value {
            Value::Null => Ok(None),
            Value::String(text) => {
                rfc3339::instant(text).map_or_else(|| inner.wrong("a date-time"), |time| Ok(Some(time)))
            }
            _ => inner.wrong("a date-time or null"),
        }
    }

    fn took(&self, name: &str) -> Result<DurationStats, String> {
        let took = self.inner(name)?;
        Ok(DurationStats {
            count: took.number("count")?,
            total: took.number("total_ms")?,
            longest: took.number("max_ms")?,
        })
    }

    fn group(&self) -> Result<Group, String> {
        Ok(Group {
            calls: self.number("calls")?,
            rated: self.number("with_outcome")?,
            connected: self.number("connected")?,
            talk: self.number("talk_ms")?,
        })
    }

    fn groups(&self, name: &str) -> Result<Table<String, Group>, String> {
        self.inner(name)?.members()?.map(|(name, value)| Ok((name.clone(), value.group()?))).collect()
    }
}

fn batches_of(reader: &Reader<'_>) -> Result<Batches, String> {
    let mut failures = BTreeMap::new();
    for failure in reader.list("failures")? {
        let key = (failure.text("category")?, failure.text("message")?);
        let known = Failure {
            inputs: failure.number("inputs")?,
            ids: failure.texts("ids")?,
            existing: failure.texts("existing_ids")?,
            problems: failure.texts("problems")?,
        };
        failures.insert(key, known);
    }
    Ok(Batches {
        count: reader.number("count")?,
        partial: reader.number("partial")?,
        results: reader.number("results")?,
        failed: reader.number("failed")?,
        statuses: reader.inner("statuses")?.numbers()?,
        operations: reader.inner("operations")?.numbers()?,
        portals: reader.inner("portals")?.numbers()?,
        objects: reader.inner("objects")?.numbers()?,
        from: reader.instant("started_at")?,
        to: reader.instant("completed_at")?,
        waited: reader.took("queue_time")?,
        ran: reader.took("run_time")?,
        failures,
        other_failures: reader.number("other_failures")?,
    })
}

fn calls_of(reader: &Reader<'_>) -> Result<Calls, String> {
    let mut days = Table::default();
    for (day, group) in reader.inner("days")?.members()? {
        match rfc3339::instant(&format!("{day}T00:00:00Z")) {
            Some(time) => days.insert(time.div_euclid(DAY), group.group()?),
            None => return group.wrong("under a key of the form YYYY-MM-DD"),
        };
    }
    let mut hours = [0; 24];
    let given = reader.list("hours")?;
    if given.len() != hours.len() {
        return reader.inner("hours")?.wrong("an array of 24 numbers");
    }
    for (to, from) in hours.iter_mut().zip(&given) {
        *to = from.as_number()?;
    }
    let durations = durations(&reader.inner("durations")?)?;
    let coverage = reader.inner("coverage")?;
    let mut properties = Table::default();
    for (name, has_value) in reader.inner("properties")?.members()? {
        match has_value.value.as_bool() {
            Some(has) => properties.insert(name.clone(), has),
            None => return has_value.wrong("a boolean"),
        };
    }
    Ok(Calls {
        all: reader.inner("all")?.group()?,
        archived: reader.number("archived")?,
        other_objects: reader.number("other_objects")?,
        nothings: reader.number("without_id")?,
        from: reader.instant("from")?,
        to: reader.instant("to")?,
        undated: reader.number("undated")?,
        days,
        hours,
        directions: reader.groups("directions")?,
        outcomes: reader.groups("outcomes")?,
        statuses: reader.groups("statuses")?,
        owners: reader.groups("owners")?,
        durations,
        coverage: Coverage {
            recording: coverage.number("recording")?,
            transcript: coverage.number("transcript")?,
            body: coverage.number("body")?,
            disposition: coverage.number("disposition")?,
            owner: coverage.number("owner")?,
        },
        properties,
        quick: Default::default(),
        rows: String::new(),
    })
}

fn durations(reader: &Reader<'_>) -> Result<Durations, String> {
    let mut durations = Durations {
        count: reader.number("count")?,
        zero: reader.number("zero")?,
        unset: reader.number("unset")?,
        total: reader.number("total_ms")?,
        longest: reader.number("max_ms")?,
        ..Durations::default()
    };
    for (bucket, number) in reader.inner("buckets")?.members()? {
        let first = bucket.parse().ok().filter(|first| *first > 0);
        if !matches!(first, Some(first) if durations.count_bucket(first, number.as_number()?)) {
            return number.wrong("under a key that is the lower bound of a bucket");
        }
    }
    Ok(durations)
}
