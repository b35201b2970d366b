//! `full`: for people. Findings that differ only in the record that they are about are drawn once.

use std::collections::HashMap;
use std::io::{self, Write};

use super::draw::Handler;
use super::report::Report;
use super::{Emitter, Locations, Style, left_out};
use crate::check::Checked;
use crate::diagnostic::Diagnostic;
use crate::input::Unreadable;
use crate::summary::Summary;

/// The emitter.
pub struct Full {
    style: Style,
    left: usize,
    hidden: u64,
}

/// So many places of findings of one kind are listed, unless everything is asked for.
const PLACES: usize = 20;
/// So many findings are drawn unless the caller says otherwise.
const DRAWN: usize = 50;

impl Full {
    pub fn new(style: Style) -> Self {
        Full { style, left: style.limit.unwrap_or(DRAWN), hidden: 0 }
    }
}

/// Findings that differ only in the record that they are about are one group.
fn group(finding: &Diagnostic) -> (&str, Option<&str>, &str, String) {
    let shape = finding
        .instance_location
        .split('/')
        .map(|token| if token.bytes().all(|byte| byte.is_ascii_digit()) { "*" } else { token })
        .collect::<Vec<_>>()
        .join("/");
    (finding.rule, finding.keyword_location.as_deref(), &finding.label.text, shape)
}

impl Emitter for Full {
    fn document(&mut self, checked: &Checked<'_>, out: &mut dyn Write) -> io::Result<()> {
        let (mut order, mut places): (Vec<Vec<&Diagnostic>>, HashMap<_, usize>) = (Vec::new(), HashMap::new());
        for finding in &checked.findings {
            let place = *places.entry(group(finding)).or_insert(order.len());
            if place == order.len() {
                order.push(Vec::new());
            }
            order[place].push(finding);
        }
        let locations = if self.left > 0 { Locations::of(checked, usize::MAX) } else { Locations::of(checked, 0) };
        let handler = Handler::new(self.style);
        let places = if self.style.limit == Some(usize::MAX) { usize::MAX } else { PLACES };
        for findings in &order {
            if self.left == 0 {
                self.hidden += findings.len() as u64;
                continue;
            }
            self.left -= 1;
            let report = Report::new(checked, findings[0], &findings[1..], places, &locations);
            let mut text = String::new();
            handler.draw(&report, &mut text);
            writeln!(out, "{text}")?;
        }
        Ok(())
    }

    fn finish(&mut self, _: &Summary, _: &[Unreadable], out: &mut dyn Write) -> io::Result<()> {
        let mut text = String::new();
        if self.hidden > 0 {
            Handler::new(self.style).wrap(&mut text, "", "  ", &left_out(self.hidden));
        }
        out.write_all(text.as_bytes())
    }
}
