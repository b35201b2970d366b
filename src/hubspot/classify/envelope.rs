//! Error responses of HubSpot in all recorded forms: the cause, and whether to retry.

use std::borrow::Cow;
use std::collections::HashSet;

use super::rules;
use crate::diagnostic::{Diagnostic, Label};
use crate::json::{Document, Expected, Kind, Tape, Value, scan};
use crate::text::{count, shorten};

/// Advice by category, from HubSpot's "Error handling" page and recorded responses.
const ADVICE: &[(&str, &str)] = &[
    (
        "VALIDATION_ERROR",
        "do not retry: correct the request first; one invalid input fails the whole batch unless each input has a unique `objectWriteTraceId`",
    ),
    ("CONFLICT", "do not retry: the record already exists; update it or use batch/upsert"),
    ("OBJECT_NOT_FOUND", "do not retry: the ids do not exist, or the records were deleted or merged"),
    ("MISSING_SCOPES", "do not retry: add the missing scopes to the app and reauthorize it"),
    ("INVALID_AUTHENTICATION", "use a valid access token, then retry"),
    ("EXPIRED_AUTHENTICATION", "refresh the access token, then retry"),
    ("BAD_REFRESH_TOKEN", "do not retry: the refresh token is invalid or revoked; reauthorize the app"),
    ("RATE_LIMITS", "retry with exponential backoff, starting at 1 second"),
    ("RATE_LIMIT", "retry with exponential backoff, starting at 1 second"),
    ("SECONDLY", "retry after 1 second"),
    ("TEN_SECONDLY_ROLLING", "retry after 10 seconds"),
    ("DAILY", "retry tomorrow: the daily limit is exhausted"),
];

/// Advice for inputs that failed with a category.
pub(crate) fn advice(category: &str) -> Option<&'static str> {
    match category {
        // The advice for a rejected request does not apply to some of its inputs.
        "VALIDATION_ERROR" => Some("correct the inputs with VALIDATION_ERROR before you retry"),
        "OBJECT_NOT_FOUND" => Some(
            "do not retry the inputs with OBJECT_NOT_FOUND: the ids do not exist, or the records were deleted or merged",
        ),
        "CONFLICT" => {
            Some("do not retry the inputs with CONFLICT: the records already exist; update them or use batch/upsert")
        }
        _ => ADVICE.iter().find(|(name, _)| *name == category).map(|(_, advice)| *advice),
    }
}

pub(crate) fn categories() -> impl Iterator<Item = &'static str> {
    ADVICE.iter().map(|(name, _)| *name).chain([
        "OBJECT_ALREADY_EXISTS",
        "INTERNAL_ERROR",
        "BANNED",
        "METHOD_NOT_ALLOWED",
    ])
}

/// Replaces potentially private parts of a message by `…`: long numbers, phone numbers, email and web addresses, quoted
/// text. Messages that differ in these parts only become equal.
fn without_values(message: &str) -> String {
    let mut quoted = String::new();
    let mut rest = message;
    // A single quoted word is a name, not a value.
    while let Some(at) = rest.find(['\'', '"']) {
        let quote = &rest[at..=at];
        let Some(length) = rest[at + 1..].find(quote) else { break };
        let inside = &rest[at + 1..at + 1 + length];
        quoted.push_str(&rest[..at]);
        let is_name = inside.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
        if is_name && !inside.bytes().all(|byte| byte.is_ascii_digit()) {
            quoted.push_str(&rest[at..at + length + 2]);
        } else {
            quoted.push('…');
        }
        rest = &rest[at + length + 2..];
    }
    quoted.push_str(rest);
    let word = |word: &str| -> String {
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let is_number = digits >= 3 && word.contains(['+', '(', ')', '-', '/']);
        if word.contains('@') || word.contains("://") || word.starts_with("www.") || is_number || digits > 4 {
            // Punctuation at the end is not part of the value.
            let end = word.trim_end_matches(['.', ',', ';', ':', '!', '?']).len();
            return format!("…{}", &word[end..]);
        }
        word.to_owned()
    };
    quoted.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// Replaces unquoted values in a message by `…`: everything before "was not", and the text after "email address".
fn without_unquoted_values(message: &str) -> String {
    /// A message that begins with these words only does not contain a value.
    const PLAIN: [&str; 23] = [
        "a", "access", "account", "an", "app", "batch", "body", "call", "company", "contact", "deal", "id", "input",
        "object", "property", "record", "request", "the", "this", "ticket", "token", "url", "your",
    ];
    const VERBS: [&str; 6] = [" is ", " was ", " must ", " already ", " does ", " cannot "];
    const ADDRESS: &str = "email address";
    let mut text = message.to_owned();
    if let Some(end) = text.rfind(" was not ") {
        let is_plain = text[..end].split(' ').all(|word| PLAIN.contains(&word.to_ascii_lowercase().as_str()));
        if !is_plain {
            text.replace_range(..end, "…");
        }
    }
    if let Some(at) = text.to_ascii_lowercase().find(ADDRESS) {
        let from = at + ADDRESS.len();
        let rest = &text[from..];
        // The last verb counts, because the value may contain verbs as well.
        let end = VERBS.iter().filter_map(|verb| rest.rfind(*verb)).max();
        let masked = if rest.starts_with(':') { ": …" } else { " …" };
        if rest.starts_with([' ', ':']) && end != Some(0) {
            let to = from + end.unwrap_or(rest.len());
            text.replace_range(from..to, masked);
        }
    }
    text
}

/// Content of an item of `errors`, without values.
pub(crate) struct ErrorMessageParts {
    /// Shortened, without embedded JSON.
    pub message: String,
    /// Ids of existing records in the message.
    pub existing: Vec<String>,
    pub problems: Vec<String>,
}

pub(crate) fn message_parts(item: Value<'_>) -> ErrorMessageParts {
    let message = item.get_string("message").unwrap_or_default();
    let mut tape = Tape::default();
    let embedded = embedded_json(&message, &mut tape);
    let inner = embedded.as_ref().map(|(_, inside)| inside.root()).filter(|inside| inside.kind() == Kind::Object);
    let text = message_text(&message, embedded.as_ref().map(|(at, _)| *at), inner);
    let existing = text
        .split("Existing ID: ")
        .skip(1)
        .map(|rest| rest.chars().take_while(char::is_ascii_digit).collect::<String>());
    let existing = existing.filter(|id| !id.is_empty()).collect();
    let text = without_unquoted_values(&text);
    let roots: Vec<Value<'_>> = std::iter::once(item).chain(inner).collect();
    let problems = problems(&roots, embedded.as_ref().map(|(_, inside)| inside.root()), &text);
    let problems = problems.into_iter().map(|problem| without_values(&problem)).collect();
    let without_ids = without_values(text.trim());
    ErrorMessageParts { message: shorten(&without_ids, 240).into_owned(), existing, problems }
}

/// Advice for conflicts in general. A record that already exists is only one kind.
const CONFLICTS: &str = "do not retry: the request conflicts with an existing record";

/// Advice by HTTP status, for error responses without a category.
pub(super) fn advice_by_status(status: u16) -> Option<&'static str> {
    Some(match status {
        304 => "send the request without `If-None-Match` and `If-Modified-Since`: the cached response is current",
        400 => "do not retry: correct the request first",
        401 => "use a valid access token, then retry",
        403 => "do not retry: the app is missing a permission or a scope",
        404 => "do not retry: the endpoint or the object does not exist",
        409 => CONFLICTS,
        414 => "do not retry: the URL is too long",
        408 => "retry with exponential backoff: the request timed out",
        423 => "retry after 2 seconds: the object is locked",
        429 => "retry with exponential backoff: a rate limit was exceeded",
        477 => "retry after the time in the `Retry-After` header: the account is being migrated",
        500..=599 => "retry with exponential backoff: the failure is on HubSpot's side",
        _ => return None,
    })
}

pub(super) fn finding(root: Value<'_>, http: Option<u16>) -> Diagnostic {
    let property = |name: &str| root.get_string(name).map(Cow::into_owned);
    // OAuth responses have the category in `status`.
    let status = property("status").filter(|status| status != "error");
    let message = property("message").unwrap_or_default();
    let mut tape = Tape::default();
    let embedded = embedded_json(&message, &mut tape);
    let inner = embedded.as_ref().map(|(_, inside)| inside.root()).filter(|inside| inside.kind() == Kind::Object);
    let inner_category = inner.and_then(|inner| inner.get_string("category")).map(Cow::into_owned);
    let category = property("category").or_else(|| property("errorType")).or_else(|| status.clone());
    let named = category.as_ref().or(inner_category.as_ref());
    let named = named.map_or(String::new(), |category| format!(": {}", shorten(category, 60)));
    let mut facts: Vec<String> = http.map(|status| format!("HTTP {status}")).into_iter().collect();
    match (&category, &inner_category) {
        (Some(_), _) => {}
        (None, Some(_)) => facts.push("category found in the message".to_owned()),
        (None, None) => facts.push("no category".to_owned()),
    }
    facts.extend(property("policyName").map(|policy| format!("policy {}", shorten(&policy, 60))));
    let facts = if facts.is_empty() { String::new() } else { format!(" ({})", facts.join(", ")) };
    let label = match ["status", "category", "errorType", "message"].iter().find_map(|name| root.get(name)) {
        Some(status) if status.kind() == Kind::String && status.is("error") => {
            Label::new(status.span(), "error response")
        }
        _ => Label::new(root.span().first_byte(), "error response"),
    };
    let title = format!("HubSpot returned an error, not a batch response{named}{facts}");
    let mut diagnostic = Diagnostic::new(&rules::ERROR_RESPONSE, title, label);
    let text = without_unquoted_values(&message_text(&message, embedded.as_ref().map(|(at, _)| *at), inner));
    if !text.trim().is_empty() {
        diagnostic = diagnostic.note(format!("message: {}", shorten(text.trim(), 240)));
    }
    let roots: Vec<Value<'_>> = std::iter::once(root).chain(inner).collect();
    for note in problems(&roots, embedded.as_ref().map(|(_, inside)| inside.root()), &text) {
        diagnostic = diagnostic.note(note);
    }
    for note in context(&roots) {
        diagnostic = diagnostic.note(note);
    }
    if let Some(id) = property("correlationId").or_else(|| property("correlationID")) {
        diagnostic = diagnostic.note(format!("correlation id: {} (include it in support requests)", shorten(&id, 60)));
    }
    let known = [property("policyName"), property("category"), property("errorType"), status, inner_category]
        .into_iter()
        .flatten()
        .find_map(|kind| ADVICE.iter().find(|(name, _)| *name == kind).copied());
    diagnostic.help(match known {
        Some(("CONFLICT", _)) if !text.to_lowercase().contains("already exists") => CONFLICTS,
        Some((_, advice)) => advice,
        None if root.get("validationResults").is_some() => "do not retry: correct the request first",
        None => http
            .and_then(advice_by_status)
            .unwrap_or("do not retry before you check the request: it is probably invalid"),
    })
}

/// A message without the embedded JSON at this offset. If that is an error response (`inner`), its message.
fn message_text(message: &str, embedded: Option<usize>, inner: Option<Value<'_>>) -> String {
    match (embedded, inner.and_then(|inner| inner.get_string("message"))) {
        (_, Some(inner)) => inner.into_owned(),
        (Some(at), None) => message[..at].trim_end().trim_end_matches(':').to_owned(),
        (None, None) => before_truncated_json(message).to_owned(),
    }
}

/// JSON in a message, and its offset: a list of property errors, or an error response. Text may follow it.
fn embedded_json<'a>(message: &'a str, tape: &'a mut Tape) -> Option<(usize, Document<'a>)> {
    let at = message.match_indices(['[', '{']).map(|(at, _)| at).take(8).find(|&at| {
        let complete = match scan(message.as_bytes(), at, tape) {
            Ok(()) => true,
            Err(error) => error.expected == Expected::End,
        };
        // Brackets in running text (`[123]`, `Type{a=b}`) do not contain objects or are not JSON.
        complete && {
            let root = Document::of(message.as_bytes(), tape).root();
            root.kind() == Kind::Object || root.elements().any(|item| item.kind() == Kind::Object)
        }
    })?;
    let _ = scan(message.as_bytes(), at, tape);
    Some((at, Document::of(message.as_bytes(), tape)))
}

/// The text before truncated or masked JSON, whose content is in `errors` as well.
fn before_truncated_json(message: &str) -> &str {
    match message.find("[{\"").or_else(|| message.find("{\"")) {
        Some(at) => message[..at].trim_end().trim_end_matches(':'),
        None => message,
    }
}

const MAX_PROBLEMS: usize = 5;

/// Distinct problems of the items.
fn problems(roots: &[Value<'_>], embedded: Option<Value<'_>>, message: &str) -> Vec<String> {
    let lists = roots.iter().flat_map(|root| ["errors", "validationResults"].map(|name| root.get(name)));
    let (mut seen, mut notes) = (HashSet::new(), Vec::new());
    for item in embedded.into_iter().chain(lists.flatten()).flat_map(|list| list.elements()) {
        let problem = problem(item);
        if !problem.is_empty() && problem != message && seen.insert(problem.clone()) && notes.len() < MAX_PROBLEMS {
            notes.push(format!("problem: {}", shorten(&problem, 200)));
        }
    }
    if seen.len() > MAX_PROBLEMS {
        notes.push(count((seen.len() - MAX_PROBLEMS) as u64, "more problem"));
    }
    notes
}

/// Message and code of an item of `errors`, `validationResults` or an embedded list, without the rejected value.
fn problem(item: Value<'_>) -> String {
    let code = ["code", "error"].iter().find_map(|name| item.get_string(name));
    let refused = item.get_string("propertyValue").filter(|value| !value.is_empty());
    let message = item.get_string("message").map(|message| {
        without_unquoted_values(&match refused {
            Some(value) => message.replace(value.as_ref(), "…"),
            None => {
                message.split(' ').map(|word| if word.contains('@') { "…" } else { word }).collect::<Vec<_>>().join(" ")
            }
        })
    });
    match (message, code) {
        (Some(message), Some(code)) => {
            format!("{} ({})", shorten(message.trim_end_matches('.'), 160), shorten(&code, 60))
        }
        (Some(message), None) => shorten(&message, 160).into_owned(),
        (None, Some(code)) => shorten(&code, 60).into_owned(),
        (None, None) => String::new(),
    }
}

/// Properties of `context` in recorded responses, and their labels for one and for several values.
const CONTEXTS: &[(&[&str], &str, &str)] = &[
    (
        &["requiredGranularScopes", "requiredScopes", "requiredScope", "scopes"],
        "required scope",
        "scopes, one or more required",
    ),
    (&["ids"], "id", "ids"),
    (&["properties", "propertyName"], "property with a problem", "properties with problems"),
    (&["expire time"], "expired at", "expired at"),
    (&["existingId"], "existing id", "existing ids"),
];

/// Distinct values in the contexts of error responses and of their `errors`.
fn context(roots: &[Value<'_>]) -> Vec<String> {
    const MAX_VALUES: usize = 10;
    let lists: Vec<Value<'_>> = roots.iter().filter_map(|root| root.get("errors")).collect();
    let holders = roots.iter().copied().chain(lists.iter().flat_map(Value::elements));
    let contexts: Vec<Value<'_>> = holders.filter_map(|holder| holder.get("context")).collect();
    let mut notes = Vec::new();
    for (names, one, many) in CONTEXTS {
        let (mut seen, mut shown) = (HashSet::new(), Vec::new());
        for value in contexts.iter().flat_map(|context| names.iter().filter_map(|name| context.get(name))) {
            let single = (value.kind() == Kind::String).then_some(value);
            for text in
                value.elements().chain(single).filter(|value| value.kind() == Kind::String).map(|value| value.string())
            {
                if seen.insert(text.clone()) && shown.len() < MAX_VALUES {
                    shown.push(shorten(&text, 60).into_owned());
                }
            }
        }
        let more =
            if seen.len() > MAX_VALUES { format!(" and {} more", seen.len() - MAX_VALUES) } else { String::new() };
        if !shown.is_empty() {
            let label = if seen.len() == 1 { one } else { many };
            notes.push(format!("{label}: {}{more}", shown.join(", ")));
        }
    }
    notes
}
