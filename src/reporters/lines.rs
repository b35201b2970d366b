//! `json-lines`: an object a finding, written when it is found. Inputs that could not be read come last.

use std::io::{self, Write};

use super::json::push_members;
use super::object::Object;
use super::{Reporter, Style};
use crate::finding::summary::{Statistics, Summary};
use crate::finding::{DocumentId, Finding};
use crate::input::{Compression, InputError};

pub struct Lines {
    left: usize,
    text: String,
}

impl Lines {
    pub fn new(style: Style) -> Self {
        Lines { left: style.limit.unwrap_or(usize::MAX), text: String::new() }
    }

    fn write(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.text.push('\n');
        let written = out.write_all(self.text.as_bytes());
        self.text.clear();
        written
    }
}

impl Reporter for Lines {
    fn finding(&mut self, subject: &DocumentId, found: Finding, out: &mut dyn Write) -> io::Result<()> {
        if self.left == 0 {
            return Ok(());
        }
        self.left -= 1;
        let mut object = Object::begin(&mut self.text);
        object
            .text("path", &subject.name)
            .number_or_null("record", subject.record)
            .text_or_null("compression", subject.compression.map(Compression::as_str));
        push_members(&mut object, &found);
        object.end();
        self.write(out)
    }

    fn finish(
        &mut self,
        _: &Summary,
        _: Option<&Statistics>,
        unreadable: &[InputError],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        unreadable.iter().try_for_each(|input| {
            Object::begin(&mut self.text).text("path", &input.name).text("unreadable", &input.reason).end();
            self.write(out)
        })
    }
}
