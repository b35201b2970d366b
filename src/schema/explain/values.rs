//! What a value is: its type, one of the values that are allowed, a format, a size.

use std::borrow::Cow;

use jsonschema::JsonType;
use jsonschema::error::TypeKind;
use serde_json::Value as Serde;

use super::{Case, MOST_OPTIONS, at, facts_of, last_token};
use crate::document::{Document, Kind, Tape};
use crate::schema::date_time;
use crate::schema::words::{Words, alike, got, kind_of, push_all, push_got, quoted, with_article, words};
use crate::text::{count, list, shorten};

impl<'a, 'e> Case<'a, 'e> {
    pub(super) fn wrong_type(&self, kind: &TypeKind) -> Words {
        let several: Vec<JsonType>;
        let (types, expected) = match kind {
            TypeKind::Single(kind) => (std::slice::from_ref(kind), Cow::Borrowed(with_article(*kind))),
            TypeKind::Multiple(kinds) => {
                several = kinds.iter().collect();
                let names: Vec<&str> = several.iter().map(|kind| with_article(*kind)).collect();
                (&several[..], list(&names, "or").into())
            }
        };
        let mut message = self.subject();
        push_all(&mut message, &[" must be ", &expected, ", not "]);
        // A long text is not what is wrong with the type: it is counted, not shown.
        const LONG: usize = 31;
        let characters = match self.value.kind() {
            Kind::String if self.value.text().len() > LONG => self.value.string().chars().count(),
            _ => 0,
        };
        match characters {
            LONG.. => push_all(&mut message, &["a string of ", &count(characters as u64, "character")]),
            _ => push_got(&mut message, self.value),
        }
        let words = words(message, ["expected ", &expected, ", found ", kind_of(self.value)].concat());
        let is_date = || self.judged.is_ours && self.beside("format").and_then(Serde::as_str) == Some("date-time");
        match (self.value.kind(), types) {
            (Kind::Null, [JsonType::String]) if self.instance == "/requestedAt" && is_date() => words
                .note("null where a date-time string is expected: HubSpot did send this once (2025-08-21)")
                .help("leave the member out"),
            (Kind::Null, _) if self.is_required() => words.help("the member is required: give it a value"),
            (Kind::Null, _) if self.is_member() => words.help("leave the member out, or give it a value"),
            (Kind::Number, [JsonType::String]) if is_date() => {
                words.help("HubSpot sends these members as text such as 2024-01-15T10:30:00.000Z")
            }
            (Kind::String, kinds) => self.text_would_fit(words, kinds),
            (Kind::Number | Kind::True | Kind::False, kinds)
                if kinds.contains(&JsonType::String) && self.beside("enum").is_none() =>
            {
                let text = String::from_utf8_lossy(self.value.text()).into_owned();
                let why = if self.judged.is_ours { " (ids and property values are strings)" } else { "" };
                words.help(format!("put it in quotes: \"{}\"{why}", shorten(&text, 40)))
            }
            (Kind::Object, [JsonType::Array]) => words.help("one element without its array? Put it in [ ]"),
            (Kind::Array, [JsonType::Object]) if self.value.elements().count() == 1 => {
                words.help("an array around one object: take the brackets away")
            }
            _ => words,
        }
    }

    /// Whether the schema object that describes the value as a member also requires it.
    pub(super) fn is_required(&self) -> bool {
        let of_properties = || {
            let (member, _) = last_token(self.keyword)?;
            let (properties, name) = last_token(member)?;
            let owner = properties.strip_suffix("/properties")?;
            Some((at(self.root, owner)?.get("required")?.as_array()?, name))
        };
        of_properties().is_some_and(|(required, name)| required.iter().any(|required| required.as_str() == Some(name)))
    }

    pub(super) fn text_would_fit(&self, words: Words, kinds: &[JsonType]) -> Words {
        if self.value.text().len() > 1 << 16 {
            return words;
        }
        let text = self.value.string();
        let mut tape = Tape::default();
        let Ok(inside) = Document::parse(text.as_bytes(), 0, &mut tape) else { return words };
        let fits = kinds.iter().any(|kind| match (kind, inside.root().kind()) {
            (JsonType::Boolean, Kind::True | Kind::False)
            | (JsonType::Null, Kind::Null)
            | (JsonType::Number, Kind::Number) => true,
            (JsonType::Integer, Kind::Number) => !text.contains(['.', 'e', 'E']),
            (JsonType::Object, Kind::Object) | (JsonType::Array, Kind::Array) => true,
            _ => false,
        });
        match inside.root().kind() {
            _ if !fits => words,
            Kind::Object | Kind::Array => words.help("the string holds JSON: it was encoded twice, decode it first"),
            _ => words.help(format!("remove the quotes: {}", shorten(text.trim(), 40))),
        }
    }

    pub(super) fn not_in(&self, options: &Serde) -> Words {
        let options = options.as_array().map_or(&[][..], Vec::as_slice);
        let mut shown: Vec<String> = options.iter().take(MOST_OPTIONS).map(quoted).collect();
        if options.len() > MOST_OPTIONS {
            shown.push(format!("{} more", options.len() - MOST_OPTIONS));
        }
        let shown = match options.len() {
            0 => "one of no values at all".to_owned(),
            _ => list(&shown, if options.len() > MOST_OPTIONS { "and" } else { "or" }),
        };
        let mut message = self.subject();
        push_all(&mut message, &[" must be ", &shown, ", not "]);
        push_got(&mut message, self.value);
        let words = words(message, "not one of the allowed values");
        if self.value.kind() != Kind::String {
            let text = String::from_utf8_lossy(self.value.text()).into_owned();
            return match options.iter().filter_map(Serde::as_str).find(|option| *option == text) {
                Some(option) => words.help(format!("put it in quotes: \"{}\"", shorten(option, 40))),
                None => words,
            };
        }
        let text = self.value.string();
        let near = options
            .iter()
            .filter_map(Serde::as_str)
            .filter(|option| alike(&text, option))
            .min_by_key(|option| strsim::damerau_levenshtein(&text.to_lowercase(), &option.to_lowercase()));
        match near {
            Some(near) => words.help(format!("did you mean \"{}\"?", shorten(near, 60))),
            None => words,
        }
    }

    pub(super) fn not_the(&self, expected: &Serde) -> Words {
        let expected = quoted(expected);
        words(format!("{} must be {expected}, not {}", self.subject(), got(self.value)), format!("expected {expected}"))
    }

    pub(super) fn format(&self, format: &str) -> Words {
        let text = self.value.string();
        if format != "date-time" {
            let shown = shorten(format, 40);
            return words(
                format!("{} is not a valid {shown}: {}", self.subject(), got(self.value)),
                format!("not a valid {shown}"),
            );
        }
        let problem = date_time::check(&text).err();
        let why = problem.map_or(String::new(), |problem| problem.to_string());
        let mut message = self.subject();
        push_all(&mut message, &[" is not a date-time: ", &why]);
        if !text.is_empty() {
            message.push_str(" (");
            push_got(&mut message, self.value);
            message.push(')');
        }
        let words = words(message, why);
        match problem {
            Some(date_time::Problem::UnixTime { .. }) if self.judged.is_ours => {
                words.help("HubSpot sends these members as text such as 2024-01-15T10:30:00.000Z")
            }
            _ => words.help("RFC 3339, for example 2024-01-15T10:30:00.000Z"),
        }
    }

    /// What is said of a number that a keyword compares.
    pub(super) fn bounded(&self, keyword: &str, limit: &str) -> (&'static str, Words) {
        let limit = shorten(limit, 40);
        let (rule, must) = match keyword {
            "minimum" => ("schema/minimum", format!("be at least {limit}")),
            "maximum" => ("schema/maximum", format!("be at most {limit}")),
            "exclusiveMinimum" => ("schema/exclusiveMinimum", format!("be greater than {limit}")),
            "exclusiveMaximum" => ("schema/exclusiveMaximum", format!("be less than {limit}")),
            _ => ("schema/multipleOf", format!("be a multiple of {limit}")),
        };
        let message = format!("{} must {must}, not {}", self.subject(), got(self.value));
        (rule, words(message, format!("must {must}")))
    }

    /// A violation of a keyword of `schema::exact`. `facts` is what it says of itself.
    pub(super) fn compared(&self, keyword: &str, facts: &str) -> (&'static str, Words) {
        let said = || facts_of(facts, || at(self.root, self.keyword)).unwrap_or_default();
        match keyword {
            "enum" => ("schema/enum", self.not_in(&said())),
            "const" => ("schema/const", self.not_the(&said())),
            _ => {
                let (keyword, limit) = facts.split_once(' ').unwrap_or((keyword, facts));
                self.bounded(keyword, limit)
            }
        }
    }
}
