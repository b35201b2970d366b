//! Our own sentence for every violation: what was expected, what was found, what to do. Facts come from `ValidationErrorKind`.

use std::borrow::Cow;
use std::cell::Cell;
use std::cmp::Reverse;

use jsonschema::error::{TypeKind, ValidationErrorKind as Violation};
use jsonschema::{JsonType, ValidationError};
use serde_json::Value as Serde;

use super::json::{has_halves, is_named};
use super::words::{Words, alike, got, kind_of, push_all, push_got, quoted, with_article, words};
use super::{Judged, date_time, ecma};
use crate::diagnostic::{Diagnostic, Label};
use crate::document::{Digester, Document, Kind, Span, Value};
use crate::text::{count, list, shorten, thousands};

/// The name that was told of last, and its object, in one run over the violations: their indices on the tape.
pub(super) type LastName = Cell<Option<(u32, u32)>>;

/// The finding for one violation. The instance in `error` is an index on the tape (see [`super::json`]).
pub(super) fn diagnostic(
    schema: &Serde,
    document: Document<'_>,
    error: &ValidationError<'_>,
    judged: Judged<'_>,
    last_name: &LastName,
) -> Diagnostic {
    let index = || error.instance().as_u64().and_then(|index| u32::try_from(index).ok());
    let value = match error.instance_path().as_str() {
        "" => document.root(),
        _ => document.value(index().filter(|&index| (index as usize) < document.len()).unwrap_or(0)),
    };
    let ([first, second], [a, b, c]) = (judged.keyword, judged.instance);
    let keyword = match error.kind() {
        // The crate does not say by which references it came to one of our own.
        Violation::Custom { .. } => error.schema_path().as_str().to_owned(),
        _ => {
            let way = error.evaluation_path().as_str();
            let way = if judged.is_referenced { way.strip_prefix("/$ref").unwrap_or(way) } else { way };
            [first, second, way].concat()
        }
    };
    let path = error.instance_path().as_str();
    let path =
        if has_halves(path) { document.pointers(&[value.index()]).swap_remove(0).into() } else { Cow::from(path) };
    let instance = [a, b, c, &*path].concat();
    let case = Case { document, root: schema, value, error, judged, last_name, instance: &instance, keyword: &keyword };
    let (rule, mut words) = case.explain();
    if !judged.is_ours {
        words.notes.extend(case.condition());
    }
    let mut diagnostic =
        Diagnostic::new(rule, words.message, Label::new(words.span.unwrap_or(value.span()), words.label)).at(instance);
    diagnostic.related = words.related;
    diagnostic.notes = words.notes;
    diagnostic.help = words.help;
    diagnostic.keyword_location = Some(keyword);
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
    judged: Judged<'e>,
    last_name: &'e LastName,
    /// Where the value stands, as a JSON Pointer from the root of the whole document.
    instance: &'e str,
    /// The way to the keyword from the root of the schema.
    keyword: &'e str,
}

impl<'a, 'e> Case<'a, 'e> {
    fn explain(&self) -> (&'static str, Words) {
        // What answers mostly have has sentences of its own, and there may be very many of them.
        match self.error.kind() {
            Violation::Type { kind } => return ("schema/type", self.wrong_type(kind)),
            Violation::Required { property } => {
                return ("schema/required", self.missing(property.as_str().unwrap_or_default()));
            }
            Violation::Enum { options } => return ("schema/enum", self.not_in(options)),
            Violation::Format { format } => return ("schema/format", self.format(format)),
            _ => {}
        }
        let subject = self.subject();
        // Counting members takes as long as there are many.
        let got = || got(self.value);
        let length = || count(self.value.element_count(), "element");
        let members = || count(self.value.last_members().count() as u64, "member");
        let characters = || count(self.value.string().chars().count() as u64, "character");
        match self.error.kind() {
            Violation::Type { .. } | Violation::Required { .. } | Violation::Enum { .. } | Violation::Format { .. } => {
                unreachable!("returned above")
            }
            Violation::Constant { expected_value } => ("schema/const", self.not_the(expected_value)),
            Violation::AdditionalProperties { unexpected } => {
                ("schema/additionalProperties", self.unexpected(unexpected, ""))
            }
            Violation::UnevaluatedProperties { unexpected } => {
                let why = self.nothing_describes(unexpected.len() > 1);
                ("schema/unevaluatedProperties", self.unexpected(unexpected, &why))
            }
            Violation::AdditionalItems { limit } => (
                "schema/additionalItems",
                words(
                    format!("{subject} has {}, at most {limit} are allowed", length()),
                    format!("at most {}", count(*limit as u64, "element")),
                ),
            ),
            Violation::UnevaluatedItems { unexpected } => ("schema/unevaluatedItems", self.undescribed(unexpected)),
            Violation::AnyOf { context } => ("schema/anyOf", self.alternatives(context)),
            Violation::OneOfNotValid { context } => ("schema/oneOf", self.alternatives(context)),
            Violation::OneOfMultipleValid { context } => {
                let fitting: Vec<String> = context
                    .iter()
                    .enumerate()
                    .filter(|(_, errors)| errors.is_empty())
                    .map(|(place, _)| (place + 1).to_string())
                    .collect();
                let numbers =
                    if fitting.is_empty() { String::new() } else { format!(" (number {})", list(&fitting, "and")) };
                (
                    "schema/oneOf",
                    words(
                        format!("{subject} fits more than one of the alternatives{numbers}: it must fit exactly one"),
                        "fits more than one alternative",
                    ),
                )
            }
            Violation::Contains => ("schema/contains", self.contains()),
            Violation::ContentEncoding { content_encoding } => (
                "schema/contentEncoding",
                words(format!("{subject} is not {content_encoding}: {}", got()), format!("not {content_encoding}")),
            ),
            Violation::FromUtf8 { .. } => (
                "schema/contentEncoding",
                words(format!("{subject} does not decode to UTF-8"), "does not decode to UTF-8"),
            ),
            Violation::ContentMediaType { content_media_type } => (
                "schema/contentMediaType",
                words(
                    format!("{subject} does not hold {}: {}", shorten(content_media_type, 40), got()),
                    format!("not {}", shorten(content_media_type, 40)),
                ),
            ),
            Violation::Custom { keyword, message } => self.compared(keyword, message),
            Violation::ExclusiveMaximum { limit } => self.bounded("exclusiveMaximum", &limit.to_string()),
            Violation::ExclusiveMinimum { limit } => self.bounded("exclusiveMinimum", &limit.to_string()),
            Violation::Maximum { limit } => self.bounded("maximum", &limit.to_string()),
            Violation::Minimum { limit } => self.bounded("minimum", &limit.to_string()),
            Violation::MultipleOf { multiple_of } => self.bounded("multipleOf", &multiple_of.to_string()),
            Violation::FalseSchema if self.is_of_member("additionalProperties") => {
                ("schema/additionalProperties", self.no_members())
            }
            Violation::FalseSchema if self.is_of_member("propertyNames") => ("schema/propertyNames", self.no_members()),
            Violation::FalseSchema => {
                let what = if self.instance.is_empty() { "is ruled out" } else { "must not be here" };
                (
                    "schema/false",
                    words(
                        format!("{subject} {what}: the schema allows nothing in this place"),
                        "nothing is allowed here",
                    ),
                )
            }
            Violation::MaxItems { limit } => ("schema/maxItems", self.counted(&length(), "at most", *limit, "element")),
            Violation::MinItems { limit } => {
                ("schema/minItems", self.counted(&length(), "at least", *limit, "element"))
            }
            Violation::MaxLength { limit } => {
                ("schema/maxLength", self.counted(&characters(), "at most", *limit, "character"))
            }
            Violation::MinLength { limit } => {
                ("schema/minLength", self.counted(&characters(), "at least", *limit, "character"))
            }
            Violation::MaxProperties { limit } => {
                ("schema/maxProperties", self.counted(&members(), "at most", *limit, "member"))
            }
            Violation::MinProperties { limit } => {
                ("schema/minProperties", self.counted(&members(), "at least", *limit, "member"))
            }
            Violation::Not { .. } => (
                "schema/not",
                words(
                    format!("{subject} fits what the schema rules out with `not`: {}", got()),
                    "must not fit the schema under `not`",
                ),
            ),
            Violation::Pattern { pattern } => {
                let pattern = &ecma::as_written(pattern);
                (
                    "schema/pattern",
                    words(
                        format!("{subject} does not match the pattern {}: {}", shorten(pattern, 80), got()),
                        format!("must match {}", shorten(pattern, 60)),
                    ),
                )
            }
            Violation::BacktrackLimitExceeded { .. } | Violation::RegexEngineFailure { .. } => {
                // The place is all that this error has.
                let value = super::load::at(self.document, self.error.instance_path().as_str());
                let why = "matching it against a pattern of the schema takes too many steps";
                let words = words(format!("this could not be judged: {why}"), "neither valid nor invalid");
                (
                    super::UNDECIDED,
                    words.span(value.span()).help(
                        "simplify the pattern: nested repetitions with look-around or back references take very long",
                    ),
                )
            }
            Violation::PropertyNames { error } => {
                let name = self.bad_name(error);
                let shown = name.map_or(String::new(), |name| format!(" `{}`", shorten(&name.string(), 60)));
                let why = error.kind().keyword();
                let why = match at(self.root, error.schema_path().as_str()) {
                    Some(value) => format!("{why}: {}", quoted(value)),
                    None => why.to_owned(),
                };
                let words = words(
                    format!("the member name{shown} is not allowed in {}: it fails `{why}`", self.subject()),
                    format!("a name that fails `{why}`"),
                );
                ("schema/propertyNames", Words { span: name.map(|name| name.span()), ..words })
            }
            Violation::UniqueItems => ("schema/uniqueItems", self.not_unique()),
            Violation::Referencing(error) => (
                "schema/ref",
                words(
                    format!("a `$ref` of the schema cannot be followed: {}", shorten(&error.to_string(), 200)),
                    "judged by a reference",
                ),
            ),
        }
    }

    /// The condition under which the keyword asks for what it asks for, if there is one: the innermost.
    fn condition(&self) -> Option<String> {
        let is_there = |name: &str| format!("since `{}` is there", shorten(&unescaped(name), 60));
        let mut found = None;
        let mut tokens = self.keyword.split('/').skip(1);
        while let Some(token) = tokens.next() {
            match token {
                "then" => found = Some("`then` asks for this, since `if` fits".to_owned()),
                "else" => found = Some("`else` asks for this, since `if` does not fit".to_owned()),
                // Of names that ask for members, the first that is there and asks for what is not.
                "dependentRequired" | "dependencies" if tokens.clone().next().is_none() => {
                    let Violation::Required { property } = self.error.kind() else { continue };
                    let asks = |names: &Serde| names.as_array().is_some_and(|names| names.contains(property));
                    let names = at(self.root, self.keyword).and_then(Serde::as_object);
                    let mut names = names.into_iter().flatten().filter(|(_, names)| asks(names));
                    found = names.find(|(name, _)| self.value.get(name).is_some()).map(|(name, _)| {
                        // It is no token.
                        format!("since `{}` is there", shorten(name, 60))
                    });
                }
                "dependentSchemas" | "dependencies" => found = tokens.next().map(is_there).or(found),
                // What follows is a name.
                "properties" | "patternProperties" | "$defs" | "definitions" => _ = tokens.next(),
                _ => {}
            }
        }
        found
    }

    /// There are `got`, and so many may be there.
    fn counted(&self, got: &str, most: &str, limit: u64, noun: &str) -> Words {
        let limit = match at(self.root, self.keyword) {
            // The crate knows no larger ones.
            Some(Serde::Number(number)) if limit == u64::MAX => number.to_string(),
            _ => thousands(limit),
        };
        let what = if most == "at most" { "are allowed" } else { "must be there" };
        let noun = if limit == "1" { noun.to_owned() } else { format!("{noun}s") };
        words(format!("{} has {got}, {most} {limit} {what}", self.subject()), format!("{most} {limit} {noun}"))
    }

    /// A keyword beside the failing one; none also where that lies behind a `$ref`.
    fn beside(&self, keyword: &str) -> Option<&'e Serde> {
        let (parent, _) = last_token(self.keyword)?;
        at(self.root, parent)?.get(keyword)
    }

    fn is_member(&self) -> bool {
        if self.value.index() == 0 { self.judged.is_member } else { self.value.is_member_value() }
    }

    /// The value as the subject of a sentence.
    fn subject(&self) -> String {
        let mut subject = String::with_capacity(128);
        self.push_subject(&mut subject);
        subject
    }

    /// The beginning of a sentence about the value.
    fn push_subject(&self, out: &mut String) {
        let Some((parent, token)) = last_token(self.instance) else { return out.push_str("the document") };
        let token = unescaped(token);
        if self.is_member() {
            return push_all(out, &["`", &shorten(&token, 60), "`"]);
        }
        push_all(out, &["element ", &token]);
        if let Some(array) = parent.rsplit('/').next().filter(|parent| !parent.is_empty()) {
            push_all(out, &[" of `", &shorten(&unescaped(array), 60), "`"]);
        }
    }

    fn wrong_type(&self, kind: &TypeKind) -> Words {
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
    fn is_required(&self) -> bool {
        let of_properties = || {
            let (member, _) = last_token(self.keyword)?;
            let (properties, name) = last_token(member)?;
            let owner = properties.strip_suffix("/properties")?;
            Some((at(self.root, owner)?.get("required")?.as_array()?, name))
        };
        of_properties().is_some_and(|(required, name)| required.iter().any(|required| required.as_str() == Some(name)))
    }

    fn text_would_fit(&self, words: Words, kinds: &[JsonType]) -> Words {
        if self.value.text().len() > 1 << 16 {
            return words;
        }
        let text = self.value.string();
        let mut tape = crate::document::Tape::default();
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

    fn missing(&self, name: &str) -> Words {
        let brace = self.value.span().start;
        let shown = shorten(name, 60);
        let mut message = self.subject();
        push_all(&mut message, &[" lacks the required member `", &shown, "`"]);
        let mut words = words(message, ["`", &*shown, "` is missing in this object"].concat())
            .span(Span { start: brace, end: brace + 1 });
        let known = self.beside("properties").and_then(Serde::as_object);
        // With many members and many missing ones, looking for slips would take for ever.
        let is_small = self.value.next_index() - self.value.index() < 2000;
        let twin = self.value.members().map(|(key, _)| key).filter(|_| is_small).find(|key| {
            let key = key.string();
            known.is_none_or(|known| !known.contains_key(key.as_ref())) && alike(&key, name)
        });
        if let Some(twin) = twin {
            let spelling = twin.string();
            words.related.push(Label::new(twin.span(), "this one?"));
            words.help.push(format!("`{}` is there: rename it to `{shown}`", shorten(&spelling, 60)));
        }
        words
    }

    fn not_in(&self, options: &Serde) -> Words {
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

    fn format(&self, format: &str) -> Words {
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

    fn unexpected(&self, names: &[String], why: &str) -> Words {
        let first = names.first().map(String::as_str).unwrap_or_default();
        let found = self.named(first);
        let shown = names.iter().take(MOST_OPTIONS).map(|name| {
            let name = if has_halves(name) { self.named(name).map(|name| name.string()) } else { Some(name.into()) };
            format!("`{}`", shorten(&name.unwrap_or_default(), 60))
        });
        let shown: Vec<String> = shown.collect();
        let more = if names.len() > MOST_OPTIONS {
            format!(" (and {} more)", names.len() - MOST_OPTIONS)
        } else {
            String::new()
        };
        let verb = if names.len() == 1 { "is" } else { "are" };
        let words = words(
            format!("{}{more} {verb} not allowed in {}{why}", list(&shown, "and"), self.subject()),
            "a member that is not allowed",
        );
        match found {
            Some(name) => words.span(name.span()),
            None => words,
        }
    }

    fn not_the(&self, expected: &Serde) -> Words {
        let expected = quoted(expected);
        words(format!("{} must be {expected}, not {}", self.subject(), got(self.value)), format!("expected {expected}"))
    }

    /// What is said of a number that a keyword compares.
    fn bounded(&self, keyword: &str, limit: &str) -> (&'static str, Words) {
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
    fn compared(&self, keyword: &str, facts: &str) -> (&'static str, Words) {
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

    /// Whether the violation is one of a keyword for members that says `false`.
    fn is_of_member(&self, keyword: &str) -> bool {
        last_token(self.keyword).is_some_and(|(_, last)| last == keyword)
    }

    /// Elements that `unevaluatedItems` does not allow: the crate gives them as it knows their values, by their indices on the tape.
    fn undescribed(&self, elements: &[String]) -> Words {
        let found: Vec<u32> = elements.iter().filter_map(|index| index.parse().ok()).collect();
        let told =
            self.value.elements().enumerate().filter(|(_, element)| found.binary_search(&element.index()).is_ok());
        let told: Vec<(usize, Value<'a>)> = told.take(MOST_OPTIONS).collect();
        let places: Vec<String> = told.iter().map(|(place, _)| place.to_string()).collect();
        let more = elements.len() - told.len().min(elements.len());
        let more = if more > 0 { format!(" (and {more} more)") } else { String::new() };
        let (noun, verb) = if elements.len() == 1 { ("element", "is") } else { ("elements", "are") };
        let why = self.nothing_describes(elements.len() > 1);
        let words = words(
            format!("{noun} {}{more} {verb} not allowed in {}{why}", list(&places, "and"), self.subject()),
            "an element that is not allowed",
        );
        match told.first() {
            Some((_, element)) => words.span(element.span()),
            None => words,
        }
    }

    fn nothing_describes(&self, are_several: bool) -> String {
        let (them, they, do_not) = if are_several { ("them", "they", "do") } else { ("it", "it", "does") };
        if at(self.root, self.keyword) == Some(&Serde::Bool(false)) {
            return format!(": nothing in the schema describes {them}");
        }
        let keyword = self.error.kind().keyword();
        format!(": nothing else in the schema describes {them}, and {they} {do_not} not fit what `{keyword}` asks for")
    }

    /// An object that may have no members at all. The error may be about the first one.
    fn no_members(&self) -> Words {
        let object = match self.value.kind() {
            Kind::Object => self.value,
            _ => self.value.container().unwrap_or(self.value),
        };
        let names: Vec<String> =
            object.last_members().take(MOST_OPTIONS + 1).map(|(name, _)| name.string().into_owned()).collect();
        let first = object.last_members().next().map(|(name, _)| name.span());
        let words = self.unexpected(&names, "");
        Words { span: first.or(words.span), ..words }
    }

    fn contains(&self) -> Words {
        // Whole numbers may be written as 2.0.
        let number = |value: &Serde| value.as_u64().or_else(|| value.as_f64().map(|number| number as u64));
        let wanted = |keyword: &str| self.beside(keyword).and_then(number);
        let elements = |number: u64| match number {
            0 => "no element that fits `contains`".to_owned(),
            1 => "1 element that fits `contains`".to_owned(),
            many => format!("{} elements that fit `contains`", thousands(many)),
        };
        let said = match (wanted("minContains"), wanted("maxContains")) {
            (None, None) => "an element that fits `contains`".to_owned(),
            (Some(least), None) => format!("at least {}", elements(least)),
            (least, Some(most)) => match (least.unwrap_or(1), most) {
                (0, 0) => elements(0),
                (least, most) if least == most => format!("exactly {}", elements(most)),
                (least, most) if least > most => {
                    format!("at least {}, and at most {}: no array can", elements(least), thousands(most))
                }
                (least, most) => format!("{} to {}", thousands(least), elements(most)),
            },
        };
        words(format!("{} must have {said}", self.subject()), format!("must have {said}"))
    }

    fn not_unique(&self) -> Words {
        let words =
            words(format!("{} has equal elements: each must be unique", self.subject()), "elements must be unique");
        let (digester, mut seen) = (Digester::default(), std::collections::HashMap::new());
        let twin = self.value.elements().enumerate().find_map(|(place, element)| {
            seen.insert(digester.digest(element), (place, element))
                .map(|(first, before)| (first, before, place, element))
        });
        match twin {
            Some((first, before, place, element)) => {
                Words { related: vec![Label::new(before.span(), "the first of the two")], ..words.span(element.span()) }
                    .note(format!("elements {first} and {place} are equal"))
            }
            None => words,
        }
    }

    /// What is wrong by the branch that came nearest. That is one for values of this type; of those one that is not ruled out by a member that
    /// tells kinds apart; of those the one whose violations lie deepest; then the one with the fewest wrong types, and the fewest violations.
    fn alternatives(&self, branches: &[Vec<ValidationError<'static>>]) -> Words {
        /// So many violations of it are told.
        const TOLD: usize = 3;
        let mut words = words(
            match branches.len() {
                1 => format!("{} does not fit the one alternative", self.subject()),
                many => format!("{} fits none of the {many} alternatives", self.subject()),
            },
            "fits none of the alternatives",
        );
        let own = self.error.instance_path().as_str();
        let depth = |error: &ValidationError<'_>| error.instance_path().as_str()[own.len()..].matches('/').count();
        let is_choice = |error: &ValidationError<'_>| match error.kind() {
            Violation::Constant { .. } | Violation::Enum { .. } => true,
            Violation::Custom { keyword, .. } => matches!(keyword.as_str(), "const" | "enum"),
            _ => false,
        };
        let fits_type = |allowed: &Serde| match self.value.kind() {
            Kind::Null => allowed.is_null(),
            Kind::True | Kind::False => allowed.is_boolean(),
            Kind::Number => allowed.is_number(),
            Kind::String | Kind::Name => allowed.is_string(),
            Kind::Array => allowed.is_array(),
            Kind::Object => allowed.is_object(),
        };
        let place = |error: &ValidationError<'_>| at(self.root, error.schema_path().as_str());
        let no_option_fits =
            |options: &Serde| options.as_array().is_some_and(|options| !options.iter().any(&fits_type));
        // Nothing of the type of what was found is allowed.
        let rules_out_type = |error: &ValidationError<'_>| match error.kind() {
            Violation::Type { .. } | Violation::FalseSchema => true,
            Violation::Enum { options } => no_option_fits(options),
            Violation::Constant { expected_value } => !fits_type(expected_value),
            Violation::Custom { keyword, message } => match (keyword.as_str(), facts_of(message, || place(error))) {
                ("const", Some(value)) => !fits_type(&value),
                ("enum", Some(options)) => no_option_fits(&options),
                _ => false,
            },
            _ => false,
        };
        let nearness = |errors: &[ValidationError<'_>]| {
            let is_other_type = errors.iter().any(|error| depth(error) == 0 && rules_out_type(error));
            let is_other_kind = errors.iter().any(|error| depth(error) == 1 && is_choice(error));
            let deepest = errors.iter().map(depth).min().unwrap_or(0);
            let other_types = errors.iter().filter(|error| matches!(error.kind(), Violation::Type { .. })).count();
            (!is_other_type, !is_other_kind, deepest, Reverse(other_types), Reverse(errors.len()))
        };
        let told = branches.iter().enumerate().filter(|(_, errors)| !errors.is_empty());
        // Of equally near ones the first.
        let Some((place, errors)) = told.rev().max_by_key(|(_, errors)| nearness(errors)) else { return words };
        let name = self.branch_name(place).map_or(String::new(), |name| format!(" (`{}`)", shorten(name, 40)));
        let more = if errors.len() > TOLD { format!(" (and {} more)", errors.len() - TOLD) } else { String::new() };
        let mut said = Vec::new();
        for error in errors.iter().take(TOLD) {
            let inner = diagnostic(self.root, self.document, error, self.judged, self.last_name);
            said.push(inner.message);
            words.help.extend(inner.help);
        }
        words.help.dedup();
        words.note(format!("number {}{name} comes nearest: {}{more}", place + 1, said.join("; ")))
    }

    /// What the schema calls a branch of the keyword at hand.
    fn branch_name(&self, place: usize) -> Option<&'e str> {
        let branch = at(self.root, self.keyword)?.get(place)?;
        let reference = || Some(last_token(branch.get("$ref")?.as_str()?)?.1);
        branch.get("title").and_then(Serde::as_str).or_else(reference)
    }

    /// The member name that counts of those that are `wanted`.
    fn named(&self, wanted: &str) -> Option<Value<'a>> {
        self.value.last_members().map(|(name, _)| name).find(|name| is_named(*name, wanted))
    }

    /// The member name that a `propertyNames` violation is about: the inner error has it as its value.
    fn bad_name(&self, error: &ValidationError<'_>) -> Option<Value<'a>> {
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

/// What the schema allows, of one of our own keywords: it is in the error, or where that has no room for it, in the schema.
fn facts_of<'s>(message: &str, at: impl FnOnce() -> Option<&'s Serde>) -> Option<Serde> {
    serde_json::from_str(message).ok().or_else(|| at().cloned())
}

/// So many allowed values or names are listed in a sentence.
const MOST_OPTIONS: usize = 12;
