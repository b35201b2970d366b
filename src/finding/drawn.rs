//! The excerpts that a run no longer needs.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};

use crate::diagnostic::{Group, Severity};

/// Excerpts that the reporter will not draw, because it drew enough of a severity or of a group. The reporter shares
/// this with the threads that find findings.
///
/// Invariant: once an excerpt is not needed, it is never needed again. A thread may read an older state, and then takes
/// an excerpt that is not drawn. So the output does not depend on the timing of threads.
#[derive(Debug, Default)]
pub struct DrawnFindings {
    /// Errors, warnings, notes.
    exhausted: [AtomicBool; 3],
    groups: RwLock<HashSet<Group>>,
}

impl DrawnFindings {
    /// No finding of this severity will be drawn.
    pub fn exhaust(&self, severity: Severity) {
        self.flag(severity).store(true, Ordering::Relaxed);
    }

    /// No finding of this group will be drawn. The caller limits the number of groups.
    pub fn complete(&self, group: Group) {
        self.groups.write().unwrap_or_else(PoisonError::into_inner).insert(group);
    }

    pub(super) fn is_exhausted(&self, severity: Severity) -> bool {
        self.flag(severity).load(Ordering::Relaxed)
    }

    pub(super) fn is_complete(&self, group: Group) -> bool {
        self.groups.read().unwrap_or_else(PoisonError::into_inner).contains(&group)
    }

    /// True if no finding will be drawn.
    pub(crate) fn is_all(&self) -> bool {
        self.exhausted.iter().all(|flag| flag.load(Ordering::Relaxed))
    }

    fn flag(&self, severity: Severity) -> &AtomicBool {
        &self.exhausted[severity.pick([0, 1, 2])]
    }
}
