//! Input that is not JSON, recognized by its first bytes or by the position of the syntax error.

use super::DocumentKind;
use super::{client, client_library, rules, text};
use crate::diagnostic::{Diagnostic, Label};
use crate::hubspot::retry;
use crate::input::Source;
use crate::json::{Expected, Span, SyntaxError, Tape, is_blank};
use crate::text::{count, shorten, visible_bytes};

pub(super) const NOT_JSON: &str = "not the start of a JSON document";

/// Advice for text that did not come from the API.
pub(super) fn advice_on_text(status: Option<u16>) -> &'static str {
    match status {
        Some(500..=599) => "retry with exponential backoff: a gateway or a proxy may have responded instead of the API",
        _ => status.and_then(retry::of_status).map_or(
            "check the URL and the HTTP status (`curl -i`): a gateway or a proxy may have responded instead of the API",
            |retry| retry.action,
        ),
    }
}

const WRONG_FILE: &str = "check the input: this is not an API response";

/// First bytes of other formats, their names, and advice.
const FORMATS: &[(&[u8], &str, &str)] = &[
    (b"\x1F\x8B", "gzip", "run curl with `--compressed`"),
    (b"\x28\xB5\x2F\xFD", "zstd", "run curl with `--compressed`"),
    (b"BZh", "bzip2", "decompress it: `bunzip2 -c FILE | callcheck`"),
    (b"\xFD7zXZ\x00", "xz", "decompress it: `xz -dc FILE | callcheck`"),
    (b"PK\x03\x04", "zip", "extract it: `unzip -p FILE | callcheck`"),
    (b"%PDF-", "PDF", WRONG_FILE),
    (b"\x89PNG", "PNG", WRONG_FILE),
    (b"SQLite format 3\0", "SQLite", WRONG_FILE),
];

/// Classifies input that is certainly not JSON: empty input, other formats, other encodings, HTML.
pub fn not_json(source: &Source) -> Option<(DocumentKind, Diagnostic)> {
    let body = source.body();
    let at = |from: usize, to: usize| Span::new(source.start + from, source.start + to.min(body.len()));
    let Some(first) = body.iter().position(|byte| !is_blank(*byte)) else {
        let redirect = client::redirect(source, no_content(source));
        return Some((DocumentKind::Empty, redirect.unwrap_or_else(|| empty(source))));
    };
    let binary = |what: &str, label: Label, help: &str| {
        let finding = Diagnostic::new(&rules::BINARY, format!("this is {what} data, not JSON"), label);
        let finding = match source.headers.as_ref().and_then(|head| head.encoding.as_deref()) {
            Some(encoding) => {
                finding.help(format!("run curl with `--compressed`: `Content-Encoding` is {}", shorten(encoding, 20)))
            }
            None => finding.help(help),
        };
        Some((DocumentKind::Binary, finding))
    };
    if let Some((magic, name, help)) = FORMATS.iter().find(|(magic, ..)| body.starts_with(magic)) {
        return binary(name, Label::new(at(0, magic.len()), format!("{name} signature")), help);
    }
    if let Some((name, iconv, length)) = wide(body) {
        let label = Label::new(at(0, length), "not UTF-8");
        let diagnostic =
            Diagnostic::new(&crate::json::rules::ENCODING, format!("this is {name}, but JSON must be UTF-8"), label)
                .help(format!("convert the file: `iconv -f {iconv} -t UTF-8 FILE | callcheck`"));
        // The encoding of `>` in Windows PowerShell 5.1.
        let diagnostic = if iconv == "UTF-16" && body.starts_with(b"\xFF\xFE") {
            diagnostic
                .help("in Windows PowerShell 5.1, use `curl.exe -o FILE` or `Out-File -Encoding utf8` instead of `>`")
        } else {
            diagnostic
        };
        return Some((DocumentKind::BrokenJson, diagnostic));
    }
    let start = &body[first..body.len().min(first + 4096)];
    if let Some(finding) = client::before(source, first) {
        return Some((DocumentKind::Text, finding));
    }
    if start[0] == b'<' {
        let (kind, finding) = page(source, first);
        return Some((kind, client::redirect(source, finding.label.clone()).unwrap_or(finding)));
    }
    let begins_json = matches!(start[0], b'{' | b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n');
    if let Some((from, to)) = chunk_size(source) {
        let label = Label::new(at(from, to), "chunk size");
        let message = "this is a raw chunked HTTP body, not JSON (`Transfer-Encoding: chunked`)";
        return Some((
            DocumentKind::Text,
            Diagnostic::new(&rules::TEXT, message, label).help("run curl without `--raw`"),
        ));
    }
    let encoding = source.headers.as_ref().and_then(|head| head.encoding.as_deref());
    if let Some(encoding) = encoding.filter(|_| !begins_json) {
        let what = if encoding == "br" { "Brotli" } else { "compressed" };
        return binary(what, Label::new(at(first, first + 1), NOT_JSON), "");
    }
    // The first two bytes of every zlib stream (RFC 1950, section 2.2).
    if let [0x78, 0x01 | 0x5E | 0x9C | 0xDA, ..] = body {
        return binary(
            "zlib",
            Label::new(at(0, 2), "zlib signature"),
            "decompress it: `zlib-flate -uncompress < FILE | callcheck`",
        );
    }
    let nul = start.iter().position(|&byte| byte == 0).filter(|_| !matches!(start[0], b'{' | b'[' | b'"'))?;
    binary("binary", Label::new(at(first + nul, first + nul + 1), "NUL byte"), "save the response body unchanged")
}

/// Start and end of the size of the first chunk in a raw chunked body (RFC 9112, section 7.1). Without headers, JSON
/// must follow it.
fn chunk_size(source: &Source) -> Option<(usize, usize)> {
    let is_chunked = source.headers.as_ref().is_some_and(|head| head.chunked);
    let body = source.body();
    let from = body.iter().position(|byte| !is_blank(*byte))?;
    let size = body[from..].iter().take(16).take_while(|byte| byte.is_ascii_hexdigit()).count();
    let after = body[from + size..].strip_prefix(b"\r\n")?;
    (size > 0 && (is_chunked || matches!(after, [b'{' | b'[', ..]))).then_some((from, from + size))
}

/// True if the body has the framing of `Transfer-Encoding: chunked`.
pub(crate) fn is_chunked(source: &Source) -> bool {
    chunk_size(source).is_some()
}

fn empty(source: &Source) -> Diagnostic {
    let end = source.bytes.len();
    let archive = "record the response again: only batch/archive responds with an empty body (HTTP 204)";
    let announced = source.headers.as_ref().and_then(|head| head.length).filter(|&length| length > 0);
    let (message, help) = match source.headers.as_ref().map(|head| head.status) {
        Some(204) => (
            "expected a batch response, found an empty body (HTTP 204)".to_owned(),
            "record the response again, or use the request of this response: HTTP 204 is the response to batch/archive",
        ),
        Some(status) => (
            format!("expected a batch response, found an empty body (HTTP {status})"),
            retry::of_status(status).map_or(archive, |retry| retry.action),
        ),
        None if end == 0 => ("expected a batch response, found empty input".to_owned(), archive),
        None => ("expected a batch response, found only whitespace".to_owned(), archive),
    };
    let diagnostic = Diagnostic::new(&rules::EMPTY, message, no_content(source));
    match announced {
        Some(length) => diagnostic
            .note(format!("the headers announce a body of {}", count(length, "byte")))
            .help("use `curl -i`, not `curl -I` or `-o`, to include the body"),
        None if source.headers.is_some() => diagnostic.help(help),
        None if source.is_piped => diagnostic
            .help("run the command before the pipe alone: it wrote nothing, probably because it failed")
            .help("use `curl -sSi`, which shows errors and the HTTP status; replace `-f` by `--fail-with-body`")
            .help("ignore this for batch/archive, which responds with an empty body (HTTP 204)"),
        None => diagnostic.help(help).help("use `curl -i` to include the HTTP status"),
    }
}

fn no_content(source: &Source) -> Label {
    let end = source.bytes.len();
    Label::new(Span::new(end, end), "no content")
}

/// UTF-16 and UTF-32 by their byte order marks (Unicode 16, section 23.8) or by the NUL bytes around a first ASCII
/// character (RFC 4627, section 3).
fn wide(body: &[u8]) -> Option<(&'static str, &'static str, usize)> {
    let ascii = |byte: u8| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~');
    Some(match *body {
        // If there is a byte order mark, `iconv` removes it only if the name of the encoding has no byte order.
        [0xFF, 0xFE, 0, 0, ..] => ("UTF-32 (little-endian)", "UTF-32", 4),
        [first, 0, 0, 0, ..] if ascii(first) => ("UTF-32 (little-endian)", "UTF-32LE", 4),
        [0, 0, 0xFE, 0xFF, ..] => ("UTF-32 (big-endian)", "UTF-32", 4),
        [0, 0, 0, first, ..] if ascii(first) => ("UTF-32 (big-endian)", "UTF-32BE", 4),
        [0xFF, 0xFE, ..] => ("UTF-16 (little-endian)", "UTF-16", 2),
        [b'{' | b'[' | b'0'..=b'9', 0] => ("UTF-16 (little-endian)", "UTF-16LE", 2),
        [first, 0, second, 0, ..] if ascii(first) && ascii(second) => ("UTF-16 (little-endian)", "UTF-16LE", 2),
        [0xFE, 0xFF, ..] => ("UTF-16 (big-endian)", "UTF-16", 2),
        [0, first, 0, second, ..] if ascii(first) && ascii(second) => ("UTF-16 (big-endian)", "UTF-16BE", 2),
        _ => return None,
    })
}

/// Input that begins with `<`: HTML, XML, a merge conflict.
fn page(source: &Source, first: usize) -> (DocumentKind, Diagnostic) {
    let text = &source.body()[first..];
    let text = &text[..text.len().min(64 * 1024)];
    let lower = text.to_ascii_lowercase();
    let span = Span::new(source.start + first, source.start + first + 1);
    let is_html = [&b"<!doctype html"[..], b"<html", b"<head", b"<body", b"<title", b"<h1", b"<center", b"<!--"]
        .iter()
        .any(|tag| lower.starts_with(tag))
        || memchr::memmem::find(&lower, b"<html").is_some();
    if text.starts_with(b"<<<<<<< ") {
        let finding =
            Diagnostic::new(&rules::TEXT, "the file contains merge conflicts", Label::new(span, "conflict marker"));
        return (DocumentKind::Text, finding.help("resolve the conflicts"));
    }
    let http = source.headers.as_ref().map(|head| head.status);
    if !is_html {
        let what = if lower.starts_with(b"<?xml") { "XML" } else { "markup" };
        let finding = Diagnostic::new(&rules::TEXT, format!("this is {what}, not JSON"), Label::new(span, NOT_JSON));
        return (DocumentKind::Text, finding.help(advice_on_text(http)));
    }
    let title = ["title", "h1", "h2"].iter().find_map(|tag| html_text(text, &lower, tag));
    let shown = http.map_or(String::new(), |status| format!(" (HTTP {status})"));
    let message = match &title {
        Some(title) => format!("this is an HTML page, not JSON: \"{}\"{shown}", shorten(title, 80)),
        None => format!("this is an HTML page, not JSON{shown}"),
    };
    let help = match http.or_else(|| title.as_deref().and_then(status_in)) {
        Some(404) => {
            "do not retry: the URL is wrong or the record does not exist; HubSpot returns this page also for a correct URL"
        }
        Some(401 | 403) => "do not retry: a firewall, a proxy or a login page may be blocking access to the API",
        status => advice_on_text(status),
    };
    (DocumentKind::Html, Diagnostic::new(&rules::HTML, message, Label::new(span, NOT_JSON)).help(help))
}

/// Text of the first HTML element with this name, without tags and with collapsed whitespace.
fn html_text(text: &[u8], lower: &[u8], tag: &str) -> Option<String> {
    let open = memchr::memmem::find(lower, format!("<{tag}").as_bytes())?;
    let start = open + memchr::memchr(b'>', &lower[open..])? + 1;
    let end =
        start + memchr::memmem::find(&lower[start..], format!("</{tag}").as_bytes()).unwrap_or(lower.len() - start);
    let mut plain = String::new();
    let mut inside = false;
    for character in String::from_utf8_lossy(&text[start..end.min(start + 1000)]).chars() {
        match character {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => plain.push(character),
            _ => {}
        }
    }
    let plain = plain.replace("&amp;", "&").replace("&nbsp;", " ").replace("&#39;", "'").replace("&quot;", "\"");
    let folded = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    (!folded.is_empty()).then_some(folded)
}

/// An HTTP status code in a title such as `502 Bad Gateway`.
fn status_in(title: &str) -> Option<u16> {
    title
        .split(|character: char| !character.is_ascii_digit())
        .filter(|word| word.len() == 3)
        .find_map(|word| word.parse().ok().filter(|code| (400..600).contains(code)))
}

/// Classifies text with a syntax error: several documents, plain text, or invalid JSON.
pub(crate) fn refused(source: &Source, tape: &Tape, error: &SyntaxError) -> (DocumentKind, Diagnostic) {
    if let Some(diagnostic) = text_sequence(source, tape, error).or_else(|| lines(source, error)) {
        return (DocumentKind::Lines, diagnostic);
    }
    let of_client = || client::interrupted(source, tape, error).or_else(|| client::second_response(source));
    if let Some(diagnostic) = client::after(source, tape, error).or_else(of_client) {
        return (DocumentKind::BrokenJson, diagnostic);
    }
    if let Some(diagnostic) = client_library::printed(source) {
        return (DocumentKind::Text, diagnostic);
    }
    if let Some(placeholder) = error.placeholder(source.bytes) {
        return (DocumentKind::Masked, masked(source, tape, error, placeholder));
    }
    let diagnostic = error.diagnostic(source.bytes, tape, source.shift, source.unit);
    match text::finding(source, error) {
        Some(diagnostic) => {
            (DocumentKind::Text, client::redirect(source, diagnostic.label.clone()).unwrap_or(diagnostic))
        }
        None => {
            let missing = source
                .headers
                .as_ref()
                .and_then(|head| head.length)
                .filter(|_| error.at == source.bytes.len())
                .and_then(|length| length.checked_sub(source.body().len() as u64 + source.shift))
                .filter(|&missing| missing > 0);
            let diagnostic = match missing {
                Some(missing) => {
                    let missing = count(missing, "byte");
                    let help = vec!["fetch the response again: it was cut off".to_owned()];
                    Diagnostic { help, ..diagnostic }
                        .note(format!("the body is {missing} shorter than its `Content-Length`"))
                }
                None => diagnostic,
            };
            (DocumentKind::BrokenJson, diagnostic)
        }
    }
}

/// A recording with a placeholder instead of a value.
fn masked(source: &Source, tape: &Tape, error: &SyntaxError, placeholder: Span) -> Diagnostic {
    let shown = visible_bytes(placeholder.of(source.bytes));
    // The scanner reads the first brace of `{{id}}` as the start of an object.
    let is_name = matches!(error.expected, Expected::Name { .. }) && placeholder.start.0 == error.at;
    let wanted = if is_name { "a key" } else { "a value" };
    let message = format!("invalid JSON: expected {wanted}, found the unquoted placeholder `{}`", shorten(&shown, 40));
    let mut pointer = error.pointer(source.bytes, tape);
    if shown.starts_with('[') {
        // The bracket is part of the placeholder and does not start an array.
        pointer.truncate(pointer.rfind('/').unwrap_or(0));
    }
    let finding = Diagnostic::new(&rules::MASKED, message, Label::new(placeholder, "unquoted placeholder")).at(pointer);
    if shown.starts_with("{{") || shown.starts_with("${") {
        return finding
            .note("the placeholder looks like an unrendered template variable")
            .help("render the template before you save the file");
    }
    finding
        .note("recording tools such as VCR insert such placeholders for masked values")
        .help("configure the recorder to write a valid value of the same type, for example the id \"50100000000\" or the boolean false")
}

/// Before each text of a JSON text sequence (RFC 7464, section 2.1).
const RECORD_SEPARATOR: u8 = 0x1E;
/// Spaces before a document that are searched for a line break. A window over a stream still has them.
const MAX_SPACES: usize = 64;

/// A JSON text sequence, instead of a document or a line.
fn text_sequence(source: &Source, tape: &Tape, error: &SyntaxError) -> Option<Diagnostic> {
    let is_outside = match error.expected {
        Expected::End => true,
        Expected::Value { .. } => error.pointer(source.bytes, tape).is_empty(),
        _ => false,
    };
    if !is_outside || source.bytes.get(error.at) != Some(&RECORD_SEPARATOR) {
        return None;
    }
    let message = "this is a JSON text sequence (RFC 7464): a record separator (U+001E) precedes each document";
    let label = Label::new(Span::new(error.at, error.at + 1), "record separator");
    Some(
        Diagnostic::new(&rules::MULTIPLE, message, label)
            .help("convert it to JSON Lines: `tr -d '\\036' < FILE | callcheck --lines`"),
    )
}

/// Several documents in one input or one line.
fn lines(source: &Source, error: &SyntaxError) -> Option<Diagnostic> {
    let second = error.at;
    if error.expected != Expected::End || !matches!(source.bytes.get(second), Some(b'{' | b'[')) {
        return None;
    }
    let label = Label::new(Span::new(second, second + 1), "second document starts here");
    const NO_LINE_BREAK: &str = "a line break is missing between two JSON documents";
    if source.unit == "line" {
        return Some(
            Diagnostic::new(&rules::MULTIPLE, NO_LINE_BREAK, label)
                .help("insert a line break before the second document"),
        );
    }
    let before = &source.bytes[second.saturating_sub(MAX_SPACES)..second];
    let first_end = before.trim_ascii_end().len();
    if first_end > 0 && !before[first_end..].contains(&b'\n') {
        let message = format!("{NO_LINE_BREAK}, expected one batch response");
        return Some(
            Diagnostic::new(&rules::MULTIPLE, message, label)
                .help("for JSON Lines, insert a line break between the documents and use `--lines`")
                .help("for other input, write each document to a separate file"),
        );
    }
    Some(
        Diagnostic::new(&rules::MULTIPLE, "the input contains several documents, expected one batch response", label)
            .help("for JSON Lines, use `--lines` or the file extension .jsonl or .ndjson")
            .help("for other input, write each document to a separate file"),
    )
}
