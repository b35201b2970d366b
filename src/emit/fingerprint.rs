//! What a finding is known by from run to run, wherever it stands: services that compare two runs match by it. A line number will not do, for whole
//! answers are one line, and the value will not do, for that is what changes.

use std::collections::HashMap;

use crate::check::Subject;
use crate::diagnostic::Diagnostic;

/// Fingerprints of the findings of a run, no two of which are the same.
#[derive(Default)]
pub struct Fingerprints {
    seen: HashMap<u128, u32>,
}

impl Fingerprints {
    /// Of the next finding: 32 hexadecimal digits made of the document, the rule, the JSON Pointer and the label, which shows no value; and of
    /// how many findings had all that in common before.
    pub fn next(&mut self, subject: &Subject, finding: &Diagnostic) -> String {
        let record = subject.record.map_or(String::new(), |record| record.to_string());
        let parts = [&*subject.name, &record, finding.rule, &finding.instance_location, &finding.label.text];
        let print = parts.iter().fold(BASIS, |hash, part| fnv(fnv(hash, part.as_bytes()), &[0]));
        let times = self.seen.entry(print).or_default();
        *times += 1;
        let print = if *times == 1 { print } else { fnv(print, &times.to_le_bytes()) };
        format!("{print:032x}")
    }
}

/// FNV-1a with 128 bits (draft-eastlake-fnv): the same on every machine and in every version, and short.
const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;

fn fnv(hash: u128, bytes: &[u8]) -> u128 {
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    bytes.iter().fold(hash, |hash, byte| (hash ^ u128::from(*byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_fnv() {
        // The test vectors of the draft.
        assert_eq!(fnv(BASIS, b"a"), 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964);
        assert_eq!(fnv(BASIS, b"foobar"), 0x343e_1662_793c_64bf_6f0d_3597_ba44_6f18);
    }
}
