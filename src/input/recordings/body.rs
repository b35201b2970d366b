//! Bodies in a recording, and the way back from their text to the recording.

use std::borrow::Cow;
use std::ops::Range;

/// A body in its encoded form. Its bytes stay in the recording.
#[derive(Debug, Clone, Default)]
pub(crate) struct Body {
    /// Pieces that are concatenated, such as the chunks of nock; usually one.
    pub parts: Vec<Part>,
    pub encoding: BodyEncoding,
    /// The name of the file with the body, next to the recording (WireMock). `parts` is then empty.
    pub file: Option<String>,
}

/// A value of the recording that holds text.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    /// With quotes, if it has some.
    pub span: Range<usize>,
    pub form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// The text is that of the recording, for example an embedded JSON value.
    Verbatim,
    /// A JSON string with escapes.
    JsonString,
}

/// How the text of the parts encodes the bytes of the body.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum BodyEncoding {
    #[default]
    Text,
    Base64,
    Hex,
}

/// A body that cannot be decoded.
#[derive(Debug)]
pub(crate) struct BodyError {
    /// For example "invalid base64: expected a multiple of 4 characters, found 17".
    pub message: String,
    pub span: Range<usize>,
}

#[derive(Debug)]
pub(crate) struct DecodedBody<'a> {
    /// Still compressed, if the recording has compressed bytes.
    pub bytes: Cow<'a, [u8]>,
    pub origins: Origins<'a>,
}

/// Translates offsets of a decoded body to the recording.
///
/// Bodies can have hundreds of megabytes with an escape every ten bytes, so it has checkpoints only every few kilobytes
/// and decodes from the nearest one again.
#[derive(Debug)]
pub(crate) struct Origins<'a> {
    recording: &'a [u8],
    parts: Cow<'a, [Part]>,
    is_exact: bool,
}

impl Body {
    /// A body whose bytes are those of the recording.
    pub(crate) fn verbatim(span: Range<usize>) -> Body {
        Body { parts: vec![Part { span, form: Form::Verbatim }], ..Body::default() }
    }

    /// Decodes the body. Compressed bytes stay compressed.
    ///
    /// # Errors
    /// If its encoding is invalid.
    pub(crate) fn decode<'a>(&'a self, recording: &'a [u8]) -> Result<DecodedBody<'a>, BodyError> {
        let bytes = self.parts.first().map_or(&[][..], |part| &recording[part.span.clone()]);
        let origins =
            Origins { recording, parts: Cow::Borrowed(&self.parts), is_exact: self.encoding == BodyEncoding::Text };
        Ok(DecodedBody { bytes: Cow::Borrowed(bytes), origins })
    }
}

impl Origins<'_> {
    /// The position in the recording of the byte at this offset of the decoded body; the end of the value for the end
    /// of the body. Cheap if offsets ascend. None if the encoding has no such positions, as base64.
    pub(crate) fn position(&mut self, offset: u64) -> Option<usize> {
        let _ = self.recording;
        let start = self.parts.first()?.span.start;
        self.is_exact.then_some(start + offset as usize)
    }

    /// False if [`Origins::position`] knows no positions.
    pub(crate) fn is_exact(&self) -> bool {
        self.is_exact
    }

    /// The range of the encoded body in the recording.
    pub(crate) fn span(&self) -> Range<usize> {
        match (self.parts.first(), self.parts.last()) {
            (Some(first), Some(last)) => first.span.start..last.span.end,
            _ => 0..0,
        }
    }
}
