//! Inputs become sources: the only place that opens and reads files.

mod decompress;
mod http;
mod walk;
mod window;

pub use decompress::{Compression, DecompressError, Inflate, Limits};
pub use http::Head;
pub use walk::{Search, walk};
pub(crate) use walk::{is_compressed, is_lines, is_plain_json, schema_files};
pub use window::{BEFORE, Buffer, LINE, Location, Map, Window};

use std::fs::{File, Metadata};
use std::io::{self, Cursor, Read};

use crate::json::is_blank;
use std::path::{Path, PathBuf};

/// Something to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Standard input, under the name that findings show.
    Stdin(String),
    /// A file, or whatever can be opened by a path.
    File(PathBuf),
}

impl Input {
    /// The name that findings show: the path as it was given or found, not yet made visible.
    pub fn name(&self) -> String {
        match self {
            Input::Stdin(name) => name.clone(),
            Input::File(path) => path.to_string_lossy().into_owned(),
        }
    }
}

impl Input {
    /// Whether it is a file that can be read again.
    pub fn is_file(&self) -> bool {
        match self {
            Input::Stdin(_) => false,
            Input::File(path) => path.metadata().is_ok_and(|found| found.is_file()),
        }
    }

    /// How much there seems to be to read, in bytes, for sharing out work only.
    pub fn size(&self) -> u64 {
        match self {
            Input::Stdin(_) => u64::MAX,
            Input::File(path) => path.metadata().ok().filter(Metadata::is_file).map_or(u64::MAX, |found| found.len()),
        }
    }
}

/// An input that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputError {
    /// As [`Input::name`].
    pub name: String,
    /// Why, in words.
    pub reason: String,
}

impl InputError {
    fn new(path: &Path, error: &io::Error) -> Self {
        InputError { name: path.to_string_lossy().into_owned(), reason: reason(error) }
    }
}

/// A system error in words, without its number.
pub(crate) fn reason(error: &io::Error) -> String {
    if let Some(ours) = error.get_ref() {
        return ours.to_string();
    }
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or directory".into(),
        io::ErrorKind::PermissionDenied => "permission denied".into(),
        io::ErrorKind::IsADirectory => "is a directory, expected a file".into(),
        io::ErrorKind::OutOfMemory => "not enough memory".into(),
        _ => {
            let text = error.to_string();
            text.split(" (os error").next().unwrap_or_default().to_lowercase()
        }
    }
}

/// The text of one document, or the beginning of one, and what stands before it. Positions count from the first byte of `bytes`.
#[derive(Debug, Clone)]
pub struct Source<'a> {
    /// As [`Input::name`].
    pub name: &'a str,
    /// The text.
    pub bytes: &'a [u8],
    /// Where the document begins, behind HTTP heads and a byte order mark.
    pub start: usize,
    /// The last HTTP head before the document, as `curl -i` prints them.
    pub head: Option<Head>,
    /// Where a UTF-8 byte order mark was skipped.
    pub mark: Option<usize>,
    /// Bytes of the input that are missing in `bytes` before the place at hand.
    pub shift: u64,
    /// What ends where `bytes` do: "input" or "line".
    pub unit: &'static str,
}

/// The UTF-8 byte order mark.
pub const MARK: &[u8] = b"\xEF\xBB\xBF";

impl<'a> Source<'a> {
    /// Finds where the document begins.
    pub fn new(name: &'a str, bytes: &'a [u8]) -> Self {
        let mut source = Source { name, bytes, start: 0, head: None, mark: None, shift: 0, unit: "input" };
        source.skip_mark();
        source.head = http::last_head(source.bytes, source.start);
        if let Some(head) = &source.head {
            source.start = head.end;
            source.skip_mark();
        }
        source
    }

    /// A line of JSON Lines.
    pub fn line(name: &'a str, bytes: &'a [u8]) -> Self {
        Source { name, bytes, start: 0, head: None, mark: None, shift: 0, unit: "line" }
    }

    fn skip_mark(&mut self) {
        if self.bytes[self.start..].starts_with(MARK) {
            self.mark = Some(self.start);
            self.start += MARK.len();
        }
    }

    /// The document's own bytes.
    pub fn body(&self) -> &'a [u8] {
        &self.bytes[self.start..]
    }

    /// Whether the first bytes can begin a JSON text, or one that has a mistake. Where they cannot, what the input is can be told from them.
    pub(crate) fn may_be_json(&self) -> bool {
        match self.body().iter().find(|byte| !byte.is_ascii_whitespace()) {
            None => true,
            Some(byte) => {
                matches!(byte, b'{' | b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n' | b'\'' | b'/' | b'#')
            }
        }
    }
}

/// An input that is being read.
pub struct Opened {
    /// Its bytes, as they are.
    pub reader: Box<dyn Read + Send>,
    /// Its size in bytes as the file system tells it, for showing progress only.
    pub size: Option<u64>,
}

/// Opens an input.
///
/// # Errors
/// When it cannot be opened.
#[expect(clippy::disallowed_methods, reason = "only this function opens inputs, see clippy.toml")]
pub fn open(input: &Input) -> Result<Opened, InputError> {
    match input {
        Input::Stdin(_) => Ok(Opened { reader: Box::new(io::stdin()), size: None }),
        Input::File(path) => {
            let file = File::open(path).map_err(|error| InputError::new(path, &error))?;
            let size = file.metadata().ok().filter(Metadata::is_file).map(|found| found.len());
            Ok(Opened { reader: Box::new(file), size })
        }
    }
}

/// Reads on until the first bytes behind all heads are there. Of white space before them only a little stays in the window.
pub(crate) fn fill_front(window: &mut Window<'_>) {
    /// Enough to tell one thing from another, and the most that heads may have.
    const ENOUGH: usize = 16;
    const MOST: usize = 8 << 20;
    loop {
        let source = Source::new("", window.text());
        let (start, mark, end) = (source.start, source.mark, source.bytes.len());
        let blank = source.body().iter().take_while(|byte| is_blank(**byte)).count();
        if start + blank + ENOUGH <= end || window.is_complete() || start > MOST {
            return;
        }
        window.map().0.mark = mark;
        window.cut_blanks(start);
        window.fill(window.text().len().max(ENOUGH));
    }
}

/// Calls `with` with a window over the text of what a reader gives, inflated if it is packed; gives back the memory.
pub(crate) fn unpacked<R>(
    reader: &mut (dyn Read + Send),
    buffer: Buffer,
    chunk: usize,
    limits: Limits,
    with: &mut dyn FnMut(&mut Window<'_>, Option<Compression>) -> R,
) -> (R, Buffer) {
    let mut window = Window::new(reader, buffer, chunk);
    // As much as the first bytes of packed data are.
    window.fill(4);
    let done = match Compression::of(window.text()) {
        None => with(&mut window, None),
        Some(compression) => {
            let first = window.text().to_vec();
            window.fill(0);
            let (_, reader) = window.lend();
            let mut inflate = Inflate::new(Cursor::new(first).chain(reader), compression, limits);
            with(&mut Window::new(&mut inflate, Buffer::default(), chunk), Some(compression))
        }
    };
    (done, window.into_buffer())
}

/// The text of what a reader gives, inflated if it is packed.
pub fn decompressed<'r>(mut reader: impl Read + Send + 'r, limits: Limits) -> Box<dyn Read + Send + 'r> {
    let mut first = Vec::new();
    let begun = reader.by_ref().take(4).read_to_end(&mut first);
    let compression = begun.is_ok().then(|| Compression::of(&first)).flatten();
    let whole = Cursor::new(first).chain(reader);
    match compression {
        None => Box::new(whole),
        Some(compression) => Box::new(Inflate::new(whole, compression, limits)),
    }
}

/// Reads an input to its end, inflated if it is packed.
///
/// # Errors
/// When it cannot be opened, read or inflated.
pub fn read_decompressed(input: &Input) -> Result<Vec<u8>, InputError> {
    let mut bytes = Vec::new();
    let read = decompressed(open(input)?.reader, Limits::DEFAULT).read_to_end(&mut bytes);
    read.map_err(|error| InputError { name: input.name(), reason: reason(&error) })?;
    Ok(bytes)
}

/// Reads an input to its end, as it is.
///
/// # Errors
/// When it cannot be opened or read.
pub fn read_to_end(input: &Input) -> Result<Vec<u8>, InputError> {
    let mut bytes = Vec::new();
    let read = open(input)?.reader.read_to_end(&mut bytes);
    read.map_err(|error| InputError { name: input.name(), reason: reason(&error) })?;
    Ok(bytes)
}

/// Reads a file to its end, as it is, if it has no more than so many bytes.
///
/// # Errors
/// When it cannot be opened or read, or has more.
pub(crate) fn read_bounded(path: &Path, most: u64) -> Result<Vec<u8>, InputError> {
    let mut bytes = Vec::new();
    let read = open(&Input::File(path.to_owned()))?.reader.take(most + 1).read_to_end(&mut bytes);
    read.map_err(|error| InputError::new(path, &error))?;
    if bytes.len() as u64 > most {
        let reason = format!("the file is larger than {} MiB", most >> 20);
        return Err(InputError { name: path.to_string_lossy().into_owned(), reason });
    }
    Ok(bytes)
}

/// The path of a file or folder without links and `..`.
///
/// # Errors
/// When there is none.
pub(crate) fn real_path(path: &Path) -> Result<PathBuf, InputError> {
    path.canonicalize().map_err(|error| InputError::new(path, &error))
}
