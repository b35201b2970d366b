//! Requests whose ids are placeholders: masked values (`***`, `<CALL_ID>`) or variables of a template (`{{id}}`, `%s`).

use super::mask;
use super::request::{Request, RequestInput};

impl Request {
    /// True if a value that identifies an input is a placeholder, so that a response cannot be compared with the
    /// request. Stubs match such requests by a pattern, and recorders mask ids in the request only.
    pub(crate) fn has_placeholders(&self) -> bool {
        self.inputs.iter().flat_map(identifiers).any(is_placeholder)
    }
}

/// The values of an input that identify its result: ids, and the property that `idProperty` names.
fn identifiers(input: &RequestInput) -> impl Iterator<Item = &str> {
    let property = input.id_property.as_ref().and_then(|name| input.properties.get(name));
    let ids = [input.id.as_deref(), input.trace_id.as_deref(), property.and_then(Option::as_deref)];
    ids.into_iter().flatten()
}

/// Delimiters of variables that may be a part of a text.
const VARIABLES: [(&str, &str); 5] = [("{{", "}}"), ("${", "}"), ("#{", "}"), ("{%", "%}"), ("<%", "%>")];

fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    let contains = |(open, close)| text.split_once(open).is_some_and(|(_, rest): (&str, &str)| rest.contains(close));
    let is_enclosed = matches!(text.as_bytes(), [b'<', _, .., b'>'] | [b'[', _, .., b']'] | [b'{', _, .., b'}']);
    let is_masked = mask::is_mask(text.as_bytes()) || text.contains("***");
    is_masked || is_enclosed || VARIABLES.into_iter().any(contains) || is_named(text) || is_format(text)
}

/// True for a variable of a path or a shell: `:id`, `$ID`.
fn is_named(text: &str) -> bool {
    let mut name = text.strip_prefix([':', '$']).unwrap_or_default().chars();
    name.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && name.all(|character| character.is_ascii_alphanumeric() || character == '_')
}

/// True for a directive of a format string: `%s`, `%d`, `%1$s`, `%(id)s`. `%s` may be a part of a text, because it is
/// not a percent-encoded character.
fn is_format(text: &str) -> bool {
    let Some(directive) = text.strip_prefix('%') else { return text.contains("%s") };
    let conversion = directive.split_once('$').filter(|(index, _)| index.bytes().all(|byte| byte.is_ascii_digit()));
    let conversion = conversion.map_or(directive, |(_, conversion)| conversion);
    matches!(conversion, "s" | "d" | "i" | "u" | "v") || directive.starts_with(['(', '{', '<', 's'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has_placeholders(request: &str) -> bool {
        Request::read(request.as_bytes()).expect("a batch request").has_placeholders()
    }

    #[test]
    fn placeholders_are_recognized() {
        for id in [
            "{{id}}",
            "call-{{ id }}",
            "${id}",
            "#{id}",
            "{% id %}",
            "<%= id %>",
            "{id}",
            "<CALL_ID>",
            "<string>",
            "***",
            "a***@example.com",
            "XXXX",
            "[FILTERED]",
            "[ID]",
            "REDACTED",
            ":id",
            "$ID",
            "%s",
            "%d",
            "%1$s",
            "%(id)s",
            "%{id}",
            "user%s@example.com",
            " :id ",
        ] {
            assert!(has_placeholders(&format!(r#"{{"inputs": [{{"id": "1"}}, {{"id": "{id}"}}]}}"#)), "{id}");
        }
        for id in [
            "50100000001",
            "",
            "a@example.com",
            "%40",
            "x%20y",
            "100%",
            "$",
            ":",
            "$5",
            "12:30",
            "{{",
            "<>",
            "a<b",
            "b>a",
            "a:id",
            "50100000001-XX",
        ] {
            assert!(!has_placeholders(&format!(r#"{{"inputs": [{{"id": "{id}"}}]}}"#)), "{id}");
        }
    }

    #[test]
    fn only_values_that_identify_an_input_matter() {
        for (request, expected) in [
            (r#"{"inputs": [{"properties": {"hs_call_title": "{{title}}"}}]}"#, false),
            (r#"{"inputs": [{"idProperty": "email", "properties": {"email": "{{email}}"}}]}"#, true),
            (r#"{"idProperty": "email", "inputs": [{"id": "a@example.com", "properties": {"email": "***"}}]}"#, true),
            (r#"{"idProperty": "email", "inputs": [{"id": "a@example.com", "properties": {"name": "***"}}]}"#, false),
            (r#"{"inputs": [{"objectWriteTraceId": "[FILTERED]", "properties": {}}]}"#, true),
            (r#"{"inputs": [{"from": {"id": "{{id}}"}, "to": {"id": "1"}}]}"#, false),
            (r#"{"inputs": []}"#, false),
        ] {
            assert_eq!(has_placeholders(request), expected, "{request}");
        }
    }
}
