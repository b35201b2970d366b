//! Totals and outcome of a run.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;

use crate::diagnostic::{Counts, Diagnostic, Severity};
use crate::finding::{DocumentId, DocumentSummary};
use crate::text::{count, thousands};

/// Totals over all documents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Inputs that were read.
    pub files: u64,
    pub documents: u64,
    /// Documents that are exchanges of recordings.
    pub exchanges: u64,
    /// Documents without any finding.
    pub clean: u64,
    /// Documents with findings that the baseline does not suppress.
    pub affected: u64,
    /// Without the findings that the baseline suppresses.
    pub counts: Counts,
    /// Findings that the baseline suppresses.
    pub suppressed: u64,
    /// Inputs that could not be read.
    pub unreadable: u64,
    /// Exchanges of recordings that were not checked.
    pub skipped_exchanges: u64,
}

/// Number of findings by rule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statistics {
    rules: BTreeMap<(Severity, &'static str), u64>,
}

impl Statistics {
    pub fn add<P>(&mut self, finding: &Diagnostic<P>) {
        *self.rules.entry((finding.severity, finding.rule.id)).or_default() += 1;
    }

    /// Totals by severity.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        self.rules.iter().for_each(|(&(severity, _), &number)| counts.add_number(severity, number));
        counts
    }

    /// Severity, rule and number of findings. Sorted by descending number, then by descending severity, then by rule.
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

impl FailOn {
    /// True if a finding of this severity makes a run fail.
    pub fn includes(self, severity: Severity) -> bool {
        match self {
            FailOn::Error => severity == Severity::Error,
            FailOn::Warning => severity != Severity::Note,
            FailOn::Note => true,
            FailOn::Never => false,
        }
    }
}

/// The result of a run, which decides the exit code. It does not depend on the output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Clean,
    /// At least one finding that `--fail-on` selects, or the equivalent in other commands.
    Findings,
    /// The run could not be completed.
    Failed,
}

impl Outcome {
    pub fn exit_code(self) -> u8 {
        match self {
            Outcome::Clean => 0,
            Outcome::Findings => 1,
            Outcome::Failed => 2,
        }
    }
}

impl Summary {
    pub fn add(&mut self, document: &DocumentId, ending: &DocumentSummary) {
        self.documents += 1;
        self.exchanges += u64::from(document.exchange.is_some());
        self.clean += u64::from(ending.all().total() == 0);
        self.affected += u64::from(ending.counts.total() > 0);
        self.counts += ending.counts;
        self.suppressed += ending.known.total();
    }

    pub fn outcome(&self, fail_on: FailOn) -> Outcome {
        let Counts { errors, warnings, notes, undecided } = self.counts;
        let all = [(Severity::Error, errors), (Severity::Warning, warnings), (Severity::Note, notes)];
        let is_bad = all.iter().any(|&(severity, number)| number > 0 && fail_on.includes(severity));
        match self {
            Summary { unreadable: 1.., .. } | Summary { documents: 0, .. } => Outcome::Failed,
            // A value that could not be evaluated is neither valid nor invalid.
            _ if undecided > 0 => Outcome::Failed,
            _ if is_bad => Outcome::Findings,
            _ => Outcome::Clean,
        }
    }
}

/// The closing line.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Summary { files, documents, exchanges, affected, counts, suppressed, unreadable, .. } = *self;
        let noun = if documents == exchanges { "response" } else { "document" };
        // Documents are counted separately if an input may contain several.
        let (all, of, in_files) = match documents == files && exchanges == 0 {
            true => (files, count(files, "file"), String::new()),
            false => (documents, count(documents, noun), format!(" in {}", count(files, "file"))),
        };
        match (documents, counts.total()) {
            (0, _) => write!(f, "Checked no documents")?,
            (_, 0) if suppressed > 0 => write!(f, "Checked {of}{in_files}: no new problems")?,
            // Unreadable inputs may have problems, so "no problems found" would be wrong.
            (_, 0) if unreadable > 0 => write!(f, "Checked {of}{in_files}")?,
            (_, 0) => write!(f, "Checked {of}{in_files}: no problems found")?,
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
        if self.skipped_exchanges > 0 {
            let noun = if exchanges > 0 { "other exchange" } else { "exchange" };
            more.push(format!("{} skipped", count(self.skipped_exchanges, noun)));
        }
        if more.is_empty() { Ok(()) } else { write!(f, " ({})", more.join(", ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Unreadable and undecided input takes precedence over findings.
    #[test]
    fn findings_from_the_chosen_severity_on_make_the_run_fail() {
        let of = |errors, warnings, notes| Summary {
            documents: 1,
            counts: Counts { errors, warnings, notes, undecided: 0 },
            ..Summary::default()
        };
        let choices = [FailOn::Error, FailOn::Warning, FailOn::Note, FailOn::Never];
        for (counts, failing) in [
            (of(0, 0, 0), [false, false, false, false]),
            (of(0, 0, 1), [false, false, true, false]),
            (of(0, 2, 2), [false, true, true, false]),
            (of(0, 1, 0), [false, true, true, false]),
            (of(1, 1, 2), [true, true, true, false]),
            (of(2, 0, 0), [true, true, true, false]),
        ] {
            for (fail_on, is_failing) in choices.into_iter().zip(failing) {
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
    fn the_closing_line_omits_zeros() {
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
            // Recordings.
            (Summary { skipped_exchanges: 7, ..two }, "Checked 2 files: no problems found (7 exchanges skipped)"),
            (
                Summary { files: 1, documents: 3, exchanges: 3, skipped_exchanges: 1400, ..two },
                "Checked 3 responses in 1 file: no problems found (1,400 other exchanges skipped)",
            ),
            (
                Summary { files: 1, documents: 1, exchanges: 1, ..two },
                "Checked 1 response in 1 file: no problems found",
            ),
            (
                Summary { documents: 3, exchanges: 3, affected: 1, counts: of(1, 0, 0), skipped_exchanges: 1, ..two },
                "Found 1 error in 1 of 3 responses (1 other exchange skipped)",
            ),
            (
                Summary { documents: 3, exchanges: 2, affected: 3, counts: of(3, 0, 0), ..two },
                "Found 3 errors in 3 documents",
            ),
            (Summary { skipped_exchanges: 2, ..Summary::default() }, "Checked no documents (2 exchanges skipped)"),
        ] {
            assert_eq!(summary.to_string(), line);
        }
    }
}
