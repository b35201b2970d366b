//! Formats and content keywords that `jsonschema` does not validate as the specifications define them, and the drafts
//! that define each format.

mod base64;
mod email;
mod hostname;
mod idna;
mod punycode;

use jsonschema::Draft;
use serde_json::{Map, Value as Serde};

use super::Options;
use super::walk::each_schema;

/// The formats of JSON Schema with the first draft that defines them.
const FORMATS: [(&str, Draft); 19] = [
    ("date-time", Draft::Draft4),
    ("email", Draft::Draft4),
    ("hostname", Draft::Draft4),
    ("ipv4", Draft::Draft4),
    ("ipv6", Draft::Draft4),
    ("uri", Draft::Draft4),
    ("json-pointer", Draft::Draft6),
    ("uri-reference", Draft::Draft6),
    ("uri-template", Draft::Draft6),
    ("date", Draft::Draft7),
    ("idn-email", Draft::Draft7),
    ("idn-hostname", Draft::Draft7),
    ("iri", Draft::Draft7),
    ("iri-reference", Draft::Draft7),
    ("regex", Draft::Draft7),
    ("relative-json-pointer", Draft::Draft7),
    ("time", Draft::Draft7),
    ("duration", Draft::Draft201909),
    ("uuid", Draft::Draft201909),
];

/// Name of `hostname` of drafts 4 and 6, which does not include A-labels. A registered format applies to all drafts.
const ASCII_HOSTNAME: &str = "callcheck:ascii-hostname";

/// The only media type whose content is validated.
const JSON: &str = "application/json";

/// Registers the formats. They apply to every draft: [`translate`] removes them where they are not defined.
pub(super) fn with_formats(options: Options) -> Options {
    options
        .with_format("email", email::is_email)
        .with_format("idn-email", email::is_idn_email)
        .with_format(ASCII_HOSTNAME, hostname::is_ascii_hostname)
        .with_format("hostname", hostname::is_hostname)
        .with_format("idn-hostname", hostname::is_idn_hostname)
        .with_content_encoding("base64", base64::is_base64, base64::to_text)
}

/// Removes formats and content keywords that the draft of the schema does not define. `jsonschema` asserts some of
/// them.
pub(super) fn translate(schema: &mut Serde, draft: Draft) {
    each_schema(schema, draft, &mut |keywords, draft| {
        translate_format(keywords, draft);
        translate_content(keywords, draft);
    });
}

fn translate_format(keywords: &mut Map<String, Serde>, draft: Draft) {
    let Some(Serde::String(format)) = keywords.get_mut("format") else { return };
    if format == "hostname" && draft <= Draft::Draft6 {
        ASCII_HOSTNAME.clone_into(format);
    } else if FORMATS.iter().any(|(name, first)| name == format && draft < *first) {
        keywords.remove("format");
    }
}

fn translate_content(keywords: &mut Map<String, Serde>, draft: Draft) {
    let names_other_type = |keywords: &Map<String, Serde>| {
        keywords.get("contentMediaType").and_then(Serde::as_str).is_some_and(|media_type| media_type != JSON)
    };
    if draft < Draft::Draft7 {
        keywords.remove("contentEncoding");
        keywords.remove("contentMediaType");
    } else if draft == Draft::Draft7 && names_other_type(keywords) {
        // `jsonschema` does not validate the encoding next to a media type that it does not know.
        keywords.remove("contentMediaType");
    }
}

/// Reverses the translation of a format, for messages.
pub(super) fn as_written(format: &str) -> &str {
    if format == ASCII_HOSTNAME { "hostname" } else { format }
}
