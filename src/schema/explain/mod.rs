//! Our own sentence for every violation: what was expected, what was found, what to do. Facts come from `ValidationErrorKind`.

mod alternatives;
mod elements;
mod members;
mod values;

use std::borrow::Cow;
use std::cell::Cell;

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Violation;
use serde_json::Value as Serde;

use crate::diagnostic::{Diagnostic, Label, RuleInfo};
use crate::json::{Document, Value, bounded};
use crate::schema::json::to_display;
use crate::schema::rules;
use crate::schema::words::{MessageParts, got, properties, push_all, quoted, words};
use crate::schema::{ValidationContext, ecma};
use crate::text::{count, list, shorten, thousands};

/// The name that was told of last, and its object, in one run over the violations: their indices on the tape.
pub(super) type LastName = Cell<Option<(u32, u32)>>;

/// Counts the items of an array that match the subschema at a JSON Pointer; `None` if that is not known.
pub(super) type Matching<'m> = dyn Fn(&str, Value<'_>) -> Option<u64> + 'm;

/// The finding for one violation. The instance in `error` is an index on the tape (see [`super::json`]).
pub(super) fn diagnostic(
    schema: &Serde,
    document: Document<'_>,
    error: &ValidationError<'_>,
    context: ValidationContext<'_>,
    last_name: &LastName,
    matching: &Matching<'_>,
) -> Diagnostic {
    let index = || error.instance().as_u64().and_then(|index| u32::try_from(index).ok());
    let value = match error.instance_path().as_str() {
        "" => document.root(),
        _ => document.value(index().filter(|&index| (index as usize) < document.len()).unwrap_or(0)),
    };
    let ([first, second], [a, b, c]) = (context.keyword, context.instance);
    let keyword = match error.kind() {
        // The crate does not say by which references it came to one of our own.
        Violation::Custom { .. } => error.schema_path().as_str().to_owned(),
        _ => {
            let way = error.evaluation_path().as_str();
            let way = if context.is_referenced { way.strip_prefix("/$ref").unwrap_or(way) } else { way };
            [first, second, way].concat()
        }
    };
    let instance = [a, b, c, &*to_display(document, error.instance_path().as_str())].concat();
    let case = Case {
        document,
        root: schema,
        value,
        error,
        context,
        last_name,
        matching,
        instance: &instance,
        keyword: &keyword,
    };
    let (rule, mut words) = case.explain();
    if !context.is_ours {
        words.notes.extend(case.condition());
    }
    let mut diagnostic =
        Diagnostic::new(rule, words.message, Label::new(words.span.unwrap_or(value.span()), words.label))
            .at(bounded(instance));
    diagnostic.related = words.related;
    diagnostic.notes = words.notes;
    diagnostic.help = words.help;
    diagnostic.keyword_location = Some(bounded(keyword));
    diagnostic
}

/// The part of a schema at a JSON Pointer: `Value::pointer` without its allocations.
fn at<'s>(schema: &'s Serde, pointer: &str) -> Option<&'s Serde> {
    if pointer.contains('~') {
        return schema.pointer(pointer);
    }
    let (mut part, mut rest) = (schema, pointer);
    while let Some(tokens) = rest.strip_prefix('/') {
        let (token, behind) = tokens.split_at(tokens.bytes().position(|byte| byte == b'/').unwrap_or(tokens.len()));
        part = match part {
            Serde::Object(members) => members.get(token)?,
            Serde::Array(elements) => elements.get(token.parse::<usize>().ok()?)?,
            _ => return None,
        };
        rest = behind;
    }
    Some(part)
}

/// The last token of a JSON Pointer, and what stands before it.
fn last_token(pointer: &str) -> Option<(&str, &str)> {
    let slash = pointer.bytes().rposition(|byte| byte == b'/')?;
    Some((&pointer[..slash], &pointer[slash + 1..]))
}

/// A token of a JSON Pointer as it is meant (RFC 6901, section 4).
fn unescaped(token: &str) -> Cow<'_, str> {
    if token.contains('~') { token.replace("~1", "/").replace("~0", "~").into() } else { token.into() }
}

struct Case<'a, 'e> {
    document: Document<'a>,
    /// The whole schema.
    root: &'e Serde,
    value: Value<'a>,
    error: &'e ValidationError<'e>,
    context: ValidationContext<'e>,
    last_name: &'e LastName,
    matching: &'e Matching<'e>,
    /// Where the value stands, as a JSON Pointer from the root of the whole document.
    instance: &'e str,
    /// The way to the keyword from the root of the schema.
    keyword: &'e str,
}

impl<'a, 'e> Case<'a, 'e> {
    fn explain(&self) -> (&'static RuleInfo, MessageParts) {
        // What answers mostly have has sentences of its own, and there may be very many of them.
        match self.error.kind() {
            Violation::Type { kind } => return (&rules::TYPE, self.wrong_type(kind)),
            Violation::Required { property } => {
                return (&rules::REQUIRED, self.missing(property.as_str().unwrap_or_default()));
            }
            Violation::Enum { options } => return (&rules::ENUM, self.not_in(options)),
            Violation::Format { format } => return (&rules::FORMAT, self.format(format)),
            _ => {}
        }
        let subject = self.subject();
        // Counting members takes as long as there are many.
        let got = || got(self.value);
        let items = || self.value.element_count();
        let members = || self.value.last_members().count() as u64;
        let characters = || self.value.string().chars().count() as u64;
        let of_items = |number| count(number, "item");
        let of_characters = |number| count(number, "character");
        match self.error.kind() {
            Violation::Type { .. } | Violation::Required { .. } | Violation::Enum { .. } | Violation::Format { .. } => {
                unreachable!("returned above")
            }
            Violation::Constant { expected_value } => (&rules::CONST, self.not_the(expected_value)),
            Violation::AdditionalProperties { unexpected } => {
                (&rules::ADDITIONAL_PROPERTIES, self.unexpected(unexpected))
            }
            Violation::UnevaluatedProperties { unexpected } => {
                (&rules::UNEVALUATED_PROPERTIES, self.unevaluated(unexpected))
            }
            Violation::AdditionalItems { limit } => (
                &rules::ADDITIONAL_ITEMS,
                words(
                    format!("{subject} must have at most {}, found {}", of_items(*limit as u64), thousands(items())),
                    format!("expected at most {}", of_items(*limit as u64)),
                ),
            ),
            Violation::UnevaluatedItems { unexpected } => (&rules::UNEVALUATED_ITEMS, self.undescribed(unexpected)),
            Violation::AnyOf { context } => (&rules::ANY_OF, self.alternatives(context)),
            Violation::OneOfNotValid { context } => (&rules::ONE_OF, self.alternatives(context)),
            Violation::OneOfMultipleValid { context } => {
                let fitting: Vec<String> = context
                    .iter()
                    .enumerate()
                    .filter(|(_, errors)| errors.is_empty())
                    .map(|(place, _)| format!("#{}", place + 1))
                    .collect();
                let schemas = match fitting.len() {
                    0 | 1 => "more than one `oneOf` schema".to_owned(),
                    several => format!("{several} `oneOf` schemas ({})", list(&fitting, "and")),
                };
                (
                    &rules::ONE_OF,
                    words(
                        format!("{subject} matches {schemas}, expected exactly one"),
                        "matches more than one `oneOf` schema",
                    ),
                )
            }
            Violation::Contains => (&rules::CONTAINS, self.contains()),
            Violation::ContentEncoding { content_encoding } => (
                &rules::CONTENT_ENCODING,
                words(
                    format!("{subject} must be encoded as {content_encoding}, found {}", got()),
                    format!("not valid {content_encoding}"),
                ),
            ),
            Violation::FromUtf8 { .. } => (
                &rules::CONTENT_ENCODING,
                words(format!("the decoded content of {subject} is not valid UTF-8"), "decodes to invalid UTF-8"),
            ),
            Violation::ContentMediaType { content_media_type } => (
                &rules::CONTENT_MEDIA_TYPE,
                words(
                    format!("{subject} must contain valid {}, found {}", shorten(content_media_type, 40), got()),
                    format!("not valid {}", shorten(content_media_type, 40)),
                ),
            ),
            Violation::Custom { keyword, message } => self.compared(keyword, message),
            Violation::ExclusiveMaximum { limit } => self.bounded("exclusiveMaximum", &limit.to_string()),
            Violation::ExclusiveMinimum { limit } => self.bounded("exclusiveMinimum", &limit.to_string()),
            Violation::Maximum { limit } => self.bounded("maximum", &limit.to_string()),
            Violation::Minimum { limit } => self.bounded("minimum", &limit.to_string()),
            Violation::MultipleOf { multiple_of } => self.bounded("multipleOf", &multiple_of.to_string()),
            Violation::FalseSchema if self.is_of_member("additionalProperties") => {
                (&rules::ADDITIONAL_PROPERTIES, self.no_members())
            }
            Violation::FalseSchema if self.is_of_member("propertyNames") => (&rules::PROPERTY_NAMES, self.no_members()),
            Violation::FalseSchema => {
                (&rules::FALSE, words(format!("{subject} is not allowed (`false` schema)"), "no value is allowed here"))
            }
            Violation::MaxItems { limit } => (&rules::MAX_ITEMS, self.counted(items(), "at most", *limit, of_items)),
            Violation::MinItems { limit } => (&rules::MIN_ITEMS, self.counted(items(), "at least", *limit, of_items)),
            Violation::MaxLength { limit } => {
                (&rules::MAX_LENGTH, self.counted(characters(), "at most", *limit, of_characters))
            }
            Violation::MinLength { limit } => {
                (&rules::MIN_LENGTH, self.counted(characters(), "at least", *limit, of_characters))
            }
            Violation::MaxProperties { limit } => {
                (&rules::MAX_PROPERTIES, self.counted(members(), "at most", *limit, properties))
            }
            Violation::MinProperties { limit } => {
                (&rules::MIN_PROPERTIES, self.counted(members(), "at least", *limit, properties))
            }
            Violation::Not { .. } => (
                &rules::NOT,
                words(
                    format!("{subject} must not match the `not` schema, found {}", got()),
                    "matches the `not` schema",
                ),
            ),
            Violation::Pattern { pattern } => {
                let pattern = &ecma::as_written(pattern);
                (
                    &rules::PATTERN,
                    words(
                        format!("{subject} must match the pattern `{}`, found {}", shorten(pattern, 80), got()),
                        format!("does not match `{}`", shorten(pattern, 60)),
                    ),
                )
            }
            Violation::BacktrackLimitExceeded { .. } | Violation::RegexEngineFailure { .. } => {
                // This error has nothing but its locations.
                let value = super::load::at(self.document, self.error.instance_path().as_str());
                let pattern = at(self.root, self.error.schema_path().as_str()).and_then(Serde::as_str);
                let which = pattern.filter(|pattern| ecma::is_fancy(pattern)).map_or_else(
                    || "a pattern of the schema".to_owned(),
                    |pattern| format!("the pattern `{}`", shorten(pattern, 80)),
                );
                let message = format!("could not evaluate {which}: step limit exceeded");
                (
                    &rules::UNDECIDED,
                    words(message, "not evaluated").span(value.span()).help(
                        "simplify the pattern: nested repetitions with lookaround or backreferences take exponential time",
                    ),
                )
            }
            Violation::PropertyNames { error } => {
                let name = self.bad_name(error);
                let shown = name.map_or(String::new(), |name| format!(" `{}`", shorten(&name.string(), 60)));
                let told = name.and_then(|name| self.of_name(name, error));
                let (why, label, help) = told.unwrap_or_else(|| {
                    let keyword = error.kind().keyword();
                    let why = match at(self.root, error.schema_path().as_str()) {
                        Some(value) => format!("violates `{keyword}: {}`", quoted(value)),
                        None => format!("violates `{keyword}`"),
                    };
                    (why.clone(), why, Vec::new())
                });
                let words = words(format!("invalid property name{shown}{}: {why}", self.inside()), label);
                (&rules::PROPERTY_NAMES, MessageParts { span: name.map(|name| name.span()), help, ..words })
            }
            Violation::UniqueItems => (&rules::UNIQUE_ITEMS, self.not_unique()),
            Violation::Referencing(error) => (
                &rules::REF,
                words(
                    format!("cannot resolve a `$ref` of the schema: {}", shorten(&error.to_string(), 200)),
                    "not evaluated",
                ),
            ),
        }
    }

    /// The condition under which the keyword asks for what it asks for, if there is one: the innermost.
    fn condition(&self) -> Option<String> {
        let mut found = None;
        let mut tokens = self.keyword.split('/').skip(1);
        while let Some(token) = tokens.next() {
            match token {
                "then" => found = Some("the `then` schema applies because `if` matches".to_owned()),
                "else" => found = Some("the `else` schema applies because `if` does not match".to_owned()),
                // Of names that ask for members, the first that is there and asks for what is not.
                "dependentRequired" | "dependencies" if tokens.clone().next().is_none() => {
                    let Violation::Required { property } = self.error.kind() else { continue };
                    let asks = |names: &Serde| names.as_array().is_some_and(|names| names.contains(property));
                    let names = at(self.root, self.keyword).and_then(Serde::as_object);
                    let mut names = names.into_iter().flatten().filter(|(_, names)| asks(names));
                    found = names.find(|(name, _)| self.value.get(name).is_some()).map(|(name, _)| {
                        let wanted = property.as_str().unwrap_or_default();
                        // These names are not tokens of a pointer.
                        format!("`{}` is required because `{}` is present", shorten(wanted, 60), shorten(name, 60))
                    });
                }
                "dependentSchemas" | "dependencies" => {
                    let is_there = |name: &str| {
                        let name = unescaped(name);
                        let name = shorten(&name, 60);
                        format!("the `{token}` schema for `{name}` applies because `{name}` is present")
                    };
                    found = tokens.next().map(is_there).or(found);
                }
                // What follows is a name.
                "properties" | "patternProperties" | "$defs" | "definitions" => _ = tokens.next(),
                _ => {}
            }
        }
        found
    }

    /// There are `got` of what `counted` counts, and so many may be there.
    fn counted(&self, got: u64, most: &str, limit: u64, counted: impl Fn(u64) -> String) -> MessageParts {
        let wanted = counted(limit);
        let wanted = match at(self.root, self.keyword) {
            // The crate does not have larger ones.
            Some(Serde::Number(number)) if limit == u64::MAX => wanted.replace(&thousands(limit), number.as_str()),
            _ => wanted,
        };
        words(
            format!("{} must have {most} {wanted}, found {}", self.subject(), thousands(got)),
            format!("expected {most} {wanted}"),
        )
    }

    /// A keyword beside the failing one; none also where that lies behind a `$ref`.
    fn beside(&self, keyword: &str) -> Option<&'e Serde> {
        let (parent, _) = last_token(self.keyword)?;
        at(self.root, parent)?.get(keyword)
    }

    fn is_member(&self) -> bool {
        if self.value.index() == 0 { self.context.is_member } else { self.value.is_member_value() }
    }

    /// The value as the subject of a sentence.
    fn subject(&self) -> String {
        let mut subject = String::with_capacity(128);
        self.push_subject(&mut subject);
        subject
    }

    /// The beginning of a sentence about the value: `` `status` ``, `` `results[0]` ``, `item 0`.
    fn push_subject(&self, out: &mut String) {
        let Some((parent, token)) = last_token(self.instance) else { return out.push_str("the document") };
        let token = unescaped(token);
        if self.is_member() {
            return push_all(out, &["`", &shorten(&token, 60), "`"]);
        }
        let is_index = |token: &str| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
        let way: Vec<&str> = parent.split('/').skip(1).collect();
        match way.iter().rposition(|token| !is_index(token)) {
            Some(array) if !way[array].is_empty() => {
                // If an outer array has the same name, the whole path tells them apart.
                const LONGEST: usize = 8;
                let is_repeated = way[..array].contains(&way[array]) && way.len() <= LONGEST;
                out.push('`');
                for (place, token) in way[if is_repeated { 0 } else { array }..].iter().enumerate() {
                    if is_index(token) {
                        push_all(out, &["[", token, "]"]);
                    } else {
                        push_all(out, &[if place > 0 { "." } else { "" }, &shorten(&unescaped(token), 60)]);
                    }
                }
                push_all(out, &["[", &token, "]`"]);
            }
            _ => match way.last().filter(|token| is_index(token)) {
                // An array in an array.
                Some(outer) => push_all(out, &["item ", &token, " of item ", outer]),
                None => push_all(out, &["item ", &token]),
            },
        }
    }

    /// Where what the message speaks of is, as the rest of a sentence; nothing for the root.
    fn inside(&self) -> String {
        if self.instance.is_empty() { String::new() } else { [" in ", &self.subject()].concat() }
    }
}

/// What the schema allows, of one of our own keywords: it is in the error, or where that has no room for it, in the schema.
fn facts_of<'s>(message: &str, at: impl FnOnce() -> Option<&'s Serde>) -> Option<Serde> {
    serde_json::from_str(message).ok().or_else(|| at().cloned())
}

/// So many allowed values or names are listed in a sentence.
const MOST_OPTIONS: usize = 12;
