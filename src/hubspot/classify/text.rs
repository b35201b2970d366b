//! Plain text in place of JSON: what kind, and whether an answer stands behind it.

use super::bytes::{NOT_JSON, advice_on_text};
use super::rules;
use crate::diagnostic::{Diagnostic, Label};
use crate::input::Source;
use crate::json::{Document, Expected, Span, SyntaxError, Tape, is_foreign, scan};
use crate::text::{shorten, visible_bytes};

/// Words of gateways, proxies and tools. A line with one of them is quoted; any other text may be somebody's, and is not.
const PHRASES: &[&str] = &[
    "bad gateway",
    "cannot",
    "connect",
    "could not",
    "denied",
    "error",
    "failed",
    "forbidden",
    "gateway",
    "internal server",
    "invalid",
    "moved",
    "no healthy",
    "not allowed",
    "not found",
    "redirect",
    "refused",
    "request",
    "timed out",
    "timeout",
    "too many",
    "unauthorized",
    "unavailable",
    "upstream",
];

/// The finding, if the document is running text: no container was ever opened, and there are words.
pub(super) fn finding(source: &Source, error: &SyntaxError) -> Option<Diagnostic> {
    let body = source.body();
    let first = body.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let line = body[first..].split(|&byte| byte == b'\n').next().unwrap_or_default();
    let start = source.start + first;
    let begins_json = matches!(line[0], b'{' | b'[' | b'\'' | b'`' | b'/' | b'#' | b',' | b':' | b']' | b'}' | b'\\');
    // A string with text behind it is the rest of a document whose beginning is lost, not text.
    if begins_json || line[0] == b'"' || error.at > start + line.len() || !is_text(line) {
        return None;
    }
    let head = String::from_utf8_lossy(&body[..body.len().min(4096)]);
    let length = head.trim_start().chars().next().map_or(1, char::len_utf8);
    let label = Label::new(Span::new(start, (start + length).min(source.bytes.len())), NOT_JSON);
    let is = |what: &str| Diagnostic::new(&rules::TEXT, format!("this is {what}, not JSON"), label.clone());
    if head.contains("http_interactions:") || head.contains("recorded_with: VCR") {
        let help = "extract the body, the string at `http_interactions[].response.body.string`";
        return Some(is("a VCR cassette in YAML").help(help));
    }
    if head.contains("nock(") || head.contains("exports.nock") {
        let help = "extract the body, the second argument of `.reply(...)`";
        return Some(is("a nock fixture in JavaScript").help(help));
    }
    if let Some(json) = json_behind(source, start) {
        return Some(
            Diagnostic::new(&rules::TEXT, "unexpected text before the JSON document", label)
                .related(Span::new(json, json + 1), "the JSON document starts here")
                .help(
                    "remove the text before the JSON document, for example a log prefix, `data:`, a variable assignment or a function call",
                ),
        );
    }
    if line.starts_with(b"---") {
        return Some(is("YAML").help("convert it to JSON"));
    }
    let line = line.trim_ascii_end();
    let shown = visible_bytes(&line[..line.len().min(200)]);
    let lower = shown.to_lowercase();
    let is_known = PHRASES.iter().any(|phrase| lower.contains(phrase)) && !shown.contains(['"', '{', '=', '@']);
    let quote = if is_known { format!(": \"{}\"", shorten(shown.trim(), 60)) } else { String::new() };
    let status = source.head.as_ref().map(|head| head.status);
    let http = status.map_or(String::new(), |status| format!(" (HTTP {status})"));
    let message = format!("this is plain text, not JSON{quote}{http}");
    Some(Diagnostic::new(&rules::TEXT, message, label).help(advice_on_text(status)))
}

/// Several words, or one that is no slip of a word of JSON's.
fn is_text(line: &[u8]) -> bool {
    let line = String::from_utf8_lossy(&line[..line.len().min(400)]);
    let words: Vec<&str> = line.split_whitespace().collect();
    let letters = |word: &str| word.chars().filter(|sign| sign.is_alphabetic()).count();
    let slip = |word: &str| {
        ["true", "false", "null"].iter().any(|meant| strsim::damerau_levenshtein(&word.to_lowercase(), meant) <= 2)
    };
    match words.as_slice() {
        [] => false,
        [first, ..] if is_foreign(first) => false,
        [word] => *word == "---" || (letters(word) >= 5 && word.starts_with(char::is_alphabetic) && !slip(word)),
        words => words.iter().any(|word| letters(word) >= 2),
    }
}

/// Where a whole JSON object or array begins within the first lines of the text.
fn json_behind(source: &Source, start: usize) -> Option<usize> {
    let end = source.bytes.len().min(start + 4096);
    let brackets = memchr::memchr2_iter(b'{', b'[', &source.bytes[start..end]).map(|at| start + at);
    let mut tape = Tape::default();
    brackets.take(4).find(|&at| {
        let complete = match scan(source.bytes, at, &mut tape) {
            Ok(()) => true,
            Err(error) => error.expected == Expected::End,
        };
        // More than an empty pair of brackets.
        complete && Document::of(source.bytes, &tape).len() > 2
    })
}
