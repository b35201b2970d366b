//! Error responses of HubSpot in all recorded forms: the cause, and whether to retry.

use std::borrow::Cow;
use std::collections::HashSet;

use super::private::{is_id, is_object_type, without_unquoted_values, without_values};
use super::rules;
use crate::diagnostic::{Diagnostic, Label};
use crate::hubspot::retry;
use crate::json::{Document, Expected, Kind, Tape, Value, scan};
use crate::text::{count, shorten};

/// Content of an item of `errors`, without values.
pub(crate) struct ErrorMessageParts {
    /// Shortened, without embedded JSON. Messages that differ in ids only are equal.
    pub message: String,
    /// The same with ids of records.
    pub message_with_ids: String,
    /// Ids of existing records in the message.
    pub existing: Vec<String>,
    pub problems: Vec<String>,
}

/// `ids`: words that are ids of inputs.
pub(crate) fn message_parts(item: Value<'_>, ids: &[String]) -> ErrorMessageParts {
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
    let is_public = |before: &str, word: &str| is_id(before, word) || ids.iter().any(|id| is_word(id, word));
    let shown = |is_public| shorten(&without_values(text.trim(), is_public), 240).into_owned();
    ErrorMessageParts {
        message: shown(&|_, word| is_object_type(word)),
        message_with_ids: shown(&is_public),
        existing,
        problems,
    }
}

/// True if a word of a message is `id`, apart from punctuation around it.
fn is_word(id: &str, word: &str) -> bool {
    id.bytes().all(|byte| byte.is_ascii_digit())
        && word.trim_matches(|character: char| !character.is_ascii_digit()) == id
}

/// The beginning of the note with the correlation id.
pub(crate) const CORRELATION_ID: &str = "correlation id: ";

/// The note with the correlation id. None if it is masked, as in `<redacted>`: HubSpot's ids are GUIDs.
pub(crate) fn correlation_id(id: &str) -> Option<String> {
    let is_id = id.bytes().any(|byte| byte.is_ascii_digit())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    is_id.then(|| format!("{CORRELATION_ID}{} (include it in support requests)", shorten(id, 60)))
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
    // An error code is as good. Other APIs have texts in `error`.
    let code = property("error").filter(|code| retry::codes().any(|known| known == code));
    let category = category.or(code);
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
        diagnostic = diagnostic.note(format!("message: {}", shorten(&without_values(text.trim(), &is_id), 240)));
    }
    let roots: Vec<Value<'_>> = std::iter::once(root).chain(inner).collect();
    for note in problems(&roots, embedded.as_ref().map(|(_, inside)| inside.root()), &text) {
        diagnostic = diagnostic.note(note);
    }
    for note in context(&roots) {
        diagnostic = diagnostic.note(note);
    }
    let id = property("correlationId").or_else(|| property("correlationID"));
    if let Some(note) = id.as_deref().and_then(correlation_id) {
        diagnostic = diagnostic.note(note);
    }
    let codes = [
        property("policyName"),
        property("category"),
        property("errorType"),
        property("error"),
        status,
        inner_category,
    ];
    // Property errors of the first version of the API do not have a category.
    let http = http.or_else(|| root.get("validationResults").map(|_| 400));
    let retry = retry::of_request(codes.iter().flatten().map(String::as_str), &text, http);
    let diagnostic = match retry.note {
        Some(note) => diagnostic.note(note),
        None => diagnostic,
    };
    diagnostic.help(retry.action)
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
pub(crate) fn embedded_json<'a>(message: &'a str, tape: &'a mut Tape) -> Option<(usize, Document<'a>)> {
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
        let is_new = problem != message;
        let problem = without_values(&problem, &is_id);
        if !problem.is_empty() && is_new && seen.insert(problem.clone()) && notes.len() < MAX_PROBLEMS {
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
