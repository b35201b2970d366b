//! Inputs become sources: the only place that opens and reads files.

mod http;
mod walk;

pub use http::Head;
pub use walk::walk;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::document::MAX_LENGTH;

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

/// An input that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// As [`Input::name`].
    pub name: String,
    /// Why, in words.
    pub reason: String,
}

impl Unreadable {
    fn new(path: &Path, error: &io::Error) -> Self {
        Unreadable { name: path.to_string_lossy().into_owned(), reason: reason(error) }
    }
}

/// A system error in words, without its number.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".into(),
        io::ErrorKind::PermissionDenied => "no permission to read it".into(),
        io::ErrorKind::IsADirectory => "a folder where a file is expected".into(),
        io::ErrorKind::OutOfMemory => "it does not fit into memory".into(),
        _ => {
            let text = error.to_string();
            text.split(" (os error").next().unwrap_or_default().to_lowercase()
        }
    }
}

/// The bytes of one input, and what stands before the document in them.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// As [`Input::name`].
    pub name: String,
    /// Everything that was read: offsets in findings count from its first byte.
    pub bytes: Vec<u8>,
    /// Where the document begins, behind HTTP heads and a byte order mark.
    pub start: usize,
    /// The last HTTP head before the document, as `curl -i` prints them.
    pub head: Option<Head>,
    /// Where a UTF-8 byte order mark was skipped.
    pub mark: Option<usize>,
}

/// The UTF-8 byte order mark.
pub const MARK: &[u8] = b"\xEF\xBB\xBF";

impl Source {
    /// Finds where the document begins.
    pub fn new(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        let mut source = Source { name: name.into(), bytes, ..Source::default() };
        source.skip_mark();
        source.head = http::last_head(&source.bytes, source.start);
        if let Some(head) = &source.head {
            source.start = head.end;
            source.skip_mark();
        }
        source
    }

    fn skip_mark(&mut self) {
        if self.bytes[self.start..].starts_with(MARK) {
            self.mark = Some(self.start);
            self.start += MARK.len();
        }
    }

    /// The document's own bytes.
    pub fn body(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    /// Reads an input to its end, whatever the file system says of its size. Where the first bytes cannot begin a JSON text,
    /// reading stops early: what the input is can be told from them.
    ///
    /// # Errors
    /// When the input cannot be opened or read, or is larger than a document held whole may be (4 GiB).
    #[expect(clippy::disallowed_methods, reason = "this is the one place where inputs are opened, see clippy.toml")]
    pub fn read(input: &Input) -> Result<Source, Unreadable> {
        let read = match input {
            Input::Stdin(_) => read_all(io::stdin().lock()),
            Input::File(path) => File::open(path).and_then(read_all),
        };
        match read {
            Ok(bytes) => Ok(Source::new(input.name(), bytes)),
            Err(error) => Err(Unreadable { name: input.name(), reason: reason(&error) }),
        }
    }
}

/// Read so much before deciding whether the rest is worth reading.
const FIRST: usize = 64 * 1024;

fn read_all(mut reader: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.by_ref().take(FIRST as u64).read_to_end(&mut bytes)?;
    if bytes.len() < FIRST || !may_be_json(&bytes) {
        return Ok(bytes);
    }
    loop {
        // Grown by hand: `read_to_end` on a file would trust its size.
        let step = bytes.len().max(1 << 20);
        bytes.try_reserve(step).map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
        let before = bytes.len();
        reader.by_ref().take(step as u64).read_to_end(&mut bytes)?;
        if bytes.len() > MAX_LENGTH {
            return Err(io::Error::other("larger than 4 GiB, the most that one document may have"));
        }
        if bytes.len() - before < step {
            return Ok(bytes);
        }
    }
}

fn may_be_json(first: &[u8]) -> bool {
    let start = Source::new("", first.to_vec()).start;
    match first[start..].iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => true,
        Some(byte) => {
            matches!(byte, b'{' | b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n' | b'\'' | b'/' | b'#')
        }
    }
}
