//! Decompresses input as it is read: gzip (RFC 1952) and Zstandard (RFC 8878), recognized by the first bytes. An input
//! may have several members, one after another.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::{Decompress, FlushDecompress, Status};
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    Gzip,
    Zstd,
}

impl Compression {
    /// Recognizes the first bytes of an input.
    pub fn of(first: &[u8]) -> Option<Compression> {
        match first {
            [0x1F, 0x8B, 8, ..] => Some(Compression::Gzip),
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Some(Compression::Zstd),
            // A skippable frame (RFC 8878, section 3.1.2), as pzstd writes them.
            [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Some(Compression::Zstd),
            _ => None,
        }
    }

    /// The extension of file names.
    pub fn ending(self) -> &'static str {
        match self {
            Compression::Gzip => ".gz",
            Compression::Zstd => ".zst",
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Compression::Gzip => "gzip",
            Compression::Zstd => "zstd",
        }
    }
}

/// Limits of the decompressed data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Maximum number of bytes.
    pub size: u64,
    /// Maximum ratio to the compressed size, after the first [`Limits::FREE`] bytes.
    pub ratio: u64,
}

impl Limits {
    /// Number of bytes to which the ratio does not apply.
    pub const FREE: u64 = 64 << 20;
    /// 16 GiB, and 200 times the compressed size. Responses of HubSpot compress to a fifth or a twentieth.
    pub const DEFAULT: Limits = Limits { size: 16 << 30, ratio: 200 };

    /// The value of `--max-decompressed-size`, 0 for no limit. An explicit size disables the ratio.
    pub fn of(max_size: Option<u64>) -> Limits {
        match max_size {
            None => Limits::DEFAULT,
            Some(0) => Limits { size: u64::MAX, ratio: u64::MAX },
            Some(size) => Limits { size, ratio: u64::MAX },
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DecompressError {
    /// The data is damaged or incomplete; the description is used at the end of a message.
    Damaged(String),
    /// The data requires something that callcheck does not have; a command that decompresses it.
    Demanding(&'static str, &'static str),
    /// More than [`Limits::size`] bytes.
    TooLarge(u64),
    /// More than [`Limits::ratio`] bytes per compressed byte.
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

/// Reads the decompressed data of a reader.
pub(crate) struct Decompressor<R: Read> {
    compression: Compression,
    limits: Limits,
    /// Decompressed bytes so far.
    size: u64,
    member: Member<CountingReader<BufReader<SavingReader<R>>>>,
    /// Compressed bytes of complete members.
    done: u64,
    failure: Arc<Mutex<Option<io::Error>>>,
}

/// Retries interrupted reads, and saves the error that ends the input, because decoders replace it by errors of their
/// own.
struct SavingReader<R> {
    reader: R,
    failure: Arc<Mutex<Option<io::Error>>>,
}

impl<R: Read> Read for SavingReader<R> {
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

/// The part of the compressed data that is being decoded.
enum Member<R: BufRead> {
    /// Before the next member.
    Between(R),
    Gzip(Box<Gunzip>, R),
    Zstd(Box<FrameDecoder>, R),
    End,
}

/// Counts the bytes that are consumed.
struct CountingReader<R> {
    reader: R,
    taken: u64,
}

impl<R: BufRead> Read for CountingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.taken += read as u64;
        Ok(read)
    }
}

impl<R: BufRead> BufRead for CountingReader<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.taken += amount as u64;
        self.reader.consume(amount);
    }
}

impl<R: Read> Decompressor<R> {
    pub(crate) fn new(reader: R, compression: Compression, limits: Limits) -> Self {
        let failure = Arc::default();
        let reader = SavingReader { reader, failure: Arc::clone(&failure) };
        let reader = CountingReader { reader: BufReader::with_capacity(128 * 1024, reader), taken: 0 };
        Decompressor { compression, limits, size: 0, member: Member::Between(reader), done: 0, failure }
    }

    /// Compressed bytes read so far.
    fn taken(&self) -> u64 {
        match &self.member {
            Member::Between(reader) | Member::Gzip(_, reader) | Member::Zstd(_, reader) => reader.taken,
            Member::End => self.done,
        }
    }

    /// Begins the next member; false if there is none.
    fn begin(&mut self, mut reader: CountingReader<BufReader<SavingReader<R>>>) -> io::Result<bool> {
        loop {
            self.done = reader.taken;
            let is_first = reader.taken == 0;
            let first = reader.fill_buf()?;
            match (first, self.compression) {
                ([], _) => {
                    self.member = Member::End;
                    return Ok(false);
                }
                // Padding of tapes and block devices.
                ([0, ..], _) if !is_first => {
                    let zeros = first.iter().take_while(|byte| **byte == 0).count();
                    reader.consume(zeros);
                }
                ([0x1F, ..], Compression::Gzip) => {
                    self.member = Member::Gzip(Box::default(), reader);
                    return Ok(true);
                }
                ([0x28 | 0x50..=0x5F, ..], Compression::Zstd) => {
                    let mut decoder = FrameDecoder::new();
                    match decoder.init(&mut reader) {
                        Ok(()) => {
                            self.member = Member::Zstd(Box::new(decoder), reader);
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

    fn decompress(&mut self, space: &mut [u8]) -> io::Result<usize> {
        self.decoded(space).map_err(|error| {
            let failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner).take();
            failure.unwrap_or(error)
        })
    }

    fn decoded(&mut self, space: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = match &mut self.member {
                Member::End => return Ok(0),
                Member::Between(_) => 0,
                Member::Gzip(decoder, reader) => decoder.read(reader, space)?,
                Member::Zstd(decoder, reader) => {
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
            let reader = match std::mem::replace(&mut self.member, Member::End) {
                Member::End => return Ok(0),
                Member::Between(reader) => reader,
                Member::Gzip(_, reader) => reader,
                Member::Zstd(decoder, reader) => {
                    let (promised, counted) = (decoder.get_checksum_from_data(), decoder.get_calculated_checksum());
                    if promised.is_some() && promised != counted {
                        return Err(damaged(WRONG_CHECKSUM.to_owned()));
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

const TRUNCATED: &str = "unexpected end of data";

const WRONG_CHECKSUM: &str = "checksum mismatch";
const CORRUPT: &str = "corrupt data";

/// True if the data before such damage can be wrong. Incomplete data is correct up to its end.
pub(crate) fn may_be_wrong(damage: &str) -> bool {
    [WRONG_CHECKSUM, CORRUPT].contains(&damage)
}

/// Translates the message of a decoder, which is mostly about its implementation.
fn in_words(message: &str) -> String {
    let has = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if has(&["UnexpectedEof", "fill whole buffer", "EOF"]) {
        TRUNCATED.into()
    } else if has(&["checksum", "incorrect data check", "incorrect length check"]) {
        WRONG_CHECKSUM.into()
    } else {
        CORRUPT.into()
    }
}

fn invalid(error: DecompressError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

fn damaged(how: String) -> io::Error {
    invalid(DecompressError::Damaged(how))
}

/// Translates the message of the Zstandard decoder: the data need not be damaged.
fn in_zstd(message: &str) -> io::Error {
    let has = |words: &[&str]| words.iter().any(|word| message.to_lowercase().contains(word));
    if in_words(message) == TRUNCATED {
        damaged(TRUNCATED.to_owned())
    } else if has(&["window"]) {
        invalid(DecompressError::Demanding(
            "a larger window than callcheck supports",
            "zstd -dc --long=31 FILE | callcheck",
        ))
    } else if has(&["dict"]) {
        invalid(DecompressError::Demanding("a dictionary", "zstd -dc -D DICTIONARY FILE | callcheck"))
    } else {
        damaged(in_words(message))
    }
}

/// A member of gzip data. `flate2::read` discards the bytes it has decompressed when it finds damage, so the findings
/// would depend on the size of the reads. This decoder returns all bytes before the damage.
struct Gunzip {
    decoder: Decompress,
    /// Set at the end of the member, which may be found together with its last bytes.
    ended: Option<Result<(), String>>,
}

impl Default for Gunzip {
    fn default() -> Self {
        // The largest window (RFC 1951, section 2).
        Gunzip { decoder: Decompress::new_gzip(15), ended: None }
    }
}

impl Gunzip {
    /// Returns 0 at the end of the member.
    fn read(&mut self, reader: &mut impl BufRead, space: &mut [u8]) -> io::Result<usize> {
        while !space.is_empty() {
            match &self.ended {
                Some(Ok(())) => break,
                Some(Err(how)) => return Err(damaged(how.clone())),
                None => {}
            }
            let compressed = reader.fill_buf()?;
            let is_end = compressed.is_empty();
            let (taken, made) = (self.decoder.total_in(), self.decoder.total_out());
            let status = self.decoder.decompress(compressed, space, FlushDecompress::None);
            reader.consume((self.decoder.total_in() - taken) as usize);
            let made = (self.decoder.total_out() - made) as usize;
            self.ended = match status {
                Ok(Status::StreamEnd) => Some(Ok(())),
                Err(error) => Some(Err(in_words(error.message().unwrap_or_default()))),
                Ok(_) if is_end && made == 0 => Some(Err(TRUNCATED.to_owned())),
                Ok(_) => None,
            };
            if made > 0 {
                return Ok(made);
            }
        }
        Ok(0)
    }
}

impl<R: Read> Read for Decompressor<R> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.limits.size - self.size).unwrap_or(usize::MAX);
        if left == 0 && !space.is_empty() {
            return match self.decompress(&mut [0])? {
                0 => Ok(0),
                _ => Err(invalid(DecompressError::TooLarge(self.limits.size))),
            };
        }
        let max = space.len().min(left);
        let read = self.decompress(&mut space[..max])?;
        self.size += read as u64;
        if self.size > Limits::FREE && self.size / self.limits.ratio > self.taken() {
            return Err(invalid(DecompressError::Bomb(self.limits.ratio)));
        }
        Ok(read)
    }
}
