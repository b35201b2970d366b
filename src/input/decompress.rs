//! Compressed input, recognised by its first bytes and inflated as it is read: gzip (RFC 1952) and Zstandard (RFC 8878), one member behind the other.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::{Decompress, FlushDecompress, Status};
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// What an input is packed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstd,
}

impl Compression {
    /// Told from the first bytes of an input.
    pub fn of(first: &[u8]) -> Option<Compression> {
        match first {
            [0x1F, 0x8B, 8, ..] => Some(Compression::Gzip),
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Some(Compression::Zstd),
            // A skippable frame (RFC 8878, section 3.1.2), as pzstd writes them.
            [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Some(Compression::Zstd),
            _ => None,
        }
    }

    /// What names of such files end in.
    pub fn ending(self) -> &'static str {
        match self {
            Compression::Gzip => ".gz",
            Compression::Zstd => ".zst",
        }
    }

    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Compression::Gzip => "gzip",
            Compression::Zstd => "zstd",
        }
    }
}

/// How much may come out of a compressed input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes at most.
    pub size: u64,
    /// Times the compressed size at most, once [`Limits::FREE`] bytes are out.
    pub ratio: u64,
}

impl Limits {
    /// So many bytes are let out before the ratio counts.
    pub const FREE: u64 = 64 << 20;
    /// What nobody has asked to be otherwise: 16 GiB, and 200 times the compressed size. Answers of HubSpot pack to a fifth or a twentieth.
    pub const DEFAULT: Limits = Limits { size: 16 << 30, ratio: 200 };

    /// What `--max-decompressed-size` asks for, 0 for no limit. Who names a size has thought about it: no ratio counts then.
    pub fn of(max_inflated: Option<u64>) -> Limits {
        match max_inflated {
            None => Limits::DEFAULT,
            Some(0) => Limits { size: u64::MAX, ratio: u64::MAX },
            Some(size) => Limits { size, ratio: u64::MAX },
        }
    }
}

/// Why inflating ended before the input did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DecompressError {
    /// The compressed data is damaged or ends too early; in what way, as the end of a sentence.
    Damaged(String),
    /// It needs something that is not there; how to inflate it.
    Demanding(&'static str, &'static str),
    /// More than [`Limits::size`] bytes.
    TooLarge(u64),
    /// More than [`Limits::ratio`] bytes for one.
    Bomb(u64),
}

impl fmt::Display for DecompressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecompressError::Damaged(how) => f.write_str(how),
            DecompressError::Demanding(what, how) => {
                write!(f, "the data requires {what}; decompress it first: `{how}`")
            }
            DecompressError::TooLarge(size) => write!(
                f,
                "decompressed size exceeds {} bytes; raise the limit with --max-decompressed-size",
                crate::text::thousands(*size)
            ),
            DecompressError::Bomb(ratio) => write!(
                f,
                "compression ratio exceeds {ratio}:1 (possible decompression bomb); raise the limit with --max-decompressed-size if you trust the file"
            ),
        }
    }
}

impl std::error::Error for DecompressError {}

/// The inflated bytes of a compressed input.
pub struct Inflate<R: Read> {
    compression: Compression,
    limits: Limits,
    inflated: u64,
    state: State<Counted<BufReader<Steady<R>>>>,
    /// Compressed bytes of the members that are done.
    done: u64,
    /// Why no more could be read, if that is why.
    failure: Arc<Mutex<Option<io::Error>>>,
}

/// Reads on when it was interrupted, and keeps the error that ends it: decoders make something of their own of it.
struct Steady<R> {
    reader: R,
    failure: Arc<Mutex<Option<io::Error>>>,
}

impl<R: Read> Read for Steady<R> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        loop {
            return match self.reader.read(space) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    let kind = error.kind();
                    *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                    Err(kind.into())
                }
                read => read,
            };
        }
    }
}

enum State<R: BufRead> {
    /// Between two members.
    Between(R),
    Gzip(Box<Gunzip>, R),
    Zstd(Box<FrameDecoder>, R),
    DocumentEnd,
}

/// Counts what is taken out of a reader.
struct Counted<R> {
    reader: R,
    taken: u64,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.taken += read as u64;
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.taken += amount as u64;
        self.reader.consume(amount);
    }
}

impl<R: Read> Inflate<R> {
    /// Inflates what `reader` gives.
    pub fn new(reader: R, compression: Compression, limits: Limits) -> Self {
        let failure = Arc::default();
        let reader = Steady { reader, failure: Arc::clone(&failure) };
        let reader = Counted { reader: BufReader::with_capacity(128 * 1024, reader), taken: 0 };
        Inflate { compression, limits, inflated: 0, state: State::Between(reader), done: 0, failure }
    }

    /// Compressed bytes read so far.
    fn taken(&self) -> u64 {
        match &self.state {
            State::Between(reader) | State::Gzip(_, reader) | State::Zstd(_, reader) => reader.taken,
            State::DocumentEnd => self.done,
        }
    }

    /// Begins the next member; false where there is none.
    fn begin(&mut self, mut reader: Counted<BufReader<Steady<R>>>) -> io::Result<bool> {
        loop {
            self.done = reader.taken;
            let is_first = reader.taken == 0;
            let first = reader.fill_buf()?;
            match (first, self.compression) {
                ([], _) => {
                    self.state = State::DocumentEnd;
                    return Ok(false);
                }
                // Tapes and block devices fill up with NUL.
                ([0, ..], _) if !is_first => {
                    let zeros = first.iter().take_while(|byte| **byte == 0).count();
                    reader.consume(zeros);
                }
                ([0x1F, ..], Compression::Gzip) => {
                    self.state = State::Gzip(Box::default(), reader);
                    return Ok(true);
                }
                ([0x28 | 0x50..=0x5F, ..], Compression::Zstd) => {
                    let mut decoder = FrameDecoder::new();
                    match decoder.init(&mut reader) {
                        Ok(()) => {
                            self.state = State::Zstd(Box::new(decoder), reader);
                            return Ok(true);
                        }
                        Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                            length,
                            ..
                        })) => {
                            let skipped = io::copy(&mut reader.by_ref().take(u64::from(length)), &mut io::sink())?;
                            if skipped < u64::from(length) {
                                return Err(damaged("unexpected end of data in a skippable frame".to_owned()));
                            }
                        }
                        Err(error) => return Err(in_zstd(&format!("{error} {error:?}"))),
                    }
                }
                _ => return Err(damaged("unexpected data after the compressed data".to_owned())),
            }
        }
    }

    fn inflate(&mut self, space: &mut [u8]) -> io::Result<usize> {
        self.decoded(space).map_err(|error| {
            let failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner).take();
            failure.unwrap_or(error)
        })
    }

    fn decoded(&mut self, space: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = match &mut self.state {
                State::DocumentEnd => return Ok(0),
                State::Between(_) => 0,
                State::Gzip(decoder, reader) => decoder.read(reader, space)?,
                State::Zstd(decoder, reader) => {
                    while decoder.can_collect() == 0 && !decoder.is_finished() {
                        decoder
                            .decode_blocks(&mut *reader, BlockDecodingStrategy::UptoBlocks(1))
                            .map_err(|error| in_zstd(&format!("{error} {error:?}")))?;
                    }
                    decoder.read(space)?
                }
            };
            if read > 0 || space.is_empty() {
                return Ok(read);
            }
            let reader = match std::mem::replace(&mut self.state, State::DocumentEnd) {
                State::DocumentEnd => return Ok(0),
                State::Between(reader) => reader,
                State::Gzip(_, reader) => reader,
                State::Zstd(decoder, reader) => {
                    let (promised, counted) = (decoder.get_checksum_from_data(), decoder.get_calculated_checksum());
                    if promised.is_some() && promised != counted {
                        return Err(damaged("checksum mismatch".to_owned()));
                    }
                    reader
                }
            };
            if !self.begin(reader)? {
                return Ok(0);
            }
        }
    }
}

const TOO_EARLY: &str = "unexpected end of data";

/// What a decoder says, for people: most of it is about its own works.
fn in_words(said: &str) -> String {
    let knows = |words: &[&str]| words.iter().any(|word| said.contains(word));
    if knows(&["UnexpectedEof", "fill whole buffer", "EOF"]) {
        TOO_EARLY.into()
    } else if knows(&["checksum", "incorrect data check", "incorrect length check"]) {
        "checksum mismatch".into()
    } else {
        "corrupt data".into()
    }
}

fn refused(why: DecompressError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

fn damaged(how: String) -> io::Error {
    refused(DecompressError::Damaged(how))
}

/// What a Zstandard decoder says of data that need not be damaged.
fn in_zstd(said: &str) -> io::Error {
    let knows = |words: &[&str]| words.iter().any(|word| said.to_lowercase().contains(word));
    if in_words(said) == TOO_EARLY {
        damaged(TOO_EARLY.to_owned())
    } else if knows(&["window"]) {
        refused(DecompressError::Demanding(
            "a larger window than callcheck supports",
            "zstd -dc --long=31 FILE | callcheck",
        ))
    } else if knows(&["dict"]) {
        refused(DecompressError::Demanding("a dictionary", "zstd -dc -D DICTIONARY FILE | callcheck"))
    } else {
        damaged(in_words(said))
    }
}

/// A member of gzip data. What stands before a damage comes out whole, however much is asked for at once: of a reader that
/// forgets what it has made when it finds the damage, what is told would depend on that.
struct Gunzip {
    decoder: Decompress,
    /// How the member has ended, once it has: its end may come with the last of its bytes.
    ended: Option<Result<(), String>>,
}

impl Default for Gunzip {
    fn default() -> Self {
        // The largest window that there is (RFC 1951, section 2).
        Gunzip { decoder: Decompress::new_gzip(15), ended: None }
    }
}

impl Gunzip {
    /// The next bytes; none at the end of the member.
    fn read(&mut self, reader: &mut impl BufRead, space: &mut [u8]) -> io::Result<usize> {
        while !space.is_empty() {
            match &self.ended {
                Some(Ok(())) => break,
                Some(Err(how)) => return Err(damaged(how.clone())),
                None => {}
            }
            let packed = reader.fill_buf()?;
            let is_end = packed.is_empty();
            let (taken, made) = (self.decoder.total_in(), self.decoder.total_out());
            let status = self.decoder.decompress(packed, space, FlushDecompress::None);
            reader.consume((self.decoder.total_in() - taken) as usize);
            let made = (self.decoder.total_out() - made) as usize;
            self.ended = match status {
                Ok(Status::StreamEnd) => Some(Ok(())),
                Err(error) => Some(Err(in_words(error.message().unwrap_or_default()))),
                Ok(_) if is_end && made == 0 => Some(Err(TOO_EARLY.to_owned())),
                Ok(_) => None,
            };
            if made > 0 {
                return Ok(made);
            }
        }
        Ok(0)
    }
}

impl<R: Read> Read for Inflate<R> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.limits.size - self.inflated).unwrap_or(usize::MAX);
        if left == 0 && !space.is_empty() {
            return match self.inflate(&mut [0])? {
                0 => Ok(0),
                _ => Err(refused(DecompressError::TooLarge(self.limits.size))),
            };
        }
        let most = space.len().min(left);
        let read = self.inflate(&mut space[..most])?;
        self.inflated += read as u64;
        if self.inflated > Limits::FREE && self.inflated / self.limits.ratio > self.taken() {
            return Err(refused(DecompressError::Bomb(self.limits.ratio)));
        }
        Ok(read)
    }
}
