//! Opens, decompresses and reads inputs.

mod decompress;
mod http;
mod walk;
mod window;

pub(crate) use decompress::Compression;
pub use decompress::Limits;
pub(crate) use decompress::{DecompressError, Decompressor};
pub(crate) use http::HttpHeaders;
pub(crate) use walk::{Search, walk};
pub(crate) use walk::{is_compressed, is_lines, is_plain_json, schema_files};
pub(crate) use window::{BEFORE, Buffer, Continuation, LINE, Window};
pub(crate) use window::{Location, Map};

use std::fs::{File, Metadata};
use std::io::{self, Cursor, Read};

use crate::json::is_blank;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// With the name that findings show.
    Stdin(String),
    /// A file, or a pipe or device.
    File(PathBuf),
}

impl Input {
    /// The name that findings show, with hostile characters: the path as it was given or found.
    pub fn name(&self) -> String {
        match self {
            Input::Stdin(name) => name.clone(),
            Input::File(path) => path.to_string_lossy().into_owned(),
        }
    }

    /// True if it can be read more than once.
    pub fn is_file(&self) -> bool {
        match self {
            Input::Stdin(_) => false,
            Input::File(path) => path.metadata().is_ok_and(|found| found.is_file()),
        }
    }

    /// Estimated size in bytes, to distribute work.
    pub fn size(&self) -> u64 {
        match self {
            Input::Stdin(_) => u64::MAX,
            Input::File(path) => path.metadata().ok().filter(Metadata::is_file).map_or(u64::MAX, |found| found.len()),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputError {
    /// As `Input::name`.
    pub name: String,
    pub reason: String,
}

impl InputError {
    fn new(path: &Path, error: &io::Error) -> Self {
        InputError { name: path.to_string_lossy().into_owned(), reason: reason(error) }
    }
}

/// The description of a system error, without its number.
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

/// The text of one document, or its beginning, and the headers before it. Positions count from the first byte of
/// `bytes`.
#[derive(Debug, Clone)]
pub struct Source<'a> {
    /// As `Input::name`.
    pub name: &'a str,
    pub bytes: &'a [u8],
    /// Position of the document, after HTTP headers and a byte order mark.
    pub start: usize,
    /// Those of the last response, as `curl -i` prints them.
    pub headers: Option<HttpHeaders>,
    /// Position of a byte order mark that was skipped.
    pub mark: Option<usize>,
    /// Bytes of the input before `bytes`.
    pub shift: u64,
    /// The name of what ends where `bytes` do: "input" or "line".
    pub unit: &'static str,
}

/// The UTF-8 byte order mark.
pub(crate) const MARK: &[u8] = b"\xEF\xBB\xBF";

impl<'a> Source<'a> {
    /// Finds the start of the document.
    pub fn new(name: &'a str, bytes: &'a [u8]) -> Self {
        let mut source = Source { name, bytes, start: 0, headers: None, mark: None, shift: 0, unit: "input" };
        source.skip_mark();
        source.headers = http::last_headers(source.bytes, source.start);
        if let Some(headers) = &source.headers {
            source.start = headers.end;
            source.skip_mark();
        }
        source
    }

    /// A line of JSON Lines.
    pub fn line(name: &'a str, bytes: &'a [u8]) -> Self {
        Source { name, bytes, start: 0, headers: None, mark: None, shift: 0, unit: "line" }
    }

    fn skip_mark(&mut self) {
        if self.bytes[self.start..].starts_with(MARK) {
            self.mark = Some(self.start);
            self.start += MARK.len();
        }
    }

    /// The bytes of the document.
    pub fn body(&self) -> &'a [u8] {
        &self.bytes[self.start..]
    }

    /// True if the text may be JSON, possibly with an error, by its first byte.
    pub(crate) fn may_be_json(&self) -> bool {
        match self.body().iter().find(|byte| !byte.is_ascii_whitespace()) {
            None => true,
            Some(byte) => {
                matches!(byte, b'{' | b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n' | b'\'' | b'/' | b'#')
            }
        }
    }
}

pub(crate) struct Opened {
    /// The bytes, still compressed.
    pub reader: Box<dyn Read + Send>,
    /// Bytes, to show progress.
    pub size: Option<u64>,
}

#[expect(clippy::disallowed_methods, reason = "only this function opens inputs, see clippy.toml")]
pub(crate) fn open(input: &Input) -> Result<Opened, InputError> {
    match input {
        Input::Stdin(_) => Ok(Opened { reader: Box::new(io::stdin()), size: None }),
        Input::File(path) => {
            let file = File::open(path).map_err(|error| InputError::new(path, &error))?;
            let size = file.metadata().ok().filter(Metadata::is_file).map(|found| found.len());
            Ok(Opened { reader: Box::new(file), size })
        }
    }
}

/// Reads until the start of the document is in the window. Removes most of the whitespace before it.
pub(crate) fn fill_front(window: &mut Window<'_>) {
    /// Bytes of the document that identify it.
    const MIN_BODY: usize = 16;
    /// Maximum number of bytes of headers.
    const MAX_FRONT: usize = 8 << 20;
    loop {
        let source = Source::new("", window.text());
        let (start, mark, end) = (source.start, source.mark, source.bytes.len());
        let blank = source.body().iter().take_while(|byte| is_blank(**byte)).count();
        if start + blank + MIN_BODY <= end || window.is_complete() || start > MAX_FRONT {
            return;
        }
        window.map().0.mark = mark;
        window.cut_blanks(start);
        window.fill(window.text().len().max(MIN_BODY));
    }
}

/// Calls `with` with a window over the (decompressed) data of a reader. Returns the buffer, for the next input.
pub(crate) fn with_window<R>(
    reader: &mut (dyn Read + Send),
    buffer: Buffer,
    chunk: usize,
    limits: Limits,
    with: &mut dyn FnMut(&mut Window<'_>, Option<Compression>) -> R,
) -> (R, Buffer) {
    let mut window = Window::new(reader, buffer, chunk);
    // The length of the magic bytes.
    window.fill(4);
    let done = match Compression::of(window.text()) {
        None => with(&mut window, None),
        Some(compression) => {
            let first = window.text().to_vec();
            window.fill(0);
            let (_, reader) = window.lend();
            let mut decompressor = Decompressor::new(Cursor::new(first).chain(reader), compression, limits);
            with(&mut Window::new(&mut decompressor, Buffer::default(), chunk), Some(compression))
        }
    };
    (done, window.into_buffer())
}

/// The data of a reader, decompressed if it is compressed.
pub(crate) fn decompressed<'r>(mut reader: impl Read + Send + 'r, limits: Limits) -> Box<dyn Read + Send + 'r> {
    let mut first = Vec::new();
    let begun = reader.by_ref().take(4).read_to_end(&mut first);
    let compression = begun.is_ok().then(|| Compression::of(&first)).flatten();
    let whole = Cursor::new(first).chain(reader);
    match compression {
        None => Box::new(whole),
        Some(compression) => Box::new(Decompressor::new(whole, compression, limits)),
    }
}

pub(crate) fn read_decompressed(input: &Input) -> Result<Vec<u8>, InputError> {
    collect(decompressed(open(input)?.reader, Limits::DEFAULT), input)
}

/// Reads an input without decompressing it.
pub(crate) fn read_to_end(input: &Input) -> Result<Vec<u8>, InputError> {
    collect(open(input)?.reader, input)
}

fn collect(mut reader: impl Read, input: &Input) -> Result<Vec<u8>, InputError> {
    let mut bytes = Vec::new();
    let read = reader.read_to_end(&mut bytes);
    read.map_err(|error| InputError { name: input.name(), reason: reason(&error) })?;
    Ok(bytes)
}

/// Reads an input without decompressing it; an error if it has more than `max` bytes.
pub(crate) fn read_bounded(input: &Input, max: u64) -> Result<Vec<u8>, InputError> {
    let bytes = collect(open(input)?.reader.take(max + 1), input)?;
    if bytes.len() as u64 > max {
        let reason = format!("the file is larger than {} MiB", max >> 20);
        return Err(InputError { name: input.name(), reason });
    }
    Ok(bytes)
}

/// The path without links and `..`.
pub(crate) fn real_path(path: &Path) -> Result<PathBuf, InputError> {
    path.canonicalize().map_err(|error| InputError::new(path, &error))
}
