//! Error responses of HubSpot in all recorded forms: the cause, and whether to retry.

use std::borrow::Cow;
use std::collections::HashSet;

use super::rules;
use crate::diagnostic::{Diagnostic, Label};
use crate::hubspot::{names, retry};
use crate::json::{Document, Expected, Kind, Tape, Value, scan};
use crate::text::{count, shorten};

/// Replaces potentially private parts of a message by `…`: long numbers, phone numbers, email and web addresses, quoted
/// text. Messages that differ in these parts only become equal. `is_public` is true for a word, given after the word
/// before it, that is not replaced.
pub(crate) fn without_values(message: &str, is_public: &dyn Fn(&str, &str) -> bool) -> String {
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
    let mut before = "";
    let word = |word| {
        let digits = str::bytes(word).filter(u8::is_ascii_digit).count();
        let is_number = digits >= 3 && word.contains(['+', '(', ')', '-', '/']);
        let is_value = word.contains('@')
            || word.contains("://")
            || word.starts_with("www.")
            || ((is_number || digits > 4) && !is_public(before, word));
        before = word;
        // Punctuation at the end is not part of the value.
        let end = word.trim_end_matches(['.', ',', ';', ':', '!', '?']).len();
        if is_value { format!("…{}", &word[end..]) } else { word.to_owned() }
    };
    quoted.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// True if `word` is the id of a record or of an object type, and not a phone number: digits after a word such as
/// "contact" or "ID", a GUID, `CONTACT=7`, `0-48`. `before` is the word before it.
pub(crate) fn is_id(before: &str, word: &str) -> bool {
    const BEFORE_IDS: [&str; 15] = [
        "associations",
        "call",
        "company",
        "contact",
        "deal",
        "id",
        "ids",
        "input",
        "inputs",
        "item",
        "meeting",
        "note",
        "object",
        "record",
        "ticket",
    ];
    let is_number = |text: &str| (1..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let names_object = |text: &str| {
        let lower = text.trim_matches(PUNCTUATION).to_ascii_lowercase();
        BEFORE_IDS.contains(&&*lower)
    };
    let word = word.trim_matches(PUNCTUATION);
    match word.split_once(['=', '-']) {
        None => is_number(word) && names_object(before),
        Some((name, id)) if word.contains('=') => is_number(id) && names_object(name),
        Some(_) => is_object_type(word) || names::is_guid(word),
    }
}

/// Punctuation around an id.
const PUNCTUATION: [char; 10] = ['[', ']', '(', ')', '.', ',', ':', ';', '#', '!'];

/// True for the id of an object type: `0-48`, `2-1234567`.
fn is_object_type(word: &str) -> bool {
    let id = word.trim_matches(PUNCTUATION).split_once('-').filter(|(kind, _)| matches!(*kind, "0" | "2"));
    id.is_some_and(|(_, id)| (1..=10).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit()))
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
        let mut before = "";
        let is_plain = text[..end].split(' ').all(|word| {
            let is_id = is_id(std::mem::replace(&mut before, word), word);
            is_id || PLAIN.contains(&word.to_ascii_lowercase().as_str())
        });
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
    let problems = problems.into_iter().map(|problem| without_values(&problem, &is_id)).collect();
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

/// The note with the correlation id.
pub(crate) fn correlation_id(id: &str) -> String {
    format!("{CORRELATION_ID}{} (include it in support requests)", shorten(id, 60))
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
        diagnostic = diagnostic.note(correlation_id(&id));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_shown_and_other_numbers_are_not() {
        for (message, shown) in [
            ("Existing ID: 50100000001", "Existing ID: 50100000001"),
            ("CONTACT=50100000001 is not valid", "CONTACT=50100000001 is not valid"),
            ("Contact 50100000001 (0-1) is merged", "Contact 50100000001 (0-1) is merged"),
            ("ids: [50100000001]", "ids: [50100000001]"),
            ("GUID 430318c4-abb7-4bf7-a75e-9c5fa8f475a6.", "GUID 430318c4-abb7-4bf7-a75e-9c5fa8f475a6."),
            ("15550199000 is not valid", "… is not valid"),
            ("phone 15550199000.", "phone …."),
            ("PHONE=15550199000", "…"),
            ("call +15550199000", "call …"),
            ("call (555)019-9000", "call …"),
            ("contact someone@example.com", "contact …"),
        ] {
            assert_eq!(without_values(message, &is_id), shown, "{message}");
        }
        assert_eq!(without_values("Contact 50100000001", &|_, _| false), "Contact …");
        assert_eq!(without_unquoted_values("Call 50100000001 was not found"), "Call 50100000001 was not found");
        assert_eq!(without_unquoted_values("15550199000 was not valid"), "… was not valid");
    }
}
