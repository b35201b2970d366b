//! `concise`: one line a finding, `path:line:column: severity[rule] sentence (/pointer)`, as editors and grep like it.

use std::io::{self, Write};

use super::{Emitter, Locations, Paint, Style, ascii, left_out, short_pointer};
use crate::check::Checked;
use crate::input::Unreadable;
use crate::summary::Summary;
use crate::text::visible;

pub struct Concise {
    style: Style,
    left: usize,
    hidden: u64,
}

impl Concise {
    pub fn new(style: Style) -> Self {
        Concise { style, left: style.limit.unwrap_or(usize::MAX), hidden: 0 }
    }
}

impl Emitter for Concise {
    fn document(&mut self, checked: &Checked<'_>, out: &mut dyn Write) -> io::Result<()> {
        let paint = Paint::new(self.style.color);
        let shown = checked.findings.len().min(self.left);
        let locations = Locations::of(checked, shown);
        let name = visible(&checked.source.name).into_owned();
        for finding in &checked.findings[..shown] {
            let place = locations.get(finding.label.span.start);
            let head = format!("{}[{}]", finding.severity, finding.rule);
            let pointer = match finding.instance_location.as_str() {
                "" => String::new(),
                pointer => format!(" ({})", short_pointer(pointer, 200)),
            };
            let sentence = format!("{}{pointer}", visible(&finding.message));
            if self.style.plain {
                writeln!(out, "{}", ascii(&format!("{name}:{}:{}: {head} {sentence}", place.line, place.column)))?;
            } else {
                writeln!(
                    out,
                    "{}: {} {sentence}",
                    paint.strong(&format!("{name}:{}:{}", place.line, place.column)),
                    paint.severity(finding.severity, &head)
                )?;
            }
        }
        self.left -= shown;
        self.hidden += (checked.findings.len() - shown) as u64;
        Ok(())
    }

    fn finish(&mut self, _: &Summary, _: &[Unreadable], out: &mut dyn Write) -> io::Result<()> {
        if self.hidden > 0 { writeln!(out, "{}", left_out(self.hidden)) } else { Ok(()) }
    }
}
