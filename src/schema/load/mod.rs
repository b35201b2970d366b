//! Schemas that somebody brings: from a file to a [`Schema`], or to all that is wrong with it, with its place in the file.

mod references;
mod store;
mod text;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jsonschema::{Draft, Registry, ValidationError};
use serde_json::Value as Serde;

use super::{Schema, effort};
use crate::diagnostic::{Diagnostic, Label};
use crate::document::{Document, Kind, Span, Tape, Value};
use crate::input::{self, Unreadable};
use crate::text::{list, shorten, thousands};
use references::Wrong;
pub(super) use store::Shared;
use store::Store;
pub(crate) use store::encoded;
pub(super) use text::at;

/// Where a schema comes from, and how it is meant.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'o> {
    /// The file.
    pub path: &'o Path,
    /// Folders with what its references name.
    pub folders: &'o [PathBuf],
    /// Whether `format` is judged, or only says something to readers.
    pub asserts_formats: bool,
}

/// A schema that cannot be used.
#[derive(Debug)]
pub struct Broken {
    /// The file, as it was named.
    pub name: String,
    /// What is in it; nothing where it could not be read.
    pub text: Vec<u8>,
    /// What is wrong with it. Offsets are bytes of the text.
    pub problems: Vec<Diagnostic>,
    /// Why it could not be read.
    pub unreadable: Option<String>,
}

impl From<Unreadable> for Broken {
    fn from(problem: Unreadable) -> Broken {
        Broken { name: problem.name, text: Vec::new(), problems: Vec::new(), unreadable: Some(problem.reason) }
    }
}

/// The dialects that callcheck knows.
const DIALECTS: [&str; 5] = [
    "https://json-schema.org/draft/2020-12/schema",
    "https://json-schema.org/draft/2019-09/schema",
    "http://json-schema.org/draft-07/schema#",
    "http://json-schema.org/draft-06/schema#",
    "http://json-schema.org/draft-04/schema#",
];

/// Reads and compiles a schema. What it references is read as well, from its own folder and from those that are named; nothing is fetched.
///
/// # Errors
/// When it, or what it references, cannot be read or has something wrong with it.
pub(super) fn load(origin: Origin<'_>) -> Result<Schema, Broken> {
    let text = input::read_bounded(origin.path, text::LARGEST)?;
    let real = input::real_path(origin.path);
    let base = real.as_deref().map_or_else(|_| NO_FILE.to_owned(), store::uri_of);
    let file = File { name: origin.path.to_string_lossy().into_owned(), text: &text, base };
    let mut tape = Tape::default();
    let read = file.read(&mut tape)?;
    let store = Arc::new(Store::new(origin.path, origin.folders, dialect(&read.0))?);
    compiled(&file, read, &store, origin.asserts_formats, &mut real.into_iter().collect())
}

/// A schema as it was read.
struct File<'f> {
    name: String,
    text: &'f [u8],
    /// Its URI.
    base: String,
}

impl File<'_> {
    fn broken(&self, problems: Vec<Diagnostic>) -> Broken {
        Broken { name: self.name.clone(), text: self.text.to_vec(), problems, unreadable: None }
    }

    fn read<'a>(&'a self, tape: &'a mut Tape) -> Result<(Serde, Document<'a>), Broken> {
        text::read(self.text, tape).map_err(|problem| self.broken(vec![*problem.0]))
    }
}

/// What is wrong with a schema.
struct Problem {
    finding: Diagnostic,
    /// Whether it is known to be wrong in this file, not in one that this one leads to.
    is_here: bool,
}

/// The schema in a file, compiled.
///
/// # Errors
/// What is wrong with it, or with the first of the files that it leads to.
fn compiled(
    file: &File<'_>,
    (source, document): (Serde, Document<'_>),
    store: &Arc<Store>,
    asserts_formats: bool,
    seen: &mut HashSet<PathBuf>,
) -> Result<Schema, Broken> {
    let draft = store.draft_of(&source);
    let problems = match draft {
        Draft::Unknown => by_own_meta_schema(&source, store, document),
        draft => by_meta_schema(draft, document),
    };
    // What is wrong with another file is told there.
    if let Some(other) = store.take_broken() {
        return Err(other);
    }
    if !problems.is_empty() {
        return Err(file.broken(problems));
    }
    let problems = in_references(&source, document, store, &file.base, draft);
    if let Some(other) = store.take_broken() {
        return Err(other);
    }
    if !problems.is_empty() {
        let other = if problems.iter().any(|problem| problem.is_here) { None } else { elsewhere(store, seen) };
        return Err(other.unwrap_or_else(|| file.broken(problems.into_iter().map(|problem| problem.finding).collect())));
    }
    let files = Shared::new(store.clone());
    let schema = Schema::brought(source, draft, Some((file.base.clone(), files)), asserts_formats);
    schema.compiled().map_err(|failed| {
        let here = || file.broken(vec![compiling(&failed.0, &failed.1.source, document)]);
        // The crate does not say which file the place is in.
        elsewhere(store, seen).unwrap_or_else(here)
    })
}

/// What is wrong with a file that was led to, of those that nobody has looked at before.
fn elsewhere(store: &Store, seen: &mut HashSet<PathBuf>) -> Option<Broken> {
    store.taken().into_iter().find_map(|path| {
        if !seen.insert(path.clone()) {
            return None;
        }
        let text = input::read_bounded(&path, text::LARGEST).ok()?;
        let file = File { name: path.to_string_lossy().into_owned(), text: &text, base: store::uri_of(&path) };
        let mut tape = Tape::default();
        let read = file.read(&mut tape);
        read.and_then(|read| compiled(&file, read, &Arc::new(store.again()), true, seen)).err()
    })
}

/// The draft that a schema says it is made of; 2020-12 where it says nothing.
fn dialect(source: &Serde) -> Draft {
    Draft::default().detect(source)
}

/// What the meta-schema of somebody's own has to say.
fn by_own_meta_schema(source: &Serde, store: &Arc<Store>, document: Document<'_>) -> Vec<Diagnostic> {
    let uri = source.get("$schema").and_then(Serde::as_str).unwrap_or_default();
    if let Ok(meta) = store.find(uri) {
        let all = serde_json::json!({ "$schema": meta.get("$schema"), "$ref": uri });
        let files = (NO_FILE.to_owned(), Shared::new(store.clone()));
        let meta = Schema::brought(all, dialect(&meta), Some(files), true);
        // What is wrong with the meta-schema itself is told when it is asked for.
        return meta.compiled().map_or_else(|_| Vec::new(), |meta| problems_by(&meta, document));
    }
    let value = at(document, "/$schema");
    let message = format!("the dialect \"{}\" is not known", shorten(uri, 120));
    let known: Vec<String> = DIALECTS.iter().map(|uri| (*uri).to_owned()).collect();
    vec![
        Diagnostic::new("schema/ref", message, Label::new(value.span(), "not known"))
            .at("/$schema")
            .help(format!("known are {}", list(&known, "and")))
            .help("one of your own: put its meta-schema into a file whose `$id` is this URI, and name the folder with --schema-dir DIR"),
    ]
}

/// What the meta-schema has to say.
fn by_meta_schema(draft: Draft, document: Document<'_>) -> Vec<Diagnostic> {
    let uri = match draft {
        Draft::Draft4 => DIALECTS[4],
        Draft::Draft6 => DIALECTS[3],
        Draft::Draft7 => DIALECTS[2],
        Draft::Draft201909 => DIALECTS[1],
        _ => DIALECTS[0],
    };
    let meta = Schema::brought(serde_json::json!({ "$schema": uri, "$ref": uri }), draft, None, true);
    match meta.compiled() {
        Ok(meta) => problems_by(&meta, document),
        Err(failed) => unreachable!("the meta-schemas are in the crate: {}", failed.0),
    }
}

fn problems_by(meta: &Schema, document: Document<'_>) -> Vec<Diagnostic> {
    let mut problems = meta.check(document);
    // Vocabularies repeat each other.
    problems.dedup_by(|one, two| one.label.span == two.label.span && one.message == two.message);
    problems
}

/// What is wrong with where references lead.
fn in_references(source: &Serde, document: Document<'_>, store: &Arc<Store>, base: &str, draft: Draft) -> Vec<Problem> {
    let missing = |error: &referencing::Error| vec![unprepared(error, store, source, document, base)];
    let registry = Registry::new().retriever(Shared::new(store.clone())).draft(draft).add(base, source);
    let registry = match registry.and_then(jsonschema::RegistryBuilder::prepare) {
        Ok(registry) => registry,
        Err(error) => return missing(&error),
    };
    let resolver = match referencing::uri::from_str(base) {
        Ok(base) => registry.resolver(base),
        Err(error) => return missing(&error),
    };
    let (wrong, odd) = references::follow(source, resolver, draft);
    if !wrong.is_empty() {
        return wrong.iter().map(|wrong| reference(wrong, source, document)).collect();
    }
    odd.into_iter().flat_map(|(schema, draft)| not_seen(schema, draft, source, document)).collect()
}

/// What is wrong with a schema that only a reference makes one: the meta-schema has not looked at it where it stands.
fn not_seen(schema: &Serde, draft: Draft, source: &Serde, document: Document<'_>) -> Vec<Problem> {
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
                let message = format!("{} (in a schema that this one references)", problem.message);
                Diagnostic { message, label: Label::new(Span { start: 0, end: 1 }, label), ..problem }
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

fn unprepared(
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
                "it is a part of another dialect, and a file is judged by one: put it into a file of its own".to_owned()
            } else {
                reason
            };
            let message = format!("the schema {shown} is not there: {}", shorten(&reason, 200));
            let label = Label::new(span, format!("`{keyword}` names it"));
            let finding = Diagnostic::new("schema/ref", message, label)
                .at(place.map_or(String::new(), |value| value.as_child().1.pointer()));
            let finding = if uri.starts_with("file:") {
                finding.help(
                    "files beside the schema and below are read; for others name their folder with --schema-dir DIR",
                )
            } else {
                finding.help("save it as a file whose `$id` is this URI, and name its folder with --schema-dir DIR")
            };
            Problem { finding, is_here: place.is_some() }
        }
        other => {
            let dialect = source.get("$schema").is_some().then(|| named(document, |_| true)).flatten();
            let span = dialect.map_or(root, |value| value.as_child().1.span());
            let finding = Diagnostic::new(
                "schema/ref",
                format!("the schema cannot be used: {}", sentence(other)),
                Label::new(span, "because of this"),
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
        Error::PointerToNowhere { pointer } => format!("there is nothing at `{}`", shorten(pointer, 80)),
        Error::NoSuchAnchor { anchor } => format!("there is no anchor `{}`", shorten(anchor, 80)),
        Error::InvalidArrayIndex { index, .. } => format!("`{}` is no place in an array", shorten(index, 80)),
        Error::InvalidAnchor { anchor } => format!("`{}` cannot be an anchor", shorten(anchor, 80)),
        Error::Unretrievable { uri, .. } if store::specification(uri).is_some() => {
            "it is the meta-schema of another dialect than the schema's own".to_owned()
        }
        Error::Unretrievable { uri, .. } => {
            format!("the schema {} is not there, and nothing is fetched", shorten(uri, 120))
        }
        other => shorten(&other.to_string(), 200).into_owned(),
    }
}

fn reference(wrong: &Wrong<'_>, source: &Serde, document: Document<'_>) -> Problem {
    let pointer = pointer_of(source, wrong.holder());
    // What lies in another file has no place in this one.
    let (place, elsewhere) = match &pointer {
        Some(pointer) => (Some(at(document, pointer)), ""),
        None => (None, " (in a schema that this one references)"),
    };
    let of_keyword = |keyword: &str| {
        let value = place.and_then(|place| place.get(keyword).or(Some(place)));
        let span = value.map_or(Span { start: 0, end: 1 }, |value| value.span());
        (span, value.map_or(String::new(), |value| value.pointer()))
    };
    let finding = match wrong {
        Wrong::Missing { keyword, reason, holder } => {
            let (span, at) = of_keyword(keyword);
            let text = holder.get(keyword).and_then(Serde::as_str).unwrap_or_default();
            let message = format!("`{keyword}` leads nowhere: {}{elsewhere}", sentence(reason));
            let label = Label::new(span, format!("{} is not there", shorten(text, 60)));
            Diagnostic::new("schema/ref", message, label).at(at)
        }
        Wrong::Loop { keyword, .. } => {
            let (span, at) = of_keyword(keyword);
            let message = format!("`{keyword}` leads back to itself: a value would be judged without end{elsewhere}");
            Diagnostic::new("schema/ref", message, Label::new(span, "closes the circle"))
                .at(at)
                .help("a schema may lead to itself only by way of `properties`, `items` and the like, one step into the value")
        }
        Wrong::Costly { .. } | Wrong::Long { .. } | Wrong::Many { .. } => {
            let (span, at) = of_keyword("");
            let span = Span { end: span.end.min(span.start + 1), ..span };
            let what = match wrong {
                Wrong::Many { .. } => {
                    format!("has references to more than {} schemas", thousands(references::TARGETS as u64))
                }
                Wrong::Costly { .. } => {
                    format!("asks for more than {} evaluations of one value", thousands(references::EVALUATIONS))
                }
                _ => format!(
                    "leads through more than {} schemas, one behind the other",
                    thousands(references::CHAIN.into())
                ),
            };
            let message = format!("the schema {what}{elsewhere}");
            let finding = Diagnostic::new("schema/limit", message, Label::new(span, "too much from here")).at(at);
            match wrong {
                Wrong::Costly { .. } => {
                    finding.help("its `allOf`, `anyOf`, `oneOf` and `$ref` multiply: let them lead to each schema once")
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
            crate::document::push_token(&mut pointer, token);
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
fn compiling(error: &ValidationError<'static>, source: &Serde, document: Document<'_>) -> Diagnostic {
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
            ("schema/limit", format!("`{keyword}` has a pattern that cannot be compiled: {}", shorten(pattern, 60)))
        }
        Violation::Custom { message, .. } => ("schema/limit", message.clone()),
        _ => ("schema/limit", format!("the schema cannot be compiled: {}", shorten(&error.to_string(), 200))),
    };
    Diagnostic::new(rule, message, Label::new(value.span(), "not usable")).at(value.pointer())
}

/// The URI of a schema that is no file.
pub(super) const NO_FILE: &str = "callcheck:/schema";

/// A schema that is a part of another one. `base`: the URI of that; `place`: `#` and a JSON Pointer.
pub(super) fn reference_to(source: &Serde, base: &str, place: &str) -> Serde {
    let pointer = encoded(place.strip_prefix('#').unwrap_or(place));
    let mut reference = serde_json::json!({ "$ref": format!("{base}#{pointer}") });
    if let Some(dialect) = source.get("$schema") {
        reference["$schema"] = dialect.clone();
    }
    reference
}

/// Compiling goes as deep as schemas lead to each other.
pub(super) fn compile<T: Send>(run: impl FnOnce() -> T + Send) -> T {
    effort::on_a_deep_stack(run).expect("the system has room for a thread")
}
