//! Schemas that somebody brings: from a file to a [`Schema`], or to all that is wrong with it, with its place in the file.

mod problems;
mod references;
mod store;
mod text;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jsonschema::{Draft, Registry};
use serde_json::Value as Serde;

use super::{Schema, effort};
use crate::diagnostic::{Diagnostic, Label};
use crate::input::{self, InputError};
use crate::json::{Document, Tape};
use crate::schema::rules;
use crate::text::{list, shorten};
use problems::{Problem, compiling, not_seen, reference, unprepared};
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
    /// Whether `format` is checked, or only says something to readers.
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

impl From<InputError> for Broken {
    fn from(problem: InputError) -> Broken {
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
    let schema = Schema::custom(source, draft, Some((file.base.clone(), files)), asserts_formats);
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
        let meta = Schema::custom(all, dialect(&meta), Some(files), true);
        // What is wrong with the meta-schema itself is told when it is asked for.
        return meta.compiled().map_or_else(|_| Vec::new(), |meta| problems_by(&meta, document));
    }
    let value = at(document, "/$schema");
    let message = format!("unknown JSON Schema dialect \"{}\"", shorten(uri, 120));
    let known: Vec<String> = DIALECTS.iter().map(|uri| format!("`{uri}`")).collect();
    vec![
        Diagnostic::new(&rules::REF, message, Label::new(value.span(), "unknown dialect"))
            .at("/$schema")
            .help(format!("use {}", list(&known, "or")))
            .help(
                "for a custom dialect, pass `--schema-dir DIR`, where DIR contains its meta-schema with this URI as `$id`",
            ),
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
    let meta = Schema::custom(serde_json::json!({ "$schema": uri, "$ref": uri }), draft, None, true);
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
