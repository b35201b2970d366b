//! Our own message for every violation, with the expected value, the actual value and a fix. The facts come from
//! `ValidationErrorKind`.

mod alternatives;
mod condition;
mod elements;
mod members;
mod naming;
mod strings;
mod values;

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashSet;

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Violation;
use serde_json::Value as Serde;

use crate::diagnostic::{Diagnostic, Label, RuleInfo};
use crate::json::{Document, Span, Value, bounded};
use crate::schema::json::to_display;
use crate::schema::rules;
use crate::schema::words::{MessageParts, words};
use crate::schema::{ValidationContext, ecma};
use crate::schema::{contains, formats};
use crate::text::{shorten, thousands};

/// The object and the name of the last `propertyNames` violation of one document: their indices on the tape.
pub(super) type LastName = Cell<Option<(u32, u32)>>;

/// Counts the items of an array that match the subschema at a JSON Pointer; `None` if the number is not known.
pub(super) type Matching<'m> = dyn Fn(&str, Value<'_>) -> Option<u64> + 'm;

/// Creates the findings for the violations of a document.
pub(super) struct Explainer<'a, 'e> {
    /// The whole schema.
    pub root: &'e Serde,
    pub document: Document<'a>,
    pub context: ValidationContext<'e>,
    pub last_name: LastName,
    pub matching: &'e Matching<'e>,
    /// The keys that are similar to a missing property, which a finding reports.
    pub misspelled: RefCell<HashSet<Span>>,
}

impl<'a> Explainer<'a, '_> {
    /// Creates the findings for all violations of the document. A misspelled property is both missing and unexpected,
    /// so violations of keywords for unexpected properties are explained last.
    pub(super) fn diagnostics<'i>(&self, errors: impl Iterator<Item = ValidationError<'i>>) -> Vec<Diagnostic> {
        let (mut findings, mut unexpected) = (Vec::new(), Vec::new());
        for error in errors {
            let is_about_keys = matches!(
                error.kind(),
                Violation::AdditionalProperties { .. }
                    | Violation::UnevaluatedProperties { .. }
                    | Violation::PropertyNames { .. }
            );
            if is_about_keys {
                unexpected.push(error);
            } else {
                findings.push(self.diagnostic(&error));
            }
        }
        if !unexpected.is_empty() {
            let missing = findings.iter().filter(|finding| *finding.rule == rules::REQUIRED);
            let similar = missing.flat_map(|finding| finding.related.iter().map(|label| label.span));
            *self.misspelled.borrow_mut() = similar.collect();
            findings.extend(unexpected.iter().map(|error| self.diagnostic(error)));
        }
        findings
    }

    /// Creates the finding for one violation. The instance in `error` is an index on the tape (see [`super::json`]).
    pub(super) fn diagnostic(&self, error: &ValidationError<'_>) -> Diagnostic {
        let &Explainer { document, context, .. } = self;
        let index = || error.instance().as_u64().and_then(|index| u32::try_from(index).ok());
        let value = match error.instance_path().as_str() {
            "" => document.root(),
            _ => document.value(index().filter(|&index| (index as usize) < document.len()).unwrap_or(0)),
        };
        let ([first, second], [a, b, c]) = (context.keyword, context.instance);
        let keyword = match error.kind() {
            // For custom keywords, `jsonschema` does not report the references on the way.
            Violation::Custom { .. } => schema_path(error).into_owned(),
            _ => {
                let path = error.evaluation_path().as_str();
                let path = if context.is_referenced { path.strip_prefix("/$ref").unwrap_or(path) } else { path };
                [first, second, &*ecma::written_path(path)].concat()
            }
        };
        let keyword = self.contains_keyword(error.kind(), &keyword, value).unwrap_or(keyword);
        let instance = [a, b, c, &*to_display(document, error.instance_path().as_str())].concat();
        let violation = ViolationContext { explainer: self, value, error, instance: &instance, keyword: &keyword };
        let (rule, mut words) = violation.explain();
        if !context.is_ours {
            words.notes.extend(violation.condition());
        }
        let mut diagnostic =
            Diagnostic::new(rule, words.message, Label::new(words.span.unwrap_or(value.span()), words.label))
                .at(bounded(instance));
        diagnostic.related = words.related;
        diagnostic.notes = words.notes;
        diagnostic.help = words.help;
        diagnostic.keyword_location = Some(bounded(keyword));
        diagnostic.is_repetition = words.is_repetition;
        diagnostic
    }
}

impl<'a> Explainer<'a, '_> {
    /// The path of the violated keyword as written, if [`contains`] has moved it to `path`.
    fn contains_keyword(&self, violation: &Violation, path: &str, array: Value<'a>) -> Option<String> {
        let Violation::Not { schema } = violation else { return None };
        let (keywords, holder) = (contains::moved(schema)?, contains::holder_of(path)?);
        let has = |keyword| keywords.contains_key(keyword);
        let most = keywords.get("maxContains").and_then(Serde::as_f64);
        let count = || (self.matching)(&[holder, "/contains"].concat(), array);
        let keyword = match most {
            Some(most) if count().is_none_or(|count| count as f64 > most) => "maxContains",
            _ if has("minContains") => "minContains",
            _ => "contains",
        };
        Some(format!("{holder}/{keyword}"))
    }
}

struct ViolationContext<'a, 'e> {
    explainer: &'e Explainer<'a, 'e>,
    value: Value<'a>,
    error: &'e ValidationError<'e>,
    /// JSON Pointer of the value, from the root of the whole document.
    instance: &'e str,
    /// Path of the keyword, from the root of the schema through every `$ref`.
    keyword: &'e str,
}

impl<'e> ViolationContext<'_, 'e> {
    /// The first four kinds are by far the most frequent. Nothing is computed before the match, so that they cost only
    /// their own message.
    fn explain(&self) -> (&'static RuleInfo, MessageParts) {
        match self.error.kind() {
            Violation::Type { kind } => (&rules::TYPE, self.wrong_type(kind)),
            Violation::Required { property } => (&rules::REQUIRED, self.missing(property)),
            Violation::Enum { options } => (&rules::ENUM, self.not_in(options)),
            Violation::Format { format } => (&rules::FORMAT, self.format(formats::as_written(format))),
            Violation::AdditionalItems { limit } => (&rules::ADDITIONAL_ITEMS, self.additional_items(*limit)),
            Violation::AdditionalProperties { unexpected } => {
                (&rules::ADDITIONAL_PROPERTIES, self.unexpected(unexpected))
            }
            Violation::AnyOf { context } => (&rules::ANY_OF, self.no_alternative(context)),
            Violation::BacktrackLimitExceeded { .. } | Violation::RegexEngineFailure { .. } => {
                (&rules::UNDECIDED, self.undecided_pattern())
            }
            Violation::Constant { expected_value } => (&rules::CONST, self.not_the(expected_value)),
            Violation::Contains => (&rules::CONTAINS, self.contains()),
            Violation::ContentEncoding { content_encoding } => {
                (&rules::CONTENT_ENCODING, self.content_encoding(content_encoding))
            }
            Violation::ContentMediaType { content_media_type } => {
                (&rules::CONTENT_MEDIA_TYPE, self.content_media_type(content_media_type))
            }
            Violation::Custom { keyword, message } => self.custom(keyword, message),
            Violation::ExclusiveMaximum { limit } => self.bounded("exclusiveMaximum", limit),
            Violation::ExclusiveMinimum { limit } => self.bounded("exclusiveMinimum", limit),
            Violation::FalseSchema => self.false_schema(),
            Violation::FromUtf8 { .. } => (&rules::CONTENT_ENCODING, self.not_utf8()),
            Violation::Maximum { limit } => self.bounded("maximum", limit),
            Violation::MaxItems { limit } => (&rules::MAX_ITEMS, self.item_count("at most", *limit)),
            Violation::MaxLength { limit } => (&rules::MAX_LENGTH, self.length("at most", *limit)),
            Violation::MaxProperties { limit } => (&rules::MAX_PROPERTIES, self.property_count("at most", *limit)),
            Violation::Minimum { limit } => self.bounded("minimum", limit),
            Violation::MinItems { limit } => (&rules::MIN_ITEMS, self.item_count("at least", *limit)),
            Violation::MinLength { limit } => (&rules::MIN_LENGTH, self.length("at least", *limit)),
            Violation::MinProperties { limit } => (&rules::MIN_PROPERTIES, self.property_count("at least", *limit)),
            Violation::MultipleOf { multiple_of } => self.bounded("multipleOf", multiple_of),
            Violation::Not { schema } if contains::moved(schema).is_some() => (&rules::CONTAINS, self.contains()),
            Violation::Not { .. } => (&rules::NOT, self.matches_not()),
            Violation::OneOfMultipleValid { context } => (&rules::ONE_OF, self.several_alternatives(context)),
            Violation::OneOfNotValid { context } => (&rules::ONE_OF, self.no_alternative(context)),
            Violation::Pattern { pattern } => (&rules::PATTERN, self.pattern(pattern)),
            Violation::PropertyNames { error } => (&rules::PROPERTY_NAMES, self.invalid_name(error)),
            Violation::Referencing(error) => (&rules::REF, unresolved(&error.to_string())),
            Violation::UnevaluatedItems { unexpected } => {
                (&rules::UNEVALUATED_ITEMS, self.unevaluated_items(unexpected))
            }
            Violation::UnevaluatedProperties { unexpected } => {
                (&rules::UNEVALUATED_PROPERTIES, self.unevaluated(unexpected))
            }
            Violation::UniqueItems => (&rules::UNIQUE_ITEMS, self.not_unique()),
        }
    }

    /// `additionalProperties: false` and `propertyNames: false` forbid all properties of the object.
    fn false_schema(&self) -> (&'static RuleInfo, MessageParts) {
        if self.is_last_keyword("additionalProperties") {
            return (&rules::ADDITIONAL_PROPERTIES, self.no_members());
        }
        if self.is_last_keyword("propertyNames") {
            return (&rules::PROPERTY_NAMES, self.no_members());
        }
        let message = format!("{} is not allowed (`false` schema)", self.value_name());
        (&rules::FALSE, words(message, "no value is allowed here"))
    }

    /// A violated limit of a number of things: `found` of them, with the limit as `counted(limit)`.
    fn counted(&self, found: u64, limit_kind: &str, limit: u64, counted: impl Fn(u64) -> String) -> MessageParts {
        let limit_text = counted(limit);
        let limit_text = match at(self.explainer.root, self.keyword) {
            // `jsonschema` replaces a larger limit with `u64::MAX`.
            Some(Serde::Number(number)) if limit == u64::MAX => limit_text.replace(&thousands(limit), number.as_str()),
            _ => limit_text,
        };
        words(
            format!("{} must have {limit_kind} {limit_text}, found {}", self.value_name(), thousands(found)),
            format!("expected {limit_kind} {limit_text}"),
        )
    }

    /// The message if the schema for everything that other keywords do not describe does not match `name`.
    fn does_not_match(&self, name: &str, are_several: bool) -> MessageParts {
        let (keyword, verb) = (self.error.kind().keyword(), if are_several { "do" } else { "does" });
        let label = format!("does not match the `{keyword}` schema");
        words(format!("{name} {verb} not match the `{keyword}` schema"), label)
    }

    /// True if the keyword is not `false`, which forbids everything that other keywords do not describe.
    fn has_a_schema(&self) -> bool {
        at(self.explainer.root, self.keyword) != Some(&Serde::Bool(false))
    }

    fn is_last_keyword(&self, keyword: &str) -> bool {
        last_token(self.keyword).is_some_and(|(_, last)| last == keyword)
    }

    /// Another keyword of the schema object with the violated keyword; also `None` if the path goes through a `$ref`.
    fn sibling(&self, keyword: &str) -> Option<&'e Serde> {
        let (parent, _) = last_token(self.keyword)?;
        at(self.explainer.root, parent)?.get(keyword)
    }
}

/// The path of the violated keyword without the references on the way, with the keys of `patternProperties` as written.
fn schema_path<'e>(error: &'e ValidationError<'_>) -> Cow<'e, str> {
    ecma::written_path(error.schema_path().as_str())
}

fn unresolved(reason: &str) -> MessageParts {
    words(format!("cannot resolve a `$ref` of the schema: {}", shorten(reason, 200)), "not evaluated")
}

/// The subschema at a JSON Pointer: `Value::pointer` without its allocations.
fn at<'s>(schema: &'s Serde, pointer: &str) -> Option<&'s Serde> {
    if pointer.contains('~') {
        return schema.pointer(pointer);
    }
    let (mut part, mut rest) = (schema, pointer);
    while let Some(tokens) = rest.strip_prefix('/') {
        let (token, after) = tokens.split_at(tokens.bytes().position(|byte| byte == b'/').unwrap_or(tokens.len()));
        part = match part {
            Serde::Object(members) => members.get(token)?,
            Serde::Array(elements) => elements.get(token.parse::<usize>().ok()?)?,
            _ => return None,
        };
        rest = after;
    }
    Some(part)
}

/// Splits a JSON Pointer into its parent and its last token.
fn last_token(pointer: &str) -> Option<(&str, &str)> {
    let slash = pointer.bytes().rposition(|byte| byte == b'/')?;
    Some((&pointer[..slash], &pointer[slash + 1..]))
}

/// Decodes a token of a JSON Pointer (RFC 6901, section 4).
fn unescaped(token: &str) -> Cow<'_, str> {
    if token.contains('~') { token.replace("~1", "/").replace("~0", "~").into() } else { token.into() }
}

/// The value of one of our own keywords. It is in the message of the error or, if it is too long, in the schema.
fn facts_of<'s>(message: &str, at: impl FnOnce() -> Option<&'s Serde>) -> Option<Serde> {
    serde_json::from_str(message).ok().or_else(|| at().cloned())
}

/// Maximum number of allowed values or names that a message lists.
const MAX_LISTED: usize = 12;
