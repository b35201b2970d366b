//! Keywords for strings: `maxLength`, `minLength`, `pattern`, `contentEncoding` and `contentMediaType`.

use serde_json::Value as Serde;

use super::{ViolationContext, at, schema_path};
use crate::schema::words::{MessageParts, got, words};
use crate::schema::{ecma, load};
use crate::text::{count, shorten};

impl ViolationContext<'_, '_> {
    pub(super) fn length(&self, limit_kind: &str, limit: u64) -> MessageParts {
        let characters = self.value.string().chars().count() as u64;
        self.counted(characters, limit_kind, limit, |number| count(number, "character"))
    }

    pub(super) fn pattern(&self, pattern: &str) -> MessageParts {
        let pattern = &ecma::as_written(pattern);
        let (name, found) = (self.value_name(), got(self.value));
        words(
            format!("{name} must match the pattern `{}`, found {found}", shorten(pattern, 80)),
            format!("does not match `{}`", shorten(pattern, 60)),
        )
    }

    /// A pattern that could not be evaluated. The error contains only its locations.
    pub(super) fn undecided_pattern(&self) -> MessageParts {
        let value = load::at(self.explainer.document, self.error.instance_path().as_str());
        let pattern = at(self.explainer.root, &schema_path(self.error)).and_then(Serde::as_str);
        let which = pattern.filter(|pattern| ecma::needs_backtracking(pattern)).map_or_else(
            || "a pattern of the schema".to_owned(),
            |pattern| format!("the pattern `{}`", shorten(pattern, 80)),
        );
        words(format!("could not evaluate {which}: step limit exceeded"), "not evaluated")
            .span(value.span())
            .help("simplify the pattern: nested repetitions with lookaround or backreferences take exponential time")
    }

    pub(super) fn content_encoding(&self, encoding: &str) -> MessageParts {
        words(
            format!("{} must be encoded as {encoding}, found {}", self.value_name(), got(self.value)),
            format!("not valid {encoding}"),
        )
    }

    pub(super) fn content_media_type(&self, media_type: &str) -> MessageParts {
        let media_type = shorten(media_type, 40);
        words(
            format!("{} must contain valid {media_type}, found {}", self.value_name(), got(self.value)),
            format!("not valid {media_type}"),
        )
    }

    pub(super) fn not_utf8(&self) -> MessageParts {
        let message = format!("the decoded content of {} is not valid UTF-8", self.value_name());
        words(message, "decodes to invalid UTF-8")
    }
}
