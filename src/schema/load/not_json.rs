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

/// The reason why a file is not JSON, if its format is known. `is_invalid`: the JSON parser found an error.
pub(super) fn file(path: &Path, bytes: &[u8], is_invalid: bool) -> Option<String> {
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
    let has_yaml_name = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
    if !is_invalid || !(has_yaml_name || is_yaml(text)) {
        return None;
    }
    let output = path.with_extension(if has_yaml_name { "json" } else { "schema.json" });
    let output = output.to_string_lossy();
    let output = shell_word(&output);
    Some(format!(
        "this is YAML, and callcheck reads schemas only as JSON; convert it first: `yq -o json {input} > {output}`"
    ))
}

/// True if the first line that is not a comment begins a YAML document, a mapping or a sequence (YAML 1.2.2, sections
/// 6.8, 8.2 and 9.1).
fn is_yaml(text: &[u8]) -> bool {
    let lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let Some(line) = lines.into_iter().find(|line| !line.is_empty() && !line.starts_with(b"#")) else { return false };
    if line == b"---" || line.starts_with(b"--- ") || line.starts_with(b"%YAML") || line.starts_with(b"- ") {
        return true;
    }
    let Some(colon) = memchr::memchr(b':', line) else { return false };
    let (key, rest) = (&line[..colon], &line[colon + 1..]);
    let is_key = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'$' | b'_' | b'-' | b'"' | b'\'');
    !key.is_empty() && key.iter().all(is_key) && (rest.is_empty() || rest.starts_with(b" "))
}
