//! Where formatted files go: back to their place, or nowhere if only the difference is asked for.
#![allow(clippy::disallowed_methods, reason = "only this module writes files, see clippy.toml")]

use std::fs::{self, File, Metadata};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use crate::input::reason;

/// Compares what is written to it with what is read from somewhere else.
pub struct Comparison<R> {
    with: R,
    is_same: bool,
    read: Vec<u8>,
}

impl<R: Read> Comparison<R> {
    /// With this text.
    pub fn new(with: R) -> Self {
        Comparison { with, is_same: true, read: Vec::new() }
    }

    /// Whether all of it was the same.
    pub fn is_same(mut self) -> bool {
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

/// Why something could not be written, in words.
fn why(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "permission denied".into(),
        io::ErrorKind::NotFound => "no such directory".into(),
        io::ErrorKind::ReadOnlyFilesystem => "read-only file system".into(),
        kind => kind.to_string(),
    }
}

/// Writes a file, all at once or not at all, whether there is one of that name or not.
///
/// # Errors
/// In words, when that is not possible; a file that was there is as it was.
pub fn put(path: &Path, bytes: &[u8]) -> Result<(), String> {
    if path.exists() && !path.is_file() {
        return Err("not a regular file".into());
    }
    if path.exists() {
        return replace(path, |out| out.write_all(bytes).map(|()| true)).map(|_| ());
    }
    let mut new = beside(path)?;
    new.write_all(bytes).and_then(|()| new.as_file().sync_all()).map_err(|error| failed(&error))?;
    new.persist(path).map_err(|error| failed(&error.error))?;
    Ok(())
}

/// Writes behind what is in a file.
///
/// # Errors
/// In words, when that is not possible.
#[expect(clippy::disallowed_methods, reason = "GitHub's job summary is a file that steps append to")]
pub fn append(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let file = fs::OpenOptions::new().append(true).create(true).open(path);
    file.and_then(|mut file| file.write_all(bytes)).map_err(|error| failed(&error))
}

/// A file that is being written: nobody sees it before [`New::finish`], and without that it never was.
pub struct New {
    file: BufWriter<tempfile::NamedTempFile>,
    path: PathBuf,
}

impl New {
    /// Begins a file, in the place of one that is there or of none.
    ///
    /// # Errors
    /// In words, when nothing can be written there.
    pub fn begin(path: &Path) -> Result<New, String> {
        if path.exists() && !path.is_file() {
            return Err("not a regular file".into());
        }
        let file = beside(path)?;
        Ok(New { file: BufWriter::new(file), path: path.to_owned() })
    }

    /// Whether nothing has been written.
    pub fn is_empty(&self) -> bool {
        self.file.buffer().is_empty() && self.file.get_ref().as_file().metadata().is_ok_and(|file| file.len() == 0)
    }

    /// Puts it in its place.
    ///
    /// # Errors
    /// In words, when that is not possible; what was there is as it was.
    pub fn finish(self) -> Result<(), String> {
        let file = self.file.into_inner().map_err(|error| failed(error.error()))?;
        if let Ok(before) = fs::metadata(&self.path) {
            let _ = file.as_file().set_permissions(before.permissions());
        }
        file.as_file().sync_all().map_err(|error| failed(&error))?;
        file.persist(&self.path).map(|_| ()).map_err(|error| failed(&error.error))
    }
}

impl Write for New {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn failed(error: &io::Error) -> String {
    format!("cannot write: {}", why(error))
}

/// A new file in the folder of another one.
fn beside(path: &Path) -> Result<tempfile::NamedTempFile, String> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".callcheck-");
    #[cfg(unix)]
    {
        // As for any new file, the process's mask decides.
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder).map_err(|error| failed(&error))
}

/// Replaces a file by what `write` gives: all at once, or not at all. `write` says whether what it has written is whole. The file that a link leads to is replaced, not
/// the link; permissions and owner stay. What may be said about it besides is given back.
///
/// # Errors
/// In words, when that is not possible; the file is as it was.
pub fn replace(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<bool>,
) -> Result<Option<&'static str>, String> {
    let in_words =
        |doing: &'static str| move |error: io::Error| format!("{doing}: {}; the file was not changed", why(&error));
    // Through links to the file itself.
    let target = fs::canonicalize(path).map_err(|error| reason(&error))?;
    let before = fs::metadata(&target).map_err(|error| reason(&error))?;
    if !before.is_file() {
        return Err("not a regular file; cannot rewrite it in place".into());
    }
    if before.permissions().readonly() {
        return Err("the file is read-only; it was not changed".into());
    }
    let folder = target.parent().unwrap_or(Path::new("."));
    let beside = "cannot write a temporary file next to it";
    let mut new = tempfile::Builder::new().prefix(".callcheck-").tempfile_in(folder).map_err(in_words(beside))?;
    let mut out = BufWriter::with_capacity(64 * 1024, new.as_file_mut());
    let is_whole = write(&mut out).and_then(|is_whole| out.flush().map(|()| is_whole));
    drop(out);
    if !is_whole.map_err(in_words(beside))? {
        return Err("the file changed while it was read; it was not rewritten".into());
    }
    if !keeps_owner(new.as_file(), &before) {
        return Err("cannot preserve its owner or group; the file was not changed".into());
    }
    new.as_file().set_permissions(before.permissions()).map_err(in_words("cannot preserve its permissions"))?;
    new.as_file().sync_all().map_err(in_words(beside))?;
    let is_other = fs::metadata(&target)
        .map_or(true, |now| now.len() != before.len() || now.modified().ok() != before.modified().ok());
    if is_other {
        return Err("the file changed while it was read; it was not rewritten".into());
    }
    new.persist(&target).map_err(|failed| in_words("cannot replace the file")(failed.error))?;
    // That the name leads to the new file must outlive a crash too; not every system can be asked for it.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(has_other_names(&before).then_some("other hard links to this file still have the old contents"))
}

/// Gives the new file to the owner and the group of the old one, if it can.
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
