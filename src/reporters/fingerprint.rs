//! Fingerprints, by which services match the findings of two runs. They contain neither the line, because a whole
//! response may be one line, nor the value, which may change.

use std::collections::HashMap;

use crate::diagnostic::Diagnostic;
use crate::finding::DocumentId;
use crate::hash::{BASIS, fnv};

/// Unique within a run.
#[derive(Default)]
pub(super) struct Fingerprints {
    seen: HashMap<u128, u32>,
}

impl Fingerprints {
    /// 32 hexadecimal digits: a hash of the document, the rule, the JSON Pointer and the label, which contains no
    /// value, and of the number of earlier findings with the same hash. An exchange of a recording is part of the hash
    /// without its number, which changes if another one is inserted before it.
    pub(super) fn next<P>(&mut self, document: &DocumentId, finding: &Diagnostic<P>) -> String {
        let record = document.record.map_or(String::new(), |record| record.to_string());
        let record = document.exchange.as_ref().map_or(record, |exchange| exchange.in_words());
        let parts = [&*document.name, &record, finding.rule.id, &finding.instance_location, &finding.label.text];
        let print = parts.iter().fold(BASIS, |hash, part| fnv(fnv(hash, part.as_bytes()), &[0]));
        let times = self.seen.entry(print).or_default();
        *times += 1;
        let print = if *times == 1 { print } else { fnv(print, &times.to_le_bytes()) };
        format!("{print:032x}")
    }
}
