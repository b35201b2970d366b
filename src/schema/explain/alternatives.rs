//! `anyOf` and `oneOf`: the alternative that came nearest, and why it is none.

use std::cmp::Reverse;

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Violation;
use serde_json::Value as Serde;

use super::{Case, at, diagnostic, facts_of, last_token};
use crate::json::Kind;
use crate::schema::words::{MessageParts, words};
use crate::text::shorten;

impl<'a, 'e> Case<'a, 'e> {
    /// What is wrong by the branch that came nearest.
    pub(super) fn alternatives(&self, branches: &[Vec<ValidationError<'static>>]) -> MessageParts {
        /// So many violations of it are told.
        const TOLD: usize = 3;
        let keyword = self.error.kind().keyword();
        let mut words = words(
            match branches.len() {
                1 => format!("{} does not match the only `{keyword}` schema", self.subject()),
                many => format!("{} does not match any of the {many} `{keyword}` schemas", self.subject()),
            },
            format!("does not match any `{keyword}` schema"),
        );
        let told = branches.iter().enumerate().filter(|(_, errors)| !errors.is_empty());
        // Of equally near ones the first.
        let Some((place, errors)) = told.rev().max_by_key(|(_, errors)| self.nearness(errors)) else { return words };
        let name = self.branch_name(place).map_or(String::new(), |name| format!(" (`{}`)", shorten(name, 40)));
        let more = if errors.len() > TOLD { format!(" (and {} more)", errors.len() - TOLD) } else { String::new() };
        let mut said = Vec::new();
        for error in errors.iter().take(TOLD) {
            let inner = diagnostic(self.root, self.document, error, self.context, self.last_name, self.matching);
            said.push(inner.message);
            words.help.extend(inner.help);
        }
        words.help.dedup();
        words.note(format!("closest `{keyword}` schema is #{}{name}: {}{more}", place + 1, said.join("; ")))
    }

    /// How near the branch is that says this. One for values of this type is nearer; of those one that is not ruled out by a member that tells
    /// kinds apart; of those the one whose violations lie deepest; then the one with the fewest wrong types, and the fewest violations.
    fn nearness(&self, errors: &[ValidationError<'_>]) -> impl Ord + use<> {
        let own = self.error.instance_path().as_str();
        let depth = |error: &ValidationError<'_>| error.instance_path().as_str()[own.len()..].matches('/').count();
        let is_other_type = errors.iter().any(|error| depth(error) == 0 && self.rules_out_type(error));
        let is_other_kind = errors.iter().any(|error| depth(error) == 1 && is_choice(error));
        let deepest = errors.iter().map(depth).min().unwrap_or(0);
        let other_types = errors.iter().filter(|error| matches!(error.kind(), Violation::Type { .. })).count();
        (!is_other_type, !is_other_kind, deepest, Reverse(other_types), Reverse(errors.len()))
    }

    /// Whether nothing of the type of the value is allowed by what is violated.
    fn rules_out_type(&self, error: &ValidationError<'_>) -> bool {
        let kind = self.value.kind();
        let no_option_fits = |options: &Serde| {
            options.as_array().is_some_and(|options| !options.iter().any(|option| is_of_type(option, kind)))
        };
        match error.kind() {
            Violation::Type { .. } | Violation::FalseSchema => true,
            Violation::Enum { options } => no_option_fits(options),
            Violation::Constant { expected_value } => !is_of_type(expected_value, kind),
            Violation::Custom { keyword, message } => {
                let facts = facts_of(message, || at(self.root, error.schema_path().as_str()));
                match (keyword.as_str(), facts) {
                    ("const", Some(value)) => !is_of_type(&value, kind),
                    ("enum", Some(options)) => no_option_fits(&options),
                    _ => false,
                }
            }
            _ => false,
        }
    }

    /// What the schema calls a branch of the keyword at hand.
    pub(super) fn branch_name(&self, place: usize) -> Option<&'e str> {
        let branch = at(self.root, self.keyword)?.get(place)?;
        let reference = || Some(last_token(branch.get("$ref")?.as_str()?)?.1);
        branch.get("title").and_then(Serde::as_str).or_else(reference)
    }
}

/// Whether only some values are allowed.
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
