//! Messages of HubSpot without private values. Names of properties, ids and advice stay readable.

use crate::hubspot::names;

/// Replaces potentially private parts of a message by `…`: long numbers, phone numbers, email and web addresses, quoted
/// text. Messages that differ in these parts only become equal. `is_public` is true for a word, given after the word
/// before it, that is not replaced.
pub(crate) fn without_values(message: &str, is_public: &dyn Fn(&str, &str) -> bool) -> String {
    let text = without_quoted_values(message);
    let words: Vec<&str> = text.split(' ').collect();
    let mut before = "";
    let mut is_shown: Vec<bool> = words
        .iter()
        .map(|word| {
            let is_listed = is_public(before, word);
            let is_value = is_address(before, word) || (is_number(word) && !is_listed);
            // The ids of a list have the same word before them.
            if !(is_listed && word.ends_with(',')) {
                before = word;
            }
            !is_value
        })
        .collect();
    hide_phone_numbers(&words, &mut is_shown, is_public);
    let shown = words.iter().zip(is_shown).map(|(word, is_shown)| {
        // Punctuation at the end is not part of the value.
        let end = word.trim_end_matches(['.', ',', ';', ':', '!', '?']).len();
        if is_shown { (*word).to_owned() } else { format!("…{}", &word[end..]) }
    });
    shown.collect::<Vec<_>>().join(" ")
}

/// Replaces quoted text, except for names: a single word is a name unless the word before it announces a value.
fn without_quoted_values(message: &str) -> String {
    let (mut shown, mut rest) = (String::new(), message);
    while let Some((at, quote)) = opening_quote(rest) {
        let inside = &rest[at + 1..];
        shown.push_str(&rest[..at]);
        let Some(length) = closing_quote(inside, quote) else {
            shown.push('…');
            return shown;
        };
        let end = at + 1 + length + 1;
        let is_shown = is_name(&inside[..length], shown.trim_end());
        shown.push_str(if is_shown { &rest[at..end] } else { "…" });
        rest = &rest[end..];
    }
    shown + rest
}

/// The first quote that is not an apostrophe (`hasn't`).
fn opening_quote(text: &str) -> Option<(usize, char)> {
    let is_opening = |at: usize| !text[..at].ends_with(char::is_alphanumeric);
    text.match_indices(['\'', '"'])
        .find(|(at, _)| is_opening(*at))
        .map(|(at, quote)| (at, char::from(quote.as_bytes()[0])))
}

fn closing_quote(text: &str, quote: char) -> Option<usize> {
    let is_closing = |at: usize| !text[at + 1..].starts_with(char::is_alphanumeric);
    text.match_indices(quote).map(|(at, _)| at).find(|at| is_closing(*at))
}

/// True if quoted text is a name or a single character, after the text `before`.
fn is_name(inside: &str, before: &str) -> bool {
    /// Words before quoted values, without a colon: `value: "INBOUND"` is an allowed value.
    const BEFORE_VALUES: [&str; 9] =
        ["date", "domain", "number", "phone", "string", "string:", "text", "token", "value"];
    let before = before.rsplit(' ').next().unwrap_or_default().to_ascii_lowercase();
    if BEFORE_VALUES.contains(&&*before) {
        return false;
    }
    let is_word = inside.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    let is_character = inside.len() == 1 && inside.bytes().all(|byte| byte.is_ascii_punctuation());
    is_character || is_word && !inside.bytes().all(|byte| byte.is_ascii_digit()) && !is_domain(inside)
}

/// True for email addresses, web addresses and domains. HubSpot's documentation is public.
fn is_address(before: &str, word: &str) -> bool {
    const DOCUMENTATION: [&str; 2] = ["https://developers.hubspot.com/", "https://legacydocs.hubspot.com/"];
    let plain = word.trim_matches(PUNCTUATION);
    if DOCUMENTATION.iter().any(|address| plain.starts_with(address)) && !plain.contains(['@', '?']) {
        return false;
    }
    let names_domain = before.eq_ignore_ascii_case("domain") && plain.contains('.');
    word.contains('@') || word.contains("://") || plain.starts_with("www.") || names_domain || is_domain(plain)
}

/// True for names with a common top-level domain. Scopes (`crm.objects.contacts.read`) and classes have dots as well.
fn is_domain(word: &str) -> bool {
    const TOP_LEVEL: [&str; 12] = ["biz", "ch", "co", "com", "de", "eu", "example", "fr", "info", "io", "net", "org"];
    let last = word.rsplit_once('.').filter(|(name, _)| !name.is_empty()).map_or("", |(_, last)| last);
    TOP_LEVEL.contains(&&*last.to_ascii_lowercase()) || word.to_ascii_lowercase().ends_with(".co.uk")
}

/// True for long numbers, and for numbers of three digits with the signs of phone numbers.
fn is_number(word: &str) -> bool {
    let word = word.trim_start_matches(['(', '[']).trim_end_matches(PUNCTUATION);
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    digits > 4 || digits >= 3 && word.contains(['+', '(', ')', '-', '/'])
}

/// Hides phone numbers of several words (`+49 170 1234567`): at least seven digits.
fn hide_phone_numbers(words: &[&str], is_shown: &mut [bool], is_public: &dyn Fn(&str, &str) -> bool) {
    let is_part = |index: usize| {
        let word = words[index];
        let before = if index == 0 { "" } else { words[index - 1] };
        let plain = word.trim_end_matches(PUNCTUATION);
        let has_digits = plain.bytes().any(|byte| byte.is_ascii_digit());
        has_digits
            && word.chars().all(|one| one.is_ascii_digit() || "+()-/.,;:!".contains(one))
            && !is_public(before, word)
    };
    let mut from = 0;
    while from < words.len() {
        let length = (from..words.len()).take_while(|index| is_part(*index)).count();
        let digits = words[from..from + length].iter().flat_map(|word| word.bytes()).filter(u8::is_ascii_digit).count();
        if digits >= 7 {
            is_shown[from..from + length].fill(false);
        }
        from += length.max(1);
    }
}

/// The end of "Invalid date:" and of similar forms, if a value follows it.
fn after_invalid(message: &str) -> Option<usize> {
    const KINDS: [&str; 14] = [
        "boolean",
        "city",
        "date",
        "datetime",
        "domain",
        "email",
        "integer",
        "name",
        "number",
        "option",
        "phone",
        "time",
        "timestamp",
        "value",
    ];
    let lower = message.to_ascii_lowercase();
    let start = lower.find("invalid ")? + "invalid ".len();
    let colon = start + lower[start..].find(':')?;
    let mut words = lower[start..colon].split([' ', '-']);
    // At most "phone number format".
    let is_kind = words.clone().count() <= 3 && words.any(|word| KINDS.contains(&word));
    is_kind.then_some(colon + 1)
}

/// True if `word` is the id of a record or of an object type, and not a phone number: digits after a word such as
/// "contact" or "ID", a GUID, `CONTACT=7`, `0-48`. `before` is the word before it.
pub(crate) fn is_id(before: &str, word: &str) -> bool {
    const BEFORE_IDS: [&str; 16] = [
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
        "portal",
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
pub(super) fn is_object_type(word: &str) -> bool {
    let id = word.trim_matches(PUNCTUATION).split_once('-').filter(|(kind, _)| matches!(*kind, "0" | "2"));
    id.is_some_and(|(_, id)| (1..=10).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Replaces unquoted values in a message by `…`: everything before "was not", and the text after "email address" and
/// after forms such as "Invalid date:".
pub(super) fn without_unquoted_values(message: &str) -> String {
    /// A message that begins with these words only does not contain a value.
    const PLAIN: [&str; 23] = [
        "a", "access", "account", "an", "app", "batch", "body", "call", "company", "contact", "deal", "id", "input",
        "object", "property", "record", "request", "the", "this", "ticket", "token", "url", "your",
    ];
    const VERBS: [&str; 6] = [" is ", " was ", " must ", " already ", " does ", " cannot "];
    const ADDRESS: &str = "email address";
    let mut text = message.to_owned();
    if let Some(from) = after_invalid(&text) {
        text.replace_range(from.., " …");
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_not_shown() {
        for (message, shown) in [
            (r#"from String "Secret call note": not valid"#, "from String …: not valid"),
            (r#"from String "Secretnote""#, "from String …"),
            (
                "Unrecognized token 'Secretnote': was expecting (JSON String)",
                "Unrecognized token …: was expecting (JSON String)",
            ),
            ("Unexpected character ('}' (code 125))", "Unexpected character ('}' (code 125))"),
            ("A company with domain secret.example already exists", "A company with domain … already exists"),
            ("A company with secret.com.", "A company with …."),
            ("Invalid phone +49 170 1234567.", "Invalid phone … … …."),
            ("phone (555) 019-9000", "phone … …"),
            ("This app hasn't been granted 'x y'; it doesn't", "This app hasn't been granted …; it doesn't"),
            (r#"from String "Secret call"#, "from String …"),
            (r#"Property "first000name" does not exist"#, r#"Property "first000name" does not exist"#),
            ("scope crm.objects.contacts.read", "scope crm.objects.contacts.read"),
            ("type `java.lang.String`", "type `java.lang.String`"),
            ("see https://developers.hubspot.com/scopes.", "see https://developers.hubspot.com/scopes."),
            ("ids: [50100000001, 50100000002]", "ids: [50100000001, 50100000002]"),
            (r#"value: "INBOUND""#, r#"value: "INBOUND""#),
        ] {
            assert_eq!(without_values(message, &is_id), shown, "{message}");
        }
        for (message, shown) in [
            ("Invalid date: Secret note", "Invalid date: …"),
            ("Invalid phone number: secret", "Invalid phone number: …"),
            ("Invalid JSON input: a request body was expected", "Invalid JSON input: a request body was expected"),
        ] {
            assert_eq!(without_unquoted_values(message), shown, "{message}");
        }
    }

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
