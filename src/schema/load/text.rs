//! Converts the text of a schema to `serde_json` for `jsonschema`, and maps locations back to the text.

use std::collections::HashSet;

use jsonschema::Draft;
use serde_json::{Map, Number, Value as Serde};

use super::encoding::encode_references;
use super::keywords::remove_malformed_annotations;
use crate::diagnostic::{Diagnostic, Label};
use crate::input::MARK;
use crate::json::{Document, Kind, Tape, Value};
use crate::schema::rules;

/// Maximum size of a schema file.
pub(super) const MAX_SCHEMA_BYTES: u64 = 32 << 20;
/// Maximum number of nested objects and arrays in a schema.
pub(super) const MAX_SCHEMA_DEPTH: usize = 256;

/// The reason why a text is not a supported schema.
#[derive(Debug)]
pub(super) struct TextProblem(pub Box<Diagnostic>);

/// Parses a schema. The document on the tape has the locations.
///
/// # Errors
/// The text is not JSON, is nested too deeply, or contains an unpaired surrogate.
pub(super) fn read<'a>(text: &'a [u8], tape: &'a mut Tape) -> Result<(Serde, Document<'a>), TextProblem> {
    let start = if text.starts_with(MARK) { MARK.len() } else { 0 };
    if let Err(error) = crate::json::scan(text, start, tape) {
        return Err(TextProblem(Box::new(error.diagnostic(text, tape, 0, "schema"))));
    }
    let document = Document::of(text, tape);
    let mut ends: Vec<u32> = Vec::new();
    for index in 0..document.len() as u32 {
        let value = document.value(index);
        ends.truncate(ends.partition_point(|end| *end > index));
        if matches!(value.kind(), Kind::Object | Kind::Array) {
            ends.push(value.next_index());
        }
        if ends.len() > MAX_SCHEMA_DEPTH {
            let message = format!("nesting of the schema exceeds {MAX_SCHEMA_DEPTH} levels");
            let label = Label::new(value.span(), "one level too deep");
            return Err(TextProblem(Box::new(Diagnostic::new(&crate::json::rules::DEPTH, message, label))));
        }
    }
    if let Some((_, escape)) = document.lone_surrogates().next() {
        let label = Label::new(escape, "unpaired surrogate");
        let message = "unpaired surrogate in a string of the schema, which is not supported";
        return Err(TextProblem(Box::new(Diagnostic::new(&rules::LIMIT, message, label))));
    }
    let mut schema = to_serde(document.root());
    replace_repeated_branches(&mut schema);
    encode_references(&mut schema);
    // A custom dialect can give these keywords a different meaning.
    if Draft::default().detect(&schema) != Draft::Unknown {
        remove_malformed_annotations(&mut schema);
    }
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

/// Replaces branches of `allOf` and `anyOf` that repeat an earlier branch by schemas without effect, so that the
/// indexes of the other branches stay the same. Without this, evaluation takes 2^60 steps if each of 60 schemas
/// refers to the next one twice.
fn replace_repeated_branches(schema: &mut Serde) {
    match schema {
        Serde::Object(keywords) => {
            for (keyword, value) in keywords.iter_mut() {
                match (keyword.as_str(), &mut *value) {
                    ("enum" | "const" | "default" | "example" | "examples", _) => continue,
                    ("allOf", Serde::Array(branches)) => replace_repeated(branches, &Serde::Object(Map::new())),
                    ("anyOf", Serde::Array(branches)) => {
                        let never = Map::from_iter([("not".to_owned(), Serde::Object(Map::new()))]);
                        replace_repeated(branches, &Serde::Object(never));
                    }
                    _ => {}
                }
                replace_repeated_branches(value);
            }
        }
        Serde::Array(elements) => elements.iter_mut().for_each(replace_repeated_branches),
        _ => {}
    }
}

fn replace_repeated(branches: &mut [Serde], by: &Serde) {
    let mut seen: HashSet<&Serde> = HashSet::with_capacity(branches.len());
    let repeated: Vec<usize> = (0..branches.len()).filter(|index| !seen.insert(&branches[*index])).collect();
    drop(seen);
    repeated.into_iter().for_each(|index| branches[index] = by.clone());
}

/// The value at a JSON Pointer, or its closest existing ancestor.
pub(in crate::schema) fn at<'a>(document: Document<'a>, pointer: &str) -> Value<'a> {
    below(document.root(), pointer)
}

/// The same, from a value.
pub(super) fn below<'a>(mut value: Value<'a>, pointer: &str) -> Value<'a> {
    for token in pointer.split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
        let inner = match value.kind() {
            Kind::Object => value.get(&token),
            Kind::Array => token.parse().ok().and_then(|index: usize| value.elements().nth(index)),
            _ => None,
        };
        match inner {
            Some(inner) => value = inner,
            None => break,
        }
    }
    value
}
