//! Plain text instead of JSON: its kind, and whether a JSON document follows it.

use super::bytes::{NOT_JSON, advice_on_text};
use super::rules;
use crate::diagnostic::{Diagnostic, Label};
use crate::input::{Source, is_yaml, recordings};
use crate::json::{Document, Expected, Span, SyntaxError, Tape, is_foreign, scan};
use crate::text::{shorten, visible_bytes};

/// Words in messages of gateways, proxies and tools. Only lines with one of them are quoted, because other text may be
/// private.
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

/// Returns a finding if the document is running text: it has words, and no array or object before them.
pub(super) fn finding(source: &Source, error: &SyntaxError) -> Option<Diagnostic> {
    let body = source.body();
    let first = body.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let line = body[first..].split(|&byte| byte == b'\n').next().unwrap_or_default();
    let start = source.start + first;
    let begins_json = matches!(line[0], b'{' | b'[' | b'\'' | b'`' | b'/' | b'#' | b',' | b':' | b']' | b'}' | b'\\');
    // A string followed by text is the remainder of a document without its start.
    if begins_json || line[0] == b'"' || error.at > start + line.len() || !is_text(line) {
        return None;
    }
    let head = String::from_utf8_lossy(&body[..body.len().min(4096)]);
    let length = head.trim_start().chars().next().map_or(1, char::len_utf8);
    let label = Label::new(Span::new(start, (start + length).min(source.bytes.len())), NOT_JSON);
    let is = |what: &str| Diagnostic::new(&rules::TEXT, format!("this is {what}, not JSON"), label.clone());
    if head.contains("http_interactions:") || head.contains("recorded_with: VCR") {
        let help = "check it with `callcheck check`, which reads recordings";
        return Some(is("a VCR cassette in YAML").help(help));
    }
    if recordings::detect(body).is_some() {
        return Some(is("a recording in YAML").help("check it with `callcheck check`, which reads recordings"));
    }
    if head.contains("nock(") || head.contains("exports.nock") {
        let help = "extract the body, the second argument of `.reply(...)`";
        return Some(is("a nock fixture in JavaScript").help(help));
    }
    if is_yaml(source.name) {
        return Some(is("YAML").help("convert it to JSON"));
    }
    if let Some(json) = json_after(source, start) {
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
    let status = source.headers.as_ref().map(|head| head.status);
    let http = status.map_or(String::new(), |status| format!(" (HTTP {status})"));
    let message = format!("this is plain text, not JSON{quote}{http}");
    Some(Diagnostic::new(&rules::TEXT, message, label).help(advice_on_text(status)))
}

/// True for several words, or for one that is not a typo of `true`, `false` or `null`.
fn is_text(line: &[u8]) -> bool {
    let line = String::from_utf8_lossy(&line[..line.len().min(400)]);
    let words: Vec<&str> = line.split_whitespace().collect();
    let letters = |word: &str| word.chars().filter(|character| character.is_alphabetic()).count();
    let is_typo = |word: &str| {
        ["true", "false", "null"].iter().any(|literal| strsim::damerau_levenshtein(&word.to_lowercase(), literal) <= 2)
    };
    match words.as_slice() {
        [] => false,
        [first, ..] if is_foreign(first) => false,
        [word] => *word == "---" || (letters(word) >= 5 && word.starts_with(char::is_alphabetic) && !is_typo(word)),
        words => words.iter().any(|word| letters(word) >= 2),
    }
}

/// Offset of a complete JSON object or array in the first 4 KB of the text.
fn json_after(source: &Source, start: usize) -> Option<usize> {
    let end = source.bytes.len().min(start + 4096);
    let brackets = memchr::memchr2_iter(b'{', b'[', &source.bytes[start..end]).map(|at| start + at);
    let mut tape = Tape::default();
    brackets.take(4).find(|&at| {
        let complete = match scan(source.bytes, at, &mut tape) {
            Ok(()) => true,
            Err(error) => error.expected == Expected::End,
        };
        // `{}` and `[]` are common in text.
        complete && Document::of(source.bytes, &tape).len() > 2
    })
}
