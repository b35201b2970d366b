//! RFC 4180: a line a group.

use super::By;
use crate::hubspot::AccountConfig;
use crate::stats::{Figures, Group, csv_field, day_name};

/// The groups, as CSV with a header. Times are in milliseconds.
pub fn csv(figures: &Figures, by: By, portal: &AccountConfig) -> String {
    let calls = &figures.calls;
    let own = |(key, group): (&String, &Group)| (key.clone(), *group);
    let (name, mut groups): (&str, Vec<(String, Group)>) = match by {
        By::Owner => ("owner", calls.owners.iter().map(own).collect()),
        By::Day => {
            let mut days: Vec<_> = calls.days.iter().map(|(day, group)| (day_name(*day), *group)).collect();
            // What has no day is what the days do not have.
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
        By::Direction => ("direction", calls.directions.iter().map(own).collect()),
        By::Outcome => ("outcome", calls.outcomes.iter().map(own).collect()),
        By::Status => ("status", calls.statuses.iter().map(own).collect()),
    };
    groups.sort_by(|one, other| one.0.cmp(&other.0));
    let mut out = String::from(name);
    if by == By::Owner {
        out.push_str(",name");
    }
    out.push_str(",calls,with_outcome,connected,talk_ms\r\n");
    for (key, Group { calls, rated, connected, talk }) in groups {
        out.push_str(&csv_field(&key));
        if by == By::Owner {
            out.push(',');
            out.push_str(&csv_field(portal.owners.get(&key).map_or("", String::as_str)));
        }
        out.push_str(&format!(",{calls},{rated},{connected},{talk}\r\n"));
    }
    out
}
