//! Text in XML.

use crate::text::visible;

/// Text for attributes and content. Control characters, and those that XML does not allow, become JSON escapes.
pub(super) fn attribute(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for character in visible(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            // Not characters in XML 1.0.
            '\u{FFFE}' => out.push_str("\\uFFFE"),
            '\u{FFFF}' => out.push_str("\\uFFFF"),
            other => out.push(other),
        }
    }
    out
}
