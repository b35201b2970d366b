//! The files that references can refer to: those in the directory of the schema, by their paths, and those in the
//! directories given by `--schema-dir`, by their URIs. No other file is opened, and nothing is downloaded.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::error::Error;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jsonschema::{Draft, Retrieve, Uri};
use serde_json::Value as Serde;

use super::super::translate;
use super::super::walk::any_keyword;
use super::SchemaFailure;
use super::directory::{SchemaDirectory, normalized};
use super::schema_text::SchemaText;
use super::survey::{self, Problems};
use crate::diagnostic::Diagnostic;
use crate::input::{self, InputError};
use crate::json::Tape;

/// The end of the message about a URI without a file.
pub(super) const NOT_FOUND: &str = "was not found, and callcheck does not download schemas";

/// Advice about a file that is not used for a reference, although its path suggests it.
pub(super) enum FileAdvice {
    Note(String),
    Help(String),
}

/// Finds schemas by URI.
#[derive(Default)]
pub(crate) struct Store {
    /// Real paths of the directories whose files can be read.
    directories: Vec<PathBuf>,
    /// Draft of files without `$schema`: the draft of the schema.
    draft: Draft,
    /// The directories given by `--schema-dir`, the most specific URI first.
    schema_dirs: Vec<SchemaDirectory>,
    /// Schemas in `schema_dirs` by their normalized `$id` (draft 4: `id`), or the reason why the URI is ambiguous.
    by_id: HashMap<String, Result<(SchemaLocation, Arc<Serde>), String>>,
    /// Usable schema files that were requested.
    used: Mutex<BTreeSet<PathBuf>>,
    /// The files that were found in `schema_dirs`, by the requested URI.
    served: Mutex<BTreeMap<String, PathBuf>>,
    /// The schemas that were returned, by URI.
    found: Mutex<BTreeMap<String, SchemaLocation>>,
    /// Warnings about the schema files that were requested.
    warnings: Mutex<BTreeMap<PathBuf, Vec<Diagnostic>>>,
    /// The reason why the last request failed.
    refusal: Mutex<Option<String>>,
    /// The first requested file that is not a usable schema.
    failure: Mutex<Option<SchemaFailure>>,
}

/// The file of a schema and its JSON Pointer in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SchemaLocation {
    pub(super) file: PathBuf,
    pub(super) pointer: String,
}

impl Store {
    /// # Errors
    /// One of `schema_dirs` cannot be read.
    pub(super) fn new(schema: &Path, schema_dirs: &[SchemaDirectory], draft: Draft) -> Result<Store, InputError> {
        let parent = schema.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut store = Store { draft, ..Store::default() };
        // The schema can be a symbolic link: the directories of the link and of its target are both allowed.
        store.directories.extend(input::real_path(parent).ok());
        store.directories.extend(input::real_path(schema).ok().and_then(|real| Some(real.parent()?.to_owned())));
        for directory in schema_dirs {
            let real = input::real_path(&directory.path)?;
            if !directory.is_searched() {
                continue;
            }
            store.directories.push(real);
            for file in input::schema_files(&directory.path)? {
                // The directory can contain files that are not schemas.
                if let Some(schema) = read(&file) {
                    store.add(&file, &Arc::new(schema));
                }
            }
        }
        store.schema_dirs = schema_dirs.to_vec();
        store.schema_dirs.sort_by_key(|directory| Reverse(directory.specificity()));
        Ok(store)
    }

    /// Registers the schema in a file and the schemas bundled in it by their ids.
    fn add(&mut self, file: &Path, schema: &Arc<Serde>) {
        let keyword = self.draft_of(schema).id_keyword();
        let mut open = vec![(&**schema, String::new())];
        while let Some((value, pointer)) = open.pop() {
            let inner = |token: &str| {
                let mut pointer = pointer.clone();
                crate::json::push_token(&mut pointer, token);
                pointer
            };
            match value {
                Serde::Object(members) => {
                    let id = members.get(keyword).and_then(Serde::as_str);
                    if let Some(id) = id.filter(|id| id.contains(':')) {
                        let is_root = std::ptr::eq(value, &raw const **schema);
                        let location = SchemaLocation { file: file.to_owned(), pointer: pointer.clone() };
                        self.add_id(id, location, if is_root { schema.clone() } else { Arc::new(value.clone()) });
                    }
                    let is_schema = |name: &str| !matches!(name, "enum" | "const" | "default" | "example" | "examples");
                    open.extend(
                        members.iter().filter(|(name, _)| is_schema(name)).map(|(name, value)| (value, inner(name))),
                    );
                }
                Serde::Array(elements) => {
                    open.extend(elements.iter().enumerate().map(|(index, value)| (value, inner(&index.to_string()))));
                }
                _ => {}
            }
        }
    }

    fn add_id(&mut self, id: &str, location: SchemaLocation, schema: Arc<Serde>) {
        let id = key(id);
        let entry = match self.by_id.get(&id) {
            None => Ok((location, schema)),
            Some(Ok((other, known))) if *known != schema => {
                let [one, two] = [&other.file, &location.file].map(|file| file.to_string_lossy().into_owned());
                Err(format!("{one} and {two} both use this URI as their `$id`"))
            }
            Some(_) => return,
        };
        self.by_id.insert(id, entry);
    }

    /// Finds a schema by its URI.
    ///
    /// # Errors
    /// The reason why it cannot be used, as the end of a message.
    pub(super) fn find(&self, uri: &str) -> Result<Serde, String> {
        if let Some(known) = self.by_id.get(&key(uri)) {
            let (location, schema) = known.as_ref().map_err(String::clone)?;
            // A bundled schema is validated as a part of its file.
            self.validated(&location.file)?;
            self.serves(uri, &location.file);
            locked(&self.found).insert(uri.to_owned(), location.clone());
            return Ok(Serde::clone(schema));
        }
        if let Some(schema) = specification(uri) {
            return Ok(schema);
        }
        if let Some(file) = self.below_uri(uri) {
            self.serves(uri, &file);
            let schema = self.validated(&file)?;
            locked(&self.found).insert(uri.to_owned(), SchemaLocation { file, pointer: String::new() });
            return Ok(schema);
        }
        let Some(path) = uri.strip_prefix("file://").and_then(path_of) else { return Err(NOT_FOUND.to_owned()) };
        let real = input::real_path(&path).map_err(|problem| format!("{}: {}", problem.name, problem.reason))?;
        if !self.directories.iter().any(|directory| real.starts_with(directory)) {
            return Err("the file is outside the schema directory".to_owned());
        }
        let schema = self.validated(&real)?;
        locked(&self.found).insert(uri.to_owned(), SchemaLocation { file: real, pointer: String::new() });
        Ok(schema)
    }

    fn serves(&self, uri: &str, file: &Path) {
        locked(&self.served).insert(uri.to_owned(), file.to_owned());
    }

    /// The file for a URI in a directory of `URI=DIR`.
    fn below_uri(&self, uri: &str) -> Option<PathBuf> {
        let uri = normalized(uri)?;
        self.schema_dirs.iter().find_map(|directory| {
            let file = directory.file(&uri).filter(|file| is_file_in(&directory.path, file))?;
            let is_elsewhere = self.id_of(&file).is_some_and(|id| directory.is_elsewhere(&id));
            (!is_elsewhere).then_some(file)
        })
    }

    /// The `$id` of a schema file, if it is an absolute URI.
    fn id_of(&self, file: &Path) -> Option<Uri<String>> {
        let schema = read(file)?;
        normalized(schema.get(self.draft_of(&schema).id_keyword())?.as_str()?)
    }

    /// Reads a schema file and validates it against the meta-schema of its draft.
    fn validated(&self, file: &Path) -> Result<Serde, String> {
        // Reading a pipe can block forever.
        if !file.is_file() {
            return Err(format!("{} is not a regular file", file.to_string_lossy()));
        }
        let text = SchemaText::of_file(file).map_err(|problem| format!("{}: {}", problem.name, problem.reason))?;
        let name = file.to_string_lossy().into_owned();
        let mut tape = Tape::default();
        let read = text.read(&mut tape);
        if let Some(reason) = super::not_json::file(file, text.bytes()) {
            let failure = SchemaFailure { name, text: Vec::new(), problems: Vec::new(), unreadable: Some(reason) };
            locked(&self.failure).get_or_insert(failure);
            return Err(NOT_FOUND.to_owned());
        }
        let problems = match read {
            Err(problem) => vec![*problem.0],
            Ok((schema, document)) => {
                let Problems { mut errors, warnings } =
                    survey::of_file(document, self.draft_of(&schema), &uri_of(file));
                if errors.is_empty() {
                    locked(&self.used).insert(file.to_owned());
                    locked(&self.warnings).insert(file.to_owned(), warnings);
                    return Ok(schema);
                }
                survey::sort(&mut errors);
                errors
            }
        };
        let reason = format!("{name} is not a usable schema");
        let problems = problems.into_iter().map(|problem| text.located(problem)).collect();
        let failure = SchemaFailure { name, text: text.bytes().to_vec(), problems, unreadable: None };
        locked(&self.failure).get_or_insert(failure);
        Err(reason)
    }

    /// Usable schema files that were requested so far.
    pub(super) fn used(&self) -> BTreeSet<PathBuf> {
        locked(&self.used).clone()
    }

    /// The schemas that were found so far, by URI.
    pub(super) fn found(&self) -> BTreeMap<String, SchemaLocation> {
        locked(&self.found).clone()
    }

    /// Warnings about the files that were requested so far.
    pub(super) fn warnings(&self) -> BTreeMap<PathBuf, Vec<Diagnostic>> {
        locked(&self.warnings).clone()
    }

    /// A store for the same files without the record of requests.
    pub(super) fn fresh_copy(&self) -> Store {
        Store {
            directories: self.directories.clone(),
            draft: self.draft,
            schema_dirs: self.schema_dirs.clone(),
            by_id: self.by_id.clone(),
            ..Store::default()
        }
    }

    pub(super) fn draft_of(&self, schema: &Serde) -> Draft {
        self.draft.detect(schema)
    }

    pub(super) fn take_failure(&self) -> Option<SchemaFailure> {
        locked(&self.failure).take()
    }

    /// The file in one of `schema_dirs` that has the path of a missing URI, with advice how to use it.
    pub(super) fn advice(&self, uri: &str) -> Option<FileAdvice> {
        let authority = uri.find("://")? + "://".len();
        let (origin, path) = uri.split_at(authority + uri[authority..].find('/')?);
        let path = path_of(path)?;
        let relative = path.strip_prefix("/").ok()?;
        let is_below = relative.components().all(|part| matches!(part, Component::Normal(_)));
        let target = normalized(uri).filter(|_| is_below)?;
        self.schema_dirs.iter().find_map(|directory| {
            let file = if directory.is_searched() { directory.path.join(relative) } else { directory.file(&target)? };
            let name = file.to_string_lossy();
            match self.id_of(Some(&file).filter(|file| is_file_in(&directory.path, file))?) {
                Some(id) => Some(FileAdvice::Note(format!("{name} has a different `$id`: {}", id.as_str()))),
                None if !directory.is_searched() => None,
                None => Some(FileAdvice::Help(format!(
                    "{name} has no `$id`; to use it, pass `--schema-dir {origin}={}`",
                    directory.path.to_string_lossy()
                ))),
            }
        })
    }

    pub(super) fn take_refusal(&self) -> Option<String> {
        locked(&self.refusal).take()
    }
}

/// True if this is a regular file, and no symlink out of the directory.
fn is_file_in(directory: &Path, file: &Path) -> bool {
    let real = |path: &Path| input::real_path(path).ok();
    file.is_file() && real(file).zip(real(directory)).is_some_and(|(file, directory)| file.starts_with(directory))
}

/// The key of a URI in [`Store::by_id`].
fn key(uri: &str) -> String {
    normalized(uri).map_or_else(|| uri.trim_end_matches('#').to_owned(), |uri| uri.as_str().to_owned())
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read(path: &Path) -> Option<Serde> {
    let text = SchemaText::of_file(path).ok()?;
    let mut tape = Tape::default();
    text.read(&mut tape).ok().map(|(schema, _)| schema)
}

/// Meta-schemas and vocabularies of the supported drafts.
pub(super) fn specification(uri: &str) -> Option<Serde> {
    let resolver = referencing::SPECIFICATIONS.resolver(referencing::uri::from_str(uri).ok()?);
    resolver.lookup(uri).ok().map(|found| found.contents().clone())
}

/// The path of a `file:` URI without `file://`; `None` if it contains a host or NUL.
pub(super) fn path_of(rest: &str) -> Option<PathBuf> {
    let path = rest.strip_prefix("localhost").unwrap_or(rest);
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8().ok()?;
    (decoded.starts_with('/') && !decoded.contains('\0')).then(|| PathBuf::from(&*decoded))
}

/// The `file:` URI of a path, as a base for relative references.
pub(super) fn uri_of(path: &Path) -> String {
    format!("file://{}", encoded(&path.to_string_lossy()))
}

/// Percent-encodes a path for a URI (RFC 3986, section 3.3).
pub(crate) fn encoded(path: &str) -> String {
    const ENCODED: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_').remove(b'~');
    percent_encoding::utf8_percent_encode(path, ENCODED).to_string()
}

/// The store as a retriever of `jsonschema`. Patterns and formats in the schemas are translated.
#[derive(Clone, Default)]
pub(crate) struct SharedStore {
    pub(super) store: Arc<Store>,
    /// URI and content of the schema itself.
    root: Option<(String, Arc<Serde>)>,
    /// Patterns are not translated.
    is_as_written: bool,
}

impl SharedStore {
    pub(super) fn new(store: Arc<Store>) -> Self {
        SharedStore { store, ..SharedStore::default() }
    }

    /// For the schemas as written, whose parts have locations in their files.
    pub(super) fn as_written(store: Arc<Store>) -> Self {
        SharedStore { is_as_written: true, ..SharedStore::new(store) }
    }

    /// The files that were found in schema directories, by the requested URI.
    pub(crate) fn served(&self) -> BTreeMap<String, PathBuf> {
        locked(&self.store.served).clone()
    }

    pub(crate) fn with_root(self, base: &str, schema: &Serde) -> Self {
        SharedStore { root: Some((base.to_owned(), Arc::new(schema.clone()))), ..self }
    }
}

impl Retrieve for SharedStore {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Serde, Box<dyn Error + Send + Sync>> {
        if let Some((_, schema)) = self.root.as_ref().filter(|(base, _)| base == uri.as_str()) {
            return Ok(Serde::clone(schema));
        }
        let mut schema = self.store.find(uri.as_str()).inspect_err(|reason| {
            *locked(&self.store.refusal) = Some(reason.clone());
        })?;
        if !self.is_as_written {
            let is_used = self
                .root
                .as_ref()
                .is_some_and(|(_, root)| any_keyword(root, &|keyword, _| keyword == "unevaluatedItems"));
            translate(&mut schema, self.store.draft, is_used);
        }
        Ok(schema)
    }
}
