//! `rdjsonl`: reviewdog's diagnostic format, one object per line. Columns count bytes of UTF-8 from 1.
//! <https://github.com/reviewdog/reviewdog/tree/master/proto/rdf>

use std::io::{self, Write};

use super::base::{Quota, RunEnd, advice, exchange_suffix, message_with_pointer};
use super::object::Object;
use super::{Reporter, Style};
use crate::finding::{DocumentId, Finding};
use crate::input::Location;

pub(super) struct RdJsonL {
    quota: Quota,
}

impl RdJsonL {
    pub(super) fn new(style: Style) -> Self {
        RdJsonL { quota: Quota::of(style) }
    }
}

fn push_position(out: &mut String, position: Location) {
    Object::begin(out).number("line", position.line).number("column", position.byte).end();
}

fn push_location(out: &mut String, path: &str, (start, end): (Location, Location)) {
    let mut location = Object::begin(out);
    let mut range = Object::begin(location.text("path", path).name("range"));
    push_position(range.name("start"), start);
    push_position(range.name("end"), end);
    range.end();
    location.end();
}

impl Reporter for RdJsonL {
    fn finding(&mut self, document: &DocumentId, found: Finding, out: &mut dyn Write) -> io::Result<()> {
        if !self.quota.take(&found.finding) {
            return Ok(());
        }
        let finding = &found.finding;
        let message = format!("{}{}{}", message_with_pointer(finding), exchange_suffix(document), advice(finding));
        let severity = finding.severity.pick(["ERROR", "WARNING", "INFO"]);
        let mut text = String::new();
        let mut object = Object::begin(&mut text);
        push_location(object.text("message", &message).name("location"), &document.name, found.location);
        object.text("severity", severity);
        Object::begin(object.name("source")).text("name", "callcheck").end();
        Object::begin(object.name("code")).text("value", finding.rule.id).end();
        let related = finding.related.iter().zip(&found.related);
        if !finding.related.is_empty() {
            object.array("related_locations", related, |out, (label, location)| {
                let mut related = Object::begin(out);
                push_location(related.text("message", &label.text).name("location"), &document.name, *location);
                related.end();
            });
        }
        object.end();
        writeln!(out, "{text}")
    }

    fn finish(&mut self, end: &RunEnd<'_>, out: &mut dyn Write) -> io::Result<()> {
        for input in end.unreadable {
            let mut text = String::new();
            let mut object = Object::begin(&mut text);
            let start = (Location::START, Location::START);
            push_location(object.text("message", &input.reason).name("location"), &input.name, start);
            object.text("severity", "ERROR").end();
            writeln!(out, "{text}")?;
        }
        Ok(())
    }
}
