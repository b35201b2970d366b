//! Messages of curl and other HTTP clients before or after a response, because standard error was redirected to the
//! pipe or `curl -w` wrote to standard output.
//!
//! Invariant: only text that is not JSON matches. Text before a document is recognized by its first line, text after a
//! document only if the input ends within [`MAX_AFTER`] bytes, so that the size of the window does not matter.

use super::rules;
use crate::diagnostic::{Diagnostic, Label};
use crate::input::Source;
use crate::json::{Document, Expected, Kind, Span, SyntaxError, Tape};
use crate::text::{shorten, visible_bytes};

/// Bytes of the first line that are read.
const MAX_LINE: usize = 256;
/// Maximum bytes of the output of `curl -w` after a document.
const MAX_AFTER: usize = 200;

/// Maximum bytes between a syntax error and a message of curl in the same string.
const MAX_BEFORE: usize = 200;

const CURL: &[u8] = b"curl: (";
const WRITTEN_BY_CLIENT: &str = "written by the HTTP client";
const NO_STDERR: &str = "use `curl -sSi`, and do not redirect standard error into the pipe (`2>&1`)";

/// The message and the help if a line is from a client.
fn of_line(line: &[u8]) -> Option<(String, &'static str)> {
    let line = &line[..line.len().min(MAX_LINE)];
    let starts = |start: &str| line.starts_with(start.as_bytes());
    let has = |part: &str| memchr::memmem::find(line, part.as_bytes()).is_some();
    let is_verbose = starts("* ") && VERBOSE.iter().any(|part| has(part))
        || (starts("> ") && has(" HTTP/"))
        || starts("< HTTP/")
        || starts("Note: Unnecessary use of -X")
        || (starts("{ [") || starts("} [")) && has(" bytes data]");
    if is_verbose {
        return Some(("this is the verbose output of curl (`-v`), not a response".to_owned(), NO_STDERR));
    }
    if (has("% Total") && has("% Received")) || has("--:--:--") || is_progress_bar(line) {
        return Some(("this is the progress meter of curl, not a response".to_owned(), NO_STDERR));
    }
    if starts("Warning: ") && has(" Will retry in ") {
        return Some(("this is a warning of curl (`--retry`), not a response".to_owned(), NO_STDERR));
    }
    if ["curl: (", "curl: option ", "curl: try ", "curl: no URL"].iter().any(|start| starts(start)) {
        let reason = visible_bytes(line["curl: ".len()..].trim_ascii());
        let message = format!("curl failed and did not write a response: {}", shorten(&reason, 100));
        return Some((message, "correct the cause of the error, then repeat the request"));
    }
    // curl writes this status if there is no response.
    if line.trim_ascii() == b"000" {
        let message = "curl did not receive a response: `curl -w '%{http_code}'` wrote 000";
        return Some((message.to_owned(), "use `curl -sSi`, which shows the error"));
    }
    if let [b'-', b'-', digit, ..] = line
        && digit.is_ascii_digit()
        && has("://")
    {
        let help = "use `wget -qO - --content-on-error`, and do not redirect standard error into the pipe (`2>&1`)";
        return Some(("this is the log of wget, not a response".to_owned(), help));
    }
    let is_request = METHODS.iter().any(|method| line.starts_with(method)) && has(" HTTP/");
    is_request.then(|| {
        let message = "this begins with an HTTP request, not with a response".to_owned();
        (message, "save only the response: use `curl -sSi`, or `http --print=hb` of HTTPie")
    })
}

/// True for the progress bar of `curl -#`: `####   40.0%`, `#=#=#`.
fn is_progress_bar(line: &[u8]) -> bool {
    let bar = line.split(|&byte| byte == b'\r').next().unwrap_or_default().trim_ascii_end();
    let is_bar = bar.starts_with(b"#") && bar.iter().all(|byte| b"#=O- .%0123456789".contains(byte));
    is_bar && (bar.starts_with(b"#=#") || (bar.ends_with(b"%") && bar.contains(&b'.')))
}

/// In lines of `curl -v` that begin with `* `. Lists in Markdown begin like this as well.
const VERBOSE: [&str; 10] = [
    "  Trying ",
    " was resolved.",
    " processing: ",
    "Connected to ",
    "Connection #",
    "Closing connection",
    "Could not resolve ",
    "Re-using existing ",
    "Uses proxy ",
    "connect to ",
];

const METHODS: [&[u8]; 7] = [b"GET ", b"POST ", b"PUT ", b"PATCH ", b"DELETE ", b"HEAD ", b"OPTIONS "];

/// True if a line is from a client, not from a response.
pub(crate) fn is_client_output(line: &[u8]) -> bool {
    of_line(line).is_some()
}

/// The finding for an input that begins with such a line. `first`: position of its first byte in the body.
pub(super) fn before(source: &Source, first: usize) -> Option<Diagnostic> {
    // The progress meter is indented. A document of one line can be long.
    let line = &source.body()[first..];
    let line = line[..line.len().min(MAX_LINE)].split(|&byte| byte == b'\n').next().unwrap_or_default();
    let (message, help) = of_line(line)?;
    let start = source.start + first;
    let label = Label::new(Span::new(start, start + 1), WRITTEN_BY_CLIENT);
    let finding = Diagnostic::new(&rules::CLIENT_OUTPUT, message, label).help(help);
    // The exit code of `-f` for a status from 400 on.
    Some(match line.starts_with(b"curl: (22)") {
        true => {
            finding.help("replace `-f` by `--fail-with-body`: then curl writes the response, which explains the error")
        }
        false => finding,
    })
}

/// The finding for a document that ends early, followed by the error of curl: the transfer was interrupted.
pub(super) fn interrupted(source: &Source, tape: &Tape, error: &SyntaxError) -> Option<Diagnostic> {
    let is_begun = !Document::of(source.bytes, tape).is_empty();
    let start = curl_error(source.bytes, error).filter(|_| is_begun)?;
    let rest = &source.bytes[start..];
    let mut lines = rest.split(|&byte| byte == b'\n');
    let line = lines.next().unwrap_or_default();
    let is_rest = |line: &[u8]| line.iter().all(u8::is_ascii_whitespace) || is_client_output(line);
    // A quote follows if the message is part of a string, which may be private.
    if line.contains(&b'"') || !lines.all(is_rest) {
        return None;
    }
    let reason = visible_bytes(line["curl: ".len()..].trim_ascii());
    let message = format!("curl failed and did not write the whole response: {}", shorten(&reason, 100));
    let label = Label::new(Span::new(start, start + 1), WRITTEN_BY_CLIENT);
    Some(Diagnostic::new(&rules::CLIENT_OUTPUT, message, label).help("repeat the request").help(NO_STDERR))
}

/// The finding for a line of JSON Lines with the first header of another response.
pub(super) fn second_response(source: &Source) -> Option<Diagnostic> {
    // The headers before the first line are not part of a line.
    if source.unit != "line" || source.shift == 0 || !source.body().starts_with(b"HTTP/") {
        return None;
    }
    let start = source.start;
    let label = Label::new(Span::new(start, start + 1), "second response starts here");
    let finding = Diagnostic::new(&crate::json::rules::SYNTAX, "unexpected second HTTP response", label);
    Some(finding.help("save one response per file; `curl --retry` and several URLs write several responses"))
}

/// Position of `curl: (18) ` close to a syntax error. It can follow any part of a token, because the transfer can be
/// interrupted anywhere. Text before the error belongs to the same string, so it is in every window.
fn curl_error(text: &[u8], error: &SyntaxError) -> Option<usize> {
    /// A line break, or the begin of an escape sequence or of a character.
    const MAX_REST: usize = 8;
    if matches!(error.expected, Expected::End) {
        return None;
    }
    let from = match error.expected {
        Expected::NoControl { string } | Expected::Quote { string } => string.max(error.at.saturating_sub(MAX_BEFORE)),
        _ => error.at,
    };
    let before = text.get(from..text.len().min(error.at + MAX_REST + CURL.len()))?;
    let start = from + memchr::memmem::rfind(before, CURL)?;
    let code = text[start + CURL.len()..].split(|&byte| byte == b')').next()?;
    let is_at_end = text.len() <= error.at + MAX_AFTER;
    (is_at_end && (1..=3).contains(&code.len()) && code.iter().all(u8::is_ascii_digit)).then_some(start)
}

/// The finding for such text after a complete document.
pub(super) fn after(source: &Source, tape: &Tape, error: &SyntaxError) -> Option<Diagnostic> {
    let document = Document::of(source.bytes, tape);
    if error.expected != Expected::End || document.is_empty() {
        return None;
    }
    let root = document.root();
    let rest = source.bytes.get(error.at..)?;
    if rest.is_empty() || !matches!(root.kind(), Kind::Object | Kind::Array) {
        return None;
    }
    let line = rest.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let (message, help) = if of_line(line).is_some() {
        ("messages of the HTTP client follow the JSON document", NO_STDERR)
    } else if rest.len() <= MAX_AFTER && is_written_out(rest) {
        (
            "the JSON document is followed by text that looks like the output of `curl -w`",
            "use `curl -i` to include the HTTP status, or write it to standard error: `-w '%{stderr}%{http_code}'`",
        )
    } else {
        return None;
    };
    let end = root.span().end.0;
    let label = Label::new(Span::new(error.at, error.at + 1), "text after the document");
    Some(
        Diagnostic::new(&rules::CLIENT_OUTPUT, message, label)
            .related(Span::new(end - 1, end), "the document ends here")
            .help(help),
    )
}

/// True for a status code, alone or with a few words and figures: `200`, `HTTPSTATUS:200`, `status=200 time=0.3`.
fn is_written_out(text: &[u8]) -> bool {
    /// Maximum number of words and figures.
    const MAX_WORDS: usize = 24;
    let Ok(text) = std::str::from_utf8(text) else { return false };
    let is_plain = |character: char| character.is_ascii_graphic() || character.is_ascii_whitespace();
    // The next response begins with `HTTP/`.
    let is_other = text.starts_with(['{', '[', '"', '}', ']', ',']) || text.starts_with("HTTP/");
    let words: Vec<&str> =
        text.split(|character: char| !character.is_ascii_alphanumeric() && character != '.').collect();
    let is_status =
        |word: &&str| word.len() == 3 && word.parse::<u16>().is_ok_and(|code| (100..600).contains(&code) || code == 0);
    text.chars().all(is_plain) && !is_other && words.len() <= MAX_WORDS && words.iter().any(is_status)
}

/// The finding for a redirect, which has no useful body.
pub(super) fn redirect(source: &Source, label: Label) -> Option<Diagnostic> {
    let headers = source.headers.as_ref()?;
    let status = headers.status;
    let help = match status {
        301..=303 => {
            format!(
                "send the request to the URL in `Location`, or follow the redirect with `curl -L`; for POST, add \
                 `--post{status}`"
            )
        }
        307 | 308 => "follow the redirect with `curl -L`, or send the request to the URL in `Location`".to_owned(),
        _ => return None,
    };
    let message = format!("this is a redirect that the client did not follow (HTTP {status})");
    let diagnostic = Diagnostic::new(&rules::REDIRECT, message, label).help(help);
    // A query can contain secrets.
    let location = headers.location.as_deref().and_then(|url| url.split(['?', '#']).next());
    Some(match location {
        Some(location) => diagnostic.note(format!("`Location` is {}", shorten(location, 100))),
        None => diagnostic,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_clients_are_recognized() {
        for line in [
            "*   Trying 192.0.2.7:443...\r",
            "* Host example.com:443 was resolved.",
            "* Could not resolve host: example.com",
            "* Connection #0 to host example.com left intact",
            "* Closing connection 0",
            "> POST /crm HTTP/2",
            "< HTTP/1.1 200 OK",
            "{ [106 bytes data]",
            "Note: Unnecessary use of -X or --request, POST is already inferred.",
            "% Total    % Received % Xferd  Average Speed   Time    Time     Time  Current",
            "0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0",
            "#=#=#  \r",
            "####################  40.0%\r",
            "curl: (7) Failed to connect to example.com port 443",
            "Warning: Transient problem: HTTP error Will retry in 1 seconds. 3 retries left.",
            "000",
            "--2026-01-05 09:30:00--  https://example.com/",
            "POST /crm HTTP/1.1",
        ] {
            assert!(is_client_output(line.as_bytes()), "{line}");
        }
        for line in [
            "* a list with HTTP",
            "> a quote",
            "<html>",
            "## 100 % of it",
            "# 40.0 of 100",
            "curl: an introduction",
            "Warning: a retry",
            "--- # YAML",
            "-1",
            "POST it",
            "{ [1] }",
            "0",
            "200",
            "",
        ] {
            assert!(!is_client_output(line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn output_of_curl_after_a_document_is_recognized() {
        for text in
            ["200", "\n200\n", "HTTPSTATUS:200", "status=200 time=0.3", "|404|", "http_code: 201, 0.31 s", "000"]
        {
            assert!(is_written_out(text.as_bytes()), "{text}");
        }
        for text in ["x", "2000", "12 pages", "{\"a\":200}", "]", "600", "time=0.3", "HTTP/1.1 200 OK\r\n"] {
            assert!(!is_written_out(text.as_bytes()), "{text}");
        }
    }
}
