//! `anyOf`, `oneOf` and `not`: for `anyOf` and `oneOf`, the closest schema and its violations.

use std::cmp::Reverse;

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Violation;
use serde_json::Value as Serde;

use super::{ViolationContext, at, facts_of, last_token, schema_path};
use crate::json::Kind;
use crate::schema::words::{MessageParts, got, words};
use crate::text::{list, shorten};

impl<'a, 'e> ViolationContext<'a, 'e> {
    /// The message if no branch matches, with a note on the violations of the closest branch.
    pub(super) fn no_alternative(&self, branches: &[Vec<ValidationError<'static>>]) -> MessageParts {
        /// Maximum number of violations in the note.
        const MAX_SHOWN: usize = 3;
        let keyword = self.error.kind().keyword();
        let mut words = words(
            match branches.len() {
                1 => format!("{} does not match the only `{keyword}` schema", self.value_name()),
                many => format!("{} does not match any of the {many} `{keyword}` schemas", self.value_name()),
            },
            format!("does not match any `{keyword}` schema"),
        );
        let failed = branches.iter().enumerate().filter(|(_, errors)| !errors.is_empty());
        // The iterator is reversed because `max_by_key` returns the last of equal branches.
        let Some((index, errors)) = failed.rev().max_by_key(|(_, errors)| self.nearness(errors)) else { return words };
        let name = self.branch_name(index).map_or(String::new(), |name| format!(" (`{}`)", shorten(name, 40)));
        let more =
            if errors.len() > MAX_SHOWN { format!(" (and {} more)", errors.len() - MAX_SHOWN) } else { String::new() };
        let mut messages = Vec::new();
        for error in errors.iter().take(MAX_SHOWN) {
            let inner = self.explainer.diagnostic(error);
            messages.push(inner.message);
            words.help.extend(inner.help);
        }
        words.help.dedup();
        words.note(format!("closest `{keyword}` schema is #{}{name}: {}{more}", index + 1, messages.join("; ")))
    }

    /// The message if more than one `oneOf` schema matches.
    pub(super) fn several_alternatives(&self, branches: &[Vec<ValidationError<'static>>]) -> MessageParts {
        let matching = branches.iter().enumerate().filter(|(_, errors)| errors.is_empty());
        let matching: Vec<String> = matching.map(|(index, _)| format!("#{}", index + 1)).collect();
        let schemas = match matching.len() {
            0 | 1 => "more than one `oneOf` schema".to_owned(),
            several => format!("{several} `oneOf` schemas ({})", list(&matching, "and")),
        };
        words(
            format!("{} matches {schemas}, expected exactly one", self.value_name()),
            "matches more than one `oneOf` schema",
        )
    }

    pub(super) fn matches_not(&self) -> MessageParts {
        let message = format!("{} must not match the `not` schema, found {}", self.value_name(), got(self.value));
        words(message, "matches the `not` schema")
    }

    /// Rank of a branch with these violations; the closest branch has the highest rank. It compares, in this order:
    /// the type of the value, a property that distinguishes kinds of objects (`const` or `enum`), the depth of the
    /// shallowest violation, the number of wrong types and the number of violations.
    fn nearness(&self, errors: &[ValidationError<'_>]) -> impl Ord + use<> {
        let own = self.error.instance_path().as_str();
        let depth = |error: &ValidationError<'_>| error.instance_path().as_str()[own.len()..].matches('/').count();
        let is_other_type = errors.iter().any(|error| depth(error) == 0 && self.rules_out_type(error));
        let is_other_kind = errors.iter().any(|error| depth(error) == 1 && is_choice(error));
        let deepest = errors.iter().map(depth).min().unwrap_or(0);
        let other_types = errors.iter().filter(|error| matches!(error.kind(), Violation::Type { .. })).count();
        (!is_other_type, !is_other_kind, deepest, Reverse(other_types), Reverse(errors.len()))
    }

    /// True if the violated keyword does not allow any value of the type of this value.
    fn rules_out_type(&self, error: &ValidationError<'_>) -> bool {
        let kind = self.value.kind();
        let no_option_matches = |options: &Serde| {
            options.as_array().is_some_and(|options| !options.iter().any(|option| is_of_type(option, kind)))
        };
        match error.kind() {
            Violation::Type { .. } | Violation::FalseSchema => true,
            Violation::Enum { options } => no_option_matches(options),
            Violation::Constant { expected_value } => !is_of_type(expected_value, kind),
            Violation::Custom { keyword, message } => {
                let facts = facts_of(message, || at(self.explainer.root, &schema_path(error)));
                match (keyword.as_str(), facts) {
                    ("const", Some(value)) => !is_of_type(&value, kind),
                    ("enum", Some(options)) => no_option_matches(&options),
                    _ => false,
                }
            }
            _ => false,
        }
    }

    /// The title of a branch of the violated keyword, or the last token of its reference.
    pub(super) fn branch_name(&self, index: usize) -> Option<&'e str> {
        let branch = at(self.explainer.root, self.keyword)?.get(index)?;
        let reference = || Some(last_token(branch.get("$ref")?.as_str()?)?.1);
        branch.get("title").and_then(Serde::as_str).or_else(reference)
    }
}

/// True for `const` and `enum`.
fn is_choice(error: &ValidationError<'_>) -> bool {
    match error.kind() {
        Violation::Constant { .. } | Violation::Enum { .. } => true,
        Violation::Custom { keyword, .. } => matches!(keyword.as_str(), "const" | "enum"),
        _ => false,
    }
}

fn is_of_type(value: &Serde, kind: Kind) -> bool {
    match kind {
        Kind::Null => value.is_null(),
        Kind::True | Kind::False => value.is_boolean(),
        Kind::Number => value.is_number(),
        Kind::String | Kind::Name => value.is_string(),
        Kind::Array => value.is_array(),
        Kind::Object => value.is_object(),
    }
}
