//! Bodies in a recording.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use data_encoding::{DecodeError, DecodeKind, Encoding, HEXLOWER_PERMISSIVE, Specification};

use super::origins::{Checkpoints, Origins};
pub(super) use super::part::{Form, Part};
use crate::json::{Document, Kind, Tape};
use crate::text::visible_bytes;

/// A body in its encoded form. Its bytes stay in the recording.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Body {
    /// Pieces that are concatenated, such as the chunks of nock; usually one.
    pub parts: Vec<Part>,
    pub encoding: BodyEncoding,
    /// The name of the file with the body, next to the recording (WireMock). `parts` then contains the name instead of
    /// the body.
    pub file: Option<String>,
}

/// The encoding of the bytes of the body in the text of the parts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum BodyEncoding {
    #[default]
    Text,
    /// Each part is encoded separately, or is a JSON array of such texts (Polly.js).
    Base64,
    /// The same in hexadecimal digits.
    Hex,
}

/// A body that cannot be decoded.
#[derive(Debug)]
pub(crate) struct BodyError {
    /// For example "invalid base64: unexpected `%`".
    pub message: String,
    pub span: Range<usize>,
}

#[derive(Debug)]
pub(crate) struct DecodedBody<'a> {
    /// Still compressed, if the recording has compressed bytes.
    pub bytes: Cow<'a, [u8]>,
    pub origins: Origins<'a>,
}

impl Body {
    /// A body of one part.
    pub(super) fn of(part: Part, encoding: BodyEncoding) -> Self {
        Body { parts: vec![part], encoding, file: None }
    }

    /// A body whose bytes are those of the recording.
    pub(crate) fn verbatim(span: Range<usize>) -> Self {
        Body::of(Part { span, form: Form::Verbatim }, BodyEncoding::Text)
    }

    /// The range of the first part; None if the body is empty.
    pub(crate) fn first_span(&self) -> Option<Range<usize>> {
        self.parts.first().map(|part| part.span.clone())
    }

    /// Decodes the body. Compressed bytes stay compressed.
    ///
    /// # Errors
    /// If its encoding is invalid.
    pub(crate) fn decode<'a>(&'a self, recording: &'a [u8]) -> Result<DecodedBody<'a>, BodyError> {
        let parts = &self.parts;
        if self.encoding != BodyEncoding::Text {
            let mut bytes = Vec::new();
            for part in parts {
                decode_part(part, self.encoding, recording, &mut bytes)?;
            }
            return Ok(DecodedBody { bytes: Cow::Owned(bytes), origins: Origins::unknown(recording, parts) });
        }
        if let [part] = &parts[..]
            && let Some(text) = part.borrowed(recording)
        {
            let origins = Origins::same(recording, parts, part.content().start);
            return Ok(DecodedBody { bytes: Cow::Borrowed(text), origins });
        }
        let (mut text, mut checkpoints) = (Vec::new(), Checkpoints::default());
        for (index, part) in parts.iter().enumerate() {
            checkpoints.begin(index, text.len(), part.start());
            part.append(recording, &mut text, &mut checkpoints);
        }
        let origins = match parts.iter().all(Part::has_positions) {
            true => Origins::decoded(recording, parts, checkpoints),
            false => Origins::unknown(recording, parts),
        };
        Ok(DecodedBody { bytes: Cow::Owned(text), origins })
    }
}

/// Base64 as recorders write it: with the alphabet for URLs or the standard one, with line breaks, and with or without
/// padding.
static BASE64: LazyLock<Encoding> = LazyLock::new(|| {
    let mut specification = Specification::new();
    specification.symbols.push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    specification.translate.from.push_str("-_");
    specification.translate.to.push_str("+/");
    specification.ignore.push_str(" \t\r\n=");
    specification.check_trailing_bits = false;
    specification.encoding().expect("the specification of base64 is valid")
});

/// Appends the bytes of an encoded part.
fn decode_part(part: &Part, encoding: BodyEncoding, recording: &[u8], bytes: &mut Vec<u8>) -> Result<(), BodyError> {
    let text = part.text(recording);
    let mut tape = Tape::default();
    let chunks = text.first() == Some(&b'[');
    let chunks = chunks.then(|| Document::parse(&text, 0, &mut tape).ok()).flatten();
    if let Some(chunks) = chunks.filter(|chunks| chunks.root().elements().all(|chunk| chunk.kind() == Kind::String)) {
        for chunk in chunks.root().elements() {
            append_decoded(chunk.string().as_bytes(), encoding, bytes)
                .map_err(|(message, _)| BodyError { message, span: part.span.clone() })?;
        }
        return Ok(());
    }
    append_decoded(&text, encoding, bytes).map_err(|(message, at)| {
        // The position of the character, if the text is that of the recording.
        let is_same = part.borrowed(recording).is_some();
        let start = part.content().start;
        let span = at.filter(|_| is_same).map_or(part.span.clone(), |at| start + at.start..start + at.end);
        BodyError { message, span }
    })
}

/// Appends the decoded bytes. An error has a message and the range of a wrong character.
fn append_decoded(
    text: &[u8],
    encoding: BodyEncoding,
    bytes: &mut Vec<u8>,
) -> Result<(), (String, Option<Range<usize>>)> {
    let (name, decoder) = match encoding {
        BodyEncoding::Text => {
            bytes.extend_from_slice(text);
            return Ok(());
        }
        BodyEncoding::Base64 => ("base64", &*BASE64),
        BodyEncoding::Hex => ("hexadecimal digits", &HEXLOWER_PERMISSIVE),
    };
    let describe = |DecodeError { position, kind }: DecodeError| match (kind, encoding) {
        (DecodeKind::Length, BodyEncoding::Hex) => {
            (format!("invalid {name}: expected an even number, found {}", text.len()), None)
        }
        (DecodeKind::Length, _) => (format!("invalid {name}: a character is missing at the end"), None),
        _ => {
            let rest = text.get(position..).unwrap_or_default();
            let found = rest[..rest.len().min(4)].utf8_chunks().next();
            let found = found.and_then(|chunk| chunk.valid().chars().next()).unwrap_or_default();
            let shown = visible_bytes(found.encode_utf8(&mut [0; 4]).as_bytes());
            (format!("invalid {name}: unexpected `{shown}`"), Some(position..position + found.len_utf8()))
        }
    };
    // The first part, usually the only one, is not copied.
    let decoded = decoder.decode(text).map_err(describe)?;
    if bytes.is_empty() {
        *bytes = decoded;
    } else {
        bytes.extend_from_slice(&decoded);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A recording with parts in it, the text of the parts, and the position of each of its bytes.
    #[derive(Debug, Default)]
    struct Encoded {
        recording: Vec<u8>,
        body: Body,
        text: Vec<u8>,
        positions: Vec<usize>,
    }

    impl Encoded {
        fn add(&mut self, form: Form, characters: &[(char, u8)]) {
            self.recording.extend_from_slice(b", ");
            let start = self.recording.len();
            if form == Form::JsonString {
                self.recording.push(b'"');
            }
            for &(character, style) in characters {
                let text = character.to_string();
                self.positions.extend(text.bytes().enumerate().map(|(index, _)| self.recording.len() + index));
                let encoded = if form == Form::JsonString { encode(character, style) } else { text.clone() };
                if encoded != text {
                    let escape = self.recording.len();
                    let begin = self.positions.len() - text.len();
                    self.positions[begin..].fill(escape);
                }
                self.recording.extend_from_slice(encoded.as_bytes());
                self.text.extend_from_slice(text.as_bytes());
            }
            if form == Form::JsonString {
                self.recording.push(b'"');
            }
            self.body.parts.push(Part { span: start..self.recording.len(), form });
        }
    }

    /// A character in a JSON string: itself if it may be there, a short escape, or one for UTF-16.
    fn encode(character: char, style: u8) -> String {
        let short = "\"\\/\u{8}\u{c}\n\r\t".chars().zip("\"\\/bfnrt".chars()).find(|(plain, _)| *plain == character);
        match (short, style % 3) {
            (Some((_, letter)), 0 | 1) => format!("\\{letter}"),
            (None, 0 | 1) if character >= ' ' => character.to_string(),
            _ => character.encode_utf16(&mut [0; 2]).iter().fold(String::new(), |text, unit| {
                text + &if style > 127 { format!("\\u{unit:04x}") } else { format!("\\u{unit:04X}") }
            }),
        }
    }

    fn characters() -> impl Strategy<Value = Vec<(char, u8)>> {
        let character =
            prop_oneof![3 => any::<char>(), 2 => prop::char::range(' ', '~'), 2 => Just('"'), 1 => Just('\\')];
        let few = prop::collection::vec((character, any::<u8>()), 0..40);
        (few, prop_oneof![Just(1usize), 1..700usize]).prop_map(|(few, times)| few.repeat(times))
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 128, ..ProptestConfig::default() })]

        #[test]
        fn text_and_positions_are_those_of_the_recording(
            parts in prop::collection::vec((characters(), prop_oneof![4 => Just(Form::JsonString), 1 => Just(Form::Verbatim)]), 1..4),
            offsets in prop::collection::vec(any::<prop::sample::Index>(), 20),
        ) {
            let mut encoded = Encoded::default();
            parts.iter().for_each(|(characters, form)| encoded.add(form.clone(), characters));
            let Encoded { recording, body, text, mut positions } = encoded;
            let DecodedBody { bytes, mut origins } = body.decode(&recording).expect("text can be decoded");
            prop_assert!(*bytes == *text);
            positions.push(body.parts.last().expect("a part").content().end);
            for offset in offsets {
                let offset = offset.index(positions.len());
                prop_assert_eq!(origins.position(offset as u64), Some(positions[offset]), "{}", offset);
            }
            for (offset, position) in positions.iter().enumerate().step_by(1 + positions.len() / 5000) {
                prop_assert_eq!(origins.position(offset as u64), Some(*position), "{}", offset);
            }
            prop_assert_eq!(origins.position(u64::MAX), positions.last().copied());
        }

        #[test]
        fn encodings_are_decoded(bytes in prop::collection::vec(any::<u8>(), 0..200), width in 1..80usize) {
            use data_encoding::{BASE64, BASE64URL, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
            let wrapped = BASE64.encode(&bytes).as_bytes().chunks(width).flat_map(|line| [line, b"\\n"].concat()).collect();
            let half = bytes.len() / 2;
            let list = |encoding: &Encoding| {
                let (first, second) = (encoding.encode(&bytes[..half]), encoding.encode(&bytes[half..]));
                format!(r#"[\"{first}\",\"{second}\"]"#).into_bytes()
            };
            for (text, encoding) in [
                (BASE64.encode(&bytes).into_bytes(), BodyEncoding::Base64),
                (BASE64URL.encode(&bytes).into_bytes(), BodyEncoding::Base64),
                (BASE64URL_NOPAD.encode(&bytes).into_bytes(), BodyEncoding::Base64),
                (wrapped, BodyEncoding::Base64),
                (list(&BASE64), BodyEncoding::Base64),
                (list(&HEXLOWER), BodyEncoding::Hex),
                (HEXUPPER.encode(&bytes).into_bytes(), BodyEncoding::Hex),
            ] {
                let recording = [b"\"".as_slice(), &text, b"\""].concat();
                let body = Body::of(Part { span: 0..recording.len(), form: Form::JsonString }, encoding);
                let mut decoded = body.decode(&recording).expect("the encoding is valid");
                prop_assert_eq!(&*decoded.bytes, &*bytes);
                prop_assert_eq!(decoded.origins.position(0), None);
                prop_assert_eq!(decoded.origins.span(), 0..recording.len());
            }
        }
    }

    fn of_string(recording: &str, encoding: BodyEncoding) -> Body {
        Body::of(Part { span: 0..recording.len(), form: Form::JsonString }, encoding)
    }

    #[test]
    fn a_lone_surrogate_is_replaced() {
        for (recording, text) in [
            (r#""\ud83d\ude00""#, "\u{1F600}"),
            (r#""a\ud83dz""#, "a\u{FFFD}z"),
            (r#""\ude00\ud83d""#, "\u{FFFD}\u{FFFD}"),
            (r#""\ud83d\ud83d\ude00""#, "\u{FFFD}\u{1F600}"),
            (r#""\ud83d\n""#, "\u{FFFD}\n"),
        ] {
            let body = of_string(recording, BodyEncoding::Text);
            let decoded = body.decode(recording.as_bytes()).expect("text");
            assert_eq!(String::from_utf8_lossy(&decoded.bytes), text, "{recording}");
        }
    }

    #[test]
    fn escapes_are_decoded_at_every_offset() {
        const PIECES: [&str; 11] =
            [r#"\""#, r"\\", r"\/", r"\n", r"\b", r"\\\\\\", r#"\\\""#, r"\u0041", r"\ud83d\ude00", r"\ud83d", "é"];
        for number in 0..PIECES.len().pow(3) {
            let three = [1, 11, 11 * 11].map(|power| PIECES[number / power % 11]).concat();
            for offset in (0..70).chain([990 + number % 70, 4090 + number % 70]) {
                for after in [0, 80] {
                    let content = format!("{}{three}{}", "a".repeat(offset), "z".repeat(after));
                    let recording = format!("\"{content}\"");
                    let body = of_string(&recording, BodyEncoding::Text);
                    let DecodedBody { bytes, mut origins } = body.decode(recording.as_bytes()).expect("text");
                    let text = crate::json::decode(content.as_bytes());
                    assert_eq!(String::from_utf8_lossy(&bytes), text, "{recording}");
                    if after > 0 {
                        assert_eq!(origins.position((text.len() - 1) as u64), Some(content.len()), "{recording}");
                    }
                }
            }
        }
    }

    #[test]
    fn an_invalid_encoding_is_an_error() {
        for (recording, encoding, message, span) in [
            (r#""AAA%""#, BodyEncoding::Base64, "invalid base64: unexpected `%`", 4..5),
            (r#""AAé""#, BodyEncoding::Base64, "invalid base64: unexpected `é`", 3..5),
            (r#""AAAAA""#, BodyEncoding::Base64, "invalid base64: a character is missing at the end", 0..7),
            (r#""\u0041%AA""#, BodyEncoding::Base64, "invalid base64: unexpected `%`", 0..11),
            (r#""0g""#, BodyEncoding::Hex, "invalid hexadecimal digits: unexpected `g`", 2..3),
            (r#""012""#, BodyEncoding::Hex, "invalid hexadecimal digits: expected an even number, found 3", 0..5),
            (r#""[\"0\"]""#, BodyEncoding::Hex, "invalid hexadecimal digits: expected an even number, found 1", 0..9),
        ] {
            let error = of_string(recording, encoding).decode(recording.as_bytes()).expect_err(recording);
            assert_eq!((error.message.as_str(), error.span), (message, span), "{recording}");
        }
    }

    #[test]
    fn a_body_without_escapes_is_borrowed() {
        let recording = br#"{"a": [1, 2], "b": "text"}"#;
        for (span, form, text) in [(6..12, Form::Verbatim, "[1, 2]"), (19..25, Form::JsonString, "text")] {
            let body = Body::of(Part { span, form }, BodyEncoding::Text);
            let decoded = body.decode(recording).expect("text");
            assert!(matches!(decoded.bytes, Cow::Borrowed(bytes) if bytes == text.as_bytes()));
        }
        let empty = Body::default();
        let mut decoded = empty.decode(recording).expect("text");
        assert_eq!((&*decoded.bytes, decoded.origins.position(0), empty.parts.is_empty()), (&b""[..], None, true));
    }
}
