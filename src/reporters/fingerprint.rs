//! What a finding is known by from run to run, wherever it stands: services that compare two runs match by it. A line number will not do, for whole
//! answers are one line, and the value will not do, for that is what changes.

use std::collections::HashMap;

use super::from_here;
use crate::diagnostic::Diagnostic;
use crate::finding::DocumentId;
use crate::hash::{BASIS, fnv};

/// Fingerprints of the findings of a run, no two of which are the same.
#[derive(Default)]
pub struct Fingerprints {
    seen: HashMap<u128, u32>,
}

impl Fingerprints {
    /// Of the next finding: 32 hexadecimal digits made of the document, the rule, the JSON Pointer and the label, which shows no value; and of
    /// how many findings had all that in common before.
    pub fn next<P>(&mut self, subject: &DocumentId, finding: &Diagnostic<P>) -> String {
        let record = subject.record.map_or(String::new(), |record| record.to_string());
        let parts =
            [from_here(&subject.name), &record, finding.rule.id, &finding.instance_location, &finding.label.text];
        let print = parts.iter().fold(BASIS, |hash, part| fnv(fnv(hash, part.as_bytes()), &[0]));
        let times = self.seen.entry(print).or_default();
        *times += 1;
        let print = if *times == 1 { print } else { fnv(print, &times.to_le_bytes()) };
        format!("{print:032x}")
    }
}
