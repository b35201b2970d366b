//! The formats `hostname` and `idn-hostname`.

use std::borrow::Cow;

use super::{idna, punycode};

/// Maximum length of a label, and of a name without the final dot, in bytes (RFC 1035, section 2.3.4).
const MAX_LABEL_BYTES: usize = 63;
const MAX_NAME_BYTES: usize = 253;

/// The separators of the labels of an internationalized name (RFC 3490, section 3.1).
const SEPARATORS: [char; 4] = ['.', '\u{3002}', '\u{FF0E}', '\u{FF61}'];

/// Drafts 4 and 6: RFC 1034, section 3.1. A label can start with a digit (RFC 1123, section 2.1).
pub(super) fn is_ascii_hostname(text: &str) -> bool {
    text.len() <= MAX_NAME_BYTES && text.split('.').all(is_ldh_label)
}

/// From draft 7: also with A-labels (RFC 5891, section 4.4).
pub(super) fn is_hostname(text: &str) -> bool {
    text.is_ascii() && is_name(text.split('.'))
}

/// From draft 7: a hostname with A-labels or U-labels (RFC 5890, section 2.3.2.3).
pub(super) fn is_idn_hostname(text: &str) -> bool {
    is_name(text.split(SEPARATORS))
}

/// The domain of an internationalized email address (RFC 6531, section 3.3). NFC is recommended, not required
/// (RFC 6532, section 3.1).
pub(super) fn is_idn_domain(text: &str) -> bool {
    is_name(idna::to_nfc(text).split('.'))
}

fn is_name<'t>(labels: impl Iterator<Item = &'t str>) -> bool {
    let mut decoded = Vec::new();
    let mut length = 0;
    for label in labels {
        let Some((label, bytes)) = decode(label) else { return false };
        length += bytes + 1;
        // The last label has no separator.
        if length > MAX_NAME_BYTES + 1 {
            return false;
        }
        decoded.push(label);
    }
    let is_bidi = decoded.iter().any(|label| idna::is_right_to_left(label));
    !is_bidi || decoded.iter().all(|label| idna::satisfies_bidi_rule(label))
}

/// Returns a label with A-labels decoded, and the length of its ASCII form; `None` if it is not valid.
fn decode(label: &str) -> Option<(Cow<'_, str>, usize)> {
    const PREFIX: &str = "xn--";
    if !label.is_ascii() {
        let bytes = PREFIX.len() + punycode::encode(label)?.len();
        return (bytes <= MAX_LABEL_BYTES && idna::is_unicode_label(label)).then_some((label.into(), bytes));
    }
    if !is_ldh_label(label) {
        return None;
    }
    if label.get(2..4) != Some("--") {
        return Some((label.into(), label.len()));
    }
    // Letter case does not matter in A-labels (RFC 5890, section 2.3.2.1). Other labels with hyphens in the third and
    // fourth positions are reserved (section 2.3.1).
    let lowercase = label.to_ascii_lowercase();
    let encoded = lowercase.strip_prefix(PREFIX)?;
    let decoded = punycode::decode(encoded)?;
    let is_valid = !decoded.is_ascii()
        && idna::is_unicode_label(&decoded)
        && punycode::encode(&decoded).as_deref() == Some(encoded);
    is_valid.then_some((decoded.into(), label.len()))
}

/// True for letters, digits and hyphens, without a hyphen at an end (RFC 1123, section 2.1).
fn is_ldh_label(label: &str) -> bool {
    (1..=MAX_LABEL_BYTES).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}
