//! Decodes a value of a recording into its text, in pieces.
//!
//! A [`Form`] is a decoder that can begin at any [`Resume`] it has returned, so that [`Origins`] can decode a part of a
//! body again. [`append`] decodes a whole value; its text equals that of the pieces.
//!
//! [`Origins`]: super::Origins

use std::borrow::Cow;
use std::ops::Range;

use super::origins::Checkpoints;
use crate::input::yaml::{PieceText, ScalarForm, ScalarPieces};
use crate::json::{Base, LANES, Simd};

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
        let content = self.content();
        match &self.form {
            Form::Stored(stored) => text.extend_from_slice(stored.as_bytes()),
            Form::JsonString => {
                let source = recording.get(content.clone()).unwrap_or_default();
                append_json(source, text, |offset, at| {
                    checkpoints.add(offset, Resume { at: content.start + at, state: 0 });
                });
            }
            Form::Verbatim | Form::Yaml(_) => {
                let mut resume = self.start();
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

/// Appends the text of a JSON string without its quotes. Calls `checkpoint` with offsets in `text` and in `source`.
///
/// Copies 32 bytes at a time, also those after an escape sequence, and overwrites them: a body that is JSON has an
/// escaped quote every ten bytes, and the call of a function for each run of bytes would take longer than the copy.
fn append_json(source: &[u8], text: &mut Vec<u8>, mut checkpoint: impl FnMut(usize, usize)) {
    let begin = text.len();
    // A text is not longer than its source.
    let capacity = begin + source.len() + LANES;
    if text.is_empty() {
        // Allocated as zeros by the system, which `resize` would write.
        *text = vec![0; capacity];
    } else {
        text.resize(capacity, 0);
    }
    let out = &mut text[begin..];
    let (mut at, mut length, mut next) = (0, 0, Checkpoints::DISTANCE);
    while let Some(chunk) = source.get(at..).and_then(<[u8]>::first_chunk::<LANES>) {
        out[length..length + LANES].copy_from_slice(chunk);
        let stops = Base::marks(chunk).stops;
        let plain = stops.trailing_zeros() as usize;
        at += plain;
        length += plain;
        if stops != 0 {
            let escape = unescape(&source[at..]);
            out[length..length + 4].copy_from_slice(&escape.text);
            at += escape.source;
            length += escape.length;
        }
        if length >= next {
            checkpoint(begin + length, at);
            next = length + Checkpoints::DISTANCE;
        }
    }
    while let Some(&byte) = source.get(at) {
        let escape = if byte == b'\\' { unescape(&source[at..]) } else { Unescaped::byte(byte, 1) };
        out[length..length + 4].copy_from_slice(&escape.text);
        at += escape.source;
        length += escape.length;
    }
    text.truncate(begin + length);
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
        [b'\\', b'u', ..] => unescape_unicode(rest),
        [b'\\', b'n', ..] => Unescaped::byte(b'\n', 2),
        [b'\\', b't', ..] => Unescaped::byte(b'\t', 2),
        [b'\\', b'r', ..] => Unescaped::byte(b'\r', 2),
        [b'\\', b'b', ..] => Unescaped::byte(0x08, 2),
        [b'\\', b'f', ..] => Unescaped::byte(0x0C, 2),
        [b'\\', other, ..] => Unescaped::byte(*other, 2),
        [other, ..] => Unescaped::byte(*other, 1),
        [] => Unescaped { source: 0, text: [0; 4], length: 0 },
    }
}

fn unescape_unicode(rest: &[u8]) -> Unescaped {
    let unit = |from: usize| {
        let digits = rest.get(from..).filter(|rest| rest.starts_with(b"\\u")).and_then(|rest| rest.get(2..6))?;
        digits.iter().try_fold(0, |value, &digit| Some(value << 4 | char::from(digit).to_digit(16)?))
    };
    let (scalar, source) = match (unit(0), unit(6)) {
        (Some(high @ 0xD800..0xDC00), Some(low @ 0xDC00..0xE000)) => {
            (0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00), 12)
        }
        (unit, _) => (unit.unwrap_or(0xFFFD), rest.len().min(6)),
    };
    let mut text = [0; 4];
    let length = char::from_u32(scalar).unwrap_or(char::REPLACEMENT_CHARACTER).encode_utf8(&mut text).len();
    Unescaped { source, text, length }
}
