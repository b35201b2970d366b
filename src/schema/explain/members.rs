//! Keywords for objects: missing and unexpected properties, their number and their names.

use std::borrow::Cow;

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Violation;
use serde_json::Value as Serde;

use super::{MAX_LISTED, ViolationContext, at, schema_path};
use crate::diagnostic::Label;
use crate::json::{Kind, Value};
use crate::schema::json::{is_named, to_display};
use crate::schema::words::{MessageParts, got, is_similar, properties, quoted, words};
use crate::text::{list, shorten, thousands};

/// Maximum number of keys of an object that are compared with the name of a missing property.
const MAX_COMPARED_KEYS: usize = 1000;

impl<'a, 'e> ViolationContext<'a, 'e> {
    pub(super) fn property_count(&self, limit_kind: &str, limit: u64) -> MessageParts {
        self.counted(self.value.last_members().count() as u64, limit_kind, limit, properties)
    }

    pub(super) fn missing(&self, property: &Serde) -> MessageParts {
        let name = property.as_str().unwrap_or_default();
        let shown = shorten(name, 60);
        let message = ["missing required property `", &*shown, "`", &*self.inside()].concat();
        // The label has the name because two missing properties of one object are two findings.
        let mut words =
            words(message, ["`", &*shown, "` is missing here"].concat()).span(self.value.span().first_byte());
        let known = self.sibling("properties").and_then(Serde::as_object);
        // The search takes the product of present and missing properties. The size of their values does not matter.
        let twin = self.value.members().map(|(key, _)| key).take(MAX_COMPARED_KEYS).find(|key| {
            let key = key.string();
            known.is_none_or(|known| !known.contains_key(key.as_ref())) && is_similar(&key, name)
        });
        if let Some(twin) = twin {
            let spelling = twin.string();
            words.related.push(Label::new(twin.span(), "similar name here"));
            words.help.push(format!("rename `{}` to `{shown}`", shorten(&spelling, 60)));
        }
        words
    }

    /// Unexpected properties, as the start of a message: ``property `a` ``, ``properties `a` and `b` in `x` ``.
    fn list_properties(&self, names: &[String]) -> String {
        let shown = names
            .iter()
            .take(MAX_LISTED)
            .map(|name| format!("`{}`", shorten(&to_display(self.explainer.document, name), 60)));
        let mut shown: Vec<String> = shown.collect();
        if names.len() > MAX_LISTED {
            shown.push(format!("{} more", thousands((names.len() - MAX_LISTED) as u64)));
        }
        let noun = if names.len() == 1 { "property" } else { "properties" };
        format!("{noun} {}{}", list(&shown, "and"), self.inside())
    }

    pub(super) fn unexpected(&self, names: &[String]) -> MessageParts {
        let (names, is_repetition) = self.without_misspelled(names);
        let words = words(format!("unexpected {}", self.list_properties(&names)), "unexpected property");
        MessageParts { is_repetition, ..self.at_the_first(&names, words) }
    }

    /// The names without those that a finding about a missing property reports already, because they are similar. All
    /// names and true if no other name is left.
    fn without_misspelled<'n>(&self, names: &'n [String]) -> (Cow<'n, [String]>, bool) {
        let misspelled = self.explainer.misspelled.borrow();
        if misspelled.is_empty() {
            return (names.into(), false);
        }
        let is_reported = |name: &String| self.named(name).is_some_and(|name| misspelled.contains(&name.span()));
        let others: Vec<String> = names.iter().filter(|name| !is_reported(name)).cloned().collect();
        if others.is_empty() { (names.into(), true) } else { (others.into(), false) }
    }

    pub(super) fn unevaluated(&self, names: &[String]) -> MessageParts {
        let (names, is_repetition) =
            if self.has_a_schema() { (names.into(), false) } else { self.without_misspelled(names) };
        let names = &*names;
        let properties = self.list_properties(names);
        let words = if self.has_a_schema() {
            self.does_not_match(&properties, names.len() > 1)
        } else {
            words(format!("unexpected {properties}: not described by the schema"), "unexpected property")
        };
        MessageParts { is_repetition, ..self.at_the_first(names, words) }
    }

    fn at_the_first(&self, names: &[String], words: MessageParts) -> MessageParts {
        match self.named(names.first().map(String::as_str).unwrap_or_default()) {
            Some(name) => words.span(name.span()),
            None => words,
        }
    }

    /// The message for an object that must be empty. The value of the error can be its first member.
    pub(super) fn no_members(&self) -> MessageParts {
        let object = match self.value.kind() {
            Kind::Object => self.value,
            _ => self.value.container().unwrap_or(self.value),
        };
        let names: Vec<String> = object.last_members().map(|(name, _)| name.string().into_owned()).collect();
        let first = object.last_members().next().map(|(name, _)| name.span());
        let words = self.unexpected(&names);
        MessageParts { span: first.or(words.span), ..words }
    }

    /// The last member with this name.
    pub(super) fn named(&self, wanted: &str) -> Option<Value<'a>> {
        self.value.last_members().map(|(name, _)| name).find(|name| is_named(*name, wanted))
    }

    pub(super) fn invalid_name(&self, error: &ValidationError<'_>) -> MessageParts {
        let name = self.bad_name(error);
        let shown = name.map_or(String::new(), |name| format!(" `{}`", shorten(&name.string(), 60)));
        let explained = name.and_then(|name| self.explain_name(name, error));
        let (why, label, help) = explained.unwrap_or_else(|| {
            let keyword = error.kind().keyword();
            let why = match at(self.explainer.root, &schema_path(error)) {
                Some(value) => format!("violates `{keyword}: {}`", quoted(value)),
                None => format!("violates `{keyword}`"),
            };
            (why.clone(), why, Vec::new())
        });
        let words = words(format!("invalid property name{shown}{}: {why}", self.inside()), label);
        let span = name.map(|name| name.span());
        let is_repetition = span.is_some_and(|span| self.explainer.misspelled.borrow().contains(&span));
        MessageParts { span, help, is_repetition, ..words }
    }

    /// Explains the violation of a property name like one of a value: the message without the name, a label and helps.
    /// `None` if there is no such explanation.
    fn explain_name(&self, name: Value<'a>, error: &ValidationError<'_>) -> Option<(String, String, Vec<String>)> {
        if matches!(error.kind(), Violation::AnyOf { .. } | Violation::OneOfNotValid { .. }) {
            // The violations of a branch refer to values of the document, not to names.
            return None;
        }
        let keyword = &*schema_path(error);
        let violation = ViolationContext { value: name, error, keyword, ..*self };
        let (_, parts) = violation.explain();
        let why = parts.message.strip_prefix(&*violation.value_name())?.trim_start();
        let why = why.strip_prefix("is ").unwrap_or(why);
        let found = got(name);
        let before = why.strip_suffix(&*found);
        let before = before.and_then(|why| why.strip_suffix(", found ").or_else(|| why.strip_suffix(": found ")));
        Some((before.unwrap_or(why).to_owned(), parts.label, parts.help))
    }

    /// The member name that a `propertyNames` violation refers to: the value of the inner error.
    fn bad_name(&self, error: &ValidationError<'_>) -> Option<Value<'a>> {
        let Cow::Borrowed(Serde::String(wanted)) = Cow::Borrowed(error.instance().as_ref()) else {
            let mut names = self.value.last_members().map(|(name, _)| name);
            return names.next().filter(|_| names.next().is_none());
        };
        // Errors have the order of the members, so the name is the last one or follows it.
        let later = match self.explainer.last_name.get() {
            Some((object, last)) if object == self.value.index() => {
                self.explainer.document.names_from(self.value, last).find(|name| is_named(*name, wanted))
            }
            _ => None,
        };
        let found = later.or_else(|| self.named(wanted))?;
        self.explainer.last_name.set(Some((self.value.index(), found.index())));
        Some(found)
    }
}
