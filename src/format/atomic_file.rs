//! Files that are written completely or not at all, and the comparison for `format --check`.
#![allow(clippy::disallowed_methods, reason = "only this module writes files, see clippy.toml")]

use std::collections::BTreeSet;
use std::fs::{self, File, Metadata};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, Once, OnceLock, PoisonError};

use crate::input::reason;

/// A writer that compares its bytes with those of a reader.
pub(crate) struct Comparison<R> {
    with: R,
    is_same: bool,
    read: Vec<u8>,
}

impl<R: Read> Comparison<R> {
    pub(crate) fn new(with: R) -> Self {
        Comparison { with, is_same: true, read: Vec::new() }
    }

    /// True if all bytes were the same and the reader has no more.
    pub(crate) fn ends_the_same(mut self) -> bool {
        self.is_same && matches!(self.with.read(&mut [0]), Ok(0))
    }
}

impl<R: Read> Write for Comparison<R> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_same {
            self.read.resize(bytes.len(), 0);
            self.is_same = self.with.read_exact(&mut self.read).is_ok() && self.read == bytes;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn why(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "permission denied".into(),
        io::ErrorKind::NotFound => "no such directory".into(),
        io::ErrorKind::ReadOnlyFilesystem => "read-only file system".into(),
        kind => kind.to_string(),
    }
}

/// Creates or replaces a file. If that fails, an existing file is unchanged.
pub(crate) fn put(path: &Path, bytes: &[u8]) -> Result<(), String> {
    if path.is_file() {
        return replace(path, |out| out.write_all(bytes).map(|()| true)).map(|_| ());
    }
    let mut new = NewFile::begin(path)?;
    new.write_all(bytes).map_err(|error| failed(&error))?;
    new.finish()
}

/// Appends to a file, or creates it. `text` receives the size of the file.
#[expect(clippy::disallowed_methods, reason = "GitHub's job summary is a file that steps append to")]
pub(crate) fn append(path: &Path, text: impl FnOnce(u64) -> String) -> Result<(), String> {
    let file = fs::OpenOptions::new().append(true).create(true).open(path);
    let append = |mut file: File| file.write_all(text(file.metadata()?.len()).as_bytes());
    file.and_then(append).map_err(|error| failed(&error))
}

/// A file that appears under its name only with [`NewFile::finish`].
pub(crate) struct NewFile {
    file: BufWriter<TemporaryFile>,
    path: PathBuf,
}

impl NewFile {
    pub(crate) fn begin(path: &Path) -> Result<NewFile, String> {
        if path.exists() && !path.is_file() {
            return Err("not a regular file".into());
        }
        let file = temporary_file(path)?;
        Ok(NewFile { file: BufWriter::new(file), path: path.to_owned() })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.file.buffer().is_empty() && self.file.get_ref().as_file().metadata().is_ok_and(|file| file.len() == 0)
    }

    /// Renames the file to its path. If that fails, an existing file is unchanged.
    pub(crate) fn finish(self) -> Result<(), String> {
        let file = self.file.into_inner().map_err(|error| failed(error.error()))?;
        if let Ok(before) = fs::metadata(&self.path) {
            let _ = file.as_file().set_permissions(before.permissions());
        }
        file.as_file().sync_all().map_err(|error| failed(&error))?;
        file.persist(&self.path).map_err(|error| failed(&error))
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Paths of all temporary files that exist. Locked while one is created, renamed or removed.
static TEMPORARY_PATHS: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn temporary_paths() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    TEMPORARY_PATHS.lock().unwrap_or_else(PoisonError::into_inner)
}

static BEFORE_FIRST: OnceLock<fn()> = OnceLock::new();

/// Runs `prepare` before the first temporary file is created. Most runs create none, and the thread that handles
/// signals costs time and memory.
pub fn before_first_temporary_file(prepare: fn()) {
    let _ = BEFORE_FIRST.set(prepare);
}

/// Removes all temporary files, for a process that a signal is about to end. Afterward, threads that create or rename a
/// temporary file wait for the end of the process.
pub fn remove_temporary_files() {
    let paths = temporary_paths();
    paths.iter().for_each(|path| drop(fs::remove_file(path)));
    std::mem::forget(paths);
}

/// A temporary file, which is removed when it is dropped or when a signal ends the process.
struct TemporaryFile {
    /// `None` after `persist`.
    file: Option<tempfile::NamedTempFile>,
}

impl TemporaryFile {
    fn create(builder: &tempfile::Builder<'_, '_>, directory: &Path) -> io::Result<TemporaryFile> {
        static PREPARED: Once = Once::new();
        PREPARED.call_once(|| BEFORE_FIRST.get().into_iter().for_each(|prepare| prepare()));
        let mut paths = temporary_paths();
        let file = builder.tempfile_in(directory)?;
        paths.insert(file.path().to_owned());
        Ok(TemporaryFile { file: Some(file) })
    }

    fn as_file(&self) -> &File {
        self.file.as_ref().expect("only `persist` removes it").as_file()
    }

    fn persist(mut self, path: &Path) -> io::Result<()> {
        let Some(file) = self.file.take() else { return Ok(()) };
        let mut paths = temporary_paths();
        paths.remove(file.path());
        file.persist(path).map(drop).map_err(|failed| failed.error)
    }
}

impl Write for TemporaryFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.as_file().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            let mut paths = temporary_paths();
            paths.remove(file.path());
            drop(file);
        }
    }
}

fn failed(error: &io::Error) -> String {
    format!("cannot write: {}", why(error))
}

/// A temporary file in the directory of `path`.
fn temporary_file(path: &Path) -> Result<TemporaryFile, String> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".callcheck-");
    #[cfg(unix)]
    {
        // As for any new file, the umask of the process applies.
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    TemporaryFile::create(&builder, directory).map_err(|error| failed(&error))
}

/// Replaces a file by what `write` writes, unless that returns false because its input was incomplete. Replaces the
/// target of a link, not the link; preserves permissions and owner. Returns a note for the user. If it fails, the file
/// is unchanged.
pub(crate) fn replace(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<bool>,
) -> Result<Option<&'static str>, String> {
    let in_words =
        |doing: &'static str| move |error: io::Error| format!("{doing}: {}; the file was not changed", why(&error));
    let target = fs::canonicalize(path).map_err(|error| reason(&error))?;
    let before = fs::metadata(&target).map_err(|error| reason(&error))?;
    if !before.is_file() {
        return Err("not a regular file; cannot rewrite it in place".into());
    }
    if before.permissions().readonly() {
        return Err("the file is read-only; it was not changed".into());
    }
    let directory = target.parent().unwrap_or(Path::new("."));
    let cannot_write = "cannot write a temporary file next to it";
    let mut new = TemporaryFile::create(tempfile::Builder::new().prefix(".callcheck-"), directory)
        .map_err(in_words(cannot_write))?;
    let mut out = BufWriter::with_capacity(64 * 1024, &mut new);
    let is_whole = write(&mut out).and_then(|is_whole| out.flush().map(|()| is_whole));
    drop(out);
    if !is_whole.map_err(in_words(cannot_write))? {
        return Err("the file changed while it was read; it was not rewritten".into());
    }
    if !keeps_owner(new.as_file(), &before) {
        return Err("cannot preserve its owner or group; the file was not changed".into());
    }
    new.as_file().set_permissions(before.permissions()).map_err(in_words("cannot preserve its permissions"))?;
    new.as_file().sync_all().map_err(in_words(cannot_write))?;
    let has_changed = fs::metadata(&target)
        .map_or(true, |now| now.len() != before.len() || now.modified().ok() != before.modified().ok());
    if has_changed {
        return Err("the file changed while it was read; it was not rewritten".into());
    }
    new.persist(&target).map_err(in_words("cannot replace the file"))?;
    // The rename must survive a crash as well. Not every system can sync a directory.
    let _ = File::open(directory).and_then(|directory| directory.sync_all());
    Ok(has_other_names(&before).then_some("other hard links to this file still have the old contents"))
}

/// Sets owner and group of the new file to those of the old one; false if that is not possible.
#[cfg(unix)]
fn keeps_owner(new: &File, before: &Metadata) -> bool {
    use std::os::unix::fs::{MetadataExt, fchown};
    let is_same = new.metadata().is_ok_and(|made| (made.uid(), made.gid()) == (before.uid(), before.gid()));
    is_same || fchown(new, Some(before.uid()), Some(before.gid())).is_ok()
}

#[cfg(not(unix))]
fn keeps_owner(_: &File, _: &Metadata) -> bool {
    true
}

#[cfg(unix)]
fn has_other_names(before: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    before.nlink() > 1
}

#[cfg(not(unix))]
fn has_other_names(_: &Metadata) -> bool {
    false
}
