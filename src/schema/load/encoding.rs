//! References with characters that URIs do not allow, such as `#/definitions/Box<T>`. They are percent-encoded, because
//! `jsonschema` accepts only URI references.

use std::borrow::Cow;

use jsonschema::Draft;
use percent_encoding::{AsciiSet, CONTROLS};
use serde_json::Value as Serde;

use crate::schema::walk::each_schema;

/// Characters that are not allowed in any part of a URI reference (RFC 3986, appendix A). All others, and those outside
/// of ASCII, are encoded anyway.
const FORBIDDEN: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');
/// In addition, brackets, which are allowed only in IP addresses, and `#`, which begins the fragment.
const FORBIDDEN_IN_PATH: &AsciiSet = &FORBIDDEN.add(b'[').add(b']').add(b'#');

/// Keywords whose value is a reference.
pub(super) const REFERENCES: [&str; 2] = ["$ref", "$dynamicRef"];

/// The reference as a URI reference; `None` if it is one already, or cannot be one.
pub(super) fn encoded_reference(reference: &str) -> Option<String> {
    let (uri, fragment) = match reference.split_once('#') {
        Some((uri, fragment)) => (uri, Some(fragment)),
        None => (reference, None),
    };
    // The scheme and the host.
    let start =
        uri.find("//").map_or(0, |slashes| uri[slashes + 2..].find('/').map_or(uri.len(), |at| slashes + 2 + at));
    let mut encoded = percent_encoding::utf8_percent_encode(&uri[..start], FORBIDDEN).to_string();
    push_encoded(&mut encoded, &uri[start..]);
    if let Some(fragment) = fragment {
        encoded.push('#');
        push_encoded(&mut encoded, fragment);
    }
    (encoded != reference && referencing::uri::from_str(&encoded).is_ok()).then_some(encoded)
}

fn push_encoded(out: &mut String, text: &str) {
    for (index, part) in text.split('%').enumerate() {
        if index > 0 {
            // A percent sign that does not begin an encoded byte is a character.
            let is_byte = part.len() >= 2 && part.bytes().take(2).all(|digit| digit.is_ascii_hexdigit());
            out.push_str(if is_byte { "%" } else { "%25" });
        }
        out.extend(percent_encoding::utf8_percent_encode(part, FORBIDDEN_IN_PATH));
    }
}

/// A reference as its author probably wrote it.
pub(super) fn decoded_reference(reference: &str) -> Cow<'_, str> {
    percent_encoding::percent_decode_str(reference).decode_utf8().unwrap_or(Cow::Borrowed(reference))
}

/// Encodes all references of a schema.
pub(super) fn encode_references(schema: &mut Serde) {
    each_schema(schema, Draft::default(), &mut |keywords, _| {
        for keyword in REFERENCES {
            if let Some(Serde::String(reference)) = keywords.get_mut(keyword)
                && let Some(encoded) = encoded_reference(reference)
            {
                *reference = encoded;
            }
        }
    });
}
