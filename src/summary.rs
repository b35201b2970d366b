//! What the whole run has seen, and how it ends.

use std::fmt;

use crate::check::Checked;
use crate::diagnostic::Severity;
use crate::text::count;

/// Totals over all documents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Inputs that were read.
    pub files: u64,
    /// Documents in them.
    pub documents: u64,
    /// Documents without any finding.
    pub clean: u64,
    /// Findings of this severity.
    pub errors: u64,
    /// Findings of this severity.
    pub warnings: u64,
    /// Findings of this severity.
    pub notes: u64,
    /// Inputs that could not be read.
    pub unreadable: u64,
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
    /// Counts one file with one document in it.
    pub fn add(&mut self, checked: &Checked<'_>) {
        self.files += 1;
        self.documents += 1;
        self.clean += u64::from(checked.findings.is_empty());
        self.errors += checked.count(Severity::Error) as u64;
        self.warnings += checked.count(Severity::Warning) as u64;
        self.notes += checked.count(Severity::Note) as u64;
    }

    /// How a run that has seen this ends.
    pub fn outcome(&self) -> Outcome {
        match self {
            Summary { unreadable: 1.., .. } | Summary { documents: 0, .. } => Outcome::Failed,
            Summary { errors: 1.., .. } => Outcome::Findings,
            _ => Outcome::Clean,
        }
    }
}

/// One stable line: notes and unreadable inputs are named only where there are some.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (documents, files) = (count(self.documents, "document"), count(self.files, "file"));
        let (errors, warnings) = (count(self.errors, "error"), count(self.warnings, "warning"));
        write!(
            f,
            "{documents} in {files}: {} clean, {} with findings: {errors}, {warnings}",
            self.clean,
            self.documents - self.clean
        )?;
        if self.notes > 0 {
            write!(f, ", {}", count(self.notes, "note"))?;
        }
        if self.unreadable > 0 {
            write!(f, "; {} unreadable", self.unreadable)?;
        }
        Ok(())
    }
}
