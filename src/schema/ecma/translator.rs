//! Parses a pattern by the grammar of ECMA-262, section 22.2.1, with the flag `u`, and translates it for `fancy-regex`.
//!
//! Text that `jsonschema` translates correctly stays as it is, because `jsonschema` has faster matchers for common
//! patterns. The parser does not recurse, so nested groups need no stack.

use std::collections::HashMap;
use std::fmt;

use super::classes;
use super::names::{PropertyName, property};
use super::outline::{MAX_GROUP_DEPTH, Outline, group_name, hexadecimal, unicode_escape};
use crate::text::shorten;

/// The reason why a pattern cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::schema) struct PatternError {
    /// Number of characters before the error.
    pub position: usize,
    pub reason: String,
    /// The pattern is valid in ECMA-262.
    pub is_limit: bool,
    pub help: Option<&'static str>,
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at character {}", self.reason, self.position + 1)
    }
}

/// Maximum number of groups with the same name.
const MAX_SAME_NAME: usize = 100;

/// Translates a pattern.
///
/// # Errors
/// It is not valid, or not supported.
pub(super) fn translate(pattern: &str) -> Result<String, PatternError> {
    let mut translator = Translator {
        pattern,
        at: 0,
        outline: Outline::of(pattern),
        out: String::with_capacity(pattern.len()),
        open: Vec::new(),
        flags: Flags::default(),
        previous: Previous::Nothing,
        parentheses: 0,
        captures: 0,
        numbers: HashMap::new(),
        next_number: 1,
    };
    match translator.run() {
        Ok(()) => Ok(translator.out),
        Err(error) => Err(error.at(pattern)),
    }
}

/// An error at a byte of the pattern.
struct Problem {
    at: usize,
    reason: String,
    is_limit: bool,
    help: Option<&'static str>,
}

impl Problem {
    fn at(self, pattern: &str) -> PatternError {
        let position = pattern[..self.at].chars().count();
        PatternError { position, reason: self.reason, is_limit: self.is_limit, help: self.help }
    }
}

fn invalid<T>(at: usize, reason: impl Into<String>) -> Result<T, Problem> {
    Err(Problem { at, reason: reason.into(), is_limit: false, help: None })
}

fn unsupported<T>(at: usize, reason: impl Into<String>) -> Result<T, Problem> {
    Err(Problem { at, reason: reason.into(), is_limit: true, help: None })
}

/// The text before a quantifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Previous {
    /// The start, an assertion or a quantifier, which cannot be repeated.
    Nothing,
    Atom,
}

#[derive(Debug, Clone, Copy, Default)]
struct Flags {
    is_multiline: bool,
    dot_matches_all: bool,
}

struct OpenGroup {
    at: usize,
    parenthesis: usize,
    /// Index in [`Outline::groups`].
    capture: Option<usize>,
    is_look: bool,
    is_lookbehind: bool,
    /// The flags after it.
    flags: Flags,
}

/// The numbers of a group in the translation.
#[derive(Debug, Clone, Copy)]
struct GroupNumbers {
    number: usize,
    /// An empty group at its end, which is set if the group is.
    marker: Option<usize>,
    is_closed: bool,
}

struct Translator<'p> {
    pattern: &'p str,
    /// Number of bytes that were read.
    at: usize,
    outline: Outline,
    out: String,
    open: Vec<OpenGroup>,
    flags: Flags,
    previous: Previous,
    /// Number of `(` that were read.
    parentheses: usize,
    /// Number of capturing groups that were read.
    captures: usize,
    /// For each group that is referenced, by its index.
    numbers: HashMap<usize, GroupNumbers>,
    next_number: usize,
}

/// A part of a class.
enum ClassAtom<'p> {
    Character(u32),
    /// `\d` and similar ones.
    Letter(char),
    /// `\p{…}` or `\P{…}`.
    Property(&'p str),
    /// `\p{Cs}`.
    Surrogates {
        is_negated: bool,
    },
}

impl<'p> Translator<'p> {
    fn rest(&self) -> &'p str {
        &self.pattern[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn eat(&mut self, text: &str) -> bool {
        let is_next = self.rest().starts_with(text);
        self.at += if is_next { text.len() } else { 0 };
        is_next
    }

    fn run(&mut self) -> Result<(), Problem> {
        let needs_backtracking = self.outline.needs_backtracking;
        loop {
            let start = self.at;
            let Some(character) = self.next() else { break };
            self.previous = match character {
                '^' | '$' => {
                    self.out.push_str(match (self.flags.is_multiline, character) {
                        (false, '^') => "^",
                        (false, _) => "$",
                        (true, '^') => "(?:^|(?<=[\\n\\r\\u2028\\u2029]))",
                        (true, _) => "(?:$|(?=[\\n\\r\\u2028\\u2029]))",
                    });
                    Previous::Nothing
                }
                '.' => {
                    match (self.flags.dot_matches_all, needs_backtracking) {
                        (true, _) => self.out.push_str(classes::ANY),
                        (false, true) => classes::class(classes::LINE_ENDS, true, &mut self.out),
                        (false, false) => self.out.push('.'),
                    }
                    Previous::Atom
                }
                '(' => {
                    self.open_group(start)?;
                    Previous::Nothing
                }
                ')' => self.close_group(start)?,
                '|' => {
                    self.out.push('|');
                    Previous::Nothing
                }
                '*' | '+' | '?' | '{' => {
                    self.quantifier(start, character)?;
                    Previous::Nothing
                }
                '}' | ']' => return invalid(start, format!("unescaped `{character}`")),
                '[' => {
                    self.class(start)?;
                    Previous::Atom
                }
                '\\' => self.escape(start)?,
                other => {
                    self.out.push(other);
                    Previous::Atom
                }
            };
        }
        match self.open.last() {
            Some(group) => invalid(group.at, "unclosed group"),
            None => Ok(()),
        }
    }

    fn open_group(&mut self, start: usize) -> Result<(), Problem> {
        if self.open.len() == MAX_GROUP_DEPTH {
            return unsupported(start, format!("more than {MAX_GROUP_DEPTH} nested groups"));
        }
        self.parentheses += 1;
        let (at, parenthesis, flags) = (start, self.parentheses, self.flags);
        let group = OpenGroup { at, parenthesis, capture: None, is_look: false, is_lookbehind: false, flags };
        for look in ["?=", "?!", "?<=", "?<!"] {
            if self.eat(look) {
                self.out.push('(');
                self.out.push_str(look);
                self.open.push(OpenGroup { is_look: true, is_lookbehind: look.len() == 3, ..group });
                return Ok(());
            }
        }
        let is_capture = if self.eat("?<") {
            self.at -= 1;
            let Some((name, length)) = group_name(self.rest()) else { return invalid(start, "invalid group name") };
            self.at += length;
            let groups = &self.outline.groups;
            let same = &self.outline.names[&name];
            if same.len() > MAX_SAME_NAME {
                return unsupported(
                    start,
                    format!("more than {MAX_SAME_NAME} groups with the name `{}`", shorten(&name, 40)),
                );
            }
            let mut others = same.iter().filter(|other| **other < self.captures);
            if others.any(|other| !groups[*other].excludes(&groups[self.captures])) {
                return invalid(start, format!("duplicate group name `{}`", shorten(&name, 40)));
            }
            true
        } else if self.eat("?") {
            self.modifiers(start)?;
            false
        } else {
            true
        };
        if !is_capture {
            self.open.push(group);
            return Ok(());
        }
        let index = self.captures;
        self.captures += 1;
        let facts = &self.outline.groups[index];
        if facts.is_referenced {
            self.numbers.insert(index, GroupNumbers { number: self.next_number, marker: None, is_closed: false });
            self.next_number += 1;
        }
        // The numbers of other groups do not matter.
        let is_unused = self.outline.needs_backtracking && !facts.is_referenced;
        self.out.push_str(if is_unused { "(?:" } else { "(" });
        self.open.push(OpenGroup { capture: Some(index), ..group });
        Ok(())
    }

    /// `:` or `ims-ims:` after `(?`.
    fn modifiers(&mut self, start: usize) -> Result<(), Problem> {
        let text = self.rest();
        let length = text.bytes().take_while(|byte| byte.is_ascii_alphabetic() || *byte == b'-').count();
        let written = &text[..length];
        let (added, removed) = written.split_once('-').unwrap_or((written, ""));
        let letters = || added.chars().chain(removed.chars());
        let is_valid = text[length..].starts_with(':')
            && written != "-"
            && letters()
                .all(|letter| matches!(letter, 'i' | 'm' | 's') && letters().filter(|l| *l == letter).count() == 1);
        if !is_valid {
            let shown: String = text.chars().take(1).collect();
            return invalid(start, format!("invalid group `(?{shown}`"));
        }
        self.at += length + 1;
        for (letters, is_on) in [(added, true), (removed, false)] {
            for letter in letters.chars() {
                match letter {
                    'm' => self.flags.is_multiline = is_on,
                    's' => self.flags.dot_matches_all = is_on,
                    _ => {}
                }
            }
        }
        self.out.push_str(match (added.contains('i'), removed.contains('i')) {
            (true, _) => "(?i:",
            (_, true) => "(?-i:",
            _ => "(?:",
        });
        Ok(())
    }

    fn close_group(&mut self, start: usize) -> Result<Previous, Problem> {
        let Some(group) = self.open.pop() else { return invalid(start, "unopened group") };
        self.flags = group.flags;
        let capture = group.capture.filter(|index| self.outline.groups[*index].is_referenced);
        if let Some(index) = capture {
            let marker = self.outline.groups[index].is_optional.then_some(self.next_number);
            if marker.is_some() {
                self.next_number += 1;
                self.out.push_str("()");
            }
            if let Some(numbers) = self.numbers.get_mut(&index) {
                (numbers.marker, numbers.is_closed) = (marker, true);
            }
        }
        self.out.push(')');
        Ok(if group.is_look { Previous::Nothing } else { Previous::Atom })
    }

    fn quantifier(&mut self, start: usize, first: char) -> Result<(), Problem> {
        let counts = if first == '{' { self.counts() } else { None };
        if first == '{' && counts.is_none() {
            return invalid(start, "unescaped `{`");
        }
        if self.previous == Previous::Nothing {
            return invalid(start, "nothing to repeat");
        }
        match counts {
            None => self.out.push(first),
            Some((min, max)) => {
                let significant = |digits: &'p str| digits.trim_start_matches('0');
                let size = |digits| (significant(digits).len(), significant(digits));
                if max.is_some_and(|max| !max.is_empty() && size(max) < size(min)) {
                    return invalid(start, "repetition with the larger count first");
                }
                let number = |digits: &str| if digits.is_empty() { Ok(0) } else { digits.parse::<u32>() };
                let Ok(min) = number(significant(min)) else {
                    return unsupported(start, format!("repetition of more than {} times", u32::MAX));
                };
                self.out.push_str(&match max.map(|max| (max, number(significant(max)))) {
                    None => format!("{{{min}}}"),
                    Some((max, Ok(max_number))) if !max.is_empty() => format!("{{{min},{max_number}}}"),
                    // No string is longer.
                    Some(_) => format!("{{{min},}}"),
                });
            }
        }
        if self.eat("?") {
            self.out.push('?');
        }
        Ok(())
    }

    /// `2}`, `2,}` or `2,3}`: the digits.
    fn counts(&mut self) -> Option<(&'p str, Option<&'p str>)> {
        let text = self.rest();
        let inner = &text[..text.find('}')?];
        let (min, max) = inner.split_once(',').map_or((inner, None), |(min, max)| (min, Some(max)));
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        (!min.is_empty() && is_number(min) && max.is_none_or(is_number)).then(|| {
            self.at += inner.len() + 1;
            (min, max)
        })
    }

    /// An escape sequence outside a class.
    fn escape(&mut self, start: usize) -> Result<Previous, Problem> {
        let Some(escaped) = self.next() else { return invalid(start, "incomplete escape sequence") };
        match escaped {
            'b' | 'B' => {
                classes::boundary(escaped == 'b', &mut self.out);
                return Ok(Previous::Nothing);
            }
            'd' | 'D' | 'w' | 'W' | 's' | 'S' if self.outline.needs_backtracking => {
                classes::class(classes::of_letter(escaped), escaped.is_ascii_uppercase(), &mut self.out);
            }
            'd' | 'D' | 'w' | 'W' | 's' | 'S' => self.out.extend(['\\', escaped]),
            'p' | 'P' => match self.property(start, escaped)? {
                ClassAtom::Surrogates { is_negated } => {
                    classes::class(classes::SURROGATES, is_negated, &mut self.out);
                }
                _ => self.out.push_str(&self.pattern[start..self.at]),
            },
            'k' => {
                let Some((name, length)) = group_name(self.rest()) else {
                    return invalid(start, "`\\k` without a group name");
                };
                self.at += length;
                let Some(named) = self.outline.names.get(&name).cloned() else {
                    let shown = shorten(&name, 40);
                    return invalid(start, format!("backreference to the unknown group `{shown}`"));
                };
                self.reference(start, &named)?;
            }
            '1'..='9' => {
                let digits = self.rest().bytes().take_while(u8::is_ascii_digit).count();
                let number = &self.pattern[start + 1..self.at + digits];
                self.at += digits;
                match number.parse::<usize>() {
                    Ok(number) if number <= self.outline.groups.len() => self.reference(start, &[number - 1])?,
                    _ => {
                        let shown = shorten(number, 40);
                        return invalid(start, format!("backreference to the unknown group {shown}"));
                    }
                }
            }
            _ => {
                let code_point = self.character_escape(start, escaped)?;
                let written = &self.pattern[start..self.at];
                if is_shared_escape(written, code_point) {
                    self.out.push_str(written);
                } else {
                    classes::character(code_point, &mut self.out);
                }
            }
        }
        Ok(Previous::Atom)
    }

    /// The code point of an escape sequence with its first character.
    fn character_escape(&mut self, start: usize, escaped: char) -> Result<u32, Problem> {
        let code_point = match escaped {
            'f' => Some(0x0C),
            'n' => Some(0x0A),
            'r' => Some(0x0D),
            't' => Some(0x09),
            'v' => Some(0x0B),
            'c' => self.next().filter(char::is_ascii_alphabetic).map(|letter| u32::from(letter) % 32),
            '0' => (!self.peek().is_some_and(|next| next.is_ascii_digit())).then_some(0),
            'x' => {
                let code_point = hexadecimal(self.rest(), 2);
                self.at += if code_point.is_some() { 2 } else { 0 };
                code_point
            }
            'u' => unicode_escape(self.rest()).map(|(code_point, length)| {
                self.at += length;
                code_point
            }),
            // The flag `u` allows only some of them, but the others have one meaning only, and they are frequent.
            other => (!other.is_alphanumeric()).then_some(u32::from(other)),
        };
        code_point.map_or_else(|| invalid(start, format!("invalid escape sequence `\\{escaped}`")), Ok)
    }

    /// `{NAME}` or `{NAME=VALUE}` after `\p`.
    fn property(&mut self, start: usize, letter: char) -> Result<ClassAtom<'p>, Problem> {
        let text = self.rest().strip_prefix('{').and_then(|rest| rest.split_once('}'));
        let Some((text, _)) = text else { return invalid(start, format!("`\\{letter}` without a property in braces")) };
        let shown = || shorten(text, 40);
        match property(text) {
            PropertyName::Unknown => return invalid(start, format!("unknown Unicode property `{}`", shown())),
            PropertyName::Unsupported => {
                return unsupported(start, format!("unsupported Unicode property `{}`", shown()));
            }
            PropertyName::Surrogate | PropertyName::Supported => self.at += text.len() + 2,
        }
        Ok(match property(text) {
            PropertyName::Surrogate => ClassAtom::Surrogates { is_negated: letter == 'P' },
            _ => ClassAtom::Property(&self.pattern[start..self.at]),
        })
    }

    /// A backreference to one of these groups.
    fn reference(&mut self, start: usize, groups: &[usize]) -> Result<(), Problem> {
        let mut lookbehinds = self.open.iter().filter(|group| group.is_lookbehind).map(|group| group.parenthesis);
        if lookbehinds.any(|around| groups.iter().any(|index| self.outline.groups[*index].is_inside(around))) {
            return unsupported(start, "unsupported backreference to a group in the same lookbehind");
        }
        // A group that begins or ends later is not set yet, and a reference to it matches the empty string.
        let numbers = groups.iter().filter_map(|index| self.numbers.get(index));
        let set: Vec<GroupNumbers> = numbers.filter(|numbers| numbers.is_closed).copied().collect();
        self.out.push_str("(?:");
        for (index, numbers) in set.iter().enumerate() {
            self.out.push_str(if index > 0 { "|" } else { "" });
            self.out.push_str(&format!("\\{}", numbers.number));
        }
        let markers: String =
            set.iter().filter_map(|numbers| numbers.marker).map(|marker| format!("(?!\\{marker})")).collect();
        if !markers.is_empty() {
            self.out.push('|');
            self.out.push_str(&markers);
        }
        self.out.push(')');
        Ok(())
    }

    /// A class, after its `[`.
    fn class(&mut self, start: usize) -> Result<(), Problem> {
        let is_negated = self.eat("^");
        // The content for `regex`.
        let (mut content, mut has_letters, mut is_shared) = (String::new(), false, true);
        while !self.eat("]") {
            let first_at = self.at;
            let first = self.class_atom(start, &mut is_shared)?;
            let mut after = self.rest().chars();
            if after.next() != Some('-') || after.next().is_none_or(|next| next == ']') {
                has_letters |= matches!(first, ClassAtom::Letter(_));
                push_atom(&first, &mut content);
                continue;
            }
            self.at += 1;
            let last_at = self.at;
            let last = self.class_atom(start, &mut is_shared)?;
            let written = |from: usize, to: usize| &self.pattern[from..to];
            match (first, last) {
                (ClassAtom::Character(first), ClassAtom::Character(last)) if first <= last => {
                    classes::range(first, last, &mut content);
                }
                (ClassAtom::Character(_), ClassAtom::Character(_)) => {
                    let shown = shorten(written(first_at, self.at), 40);
                    return invalid(first_at, format!("range `{shown}` with the larger character first"));
                }
                (first, _) => {
                    let is_first = !matches!(first, ClassAtom::Character(_));
                    let shown = if is_first { written(first_at, last_at - 1) } else { written(last_at, self.at) };
                    let shown = shorten(shown, 40);
                    let at = if is_first { first_at } else { last_at };
                    let help = Some("escape the hyphen as `\\-` if it is not a range");
                    let reason = format!("`{shown}` at the end of a range");
                    return Err(Problem { at, reason, is_limit: false, help });
                }
            }
        }
        let written = &self.pattern[start..self.at];
        is_shared &= !written.contains("--") && !content.is_empty();
        if is_shared && !(has_letters && self.outline.needs_backtracking) {
            self.out.push_str(written);
        } else if content.is_empty() {
            self.out.push_str(if is_negated { classes::ANY } else { classes::NOTHING });
        } else {
            self.out.push_str(if is_negated { "[^" } else { "[" });
            self.out.push_str(&content);
            self.out.push(']');
        }
        Ok(())
    }

    fn class_atom(&mut self, class: usize, is_shared: &mut bool) -> Result<ClassAtom<'p>, Problem> {
        let start = self.at;
        let unclosed = || invalid(class, "unclosed character class");
        let Some(first) = self.next() else { return unclosed() };
        if first != '\\' {
            // `regex` has operators for sets of characters.
            *is_shared &= !matches!(first, '[' | '&' | '~');
            return Ok(ClassAtom::Character(u32::from(first)));
        }
        let Some(escaped) = self.next() else { return unclosed() };
        let code_point = match escaped {
            'd' | 'D' | 'w' | 'W' | 's' | 'S' => return Ok(ClassAtom::Letter(escaped)),
            'p' | 'P' => {
                let property = self.property(start, escaped)?;
                *is_shared &= matches!(property, ClassAtom::Property(_));
                return Ok(property);
            }
            'b' => 0x08,
            _ => self.character_escape(start, escaped)?,
        };
        *is_shared &= is_shared_escape(&self.pattern[start..self.at], code_point);
        Ok(ClassAtom::Character(code_point))
    }
}

/// Writes a part of a class that is not a range.
fn push_atom(atom: &ClassAtom<'_>, content: &mut String) {
    match atom {
        ClassAtom::Character(code_point) => classes::range(*code_point, *code_point, content),
        ClassAtom::Letter(letter) => classes::ranges(classes::of_letter(*letter), letter.is_ascii_uppercase(), content),
        ClassAtom::Property(written) => content.push_str(written),
        ClassAtom::Surrogates { is_negated } => classes::ranges(classes::SURROGATES, *is_negated, content),
    }
}

/// True if `regex` and `fancy-regex` read the escape sequence like ECMA-262.
fn is_shared_escape(written: &str, code_point: u32) -> bool {
    let mut after = written[1..].chars();
    match after.next() {
        Some('f' | 'n' | 'r' | 't' | 'v' | 'x') => true,
        Some('u') => after.next() != Some('{') && written.len() == 6 && char::from_u32(code_point).is_some(),
        Some(other) => after.next().is_none() && other.is_ascii_punctuation() && !matches!(other, '<' | '>'),
        None => false,
    }
}
