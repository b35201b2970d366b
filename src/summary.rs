//! What the whole run has seen, and how it ends.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;

use crate::check::Ending;
use crate::cli::FailOn;
use crate::diagnostic::{Counts, Diagnostic, Severity};
use crate::text::{count, thousands};

/// Totals over all documents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Inputs that were read.
    pub files: u64,
    /// Documents in them.
    pub documents: u64,
    /// Documents without any finding.
    pub clean: u64,
    /// Findings.
    pub counts: Counts,
    /// Findings that a baseline knows, which are not among these.
    pub known: u64,
    /// Inputs that could not be read.
    pub unreadable: u64,
}

/// How many findings each rule has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statistics {
    rules: BTreeMap<(Severity, &'static str), u64>,
}

impl Statistics {
    /// Counts one finding.
    pub fn add(&mut self, finding: &Diagnostic) {
        *self.rules.entry((finding.severity, finding.rule)).or_default() += 1;
    }

    /// Severity, rule and number of findings: the most first, of equally many the worst, then by name.
    pub fn sorted(&self) -> Vec<(Severity, &'static str, u64)> {
        let mut all: Vec<_> = self.rules.iter().map(|(&(severity, rule), &number)| (severity, rule, number)).collect();
        all.sort_by_key(|&(severity, rule, number)| (Reverse(number), Reverse(severity), rule));
        all
    }
}

/// How the run ends; the same in every output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// No errors: exit code 0.
    Clean,
    /// At least one error: exit code 1.
    Findings,
    /// The job could not be done: exit code 2.
    Failed,
}

impl Outcome {
    /// The process's exit code, as README.md has it.
    pub fn exit_code(self) -> u8 {
        match self {
            Outcome::Clean => 0,
            Outcome::Findings => 1,
            Outcome::Failed => 2,
        }
    }
}

impl Summary {
    /// Counts one document.
    pub fn add(&mut self, ending: &Ending) {
        self.documents += 1;
        self.clean += u64::from(ending.all().total() == 0);
        self.counts += ending.counts;
        self.known += ending.known.total();
    }

    /// How a run that has seen this ends.
    pub fn outcome(&self, fail_on: FailOn) -> Outcome {
        let Counts { errors, warnings, notes, undecided } = self.counts;
        let bad = match fail_on {
            FailOn::Error => errors,
            FailOn::Warning => errors + warnings,
            FailOn::Note => errors + warnings + notes,
            FailOn::Never => 0,
        };
        match self {
            Summary { unreadable: 1.., .. } | Summary { documents: 0, .. } => Outcome::Failed,
            // Neither valid nor invalid.
            _ if undecided > 0 => Outcome::Failed,
            _ if bad > 0 => Outcome::Findings,
            _ => Outcome::Clean,
        }
    }
}

/// One stable line: notes and unreadable inputs are named only where there are some.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (documents, files) = (count(self.documents, "document"), count(self.files, "file"));
        let (errors, warnings) = (count(self.counts.errors, "error"), count(self.counts.warnings, "warning"));
        write!(
            f,
            "{documents} in {files}: {} clean, {} with findings: {errors}, {warnings}",
            thousands(self.clean),
            thousands(self.documents - self.clean)
        )?;
        if self.counts.notes > 0 {
            write!(f, ", {}", count(self.counts.notes, "note"))?;
        }
        if self.known > 0 {
            write!(f, "; {} known", thousands(self.known))?;
        }
        if self.counts.undecided > 0 {
            write!(f, "; {} could not be judged", count(self.counts.undecided, "value"))?;
        }
        if self.unreadable > 0 {
            write!(f, "; {} unreadable", thousands(self.unreadable))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is asked for fails, and nothing else; what could not be done comes first.
    #[test]
    fn outcomes_are_those_that_were_asked_for() {
        let of = |errors, warnings, notes| Summary {
            documents: 1,
            counts: Counts { errors, warnings, notes, undecided: 0 },
            ..Summary::default()
        };
        let asked = [FailOn::Error, FailOn::Warning, FailOn::Note, FailOn::Never];
        for (counts, failing) in [
            (of(0, 0, 0), [false, false, false, false]),
            (of(0, 0, 1), [false, false, true, false]),
            (of(0, 2, 2), [false, true, true, false]),
            (of(0, 1, 0), [false, true, true, false]),
            (of(1, 1, 2), [true, true, true, false]),
            (of(2, 0, 0), [true, true, true, false]),
        ] {
            for (fail_on, is_failing) in asked.into_iter().zip(failing) {
                let expected = if is_failing { Outcome::Findings } else { Outcome::Clean };
                assert_eq!(counts.outcome(fail_on), expected, "{counts:?} {fail_on:?}");
                let undecided = Counts { errors: 1, undecided: 1, ..counts.counts };
                for failed in [
                    Summary { unreadable: 1, ..counts },
                    Summary { documents: 0, ..counts },
                    Summary { counts: undecided, ..counts },
                ] {
                    assert_eq!(failed.outcome(fail_on), Outcome::Failed, "{failed:?} {fail_on:?}");
                }
            }
        }
    }
    /// The line at the end names only what there is.
    #[test]
    fn what_there_is_none_of_is_not_named() {
        let plain = Summary { documents: 2, clean: 1, files: 1, ..Summary::default() };
        let line = "2 documents in 1 file: 1 clean, 1 with findings: 0 errors, 0 warnings";
        assert_eq!(plain.to_string(), line);
        let undecided = Counts { undecided: 1, ..Counts::default() };
        for (summary, more) in [
            (Summary { counts: Counts { notes: 3, ..Counts::default() }, ..plain }, ", 3 notes"),
            (Summary { known: 4, ..plain }, "; 4 known"),
            (Summary { counts: undecided, ..plain }, "; 1 value could not be judged"),
            (Summary { unreadable: 5, ..plain }, "; 5 unreadable"),
        ] {
            assert_eq!(summary.to_string(), format!("{line}{more}"));
        }
    }
}
