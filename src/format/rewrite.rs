//! One pass over the tokens of a document: each leaves as the bytes that it came in. RFC 8259 to the letter; where the text is not JSON, the
//! pass stops. It goes on where it was when more text is there.

use crate::json::Layout;
use crate::json::token::{blank, number, string, word};
use crate::json::{PADDING, Simd, Work, fastest};

/// What may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// A value.
    Value,
    /// A value, or the end of the array that has begun.
    FirstValue,
    /// A member name.
    Name,
    /// A member name, or the end of the object that has begun.
    FirstName,
    /// The colon behind a name.
    Colon,
    /// A comma, or the end of the innermost container.
    After,
}

/// Why the pass stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// The document is complete.
    Done,
    /// Something is wrong at this position, or shortly behind it, or the text ends there.
    Stuck(usize),
}

/// A container that is open.
#[derive(Debug, Clone)]
pub struct Open {
    pub is_object: bool,
    /// Elements of an array that have begun.
    pub count: u64,
    /// Where the last member name stands in the text, with its quotes.
    pub name: (usize, usize),
    /// The last name, once its text has gone.
    pub kept: Option<Box<[u8]>>,
}

/// How a token is written: as it is, or for a terminal.
pub trait TokenStyle {
    /// A token comes next, a bracket among them: `text[at..end]`.
    #[inline(always)]
    fn before(&mut self, _layout: &mut Layout, _text: &[u8], _at: usize, _end: usize) {}

    /// The first byte of the text that comes now has this offset in the input.
    fn moved(&mut self, _offset: u64) {}

    /// Writes `text[..length]`.
    fn write(&mut self, layout: &mut Layout, kind: Kind, text: &[u8], length: usize, is_wide: bool);
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Name,
    String,
    Number,
    Word,
}

/// Every token as the bytes that it came in.
pub struct Exact;

impl TokenStyle for Exact {
    #[inline(always)]
    fn write(&mut self, layout: &mut Layout, _: Kind, text: &[u8], length: usize, is_wide: bool) {
        let characters = if is_wide { bytecount::num_chars(&text[..length]) } else { length };
        layout.token(text, length, characters);
    }
}

/// A document that is being rewritten.
pub struct Rewriter<I> {
    pub layout: Layout,
    pub ink: I,
    pub open: Vec<Open>,
    pub state: State,
    /// The last value: where it begins, if that is no container, and where it ends.
    pub last: (Option<usize>, usize),
}

impl<I: TokenStyle> Rewriter<I> {
    pub fn new(layout: Layout, ink: I) -> Self {
        Rewriter { layout, ink, open: Vec::new(), state: State::Value, last: (None, 0) }
    }

    /// Rewrites what begins at `at`, as far as it goes: where it stopped, which is between two tokens, and why. `buffer` ends with NUL, see
    /// [`crate::json::PADDING`]; `is_end`: the text is the last one.
    pub fn run(&mut self, buffer: &[u8], at: usize, is_end: bool) -> (usize, Stopped) {
        fastest(Pass { buffer, at, is_end, rewriter: self })
    }
}

struct Pass<'p, I> {
    buffer: &'p [u8],
    at: usize,
    is_end: bool,
    rewriter: &'p mut Rewriter<I>,
}

impl<I: TokenStyle> Work<(usize, Stopped)> for Pass<'_, I> {
    #[inline(always)]
    fn run<S: Simd>(self) -> (usize, Stopped) {
        let Pass { buffer, mut at, is_end, rewriter } = self;
        let Rewriter { layout, ink, open, state: left, last } = rewriter;
        let mut state = *left;
        // Ends the pass in front of the token at `at`.
        macro_rules! stop {
            ($why:expr) => {{
                *left = state;
                return (at, $why);
            }};
        }
        loop {
            at = blank(buffer, at);
            if let State::Name | State::FirstName = state
                && buffer[at] == b'"'
            {
                let name = match string::<S>(buffer, at + 1) {
                    Ok(name) => name,
                    Err(wrong) => stop!(Stopped::Stuck(wrong)),
                };
                if state == State::FirstName {
                    layout.first();
                }
                ink.before(layout, buffer, at, name.end);
                ink.write(layout, Kind::Name, &buffer[at..], name.end - at, name.is_wide);
                if let Some(object) = open.last_mut() {
                    object.name = (at, name.end);
                }
                (at, state) = (blank(buffer, name.end), State::Colon);
            }
            if state == State::Colon && buffer[at] == b':' {
                layout.colon();
                (at, state) = (blank(buffer, at + 1), State::Value);
            }
            match (state, buffer[at]) {
                (State::FirstName, b'}') | (State::FirstValue, b']') => {
                    open.pop();
                    ink.before(layout, buffer, at, at + 1);
                    layout.close(buffer[at], true);
                    (at, state) = (at + 1, State::After);
                    *last = (None, at);
                }
                (State::Value | State::FirstValue, byte) => {
                    let token = match byte {
                        b'"' => string::<S>(buffer, at + 1).map(|text| (Kind::String, text.end, text.is_wide)),
                        b'-' | b'0'..=b'9' => match number(buffer, at) {
                            // It may go on.
                            Ok((end, _)) if !is_end && buffer.len() - end <= PADDING => Err(end),
                            Ok((end, _)) => Ok((Kind::Number, end, false)),
                            Err(wrong) => Err(wrong),
                        },
                        b't' => word(buffer, at, b"true").map(|end| (Kind::Word, end, false)),
                        b'f' => word(buffer, at, b"false").map(|end| (Kind::Word, end, false)),
                        b'n' => word(buffer, at, b"null").map(|end| (Kind::Word, end, false)),
                        b'{' | b'[' => Ok((Kind::Word, at + 1, false)),
                        _ => Err(at),
                    };
                    let (kind, end, is_wide) = match token {
                        Ok(token) => token,
                        Err(wrong) => stop!(Stopped::Stuck(wrong)),
                    };
                    if let Some(array) = open.last_mut() {
                        array.count += u64::from(!array.is_object);
                    }
                    if state == State::FirstValue {
                        layout.first();
                    }
                    ink.before(layout, buffer, at, end);
                    if let b'{' | b'[' = byte {
                        let is_object = byte == b'{';
                        layout.open(byte);
                        open.push(Open { is_object, count: 0, name: (0, 0), kept: None });
                        (at, state) = (end, if is_object { State::FirstName } else { State::FirstValue });
                        continue;
                    }
                    ink.write(layout, kind, &buffer[at..], end - at, is_wide);
                    *last = (Some(at), end);
                    (at, state) = (end, State::After);
                }
                (State::After, _) => {}
                _ => stop!(Stopped::Stuck(at)),
            }
            // What follows belongs to the container around the value.
            while state == State::After {
                let Some(container) = open.last() else { stop!(Stopped::Done) };
                at = blank(buffer, at);
                match (buffer[at], container.is_object) {
                    (b',', is_object) => {
                        layout.comma();
                        (at, state) = (at + 1, if is_object { State::Name } else { State::Value });
                    }
                    (bracket @ b'}', true) | (bracket @ b']', false) => {
                        open.pop();
                        ink.before(layout, buffer, at, at + 1);
                        layout.close(bracket, false);
                        at += 1;
                        *last = (None, at);
                    }
                    _ => stop!(Stopped::Stuck(at)),
                }
            }
        }
    }
}
