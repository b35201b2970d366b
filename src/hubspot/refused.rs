//! The inputs of a request that a failure is about. A failure is an error response or an item of `errors`. It names
//! ids, properties or values, in `context`, in its `errors`, or only in its message.

use std::collections::BTreeSet;

use super::classify::{embedded_json, is_id};
use super::failures::strings;
use super::request::{Request, RequestInput, key};
use crate::json::{Kind, Tape, Value};

/// Properties of a failure or of its context that contain names of properties.
const NAMES: [&str; 5] = ["propertyName", "propertyNames", "properties", "name", "in"];
/// Punctuation around a word in a message.
const PUNCTUATION: [char; 12] = ['.', ',', ';', ':', '!', '(', ')', '[', ']', '\'', '"', '`'];

impl Request {
    /// The inputs that a failure names. Empty if it does not distinguish inputs.
    pub fn refused(&self, failure: Value<'_>) -> Vec<usize> {
        let message = failure.get_string("message").unwrap_or_default();
        let mut tape = Tape::default();
        let embedded = embedded_json(&message, &mut tape).map(|(_, document)| document.root());
        let lists = ["errors", "validationResults"].into_iter().filter_map(|name| failure.get(name));
        let parts: Vec<Value<'_>> =
            std::iter::once(failure).chain(lists.chain(embedded).flat_map(|list| list.elements())).collect();
        let mut found: BTreeSet<usize> =
            parts.iter().filter_map(|part| self.inputs_of_error(*part)).flatten().collect();
        found.extend(parts.iter().flat_map(|part| self.with_value_of(*part)));
        if found.is_empty() {
            found.extend(parts.iter().flat_map(|part| self.with_property_of(*part)));
            // The same problem in every input does not distinguish them.
            if found.len() == self.inputs.len() && found.len() > 1 {
                found.clear();
            }
        }
        found.into_iter().collect()
    }

    /// Inputs with an id or an address that the message of a part names.
    fn with_value_of(&self, part: Value<'_>) -> Vec<usize> {
        let message = part.get_string("message").unwrap_or_default();
        let identities = part.get("identityProfile").and_then(|profile| profile.get("identity"));
        let identities = identities.into_iter().flat_map(|list| list.elements());
        let mut values: Vec<String> =
            identities.filter_map(|identity| identity.get_string("value")).map(|value| value.to_lowercase()).collect();
        let mut before = "";
        // The existing record is not an input.
        let own = message.split("Existing ID").next().unwrap_or_default();
        for word in own.split_whitespace() {
            let value = word.trim_matches(PUNCTUATION);
            if is_id(before, word) || value.contains('@') {
                let id = value.split_once('=').map_or(value, |(_, id)| id);
                values.push(id.to_lowercase());
            }
            before = word;
        }
        let is_named = |value: &str| !value.is_empty() && values.contains(&value.trim().to_lowercase());
        self.matching(|input| {
            input.id.as_deref().is_some_and(is_named)
                || input.properties.values().flatten().any(|value| value.contains('@') && is_named(value))
        })
    }

    /// Inputs with a property that a part of a failure names. If their values differ, those with the value that it
    /// names; if the property is required, those without it.
    fn with_property_of(&self, part: Value<'_>) -> Vec<usize> {
        let context = part.get("context");
        let holders = std::iter::once(part).chain(context);
        let names: Vec<String> = holders
            .flat_map(|holder| NAMES.iter().filter_map(move |name| holder.get(name)))
            .flat_map(strings)
            .map(std::borrow::Cow::into_owned)
            .collect();
        let message = part.get_string("message").unwrap_or_default();
        let refused = part.get("propertyValue").filter(|value| value.kind() == Kind::String);
        let is_required = message.to_lowercase().contains("required");
        let mut all = Vec::new();
        for name in &names {
            let value = |input: &RequestInput| match &input.id_property {
                Some(property) if property == name => input.id.clone(),
                _ => input.properties.get(name).cloned().flatten(),
            };
            if is_required {
                all.extend(self.matching(|input| value(input).is_none_or(|value| value.is_empty())));
                continue;
            }
            let is_refused = |value: String| match refused {
                Some(refused) => refused.is(&value),
                None => has_word(&message, &value),
            };
            let of_value = self.matching(|input| value(input).is_some_and(is_refused));
            let has_it = |input: &RequestInput| input.properties.contains_key(name);
            all.extend(if of_value.is_empty() { self.matching(has_it) } else { of_value });
        }
        all
    }

    fn matching(&self, is_match: impl Fn(&RequestInput) -> bool) -> Vec<usize> {
        self.inputs.iter().enumerate().filter(|(_, input)| is_match(input)).map(|(index, _)| index).collect()
    }

    /// The inputs that `context` names by ids or trace ids; `None` if it does not have any.
    pub(super) fn inputs_of_error(&self, error: Value<'_>) -> Option<Vec<usize>> {
        let context = error.get("context")?;
        let all = |names: &[&str]| -> Vec<String> {
            let values = names.iter().filter_map(|name| context.get(name)).flat_map(strings);
            values.map(std::borrow::Cow::into_owned).collect()
        };
        let (traces, ids) = (all(&["objectWriteTraceId", "objectWriteTraceIds"]), all(&["ids", "id"]));
        if traces.is_empty() && ids.is_empty() {
            return None;
        }
        let is_named = |input: &RequestInput| {
            let property = input.id_property.as_deref();
            input.trace_id.as_ref().is_some_and(|trace| traces.contains(trace))
                || input.id.as_ref().is_some_and(|id| ids.iter().any(|other| key(property, other) == key(property, id)))
        };
        Some(self.matching(is_named))
    }
}

/// True if a text contains a value that is not part of a longer word. The value is written as in the request.
fn has_word(text: &str, value: &str) -> bool {
    let is_end = |character: Option<char>| !character.is_some_and(char::is_alphanumeric);
    !value.is_empty()
        && text
            .match_indices(value)
            .any(|(at, _)| is_end(text[..at].chars().next_back()) && is_end(text[at + value.len()..].chars().next()))
}
