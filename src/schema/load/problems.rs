//! Diagnostics for problems of a schema that its meta-schema does not detect: references and compilation errors.

use jsonschema::{Draft, ValidationError};
use serde_json::Value as Serde;

use super::references::{self, ReferenceProblem};
use super::store::{self, Store};
use super::{at, by_meta_schema};
use crate::diagnostic::{Diagnostic, Label};
use crate::json::{Document, Kind, Span, Tape, Value};
use crate::schema::{MAX_PATTERN_SIZE, ecma, rules};
use crate::text::{shorten, thousands};

/// A problem of a schema.
pub(super) struct SchemaProblem {
    pub(super) finding: Diagnostic,
    /// The problem is in the file itself, not in a file that it refers to.
    pub(super) is_in_file: bool,
}

/// Problems in a schema whose location the meta-schema does not validate. Only a reference identifies it as a schema.
pub(super) fn in_unvalidated(
    schema: &Serde,
    draft: Draft,
    source: &Serde,
    document: Document<'_>,
) -> Vec<SchemaProblem> {
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
                let pointer = [pointer, problem.instance_location.as_str()].concat();
                let span = at(document, &pointer).span();
                Diagnostic { label: Label::new(span, label), instance_location: pointer, ..problem }
            }
            None => {
                let message = format!("{} (in a referenced schema)", problem.message);
                Diagnostic { message, label: Label::new(Span::new(0, 1), label), ..problem }
            }
        }
    });
    moved.map(|finding| SchemaProblem { finding, is_in_file: pointer.is_some() }).collect()
}

/// The first reference in the document whose text satisfies the predicate.
fn find_reference<'a>(document: Document<'a>, is_wanted: impl Fn(&str) -> bool) -> Option<Value<'a>> {
    (0..document.len() as u32).map(|index| document.value(index)).find(|value| {
        let (name, value) = value.as_child();
        let is_reference = name.is_some_and(|name| {
            ["$ref", "$dynamicRef", "$schema", "$recursiveRef"].iter().any(|keyword| name.is(keyword))
        });
        is_reference && value.kind() == Kind::String && is_wanted(&value.string())
    })
}

/// The problem that prevents the preparation of the registry.
pub(super) fn registry_problem(
    error: &referencing::Error,
    store: &Store,
    source: &Serde,
    document: Document<'_>,
    base: &str,
) -> SchemaProblem {
    use referencing::Error;
    let root = document.root().span();
    match error {
        Error::Unretrievable { uri, source: reason } => {
            // The error does not name the reference. Find the one that resolves to the URI or, below another `$id`, the
            // one whose text is the end of the URI.
            let base = referencing::uri::from_str(base).ok();
            let is_resolved_to_uri = |text: &str| {
                let target =
                    base.as_ref().and_then(|base| referencing::uri::resolve_against(&base.borrow(), text).ok());
                target.is_some_and(|target| target.as_str().split('#').next() == uri.split('#').next())
            };
            let is_end_of_uri = |text: &str| {
                let text =
                    text.split('#').next().unwrap_or_default().trim_start_matches("./").trim_start_matches("../");
                !text.is_empty() && uri.ends_with(text)
            };
            let found =
                find_reference(document, is_resolved_to_uri).or_else(|| find_reference(document, is_end_of_uri));
            let keyword = found.and_then(|value| value.as_child().0).map_or("$ref".into(), |name| name.string());
            let span = found.map_or(root, |value| value.as_child().1.span());
            let shown = shorten(uri, 120);
            let reason = store.take_refusal().unwrap_or_else(|| reason.to_string());
            let reason = if bundles(source, uri) {
                "it uses a different dialect than the schema around it; move it to a separate file".to_owned()
            } else {
                reason
            };
            let message = format!("cannot resolve the `{keyword}` to {shown}: {}", shorten(&reason, 200));
            let label = Label::new(span, "unresolved reference");
            let finding = Diagnostic::new(&rules::REF, message, label)
                .at(found.map_or(String::new(), |value| value.as_child().1.pointer()));
            let finding = if uri.starts_with("file:") {
                finding.help("pass `--schema-dir DIR` to read files outside the directory of the schema")
            } else {
                finding.help("pass `--schema-dir DIR`, where DIR contains a schema file with this URI as its `$id`")
            };
            SchemaProblem { finding, is_in_file: found.is_some() }
        }
        other => {
            let dialect = source.get("$schema").is_some().then(|| find_reference(document, |_| true)).flatten();
            let span = dialect.map_or(root, |value| value.as_child().1.span());
            let finding = Diagnostic::new(
                &rules::REF,
                format!("cannot load the schema: {}", reason_of(other)),
                Label::new(span, "cannot be loaded"),
            );
            SchemaProblem { finding, is_in_file: false }
        }
    }
}

/// Returns true if a subschema has this URI and its own `$schema`.
fn bundles(source: &Serde, uri: &str) -> bool {
    let is_named = |schema: &serde_json::Map<String, Serde>| {
        let name = schema.get("$id").or(schema.get("id")).and_then(Serde::as_str);
        name.is_some_and(|name| schema.contains_key("$schema") && name.trim_end_matches('#') == uri)
    };
    match source {
        Serde::Object(members) => is_named(members) || members.values().any(|value| bundles(value, uri)),
        Serde::Array(elements) => elements.iter().any(|element| bundles(element, uri)),
        _ => false,
    }
}

/// An error of the crate as the end of a message.
fn reason_of(error: &referencing::Error) -> String {
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

pub(super) fn reference_problem(
    problem: &ReferenceProblem<'_>,
    source: &Serde,
    document: Document<'_>,
) -> SchemaProblem {
    let pointer = pointer_of(source, problem.holder());
    let (object, suffix) = match &pointer {
        Some(pointer) => (Some(at(document, pointer)), ""),
        None => (None, " (in a referenced schema)"),
    };
    let of_keyword = |keyword: &str| {
        let value = object.and_then(|object| object.get(keyword).or(Some(object)));
        let span = value.map_or(Span::new(0, 1), |value| value.span());
        (span, value.map_or(String::new(), |value| value.pointer()))
    };
    let finding = match problem {
        ReferenceProblem::Missing { keyword, reason, holder } => {
            let (span, at) = of_keyword(keyword);
            let text = holder.get(keyword).and_then(Serde::as_str).unwrap_or_default();
            let message = format!("cannot resolve `{keyword}`: {}{suffix}", reason_of(reason));
            let label = Label::new(span, format!("`{}` not found", shorten(text, 60)));
            Diagnostic::new(&rules::REF, message, label).at(at)
        }
        ReferenceProblem::Loop { keyword, .. } => {
            let (span, at) = of_keyword(keyword);
            let message = format!("infinite `{keyword}` recursion{suffix}");
            Diagnostic::new(&rules::REF, message, Label::new(span, "refers back to an enclosing schema")).at(at).help(
                "move the reference below `properties`, `items` or another keyword that applies to a nested value",
            )
        }
        ReferenceProblem::Costly { .. } | ReferenceProblem::Long { .. } | ReferenceProblem::Many { .. } => {
            let (span, at) = of_keyword("");
            let span = Span::new(span.start.0, span.end.0.min(span.start.0 + 1));
            let limit = match problem {
                ReferenceProblem::Many { .. } => {
                    format!("refers to more than {} schemas", thousands(references::MAX_TARGETS as u64))
                }
                ReferenceProblem::Costly { .. } => {
                    format!("needs more than {} evaluations per value", thousands(references::MAX_EVALUATIONS))
                }
                _ => {
                    let limit = thousands(references::MAX_CHAIN.into());
                    format!("applies a chain of more than {limit} schemas to one value")
                }
            };
            let message = format!("the schema {limit}{suffix}");
            let finding = Diagnostic::new(&rules::LIMIT, message, Label::new(span, "limit exceeded from here")).at(at);
            match problem {
                ReferenceProblem::Costly { .. } => {
                    finding.help("refer to each schema only once: its `allOf`, `anyOf`, `oneOf` and `$ref` multiply")
                }
                _ => finding,
            }
        }
    };
    SchemaProblem { finding, is_in_file: object.is_some() }
}

/// The JSON Pointer of a part of the schema; `None` if it is in a different file. Parts are compared by address.
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
                open.extend(elements.iter().enumerate().map(|(index, value)| (value, deeper(&index.to_string()))));
            }
            _ => {}
        }
    }
    None
}

/// An error of the crate that the checks before the compilation did not report.
pub(super) fn compile_problem(error: &ValidationError<'static>, source: &Serde, document: Document<'_>) -> Diagnostic {
    use jsonschema::error::ValidationErrorKind as Violation;
    let pointer = if error.instance_path().as_str().is_empty() {
        error.schema_path().as_str()
    } else {
        error.instance_path().as_str()
    };
    let pointer = &*ecma::written_path(pointer);
    let value = at(document, pointer);
    let mut help = None;
    let last = || pointer.rsplit('/').next().unwrap_or_default().replace("~1", "/").replace("~0", "~");
    let message = match error.kind() {
        Violation::Format { format } if format == "regex" => {
            let (keyword, pattern) = match source.pointer(pointer).and_then(Serde::as_str) {
                Some(pattern) => (last(), pattern.to_owned()),
                None => ("patternProperties".to_owned(), last()),
            };
            let why = match ecma::check(&pattern) {
                Err(error) => {
                    help = error.help;
                    error.to_string()
                }
                Ok(()) => format!("the compiled pattern exceeds {} MiB", MAX_PATTERN_SIZE >> 20),
            };
            format!("cannot compile the pattern of `{keyword}`: {why}: `{}`", shorten(&pattern, 60))
        }
        Violation::Custom { message, .. } => message.clone(),
        _ => format!("cannot compile the schema: {}", shorten(&error.to_string(), 200)),
    };
    let finding =
        Diagnostic::new(&rules::LIMIT, message, Label::new(value.span(), "cannot be compiled")).at(value.pointer());
    match help {
        Some(help) => finding.help(help),
        None => finding,
    }
}
