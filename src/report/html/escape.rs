//! Text in HTML.

use super::super::parts;
use crate::text::visible;

/// Escapes text for content and quoted attributes.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in visible(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// The same, with code for text between backticks.
pub(super) fn with_code(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (part, is_code) in parts(text) {
        match is_code {
            true => out.push_str(&format!("<code>{}</code>", escaped(part))),
            false => out.push_str(&escaped(part)),
        }
    }
    out
}
