//! Custom schemas: reads and compiles a schema file, or reports its problems with their locations in the file.

mod advice;
mod directory;
mod encoding;
mod keywords;
mod locations;
mod not_json;
mod problems;
mod references;
mod schema_text;
mod store;
mod survey;
mod text;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jsonschema::{Draft, Registry, ValidationError};
use referencing::Resolver;
use serde_json::Value as Serde;

use super::{Schema, budget, ecma};
use crate::diagnostic::{Diagnostic, Label};
use crate::input::{self, Input, InputError};
use crate::json::{Document, Span, Tape, Value};
use crate::schema::rules;
use crate::text::{list, shorten};
pub use directory::SchemaDirectory;
pub(crate) use directory::url_scheme;
use locations::{PartLocation, PartLocations};
use problems::{ProblemsByFile, compile_problem, reference_problem, registry_problem, with_file};
use references::ReferenceProblem;
use schema_text::SchemaText;
pub(super) use store::SharedStore;
use store::Store;
pub(crate) use store::encoded;
use survey::Problems;
pub(super) use text::at;

/// The file of a custom schema and the options that apply to it.
#[derive(Debug, Clone, Copy)]
pub struct SchemaSource<'o> {
    /// `-` is standard input.
    pub path: &'o Path,
    /// Directories with schemas that references can refer to, in addition to the directory of the file.
    pub directories: &'o [SchemaDirectory],
    /// `false` treats `format` as an annotation.
    pub asserts_formats: bool,
}

/// A custom schema that was loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedSchema {
    /// Path of the file, as given.
    pub name: String,
    /// The referenced URIs, and the files in schema directories that they were resolved to.
    pub references: Vec<(String, String)>,
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

/// Warnings about a usable schema file.
#[derive(Debug)]
pub(crate) struct SchemaWarnings {
    /// Path of the file.
    pub name: String,
    /// Content of the file.
    pub text: Vec<u8>,
    /// In the order of their positions. Spans are byte offsets in `text`.
    pub findings: Vec<Diagnostic>,
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
    let is_stdin = source.path.as_os_str() == "-";
    let input = if is_stdin { Input::Stdin("<stdin>".to_owned()) } else { Input::File(source.path.to_owned()) };
    let text = input::read_bounded(&input, text::MAX_SCHEMA_BYTES).map_err(|error| {
        let reason = not_json::url(&error.name).filter(|_| !source.path.exists());
        InputError { reason: reason.unwrap_or(error.reason), ..error }
    })?;
    // References on standard input are relative to the current directory.
    let real = if is_stdin {
        input::real_path(Path::new(".")).map(|here| here.join("-"))
    } else {
        input::real_path(source.path)
    };
    let base = real.as_deref().map_or_else(|_| NO_FILE.to_owned(), store::uri_of);
    let text = SchemaText::new(source.path, text);
    let file = SchemaFile { name: input.name(), text: &text, base };
    let mut tape = Tape::default();
    let read = file.read(&mut tape);
    if let Some(reason) = not_json::file(source.path, text.bytes()) {
        return Err(InputError { name: file.name, reason }.into());
    }
    let read = read?;
    if let Some(reason) = text.not_a_schema() {
        return Err(InputError { name: file.name, reason: reason.to_owned() }.into());
    }
    let store = Arc::new(Store::new(source.path, source.directories, dialect(&read.0))?);
    compiled(&file, read, &store, source.asserts_formats, &mut real.into_iter().collect())
}

/// The errors of a schema that refers to no file or, if there are none, its warnings.
pub(super) fn problems_of_text(name: &str, text: &[u8]) -> Vec<Diagnostic> {
    let text = SchemaText::json(text);
    let file = SchemaFile { name: name.to_owned(), text: &text, base: NO_FILE.to_owned() };
    let mut tape = Tape::default();
    let store = Arc::new(Store::default());
    let loaded = file.read(&mut tape).and_then(|read| compiled(&file, read, &store, true, &mut HashSet::new()));
    match loaded {
        Ok(schema) => schema.warnings().iter().flat_map(|file| file.findings.iter().cloned()).collect(),
        Err(failure) => failure.problems,
    }
}

/// A schema file, loaded into memory.
struct SchemaFile<'f> {
    name: String,
    text: &'f SchemaText,
    /// URI of the file.
    base: String,
}

impl SchemaFile<'_> {
    fn failure(&self, mut problems: Vec<Diagnostic>) -> SchemaFailure {
        survey::sort(&mut problems);
        let problems = problems.into_iter().map(|problem| self.text.located(problem)).collect();
        SchemaFailure { name: self.name.clone(), text: self.text.bytes().to_vec(), problems, unreadable: None }
    }

    /// The errors in this file or, if there are none, in the first other file with errors.
    fn first_failure(&self, found: &mut ProblemsByFile) -> Option<SchemaFailure> {
        let (path, problems) = found.files.iter_mut().find(|(_, problems)| !problems.errors.is_empty())?;
        let errors = std::mem::take(&mut problems.errors);
        let Some(path) = path else { return Some(self.failure(errors)) };
        let text = SchemaText::of_file(path).ok()?;
        Some(SchemaFile { name: path.to_string_lossy().into_owned(), text: &text, base: String::new() }.failure(errors))
    }

    /// The warnings by file, this one first.
    fn warnings(&self, mut found: ProblemsByFile, store: &Store) -> Vec<SchemaWarnings> {
        for (path, warnings) in store.warnings() {
            found.of(Some(path)).warnings.extend(warnings);
        }
        let mut files = Vec::new();
        for (path, Problems { warnings: mut findings, .. }) in found.files {
            survey::sort(&mut findings);
            let (name, text) = match path {
                None => (self.name.clone(), None),
                Some(path) => (path.to_string_lossy().into_owned(), Some(SchemaText::of_file(&path))),
            };
            let text = match &text {
                None => self.text,
                Some(Ok(text)) => text,
                Some(Err(_)) => continue,
            };
            if !findings.is_empty() {
                let findings = findings.into_iter().map(|finding| text.located(finding)).collect();
                files.push(SchemaWarnings { name, text: text.bytes().to_vec(), findings });
            }
        }
        files
    }

    fn read<'a>(&'a self, tape: &'a mut Tape) -> Result<(Serde, Document<'a>), SchemaFailure> {
        self.text.read(tape).map_err(|problem| self.failure(vec![*problem.0]))
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
    let mut own = survey::of_file(document, draft, &file.base);
    if draft == Draft::Unknown {
        own.errors.extend(by_custom_meta_schema(&source, store, document));
    }
    // An unusable referenced file causes problems in this file, too, so it is reported instead.
    if let Some(other) = store.take_failure() {
        return Err(other);
    }
    if !own.errors.is_empty() {
        return Err(file.failure(own.errors));
    }
    let mut found = SourceReferences { source: &source, document, store, base: &file.base, draft }.problems();
    if let Some(other) = store.take_failure() {
        return Err(other);
    }
    if let Some(failure) = file.first_failure(&mut found) {
        return Err(failure);
    }
    if !found.unlocated.is_empty() {
        return Err(in_other_files(store, seen).unwrap_or_else(|| file.failure(found.unlocated)));
    }
    let files = SharedStore::new(store.clone());
    let schema = Schema::custom(source, draft, Some((file.base.clone(), files)), asserts_formats);
    let mut schema = schema.compiled().map_err(|failed| {
        let (error, source) = *failed;
        let references = SourceReferences { source: &source, document, store, base: &file.base, draft };
        let located = file.first_failure(&mut references.uncompilable());
        let in_file = || file.failure(vec![compile_problem(&error, &source, document.root())]);
        // The error of the crate does not name the file.
        located.or_else(|| in_other_files(store, seen)).unwrap_or_else(in_file)
    })?;
    found.of(None).extend(own);
    schema.set_warnings(file.warnings(found, store));
    Ok(schema)
}

/// The first failure in the referenced files that are not in `seen`.
fn in_other_files(store: &Store, seen: &mut HashSet<PathBuf>) -> Option<SchemaFailure> {
    store.used().into_iter().find_map(|path| {
        if !seen.insert(path.clone()) {
            return None;
        }
        let text = SchemaText::of_file(&path).ok()?;
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
        let Ok(meta) = meta.compiled() else { return Vec::new() };
        let text = survey::text_for_custom_meta_schema(document);
        let start = document.root().span().start.0;
        let mut tape = Tape::default();
        let Ok(document) = Document::parse(&text, 0, &mut tape) else { return Vec::new() };
        let problems = survey::problems_by(&meta, document).into_iter();
        return problems.map(|problem| survey::moved(problem, start, "")).collect();
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

/// A schema whose references are followed.
struct SourceReferences<'s, 'd> {
    source: &'s Serde,
    document: Document<'d>,
    store: &'s Arc<Store>,
    /// URI of the schema.
    base: &'s str,
    draft: Draft,
}

impl SourceReferences<'_, '_> {
    /// Problems of references: unresolved, recursive without end, or too costly. Also the problems of the schemas that
    /// only a reference identifies as schemas.
    fn problems(&self) -> ProblemsByFile {
        self.follow(|followed, locations| {
            let mut found = ProblemsByFile::default();
            for problem in &followed.problems {
                let is_warning = matches!(problem, ReferenceProblem::UnusedLoop { .. });
                let finding = self.at(locations, problem.holder(), |object| reference_problem(problem, Some(object)));
                match finding {
                    Some((file, finding)) if is_warning => found.of(file).warnings.push(finding),
                    Some((file, finding)) => found.of(file).errors.push(finding),
                    None if is_warning => {}
                    None => found.unlocated.push(reference_problem(problem, None)),
                }
            }
            if followed.problems.iter().any(|problem| !matches!(problem, ReferenceProblem::UnusedLoop { .. })) {
                return found;
            }
            let mut by_file: BTreeMap<Option<PathBuf>, Vec<(String, Draft)>> = BTreeMap::new();
            for (schema, draft) in followed.unvalidated.iter().filter(|(_, draft)| *draft != Draft::Unknown) {
                match locations(schema) {
                    Some(PartLocation { file, pointer }) => by_file.entry(file).or_default().push((pointer, *draft)),
                    None => found.unlocated.extend(unlocated_problems(schema, *draft)),
                }
            }
            for (file, mut parts) in by_file {
                parts.sort();
                let problems = match &file {
                    None => Some(problems_of_parts(self.document, &parts)),
                    Some(path) => with_file(path, |document| problems_of_parts(document, &parts)),
                };
                found.of(file).extend(problems.unwrap_or_default());
            }
            found
        })
    }

    /// The schemas that cannot be compiled.
    fn uncompilable(&self) -> ProblemsByFile {
        self.follow(|followed, locations| {
            let mut found = ProblemsByFile::default();
            for schema in &followed.schemas {
                let Some((part, error)) = compile_error(schema, self.draft) else { continue };
                let finding = self.at(locations, schema, |value| compile_problem(&error, &part, value));
                if let Some((file, finding)) = finding {
                    found.of(file).errors.push(finding);
                }
            }
            found
        })
    }

    fn follow(
        &self,
        run: impl FnOnce(&references::Followed<'_>, &dyn Fn(&Serde) -> Option<PartLocation>) -> ProblemsByFile,
    ) -> ProblemsByFile {
        let &SourceReferences { source, document, store, base, draft } = self;
        let missing = |error: &referencing::Error| registry_problem(error, store, source, document, base);
        let files = SharedStore::as_written(store.clone());
        let registry = Registry::new().retriever(files).draft(draft).add(base, source);
        let registry = match registry.and_then(jsonschema::RegistryBuilder::prepare) {
            Ok(registry) => registry,
            Err(error) => return missing(&error),
        };
        let resolver: Resolver<'_> = match referencing::uri::from_str(base) {
            Ok(base) => registry.resolver(base),
            Err(error) => return missing(&error),
        };
        let followed = references::follow(source, resolver.clone(), draft);
        let locations = std::cell::OnceCell::new();
        let locate = |part: &Serde| locations.get_or_init(|| PartLocations::new(source, &resolver, store)).of(part);
        run(&followed, &locate)
    }

    /// Runs `run` with a part of the schema or of a referenced file, and returns the file.
    fn at<T>(
        &self,
        locate: &dyn Fn(&Serde) -> Option<PartLocation>,
        part: &Serde,
        run: impl FnOnce(Value<'_>) -> T,
    ) -> Option<(Option<PathBuf>, T)> {
        let PartLocation { file, pointer } = locate(part)?;
        let found = match &file {
            None => Some(run(at(self.document, &pointer))),
            Some(path) => with_file(path, |document| run(at(document, &pointer))),
        };
        Some((file, found?))
    }
}

/// The problems of the schemas at these JSON Pointers.
fn problems_of_parts(document: Document<'_>, parts: &[(String, Draft)]) -> Problems {
    let mut values = Vec::new();
    // An object can have thousands of parts. Its names are read once.
    let mut parent = ("", HashMap::new());
    for (pointer, draft) in parts {
        let (around, name) = pointer.rsplit_once('/').unwrap_or(("", ""));
        if parent.0 != around || parent.1.is_empty() {
            let members = at(document, around).last_members();
            parent = (around, members.map(|(name, value)| (name.string(), value)).collect());
        }
        let value = parent.1.get(&*referencing::unescape_segment(name)).copied();
        values.push((value.unwrap_or_else(|| at(document, pointer)), pointer.as_str(), *draft));
    }
    let starts: HashSet<Span> = values.iter().map(|(value, ..)| value.span()).collect();
    let mut problems = survey::of_parts(document, values.into_iter());
    for finding in &mut problems.errors {
        if starts.contains(&finding.label.span) {
            finding.notes.push("a reference uses this value as a schema".to_owned());
        }
    }
    problems
}

/// The problems of a schema whose location is not known.
fn unlocated_problems(schema: &Serde, draft: Draft) -> Vec<Diagnostic> {
    let text = schema.to_string();
    let mut tape = Tape::default();
    let Ok(document) = Document::parse(text.as_bytes(), 0, &mut tape) else { return Vec::new() };
    let problems = survey::of_parts(document, [(document.root(), "", draft)].into_iter()).errors.into_iter();
    let unlocated = |problem: Diagnostic| {
        let message = format!("{} (in a referenced schema)", problem.message);
        Diagnostic { message, label: Label::new(Span::new(0, 1), problem.label.text), ..problem }
    };
    problems.map(unlocated).collect()
}

/// The keywords of a schema that the crate cannot compile, and its error.
fn compile_error(schema: &Serde, draft: Draft) -> Option<(Serde, ValidationError<'static>)> {
    let keywords = schema.as_object()?;
    let mut part = serde_json::Map::new();
    for keyword in ["pattern", "multipleOf"] {
        part.extend(keywords.get(keyword).map(|value| (keyword.to_owned(), value.clone())));
    }
    if let Some(Serde::Object(patterns)) = keywords.get("patternProperties") {
        let patterns = patterns.keys().map(|pattern| (pattern.clone(), Serde::Object(serde_json::Map::new())));
        part.insert("patternProperties".to_owned(), patterns.collect::<serde_json::Map<_, _>>().into());
    }
    if part.is_empty() {
        return None;
    }
    let failed = Schema::custom(Serde::Object(part), draft, None, true).compiled().err()?;
    let (error, source) = *failed;
    Some((source, error))
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
