//! Members that are missing, or that must not be there.

use std::borrow::Cow;

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Violation;
use serde_json::Value as Serde;

use super::{Case, MOST_OPTIONS, at, last_token};
use crate::diagnostic::Label;
use crate::json::{Kind, Value};
use crate::schema::json::{is_named, to_display};
use crate::schema::words::{MessageParts, alike, got, words};
use crate::text::{list, shorten, thousands};

impl<'a, 'e> Case<'a, 'e> {
    pub(super) fn missing(&self, name: &str) -> MessageParts {
        let shown = shorten(name, 60);
        let message = ["missing required property `", &*shown, "`", &*self.inside()].concat();
        // With the name: two properties that are missing in one object are two findings.
        let mut words =
            words(message, ["`", &*shown, "` is missing here"].concat()).span(self.value.span().first_byte());
        let known = self.beside("properties").and_then(Serde::as_object);
        // With many members and many missing ones, looking for slips would take for ever.
        let is_small = self.value.next_index() - self.value.index() < 2000;
        let twin = self.value.members().map(|(key, _)| key).filter(|_| is_small).find(|key| {
            let key = key.string();
            known.is_none_or(|known| !known.contains_key(key.as_ref())) && alike(&key, name)
        });
        if let Some(twin) = twin {
            let spelling = twin.string();
            words.related.push(Label::new(twin.span(), "similar name here"));
            words.help.push(format!("rename `{}` to `{shown}`", shorten(&spelling, 60)));
        }
        words
    }

    /// Properties that must not be there, as the subject of a message: `property `a``, `properties `a` and `b` in `x``.
    fn properties(&self, names: &[String]) -> String {
        let shown =
            names.iter().take(MOST_OPTIONS).map(|name| format!("`{}`", shorten(&to_display(self.document, name), 60)));
        let mut shown: Vec<String> = shown.collect();
        if names.len() > MOST_OPTIONS {
            shown.push(format!("{} more", thousands((names.len() - MOST_OPTIONS) as u64)));
        }
        let noun = if names.len() == 1 { "property" } else { "properties" };
        format!("{noun} {}{}", list(&shown, "and"), self.inside())
    }

    pub(super) fn unexpected(&self, names: &[String]) -> MessageParts {
        let words = words(format!("unexpected {}", self.properties(names)), "unexpected property");
        self.at_the_first(names, words)
    }

    pub(super) fn unevaluated(&self, names: &[String]) -> MessageParts {
        let properties = self.properties(names);
        let words = if self.has_a_schema() {
            self.does_not_match(&properties, names.len() > 1)
        } else {
            words(format!("unexpected {properties}: not described by the schema"), "unexpected property")
        };
        self.at_the_first(names, words)
    }

    fn at_the_first(&self, names: &[String], words: MessageParts) -> MessageParts {
        match self.named(names.first().map(String::as_str).unwrap_or_default()) {
            Some(name) => words.span(name.span()),
            None => words,
        }
    }

    /// Whether a keyword for what no other keyword describes has a schema for it, not just `false`.
    pub(super) fn has_a_schema(&self) -> bool {
        at(self.root, self.keyword) != Some(&Serde::Bool(false))
    }

    /// The words where that schema does not match `subject`.
    pub(super) fn does_not_match(&self, subject: &str, are_several: bool) -> MessageParts {
        let (keyword, verb) = (self.error.kind().keyword(), if are_several { "do" } else { "does" });
        let label = format!("does not match the `{keyword}` schema");
        words(format!("{subject} {verb} not match the `{keyword}` schema"), label)
    }

    /// An object that may have no members at all. The error may be about the first one.
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

    /// Whether the violation is one of a keyword for members that says `false`.
    pub(super) fn is_of_member(&self, keyword: &str) -> bool {
        last_token(self.keyword).is_some_and(|(_, last)| last == keyword)
    }

    /// The member name that counts of those that are `wanted`.
    pub(super) fn named(&self, wanted: &str) -> Option<Value<'a>> {
        self.value.last_members().map(|(name, _)| name).find(|name| is_named(*name, wanted))
    }

    /// The violation of a property name in the words for any other value: the end of a message, a label and helps, without the name. `None` if
    /// there are no such words.
    pub(super) fn of_name(
        &self,
        name: Value<'a>,
        error: &ValidationError<'_>,
    ) -> Option<(String, String, Vec<String>)> {
        if matches!(error.kind(), Violation::AnyOf { .. } | Violation::OneOfNotValid { .. }) {
            // Their branches are explained for values of the document only.
            return None;
        }
        let case = Case { value: name, error, keyword: error.schema_path().as_str(), ..*self };
        let (_, told) = case.explain();
        let why = told.message.strip_prefix(&*case.subject())?.trim_start();
        let why = why.strip_prefix("is ").unwrap_or(why);
        let found = got(name);
        let before = why.strip_suffix(&*found);
        let before = before.and_then(|why| why.strip_suffix(", found ").or_else(|| why.strip_suffix(": found ")));
        Some((before.unwrap_or(why).to_owned(), told.label, told.help))
    }

    /// The member name that a `propertyNames` violation is about: the inner error has it as its value.
    pub(super) fn bad_name(&self, error: &ValidationError<'_>) -> Option<Value<'a>> {
        let Cow::Borrowed(Serde::String(wanted)) = Cow::Borrowed(error.instance().as_ref()) else {
            let mut names = self.value.last_members().map(|(name, _)| name);
            return names.next().filter(|_| names.next().is_none());
        };
        // Errors come in the order of the members: this one is about the same name as the last, or about one behind it.
        let later = match self.last_name.get() {
            Some((object, last)) if object == self.value.index() => {
                self.document.names_from(self.value, last).find(|name| is_named(*name, wanted))
            }
            _ => None,
        };
        let found = later.or_else(|| self.named(wanted))?;
        self.last_name.set(Some((self.value.index(), found.index())));
        Some(found)
    }
}
