//! `json-lines`: JSON Lines (<https://jsonlines.org>), one object per finding. Unreadable inputs are last.

use std::io::{self, Write};

use super::base::{Quota, RunEnd};
use super::json::{push_exchange, push_properties};
use super::object::Object;
use super::{Reporter, Style};
use crate::finding::{DocumentId, Finding};
use crate::input::Compression;

pub(super) struct JsonLines {
    quota: Quota,
    text: String,
}

impl JsonLines {
    pub(super) fn new(style: Style) -> Self {
        JsonLines { quota: Quota::of(style), text: String::new() }
    }

    fn write(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.text.push('\n');
        let written = out.write_all(self.text.as_bytes());
        self.text.clear();
        written
    }
}

impl Reporter for JsonLines {
    fn finding(&mut self, document: &DocumentId, found: Finding, out: &mut dyn Write) -> io::Result<()> {
        if !self.quota.take(&found.finding) {
            return Ok(());
        }
        let mut object = Object::begin(&mut self.text);
        object.text("path", &document.name).number_or_null("record", document.record);
        push_exchange(&mut object, document).text_or_null("compression", document.compression.map(Compression::as_str));
        push_properties(&mut object, &found);
        object.end();
        self.write(out)
    }

    fn finish(&mut self, end: &RunEnd<'_>, out: &mut dyn Write) -> io::Result<()> {
        end.unreadable.iter().try_for_each(|input| {
            Object::begin(&mut self.text).text("path", &input.name).text("unreadable", &input.reason).end();
            self.write(out)
        })
    }
}
