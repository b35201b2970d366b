//! The files that differ from a git revision, according to `git`.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Files that differ from a revision, and untracked files that are not ignored. All paths are canonical.
pub(super) struct Changed {
    root: PathBuf,
    files: HashSet<PathBuf>,
}

impl Changed {
    /// Runs git in the repository that contains `directory`.
    pub(super) fn since(revision: &str, directory: &Path) -> Result<Changed, String> {
        // git would treat it as an option.
        if revision.starts_with('-') {
            return Err(format!("invalid revision `{revision}`"));
        }
        let root = git(directory, &["rev-parse", "--show-toplevel"])?;
        let root = path(root.strip_suffix(b"\n").unwrap_or(&root));
        let differing = git(&root, &["diff", "--name-only", "-z", "--diff-filter=d", "--no-renames", revision, "--"])?;
        let unknown = git(&root, &["ls-files", "--others", "--exclude-standard", "-z"])?;
        let names = differing.split(|byte| *byte == 0).chain(unknown.split(|byte| *byte == 0));
        let files = names.filter(|name| !name.is_empty()).map(|name| root.join(path(name)));
        let files = files.map(|file| crate::input::real_path(&file).unwrap_or(file)).collect();
        Ok(Changed { files, root: crate::input::real_path(&root).unwrap_or(root) })
    }

    /// True for a changed file, and for a file that is missing or outside the repository: git does not report those.
    pub(super) fn has(&self, file: &Path) -> bool {
        crate::input::real_path(file).map_or(true, |file| self.files.contains(&file) || !file.starts_with(&self.root))
    }
}

/// Runs git and returns its output.
fn git(directory: &Path, arguments: &[&str]) -> Result<Vec<u8>, String> {
    let output = Command::new("git").arg("-C").arg(directory).args(arguments).stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("failed to run git: {}", crate::input::reason(&error)))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let message = String::from_utf8_lossy(&output.stderr);
    Err(format!("git: {}", message.lines().next().unwrap_or("unknown error").trim_start_matches("fatal: ")))
}

#[cfg(unix)]
fn path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    OsStr::from_bytes(bytes).into()
}

#[cfg(not(unix))]
fn path(bytes: &[u8]) -> PathBuf {
    OsStr::new(&*String::from_utf8_lossy(bytes)).into()
}
