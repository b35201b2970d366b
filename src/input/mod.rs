//! Opens, decompresses and reads inputs.

mod decompress;
mod http;
mod lines;
pub(crate) mod recordings;
mod walk;
mod window;
pub(crate) mod yaml;

pub(crate) use decompress::Compression;
pub use decompress::Limits;
pub(crate) use decompress::{DecompressError, Decompressor, may_be_wrong};
pub(crate) use http::HttpHeaders;
pub(crate) use lines::LineIndex;
pub(crate) use walk::{Search, walk};
pub(crate) use walk::{is_compressed, is_lines, is_plain_json, is_yaml, schema_files};
pub(crate) use window::{BEFORE, Buffer, Continuation, LINE, Window};
pub(crate) use window::{Location, Map};

use std::fs::{File, Metadata};
use std::io::{self, Cursor, Read};

use crate::json::is_blank;
use crate::text::shell_word;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// With the name that findings show.
    Stdin(String),
    /// A file, or a pipe or device.
    File(PathBuf),
}

impl Input {
    /// The name that findings show, with hostile characters: the path as it was given or found, without `./`.
    pub fn name(&self) -> String {
        match self {
            Input::Stdin(name) => name_of(Path::new(name)),
            Input::File(path) => name_of(path),
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
        InputError { name: name_of(path), reason: reason(error) }
    }
}

/// A path without the `./` of a search in `.`. Services resolve such names from the root of a repository.
fn name_of(path: &Path) -> String {
    let plain = path.strip_prefix(".").ok().filter(|plain| {
        let name = plain.to_string_lossy();
        // `./-` is not standard input.
        !name.is_empty() && !name.starts_with('-')
    });
    plain.unwrap_or(path).to_string_lossy().into_owned()
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
    /// True for standard input, which has no path.
    pub is_piped: bool,
    /// The format from which the document was decompressed.
    pub compression: Option<Compression>,
}

/// The UTF-8 byte order mark.
pub(crate) const MARK: &[u8] = b"\xEF\xBB\xBF";

impl<'a> Source<'a> {
    /// Finds the start of the document.
    pub fn new(name: &'a str, bytes: &'a [u8]) -> Self {
        let mut source = Source { unit: "input", ..Source::line(name, bytes) };
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
        Source {
            name,
            bytes,
            start: 0,
            headers: None,
            mark: None,
            shift: 0,
            unit: "line",
            is_piped: false,
            compression: None,
        }
    }

    /// Sets where the document comes from. Headers about the compressed body do not apply to decompressed data.
    pub(crate) fn with_origin(mut self, is_piped: bool, compression: Option<Compression>) -> Self {
        (self.is_piped, self.compression) = (is_piped, compression);
        if let Some(headers) = self.headers.as_mut().filter(|_| compression.is_some()) {
            (headers.encoding, headers.length) = (None, None);
        }
        self
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

/// The reason why a path cannot be opened, if it is a URL.
fn url(path: &Path) -> Option<String> {
    let url = path.to_str().filter(|path| path.starts_with("https://") || path.starts_with("http://"))?;
    let url = shell_word(url);
    Some(format!("this is a URL, and callcheck downloads nothing; pipe the response: `curl -sSi {url} | callcheck`"))
}

#[expect(clippy::disallowed_methods, reason = "only this function opens inputs, see clippy.toml")]
pub(crate) fn open(input: &Input) -> Result<Opened, InputError> {
    match input {
        Input::Stdin(_) => Ok(Opened { reader: Box::new(io::stdin()), size: None }),
        Input::File(path) => {
            let file = File::open(path).map_err(|error| match url(path) {
                Some(reason) => InputError { name: name_of(path), reason },
                None => InputError::new(path, &error),
            })?;
            let size = file.metadata().ok().filter(Metadata::is_file).map(|found| found.len());
            Ok(Opened { reader: Box::new(file), size })
        }
    }
}

/// Bytes of the document that identify it.
const MIN_BODY: usize = 16;
/// Maximum number of bytes of headers.
const MAX_FRONT: usize = 8 << 20;

/// Reads until the text after HTTP headers is in the window, and leaves the text as it is. Reads nothing if the text
/// does not begin with HTTP headers.
pub(crate) fn fill_headers(window: &mut Window<'_>) {
    const START: &[u8] = b"HTTP/";
    loop {
        let text = window.text();
        let text = text.strip_prefix(MARK).unwrap_or(text).trim_ascii_start();
        let start = Source::new("", window.text()).start;
        let length = window.text().len();
        let is_header = match text {
            [] => length < BEFORE,
            // The headers may continue, until there is a body.
            _ if start > MARK.len() => start + MIN_BODY > length && length <= MAX_FRONT,
            _ => START.starts_with(text) || text.starts_with(START) && !text.contains(&b'\n'),
        };
        if !is_header || window.is_complete() || length > MAX_FRONT {
            return;
        }
        window.fill(length.max(MIN_BODY));
    }
}

/// Reads until the start of the document is in the window. Removes most of the whitespace before it.
pub(crate) fn fill_front(window: &mut Window<'_>) {
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
    fill_headers(&mut window);
    let start = Source::new("", window.text()).start;
    let compression = Compression::of(&window.text()[start..]).filter(|_| window.failure().is_none());
    let done = match compression {
        None => with(&mut window, None),
        Some(compression) => {
            let mut headers = window.text().to_vec();
            let first = headers.split_off(start);
            let (_, reader) = window.lend();
            let decompressor = Decompressor::new(Cursor::new(first).chain(reader), compression, limits);
            let mut reader = Cursor::new(headers).chain(decompressor);
            with(&mut Window::new(&mut reader, Buffer::default(), chunk), Some(compression))
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
