//! Punycode, the ASCII form of internationalized labels (RFC 3492).

/// Maximum number of characters of a label. A longer one does not fit into the 63 bytes of its ASCII form.
pub(super) const MAX_CHARACTERS: usize = 63;

// Parameters of RFC 3492, section 5.
const BASE: u32 = 36;
const MIN_THRESHOLD: u32 = 1;
const MAX_THRESHOLD: u32 = 26;
const INITIAL_BIAS: u32 = 72;
const INITIAL_CODE_POINT: u32 = 128;

/// RFC 3492, section 6.1. `count` is the number of code points, including the new one.
fn adapted(delta: u32, count: u32, is_first: bool) -> u32 {
    const DAMP: u32 = 700;
    const SKEW: u32 = 38;
    let mut delta = if is_first { delta / DAMP } else { delta / 2 };
    delta += delta / count;
    let mut steps = 0;
    while delta > (BASE - MIN_THRESHOLD) * MAX_THRESHOLD / 2 {
        delta /= BASE - MIN_THRESHOLD;
        steps += BASE;
    }
    steps + (BASE - MIN_THRESHOLD + 1) * delta / (delta + SKEW)
}

fn threshold(position: u32, bias: u32) -> u32 {
    position.saturating_sub(bias).clamp(MIN_THRESHOLD, MAX_THRESHOLD)
}

/// Decodes lowercase Punycode without the prefix `xn--` (RFC 3492, section 6.2).
pub(super) fn decode(text: &str) -> Option<String> {
    let (basic, extended) = text.rsplit_once('-').unwrap_or(("", text));
    let mut characters: Vec<char> = basic.chars().collect();
    let (mut code_point, mut index, mut bias) = (INITIAL_CODE_POINT, 0u32, INITIAL_BIAS);
    let mut digits = extended.bytes();
    while digits.len() > 0 {
        let (before, mut weight, mut position) = (index, 1u32, BASE);
        loop {
            let digit = match digits.next()? {
                letter @ b'a'..=b'z' => u32::from(letter - b'a'),
                number @ b'0'..=b'9' => u32::from(number - b'0') + 26,
                _ => return None,
            };
            index = index.checked_add(digit.checked_mul(weight)?)?;
            let threshold = threshold(position, bias);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(BASE - threshold)?;
            position += BASE;
        }
        let count = characters.len() as u32 + 1;
        bias = adapted(index - before, count, before == 0);
        code_point = code_point.checked_add(index / count)?;
        index %= count;
        characters.insert(index as usize, char::from_u32(code_point)?);
        index += 1;
    }
    Some(characters.into_iter().collect())
}

/// Encodes a label, without the prefix `xn--` (RFC 3492, section 6.3); `None` if it has too many characters.
pub(super) fn encode(label: &str) -> Option<String> {
    if label.chars().nth(MAX_CHARACTERS).is_some() {
        return None;
    }
    let mut out: String = label.chars().filter(char::is_ascii).collect();
    let mut done = out.len() as u32;
    if done > 0 {
        out.push('-');
    }
    let (mut code_point, mut delta, mut bias, mut is_first) = (INITIAL_CODE_POINT, 0u32, INITIAL_BIAS, true);
    while let Some(next) = label.chars().map(u32::from).filter(|&character| character >= code_point).min() {
        delta = delta.checked_add((next - code_point).checked_mul(done + 1)?)?;
        code_point = next;
        for character in label.chars().map(u32::from) {
            if character < code_point {
                delta += 1;
            } else if character == code_point {
                push_number(delta, bias, &mut out);
                bias = adapted(delta, done + 1, is_first);
                (delta, done, is_first) = (0, done + 1, false);
            }
        }
        delta += 1;
        code_point += 1;
    }
    Some(out)
}

/// Appends a variable-length integer (RFC 3492, section 3.3).
fn push_number(number: u32, bias: u32, out: &mut String) {
    let mut digit = |value: u32| out.push(char::from_digit((value + 10) % BASE, BASE).expect("a digit of base 36"));
    let (mut rest, mut position) = (number, BASE);
    loop {
        let threshold = threshold(position, bias);
        if rest < threshold {
            return digit(rest);
        }
        digit(threshold + (rest - threshold) % (BASE - threshold));
        rest = (rest - threshold) / (BASE - threshold);
        position += BASE;
    }
}
