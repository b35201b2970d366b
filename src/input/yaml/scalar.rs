//! Decodes a scalar in pieces, each with its position in the file.
//!
//! The parser returns only the text of a scalar. A finding in a body needs the way back: which byte of the file
//! produced a byte of the text. [`ScalarPieces`] decodes the text of the file again, from any position that it has
//! returned, so a caller keeps one every few kilobytes instead of one per character.

use std::ops::Range;

/// The style of a scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum YamlStyle {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

impl YamlStyle {
    pub(crate) fn is_block(self) -> bool {
        matches!(self, YamlStyle::Literal | YamlStyle::Folded)
    }

    pub(crate) fn is_quoted(self) -> bool {
        matches!(self, YamlStyle::SingleQuoted | YamlStyle::DoubleQuoted)
    }
}

/// The facts that decoding a scalar needs, in addition to its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ScalarForm {
    pub style: YamlStyle,
    /// Number of spaces before each line of a block scalar.
    pub indent: u32,
    /// True for a block scalar at the end of a file without a line break, to which the parser adds one.
    pub adds_break: bool,
}

impl ScalarForm {
    /// The state of the decoder before the first piece, for [`ScalarPieces::resume`].
    pub(crate) fn first_state(self) -> u32 {
        let state = if self.style.is_block() { LineState::Start } else { LineState::Content };
        state as u32
    }

    /// True if the text equals its bytes in the file without quotes.
    pub(crate) fn is_same(self, content: &[u8]) -> bool {
        let quote = match self.style {
            YamlStyle::Literal | YamlStyle::Folded => return false,
            YamlStyle::Plain => b'\n',
            YamlStyle::SingleQuoted => b'\'',
            YamlStyle::DoubleQuoted => b'\\',
        };
        memchr::memchr3(b'\n', b'\r', quote, content).is_none()
    }
}

/// Maximum length of a copied piece, so that a piece is found in constant time.
const MAX_SAME: usize = 4 * 1024;

/// Consecutive bytes of the decoded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ScalarPiece {
    /// Position in the file.
    pub at: usize,
    pub text: PieceText,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PieceText {
    /// The same bytes as in the file, at least one.
    Same(usize),
    /// A character that is written differently: an escape or a folded line break.
    Other(char),
}

impl ScalarPiece {
    /// The decoded bytes; `room` is for a character that is not in the file.
    pub(crate) fn bytes<'b>(&self, file: &'b [u8], room: &'b mut [u8; 4]) -> &'b [u8] {
        match self.text {
            PieceText::Same(length) => file.get(self.at..self.at + length).unwrap_or_default(),
            PieceText::Other(character) => character.encode_utf8(room).as_bytes(),
        }
    }

    /// Number of decoded bytes.
    #[cfg(test)]
    pub(super) fn length(&self) -> usize {
        match self.text {
            PieceText::Same(length) => length,
            PieceText::Other(character) => character.len_utf8(),
        }
    }

    /// Position of a byte of the decoded text, counted from the start of the piece.
    #[cfg(test)]
    pub(super) fn position(&self, offset: usize) -> usize {
        match self.text {
            PieceText::Same(_) => self.at + offset,
            PieceText::Other(_) => self.at,
        }
    }
}

/// The position in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineState {
    /// Before the indentation.
    Start,
    /// In the content, or at its end.
    Content,
    /// The same, in a line of a folded scalar that begins with whitespace: its line break is preserved.
    Indented,
    End,
}

/// The pieces of a scalar, in order. They are those of a valid scalar; a caller has compared them with the text of the
/// parser.
#[derive(Debug, Clone)]
pub(crate) struct ScalarPieces<'a> {
    /// Up to the end of the scalar.
    file: &'a [u8],
    form: ScalarForm,
    at: usize,
    state: LineState,
}

impl<'a> ScalarPieces<'a> {
    /// `span` has the quotes. That of a block scalar begins after the line with `|` or `>`.
    pub(crate) fn new(file: &'a [u8], span: Range<usize>, form: ScalarForm) -> Self {
        let file = &file[..span.end.min(file.len())];
        let state = if form.style.is_block() { LineState::Start } else { LineState::Content };
        let at = (span.start + usize::from(form.style.is_quoted())).min(file.len());
        ScalarPieces { file, form, at, state }
    }

    /// Position of the next byte to read, and the state of the decoder: [`ScalarPieces::resume`] continues there.
    pub(crate) fn position(&self) -> (usize, u32) {
        (self.at, self.state as u32)
    }

    /// Continues at a position that [`ScalarPieces::position`] has returned.
    pub(crate) fn resume(mut self, (at, state): (usize, u32)) -> Self {
        self.at = at.min(self.file.len());
        let states = [LineState::Start, LineState::Content, LineState::Indented, LineState::End];
        self.state = states.into_iter().find(|known| *known as u32 == state).unwrap_or(LineState::End);
        self
    }

    /// The position of the closing quote, after the last piece of a quoted scalar; None if there are more pieces.
    pub(super) fn closing_quote(&mut self) -> Option<usize> {
        (self.flow_piece().is_none() && self.state == LineState::End).then_some(self.at)
    }

    fn flow_piece(&mut self) -> Option<ScalarPiece> {
        loop {
            if self.state == LineState::End {
                return None;
            }
            let at = self.at;
            if self.state == LineState::Start {
                self.at = self.end_of_blanks(at);
                if let Some(after) = self.after_break(self.at) {
                    return Some(other(std::mem::replace(&mut self.at, after), '\n'));
                }
                self.state = LineState::Content;
                continue;
            }
            match self.file.get(at..)? {
                [b'\n' | b'\r', ..] => {
                    self.at = self.after_break(at)?;
                    self.state = LineState::Start;
                    // Without an empty line, the line break becomes a space.
                    if self.after_break(self.end_of_blanks(self.at)).is_none() {
                        return Some(other(at, ' '));
                    }
                }
                [b'\'', b'\'', ..] if self.form.style == YamlStyle::SingleQuoted => {
                    self.at += 2;
                    return Some(other(at, '\''));
                }
                [b'\'', ..] if self.form.style == YamlStyle::SingleQuoted => self.state = LineState::End,
                [b'"', ..] if self.form.style == YamlStyle::DoubleQuoted => self.state = LineState::End,
                [b'\\', rest @ ..] if self.form.style == YamlStyle::DoubleQuoted => {
                    if let Some(after) = self.after_break(at + 1) {
                        (self.at, self.state) = (after, LineState::Start);
                    } else {
                        let (character, length) = escape(rest)?;
                        self.at += 1 + length;
                        return Some(other(at, character));
                    }
                }
                [] => return None,
                rest => {
                    if let Some(length) = self.run(rest) {
                        return Some(ScalarPiece { at, text: PieceText::Same(length) });
                    }
                }
            }
        }
    }

    /// Reads the content up to the next special character. Returns its length without the whitespace before a line
    /// break, or None if nothing else precedes the line break.
    fn run(&mut self, rest: &[u8]) -> Option<usize> {
        let window = &rest[..rest.len().min(MAX_SAME)];
        let special = match self.form.style {
            YamlStyle::SingleQuoted => memchr::memchr3(b'\n', b'\r', b'\'', window),
            YamlStyle::DoubleQuoted => window.iter().position(|byte| matches!(byte, b'\n' | b'\r' | b'"' | b'\\')),
            _ => memchr::memchr2(b'\n', b'\r', window),
        };
        let run = &window[..special.unwrap_or(window.len())];
        let trimmed = run.iter().rposition(|&byte| !is_blank(byte)).map_or(0, |last| last + 1);
        let (read, length) = match special {
            Some(end) if matches!(rest[end], b'\n' | b'\r') => (end, trimmed),
            Some(end) => (end, end),
            None if run.len() == rest.len() => (run.len(), run.len()),
            None if trimmed > 0 => (trimmed, trimmed),
            // Much whitespace.
            None => {
                let end = self.end_of_blanks(self.at);
                let read = end - self.at;
                (read, if self.after_break(end).is_some() { 0 } else { read })
            }
        };
        self.at += read;
        (length > 0).then_some(length)
    }

    fn block_piece(&mut self) -> Option<ScalarPiece> {
        loop {
            match self.state {
                LineState::Start => {
                    self.at = self.after_indentation(self.at);
                    if let Some(after) = self.after_break(self.at) {
                        return Some(other(std::mem::replace(&mut self.at, after), '\n'));
                    }
                    self.state = match self.file.get(self.at) {
                        None => LineState::End,
                        Some(&first) if is_blank(first) => LineState::Indented,
                        _ => LineState::Content,
                    };
                    if self.state == LineState::End && self.form.adds_break {
                        return Some(other(self.at, '\n'));
                    }
                }
                LineState::Content | LineState::Indented => {
                    let (at, rest) = (self.at, &self.file[self.at..]);
                    let window = &rest[..rest.len().min(MAX_SAME)];
                    let length = memchr::memchr2(b'\n', b'\r', window).unwrap_or(window.len());
                    if length > 0 {
                        self.at += length;
                        return Some(ScalarPiece { at, text: PieceText::Same(length) });
                    }
                    let is_indented = self.state == LineState::Indented;
                    self.state = LineState::Start;
                    let Some(after) = self.after_break(at) else { continue };
                    self.at = after;
                    if self.form.style == YamlStyle::Literal || is_indented || !self.is_before_text(after) {
                        return Some(other(at, '\n'));
                    }
                    if self.after_break(self.after_indentation(after)).is_none() {
                        return Some(other(at, ' '));
                    }
                }
                LineState::End => return None,
            }
        }
    }

    /// True if the next line that is not empty begins with a character that is not whitespace.
    fn is_before_text(&self, mut at: usize) -> bool {
        loop {
            at = self.after_indentation(at);
            match self.after_break(at) {
                Some(after) => at = after,
                None => return self.file.get(at).is_some_and(|&first| !is_blank(first)),
            }
        }
    }

    fn after_indentation(&self, at: usize) -> usize {
        at + self.file[at..].iter().take(self.form.indent as usize).take_while(|&&byte| byte == b' ').count()
    }

    fn end_of_blanks(&self, at: usize) -> usize {
        at + self.file[at..].iter().take_while(|&&byte| is_blank(byte)).count()
    }

    /// The position after the line break at `at`, if there is one.
    fn after_break(&self, at: usize) -> Option<usize> {
        match self.file.get(at..)? {
            [b'\r', b'\n', ..] => Some(at + 2),
            [b'\r' | b'\n', ..] => Some(at + 1),
            _ => None,
        }
    }
}

impl Iterator for ScalarPieces<'_> {
    type Item = ScalarPiece;

    fn next(&mut self) -> Option<ScalarPiece> {
        if self.form.style.is_block() { self.block_piece() } else { self.flow_piece() }
    }
}

fn other(at: usize, character: char) -> ScalarPiece {
    ScalarPiece { at, text: PieceText::Other(character) }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// The character of an escape, and the length of the escape without the backslash.
fn escape(text: &[u8]) -> Option<(char, usize)> {
    let digits = match text.first()? {
        b'x' => 2,
        b'u' => 4,
        b'U' => 8,
        simple => {
            let character = match simple {
                b'0' => '\0',
                b'a' => '\x07',
                b'b' => '\x08',
                b't' | b'\t' => '\t',
                b'n' => '\n',
                b'v' => '\x0B',
                b'f' => '\x0C',
                b'r' => '\r',
                b'e' => '\x1B',
                b'N' => '\u{85}',
                b'_' => '\u{A0}',
                b'L' => '\u{2028}',
                b'P' => '\u{2029}',
                b' ' | b'"' | b'/' | b'\\' => char::from(*simple),
                _ => return None,
            };
            return Some((character, 1));
        }
    };
    let code = text.get(1..=digits)?.iter().try_fold(0u32, |code, &digit| {
        let digit = char::from(digit).to_digit(16)?;
        Some(code.checked_mul(16)? + digit)
    })?;
    Some((char::from_u32(code)?, 1 + digits))
}
