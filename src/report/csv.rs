//! CSV (RFC 4180), one line per group.

use super::By;
use crate::hubspot::AccountConfig;
use crate::stats::{CallGroup, Figures, csv_field, day_name};

/// Groups in the order of their keys. Times are in milliseconds.
pub fn csv(figures: &Figures, by: By, account: &AccountConfig) -> String {
    let calls = &figures.calls;
    let entry = |(key, group): (&String, &CallGroup)| (key.clone(), *group);
    let (name, mut groups): (&str, Vec<(String, CallGroup)>) = match by {
        By::Owner => ("owner", calls.owners.iter().map(entry).collect()),
        By::Day => {
            let mut days: Vec<_> = calls.days.iter().map(|(day, group)| (day_name(*day), *group)).collect();
            // Calls without a day are not in a group: they are the rest of all calls.
            let mut undated = calls.all;
            for (_, day) in &days {
                undated.calls -= day.calls;
                undated.rated -= day.rated;
                undated.connected -= day.connected;
                undated.talk = undated.talk.saturating_sub(day.talk);
            }
            if undated.calls > 0 {
                days.push((String::new(), undated));
            }
            ("day", days)
        }
        By::Direction => ("direction", calls.directions.iter().map(entry).collect()),
        By::Outcome => ("outcome", calls.outcomes.iter().map(entry).collect()),
        By::Status => ("status", calls.statuses.iter().map(entry).collect()),
    };
    groups.sort_by(|one, other| one.0.cmp(&other.0));
    let mut out = String::from(name);
    if by == By::Owner {
        out.push_str(",name");
    }
    out.push_str(",calls,with_outcome,connected,talk_ms\r\n");
    for (key, CallGroup { calls, rated, connected, talk }) in groups {
        out.push_str(&csv_field(&key));
        if by == By::Owner {
            out.push(',');
            out.push_str(&csv_field(account.owners.get(&key).map_or("", String::as_str)));
        }
        out.push_str(&format!(",{calls},{rated},{connected},{talk}\r\n"));
    }
    out
}
