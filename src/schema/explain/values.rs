//! Keywords for any value or a number: `type`, `enum`, `const`, `format` and the limits of numbers.

use std::borrow::Cow;
use std::fmt::Display;

use jsonschema::JsonType;
use jsonschema::error::TypeKind;
use serde_json::Value as Serde;

use super::{MAX_LISTED, ViolationContext, at, facts_of, last_token};
use crate::diagnostic::RuleInfo;
use crate::json::{Document, Kind, Tape};
use crate::rfc3339::{self, TimeError as Problem};
use crate::schema::words::{
    MessageParts, got, is_similar, kind_of, noun_of, push_all, push_got, push_typed, quoted, with_article, words,
};
use crate::schema::{ecma, rules};
use crate::text::{count, list, shorten};

/// Help for a HubSpot date-time with a wrong type or format.
const AS_HUBSPOT: &str = "use a date-time string, for example `\"2024-01-15T10:30:00.000Z\"`";

impl<'a, 'e> ViolationContext<'a, 'e> {
    pub(super) fn wrong_type(&self, kind: &TypeKind) -> MessageParts {
        let several: Vec<JsonType>;
        let (types, expected) = match kind {
            TypeKind::Single(kind) => (std::slice::from_ref(kind), Cow::Borrowed(with_article(*kind))),
            TypeKind::Multiple(kinds) => {
                several = kinds.iter().collect();
                let names: Vec<&str> = several.iter().map(|kind| with_article(*kind)).collect();
                (&several[..], list(&names, "or").into())
            }
        };
        let mut message = self.value_name();
        push_all(&mut message, &[" must be ", &expected, ", found "]);
        // The content of a string does not explain its type: the message of a longer one contains its length.
        const MAX_SHOWN_CHARACTERS: usize = 30;
        let characters = match self.value.kind() {
            Kind::String if self.value.text().len() > MAX_SHOWN_CHARACTERS => self.value.string().chars().count(),
            _ => 0,
        };
        // An integer would match.
        let is_fraction = self.value.kind() == Kind::Number && types.contains(&JsonType::Integer);
        if characters > MAX_SHOWN_CHARACTERS {
            push_all(&mut message, &["a string of ", &count(characters as u64, "character")]);
        } else if is_fraction {
            push_all(&mut message, &["the non-integer number ", &got(self.value)]);
        } else {
            push_typed(&mut message, self.value);
        }
        let found = if is_fraction { "a non-integer number" } else { kind_of(self.value) };
        let words = words(message, ["expected ", &expected, ", found ", found].concat());
        let is_date =
            || self.explainer.context.is_ours && self.sibling("format").and_then(Serde::as_str) == Some("date-time");
        match (self.value.kind(), types) {
            (Kind::Null, _) if self.is_member() => {
                let replacement = match self.sibling("enum") {
                    Some(_) => "one of the allowed values",
                    None if is_date() => "a date-time string",
                    None => &*expected,
                };
                let name = self.value_name();
                if self.is_required() {
                    words.help(format!("set {name} to {replacement}"))
                } else {
                    words.help(format!("remove {name}, or set it to {replacement}"))
                }
            }
            (Kind::Number, [JsonType::String]) if is_date() => words.help(AS_HUBSPOT),
            (Kind::String, kinds) => self.decoded_would_match(words, kinds),
            (Kind::Number | Kind::True | Kind::False, kinds)
                if kinds.contains(&JsonType::String) && self.sibling("enum").is_none() =>
            {
                let text = String::from_utf8_lossy(self.value.text()).into_owned();
                let why = if self.explainer.context.is_ours { " (ids and property values are strings)" } else { "" };
                words.help(format!("add quotes: `\"{}\"`{why}", shorten(&text, 40)))
            }
            (Kind::Object, [JsonType::Array]) => words.help("if this is a single item, wrap the object in `[ ]`"),
            (Kind::Array, [JsonType::Object]) if self.value.elements().count() == 1 => {
                words.help("remove the brackets around the object")
            }
            _ => words,
        }
    }

    /// True if the schema object that describes the value as a property also requires it.
    fn is_required(&self) -> bool {
        let of_properties = || {
            let (member, _) = last_token(self.keyword)?;
            let (properties, name) = last_token(member)?;
            let owner = properties.strip_suffix("/properties")?;
            Some((at(self.explainer.root, owner)?.get("required")?.as_array()?, name))
        };
        of_properties().is_some_and(|(required, name)| required.iter().any(|required| required.as_str() == Some(name)))
    }

    /// Adds a help if the content of the string is JSON of an expected type.
    fn decoded_would_match(&self, words: MessageParts, kinds: &[JsonType]) -> MessageParts {
        if self.value.text().len() > 1 << 16 {
            return words;
        }
        let text = self.value.string();
        let mut tape = Tape::default();
        let Ok(inside) = Document::parse(text.as_bytes(), 0, &mut tape) else { return words };
        let matches = kinds.iter().any(|kind| match (kind, inside.root().kind()) {
            (JsonType::Boolean, Kind::True | Kind::False)
            | (JsonType::Null, Kind::Null)
            | (JsonType::Number, Kind::Number) => true,
            (JsonType::Integer, Kind::Number) => !text.contains(['.', 'e', 'E']),
            (JsonType::Object, Kind::Object) | (JsonType::Array, Kind::Array) => true,
            _ => false,
        });
        match inside.root().kind() {
            _ if !matches => words,
            Kind::Object | Kind::Array => {
                words.help("decode the string first: it contains JSON that was encoded twice")
            }
            _ => words.help(format!("remove the quotes: `{}`", shorten(text.trim(), 40))),
        }
    }

    pub(super) fn not_in(&self, options: &Serde) -> MessageParts {
        let options = options.as_array().map_or(&[][..], Vec::as_slice);
        let most = if options.len() == MAX_LISTED + 1 { options.len() } else { MAX_LISTED };
        let mut shown: Vec<String> = options.iter().take(most).map(quoted).collect();
        if options.len() > most {
            shown.push(format!("one of {} others", options.len() - most));
        }
        let mut message = self.value_name();
        match options.len() {
            0 => message.push_str(" cannot be valid: `enum` is empty"),
            _ => {
                push_all(&mut message, &[" must be ", &list(&shown, "or"), ", found "]);
                push_got(&mut message, self.value);
            }
        }
        let words = words(message, "not an allowed value");
        if !matches!(self.value.kind(), Kind::String | Kind::Name) {
            let text = String::from_utf8_lossy(self.value.text()).into_owned();
            return match options.iter().filter_map(Serde::as_str).find(|option| *option == text) {
                Some(option) => words.help(format!("add quotes: `\"{}\"`", shorten(option, 40))),
                None => words,
            };
        }
        let text = self.value.string();
        let near = options
            .iter()
            .filter_map(Serde::as_str)
            .filter(|option| is_similar(&text, option))
            .min_by_key(|option| strsim::damerau_levenshtein(&text.to_lowercase(), &option.to_lowercase()));
        match near {
            Some(near) => words.help(format!("did you mean \"{}\"?", shorten(near, 60))),
            None => words,
        }
    }

    pub(super) fn not_the(&self, expected: &Serde) -> MessageParts {
        let expected = quoted(expected);
        words(
            format!("{} must be {expected}, found {}", self.value_name(), got(self.value)),
            format!("expected {expected}"),
        )
    }

    pub(super) fn format(&self, format: &str) -> MessageParts {
        let text = self.value.string();
        if format == "regex"
            && let Err(error) = ecma::check(&text)
        {
            let message =
                format!("{} is not a valid regular expression: {error}, found {}", self.value_name(), got(self.value));
            let words = words(message, "not a valid regular expression");
            return MessageParts { help: error.help.into_iter().map(str::to_owned).collect(), ..words };
        }
        if format != "date-time" {
            let noun = noun_of(format);
            return words(
                format!("{} is not a valid {noun}: found {}", self.value_name(), got(self.value)),
                format!("not a valid {noun}"),
            );
        }
        let problem = rfc3339::check(&text).err();
        let why = problem.map_or(String::new(), |problem| problem.to_string());
        let mut message = self.value_name();
        push_all(&mut message, &[" is not a valid date-time: ", &why]);
        match problem {
            // This problem contains only the unit of the value.
            Some(Problem::UnixTime { .. }) => push_all(&mut message, &[" (", &got(self.value), ")"]),
            _ => push_all(&mut message, &[", found ", &got(self.value)]),
        }
        let label = match problem {
            // The reason contains the number of days, which depends on the month and the year.
            Some(Problem::Day { .. }) => "expected a day that exists in this month".to_owned(),
            Some(Problem::LeapSecond) => "invalid leap second".to_owned(),
            Some(Problem::UnixTime { milliseconds: true }) => {
                "expected a date-time, found Unix milliseconds".to_owned()
            }
            Some(Problem::UnixTime { milliseconds: false }) => "expected a date-time, found Unix seconds".to_owned(),
            _ => why,
        };
        let words = words(message, label);
        match problem {
            Some(Problem::UnixTime { .. }) if self.explainer.context.is_ours => words.help(AS_HUBSPOT),
            Some(Problem::DateOnly) => words.help("append `T00:00:00Z`"),
            Some(Problem::Day { of, .. }) => words.help(format!("use a day from 01 to {of}")),
            Some(Problem::Separator(' ')) => words.help("replace the space with `T`"),
            Some(Problem::Hour(24)) => words.help("write midnight as `00:00:00` of the next day"),
            Some(Problem::LeapSecond) => words.help("use a second from 00 to 59"),
            Some(Problem::Fraction) => words.help("remove the decimal point, or add digits after it"),
            Some(Problem::NoOffset) => words.help("append `Z` for UTC, or an offset such as `+01:00`"),
            Some(Problem::Trailing) => words.help("remove the text after the offset"),
            Some(Problem::OffsetWithoutColon(right) | Problem::OffsetWithoutMinutes(right)) => {
                words.help(format!("write the offset as `{}`", String::from_utf8_lossy(&right)))
            }
            // The format is correct, and the message contains the allowed range.
            Some(
                Problem::Month(_)
                | Problem::Hour(_)
                | Problem::Minute(_)
                | Problem::Second(_)
                | Problem::OffsetHour(_)
                | Problem::OffsetMinute(_),
            ) => words,
            _ => words.help("use RFC 3339 format, for example `2024-01-15T10:30:00.000Z`"),
        }
    }

    pub(super) fn bounded(&self, keyword: &str, limit: impl Display) -> (&'static RuleInfo, MessageParts) {
        let limit = limit.to_string();
        let limit = shorten(&limit, 40);
        let (rule, expected) = match keyword {
            "minimum" => (&rules::MINIMUM, format!("at least {limit}")),
            "maximum" => (&rules::MAXIMUM, format!("at most {limit}")),
            "exclusiveMinimum" => (&rules::EXCLUSIVE_MINIMUM, format!("greater than {limit}")),
            "exclusiveMaximum" => (&rules::EXCLUSIVE_MAXIMUM, format!("less than {limit}")),
            _ => (&rules::MULTIPLE_OF, format!("a multiple of {limit}")),
        };
        let message = format!("{} must be {expected}, found {}", self.value_name(), got(self.value));
        (rule, words(message, format!("expected {expected}")))
    }

    /// A violation of a keyword of `schema::exact`. `facts` is the message of the error.
    pub(super) fn custom(&self, keyword: &str, facts: &str) -> (&'static RuleInfo, MessageParts) {
        let expected = || facts_of(facts, || at(self.explainer.root, self.keyword)).unwrap_or_default();
        match keyword {
            "enum" => (&rules::ENUM, self.not_in(&expected())),
            "const" => (&rules::CONST, self.not_the(&expected())),
            _ => {
                let (keyword, limit) = facts.split_once(' ').unwrap_or((keyword, facts));
                self.bounded(keyword, limit)
            }
        }
    }
}
