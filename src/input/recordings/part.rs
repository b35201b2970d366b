//! Decodes a value of a recording into its text, in pieces.
//!
//! A [`Form`] is a decoder that can begin at any [`Resume`] it has returned, so that [`Origins`] can decode a part of a
//! body again. [`Part::append`] decodes a whole value; its text equals that of the pieces.
//!
//! [`Origins`]: super::Origins

use std::borrow::Cow;
use std::ops::Range;

use super::origins::Checkpoints;
use crate::input::yaml::{PieceText, ScalarForm, ScalarPieces};
use crate::json::{Base, LANES, Simd, escapes, hex4};

/// A value of the recording that contains text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// With quotes, if it has some.
    pub span: Range<usize>,
    pub form: Form,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Form {
    /// The text is that of the recording, for example an embedded JSON value.
    Verbatim,
    /// A JSON string with escapes.
    JsonString,
    /// A YAML scalar.
    Yaml(ScalarForm),
    /// The text of a scalar whose positions are unknown.
    Stored(Box<str>),
}

/// State of a decoder between two pieces. Checkpoints keep it, so it is small.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Resume {
    /// Position in the recording.
    pub at: usize,
    /// For decoders that need more than the position.
    pub state: u32,
}

/// The next bytes of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Bytes of the recording.
    Copy(Range<usize>),
    /// A sequence that encodes other bytes, at most four. All of them have the position of the sequence.
    Escape { source: Range<usize>, text: [u8; 4], length: u8 },
}

impl Piece {
    /// Number of bytes of the text.
    pub(super) fn len(&self) -> usize {
        match self {
            Piece::Copy(source) => source.len(),
            Piece::Escape { length, .. } => usize::from(*length),
        }
    }

    /// The position of a byte of the text.
    pub(super) fn position(&self, offset: usize) -> usize {
        match self {
            Piece::Copy(source) => source.start + offset,
            Piece::Escape { source, .. } => source.start,
        }
    }
}

/// Maximum length of a copied piece whose end must be searched for, so that a piece is found in constant time.
const MAX_COPIED: usize = 4 * 1024;

impl Part {
    /// The state before the first piece.
    pub(super) fn start(&self) -> Resume {
        let state = if let Form::Yaml(form) = self.form { form.first_state() } else { 0 };
        Resume { at: self.content().start, state }
    }

    /// The range without quotes.
    pub(super) fn content(&self) -> Range<usize> {
        match self.form {
            Form::JsonString => self.without_quotes(),
            Form::Yaml(form) if form.style.is_quoted() => self.without_quotes(),
            Form::Verbatim | Form::Yaml(_) | Form::Stored(_) => self.span.clone(),
        }
    }

    fn without_quotes(&self) -> Range<usize> {
        let start = (self.span.start + 1).min(self.span.end);
        start..(self.span.end - 1).max(start)
    }

    /// The next piece; None at the end.
    pub(super) fn next_piece(&self, recording: &[u8], resume: &mut Resume) -> Option<Piece> {
        if let Form::Yaml(form) = self.form {
            return self.yaml_piece(form, recording, resume);
        }
        let content = self.content();
        let rest = recording.get(resume.at..content.end).filter(|rest| !rest.is_empty())?;
        let piece = match self.form {
            Form::JsonString => json_piece(rest, resume.at),
            _ => Piece::Copy(resume.at..content.end),
        };
        resume.at = match &piece {
            Piece::Copy(source) | Piece::Escape { source, .. } => source.end,
        };
        Some(piece)
    }

    fn yaml_piece(&self, form: ScalarForm, recording: &[u8], resume: &mut Resume) -> Option<Piece> {
        let pieces = ScalarPieces::new(recording, self.span.clone(), form);
        let mut pieces = pieces.resume((resume.at, resume.state));
        let piece = pieces.next()?;
        (resume.at, resume.state) = pieces.position();
        Some(match piece.text {
            PieceText::Same(length) => Piece::Copy(piece.at..piece.at + length),
            PieceText::Other(character) => {
                let mut text = [0; 4];
                let length = character.encode_utf8(&mut text).len() as u8;
                Piece::Escape { source: piece.at..resume.at.max(piece.at), text, length }
            }
        })
    }

    /// False if the positions of the text are unknown.
    pub(super) fn has_positions(&self) -> bool {
        !matches!(self.form, Form::Stored(_))
    }

    /// The text, if it is that of the recording without a change.
    pub(super) fn borrowed<'a>(&self, recording: &'a [u8]) -> Option<&'a [u8]> {
        let content = recording.get(self.content())?;
        match self.form {
            Form::Verbatim => Some(content),
            Form::JsonString => memchr::memchr(b'\\', content).is_none().then_some(content),
            Form::Yaml(form) => form.is_same(content).then_some(content),
            Form::Stored(_) => None,
        }
    }

    pub(super) fn text<'a>(&self, recording: &'a [u8]) -> Cow<'a, [u8]> {
        match self.borrowed(recording) {
            Some(text) => Cow::Borrowed(text),
            None => {
                let mut text = Vec::new();
                self.append(recording, &mut text, &mut Checkpoints::default());
                Cow::Owned(text)
            }
        }
    }

    /// Appends the text, and sets checkpoints in it.
    pub(super) fn append(&self, recording: &[u8], text: &mut Vec<u8>, checkpoints: &mut Checkpoints) {
        let mut resume = self.start();
        match &self.form {
            Form::Stored(stored) => return text.extend_from_slice(stored.as_bytes()),
            Form::JsonString => {
                let content = self.content();
                let source = recording.get(content.clone()).unwrap_or_default();
                resume.at += append_json(source, text, |offset, at| {
                    checkpoints.add(offset, Resume { at: content.start + at, state: 0 });
                });
            }
            Form::Verbatim | Form::Yaml(_) => {}
        }
        while let Some(piece) = self.next_piece(recording, &mut resume) {
            match piece {
                Piece::Copy(source) => text.extend_from_slice(recording.get(source).unwrap_or_default()),
                Piece::Escape { text: bytes, length, .. } => {
                    text.extend_from_slice(&bytes[..usize::from(length).min(4)]);
                }
            }
            checkpoints.add(text.len(), resume);
        }
    }
}

/// The first piece of the rest of a JSON string.
fn json_piece(rest: &[u8], at: usize) -> Piece {
    let window = &rest[..rest.len().min(MAX_COPIED)];
    match memchr::memchr(b'\\', window) {
        Some(0) => {
            let Unescaped { source, text, length } = unescape(rest);
            Piece::Escape { source: at..at + source, text, length: length as u8 }
        }
        found => Piece::Copy(at..at + found.unwrap_or(window.len())),
    }
}

/// Appends the first pieces of a JSON string without its quotes: all except the last bytes. Calls `checkpoint` with the
/// number of bytes of `source` that the text has so far. Returns the number at the end.
///
/// JSON in a JSON string has an escaped quote every ten bytes. So the escape sequences of 32 bytes are found together,
/// and each of them is one copy of constant length, from the character after the backslash: the next copy overwrites
/// the bytes after the run. The call of a function for each run would take longer than the copy. The block is small
/// enough to be cleared for each string.
fn append_json(source: &[u8], text: &mut Vec<u8>, mut checkpoint: impl FnMut(usize, usize)) -> usize {
    const BLOCK: usize = 1024;
    let mut block = [0; BLOCK + 2 * LANES];
    let (mut at, mut length) = (0, 0);
    // A text is not longer than its source.
    text.reserve(source.len());
    while let Some(window) = source.get(at..).and_then(<[u8]>::first_chunk::<{ 2 * LANES }>)
        && let Some(chunk) = window.first_chunk()
        && let Some(out) = block.get_mut(length..).and_then(<[u8]>::first_chunk_mut::<{ 2 * LANES }>)
    {
        out[..LANES].copy_from_slice(chunk);
        let starts = escapes(Base::equal(chunk, b'\\'));
        // The sequence of a backslash at the end begins the next chunk.
        let (mut escaped, mut end) = (starts << 1, LANES - (starts >> (LANES - 1)) as usize);
        // Number of backslashes that the text does not have.
        let mut dropped = 0;
        while escaped != 0 {
            let index = escaped.trailing_zeros() as usize;
            let Some(character) = simple_escape(chunk[index]) else {
                end = index - 1;
                break;
            };
            dropped += 1;
            // Always less than `LANES`: the remainder saves a check.
            let run = &mut out[(index - dropped) % LANES..][..LANES];
            run.copy_from_slice(&window[index..index + LANES]);
            run[0] = character;
            escaped &= escaped - 1;
        }
        at += end;
        length += end - dropped;
        if end < LANES - 1 {
            let escape = unescape_unicode(&source[at..]);
            block[length..length + 4].copy_from_slice(&escape.text);
            at += escape.source;
            length += escape.length;
        }
        if length >= BLOCK {
            text.extend_from_slice(&block[..length]);
            length = 0;
            checkpoint(text.len(), at);
        }
    }
    text.extend_from_slice(&block[..length]);
    at
}

/// The character that a backslash and this byte encode; None for `u`.
#[inline]
fn simple_escape(byte: u8) -> Option<u8> {
    match byte {
        b'u' => None,
        b'n' => Some(b'\n'),
        b't' => Some(b'\t'),
        b'r' => Some(b'\r'),
        b'b' => Some(0x08),
        b'f' => Some(0x0C),
        other => Some(other),
    }
}

/// The length of an escape sequence in the recording, and its text.
struct Unescaped {
    source: usize,
    text: [u8; 4],
    length: usize,
}

impl Unescaped {
    #[inline]
    fn byte(byte: u8, source: usize) -> Self {
        Unescaped { source, text: [byte, 0, 0, 0], length: 1 }
    }
}

/// The escape sequence at the start of `rest`, which is valid. A surrogate pair is one sequence, and a lone surrogate
/// becomes U+FFFD.
#[inline]
fn unescape(rest: &[u8]) -> Unescaped {
    match rest {
        [b'\\', byte, ..] => match simple_escape(*byte) {
            Some(character) => Unescaped::byte(character, 2),
            None => unescape_unicode(rest),
        },
        [other, ..] => Unescaped::byte(*other, 1),
        [] => Unescaped { source: 0, text: [0; 4], length: 0 },
    }
}

fn unescape_unicode(rest: &[u8]) -> Unescaped {
    let unit = |from: usize| rest.get(from..)?.strip_prefix(b"\\u").and_then(hex4);
    let first = unit(0).unwrap_or(0xFFFD);
    let second = if let 0xD800..0xDC00 = first { unit(6) } else { None };
    let (scalar, source) = match second {
        Some(low @ 0xDC00..0xE000) => (0x10000 + ((first - 0xD800) << 10) + (low - 0xDC00), 12),
        _ => (first, rest.len().min(6)),
    };
    let mut text = [0; 4];
    let length = char::from_u32(scalar).unwrap_or(char::REPLACEMENT_CHARACTER).encode_utf8(&mut text).len();
    Unescaped { source, text, length }
}
