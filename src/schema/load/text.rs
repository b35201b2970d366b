//! From the text of a schema to the form that `jsonschema` takes it in, and from a place in that form back to the text.

use std::collections::HashSet;

use serde_json::{Map, Number, Value as Serde};

use crate::diagnostic::{Diagnostic, Label};
use crate::input::MARK;
use crate::json::{Document, Kind, Tape, Value};
use crate::schema::rules;

/// The largest schema that is read, in bytes.
pub(super) const LARGEST: u64 = 32 << 20;
/// The deepest: objects and arrays in each other.
pub(super) const DEEPEST: usize = 256;

/// What is wrong with a text.
#[derive(Debug)]
pub(super) struct Problem(pub Box<Diagnostic>);

/// Reads a schema.
///
/// # Errors
/// When it is no JSON, or too deep.
pub(super) fn parse(text: &[u8]) -> Result<Serde, Problem> {
    let mut tape = Tape::default();
    read(text, &mut tape).map(|(schema, _)| schema)
}

/// The same, and where everything stands.
pub(super) fn read<'a>(text: &'a [u8], tape: &'a mut Tape) -> Result<(Serde, Document<'a>), Problem> {
    let start = if text.starts_with(MARK) { MARK.len() } else { 0 };
    if let Err(error) = crate::json::scan(text, start, tape) {
        return Err(Problem(Box::new(error.diagnostic(text, tape, 0, "schema"))));
    }
    let document = Document::of(text, tape);
    let mut ends: Vec<u32> = Vec::new();
    for index in 0..document.len() as u32 {
        let value = document.value(index);
        ends.truncate(ends.partition_point(|end| *end > index));
        if matches!(value.kind(), Kind::Object | Kind::Array) {
            ends.push(value.next_index());
        }
        if ends.len() > DEEPEST {
            let message = format!("nesting of the schema exceeds {DEEPEST} levels");
            let label = Label::new(value.span(), "one level too deep");
            return Err(Problem(Box::new(Diagnostic::new(&crate::json::rules::DEPTH, message, label))));
        }
    }
    if let Some((_, escape)) = document.lone_surrogates().next() {
        let label = Label::new(escape, "unpaired surrogate");
        let message = "unpaired surrogate in a string of the schema, which is not supported";
        return Err(Problem(Box::new(Diagnostic::new(&rules::LIMIT, message, label))));
    }
    let mut schema = to_serde(document.root());
    once(&mut schema);
    Ok((schema, document))
}

fn to_serde(value: Value<'_>) -> Serde {
    match value.kind() {
        Kind::Null => Serde::Null,
        Kind::False => Serde::Bool(false),
        Kind::True => Serde::Bool(true),
        Kind::Number => Serde::Number(Number::from_string_unchecked(value.number().to_owned())),
        Kind::String | Kind::Name => Serde::String(value.string().into_owned()),
        Kind::Array => value.elements().map(to_serde).collect(),
        Kind::Object => {
            let members = value.members().map(|(name, member)| (name.string().into_owned(), to_serde(member)));
            Serde::Object(members.collect::<Map<_, _>>())
        }
    }
}

/// Branches of `allOf` and `anyOf` that repeat an earlier one say nothing: they become one that says nothing, in their place. Checking takes
/// 2^60 steps where 60 schemas each name the next one twice; now it takes 60.
fn once(schema: &mut Serde) {
    match schema {
        Serde::Object(keywords) => {
            for (keyword, value) in keywords.iter_mut() {
                match (keyword.as_str(), &mut *value) {
                    ("enum" | "const" | "default" | "example" | "examples", _) => continue,
                    ("allOf", Serde::Array(branches)) => replace_repeated(branches, &Serde::Object(Map::new())),
                    ("anyOf", Serde::Array(branches)) => {
                        let nothing = Map::from_iter([("not".to_owned(), Serde::Object(Map::new()))]);
                        replace_repeated(branches, &Serde::Object(nothing));
                    }
                    _ => {}
                }
                once(value);
            }
        }
        Serde::Array(elements) => elements.iter_mut().for_each(once),
        _ => {}
    }
}

fn replace_repeated(branches: &mut [Serde], by: &Serde) {
    let mut seen: HashSet<&Serde> = HashSet::with_capacity(branches.len());
    let repeated: Vec<usize> = (0..branches.len()).filter(|at| !seen.insert(&branches[*at])).collect();
    drop(seen);
    repeated.into_iter().for_each(|at| branches[at] = by.clone());
}

/// The value at a JSON Pointer; the nearest around it where there is none.
pub(in crate::schema) fn at<'a>(document: Document<'a>, pointer: &str) -> Value<'a> {
    let mut value = document.root();
    for token in pointer.split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
        let inner = match value.kind() {
            Kind::Object => value.get(&token),
            Kind::Array => token.parse().ok().and_then(|place: usize| value.elements().nth(place)),
            _ => None,
        };
        match inner {
            Some(inner) => value = inner,
            None => break,
        }
    }
    value
}
