//! Mistakes that have a name, recognized by the bytes at the error.

use super::{SyntaxContext, UNESCAPED, syntax};
use crate::diagnostic::Diagnostic;
use crate::json::scan::Expected;
use crate::span::Span;
use crate::text::shorten;

/// A byte order mark.
const MARK: &[u8] = "\u{FEFF}".as_bytes();

/// Returns a finding if the error is this mistake.
type Suspect = fn(&SyntaxContext<'_>) -> Option<Diagnostic>;

/// The first one that matches wins. The order matters: an ellipsis, a typographic quote or HTML would otherwise be an
/// unquoted string or key.
const SUSPECTS: [Suspect; 13] = [
    end_of_input,
    comment,
    byte_order_mark,
    html,
    ellipsis,
    code_fence,
    single_quote,
    typographic_quote,
    unquoted_value,
    unquoted_key,
    number_as_key,
    plus_sign,
    decimal_point,
];

pub(super) fn find(context: &SyntaxContext<'_>) -> Option<Diagnostic> {
    // These are errors inside a token, or about the document as a whole: the bytes there mean nothing by themselves.
    if let Expected::Quote { .. }
    | Expected::Escape { .. }
    | Expected::NoControl { .. }
    | Expected::Utf8 { .. }
    | Expected::NoLeadingZero { .. }
    | Expected::Shallower = context.error.expected
    {
        return None;
    }
    SUSPECTS.iter().find_map(|suspect| suspect(context))
}

fn end_of_input(context: &SyntaxContext<'_>) -> Option<Diagnostic> {
    context.rest().is_empty().then(|| context.truncated())
}

fn comment(context: &SyntaxContext<'_>) -> Option<Diagnostic> {
    let length = match context.rest() {
        [b'/', b'/' | b'*', ..] => 2,
        [b'#', ..] if !matches!(context.error.expected, Expected::Digit { .. } | Expected::Literal { .. }) => 1,
        _ => return None,
    };
    let diagnostic = context.here(length, "comments are not allowed in JSON", "comment starts here");
    Some(diagnostic.help("remove the comment"))
}

fn byte_order_mark(context: &SyntaxContext<'_>) -> Option<Diagnostic> {
    if !(context.expects_value() || context.expects_name()) || !context.rest().starts_with(MARK) {
        return None;
    }
    // A mark at the start of the input was skipped, so this one is the second.
    let (message, help) = if context.source[..context.at()].ends_with(MARK) {
        ("unexpected second byte order mark (U+FEFF)", "remove both byte order marks")
    } else {
        ("unexpected byte order mark (U+FEFF)", "remove the byte order mark")
    };
    Some(context.here(MARK.len(), message, "byte order mark").help(help))
}

fn html(context: &SyntaxContext<'_>) -> Option<Diagnostic> {
    let rest = context.rest();
    let start = rest[..rest.len().min(16)].to_ascii_lowercase();
    [&b"<!doctype"[..], b"<html", b"<head", b"<body"].iter().any(|tag| start.starts_with(tag)).then(|| {
        context
            .here(1, "unexpected HTML inside the JSON document", "HTML starts here")
            .help("fetch the response again: it was cut off, and the error page of a gateway follows")
    })
}

fn ellipsis(context: &SyntaxContext<'_>) -> Option<Diagnostic> {
    (context.expects_value() && context.rest().starts_with(b"...")).then(|| {
        context
            .here(3, "unexpected `...`: the document was shortened", "data was left out here")
            .help("save the complete response")
    })
}

fn code_fence(context: &SyntaxContext<'_>) -> Option<Diagnostic> {
    (context.expects_value() && context.rest().starts_with(b"```")).then(|| {
        context
            .here(3, "unexpected Markdown code fence", "not the start of a JSON value")
            .help("keep only the text between the fences")
    })
}

fn single_quote(context: &SyntaxContext<'_>) -> Option<Diagnostic> {
    let what = match context.error.expected {
        Expected::Name { .. } => "keys",
        Expected::Value { .. } => "strings",
        _ => return None,
    };
    let quote = match context.next()? {
        b'\'' => "a single quote",
        b'`' => "a backtick",
        _ => return None,
    };
    let message = format!("{what} must be in double quotes, found {quote}");
    let diagnostic = context.here(1, message, "expected `\"`").help("use double quotes");
    Some(if context.next() == Some(b'\'') {
        diagnostic.help("in Python, use `json.dumps(...)` instead of `str(...)`")
    } else {
        diagnostic
    })
}

fn typographic_quote(context: &SyntaxContext<'_>) -> Option<Diagnostic> {
    let quotes = ["“", "”", "„", "‘", "’", "«"];
    let quote = quotes.into_iter().find(|quote| context.rest().starts_with(quote.as_bytes()))?;
    let message = format!("expected `\"`, found the typographic quote `{quote}`");
    (context.expects_value() || context.expects_name()).then(|| {
        context
            .here(quote.len(), message, "expected `\"`")
            .help("replace the typographic quotes with `\"`; word processors and chat programs insert them")
    })
}

fn unquoted_value(context: &SyntaxContext<'_>) -> Option<Diagnostic> {
    match context.error.expected {
        Expected::Value { .. } => (!context.word(context.at()).is_empty()).then(|| bare_word(context, context.at())),
        // `nan` begins as `null` does.
        Expected::Literal { start, .. } => is_foreign(context.word(start)).then(|| bare_word(context, start)),
        _ => None,
    }
}

fn unquoted_key(context: &SyntaxContext<'_>) -> Option<Diagnostic> {
    let word = context.word(context.at());
    (context.expects_name() && !word.is_empty()).then(|| {
        let shown = shorten(word, 40);
        context
            .here(word.len(), format!("unquoted key `{shown}`"), "keys must be in double quotes")
            .help(format!("write `\"{shown}\"`"))
            .help(UNESCAPED)
    })
}

fn number_as_key(context: &SyntaxContext<'_>) -> Option<Diagnostic> {
    (context.expects_name() && matches!(context.next()?, b'0'..=b'9' | b'-'))
        .then(|| context.here(1, "keys must be strings, found a number", "keys must be in double quotes"))
}

fn plus_sign(context: &SyntaxContext<'_>) -> Option<Diagnostic> {
    (context.expects_value() && context.next()? == b'+')
        .then(|| context.here(1, "numbers must not start with `+`", "unexpected `+`").help("remove the plus sign"))
}

fn decimal_point(context: &SyntaxContext<'_>) -> Option<Diagnostic> {
    (context.expects_value() && matches!(context.rest(), [b'.', b'0'..=b'9', ..])).then(|| {
        context
            .here(1, "numbers must not start with a decimal point", "missing digit")
            .help("write `0` before the decimal point")
    })
}

/// A word at `start` that is not a JSON value: a value of another language, or a string without quotes.
pub(super) fn bare_word(context: &SyntaxContext<'_>, start: usize) -> Diagnostic {
    let word = context.word(start);
    let span = Span::new(start, start + word.len());
    match FOREIGN.iter().find(|(foreign, _)| *foreign == word) {
        Some((_, help)) => syntax(span, format!("`{word}` is not a JSON value"), "not a JSON value").help(*help),
        None => syntax(span, format!("unquoted string `{}`", shorten(word, 40)), "strings must be in double quotes")
            .help("put strings in double quotes; only numbers, `true`, `false` and `null` are unquoted"),
    }
}

/// True if another language writes a value in this way.
pub(crate) fn is_foreign(word: &str) -> bool {
    FOREIGN.iter().any(|(foreign, _)| *foreign == word)
}

/// Values of other languages, and what to write instead.
const FOREIGN: &[(&str, &str)] = &[
    ("NaN", "write `null` or `\"NaN\"`: JSON numbers are finite"),
    ("nan", "write `null` or `\"NaN\"`: JSON numbers are finite"),
    ("Infinity", "write `null` or `\"Infinity\"`: JSON numbers are finite"),
    ("inf", "write `null` or `\"inf\"`: JSON numbers are finite"),
    ("None", "write `null`; in Python, use `json.dumps(...)` instead of `str(...)`"),
    ("True", "write `true`; in Python, use `json.dumps(...)` instead of `str(...)`"),
    ("False", "write `false`; in Python, use `json.dumps(...)` instead of `str(...)`"),
    ("TRUE", "write `true` in lowercase"),
    ("FALSE", "write `false` in lowercase"),
    ("NULL", "write `null` in lowercase"),
    ("Null", "write `null` in lowercase"),
    ("nil", "write `null`"),
    ("undefined", "write `null`, or remove the key"),
];
