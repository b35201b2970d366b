//! Recognizes a schema argument that is not JSON, for a message with the command that helps.

use std::path::Path;

use super::directory::url_scheme;
use super::store::path_of;
use crate::input::{Compression, MARK, Source};
use crate::text::{is_plain_word, shell_word};

/// The reason why an argument cannot be read as a file, if it is a URL.
pub(super) fn url(argument: &str) -> Option<String> {
    let scheme = url_scheme(argument)?.to_ascii_lowercase();
    if scheme == "file" {
        let path = path_of(&argument["file://".len()..])?;
        return Some(format!("this is a URL; use the path {}", path.to_string_lossy()));
    }
    let path = argument.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().filter(|name| name.ends_with(".json") && is_plain_word(name));
    let name = name.unwrap_or("schema.json");
    let url = shell_word(argument);
    Some(format!(
        "this is a URL, and callcheck does not download schemas; save it first: `curl -fsSL -o {name} {url}`, then use \
         `--schema {name}`"
    ))
}

/// The reason why a file is neither JSON nor YAML, if its format is known.
pub(super) fn file(path: &Path, bytes: &[u8]) -> Option<String> {
    // On standard input, the command reads a file.
    let path = if path.as_os_str() == "-" { Path::new("FILE") } else { path };
    let name = path.to_string_lossy();
    let input = shell_word(&name);
    if let Some(compression) = Compression::of(bytes) {
        let program = compression.as_str();
        let output = name.strip_suffix(compression.ending()).filter(|output| !output.is_empty());
        let output = shell_word(output.unwrap_or("schema.json"));
        return Some(format!(
            "the schema is compressed ({program}); decompress it first: `{program} -dc {input} > {output}`"
        ));
    }
    if Source::new("", bytes).headers.is_some() {
        return Some("this is an HTTP response with headers; save only the body: use `curl` without `-i`".to_owned());
    }
    let text = bytes.strip_prefix(MARK).unwrap_or(bytes);
    if text.trim_ascii_start().starts_with(b"<") {
        return Some("this is HTML or XML, not a JSON Schema; download the raw JSON file".to_owned());
    }
    None
}
