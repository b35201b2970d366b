//! The formats `email` and `idn-email`: `Mailbox` of RFC 5321, section 4.1.2, extended by RFC 6531, section 3.3.

use std::net::Ipv6Addr;

use super::hostname;

/// Maximum length of a local part, in bytes (RFC 5321, section 4.5.3.1.1).
const MAX_LOCAL_BYTES: usize = 64;

pub(super) fn is_email(text: &str) -> bool {
    text.is_ascii() && is_mailbox(text, hostname::is_hostname)
}

pub(super) fn is_idn_email(text: &str) -> bool {
    is_mailbox(text, hostname::is_idn_domain)
}

/// `is_domain` validates a domain that is not an address literal. Bytes outside of ASCII are `UTF8-non-ascii` of
/// RFC 6531.
fn is_mailbox(text: &str, is_domain: fn(&str) -> bool) -> bool {
    let bytes = text.as_bytes();
    let local_length = if bytes.first() == Some(&b'"') { quoted_string(bytes) } else { dot_string(bytes) };
    let Some(length) = local_length.filter(|length| (1..=MAX_LOCAL_BYTES).contains(length)) else { return false };
    let Some(domain) = text[length..].strip_prefix('@') else { return false };
    match domain.strip_prefix('[').and_then(|literal| literal.strip_suffix(']')) {
        Some(literal) => is_address(literal),
        None => is_domain(domain),
    }
}

/// The length of a `Dot-string` at the start: atoms separated by dots.
fn dot_string(bytes: &[u8]) -> Option<usize> {
    let is_atext =
        |byte: u8| byte.is_ascii_alphanumeric() || !byte.is_ascii() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    let end = bytes.iter().position(|byte| *byte == b'@')?;
    let is_atom = |atom: &[u8]| !atom.is_empty() && atom.iter().all(|byte| is_atext(*byte));
    bytes[..end].split(|byte| *byte == b'.').all(is_atom).then_some(end)
}

/// The length of a `Quoted-string` at the start. `bytes` starts with a quotation mark.
fn quoted_string(bytes: &[u8]) -> Option<usize> {
    let mut rest = bytes.iter().enumerate().skip(1);
    loop {
        match rest.next()? {
            (index, b'"') => return Some(index + 1),
            // `quoted-pairSMTP`
            (_, b'\\') => {
                rest.next().filter(|(_, escaped)| (b' '..=b'~').contains(escaped))?;
            }
            // `qtextSMTP`
            (_, b' '..=b'~' | 0x80..) => {}
            _ => return None,
        }
    }
}

/// An address literal without brackets (RFC 5321, section 4.1.3). `IPv6` is the only registered tag.
fn is_address(literal: &str) -> bool {
    const TAG: &str = "IPv6:";
    match literal.get(..TAG.len()) {
        Some(tag) if tag.eq_ignore_ascii_case(TAG) => is_ipv6(&literal[TAG.len()..]),
        _ => is_ipv4(literal),
    }
}

/// `Snum` can have leading zeros.
fn is_ipv4(text: &str) -> bool {
    let is_number = |part: &str| {
        (1..=3).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && part.parse::<u16>().is_ok_and(|number| number <= 255)
    };
    text.split('.').count() == 4 && text.split('.').all(is_number)
}

fn is_ipv6(text: &str) -> bool {
    // An IPv4 address at the end replaces two groups.
    let text = match text.rsplit_once(':') {
        Some((groups, last)) if last.contains('.') => {
            if !is_ipv4(last) {
                return false;
            }
            format!("{groups}:0:0")
        }
        _ => text.to_owned(),
    };
    // Here, `::` represents at least two groups.
    let groups = text.split(':').filter(|group| !group.is_empty()).count();
    text.parse::<Ipv6Addr>().is_ok() && (groups <= 6 || !text.contains("::"))
}
