//! `full`: for people. Findings that differ only in the record that they are about are drawn once.

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::Arc;

use super::draw::Handler;
use super::report::{Context, Report};
use super::{Reporter, Style, left_out, table};
use crate::diagnostic::Group;
use crate::finding::summary::{Statistics, Summary};
use crate::finding::{DocumentId, DocumentSummary, Finding};
use crate::input::{InputError, Location};

/// The reporter.
pub struct Full {
    style: Style,
    left: usize,
    hidden: u64,
    /// The findings of the document at hand that will be drawn, in the order of their first ones.
    groups: Vec<Drawing>,
    places: HashMap<Group, usize>,
    /// The compressed file that was named last.
    noted: Option<Arc<str>>,
}

/// One group of findings.
struct Drawing {
    first: Finding,
    /// Places and pointers of the next ones.
    others: Vec<(Location, String)>,
    /// How many there are besides the first.
    more: u64,
}

/// So many places of findings of one kind are listed, unless everything is asked for.
const PLACES: usize = 20;
/// So many findings are drawn unless the caller says otherwise.
pub(super) const DRAWN: usize = 50;
/// So many groups or places are gathered before they are drawn: a document with more is drawn in parts.
const GATHERED: usize = 10_000;

impl Full {
    pub fn new(style: Style) -> Self {
        Full {
            style,
            left: style.limit.unwrap_or(DRAWN),
            hidden: 0,
            groups: Vec::new(),
            places: HashMap::new(),
            noted: None,
        }
    }

    fn draw(&mut self, subject: &DocumentId, out: &mut dyn Write) -> io::Result<()> {
        let handler = Handler::new(self.style);
        self.places.clear();
        let (noted, has_custom_schema) = (&mut self.noted, self.style.has_custom_schema);
        self.groups.drain(..).try_for_each(|group| {
            let names_compression = subject.compression.is_some() && noted.as_ref() != Some(&subject.name);
            if names_compression {
                *noted = Some(subject.name.clone());
            }
            let context = Context { others: &group.others, more: group.more, has_custom_schema, names_compression };
            let report = Report::new(subject, group.first, context);
            let mut text = String::new();
            handler.draw(&report, &mut text);
            writeln!(out, "{text}")
        })
    }
}

impl Reporter for Full {
    fn finding(&mut self, subject: &DocumentId, found: Finding, out: &mut dyn Write) -> io::Result<()> {
        let places = if self.style.limit == Some(usize::MAX) { GATHERED } else { PLACES };
        let group = found.finding.group();
        if let Some(&place) = self.places.get(&group) {
            let drawing = &mut self.groups[place];
            drawing.more += 1;
            if drawing.others.len() < places {
                drawing.others.push((found.location.0, found.finding.instance_location));
            }
            if drawing.others.len() == GATHERED {
                return self.draw(subject, out);
            }
        } else if self.left == 0 {
            self.hidden += 1;
        } else {
            self.left -= 1;
            self.places.insert(group, self.groups.len());
            self.groups.push(Drawing { first: found, others: Vec::new(), more: 0 });
        }
        if self.groups.len() > GATHERED { self.draw(subject, out) } else { Ok(()) }
    }

    fn draws_more(&self) -> bool {
        self.left > 0
    }

    fn document(&mut self, subject: &DocumentId, _: &DocumentSummary, out: &mut dyn Write) -> io::Result<()> {
        self.draw(subject, out)
    }

    fn finish(
        &mut self,
        _: &Summary,
        statistics: Option<&Statistics>,
        _: &[InputError],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let mut text = String::new();
        if self.hidden > 0 {
            Handler::new(self.style).wrap(&mut text, "", "  ", &left_out(self.hidden));
        }
        out.write_all(text.as_bytes())?;
        table(statistics, self.style.width, out)
    }
}
