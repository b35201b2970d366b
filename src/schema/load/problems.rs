//! Diagnostics for problems of a schema that its meta-schema does not detect: references and compilation errors.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;

use jsonschema::ValidationError;
use serde_json::Value as Serde;

use super::advice;
use super::encoding::decoded_reference;
use super::references::{self, ReferenceProblem};
use super::schema_text::SchemaText;
use super::store::{self, FileAdvice, NOT_FOUND, Store};
use super::survey::Problems;
use super::text;
use crate::diagnostic::{Diagnostic, Label};
use crate::json::{Document, Kind, Span, Tape, Value};
use crate::schema::{MAX_PATTERN_SIZE, ecma, rules};
use crate::text::{shorten, thousands};

/// Problems by file.
#[derive(Debug, Default)]
pub(super) struct ProblemsByFile {
    /// `None` is the schema itself.
    pub(super) files: BTreeMap<Option<PathBuf>, Problems>,
    /// Errors without a known location.
    pub(super) unlocated: Vec<Diagnostic>,
}

impl ProblemsByFile {
    pub(super) fn of(&mut self, file: Option<PathBuf>) -> &mut Problems {
        self.files.entry(file).or_default()
    }
}

/// Runs `run` with the document of a referenced file; `None` if it can no longer be read.
pub(super) fn with_file<T>(path: &std::path::Path, run: impl FnOnce(Document<'_>) -> T) -> Option<T> {
    let text = SchemaText::of_file(path).ok()?;
    let mut tape = Tape::default();
    let (_, document) = text.read(&mut tape).ok()?;
    Some(run(document))
}

/// The first reference or identifier in the document whose text satisfies the predicate.
fn find_reference<'a>(
    document: Document<'a>,
    keywords: &[&str],
    is_wanted: impl Fn(&str) -> bool,
) -> Option<Value<'a>> {
    (0..document.len() as u32).map(|index| document.value(index)).find(|value| {
        let (name, value) = value.as_child();
        let is_reference = name.is_some_and(|name| keywords.iter().any(|keyword| name.is(keyword)));
        is_reference && value.kind() == Kind::String && is_wanted(&value.string())
    })
}

const REFERENCES: &[&str] = &["$ref", "$dynamicRef", "$schema", "$recursiveRef"];

/// The keyword with the reference or identifier that causes an error of the registry.
fn cause<'a>(error: &referencing::Error, document: Document<'a>, base: &str) -> Option<Value<'a>> {
    use referencing::{Error, UriError};
    match error {
        Error::Unretrievable { uri, .. } => {
            // The error does not name the reference. Find the one that resolves to the URI or, below another `$id`, the
            // one whose text is the end of the URI.
            let base = referencing::uri::from_str(base).ok();
            let resolved = |text: &str| {
                let text = super::encoding::encoded_reference(text).unwrap_or_else(|| text.to_owned());
                referencing::uri::resolve_against(&base.as_ref()?.borrow(), &text).ok()
            };
            let is_resolved_to_uri = |text: &str| {
                resolved(text).is_some_and(|target| target.as_str().split('#').next() == uri.split('#').next())
            };
            let is_end_of_uri = |text: &str| {
                let text =
                    text.split('#').next().unwrap_or_default().trim_start_matches("./").trim_start_matches("../");
                !text.is_empty() && uri.ends_with(text)
            };
            find_reference(document, REFERENCES, is_resolved_to_uri)
                .or_else(|| find_reference(document, REFERENCES, is_end_of_uri))
        }
        Error::InvalidUri(UriError::Parse { uri, .. } | UriError::Resolve { uri, .. }) => {
            find_reference(document, &[REFERENCES, &["$id", "id"]].concat(), |text| {
                text.trim_end_matches('#') == uri.trim_end_matches('#')
            })
        }
        Error::UnknownSpecification { specification: uri } | Error::CircularMetaschema { uri } => {
            find_reference(document, &["$schema"], |text| text.trim_end_matches('#') == uri.trim_end_matches('#'))
        }
        Error::PointerToNowhere { pointer } | Error::InvalidPercentEncoding { pointer, .. } => {
            find_reference(document, REFERENCES, |text| text.ends_with(pointer))
        }
        _ => None,
    }
}

/// The problem that prevents the preparation of the registry.
pub(super) fn registry_problem(
    error: &referencing::Error,
    store: &Store,
    source: &Serde,
    document: Document<'_>,
    base: &str,
) -> ProblemsByFile {
    let advice = match error {
        referencing::Error::Unretrievable { uri, .. } => store.advice(uri),
        _ => None,
    };
    let refusal = Refusal { reason: store.take_refusal(), advice };
    let mut problems = ProblemsByFile::default();
    if let Some(keyword) = cause(error, document, base) {
        problems.of(None).errors.push(registry_diagnostic(error, &refusal, source, Some(keyword), document));
        return problems;
    }
    for path in store.used() {
        let found = with_file(&path, |document| {
            let keyword = cause(error, document, &store::uri_of(&path))?;
            Some(registry_diagnostic(error, &refusal, source, Some(keyword), document))
        });
        if let Some(finding) = found.flatten() {
            problems.of(Some(path)).errors.push(finding);
            return problems;
        }
    }
    problems.unlocated.push(registry_diagnostic(error, &refusal, source, None, document));
    problems
}

/// The reason of the store why a reference cannot be resolved.
struct Refusal {
    reason: Option<String>,
    advice: Option<FileAdvice>,
}

fn registry_diagnostic(
    error: &referencing::Error,
    refusal: &Refusal,
    source: &Serde,
    found: Option<Value<'_>>,
    document: Document<'_>,
) -> Diagnostic {
    use referencing::Error;
    let span = found.map_or_else(|| document.root().span(), |value| value.as_child().1.span());
    let at = found.map_or(String::new(), |value| value.as_child().1.pointer());
    match error {
        Error::Unretrievable { uri, source: cause } => {
            let keyword = found.and_then(|value| value.as_child().0).map_or("$ref".into(), |name| name.string());
            let shown = shorten(uri, 120);
            let reason = refusal.reason.clone().unwrap_or_else(|| cause.to_string());
            let reason = if bundles(source, uri) {
                "it uses a different dialect than the schema around it; move it to a separate file".to_owned()
            } else {
                reason
            };
            let message = if reason == NOT_FOUND {
                format!("cannot resolve `{keyword}`: {shown} {reason}")
            } else {
                format!("cannot resolve the `{keyword}` to {shown}: {}", shorten(&reason, 200))
            };
            let label = Label::new(span, "unresolved reference");
            let finding = Diagnostic::new(&rules::REF, message, label).at(at);
            let written = found.map(|value| value.as_child().1.string()).unwrap_or_default();
            if let Some(help) = advice::help_for_reference(&written, document.root()) {
                finding.help(help)
            } else if uri.starts_with("file:") {
                finding.help("pass `--schema-dir DIR` to read files outside the directory of the schema")
            } else {
                match &refusal.advice {
                    Some(FileAdvice::Help(help)) => finding.help(help),
                    Some(FileAdvice::Note(note)) => finding.note(note),
                    None => finding,
                }
                .help("pass `--schema-dir DIR`, where DIR contains a schema file with this URI as its `$id`")
            }
        }
        other => {
            let message = format!("cannot load the schema: {}", reason_of(other));
            Diagnostic::new(&rules::REF, message, Label::new(span, "cannot be loaded")).at(at)
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
        Error::PointerToNowhere { pointer } => {
            format!("`{}` does not exist", shorten(&decoded_reference(pointer), 80))
        }
        Error::NoSuchAnchor { anchor } => {
            format!("anchor `{}` does not exist", shorten(&decoded_reference(anchor), 80))
        }
        Error::InvalidArrayIndex { index, .. } => format!("`{}` is not an index of the array", shorten(index, 80)),
        Error::InvalidAnchor { anchor } => format!("`{}` is not a valid anchor", shorten(anchor, 80)),
        Error::Unretrievable { uri, .. } if store::specification(uri).is_some() => {
            "it is the meta-schema of a different dialect".to_owned()
        }
        Error::Unretrievable { uri, .. } => {
            format!("{} {NOT_FOUND}", shorten(uri, 120))
        }
        other => shorten(&other.to_string(), 200).into_owned(),
    }
}

/// `object` is the schema with the problem, if its location is known.
pub(super) fn reference_problem(problem: &ReferenceProblem<'_>, object: Option<Value<'_>>) -> Diagnostic {
    let suffix = if object.is_some() { "" } else { " (in a referenced schema)" };
    let of_keyword = |keyword: &str| {
        let value = object.and_then(|object| object.get(keyword).or(Some(object)));
        let span = value.map_or(Span::new(0, 1), |value| value.span());
        (span, value.map_or(String::new(), |value| value.pointer()))
    };
    match problem {
        ReferenceProblem::Missing { keyword, reason, holder } => {
            let (span, at) = of_keyword(keyword);
            let written = object.and_then(|object| object.get_string(keyword)).map(Cow::into_owned);
            let text = written.or_else(|| holder.get(keyword)?.as_str().map(str::to_owned)).unwrap_or_default();
            let message = format!("cannot resolve `{keyword}`: {}{suffix}", reason_of(reason));
            let label = Label::new(span, format!("`{}` not found", shorten(&text, 60)));
            let finding = Diagnostic::new(&rules::REF, message, label).at(at);
            let root = object.map(|object| object.document().root());
            match root.and_then(|root| advice::help_for_reference(&text, root)) {
                Some(help) => finding.help(help),
                None => finding,
            }
        }
        ReferenceProblem::Loop { keyword, .. } => {
            let (span, at) = of_keyword(keyword);
            let message = format!("infinite `{keyword}` recursion{suffix}");
            Diagnostic::new(&rules::REF, message, Label::new(span, "refers back to an enclosing schema")).at(at).help(
                "move the reference below `properties`, `items` or another keyword that applies to a nested value",
            )
        }
        ReferenceProblem::UnusedLoop { keyword, .. } => {
            let (span, at) = of_keyword(keyword);
            let message = format!("infinite `{keyword}` recursion in a schema that is not used");
            Diagnostic::new(&rules::UNUSED_LOOP, message, Label::new(span, "refers back to an enclosing schema"))
                .at(at)
                .help("remove the schema, or the reference")
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
    }
}

/// An error of the crate that the checks before the compilation did not report. `schema` is the location of `source`.
pub(super) fn compile_problem(error: &ValidationError<'static>, source: &Serde, schema: Value<'_>) -> Diagnostic {
    use jsonschema::error::ValidationErrorKind as Violation;
    let pointer = if error.instance_path().as_str().is_empty() {
        error.schema_path().as_str()
    } else {
        error.instance_path().as_str()
    };
    let pointer = &*ecma::written_path(pointer);
    let value = text::below(schema, pointer);
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
        _ => {
            let text = error.to_string();
            match text.strip_prefix("Unknown vocabulary: '").and_then(|rest| rest.split('\'').next()) {
                Some(vocabulary) => {
                    let vocabulary = shorten(vocabulary, 120);
                    format!("the meta-schema requires the vocabulary {vocabulary}, which callcheck does not support")
                }
                None => format!("cannot compile the schema: {}", shorten(&text, 200)),
            }
        }
    };
    let finding =
        Diagnostic::new(&rules::LIMIT, message, Label::new(value.span(), "cannot be compiled")).at(value.pointer());
    match help {
        Some(help) => finding.help(help),
        None => finding,
    }
}
