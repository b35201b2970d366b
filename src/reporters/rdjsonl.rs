//! `rdjsonl`: reviewdog's diagnostic format, one object per line. Columns count bytes of UTF-8 from 1.
//! <https://github.com/reviewdog/reviewdog/tree/master/proto/rdf>

use std::io::{self, Write};

use super::from_here;
use super::object::Object;
use super::{Reporter, Style, advice, at_pointer};
use crate::diagnostic::Severity;
use crate::finding::summary::{Statistics, Summary};
use crate::finding::{DocumentId, Finding};
use crate::input::{InputError, Location};
use crate::text::visible;

pub struct RdJsonL {
    left: usize,
}

impl RdJsonL {
    pub fn new(style: Style) -> Self {
        RdJsonL { left: style.limit.unwrap_or(usize::MAX) }
    }
}

fn push_place(out: &mut String, place: Location) {
    Object::begin(out).number("line", place.line).number("column", place.byte).end();
}

fn push_location(out: &mut String, path: &str, (start, end): (Location, Location)) {
    let mut location = Object::begin(out);
    let mut range = Object::begin(location.text("path", from_here(path)).name("range"));
    push_place(range.name("start"), start);
    push_place(range.name("end"), end);
    range.end();
    location.end();
}

impl Reporter for RdJsonL {
    fn finding(&mut self, subject: &DocumentId, found: Finding, out: &mut dyn Write) -> io::Result<()> {
        if self.left == 0 {
            return Ok(());
        }
        self.left -= 1;
        let finding = &found.finding;
        let message = format!("{}{}{}", visible(&finding.message), at_pointer(finding), advice(finding));
        let severity = match finding.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Note => "INFO",
        };
        let mut text = String::new();
        let mut object = Object::begin(&mut text);
        push_location(object.text("message", &message).name("location"), &subject.name, found.location);
        object.text("severity", severity);
        Object::begin(object.name("source")).text("name", "callcheck").end();
        Object::begin(object.name("code")).text("value", finding.rule.id).end();
        let related = finding.related.iter().zip(&found.related);
        if !finding.related.is_empty() {
            object.array("related_locations", related, |out, (label, place)| {
                let mut related = Object::begin(out);
                push_location(related.text("message", &label.text).name("location"), &subject.name, *place);
                related.end();
            });
        }
        object.end();
        writeln!(out, "{text}")
    }

    fn finish(
        &mut self,
        _: &Summary,
        _: Option<&Statistics>,
        unreadable: &[InputError],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        for input in unreadable {
            let mut text = String::new();
            let mut object = Object::begin(&mut text);
            let place = (Location::START, Location::START);
            push_location(object.text("message", &input.reason).name("location"), &input.name, place);
            object.text("severity", "ERROR").end();
            writeln!(out, "{text}")?;
        }
        Ok(())
    }
}
