//! Custom schemas: reads and compiles a schema file, or reports its problems with their locations in the file.

mod problems;
mod references;
mod store;
mod text;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jsonschema::{Draft, Registry};
use serde_json::Value as Serde;

use super::{Schema, budget, ecma};
use crate::diagnostic::{Diagnostic, Label};
use crate::input::{self, InputError};
use crate::json::{Document, Tape};
use crate::schema::rules;
use crate::text::{list, shorten};
use problems::{SchemaProblem, compile_problem, in_unvalidated, reference_problem, registry_problem};
pub(super) use store::SharedStore;
use store::Store;
pub(crate) use store::encoded;
pub(super) use text::at;

/// The file of a custom schema and the options that apply to it.
#[derive(Debug, Clone, Copy)]
pub struct SchemaSource<'o> {
    pub path: &'o Path,
    /// Directories with schemas that references can refer to, in addition to the directory of the file.
    pub directories: &'o [PathBuf],
    /// `false` treats `format` as an annotation.
    pub asserts_formats: bool,
}

/// The reasons why a schema file cannot be used.
#[derive(Debug)]
pub struct SchemaFailure {
    /// Path of the file, as given.
    pub name: String,
    /// Content of the file; empty if it could not be read.
    pub text: Vec<u8>,
    /// Problems in the file. Spans are byte offsets in `text`.
    pub problems: Vec<Diagnostic>,
    /// The reason if the file could not be read.
    pub unreadable: Option<String>,
}

impl From<InputError> for SchemaFailure {
    fn from(error: InputError) -> SchemaFailure {
        SchemaFailure { name: error.name, text: Vec::new(), problems: Vec::new(), unreadable: Some(error.reason) }
    }
}

/// URIs of the supported meta-schemas, newest first.
const DIALECTS: [&str; 5] = [
    "https://json-schema.org/draft/2020-12/schema",
    "https://json-schema.org/draft/2019-09/schema",
    "http://json-schema.org/draft-07/schema#",
    "http://json-schema.org/draft-06/schema#",
    "http://json-schema.org/draft-04/schema#",
];

/// Reads and compiles a schema. References are resolved to files in its directory and in `directories`; nothing is
/// downloaded.
///
/// # Errors
/// The file or a file that it refers to cannot be read or is not a usable schema.
pub(super) fn load(source: SchemaSource<'_>) -> Result<Schema, SchemaFailure> {
    let text = input::read_bounded(source.path, text::MAX_SCHEMA_BYTES)?;
    let real = input::real_path(source.path);
    let base = real.as_deref().map_or_else(|_| NO_FILE.to_owned(), store::uri_of);
    let file = SchemaFile { name: source.path.to_string_lossy().into_owned(), text: &text, base };
    let mut tape = Tape::default();
    let read = file.read(&mut tape)?;
    let store = Arc::new(Store::new(source.path, source.directories, dialect(&read.0))?);
    compiled(&file, read, &store, source.asserts_formats, &mut real.into_iter().collect())
}

/// A schema file, loaded into memory.
struct SchemaFile<'f> {
    name: String,
    text: &'f [u8],
    /// URI of the file.
    base: String,
}

impl SchemaFile<'_> {
    fn failure(&self, problems: Vec<Diagnostic>) -> SchemaFailure {
        SchemaFailure { name: self.name.clone(), text: self.text.to_vec(), problems, unreadable: None }
    }

    fn read<'a>(&'a self, tape: &'a mut Tape) -> Result<(Serde, Document<'a>), SchemaFailure> {
        text::read(self.text, tape).map_err(|problem| self.failure(vec![*problem.0]))
    }
}

/// Compiles the schema in a file. `seen` contains the files that need no further search for problems.
///
/// # Errors
/// The problems in this file, or in the first unusable file that it refers to.
fn compiled(
    file: &SchemaFile<'_>,
    (source, document): (Serde, Document<'_>),
    store: &Arc<Store>,
    asserts_formats: bool,
    seen: &mut HashSet<PathBuf>,
) -> Result<Schema, SchemaFailure> {
    let draft = store.draft_of(&source);
    let problems = match draft {
        Draft::Unknown => by_custom_meta_schema(&source, store, document),
        draft => by_meta_schema(draft, document),
    };
    // An unusable referenced file causes problems in this file, too, so it is reported instead.
    if let Some(other) = store.take_failure() {
        return Err(other);
    }
    if !problems.is_empty() {
        return Err(file.failure(problems));
    }
    let problems = reference_problems(&source, document, store, &file.base, draft);
    if let Some(other) = store.take_failure() {
        return Err(other);
    }
    if !problems.is_empty() {
        let other = if problems.iter().any(|problem| problem.is_in_file) { None } else { in_other_files(store, seen) };
        let findings = || problems.into_iter().map(|problem| problem.finding).collect();
        return Err(other.unwrap_or_else(|| file.failure(findings())));
    }
    let files = SharedStore::new(store.clone());
    let schema = Schema::custom(source, draft, Some((file.base.clone(), files)), asserts_formats);
    schema.compiled().map_err(|failed| {
        let in_file = || file.failure(vec![compile_problem(&failed.0, &failed.1.source, document)]);
        // The error of the crate does not name the file.
        in_other_files(store, seen).unwrap_or_else(in_file)
    })
}

/// The first failure in the referenced files that are not in `seen`.
fn in_other_files(store: &Store, seen: &mut HashSet<PathBuf>) -> Option<SchemaFailure> {
    store.used().into_iter().find_map(|path| {
        if !seen.insert(path.clone()) {
            return None;
        }
        let text = input::read_bounded(&path, text::MAX_SCHEMA_BYTES).ok()?;
        let file = SchemaFile { name: path.to_string_lossy().into_owned(), text: &text, base: store::uri_of(&path) };
        let mut tape = Tape::default();
        let read = file.read(&mut tape);
        read.and_then(|read| compiled(&file, read, &Arc::new(store.fresh_copy()), true, seen)).err()
    })
}

/// The draft of a schema according to `$schema`; 2020-12 by default.
fn dialect(source: &Serde) -> Draft {
    Draft::default().detect(source)
}

/// Validates a schema against its custom meta-schema.
fn by_custom_meta_schema(source: &Serde, store: &Arc<Store>, document: Document<'_>) -> Vec<Diagnostic> {
    let uri = source.get("$schema").and_then(Serde::as_str).unwrap_or_default();
    if let Ok(meta) = store.find(uri) {
        let all = serde_json::json!({ "$schema": meta.get("$schema"), "$ref": uri });
        let files = (NO_FILE.to_owned(), SharedStore::new(store.clone()));
        let meta = Schema::custom(all, dialect(&meta), Some(files), true);
        // The store has already recorded the problems of the meta-schema itself.
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

/// Validates a schema against the meta-schema of its draft.
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
    // Several vocabularies report the same problem.
    problems.dedup_by(|one, two| one.label.span == two.label.span && one.message == two.message);
    problems
}

/// Problems of references: unresolved, recursive without end, or too costly.
fn reference_problems(
    source: &Serde,
    document: Document<'_>,
    store: &Arc<Store>,
    base: &str,
    draft: Draft,
) -> Vec<SchemaProblem> {
    let missing = |error: &referencing::Error| vec![registry_problem(error, store, source, document, base)];
    let files = SharedStore::as_written(store.clone());
    let registry = Registry::new().retriever(files).draft(draft).add(base, source);
    let registry = match registry.and_then(jsonschema::RegistryBuilder::prepare) {
        Ok(registry) => registry,
        Err(error) => return missing(&error),
    };
    let resolver = match referencing::uri::from_str(base) {
        Ok(base) => registry.resolver(base),
        Err(error) => return missing(&error),
    };
    let (problems, unvalidated) = references::follow(source, resolver, draft);
    if !problems.is_empty() {
        return problems.iter().map(|problem| reference_problem(problem, source, document)).collect();
    }
    unvalidated.into_iter().flat_map(|(schema, draft)| in_unvalidated(schema, draft, source, document)).collect()
}

/// URI of a schema that does not come from a file.
pub(super) const NO_FILE: &str = "callcheck:/schema";

/// A schema that consists of a reference to a subschema of `source`. `base` is the URI of `source`, `location` is `#`
/// and a JSON Pointer.
pub(super) fn reference_to(source: &Serde, base: &str, location: &str) -> Serde {
    let pointer = encoded(&ecma::translated_path(location.strip_prefix('#').unwrap_or(location)));
    let mut reference = serde_json::json!({ "$ref": format!("{base}#{pointer}") });
    if let Some(dialect) = source.get("$schema") {
        reference["$schema"] = dialect.clone();
    }
    reference
}

/// Runs a compilation. The crate recurses once per schema in a chain of references, so it needs a deep stack.
pub(super) fn compile<T: Send>(run: impl FnOnce() -> T + Send) -> T {
    budget::on_deep_stack(run).expect("the system has room for a thread")
}
