//! `agent`: for language models, which pay by the token: one line for each kind of finding, always in the same form, with what to do, how often and
//! where else. `E path:line:column /pointer rule: sentence => what to do (x12: /results/*/id)`

use std::collections::HashMap;
use std::io::{self, Write};

use super::{Emitter, Style, ascii, short_pointer};
use crate::diagnostic::{Diagnostic, Group, Severity};
use crate::finding::summary::{Statistics, Summary};
use crate::finding::{DocumentId, DocumentSummary, Finding};
use crate::input::InputError;
use crate::text::{shorten, visible};

/// So many kinds of findings of a document are told.
const KINDS: usize = 30;

pub struct Agent {
    most: usize,
    kinds: HashMap<Group, usize>,
    lines: Vec<(String, u64, String)>,
    others: u64,
}

impl Agent {
    pub fn new(style: Style) -> Self {
        Agent { most: style.limit.unwrap_or(KINDS), kinds: HashMap::new(), lines: Vec::new(), others: 0 }
    }
}

/// The pointer with `*` in place of every number.
fn shape(finding: &Diagnostic) -> String {
    let tokens = finding.instance_location.split('/');
    let tokens: Vec<&str> = tokens
        .map(|token| if !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit()) { "*" } else { token })
        .collect();
    tokens.join("/")
}

impl Emitter for Agent {
    fn finding(&mut self, subject: &DocumentId, found: Finding, _: &mut dyn Write) -> io::Result<()> {
        let (finding, place) = (&found.finding, found.place.0);
        let group = finding.group();
        if let Some(kind) = self.kinds.get(&group) {
            self.lines[*kind].1 += 1;
            return Ok(());
        }
        if self.kinds.len() == self.most {
            self.others += 1;
            return Ok(());
        }
        self.kinds.insert(group, self.lines.len());
        let letter = match finding.severity {
            Severity::Error => 'E',
            Severity::Warning => 'W',
            Severity::Note => 'N',
        };
        let name = visible(&subject.name);
        let record = subject.record.map_or(String::new(), |record| format!("#{record}"));
        let pointer = match finding.instance_location.as_str() {
            "" => "/".to_owned(),
            pointer => short_pointer(pointer, 120),
        };
        let mut line =
            format!("{letter} {name}{record}:{}:{} {pointer} {}: ", place.line, place.column, finding.rule.id);
        line.push_str(&shorten(&visible(&finding.message), 200));
        if let Some(help) = finding.help.first() {
            line.push_str(&format!(" => {}", shorten(&visible(help), 160)));
        }
        self.lines.push((line, 1, shape(finding)));
        Ok(())
    }

    fn document(&mut self, _: &DocumentId, _: &DocumentSummary, out: &mut dyn Write) -> io::Result<()> {
        self.kinds.clear();
        for (line, times, shape) in self.lines.drain(..) {
            let often = if times > 1 { format!(" (x{times}: {})", short_pointer(&shape, 80)) } else { String::new() };
            writeln!(out, "{}", ascii(&format!("{line}{often}")))?;
        }
        match std::mem::take(&mut self.others) {
            0 => Ok(()),
            others => writeln!(out, "+ {others} of other kinds: --max-findings 0 shows them"),
        }
    }

    fn finish(
        &mut self,
        summary: &Summary,
        _: Option<&Statistics>,
        unreadable: &[InputError],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        for input in unreadable {
            writeln!(out, "{}", ascii(&format!("E {} unreadable: {}", visible(&input.name), visible(&input.reason))))?;
        }
        let counts = summary.counts;
        let (documents, clean) = (summary.documents, summary.clean);
        let (errors, warnings, notes) = (counts.errors, counts.warnings, counts.notes);
        writeln!(out, "= {documents} documents, {clean} clean, {errors} E, {warnings} W, {notes} N")
    }
}
