//! Statistics on the calls in responses.

use serde::{Deserialize, Serialize};

use super::{Aggregate, Durations, MAX_KEYS, Table, UNSET, add, json, limit_keys};
use crate::hubspot::{Field, Ids, ObjectType, Record, TimeFormat, names};
use crate::rfc3339;
use crate::text::{shorten, visible};

/// Totals of calls that share a property value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(expecting = "an object")]
pub struct CallGroup {
    pub calls: u64,
    /// Calls with an outcome that HubSpot or `callcheck.toml` defines.
    #[serde(rename = "with_outcome")]
    pub rated: u64,
    /// Calls with the outcome "Connected".
    pub connected: u64,
    /// Total duration in milliseconds.
    #[serde(rename = "talk_ms")]
    pub talk: u64,
}

impl CallGroup {
    #[inline]
    pub fn merge(&mut self, other: &CallGroup) {
        self.calls += other.calls;
        self.rated += other.rated;
        self.connected += other.connected;
        self.talk = self.talk.saturating_add(other.talk);
    }
}

impl Aggregate for CallGroup {
    #[inline]
    fn add(&mut self, more: &CallGroup) {
        self.merge(more);
    }
}

/// Number of calls that have a value for a property.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(expecting = "an object")]
pub struct Coverage {
    pub recording: u64,
    pub transcript: u64,
    pub body: u64,
    pub disposition: u64,
    pub owner: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(expecting = "an object")]
pub struct Calls {
    /// By day of `hs_timestamp` in UTC, in days since 1970.
    #[serde(with = "json::days")]
    pub days: Table<i64, CallGroup>,
    /// Number of calls by hour of the day in UTC.
    #[serde(deserialize_with = "json::hours")]
    pub hours: [u64; 24],
    pub durations: Durations,
    pub coverage: Coverage,
    /// Property names, and true if at least one call has a value.
    #[serde(with = "json::table")]
    pub properties: Table<String, bool>,
    pub all: CallGroup,
    pub archived: u64,
    /// Results that are other objects. They are not part of `all`.
    pub other_objects: u64,
    /// Results that cannot be identified. They are not part of `all`.
    #[serde(default)]
    pub unidentified: u64,
    /// Results without an id. They are not part of `all`.
    pub without_id: u64,
    /// The earliest `hs_timestamp`, in milliseconds since 1970.
    #[serde(with = "json::instant")]
    pub from: Option<i64>,
    /// The latest `hs_timestamp`, in milliseconds since 1970.
    #[serde(with = "json::instant")]
    pub to: Option<i64>,
    /// Calls without a valid `hs_timestamp`.
    pub undated: u64,
    #[serde(with = "json::table")]
    pub directions: Table<String, CallGroup>,
    /// By label if it is known, otherwise by GUID.
    #[serde(with = "json::table")]
    pub outcomes: Table<String, CallGroup>,
    #[serde(with = "json::table")]
    pub statuses: Table<String, CallGroup>,
    #[serde(with = "json::table")]
    pub owners: Table<String, CallGroup>,
    #[serde(skip)]
    pub(crate) quick: IndexedGroups,
    /// CSV lines of the calls if they were requested, in input order.
    #[serde(skip)]
    pub rows: String,
}

/// Groups by index into the tables of [`names`] and by numeric owner id. Most calls need no string for them.
/// [`Calls::settle`] moves them to the tables by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct IndexedGroups {
    directions: [CallGroup; names::DIRECTIONS.len()],
    outcomes: [CallGroup; names::DISPOSITIONS.len()],
    statuses: [CallGroup; names::CALL_STATUSES.len()],
    owners: Table<u64, CallGroup>,
}

/// Key of outcomes that are not GUIDs. They may be free text, which can contain private data.
const NO_GUID: &str = "(no GUID)";

/// Returns the value if it looks like a code. Any other value may be free text, which can contain private data.
fn code(value: &str) -> &str {
    let is_code =
        value.len() <= 40 && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    // A long number may be a phone number.
    let is_number = value.len() > 9 && value.bytes().all(|byte| byte.is_ascii_digit());
    if is_code && !is_number { value } else { "(no code)" }
}

/// Header line of [`Calls::rows`].
pub(crate) const COLUMNS: &str =
    "id,timestamp,direction,status,outcome,duration_ms,owner,created_at,updated_at,archived\r\n";

/// Formats a CSV field (RFC 4180), quoted if necessary. An apostrophe before a formula prevents spreadsheets from
/// evaluating it.
pub(crate) fn csv_field(text: &str) -> String {
    let text = visible(text);
    let is_formula = text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) && text.parse::<i64>().is_err();
    let text = if is_formula { format!("'{text}") } else { text.into_owned() };
    if text.contains(['"', ',', ';', '\t', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

const CONNECTED: &str = "Connected";

/// Label of an outcome that HubSpot or `callcheck.toml` defines.
fn outcome_label<'r>(outcome: &str, record: &Record<'r>) -> Option<&'r str> {
    match names::disposition(outcome) {
        names::Disposition::Default(label) => Some(label),
        _ => record.portal.dispositions.get(&outcome.to_ascii_lowercase()).map(String::as_str),
    }
}

const MILLISECONDS_PER_DAY: i64 = 86_400_000;

impl Calls {
    /// Adds a result without its property names, see [`Calls::property`]. Call [`Calls::settle`] after the last result.
    pub fn add(&mut self, record: &Record<'_>) {
        if !record.fields.has(Field::Id) {
            self.without_id += 1;
            return;
        }
        match record.object().map(|object| object.kind) {
            Some(ObjectType::CALLS) => {}
            Some(_) => {
                self.other_objects += 1;
                return;
            }
            None => {
                self.unidentified += 1;
                return;
            }
        }
        let text = |field| record.set(field).map(|text| text.value());
        let (rated, is_connected, other_outcome) = match record.outcome {
            Some(index) => (true, names::DISPOSITIONS[index].1 == CONNECTED, None),
            None => match text(Field::Disposition) {
                None => (false, false, None),
                Some(outcome) => match outcome_label(&outcome, record) {
                    Some(label) => (true, label == CONNECTED, Some(label.to_owned())),
                    None if names::is_guid(&outcome) => (false, false, Some(outcome.to_ascii_lowercase())),
                    None => (false, false, Some(NO_GUID.to_owned())),
                },
            },
        };
        let call = CallGroup {
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
                self.days.entry(time.div_euclid(MILLISECONDS_PER_DAY)).or_default().merge(&call);
                self.hours[(time.rem_euclid(MILLISECONDS_PER_DAY) / 3_600_000) as usize] += 1;
            }
        }
        let count = |map: &mut Table<String, CallGroup>, key: Option<&str>| {
            add(map, &shorten(key.unwrap_or(UNSET), 60), &call);
        };
        let raw = |field| record.string(field).map_or(&b""[..], |text| text.raw);
        match record.outcome {
            Some(index) => self.quick.outcomes[index].add(&call),
            None => count(&mut self.outcomes, other_outcome.as_deref()),
        }
        match names::direction(raw(Field::Direction)) {
            Some(index) => self.quick.directions[index].add(&call),
            None => count(&mut self.directions, text(Field::Direction).as_deref().map(code)),
        }
        match record.status {
            Some(index) => self.quick.statuses[index].add(&call),
            None => count(&mut self.statuses, text(Field::CallStatus).as_deref().map(code)),
        }
        let owner = raw(Field::Owner);
        match Ids::number(owner) {
            Some(id) if self.quick.owners.len() < MAX_KEYS => self.quick.owners.entry(id).or_default().add(&call),
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

    /// Appends a line for a result to [`Calls::rows`]. The line has no free text.
    pub fn row(&mut self, record: &Record<'_>) {
        let is_call = record.object().is_some_and(|object| object.kind == ObjectType::CALLS);
        if !record.fields.has(Field::Id) || !is_call {
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
                Field::Disposition => match outcome_label(&value, record) {
                    Some(label) => label.to_owned(),
                    None if names::is_guid(&value) => value.to_ascii_lowercase(),
                    None => NO_GUID.to_owned(),
                },
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

    /// Moves the indexed groups to the tables by name.
    pub fn settle(&mut self) {
        let IndexedGroups { directions, outcomes, statuses, owners } = std::mem::take(&mut self.quick);
        let add = |map: &mut Table<String, CallGroup>, key: &str, group: &CallGroup| {
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
        self.limit_keys();
    }

    fn limit_keys(&mut self) {
        [&mut self.directions, &mut self.outcomes, &mut self.statuses, &mut self.owners]
            .into_iter()
            .for_each(limit_keys);
        limit_keys(&mut self.properties);
    }

    pub fn property(&mut self, name: &str, has_value: bool) {
        let name = shorten(name, 60);
        add(&mut self.properties, &name, &has_value);
    }

    pub fn merge(&mut self, other: &Calls) {
        self.all.merge(&other.all);
        self.archived += other.archived;
        self.other_objects += other.other_objects;
        self.unidentified += other.unidentified;
        self.without_id += other.without_id;
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
        self.limit_keys();
    }

    /// Sorted names of properties without a value in any call.
    pub fn always_null(&self) -> Vec<&str> {
        let without = self.properties.iter().filter(|(_, has_value)| !**has_value);
        let mut names: Vec<&str> = without.map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names
    }
}
