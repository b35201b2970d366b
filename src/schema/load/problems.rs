//! What is wrong with a schema beyond its meta-schema: where its references lead, and what only compiling it shows. In words, with the place.

use jsonschema::{Draft, ValidationError};
use serde_json::Value as Serde;

use super::references::{self, Wrong};
use super::store::{self, Store};
use super::{at, by_meta_schema};
use crate::diagnostic::{Diagnostic, Label};
use crate::json::{Document, Kind, Span, Tape, Value};
use crate::schema::rules;
use crate::text::{shorten, thousands};

/// What is wrong with a schema.
pub(super) struct Problem {
    pub(super) finding: Diagnostic,
    /// Whether it is known to be wrong in this file, not in one that this one leads to.
    pub(super) is_here: bool,
}

/// What is wrong with a schema that only a reference makes one: the meta-schema has not looked at it where it stands.
pub(super) fn not_seen(schema: &Serde, draft: Draft, source: &Serde, document: Document<'_>) -> Vec<Problem> {
    let text = schema.to_string();
    let mut tape = Tape::default();
    let problems = match Document::parse(text.as_bytes(), 0, &mut tape) {
        Ok(document) if draft != Draft::Unknown => by_meta_schema(draft, document),
        _ => Vec::new(),
    };
    let pointer = pointer_of(source, schema);
    let moved = problems.into_iter().map(|problem| {
        let label = &problem.label.text;
        match &pointer {
            Some(pointer) => {
                let place = [pointer, problem.instance_location.as_str()].concat();
                let span = at(document, &place).span();
                Diagnostic { label: Label::new(span, label), instance_location: place, ..problem }
            }
            None => {
                let message = format!("{} (in a referenced schema)", problem.message);
                Diagnostic { message, label: Label::new(Span::new(0, 1), label), ..problem }
            }
        }
    });
    moved.map(|finding| Problem { finding, is_here: pointer.is_some() }).collect()
}

/// What a reference is called in sentences, its keyword and its value's place.
fn named<'a>(document: Document<'a>, found: impl Fn(&str) -> bool) -> Option<Value<'a>> {
    (0..document.len() as u32).map(|index| document.value(index)).find(|value| {
        let (name, value) = value.as_child();
        let is_reference = name.is_some_and(|name| {
            ["$ref", "$dynamicRef", "$schema", "$recursiveRef"].iter().any(|keyword| name.is(keyword))
        });
        is_reference && value.kind() == Kind::String && found(&value.string())
    })
}

pub(super) fn unprepared(
    error: &referencing::Error,
    store: &Store,
    source: &Serde,
    document: Document<'_>,
    base: &str,
) -> Problem {
    use referencing::Error;
    let root = document.root().span();
    match error {
        Error::Unretrievable { uri, source: reason } => {
            // Which reference it was: the one that leads there from the file, or (inside a part with a URI of its own) whose own text is the end of
            // what was asked for.
            let base = referencing::uri::from_str(base).ok();
            let leads_there = |text: &str| {
                let target =
                    base.as_ref().and_then(|base| referencing::uri::resolve_against(&base.borrow(), text).ok());
                target.is_some_and(|target| target.as_str().split('#').next() == uri.split('#').next())
            };
            let ends_it = |text: &str| {
                let text =
                    text.split('#').next().unwrap_or_default().trim_start_matches("./").trim_start_matches("../");
                !text.is_empty() && uri.ends_with(text)
            };
            let place = named(document, leads_there).or_else(|| named(document, ends_it));
            let keyword = place.and_then(|value| value.as_child().0).map_or("$ref".into(), |name| name.string());
            let span = place.map_or(root, |value| value.as_child().1.span());
            let shown = shorten(uri, 120);
            let reason = store.take_refused().unwrap_or_else(|| reason.to_string());
            let reason = if has_part(source, uri) {
                "it uses a different dialect than the schema around it; move it to a separate file".to_owned()
            } else {
                reason
            };
            let message = format!("cannot resolve the `{keyword}` to {shown}: {}", shorten(&reason, 200));
            let label = Label::new(span, "unresolved reference");
            let finding = Diagnostic::new(&rules::REF, message, label)
                .at(place.map_or(String::new(), |value| value.as_child().1.pointer()));
            let finding = if uri.starts_with("file:") {
                finding.help("pass `--schema-dir DIR` to read files outside the directory of the schema")
            } else {
                finding.help("pass `--schema-dir DIR`, where DIR contains a schema file with this URI as its `$id`")
            };
            Problem { finding, is_here: place.is_some() }
        }
        other => {
            let dialect = source.get("$schema").is_some().then(|| named(document, |_| true)).flatten();
            let span = dialect.map_or(root, |value| value.as_child().1.span());
            let finding = Diagnostic::new(
                &rules::REF,
                format!("cannot load the schema: {}", sentence(other)),
                Label::new(span, "cannot be loaded"),
            );
            Problem { finding, is_here: false }
        }
    }
}

/// Whether a part of a schema has this URI, and a dialect.
fn has_part(source: &Serde, uri: &str) -> bool {
    let is_named = |schema: &serde_json::Map<String, Serde>| {
        let name = schema.get("$id").or(schema.get("id")).and_then(Serde::as_str);
        name.is_some_and(|name| schema.contains_key("$schema") && name.trim_end_matches('#') == uri)
    };
    match source {
        Serde::Object(members) => is_named(members) || members.values().any(|value| has_part(value, uri)),
        Serde::Array(elements) => elements.iter().any(|element| has_part(element, uri)),
        _ => false,
    }
}

/// An error of the crate as the end of a sentence.
fn sentence(error: &referencing::Error) -> String {
    use referencing::Error;
    match error {
        Error::PointerToNowhere { pointer } => format!("`{}` does not exist", shorten(pointer, 80)),
        Error::NoSuchAnchor { anchor } => format!("anchor `{}` does not exist", shorten(anchor, 80)),
        Error::InvalidArrayIndex { index, .. } => format!("`{}` is not an index of the array", shorten(index, 80)),
        Error::InvalidAnchor { anchor } => format!("`{}` is not a valid anchor", shorten(anchor, 80)),
        Error::Unretrievable { uri, .. } if store::specification(uri).is_some() => {
            "it is the meta-schema of a different dialect".to_owned()
        }
        Error::Unretrievable { uri, .. } => {
            format!("{} was not found, and callcheck does not download schemas", shorten(uri, 120))
        }
        other => shorten(&other.to_string(), 200).into_owned(),
    }
}

pub(super) fn reference(wrong: &Wrong<'_>, source: &Serde, document: Document<'_>) -> Problem {
    let pointer = pointer_of(source, wrong.holder());
    // What lies in another file has no place in this one.
    let (place, elsewhere) = match &pointer {
        Some(pointer) => (Some(at(document, pointer)), ""),
        None => (None, " (in a referenced schema)"),
    };
    let of_keyword = |keyword: &str| {
        let value = place.and_then(|place| place.get(keyword).or(Some(place)));
        let span = value.map_or(Span::new(0, 1), |value| value.span());
        (span, value.map_or(String::new(), |value| value.pointer()))
    };
    let finding = match wrong {
        Wrong::Missing { keyword, reason, holder } => {
            let (span, at) = of_keyword(keyword);
            let text = holder.get(keyword).and_then(Serde::as_str).unwrap_or_default();
            let message = format!("cannot resolve `{keyword}`: {}{elsewhere}", sentence(reason));
            let label = Label::new(span, format!("`{}` not found", shorten(text, 60)));
            Diagnostic::new(&rules::REF, message, label).at(at)
        }
        Wrong::Loop { keyword, .. } => {
            let (span, at) = of_keyword(keyword);
            let message = format!("infinite `{keyword}` recursion{elsewhere}");
            Diagnostic::new(&rules::REF, message, Label::new(span, "refers back to an enclosing schema")).at(at).help(
                "move the reference below `properties`, `items` or another keyword that applies to a nested value",
            )
        }
        Wrong::Costly { .. } | Wrong::Long { .. } | Wrong::Many { .. } => {
            let (span, at) = of_keyword("");
            let span = Span::new(span.start.0, span.end.0.min(span.start.0 + 1));
            let what = match wrong {
                Wrong::Many { .. } => {
                    format!("refers to more than {} schemas", thousands(references::TARGETS as u64))
                }
                Wrong::Costly { .. } => {
                    format!("needs more than {} evaluations per value", thousands(references::EVALUATIONS))
                }
                _ => {
                    format!("applies a chain of more than {} schemas to one value", thousands(references::CHAIN.into()))
                }
            };
            let message = format!("the schema {what}{elsewhere}");
            let finding = Diagnostic::new(&rules::LIMIT, message, Label::new(span, "limit exceeded from here")).at(at);
            match wrong {
                Wrong::Costly { .. } => {
                    finding.help("refer to each schema only once: its `allOf`, `anyOf`, `oneOf` and `$ref` multiply")
                }
                _ => finding,
            }
        }
    };
    Problem { finding, is_here: place.is_some() }
}

/// Where a part of the schema lies in it, as a JSON Pointer.
fn pointer_of(source: &Serde, part: &Serde) -> Option<String> {
    let mut open = vec![(source, String::new())];
    while let Some((value, pointer)) = open.pop() {
        if std::ptr::eq(value, part) {
            return Some(pointer);
        }
        let deeper = |token: &str| {
            let mut pointer = pointer.clone();
            crate::json::push_token(&mut pointer, token);
            pointer
        };
        match value {
            Serde::Object(members) => open.extend(members.iter().map(|(name, value)| (value, deeper(name)))),
            Serde::Array(elements) => {
                open.extend(elements.iter().enumerate().map(|(place, value)| (value, deeper(&place.to_string()))));
            }
            _ => {}
        }
    }
    None
}

/// What the crate has to say that no other has said before.
pub(super) fn compiling(error: &ValidationError<'static>, source: &Serde, document: Document<'_>) -> Diagnostic {
    use jsonschema::error::ValidationErrorKind as Violation;
    let pointer = if error.instance_path().as_str().is_empty() {
        error.schema_path().as_str()
    } else {
        error.instance_path().as_str()
    };
    let value = at(document, pointer);
    let keyword = pointer.rsplit('/').next().unwrap_or_default();
    let (rule, message) = match error.kind() {
        Violation::Format { format } if format == "regex" => {
            let pattern = source.pointer(pointer).and_then(Serde::as_str).unwrap_or_default();
            (&rules::LIMIT, format!("cannot compile the pattern of `{keyword}`: {}", shorten(pattern, 60)))
        }
        Violation::Custom { message, .. } => (&rules::LIMIT, message.clone()),
        _ => (&rules::LIMIT, format!("cannot compile the schema: {}", shorten(&error.to_string(), 200))),
    };
    Diagnostic::new(rule, message, Label::new(value.span(), "cannot be compiled")).at(value.pointer())
}
