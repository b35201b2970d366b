//! What the whole run has seen, and how it ends.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;

use crate::diagnostic::{Counts, Diagnostic, Severity};
use crate::finding::DocumentSummary;
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
    /// Documents with findings that the baseline does not suppress.
    pub affected: u64,
    /// Findings.
    pub counts: Counts,
    /// Findings that the baseline suppresses, which are not among these.
    pub suppressed: u64,
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
    pub fn add<P>(&mut self, finding: &Diagnostic<P>) {
        *self.rules.entry((finding.severity, finding.rule.id)).or_default() += 1;
    }

    /// Severity, rule and number of findings: the most first, of equally many the worst, then by name.
    pub fn sorted(&self) -> Vec<(Severity, &'static str, u64)> {
        let mut all: Vec<_> = self.rules.iter().map(|(&(severity, rule), &number)| (severity, rule, number)).collect();
        all.sort_by_key(|&(severity, rule, number)| (Reverse(number), Reverse(severity), rule));
        all
    }
}

/// The lowest severity that makes a run fail.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum FailOn {
    #[default]
    Error,
    Warning,
    Note,
    Never,
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
    pub fn add(&mut self, ending: &DocumentSummary) {
        self.documents += 1;
        self.clean += u64::from(ending.all().total() == 0);
        self.affected += u64::from(ending.counts.total() > 0);
        self.counts += ending.counts;
        self.suppressed += ending.known.total();
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

/// One line: what was found, and where.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Summary { files, documents, affected, counts, suppressed, unreadable, .. } = *self;
        // Documents are named where an input is not always one.
        let (all, of, places) = match documents == files {
            true => (files, count(files, "file"), String::new()),
            false => (documents, count(documents, "document"), format!(" in {}", count(files, "file"))),
        };
        match (documents, counts.total()) {
            (0, _) => write!(f, "Checked no documents")?,
            (_, 0) if suppressed > 0 => write!(f, "Checked {of}{places}: no new problems")?,
            // What could not be read may have problems.
            (_, 0) if unreadable > 0 => write!(f, "Checked {of}{places}")?,
            (_, 0) => write!(f, "Checked {of}{places}: no problems found")?,
            _ if affected == all => write!(f, "Found {} in {of}", counts.in_words())?,
            _ => write!(f, "Found {} in {} of {of}", counts.in_words(), thousands(affected))?,
        }
        let mut more = Vec::new();
        if suppressed > 0 {
            more.push(format!("{} suppressed by the baseline", thousands(suppressed)));
        }
        if counts.undecided > 0 {
            more.push(format!("{} could not be evaluated", count(counts.undecided, "value")));
        }
        if unreadable > 0 {
            more.push(format!("{} could not be read", count(unreadable, "input")));
        }
        if more.is_empty() { Ok(()) } else { write!(f, " ({})", more.join(", ")) }
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
    #[test]
    fn the_closing_line_names_only_what_there_is() {
        let of = |errors, warnings, notes| Counts { errors, warnings, notes, undecided: 0 };
        let two = Summary { documents: 2, files: 2, ..Summary::default() };
        let undecided = Counts { errors: 1, undecided: 1, ..Counts::default() };
        for (summary, line) in [
            (two, "Checked 2 files: no problems found"),
            (Summary { documents: 4, ..two }, "Checked 4 documents in 2 files: no problems found"),
            (Summary { affected: 2, counts: of(5, 0, 0), ..two }, "Found 5 errors in 2 files"),
            (
                Summary { affected: 1, counts: of(1, 1, 1200), ..two },
                "Found 1 error, 1 warning and 1,200 notes in 1 of 2 files",
            ),
            (Summary { documents: 4, affected: 1, counts: of(0, 1, 0), ..two }, "Found 1 warning in 1 of 4 documents"),
            (Summary { suppressed: 4, ..two }, "Checked 2 files: no new problems (4 suppressed by the baseline)"),
            (
                Summary { affected: 1, counts: undecided, ..two },
                "Found 1 error in 1 of 2 files (1 value could not be evaluated)",
            ),
            (Summary { unreadable: 5, ..two }, "Checked 2 files (5 inputs could not be read)"),
            (Summary { unreadable: 1, ..Summary::default() }, "Checked no documents (1 input could not be read)"),
        ] {
            assert_eq!(summary.to_string(), line);
        }
    }
}
