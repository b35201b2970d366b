//! HubSpot's error envelope in every recorded shape: what was refused, why, and whether to try again.

use std::borrow::Cow;

use crate::diagnostic::{Diagnostic, Label};
use crate::document::{Document, Kind, Span, Tape, Value};
use crate::text::{list, shorten};

/// What to do about a category (HubSpot's "Error handling" page and recorded answers).
const ADVICE: &[(&str, &str)] = &[
    (
        "VALIDATION_ERROR",
        "do not retry: correct the request first; one bad input refuses the whole batch unless each input has its own objectWriteTraceId",
    ),
    ("CONFLICT", "do not retry: such a record exists; update it, or use batch/upsert"),
    ("OBJECT_NOT_FOUND", "do not retry: the ids do not exist, were deleted or merged"),
    ("MISSING_SCOPES", "do not retry: give the app the scopes and have it authorised again"),
    ("INVALID_AUTHENTICATION", "do not retry: the access token is missing or wrong"),
    ("EXPIRED_AUTHENTICATION", "refresh the access token, then retry"),
    ("RATE_LIMITS", "retry after a pause: a second for the secondly limit, with growing pauses after that"),
    ("RATE_LIMIT", "retry after a pause: a second for the secondly limit, with growing pauses after that"),
    ("SECONDLY", "retry after a second"),
    ("TEN_SECONDLY_ROLLING", "retry after ten seconds"),
    ("DAILY", "the daily limit is used up: retry tomorrow"),
];

/// What to do about an HTTP status where the body names no category.
fn advice_by_status(status: u16) -> Option<&'static str> {
    Some(match status {
        400 => "do not retry: correct the request first",
        401 => "do not retry: the access token is missing, wrong or expired",
        403 => "do not retry: the app lacks a permission or a scope",
        404 => "do not retry: the endpoint or the object does not exist",
        409 => "do not retry: the request contradicts what is stored",
        414 => "do not retry: the URL is too long",
        423 => "retry after two seconds: the object is locked",
        429 => "retry after a pause: a rate limit was reached",
        477 => "retry after the time in the header Retry-After: the account is being migrated",
        500..=599 => "retry with growing pauses: the failure is on HubSpot's side",
        _ => return None,
    })
}

/// The finding for an error envelope. `http` is the status code where it is known.
pub fn finding(root: Value<'_>, http: Option<u16>) -> Diagnostic {
    let text = |name: &str| root.get_string(name).map(Cow::into_owned);
    let category = text("category").or_else(|| text("errorType"));
    let policy = text("policyName");
    let kinds: Vec<String> =
        [category.clone(), policy.clone()].into_iter().flatten().map(|kind| shorten(&kind, 60).into_owned()).collect();
    let kind = if kinds.is_empty() { String::new() } else { format!(": {}", kinds.join(", ")) };
    let status = match (http, kinds.is_empty()) {
        (Some(status), false) => format!(" (HTTP {status})"),
        (Some(status), true) => format!(" (HTTP {status}, no category)"),
        (None, true) => " (no category)".to_owned(),
        (None, false) => String::new(),
    };
    let mark = ["status", "category", "errorType", "message"].iter().find_map(|name| root.get(name)).unwrap_or(root);
    let label = match mark.kind() {
        Kind::String => Label::new(mark.span(), "not a state of a batch"),
        _ => Label::new(Span { start: root.span().start, end: root.span().start + 1 }, "not a batch answer"),
    };
    let mut diagnostic = Diagnostic::new(
        "document/error-envelope",
        format!("this is HubSpot's error answer, not a batch answer{kind}{status}"),
        label,
    );

    let message = text("message").unwrap_or_default();
    let packed = Packed::of(&message);
    if !packed.said.is_empty() {
        diagnostic = diagnostic.note(format!("HubSpot says: {}", shorten(packed.said.trim(), 240)));
    }
    let mut problems = packed.problems;
    for list in ["errors", "validationResults"] {
        for item in root.get(list).iter().flat_map(Value::elements) {
            let problem = problem(item);
            // The list and the message often say the same twice.
            if !problem.is_empty() && !problems.contains(&problem) {
                problems.push(problem);
            }
        }
    }
    problems.retain(|problem| *problem != packed.said);
    const MOST: usize = 5;
    for problem in problems.iter().take(MOST) {
        diagnostic = diagnostic.note(format!("problem: {}", shorten(problem, 200)));
    }
    if problems.len() > MOST {
        diagnostic = diagnostic.note(format!("and {} problems more", problems.len() - MOST));
    }
    for (names, said) in [
        (&["requiredGranularScopes", "requiredScopes", "requiredScope", "scopes"][..], "scopes required"),
        (&["ids"], "ids"),
        (&["properties", "propertyName"], "properties"),
        (&["expire time"], "expired at"),
        (&["existingId"], "existing id"),
    ] {
        let values = context(root, names);
        if !values.is_empty() {
            let more = if values.len() > 10 { format!(" and {} more", values.len() - 10) } else { String::new() };
            diagnostic = diagnostic.note(format!("{said}: {}{more}", list(&values[..values.len().min(10)], "and")));
        }
    }
    let known = policy.iter().chain(&category).find_map(|kind| ADVICE.iter().find(|(name, _)| name == kind));
    let advice = known.map(|(_, advice)| *advice).or_else(|| http.and_then(advice_by_status)).or_else(|| {
        packed
            .inner_category
            .and_then(|inner| ADVICE.iter().find(|(name, _)| *name == inner).map(|(_, advice)| *advice))
    });
    if let Some(advice) = advice {
        diagnostic = diagnostic.help(advice);
    } else if kinds.is_empty() {
        diagnostic = diagnostic
            .help("do not retry unless the message says so: without a category it is most often a wrong request");
    }
    if let Some(id) = text("correlationId").or_else(|| text("correlationID")) {
        diagnostic = diagnostic.note(format!("correlationId {} (HubSpot's support asks for it)", shorten(&id, 60)));
    }
    diagnostic
}

/// A message with JSON packed into it: a list of property errors, or a whole envelope.
struct Packed {
    /// The words in front of the JSON, or the inner message.
    said: String,
    problems: Vec<String>,
    inner_category: Option<String>,
}

impl Packed {
    fn of(message: &str) -> Packed {
        let plain = |said: &str| Packed { said: said.to_owned(), problems: Vec::new(), inner_category: None };
        // The first bracket that begins JSON; one in running text (`[123]`, `Type{a=b}`) does not, or holds no objects.
        for (at, _) in message.match_indices(['[', '{']).take(8) {
            let mut tape = Tape::default();
            let Ok(inside) = Document::parse(message.as_bytes(), at, &mut tape) else {
                if message[at..].starts_with("[{\"") || message[at..].starts_with("{\"") {
                    // JSON that was cut or masked: its words are in `errors` as well.
                    return plain(message[..at].trim_end().trim_end_matches(':'));
                }
                continue;
            };
            let before = message[..at].trim_end().trim_end_matches(':');
            let root = inside.root();
            if root.kind() == Kind::Object {
                let said = root.get_string("message").map_or_else(|| before.to_owned(), Cow::into_owned);
                return Packed {
                    said,
                    problems: Vec::new(),
                    inner_category: root.get_string("category").map(Cow::into_owned),
                };
            }
            let mut problems: Vec<String> = Vec::new();
            for problem in root.elements().map(problem).filter(|problem| !problem.is_empty()) {
                if !problems.contains(&problem) {
                    problems.push(problem);
                }
            }
            if !problems.is_empty() {
                return Packed { said: before.to_owned(), problems, inner_category: None };
            }
        }
        plain(message)
    }
}

/// One item of `errors`, `validationResults` or a packed list: its message with its code. Never the refused value.
fn problem(item: Value<'_>) -> String {
    let code = ["code", "error"].iter().find_map(|name| item.get_string(name));
    match (item.get_string("message"), code) {
        (Some(message), Some(code)) => format!("{} ({})", shorten(&message, 160), shorten(&code, 60)),
        (Some(message), None) => shorten(&message, 160).into_owned(),
        (None, Some(code)) => shorten(&code, 60).into_owned(),
        (None, None) => String::new(),
    }
}

/// The values under these names in the `context` of the envelope and of its errors, each once.
fn context(root: Value<'_>, names: &[&str]) -> Vec<String> {
    let errors = root.get("errors");
    let holders = std::iter::once(root).chain(errors.iter().flat_map(Value::elements));
    let mut found: Vec<String> = Vec::new();
    for context in holders.filter_map(|holder| holder.get("context")) {
        for value in names.iter().filter_map(|name| context.get(name)) {
            let single = (value.kind() == Kind::String).then_some(value);
            for text in
                value.elements().chain(single).filter(|value| value.kind() == Kind::String).map(|value| value.string())
            {
                let text = shorten(&text, 60).into_owned();
                if !found.contains(&text) {
                    found.push(text);
                }
            }
        }
    }
    found
}
