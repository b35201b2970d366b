//! Results, one by one.

use super::{Adds, Durations, MOST, Table, UNSET, add, bound};
use crate::hubspot::{Field, Ids, Record, TimeFormat, names};
use crate::rfc3339;
use crate::text::{shorten, visible};

/// Calls that have something in common.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Group {
    /// How many.
    pub calls: u64,
    /// Those with an outcome that HubSpot defines, or that `callcheck.toml` names.
    pub rated: u64,
    /// Those of them whose outcome is "Connected".
    pub connected: u64,
    /// What their durations add up to, in milliseconds.
    pub talk: u64,
}

impl Group {
    /// Adds others.
    #[inline]
    pub fn merge(&mut self, other: &Group) {
        self.calls += other.calls;
        self.rated += other.rated;
        self.connected += other.connected;
        self.talk = self.talk.saturating_add(other.talk);
    }
}

impl Adds for Group {
    #[inline]
    fn add(&mut self, more: &Group) {
        self.merge(more);
    }
}

/// How many calls have what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Coverage {
    pub recording: u64,
    pub transcript: u64,
    pub body: u64,
    pub disposition: u64,
    pub owner: u64,
}

/// Results.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calls {
    /// All of them.
    pub all: Group,
    /// Those that are archived.
    pub archived: u64,
    /// Results that are other objects than calls, by their URL or their properties: they are not among the calls.
    pub other_objects: u64,
    /// Results without an id, which are not among the calls either.
    pub nothings: u64,
    /// The earliest and the latest `hs_timestamp`, in milliseconds since 1970.
    pub from: Option<i64>,
    /// As [`Calls::from`].
    pub to: Option<i64>,
    /// Those without a time that can be read.
    pub undated: u64,
    /// By day of `hs_timestamp` in UTC, in days since 1970.
    pub days: Table<i64, Group>,
    /// By hour of the day in UTC.
    pub hours: [u64; 24],
    /// By `hs_call_direction`.
    pub directions: Table<String, Group>,
    /// By `hs_call_disposition`: its label where that is known, otherwise its GUID.
    pub outcomes: Table<String, Group>,
    /// By `hs_call_status`.
    pub statuses: Table<String, Group>,
    /// By `hubspot_owner_id`.
    pub owners: Table<String, Group>,
    /// How long they took.
    pub durations: Durations,
    /// How many have what.
    pub coverage: Coverage,
    /// The properties that were there, and whether any call has a value for it.
    pub properties: Table<String, bool>,
    pub(crate) quick: Quick,
    /// A line of CSV for each call, where that is asked for; in the order of the input.
    pub rows: String,
}

/// Groups by what HubSpot knows and by numbers: counting them needs no texts. [`Calls::settle`] puts them where they belong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Quick {
    directions: [Group; names::DIRECTIONS.len()],
    outcomes: [Group; names::DISPOSITIONS.len()],
    statuses: [Group; names::CALL_STATUSES.len()],
    owners: Table<u64, Group>,
}

/// What stands for an outcome that is no GUID.
const NO_GUID: &str = "(no GUID)";

/// A value that looks like a code; what does not may be anything that somebody has written.
fn code(value: &str) -> &str {
    let is_code =
        value.len() <= 40 && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    // A number that is no owner may be one to call.
    let is_number = value.len() > 9 && value.bytes().all(|byte| byte.is_ascii_digit());
    if is_code && !is_number { value } else { "(no code)" }
}

/// The names of the columns of [`Calls::rows`].
pub const COLUMNS: &str = "id,timestamp,direction,status,outcome,duration_ms,owner,created_at,updated_at,archived\r\n";

/// A field of CSV (RFC 4180), in quotes where it needs them. What a spreadsheet would take for a formula gets an apostrophe before it.
pub fn csv_field(text: &str) -> String {
    let text = visible(text);
    let is_formula = text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) && text.parse::<i64>().is_err();
    let text = if is_formula { format!("'{text}") } else { text.into_owned() };
    if text.contains(['"', ',', ';', '\t', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// The label of the outcome that counts as connected.
const CONNECTED: &str = "Connected";

/// The label of an outcome, if it is one of HubSpot's own or named in `callcheck.toml`.
fn named<'r>(outcome: &str, record: &Record<'r>) -> Option<&'r str> {
    match names::disposition(outcome) {
        names::Disposition::Default(label) => Some(label),
        _ => record.portal.dispositions.get(&outcome.to_ascii_lowercase()).map(String::as_str),
    }
}

/// Whether a result is another object than a call.
#[inline]
fn is_other(record: &Record<'_>) -> bool {
    record.url(|url| url.kind != names::CALLS) == Some(true) || (record.fields.has(Field::Foreign) && !record.is_call())
}

/// A day in milliseconds.
const DAY: i64 = 86_400_000;

impl Calls {
    /// Adds a result. Its properties are added by [`Calls::property`]; [`Calls::settle`] must follow the last one.
    pub fn add(&mut self, record: &Record<'_>) {
        if !record.fields.has(Field::Id) {
            self.nothings += 1;
            return;
        }
        if is_other(record) {
            self.other_objects += 1;
            return;
        }
        let text = |field| record.set(field).map(|text| text.value());
        let (rated, is_connected, other_outcome) = match record.outcome {
            Some(place) => (true, names::DISPOSITIONS[place].1 == CONNECTED, None),
            None => match text(Field::Disposition) {
                None => (false, false, None),
                Some(outcome) => match named(&outcome, record) {
                    Some(label) => (true, label == CONNECTED, Some(label.to_owned())),
                    None if names::is_guid(&outcome) => (false, false, Some(outcome.to_ascii_lowercase())),
                    // What is no GUID may be anything that somebody has written.
                    None => (false, false, Some(NO_GUID.to_owned())),
                },
            },
        };
        let call = Group {
            calls: 1,
            rated: u64::from(rated),
            connected: u64::from(is_connected),
            talk: record.duration.unwrap_or(0),
        };
        self.all.merge(&call);
        self.archived += u64::from(record.boolean(Field::Archived) == Some(true));
        match record.time {
            None => self.undated += 1,
            Some(time) => {
                self.from = Some(self.from.map_or(time, |from| from.min(time)));
                self.to = Some(self.to.map_or(time, |to| to.max(time)));
                self.days.entry(time.div_euclid(DAY)).or_default().merge(&call);
                self.hours[(time.rem_euclid(DAY) / 3_600_000) as usize] += 1;
            }
        }
        let count = |map: &mut Table<String, Group>, key: Option<&str>| {
            add(map, &shorten(key.unwrap_or(UNSET), 60), &call);
        };
        let raw = |field| record.string(field).map_or(&b""[..], |text| text.raw);
        match record.outcome {
            Some(place) => self.quick.outcomes[place].add(&call),
            None => count(&mut self.outcomes, other_outcome.as_deref()),
        }
        match names::direction(raw(Field::Direction)) {
            Some(place) => self.quick.directions[place].add(&call),
            None => count(&mut self.directions, text(Field::Direction).as_deref().map(code)),
        }
        match record.status {
            Some(place) => self.quick.statuses[place].add(&call),
            None => count(&mut self.statuses, text(Field::CallStatus).as_deref().map(code)),
        }
        let owner = raw(Field::Owner);
        match Ids::number(owner) {
            Some(id) if self.quick.owners.len() < MOST => self.quick.owners.entry(id).or_default().add(&call),
            _ => count(&mut self.owners, text(Field::Owner).as_deref().map(code)),
        }
        self.durations.add(record.duration);
        let has = |field| u64::from(record.set(field).is_some());
        let Coverage { recording, transcript, body, disposition, owner: owned } = &mut self.coverage;
        *recording += has(Field::RecordingUrl);
        *transcript += u64::from(record.string(Field::HasTranscript).is_some_and(|text| text.is("true")));
        *body += has(Field::Body);
        *disposition += has(Field::Disposition);
        *owned += u64::from(!owner.is_empty());
    }

    /// Adds a line for a result to [`Calls::rows`]. What people have written is not in it.
    pub fn row(&mut self, record: &Record<'_>) {
        if !record.fields.has(Field::Id) || is_other(record) {
            return;
        }
        let cells = [
            Field::Id,
            Field::Timestamp,
            Field::Direction,
            Field::CallStatus,
            Field::Disposition,
            Field::Duration,
            Field::Owner,
            Field::CreatedAt,
            Field::UpdatedAt,
        ];
        for field in cells {
            let value = record.string(field).map(|text| text.value()).unwrap_or_default();
            let shown: String = match field {
                _ if value.is_empty() => String::new(),
                Field::Disposition => match named(&value, record) {
                    Some(label) => label.to_owned(),
                    None if names::is_guid(&value) => value.to_ascii_lowercase(),
                    None => NO_GUID.to_owned(),
                },
                // As a date-time in UTC, if it is a time.
                Field::Timestamp => match record.timestamp {
                    TimeFormat::Milliseconds => value.parse().map_or_else(|_| String::new(), rfc3339::utc),
                    TimeFormat::DateTime => rfc3339::instant(&value).map(rfc3339::utc).unwrap_or_default(),
                    _ => String::new(),
                },
                Field::Direction | Field::CallStatus | Field::Owner => {
                    let is_known = Ids::number(value.as_bytes()).is_some() && field == Field::Owner;
                    if is_known { value.into_owned() } else { code(&value).to_owned() }
                }
                Field::Duration => record.duration.map(|duration| duration.to_string()).unwrap_or_default(),
                _ => shorten(&value, 60).into_owned(),
            };
            self.rows.push_str(&csv_field(&shown));
            self.rows.push(',');
        }
        self.rows.push_str(if record.boolean(Field::Archived) == Some(true) { "true\r\n" } else { "false\r\n" });
    }

    /// Puts what was counted quickly where it belongs.
    pub fn settle(&mut self) {
        let Quick { directions, outcomes, statuses, owners } = std::mem::take(&mut self.quick);
        let add = |map: &mut Table<String, Group>, key: &str, group: &Group| {
            if group.calls > 0 {
                add(map, key, group);
            }
        };
        let named = names::DIRECTIONS.iter().zip(&directions);
        named.for_each(|(name, group)| add(&mut self.directions, name, group));
        let named = names::DISPOSITIONS.iter().zip(&outcomes);
        named.for_each(|((_, name), group)| add(&mut self.outcomes, name, group));
        let named = names::CALL_STATUSES.iter().zip(&statuses);
        named.for_each(|(name, group)| add(&mut self.statuses, name, group));
        owners.iter().for_each(|(id, group)| add(&mut self.owners, &id.to_string(), group));
        self.bound();
    }

    fn bound(&mut self) {
        [&mut self.directions, &mut self.outcomes, &mut self.statuses, &mut self.owners].into_iter().for_each(bound);
        bound(&mut self.properties);
    }

    /// Adds a property that a result has, and whether there is a value for it.
    pub fn property(&mut self, name: &str, has_value: bool) {
        let name = shorten(name, 60);
        add(&mut self.properties, &name, &has_value);
    }

    /// Adds others.
    pub fn merge(&mut self, other: &Calls) {
        self.all.merge(&other.all);
        self.archived += other.archived;
        self.other_objects += other.other_objects;
        self.nothings += other.nothings;
        self.undated += other.undated;
        self.from = [self.from, other.from].into_iter().flatten().min();
        self.to = [self.to, other.to].into_iter().flatten().max();
        for (day, group) in &other.days {
            self.days.entry(*day).or_default().merge(group);
        }
        self.hours.iter_mut().zip(other.hours).for_each(|(to, from)| *to += from);
        let maps = [
            (&mut self.directions, &other.directions),
            (&mut self.outcomes, &other.outcomes),
            (&mut self.statuses, &other.statuses),
            (&mut self.owners, &other.owners),
        ];
        for (to, from) in maps {
            for (key, group) in from {
                add(to, key, group);
            }
        }
        self.durations.merge(&other.durations);
        self.rows.push_str(&other.rows);
        let (to, from) = (&mut self.coverage, &other.coverage);
        to.recording += from.recording;
        to.transcript += from.transcript;
        to.body += from.body;
        to.disposition += from.disposition;
        to.owner += from.owner;
        for (name, has_value) in &other.properties {
            add(&mut self.properties, name, has_value);
        }
        self.bound();
    }

    /// The properties that were there and that no call has a value for, in their order.
    pub fn always_null(&self) -> Vec<&str> {
        let without = self.properties.iter().filter(|(_, has_value)| !**has_value);
        let mut names: Vec<&str> = without.map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names
    }
}
