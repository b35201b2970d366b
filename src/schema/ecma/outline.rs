//! The groups of a pattern, read before its translation: references can precede their group, and only the text after a
//! group shows whether it is optional.

use std::collections::{HashMap, HashSet};

/// Maximum number of nested groups, because `regex` and `fancy-regex` recurse.
pub(super) const MAX_GROUP_DEPTH: usize = 100;

/// Groups and features of a pattern. It need not be valid.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// Capturing groups, in the order of their parentheses.
    pub groups: Vec<CapturingGroup>,
    /// Indices of the groups with each name. Several groups can have the same name if they exclude each other.
    pub names: HashMap<String, Vec<usize>>,
    /// Matching needs lookaround or backreferences.
    pub needs_backtracking: bool,
}

#[derive(Debug)]
pub(super) struct CapturingGroup {
    pub is_referenced: bool,
    /// A match need not contain the group.
    pub is_optional: bool,
    /// The groups around it, by the number of their parenthesis, with the index of the alternative.
    path: Vec<(usize, usize)>,
}

impl CapturingGroup {
    /// True if no match contains both groups, because they are in different alternatives.
    pub(super) fn excludes(&self, other: &CapturingGroup) -> bool {
        self.path.iter().zip(&other.path).any(|(one, two)| one.0 == two.0 && one.1 != two.1)
    }

    pub(super) fn is_inside(&self, parenthesis: usize) -> bool {
        self.path.iter().any(|(around, _)| *around == parenthesis)
    }
}

struct OpenParenthesis {
    number: usize,
    alternative: usize,
    /// Number of capturing groups before it.
    first: usize,
    captures: bool,
    is_negative: bool,
}

impl Outline {
    pub(super) fn of(pattern: &str) -> Outline {
        let mut outline = Outline::default();
        let (mut numbers, mut names) = (HashSet::new(), HashSet::new());
        let mut open =
            vec![OpenParenthesis { number: 0, alternative: 0, first: 0, captures: false, is_negative: false }];
        let (mut parentheses, mut is_class) = (0, false);
        let mut rest = pattern.chars();
        while let Some(character) = rest.next() {
            match character {
                '\\' => {
                    let escaped = rest.as_str();
                    let letter = rest.next();
                    if is_class {
                        continue;
                    }
                    match letter {
                        Some('b' | 'B') => outline.needs_backtracking = true,
                        Some('1'..='9') => {
                            let length = escaped.bytes().take_while(u8::is_ascii_digit).count();
                            numbers.extend(escaped[..length].parse::<usize>().ok());
                            outline.needs_backtracking = true;
                        }
                        Some('k') => {
                            names.extend(group_name(&escaped[1..]).map(|(name, _)| name));
                            outline.needs_backtracking = true;
                        }
                        _ => {}
                    }
                }
                '[' if !is_class => is_class = true,
                ']' => is_class = false,
                _ if is_class => {}
                '(' => {
                    parentheses += 1;
                    let after = rest.as_str();
                    let is_look = ["?=", "?!", "?<=", "?<!"].iter().any(|look| after.starts_with(look));
                    let modifiers = after.strip_prefix('?').unwrap_or_default().bytes();
                    let is_multiline = modifiers.take_while(|byte| b"ims-".contains(byte)).any(|byte| byte == b'm');
                    outline.needs_backtracking |= is_look || is_multiline;
                    let captures = !after.starts_with('?') || after.starts_with("?<") && !is_look;
                    let first = outline.groups.len();
                    if captures {
                        let name = after.strip_prefix('?').and_then(group_name);
                        name.into_iter().for_each(|(name, _)| outline.names.entry(name).or_default().push(first));
                        outline.groups.push(CapturingGroup {
                            is_referenced: false,
                            is_optional: false,
                            path: open.iter().map(|around| (around.number, around.alternative)).collect(),
                        });
                    }
                    let is_negative = after.starts_with("?!") || after.starts_with("?<!");
                    open.push(OpenParenthesis { number: parentheses, alternative: 0, first, captures, is_negative });
                    if open.len() > MAX_GROUP_DEPTH + 1 {
                        // The translation ends here.
                        break;
                    }
                }
                '|' => {
                    if let Some(around) = open.last_mut() {
                        around.alternative += 1;
                    }
                }
                ')' if open.len() > 1 => {
                    let Some(closed) = open.pop() else { continue };
                    let after = rest.as_str();
                    let is_optional = closed.is_negative || after.starts_with(['*', '?']) || after.starts_with("{0");
                    outline.close(&closed, is_optional);
                }
                _ => {}
            }
        }
        open.iter().for_each(|open| outline.close(open, false));
        for index in names.iter().filter_map(|name| outline.names.get(name)).flatten() {
            outline.groups[*index].is_referenced = true;
        }
        for number in numbers {
            if let Some(group) = outline.groups.get_mut(number - 1) {
                group.is_referenced = true;
            }
        }
        outline
    }

    fn close(&mut self, closed: &OpenParenthesis, is_optional: bool) {
        let inner = closed.first + usize::from(closed.captures);
        let from = match (is_optional, closed.alternative) {
            (true, _) => closed.first,
            (false, 0) => return,
            _ => inner,
        };
        self.groups.iter_mut().skip(from).for_each(|group| group.is_optional = true);
    }
}

/// Parses `<NAME>`. Returns the name without escape sequences, and the number of bytes.
pub(super) fn group_name(text: &str) -> Option<(String, usize)> {
    let mut rest = text.strip_prefix('<')?.chars();
    let mut name = String::new();
    loop {
        let next = match rest.next()? {
            '>' if name.is_empty() => return None,
            '>' => return Some((name, text.len() - rest.as_str().len())),
            '\\' => {
                let (code_point, length) = unicode_escape(rest.as_str().strip_prefix('u')?)?;
                rest = rest.as_str()[1 + length..].chars();
                char::from_u32(code_point)?
            }
            plain => plain,
        };
        let is_start = next.is_alphabetic() || matches!(next, '$' | '_');
        if !is_start && (name.is_empty() || !(next.is_alphanumeric() || matches!(next, '\u{200C}' | '\u{200D}'))) {
            return None;
        }
        name.push(next);
    }
}

/// The text after `\u`: `{1F600}`, four digits, or the two halves of a surrogate pair. Returns the code point and the
/// number of bytes.
pub(super) fn unicode_escape(text: &str) -> Option<(u32, usize)> {
    if let Some(digits) = text.strip_prefix('{') {
        let length = digits.bytes().take_while(u8::is_ascii_hexdigit).count();
        let is_complete = length > 0 && digits[length..].starts_with('}');
        let digits = &digits[..length];
        let significant = digits.trim_start_matches('0');
        let code_point = if significant.is_empty() { 0 } else { u32::from_str_radix(significant, 16).ok()? };
        return (is_complete && code_point <= 0x10_FFFF).then_some((code_point, digits.len() + 2));
    }
    let unit = |text: &str| hexadecimal(text, 4);
    let first = unit(text)?;
    if let (0xD800..=0xDBFF, Some(second)) = (first, text.get(4..).and_then(|rest| rest.strip_prefix("\\u")))
        && let Some(second @ 0xDC00..=0xDFFF) = unit(second)
    {
        return Some((0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00), 10));
    }
    Some((first, 4))
}

/// The value of the first `count` hexadecimal digits.
pub(super) fn hexadecimal(text: &str, count: usize) -> Option<u32> {
    let digits = text.get(..count).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}
