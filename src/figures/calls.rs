//! Results, one by one.

use super::{Durations, Table, UNSET, place};
use crate::domain::{Field, Form, Record, names};
use crate::text::shorten;

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
    pub fn merge(&mut self, other: &Group) {
        self.calls += other.calls;
        self.rated += other.rated;
        self.connected += other.connected;
        self.talk = self.talk.saturating_add(other.talk);
    }
}

/// How many calls have what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of properties")]
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
}

/// A day in milliseconds.
const DAY: i64 = 86_400_000;

impl Calls {
    /// Adds a result. Its properties are added by [`Calls::property`].
    pub fn add(&mut self, record: &Record<'_>) {
        let text = |field| record.set(field).map(|text| text.value());
        let known = record.string(Field::Disposition).and_then(|text| names::default_disposition(text.raw));
        let (rated, outcome) = match text(Field::Disposition).filter(|_| known.is_none()) {
            None => (known.is_some(), known.map(Into::into)),
            Some(outcome) => match names::disposition(&outcome) {
                names::Disposition::Default(label) => (true, Some(label.to_owned().into())),
                _ => match record.portal.dispositions.get(&outcome.to_ascii_lowercase()) {
                    Some(label) => (true, Some(label.clone().into())),
                    None => (false, Some(outcome)),
                },
            },
        };
        let call = Group {
            calls: 1,
            rated: u64::from(rated),
            connected: u64::from(rated && outcome.as_deref() == Some("Connected")),
            talk: record.duration.unwrap_or(0),
        };
        self.all.merge(&call);
        self.archived += u64::from(record.boolean(Field::Archived) == Some(true));
        let time = match record.timestamp {
            Form::DateTime => record.string(Field::Timestamp).and_then(|text| text.instant()),
            Form::Milliseconds => text(Field::Timestamp).and_then(|text| text.parse().ok()),
            _ => None,
        };
        match time {
            None => self.undated += 1,
            Some(time) => {
                self.from = Some(self.from.map_or(time, |from| from.min(time)));
                self.to = Some(self.to.map_or(time, |to| to.max(time)));
                self.days.entry(time.div_euclid(DAY)).or_default().merge(&call);
                self.hours[(time.rem_euclid(DAY) / 3_600_000) as usize] += 1;
            }
        }
        let count = |map: &mut Table<String, Group>, key: Option<&str>| {
            let key = shorten(key.unwrap_or(UNSET), 60);
            place(map, &key).merge(&call);
        };
        count(&mut self.directions, text(Field::Direction).as_deref());
        count(&mut self.outcomes, outcome.as_deref());
        count(&mut self.statuses, text(Field::CallStatus).as_deref());
        let owner = text(Field::Owner);
        count(&mut self.owners, owner.as_deref());
        self.durations.add(record.duration);
        let has = |field| u64::from(record.set(field).is_some());
        let Coverage { recording, transcript, body, disposition, owner: owned } = &mut self.coverage;
        *recording += has(Field::RecordingUrl);
        *transcript += u64::from(record.string(Field::HasTranscript).is_some_and(|text| text.is("true")));
        *body += has(Field::Body);
        *disposition += has(Field::Disposition);
        *owned += u64::from(owner.is_some());
    }

    /// Adds a property that a result has, and whether there is a value for it.
    pub fn property(&mut self, name: &str, has_value: bool) {
        let name = shorten(name, 60);
        *place(&mut self.properties, &name) |= has_value;
    }

    /// Adds others.
    pub fn merge(&mut self, other: &Calls) {
        self.all.merge(&other.all);
        self.archived += other.archived;
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
                place(to, key).merge(group);
            }
        }
        self.durations.merge(&other.durations);
        let (to, from) = (&mut self.coverage, &other.coverage);
        to.recording += from.recording;
        to.transcript += from.transcript;
        to.body += from.body;
        to.disposition += from.disposition;
        to.owner += from.owner;
        for (name, has_value) in &other.properties {
            *place(&mut self.properties, name) |= has_value;
        }
    }

    /// The properties that were there and that no call has a value for, in their order.
    pub fn always_null(&self) -> Vec<&str> {
        let without = self.properties.iter().filter(|(_, has_value)| !**has_value);
        let mut names: Vec<&str> = without.map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names
    }
}
